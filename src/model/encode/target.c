#include "model/encode/target.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"

void dw_target_init(dw_target *target)
{
  *target = (dw_target){0};
  dw_map_init(&target->classes);
}

void dw_target_free(dw_target *target)
{
  dw_free(target->column);
  dw_map_free(&target->classes);
}

/* The class of a row as JSON; false when the label is missing. */
static bool class_text(const dw_matrix_column *column, size_t row, dw_buf *out)
{
  const dw_map_key *text = dw_matrix_text(column, row);
  float number = dw_matrix_number(column, row);
  out->length = 0;
  if (text && column->label) dw_buf_add(out, text->text, text->length);
  else if (text && column->kinds & DW_KIND_STRING) dw_json_quote(out, text->text, text->length);
  else if (text) dw_buf_add(out, text->text, text->length); /* true, false */
  else if (!isnan(number)) dw_buf_number(out, (double)number);
  return out->length > 0;
}

typedef struct label_class {
  const dw_map_key *key;
  double number; /* NaN: it is none */
} label_class;

static int compare_classes(const void *left, const void *right)
{
  const label_class *a = left, *b = right;
  if (!isnan(a->number) && !isnan(b->number)) return a->number < b->number ? -1 : a->number > b->number;
  if (isnan(a->number) != isnan(b->number)) return isnan(a->number) ? 1 : -1;
  return strcmp(a->key->text, b->key->text);
}

/* --positive 1, true or fraud: the JSON text, or a string's content. */
static bool is_class(const dw_map_key *key, const char *word)
{
  if (strcmp(key->text, word) == 0) return true;
  return key->text[0] == '"' && strlen(word) + 2 == key->length && memcmp(key->text + 1, word, key->length - 2) == 0;
}

/* Brings the wanted one of two classes to the second place. */
static dw_status put_positive_last(const dw_target *target, label_class *order, size_t count, const char *positive, dw_err *err)
{
  if (!positive || is_class(order[count - 1].key, positive)) return DW_OK;
  if (count != 2) return dw_err_set(err, DW_EDATA, "--positive goes with two classes; the label \"%s\" has others", target->column);
  if (!is_class(order[0].key, positive))
    return dw_err_set(err, DW_EDATA, "the label \"%s\" has no class %s; its classes are %s and %s", target->column, positive,
                      order[0].key->text, order[1].key->text);
  label_class first = order[0];
  order[0] = order[1];
  order[1] = first;
  return DW_OK;
}

static dw_status sort_classes(dw_target *target, const dw_map *seen, const char *positive, dw_err *err)
{
  label_class *order = dw_alloc_array(seen->count, sizeof *order);
  for (size_t i = 0; i < seen->count; i++) {
    order[i] = (label_class){&seen->keys[i], NAN};
    dw_num_parse(seen->keys[i].text, seen->keys[i].length, &order[i].number, NULL);
  }
  qsort(order, seen->count, sizeof *order, compare_classes);
  dw_status status = put_positive_last(target, order, seen->count, positive, err);
  for (size_t i = 0; i < seen->count; i++) dw_map_intern(&target->classes, order[i].key->text, order[i].key->length);
  dw_free(order);
  return status;
}

static dw_status learn_classes(dw_target *target, const dw_matrix *matrix, const dw_matrix_column *column, int task, const char *positive,
                               dw_err *err)
{
  dw_map seen;
  dw_buf text = {0};
  dw_status status = DW_OK;
  dw_map_init(&seen);
  for (size_t row = 0; row < matrix->rows && seen.count <= DW_TASK_MOST_CLASSES; row++)
    if (class_text(column, row, &text)) dw_map_intern(&seen, text.data, text.length);
  if (seen.count == 0) status = dw_err_set(err, DW_ENODATA, "no record has a value of the label \"%s\"", target->column);
  else if (seen.count == 1)
    status = dw_err_set(err, DW_ENODATA, "the label \"%s\" is %s in every record: one class only, nothing to tell apart", target->column,
                        seen.keys[0].text);
  else if (seen.count > DW_TASK_MOST_CLASSES)
    status = dw_err_set(err, DW_EDATA, "the label \"%s\" has more than %d classes", target->column, DW_TASK_MOST_CLASSES);
  else if (task == DW_TASK_BINARY && seen.count > 2)
    status = dw_err_set(err, DW_EDATA, "the label \"%s\" has %zu classes; a binary task has two", target->column, seen.count);
  else status = sort_classes(target, &seen, positive, err);
  target->task = task != DW_TASKS ? (dw_task)task : dw_task_of_classes(seen.count);
  dw_buf_free(&text);
  dw_map_free(&seen);
  return status;
}

dw_status dw_target_learn(dw_target *target, const dw_matrix *matrix, const char *name, int task, const char *positive, dw_err *err)
{
  const dw_matrix_column *column = dw_matrix_find(matrix, name);
  target->column = dw_strdup(name);
  if (!column) {
    dw_buf known = {0};
    for (size_t i = 0; i < matrix->column_count && i < 20; i++) dw_buf_format(&known, "%s%s", i ? ", " : "", matrix->column[i]->name);
    dw_err_set(err, DW_EDATA, "no record has the label \"%s\"; there are %s%s", name, dw_buf_cstr(&known),
               matrix->column_count > 20 ? " …" : "");
    dw_buf_free(&known);
    return DW_EDATA;
  }
  if (column->kinds & (DW_KIND_VECTOR | DW_KIND_OTHER) || column->endless)
    return dw_err_set(err, DW_EDATA, "the label \"%s\" is neither a number nor a class", name);
  bool numbers = column->kinds == DW_KIND_NUMBER;
  if (task == DW_TASK_REGRESSION && !numbers)
    return dw_err_set(err, DW_EDATA, "the label \"%s\" is not a number in every record: no regression", name);
  if (task == DW_TASK_REGRESSION ||
      (task == DW_TASKS && numbers && dw_task_of_numbers(column->few, column->few_count) == DW_TASK_REGRESSION)) {
    target->task = DW_TASK_REGRESSION;
    return positive ? dw_err_set(err, DW_EDATA, "--positive goes with two classes; the label \"%s\" is a number", name) : DW_OK;
  }
  return learn_classes(target, matrix, column, task, positive, err);
}

float dw_target_value(const dw_target *target, const dw_matrix_column *column, size_t row)
{
  if (target->task == DW_TASK_REGRESSION) return dw_matrix_number(column, row);
  dw_buf text = {0};
  uint32_t place = class_text(column, row, &text) ? dw_map_find(&target->classes, text.data, text.length) : DW_MAP_NONE;
  dw_buf_free(&text);
  return place == DW_MAP_NONE ? NAN : (float)place;
}

static bool is_plain(const dw_map *classes)
{
  static const char *const plain[][2] = {{"0", "1"}, {"false", "true"}};
  for (size_t i = 0; i < 2; i++)
    if (classes->count == 2 && strcmp(classes->keys[0].text, plain[i][0]) == 0 && strcmp(classes->keys[1].text, plain[i][1]) == 0)
      return true;
  return false;
}

void dw_target_list(const dw_target *target, size_t outputs, dw_buf *out)
{
  const dw_map *classes = &target->classes;
  size_t count = classes->count ? classes->count : outputs; /* XGBoost's own classes are the numbers of their places */
  if (target->task == DW_TASK_REGRESSION || count < 2 || is_plain(classes)) return;
  for (size_t k = 0; k < count; k++) {
    dw_buf_char(out, k ? ',' : '[');
    if (classes->count) dw_buf_add(out, classes->keys[k].text, classes->keys[k].length);
    else dw_buf_unsigned(out, k);
  }
  dw_buf_char(out, ']');
}

void dw_target_text(const dw_target *target, size_t place, dw_buf *out)
{
  const dw_map_key *key = &target->classes.keys[place];
  dw_value *value;
  if (key->text[0] != '"' || dw_value_parse(&value, key->text, key->length, "class", 1, NULL) != DW_OK) {
    dw_buf_add(out, key->text, key->length);
    return;
  }
  dw_buf_text(out, dw_value_text(value, ""));
  dw_value_free(value);
}

bool dw_target_equal(const dw_target *a, const dw_target *b)
{
  if (a->task != b->task) return false;
  if (a->classes.count == 0 || b->classes.count == 0) return true;
  bool same = a->classes.count == b->classes.count;
  for (size_t k = 0; same && k < a->classes.count; k++) same = strcmp(a->classes.keys[k].text, b->classes.keys[k].text) == 0;
  return same;
}

void dw_target_write(const dw_target *target, dw_json *json, const char *key)
{
  dw_json_open(json, key, '{');
  dw_json_text(json, "column", target->column);
  dw_json_open(json, "classes", '[');
  for (size_t i = 0; i < target->classes.count; i++) dw_json_raw(json, NULL, target->classes.keys[i].text, target->classes.keys[i].length);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

dw_status dw_target_read(dw_target *target, const dw_value *document, const char *name, dw_err *err)
{
  const char *task = dw_value_text(dw_value_get(document, "task"), "");
  const char *column = dw_value_text(dw_value_get(dw_value_get(document, "label"), "column"), NULL);
  if (!dw_task_from_name(task, &target->task))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the model's task is not binary, multiclass or regression");
  if (column) target->column = dw_strdup(column);
  dw_buf text = {0};
  size_t count = 0;
  for (const dw_value *c = dw_value_first(dw_value_get(dw_value_get(document, "label"), "classes")); c; c = dw_value_next(c), count++) {
    text.length = 0;
    dw_value_print(c, &text);
    dw_map_intern(&target->classes, text.data, text.length);
  }
  dw_buf_free(&text);
  bool right = target->task == DW_TASK_REGRESSION ? count == 0 : target->task == DW_TASK_BINARY ? count == 2 || count == 0 : count != 1;
  if (right && count == target->classes.count) return DW_OK;
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the model's classes do not suit its task");
}
