/* Expected values: numpy, by the definitions in the header. */
#include "detect/watch/unit_scores.h"

#include <math.h>

#include "stats/samples/sort.h"

#include "test.h"

enum { UNITS = 8, ROWS = 5, N = UNITS * ROWS };

typedef struct baseline {
  double x[N], sorted[N];
  uint32_t row[N];
  dw_unit unit[UNITS];
  dw_frame frame;
  dw_units units;
} baseline;

static void make(baseline *b)
{
  for (uint32_t i = 0; i < N; i++) {
    b->x[i] = b->sorted[i] = (double)((i * 37 + i * i * 5) % 23) / 2;
    b->row[i] = i;
  }
  for (size_t u = 0; u < UNITS; u++) b->unit[u] = (dw_unit){.number = (int64_t)u, .first = u * ROWS, .count = ROWS};
  b->frame = (dw_frame){.rows = N};
  b->units = (dw_units){.frame = &b->frame, .row = b->row, .unit = b->unit, .count = UNITS};
  dw_sort_doubles(b->sorted, N, NULL);
}

#define CHECK_NEAR(got, wanted) CHECK_MSG(fabs((got) - (wanted)) < 1e-14, "%.17g instead of %.17g", got, wanted)

TEST(periods_of_the_baseline_against_the_rest_of_it)
{
  baseline b;
  dw_unit_values values;
  make(&b);
  dw_sorted all = dw_sorted_make(b.sorted, N);
  dw_unit_values_make(&values, &b.units, b.x);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_LOCATION, all, &values, 0, true, 0), 0.5742857142857143);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_LOCATION, all, &values, 3, true, 0), 0.26285714285714284);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SPREAD, all, &values, 0, true, 0), 8.5);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SPREAD, all, &values, 3, true, 0), 4.0);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_MEDIAN, all, &values, 0, true, 0), 9.0);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SHARE_SHIFT, all, &values, 0, true, 0), 0.708538053690092);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SHARE_SHIFT, all, &values, 3, true, 0), 1.8308607995092898);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SHARE_SHIFT, all, &values, 0, true, 2), 0.7482088714862745);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SHARE_SHIFT, all, &values, 3, true, 2), 1.6375124752051218);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_UPPER, all, &values, 0, true, 0), 0.0);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_MISSING, all, &values, 0, true, 0), 0.0);
  dw_unit_values_free(&values);
}

TEST(a_period_that_comes_against_all_of_the_baseline)
{
  static const double arrived[] = {11.5, 3, NAN, 11, 10.5, 0.5};
  uint32_t row[] = {5, 4, 3, 2, 1, 0};
  dw_unit unit = {.count = 6};
  dw_frame frame = {.rows = 6};
  dw_units one = {.frame = &frame, .row = row, .unit = &unit, .count = 1};
  baseline b;
  dw_unit_values values;
  make(&b);
  dw_sorted all = dw_sorted_make(b.sorted, N);
  dw_unit_values_make(&values, &one, arrived);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_LOCATION, all, &values, 0, false, 0), 0.6925);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_SHARE_SHIFT, all, &values, 0, false, 3), 1.369438406004566);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_UPPER, all, &values, 0, false, 0), 0.4);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_LOWER, all, &values, 0, false, 0), 0.0);
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_MISSING, all, &values, 0, false, 0), 1.0 / 6);
  dw_unit_values_free(&values);
  static const double nothing[] = {NAN, NAN, NAN, NAN, NAN, NAN};
  dw_unit_values_make(&values, &one, nothing);
  CHECK(isnan(dw_unit_score_numbers(DW_UNIT_LOCATION, all, &values, 0, false, 0)));
  CHECK_NEAR(dw_unit_score_numbers(DW_UNIT_MISSING, all, &values, 0, false, 0), 1.0);
  dw_unit_values_free(&values);
}

/* a a b | a b b | a c a: shares by hand; h of 1/6 against 2/3, and so on. */
TEST(categories)
{
  uint32_t place[] = {0, 0, 1, 0, 1, 1, 0, 2, 0}, row[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  static const uint64_t count[] = {5, 3, 1};
  dw_unit unit[] = {{.first = 0, .count = 3}, {.first = 3, .count = 3}, {.first = 6, .count = 3}};
  dw_frame frame = {.rows = 9};
  dw_units units = {.frame = &frame, .row = row, .unit = unit, .count = 3};
  dw_unit_categories categories = {place, count, 3, 9};
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_TOP, &categories, &units, 1, true, 0), 1.0 / 3);
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_FRESH, &categories, &units, 1, true, 0), 0.0);
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_FRESH, &categories, &units, 2, true, 0), 1.0 / 3); /* nobody else has c */
  double h = 2 * asin(sqrt(2.0 / 3)) - 2 * asin(sqrt(1.0 / 6));
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_SHARE_SHIFT, &categories, &units, 1, true, 0), h); /* b: 2/3, elsewhere 1/6 */
  uint32_t came[] = {0, 3, DW_UNIT_NONE, 3};
  dw_unit one = {.count = 4};
  frame.rows = 4;
  dw_units arrived = {.frame = &frame, .row = row, .unit = &one, .count = 1};
  categories.place = came;
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_FRESH, &categories, &arrived, 0, false, 0), 2.0 / 3);
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_MISSING, &categories, &arrived, 0, false, 0), 0.25);
  CHECK_NEAR(dw_unit_score_categories(DW_UNIT_SHARE_SHIFT, &categories, &arrived, 0, false, 0), 2 * asin(sqrt(2.0 / 3)));
}
