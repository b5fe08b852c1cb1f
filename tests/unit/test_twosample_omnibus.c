/* Cramér-von Mises, Anderson-Darling, Epps-Singleton (scipy) and Kuiper (its series by mpmath): tests/golden/make_twosample.py. */
#include "base/fmath.h"
#include "base/rng.h"
#include "golden_pair.h"
#include "suite_case.h"
#include "stats/distributions/special.h"
#include "stats/shift/tied_deals.h"
#include "stats/tests/permutation.h"
#include "stats/tests/twosample.h"

#define PI 3.14159265358979323846

enum { CVM = FIRST + 19, ANDERSON = CVM + 2, ES = ANDERSON + 2, KUIPER = ES + 2 };

TEST(cramer_von_mises_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int exact = 0, limit = 0, untied = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_status status = dw_cramer_von_mises(p.ref, p.cur, true, &t, NULL);
    double statistic = golden_number(&table, CVM), want = golden_number(&table, CVM + 1);
    CHECK((status == DW_OK) == !isnan(want));
    if (status == DW_OK) {
      /* scipy takes the difference of two numbers as large as n */
      CHECK(fabs(t.statistic - statistic) < 1e-15 * (double)(p.ref.total + p.cur.total));
      CHECK_MSG(fabs(t.p_value - want) <= (t.exact ? 1e-13 * want : 1e-11), "n %s, m %s: p %.17g, want %.17g", table.field[1],
                table.field[3], t.p_value, want);
      exact += t.exact;
      limit += !t.exact;
      if (!t.exact) {
        dw_test own;
        CHECK(dw_cramer_von_mises(p.ref, p.cur, false, &own, NULL) == DW_OK);
        CHECK(own.p_value > 0 || own.statistic > 140);
        if (golden_number(&table, 4) != 0 && golden_number(&table, 6) == 0) { /* no ties */
          CHECK(test_close(own.statistic, t.statistic, 1e-12));
          CHECK(fabs(own.p_value - want) < (own.exact ? 0.02 : 3e-7)); /* scipy's series stops there */
          untied++;
        }
      }
    }
    pair_free(&p);
  }
  CHECK(exact > 20 && limit > 60 && untied > 40);
}

/* A sample of a golden table, "value:times in r:times in c,…", with the times as weights, or written out. */
static dw_sorted cvm_side(const char *text, int side, bool packed, double *value, uint64_t *weight)
{
  size_t count = 0;
  for (const char *at = text; *at; at += *at == ',') {
    char *end;
    double x = strtod(at, &end);
    uint64_t times[2];
    times[0] = strtoull(end + 1, &end, 10);
    times[1] = strtoull(end + 1, &end, 10);
    at = end;
    if (packed && times[side]) value[count] = x, weight[count++] = times[side];
    for (uint64_t k = 0; !packed && k < times[side]; k++) value[count++] = x;
  }
  return packed ? dw_sorted_make_weighted(value, weight, count) : dw_sorted_make(value, count);
}

TEST(cramer_von_mises_with_ties)
{
  enum { MOST = 5000 };
  static double value[2][MOST];
  static uint64_t weight[2][MOST];
  golden table = golden_open("golden/stats_cvm.txt");
  int exact = 0, moments = 0, drawn = 0;
  while (golden_next(&table))
    for (int packed = 0; packed < 2; packed++) {
      dw_sorted r = cvm_side(table.field[1], 0, packed, value[0], weight[0]), c = cvm_side(table.field[1], 1, packed, value[1], weight[1]);
      double want = golden_number(&table, 3), error;
      dw_test t, turned;
      CHECK(dw_cramer_von_mises(r, c, false, &t, NULL) == DW_OK && dw_cramer_von_mises(c, r, false, &turned, NULL) == DW_OK);
      CHECK(test_close(t.statistic, golden_number(&table, 2), 1e-13));
      CHECK(test_close(turned.p_value, t.p_value, 1e-10) && test_close(turned.statistic, t.statistic, 1e-13));
      switch (table.field[0][0]) {
      case 'e': error = 1e-12 * want, exact++; break;
      case 'm': error = 1e-10 * want, moments++; break;
      default: error = 0.06 * want + 4 * golden_number(&table, 4), drawn++;
      }
      CHECK(t.exact == (table.field[0][0] == 'e'));
      CHECK_MSG(fabs(t.p_value - want) <= error, "%.40s: p %.17g, want %s", table.field[1], t.p_value, table.field[3]);
    }
  CHECK(exact == 30 && moments == 10 && drawn == 24);
}

/* Without drift, between samples with ties and of unlike sizes, P(p <= a) is at most a, and as scipy has it near 1. */
TEST(cramer_von_mises_holds_its_level)
{
  enum { N = 300, M = 60, TRIALS = 2000 };
  static const double zeros[] = {0, 0.5, 0.8, 0.95};
  dw_rng_key key = dw_rng_derive(5, "ties");
  for (size_t kind = 0; kind < 4; kind++) {
    int below[2] = {0};
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
      double value[2][N];
      dw_test t;
      dw_rng rng;
      dw_rng_start(&rng, key, trial, (uint32_t)kind);
      for (int i = 0; i < N + M; i++) value[i >= N][i % N] = dw_rng_uniform(&rng) < zeros[kind] ? 0 : ceil(dw_rng_uniform(&rng) * 5);
      dw_sort_doubles(value[0], N, NULL);
      dw_sort_doubles(value[1], M, NULL);
      CHECK(dw_cramer_von_mises(dw_sorted_make(value[0], N), dw_sorted_make(value[1], M), false, &t, NULL) == DW_OK);
      below[0] += t.p_value <= 0.05;
      below[1] += t.p_value <= 0.01;
    }
    /* 4 standard deviations of a share of the trials */
    CHECK_MSG(below[0] <= 0.05 * TRIALS + 4 * sqrt(0.05 * TRIALS) && below[1] <= 0.01 * TRIALS + 4 * sqrt(0.01 * TRIALS),
              "%g zeros: %d and %d of %d below 0.05 and 0.01", zeros[kind], below[0], below[1], TRIALS);
    CHECK(below[0] >= 0.02 * TRIALS);
  }
}

/* Where rows are tied scipy's law is too narrow: the p-value is held to permutations there, below. */
TEST(anderson_darling_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int inside = 0, untied = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_status status = dw_anderson_darling(p.ref, p.cur, true, &t, NULL);
    double statistic = golden_number(&table, ANDERSON), want = golden_number(&table, ANDERSON + 1);
    if (isfinite(statistic)) {
      CHECK(status == DW_OK && fabs(t.statistic - statistic) < 1e-10 * (1 + fabs(statistic)));
      CHECK_CLOSE(t.p_value, want, 1e-10);
      dw_test own;
      CHECK(dw_anderson_darling(p.ref, p.cur, false, &own, NULL) == DW_OK && own.statistic == t.statistic);
      if (dw_sorted_distinct_pooled(p.ref, p.cur, 0) == p.ref.total + p.cur.total) {
        CHECK(want > 0.001 && want < 0.25 ? test_close(own.p_value, want, 0.03)
              : want == 0.25              ? own.p_value > 0.245
                                          : own.p_value < 0.00102);
        CHECK_CLOSE(own.p_value, dw_anderson_limit_sf(1 + t.statistic * sqrt(2 * (PI * PI / 3 - 3))), 1e-11 * (1 + fabs(t.statistic)));
        untied++;
      }
      inside += want > 0.001 && want < 0.25;
    } else {
      CHECK(status == DW_ENODATA && isnan(t.p_value));
    }
    pair_free(&p);
  }
  CHECK(inside > 10 && untied > 10);
}

/* The law with ties against 4,000 permutations, of samples that scipy's law is wrong for. */
TEST(anderson_darling_with_ties)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0;
  size_t deals = full() ? 4000 : 1000;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    dw_permutation by;
    if (p.ref.total >= 8 && p.cur.total >= 8 && dw_anderson_darling(p.ref, p.cur, false, &t, NULL) == DW_OK &&
        dw_sorted_distinct_pooled(p.ref, p.cur, 0) < p.ref.total + p.cur.total && !dw_tied_is_sparse(p.ref, p.cur)) {
      dw_permutation_test(p.ref, p.cur, dw_anderson_statistic, deals, dw_rng_derive(8, "ties"), &by);
      double error = 5 * sqrt(by.p_value * (1 - by.p_value) / (double)deals) + 1e-3;
      CHECK_MSG(fabs(t.p_value - by.p_value) <= 0.1 * by.p_value + error, "n %s, m %s: p %g, by permutations %g", table.field[1],
                table.field[3], t.p_value, by.p_value);
      seen++;
    }
    pair_free(&p);
  }
  CHECK_MSG(seen > 10, "%d", seen);
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

TEST(kuiper_is_its_series_where_it_is_not_exact)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int limit = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    CHECK(dw_kuiper(p.ref, p.cur, &t, NULL) == DW_OK);
    CHECK_CLOSE(t.statistic, golden_number(&table, KUIPER), 1e-13);
    double want = golden_number(&table, KUIPER + 1);
    if (!t.exact)
      CHECK_MSG(want < 1e-290 ? t.p_value < 1e-290 : test_close(t.p_value, want, 1e-10), "p %.17g, want %.17g", t.p_value, want);
    limit += !t.exact;
    pair_free(&p);
  }
  CHECK(limit >= 6);
}

TEST(exact_by_lattice_paths)
{
  golden table = golden_open("golden/stats_lattice.txt");
  int kuiper = 0, cvm = 0;
  while (golden_next(&table)) {
    bool exact;
    if (strcmp(table.field[0], "kuiper") == 0) {
      uint64_t n = golden_whole(&table, 1), m = golden_whole(&table, 2), g = n, rest = m;
      while (rest) {
        uint64_t next = g % rest;
        g = rest;
        rest = next;
      }
      double v = (double)golden_whole(&table, 3) / (double)(n / g * m), want = golden_number(&table, 4);
      CHECK_MSG(test_close(dw_kuiper_p(v, n, m, &exact), want, 1e-10), "n %llu, m %llu, V %g: %.17g, want %.17g", (unsigned long long)n,
                (unsigned long long)m, v, dw_kuiper_p(v, n, m, NULL), want);
      CHECK(exact);
      CHECK_CLOSE(dw_kuiper_p(v, m, n, NULL), want, 1e-10);
      kuiper++;
    } else {
      for (int i = 0; i < FIRST; i++) table.field[i] = table.field[i + 1]; /* as in the other table */
      pair p = pair_make(&table);
      dw_test t;
      CHECK(dw_cramer_von_mises(p.ref, p.cur, false, &t, NULL) == DW_OK && t.exact);
      CHECK(fabs(t.statistic - golden_number(&table, 8)) < 1e-12);
      CHECK_MSG(test_close(t.p_value, golden_number(&table, 9), 1e-11), "n %s, m %s: p %.17g, want %s", table.field[1], table.field[3],
                t.p_value, table.field[9]);
      cvm++;
      pair_free(&p);
    }
  }
  CHECK(kuiper > 60 && cvm == 16);
}

TEST(kuiper_at_large_sizes)
{
  bool exact;
  CHECK(dw_kuiper_p(0, 3, 4, &exact) == 1 && isnan(dw_kuiper_p(NAN, 3, 4, NULL)) && isnan(dw_kuiper_p(0.5, 0, 4, NULL)));
  /* both sides of the switch to the limit law */
  double before = dw_kuiper_p(0.05, 3500, 2801, &exact);
  CHECK(exact);
  CHECK_CLOSE(before, dw_kuiper_limit_sf((sqrt(3500.0 * 2801 / 6301) + 0.155) * 0.05), 0.05);
  double behind = dw_kuiper_p(0.05, 3600, 2801, &exact);
  CHECK(!exact && behind < before && behind > 0.5 * before);
  CHECK(dw_kuiper_p(1, 1000000, 999999, &exact) == 0 && dw_kuiper_p(0.9, 1000000, 1000000, &exact) == 0 && exact);
}

TEST(nothing_to_compare)
{
  double same[] = {2, 2, 2, 2, 2, 2}, some[] = {2, 2, 2, 2, 2, 7};
  dw_sorted none = dw_sorted_make(NULL, 0), a = dw_sorted_make(same, 6), b = dw_sorted_make(some, 6), one = dw_sorted_make(same, 1);
  dw_test t;
  dw_err err;
  CHECK(dw_cramer_von_mises(one, a, true, &t, &err) == DW_ENODATA && isnan(t.p_value));
  CHECK(dw_cramer_von_mises(a, a, true, &t, &err) == DW_OK && t.p_value == 1);
  CHECK(dw_cramer_von_mises(a, dw_sorted_make(same, 2), false, &t, &err) == DW_OK && t.statistic == 0 && t.p_value == 1);
  CHECK(dw_anderson_darling(none, a, true, &t, &err) == DW_ENODATA && dw_anderson_darling(a, a, false, &t, &err) == DW_ENODATA);
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
  dw_test a[4], b[4];
  CHECK(dw_cramer_von_mises(packed, c, false, &a[0], NULL) == DW_OK && dw_cramer_von_mises(plain, c, false, &b[0], NULL) == DW_OK);
  CHECK(dw_anderson_darling(packed, c, false, &a[1], NULL) == DW_OK && dw_anderson_darling(plain, c, false, &b[1], NULL) == DW_OK);
  CHECK(dw_epps_singleton(packed, c, &a[2], NULL) == DW_OK && dw_epps_singleton(plain, c, &b[2], NULL) == DW_OK);
  CHECK(dw_kuiper(packed, c, &a[3], NULL) == DW_OK && dw_kuiper(plain, c, &b[3], NULL) == DW_OK);
  for (int k = 0; k < 4; k++) {
    CHECK_CLOSE(a[k].statistic, b[k].statistic, 1e-11);
    CHECK_CLOSE(a[k].p_value, b[k].p_value, 1e-10);
  }
}

/* A million values a side: no overflow, and the same p-values as from the limit laws of the statistics. */
TEST(a_million_values)
{
  enum { N = 1000000 };
  double *r = golden_sample(1, N, 1, 0, 0), *c = golden_sample(2, N, 1, 0, 0), *moved = golden_sample(3, N - 1, 1, 0.01, 0);
  dw_sort_doubles(r, N, NULL);
  dw_sort_doubles(c, N, NULL);
  dw_sort_doubles(moved, N - 1, NULL);
  dw_sorted a = dw_sorted_make(r, N), same = dw_sorted_make(c, N), other = dw_sorted_make(moved, N - 1);
  dw_test cvm, ad, es, ku, ks;
  CHECK(dw_cramer_von_mises(a, same, false, &cvm, NULL) == DW_OK && dw_anderson_darling(a, same, false, &ad, NULL) == DW_OK);
  CHECK(dw_epps_singleton(a, same, &es, NULL) == DW_OK && dw_kuiper(a, same, &ku, NULL) == DW_OK &&
        dw_ks_2samp(a, same, &ks, NULL) == DW_OK);
  CHECK(cvm.p_value > 0.01 && ad.p_value > 0.01 && es.p_value > 0.01 && ku.p_value > 0.01 && ks.p_value > 0.01 && ku.exact);
  CHECK_CLOSE(cvm.p_value, dw_cvm_limit_sf(cvm.statistic), 1e-4);
  CHECK_CLOSE(ku.p_value, dw_kuiper_limit_sf(ku.statistic * sqrt(N / 2.0)), 0.02);
  CHECK_CLOSE(ks.p_value, dw_kolmogorov_sf(ks.statistic * sqrt(N / 2.0)), 0.01);
  CHECK(dw_cramer_von_mises(a, other, false, &cvm, NULL) == DW_OK && dw_anderson_darling(a, other, false, &ad, NULL) == DW_OK);
  CHECK(dw_epps_singleton(a, other, &es, NULL) == DW_OK && dw_kuiper(a, other, &ku, NULL) == DW_OK);
  CHECK(cvm.p_value < 1e-15 && cvm.p_value > 1e-80 && ad.p_value < 1e-15 && ad.p_value > 0 && es.p_value < 1e-10 && ku.p_value < 1e-10 &&
        !ku.exact);
  CHECK_CLOSE(cvm.p_value, dw_cvm_limit_sf(cvm.statistic), 1e-3);
  free(r);
  free(c);
  free(moved);
}
