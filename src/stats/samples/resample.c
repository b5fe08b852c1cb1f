#include "stats/samples/resample.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/sum.h"

enum { TAIL = 10, FEW_VALUES = 20 }; /* as in dw_binned, which takes so many for categories */

void dw_resample_rows(dw_rng *rng, uint32_t n, size_t block, uint32_t *row, size_t m)
{
  for (size_t i = 0; i < m;) {
    uint32_t at = (uint32_t)dw_rng_below(rng, n);
    size_t end = m - i < block ? m : i + block;
    while (i < end) {
      row[i++] = at++;
      if (at == n) at = 0;
    }
  }
}

/* --- block length --- */

static double lagged_product(const double *x, size_t n, size_t lag)
{
  double sum[4] = {0};
  size_t i = 0, count = n - lag;
  for (; i + 4 <= count; i += 4)
    for (size_t k = 0; k < 4; k++) sum[k] += x[i + k] * x[i + k + lag];
  for (; i < count; i++) sum[0] += x[i] * x[i + lag];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double *centred(const double *x, size_t n)
{
  double *out = dw_alloc_array(n, sizeof *out);
  dw_sum sum = {0};
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i])) dw_sum_add(&sum, x[i]), count++;
  double mean = count ? dw_sum_value(&sum) / (double)count : 0;
  for (size_t i = 0; i < n; i++) out[i] = isnan(x[i]) ? 0 : x[i] - mean;
  return out;
}

size_t dw_resample_block_length(const double *values, size_t n)
{
  if (n < 8) return 1;
  double size = (double)n, *x = centred(values, n);
  size_t run = (size_t)fmax(5, floor(dw_log10(size))); /* so many lags in a row without autocorrelation: it has died out */
  size_t most = (size_t)ceil(sqrt(size)) + run;
  if (most > n - 1) most = n - 1;
  double noise = 2 * sqrt(dw_log10(size) / size);
  double *covariance = dw_alloc_array(most + 1, sizeof *covariance);
  size_t lags = 0, quiet = 0, last = most; /* last: the last lag that counts */
  covariance[0] = lagged_product(x, n, 0) / size;
  for (lags = 1; lags <= most && covariance[0] > 0; lags++) {
    covariance[lags] = lagged_product(x, n, lags) / size;
    quiet = fabs(covariance[lags] / covariance[0]) < noise ? quiet + 1 : 0;
    if (quiet < run) continue;
    last = lags - run;
    break;
  }
  size_t length = 1;
  if (covariance[0] > 0 && last > 0) {
    /* The flat-top window: lags up to m / 2 count fully, then less and less up to m. */
    size_t m = 2 * last < most ? 2 * last : most;
    double spread = covariance[0], slope = 0;
    for (size_t k = lags + 1; k <= m; k++) covariance[k] = lagged_product(x, n, k) / size;
    for (size_t k = 1; k <= m; k++) {
      double weight = 2 * k <= m ? 1 : 2 * (1 - (double)k / (double)m);
      spread += 2 * weight * covariance[k];
      slope += 2 * weight * (double)k * covariance[k];
    }
    double longest = ceil(fmin(3 * sqrt(size), size / 3));
    double best = dw_pow(1.5 * slope * slope / (spread * spread) * size, 1.0 / 3);
    length = (size_t)ceil(best > 1 ? fmin(best, longest) : 1);
  }
  dw_free(covariance);
  dw_free(x);
  return length;
}

/* --- numbers drawn again --- */

dw_support dw_support_of(dw_sorted sample, double *value, uint8_t *single)
{
  size_t count = 0, singles = 0;
  for (size_t i = 0; i < sample.count; count++) {
    value[count] = sample.value[i];
    single[count] = dw_sorted_run(sample, &i) == 1;
    singles += single[count];
  }
  bool discrete = count <= FEW_VALUES && 2 * singles <= count;
  if (discrete || count < 2) memset(single, 0, count);
  return (dw_support){value, single, count, discrete};
}

/* Where the cell of a value ends that is not the first or the last one. */
static double cell_edge(const dw_support *s, size_t i, int side)
{
  return side < 0 ? s->value[i] / 2 + s->value[i - 1] / 2 : s->value[i] / 2 + s->value[i + 1] / 2;
}

/* How far values go beyond the k-th from the end, on average: the scale of the tail behind the last one. */
static double tail_scale(const dw_support *s, bool upper)
{
  size_t k = s->count / 4 < TAIL ? s->count / 4 : TAIL;
  if (k == 0) k = 1;
  double sum = 0;
  for (size_t i = 1; i <= k; i++) sum += upper ? s->value[s->count - i] - s->value[s->count - 1 - k] : s->value[k] - s->value[i - 1];
  return sum / (double)k;
}

/* A draw from the first or last cell: half of it lies towards the other values, half beyond the value, exponential. */
static double draw_end(const dw_support *s, dw_rng *rng, size_t i)
{
  bool upper = i > 0;
  double u = dw_rng_uniform(rng), inner = cell_edge(s, i, upper ? -1 : 1);
  if (u < 0.5) return s->value[i] + 2 * u * (inner - s->value[i]);
  double beyond = -dw_log(2 * (1 - u)) * tail_scale(s, upper);
  return upper ? s->value[i] + beyond : s->value[i] - beyond;
}

static void insert_sorted(double *x, size_t count, double value)
{
  size_t at = count;
  for (; at > 0 && x[at - 1] > value; at--) x[at] = x[at - 1];
  x[at] = value;
}

static void spread_cell(const dw_support *s, dw_rng *rng, size_t i, uint32_t times, double *x)
{
  bool end = i == 0 || i + 1 == s->count;
  double low = end ? 0 : cell_edge(s, i, -1), high = end ? 0 : cell_edge(s, i, 1);
  for (uint32_t k = 0; k < times; k++) {
    double value = end ? draw_end(s, rng, i) : low + (high - low) * (((double)dw_rng_u32(rng) + 0.5) / 4294967296.0);
    insert_sorted(x, k, isfinite(value) ? value : s->value[i]);
  }
}

/* The draws of one value, from x on; returns how many they are. */
static size_t spread_value(const dw_support *s, dw_rng *rng, size_t i, uint32_t times, double *x)
{
  if (s->single[i]) {
    spread_cell(s, rng, i, times, x);
  } else {
    for (uint32_t k = 0; k < times; k++) x[k] = s->value[i];
  }
  return times;
}

size_t dw_support_spread(const dw_support *support, dw_rng *rng, const uint32_t *at, const uint32_t *times, size_t count, double *x)
{
  size_t n = 0;
  for (size_t k = 0; k < count; k++) n += spread_value(support, rng, at ? at[k] : k, times[k], x + n);
  return n;
}
