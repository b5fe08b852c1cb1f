#include "stats/samples/gap_left.h"

#include <math.h>

#include "stats/samples/distance.h"
#include "stats/samples/sum.h"

static double raised(double gap, int power) { return power == 1 ? gap : gap * gap; }

double dw_gap_left(dw_sorted r, dw_sorted c, int power, double off)
{
  double n = (double)r.total, m = (double)c.total, gap = 0, before = 0;
  dw_sum all = {0}, left = {0};
  dw_merge walk;
  if (r.total == 0 || c.total == 0) return 1;
  int scale = dw_distance_scale(fmin(r.value[0], c.value[0]), fmax(r.value[r.count - 1], c.value[c.count - 1]));
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double here = ldexp(walk.value, -scale);
    if (gap > 0) dw_sum_add(&all, raised(gap, power) * (here - before));
    if (gap > off) dw_sum_add(&left, raised(gap - off, power) * (here - before));
    gap = fabs((double)walk.below_a / n - (double)walk.below_b / m);
    before = here;
  }
  return dw_sum_value(&all) > 0 ? fmin(1, dw_sum_value(&left) / dw_sum_value(&all)) : 1;
}

/* The largest h (1 - h) that a share within the error has. */
static double most_between(double share, double off)
{
  double low = fmax(0, share - off), high = fmin(1, share + off);
  if (low <= 0.5 && high >= 0.5) return 0.25;
  return fmax(low * (1 - low), high * (1 - high));
}

double dw_gap_left_pooled(dw_sorted r, dw_sorted c, bool tails, double r_off, double c_off)
{
  double n = (double)r.total, m = (double)c.total, rows = n + m, last = 0, off = (n * r_off + m * c_off) / rows;
  dw_sum all = {0}, left = {0}, moved = {0};
  dw_merge walk;
  if (r.total == 0 || c.total == 0) return 1;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double share = ((double)walk.below_a + (double)walk.below_b) / rows, times = (double)(walk.times_a + walk.times_b) / rows;
    double gap = fabs((double)walk.below_a / n - (double)walk.below_b / m), sure = fmax(0, gap - r_off - c_off);
    bool end = share >= 1;
    if (!end) dw_sum_add(&all, times * gap * gap / (tails ? share * (1 - share) : 1));
    double here = end ? 0 : sure * sure / (tails ? most_between(share, off) : 1);
    dw_sum_add(&left, times * here);
    dw_sum_add(&moved, fabs(here - last));
    last = here;
  }
  dw_sum_add(&moved, last);
  double least = fmax(0, dw_sum_value(&left) - off * dw_sum_value(&moved));
  return dw_sum_value(&all) > 0 ? fmin(1, least / dw_sum_value(&all)) : 1;
}
