#include "model/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "io/json.h"

void dw_outcomes_init(dw_outcomes *rows, const dw_outcome_options *options)
{
  *rows = (dw_outcomes){.options = *options};
  dw_map_init(&rows->texts);
  rows->segment = dw_alloc_zero(options->by_count, sizeof *rows->segment);
  rows->segments = dw_alloc_zero(options->by_count, sizeof *rows->segments);
  for (size_t b = 0; b < options->by_count; b++) dw_map_init(&rows->segments[b]);
}

bool dw_outcomes_wants(void *context, const char *name, size_t length)
{
  const dw_outcome_options *o = context;
  const char *const own[] = {o->label, o->score, o->other, o->prediction, o->time};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (own[i] && dw_text_equal(name, length, own[i])) return true;
  for (size_t b = 0; b < o->by_count; b++)
    if (dw_text_equal(name, length, o->by[b])) return true;
  return false;
}

static const dw_batch_column *find(const dw_reader *reader, const dw_batch *batch, const char *name)
{
  for (size_t i = 0; name && i < batch->column_count; i++)
    if (strcmp(dw_reader_column_name(reader, batch->columns[i].id), name) == 0) return &batch->columns[i];
  return NULL;
}

static dw_tag tag_of(const dw_batch_column *column, size_t row) { return column ? (dw_tag)column->tags[row] : DW_ABSENT; }

static dw_status wrong(const dw_batch *batch, size_t row, const char *column, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, batch->name, 0, 0, "record %llu: field \"%s\" %s", (unsigned long long)(batch->first_row + row + 1), column, what);
}

/* A label or prediction; NaN: missing. */
static dw_status read_class(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name, double *out, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  *out = NAN;
  switch (tag) {
  case DW_ABSENT:
  case DW_NULL: return DW_OK;
  case DW_INTEGER:
  case DW_REAL:
    *out = column->cells[row].number;
    if (isinf(*out)) *out = NAN;
    rows->numbers = true;
    break;
  case DW_FALSE:
  case DW_TRUE:
    *out = tag == DW_TRUE;
    rows->booleans = true;
    break;
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    size_t length;
    const char *text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
    *out = dw_map_intern(&rows->texts, text, length);
    rows->strings = true;
    break;
  }
  default: return wrong(batch, row, name, "is an array; a label is a number, a string or a boolean", err);
  }
  if (rows->strings && (rows->numbers || rows->booleans))
    return wrong(batch, row, name, "mixes strings with numbers or booleans among labels and predictions", err);
  return DW_OK;
}

/* A score of width numbers to out; *missing when there is none. */
static dw_status read_score(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name, double **array,
                            bool *missing, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  double one;
  const double *value = &one;
  size_t width = 1;
  if (tag == DW_INTEGER || tag == DW_REAL) {
    one = column->cells[row].number;
  } else if (tag == DW_FALSE || tag == DW_TRUE) {
    one = tag == DW_TRUE;
  } else if (tag == DW_VECTOR && column->cells[row].text.length) {
    value = batch->pool + column->cells[row].text.offset;
    width = column->cells[row].text.length;
  } else if (tag == DW_ABSENT || tag == DW_NULL) {
    *missing = true;
    return DW_OK;
  } else {
    return wrong(batch, row, name, "is not a number, nor an array of numbers", err);
  }
  if (rows->width && rows->width != width) return wrong(batch, row, name, "has another number of components than scores before", err);
  if (!rows->width) {
    rows->width = width;
    rows->score = dw_realloc_array(rows->score, rows->capacity * width, sizeof(double));
    if (rows->options.other) rows->other = dw_realloc_array(rows->other, rows->capacity * width, sizeof(double));
    array = array == &rows->other ? &rows->other : &rows->score;
  }
  for (size_t k = 0; k < width; k++) {
    if (!isfinite(value[k])) *missing = true;
    (*array)[rows->rows * width + k] = value[k];
  }
  return DW_OK;
}

static dw_status read_instant(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  if (tag == DW_INTEGER || tag == DW_REAL) { /* Unix times: seconds reach 1e11 in the year 5138, milliseconds 1e14 */
    double number = column->cells[row].number, size = fabs(number);
    if (size < 1e17) {
      rows->instant[rows->rows] = (int64_t)floor(size < 1e11 ? number * 1e6 : size < 1e14 ? number * 1e3 : number);
      return DW_OK;
    }
  } else if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    size_t length;
    const char *text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
    if (dw_time_parse(text, length, &rows->instant[rows->rows])) return DW_OK;
  }
  return wrong(batch, row, rows->options.time, "is not a time, such as 2026-01-31T09:30:00Z or seconds since 1970", err);
}

static void read_segment(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, size_t by)
{
  dw_tag tag = tag_of(column, row);
  char number[DW_NUM_TEXT];
  const char *text = tag == DW_TRUE ? "true" : tag == DW_FALSE ? "false" : "null";
  size_t length = strlen(text);
  if (tag == DW_INTEGER || tag == DW_REAL) {
    length = dw_num_print(number, column->cells[row].number);
    text = number;
  } else if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
  }
  rows->segment[by][rows->rows] = dw_map_intern(&rows->segments[by], text, length);
}

static void *grown(void *array, bool wanted, size_t count, size_t size) { return wanted ? dw_realloc_array(array, count, size) : NULL; }

static dw_status make_room(dw_outcomes *rows, size_t need, dw_err *err)
{
  if (need <= rows->capacity) return DW_OK;
  size_t capacity = rows->capacity * 2 > need ? rows->capacity * 2 : need, width = rows->width ? rows->width : 1;
  size_t bytes = (2 * width + 4 + rows->options.by_count) * 8; /* a row's share, what evaluation copies included */
  if (rows->options.memory && capacity * bytes > rows->options.memory) capacity = need;
  if (rows->options.memory && capacity * bytes > rows->options.memory)
    return dw_err_set(err, DW_ENODATA, "%llu rows do not fit into the %llu bytes of --memory: raise it, or evaluate parts", (unsigned long long)need,
                      (unsigned long long)rows->options.memory);
  const dw_outcome_options *o = &rows->options;
  rows->label = grown(rows->label, true, capacity, sizeof(double));
  rows->prediction = grown(rows->prediction, o->prediction, capacity, sizeof(double));
  rows->score = grown(rows->score, o->score, capacity * width, sizeof(double));
  rows->other = grown(rows->other, o->other, capacity * width, sizeof(double));
  rows->instant = grown(rows->instant, o->time, capacity, sizeof(int64_t));
  for (size_t b = 0; b < o->by_count; b++) rows->segment[b] = grown(rows->segment[b], true, capacity, sizeof(uint32_t));
  rows->source = grown(rows->source, true, capacity, sizeof(uint32_t));
  rows->capacity = capacity;
  return DW_OK;
}

typedef struct columns {
  const dw_batch_column *label, *score, *other, *prediction, *time;
} columns;

static dw_status add_row(dw_outcomes *rows, const dw_batch *batch, const columns *at, size_t row, bool *take, dw_err *err)
{
  const dw_outcome_options *o = &rows->options;
  bool no_score = false, no_label = false, no_prediction = false;
  dw_status status = DW_OK;
  rows->label[rows->rows] = NAN;
  if (o->label) status = read_class(rows, batch, at->label, row, o->label, &rows->label[rows->rows], err);
  if (status == DW_OK && o->score) status = read_score(rows, batch, at->score, row, o->score, &rows->score, &no_score, err);
  if (status == DW_OK && o->other) status = read_score(rows, batch, at->other, row, o->other, &rows->other, &no_score, err);
  if (status == DW_OK && o->prediction) {
    status = read_class(rows, batch, at->prediction, row, o->prediction, &rows->prediction[rows->rows], err);
    no_prediction = isnan(rows->prediction[rows->rows]);
  }
  if (status == DW_OK && o->time) status = read_instant(rows, batch, at->time, row, err);
  no_label = !o->unlabelled && isnan(rows->label[rows->rows]);
  rows->without_label += no_label;
  rows->without_score += no_score && !no_label;
  rows->without_prediction += no_prediction && !no_score && !no_label;
  *take = !no_label && !no_score && !no_prediction;
  return status;
}

dw_status dw_outcomes_add(dw_outcomes *rows, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_outcome_options *o = &rows->options;
  columns at = {find(reader, batch, o->label), find(reader, batch, o->score), find(reader, batch, o->other), find(reader, batch, o->prediction),
                find(reader, batch, o->time)};
  dw_status status = make_room(rows, rows->rows + batch->rows, err);
  for (size_t row = 0; status == DW_OK && row < batch->rows; row++) {
    bool take;
    status = add_row(rows, batch, &at, row, &take, err);
    rows->source[rows->rows] = (uint32_t)rows->all_rows++;
    if (status != DW_OK || !take) continue;
    for (size_t b = 0; b < o->by_count; b++) read_segment(rows, batch, find(reader, batch, o->by[b]), row, b);
    rows->rows++;
  }
  return status;
}

/* --- classes --- */


/* The distinct numbers of an array without its NaN, ascending, up to `most`; returns how many (most + 1: more). */
static size_t distinct(const double *x, size_t n, double *found, size_t count, size_t most)
{
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) continue;
    size_t low = 0, high = count;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (found[middle] < x[i])
        low = middle + 1;
      else
        high = middle;
    }
    if (low < count && found[low] == x[i]) continue;
    if (count == most) return most + 1;
    memmove(found + low + 1, found + low, (count - low) * sizeof *found);
    found[low] = x[i];
    count++;
  }
  return count;
}

enum { CLASSES_MOST = 1000 };

/* The values of the classes in order; strings as indices into texts. */
static size_t list_classes(const dw_outcomes *rows, double *value)
{
  size_t count = distinct(rows->label, rows->rows, value, 0, CLASSES_MOST);
  if (rows->prediction && count <= CLASSES_MOST) count = distinct(rows->prediction, rows->rows, value, count, CLASSES_MOST);
  if (!rows->strings || count > CLASSES_MOST) return count;
  for (size_t i = 1; i < count; i++) { /* by their bytes */
    double x = value[i];
    size_t k = i;
    for (; k > 0; k--) {
      const dw_map_key *a = &rows->texts.keys[(size_t)value[k - 1]], *b = &rows->texts.keys[(size_t)x];
      size_t shorter = a->length < b->length ? a->length : b->length;
      int order = memcmp(a->text, b->text, shorter);
      if (order < 0 || (order == 0 && a->length < b->length)) break;
      value[k] = value[k - 1];
    }
    value[k] = x;
  }
  return count;
}

static char *class_text(const dw_outcomes *rows, double value)
{
  dw_buf out = {0};
  if (rows->strings)
    dw_json_quote(&out, rows->texts.keys[(size_t)value].text, rows->texts.keys[(size_t)value].length);
  else if (rows->booleans && !rows->numbers)
    dw_buf_text(&out, value != 0 ? "true" : "false");
  else
    dw_buf_number(&out, value);
  char *text = dw_strdup(dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

static bool is_class(const dw_outcomes *rows, double value, const char *text)
{
  if (rows->strings) return dw_text_equal(rows->texts.keys[(size_t)value].text, rows->texts.keys[(size_t)value].length, text);
  if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) return value == (strcmp(text, "true") == 0);
  double number;
  return dw_num_parse(text, strlen(text), &number, NULL) && number == value;
}

static uint32_t class_index(const double *value, size_t count, double x)
{
  for (size_t k = 0; k < count; k++)
    if (value[k] == x) return (uint32_t)k;
  return UINT32_MAX;
}

/* A binary task has a negative and a positive class, although one of them may not occur. */
static dw_status set_binary(dw_outcomes *rows, const dw_class_options *how, double *value, size_t *count, dw_err *err)
{
  if (*count > 2) return dw_err_set(err, DW_EDATA, "a binary task with %llu different labels or predictions", (unsigned long long)*count);
  if (*count == 0) { /* neither labels nor predictions: estimates need the names only */
    value[0] = rows->strings ? NAN : 0;
    value[1] = rows->strings ? NAN : 1;
  } else if (how->positive) {
    size_t k = 0;
    while (k < *count && !is_class(rows, value[k], how->positive)) k++;
    if (k == *count && *count == 2) return dw_err_set(err, DW_EDATA, "--positive: no label is \"%s\"", how->positive);
    if (k == 0 && *count == 2) { /* the positive class is the second */
      double first = value[0];
      value[0] = value[1];
      value[1] = first;
    }
    if (*count == 1) { /* the one there is stands on its side, and beside it one that never occurs */
      double one = value[0];
      value[k == 0] = one;
      value[k != 0] = rows->strings ? NAN : one == 0 ? 1 : 0;
    }
  } else if (*count == 1) {
    if (rows->strings || (value[0] != 0 && value[0] != 1))
      return dw_err_set(err, DW_ENODATA, "labels of one class only; say with --positive which label is positive");
    value[0] = 0;
    value[1] = 1;
  }
  *count = 2;
  return DW_OK;
}

/* Vector scores have a place for each class; labels that are whole numbers below the width are the places. */
static dw_status set_multiclass(dw_outcomes *rows, double *value, size_t *count, dw_err *err)
{
  size_t width = rows->score && rows->width > 1 ? rows->width : 0;
  if (!width || width == *count) return DW_OK;
  bool places = !rows->strings && *count < width && width <= CLASSES_MOST;
  for (size_t k = 0; k < *count; k++) places = places && value[k] >= 0 && value[k] < (double)width && value[k] == floor(value[k]);
  if (!places)
    return dw_err_set(err, DW_EDATA, "scores have %llu components, but there are %llu classes", (unsigned long long)width, (unsigned long long)*count);
  for (size_t k = 0; k < width; k++) value[k] = (double)k;
  *count = width;
  return DW_OK;
}

static dw_task tell_task(const dw_outcomes *rows, size_t count)
{
  if (rows->width > 2 || (count > 2 && rows->width == 2)) return DW_TASK_MULTICLASS;
  if (rows->strings) return count > 2 ? DW_TASK_MULTICLASS : DW_TASK_BINARY;
  return count > 2 ? DW_TASK_REGRESSION : DW_TASK_BINARY;
}

static void keep_second(double *score, size_t rows)
{
  for (size_t i = 0; score && i < rows; i++) score[i] = score[2 * i + 1];
}

static void predict(dw_outcomes *rows, const double *value, double cut)
{
  bool own = rows->prediction, scored = rows->score && (rows->task == DW_TASK_BINARY || rows->width == rows->classes);
  if (!own && !scored) return;
  rows->predicted = dw_alloc_array(rows->rows, sizeof *rows->predicted);
  for (size_t i = 0; i < rows->rows; i++) {
    if (own) {
      rows->predicted[i] = class_index(value, rows->classes, rows->prediction[i]);
    } else if (rows->task == DW_TASK_BINARY) {
      rows->predicted[i] = rows->score[i] >= cut;
    } else {
      const double *p = rows->score + i * rows->width;
      rows->predicted[i] = 0;
      for (uint32_t k = 1; k < rows->classes; k++)
        if (p[k] > p[rows->predicted[i]]) rows->predicted[i] = k;
    }
  }
}

static dw_status set_regression(dw_outcomes *rows, dw_err *err)
{
  if (rows->strings) return dw_err_set(err, DW_EDATA, "a regression needs labels that are numbers; these are strings");
  if (rows->score && rows->width > 1) return dw_err_set(err, DW_EDATA, "a regression has scores of one number; these are arrays");
  if (rows->score || !rows->prediction) return DW_OK;
  rows->score = dw_alloc_array(rows->capacity, sizeof *rows->score); /* the prediction is what was scored */
  rows->width = 1;
  memcpy(rows->score, rows->prediction, rows->rows * sizeof *rows->score);
  return DW_OK;
}

dw_status dw_outcomes_classes(dw_outcomes *rows, const dw_class_options *how, dw_err *err)
{
  if (rows->rows == 0) {
    const char *why = rows->all_rows == 0 ? "no records" : rows->without_label ? "no record has a label" : "no record has a score";
    return dw_err_set(err, DW_ENODATA, "%s", why);
  }
  double *value = dw_alloc_array(CLASSES_MOST + 1, sizeof *value), labels[2];
  size_t count = list_classes(rows, value);
  rows->task = how->task_given ? how->task : tell_task(rows, distinct(rows->label, rows->rows, labels, 0, 2));
  dw_status status = DW_OK;
  if (rows->task == DW_TASK_REGRESSION) {
    status = set_regression(rows, err);
    dw_free(value);
    return status;
  }
  if (count > CLASSES_MOST) status = dw_err_set(err, DW_EDATA, "more than %d different labels are not classes", CLASSES_MOST);
  if (status == DW_OK) status = rows->task == DW_TASK_BINARY ? set_binary(rows, how, value, &count, err) : set_multiclass(rows, value, &count, err);
  if (status == DW_OK && rows->task == DW_TASK_BINARY && rows->width > 2)
    status = dw_err_set(err, DW_EDATA, "a binary task has scores of one number, or of two; these have %llu", (unsigned long long)rows->width);
  if (status == DW_OK && rows->task == DW_TASK_MULTICLASS && rows->score && rows->width == 1)
    status = dw_err_set(err, DW_EDATA, "a task of %llu classes needs scores that are arrays, one number a class; predictions alone do without --score",
                        (unsigned long long)count);
  if (status != DW_OK) {
    dw_free(value);
    return status;
  }
  if (rows->task == DW_TASK_BINARY && rows->width == 2) {
    keep_second(rows->score, rows->rows);
    keep_second(rows->other, rows->rows);
    rows->width = 1;
  }
  rows->classes = count;
  rows->class_name = dw_alloc_array(count, sizeof *rows->class_name);
  for (size_t k = 0; k < count; k++) rows->class_name[k] = isnan(value[k]) ? dw_strdup("null") : class_text(rows, value[k]);
  rows->class_of = dw_alloc_array(rows->rows, sizeof *rows->class_of);
  for (size_t i = 0; i < rows->rows; i++) rows->class_of[i] = isnan(rows->label[i]) ? UINT32_MAX : class_index(value, count, rows->label[i]);
  predict(rows, value, how->cut);
  rows->positive = rows->task == DW_TASK_BINARY ? value[1] : NAN;
  dw_free(value);
  return DW_OK;
}

void dw_outcomes_positive(const dw_outcomes *rows, dw_buf *out)
{
  if (!rows->strings)
    dw_buf_number(out, rows->positive);
  else if (!isnan(rows->positive))
    dw_buf_add(out, rows->texts.keys[(size_t)rows->positive].text, rows->texts.keys[(size_t)rows->positive].length);
}

void dw_outcomes_free(dw_outcomes *rows)
{
  dw_free(rows->label);
  dw_free(rows->prediction);
  dw_free(rows->score);
  dw_free(rows->other);
  dw_free(rows->instant);
  dw_free(rows->source);
  for (size_t b = 0; b < rows->options.by_count; b++) {
    dw_free(rows->segment[b]);
    dw_map_free(&rows->segments[b]);
  }
  dw_free(rows->segment);
  dw_free(rows->segments);
  dw_map_free(&rows->texts);
  for (size_t k = 0; rows->class_name && k < rows->classes; k++) dw_free(rows->class_name[k]);
  dw_free(rows->class_name);
  dw_free(rows->class_of);
  dw_free(rows->predicted);
  dw_buf_free(&rows->scratch);
  *rows = (dw_outcomes){0};
}
