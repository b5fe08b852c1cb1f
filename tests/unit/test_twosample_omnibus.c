/* Cramér-von Mises, Anderson-Darling, Epps-Singleton (scipy) and Kuiper (its series by mpmath): tests/golden/make_twosample.py. */
#include "golden_pair.h"
#include "stats/twosample.h"

enum { CVM = FIRST + 19, ANDERSON = CVM + 2, ES = ANDERSON + 2, KUIPER = ES + 2 };

TEST(cramer_von_mises_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int exact = 0, limit = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_status status = dw_cramer_von_mises(p.ref, p.cur, &t, NULL);
    double statistic = golden_number(&table, CVM), want = golden_number(&table, CVM + 1);
    CHECK((status == DW_OK) == !isnan(want));
    if (status == DW_OK) {
      /* scipy takes the difference of two numbers as large as n */
      CHECK(fabs(t.statistic - statistic) < 1e-15 * (double)(p.ref.total + p.cur.total));
      CHECK_MSG(fabs(t.p_value - want) <= (t.exact ? 1e-13 * want : 1e-11), "n %s, m %s: p %.17g, want %.17g", table.field[1],
                table.field[3], t.p_value, want);
      exact += t.exact;
      limit += !t.exact;
    }
    pair_free(&p);
  }
  CHECK(exact > 20 && limit > 60);
}

TEST(anderson_darling_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int inside = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_status status = dw_anderson_darling(p.ref, p.cur, &t, NULL);
    double statistic = golden_number(&table, ANDERSON), want = golden_number(&table, ANDERSON + 1);
    if (isfinite(statistic)) {
      CHECK(status == DW_OK && fabs(t.statistic - statistic) < 1e-10 * (1 + fabs(statistic)));
      CHECK_CLOSE(t.p_value, want, 1e-10);
      inside += want > 0.001 && want < 0.25;
    } else {
      CHECK(status == DW_ENODATA && isnan(t.p_value));
    }
    pair_free(&p);
  }
  CHECK(inside > 10);
}

TEST(epps_singleton_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_status status = dw_epps_singleton(p.ref, p.cur, &t, NULL);
    double statistic = golden_number(&table, ES), want = golden_number(&table, ES + 1);
    CHECK((status == DW_OK) == isfinite(statistic));
    if (status == DW_OK) {
      seen++;
      /* two constants: no covariance but rounding, p 0 whatever the statistic */
      if (statistic < 1e15) CHECK_CLOSE(t.statistic, statistic, 1e-9);
      CHECK_MSG(want < 1e-290 ? t.p_value < 1e-290 : test_close(t.p_value, want, 1e-8), "n %s, m %s: p %.17g, want %.17g", table.field[1],
                table.field[3], t.p_value, want);
    }
    pair_free(&p);
  }
  CHECK(seen > 80);
}

TEST(kuiper_is_its_series)
{
  golden table = golden_open("golden/stats_twosample.txt");
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    CHECK(dw_kuiper(p.ref, p.cur, &t, NULL) == DW_OK);
    CHECK_CLOSE(t.statistic, golden_number(&table, KUIPER), 1e-13);
    double want = golden_number(&table, KUIPER + 1);
    CHECK_MSG(want < 1e-290 ? t.p_value < 1e-290 : test_close(t.p_value, want, 1e-10), "p %.17g, want %.17g", t.p_value, want);
    pair_free(&p);
  }
}

TEST(nothing_to_compare)
{
  double same[] = {2, 2, 2, 2, 2, 2}, some[] = {2, 2, 2, 2, 2, 7};
  dw_sorted none = dw_sorted_make(NULL, 0), a = dw_sorted_make(same, 6), b = dw_sorted_make(some, 6), one = dw_sorted_make(same, 1);
  dw_test t;
  dw_err err;
  CHECK(dw_cramer_von_mises(one, a, &t, &err) == DW_ENODATA && isnan(t.p_value));
  CHECK(dw_cramer_von_mises(a, a, &t, &err) == DW_OK && t.p_value == 1);
  CHECK(dw_anderson_darling(none, a, &t, &err) == DW_ENODATA && dw_anderson_darling(a, a, &t, &err) == DW_ENODATA);
  CHECK(dw_epps_singleton(a, one, &t, &err) == DW_ENODATA && dw_epps_singleton(a, b, &t, &err) == DW_ENODATA &&
        strstr(err.message, "quartiles"));
  CHECK(dw_kuiper(none, a, &t, &err) == DW_ENODATA && dw_kuiper(a, a, &t, &err) == DW_OK && t.statistic == 0 && t.p_value == 1);
}

/* Sketch-like samples: a weighted value is that many equal ones. */
TEST(weights_repeat_values)
{
  double value[40], all[40 * 5], other[300];
  uint64_t weight[40];
  size_t n = 0;
  for (int i = 0; i < 40; i++) {
    value[i] = i / 16.0;
    weight[i] = 1 + golden_bits(1, (uint64_t)i) % 5;
    for (uint64_t k = 0; k < weight[i]; k++) all[n++] = value[i];
  }
  for (int i = 0; i < 300; i++) other[i] = floor(golden_uniform(2, (uint64_t)i) * 48) / 16;
  dw_sort_doubles(other, 300, NULL);
  dw_sorted packed = dw_sorted_make_weighted(value, weight, 40), plain = dw_sorted_make(all, n), c = dw_sorted_make(other, 300);
  dw_status (*const tests[])(dw_sorted, dw_sorted, dw_test *, dw_err *) = {dw_cramer_von_mises, dw_anderson_darling, dw_epps_singleton,
                                                                           dw_kuiper};
  for (int k = 0; k < 4; k++) {
    dw_test a, b;
    CHECK(tests[k](packed, c, &a, NULL) == DW_OK && tests[k](plain, c, &b, NULL) == DW_OK);
    CHECK_CLOSE(a.statistic, b.statistic, 1e-11);
    CHECK_CLOSE(a.p_value, b.p_value, 1e-10);
  }
}
