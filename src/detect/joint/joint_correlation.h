/* joint_correlation: which pairs of columns hang together otherwise than they did.
 *
 * Two columns of numbers are tested by Pearson's correlation and by Spearman's, the change of Fisher's z (stats/tests/association.h). A
 * pair with categories is tested by the odds ratios of its tables, whatever became of the margins; its association is Cramer's V. There
 * numbers are cut at the pooled quartiles, and of many categories the most frequent six stand for themselves; where counts are too small
 * for the chi-square law, fewer of both. Rows in which one of the two is missing do not count (ranks are those among a column's own
 * values).
 *
 * All p-values together are one family. At most 1,500 columns, and fewer rows the more columns there are.
 */
#ifndef DW_DETECT_JOINT_CORRELATION_H
#define DW_DETECT_JOINT_CORRELATION_H

#include "base/err.h"
#include "detect/joint/joint_table.h"
#include "detect/check/limits.h"

typedef enum dw_association { DW_PEARSON, DW_SPEARMAN, DW_CRAMER_V } dw_association;
extern const char *const dw_association_names[3]; /* "pearson" … */

typedef struct dw_association_change {
  size_t a, b;            /* features of the table, a before b */
  dw_association method;  /* the one with the smaller p-value */
  double value[DW_SIDES]; /* correlation or V */
  double other[DW_SIDES]; /* of two columns of numbers: by the other method; else NaN */
  double p_value, p_adjusted;
} dw_association_change;

typedef struct dw_correlations {
  dw_association_change *change; /* the pairs that could be tested, by p_adjusted, then by the size of the change */
  size_t count;
  size_t tests;          /* p-values in the family */
  size_t columns;        /* looked at */
  size_t rows[DW_SIDES]; /* looked at */
  double p_value;        /* of all of it: Simes' test, the smallest p-value of Benjamini and Hochberg */
} dw_correlations;

/* Pairs times rows of a side: about 10 s of one core. */
#define DW_CORRELATION_CELLS 1e9

/* cells: pairs times rows of a side, at most; rows are drawn until it fits. DW_ENODATA: fewer than two columns, or no pair that can be
 * tested. Same result for any number of threads. */
dw_status dw_correlations_run(dw_correlations *out, const dw_joint_table *table, dw_correction correction, double cells, unsigned threads,
                              dw_err *err);
void dw_correlations_free(dw_correlations *correlations);

#endif
