#include "stats/shift/stratified.h"

#include "test.h"

static const dw_stratified_settings many = {.deals = 99999, .hits = 99999, .key = {{7, 11}}};

/* P(|sum over strata of the count - what is expected| >= as seen) when the rows of each stratum are dealt, by convolution. */
static double by_definition(const uint64_t *r, const uint64_t *c, size_t strata)
{
  double chance[200] = {1}, expected = 0, p = 0;
  uint64_t most = 0, seen = 0;
  for (size_t s = 0; s < strata; s++) {
    uint64_t n = r[2 * s] + r[2 * s + 1], m = c[2 * s] + c[2 * s + 1], k = r[2 * s] + c[2 * s];
    double next[200] = {0}, pmf[200] = {0}, sum = 0;
    if (n == 0 || m == 0) continue;
    for (uint64_t x = 0; x <= k && x <= m; x++) { /* C(k, x) C(n + m - k, m - x), up to a constant */
      if (m - x > n + m - k) continue;
      pmf[x] = 1;
      for (uint64_t i = 0; i < x; i++) pmf[x] *= (double)(k - i) / (double)(i + 1);
      for (uint64_t i = 0; i < m - x; i++) pmf[x] *= (double)(n + m - k - i) / (double)(i + 1);
      sum += pmf[x];
    }
    for (uint64_t i = 0; i <= most; i++)
      for (uint64_t x = 0; x <= m; x++) next[i + x] += chance[i] * pmf[x] / sum;
    most += m;
    memcpy(chance, next, sizeof chance);
    expected += (double)m * (double)k / ((double)n + (double)m);
    seen += c[2 * s];
  }
  for (uint64_t i = 0; i <= most; i++)
    if (fabs((double)i - expected) >= fabs((double)seen - expected) - 1e-9) p += chance[i];
  return p;
}

TEST(two_categories_are_mantel_and_haenszels_sum)
{
  static const uint64_t r[][8] = {{10, 30, 25, 15, 8, 12, 0, 0}, {4, 4, 3, 9, 20, 5, 7, 7}, {1, 9, 2, 8, 3, 7, 0, 5}};
  static const uint64_t c[][8] = {{8, 7, 9, 3, 5, 6, 3, 9}, {6, 3, 5, 4, 9, 1, 4, 2}, {4, 6, 5, 5, 0, 0, 2, 3}};
  for (size_t i = 0; i < 3; i++) {
    dw_stratified got;
    dw_strata_counts counts = {4, 2, r[i], c[i]};
    double want = by_definition(r[i], c[i], 4);
    CHECK(dw_stratified_categories(&counts, &many, &got, NULL) == DW_OK);
    /* 99,999 deals: five standard errors, and the bound's part of a level */
    CHECK_MSG(fabs(got.p_value - want) < 5 * sqrt(want * (1 - want) / 99999) + 1e-5, "%g, not %g", got.p_value, want);
    CHECK(got.strata == (i == 1 ? 4 : 3));
  }
}

/* All ways to deal the rows of two strata, each with its p-value: no level is passed, but for what chance does to the deals. */
TEST(of_all_deals_the_level_holds)
{
  static const double pool[2][7] = {{1, 2, 2, 3, 5, 8, 9}, {101, 101, 102, 103, 103, 110, 120}};
  enum { MOST = 21 * 21 };
  double p[MOST];
  size_t count = 0;
  for (unsigned a = 0; a < 128; a++)
    for (unsigned b = 0; b < 128; b++) {
      if (__builtin_popcount(a) != 2 || __builtin_popcount(b) != 5) continue;
      double side[2][2][7];
      size_t size[2][2] = {{0, 0}, {0, 0}};
      for (int s = 0; s < 2; s++)
        for (int i = 0; i < 7; i++) {
          int current = (s ? b : a) >> i & 1;
          side[s][current][size[s][current]++] = pool[s][i];
        }
      dw_stratum stratum[2];
      for (int s = 0; s < 2; s++)
        stratum[s] = (dw_stratum){dw_sorted_make(side[s][0], size[s][0]), dw_sorted_make(side[s][1], size[s][1]), 0};
      dw_stratified got;
      CHECK(dw_stratified_numbers(stratum, 2, &(dw_stratified_settings){.deals = 1999, .key = {{a, b}}}, &got, NULL) == DW_OK);
      p[count++] = got.p_value;
    }
  CHECK(count == MOST);
  for (double level = 0.01; level < 1; level += 0.01) {
    size_t below = 0;
    for (size_t i = 0; i < count; i++) below += p[i] <= level;
    double share = (double)below / MOST;
    CHECK_MSG(share <= level + 4.9 * sqrt(level * (1 - level) / MOST), "%g: %g", level, share);
  }
}

TEST(a_clear_change_costs_no_deals_and_its_bound_holds)
{
  /* one stratum of two categories, none to all: the chance is 2 / C(80, 40) at most */
  static const uint64_t r[] = {40, 0}, c[] = {0, 40};
  dw_stratified got;
  CHECK(dw_stratified_categories(&(dw_strata_counts){1, 2, r, c}, &(dw_stratified_settings){.key = {{1, 2}}}, &got, NULL) == DW_OK);
  CHECK(got.deals == 0 && got.p_value < 1e-8 && got.p_value > 2 / 1.0750720873333652e23);
}

/* Levels far apart, the same change in each: the pooled values would hide it, the ranks within strata do not. */
TEST(strata_of_other_levels_add_up)
{
  enum { STRATA = 20, N = 20, M = 4 };
  static double reference[STRATA][N], current[STRATA][M];
  dw_stratum stratum[STRATA];
  for (int s = 0; s < STRATA; s++) {
    for (int i = 0; i < N; i++) reference[s][i] = 1000 * s + i;
    for (int i = 0; i < M; i++) current[s][i] = 1000 * s + 5 * i + 4.5;
    stratum[s] = (dw_stratum){dw_sorted_make(reference[s], N), dw_sorted_make(current[s], M), 0};
  }
  dw_stratified got;
  dw_stratified_settings how = {.key = {{3, 4}}};
  CHECK(dw_stratified_numbers(stratum, STRATA, &how, &got, NULL) == DW_OK);
  CHECK(got.p_value < 0.05 && got.strata == STRATA && got.reference == STRATA * N && got.current == STRATA * M);
  for (int s = 0; s < STRATA; s++) stratum[s].current = (dw_sorted){0};
  CHECK(dw_stratified_numbers(stratum, STRATA, &how, &got, NULL) == DW_ENODATA);
}

TEST(one_value_in_each_stratum_is_no_change)
{
  static const double values[2][5] = {{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}};
  dw_stratum stratum[2];
  for (int s = 0; s < 2; s++) stratum[s] = (dw_stratum){dw_sorted_make(values[s], 5), dw_sorted_make(values[s], s ? 1 : 3), 0};
  dw_stratified got;
  CHECK(dw_stratified_numbers(stratum, 2, &(dw_stratified_settings){.key = {{1, 1}}}, &got, NULL) == DW_OK);
  CHECK(got.p_value == 1 && got.part == DW_STRATIFIED_NONE);
}
