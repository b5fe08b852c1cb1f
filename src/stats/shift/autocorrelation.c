#include "stats/shift/autocorrelation.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"

/* LUMP: m3^2 / sqrt(n), m3 the third moment of the scaled values, beyond which the law of a product sum is one of few rare rows. */
enum { LEAST_ROWS = 32, HORIZONS = 4, PARTNERS = 4, LUMP = 2, CELLS_MOST = 256, MANY = 2048, SEEN = 256 };

#define SMALL_SKEWNESS 0.02

/* Of x[i] y[i]: four sums, of which none waits for another. */
static double sum_of_products(const double *x, const double *y, size_t n)
{
  double part[4] = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; k++) part[k] += x[i + k] * y[i + k];
  for (; i < n; i++) part[0] += x[i] * y[i];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

static double sum_of(const double *x, size_t n)
{
  double part[4] = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; k++) part[k] += x[i + k];
  for (; i < n; i++) part[0] += x[i];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

bool dw_series_scale(double *x, size_t n)
{
  double mean = n ? sum_of(x, n) / (double)n : 0;
  for (size_t i = 0; i < n; i++) x[i] -= mean;
  double scale = sqrt(sum_of_products(x, x, n) / (double)n);
  if (!(scale > 0)) return false;
  double factor = 1 / scale;
  for (size_t i = 0; i < n; i++) x[i] *= factor;
  return true;
}

/* The last of a[0..n), ascending, that is not above x; the first where none is. Without branches that a processor would have to guess: half
 * of a column's time. */
static size_t place_of(const double *a, size_t n, double x)
{
  const double *at = a;
  for (; n > 1; n -= n / 2) at += (at[n / 2] <= x) * (n / 2);
  return (size_t)(at - a);
}

/* Some of the values: one of each stretch of n / SEEN, at a place in it that no cycle of theirs keeps step with. */
static size_t see(const double *x, size_t n, double *seen)
{
  size_t count = n > MANY ? SEEN : n, stretch = n / count;
  uint32_t place = 1;
  for (size_t i = 0; i < count; i++) {
    place = place * 1664525 + 1013904223; /* Numerical Recipes' linear congruences */
    seen[i] = x[(size_t)((uint64_t)i * n / count) + (stretch > 1 ? (place >> 16) % stretch : 0)];
  }
  return count;
}

bool dw_series_rank(double *x, size_t n, double *scratch)
{
  size_t count = n ? see(x, n, scratch) : 0;
  dw_sort_doubles(scratch, count, NULL);
  if (count == 0 || (count == n && scratch[0] == scratch[n - 1])) return false;
  double *middle = dw_alloc_array(count, sizeof *middle), *gap = dw_alloc_array(count, sizeof *gap);
  size_t distinct = 0;
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i + 1; end < count && scratch[end] == scratch[i]; end++) continue;
    scratch[distinct] = scratch[i];
    middle[distinct] = (double)(i + end);
    gap[distinct++] = (double)(2 * end); /* between it and the next one seen */
  }
  for (size_t i = 0; i < n; i++) {
    size_t place = place_of(scratch, distinct, x[i]);
    x[i] = x[i] == scratch[place] ? middle[place] : x[i] < scratch[place] ? 0 : gap[place];
  }
  dw_free(middle);
  dw_free(gap);
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
    size_t count = end - start[r] - lag;
    sum += sum_of_products(series->x + start[r], series->x + start[r] + lag, count);
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

/* The sum of the products of all lags from 1 to the horizon, and of how many pairs: each row times the sum of as many behind it, which two
 * sums from the first row on tell. upto: [n + 1] those sums. */
static double products_within(const dw_series *series, size_t horizon, const double *upto, double *pairs)
{
  static const size_t whole[] = {0};
  const size_t *start = series->start ? series->start : whole;
  size_t runs = series->start ? series->runs : 1;
  double sum = 0;
  *pairs = 0;
  for (size_t r = 0; r < runs; r++) {
    size_t end = r + 1 < runs ? start[r + 1] : series->n, length = end - start[r];
    size_t full = length > horizon ? end - horizon : start[r], short_ones = end - full; /* rows with fewer behind them */
    for (size_t i = start[r]; i < full; i++) sum += series->x[i] * (upto[i + horizon + 1] - upto[i + 1]);
    for (size_t i = full; i < end; i++) sum += series->x[i] * (upto[end] - upto[i + 1]);
    *pairs += (double)(full - start[r]) * (double)horizon + (double)short_ones * ((double)short_ones - 1) / 2;
  }
  return sum;
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
  double n = (double)series->n, cubes = 0, least = 1;
  if (series->n < LEAST_ROWS) return 1;
  for (size_t i = 0; i < series->n; i++) cubes += series->x[i] * series->x[i] * series->x[i];
  double own = cubes / n * (cubes / n);
  if (own > LUMP * sqrt(n)) return 1;
  double *upto = dw_alloc_array(series->n + 1, sizeof *upto);
  upto[0] = 0;
  for (size_t i = 0; i < series->n; i++) upto[i + 1] = upto[i] + series->x[i];
  size_t tried = 0;
  for (; tried < HORIZONS && horizon[tried] <= series->n / 8; tried++) {
    double pairs, sum = products_within(series, horizon[tried], upto, &pairs);
    if (pairs == 0) continue;
    double z = (sum + pairs / (n - 1)) / sqrt(pairs), skewness = (own + 3 * ((double)horizon[tried] - 1)) / sqrt(pairs);
    least = fmin(least, pearson_sf(z, skewness));
  }
  dw_free(upto);
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
