/* The scale is held to decimals (tests/golden/make_shift.py), the search to a plain one over every cut. */
#include "stats/shift/share_shift.h"

#include "golden.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "stats/tests/contingency.h"

static const dw_effective all = {0, 0};

TEST(scale)
{
  golden table = golden_open("golden/stats_shift.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "angle") != 0) continue;
    seen++;
    CHECK_CLOSE(dw_share_shift_h(golden_whole(&table, 1), golden_whole(&table, 2), golden_whole(&table, 3), golden_whole(&table, 4)),
                golden_number(&table, 5), 1e-14);
  }
  CHECK(seen == 8);
}

static double share_up_to(const double *x, size_t n, double cut, bool with_cut)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += x[i] < cut || (with_cut && x[i] == cut);
  return (double)count / (double)n;
}

static double h_of(double p, double q) { return fabs(2 * asin(sqrt(p)) - 2 * asin(sqrt(q))); }

/* By the definition, one cut after the other. thousandth: the level's. */
static double plain_search(const double *r, size_t n, const double *c, size_t m)
{
  static const unsigned thousandth[] = {0, 10, 25, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 975, 990, 1000};
  double best = 0;
  for (size_t k = 0; k < sizeof thousandth / sizeof *thousandth; k++) {
    size_t rank = (n * thousandth[k] + 999) / 1000;
    double cut = r[rank > 0 ? rank - 1 : 0];
    for (int with = 0; with < 2; with++) best = fmax(best, h_of(share_up_to(r, n, cut, with), share_up_to(c, m, cut, with)));
  }
  return best;
}

static void check_numbers(uint64_t seed, size_t n, size_t m, double scale, double shift, double steps)
{
  double *r = golden_sample(seed, n, 1, 0, steps), *c = golden_sample(seed + 1, m, scale, shift, steps);
  dw_sort_doubles(r, n, NULL);
  dw_sort_doubles(c, m, NULL);
  dw_share_shift s;
  CHECK(dw_share_shift_numbers(dw_sorted_make(r, n), dw_sorted_make(c, m), all, &s, NULL) == DW_OK);
  CHECK_MSG(fabs(s.h - plain_search(r, n, c, m)) < 1e-7, "%zu and %zu rows, steps %g: %g, want %g", n, m, steps, s.h,
            plain_search(r, n, c, m));
  CHECK_CLOSE(s.reference, share_up_to(r, n, s.cut, s.with_cut), 1e-15);
  CHECK_CLOSE(s.current, share_up_to(c, m, s.cut, s.with_cut), 1e-15);
  CHECK(fabs(s.h - h_of(s.reference, s.current)) < 1e-7);
  CHECK(s.low <= s.h && s.h <= s.high && s.low >= 0 && s.high <= 3.1415926535897936 && s.shares <= 34);
  uint64_t *one = calloc(n > m ? n : m, sizeof *one); /* the same by weights */
  for (size_t i = 0; i < (n > m ? n : m); i++) one[i] = 1;
  dw_share_shift w;
  CHECK(dw_share_shift_numbers(dw_sorted_make_weighted(r, one, n), dw_sorted_make_weighted(c, one, m), all, &w, NULL) == DW_OK);
  CHECK(w.h == s.h && w.cut == s.cut && w.with_cut == s.with_cut && w.shares == s.shares && w.level == s.level);
  free(one);
  free(r);
  free(c);
}

TEST(numbers)
{
  static const size_t sizes[][2] = {{1, 1}, {2, 5}, {30, 30}, {97, 1000}, {1000, 40}, {3000, 2000}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (int steps = 0; steps < 8; steps += 2)
      for (int way = 0; way < 4; way++)
        check_numbers(i * 100 + (uint64_t)way, sizes[i][0], sizes[i][1], way == 2 ? 1.7 : 1, way == 1 ? 0.4 : way == 3 ? 30 : 0, steps);
}

TEST(where_it_moved)
{
  double r[1000], c[1000], moved[1000];
  for (int i = 0; i < 1000; i++) {
    r[i] = i;
    c[i] = i < 980 ? i : 5000 + i; /* 2 % beyond the greatest value */
    moved[i] = exp(i < 980 ? i * 0.1 : 5000 + i * 0.1);
  }
  dw_share_shift s, t;
  CHECK(dw_share_shift_numbers(dw_sorted_make(r, 1000), dw_sorted_make(c, 1000), all, &s, NULL) == DW_OK);
  CHECK(s.cut == 999 && s.with_cut && s.level == 1 && s.reference == 1 && s.current == 0.98);
  CHECK_CLOSE(s.h, 2 * asin(sqrt(0.02)), 1e-12);
  CHECK(s.shares == 33); /* below the reference's least value lies nothing on both sides */
  CHECK_CLOSE(s.h - s.low, -dw_normal_quantile(0.025 / 33) * sqrt(2e-3), 1e-10);
  double transformed[1000];
  for (int i = 0; i < 1000; i++) transformed[i] = exp(r[i] * 0.1);
  for (int i = 980; i < 1000; i++) moved[i] = 1e300 + i * 1e290;
  CHECK(dw_share_shift_numbers(dw_sorted_make(transformed, 1000), dw_sorted_make(moved, 1000), all, &t, NULL) == DW_OK);
  CHECK(t.h == s.h && t.level == s.level);
}

TEST(equal_sides)
{
  double r[] = {1, 1, 1, 2}, one[] = {7, 7};
  dw_share_shift s;
  CHECK(dw_share_shift_numbers(dw_sorted_make(r, 4), dw_sorted_make(r, 4), all, &s, NULL) == DW_OK && s.h == 0 && s.low == 0);
  CHECK(dw_share_shift_numbers(dw_sorted_make(one, 2), dw_sorted_make(one, 1), all, &s, NULL) == DW_OK && s.h == 0 && s.shares == 0);
  CHECK(s.cut == 7 && s.with_cut && s.level == 0 && s.reference == 1 && s.current == 1);
  CHECK(dw_share_shift_numbers(dw_sorted_make(NULL, 0), dw_sorted_make(r, 4), all, &s, NULL) == DW_ENODATA && isnan(s.h));
}

TEST(categories_and_plain_shares)
{
  uint64_t r[] = {450, 450, 100, 0}, c[] = {400, 400, 190, 10};
  dw_share_shift s;
  CHECK(dw_share_shift_categories(r, c, 4, all, &s, NULL) == DW_OK);
  CHECK(s.category == 2 && s.reference == 0.1 && s.current == 0.19 && s.shares == 4);
  CHECK_CLOSE(s.h, h_of(0.1, 0.19), 1e-12);
  CHECK(dw_share_shift_plain(100, 1000, 190, 1000, all, &s, NULL) == DW_OK);
  CHECK_CLOSE(s.h, h_of(0.1, 0.19), 1e-12);
  CHECK_CLOSE(s.high - s.h, 1.9599639845400545 * sqrt(2e-3), 1e-10);
  dw_effective fewer = {100, 0};
  CHECK(dw_share_shift_plain(100, 1000, 190, 1000, fewer, &s, NULL) == DW_OK);
  CHECK_CLOSE(s.high - s.h, 1.9599639845400545 * sqrt(1e-2 + 1e-3), 1e-10);
  CHECK(dw_share_shift_plain(0, 10, 0, 20, all, &s, NULL) == DW_OK && s.h == 0);
  CHECK(dw_share_shift_plain(0, 0, 1, 2, all, &s, NULL) == DW_ENODATA);
}

/* The interval then holds that of any two shares within their errors, and ends at two such. */
TEST(blurred_shares)
{
  static const double share[][2] = {{0.5, 0.4}, {0.1, 0.35}, {0.004, 0}, {0, 0.004}, {1, 0.98}, {0.3, 0.3}, {0.2, 0.21}};
  double r_error = 0.012, c_error = 0.005, reach = 0.001;
  for (size_t k = 0; k < sizeof share / sizeof *share; k++) {
    double p = share[k][0], q = share[k][1], h = h_of(p, q), least = 4, most = 0;
    dw_share_shift s = {.h = h, .low = fmax(0, h - reach), .high = h + reach, .reference = p, .current = q};
    for (int i = -200; i <= 200; i++)
      for (int j = -200; j <= 200; j++) {
        double a = fmin(1, fmax(0, p + i * r_error / 200)), b = fmin(1, fmax(0, q + j * c_error / 200));
        least = fmin(least, h_of(a, b));
        if ((q - p) * (b - a) >= 0) most = fmax(most, h_of(a, b)); /* a share that went the other way is none that changed so */
      }
    dw_share_shift_blur(&s, (dw_share_errors){r_error, c_error});
    CHECK_MSG(fabs(s.low - fmax(0, least - reach)) < 1e-3 && fabs(s.high - most - reach) < 1e-3, "%g and %g: %g to %g, want %g to %g", p, q,
              s.low, s.high, least, most);
    CHECK(s.h == h && s.low <= h && h <= s.high);
  }
}

TEST(p_of_a_share_is_fishers)
{
  double p;
  dw_test test;
  CHECK(dw_share_shift_p(3, 100, 12, 90, all, &p, NULL) == DW_OK);
  dw_fisher_exact(3, 97, 12, 78, &test, NULL);
  CHECK(p == test.p_value);
  dw_effective fewer = {50, 45};
  CHECK(dw_share_shift_p(4, 100, 12, 90, fewer, &p, NULL) == DW_OK);
  dw_fisher_exact(2, 48, 6, 39, &test, NULL);
  CHECK(p == test.p_value);
  CHECK(dw_share_shift_p(0, 0, 12, 90, all, &p, NULL) == DW_ENODATA && isnan(p));
}

/* Values of scipy.stats.norm. */
TEST(what_could_be_found)
{
  CHECK_CLOSE(dw_share_shift_detectable(sqrt(2.0 / 300), 0.05), 0.22874847517668964, 1e-12);
  CHECK_CLOSE(dw_share_shift_detectable(sqrt(1.0 / 300 + 1.0 / 30), 0.05 / 18), 0.7339516240062739, 1e-12);
  CHECK(dw_share_shift_detectable(sqrt(2.0), 0.05) > 3.14 && dw_share_shift_detectable(sqrt(2.0), 0.05) < 3.15); /* 3.96, but no h is */
}
