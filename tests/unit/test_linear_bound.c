/* Held to the exact tail, by enumeration of every table of small cases: never below it, and not far above, where few cells make large
 * steps; and to the normal law at large counts. */
#include "stats/shift/linear_bound.h"

#include "stats/distributions/special.h"
#include "test.h"

enum { CELLS = 4 };

static double exact_tail(const uint64_t *size, const double *score, uint64_t drawn, double seen)
{
  uint64_t c[CELLS], rows = size[0] + size[1] + size[2] + size[3];
  double tail = 0;
  for (c[0] = 0; c[0] <= size[0]; c[0]++)
    for (c[1] = 0; c[1] <= size[1]; c[1]++)
      for (c[2] = 0; c[2] <= size[2]; c[2]++) {
        uint64_t sum = c[0] + c[1] + c[2];
        if (sum > drawn || drawn - sum > size[3]) continue;
        c[3] = drawn - sum;
        double log = -dw_choose_log(rows, drawn), statistic = 0;
        for (int k = 0; k < CELLS; k++) {
          log += dw_choose_log(size[k], c[k]);
          statistic += score[k] * (double)c[k];
        }
        if (statistic >= seen - 1e-9) tail += exp(log);
      }
  return tail;
}

static void check_bound(const uint64_t *size, const double *score, uint64_t drawn)
{
  double least = 1e9, most = -1e9;
  for (int k = 0; k < CELLS; k++) {
    least = fmin(least, score[k] * (double)drawn);
    most = fmax(most, score[k] * (double)drawn);
  }
  int looked = 0;
  for (double seen = least; seen <= most; seen += (most - least) / 300) {
    double exact = exact_tail(size, score, drawn, seen), bound = dw_linear_bound(size, score, CELLS, drawn, seen);
    CHECK_MSG(bound >= exact * (1 - 1e-9), "seen %g: bound %g, exact %g", seen, bound, exact);
    if (exact > 1e-12 && exact < 0.01) CHECK_MSG(bound < 120 * exact, "seen %g: bound %g, exact %g", seen, bound, exact);
    looked += exact > 1e-12 && exact < 0.01;
  }
  CHECK(looked >= 3);
}

TEST(never_below_the_exact_tail)
{
  uint64_t even[] = {10, 10, 10, 10}, uneven[] = {1, 30, 5, 12}, ends[] = {20, 3, 2, 20};
  double ranks[] = {-0.375, -0.125, 0.125, 0.375}, mood[] = {0.14, 0.015, 0.01, 0.15}, odd[] = {3, -1, 0, 50};
  check_bound(even, ranks, 20);
  check_bound(even, mood, 7);
  check_bound(uneven, ranks, 24);
  check_bound(uneven, ranks, 6);
  check_bound(ends, mood, 22);
  check_bound(ends, ranks, 9);
  check_bound(uneven, odd, 20);
}

TEST(follows_the_normal_tail_at_large_counts)
{
  enum { MANY = 100 };
  uint64_t size[MANY];
  double score[MANY], square = 0, rows = 0;
  for (int k = 0; k < MANY; k++) {
    size[k] = 20000;
    score[k] = (k + 0.5) / MANY - 0.5;
    square += 20000 * score[k] * score[k];
    rows += 20000;
  }
  double drawn = rows / 2, sd = sqrt(drawn * (rows - drawn) / (rows * (rows - 1)) * square);
  for (double z = 3; z < 30; z += 3) {
    double bound = dw_linear_bound(size, score, MANY, (uint64_t)drawn, z * sd), tail = dw_normal_sf(z);
    CHECK_MSG(bound > tail * 0.9 && bound < 4 * z * tail, "%g deviations: bound %g, tail %g", z, bound, tail);
  }
}

TEST(at_and_below_the_mean_it_is_one)
{
  uint64_t size[] = {5, 5, 5, 5};
  double score[] = {1, 2, 3, 4};
  CHECK(dw_linear_bound(size, score, 4, 10, 25) == 1);
  CHECK(dw_linear_bound(size, score, 4, 10, 3) == 1);
  CHECK(dw_linear_bound(size, score, 4, 10, 35) < 1e-3);
}
