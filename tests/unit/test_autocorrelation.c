/* Held to the definitions by hand, to the law of autoregressive series, and to their rates: a share leaves its interval by chance once in a
 * million checks. */
#include "stats/shift/autocorrelation.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/distributions/special.h"
#include "test.h"

static double most_of(double a, double trials) { return a + 4.9 * sqrt(a * (1 - a) / trials) + 3 / trials; }

TEST(ranks)
{
  double x[] = {7, 1, 7, -3}, scratch[4]; /* midranks 3.5 2 3.5 1, about 2.5: 1 -0.5 1 -1.5, squares 4.5 */
  CHECK(dw_series_rank(x, 4, scratch));
  double scale = sqrt(4.5 / 4);
  CHECK_CLOSE(x[0], 1 / scale, 1e-15);
  CHECK_CLOSE(x[1], -0.5 / scale, 1e-15);
  CHECK_CLOSE(x[2], 1 / scale, 1e-15);
  CHECK_CLOSE(x[3], -1.5 / scale, 1e-15);
  double same[] = {2, 2, 2};
  CHECK(!dw_series_rank(same, 3, scratch) && !dw_series_rank(same, 0, scratch));
}

/* Of many values: 0 … 19,999, each once, in an order of no kind, have the ranks r = x + 1, of mean 10,000.5 and variance 20,000^2 / 12. */
TEST(ranks_of_many)
{
  enum { N = 20000 };
  static double x[N], value[N], scratch[N];
  double product = 0;
  for (size_t i = 0; i < N; i++) x[i] = value[i] = (double)(i * 7919 % N);
  CHECK(dw_series_rank(x, N, scratch));
  static double of[N];
  for (size_t i = 0; i < N; i++) {
    of[(size_t)value[i]] = x[i];
    product += x[i] * (value[i] + 1 - 10000.5) / (N / sqrt(12)) / N;
  }
  for (size_t i = 1; i < N; i++) CHECK(of[i] >= of[i - 1]);
  CHECK_MSG(product > 0.999 && product < 1.000001, "%.9g", product);
  for (size_t i = 0; i < N; i++) x[i] = i % 5000 == 17; /* so few that none may be seen */
  CHECK(dw_series_rank(x, N, scratch));
  CHECK_CLOSE(x[17], sqrt((N - 4.0) / 4), 1e-12); /* two values, whichever steps they are on */
  for (size_t i = 0; i < N; i++) x[i] = 3;
  CHECK(!dw_series_rank(x, N, scratch));
}

TEST(lags_of_a_straight_line)
{
  double x[] = {1, 2, 3, 4, 5}; /* -2 … 2, squares 10: products 4, -1, -4, -4 */
  CHECK(dw_series_scale(x, 5));
  dw_series series = {.x = x, .n = 5};
  CHECK_CLOSE(dw_autocorrelation(&series, 1), 0.4, 1e-14);
  CHECK_CLOSE(dw_autocorrelation(&series, 2), -0.1, 1e-14);
  CHECK_CLOSE(dw_autocorrelation(&series, 3), -0.4, 1e-14);
  CHECK_CLOSE(dw_autocorrelation(&series, 4), -0.4, 1e-14);
  CHECK(dw_autocorrelation(&series, 5) == 0);
  /* Sums of two lags: 1 + 0.4, -0.1 - 0.4: the first alone is positive. */
  CHECK_CLOSE(dw_autocorrelation_time(&series), 2 * 1.4 - 1, 1e-14);
}

TEST(runs_are_no_neighbours)
{
  double x[] = {-1, -1, 1, 1, -1, 1}; /* of mean 0 and variance 1 */
  size_t start[] = {0, 2, 4};
  dw_series series = {.x = x, .n = 6, .start = start, .runs = 3};
  CHECK_CLOSE(dw_autocorrelation(&series, 1), (1. + 1 - 1) / 3 * 5 / 6, 1e-14);
  CHECK(dw_autocorrelation(&series, 2) == 0);
}

static void autoregress(double *x, size_t n, double phi, uint64_t seed)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "autocorrelation"), 0, 0);
  double last = dw_normal_quantile(dw_rng_uniform(&rng));
  for (size_t i = 0; i < n; i++) x[i] = last = phi * last + sqrt(1 - phi * phi) * dw_normal_quantile(dw_rng_uniform(&rng));
}

/* Of normal values the ranks' autocorrelation is 6 / pi asin(r / 2) (Pearson 1907), so the times lie a little below (1 + phi) / (1 - phi).
 */
TEST(time_of_autoregressive_series)
{
  enum { N = 20000 };
  static const double phi[] = {0.5, 0.9};
  double *x = dw_alloc_array(N, sizeof *x), *scratch = dw_alloc_array(N, sizeof *scratch);
  for (size_t k = 0; k < 2; k++) {
    double wanted = 1, power = 1, mean = 0;
    for (int lag = 1; lag < 400; lag++) wanted += 2 * 6 / 3.14159265358979324 * asin((power *= phi[k]) / 2);
    for (uint64_t run = 0; run < 10; run++) {
      autoregress(x, N, phi[k], run);
      CHECK(dw_series_rank(x, N, scratch));
      dw_series series = {.x = x, .n = N};
      CHECK(dw_autocorrelation_p(&series) < 1e-10);
      mean += dw_autocorrelation_time(&series) / 10;
    }
    CHECK_CLOSE(mean, wanted, 0.1);
  }
  dw_free(x);
  dw_free(scratch);
}

/* kind 0: normal, 1: rare ones, 2: few values, 3: one run of blocks */
static double drawn(int kind, dw_rng *rng)
{
  double u = dw_rng_uniform(rng);
  return kind == 0 || kind == 3 ? u : kind == 1 ? u < 0.05 : floor(3 * u * u);
}

TEST(independent_rows_are_seldom_called_dependent)
{
  enum { N = 1000, RUNS = 400, BLOCK = 100 };
  double x[N], scratch[N];
  size_t start[N / BLOCK];
  for (size_t i = 0; i < N / BLOCK; i++) start[i] = i * BLOCK;
  for (int kind = 0; kind < 4; kind++) {
    int hits[2] = {0};
    for (uint64_t run = 0; run < RUNS; run++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(run, "independent"), (uint64_t)kind, 0);
      for (size_t i = 0; i < N; i++) x[i] = drawn(kind, &rng);
      CHECK(dw_series_rank(x, N, scratch));
      dw_series series = {.x = x, .n = N, .start = kind == 3 ? start : NULL, .runs = N / BLOCK};
      double p = dw_autocorrelation_p(&series);
      hits[0] += p < 0.05;
      hits[1] += p < 0.005;
    }
    CHECK_MSG(hits[0] <= RUNS * most_of(0.05, RUNS), "kind %d: %d of %d", kind, hits[0], RUNS);
    CHECK_MSG(hits[1] <= RUNS * most_of(0.005, RUNS), "kind %d: %d of %d", kind, hits[1], RUNS);
  }
}

TEST(too_little_to_tell)
{
  double x[2000] = {0}, scratch[2000];
  for (int i = 0; i < 20; i++) x[i] = i;
  CHECK(dw_series_rank(x, 20, scratch));
  CHECK(dw_autocorrelation_p(&(dw_series){.x = x, .n = 20}) == 1);
  for (int i = 0; i < 2000; i++) x[i] = i < 3; /* three rare rows side by side */
  CHECK(dw_series_rank(x, 2000, scratch));
  CHECK(dw_autocorrelation_p(&(dw_series){.x = x, .n = 2000}) == 1);
}

/* By the definition, lag by lag, of a series in four runs: the sums of the first 1 and of the first 4 lags, each against a Pearson III. */
TEST(p_value_lag_by_lag)
{
  enum { N = 40 };
  double x[N], cubes = 0, sum = 0, all = 0, least = 1;
  static const size_t start[] = {0, 7, 9, 30}, length[] = {7, 2, 21, 10};
  for (size_t i = 0; i < N; i++) x[i] = (double)(i * i % 11) + (i % 5 == 0 ? 9 : 0);
  CHECK(dw_series_scale(x, N));
  dw_series series = {.x = x, .n = N, .start = start, .runs = 4};
  for (size_t i = 0; i < N; i++) cubes += x[i] * x[i] * x[i] / N;
  for (size_t lag = 1; lag <= 4; lag++) {
    size_t pairs = 0;
    for (size_t r = 0; r < 4; r++) {
      for (size_t i = 0; i + lag < length[r]; i++) sum += x[start[r] + i] * x[start[r] + i + lag];
      pairs += length[r] > lag ? length[r] - lag : 0;
    }
    all += (double)pairs;
    if (lag != 1 && lag != 4) continue;
    double z = (sum + all / (N - 1)) / sqrt(all), skewness = (cubes * cubes + 3 * (double)(lag - 1)) / sqrt(all);
    double shape = 4 / (skewness * skewness), at = shape + z * sqrt(shape);
    least = fmin(least, at > 0 ? dw_gamma_q(shape, at) : 1);
  }
  CHECK_MSG(2 * least < 1, "%g", least);
  CHECK_CLOSE(dw_autocorrelation_p(&series), 2 * least, 1e-10);
}

TEST(cells)
{
  double x[] = {1, 5, 3, 7, 2, 6}, p; /* means 2 and 6 of 4: between 6 * 4, within 4, of 28 */
  const unsigned char cell[] = {0, 1, 0, 1, 0, 1}, one[] = {3, 3, 3, 3, 3, 3};
  CHECK(dw_series_scale(x, 6));
  dw_series series = {.x = x, .n = 6};
  CHECK_CLOSE(dw_series_cells(&series, cell, 2, &p, NULL, NULL), 24. / 28, 1e-14);
  /* What is left: -1 -1 1 1 0 0 over sqrt(4 / 6); products of neighbours 1 - 1 + 1 = 1, two apart -1 - 1 = -2 … of 4. */
  CHECK_CLOSE(x[0], -1 / sqrt(4. / 6), 1e-14);
  CHECK_CLOSE(dw_autocorrelation(&series, 1), 0.25, 1e-14);
  double count = 6 / (2 * 1.25 - 1);
  CHECK_CLOSE(p, dw_f_sf(24. / 28 / (4. / 28 / (count - 2)), 1, count - 2), 1e-12);
  CHECK(dw_series_cells(&series, one, 24, &p, NULL, NULL) < 1e-14 && p == 1);
}

TEST(cells_of_independent_rows)
{
  enum { N = 1000, RUNS = 400 };
  double x[N], scratch[N], p;
  unsigned char cell[N];
  int hits = 0;
  for (uint64_t run = 0; run < RUNS; run++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(run, "cells"), 0, 0);
    for (size_t i = 0; i < N; i++) {
      x[i] = dw_rng_uniform(&rng);
      cell[i] = (unsigned char)(i / 2 % 24);
    }
    CHECK(dw_series_rank(x, N, scratch));
    dw_series series = {.x = x, .n = N};
    dw_series_cells(&series, cell, 24, &p, NULL, NULL);
    hits += p < 0.05;
  }
  CHECK_MSG(hits <= RUNS * most_of(0.05, RUNS), "%d of %d", hits, RUNS);
}
