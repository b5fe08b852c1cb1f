/* estimate: what a classifier's metrics probably are while labels are not there: confidence-based performance estimation (CBPE, NannyML's
 * method; definitions as in NannyML 0.13).
 *
 * A reference with labels says how scores map to probabilities (an isotonic map, where one is needed: probability.h) and how much each
 * metric varies from chunk to chunk: the real values over the reference's k chunks, their mean m and standard deviation s (of k - 1), give
 * the thresholds outside of which an estimate raises an alert. k chunks know m and s with an error of their own, so the thresholds are the
 * limits of prediction of one more value, m -+ t s sqrt(1 + 1/k), t the quantile of Student's law with k - 1 degrees of freedom that leaves
 * as much as three standard deviations of a normal law do, 0.00135 on either side: a chunk from where the reference's come from is outside
 * once in 370 times, whatever k. Fewer than DW_PREDICTION_LEAST chunks (model/judge/prediction_limits.h), or chunks that are all alike, say
 * nothing about a standard deviation: then the thresholds are the real value over the whole reference and three sampling errors, of the
 * chunk at hand and of the reference together. as_nannyml: m -+ 3 s with the deviation of k, whatever k; a chunk without drift is outside
 * of them once in 19 times for k = 6, in 42 for 10, in 98 for 20. The expected confusion matrix of a chunk is the sum of its rows'
 * probabilities. It holds as long as the relation of score and label is that of the reference: concept drift is not seen by it.
 *
 * Several classes: each has a map of its own, against the rest; a row's probabilities are divided by their sum, and where that is 0 each
 * class is as likely. AUC, average precision, precision, recall, F1 and specificity are the means over the classes of each against the
 * rest; accuracy is the expected share of hits. Real values of a chunk are those of metrics.h: a class that has neither labels nor
 * predictions there is left out of the means, and a chunk without labels of some class has no AUC.
 *
 * Sampling errors come from the reference, times a root of the rows. Two classes: the standard deviation of what one row adds to the
 * metric, over the rows that it looks at. Several: the root of the classes' summed variances over their number (average precision: of
 * their mean variance), the AUC's made larger by a fifth, as NannyML found it too small. A class that gives no variance (never predicted,
 * say) adds none.
 */
#ifndef DW_MODEL_ESTIMATE_H
#define DW_MODEL_ESTIMATE_H

#include "model/judge/confusion.h"
#include "model/judge/evaluate.h"
#include "model/estimate/probability.h"
#include "stats/samples/moments.h"

typedef enum dw_estimated {
  DW_ESTIMATED_AUC,
  DW_ESTIMATED_AVERAGE_PRECISION,
  DW_ESTIMATED_ACCURACY,
  DW_ESTIMATED_PRECISION,
  DW_ESTIMATED_RECALL,
  DW_ESTIMATED_F1,
  DW_ESTIMATED_SPECIFICITY,
  DW_ESTIMATED_BUSINESS_VALUE, /* what the rows are worth: only where values of the cells are given */
  DW_ESTIMATED_CELLS           /* the first of classes * classes cells of the confusion matrix, label * classes + prediction */
} dw_estimated;

/* The cells of two classes have names. */
enum {
  DW_ESTIMATED_TRUE_NEGATIVE = DW_ESTIMATED_CELLS,
  DW_ESTIMATED_FALSE_POSITIVE,
  DW_ESTIMATED_FALSE_NEGATIVE,
  DW_ESTIMATED_TRUE_POSITIVE
};

size_t dw_estimates_count(size_t classes);
/* "auc" …; of two classes also "true_negative" …, else "confusion_matrix" */
const char *dw_estimated_name(size_t estimate, size_t classes);
bool dw_estimated_is_known(const char *name); /* of one estimate, for some number of classes */

/* What a row of each cell of the confusion matrix is worth, in the unit of the caller. */
typedef struct dw_business {
  double *value; /* [count] in the order of the cells (two classes: true negative, false positive, false negative, true positive) */
  size_t count;  /* classes * classes; 0: not given */
  /* the mean over the rows instead of the sum (NannyML's "per_prediction" as its manual says it; its code divides by column) */
  bool per_row;
} dw_business;

/* From texts. DW_EUSAGE: their number is no square, or not numbers. Free in any case. */
dw_status dw_business_parse(dw_business *out, const char *const *text, size_t count, dw_err *err);
void dw_business_free(dw_business *business);

typedef struct dw_estimator_options {
  const dw_business *business; /* NULL: none; must outlive the estimator */
  dw_normalise normalise;      /* of the cells */
  bool as_nannyml;             /* thresholds of NannyML */
  uint64_t seed;               /* for the decisions to calibrate, and average precision's error */
} dw_estimator_options;

/* What a reference says of one estimate. */
typedef struct dw_estimate_facts {
  double spread;       /* sampling error of one row: over the root of the rows for means and shares, times it for totals; NaN: none */
  double lower, upper; /* thresholds; NaN: none. few: both are the value over the reference, of a total a row's share of it */
  size_t few;          /* rows of a reference whose chunks do not tell; 0: they do */
  double least, most;  /* thresholds stay within; infinite: there are no ends */
} dw_estimate_facts;

typedef struct dw_estimator {
  size_t classes;
  dw_estimator_options how;
  dw_probability *map;   /* [1] of two classes: of the positive one; else [classes] */
  dw_estimate_facts *of; /* [dw_estimates_count(classes)] */
} dw_estimator;

/* Labels, scores (not necessarily probabilities) and predictions of the reference, in the order of its chunks; no prediction: the ranking
 * metrics only. DW_ENODATA: no rows, labels of one class only, or scores that are not probabilities and cannot be calibrated. DW_EUSAGE:
 * business values of another number of classes. Free in any case. */
dw_status dw_estimator_fit(dw_estimator *out, const dw_judged *reference, const dw_chunk *chunk, size_t chunks,
                           const dw_estimator_options *how, dw_err *err);
dw_status dw_estimator_fit_outcomes(dw_estimator *out, const dw_outcomes *reference, const dw_chunks *chunks,
                                    const dw_estimator_options *how, dw_err *err);
void dw_estimator_free(dw_estimator *estimator);

typedef struct dw_estimate {
  double value; /* NaN: none */
  double sampling_error;
  double low, high;    /* three sampling errors, within the metric's range */
  double lower, upper; /* the thresholds of so many rows; NaN: none */
  bool alert;          /* below lower or above upper */
} dw_estimate;

/* The thresholds of n rows. total: of a sum over the rows. */
void dw_estimate_judge(const dw_estimate_facts *of, bool total, size_t n, dw_estimate *estimate);
/* Facts from the real values of a reference's chunks (over) or, where these do not tell, of all its rows. */
void dw_estimate_limits(dw_estimate_facts *of, const dw_moments *over, double all, size_t rows, bool total, bool as_nannyml);

/* How estimates do on the reference itself: each chunk is told by maps that were fitted without it (the chunks dealt to ten parts in turn
 * of their order), and held to its labels. Were the relation of score and label the same in all chunks, they would differ by chance alone:
 * what labels drawn with the rows' probabilities give is the measure. */
typedef struct dw_estimate_trial {
  size_t chunks;              /* that have both values; fewer than 2: nothing was tried */
  double estimated, realised; /* means over the chunks, by their rows */
  double difference, chance;  /* the root of the mean square of realised - estimated, and what chance would make of it */
  double p_value;             /* of the sum of the squares, each over what chance makes of it */
  bool fails;                 /* p below 0.001, a difference twice that of chance, and 0.01 at least */
} dw_estimate_trial;

/* Of the metrics before business value: out[DW_ESTIMATED_BUSINESS_VALUE], those that are wanted. */
void dw_estimator_try(const dw_estimator *estimator, const dw_outcomes *reference, const dw_chunks *chunks, const bool *wanted,
                      dw_estimate_trial *out);
/* "key": {"holds", "metrics": [{"metric", "chunks", "estimated", "realised", "difference", "chance", "p_value", "holds"}]};
 * nothing tried: null. */
void dw_estimate_trials_write(const dw_estimate_trial *tried, const char *key, dw_json *json);

/* Of rows without labels. out[dw_estimates_count(classes)]. */
void dw_estimator_apply(const dw_estimator *estimator, const dw_judged *rows, dw_estimate *out);

/* The sampling errors of all estimates, to out->of[…].spread. predictions: confusion is known. A part of dw_estimator_fit. */
void dw_estimate_spreads(dw_estimator *out, const dw_judged *reference, const double *confusion);

/* A line of kind "metric" about an estimate, by this method or that of loss_estimate.h. */
typedef struct dw_estimate_line {
  const char *metric, *method, *score;
  const char *label, *prediction; /* JSON: the cell of several classes; NULL: none */
  const char *normalised, *error; /* NULL: none */
  dw_estimate found;
  const dw_chunks *chunks;
  size_t window, count; /* window SIZE_MAX: all rows, and no thresholds */
} dw_estimate_line;

void dw_estimate_line_write(const dw_estimate_line *line, dw_buf *out);

typedef struct dw_estimation {
  const dw_estimator *estimator;
  const dw_outcomes *rows;
  const dw_chunks *chunks;
  const bool *wanted; /* [dw_estimates_count(classes)] */
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_estimation;

/* Those of the names ("confusion_matrix": all cells), or without names all that the rows allow; the cells of several classes by name only.
 * A new array [dw_estimates_count(classes)], NULL on failure. DW_EUSAGE: no such estimate, or business value without values. */
bool *dw_estimates_pick(size_t classes, const char *const *names, size_t count, bool predictions, bool business, dw_err *err);

/* One line a metric and chunk, then of all rows (those without thresholds). *alerts: chunks' lines that raise one. figures: of all rows,
 * without the cells of several classes. DW_ENODATA: no chunk could be held to a threshold. */
dw_status dw_estimate_write(const dw_estimation *estimation, dw_figures *figures, size_t *alerts, dw_err *err);

#endif
