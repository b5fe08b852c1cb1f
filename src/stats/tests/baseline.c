#include "stats/tests/baseline.h"

#include <math.h>

#include "base/mem.h"
#include "stats/samples/distance.h"
#include "stats/samples/histogram.h"
#include "stats/samples/moments.h"
#include "stats/samples/sum.h"
#include "stats/tests/twosample.h"

#define ROOT_LN2 0.83255461115769775635 /* sqrt(ln 2) */

static double first_of(dw_sorted sample) { return sample.value[0]; }
static double last_of(dw_sorted sample) { return sample.value[sample.count - 1]; }

static void make_fine(dw_baseline *b, double low, double high)
{
  if (b->reference.total < DW_BASELINE_FINE || dw_histogram_edges_equal(low, high, DW_BASELINE_FINE, &b->fine_edges, NULL) != DW_OK) return;
  uint64_t *count = dw_alloc_array(DW_BASELINE_FINE, sizeof *count), sum = 0;
  b->fine_share = dw_alloc_array(DW_BASELINE_FINE, sizeof *b->fine_share);
  dw_histogram_count(b->reference, b->fine_edges, DW_BASELINE_FINE, count);
  for (size_t i = 0; i < DW_BASELINE_FINE; i++) b->fine_share[i] = (double)(sum += count[i]) / (double)b->reference.total;
  dw_free(count);
}

static void make_doane(dw_baseline *b, double low, double high)
{
  dw_moments moments = dw_moments_of(b->reference);
  double total = (double)b->reference.total;
  if (dw_histogram_edges_doane(low, high, total, dw_moments_skewness(&moments), &b->edges, &b->bins, NULL) != DW_OK) return;
  uint64_t *count = dw_alloc_array(b->bins, sizeof *count);
  b->share = dw_alloc_array(b->bins, sizeof *b->share);
  dw_histogram_count(b->reference, b->edges, b->bins, count);
  for (size_t i = 0; i < b->bins; i++) b->share[i] = (double)count[i] / total;
  dw_free(count);
}

void dw_baseline_init(dw_baseline *baseline, dw_sorted reference)
{
  *baseline = (dw_baseline){.reference = reference};
  if (reference.count == 0) return;
  make_fine(baseline, first_of(reference), last_of(reference));
  make_doane(baseline, first_of(reference), last_of(reference));
}

void dw_baseline_free(dw_baseline *baseline)
{
  dw_free(baseline->fine_edges);
  dw_free(baseline->fine_share);
  dw_free(baseline->edges);
  dw_free(baseline->share);
  *baseline = (dw_baseline){0};
}

/* How many of the sample are below x. */
static uint64_t count_below(dw_sorted sample, double x)
{
  uint64_t n = 0;
  for (size_t i = 0; i < sample.count && sample.value[i] < x; i++) n += dw_sorted_weight(sample, i);
  return n;
}

double dw_baseline_ks(const dw_baseline *b, dw_sorted chunk)
{
  /* Bins without width tell as much as the values themselves. */
  if (!b->fine_edges || first_of(b->reference) == last_of(b->reference)) return fabs(dw_ks_statistic(b->reference, chunk, NULL));
  if (chunk.count == 0) return NAN;
  uint64_t *count = dw_alloc_array(DW_BASELINE_FINE, sizeof *count), sum = count_below(chunk, b->fine_edges[0]);
  double most = 0;
  dw_histogram_count(chunk, b->fine_edges, DW_BASELINE_FINE, count);
  for (size_t i = 0; i < DW_BASELINE_FINE; i++) most = fmax(most, fabs(b->fine_share[i] - (double)(sum += count[i]) / (double)chunk.total));
  dw_free(count);
  return most;
}

/* Integral of the chunk's cumulative share from its least value up to `low`. */
static double area_below(dw_sorted chunk, double low)
{
  dw_sum area = {0};
  uint64_t n = 0;
  for (size_t i = 0; i < chunk.count && chunk.value[i] < low; i++) {
    double next = i + 1 < chunk.count ? fmin(chunk.value[i + 1], low) : low;
    n += dw_sorted_weight(chunk, i);
    dw_sum_add(&area, (double)n / (double)chunk.total * (next - chunk.value[i]));
  }
  return dw_sum_value(&area);
}

/* Integral of what the chunk's cumulative share misses of 1, from `high` up to its greatest value. */
static double area_above(dw_sorted chunk, double high)
{
  dw_sum area = {0};
  uint64_t n = 0;
  for (size_t i = chunk.count; i-- > 0 && chunk.value[i] > high;) {
    double before = i > 0 ? fmax(chunk.value[i - 1], high) : high;
    n += dw_sorted_weight(chunk, i);
    dw_sum_add(&area, (double)n / (double)chunk.total * (chunk.value[i] - before));
  }
  return dw_sum_value(&area);
}

double dw_baseline_wasserstein(const dw_baseline *b, dw_sorted chunk)
{
  if (!b->fine_edges) return dw_wasserstein(b->reference, chunk);
  if (chunk.count == 0) return NAN;
  double low = b->fine_edges[0], high = b->fine_edges[DW_BASELINE_FINE], width = b->fine_edges[1] - low, total = (double)chunk.total;
  uint64_t *count = dw_alloc_array(DW_BASELINE_FINE, sizeof *count), below = count_below(chunk, low), inside = 0;
  double start = below ? ((double)below + 1) / total : 0;
  dw_sum area = {0};
  dw_histogram_count(chunk, b->fine_edges, DW_BASELINE_FINE, count);
  for (size_t i = 0; i < DW_BASELINE_FINE; i++) {
    inside += count[i];
    dw_sum_add(&area, fabs(b->fine_share[i] - ((double)inside / total + start)) * width);
  }
  dw_free(count);
  return dw_sum_value(&area) + area_below(chunk, low) + area_above(chunk, high);
}

typedef double distance(const double *p, const double *q, size_t k);

static double jensenshannon(const double *p, const double *q, size_t k) { return dw_jensenshannon(p, q, k) / ROOT_LN2; }

/* The differences of the roots: exact near 0, where 1 - sum sqrt(p q) cancels. */
static double hellinger(const double *p, const double *q, size_t k)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < k; i++) {
    double gap = sqrt(p[i]) - sqrt(q[i]);
    dw_sum_add(&sum, gap * gap);
  }
  return sqrt(dw_sum_value(&sum) / 2);
}

static double on_bins(const dw_baseline *b, dw_sorted chunk, distance *measure)
{
  if (b->bins == 0 || chunk.count == 0) return NAN;
  uint64_t *count = dw_alloc_array(b->bins, sizeof *count), inside = 0;
  double *p = dw_alloc_array(2 * (b->bins + 1), sizeof *p), *q = p + b->bins + 1, total = (double)chunk.total;
  dw_histogram_count(chunk, b->edges, b->bins, count);
  for (size_t i = 0; i < b->bins; i++) {
    p[i] = b->share[i];
    q[i] = (double)count[i] / total;
    inside += count[i];
  }
  p[b->bins] = 0;
  q[b->bins] = (double)(chunk.total - inside) / total;
  double result = measure(p, q, b->bins + 1);
  dw_free(p);
  dw_free(count);
  return result;
}

double dw_baseline_jensenshannon(const dw_baseline *baseline, dw_sorted chunk) { return on_bins(baseline, chunk, jensenshannon); }
double dw_baseline_hellinger(const dw_baseline *baseline, dw_sorted chunk) { return on_bins(baseline, chunk, hellinger); }

static double on_counts(const uint64_t *reference, const uint64_t *chunk, size_t categories, distance *measure)
{
  uint64_t n = 0, m = 0, unseen = 0;
  size_t k = 0;
  double *p = dw_alloc_array(2 * (categories + 1), sizeof *p), *q = p + categories + 1, result = NAN;
  for (size_t i = 0; i < categories; i++) n += reference[i], m += chunk[i];
  for (size_t i = 0; i < categories && n && m; i++) {
    if (reference[i] == 0) {
      unseen += chunk[i];
      continue;
    }
    p[k] = (double)reference[i] / (double)n;
    q[k++] = (double)chunk[i] / (double)m;
  }
  if (n && m) {
    p[k] = 0;
    q[k] = (double)unseen / (double)m;
    result = measure(p, q, k + 1);
  }
  dw_free(p);
  return result;
}

double dw_baseline_jensenshannon_counts(const uint64_t *reference, const uint64_t *chunk, size_t categories)
{
  return on_counts(reference, chunk, categories, jensenshannon);
}

double dw_baseline_hellinger_counts(const uint64_t *reference, const uint64_t *chunk, size_t categories)
{
  return on_counts(reference, chunk, categories, hellinger);
}
