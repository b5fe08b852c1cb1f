#include "model/judge/class_list.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "io/text/json.h"

void dw_class_list_free(dw_class_list *list)
{
  for (size_t i = 0; i < list->count; i++) {
    dw_free(list->item[i].json);
    dw_free(list->item[i].text);
  }
  dw_free(list->item);
  *list = (dw_class_list){0};
}

static void add_text(dw_class_list *list, const char *text, size_t length)
{
  dw_buf json = {0};
  dw_json_quote(&json, text, length);
  list->item[list->count++] = (dw_class_item){.json = dw_strdup(dw_buf_cstr(&json)), .text = dw_strndup(text, length), .length = length};
  dw_buf_free(&json);
}

static bool add_value(dw_class_list *list, const dw_value *value)
{
  dw_buf json = {0};
  dw_value_type kind = dw_value_kind(value);
  dw_value_print(value, &json);
  dw_class_item item = {.is_boolean = kind == DW_VALUE_BOOL};
  item.number = item.is_boolean ? dw_value_bool(value, false) : dw_value_number(value, NAN);
  if (kind == DW_VALUE_STRING) {
    const char *text = dw_value_text(value, "");
    add_text(list, text, strlen(text));
  } else if (isfinite(item.number)) {
    item.json = dw_strdup(dw_buf_cstr(&json));
    list->item[list->count++] = item;
  }
  dw_buf_free(&json);
  return kind == DW_VALUE_STRING || isfinite(item.number);
}

static dw_status parse_array(dw_class_list *out, const char *text, size_t length, dw_err *err)
{
  dw_value *array;
  dw_status status = dw_value_parse(&array, text, length, "classes", 0, err);
  if (status != DW_OK) return status;
  out->item = dw_alloc_array(dw_value_count(array), sizeof *out->item);
  for (const dw_value *value = dw_value_first(array); value && status == DW_OK; value = dw_value_next(value))
    if (!add_value(out, value)) status = dw_err_set(err, DW_EDATA, "a class is a text, a number or a boolean");
  dw_value_free(array);
  return status;
}

static void parse_words(dw_class_list *out, const char *text, size_t length)
{
  size_t commas = 0, from = 0;
  for (size_t i = 0; i < length; i++) commas += text[i] == ',';
  out->item = dw_alloc_array(commas + 1, sizeof *out->item);
  for (size_t i = 0; i <= length; i++) {
    if (i < length && text[i] != ',') continue;
    add_text(out, text + from, i - from);
    from = i + 1;
  }
}

static dw_status check(const dw_class_list *list, dw_err *err)
{
  if (list->count < 2) return dw_err_set(err, DW_EDATA, "a model has two classes or more, not %zu", list->count);
  for (size_t i = 0; i < list->count; i++)
    for (size_t k = 0; k < i; k++)
      if (strcmp(list->item[i].json, list->item[k].json) == 0)
        return dw_err_set(err, DW_EDATA, "the class %s is there twice", list->item[i].json);
  return DW_OK;
}

dw_status dw_class_list_parse(dw_class_list *out, const char *text, size_t length, dw_err *err)
{
  dw_status status = DW_OK;
  *out = (dw_class_list){0};
  if (length && text[0] == '[') status = parse_array(out, text, length, err);
  else parse_words(out, text, length);
  if (status == DW_OK) status = check(out, err);
  if (status != DW_OK) dw_class_list_free(out);
  return status;
}

void dw_class_list_print(const dw_class_list *list, dw_buf *out)
{
  for (size_t i = 0; i < list->count; i++) dw_buf_format(out, "%s%s", i ? ", " : "", list->item[i].json);
}

double dw_class_item_value(const dw_class_item *item, dw_labels *labels)
{
  if (item->text) return dw_labels_text(labels, item->text, item->length);
  return item->is_boolean ? dw_labels_boolean(labels, item->number != 0) : dw_labels_number(labels, item->number);
}
