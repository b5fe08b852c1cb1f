#include "stats/streams/any_look.h"

#include <math.h>

#include "base/fmath.h"

static const double slow = 500;

double dw_any_look_weight(uint64_t look)
{
  double t = (double)look;
  return (1 / (t * (t + 1)) + slow / ((t + slow - 1) * (t + slow))) / 2;
}

void dw_any_look_init(dw_any_look *watch)
{
  *watch = (dw_any_look){.tested = INFINITY};
  dw_rank_bets_init(&watch->bets);
}

void dw_any_look_add(dw_any_look *watch, double p, double low, double high)
{
  dw_rank_bets_add(&watch->bets, low, high);
  watch->tested = fmin(watch->tested, p / dw_any_look_weight(watch->bets.looks));
  watch->highest = fmax(watch->highest, watch->bets.value);
}

double dw_any_look_p_of(double tested, double highest) { return fmin(1, 2 * fmin(tested, dw_exp(-highest))); }

double dw_any_look_p(const dw_any_look *watch) { return dw_any_look_p_of(watch->tested, watch->highest); }

double dw_any_look_deals(uint64_t look, double tests, double alpha) { return ceil(4 * tests / (alpha * dw_any_look_weight(look))); }
