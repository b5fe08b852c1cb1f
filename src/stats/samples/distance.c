#include "stats/samples/distance.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/histogram.h"
#include "stats/samples/sum.h"

/* integral |F - G|^power over the values, power 1 or 2, for samples with weights or very large ones. */
static double gap_integral(dw_sorted r, dw_sorted c, int power)
{
  double n = (double)r.total, m = (double)c.total, gap = 0, before = 0;
  dw_sum sum = {0};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    if (gap != 0) dw_sum_add(&sum, (power == 1 ? fabs(gap) : gap * gap) * (walk.value - before));
    gap = (double)walk.below_a / n - (double)walk.below_b / m;
    before = walk.value;
  }
  return dw_sum_value(&sum);
}

/* The same by single steps; equal values lie 0 apart, so what cross is between them does not matter. */
static inline double gap_integral_steps(dw_sorted r, dw_sorted c, int power)
{
  dw_steps walk;
  dw_steps_start(&walk, r, c);
  double cross = 0, before = fmin(r.value[0], c.value[0]), pairs = (double)r.count * (double)c.count;
  dw_sum sum = {0};
  while (dw_steps_next(&walk)) {
    double size = power == 1 ? fabs(cross) / pairs : cross / pairs * (cross / pairs);
    dw_sum_add(&sum, size * (walk.value - before));
    before = walk.value;
    cross = walk.cross;
  }
  /* one side is used up: the gap shrinks with every value of the other */
  for (; walk.i < walk.n || walk.j < walk.m; cross = walk.cross) {
    double value = walk.i < walk.n ? walk.a[walk.i] : walk.b[walk.j];
    double size = power == 1 ? fabs(cross) / pairs : cross / pairs * (cross / pairs);
    dw_sum_add(&sum, size * (value - before));
    before = value;
    walk.cross += walk.change[walk.i < walk.n];
    if (walk.i < walk.n) walk.i++;
    else walk.j++;
  }
  return dw_sum_value(&sum);
}

int dw_distance_scale(double low, double high)
{
  double range = high - low;
  if (range > 0x1p1000) return 4;
  if (range >= 0x1p-200 || !(range > 0)) return 0;
  int exponent;
  frexp(range, &exponent);
  return exponent + (exponent & 1);
}

/* A sample in the unit 2^scale; *copy is what it stands in, for the caller to free (NULL: scale is 0). */
static dw_sorted in_unit(dw_sorted sample, int scale, double **copy)
{
  *copy = NULL;
  if (scale == 0) return sample;
  *copy = dw_alloc_array(sample.count, sizeof **copy);
  for (size_t i = 0; i < sample.count; i++) (*copy)[i] = ldexp(sample.value[i], -scale);
  sample.value = *copy;
  return sample;
}

/* The integral in the unit 2^*scale. */
static double gap_scaled(dw_sorted r, dw_sorted c, int power, int *scale)
{
  double *r_copy, *c_copy;
  *scale = dw_distance_scale(fmin(r.value[0], c.value[0]), fmax(r.value[r.count - 1], c.value[c.count - 1]));
  r = in_unit(r, *scale, &r_copy);
  c = in_unit(c, *scale, &c_copy);
  double sum = !dw_steps_fit(r, c) ? gap_integral(r, c, power) : power == 1 ? gap_integral_steps(r, c, 1) : gap_integral_steps(r, c, 2);
  dw_free(r_copy);
  dw_free(c_copy);
  return sum;
}

double dw_wasserstein(dw_sorted r, dw_sorted c)
{
  int scale;
  if (r.total == 0 || c.total == 0) return NAN;
  double distance = gap_scaled(r, c, 1, &scale);
  return scale ? ldexp(distance, scale) : distance;
}

double dw_wasserstein_in_std(dw_sorted r, dw_sorted c, const dw_moments *of)
{
  int scale;
  if (r.total == 0 || c.total == 0 || of->count == 0) return NAN;
  double distance = gap_scaled(r, c, 1, &scale);
  if (distance == 0) return 0;
  if (!(of->m2 > 0)) return NAN;
  double ratio = distance / sqrt(of->m2 / (double)of->count);
  return scale == of->scale ? ratio : ldexp(ratio, scale - of->scale);
}

double dw_energy_distance(dw_sorted r, dw_sorted c)
{
  int scale;
  if (r.total == 0 || c.total == 0) return NAN;
  double distance = sqrt(2 * gap_scaled(r, c, 2, &scale));
  return scale ? ldexp(distance, scale / 2) : distance;
}

void dw_fill_evidently(double *share, size_t k)
{
  double least = INFINITY;
  for (size_t i = 0; i < k; i++)
    if (share[i] != 0 && share[i] < least) least = share[i];
  double fill = least <= 0.0001 ? least / 1e6 : 0.0001;
  for (size_t i = 0; i < k; i++)
    if (share[i] == 0) share[i] = fill;
}

/* What is not empty makes room for what is filled in. */
static void fill_side(double *share, const double *other, size_t k, double fill)
{
  double filled = 0;
  for (size_t i = 0; i < k; i++) filled += share[i] == 0 && other[i] > 0;
  if (filled == 0) return;
  for (size_t i = 0; i < k; i++) {
    if (share[i] == 0 && other[i] > 0) share[i] = fill;
    share[i] /= 1 + filled * fill;
  }
}

void dw_fill_half_rows(double *p, double *q, size_t k, uint64_t n, uint64_t m)
{
  double *before = dw_alloc_array(k, sizeof *before);
  for (size_t i = 0; i < k; i++) before[i] = p[i];
  fill_side(p, q, k, 0.5 / (double)n);
  fill_side(q, before, k, 0.5 / (double)m);
  dw_free(before);
}

double dw_psi(const double *p, const double *q, size_t k)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++)
    if (p[i] != q[i]) dw_sum_add(&sum, (p[i] - q[i]) * dw_log(p[i] / q[i]));
  return dw_sum_value(&sum);
}

static double relative_entropy(double x, double y) { return x > 0 ? x * dw_log(x / y) : 0; }

double dw_kl_div(const double *p, const double *q, size_t k)
{
  double all_p = dw_sum_array(p, k), all_q = dw_sum_array(q, k);
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) dw_sum_add(&sum, relative_entropy(p[i] / all_p, q[i] / all_q));
  return dw_sum_value(&sum);
}

double dw_jensenshannon(const double *p, const double *q, size_t k)
{
  double all_p = dw_sum_array(p, k), all_q = dw_sum_array(q, k);
  if (!(all_p > 0) || !(all_q > 0)) return NAN;
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) {
    double a = p[i] / all_p, b = q[i] / all_q, middle = (a + b) / 2;
    dw_sum_add(&sum, relative_entropy(a, middle) + relative_entropy(b, middle));
  }
  double divergence = dw_sum_value(&sum) / 2;
  return divergence > 0 ? sqrt(divergence) : 0; /* rounding can leave -1e-17 */
}

static double hellinger_from(double coefficient) { return sqrt(1 - (coefficient < 0 ? 0 : coefficient > 1 ? 1 : coefficient)); }

double dw_hellinger(const double *p, const double *q, size_t k)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) dw_sum_add(&sum, sqrt(p[i] * q[i]));
  return hellinger_from(dw_sum_value(&sum));
}

double dw_total_variation(const double *p, const double *q, size_t k)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) dw_sum_add(&sum, fabs(p[i] - q[i]));
  return dw_sum_value(&sum) / 2;
}

double dw_l_infinity(const double *p, const double *q, size_t k)
{
  double most = 0;
  for (size_t i = 0; i < k; i++) most = fmax(most, fabs(p[i] - q[i]));
  return most;
}

double dw_cosine_distance(const double *p, const double *q, size_t k)
{
  dw_sum pp = {0}, qq = {0}, pq = {0};
  for (size_t i = 0; i < k; i++) {
    dw_sum_add(&pp, p[i] * p[i]);
    dw_sum_add(&qq, q[i] * q[i]);
    dw_sum_add(&pq, p[i] * q[i]);
  }
  return 1 - dw_sum_value(&pq) / sqrt(dw_sum_value(&pp) * dw_sum_value(&qq));
}

void dw_shares(const uint64_t *counts, size_t k, uint64_t total, double *out)
{
  for (size_t i = 0; i < k; i++) out[i] = (double)counts[i] / (double)total;
}

/* With densities h = count / width / total, as numpy computes them, and one width for all bins; widths in a power of two near their own, so
 * that no density overflows or underflows and every digit stays. */
static double hellinger_of_counts(const uint64_t *a, const uint64_t *b, const double *edges, size_t bins)
{
  double all_a = 0, all_b = 0;
  int unit;
  frexp(edges[bins] - edges[0], &unit);
  double width = ldexp(edges[bins] - edges[0], -unit) / (double)bins;
  for (size_t i = 0; i < bins; i++) {
    all_a += (double)a[i];
    all_b += (double)b[i];
  }
  dw_sum sum = {0};
  for (size_t i = 0; i < bins; i++) {
    double part = ldexp(edges[i + 1] - edges[i], -unit);
    dw_sum_add(&sum, sqrt((double)a[i] / part / all_a * ((double)b[i] / part / all_b)) * width);
  }
  return hellinger_from(dw_sum_value(&sum));
}

dw_status dw_hellinger_numeric(dw_sorted r, dw_sorted c, bool whole_numbers, double *out, dw_binned *bins, dw_err *err)
{
  dw_binned own = {0};
  *out = NAN;
  if (bins) *bins = own;
  if (r.total == 0 || c.total == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  double low = fmin(r.value[0], c.value[0]), high = fmax(r.value[r.count - 1], c.value[c.count - 1]);
  double distinct = (double)dw_sorted_distinct_pooled(r, c, 0);
  dw_status status = dw_histogram_edges_sturges(low, high, distinct, whole_numbers, &own.edges, &own.count, err);
  if (status != DW_OK) return status;
  uint64_t *a = dw_alloc_array(own.count, sizeof *a), *b = dw_alloc_array(own.count, sizeof *b);
  dw_histogram_count(r, own.edges, own.count, a);
  dw_histogram_count(c, own.edges, own.count, b);
  *out = hellinger_of_counts(a, b, own.edges, own.count);
  if (bins) {
    own.p = dw_alloc_array(own.count, sizeof *own.p);
    own.q = dw_alloc_array(own.count, sizeof *own.q);
    dw_shares(a, own.count, r.total, own.p);
    dw_shares(b, own.count, c.total, own.q);
    own.low = own.edges;
    own.high = own.edges + 1;
    *bins = own;
  } else {
    dw_binned_free(&own);
  }
  dw_free(a);
  dw_free(b);
  return DW_OK;
}
