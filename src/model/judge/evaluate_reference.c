/* What a reference's windows say of one more, and the gathering of rows: a part of evaluate.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/judge/evaluate_parts.h"
#include "stats/distributions/special.h"

enum { BLOCKS = 10, BLOCK_ROWS = 20 };

static double *gather_scores(const double *from, size_t width, const place *at)
{
  double *out = dw_alloc_array(at->count * width, sizeof *out);
  for (size_t i = 0; i < at->count; i++) memcpy(out + i * width, from + at->row[i] * width, width * sizeof *out);
  return out;
}

static uint32_t *gather_classes(const uint32_t *from, const place *at)
{
  uint32_t *out = dw_alloc_array(at->count, sizeof *out);
  for (size_t i = 0; i < at->count; i++) out[i] = from[at->row[i]];
  return out;
}

void dw_evaluate_judge(judged *out, const dw_evaluation *e, const place *at, bool other)
{
  const dw_outcomes *from = e->rows;
  const double *score = other ? from->other : from->score;
  out->rows = (dw_judged){.task = from->task, .rows = at->count, .classes = from->classes, .known = from->known};
  if (score) out->rows.score = gather_scores(score, from->width, at);
  if (from->task == DW_TASK_REGRESSION) {
    out->rows.target = gather_scores(from->label, 1, at);
  } else {
    out->rows.label = gather_classes(from->class_of, at);
    uint32_t *told = other ? dw_alloc_array(at->count, sizeof *told) : from->predicted ? gather_classes(from->predicted, at) : NULL;
    if (other) dw_outcomes_predict(from, out->rows.score, at->count, e->cut, told);
    out->rows.prediction = told;
  }
  out->metrics = dw_metrics_new(&out->rows);
  dw_metrics_compute_some(out->metrics, NULL, e->wanted, &out->values);
}

void dw_evaluate_drop(judged *j)
{
  dw_metrics_free(j->metrics);
  dw_free((void *)j->rows.score);
  dw_free((void *)j->rows.target);
  dw_free((void *)j->rows.label);
  dw_free((void *)j->rows.prediction);
}

/* The standard error of each metric over all rows times their root: the interval of one deviation. */
static void row_errors(const dw_evaluation *e, double value[DW_METRICS], double error[DW_METRICS])
{
  place all = {e->chunks->order, e->rows->rows, SIZE_MAX, SIZE_MAX, 0};
  judged j;
  dw_interval interval[DW_METRICS];
  dw_resampling how = e->how;
  how.confidence = 1 - 2 * dw_normal_sf(1);
  dw_evaluate_judge(&j, e, &all, false);
  dw_intervals(j.metrics, &j.rows, e->wanted, &j.values, &how, interval);
  for (int m = 0; m < DW_METRICS; m++) {
    value[m] = j.values.value[m];
    error[m] = fmax(value[m] - interval[m].low, interval[m].high - value[m]) * sqrt((double)all.count);
  }
  dw_evaluate_drop(&j);
}

/* values[m * count + k]: metric m of the k-th chunk. */
static dw_window_value *window_values(const dw_evaluation *e, const dw_chunk *chunk, size_t count)
{
  dw_window_value *values = dw_alloc_array(DW_METRICS * count, sizeof *values);
  for (size_t k = 0; k < count; k++) {
    place at = {e->chunks->order + chunk[k].first, chunk[k].count, k, SIZE_MAX, 0};
    judged j;
    dw_evaluate_judge(&j, e, &at, false);
    for (size_t m = 0; m < DW_METRICS; m++) values[m * count + k] = (dw_window_value){j.values.value[m], at.count};
    dw_evaluate_drop(&j);
  }
  return values;
}

static dw_window_value *block_values(const dw_evaluation *e)
{
  dw_chunk block[BLOCKS];
  size_t rows = e->rows->rows;
  if (rows < (size_t)BLOCKS * BLOCK_ROWS) return NULL;
  for (size_t k = 0; k < BLOCKS; k++)
    block[k] = (dw_chunk){.first = rows * k / BLOCKS, .count = rows * (k + 1) / BLOCKS - rows * k / BLOCKS};
  return window_values(e, block, BLOCKS);
}

void dw_evaluate_reference(const dw_evaluation *e, dw_metric_limits *limits)
{
  double value[DW_METRICS], error[DW_METRICS];
  size_t count = e->chunks->count;
  row_errors(e, value, error);
  dw_window_value *windows = window_values(e, e->chunks->chunk, count), *blocks = NULL;
  for (size_t m = 0; m < DW_METRICS; m++) {
    dw_metric_limits *of = &limits[m];
    *of = (dw_metric_limits){.source = DW_LIMITS_NONE};
    if (!e->wanted[m] || isnan(value[m])) continue;
    bool told = dw_prediction_fit(&of->limits, windows + m * count, count, error[m]);
    of->windows = of->limits.windows;
    of->source = DW_LIMITS_WINDOWS;
    if (told) continue;
    if (!blocks && of->windows < DW_PREDICTION_LEAST) blocks = block_values(e);
    of->source = DW_LIMITS_BLOCKS;
    if (blocks && of->windows < DW_PREDICTION_LEAST && dw_prediction_fit(&of->limits, blocks + m * BLOCKS, BLOCKS, error[m])) continue;
    of->source = dw_prediction_from_rows(&of->limits, value[m], e->rows->rows, error[m]) ? DW_LIMITS_ROWS : DW_LIMITS_NONE;
  }
  dw_free(windows);
  dw_free(blocks);
}

const char *dw_limits_source_word(dw_limits_source source)
{
  static const char *const words[] = {NULL, "windows", "blocks", "rows"};
  return words[source];
}
