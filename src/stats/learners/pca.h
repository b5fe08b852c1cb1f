/* pca: principal components of many columns, and how badly a few of them rebuild a row.
 *
 *   dw_pca pca;
 *   status = dw_pca_fit(&pca, &covariance, true, 0.65, threads, err);
 *   dw_pca_errors(&pca, rows, n, threads, error);
 *   dw_pca_free(&pca);
 *
 * As sklearn's StandardScaler and PCA(n_components=share): columns less their mean over their population standard deviation, the smallest
 * number of components that explain more than that share of the variance. Rows whose columns hang together otherwise than in the data of
 * the fit have larger errors (NannyML's data reconstruction drift).
 */
#ifndef DW_STATS_PCA_H
#define DW_STATS_PCA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/samples/covariance.h"

typedef struct dw_pca {
  size_t columns, components; /* components: how many are kept */
  double *mean, *scale;       /* [columns] z = (x - mean) / scale */
  double *value;              /* [columns] variance along each component, descending, at least 0 (population) */
  double *vector;             /* [columns][columns] row k: component k, of length 1, its largest part positive */
} dw_pca;

/* From a covariance, which is settled here. standardise: by the standard deviations, where a column that only rounding keeps from being
 * constant (sklearn's rule) keeps scale 1; else scale is 1 throughout. 0 < share < 1. DW_ENODATA: no rows, no variance, values that
 * overflow. After a failure nothing is to be freed. */
dw_status dw_pca_fit(dw_pca *pca, dw_covariance *covariance, bool standardise, double share, unsigned threads, dw_err *err);
/* The smallest k whose first k values are together more than share of the sum of all n; 0 when the sum is 0. */
size_t dw_pca_components_for(const double *value, size_t n, double share);
/* error[i]: distance of row i, standardised, from what the kept components make of it. Rows as in dw_covariance_add. */
void dw_pca_errors(const dw_pca *pca, const double *rows, size_t n, unsigned threads, double *error);
void dw_pca_free(dw_pca *pca);

#endif
