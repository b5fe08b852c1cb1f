#include "stats/tests/effect.h"

#include "golden_pair.h"
#include "stats/tests/contingency.h"
#include "stats/distributions/special.h"

TEST(golden_table)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_moments r = dw_moments_of(p.ref), c = dw_moments_of(p.cur);
    double want = golden_number(&table, FIRST + 18), pairs = (double)p.ref.total * (double)p.cur.total;
    if (!isnan(want) && isfinite(want) && r.m2 > 0) {
      CHECK(fabs(dw_cohen_d(&r, &c) - want) < 1e-12 * (1 + fabs(want)));
      seen++;
    }
    CHECK_CLOSE(dw_superiority(p.ref, p.cur), 1 - golden_number(&table, FIRST + 3) / pairs, 1e-12); /* U of scipy */
    pair_free(&p);
  }
  CHECK(seen > 100);
}

static void check_effect(const golden *table, int at, dw_effect got)
{
  CHECK(fabs(got.value - golden_number(table, at)) < 1e-12 * (1 + fabs(got.value)));
  CHECK_MSG(fabs(got.low - golden_number(table, at + 1)) < 1e-8 * (1 + fabs(got.low)), "%s: low %.17g, want %s", table->field[0], got.low,
            table->field[at + 1]);
  CHECK_MSG(fabs(got.high - golden_number(table, at + 2)) < 1e-8 * (1 + fabs(got.high)), "%s: high %.17g, want %s", table->field[0],
            got.high, table->field[at + 2]);
  CHECK(got.low <= got.value && got.value <= got.high);
}

TEST(intervals)
{
  golden table = golden_open("golden/effect.txt");
  int seen[5] = {0};
  while (golden_next(&table)) {
    const char *kind = table.field[0];
    double x = golden_number(&table, 1), df = golden_number(&table, 2);
    if (strcmp(kind, "ncx2") == 0) {
      double got = dw_chi2_noncentral_cdf(x, df, golden_number(&table, 3));
      CHECK_MSG(fabs(got - golden_number(&table, 4)) < 1e-11, "cdf(%s, %s, %s) = %.17g, want %s", table.field[1], table.field[2],
                table.field[3], got, table.field[4]);
      seen[0]++;
    } else if (strcmp(kind, "noncentrality") == 0) {
      CHECK_CLOSE(dw_chi2_noncentrality(x, df, golden_number(&table, 3)), golden_number(&table, 4), 1e-8);
      seen[1]++;
    } else if (strcmp(kind, "cramer") == 0) {
      check_effect(&table, 4, dw_cramer_v_interval(x, df, golden_whole(&table, 3)));
      seen[2]++;
    } else {
      golden made = table;
      for (int i = 0; i < FIRST; i++) made.field[i] = table.field[i + 1];
      pair p = pair_make(&made);
      dw_moments r = dw_moments_of(p.ref), c = dw_moments_of(p.cur);
      bool cohen = *kind == 'c';
      check_effect(&table, 8, cohen ? dw_cohen_d_interval(&r, &c) : dw_superiority_interval(p.ref, p.cur));
      seen[cohen ? 3 : 4]++;
      pair_free(&p);
    }
  }
  CHECK(seen[0] == 60 && seen[1] == 18 && seen[2] == 9 && seen[3] == 24 && seen[4] == 24);
}

/* Thinned samples: near the whole, and the interval as wide. */
TEST(superiority_of_large_samples)
{
  size_t n = 100000, m = 70000;
  double *r = golden_sample(1, n, 1, 0, 0), *c = golden_sample(2, m, 1, 0.02, 64);
  dw_sort_doubles(r, n, NULL);
  dw_sort_doubles(c, m, NULL);
  dw_sorted a = dw_sorted_make(r, n), b = dw_sorted_make(c, m);
  dw_effect got = dw_superiority_interval(a, b);
  CHECK(fabs(got.value - dw_superiority(a, b)) < 1e-4);
  CHECK_CLOSE(got.high - got.low, 2 * 1.96 * sqrt((1.0 / n + 1.0 / m) / 12), 0.02);
  free(r);
  free(c);
}

TEST(edges)
{
  double zero[] = {0, 0, 0}, one[] = {1, 1, 1};
  dw_sorted a = dw_sorted_make(zero, 3), b = dw_sorted_make(one, 3), none = dw_sorted_make(NULL, 0);
  dw_moments ma = dw_moments_of(a), mb = dw_moments_of(b), empty = dw_moments_of(none), single = dw_moments_of(dw_sorted_make(zero, 1));
  CHECK(dw_cohen_d(&ma, &ma) == 0 && isnan(dw_cohen_d(&ma, &mb)) && isnan(dw_cohen_d(&ma, &empty)) && isnan(dw_cohen_d(&single, &single)));
  dw_effect all = dw_superiority_interval(a, b), nothing = dw_superiority_interval(none, a), flat = dw_cohen_d_interval(&ma, &mb),
            none_differ = dw_cramer_v_interval(0, 2, 50);
  CHECK(all.value == 1 && all.low > 0.3 && all.low < 0.6 && all.high == 1 && isnan(nothing.value) && isnan(nothing.low) && isnan(flat.low));
  CHECK(none_differ.value == 0 && none_differ.low == 0 && none_differ.high < 0.5 && isnan(dw_cramer_v_interval(1, 1, 0).low));
  CHECK(dw_chi2_noncentral_cdf(0, 2, 1) == 0 && dw_chi2_noncentral_cdf(INFINITY, 2, 1) == 1 && isnan(dw_chi2_noncentral_cdf(1, 0, 1)) &&
        isnan(dw_chi2_noncentrality(1, 1, 0)));
  CHECK(dw_chi2_noncentral_cdf(1e-9, 40, 0.001) >= 0 && dw_chi2_noncentrality(2e8, 3, 0.5) > 1.99e8);
  CHECK(dw_superiority(a, b) == 1 && dw_superiority(b, a) == 0 && dw_superiority(a, a) == 0.5 && isnan(dw_superiority(none, a)));
}

/* The pooled variance is 0.75e-200 / 6; n + m = 8, so the interval reaches 1.96 d / sqrt(16) to both sides. */
TEST(an_effect_whose_square_is_no_number)
{
  double r[] = {0, 0, 0, 1e-100}, c[] = {1e100, 1e100, 1e100, 1e100};
  dw_moments of_r = dw_moments_of(dw_sorted_make(r, 4)), of_c = dw_moments_of(dw_sorted_make(c, 4));
  dw_effect d = dw_cohen_d_interval(&of_r, &of_c);
  CHECK_CLOSE(d.value, 1e200 / sqrt(0.75 / 6), 1e-12);
  CHECK_CLOSE(d.low, d.value * (1 - 1.959963984540054 / 4), 1e-12);
  CHECK_CLOSE(d.high, d.value * (1 + 1.959963984540054 / 4), 1e-12);
}
