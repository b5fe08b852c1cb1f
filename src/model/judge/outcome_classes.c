/* The second half of outcome.h: which classes the labels, predictions and scores speak of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "io/text/json.h"
#include "model/judge/outcome.h"

/* A double holds every integer below. */
#define WHOLE_MOST 9007199254740992.0

/* The distinct numbers of an array without its NaN, ascending, up to `most`; returns how many (most + 1: more). */
static size_t distinct(const double *x, size_t n, double *found, size_t count, size_t most)
{
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) continue;
    size_t low = 0, high = count;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (found[middle] < x[i]) low = middle + 1;
      else high = middle;
    }
    if (low < count && found[low] == x[i]) continue;
    if (count == most) return most + 1;
    memmove(found + low + 1, found + low, (count - low) * sizeof *found);
    found[low] = x[i];
    count++;
  }
  return count;
}

/* The values that occur in order; texts as their places. */
static size_t list_classes(const dw_outcomes *rows, double *value)
{
  size_t count = distinct(rows->label, rows->rows, value, 0, DW_TASK_MOST_CLASSES);
  if (rows->prediction && count <= DW_TASK_MOST_CLASSES) count = distinct(rows->prediction, rows->rows, value, count, DW_TASK_MOST_CLASSES);
  if (!rows->labels.named || count > DW_TASK_MOST_CLASSES) return count;
  for (size_t i = 1; i < count; i++) { /* by their bytes */
    double x = value[i];
    size_t k = i;
    for (; k > 0; k--) {
      const dw_map_key *a = &rows->labels.classes.keys[(size_t)value[k - 1]], *b = &rows->labels.classes.keys[(size_t)x];
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
  if (rows->labels.named)
    dw_json_quote(&out, rows->labels.classes.keys[(size_t)value].text, rows->labels.classes.keys[(size_t)value].length);
  else if (rows->labels.first_boolean && !rows->labels.first_number) dw_buf_text(&out, value != 0 ? "true" : "false");
  else dw_buf_number(&out, value);
  char *text = dw_strdup(dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

static bool is_class(const dw_outcomes *rows, double value, const char *text)
{
  if (rows->labels.named)
    return dw_text_equal(rows->labels.classes.keys[(size_t)value].text, rows->labels.classes.keys[(size_t)value].length, text);
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
    value[0] = rows->labels.named ? NAN : 0;
    value[1] = rows->labels.named ? NAN : 1;
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
      value[k != 0] = rows->labels.named ? NAN : one == 0 ? 1 : 0;
    }
  } else if (*count == 1) {
    if (rows->labels.named || (value[0] != 0 && value[0] != 1))
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
  if (!width) return DW_OK;
  bool places = !rows->labels.named && *count <= width && width <= DW_TASK_MOST_CLASSES;
  for (size_t k = 0; k < *count; k++) places = places && value[k] >= 0 && value[k] < (double)width && value[k] == floor(value[k]);
  rows->guessed = !places;
  if (!places && width != *count)
    return dw_err_set(err, DW_EDATA,
                      "scores have %llu components, but there are %llu classes among the labels; --classes says which the scores are of",
                      (unsigned long long)width, (unsigned long long)*count);
  for (size_t k = 0; places && k < width; k++) value[k] = (double)k;
  *count = width;
  return DW_OK;
}

/* By the rule of model/encode/task.h; scores that are arrays speak of classes too. */
static dw_task tell_task(const dw_outcomes *rows)
{
  double label[DW_TASK_NUMBERS + 1];
  size_t count = distinct(rows->label, rows->rows, label, 0, DW_TASK_NUMBERS + 1);
  if (rows->width > 2 || (count > 2 && rows->width == 2)) return DW_TASK_MULTICLASS;
  return rows->labels.named ? dw_task_of_classes(count) : dw_task_of_numbers(label, count);
}

/* --- kinds that do not go together, although each can be read --- */

static bool only_flags(const double *x, size_t n)
{
  bool seen[2] = {false};
  for (size_t i = 0; x && i < n; i++) {
    if (isnan(x[i])) continue;
    if (x[i] != 0 && x[i] != 1) return false;
    seen[x[i] == 1] = true;
  }
  return x && seen[0] && seen[1];
}

static bool any_but(const double *x, size_t n, bool fractions)
{
  for (size_t i = 0; x && i < n; i++)
    if (!isnan(x[i]) && (fractions ? x[i] != floor(x[i]) : x[i] != 0 && x[i] != 1)) return true;
  return false;
}

static dw_status check_numbers(const dw_outcomes *rows, dw_err *err)
{
  if (rows->labels.first_boolean && (any_but(rows->label, rows->rows, false) || any_but(rows->prediction, rows->rows, false))) {
    dw_buf kinds = {0};
    dw_labels_describe(&rows->labels, &kinds);
    dw_err_set(err, DW_EDATA, "labels and predictions are %s: booleans are 0 and 1, and there are other numbers", dw_buf_cstr(&kinds));
    dw_buf_free(&kinds);
    return DW_EDATA;
  }
  bool label = only_flags(rows->label, rows->rows), told = only_flags(rows->prediction, rows->rows);
  if ((label && any_but(rows->prediction, rows->rows, true)) || (told && any_but(rows->label, rows->rows, true)))
    return dw_err_set(err, DW_EDATA, "%s are the two classes 0 and 1, and %s numbers that are none: nothing tells what is right",
                      label ? "labels" : "predictions", label ? "predictions" : "labels");
  return DW_OK;
}

/* Labels and predictions of two classes or more each, none in common: they are written in two ways. */
static bool are_strange(const dw_outcomes *rows)
{
  enum { FEW = DW_TASK_MOST_CLASSES };
  if (!rows->prediction) return false;
  double *label = dw_alloc_array(2 * FEW, sizeof *label), *told = label + FEW;
  size_t labels = distinct(rows->label, rows->rows, label, 0, FEW), predictions = distinct(rows->prediction, rows->rows, told, 0, FEW);
  bool strange = labels >= 2 && predictions >= 2 && labels <= FEW && predictions <= FEW;
  for (size_t k = 0; strange && k < labels; k++) strange = class_index(told, predictions, label[k]) == UINT32_MAX;
  dw_free(label);
  return strange;
}

/* "0" and "1" against "true" and "false" are what CSV reads as numbers and booleans. */
static dw_status check_met(dw_outcomes *rows, dw_err *err)
{
  if (!are_strange(rows)) return DW_OK;
  if (rows->labels.named && dw_labels_to_numbers(&rows->labels)) {
    dw_labels_renumber(&rows->labels, rows->label, rows->rows);
    dw_labels_renumber(&rows->labels, rows->prediction, rows->rows);
    return check_met(rows, err);
  }
  double label[2], told[2];
  distinct(rows->label, rows->rows, label, 0, 1);
  distinct(rows->prediction, rows->rows, told, 0, 1);
  char *one = class_text(rows, label[0]), *other = class_text(rows, told[0]);
  dw_err_set(err, DW_EDATA, "labels (such as %s) and predictions (such as %s) have no class in common: write them alike", one, other);
  dw_free(one);
  dw_free(other);
  return DW_EDATA;
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
  bool scored = rows->score && (rows->task == DW_TASK_BINARY || rows->width == rows->known);
  if (!rows->prediction && !scored) return;
  rows->predicted = dw_alloc_array(rows->rows, sizeof *rows->predicted);
  if (!rows->prediction) dw_outcomes_predict(rows, rows->score, rows->rows, cut, rows->predicted);
  for (size_t i = 0; rows->prediction && i < rows->rows; i++) rows->predicted[i] = class_index(value, rows->classes, rows->prediction[i]);
}

static dw_status set_regression(dw_outcomes *rows, dw_err *err)
{
  if (rows->labels.named) return dw_err_set(err, DW_EDATA, "a regression needs labels that are numbers; these are strings");
  if (rows->score && rows->width > 1) return dw_err_set(err, DW_EDATA, "a regression has scores of one number; these are arrays");
  if (rows->score || !rows->prediction) return DW_OK;
  rows->score = dw_alloc_array(rows->capacity, sizeof *rows->score); /* the prediction is what was scored */
  rows->width = 1;
  memcpy(rows->score, rows->prediction, rows->rows * sizeof *rows->score);
  return DW_OK;
}

/* --- the model's own classes --- */

static dw_status no_match(const dw_outcomes *rows, const dw_class_list *list, dw_err *err)
{
  dw_buf kinds = {0}, classes = {0};
  dw_labels_describe(&rows->labels, &kinds);
  dw_class_list_print(list, &classes);
  dw_err_set(err, DW_EDATA, "labels and predictions cannot be matched with the model's classes, %s: together they are %s",
             dw_buf_cstr(&classes), dw_buf_cstr(&kinds));
  dw_buf_free(&kinds);
  dw_buf_free(&classes);
  return DW_EDATA;
}

/* The values of the model's classes among the labels; either side may have to be read as numbers for it. */
static dw_status take_list(dw_outcomes *rows, const dw_class_list *list, double *value, dw_err *err)
{
  if (list->count > DW_TASK_MOST_CLASSES) return dw_err_set(err, DW_EDATA, "more than %d classes", DW_TASK_MOST_CLASSES);
  for (size_t k = 0; k < list->count; k++) {
    bool named = rows->labels.named;
    double x = dw_class_item_value(&list->item[k], &rows->labels);
    if (named && !rows->labels.named) {
      dw_labels_renumber(&rows->labels, rows->label, rows->rows);
      if (rows->prediction) dw_labels_renumber(&rows->labels, rows->prediction, rows->rows);
      dw_labels_renumber(&rows->labels, value, k);
    }
    if (isnan(x)) return no_match(rows, list, err);
    value[k] = x;
  }
  for (size_t k = 0; k < list->count; k++)
    if (class_index(value, k, value[k]) != UINT32_MAX)
      return dw_err_set(err, DW_EDATA, "the model's classes %s and %s are one class among these labels",
                        list->item[class_index(value, k, value[k])].json, list->item[k].json);
  return DW_OK;
}

/* --positive among the model's two: scores are of the second. */
static dw_status check_positive(const dw_outcomes *rows, const dw_class_options *how, const dw_class_list *list, double *value, dw_err *err)
{
  if (!how->positive || list->count != 2 || is_class(rows, value[1], how->positive)) return DW_OK;
  if (!is_class(rows, value[0], how->positive))
    return dw_err_set(err, DW_EDATA, "--positive: the model's classes are %s and %s, not \"%s\"", list->item[0].json, list->item[1].json,
                      how->positive);
  if (rows->score)
    return dw_err_set(err, DW_EDATA, "--positive %s: the scores are those of the model's second class, %s", how->positive,
                      list->item[1].json);
  double first = value[0];
  value[0] = value[1];
  value[1] = first;
  return DW_OK;
}

/* Behind the model's classes those that only labels and predictions have, in order. */
static size_t add_strangers(const dw_outcomes *rows, double *value, size_t known)
{
  double *seen = dw_alloc_array(DW_TASK_MOST_CLASSES + 1, sizeof *seen);
  size_t count = known, found = list_classes(rows, seen);
  for (size_t k = 0; k < found && k < DW_TASK_MOST_CLASSES && count <= DW_TASK_MOST_CLASSES; k++)
    if (class_index(value, known, seen[k]) == UINT32_MAX) value[count++] = seen[k];
  dw_free(seen);
  return found > DW_TASK_MOST_CLASSES ? DW_TASK_MOST_CLASSES + 1 : count;
}

static bool any_known(const dw_outcomes *rows, const double *value)
{
  for (size_t i = 0; i < rows->rows; i++)
    if (class_index(value, rows->known, rows->label[i]) != UINT32_MAX || isnan(rows->label[i])) return true;
  return false;
}

static dw_status check_list(const dw_outcomes *rows, const dw_class_options *how, const dw_class_list *list, dw_err *err)
{
  size_t width = rows->score ? rows->width : 0;
  if (how->task_given && how->task == DW_TASK_BINARY && list->count != 2)
    return dw_err_set(err, DW_EDATA, "a binary task has two classes; the model has %zu", list->count);
  if (width && (list->count == 2 ? width > 2 : width != list->count))
    return dw_err_set(err, DW_EDATA, "scores have %zu component%s, but the model has %zu classes", width, width > 1 ? "s" : "",
                      list->count);
  return DW_OK;
}

static dw_status check_width(const dw_outcomes *rows, size_t classes, dw_err *err)
{
  if (rows->task == DW_TASK_BINARY && rows->width > 2)
    return dw_err_set(err, DW_EDATA, "a binary task has scores of one number, or of two; these have %llu", (unsigned long long)rows->width);
  if (rows->task == DW_TASK_MULTICLASS && rows->score && rows->width == 1)
    return dw_err_set(err, DW_EDATA,
                      "labels of %zu classes need scores that are arrays, one number a class, or predictions without "
                      "--score%s",
                      classes, rows->labels.named ? "" : "; when they are numbers to be met, say --task regression");
  return DW_OK;
}

static dw_status set_known(dw_outcomes *rows, const dw_class_options *how, const dw_class_list *list, double *value, size_t *count,
                           dw_err *err)
{
  rows->task = list->count == 2 && !(how->task_given && how->task == DW_TASK_MULTICLASS) ? DW_TASK_BINARY : DW_TASK_MULTICLASS;
  if (how->like) rows->task = how->like->task;
  dw_status status = check_list(rows, how, list, err);
  if (status == DW_OK) status = check_width(rows, list->count, err);
  if (status == DW_OK) status = take_list(rows, list, value, err);
  if (status == DW_OK) status = check_positive(rows, how, list, value, err);
  if (status != DW_OK) return status;
  rows->known = list->count;
  *count = add_strangers(rows, value, rows->known);
  if (*count >= rows->known + 2 && !any_known(rows, value)) return no_match(rows, list, err);
  if (*count > DW_TASK_MOST_CLASSES)
    return dw_err_set(err, DW_EDATA, "more than %d different labels are not classes", DW_TASK_MOST_CLASSES);
  if (!how->like || !rows->options.unlabelled || *count == rows->known) return DW_OK; /* with labels, strangers are errors of the model */
  char *text = class_text(rows, value[rows->known]);
  dw_err_set(err, DW_EDATA, "the prediction %s is none of the reference's classes", text);
  dw_free(text);
  return DW_EDATA;
}

/* What the records say. */
static dw_status list_told(const dw_outcomes *rows, dw_class_list *list, dw_err *err)
{
  dw_err inner = {0};
  if (rows->told[0] == '[' && dw_class_list_parse(list, rows->told, strlen(rows->told), &inner) == DW_OK) return DW_OK;
  return dw_err_set(err, DW_EDATA, "the field \"%s\" is no list of classes, such as [\"a\",\"b\"]: %s%s%s", rows->told_by[0], rows->told,
                    inner.message[0] ? ": " : "", inner.message);
}

/* The classes of another side, as a list. */
static dw_status list_like(const dw_outcomes *rows, const dw_outcomes *like, dw_class_list *list, dw_err *err)
{
  dw_buf text = {0};
  if (rows->told && like->told && strcmp(rows->told, like->told) != 0)
    return dw_err_set(err, DW_EDATA, "scores are of the classes %s here, and %s in the reference", rows->told, like->told);
  for (size_t k = 0; k < like->known; k++)
    if (isnan(like->class_value[k]))
      return dw_err_set(err, DW_ENODATA, "the reference has labels of one class only: nothing to estimate from");
  for (size_t k = 0; k < like->known; k++) dw_buf_format(&text, "%c%s", k ? ',' : '[', like->class_name[k]);
  dw_buf_char(&text, ']');
  dw_status status = dw_class_list_parse(list, text.data, text.length, err);
  dw_buf_free(&text);
  return status;
}

/* The classes as values, in order; for a regression none. list: the model's, empty when neither model nor user says them. */
static dw_status find_classes(dw_outcomes *rows, const dw_class_options *how, const dw_class_list *list, double *value, size_t *count,
                              dw_err *err)
{
  bool regression = how->like ? how->like->task == DW_TASK_REGRESSION : how->task_given && how->task == DW_TASK_REGRESSION;
  dw_status status = rows->labels.named ? DW_OK : check_numbers(rows, err);
  if (status != DW_OK) return status;
  if (list->count && !regression) return set_known(rows, how, list, value, count, err);
  if (!regression && tell_task(rows) != DW_TASK_REGRESSION) status = check_met(rows, err);
  if (status != DW_OK) return status;
  *count = list_classes(rows, value);
  rows->task = regression ? DW_TASK_REGRESSION : how->task_given ? how->task : tell_task(rows);
  if (rows->task == DW_TASK_REGRESSION) {
    *count = 0;
    return set_regression(rows, err);
  }
  if (*count > DW_TASK_MOST_CLASSES)
    return dw_err_set(err, DW_EDATA, "more than %d different labels are not classes", DW_TASK_MOST_CLASSES);
  for (size_t k = 0; k < *count && !rows->labels.named; k++)
    if (fabs(value[k]) >= WHOLE_MOST)
      return dw_err_set(err, DW_EDATA, "labels of 2^53 and more are not told apart as numbers: write them as text, in NDJSON");
  status = check_width(rows, *count, err);
  if (status != DW_OK) return status;
  status = rows->task == DW_TASK_BINARY ? set_binary(rows, how, value, count, err) : set_multiclass(rows, value, count, err);
  rows->known = *count;
  return status;
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
  dw_class_list own = {0};
  dw_status status = DW_OK;
  if (how->like && how->like->known) status = list_like(rows, how->like, &own, err);
  else if (!how->like && !how->known && rows->told) status = list_told(rows, &own, err);
  rows->class_value = dw_alloc_array(DW_TASK_MOST_CLASSES + 1, sizeof *rows->class_value);
  if (status == DW_OK)
    status = find_classes(rows, how, how->known && !how->like ? how->known : &own, rows->class_value, &rows->classes, err);
  if (status != DW_OK) rows->classes = 0;
  if (status == DW_OK && rows->classes) keep_classes(rows, rows->class_value, how->cut);
  dw_class_list_free(&own);
  return status;
}
