#include "stats/streams/number_counts.h"

#include "golden.h"
#include "base/mem.h"

enum { ROWS = 50000 };

/* Of i modulo `different`, over `unit`, as they come, in parts of `step`: sorted they are 0, 1, 2 … and each as often as it was added. */
static void check_counts(size_t different, size_t step, double unit)
{
  static double x[ROWS];
  dw_number_counts counts = {0};
  double *value;
  uint64_t *weight;
  for (size_t i = 0; i < ROWS; i++) x[i] = (double)(i * 7919 % different) / unit;
  for (size_t at = 0; at < ROWS; at += step) {
    size_t n = ROWS - at < step ? ROWS - at : step;
    CHECK(dw_number_counts_add_array(&counts, x + at, n) == n);
  }
  dw_sorted sorted = dw_number_counts_sorted(&counts, &value, &weight);
  CHECK(sorted.count == different && sorted.total == ROWS && counts.total == ROWS);
  size_t wrong = 0;
  for (size_t k = 0; k < sorted.count; k++)
    wrong += value[k] != (double)(unit > 0 ? k : different - 1 - k) / unit || weight[k] - ROWS / different > 1;
  CHECK_MSG(wrong == 0, "%zu of %zu", wrong, different);
  dw_free(value);
  dw_free(weight);
  dw_number_counts_free(&counts);
}

TEST(each_number_is_counted_whatever_the_parts)
{
  static const double units[] = {1,     4, 10, 100,
                                 10000, 3, -1, -100}; /* quarters have two decimals; thirds and numbers below zero no place */
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    check_counts(1, ROWS, units[i]);
    check_counts(24, 7, units[i]);
    check_counts(511, ROWS, units[i]);
    check_counts(513, 1, units[i]);
    check_counts(40009, 12345, units[i]);
  }
}

TEST(the_first_number_too_many_is_refused_and_known_ones_go_on)
{
  dw_number_counts counts = {0};
  for (size_t i = 0; i < DW_NUMBER_COUNTS_MOST; i++) CHECK(dw_number_counts_add(&counts, (double)i, 1));
  CHECK(!dw_number_counts_add(&counts, -1, 1) && dw_number_counts_add(&counts, 7, 3));
  static const double more[] = {5, 6, 0.5, 5};
  CHECK(dw_number_counts_add_array(&counts, more, 4) == 2);
  CHECK(counts.total == DW_NUMBER_COUNTS_MOST + 5 && counts.distinct == DW_NUMBER_COUNTS_MOST);
  CHECK(dw_number_counts_bytes(&counts) == 4 * (size_t)DW_NUMBER_COUNTS_MOST);
  dw_number_counts_free(&counts);
  for (size_t i = 0; i < DW_NUMBER_COUNTS_MOST; i++) CHECK(dw_number_counts_add(&counts, (double)i / 3, 1));
  CHECK(!dw_number_counts_add(&counts, -1, 1) && dw_number_counts_add(&counts, 7 / 3.0, 3));
  CHECK(counts.total == DW_NUMBER_COUNTS_MOST + 3 && counts.distinct == DW_NUMBER_COUNTS_MOST);
  CHECK(dw_number_counts_bytes(&counts) <= 32 * (size_t)DW_NUMBER_COUNTS_MOST + 4 * (size_t)DW_NUMBER_COUNTS_DIRECT);
  dw_number_counts_free(&counts);
}

/* Whole numbers and cents, then what is neither: large, negative, of many decimals, on both sides of the array's end. */
TEST(numbers_of_all_kinds_are_counted_together)
{
  static const double kinds[] = {0, 0.01, 12.5, 99.99, 655.35, 655.36, 1e6, 1e300, -0.01, -7, 0.1 + 0.2, 0.005, 1.0 / 3, 5e-324};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  dw_number_counts counts = {0};
  double *value;
  uint64_t *weight, sum = 0;
  CHECK(dw_number_counts_add_array(&counts, (double[]){1.25, 3, 4.99}, 3) == 3);
  for (uint64_t k = 0; k < KINDS; k++) CHECK(dw_number_counts_add(&counts, kinds[k], k + 1));
  CHECK(dw_number_counts_add_array(&counts, kinds, KINDS) == KINDS);
  CHECK(dw_number_counts_add(&counts, 12.5, UINT64_C(1) << 40)); /* more than an array's counts hold */
  CHECK(dw_number_counts_add_array(&counts, kinds, KINDS) == KINDS);
  dw_sorted sorted = dw_number_counts_sorted(&counts, &value, &weight);
  CHECK(sorted.count == KINDS + 3 && counts.distinct == KINDS + 3);
  for (size_t i = 0; i < sorted.count; i++) {
    CHECK(i == 0 || value[i - 1] < value[i]);
    sum += weight[i];
    for (uint64_t k = 0; k < KINDS; k++)
      if (kinds[k] == value[i]) CHECK(weight[i] == k + 3 + (value[i] == 12.5 ? UINT64_C(1) << 40 : 0));
  }
  CHECK(sum == sorted.total && sum == counts.total);
  dw_free(value);
  dw_free(weight);
  dw_number_counts_free(&counts);
}

/* 8,192 numbers of which every second, fourth … is the first again; what is surely more is more. */
TEST(very_many_are_told_without_counting)
{
  enum { NUMBERS = 8192 };
  static double x[NUMBERS];
  static const double units[] = {1, 100, 3, -1e300, 0x1p60};
  for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
    for (size_t i = 0; i < NUMBERS; i++) x[i] = (double)i / units[u];
    CHECK_MSG(dw_number_counts_exceed(x, NUMBERS, NUMBERS / 8 * 7), "in units of %g", units[u]);
    CHECK(!dw_number_counts_exceed(x, NUMBERS, NUMBERS));
    for (size_t i = 0; i < NUMBERS; i += 4) x[i] = 0;
    CHECK(!dw_number_counts_exceed(x, NUMBERS, NUMBERS / 4 * 3 + 1));
  }
  CHECK(dw_number_counts_exceed((double[]){0, 1, -0.0}, 3, 1) && !dw_number_counts_exceed((double[]){0, 1, -0.0}, 3, 2));
  CHECK(!dw_number_counts_exceed(NULL, 0, 0));
}

TEST(minus_zero_is_zero)
{
  dw_number_counts counts = {0};
  double *value;
  uint64_t *weight;
  CHECK(dw_number_counts_sorted(&counts, &value, &weight).total == 0 && !value);
  CHECK(dw_number_counts_add(&counts, -0.0, 2) && dw_number_counts_add_array(&counts, (double[]){0, -0.0}, 2) == 2);
  dw_sorted sorted = dw_number_counts_sorted(&counts, &value, &weight);
  CHECK(sorted.count == 1 && sorted.total == 4 && !signbit(value[0]));
  dw_free(value);
  dw_free(weight);
  dw_number_counts_free(&counts);
}

TEST(one_place_in_all_tables_of_a_scale)
{
  enum { N = 500, LIMIT = DW_NUMBER_COUNTS_DIRECT };
  double x[N];
  for (size_t i = 0; i < N; i++) x[i] = (double)(i % 250) / 100;
  dw_number_counts counts = {0};
  CHECK(dw_number_counts_add_array(&counts, x, N) == N && counts.scale == 100);
  for (size_t i = 0; i < N; i++) CHECK(dw_number_counts_direct(x[i], 100, LIMIT) == i % 250);
  CHECK(dw_number_counts_direct(-0.0, 100, LIMIT) == 0 && dw_number_counts_direct(-0.01, 100, LIMIT) == LIMIT);
  CHECK(dw_number_counts_direct(0.015, 100, LIMIT) == LIMIT && dw_number_counts_direct(655.35, 100, LIMIT) == 65535);
  CHECK(dw_number_counts_direct(655.36, 100, LIMIT) == LIMIT && dw_number_counts_direct(65535, 1, LIMIT) == 65535);
  CHECK(dw_number_counts_again(&counts, 7) && counts.direct[7] == 3 && counts.total == N);
  CHECK(!dw_number_counts_again(&counts, 251) && !dw_number_counts_again(&counts, LIMIT) && counts.direct[251] == 0);
  dw_number_counts_free(&counts);
}
