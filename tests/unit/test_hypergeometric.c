/* Held to decimals of 60 digits (tests/golden/make_shift.py): both tails, sizes from 1 to 120,000, means from 0.01 to 10,000. */
#include "stats/distributions/hypergeometric.h"

#include "golden.h"

static dw_hypergeometric law_of(const golden *table)
{
  return dw_hypergeometric_make(golden_whole(table, 1), golden_whole(table, 2), golden_whole(table, 3));
}

/* Tails that are nearly 1 are 1 less the other one. */
static void check_tail(const golden *table, const char *which, double got, double want)
{
  CHECK_MSG(want < 1e-280 ? got < 1e-279 : test_close(got, want, 1e-11), "%s %s %s, k %s: %s %.17g, want %.17g", table->field[1],
            table->field[2], table->field[3], table->field[4], which, got, want);
}

TEST(law_is_the_exact_one)
{
  golden table = golden_open("golden/stats_shift.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "law") != 0) continue;
    dw_hypergeometric law = law_of(&table);
    uint64_t k = golden_whole(&table, 4);
    seen++;
    check_tail(&table, "pmf", dw_hypergeometric_pmf(&law, k), golden_number(&table, 5));
    check_tail(&table, "lower", dw_hypergeometric_lower(&law, k), golden_number(&table, 6));
    check_tail(&table, "upper", dw_hypergeometric_upper(&law, k), golden_number(&table, 7));
  }
  CHECK(seen == 115);
}

TEST(tails_are_the_largest_that_fit)
{
  golden table = golden_open("golden/stats_shift.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "tails") != 0) continue;
    dw_hypergeometric law = law_of(&table);
    dw_tails tails = dw_hypergeometric_tails(&law, golden_number(&table, 4));
    seen++;
    CHECK_MSG(tails.low == golden_whole(&table, 5) && tails.high == golden_whole(&table, 6), "%s %s %s at %s: %llu %llu, want %s %s",
              table.field[1], table.field[2], table.field[3], table.field[4], (unsigned long long)tails.low, (unsigned long long)tails.high,
              table.field[5], table.field[6]);
  }
  CHECK(seen == 70);
}

TEST(moments)
{
  dw_hypergeometric law = dw_hypergeometric_make(30, 70, 20);
  CHECK_CLOSE(law.mean, 6, 1e-15);
  CHECK_CLOSE(law.sd, sqrt(20 * 0.3 * 0.7 * 80 / 99), 1e-15);
  CHECK(law.low == 0 && law.high == 20);
  law = dw_hypergeometric_make(30, 10, 20);
  CHECK(law.low == 10 && law.high == 20);
}

TEST(one_value_only)
{
  dw_hypergeometric law = dw_hypergeometric_make(5, 0, 3);
  CHECK(law.low == 3 && law.high == 3 && dw_hypergeometric_pmf(&law, 3) == 1);
  dw_tails tails = dw_hypergeometric_tails(&law, 0.1);
  CHECK(tails.low == 3 && tails.high == 4);
  law = dw_hypergeometric_make(4, 6, 5);
  tails = dw_hypergeometric_tails(&law, 0);
  CHECK(tails.low == 0 && tails.high == 5);
}

/* Cut short after a number of terms, a tail is never too small: 10^8 rows a side, held to the normal law, which is good to 1e-3 here. */
TEST(huge_counts_give_an_upper_bound)
{
  dw_hypergeometric law = dw_hypergeometric_make(100000000, 100000000, 100000000);
  double tail[] = {0.022750131948179, 0.0013498980316301, 2.866515718791946e-07, 6.22096057427178e-16};
  double z[] = {2, 3, 5, 8}, most[] = {1.2, 1.1, 1.05, 1.02};
  for (int i = 0; i < 4; i++) {
    double upper = dw_hypergeometric_upper(&law, (uint64_t)(law.mean + z[i] * law.sd));
    CHECK_MSG(upper > tail[i] * 0.999 && upper < tail[i] * most[i], "%g deviations: %g, normal %g", z[i], upper, tail[i]);
  }
}
