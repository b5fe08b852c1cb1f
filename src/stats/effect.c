#include "stats/effect.h"

#include <math.h>

#include "base/fmath.h"
#include "stats/sum.h"

double dw_cohen_d(const dw_moments *r, const dw_moments *c)
{
  if (r->count == 0 || c->count == 0) return NAN;
  double difference = c->mean - r->mean;
  if (r->count + c->count < 3) return NAN;
  if (difference == 0) return 0;
  double deviation = sqrt((r->m2 + c->m2) / (double)(r->count + c->count - 2));
  return deviation > 0 ? difference / deviation : NAN;
}

double dw_superiority(dw_sorted r, dw_sorted c)
{
  if (r.total == 0 || c.total == 0) return NAN;
  dw_sum sum = {0};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk))
    if (walk.times_b) dw_sum_add(&sum, (double)walk.times_b * ((double)(walk.below_a - walk.times_a) + 0.5 * (double)walk.times_a));
  return dw_sum_value(&sum) / (double)r.total / (double)c.total;
}
