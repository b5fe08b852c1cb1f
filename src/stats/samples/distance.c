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

double dw_wasserstein(dw_sorted r, dw_sorted c)
{
  if (r.total == 0 || c.total == 0) return NAN;
  return dw_steps_fit(r, c) ? gap_integral_steps(r, c, 1) : gap_integral(r, c, 1);
}

double dw_energy_distance(dw_sorted r, dw_sorted c)
{
  if (r.total == 0 || c.total == 0) return NAN;
  return sqrt(2 * (dw_steps_fit(r, c) ? gap_integral_steps(r, c, 2) : gap_integral(r, c, 2)));
}

double dw_share_fill(const double *p, size_t k)
{
  double least = INFINITY;
  for (size_t i = 0; i < k; i++)
    if (p[i] != 0 && p[i] < least) least = p[i];
  return least <= 0.0001 ? least / 1e6 : 0.0001;
}

static inline double filled(double share, double fill) { return share == 0 ? fill : share; }

double dw_psi(const double *p, const double *q, size_t k)
{
  double fill_p = dw_share_fill(p, k), fill_q = dw_share_fill(q, k);
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) {
    double a = filled(p[i], fill_p), b = filled(q[i], fill_q);
    dw_sum_add(&sum, (a - b) * dw_log(a / b));
  }
  return dw_sum_value(&sum);
}

double dw_kl_div(const double *p, const double *q, size_t k)
{
  double fill_p = dw_share_fill(p, k), fill_q = dw_share_fill(q, k);
  dw_sum sum_p = {0}, sum_q = {0}, sum = {0};
  for (size_t i = 0; i < k; i++) {
    dw_sum_add(&sum_p, filled(p[i], fill_p));
    dw_sum_add(&sum_q, filled(q[i], fill_q));
  }
  double all_p = dw_sum_value(&sum_p), all_q = dw_sum_value(&sum_q);
  for (size_t i = 0; i < k; i++) {
    double a = filled(p[i], fill_p) / all_p, b = filled(q[i], fill_q) / all_q;
    dw_sum_add(&sum, a * dw_log(a / b));
  }
  return dw_sum_value(&sum);
}

static double relative_entropy(double x, double y) { return x > 0 ? x * dw_log(x / y) : 0; }

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

void dw_binned_free(dw_binned *bins)
{
  dw_free(bins->p);
  dw_free(bins->q);
  dw_free(bins->edges);
  *bins = (dw_binned){0};
}

static double *shares_in_bins(dw_sorted sample, const double *edges, size_t bins)
{
  uint64_t *counts = dw_alloc_array(bins, sizeof *counts);
  double *shares = dw_alloc_array(bins, sizeof *shares);
  dw_histogram_count(sample, edges, bins, counts);
  dw_shares(counts, bins, sample.total, shares);
  dw_free(counts);
  return shares;
}

static dw_status pooled_edges(dw_sorted r, dw_sorted c, double n, bool whole_numbers, double **edges, size_t *bins, dw_err *err)
{
  double low = fmin(r.value[0], c.value[0]), high = fmax(r.value[r.count - 1], c.value[c.count - 1]);
  return dw_histogram_edges_sturges(low, high, n, whole_numbers, edges, bins, err);
}

static dw_status both_sides(dw_sorted r, dw_sorted c, dw_err *err)
{
  return r.total && c.total ? DW_OK : dw_err_set(err, DW_ENODATA, "no values on one side");
}

dw_status dw_binned_sturges(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err)
{
  *out = (dw_binned){0};
  dw_status status = both_sides(r, c, err);
  if (status == DW_OK) status = pooled_edges(r, c, (double)r.total + (double)c.total, whole_numbers, &out->edges, &out->count, err);
  if (status != DW_OK) return status;
  out->p = shares_in_bins(r, out->edges, out->count);
  out->q = shares_in_bins(c, out->edges, out->count);
  return DW_OK;
}

dw_status dw_binned_distinct(dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err)
{
  *out = (dw_binned){.distinct = true};
  dw_status status = both_sides(r, c, err);
  if (status != DW_OK) return status;
  size_t room = dw_sorted_distinct_pooled(r, c, 0);
  out->p = dw_alloc_array(room, sizeof *out->p);
  out->q = dw_alloc_array(room, sizeof *out->q);
  out->edges = dw_alloc_array(room, sizeof *out->edges);
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  for (; dw_merge_next(&walk); out->count++) {
    out->edges[out->count] = walk.value;
    out->p[out->count] = (double)walk.times_a / (double)r.total;
    out->q[out->count] = (double)walk.times_b / (double)c.total;
  }
  return DW_OK;
}

dw_status dw_binned_make(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err)
{
  enum { KEYS_MOST = 20 };
  if (dw_sorted_distinct(r, KEYS_MOST + 1) > KEYS_MOST) return dw_binned_sturges(r, c, whole_numbers, out, err);
  return dw_binned_distinct(r, c, out, err);
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
  dw_status status = both_sides(r, c, err);
  if (status == DW_OK) status = pooled_edges(r, c, (double)dw_sorted_distinct_pooled(r, c, 0), whole_numbers, &own.edges, &own.count, err);
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
    *bins = own;
  } else {
    dw_binned_free(&own);
  }
  dw_free(a);
  dw_free(b);
  return DW_OK;
}
