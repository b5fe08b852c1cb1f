/* any_look: a p-value that holds at every look, of looks that are each tested against one reference, and ranked among each other.
 *
 *   dw_any_look watch;
 *   dw_any_look_init(&watch);
 *   at each look: dw_any_look_add(&watch, p, low, high);
 *   dw_any_look_p(&watch) is at most a, at any look ever, with probability at most a
 *
 * Half of the chance is spent on the tests themselves: the one of look t may be at most weight(t) a / 2, and the weights of all looks sum
 * to 1 (Bonferroni), whatever looks have to do with each other, as they do through the reference. That is for a change that is plain in a
 * look. The weights are the mean of 1 / (t (t+1)), which lets the first looks see what is less than plain, and of h / ((t+h-1) (t+h)), h =
 * 500, which falls slowly: deals of a permutation test are finite, and no p-value is less than one over their number.
 *
 * The other half is a bet (stats/streams/rank_bets.h) on the rank of each look's statistic among those of the looks before it, the interval
 * of which is [low, high]. Looks at one reference are exchangeable as long as nothing changes, however their tests depend on it, and
 * sequential ranks of what is exchangeable are independent and uniform: the capital ever reaches 2/a with probability at most a / 2 (Ville
 * 1939). That is for what grows slowly, or is not plain, and for late looks. What was so from the first look on, it cannot see.
 */
#ifndef DW_STATS_ANY_LOOK_H
#define DW_STATS_ANY_LOOK_H

#include "stats/streams/rank_bets.h"

typedef struct dw_any_look {
  double tested;  /* the least of p / weight so far; INFINITY: no look yet */
  double highest; /* logarithm of the most that the capital was after any look, at least 0 */
  dw_rank_bets bets;
} dw_any_look;

double dw_any_look_weight(uint64_t look); /* from 1 on; over all looks they sum to 1 */

void dw_any_look_init(dw_any_look *watch);
/* p: in (0, 1], at most u with probability at most u. low, high: dw_rank_bets_add; of the first look 0 and 1. */
void dw_any_look_add(dw_any_look *watch, double p, double low, double high);
double dw_any_look_p(const dw_any_look *watch);                      /* never rises */
double dw_any_look_p_of(double tested, double highest);              /* the same, of what is kept of a look */
double dw_any_look_deals(uint64_t look, double tests, double alpha); /* of a permutation test at this look, so that one of so many tests
                                                                        with the least p-value there is has half of what it takes */

#endif
