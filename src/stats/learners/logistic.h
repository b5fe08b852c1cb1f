/* logistic: regularised logistic regression on sparse or dense rows, for classifiers that tell two samples apart.
 *
 *   dw_logistic model;
 *   dw_logistic_fit(&model, &rows, train, train_count, label, &(dw_logistic_options){.penalty = 1}, &err);
 *   score[i] = dw_logistic_score(&model, &rows, row);
 *   dw_logistic_free(&model);
 *
 * Minimises sum log(1 + exp(-y f)) + penalty / 2 |weight|^2, f = row . weight + intercept, y = -1 or 1; the intercept is not penalised.
 * This is sklearn's LogisticRegression with C = 1 / penalty. Method: L-BFGS (Nocedal and Wright, Numerical Optimization, 2006,
 * algorithm 7.4) with a one-dimensional Newton search along each direction: the objective is convex, and along a line it costs no pass over
 * the rows. Deterministic: sums are taken in the order of the rows. Time: two passes over the training rows a round.
 */
#ifndef DW_STATS_LOGISTIC_H
#define DW_STATS_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Rows of numbers; they belong to the caller. Exactly one of dense, dense32, start is set. */
typedef struct dw_rows {
  size_t count, width;
  const double *dense; /* [count * width], row by row */
  const float *dense32;
  const size_t *start;    /* sparse (CSR): the cells of row i are [start[i], start[i + 1]) of: */
  const uint32_t *column; /* < width */
  const float *value;
} dw_rows;

typedef struct dw_logistic_options {
  double penalty;   /* > 0; 1 / C */
  double tolerance; /* stop when the gradient's largest component is below tolerance * rows; 0: 1e-6 */
  unsigned rounds;  /* at most so many; 0: 200 */
} dw_logistic_options;

typedef struct dw_logistic {
  double *weight; /* [width] */
  double intercept;
  size_t width;
  unsigned rounds; /* taken */
  bool converged;  /* to the tolerance; otherwise the best so far, good enough to rank rows */
} dw_logistic;

/* Fits on the rows train[0..count) (NULL: the first `count` rows); label[row] nonzero: the positive class. DW_ENODATA: a class is empty;
 * DW_EDATA: a cell is not finite. */
dw_status dw_logistic_fit(dw_logistic *model, const dw_rows *rows, const uint32_t *train, size_t count, const unsigned char *label,
                          const dw_logistic_options *options, dw_err *err);
double dw_logistic_score(const dw_logistic *model, const dw_rows *rows, size_t row); /* log odds of the positive class */
void dw_logistic_free(dw_logistic *model);

#endif
