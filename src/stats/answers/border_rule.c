#include "stats/answers/border_rule.h"

#include <math.h>

enum { WINDOW = 14, GAP = 4, IN_A_ROW = 3, APART = 10 };

#define FAR 0.2
#define FAR_DEVIATIONS 4.0
#define UNSTABLE 0.4

static void hold(const double *variation, size_t round, dw_border_round *out)
{
  *out = (dw_border_round){.mean = NAN, .sd = NAN};
  size_t end = round >= GAP ? round - GAP + 1 : 0, begin = end > WINDOW ? end - WINDOW : 0;
  out->before = end - begin;
  if (out->before < DW_BORDER_FEWEST) return;
  double sum = 0, squares = 0;
  for (size_t i = begin; i < end; i++) sum += variation[i];
  out->mean = sum / (double)out->before;
  for (size_t i = begin; i < end; i++) squares += (variation[i] - out->mean) * (variation[i] - out->mean);
  out->sd = sqrt(squares / (double)(out->before - 1));
}

/* The median of the last rounds reaches the limit: at least half of them do, and of an even number the middle two together. */
static bool unstable_at(const double *variation, size_t round)
{
  double sorted[WINDOW];
  size_t begin = round + 1 > WINDOW ? round + 1 - WINDOW : 0, count = 0;
  for (size_t i = begin; i <= round; i++) {
    size_t at = count++;
    for (; at && sorted[at - 1] > variation[i]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = variation[i];
  }
  return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2 >= UNSTABLE;
}

void dw_border_rule(const double *variation, size_t rounds, dw_border_round *out)
{
  size_t in_a_row = 0, next = 0; /* next: the first round that may be an event */
  for (size_t i = 0; i < rounds; i++) {
    dw_border_round *round = &out[i];
    hold(variation, i, round);
    round->unstable = unstable_at(variation, i);
    double off = fabs(variation[i] - round->mean);
    round->deviates = !round->unstable && off > FAR && off > FAR_DEVIATIONS * round->sd; /* never with NaN */
    in_a_row = round->deviates ? in_a_row + 1 : 0;
    if (in_a_row < IN_A_ROW || i + 1 < next + IN_A_ROW) continue;
    out[i + 1 - IN_A_ROW].event = true;
    next = i + 1 - IN_A_ROW + APART;
  }
}
