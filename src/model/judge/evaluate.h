/* evaluate: metrics of scored rows by window and segment, as documents of kind "metric" (driftwatch-records(5)). */
#ifndef DW_MODEL_EVALUATE_H
#define DW_MODEL_EVALUATE_H

#include "base/str.h"
#include "data/frames/chunk.h"
#include "io/text/json.h"
#include "model/judge/confusion.h"
#include "model/judge/interval.h"
#include "model/judge/outcome.h"
#include "model/judge/prediction_limits.h"

/* The figures over all rows, by name: "auc", "auc.low", "auc.high"; with a challenger also "auc.other", "auc.difference",
 * "auc.difference_low", "auc.difference_high", "auc.p_value". NaN: no value. What quality gates judge. */
typedef struct dw_figure {
  char name[48];
  double value;
} dw_figure;

typedef struct dw_figures {
  dw_figure *figure;
  size_t count, capacity;
} dw_figures;

void dw_figures_add(dw_figures *figures, const char *metric, const char *part, double value); /* part: "low"; NULL: the metric itself */
void dw_figures_add_bounds(dw_figures *figures, const char *metric, double value, double low, double high); /* the metric, .low, .high */
void dw_figures_free(dw_figures *figures);

/* What windows of a labelled reference say about one more. */
typedef enum dw_limits_source {
  DW_LIMITS_NONE,    /* the reference has no value, or no interval to tell its error by */
  DW_LIMITS_WINDOWS, /* its own windows */
  DW_LIMITS_BLOCKS,  /* equal blocks of its rows, as too few windows have a value */
  DW_LIMITS_ROWS     /* its value over all rows and the sampling error */
} dw_limits_source;

typedef struct dw_metric_limits {
  dw_prediction limits;
  dw_limits_source source;
  size_t windows; /* of the reference, with a value */
} dw_metric_limits;

typedef struct dw_evaluation dw_evaluation;

/* What windows were found to be. */
typedef struct dw_windows_found {
  dw_figures figures; /* of each window one behind the other, as many and in the same order */
  size_t windows, alerts, judged;
} dw_windows_found;

struct dw_evaluation {
  const dw_outcomes *rows; /* classes told */
  const dw_chunks *chunks; /* the order of the rows, and the windows; one chunk: no windows */
  bool windows;            /* write the chunks, besides the whole */
  bool wanted[DW_METRICS]; /* those that do not apply to the task are passed over */
  dw_resampling how;
  dw_normalise normalise; /* of the confusion matrix */
  double cut;             /* binary: what the challenger predicts as positive */
  /* [DW_METRICS] what windows are held to, each on the side where it is worse; NULL: nothing. tail: the odds of a window like the
   * reference's to be beyond one of them */
  const dw_metric_limits *limits;
  double tail;
  dw_windows_found *found; /* NULL: not asked for */
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
};

/* Those of the names, or without names all that the rows allow. DW_EUSAGE: no such metric, or not of their task. */
dw_status dw_metrics_pick(bool wanted[DW_METRICS], const dw_outcomes *rows, const char *const *names, size_t count, dw_err *err);

/* Writes one line a metric: of each window (all its rows, then its segments), of the segments over all rows, and of all rows. A metric
 * without a value is a line with "value":null and "error". DW_EDATA: a segment column of more than 1000 values; what write returns.
 * DW_ENODATA: no metric has a value over all rows (a confusion matrix will do), or no window one that is held to a threshold. */
dw_status dw_evaluate(const dw_evaluation *evaluation, dw_figures *figures, dw_err *err);

/* limits[DW_METRICS] of the wanted metrics, from the windows of a reference (e->rows and e->chunks); of fewer than DW_PREDICTION_LEAST from
 * ten blocks of at least 20 rows. The error that a row adds is that of the interval over all its rows: without replicates (e->how) it is 0
 * for the metrics that need them. */
void dw_evaluate_reference(const dw_evaluation *e, dw_metric_limits *limits);
const char *dw_limits_source_word(dw_limits_source source); /* "windows", "blocks", "rows"; NULL: none */

/* "rows", and those that lack what was asked for: "without_label", "without_score", "without_prediction". */
void dw_row_counts_write(const dw_outcomes *rows, dw_json *json);
uint64_t dw_class_labels(const dw_outcomes *rows, size_t class); /* rows with this label */
/* "classes": the model's, "unknown_classes": those of labels and predictions that it does not have; both empty for a regression. */
void dw_classes_write(const dw_outcomes *rows, dw_json *json);

#endif
