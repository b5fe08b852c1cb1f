#include "stats/tests/association.h"

#include "base/mem.h"
#include "golden.h"

typedef struct both {
  dw_correlation pearson, spearman;
} both;

static both correlate(double *x, double *y, size_t n)
{
  double *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b), *scratch = malloc(2 * n * sizeof *scratch);
  dw_midranks(x, n, a, scratch);
  dw_midranks(y, n, b, scratch);
  dw_standardise(x, n);
  dw_standardise(y, n);
  dw_standardise(a, n);
  dw_standardise(b, n);
  both out = {dw_correlation_of(x, y, n, false), dw_correlation_of(a, b, n, true)};
  free(a);
  free(b);
  free(scratch);
  return out;
}

TEST(as_scipy)
{
  golden table = golden_open("golden/stats_association.txt");
  both before = {0}, now = {0};
  while (golden_next(&table)) {
    dw_test test;
    if (table.field[0][0] == 'r') {
      uint64_t seed = golden_whole(&table, 1);
      size_t n = golden_whole(&table, 2);
      double steps = golden_number(&table, 3), noise = golden_number(&table, 4);
      double *x = golden_sample(seed, n, 1, 0, steps), *y = golden_sample(seed + 1, n, 1, 0, steps);
      for (size_t i = 0; i < n; i++) y[i] = (seed / 100 % 2 ? x[i] : -x[i]) + noise * y[i];
      before = now;
      now = correlate(x, y, n);
      CHECK_CLOSE(now.pearson.r, golden_number(&table, 5), 1e-12);
      CHECK_CLOSE(now.pearson.variance, golden_number(&table, 6), 1e-12);
      CHECK_CLOSE(now.spearman.r, golden_number(&table, 7), 1e-12);
      CHECK_CLOSE(now.spearman.variance, golden_number(&table, 8), 1e-12);
      free(x);
      free(y);
    } else if (table.field[0][0] == 'z') {
      CHECK(dw_correlation_change(&before.pearson, &now.pearson, &test, NULL) == DW_OK);
      CHECK_CLOSE(test.statistic, golden_number(&table, 1), 1e-11);
      CHECK_CLOSE(test.p_value, golden_number(&table, 2), 1e-9);
      CHECK(dw_correlation_change(&before.spearman, &now.spearman, &test, NULL) == DW_OK);
      CHECK_CLOSE(test.statistic, golden_number(&table, 3), 1e-11);
      CHECK_CLOSE(test.p_value, golden_number(&table, 4), 1e-9);
    } else {
      size_t rows = golden_whole(&table, 1), columns = golden_whole(&table, 2), cells = rows * columns;
      uint64_t count[2][25];
      double least;
      for (size_t i = 0; i < 2 * cells; i++) count[i / cells][i % cells] = golden_whole(&table, 3 + (int)i);
      int at = 3 + 2 * (int)cells;
      CHECK_CLOSE(dw_table_v(count[0], rows, columns), golden_number(&table, at), 1e-12);
      CHECK_CLOSE(dw_table_v(count[1], rows, columns), golden_number(&table, at + 1), 1e-12);
      CHECK(dw_interaction_test(count[0], count[1], rows, columns, &test, &least, NULL) == DW_OK && least > 0);
      CHECK_CLOSE(test.statistic, golden_number(&table, at + 2), 1e-8);
      CHECK_CLOSE(test.p_value, golden_number(&table, at + 3), 1e-8);
    }
  }
}

TEST(midranks)
{
  static const double x[] = {3, -1, 3, 7, 3, -1};
  double rank[6], scratch[12];
  dw_midranks(x, 6, rank, scratch);
  CHECK(rank[0] == 4 && rank[1] == 1.5 && rank[2] == 4 && rank[3] == 6 && rank[4] == 4 && rank[5] == 1.5);
}

TEST(equal_columns_and_columns_without_spread)
{
  double x[] = {1, 2, 3, 4, 5, 6}, y[] = {-2, -4, -6, -8, -10, -12}, flat[] = {7, 7, 7, 7, 7, 7}, huge[] = {1e300, -1e300, 1e308, 0, 1, 2};
  CHECK(dw_standardise(x, 6) && dw_standardise(y, 6) && !dw_standardise(flat, 6) && flat[3] == 0 && !dw_standardise(flat, 0));
  dw_correlation one = dw_correlation_of(x, y, 6, false), none = {.r = NAN}, few = dw_correlation_of(x, y, 3, false);
  CHECK_CLOSE(one.r, -1, 1e-14);
  CHECK(isnan(few.r));
  dw_test test;
  CHECK(dw_correlation_change(&one, &one, &test, NULL) == DW_OK && test.statistic == 0 && test.p_value == 1);
  CHECK(dw_correlation_change(&one, &none, &test, NULL) == DW_ENODATA && isnan(test.p_value));
  dw_correlation other = {.r = 0.5, .variance = 1.0 / 3, .n = 6};
  CHECK(dw_correlation_change(&one, &other, &test, NULL) == DW_OK && test.statistic > 5 && isfinite(test.statistic));
  bool spread = dw_standardise(huge, 6);
  for (int i = 0; i < 6; i++) CHECK(spread || huge[i] == 0);
}

TEST(tables_with_little_in_them)
{
  static const uint64_t a[] = {5, 0, 0, 7}, one_row[] = {5, 3, 0, 0}, empty[4] = {0}, third[] = {5, 3, 0, 9, 4, 0},
                        fourth[] = {5, 3, 2, 9, 4, 1};
  dw_test test;
  CHECK_CLOSE(dw_table_v(a, 2, 2), 1, 1e-14);
  CHECK(isnan(dw_table_v(one_row, 2, 2)) && isnan(dw_table_v(empty, 2, 2)));
  CHECK(dw_interaction_test(a, one_row, 2, 2, &test, NULL, NULL) == DW_ENODATA &&
        dw_interaction_test(empty, empty, 2, 2, &test, NULL, NULL) == DW_ENODATA);
  CHECK(dw_interaction_test(a, a, 2, 2, &test, NULL, NULL) == DW_OK && test.statistic < 1e-9 && test.p_value > 0.999);
  CHECK(dw_interaction_test(third, fourth, 2, 3, &test, NULL, NULL) == DW_OK && test.df == 1); /* the third column is on one side only */
}

/* Margins may move as they like: tables of the same odds ratios differ by nothing. */
TEST(margins_do_not_count)
{
  static const uint64_t a[] = {400, 100, 200, 200}, b[] = {40, 90, 20, 180};
  dw_test test;
  CHECK(dw_interaction_test(a, b, 2, 2, &test, NULL, NULL) == DW_OK);
  CHECK_MSG(test.statistic < 1e-12, "G^2 %g", test.statistic);
}
