#include "stats/samples/winsor.h"

#include <math.h>
#include <stdbool.h>

#include "stats/samples/sum.h"

enum { TAIL_SHARE = 40, TAIL_LEAST = 5 };

/* The value that `tail` of the values, from one end, lie up to. */
static double value_at(dw_sorted sample, uint64_t tail, bool from_above)
{
  uint64_t passed = 0;
  size_t i = from_above ? sample.count : 0;
  if (!sample.weight) return sample.value[from_above ? sample.count - tail : tail - 1];
  while (passed < tail) passed += sample.weight[from_above ? --i : i++];
  return sample.value[from_above ? i : i - 1];
}

dw_winsor dw_winsor_of(dw_sorted sample)
{
  uint64_t tail = (sample.total + TAIL_SHARE - 1) / TAIL_SHARE, least = 1;
  if (tail < TAIL_LEAST) tail = TAIL_LEAST;
  if (tail > (sample.total + 1) / 2) tail = (sample.total + 1) / 2;
  /* The more values there are in the tails the nearer low and high are to each other: the most with which they still differ. */
  while (least < tail) {
    uint64_t middle = least + (tail - least + 1) / 2;
    bool apart = value_at(sample, middle, false) < value_at(sample, middle, true);
    if (apart) least = middle;
    else tail = middle - 1;
  }
  return (dw_winsor){value_at(sample, least, false), value_at(sample, least, true)};
}

dw_sorted dw_winsor_shares(dw_winsor at, dw_sorted sample, double *room)
{
  double width = at.high / 2 - at.low / 2; /* halves: the whole may be more than there are numbers for */
  for (size_t i = 0; i < sample.count; i++) room[i] = fmin(1, fmax(0, (sample.value[i] / 2 - at.low / 2) / width));
  return (dw_sorted){room, sample.weight, sample.count, sample.total};
}

double dw_winsor_std(dw_sorted shares)
{
  double total = (double)shares.total;
  dw_sum sum = {0}, square = {0};
  for (size_t i = 0; i < shares.count; i++) dw_sum_add(&sum, shares.value[i] * (double)dw_sorted_weight(shares, i));
  double mean = dw_sum_value(&sum) / total;
  for (size_t i = 0; i < shares.count; i++)
    dw_sum_add(&square, (shares.value[i] - mean) * (shares.value[i] - mean) * (double)dw_sorted_weight(shares, i));
  return sqrt(dw_sum_value(&square) / total);
}
