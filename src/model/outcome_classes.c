/* The second half of outcome.h: which classes the labels, predictions and scores speak of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "io/json.h"
#include "model/outcome.h"

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

/* The values of the classes in order; strings as indices into texts. */
static size_t list_classes(const dw_outcomes *rows, double *value)
{
  size_t count = distinct(rows->label, rows->rows, value, 0, DW_TASK_MOST_CLASSES);
  if (rows->prediction && count <= DW_TASK_MOST_CLASSES) count = distinct(rows->prediction, rows->rows, value, count, DW_TASK_MOST_CLASSES);
  if (!rows->strings || count > DW_TASK_MOST_CLASSES) return count;
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
  bool places = !rows->strings && *count < width && width <= DW_TASK_MOST_CLASSES;
  for (size_t k = 0; k < *count; k++) places = places && value[k] >= 0 && value[k] < (double)width && value[k] == floor(value[k]);
  if (!places)
    return dw_err_set(err, DW_EDATA, "scores have %llu components, but there are %llu classes", (unsigned long long)width,
                      (unsigned long long)*count);
  for (size_t k = 0; k < width; k++) value[k] = (double)k;
  *count = width;
  return DW_OK;
}

/* By the rule of model/task.h; scores that are arrays speak of classes too. */
static dw_task tell_task(const dw_outcomes *rows)
{
  double label[DW_TASK_NUMBERS + 1];
  size_t count = distinct(rows->label, rows->rows, label, 0, DW_TASK_NUMBERS + 1);
  if (rows->width > 2 || (count > 2 && rows->width == 2)) return DW_TASK_MULTICLASS;
  return rows->strings ? dw_task_of_classes(count) : dw_task_of_numbers(label, count);
}

static void keep_second(double *score, size_t rows)
{
  for (size_t i = 0; score && i < rows; i++) score[i] = score[2 * i + 1];
}

void dw_outcomes_predict(const dw_outcomes *rows, const double *score, size_t count, double cut, uint32_t *out)
{
  for (size_t i = 0; i < count; i++) {
    const double *p = score + i * rows->width;
    out[i] = rows->task == DW_TASK_BINARY && p[0] >= cut;
    for (uint32_t k = 1; k < rows->width; k++)
      if (p[k] > p[out[i]]) out[i] = k;
  }
}

static void predict(dw_outcomes *rows, const double *value, double cut)
{
  bool scored = rows->score && (rows->task == DW_TASK_BINARY || rows->width == rows->classes);
  if (!rows->prediction && !scored) return;
  rows->predicted = dw_alloc_array(rows->rows, sizeof *rows->predicted);
  if (!rows->prediction) dw_outcomes_predict(rows, rows->score, rows->rows, cut, rows->predicted);
  for (size_t i = 0; rows->prediction && i < rows->rows; i++) rows->predicted[i] = class_index(value, rows->classes, rows->prediction[i]);
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

/* The classes of another side, as values here: strings have another index. */
static dw_status take_classes(dw_outcomes *rows, const dw_outcomes *like, double *value, dw_err *err)
{
  bool here = rows->strings, values = rows->strings || rows->numbers || rows->booleans;
  if (values && like->strings != here)
    return dw_err_set(err, DW_EDATA, "predictions are %s here, and labels %s in the reference", here ? "strings" : "numbers",
                      here ? "numbers" : "strings");
  rows->strings = like->strings;
  rows->numbers |= like->numbers;
  for (size_t k = 0; k < like->classes; k++) {
    value[k] = like->class_value[k];
    if (!like->strings || isnan(value[k])) continue;
    const dw_map_key *key = &like->texts.keys[(size_t)value[k]];
    value[k] = dw_map_intern(&rows->texts, key->text, key->length);
  }
  for (size_t i = 0; rows->prediction && i < rows->rows; i++) {
    if (class_index(value, like->classes, rows->prediction[i]) != UINT32_MAX) continue;
    char *text = class_text(rows, rows->prediction[i]);
    dw_err_set(err, DW_EDATA, "the prediction %s is none of the reference's classes", text);
    dw_free(text);
    return DW_EDATA;
  }
  if (like->task == DW_TASK_MULTICLASS && rows->score && rows->width != like->classes)
    return dw_err_set(err, DW_EDATA, "scores have %llu components, but the reference has %llu classes", (unsigned long long)rows->width,
                      (unsigned long long)like->classes);
  return DW_OK;
}

static dw_status check_width(const dw_outcomes *rows, size_t classes, dw_err *err)
{
  if (rows->task == DW_TASK_BINARY && rows->width > 2)
    return dw_err_set(err, DW_EDATA, "a binary task has scores of one number, or of two; these have %llu", (unsigned long long)rows->width);
  if (rows->task == DW_TASK_MULTICLASS && rows->score && rows->width == 1)
    return dw_err_set(err, DW_EDATA, "labels of %zu classes need scores that are arrays, one number a class, or predictions without "
                      "--score%s", classes, rows->strings ? "" : "; when they are numbers to be met, say --task regression");
  return DW_OK;
}

/* The classes as values, in order; for a regression none. */
static dw_status find_classes(dw_outcomes *rows, const dw_class_options *how, double *value, size_t *count, dw_err *err)
{
  *count = how->like ? how->like->classes : list_classes(rows, value);
  rows->task = how->like ? how->like->task : how->task_given ? how->task : tell_task(rows);
  if (rows->task == DW_TASK_REGRESSION) {
    *count = 0;
    return set_regression(rows, err);
  }
  if (*count > DW_TASK_MOST_CLASSES)
    return dw_err_set(err, DW_EDATA, "more than %d different labels are not classes", DW_TASK_MOST_CLASSES);
  dw_status status = check_width(rows, *count, err);
  if (status != DW_OK) return status;
  if (how->like) return take_classes(rows, how->like, value, err);
  return rows->task == DW_TASK_BINARY ? set_binary(rows, how, value, count, err) : set_multiclass(rows, value, count, err);
}

static void keep_classes(dw_outcomes *rows, const double *value, double cut)
{
  if (rows->task == DW_TASK_BINARY && rows->width == 2) {
    keep_second(rows->score, rows->rows);
    keep_second(rows->other, rows->rows);
    rows->width = 1;
  }
  rows->class_name = dw_alloc_array(rows->classes, sizeof *rows->class_name);
  for (size_t k = 0; k < rows->classes; k++) rows->class_name[k] = isnan(value[k]) ? dw_strdup("null") : class_text(rows, value[k]);
  rows->class_of = dw_alloc_array(rows->rows, sizeof *rows->class_of);
  for (size_t i = 0; i < rows->rows; i++)
    rows->class_of[i] = isnan(rows->label[i]) ? UINT32_MAX : class_index(value, rows->classes, rows->label[i]);
  predict(rows, value, cut);
}

dw_status dw_outcomes_classes(dw_outcomes *rows, const dw_class_options *how, dw_err *err)
{
  if (rows->rows == 0) {
    const char *why = rows->all_rows == 0 ? "no records" : rows->without_label ? "no record has a label" : "no record has a score";
    return dw_err_set(err, DW_ENODATA, "%s", why);
  }
  rows->class_value = dw_alloc_array(DW_TASK_MOST_CLASSES + 1, sizeof *rows->class_value);
  dw_status status = find_classes(rows, how, rows->class_value, &rows->classes, err);
  if (status != DW_OK) rows->classes = 0;
  if (status == DW_OK && rows->classes) keep_classes(rows, rows->class_value, how->cut);
  return status;
}
