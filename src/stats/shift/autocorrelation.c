#include "stats/shift/autocorrelation.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"

/* LUMP: m3^2 / sqrt(n), m3 the third moment of the scaled values, beyond which the law of a product sum is one of few rare rows. */
enum { LEAST_ROWS = 32, HORIZONS = 4, PARTNERS = 4, LUMP = 2, CELLS_MOST = 256 };

#define SMALL_SKEWNESS 0.02

bool dw_series_scale(double *x, size_t n)
{
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  double mean = n ? sum / (double)n : 0;
  for (size_t i = 0; i < n; i++) {
    x[i] -= mean;
    squares += x[i] * x[i];
  }
  double scale = sqrt(squares / (double)n);
  if (!(scale > 0)) return false;
  for (size_t i = 0; i < n; i++) x[i] /= scale;
  return true;
}

/* Where x stands in a[0..n), ascending, which holds it. Without branches that a processor would have to guess: half of a column's time. */
static size_t place_of(const double *a, size_t n, double x)
{
  const double *at = a;
  for (; n > 1; n -= n / 2) at += (at[n / 2] <= x) * (n / 2);
  return (size_t)(at - a);
}

bool dw_series_rank(double *x, size_t n, double *scratch)
{
  for (size_t i = 0; i < n; i++) scratch[i] = x[i];
  dw_sort_doubles(scratch, n, NULL);
  if (n == 0 || scratch[0] == scratch[n - 1]) return false;
  double *middle = dw_alloc_array(n, sizeof *middle);
  size_t distinct = 0;
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && scratch[end] == scratch[i]; end++) continue;
    scratch[distinct] = scratch[i];
    middle[distinct++] = (double)(i + end);
  }
  for (size_t i = 0; i < n; i++) x[i] = middle[place_of(scratch, distinct, x[i])];
  dw_free(middle);
  return dw_series_scale(x, n);
}

/* The sum of products at a lag, and of how many pairs. */
static double products(const dw_series *series, size_t lag, size_t *pairs)
{
  static const size_t whole[] = {0};
  const size_t *start = series->start ? series->start : whole;
  size_t runs = series->start ? series->runs : 1;
  double sum = 0;
  *pairs = 0;
  for (size_t r = 0; r < runs; r++) {
    size_t end = r + 1 < runs ? start[r + 1] : series->n;
    if (end - start[r] <= lag) continue;
    const double *x = series->x + start[r], *y = x + lag;
    size_t count = end - start[r] - lag, i = 0;
    double part[4] = {0};
    for (; i + 4 <= count; i += 4)
      for (size_t k = 0; k < 4; k++) part[k] += x[i + k] * y[i + k];
    for (; i < count; i++) part[0] += x[i] * y[i];
    sum += (part[0] + part[1]) + (part[2] + part[3]);
    *pairs += count;
  }
  return sum;
}

static double autocorrelation(const dw_series *series, size_t lag, size_t *pairs)
{
  double sum = products(series, lag, pairs);
  return *pairs ? sum / (double)*pairs * (1 - (double)lag / (double)series->n) : 0;
}

double dw_autocorrelation(const dw_series *series, size_t lag)
{
  size_t pairs;
  return autocorrelation(series, lag, &pairs);
}

/* P(Z >= z) of a Pearson III of mean 0, variance 1 and this skewness, >= 0; of a small one by its expansion about the normal law, whose
 * next term is of the order of its square (Cornish and Fisher 1938). */
static double pearson_sf(double z, double skewness)
{
  if (skewness < SMALL_SKEWNESS) return dw_normal_sf(z - skewness * (z * z - 1) / 6 * (z < 1 / SMALL_SKEWNESS));
  double shape = 4 / (skewness * skewness), at = shape + z * sqrt(shape);
  return at > 0 ? dw_gamma_q(shape, at) : 1;
}

/* Exchangeable rows of mean 0 and variance 1: a product of two has the mean -1 / (n - 1) and about the variance 1. Third moments: of one
 * pair the square of that of a value, m3, and 6 for every three rows that are all within the horizon h of each other, of which there are
 * (h - 1) / 2 for each pair. */
double dw_autocorrelation_p(const dw_series *series)
{
  static const size_t horizon[HORIZONS] = {1, 4, 16, 64};
  double n = (double)series->n, cubes = 0, sum = 0, all = 0, least = 1;
  if (series->n < LEAST_ROWS) return 1;
  for (size_t i = 0; i < series->n; i++) cubes += series->x[i] * series->x[i] * series->x[i];
  double own = cubes / n * (cubes / n);
  if (own > LUMP * sqrt(n)) return 1;
  size_t tried = 0;
  for (size_t lag = 1; tried < HORIZONS && horizon[tried] <= series->n / 8; lag++) {
    size_t pairs;
    sum += products(series, lag, &pairs);
    all += (double)pairs;
    if (lag < horizon[tried]) continue;
    tried++;
    if (all == 0) continue;
    double z = (sum + all / (n - 1)) / sqrt(all), skewness = (own + 3 * (double)(lag - 1)) / sqrt(all);
    least = fmin(least, pearson_sf(z, skewness));
  }
  return fmin(1, least * (double)tried);
}

double dw_autocorrelation_time(const dw_series *series)
{
  double time = -1, two = 1;
  size_t pairs;
  for (size_t lag = 1; lag < DW_AUTOCORRELATION_LAGS; lag += 2) {
    two += autocorrelation(series, lag, &pairs);
    if (two <= 0) break;
    time += 2 * two;
    if (pairs < series->n / PARTNERS) break;
    two = autocorrelation(series, lag + 1, &pairs);
  }
  return fmax(time, 1);
}

double dw_series_cells(dw_series *series, const unsigned char *cell, size_t cells, double *p_value, double *mean, double *left)
{
  double sum[CELLS_MOST] = {0}, between = 0, n = (double)series->n;
  size_t count[CELLS_MOST] = {0}, used = 0;
  assert(cells <= CELLS_MOST);
  *p_value = 1;
  for (size_t i = 0; i < series->n; i++) {
    sum[cell[i]] += series->x[i];
    count[cell[i]]++;
  }
  for (size_t c = 0; c < cells; c++) {
    if (count[c] == 0) continue;
    used++;
    sum[c] /= (double)count[c];
    between += (double)count[c] * sum[c] * sum[c];
  }
  if (mean) memcpy(mean, sum, cells * sizeof *mean);
  if (left) *left = 1;
  double share = fmin(1, between / n);
  for (size_t i = 0; i < series->n; i++) series->x[i] -= sum[cell[i]];
  if (used < 2) return share;
  if (!dw_series_scale(series->x, series->n)) {
    *p_value = series->n > used ? 0 : 1;
    return share;
  }
  double time = dw_autocorrelation_time(series), within = n / time - (double)used, among = (double)used - 1;
  if (left) *left = time;
  if (within < 2) return share;
  *p_value = dw_f_sf(share / among / ((1 - share) / within), among, within);
  return share;
}
