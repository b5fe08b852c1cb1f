/* evaluate: metrics of scored rows by window and segment, as documents of kind "metric" (driftwatch-records(5)). */
#ifndef DW_MODEL_EVALUATE_H
#define DW_MODEL_EVALUATE_H

#include "base/str.h"
#include "data/frames/chunk.h"
#include "io/text/json.h"
#include "model/judge/confusion.h"
#include "model/judge/interval.h"
#include "model/judge/outcome.h"

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

typedef struct dw_evaluation {
  const dw_outcomes *rows; /* classes told */
  const dw_chunks *chunks; /* the order of the rows, and the windows; one chunk: no windows */
  bool windows;            /* write the chunks, besides the whole */
  bool wanted[DW_METRICS]; /* those that do not apply to the task are passed over */
  dw_resampling how;
  dw_normalise normalise; /* of the confusion matrix */
  double cut;             /* binary: what the challenger predicts as positive */
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_evaluation;

/* Those of the names, or without names all that the rows allow. DW_EUSAGE: no such metric, or not of their task. */
dw_status dw_metrics_pick(bool wanted[DW_METRICS], const dw_outcomes *rows, const char *const *names, size_t count, dw_err *err);

/* Writes one line a metric: of each window (all its rows, then its segments), of the segments over all rows, and of all rows. A metric
 * without a value is a line with "value":null and "error". DW_EDATA: a segment column of more than 1000 values; what write returns.
 * *computed: metrics over all rows that have a value. */
dw_status dw_evaluate(const dw_evaluation *evaluation, dw_figures *figures, size_t *computed, dw_err *err);

uint64_t dw_class_labels(const dw_outcomes *rows, size_t class); /* rows with this label */
/* "classes": the model's, "unknown_classes": those of labels and predictions that it does not have; both empty for a regression. */
void dw_classes_write(const dw_outcomes *rows, dw_json *json);

#endif
