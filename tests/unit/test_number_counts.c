#include "stats/streams/number_counts.h"

#include "golden.h"
#include "base/mem.h"

enum { ROWS = 50000 };

/* Of i modulo `different`, as they come, in parts of `step`: sorted they are 0, 1, 2 … and each as often as it was added. */
static void check_counts(size_t different, size_t step)
{
  static double x[ROWS];
  dw_number_counts counts = {0};
  double *value;
  uint64_t *weight;
  for (size_t i = 0; i < ROWS; i++) x[i] = (double)(i * 7919 % different) / 4;
  for (size_t at = 0; at < ROWS; at += step) {
    size_t n = ROWS - at < step ? ROWS - at : step;
    CHECK(dw_number_counts_add_array(&counts, x + at, n) == n);
  }
  dw_sorted sorted = dw_number_counts_sorted(&counts, &value, &weight);
  CHECK(sorted.count == different && sorted.total == ROWS && counts.total == ROWS);
  size_t wrong = 0;
  for (size_t k = 0; k < sorted.count; k++) wrong += value[k] != (double)k / 4 || weight[k] - ROWS / different > 1;
  CHECK_MSG(wrong == 0, "%zu of %zu", wrong, different);
  dw_free(value);
  dw_free(weight);
  dw_number_counts_free(&counts);
}

TEST(each_number_is_counted_whatever_the_parts)
{
  check_counts(1, ROWS);
  check_counts(24, 7);
  check_counts(511, ROWS);
  check_counts(513, 1);
  check_counts(40009, 12345);
}

TEST(the_first_number_too_many_is_refused_and_known_ones_go_on)
{
  dw_number_counts counts = {0};
  for (size_t i = 0; i < DW_NUMBER_COUNTS_MOST; i++) CHECK(dw_number_counts_add(&counts, (double)i, 1));
  CHECK(!dw_number_counts_add(&counts, -1, 1) && dw_number_counts_add(&counts, 7, 3));
  static const double more[] = {5, 6, 0.5, 5};
  CHECK(dw_number_counts_add_array(&counts, more, 4) == 2);
  CHECK(counts.total == DW_NUMBER_COUNTS_MOST + 5 && counts.distinct == DW_NUMBER_COUNTS_MOST);
  CHECK(dw_number_counts_bytes(&counts) == 32 * (size_t)DW_NUMBER_COUNTS_MOST);
  dw_number_counts_free(&counts);
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
