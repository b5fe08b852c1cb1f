#include "stats/tests/twosample.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"

enum { EXACT_MOST = 8, EXACT_TERMS_MOST = 1 << 23 };

void dw_test_clear(dw_test *test) { *test = (dw_test){.statistic = NAN, .p_value = NAN, .location = NAN, .df = NAN}; }

/* U of the first sample (pairs in which it is larger, ties half) and sum t^3 - t over the groups of ties. */
static double mannwhitney_u(dw_sorted r, dw_sorted c, double *ties)
{
  dw_sum u = {0}, tie = {0};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double a = (double)walk.times_a, b = (double)walk.times_b, t = a + b;
    if (walk.times_a) dw_sum_add(&u, a * ((double)(walk.below_b - walk.times_b) + 0.5 * b));
    if (t > 1) dw_sum_add(&tie, t * t * t - t);
  }
  *ties = dw_sum_value(&tie);
  return dw_sum_value(&u);
}

/* P(U <= u) for samples of few and many values without ties. The numbers of arrangements with U = 0, 1, 2 … are the coefficients of the
 * Gaussian binomial prod_{i <= few} (1 - q^(many + i)) / (1 - q^i) (Mann and Whitney 1947); only the first u + 1 are needed, u at most half
 * way, where the differences lose nothing to speak of. */
static double mannwhitney_exact_cdf(uint64_t few, uint64_t many, uint64_t u)
{
  double *count = dw_alloc_zero((size_t)u + 1, sizeof *count);
  count[0] = 1;
  for (uint64_t i = 1; i <= few; i++) {
    for (uint64_t k = u; k >= many + i; k--) count[k] -= count[k - many - i];
    for (uint64_t k = i; k <= u; k++) count[k] += count[k - i];
  }
  dw_sum below = {0};
  for (uint64_t k = 0; k <= u; k++) dw_sum_add(&below, count[k]);
  dw_free(count);
  double all = 1;
  for (uint64_t i = 1; i <= few; i++) all *= (double)(many + i) / (double)i;
  return dw_sum_value(&below) / all;
}

/* P(U >= u) exactly, u a whole number. */
static double mannwhitney_exact_sf(uint64_t few, uint64_t many, double u)
{
  double pairs = (double)few * (double)many;
  if (u <= 0) return 1;
  if (2 * u >= pairs) return mannwhitney_exact_cdf(few, many, (uint64_t)(pairs - u)); /* the law is symmetric */
  return 1 - mannwhitney_exact_cdf(few, many, (uint64_t)(u - 1));
}

static double mannwhitney_normal_sf(double u, double n, double m, double ties)
{
  double all = n + m;
  double deviation = sqrt(n * m / 12 * ((all + 1) - ties / (all * (all - 1))));
  if (!(deviation > 0)) return 1; /* all values equal */
  return dw_normal_sf((u - n * m / 2 - 0.5) / deviation);
}

dw_status dw_mannwhitney_within(dw_sorted r, dw_sorted c, dw_alternative alternative, double off, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total == 0 || c.total == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  double n = (double)r.total, m = (double)c.total, ties;
  double u1 = mannwhitney_u(r, c, &ties), u2 = n * m - u1;
  double u = alternative == DW_GREATER ? u1 : alternative == DW_LESS ? u2 : fmax(u1, u2);
  if (off > 0) {
    u -= off * n * m;
    ties = 0; /* what is tied in a sketch need not be so in the data: without ties the deviation is the largest */
  }
  uint64_t few = r.total < c.total ? r.total : c.total, many = r.total < c.total ? c.total : r.total;
  out->statistic = u1;
  out->exact = off == 0 && few <= EXACT_MOST && ties == 0 && fmin(u1, u2) < EXACT_TERMS_MOST;
  double p = out->exact ? mannwhitney_exact_sf(few, many, u) : mannwhitney_normal_sf(u, n, m, ties);
  if (alternative == DW_TWO_SIDED) p *= 2;
  out->p_value = p > 1 ? 1 : p;
  return DW_OK;
}

dw_status dw_mannwhitney(dw_sorted r, dw_sorted c, dw_alternative alternative, dw_test *out, dw_err *err)
{
  return dw_mannwhitney_within(r, c, alternative, 0, out, err);
}

dw_status dw_t_test(const dw_moments *r, const dw_moments *c, bool pooled, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  double n = (double)r->count, m = (double)c->count, variance;
  dw_moments_contrast in = dw_moments_compare(r, c);
  if (r->count == 0 || c->count == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  if (pooled) {
    out->df = n + m - 2;
    if (out->df < 1) return dw_err_set(err, DW_ENODATA, "too few values for a variance");
    variance = (in.m2_a + in.m2_b) / out->df * (1 / n + 1 / m);
  } else {
    if (r->count < 2 || c->count < 2) return dw_err_set(err, DW_ENODATA, "too few values for a variance");
    double vr = in.m2_a / (n - 1) / n, vc = in.m2_b / (m - 1) / m;
    variance = vr + vc;
    /* divided by the larger first: no overflow, no 0 / 0 from underflow */
    double most = fmax(vr, vc), sr = vr / most, sc = vc / most;
    out->df = (sr + sc) * (sr + sc) / (sr * sr / (n - 1) + sc * sc / (m - 1));
  }
  if (in.difference == 0 && variance == 0) {
    out->df = NAN;
    return dw_err_set(err, DW_ENODATA, "all values are equal");
  }
  if (!pooled && variance == 0) out->df = 1; /* p is 0 whatever it is */
  out->statistic = in.difference / sqrt(variance);
  out->p_value = dw_student_two_sided(out->statistic, out->df);
  return DW_OK;
}
