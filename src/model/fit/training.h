/* training: from the matrix of labelled records to what the booster is trained on and measured by. */
#ifndef DW_MODEL_TRAINING_H
#define DW_MODEL_TRAINING_H

#include <stdint.h>

#include "base/err.h"
#include "io/text/json.h"
#include "model/encode/encode.h"
#include "model/encode/target.h"
#include "model/fit/train.h"

enum { DW_TRAINING_LEAST_ROWS = 20 };

typedef enum dw_class_weight { DW_WEIGHT_NONE, DW_WEIGHT_BALANCED, DW_WEIGHT_POSITIVE } dw_class_weight;

typedef struct dw_training {
  dw_train_set train, holdout;
  uint64_t left_over;  /* labelled rows that memory has no room for: a sample of all is used (row_sample.h) */
  uint64_t unlabelled; /* rows without a label, or (of a model trained before) of a class that it does not know: left out */
} dw_training;

typedef struct dw_training_options {
  double holdout; /* share of the rows that are not trained on; which ones depends on seed and record alone */
  uint64_t seed;
  dw_class_weight weight; /* BALANCED: rows / (classes * rows of the class); POSITIVE: positive_weight for the second of two classes */
  double positive_weight;
  size_t memory; /* bytes that all of this may take, XGBoost's copy included; 0: no bound */
} dw_training_options;

/* DW_ENODATA: fewer labelled rows than DW_TRAINING_LEAST_ROWS, one class only among those trained on, or memory for fewer than
 * DW_MATRIX_LEAST_ROWS.
 * Free in either case. */
dw_status dw_training_make(dw_training *out, const dw_encoding *encoding, const dw_target *target, const dw_matrix *matrix,
                           const dw_training_options *options, dw_err *err);
void dw_training_free(dw_training *training);

/* {"rows","positives"?,"auc",…}: every metric of model/judge/metrics.h that there is, of the model on the rows; predictions at 0.5. Weights
 * do not count. null for no rows. */
dw_status dw_training_measure(dw_booster *booster, const dw_target *target, const dw_train_set *set, unsigned threads, dw_json *json,
                              const char *key, dw_err *err);

#endif
