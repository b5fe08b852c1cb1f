#include <math.h>

#include "stats/streams/any_look.h"

#include "base/fmath.h"
#include "test.h"

/* Of 1 / (t (t+1)) all but 1 / (n+1) is spent after n looks, of h / ((t+h-1) (t+h)) all but h / (n+h). */
TEST(weights_sum_to_one_and_no_more)
{
  double sum = 0;
  for (uint64_t t = 1; t <= 1000000; t++) {
    CHECK(dw_any_look_weight(t) > 0 && (t == 1 || dw_any_look_weight(t) < dw_any_look_weight(t - 1)));
    sum += dw_any_look_weight(t);
    if (t == 1) CHECK_CLOSE(sum, (0.5 + 1 / 501.0) / 2, 1e-12);
    if (t == 10 || t == 1000 || t == 1000000) CHECK_CLOSE(sum, 1 - (1 / (t + 1.0) + 500 / (t + 500.0)) / 2, 1e-9);
  }
  CHECK(sum < 1);
}

/* By definition: twice the lesser of the least p / weight and of 1 over the most that the capital was. */
TEST(the_p_value_of_all_looks)
{
  static const double p[] = {0.4, 0.9, 0.001, 0.7, 1, 0.02}, low[] = {0, 0.5, 2 / 3.0, 0, 0.8, 5 / 6.0}, high[] = {1, 1, 1, 0.25, 1, 1};
  dw_any_look watch;
  dw_rank_bets bets;
  double least = INFINITY, most = 0, before = 1;
  dw_any_look_init(&watch);
  dw_rank_bets_init(&bets);
  CHECK(dw_any_look_p(&watch) == 1);
  for (int t = 0; t < 6; t++) {
    dw_any_look_add(&watch, p[t], low[t], high[t]);
    dw_rank_bets_add(&bets, low[t], high[t]);
    least = fmin(least, p[t] / dw_any_look_weight((uint64_t)t + 1));
    most = fmax(most, bets.value);
    CHECK_CLOSE(dw_any_look_p(&watch), fmin(1, 2 * fmin(least, exp(-most))), 1e-12);
    CHECK(dw_any_look_p(&watch) <= before);
    before = dw_any_look_p(&watch);
  }
  CHECK_CLOSE(before, 2 * 0.001 / dw_any_look_weight(3), 1e-12);
  for (int t = 7; t < 20; t++) dw_any_look_add(&watch, 1, 1 - 1.0 / t, 1); /* always more: the capital takes over */
  CHECK(dw_any_look_p(&watch) < 1e-6 && watch.highest > dw_log(2e6));
}

/* That many deals, none as far out as the data: their p-value is enough, with half to spare. */
TEST(deals_that_a_look_needs)
{
  for (uint64_t t = 1; t < 2000; t = t * 3 + 1) {
    dw_any_look watch;
    dw_any_look_init(&watch);
    for (uint64_t k = 1; k < t; k++) dw_any_look_add(&watch, 1, 0, 1);
    dw_any_look_add(&watch, 1 / (dw_any_look_deals(t, 8, 0.05) + 1), 0, 1);
    CHECK_MSG(dw_any_look_p(&watch) <= 0.05 / 8 / 2 && dw_any_look_p(&watch) > 0.05 / 8 / 2.1, "look %d: %g", (int)t,
              dw_any_look_p(&watch));
  }
  CHECK(dw_any_look_deals(720, 4, 0.05) < 2.1e6); /* a month of hours, four canaries */
}
