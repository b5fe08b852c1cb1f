/* joint: what only shows when all columns are looked at together.
 *
 *   domain_classifier  a learner that tries to tell current rows from reference rows          multivariate_drift
 *   pca                how badly the reference's principal components rebuild current rows    multivariate_drift
 *   mmd                kernel two-sample test on standardised columns                         multivariate_drift
 *   correlation        the association of every pair of columns, on each side                 correlation_drift, one finding a pair
 *
 * They work on the rows that the datasets' frames kept (data/frames/frame.h), of columns of numbers and categories that both sides have.
 * All are judged by p-values whose false-alarm rate is known. Findings have no column; those of a pair name both in `detail`.
 */
#ifndef DW_DETECT_JOINT_H
#define DW_DETECT_JOINT_H

#include "detect/check/checks.h"
#include "detect/joint/joint_table.h"
#include "detect/check/limits.h"

enum { DW_JOINT_CLASSIFIER = 1, DW_JOINT_PCA = 2, DW_JOINT_MMD = 4, DW_JOINT_CORRELATION = 8, DW_JOINT_METHODS = 4 };

typedef struct dw_joint_method {
  const char *name;
  unsigned bit;
} dw_joint_method;
extern const dw_joint_method dw_joint_methods[DW_JOINT_METHODS];

typedef struct dw_joint_options {
  unsigned methods; /* DW_JOINT_… | DW_JOINT_… */
  const dw_limits *limits;
  unsigned threads;
} dw_joint_options;

/* The words of --multivariate: a method, or all; DW_EUSAGE with what there is. */
dw_status dw_joint_add(unsigned *methods, const char *word, dw_err *err);

/* Adds the findings. column: the columns to look at, with their types, neither label nor score among them. */
void dw_check_joint(dw_finding_list *findings, const dw_joint_options *options, const dw_joint_column *column, size_t count,
                    const dw_frame *reference, const dw_frame *current);

#endif
