#include "stats/streams/decimals.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/samples/sort.h"
#include "golden.h"

enum { ROWS = 20000 };

static bool same_bits(const double *a, const double *b, size_t n) { return memcmp(a, b, n * sizeof *a) == 0; }

/* Whole numbers below `range` around `middle`, over 10^places, in parts of `part`: as they came, and then in order. */
static void check_kept(double middle, uint64_t range, unsigned places, size_t part)
{
  static double x[ROWS], out[ROWS], scratch[ROWS];
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(7, "test_decimals"), range, places);
  double power = 1;
  for (unsigned i = 0; i < places; i++) power *= 10;
  for (size_t i = 0; i < ROWS; i++) x[i] = (middle - (double)(range / 2) + (double)dw_rng_below(&rng, range)) / power;
  dw_decimals decimals = {0};
  for (size_t i = 0; i < ROWS; i += part) CHECK(dw_decimals_add(&decimals, x + i, ROWS - i < part ? ROWS - i : part));
  CHECK(decimals.count == ROWS && decimals.places <= places);
  dw_decimals_give(&decimals, out);
  CHECK(same_bits(out, x, ROWS));
  dw_decimals_order(&decimals, scratch);
  dw_decimals_give(&decimals, out);
  dw_sort_doubles(x, ROWS, scratch);
  CHECK(same_bits(out, x, ROWS));
  size_t distinct = 1;
  for (size_t i = 1; i < ROWS; i++) distinct += x[i] != x[i - 1];
  CHECK_MSG(decimals.distinct == distinct, "%zu, not %zu", decimals.distinct, distinct);
  dw_decimals_free(&decimals);
}

TEST(numbers_come_back_as_they_were_and_then_in_order)
{
  static const uint64_t ranges[] = {1, 2, 250, 1000000, UINT64_C(4294967000)};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    for (unsigned places = 0; places <= DW_DECIMALS_MOST; places++) check_kept(0, ranges[i], places, places ? 1777 : ROWS);
  check_kept(-2147483000, 500, 3, 1);
  check_kept(2147483000, 500, 6, 3);
}

TEST(the_unit_is_the_largest_that_fits_and_becomes_smaller_when_it_must)
{
  static const double whole[] = {3, -120, 0, 7}, halves[] = {0.5, 2}, thousandths[] = {0.125};
  double out[7];
  dw_decimals decimals = {0};
  CHECK(dw_decimals_add(&decimals, whole, 4) && decimals.places == 0);
  CHECK(dw_decimals_add(&decimals, halves, 2) && decimals.places == 1);
  CHECK(dw_decimals_add(&decimals, thousandths, 1) && decimals.places == 3);
  dw_decimals_give(&decimals, out);
  CHECK(same_bits(out, whole, 4) && same_bits(out + 4, halves, 2) && out[6] == 0.125);
  dw_decimals_free(&decimals);
}

TEST(what_does_not_fit_is_refused_and_changes_nothing)
{
  static const double first[] = {1.5, 2000000}, odd[] = {1 / 3.0, 1e10, -1e300, INFINITY, 2147483648.0, 0x1p-40, 0.1 + 0.2};
  double out[3];
  dw_decimals decimals = {0};
  CHECK(dw_decimals_add(&decimals, first, 2));
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) CHECK_MSG(!dw_decimals_add(&decimals, &odd[i], 1), "%g", odd[i]);
  CHECK(!dw_decimals_add(&decimals, &(double){0.0001}, 1)); /* 2,000,000 has no 2^31 ten-thousandths */
  CHECK(!dw_decimals_add(&decimals, (double[]){1, 0.3, NAN}, 3));
  CHECK(decimals.count == 2 && decimals.places == 1);
  CHECK(dw_decimals_add(&decimals, &(double){-0.0}, 1));
  dw_decimals_give(&decimals, out);
  CHECK(same_bits(out, first, 2) && out[2] == 0 && !signbit(out[2]));
  dw_decimals_free(&decimals);
  CHECK(dw_decimals_bytes(&decimals) == 0);
}

TEST(in_order_many_numbers_take_a_byte_each)
{
  static double x[ROWS], scratch[ROWS];
  for (size_t i = 0; i < ROWS; i++) x[i] = (double)(i * 7919 % ROWS * 40) / 1e6;
  dw_decimals decimals = {0};
  CHECK(dw_decimals_add(&decimals, x, ROWS));
  CHECK(dw_decimals_bytes(&decimals) >= 4 * ROWS);
  dw_decimals_order(&decimals, scratch);
  CHECK(dw_decimals_bytes(&decimals) == ROWS && decimals.distinct == ROWS);
  dw_decimals_free(&decimals);
}
