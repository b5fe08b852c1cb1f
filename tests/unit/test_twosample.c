/* Held to scipy's values (tests/golden/make_twosample.py): both sides of every switch, ties, constants, 1 to 20,000 values. */
#include "stats/tests/twosample.h"

#include "base/rng.h"
#include "golden_pair.h"

static double gap_at(const pair *p, double x)
{
  size_t i = 0, j = 0;
  while (i < p->ref.count && p->r[i] <= x) i++;
  while (j < p->cur.count && p->c[j] <= x) j++;
  return fabs((double)i / (double)p->ref.total - (double)j / (double)p->cur.total);
}

TEST(ks_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_test t;
    seen++;
    CHECK(dw_ks_2samp(p.ref, p.cur, &t, NULL) == DW_OK);
    CHECK_CLOSE(t.statistic, golden_number(&table, FIRST), 1e-13);
    double want = golden_number(&table, FIRST + 1), tolerance = t.exact ? 1e-12 : 1e-10;
    CHECK_MSG(want < 1e-300 ? t.p_value < 1e-300 : test_close(t.p_value, want, tolerance), "n %s, m %s, D %g: p %.17g, want %.17g",
              table.field[1], table.field[3], t.statistic, t.p_value, want);
    CHECK_CLOSE(gap_at(&p, t.location), t.statistic, 1e-13);
    CHECK_CLOSE(gap_at(&p, golden_number(&table, FIRST + 2)), t.statistic, 1e-13);
    CHECK(t.exact == (p.ref.total <= 10000 && p.cur.total <= 10000));
    pair_free(&p);
  }
  CHECK(seen > 130);
}

TEST(mannwhitney_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int exact = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    for (int alternative = 0; alternative < 3; alternative++) {
      dw_test t;
      CHECK(dw_mannwhitney(p.ref, p.cur, (dw_alternative)alternative, &t, NULL) == DW_OK);
      CHECK(t.statistic == golden_number(&table, FIRST + 3));
      double want = golden_number(&table, FIRST + 4 + alternative);
      CHECK_MSG(want < 1e-290 ? t.p_value < 1e-290 : test_close(t.p_value, want, 1e-11), "n %s, m %s, way %d: p %.17g, want %.17g",
                table.field[1], table.field[3], alternative, t.p_value, want);
      exact += t.exact;
    }
    pair_free(&p);
  }
  CHECK(exact > 30);
}

TEST(t_test_is_scipys)
{
  golden table = golden_open("golden/stats_twosample.txt");
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_moments r = dw_moments_of(p.ref), c = dw_moments_of(p.cur);
    for (int welch = 0; welch < 2; welch++) {
      dw_test t;
      dw_status status = dw_t_test(&r, &c, !welch, &t, NULL);
      double statistic = golden_number(&table, FIRST + 7 + 2 * welch), want = golden_number(&table, FIRST + 8 + 2 * welch);
      if (r.count < 2 || c.count < 2) continue;
      CHECK((status == DW_OK) == !isnan(statistic));
      if (fabs(statistic) < 1e15) CHECK(fabs(t.statistic - statistic) < 1e-11 * (1 + fabs(statistic)));
      CHECK_MSG(want < 1e-290 ? t.p_value < 1e-290 : test_close(t.p_value, want, 1e-10), "n %s, m %s, welch %d: p %.17g, want %.17g",
                table.field[1], table.field[3], welch, t.p_value, want);
      if (welch && status == DW_OK && r.m2 > 0) CHECK_CLOSE(t.df, golden_number(&table, FIRST + 11), 1e-11);
    }
    pair_free(&p);
  }
}

TEST(nothing_to_compare)
{
  double one[] = {1}, same[] = {2, 2, 2};
  dw_sorted none = dw_sorted_make(NULL, 0), single = dw_sorted_make(one, 1);
  dw_test t;
  dw_err err;
  CHECK(dw_ks_2samp(none, single, &t, &err) == DW_ENODATA && isnan(t.p_value) && isnan(t.statistic));
  CHECK(dw_mannwhitney(single, none, DW_TWO_SIDED, &t, &err) == DW_ENODATA && isnan(t.p_value));
  dw_moments a = dw_moments_of(dw_sorted_make(same, 3)), b = dw_moments_of(single), empty;
  dw_moments_init(&empty);
  CHECK(dw_t_test(&a, &a, true, &t, &err) == DW_ENODATA && isnan(t.p_value) && strstr(err.message, "equal"));
  CHECK(dw_t_test(&a, &a, false, &t, &err) == DW_ENODATA);
  CHECK(dw_t_test(&a, &empty, true, &t, &err) == DW_ENODATA);
  CHECK(dw_t_test(&b, &b, true, &t, &err) == DW_ENODATA);
  CHECK(dw_t_test(&b, &a, false, &t, &err) == DW_ENODATA);
  CHECK(dw_t_test(&a, &b, true, &t, &err) == DW_OK && t.p_value == 0 && t.statistic == INFINITY);
  CHECK(isnan(dw_ks_2samp_p(NAN, 5, 5, NULL)) && isnan(dw_ks_2samp_p(0.5, 0, 5, NULL)));
  CHECK(dw_ks_2samp_p(0, 5, 7, NULL) == 1);
}

/* A weighted sample is its values written out. */
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
  dw_test a, b;
  CHECK(dw_ks_2samp(packed, c, &a, NULL) == DW_OK && dw_ks_2samp(plain, c, &b, NULL) == DW_OK);
  CHECK_CLOSE(a.statistic, b.statistic, 1e-14);
  CHECK(a.p_value == b.p_value && a.location == b.location);
  CHECK(dw_ks_2samp(c, packed, &a, NULL) == DW_OK && a.p_value == b.p_value);
  CHECK(dw_mannwhitney(packed, c, DW_LESS, &a, NULL) == DW_OK && dw_mannwhitney(plain, c, DW_LESS, &b, NULL) == DW_OK);
  CHECK(a.statistic == b.statistic && a.p_value == b.p_value);
}

TEST(few_against_very_many)
{
  enum { MANY = 100000 };
  double *many = malloc(MANY * sizeof *many), few[] = {-1};
  for (int i = 0; i < MANY; i++) many[i] = i;
  dw_test t;
  /* U of one value is uniform on 0 … m: the normal law would say 0.08 */
  CHECK(dw_mannwhitney(dw_sorted_make(few, 1), dw_sorted_make(many, MANY), DW_TWO_SIDED, &t, NULL) == DW_OK && t.exact);
  CHECK_CLOSE(t.p_value, 2.0 / (MANY + 1), 1e-14);
  few[0] = 49999.5;
  CHECK(dw_mannwhitney(dw_sorted_make(few, 1), dw_sorted_make(many, MANY), DW_TWO_SIDED, &t, NULL) == DW_OK && t.exact && t.p_value == 1);
  free(many);
}

/* The sign tells who is larger, the location where. */
TEST(ks_location)
{
  double r[] = {1, 2, 3, 4}, c[] = {3, 4, 5, 6}, location;
  CHECK(dw_ks_statistic(dw_sorted_make(r, 4), dw_sorted_make(c, 4), &location) == 0.5 && location == 2);
  CHECK(dw_ks_statistic(dw_sorted_make(c, 4), dw_sorted_make(r, 4), &location) == -0.5 && location == 2);
  CHECK(dw_ks_statistic(dw_sorted_make(r, 4), dw_sorted_make(r, 4), NULL) == 0);
  double low[] = {1, 1}, mixed[] = {1, 1, 1, 2}, high[] = {2, 2, 2};
  CHECK(dw_ks_statistic(dw_sorted_make(low, 2), dw_sorted_make(mixed, 4), &location) == 0.25 && location == 1);
  CHECK(dw_ks_statistic(dw_sorted_make(mixed, 4), dw_sorted_make(high, 3), &location) == 0.75 && location == 1);
  CHECK(dw_ks_statistic(dw_sorted_make(high, 3), dw_sorted_make(low, 2), &location) == -1 && location == 1);
}

/* One value a step or one run a step: the same answer, on whole numbers with many ties. */
TEST(both_walks_agree)
{
  for (uint64_t trial = 0; trial < 500; trial++) {
    double r[40], c[40], here, there;
    uint64_t ones[40];
    size_t n = 1 + golden_bits(trial, 0) % 40, m = 1 + golden_bits(trial, 1) % 40;
    for (size_t i = 0; i < 40; i++) {
      r[i] = (double)(golden_bits(trial, 2 + i) % (3 + trial % 30));
      c[i] = (double)(golden_bits(trial, 50 + i) % (3 + trial % 17));
      ones[i] = 1;
    }
    dw_sort_doubles(r, n, NULL);
    dw_sort_doubles(c, m, NULL);
    dw_sorted a = dw_sorted_make(r, n), b = dw_sorted_make(c, m), weighted = dw_sorted_make_weighted(r, ones, n);
    double steps = dw_ks_statistic(a, b, &here), runs = dw_ks_statistic(weighted, b, &there);
    CHECK(fabs(fabs(steps) - fabs(runs)) < 1e-15);
    pair both = {r, c, a, b};
    CHECK(fabs(gap_at(&both, here) - fabs(steps)) < 1e-15 && fabs(gap_at(&both, there) - fabs(steps)) < 1e-15);
  }
}

enum { RUNS = 1000 };

/* Under the null, p <= 0.05 in at most 5 % of runs, and for these sizes not far fewer (the exact KS is the most conservative). Of 1000 runs
 * at a size of 0.05, fewer than 25 or more than 75 hits have a chance of 1 in 3000; the seed is fixed. */
TEST(size_under_the_null)
{
  dw_rng_key key = dw_rng_derive(1, "test_twosample");
  int hits[4] = {0};
  for (uint64_t run = 0; run < RUNS; run++) {
    double r[30], c[40];
    dw_rng rng;
    dw_rng_start(&rng, key, run, 0);
    for (int i = 0; i < 30; i++) r[i] = dw_rng_uniform(&rng) + dw_rng_uniform(&rng) + dw_rng_uniform(&rng);
    for (int i = 0; i < 40; i++) c[i] = dw_rng_uniform(&rng) + dw_rng_uniform(&rng) + dw_rng_uniform(&rng);
    dw_sort_doubles(r, 30, NULL);
    dw_sort_doubles(c, 40, NULL);
    dw_sorted a = dw_sorted_make(r, 30), b = dw_sorted_make(c, 40);
    dw_moments ma = dw_moments_of(a), mb = dw_moments_of(b);
    dw_test t[4];
    CHECK(dw_ks_2samp(a, b, &t[0], NULL) == DW_OK && dw_mannwhitney(a, b, DW_TWO_SIDED, &t[1], NULL) == DW_OK);
    CHECK(dw_t_test(&ma, &mb, true, &t[2], NULL) == DW_OK && dw_t_test(&ma, &mb, false, &t[3], NULL) == DW_OK);
    for (int k = 0; k < 4; k++) hits[k] += t[k].p_value <= 0.05;
  }
  for (int k = 0; k < 4; k++) CHECK_MSG(hits[k] >= 25 && hits[k] <= 75, "test %d: %d of %d", k, hits[k], RUNS);
}

/* Where one side is far larger: the first of the largest gaps by the definition, at every distinct value of both sides. */
TEST(ks_of_sides_of_very_different_sizes)
{
  enum { MANY = 4000, FEW = 40 };
  static double many[MANY], few[FEW];
  for (uint64_t round = 0; round < 60; round++) {
    size_t n = 1400 + golden_bits(7, round) % (MANY - 1400), m = 1 + golden_bits(8, round) % FEW,
           values = round % 3 ? 1 + round * 7 : 1u << 30;
    double moved = round % 4 ? 0 : 0.3 * (double)values;
    for (size_t i = 0; i < n; i++) many[i] = (double)(golden_bits(9 + round, i) % values);
    for (size_t i = 0; i < m; i++) few[i] = floor(moved) + (double)(golden_bits(99 + round, i) % values);
    dw_sort_doubles(many, n, NULL);
    dw_sort_doubles(few, m, NULL);
    dw_sorted a = dw_sorted_make(many, n), b = dw_sorted_make(few, m);
    double best = 0, where = fmin(many[0], few[0]);
    for (size_t i = 0, j = 0; i < n || j < m;) {
      double value = j == m || (i < n && many[i] <= few[j]) ? many[i] : few[j];
      while (i < n && many[i] == value) i++;
      while (j < m && few[j] == value) j++;
      double gap = ((double)i * (double)m - (double)j * (double)n) / ((double)n * (double)m);
      if (fabs(gap) > fabs(best)) best = gap, where = value;
    }
    double at, back;
    CHECK(dw_ks_statistic(a, b, &at) == best && at == where);
    CHECK(dw_ks_statistic(b, a, &back) == -best && back == where);
  }
}
