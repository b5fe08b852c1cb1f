#include "model/judge/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { SEGMENTS_MOST = 1000 };

/* Which rows a line speaks of. */
typedef struct place {
  const uint32_t *row; /* [count] */
  size_t count;
  size_t window; /* SIZE_MAX: all */
  size_t by;     /* SIZE_MAX: all */
  uint32_t segment;
} place;

typedef struct work {
  const dw_evaluation *e;
  dw_figures *figures;
  size_t *computed;
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

/* The rows of a place side by side, and what is made from them. */
typedef struct judged {
  dw_judged rows;
  dw_metrics *metrics;
  dw_metric_values values;
} judged;

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

static void judge(judged *out, const dw_evaluation *e, const place *at, bool other)
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

static void drop(judged *j)
{
  dw_metrics_free(j->metrics);
  dw_free((void *)j->rows.score);
  dw_free((void *)j->rows.target);
  dw_free((void *)j->rows.label);
  dw_free((void *)j->rows.prediction);
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
  dw_json_close(&json, '}');
  dw_buf_char(&w->line, '\n');
  return w->e->write(w->e->context, w->line.data, w->line.length, err);
}

static void keep_figures(work *w, dw_metric metric, const judged *first, const judged *second, const dw_interval *interval,
                         const dw_paired *paired)
{
  if (metric == DW_METRIC_CONFUSION_MATRIX) return;
  const char *name = dw_metric_name(metric);
  dw_figures_add_bounds(w->figures, name, first->values.value[metric], interval[metric].low, interval[metric].high);
  if (!second) return;
  dw_figures_add(w->figures, name, "other", second->values.value[metric]);
  dw_figures_add(w->figures, name, "difference", paired[metric].difference);
  dw_figures_add(w->figures, name, "difference_low", paired[metric].low);
  dw_figures_add(w->figures, name, "difference_high", paired[metric].high);
  dw_figures_add(w->figures, name, "p_value", paired[metric].p_value);
}

static dw_status evaluate_place(work *w, const place *at, dw_err *err)
{
  const dw_evaluation *e = w->e;
  judged first, second;
  dw_interval interval[DW_METRICS];
  dw_paired paired[DW_METRICS];
  bool compare = e->rows->other != NULL, whole = at->window == SIZE_MAX && at->by == SIZE_MAX;
  dw_resampling how = e->how;
  how.stream = whole ? 0 : ++w->stream;
  judge(&first, e, at, false);
  dw_intervals(first.metrics, &first.rows, e->wanted, &first.values, &how, interval);
  if (compare) {
    judge(&second, e, at, true);
    dw_intervals_paired(&(dw_side){&first.rows, first.metrics, &first.values}, &(dw_side){&second.rows, second.metrics, &second.values},
                        e->wanted, &how, paired);
  }
  dw_status status = DW_OK;
  for (int m = 0; m < DW_METRICS && status == DW_OK; m++) {
    if (!e->wanted[m] || !dw_metric_applies((dw_metric)m, e->rows->task)) continue;
    status = write_line(w, at, (dw_metric)m, &first, compare ? &second : NULL, interval, paired, err);
    if (!whole) continue;
    keep_figures(w, (dw_metric)m, &first, compare ? &second : NULL, interval, paired);
    if (!isnan(first.values.value[m])) ++*w->computed;
  }
  drop(&first);
  if (compare) drop(&second);
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

dw_status dw_evaluate(const dw_evaluation *e, dw_figures *figures, size_t *computed, dw_err *err)
{
  const dw_outcomes *rows = e->rows;
  work w = {.e = e, .figures = figures, .computed = computed};
  *computed = 0;
  for (size_t by = 0; by < rows->options.by_count; by++)
    if (rows->segments[by].count > SEGMENTS_MOST)
      return dw_err_set(err, DW_EDATA, "--by: column \"%s\" has more than %d different values", rows->options.by[by], SEGMENTS_MOST);
  dw_status status = DW_OK;
  for (size_t k = 0; e->windows && k < e->chunks->count && status == DW_OK; k++) {
    place at = {e->chunks->order + e->chunks->chunk[k].first, e->chunks->chunk[k].count, k, SIZE_MAX, 0};
    status = evaluate_place(&w, &at, err);
    if (status == DW_OK) status = evaluate_segments(&w, &at, err);
  }
  place all = {e->chunks->order, rows->rows, SIZE_MAX, SIZE_MAX, 0};
  if (status == DW_OK) status = evaluate_segments(&w, &all, err);
  if (status == DW_OK) status = evaluate_place(&w, &all, err);
  dw_buf_free(&w.line);
  return status;
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
