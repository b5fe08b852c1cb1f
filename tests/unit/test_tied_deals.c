/* Held to all deals of few rows, by their definition. */
#include "stats/shift/tied_deals.h"

#include <math.h>

#include "stats/samples/sort.h"
#include "stats/tests/twosample.h"
#include "test.h"

enum { MOST_ROWS = 16, SEEDS = 60 };

static double larger(dw_sorted r, dw_sorted c)
{
  double sum = 0;
  for (size_t i = 0; i < r.count; i++)
    for (size_t k = 0; k < c.count; k++) sum += r.value[i] > c.value[k] ? 1 : r.value[i] == c.value[k] ? 0.5 : 0;
  return sum;
}

/* The share of all ways to choose n of the rows, ascending, for the reference whose statistic is at least that of the one seen. */
static double all_deals(const double *row, unsigned rows, unsigned seen, double (*statistic)(dw_sorted r, dw_sorted c))
{
  double want = NAN, ways = 0, as_far = 0;
  unsigned n = (unsigned)__builtin_popcount(seen);
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned set = 0; set < 1U << rows; set++) {
      if (pass == 0 ? set != seen : (unsigned)__builtin_popcount(set) != n) continue;
      double side[2][MOST_ROWS];
      size_t count[2] = {0};
      for (unsigned i = 0; i < rows; i++) {
        int of = !(set >> i & 1);
        side[of][count[of]++] = row[i];
      }
      double got = statistic(dw_sorted_make(side[0], count[0]), dw_sorted_make(side[1], count[1]));
      if (pass == 0) want = got;
      ways += pass;
      as_far += pass && got >= want - 1e-9;
    }
  return as_far / ways;
}

typedef struct table {
  unsigned rows, seen; /* seen: bits of the rows that are the reference's */
  double row[MOST_ROWS];
} table;

static const table tables[] = {
    {12, 0x00f, {0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 3}},         {12, 0xd01, {0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 3}},
    {12, 0xfe0, {0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 3}},         {14, 0x3c00, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}},
    {14, 0x1003, {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}}, {10, 0x2aa, {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}},
};

static void take_sides(const table *of, double side[2][MOST_ROWS], dw_sorted out[2])
{
  size_t count[2] = {0};
  for (unsigned i = 0; i < of->rows; i++) {
    int k = !(of->seen >> i & 1);
    side[k][count[k]++] = of->row[i];
  }
  for (int k = 0; k < 2; k++) out[k] = dw_sorted_make(side[k], count[k]);
}

/* Deals end at 100 hits, so that one p-value is within a tenth; the mean of 60 within 1.3 %, up to a hundredth too large (100 hits for 100
 * that were asked for), and 1 / 10,000 where there is no hit. */
static void check_mean(double got, double want, const char *what, size_t at)
{
  CHECK_MSG(fabs(got - want) <= 0.06 * want + 0.0005, "%s, table %zu: p %g, of all deals %g", what, at, got, want);
}

TEST(p_is_that_of_all_deals)
{
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    double side[2][MOST_ROWS], anderson = 0, up = 0, down = 0;
    dw_sorted of[2];
    take_sides(&tables[t], side, of);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      double p;
      anderson += dw_tied_anderson(of[0], of[1], dw_rng_derive(seed, "anderson")).p_value / SEEDS;
      CHECK(dw_tied_larger(of[0], of[1], dw_rng_derive(seed, "up"), &p, NULL) == DW_OK);
      up += p / SEEDS;
      CHECK(dw_tied_larger(of[1], of[0], dw_rng_derive(seed, "down"), &p, NULL) == DW_OK);
      down += p / SEEDS;
    }
    unsigned rest = ((1U << tables[t].rows) - 1) & ~tables[t].seen;
    check_mean(anderson, all_deals(tables[t].row, tables[t].rows, tables[t].seen, dw_anderson_statistic), "anderson", t);
    check_mean(up, all_deals(tables[t].row, tables[t].rows, tables[t].seen, larger), "larger", t);
    check_mean(down, all_deals(tables[t].row, tables[t].rows, rest, larger), "smaller", t);
  }
}

TEST(nothing_tied_and_much)
{
  double a[60], b[60], p;
  dw_test test;
  for (int i = 0; i < 60; i++) a[i] = i, b[i] = i + 0.5;
  dw_sorted r = dw_sorted_make(a, 60), c = dw_sorted_make(b, 10);
  CHECK(dw_tied_larger(r, c, dw_rng_derive(1, "x"), &p, NULL) == DW_OK && dw_mannwhitney(r, c, DW_GREATER, &test, NULL) == DW_OK);
  CHECK(p == test.p_value && !dw_tied_is_sparse(r, c));
  for (int i = 0; i < 60; i++) a[i] = i / 10, b[i] = i / 10; /* sixths of 60 and 60: the law */
  r = dw_sorted_make(a, 60), c = dw_sorted_make(b, 60);
  CHECK(dw_tied_larger(r, c, dw_rng_derive(1, "x"), &p, NULL) == DW_OK && dw_mannwhitney(r, c, DW_GREATER, &test, NULL) == DW_OK);
  CHECK(p == test.p_value && !dw_tied_is_sparse(r, c));
  for (int i = 0; i < 60; i++) a[i] = i < 40 ? 0 : i, b[i] = i < 40 ? 0 : i; /* 20 of 60 expected off the zeros */
  CHECK(dw_tied_is_sparse(dw_sorted_make(a, 60), dw_sorted_make(b, 60)));
  for (int i = 0; i < 60; i++) a[i] = b[i] = 3;
  CHECK(dw_tied_larger(dw_sorted_make(a, 60), dw_sorted_make(b, 5), dw_rng_derive(1, "x"), &p, NULL) == DW_OK && p == 1);
  CHECK(dw_tied_anderson(dw_sorted_make(a, 60), dw_sorted_make(b, 5), dw_rng_derive(1, "x")).p_value == 1);
  dw_err err = {0};
  CHECK(dw_tied_larger(dw_sorted_make(a, 60), dw_sorted_make(b, 0), dw_rng_derive(1, "x"), &p, &err) == DW_ENODATA);
}

/* Packed rows of a sketch are rows. */
TEST(weights)
{
  double a[30], b[8] = {0, 0, 0, 0, 0, 0, 2, 2}, values[] = {0, 1, 2}, p[2];
  uint64_t weight[] = {20, 7, 3}, small[] = {6, 2};
  double other[] = {0, 2};
  for (int i = 0; i < 30; i++) a[i] = i < 20 ? 0 : i < 27 ? 1 : 2;
  dw_sorted plain[2] = {dw_sorted_make(a, 30), dw_sorted_make(b, 8)},
            packed[2] = {dw_sorted_make_weighted(values, weight, 3), dw_sorted_make_weighted(other, small, 2)};
  dw_rng_key key = dw_rng_derive(3, "w");
  CHECK(dw_tied_anderson(plain[0], plain[1], key).p_value == dw_tied_anderson(packed[0], packed[1], key).p_value);
  CHECK(dw_tied_larger(plain[0], plain[1], key, &p[0], NULL) == DW_OK && dw_tied_larger(packed[0], packed[1], key, &p[1], NULL) == DW_OK);
  CHECK(p[0] == p[1]);
}
