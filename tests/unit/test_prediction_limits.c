/* Limits of one more window, by tests/golden/make_prediction.py (scipy); and what too little to go by gives. */
#include "model/judge/prediction_limits.h"

#include "golden.h"

TEST(golden_table)
{
  golden table = golden_open("golden/prediction.txt");
  int lines = 0;
  while (golden_next(&table)) {
    enum { MOST = 16, HEAD = 5 };
    dw_window_value window[MOST];
    size_t rows = golden_whole(&table, 3), count = golden_whole(&table, 4), at = HEAD + 2 * count;
    double error = golden_number(&table, 1), tail = golden_number(&table, 2);
    for (size_t k = 0; k < count; k++)
      window[k] = (dw_window_value){golden_number(&table, (int)(HEAD + k)), golden_whole(&table, (int)(HEAD + count + k))};
    dw_prediction got;
    /* values a million from 0 have lost six digits before they are seen here */
    double most = strcmp(table.field[0], "far_from_zero") == 0 ? 1e-8 : 1e-10;
    CHECK(dw_prediction_fit(&got, window, count, error) && got.windows == count && got.df == (double)count - 1);
    CHECK_CLOSE(got.mean, golden_number(&table, (int)at), 1e-13);
    CHECK_CLOSE(got.mean_variance, golden_number(&table, (int)at + 1), most);
    CHECK_CLOSE(got.between * got.scale, golden_number(&table, (int)at + 2) * golden_number(&table, (int)at + 3), most);
    CHECK_CLOSE(got.scale, golden_number(&table, (int)at + 3), most);
    CHECK_CLOSE(dw_prediction_window_reach(&got, rows, tail), golden_number(&table, (int)at + 4), most);
    lines++;
  }
  CHECK(lines == 9);
}

/* Values that are not there, and the order of those that are, make no difference. */
TEST(windows_without_a_value_are_passed_over)
{
  dw_window_value plain[] = {{0.8, 100}, {0.85, 90}, {0.9, 20}, {0.7, 100}, {0.75, 50}, {0.82, 100}};
  dw_window_value mixed[] = {{NAN, 3}, {0.82, 100}, {0.75, 50}, {0.7, 100}, {NAN, 100}, {0.9, 20}, {0.85, 90}, {0.8, 100}};
  dw_prediction a, b;
  CHECK(dw_prediction_fit(&a, plain, 6, 0.4) && dw_prediction_fit(&b, mixed, 8, 0.4));
  CHECK(b.windows == 6);
  CHECK_CLOSE(a.mean, b.mean, 1e-14);
  CHECK_CLOSE(dw_prediction_window_reach(&a, 70, 0.05), dw_prediction_window_reach(&b, 70, 0.05), 1e-12);
  CHECK(dw_prediction_window_reach(&a, 10, 0.05) > dw_prediction_window_reach(&a, 1000, 0.05));
}

TEST(too_little_to_go_by)
{
  dw_window_value few[] = {{0.8, 100}, {0.85, 90}, {0.9, 20}, {0.7, 100}, {0.75, 50}, {NAN, 50}};
  dw_window_value alike[] = {{1, 100}, {1, 90}, {1, 20}, {1, 100}, {1, 50}, {1, 50}};
  dw_prediction got;
  CHECK(!dw_prediction_fit(&got, few, 6, 0.4) && got.windows == 5);
  CHECK(!dw_prediction_fit(&got, alike, 6, 0.4) && got.windows == 6);
  CHECK(!dw_prediction_fit(&got, NULL, 0, 0.4) && got.windows == 0);
  CHECK(!dw_prediction_from_rows(&got, 0.8, 360, NAN));
  CHECK(!dw_prediction_from_rows(&got, NAN, 360, 0.4));
  /* two samples of the same: root(0.16 / 40 + 0.16 / 360) = 1/15, and 5 % of the normal law are beyond 1.6448536269514722 */
  CHECK(dw_prediction_from_rows(&got, 0.8, 360, 0.4) && got.mean == 0.8);
  CHECK_CLOSE(dw_prediction_window_reach(&got, 40, 0.05), 1.6448536269514722 / 15, 1e-13);
}
