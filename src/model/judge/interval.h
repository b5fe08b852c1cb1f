/* interval: how sure a metric is: confidence intervals, and tests of two scores on the same rows.
 *
 * By default each metric has the interval that covers best, and that does not collapse where the metric is at its end:
 *   accuracy, precision, recall, F1, specificity of two classes (accuracy of any): Wilson's; the AUC of two classes: DeLong's variance;
 *   the calibration error: the normal law beside a chi-square test (interval_closed.h);
 *   log loss, Brier score, mean and root mean square errors, R^2: the bootstrap of (value - estimate) / error on a logarithmic scale
 *   ("studentised"; Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 12);
 *   average precision, KS, and the means over more than two classes: Student's law on the logit scale, less the bootstrap's bias.
 * Of many rows the last two without replicates, by how each row moves the metric (interval_large.h).
 * Or, for all but the AUC of two classes, the bootstrap over rows itself, percentile or BCa (ibid., chapter 14; acceleration by a jackknife
 * over at most 100 groups of rows). Replicate r of stream s draws its rows from (seed, r, s) alone: the result is the same for any number
 * of threads. A replicate in which a metric has no value (a class that was not drawn) is left out; when half of them are, there is no
 * interval.
 */
#ifndef DW_MODEL_INTERVAL_H
#define DW_MODEL_INTERVAL_H

#include "model/judge/metrics.h"

typedef enum dw_interval_kind { DW_INTERVAL_BEST, DW_INTERVAL_PERCENTILE, DW_INTERVAL_BCA } dw_interval_kind;

typedef struct dw_resampling {
  double confidence;   /* 0.95 */
  unsigned replicates; /* 0: no bootstrap, and no intervals that need one */
  uint64_t seed;
  uint32_t stream; /* tells windows and segments apart */
  dw_interval_kind kind;
  unsigned threads; /* 0: the cores */
} dw_resampling;

typedef struct dw_interval {
  double low, high;
  /* "wilson", "delong", "newcombe" (the AUC's at its end), "normal", "studentised", "edgeworth", "logit", "bootstrap", "bca"; NULL: there
   * is none, low and high are NaN */
  const char *method;
} dw_interval;

/* out[DW_METRICS]: of each wanted metric that has a value. values: what dw_metrics_compute gave for the same rows. */
void dw_intervals(const dw_metrics *metrics, const dw_judged *rows, const bool *wanted, const dw_metric_values *values,
                  const dw_resampling *how, dw_interval *out);

typedef struct dw_paired {
  double difference;  /* challenger - champion */
  double low, high;   /* of the difference; percentile, or normal */
  double p_value;     /* two-sided, that there is none: DeLong's, or twice the smaller share of replicates beyond 0 (each counted + 1) */
  const char *method; /* "delong", "bootstrap", of many rows "influence"; NULL: there is none */
} dw_paired;

/* One side of a comparison: the same rows with another score or prediction. */
typedef struct dw_side {
  const dw_judged *rows;
  const dw_metrics *metrics;
  const dw_metric_values *values;
} dw_side;

void dw_intervals_paired(const dw_side *champion, const dw_side *challenger, const bool *wanted, const dw_resampling *how, dw_paired *out);

#endif
