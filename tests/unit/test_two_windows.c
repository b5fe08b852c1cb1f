#include "stats/detect_values/two_windows.h"

#include "base/mem.h"
#include "stats/samples/sort.h"
#include "stats/tests/twosample.h"
#include "test.h"

/* Both statistics are those of the tests on the same values, none of which are equal. */
static void check_statistics(uint64_t n, uint64_t m, bool frozen)
{
  enum { LENGTH = 400 };
  double x[LENGTH], r[LENGTH], c[LENGTH], room[LENGTH];
  dw_two_windows *w = dw_alloc_zero(1, dw_two_windows_bytes(n, m));
  dw_two_windows_reset(w, n, m, frozen, 1);
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(3, "two windows"), n, (uint32_t)m);
  int looked = 0;
  for (uint64_t i = 0; i < LENGTH; i++) {
    x[i] = dw_rng_uniform(&rng) + (i > 200 ? 0.5 : 0);
    bool full = dw_two_windows_add(w, x[i]);
    CHECK(full == (i + 1 >= n + m));
    if (!full || i % 7) continue;
    uint64_t first = frozen ? 0 : i + 1 - n - m;
    for (uint64_t k = 0; k < n; k++) r[k] = x[first + k];
    for (uint64_t k = 0; k < m; k++) c[k] = x[i + 1 - m + k];
    dw_sort_doubles(r, n, room);
    dw_sort_doubles(c, m, room);
    dw_test test;
    dw_err err;
    CHECK(dw_cramer_von_mises(dw_sorted_make(r, n), dw_sorted_make(c, m), true, &test, &err) == DW_OK);
    CHECK_CLOSE(dw_two_windows_cvm(w), test.statistic, 1e-10);
    double d = fabs(dw_ks_statistic(dw_sorted_make(r, n), dw_sorted_make(c, m), NULL));
    CHECK_CLOSE(dw_two_windows_ks(w), d * sqrt((double)(n * m) / (double)(n + m)), 1e-13);
    looked++;
  }
  CHECK(looked > 20);
  dw_free(w);
}

TEST(statistics_are_those_of_the_tests)
{
  for (int frozen = 0; frozen < 2; frozen++) {
    check_statistics(20, 20, frozen);
    check_statistics(60, 25, frozen);
    check_statistics(100, 10, frozen);
  }
}

/* With nothing but ties the ranks are random numbers: T has its mean, (1 + 1 / N) / 6. */
TEST(ties_are_put_in_order_by_chance)
{
  dw_two_windows *w = dw_alloc_zero(1, dw_two_windows_bytes(30, 30));
  double sum = 0;
  int looked = 0;
  dw_two_windows_reset(w, 30, 30, false, 5);
  for (int i = 0; i < 60 * 400; i++)
    if (dw_two_windows_add(w, 7) && i % 60 == 59) {
      sum += dw_two_windows_cvm(w);
      looked++;
    }
  CHECK(looked == 400);
  CHECK_MSG(fabs(sum / looked - (1 + 1.0 / 60) / 6) < 5 * 0.149 / sqrt(looked), "%g", sum / looked);
  dw_free(w);
}
