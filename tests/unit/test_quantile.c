#include "stats/samples/quantile.h"

#include "golden.h"
#include "stats/samples/sort.h"

TEST(quantiles_are_numpys)
{
  golden table = golden_open("golden/stats_numeric.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "quantile") != 0) continue;
    seen++;
    size_t n = golden_whole(&table, 2);
    double *x = golden_sample(golden_whole(&table, 1), n, 10, -15, golden_number(&table, 3));
    dw_sort_doubles(x, n, NULL);
    double got = dw_quantile(dw_sorted_make(x, n), golden_number(&table, 4)), want = golden_number(&table, 5);
    CHECK_MSG(got == want, "n %zu, q %s: %.17g, want %.17g", n, table.field[4], got, want);
    free(x);
  }
  CHECK(seen == 40);
}

TEST(weights_repeat_values)
{
  double value[30], all[30 * 9], q[101], got[101];
  uint64_t weight[30];
  size_t n = 0;
  for (int i = 0; i < 30; i++) {
    value[i] = i * i;
    weight[i] = 1 + golden_bits(1, (uint64_t)i) % 9;
    for (uint64_t k = 0; k < weight[i]; k++) all[n++] = value[i];
  }
  for (int i = 0; i <= 100; i++) q[i] = i / 100.0;
  dw_quantiles(dw_sorted_make_weighted(value, weight, 30), q, 101, got);
  for (int i = 0; i <= 100; i++) CHECK(got[i] == dw_quantile(dw_sorted_make(all, n), q[i]));
  CHECK(got[0] == 0 && got[100] == 29 * 29);
}

TEST(edges)
{
  double one = 7, wide[] = {-1.7e308, 1.7e308};
  CHECK(isnan(dw_quantile(dw_sorted_make(NULL, 0), 0.5)));
  CHECK(dw_quantile(dw_sorted_make(&one, 1), 0) == 7 && dw_quantile(dw_sorted_make(&one, 1), 1) == 7);
  CHECK(dw_quantile(dw_sorted_make(wide, 2), 0.5) == 0);
}
