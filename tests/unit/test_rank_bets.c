#include <math.h>

#include "stats/streams/rank_bets.h"

#include "base/fmath.h"
#include "test.h"

enum { POINTS = 20000 };

/* The mean of the capital after one rank more, over all places that the rank may have: the capital before it. */
static double mean_after(const dw_rank_bets *before, double from, double to)
{
  double sum = 0;
  for (int i = 0; i < POINTS; i++) {
    dw_rank_bets next = *before;
    double u = from + (to - from) * (i + 0.5) / POINTS;
    dw_rank_bets_add(&next, u, u);
    sum += dw_exp(next.value) / POINTS;
  }
  return sum;
}

TEST(the_capital_is_a_martingale)
{
  static const double ranks[] = {0.97, 0.2, 0.99, 0.5, 0.03, 0.98, 0.999};
  dw_rank_bets bets;
  dw_rank_bets_init(&bets);
  CHECK(bets.value == 0);
  for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
    double mean = mean_after(&bets, 0, 1), now = dw_exp(bets.value);
    CHECK_MSG(fabs(mean - now) < 1e-7 * now, "%.12g after %.12g", mean, now);
    dw_rank_bets_add(&bets, ranks[i], ranks[i]);
  }
}

TEST(a_rank_with_ties_pays_the_mean)
{
  dw_rank_bets bets, tied;
  dw_rank_bets_init(&bets);
  dw_rank_bets_add(&bets, 0.9, 0.95);
  tied = bets;
  dw_rank_bets_add(&tied, 0.3, 0.8);
  CHECK(fabs(dw_exp(tied.value) - mean_after(&bets, 0.3, 0.8)) < 1e-8);
  tied = bets;
  dw_rank_bets_add(&tied, 0, 1); /* says nothing: it pays what was there */
  CHECK(fabs(tied.value - bets.value) < 1e-12);
}

/* 21 of a baseline, then one change for good: 1/22, 2/23 … from the end, as ranks among all before are in the mean. */
TEST(a_change_pays_within_ten_looks)
{
  for (int side = 0; side < 2; side++) {
    dw_rank_bets bets;
    int look = 0;
    dw_rank_bets_init(&bets);
    for (; bets.value < dw_log(20) && look < 28; look++) {
      double high = (look + 1) / (22.0 + look);
      if (side) dw_rank_bets_add(&bets, 1 - high, 1);
      else dw_rank_bets_add(&bets, 0, high);
    }
    CHECK_MSG(look < 10, "%d looks", look);
  }
}

TEST(read_back)
{
  dw_rank_bets bets, again;
  dw_rank_bets_init(&bets);
  for (int i = 0; i < 50; i++) dw_rank_bets_add(&bets, i / 60.0, (i + 1) / 60.0);
  again = bets;
  again.value = 7;
  dw_rank_bets_restore(&again);
  CHECK(again.value == bets.value);
}
