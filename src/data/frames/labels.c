#include "data/frames/labels.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "io/text/json.h"

void dw_labels_init(dw_labels *labels)
{
  *labels = (dw_labels){0};
  dw_map_init(&labels->classes);
}

void dw_labels_free(dw_labels *labels)
{
  dw_map_free(&labels->classes);
  dw_free(labels->number);
  dw_free(labels->first_number);
  dw_free(labels->first_boolean);
  dw_free(labels->first_text);
  dw_free(labels->clash);
  *labels = (dw_labels){0};
}

static char *as_json(const char *text, size_t length)
{
  dw_buf out = {0};
  dw_json_quote(&out, text, length);
  char *copy = dw_strdup(dw_buf_cstr(&out));
  dw_buf_free(&out);
  return copy;
}

/* What a text says as a number: its digits, or a boolean's word as CSV has it; NaN: none. */
static double said(const char *text, size_t length)
{
  static const char *const words[2][3] = {{"false", "False", "FALSE"}, {"true", "True", "TRUE"}};
  double number;
  if (dw_num_parse(text, length, &number, NULL)) return isinf(number) ? NAN : number;
  for (int value = 0; value < 2; value++)
    for (int i = 0; i < 3; i++)
      if (dw_text_equal(text, length, words[value][i])) return value;
  return NAN;
}

bool dw_labels_to_numbers(dw_labels *labels)
{
  const dw_map *classes = &labels->classes;
  if (!labels->named) return true;
  labels->number = dw_realloc_array(labels->number, classes->count, sizeof *labels->number);
  for (size_t i = 0; i < classes->count; i++) {
    labels->number[i] = said(classes->keys[i].text, classes->keys[i].length);
    if (!isnan(labels->number[i])) continue;
    labels->clash = as_json(classes->keys[i].text, classes->keys[i].length);
    return false;
  }
  labels->named = false;
  return true;
}

void dw_labels_forgive(dw_labels *labels)
{
  if (labels->first_text && strcmp(labels->first_text, labels->clash) == 0 && !labels->named) {
    dw_free(labels->first_text);
    labels->first_text = NULL;
  }
  if (labels->named) {
    dw_free(labels->first_number);
    dw_free(labels->first_boolean);
    labels->first_number = labels->first_boolean = NULL;
  }
  dw_free(labels->clash);
  labels->clash = NULL;
}

void dw_labels_renumber(const dw_labels *labels, double *value, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!isnan(value[i])) value[i] = labels->number[(size_t)value[i]];
}

double dw_labels_number(dw_labels *labels, double number)
{
  if (labels->clash) return NAN;
  if (isinf(number)) return NAN;
  if (!labels->first_number) {
    dw_buf text = {0};
    dw_buf_number(&text, number);
    labels->first_number = dw_strdup(dw_buf_cstr(&text));
    dw_buf_free(&text);
  }
  if (labels->named && !dw_labels_to_numbers(labels)) return NAN;
  return number;
}

double dw_labels_boolean(dw_labels *labels, bool value)
{
  if (labels->clash) return NAN;
  if (!labels->first_boolean) labels->first_boolean = dw_strdup(value ? "true" : "false");
  if (labels->named && !dw_labels_to_numbers(labels)) return NAN;
  return value;
}

double dw_labels_text(dw_labels *labels, const char *text, size_t length)
{
  if (labels->clash) return NAN;
  if (!labels->first_text) labels->first_text = as_json(text, length);
  if (labels->named || (!labels->first_number && !labels->first_boolean)) {
    labels->named = true;
    return dw_map_intern(&labels->classes, text, length);
  }
  double number = said(text, length);
  if (isnan(number)) labels->clash = as_json(text, length);
  return number;
}

double dw_labels_read(dw_labels *labels, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch)
{
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: return dw_labels_number(labels, cell.number);
  case DW_FALSE:
  case DW_TRUE: return dw_labels_boolean(labels, tag == DW_TRUE);
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    size_t length;
    const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
    return dw_labels_text(labels, text, length);
  }
  default: return NAN;
  }
}

void dw_labels_describe(const dw_labels *labels, dw_buf *out)
{
  const char *const what[] = {"numbers", "booleans", "text"};
  const char *const example[] = {labels->first_number, labels->first_boolean, labels->clash ? labels->clash : labels->first_text};
  size_t told = 0;
  for (int i = 0; i < 3; i++)
    if (example[i]) dw_buf_format(out, "%s%s (such as %s)", told++ ? " and " : "", what[i], example[i]);
}
