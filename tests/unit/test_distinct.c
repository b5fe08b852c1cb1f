#include "stats/streams/distinct.h"

#include "base/mem.h"
#include "golden.h"

static dw_distinct *numbers(uint64_t seed, size_t from, size_t to)
{
  dw_distinct *distinct = calloc(1, sizeof *distinct);
  for (size_t i = from; i < to; i++) dw_distinct_add_number(distinct, (double)seed * 1e9 + (double)i);
  return distinct;
}

static void drop(dw_distinct *distinct)
{
  dw_distinct_free(distinct);
  free(distinct);
}

static bool same(dw_distinct *a, dw_distinct *b)
{
  dw_buf x = {0}, y = {0};
  dw_distinct_write(a, &x);
  dw_distinct_write(b, &y);
  bool equal = x.length == y.length && memcmp(x.data, y.data, x.length) == 0;
  dw_buf_free(&x);
  dw_buf_free(&y);
  return equal;
}

TEST(few_values_are_nearly_exact)
{
  static const size_t counts[] = {0, 1, 2, 100, 500, 768};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    dw_distinct *distinct = numbers(1, 0, counts[i]);
    double got = dw_distinct_estimate(distinct);
    CHECK_MSG(fabs(got - (double)counts[i]) <= 1, "%zu values: %g", counts[i], got); /* two of 768 may share one of 2^25 places */
    CHECK(!distinct->reg);
    drop(distinct);
  }
}

/* 40 sets of each size: the mean error shows a bias, the mean square the standard error of 1.04 / sqrt(4096) = 1.63 %. */
TEST(the_estimate_has_no_bias_and_the_error_that_it_says)
{
  static const size_t counts[] = {800, 1500, 4096, 10000, 20000, 100000};
  enum { SETS = 40 };
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    double sum = 0, squares = 0;
    for (uint64_t set = 0; set < SETS; set++) {
      dw_distinct *distinct = numbers(2 + set, 0, counts[i]);
      double off = dw_distinct_estimate(distinct) / (double)counts[i] - 1;
      sum += off;
      squares += off * off;
      drop(distinct);
    }
    double mean = sum / SETS, root = sqrt(squares / SETS);
    CHECK_MSG(fabs(mean) < 4.9 * 0.0163 / sqrt(SETS), "%zu values: bias %g", counts[i], mean);
    CHECK_MSG(root < 0.0163 * 1.6, "%zu values: error %g", counts[i], root);
  }
}

TEST(the_result_depends_on_the_set_alone)
{
  static const size_t counts[] = {100, 767, 768, 769, 1024, 30000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    size_t n = counts[i];
    dw_distinct *whole = numbers(5, 0, n), *again = numbers(5, 0, n), *merged = calloc(1, sizeof *merged);
    for (size_t k = n; k > 0; k--) dw_distinct_add_number(again, 5e9 + (double)(k - 1)); /* repeats, backwards */
    for (size_t part = 0; part < 5; part++) {
      dw_distinct *one = numbers(5, n * part / 5, n * (part + 1) / 5), *nested = calloc(1, sizeof *nested);
      dw_distinct_merge(nested, one);
      dw_distinct_merge(merged, nested);
      drop(one);
      drop(nested);
    }
    CHECK(same(whole, again));
    CHECK(same(whole, merged));
    CHECK((n > DW_DISTINCT_SPARSE) == (whole->reg != NULL));
    drop(whole);
    drop(again);
    drop(merged);
  }
}

TEST(numbers_and_texts)
{
  dw_distinct *distinct = calloc(1, sizeof *distinct), *other = calloc(1, sizeof *other);
  const double zeros[] = {0.0, -0.0, 0.0, 1, 1};
  dw_distinct_add_numbers(distinct, zeros, 5);
  CHECK_CLOSE(dw_distinct_estimate(distinct), 2, 1e-6);
  dw_distinct_add_text(distinct, "", 0);
  dw_distinct_add_text(distinct, "a", 1);
  dw_distinct_add_text(distinct, "a", 1);
  CHECK_CLOSE(dw_distinct_estimate(distinct), 4, 1e-6);
  dw_distinct_add_number(other, 1);
  dw_distinct_add_hash(other, 0);
  dw_distinct_add_hash(other, UINT64_MAX);
  CHECK_CLOSE(dw_distinct_estimate(other), 3, 1e-6);
  CHECK(dw_distinct_text_hash("a", 1) != dw_distinct_text_hash("b", 1));
  CHECK(dw_distinct_bytes(distinct) > 0);
  drop(distinct);
  drop(other);
}

TEST(bytes_come_back_and_damaged_ones_do_not)
{
  static const size_t counts[] = {0, 1, 300, 5000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    dw_distinct *distinct = numbers(9, 0, counts[i]), read = {0};
    dw_buf bytes = {0};
    dw_distinct_write(distinct, &bytes);
    CHECK(bytes.length <= 1 + 3072);
    CHECK(dw_distinct_read(&read, bytes.data, bytes.length));
    CHECK(same(distinct, &read));
    dw_distinct_free(&read);
    if (bytes.length > 1) CHECK(!dw_distinct_read(&read, bytes.data, bytes.length - 1));
    bytes.data[0] = 2;
    CHECK(!dw_distinct_read(&read, bytes.data, bytes.length));
    CHECK(!dw_distinct_read(&read, bytes.data, 0));
    dw_buf_free(&bytes);
    drop(distinct);
  }
  dw_distinct read = {0};
  CHECK(!dw_distinct_read(&read, "\0\x41\0\0\0\x41\0\0\0", 9)); /* a place twice */
  CHECK(!dw_distinct_read(&read, "\0\x40\0\0\0", 5));           /* rank 0 */
  CHECK(dw_distinct_read(&read, "\0\x41\0\0\0", 5));
  dw_distinct_free(&read);
}
