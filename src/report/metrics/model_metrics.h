/* model_metrics: what the newest check of each model came to, as metrics: the same names from dw-serve's /metrics and from dw-report.
 *
 *   dw_model_metrics m = {0};
 *   dw_model_metrics_add(&m, &run);                       once a model: two samples with the same labels are none
 *   dw_model_metrics_print(&out, each, count);            any number of them together: HELP and TYPE stand once
 *   dw_model_metrics_free(&m);
 *
 * Samples are text from the start, so that printing is copying. What a check did not say has no sample; nothing that was not judged reads
 * as "no drift". Names: man dw-serve, METRICS.
 */
#ifndef DW_REPORT_MODEL_METRICS_H
#define DW_REPORT_MODEL_METRICS_H

#include "base/str.h"
#include "kinds/checked_run.h"

/* clang-format off */
#define DW_MODEL_METRICS(ROW) \
  ROW(CHECKED,        "driftwatch_last_check_timestamp_seconds",   "When the model was checked last.") \
  ROW(JUDGED,         "driftwatch_judged",                         "1: the last check had enough to judge; 0: it had not.") \
  ROW(DRIFT,          "driftwatch_drift",                          "1: the last check found drift; 0: it found none.") \
  ROW(SEVERITY,       "driftwatch_severity",                       "How bad it is: 0 none, 1 low, 2 medium, 3 high.") \
  ROW(CHECK_DRIFT,    "driftwatch_check_drift",                    "1: this part of the last check found drift; 0: it found none.") \
  ROW(ALERT,          "driftwatch_alert_open",                     "1: an alert about this is open; 0: none is.") \
  ROW(ROWS,           "driftwatch_window_rows",                    "Records in the window of the last check.") \
  ROW(BASELINE_ROWS,  "driftwatch_baseline_rows",                  "Records in its baseline.") \
  ROW(COMPARED,       "driftwatch_columns_compared",               "Columns that the last check compared.") \
  ROW(DRIFTED,        "driftwatch_columns_drifted",                "Columns of which it found drift.") \
  ROW(SHARE,          "driftwatch_drift_share",                    "Share of the compared columns that drifted, 0 to 1.") \
  ROW(COLUMN_SCORE,   "driftwatch_column_score",                   "Score of a column, as its method has it: a p-value or a distance.") \
  ROW(COLUMN_SHIFT,   "driftwatch_column_shift",                   "The largest change of a share in a column, as Cohen's h.") \
  ROW(COLUMN_DRIFT,   "driftwatch_column_drift",                   "1: the last check found drift of this column; 0: it found none.") \
  ROW(DROPPED,        "driftwatch_columns_dropped",                "Columns that were compared and have no samples here: there are too many.") \
  ROW(DIVERGENCE,     "driftwatch_confidence_kl_divergence",       "KL divergence of the confidence's histogram from the baseline's, in nats.") \
  ROW(COSINE,         "driftwatch_confidence_cosine_similarity",   "Cosine similarity of the two histograms.") \
  ROW(EMBEDDING,      "embedding_drift_score",                     "Cosine distance between the centroids of the embeddings: 0 when they point one way.") \
  ROW(VARIANCE,       "embedding_variance_score",                  "Change of the embeddings' variance, as a share of the baseline's: 0 when it is the same.") \
  ROW(REFUSAL,        "refusal_rate",                              "Share of answers of the last 7 days that decline.") \
  ROW(TOXICITY,       "toxicity_rate",                             "Share of answers of the last 7 days that are toxic.") \
  ROW(RECENT,         "recent_accuracy",                           "Accuracy by labels, or mean feedback, of the last 7 days.") \
  ROW(BASELINE,       "baseline_accuracy",                         "The same of the days 30 to 37 before.") \
  ROW(COVERAGE,       "driftwatch_label_coverage",                 "Share of the records of the last 7 days that the accuracy is of.") \
  ROW(LIMIT,          "driftwatch_limit",                          "Above it a rate, or the fall of a metric, is drift.") \
  ROW(MODEL_REFUSAL,  "model_refusal_rate",                        "The same as refusal_rate.") \
  ROW(MODEL_TOXICITY, "model_toxicity_rate",                       "The same as toxicity_rate.") \
  ROW(MODEL_ACCURACY, "model_accuracy_score",                      "The same as recent_accuracy.")
/* clang-format on */

#define DW_MODEL_METRIC_ENTRY(id, name, help) DW_METRIC_##id,
typedef enum dw_model_metric { DW_MODEL_METRICS(DW_MODEL_METRIC_ENTRY) DW_MODEL_METRIC_COUNT } dw_model_metric;
#undef DW_MODEL_METRIC_ENTRY

typedef struct dw_model_metrics {
  dw_buf samples[DW_MODEL_METRIC_COUNT];
} dw_model_metrics;

void dw_model_metrics_add(dw_model_metrics *metrics, const dw_checked_run *run);
void dw_model_metrics_print(dw_buf *out, const dw_model_metrics *const *each, size_t count);
void dw_model_metrics_free(dw_model_metrics *metrics);

/* drift_monitor_info: which program says all this. */
void dw_monitor_info_print(dw_buf *out, const char *version);

#endif
