/* scorer: batches of records in, their scores out, by one model. */
#ifndef DW_MODEL_SCORER_H
#define DW_MODEL_SCORER_H

#include <stddef.h>

#include "base/err.h"
#include "io/reader/reader.h"
#include "model/score/calibration.h"
#include "model/score/model_json.h"

typedef struct dw_scorer {
  const dw_model *model;
  dw_encoder encoder;
  dw_calibration map;
  bool calibrated;
  unsigned threads;
  size_t outputs; /* scores a record: the classes of a multiclass model, else 1 */
  float *feature, *raw;
  size_t feature_capacity, raw_capacity, score_capacity;
  double *score; /* [rows * outputs] of the last batch */
} dw_scorer;

/* calibration: the text of a calibration document (name is for messages), or NULL for the model's own, if it has one. DW_EDATA: it is
 * none, or the model is not a binary one. threads 0: the cores. */
dw_status dw_scorer_init(dw_scorer *scorer, const dw_model *model, bool missing_ok, unsigned threads, const dw_buf *calibration,
                         const char *name, dw_err *err);
void dw_scorer_free(dw_scorer *scorer);

/* Fills scorer->score. Scores are the float of the booster in at most 9 digits, which read back to the same float; or the calibrated
 * probability. take, DW_EDATA as dw_encoder_batch: scores of rows that are not taken mean nothing. */
dw_status dw_scorer_batch(dw_scorer *scorer, dw_reader *reader, const dw_batch *batch, uint8_t *take, dw_err *err);

/* The class of a row of the last batch: of two, the second when the score is cut or more; of several, the one of the largest score. */
size_t dw_scorer_class(const dw_scorer *scorer, size_t row, double cut);
/* The score of a row of the last batch, for a field: a number, or an array of one a class (in CSV, delimiter not NUL, the text of one). */
void dw_scorer_put(const dw_scorer *scorer, size_t row, char delimiter, dw_buf *out);

/* The double with the fewest decimal digits (9 at most) that is this float. */
double dw_scorer_round(float score);

#endif
