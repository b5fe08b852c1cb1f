#include "stats/shift/stratified.h"

#include "base/fmath.h"
#include "test.h"

/* 2 asin(sqrt(p)) */
static double arcsine(double p) { return 2 * dw_atan(sqrt(p / (1 - p))); }

/* Worked by hand: of the current rows 3 lie in the first stratum and 1 in the second; the third has no current rows. The standardised
 * reference share of the first category is (3 * 0.5 + 1 * 0.2) / 4 = 0.425, the current one 3 / 4. */
TEST(the_reference_takes_the_current_mixture)
{
  static const uint64_t r[] = {5, 5, 2, 8, 9, 1}, c[] = {3, 0, 0, 1, 0, 0};
  dw_share_shift got;
  CHECK(dw_stratified_shift_categories(&(dw_strata_counts){3, 2, r, c}, 2, &got, NULL) == DW_OK);
  CHECK_CLOSE(got.reference + (got.category ? 0.425 - 0.575 : 0), 0.425, 1e-12);
  CHECK_CLOSE(got.current + (got.category ? 0.75 - 0.25 : 0), 0.75, 1e-12);
  CHECK_CLOSE(got.h, fabs(arcsine(0.75) - arcsine(0.425)), 1e-12);
  CHECK_CLOSE(got.error, sqrt(1.0 / 4 + (9.0 / 10 + 1.0 / 10) / 16), 1e-12);
}

/* Every value of both sides as a cut would find at least as much; the cut that was found is one of them, and its shares are right. */
TEST(numbers_by_definition)
{
  static const double r1[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, r2[] = {21, 22, 22, 23, 30}, c1[] = {3, 6, 9, 12}, c2[] = {20, 22};
  static const double all[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21, 22, 22, 23, 30};
  dw_stratum s[] = {{dw_sorted_make(r1, 10), dw_sorted_make(c1, 4), 0}, {dw_sorted_make(r2, 5), dw_sorted_make(c2, 2), 0}};
  dw_share_shift got;
  CHECK(dw_stratified_shift_numbers(s, 2, dw_sorted_make(all, 15), &got, NULL) == DW_OK);
  double best = 0;
  for (size_t k = 0; k < 15; k++) {
    for (int with = 0; with < 2; with++) {
      double reference = 0, current = 0;
      for (size_t i = 0; i < 10; i++) reference += (4.0 / 6) * (with ? r1[i] <= all[k] : r1[i] < all[k]) / 10;
      for (size_t i = 0; i < 5; i++) reference += (2.0 / 6) * (with ? r2[i] <= all[k] : r2[i] < all[k]) / 5;
      for (size_t i = 0; i < 4; i++) current += (with ? c1[i] <= all[k] : c1[i] < all[k]) / 6.0;
      for (size_t i = 0; i < 2; i++) current += (with ? c2[i] <= all[k] : c2[i] < all[k]) / 6.0;
      double h = fabs(arcsine(fmin(1, reference)) - arcsine(fmin(1, current)));
      best = fmax(best, h);
      if (all[k] != got.cut || with != got.with_cut) continue;
      CHECK_CLOSE(got.reference, reference, 1e-12);
      CHECK_CLOSE(got.current, current, 1e-12);
      CHECK_CLOSE(got.h, h, 1e-7);
    }
  }
  CHECK(got.h > 0.5 * best && got.h <= best + 1e-7);
}

TEST(nothing_in_common)
{
  static const uint64_t r[] = {5, 5, 0, 0}, c[] = {0, 0, 3, 1};
  dw_share_shift got;
  CHECK(dw_stratified_shift_categories(&(dw_strata_counts){2, 2, r, c}, 2, &got, NULL) == DW_ENODATA);
}
