/* roc: how well a score ranks positives above negatives. */
#ifndef DW_STATS_ROC_H
#define DW_STATS_ROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/samples/sample.h"
#include "stats/tests/twosample.h"

typedef struct dw_auc {
  double auc;      /* P(positive > negative) + P(equal) / 2 */
  double variance; /* DeLong's; NaN with fewer than 2 of a class */
  uint64_t positives, negatives;
} dw_auc;

/* From the sorted scores of each class. DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988, by midranks (Sun and Xu, IEEE Signal
 * Processing Letters 21, 2014). DW_ENODATA: a class is empty. */
dw_status dw_auc_sorted(dw_sorted positive, dw_sorted negative, dw_auc *out, dw_err *err);
/* From n scores and labels (nonzero: positive); no NaN among the scores. */
dw_status dw_auc_labels(const double *score, const unsigned char *label, size_t n, dw_auc *out, dw_err *err);

/* Two AUCs of independent samples: z = (a - b) / sqrt(var a + var b), two-sided normal p. Both variances 0: p 1 when equal, else 0.
 * DW_ENODATA: a variance is missing. */
dw_status dw_auc_difference(const dw_auc *a, const dw_auc *b, dw_test *out, dw_err *err);

/* Two scores of the same rows: z = (a - b) / sqrt(variance), two-sided normal p, where *variance (may be NULL) is DeLong's of the
 * difference, covariance included. Variance 0: p 1 when equal, else 0. DW_ENODATA: fewer than 2 labels of a class. */
dw_status dw_auc_paired(const double *score_a, const double *score_b, const unsigned char *label, size_t n, dw_auc *a, dw_auc *b,
                        double *variance, dw_test *out, dw_err *err);

#endif
