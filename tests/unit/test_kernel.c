/* Held to scipy's distances and numpy's permutations (tests/golden/make_kernel.py). */
#include "stats/tests/kernel.h"

#include "golden.h"

static dw_mmd mmd(const double *x, size_t n, const double *y, size_t m, size_t width, dw_mmd_options options)
{
  dw_mmd out;
  options.key = dw_rng_derive(1, "test_kernel");
  CHECK(dw_mmd_test(x, n, y, m, width, &options, &out, NULL) == DW_OK);
  return out;
}

/* More permutations than go into one batch, by one thread and by three. */
TEST(threads_make_no_difference)
{
  enum { N = 40, M = 31, WIDTH = 3 };
  double *x = golden_sample(5, N * WIDTH, 1, 0, 0), *y = golden_sample(6, M * WIDTH, 1, 0.3, 0);
  dw_mmd one = mmd(x, N, y, M, WIDTH, (dw_mmd_options){.permutations = 300});
  dw_mmd three = mmd(x, N, y, M, WIDTH, (dw_mmd_options){.permutations = 300, .threads = 3});
  dw_mmd early = mmd(x, N, y, M, WIDTH, (dw_mmd_options){.permutations = 300, .enough = 301});
  CHECK(memcmp(&one, &three, sizeof one) == 0 && memcmp(&one, &early, sizeof one) == 0 && one.hits > 0 && one.hits < 300);
  free(x);
  free(y);
}

TEST(golden_table)
{
  golden table = golden_open("golden/stats_kernel.txt");
  int seen = 0;
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 0);
    size_t n = golden_whole(&table, 1), m = golden_whole(&table, 2), width = golden_whole(&table, 3);
    double shift = golden_number(&table, 5), steps = golden_number(&table, 6);
    double *x = golden_sample(seed, n * width, 1, shift == 1e6 ? 1e6 : 0, steps);
    double *y = golden_sample(seed + 1, m * width, golden_number(&table, 4), shift, steps);
    seen++;
    for (int bandwidth = 0; bandwidth < 3; bandwidth++) {
      dw_mmd got = mmd(x, n, y, m, width, (dw_mmd_options){.bandwidth = (dw_bandwidth)bandwidth});

      CHECK_CLOSE(got.gamma, golden_number(&table, 7 + 2 * bandwidth), 1e-12);
      CHECK_MSG(fabs(got.statistic - golden_number(&table, 8 + 2 * bandwidth)) < 1e-11, "line %d: %g", seen, got.statistic);
      CHECK(isnan(got.p_value) && got.permutations == 0);
    }
    dw_mmd got = mmd(x, n, y, m, width, (dw_mmd_options){.permutations = 1999});
    double p = golden_number(&table, 13), error = sqrt(p * (1 - p) * (1.0 / 4000 + 1.0 / 2000)) + 0.0005;
    CHECK_MSG(fabs(got.p_value - p) < 4 * error, "line %d: p %g, want about %g", seen, got.p_value, p);
    CHECK(got.permutations == 1999);
    free(x);
    free(y);
  }
  CHECK(seen == 10);
}

TEST(sides_may_be_exchanged)
{
  double *x = golden_sample(1, 60, 1, 0, 0), *y = golden_sample(2, 90, 1, 0.3, 0);
  dw_mmd a = mmd(x, 20, y, 30, 3, (dw_mmd_options){.permutations = 99}), b = mmd(y, 30, x, 20, 3, (dw_mmd_options){.permutations = 99});
  CHECK_CLOSE(a.statistic, b.statistic, 1e-12);
  CHECK_CLOSE(a.gamma, b.gamma, 1e-14);
  free(x);
  free(y);
}

TEST(equal_points)
{
  double x[12] = {0}, y[9] = {0};
  dw_mmd got = mmd(x, 4, y, 3, 3, (dw_mmd_options){.permutations = 99});
  CHECK(got.gamma == 1 && got.statistic == 0 && got.p_value == 1);
  y[0] = 5; /* most pairs are equal: the mean distance serves */
  got = mmd(x, 4, y, 3, 3, (dw_mmd_options){.permutations = 99});
  CHECK(got.gamma > 0.04 && got.gamma < 1 && got.statistic > 0 && got.p_value > 0.05);
}

TEST(stops_when_enough)
{
  double *x = golden_sample(3, 200, 1, 0, 0), *y = golden_sample(4, 200, 1, 0, 0), *z = golden_sample(5, 200, 1, 1, 0);
  dw_mmd same = mmd(x, 50, y, 50, 4, (dw_mmd_options){.permutations = 999, .enough = 20});
  CHECK(same.hits == 20 && same.permutations < 999);
  CHECK_CLOSE(same.p_value, 20.0 / same.permutations, 1e-15);
  dw_mmd other = mmd(x, 50, z, 50, 4, (dw_mmd_options){.permutations = 999, .enough = 20});
  CHECK(other.hits == 0 && other.permutations == 999);
  CHECK_CLOSE(other.p_value, 0.001, 1e-12);
  free(x);
  free(y);
  free(z);
}

/* 200 pairs of one distribution: p below 0.1 in about one of ten (binomial: 8 to 34 with odds beyond 0.9999). */
TEST(keeps_its_false_alarm_rate)
{
  int low = 0;
  for (uint64_t i = 0; i < 200; i++) {
    double *x = golden_sample(1000 + 2 * i, 90, 1, 0, 0), *y = golden_sample(1001 + 2 * i, 60, 1, 0, 0);
    low += mmd(x, 30, y, 20, 3, (dw_mmd_options){.permutations = 199, .enough = 30}).p_value <= 0.1;
    free(x);
    free(y);
  }
  CHECK_MSG(low >= 8 && low <= 34, "%d of 200", low);
}

TEST(no_answer)
{
  double x[] = {1, 2, 3}, far[] = {1e200, -1e200};
  dw_mmd out;
  dw_err err;
  dw_mmd_options options = {.permutations = 9};
  CHECK(dw_mmd_test(x, 1, x, 3, 1, &options, &out, &err) == DW_ENODATA && strstr(err.message, "two values"));
  CHECK(dw_mmd_test(x, 3, x, 0, 1, &options, &out, &err) == DW_ENODATA && isnan(out.statistic) && isnan(out.p_value));
  CHECK(dw_mmd_test(x, 3, far, 2, 1, &options, &out, &err) == DW_ENODATA && strstr(err.message, "too large"));
}

TEST(distances)
{
  enum { ROWS = 19, WIDTH = 5 };
  double *x = golden_sample(9, ROWS * WIDTH, 1, 0, 0), got[ROWS * ROWS];
  dw_squared_distances(x, ROWS, WIDTH, got);
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < ROWS; j++) {
      double want = 0;
      for (int d = 0; d < WIDTH; d++) want += (x[i * WIDTH + d] - x[j * WIDTH + d]) * (x[i * WIDTH + d] - x[j * WIDTH + d]);
      CHECK_CLOSE(got[i * ROWS + j], want, 1e-14);
    }
  free(x);
}

/* Two points a side on a line; those of place 0 tell. */
TEST(witness_by_hand)
{
  double r[] = {0, 1}, c[] = {3, 7}, got[4], x[] = {0, 1, 3, 7};
  dw_mmd of = mmd(r, 2, c, 2, 1, (dw_mmd_options){.witness = got});
  for (int i = 1; i < 4; i += 2) CHECK_CLOSE(got[i], exp(-of.gamma * x[i] * x[i]) - exp(-of.gamma * (x[i] - 3) * (x[i] - 3)), 1e-14);
}
