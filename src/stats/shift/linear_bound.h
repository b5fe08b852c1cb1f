/* linear_bound: how unlikely a linear rank statistic is, at most.
 *
 * Of rows in cells of size[k], `drawn` are dealt to one side, all subsets alike; count[k] of them lie in cell k. An upper bound of
 * P(sum of score[k] count[k] >= seen) that always holds, in any tail: rows are taken independently with chance f = drawn / rows, given that
 * drawn are taken in all. Tilted by exp(theta score + eta), Chernoff's argument gives
 *
 *   P <= prod over k of (1 - f + f exp(theta score[k] + eta))^size[k] exp(-theta seen - eta drawn) P_tilted(drawn) / P(drawn),
 *
 * where P_tilted(drawn) <= 0.46883 / sd_tilted for any sum of independent trials (Baillon, Cominetti and Vaisman, "A sharp uniform bound
 * for the distribution of sums of Bernoulli trials", Comb. Probab. Comput. 25, 2016). It holds for every theta >= 0 and eta; the best are
 * searched for by Newton's method. Some 3 z times the truth at z standard deviations.
 */
#ifndef DW_STATS_LINEAR_BOUND_H
#define DW_STATS_LINEAR_BOUND_H

#include <stddef.h>
#include <stdint.h>

/* 0 < drawn < rows. At most 1. */
double dw_linear_bound(const uint64_t *size, const double *score, size_t cells, uint64_t drawn, double seen);

#endif
