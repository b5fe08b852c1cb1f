/* joint_classifier: can a learner tell the current rows from the reference's? Then they come from different distributions, whatever the
 * columns look like one by one.
 *
 * "Domain classifier", or classifier two-sample test (Lopez-Paz, Oquab, "Revisiting classifier two-sample tests", ICLR 2017): boosted
 * trees (stats/learners/trees.h) learn the side of a row on four fifths of the rows and score the last fifth, five times, so that no row is
 * scored by trees that saw it. The statistic is the area under the ROC curve of those scores.
 */
#ifndef DW_DETECT_JOINT_CLASSIFIER_H
#define DW_DETECT_JOINT_CLASSIFIER_H

#include "base/err.h"
#include "detect/joint/joint_table.h"

typedef struct dw_classifier_feature {
  size_t feature;    /* of the table */
  double importance; /* how much the AUC falls when this feature is shuffled among the rows that are scored */
  double gain_share; /* of all the gain of the trees' splits */
} dw_classifier_feature;

typedef struct dw_classifier {
  double auc;
  double standard_error;
  double p_value;
  size_t folds;
  dw_classifier_feature *ranked; /* by importance, then gain */
  size_t ranked_count;
} dw_classifier;

/* DW_ENODATA: too few rows to learn from and be judged by (fewer than 10 a side), or no features. Same result for any number of threads. */
dw_status dw_classifier_run(dw_classifier *out, const dw_joint_table *table, unsigned threads, dw_err *err);
void dw_classifier_free(dw_classifier *classifier);

#endif
