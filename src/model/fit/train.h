/* train: rounds of boosting, until a holdout no longer gains. */
#ifndef DW_MODEL_TRAIN_H
#define DW_MODEL_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/booster/booster.h"
#include "model/encode/target.h"

typedef struct dw_train_set {
  float *value;  /* [rows * width], NaN for missing */
  float *label;  /* [rows] number of the class, or the number */
  float *weight; /* [rows] or NULL */
  size_t rows, width;
} dw_train_set;

typedef struct dw_train_options {
  dw_task task;
  size_t classes;
  bool linear;         /* gblinear instead of trees */
  unsigned rounds;     /* at most */
  unsigned depth;      /* of a tree */
  double rate;         /* learning rate */
  unsigned early_stop; /* rounds without a gain on the holdout after which training stops; 0: never */
  uint64_t seed;
  /* Told after each round; NULL for nobody, and then rounds are measured only where something goes by it. loss: of the holdout, or of the
   * training data when there is none. */
  void (*progress)(void *context, unsigned round, unsigned rounds, double loss, double best);
  void *context;
} dw_train_options;

typedef struct dw_train_result {
  unsigned rounds_run, rounds_kept; /* of this training */
  double loss;                      /* of the rounds kept, on the holdout (log loss, or root mean square error); NaN without one */
} dw_train_result;

/* holdout->rows 0: none. start: a model to go on from (its kind, width and classes are the same), or NULL. */
dw_status dw_train(dw_booster **out, const dw_train_options *options, const dw_train_set *train, const dw_train_set *holdout,
                   dw_booster *start, dw_train_result *result, dw_err *err);

/* What training makes small: weighted log loss of the probabilities (classes > 1: so many a row), or the root of the mean square error. */
double dw_train_loss(dw_task task, size_t classes, const float *predicted, const float *label, const float *weight, size_t rows);

#endif
