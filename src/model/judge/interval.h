/* interval: how sure a metric is: confidence intervals, and tests of two scores on the same rows.
 *
 * The AUC of a binary task: DeLong's variance and the normal law. All others: the bootstrap over rows (Efron and Tibshirani, "An
 * introduction to the bootstrap", 1993), percentile or BCa (their chapter 14; acceleration by a jackknife over at most 100 groups of
 * rows). Replicate r of stream s draws its rows from (seed, r, s) alone: the result is the same for any number of threads. A replicate in
 * which a metric has no value (a class that was not drawn) is left out; when half of them are, there is no interval.
 */
#ifndef DW_MODEL_INTERVAL_H
#define DW_MODEL_INTERVAL_H

#include "model/judge/metrics.h"

typedef struct dw_resampling {
  double confidence;   /* 0.95 */
  unsigned replicates; /* 0: no bootstrap */
  uint64_t seed;
  uint32_t stream; /* tells windows and segments apart */
  bool bca;
  unsigned threads; /* 0: the cores */
} dw_resampling;

typedef struct dw_interval {
  double low, high;
  const char *method; /* "delong", "bootstrap", "bca"; NULL: there is none, low and high are NaN */
} dw_interval;

/* out[DW_METRICS]: of each wanted metric that has a value. values: what dw_metrics_compute gave for the same rows. */
void dw_intervals(const dw_metrics *metrics, const dw_judged *rows, const bool *wanted, const dw_metric_values *values,
                  const dw_resampling *how, dw_interval *out);

typedef struct dw_paired {
  double difference; /* challenger - champion */
  double low, high;  /* of the difference; percentile */
  double p_value;    /* two-sided, that there is none: DeLong's, or twice the smaller share of replicates beyond 0 (each counted + 1) */
  const char *method;
} dw_paired;

/* One side of a comparison: the same rows with another score or prediction. */
typedef struct dw_side {
  const dw_judged *rows;
  const dw_metrics *metrics;
  const dw_metric_values *values;
} dw_side;

void dw_intervals_paired(const dw_side *champion, const dw_side *challenger, const bool *wanted, const dw_resampling *how, dw_paired *out);

#endif
