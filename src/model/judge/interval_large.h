/* interval_large: intervals from influences, where there are so many rows that replicates would tell no more, at a thousandth of the time:
 * a part of interval.h. */
#ifndef DW_MODEL_INTERVAL_LARGE_H
#define DW_MODEL_INTERVAL_LARGE_H

#include "model/judge/interval.h"

/* 20,000 rows, and 1,000 of each class that there is. */
bool dw_rows_are_many(const dw_judged *rows);

/* Of the metrics for which interval.h takes the bootstrap.
 *   Means of losses: the quantiles of (value - estimate) / error on the logarithmic scale, by the Cornish-Fisher expansion to 1 / sqrt(n)
 * of what the studentised bootstrap draws (Hall, "The bootstrap and Edgeworth expansion", 1992, sections 2.4 and 3.5): "edgeworth". No
 * method where the second term is no small correction, as of losses with a heavy tail: there the bootstrap stands. Average precision, and
 * means over more than two classes: the error by influences on the logit scale. KS: its own error there, and its bias by replicates of the
 * ranking in some hundred groups, whose rows weigh 1 and a normal number more ("multiplier bootstrap"; van der Vaart and Wellner, "Weak
 * convergence and empirical processes", 1996, section 2.9). */
dw_interval dw_interval_large(const dw_metrics *metrics, const dw_judged *rows, dw_metric metric, double value, const dw_resampling *how);

/* The normal law, with the error of the difference by the differences of influences; of two AUCs DeLong's paired test. Both errors 0: p is
 * 1 when equal, else 0. No method: there is no error. */
dw_paired dw_paired_large(const dw_side *champion, const dw_side *challenger, dw_metric metric, double confidence);

/* The replicates' mean distance sees two thirds of how much the largest gap exceeds the true one. */
#define DW_KS_BIAS 1.5

#endif
