/* Held to scipy, mpmath and exact fractions (tests/golden/make_contingency.py). */
#include "stats/tests/contingency.h"

#include "golden.h"

static bool close_p(double got, double want, double tolerance) { return want < 1e-290 ? got < 1e-290 : test_close(got, want, tolerance); }

#define CHECK_TEST(test, at, tolerance)                                                                                                    \
  do {                                                                                                                                     \
    CHECK_CLOSE((test).statistic, golden_number(&table, at), 1e-11);                                                                       \
    CHECK_MSG(close_p((test).p_value, golden_number(&table, (at) + 1), tolerance), "p %.17g, want %s", (test).p_value,                     \
              table.field[(at) + 1]);                                                                                                      \
  } while (0)

TEST(golden_table)
{
  golden table = golden_open("golden/stats_contingency.txt");
  int tables = 0, equal = 0, z = 0, fisher = 0, exceed = 0;
  while (golden_next(&table)) {
    const char *kind = table.field[0];
    dw_test t;
    if (strcmp(kind, "table") == 0 || strcmp(kind, "equal") == 0) {
      uint64_t ref[16], cur[16];
      size_t k = golden_whole(&table, 1);
      for (size_t i = 0; i < k; i++) ref[i] = golden_whole(&table, 2 + (int)i);
      for (size_t i = 0; i < k; i++) cur[i] = golden_whole(&table, 2 + (int)(k + i));
      int at = 2 + 2 * (int)k;
      if (*kind == 'e') {
        equal++;
        CHECK(dw_g_fit(ref, cur, k, &t, NULL) == DW_OK);
        CHECK_TEST(t, at, 1e-10);
        continue;
      }
      tables++;
      CHECK(dw_chisquare_fit(ref, cur, k, &t, NULL) == DW_OK);
      CHECK_TEST(t, at, 1e-10);
      CHECK(dw_chisquare_homogeneity(ref, cur, k, &t, NULL) == DW_OK);
      CHECK_TEST(t, at + 2, 1e-10);
      CHECK(dw_g_test(ref, cur, k, &t, NULL) == DW_OK);
      CHECK_TEST(t, at + 4, 1e-9);
    } else if (strcmp(kind, "z") == 0) {
      z++;
      CHECK(dw_z_proportions(golden_whole(&table, 1), golden_whole(&table, 2), golden_whole(&table, 3), golden_whole(&table, 4), false, &t,
                             NULL) == DW_OK);
      CHECK(fabs(t.statistic - golden_number(&table, 5)) < 1e-11 * (1 + fabs(t.statistic)));
      CHECK(close_p(t.p_value, golden_number(&table, 6), 1e-10));
      CHECK(dw_z_proportions(golden_whole(&table, 1), golden_whole(&table, 2), golden_whole(&table, 3), golden_whole(&table, 4), true, &t,
                             NULL) == DW_OK);
      CHECK(fabs(t.p_value - golden_number(&table, 7)) < 1e-12);
    } else if (strcmp(kind, "fisher") == 0) {
      fisher++;
      CHECK(dw_fisher_exact(golden_whole(&table, 1), golden_whole(&table, 2), golden_whole(&table, 3), golden_whole(&table, 4), &t, NULL) ==
            DW_OK);
      CHECK_TEST(t, 5, 1e-9);
      CHECK(t.exact);
    } else {
      exceed++;
      CHECK_CLOSE(dw_exceedance_p(golden_whole(&table, 1), golden_whole(&table, 2), golden_whole(&table, 3)), golden_number(&table, 4),
                  1e-10);
    }
  }
  CHECK(tables > 30 && equal == 12 && z > 20 && fisher > 20 && exceed == 13);
}

TEST(categories_that_come_and_go)
{
  uint64_t ref[] = {50, 50, 0, 0}, cur[] = {40, 50, 10, 0};
  dw_test t;
  CHECK(dw_chisquare_fit(ref, cur, 4, &t, NULL) == DW_OK && t.statistic == INFINITY && t.p_value == 0 && t.df == 2);
  CHECK(dw_g_fit(ref, cur, 4, &t, NULL) == DW_OK && t.p_value == 0);
  CHECK(dw_chisquare_homogeneity(ref, cur, 4, &t, NULL) == DW_OK && t.df == 2 && t.p_value > 0.001 && t.p_value < 0.01);
  CHECK(dw_chisquare_homogeneity(cur, ref, 3, &t, NULL) == DW_OK && t.df == 2);
  CHECK_CLOSE(dw_expected_least(ref, cur, 4), 5, 1e-15);
  uint64_t a[] = {10, 0}, b[] = {0, 30};
  CHECK(dw_chisquare_homogeneity(a, b, 2, &t, NULL) == DW_OK);
  CHECK_CLOSE(dw_cramer_v(t.statistic, 40), 1, 1e-15);
  CHECK(dw_cramer_v(0, 40) == 0 && isnan(dw_cramer_v(0, 0)));
}

TEST(nothing_to_compare)
{
  uint64_t zero[] = {0, 0}, some[] = {3, 4}, one[] = {5, 0};
  dw_test t;
  dw_err err;
  CHECK(dw_chisquare_fit(zero, some, 2, &t, &err) == DW_ENODATA && isnan(t.p_value));
  CHECK(dw_chisquare_homogeneity(some, zero, 2, &t, &err) == DW_ENODATA && isnan(t.statistic));
  CHECK(dw_chisquare_fit(one, one, 2, &t, &err) == DW_ENODATA && strstr(err.message, "one category"));
  CHECK(dw_chisquare_homogeneity(one, one, 2, &t, &err) == DW_OK && t.statistic == 0 && t.df == 0 && t.p_value == 1);
  CHECK(dw_g_test(one, one, 2, &t, &err) == DW_OK && t.statistic == 0 && t.df == 0 && t.p_value == 1);
  CHECK(dw_g_fit(one, one, 2, &t, &err) == DW_ENODATA && dw_g_fit(zero, zero, 0, &t, &err) == DW_ENODATA);
  CHECK(dw_z_proportions(0, 0, 1, 2, false, &t, &err) == DW_ENODATA && isnan(t.p_value));
  CHECK(dw_z_proportions(0, 5, 0, 9, true, &t, &err) == DW_OK && t.p_value == 1);
  CHECK(dw_z_proportions(5, 5, 9, 9, true, &t, &err) == DW_OK && t.p_value == 1 && t.statistic == 0);
  CHECK(dw_z_proportions(0, 5, 9, 9, false, &t, &err) == DW_OK && t.p_value < 0.001 && t.statistic < 0);
  CHECK(dw_fisher_exact(0, 0, 0, 0, &t, &err) == DW_ENODATA);
  CHECK(dw_fisher_exact(0, 0, 3, 4, &t, &err) == DW_OK && t.p_value == 1 && isnan(t.statistic));
  CHECK(isnan(dw_expected_least(zero, some, 2)));
}

TEST(identical_sides)
{
  uint64_t ref[] = {3000000, 70000, 5}, cur[] = {6000000, 140000, 10};
  dw_test t;
  CHECK(dw_chisquare_homogeneity(ref, cur, 3, &t, NULL) == DW_OK && t.statistic == 0 && t.p_value == 1);
  CHECK(dw_g_test(ref, cur, 3, &t, NULL) == DW_OK && t.statistic < 1e-9);
}
