#include "serve/watch/behaviour.h"

#include <math.h>

const char *dw_behaviour_word(dw_behaviour_kind kind)
{
  static const char *const word[DW_BEHAVIOURS] = {"refusal_rate", "toxicity_rate", "accuracy_drop"};
  return word[kind];
}

static dw_behaviour rate_of(dw_behaviour_kind kind, double limit, uint64_t min_rows, const dw_census *census, dw_census_rate rate)
{
  dw_behaviour b = {.kind = kind, .limit = limit, .value = dw_census_share(rate), .rows = census->rows, .known = rate.known};
  b.before = b.now = b.least = NAN;
  b.asked = !isnan(limit);
  b.judged = b.asked && rate.known > 0 && rate.known >= min_rows;
  b.drift = b.judged && b.value > limit;
  return b;
}

static void take_metric(dw_behaviour *b, const dw_census *recent, const dw_census *before)
{
  bool labels = recent->right.known || before->right.known;
  b->metric = labels ? "accuracy" : recent->feedback || before->feedback ? "feedback" : NULL;
  b->known = labels ? recent->right.known : recent->feedback;
  b->known_before = labels ? before->right.known : before->feedback;
  b->now = labels ? dw_census_share(recent->right) : b->known ? recent->feedback_sum / (double)b->known : NAN;
  b->before = labels ? dw_census_share(before->right) : b->known_before ? before->feedback_sum / (double)b->known_before : NAN;
}

static dw_behaviour accuracy_of(const dw_behaviour_limits *limits, const dw_census *recent, const dw_census *before)
{
  dw_behaviour b = {.kind = DW_BEHAVIOUR_ACCURACY, .rows = recent->rows, .rows_before = before->rows};
  bool points = !isnan(limits->accuracy_points);
  take_metric(&b, recent, before);
  b.limit = points ? limits->accuracy_points : limits->accuracy_drop;
  b.asked = !isnan(b.limit);
  double fall = b.before - b.now;
  b.value = points ? fall : b.before > 0 ? fall / b.before : NAN; /* a share of nothing is no number */
  b.least = points ? b.before - b.limit : b.before * (1 - b.limit);
  b.judged =
      b.asked && b.known > 0 && b.known_before > 0 && b.known >= limits->min_rows && b.known_before >= limits->min_rows && !isnan(b.value);
  b.drift = b.judged && b.value > b.limit;
  return b;
}

void dw_behaviour_judge(const dw_behaviour_limits *limits, const dw_census *recent, const dw_census *before,
                        dw_behaviour out[DW_BEHAVIOURS])
{
  out[DW_BEHAVIOUR_REFUSAL] = rate_of(DW_BEHAVIOUR_REFUSAL, limits->refusal_rate, limits->min_rows, recent, recent->refused);
  out[DW_BEHAVIOUR_TOXICITY] = rate_of(DW_BEHAVIOUR_TOXICITY, limits->toxicity_rate, limits->min_rows, recent, recent->toxic);
  out[DW_BEHAVIOUR_ACCURACY] = accuracy_of(limits, recent, before);
}
