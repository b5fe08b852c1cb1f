#include "stats/streams/rank_bets.h"

#include <math.h>

#include "base/fmath.h"

typedef enum bet_form { TILT, HIGH, LOW, SCALE } bet_form;

static const struct bet {
  bet_form form;
  double by, weight;
} bet[DW_RANK_BETS] = {
    {TILT, 0.3, 1}, {TILT, -0.3, 1}, {TILT, 0.8, 1}, {TILT, -0.8, 1}, {HIGH, 2, 1},      {LOW, 2, 1},
    {HIGH, 4, 1},   {LOW, 4, 1},     {HIGH, 10, 1},  {LOW, 10, 1},    {SCALE, 0.4, 0.5}, {SCALE, -0.4, 0.5},
};
static const double weights = 11;

static double cash(uint64_t look) { return look == 0 ? 1 : 1 / (2 + dw_log((double)look)); }

static double power(double x, int times)
{
  double product = 1;
  while (times-- > 0) product *= x;
  return product;
}

/* The mean of k p^(k-1) over [low, high]: what p^k gains there. */
static double mean_power(double low, double high, int k)
{
  return high > low ? (power(high, k) - power(low, k)) / (high - low) : k * power(low, k - 1);
}

static double payoff(const struct bet *on, double low, double high)
{
  double a = 2 * low - 1, b = 2 * high - 1;
  switch (on->form) {
  case HIGH: return mean_power(low, high, (int)on->by);
  case LOW: return mean_power(1 - high, 1 - low, (int)on->by);
  case SCALE: return 1 + on->by * (a * a + a * b + b * b - 1);
  default: return 1 + on->by * (a + b) / 2;
  }
}

void dw_rank_bets_init(dw_rank_bets *bets)
{
  *bets = (dw_rank_bets){0};
  for (int i = 0; i < DW_RANK_BETS; i++) bets->account[i] = -INFINITY;
}

void dw_rank_bets_restore(dw_rank_bets *bets)
{
  double most = dw_log(cash(bets->looks)), sum = 0;
  for (int i = 0; i < DW_RANK_BETS; i++) most = fmax(most, bets->account[i]);
  for (int i = 0; i < DW_RANK_BETS; i++)
    if (bets->account[i] > -INFINITY) sum += dw_exp(bets->account[i] - most);
  bets->value = bets->looks == 0 ? 0 : most + dw_log(sum + dw_exp(dw_log(cash(bets->looks)) - most));
}

void dw_rank_bets_add(dw_rank_bets *bets, double low, double high)
{
  double staked = cash(bets->looks) - cash(bets->looks + 1);
  bets->looks++;
  for (int i = 0; i < DW_RANK_BETS; i++) {
    double stake = bet[i].weight / weights * staked, pays = payoff(&bet[i], low, high), before = bets->account[i];
    /* log(exp(before) + stake), from the larger one */
    double fresh = dw_log(stake), more = fmax(before, fresh), less = fmin(before, fresh);
    double capital = less == -INFINITY ? more : more + dw_log1p(dw_exp(less - more));
    bets->account[i] = pays > 0 ? capital + dw_log(pays) : -INFINITY;
  }
  dw_rank_bets_restore(bets);
}
