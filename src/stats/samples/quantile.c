#include "stats/samples/quantile.h"

#include <assert.h>
#include <math.h>

/* Where a walk through a weighted sample stands: `before` values lie before value[i]. */
typedef struct quantile_walk {
  dw_sorted sample;
  size_t i;
  uint64_t before;
} quantile_walk;

/* The value at position (from 0, each counted by its weight); positions must not decrease. */
static double quantile_at(quantile_walk *walk, uint64_t position)
{
  if (!walk->sample.weight) return walk->sample.value[position];
  while (position - walk->before >= walk->sample.weight[walk->i]) walk->before += walk->sample.weight[walk->i++];
  return walk->sample.value[walk->i];
}

static double quantile_next(quantile_walk *walk, double q)
{
  assert(q >= 0 && q <= 1);
  uint64_t last = walk->sample.total - 1;
  double position = q * (double)last, whole = floor(position), t = position - whole;
  uint64_t lower = whole >= (double)last ? last : (uint64_t)whole;
  double a = quantile_at(walk, lower);
  quantile_walk ahead = *walk;
  double b = lower < last ? quantile_at(&ahead, lower + 1) : a;
  double between = b - a;
  if (isinf(between)) return a * (1 - t) + b * t;
  return t >= 0.5 ? b - between * (1 - t) : a + between * t; /* numpy's _lerp */
}

void dw_quantiles(dw_sorted sample, const double *q, size_t count, double *out)
{
  quantile_walk walk = {.sample = sample};
  for (size_t i = 0; i < count; i++) out[i] = sample.total ? quantile_next(&walk, q[i]) : NAN;
}

double dw_quantile(dw_sorted sample, double q)
{
  double out;
  dw_quantiles(sample, &q, 1, &out);
  return out;
}
