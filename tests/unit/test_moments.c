#include "stats/samples/moments.h"

#include "golden.h"
#include "stats/samples/sort.h"

TEST(golden_table)
{
  golden table = golden_open("golden/stats_numeric.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "moments") != 0) continue;
    seen++;
    size_t n = golden_whole(&table, 2);
    double scale = golden_number(&table, 3), shift = golden_number(&table, 4);
    double *x = golden_sample(golden_whole(&table, 1), n, scale, shift, golden_number(&table, 5));
    dw_moments all, one, parts;
    dw_moments_init(&all);
    dw_moments_init(&one);
    dw_moments_init(&parts);
    dw_moments_add_array(&all, x, n);
    for (size_t i = 0; i < n; i++) dw_moments_add(&one, x[i]);
    for (size_t i = 0, step; i < n; i += step) {
      step = 1 + golden_bits(7, i) % 300;
      if (step > n - i) step = n - i;
      dw_moments part;
      dw_moments_init(&part);
      dw_moments_add_array(&part, x + i, step);
      dw_moments_merge(&parts, &part);
    }
    dw_sort_doubles(x, n, NULL);
    dw_moments sorted = dw_moments_of(dw_sorted_make(x, n));
    const dw_moments *ways[] = {&all, &one, &parts, &sorted};
    for (int way = 0; way < 4; way++) {
      const dw_moments *m = ways[way];
      CHECK(m->count == n && m->min == x[0] && m->max == x[n - 1]);
      CHECK(fabs(m->mean - golden_number(&table, 6)) <= 4e-16 * fmax(fabs(m->min), fabs(m->max)));
      CHECK_CLOSE(dw_moments_variance(m, 0), golden_number(&table, 7), 1e-12);
      if (n < 3 || scale > 1e10) continue;
      CHECK(fabs(dw_moments_skewness(m) - golden_number(&table, 8)) < 1e-9);
      CHECK(fabs(dw_moments_kurtosis(m) - golden_number(&table, 9)) < 1e-9);
    }
    free(x);
  }
  CHECK(seen == 9);
}

TEST(alternating_at_1e8)
{
  enum { N = 100000 };
  dw_moments one, all;
  double *x = malloc(N * sizeof *x);
  dw_moments_init(&one);
  dw_moments_init(&all);
  for (int i = 0; i < N; i++) dw_moments_add(&one, x[i] = 1e8 + i % 2);
  dw_moments_add_array(&all, x, N);
  CHECK_CLOSE(dw_moments_variance(&one, 0), 0.25, 1e-9);
  CHECK_CLOSE(dw_moments_variance(&all, 0), 0.25, 1e-14);
  CHECK_CLOSE(dw_moments_variance(&all, 1), 0.25 * N / (N - 1), 1e-14);
  CHECK_CLOSE(dw_moments_std(&all, 0), 0.5, 1e-14);
  free(x);
}

TEST(few_values)
{
  dw_moments m;
  dw_moments_init(&m);
  CHECK(m.count == 0 && isnan(dw_moments_variance(&m, 0)) && isnan(dw_moments_skewness(&m)) && m.min > m.max);
  dw_moments_merge(&m, &m);
  dw_moments_add(&m, 3.5);
  CHECK(m.mean == 3.5 && dw_moments_variance(&m, 0) == 0 && isnan(dw_moments_variance(&m, 1)) && isnan(dw_moments_kurtosis(&m)));
  dw_moments_reset(&m);
  CHECK(m.count == 0 && m.m2 == 0);
}

TEST(constant)
{
  double x[5000];
  for (int i = 0; i < 5000; i++) x[i] = 0.1;
  dw_moments m = dw_moments_of(dw_sorted_make(x, 5000));
  CHECK(m.mean == 0.1 && m.m2 == 0 && m.m4 == 0 && m.min == 0.1 && m.max == 0.1);
}

TEST(huge_values_do_not_overflow_the_mean)
{
  double x[3000];
  for (int i = 0; i < 3000; i++) x[i] = 1.6e308;
  dw_moments m = dw_moments_of(dw_sorted_make(x, 3000));
  CHECK(m.mean == 1.6e308);
}

TEST(weights_repeat_values)
{
  double value[50], *all = malloc(50 * 40 * sizeof *all);
  uint64_t weight[50];
  size_t n = 0;
  for (int i = 0; i < 50; i++) {
    value[i] = i * i - 300;
    weight[i] = 1 + golden_bits(3, (uint64_t)i) % 40;
    for (uint64_t k = 0; k < weight[i]; k++) all[n++] = value[i];
  }
  dw_moments a = dw_moments_of(dw_sorted_make_weighted(value, weight, 50)), b = dw_moments_of(dw_sorted_make(all, n));
  CHECK(a.count == n && a.min == b.min && a.max == b.max);
  CHECK_CLOSE(a.mean, b.mean, 1e-14);
  CHECK_CLOSE(a.m2, b.m2, 1e-13);
  CHECK_CLOSE(a.m3, b.m3, 1e-13);
  CHECK_CLOSE(a.m4, b.m4, 1e-13);
  free(all);
}
