/* joint_pca: do the principal components of the reference rebuild current rows as well as they rebuild other reference rows?
 *
 * NannyML's data reconstruction (methods: missing numbers become the mean, categories their frequency, everything standardised,
 * components for 65 % of the variance, error of a row: its distance from its rebuilt self), as a two-sample test: the components are
 * fitted to one half of the reference, drawn by row number, and the errors of the other half are compared with the current ones by Mann
 * and Whitney's test. Rows that the fit saw would have smaller errors than any other; rows held out are exchangeable with current rows
 * when nothing drifted, so that the p-value holds whatever the data look like.
 */
#ifndef DW_DETECT_JOINT_PCA_H
#define DW_DETECT_JOINT_PCA_H

#include "base/err.h"
#include "detect/joint/joint_table.h"

typedef struct dw_reconstruction {
  size_t columns, components;
  size_t rows[DW_SIDES];  /* whose errors are compared */
  double error[DW_SIDES]; /* mean */
  double standard_error[DW_SIDES];
  double above;  /* P(error of a current row > of a reference row), ties half: 0.5 without drift */
  double effect; /* Cohen's d of the errors */
  double p_value;
} dw_reconstruction;

/* DW_ENODATA: no columns, fewer than 20 reference or 10 current rows, no variance. At most 1,000 columns, the first ones. */
dw_status dw_reconstruction_run(dw_reconstruction *out, const dw_joint_table *table, unsigned threads, dw_err *err);

#endif
