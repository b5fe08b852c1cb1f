/* metrics: how well scores and predictions agree with the truth. Definitions are scikit-learn's.
 *
 *   dw_judged rows = {.task = DW_TASK_BINARY, .rows = n, .classes = 2, .label = label, .score = score, .prediction = prediction};
 *   dw_metrics *metrics = dw_metrics_new(&rows);
 *   dw_metrics_compute(metrics, NULL, &values);        // values.value[DW_METRIC_AUC]; NaN with values.why[…] where there is none
 *   dw_metrics_free(metrics);
 *
 * What is sorted is sorted once, so that computing again with other weights (a bootstrap sample) costs one walk over the rows.
 */
#ifndef DW_MODEL_METRICS_H
#define DW_MODEL_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/encode/task.h"

typedef enum dw_metric {
  DW_METRIC_AUC,               /* roc_auc_score; multiclass: the mean of each class against the rest */
  DW_METRIC_AVERAGE_PRECISION, /* average_precision_score; multiclass as AUC */
  DW_METRIC_LOG_LOSS,          /* log_loss: mean, natural logarithm, probabilities clipped to [2^-52, 1 - 2^-52] */
  DW_METRIC_BRIER,             /* brier_score_loss; multiclass: Brier's sum over the classes, 0 to 2 */
  DW_METRIC_ACCURACY,
  /* 0 when nothing was predicted positive; multiclass: the mean over the classes, as recall, F1, specificity */
  DW_METRIC_PRECISION,
  DW_METRIC_RECALL,
  DW_METRIC_F1,
  DW_METRIC_SPECIFICITY, /* recall of the negatives */
  DW_METRIC_KS,          /* the largest distance of the distribution functions of positives' and negatives' scores */
  DW_METRIC_ECE,         /* expected calibration error: sum over 10 equal bins (k/10, (k+1)/10] of share * |mean score - share positive|,
                            less what chance adds (dw_calibration_error); multiclass: of the largest score against being right (Guo et al.,
                            ICML 2017) */
  DW_METRIC_CONFUSION_MATRIX, /* has no single value: dw_metrics_confusion */
  DW_METRIC_MAE,
  DW_METRIC_RMSE,
  DW_METRIC_MAPE, /* |error| / max(|target|, 2^-52): a share, not percent */
  DW_METRIC_R2,
  DW_METRICS
} dw_metric;

const char *dw_metric_name(dw_metric metric);
bool dw_metric_from_name(const char *name, dw_metric *metric);
bool dw_metric_applies(dw_metric metric, dw_task task);
bool dw_metric_is_loss(dw_metric metric); /* more is worse */
/* The least and the most that it can be; infinite: there is no end. */
void dw_metric_range(dw_metric metric, double *least, double *most);

/* Rows to be judged. The arrays belong to the caller and must outlive what is made from them. No NaN among them. */
typedef struct dw_judged {
  dw_task task;
  size_t rows;
  size_t classes;      /* 2 for binary, 0 for regression */
  size_t known;        /* 0: all; else the first of them are the model's, and rows of others are errors that no score can avoid: they count
                          as the rest of each class, never as right, and have no probability (no log loss, no Brier score) */
  const double *score; /* binary: [rows], larger is more positive; multiclass: [rows * classes], a row's scores together;
                          regression: [rows], the model's output. NULL: there is none. Classes that are not known have none */
  const uint32_t *label;      /* [rows] the true class, 1 is positive; NULL for regression */
  const uint32_t *prediction; /* [rows] the predicted class; NULL: there is none */
  const double *target;       /* [rows] regression: the true value */
} dw_judged;

typedef struct dw_metric_values {
  double value[DW_METRICS];    /* NaN where there is none */
  const char *why[DW_METRICS]; /* a constant: why there is none; NULL where there is a value */
} dw_metric_values;

/* Two of these reasons, to be told apart by their addresses: several classes, one of them without labels; labels beyond the known classes.
 */
extern const char dw_metrics_no_label[], dw_metrics_stranger[];

typedef struct dw_metrics dw_metrics;

dw_metrics *dw_metrics_new(const dw_judged *rows); /* copies *rows, not the arrays */

/* times[rows] says how often each row counts; NULL: once each. May be called by several threads at once. */
void dw_metrics_compute(const dw_metrics *metrics, const uint32_t *times, dw_metric_values *out);

/* Only these metrics: wanted[DW_METRICS]; the others are NaN. What is not wanted costs nothing. */
void dw_metrics_compute_some(const dw_metrics *metrics, const uint32_t *times, const bool *wanted, dw_metric_values *out);

/* counts[truth * classes + prediction]; false when there are no predictions, or no classes. */
bool dw_metrics_confusion(const dw_judged *rows, const uint32_t *times, uint64_t *counts);

/* The calibration error with its errors. In each bin D = share * (mean score - share positive) has variance v by chance, the larger of what
 * the rows show and what their scores say, and adds sqrt(max(0, D^2 - v)): D^2 is too large by v on average (Kumar, Liang and Ma, "Verified
 * uncertainty calibration", NeurIPS 2019). */
typedef struct dw_calibration_error {
  double value;
  double error; /* its standard error */
  double chi2;  /* sum of D^2 / v: that all bins together are no more than chance; df bins have rows */
  double df;
} dw_calibration_error;

/* False: no scores, or they are no probabilities. */
bool dw_metrics_calibration(const dw_metrics *metrics, const uint32_t *times, dw_calibration_error *out);

/* Metrics that are a mean of losses: the logarithm of that mean (log_loss, brier, mae, mape), of its square (rmse: of the mean square), or
 * of what is left to 1 (r2: mean square error over variance), and its standard error by the delta method. False: another metric, or a mean
 * of 0, or fewer than 2 rows. */
bool dw_metrics_log_mean(const dw_metrics *metrics, dw_metric metric, const uint32_t *times, double *log_mean, double *error);

void dw_metrics_free(dw_metrics *metrics); /* NULL is fine */

#endif
