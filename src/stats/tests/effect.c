#include "stats/tests/effect.h"

#include <math.h>

#include "base/fmath.h"
#include "stats/tests/contingency.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"

#define Z_95 1.95996398454005423552 /* the normal law's 97.5 % point */

double dw_cohen_d(const dw_moments *r, const dw_moments *c)
{
  if (r->count == 0 || c->count == 0) return NAN;
  if (r->count + c->count < 3) return NAN;
  dw_moments_contrast in = dw_moments_compare(c, r);
  if (in.difference == 0) return 0;
  double deviation = sqrt((in.m2_a + in.m2_b) / (double)(r->count + c->count - 2));
  return deviation > 0 ? in.difference / deviation : NAN;
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

dw_effect dw_cohen_d_interval(const dw_moments *r, const dw_moments *c)
{
  double d = dw_cohen_d(r, c), n = (double)r->count, m = (double)c->count;
  if (isnan(d)) return (dw_effect){d, NAN, NAN};
  bool huge = fabs(d) > 1e100; /* its square may overflow, and nothing shows beside it */
  double reach = Z_95 * (huge ? fabs(d) / sqrt(2 * (n + m)) : sqrt((n + m) / n / m + d * d / (2 * (n + m))));
  return (dw_effect){d, d - reach, d + reach};
}

enum { THIN_MOST = 16384 };

dw_effect dw_superiority_interval(dw_sorted r, dw_sorted c)
{
  if (r.total == 0 || c.total == 0) return (dw_effect){NAN, NAN, NAN};
  dw_thinned thin_r, thin_c;
  dw_thinned_make(&thin_r, r, THIN_MOST);
  dw_thinned_make(&thin_c, c, THIN_MOST);
  double n = (double)r.total, m = (double)c.total;
  double below = 0, below_squares = 0, above_squares = 0; /* over c the share of r below it, over r the share of c above it; ties half */
  dw_merge walk;
  dw_merge_start(&walk, thin_r.sample, thin_c.sample);
  while (dw_merge_next(&walk)) {
    double a = (double)walk.times_a, b = (double)walk.times_b;
    double share_r = ((double)walk.below_a - 0.5 * a) / n, share_c = (m - (double)walk.below_b + 0.5 * b) / m;
    below += b * share_r;
    below_squares += b * share_r * share_r;
    above_squares += a * share_c * share_c;
  }
  dw_thinned_free(&thin_r);
  dw_thinned_free(&thin_c);
  double p = below / m, variance = 0;
  if (m > 1) variance += fmax(0, below_squares - m * p * p) / (m - 1) / m;
  if (n > 1) variance += fmax(0, above_squares - n * p * p) / (n - 1) / n;
  double least = fmin(n, m), trials = variance > 1e-20 ? p * (1 - p) / variance : least;
  double square = Z_95 * Z_95, center = (p + square / (2 * trials)) / (1 + square / trials);
  double reach = Z_95 / (1 + square / trials) * sqrt(p * (1 - p) / trials + square / (4 * trials * trials));
  return (dw_effect){p, fmax(0, center - reach), fmin(1, center + reach)};
}

dw_effect dw_cramer_v_interval(double homogeneity_statistic, double df, uint64_t total)
{
  double v = dw_cramer_v(homogeneity_statistic, total);
  if (isnan(v)) return (dw_effect){v, NAN, NAN};
  double least = dw_chi2_noncentrality(homogeneity_statistic, df, 0.975), most = dw_chi2_noncentrality(homogeneity_statistic, df, 0.025);
  double low = least > 0 ? fmin(v, sqrt((least + df) / (double)total)) : 0, high = sqrt((most + df) / (double)total);
  return (dw_effect){v, low, fmax(v, fmin(1, high))};
}
