/* What has no unit does not change with the unit: moments, t-tests and Hellinger's distance from 1e-300 to 1e308, by
 * tests/golden/make_scales.py. */
#include "golden.h"
#include "stats/samples/distance.h"
#include "stats/samples/moments.h"
#include "stats/samples/sort.h"
#include "stats/tests/effect.h"
#include "stats/tests/twosample.h"

enum { MEAN = 8, STD, SKEWNESS, KURTOSIS, T, T_P, WELCH, WELCH_P, WELCH_DF, COHEN_D, HELLINGER };

/* Whole, value by value, and in parts that are merged. */
static void moments_of(const double *x, size_t n, uint64_t seed, dw_moments out[3])
{
  for (int i = 0; i < 3; i++) dw_moments_init(&out[i]);
  dw_moments_add_array(&out[0], x, n);
  for (size_t i = 0; i < n; i++) dw_moments_add(&out[1], x[i]);
  for (size_t i = 0, step; i < n; i += step) {
    step = 1 + golden_bits(seed, i) % 300;
    if (step > n - i) step = n - i;
    dw_moments part;
    dw_moments_init(&part);
    dw_moments_add_array(&part, x + i, step);
    dw_moments_merge(&out[2], &part);
  }
}

TEST(any_unit)
{
  golden table = golden_open("golden/stats_scales.txt");
  int seen = 0;
  while (golden_next(&table)) {
    size_t n = golden_whole(&table, 1), m = golden_whole(&table, 5);
    double unit = fmax(golden_number(&table, 2), golden_number(&table, 6)), distance;
    double *r = golden_sample(golden_whole(&table, 0), n, golden_number(&table, 2), golden_number(&table, 3), 0);
    double *c = golden_sample(golden_whole(&table, 4), m, golden_number(&table, 6), golden_number(&table, 7), 0);
    dw_moments of_r[3], of_c[3];
    moments_of(r, n, 1, of_r);
    moments_of(c, m, 2, of_c);
    for (int way = 0; way < 3; way++) {
      dw_test t, welch;
      double close = way == 0 ? 1e-12 : 1e-9;
      CHECK_CLOSE(of_r[way].mean / unit, golden_number(&table, MEAN), 1e-11);
      CHECK_CLOSE(dw_moments_std(&of_r[way], 1) / unit, golden_number(&table, STD), close);
      CHECK(fabs(dw_moments_skewness(&of_r[way]) - golden_number(&table, SKEWNESS)) < 1e-9);
      CHECK(fabs(dw_moments_kurtosis(&of_r[way]) - golden_number(&table, KURTOSIS)) < 1e-9);
      CHECK(dw_t_test(&of_r[way], &of_c[way], true, &t, NULL) == DW_OK && dw_t_test(&of_r[way], &of_c[way], false, &welch, NULL) == DW_OK);
      CHECK_MSG(test_close(t.statistic, golden_number(&table, T), 10 * close), "unit %g, way %d: t %.17g, want %s", unit, way, t.statistic,
                table.field[T]);
      CHECK_CLOSE(t.p_value, golden_number(&table, T_P), 1000 * close);
      CHECK_CLOSE(welch.statistic, golden_number(&table, WELCH), 10 * close);
      CHECK_CLOSE(welch.df, golden_number(&table, WELCH_DF), 10 * close);
      CHECK_CLOSE(welch.p_value, golden_number(&table, WELCH_P), 1000 * close);
      CHECK_CLOSE(dw_cohen_d(&of_r[way], &of_c[way]), golden_number(&table, COHEN_D), 10 * close);
    }
    dw_sort_doubles(r, n, NULL);
    dw_sort_doubles(c, m, NULL);
    CHECK(dw_hellinger_numeric(dw_sorted_make(r, n), dw_sorted_make(c, m), false, &distance, NULL, NULL) == DW_OK);
    /* beside 1e9, numpy's edges are rounded to a thousandth of a bin */
    double exact = fabs(golden_number(&table, 3)) > 10 * unit ? 2e-3 : 1e-10;
    CHECK_MSG(test_close(distance, golden_number(&table, HELLINGER), exact), "unit %g: hellinger %.17g, want %s", unit, distance,
              table.field[HELLINGER]);
    free(r);
    free(c);
    seen++;
  }
  CHECK(seen == 33);
}

/* The largest and the smallest numbers together, in any order and split. */
TEST(all_numbers_at_once)
{
  static const double x[] = {1.7e308, -1.7e308, 5e-324, 1, -1e-200, 1e200, 1.7e308, 0};
  enum { N = sizeof x / sizeof *x };
  dw_moments all, one, back;
  dw_moments_init(&all);
  dw_moments_init(&one);
  dw_moments_init(&back);
  dw_moments_add_array(&all, x, N);
  for (int i = 0; i < N; i++) dw_moments_add(&one, x[i]);
  for (int i = N; i-- > 0;) dw_moments_add(&back, x[i]);
  const dw_moments *ways[] = {&all, &one, &back};
  for (int way = 0; way < 3; way++) {
    CHECK(ways[way]->count == N && ways[way]->min == -1.7e308 && ways[way]->max == 1.7e308);
    CHECK_CLOSE(ways[way]->mean, 1.7e308 / N, 1e-14);
    CHECK_CLOSE(dw_moments_std(ways[way], 0) / 1.7e308, sqrt(3.0 / N - 1.0 / N / N), 1e-14);
    CHECK(isfinite(dw_moments_skewness(ways[way])) && isfinite(dw_moments_kurtosis(ways[way])));
    CHECK(isinf(dw_moments_variance(ways[way], 0)));
  }
}
