/* gap_left: what of a distance between two samples is there whatever the error of their sketches.
 *
 * Each distribution function may be off by a known share, either way, at every point: gaps between the two are then as large as they look
 * less both errors, at least. The functions give the part, 0 to 1, that is left when every gap counts less by that, so that it holds in
 * any unit: a lower bound over all pairs of distributions within the errors.
 */
#ifndef DW_STATS_GAP_LEFT_H
#define DW_STATS_GAP_LEFT_H

#include "stats/samples/sample.h"

/* Of the integral of |F - G|^power over the values, power 1 (wasserstein) or 2 (half the square of the energy distance). off: both errors
 * together. 1 where there is no gap. */
double dw_gap_left(dw_sorted r, dw_sorted c, int power, double off);

/* Of the integral of (F - G)^2 over the pooled rows (Cramer and von Mises), with tails also over H (1 - H), H their own distribution
 * (Anderson and Darling). The pooled rows are known within the error too, which costs that times the total variation of what is summed. */
double dw_gap_left_pooled(dw_sorted r, dw_sorted c, bool tails, double r_off, double c_off);

#endif
