/* influence: how much a metric would change if a row weighed a little more: its derivative by the weight of each row.
 *
 * The squares of these sum to the variance of the metric: the infinitesimal jackknife (Jaeckel, "The infinitesimal jackknife", Bell
 * Laboratories 1972; Efron, "The jackknife, the bootstrap and other resampling plans", SIAM 1982, chapter 6). It is what the bootstrap
 * over rows tends to as rows grow, for one walk over them instead of a thousand. The difference of two metrics on the same rows has the
 * differences of their influences.
 *
 *   double *psi = dw_alloc_array(rows, sizeof *psi);
 *   if (dw_influence(metrics, DW_METRIC_BRIER, psi)) error = dw_influence_error(metrics, DW_METRIC_BRIER, psi);
 */
#ifndef DW_MODEL_INFLUENCE_H
#define DW_MODEL_INFLUENCE_H

#include "model/judge/metrics.h"

/* psi[rows], which sum to 0. Of KS: at the score where the distance is largest; of the calibration error: the direction of each bin's gap
 * is taken as known, and what chance adds as constant. False: the metric has no value on these rows, or is a confusion matrix. */
bool dw_influence(const dw_metrics *metrics, dw_metric metric, double *psi);

/* The standard error that these influences, or differences of such, tell. The AUC of two classes: DeLong's, each class with its own degrees
 * of freedom; NaN with fewer than 2 rows of a class. */
double dw_influence_error(const dw_metrics *metrics, dw_metric metric, const double *psi);

/* Where the distribution functions of both classes' scores are furthest apart: the error of their difference there, by shares with a row
 * more on either side (Agresti and Caffo, The American Statistician 54, 2000), so that none is without error. */
double dw_ks_error(const dw_metrics *metrics);

#endif
