/* rank_bets: a bet against "these ranks are uniform" for few observations: periods of time, not rows.
 *
 *   dw_rank_bets bets;
 *   dw_rank_bets_init(&bets);
 *   at each look: dw_rank_bets_add(&bets, low, high);
 *   bets.value is the logarithm of the capital, 0 at the start
 *
 * As stats/streams/martingale.h, which it differs from in what it bets on: after 20 to 30 ranks a change must have paid, so that the
 * densities are steep: 1 + e (2p - 1), k p^(k-1), k (1-p)^(k-1), and 1 + e (3 (2p - 1)^2 - 1). Money not bet waits in cash, 1 / (2 + ln t)
 * of it after look t. The mean of a density over [low, high] is what a rank with that interval pays (stats/streams/conformal.h): the
 * capital is a martingale when ranks are independent and uniform, and ever reaches 1/alpha with probability at most alpha (Ville 1939).
 */
#ifndef DW_STATS_RANK_BETS_H
#define DW_STATS_RANK_BETS_H

#include <stdint.h>

enum { DW_RANK_BETS = 12 };

typedef struct dw_rank_bets {
  uint64_t looks;
  double account[DW_RANK_BETS]; /* logarithm of the capital on each density; -INFINITY: none */
  double value;                 /* follows from them */
} dw_rank_bets;

void dw_rank_bets_init(dw_rank_bets *bets);
void dw_rank_bets_add(dw_rank_bets *bets, double low, double high); /* 0 <= low <= high <= 1 */
void dw_rank_bets_restore(dw_rank_bets *bets);                      /* value, after looks and accounts were read back */

#endif
