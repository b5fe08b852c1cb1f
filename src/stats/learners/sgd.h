/* sgd: sklearn's SGDClassifier, step for step, so that --preset evidently gives the numbers that Evidently gives: loss="modified_huber" and
 * penalty="l1" on sparse rows (texts), loss="log_loss" and penalty="l2" on dense ones (vectors).
 *
 * Stochastic gradient descent, with the cumulative L1 penalty (Tsuruoka, Tsujii and Ananiadou, ACL 2009), learning rate "optimal" (Bottou),
 * rows shuffled each epoch by sklearn's xorshift, until the loss has not improved by tolerance * rows in 5 epochs. sklearn 0.24 to 1.6. For
 * classifiers of our own: stats/learners/logistic.h.
 */
#ifndef DW_STATS_SGD_H
#define DW_STATS_SGD_H

#include <stdint.h>

#include "stats/learners/logistic.h"

typedef struct dw_sgd_options {
  double alpha;    /* of the penalty */
  unsigned epochs; /* at most */
  double tolerance;
  uint32_t seed; /* random_state */
} dw_sgd_options;

/* Sparse rows, their values in double (rows->value is not looked at). Fits on all of them; model->weight is freed by dw_logistic_free. */
void dw_sgd_fit(dw_logistic *model, const dw_rows *rows, const double *value, const unsigned char *label, const dw_sgd_options *options);
/* Where margins grow large (long rows, unscaled) the descent is chaotic: the last bit of exp, which differs between C libraries, decides
 * which of many equally good models comes out. Rows of length about 1, as embeddings are, agree to 1e-12. Dense rows, those of train[0 ..
 * count); dw_logistic_score gives the scores. */
void dw_sgd_fit_log(dw_logistic *model, const dw_rows *rows, const uint32_t *train, size_t count, const unsigned char *label,
                    const dw_sgd_options *options);
double dw_sgd_score(const dw_logistic *model, const dw_rows *rows, const double *value, size_t row);
/* predict_proba of the positive class: (clip(score, -1, 1) + 1) / 2. */
double dw_sgd_probability(double score);

#endif
