#include "model/judge/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/judge/evaluate_parts.h"

enum { SEGMENTS_MOST = 1000 };

typedef struct work {
  const dw_evaluation *e;
  dw_figures *figures;
  size_t computed; /* metrics over all rows that have a value */
  double tail;     /* of each metric that windows are held to: together they have that of e (Bonferroni) */
  uint32_t stream; /* each place draws its own random numbers; all rows the same with windows and without */
  dw_buf line;
} work;

void dw_figures_add(dw_figures *figures, const char *metric, const char *part, double value)
{
  figures->figure = dw_grow(figures->figure, &figures->capacity, figures->count + 1, sizeof *figures->figure);
  dw_figure *one = &figures->figure[figures->count++];
  snprintf(one->name, sizeof one->name, "%s%s%s", metric, part ? "." : "", part ? part : "");
  one->value = value;
}

void dw_figures_add_bounds(dw_figures *figures, const char *metric, double value, double low, double high)
{
  dw_figures_add(figures, metric, NULL, value);
  dw_figures_add(figures, metric, "low", low);
  dw_figures_add(figures, metric, "high", high);
}

void dw_figures_free(dw_figures *figures)
{
  dw_free(figures->figure);
  *figures = (dw_figures){0};
}

dw_status dw_metrics_pick(bool wanted[DW_METRICS], const dw_outcomes *rows, const char *const *names, size_t count, dw_err *err)
{
  for (size_t i = 0; i < count; i++) {
    dw_metric metric;
    if (!dw_metric_from_name(names[i], &metric)) return dw_err_set(err, DW_EUSAGE, "--metrics: there is no metric \"%s\"", names[i]);
    if (!dw_metric_applies(metric, rows->task))
      return dw_err_set(err, DW_EUSAGE, "--metrics: %s is not a metric of a %s task", names[i], dw_task_name(rows->task));
    wanted[metric] = true;
  }
  for (int m = 0; m < DW_METRICS && !count; m++) {
    bool of_labels = (m >= DW_METRIC_ACCURACY && m <= DW_METRIC_SPECIFICITY) || m == DW_METRIC_CONFUSION_MATRIX;
    wanted[m] = dw_metric_applies((dw_metric)m, rows->task) && (of_labels ? rows->predicted != NULL : rows->score != NULL);
  }
  return DW_OK;
}

/* --- lines --- */

static void write_segment(const dw_outcomes *rows, const place *at, dw_json *json)
{
  if (at->by == SIZE_MAX) {
    dw_json_null(json, "segment");
    return;
  }
  const dw_map_key *key = &rows->segments[at->by].keys[at->segment];
  dw_json_open(json, "segment", '{');
  dw_json_text(json, "column", rows->options.by[at->by]);
  dw_json_bytes(json, "value", key->text, key->length);
  dw_json_close(json, '}');
}

static void write_paired(const dw_outcomes *rows, double value, const dw_paired *paired, dw_json *json)
{
  dw_json_open(json, "comparison", '{');
  dw_json_text(json, "score", rows->options.other);
  dw_json_number(json, "value", value);
  dw_json_number(json, "difference", paired->difference);
  dw_json_number(json, "low", paired->low);
  dw_json_number(json, "high", paired->high);
  dw_json_number(json, "p_value", paired->p_value);
  dw_json_text(json, "method", paired->method);
  dw_json_close(json, '}');
}

static void write_cells(const uint64_t *counts, size_t n, dw_normalise normalise, dw_json *json)
{
  double *cell = dw_alloc_array(n * n, sizeof *cell);
  for (size_t k = 0; k < n * n; k++) cell[k] = (double)counts[k];
  dw_confusion_normalise(cell, n, normalise);
  dw_json_open(json, "matrix", '[');
  for (size_t k = 0; k < n; k++) {
    dw_json_open(json, NULL, '[');
    for (size_t p = 0; p < n; p++) dw_json_number(json, NULL, cell[k * n + p]);
    dw_json_close(json, ']');
  }
  dw_json_close(json, ']');
  dw_free(cell);
}

static void write_matrix(const judged *j, const dw_outcomes *rows, dw_normalise normalise, dw_json *json)
{
  size_t n = rows->classes;
  uint64_t *counts = dw_alloc_array(n * n, sizeof *counts);
  bool there = dw_metrics_confusion(&j->rows, NULL, counts);
  if (normalise) dw_json_text(json, "normalised", dw_normalise_name(normalise));
  dw_json_open(json, "labels", '[');
  for (size_t k = 0; k < n; k++) dw_json_raw(json, NULL, rows->class_name[k], strlen(rows->class_name[k]));
  dw_json_close(json, ']');
  if (there) {
    write_cells(counts, n, normalise, json);
  } else {
    dw_json_null(json, "matrix");
    dw_json_text(json, "error", "no predictions");
  }
  dw_free(counts);
}

static int64_t count_positives(const dw_judged *rows)
{
  int64_t count = 0;
  for (size_t i = 0; i < rows->rows; i++) count += rows->label[i] == 1;
  return count;
}

/* With the classes that are the reason: those of the model without a label, or those with labels that it does not have. */
static void write_why(const judged *j, const dw_outcomes *rows, const char *reason, dw_json *json)
{
  dw_buf why = {0};
  dw_buf_text(&why, reason);
  bool missing = reason == dw_metrics_no_label, named = missing || reason == dw_metrics_stranger;
  uint64_t *labels = dw_alloc_zero(rows->classes + 1, sizeof *labels);
  for (size_t i = 0; i < j->rows.rows && named; i++) labels[j->rows.label[i]]++;
  for (size_t k = 0, told = 0; k < rows->classes && named; k++)
    if (missing ? k < rows->known && !labels[k] : k >= rows->known && labels[k])
      dw_buf_format(&why, "%s %s", told++ ? "," : ":", rows->class_name[k]);
  dw_json_text(json, "error", dw_buf_cstr(&why));
  dw_free(labels);
  dw_buf_free(&why);
}

/* Judged on the side where the metric is worse. */
static void write_threshold(work *w, dw_metric metric, double value, size_t rows, dw_json *json)
{
  const dw_metric_limits *of = &w->e->limits[metric];
  bool loss = dw_metric_is_loss(metric), told = of->source != DW_LIMITS_NONE;
  double reach = told ? dw_prediction_window_reach(&of->limits, rows, w->tail) : NAN, least, most;
  dw_metric_range(metric, &least, &most);
  double lower = loss || !told ? NAN : fmax(of->limits.mean - reach, least),
         upper = loss && told ? fmin(of->limits.mean + reach, most) : NAN;
  bool alert = value < lower || value > upper;
  w->e->found->alerts += alert;
  w->e->found->judged += told && !isnan(value);
  dw_json_open(json, "threshold", '{');
  dw_json_number(json, "lower", lower);
  dw_json_number(json, "upper", upper);
  dw_json_text(json, "from", dw_limits_source_word(of->source));
  dw_json_integer(json, "windows", (int64_t)of->windows);
  dw_json_close(json, '}');
  dw_json_bool(json, "alert", alert);
}

static dw_status write_line(work *w, const place *at, dw_metric metric, const judged *first, const judged *second,
                            const dw_interval *interval, const dw_paired *paired, dw_err *err)
{
  const dw_outcomes *rows = w->e->rows;
  dw_json json;
  w->line.length = 0;
  dw_json_start(&json, &w->line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "metric");
  dw_json_text(&json, "metric", dw_metric_name(metric));
  dw_json_number(&json, "value", first->values.value[metric]);
  dw_json_number(&json, "low", interval[metric].low);
  dw_json_number(&json, "high", interval[metric].high);
  dw_json_integer(&json, "count", (int64_t)at->count);
  if (rows->task == DW_TASK_BINARY) dw_json_integer(&json, "positives", count_positives(&first->rows));
  else dw_json_null(&json, "positives");
  dw_chunk_write(w->e->chunks, at->window, "window", &json);
  write_segment(rows, at, &json);
  dw_json_bool(&json, "estimated", false);
  dw_json_text(&json, "method", interval[metric].method);
  dw_json_text(&json, "score", rows->options.score ? rows->options.score : rows->options.prediction);
  if (metric == DW_METRIC_CONFUSION_MATRIX) write_matrix(first, rows, w->e->normalise, &json);
  else if (isnan(first->values.value[metric])) write_why(first, rows, first->values.why[metric], &json);
  if (second && metric != DW_METRIC_CONFUSION_MATRIX) write_paired(rows, second->values.value[metric], &paired[metric], &json);
  if (w->e->limits && at->window != SIZE_MAX && at->by == SIZE_MAX && metric != DW_METRIC_CONFUSION_MATRIX)
    write_threshold(w, metric, first->values.value[metric], at->count, &json);
  dw_json_close(&json, '}');
  dw_buf_char(&w->line, '\n');
  return w->e->write(w->e->context, w->line.data, w->line.length, err);
}

static void keep_figures(dw_figures *to, dw_metric metric, const judged *first, const judged *second, const dw_interval *interval,
                         const dw_paired *paired)
{
  if (metric == DW_METRIC_CONFUSION_MATRIX) return;
  const char *name = dw_metric_name(metric);
  dw_figures_add_bounds(to, name, first->values.value[metric], interval[metric].low, interval[metric].high);
  if (!second) return;
  dw_figures_add(to, name, "other", second->values.value[metric]);
  dw_figures_add(to, name, "difference", paired[metric].difference);
  dw_figures_add(to, name, "difference_low", paired[metric].low);
  dw_figures_add(to, name, "difference_high", paired[metric].high);
  dw_figures_add(to, name, "p_value", paired[metric].p_value);
}

static dw_status evaluate_place(work *w, const place *at, dw_err *err)
{
  const dw_evaluation *e = w->e;
  judged first, second;
  dw_interval interval[DW_METRICS];
  dw_paired paired[DW_METRICS];
  bool compare = e->rows->other != NULL, whole = at->window == SIZE_MAX && at->by == SIZE_MAX;
  bool window = e->found && at->window != SIZE_MAX && at->by == SIZE_MAX;
  dw_resampling how = e->how;
  how.stream = whole ? 0 : ++w->stream;
  dw_evaluate_judge(&first, e, at, false);
  dw_intervals(first.metrics, &first.rows, e->wanted, &first.values, &how, interval);
  if (compare) {
    dw_evaluate_judge(&second, e, at, true);
    dw_intervals_paired(&(dw_side){&first.rows, first.metrics, &first.values}, &(dw_side){&second.rows, second.metrics, &second.values},
                        e->wanted, &how, paired);
  }
  dw_status status = DW_OK;
  for (int m = 0; m < DW_METRICS && status == DW_OK; m++) {
    if (!e->wanted[m] || !dw_metric_applies((dw_metric)m, e->rows->task)) continue;
    status = write_line(w, at, (dw_metric)m, &first, compare ? &second : NULL, interval, paired, err);
    if (window) keep_figures(&e->found->figures, (dw_metric)m, &first, compare ? &second : NULL, interval, paired);
    if (!whole) continue;
    keep_figures(w->figures, (dw_metric)m, &first, compare ? &second : NULL, interval, paired);
    if (!isnan(first.values.value[m])) ++w->computed;
  }
  dw_evaluate_drop(&first);
  if (compare) dw_evaluate_drop(&second);
  return status;
}

/* The segments of a place that is not one yet. */
static dw_status evaluate_segments(work *w, const place *all, dw_err *err)
{
  const dw_outcomes *rows = w->e->rows;
  dw_status status = DW_OK;
  uint32_t *row = dw_alloc_array(all->count, sizeof *row);
  for (size_t by = 0; by < rows->options.by_count && status == DW_OK; by++) {
    size_t values = rows->segments[by].count;
    size_t *start = dw_alloc_zero(values + 1, sizeof *start);
    for (size_t i = 0; i < all->count; i++) start[rows->segment[by][all->row[i]] + 1]++;
    for (size_t k = 0; k < values; k++) start[k + 1] += start[k];
    size_t *next = dw_alloc_array(values + 1, sizeof *next);
    memcpy(next, start, (values + 1) * sizeof *next);
    for (size_t i = 0; i < all->count; i++) row[next[rows->segment[by][all->row[i]]]++] = all->row[i];
    for (size_t k = 0; k < values && status == DW_OK; k++) {
      place at = {row + start[k], start[k + 1] - start[k], all->window, by, (uint32_t)k};
      if (at.count) status = evaluate_place(w, &at, err);
    }
    dw_free(start);
    dw_free(next);
  }
  dw_free(row);
  return status;
}

dw_status dw_evaluate(const dw_evaluation *e, dw_figures *figures, dw_err *err)
{
  const dw_outcomes *rows = e->rows;
  work w = {.e = e, .figures = figures};
  for (size_t by = 0; by < rows->options.by_count; by++)
    if (rows->segments[by].count > SEGMENTS_MOST)
      return dw_err_set(err, DW_EDATA, "--by: column \"%s\" has more than %d different values", rows->options.by[by], SEGMENTS_MOST);
  size_t held = 0;
  for (int m = 0; e->limits && m < DW_METRICS; m++) held += e->limits[m].source != DW_LIMITS_NONE;
  w.tail = held ? e->tail / (double)held : e->tail;
  dw_status status = DW_OK;
  for (size_t k = 0; e->windows && k < e->chunks->count && status == DW_OK; k++) {
    place at = {e->chunks->order + e->chunks->chunk[k].first, e->chunks->chunk[k].count, k, SIZE_MAX, 0};
    if (e->found) e->found->windows++;
    status = evaluate_place(&w, &at, err);
    if (status == DW_OK) status = evaluate_segments(&w, &at, err);
  }
  place all = {e->chunks->order, rows->rows, SIZE_MAX, SIZE_MAX, 0};
  if (status == DW_OK) status = evaluate_segments(&w, &all, err);
  if (status == DW_OK) status = evaluate_place(&w, &all, err);
  dw_buf_free(&w.line);
  if (status == DW_OK && e->limits && !e->found->judged)
    return dw_err_set(err, DW_ENODATA, "no window has a metric and a threshold: nothing was judged; take longer windows");
  if (status != DW_OK || w.computed || e->wanted[DW_METRIC_CONFUSION_MATRIX]) return status;
  return dw_err_set(err, DW_ENODATA, "none of the metrics has a value: labels of one class only, or too few rows");
}

void dw_row_counts_write(const dw_outcomes *rows, dw_json *json)
{
  dw_json_integer(json, "rows", (int64_t)rows->rows);
  dw_json_integer(json, "without_label", (int64_t)rows->without_label);
  dw_json_integer(json, "without_score", (int64_t)rows->without_score);
  dw_json_integer(json, "without_prediction", (int64_t)rows->without_prediction);
}

uint64_t dw_class_labels(const dw_outcomes *rows, size_t class)
{
  uint64_t count = 0;
  for (size_t i = 0; i < rows->rows; i++) count += rows->class_of[i] == class;
  return count;
}

void dw_classes_write(const dw_outcomes *rows, dw_json *json)
{
  dw_json_open(json, "classes", '[');
  for (size_t k = 0; k < rows->known; k++) dw_json_raw(json, NULL, rows->class_name[k], strlen(rows->class_name[k]));
  dw_json_close(json, ']');
  dw_json_open(json, "unknown_classes", '[');
  for (size_t k = rows->known; k < rows->classes; k++) {
    dw_json_open(json, NULL, '{');
    dw_json_raw(json, "class", rows->class_name[k], strlen(rows->class_name[k]));
    dw_json_integer(json, "labels", (int64_t)dw_class_labels(rows, k));
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}
