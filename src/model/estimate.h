/* estimate: what a binary classifier's metrics probably are while labels are not there: confidence-based performance estimation (CBPE,
 * NannyML's method; methods as in NannyML 0.13).
 *
 * A reference with labels says how scores map to probabilities (isotonic, only where it lowers the calibration error in cross validation) and how
 * much each metric varies from chunk to chunk: mean and three standard deviations over the reference's chunks are the bounds outside of
 * which an estimate raises an alert. The expected confusion matrix of a chunk is the sum of its rows' probabilities. It holds as long
 * as the relation of score and label is that of the reference: concept drift is not seen by it.
 */
#ifndef DW_MODEL_ESTIMATE_H
#define DW_MODEL_ESTIMATE_H

#include "model/calibration.h"
#include "model/evaluate.h"

typedef enum dw_estimated {
  DW_ESTIMATED_AUC,
  DW_ESTIMATED_AVERAGE_PRECISION,
  DW_ESTIMATED_ACCURACY,
  DW_ESTIMATED_PRECISION,
  DW_ESTIMATED_RECALL,
  DW_ESTIMATED_F1,
  DW_ESTIMATED_SPECIFICITY,
  DW_ESTIMATED_TRUE_NEGATIVE, /* counts */
  DW_ESTIMATED_FALSE_POSITIVE,
  DW_ESTIMATED_FALSE_NEGATIVE,
  DW_ESTIMATED_TRUE_POSITIVE,
  DW_ESTIMATED_BUSINESS_VALUE, /* what the rows are worth: only where values of the cells are given */
  DW_ESTIMATES
} dw_estimated;

const char *dw_estimated_name(dw_estimated metric); /* "auc" … "business_value" */
bool dw_estimated_from_name(const char *name, dw_estimated *metric);
bool dw_estimates_choose(const char *name, bool wanted[DW_ESTIMATES]); /* adds one, or the four counts ("confusion_matrix"); false: no such name */

/* What a row of each cell of the confusion matrix is worth, in the unit of the caller. */
typedef struct dw_business {
  bool given;
  bool per_prediction; /* the mean over the rows instead of the sum */
  double value[4];     /* true negative, false positive, false negative, true positive */
} dw_business;

/* From four texts in that order. DW_EUSAGE: not four, or not numbers. */
dw_status dw_business_parse(dw_business *out, const char *const *text, size_t count, dw_err *err);

/* Those of the names, or without names all that the rows allow. DW_EUSAGE: no such estimate, or business value without values. */
dw_status dw_estimates_pick(bool wanted[DW_ESTIMATES], const char *const *names, size_t count, bool predictions, bool business, dw_err *err);

/* What a reference says. */
typedef struct dw_estimator {
  bool calibrated;
  dw_calibration map;
  dw_business business;
  double spread[DW_ESTIMATES];   /* of one row, from which sampling errors come */
  double relevant[DW_ESTIMATES]; /* share of the rows that the metric looks at */
  double lower[DW_ESTIMATES], upper[DW_ESTIMATES]; /* thresholds; NaN: none */
} dw_estimator;

/* Scores (not necessarily probabilities), labels and predictions (1 is positive) of the reference, in the order of its chunks; no prediction: the
 * ranking metrics only. Random numbers (for the decision to calibrate, and average precision's error) come from seed. DW_ENODATA: no
 * rows, labels of one class only, or scores that are not probabilities and cannot be calibrated. business: NULL, or what cells are worth. */
dw_status dw_estimator_fit(dw_estimator *out, const dw_judged *reference, const dw_chunk *chunk, size_t chunks, const dw_business *business, uint64_t seed,
                           dw_err *err);
dw_status dw_estimator_fit_outcomes(dw_estimator *out, const dw_outcomes *reference, const dw_chunks *chunks, const dw_business *business, uint64_t seed,
                                    dw_err *err);
void dw_estimator_free(dw_estimator *estimator);

typedef struct dw_estimates {
  double value[DW_ESTIMATES];          /* NaN: none */
  double sampling_error[DW_ESTIMATES];
  double low[DW_ESTIMATES], high[DW_ESTIMATES]; /* three sampling errors, within the metric's range */
  bool alert[DW_ESTIMATES];            /* below lower or above upper */
} dw_estimates;

/* Of rows without labels. */
void dw_estimator_apply(const dw_estimator *estimator, const dw_judged *rows, dw_estimates *out);

typedef struct dw_estimation {
  const dw_estimator *estimator;
  const dw_outcomes *rows;
  const dw_chunks *chunks;
  bool wanted[DW_ESTIMATES];
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_estimation;

/* One line a metric and chunk, then of all rows (those without thresholds). *alerts: chunks' lines that raise one. figures: of all rows. */
dw_status dw_estimate(const dw_estimation *estimation, dw_figures *figures, size_t *alerts, dw_err *err);

#endif
