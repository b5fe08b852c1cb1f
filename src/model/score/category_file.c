#include "model/score/category_file.h"

#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/bytes/input.h"

enum { CATEGORY_FILE_BYTES = 256 << 20, EXACT_CODE = 1 << 24 };

/* The text that the category has in records. false: of a kind that no category is of. */
static bool category_text(const dw_value *value, dw_buf *out)
{
  double number = dw_value_number(value, NAN);
  out->length = 0;
  switch (dw_value_kind(value)) {
  case DW_VALUE_STRING: dw_buf_text(out, dw_value_text(value, "")); return true;
  case DW_VALUE_BOOL: dw_buf_text(out, dw_value_bool(value, false) ? "true" : "false"); return true;
  case DW_VALUE_NUMBER: dw_buf_number(out, number); return number == floor(number) && fabs(number) <= EXACT_CODE;
  default: return false;
  }
}

static bool is_codes(const dw_value *list) { return strcmp(dw_value_text(list, ""), "codes") == 0; }

static const char *add_categories(const dw_value *list, dw_map *out)
{
  const char *wrong = NULL;
  dw_buf text = {0};
  size_t count = 0;
  for (const dw_value *item = dw_value_first(list); item && !wrong; item = dw_value_next(item), count++) {
    if (!category_text(item, &text)) wrong = "a category is neither a text, nor a whole number up to 2^24, nor true or false";
    else if (dw_map_intern(out, dw_buf_cstr(&text), text.length) != count) wrong = "a category stands twice in its list";
  }
  dw_buf_free(&text);
  return wrong;
}

static dw_status check_column(const dw_value *list, const char *name, dw_err *err)
{
  dw_map categories;
  const char *wrong = NULL;
  dw_map_init(&categories);
  if (dw_value_kind(list) == DW_VALUE_ARRAY && dw_value_count(list)) wrong = add_categories(list, &categories);
  else if (!is_codes(list)) wrong = "expected the list of its categories in the order of their codes, or \"codes\"";
  dw_map_free(&categories);
  return wrong ? dw_err_at(err, DW_EDATA, name, 0, 0, "column \"%s\": %s", dw_value_key(list), wrong) : DW_OK;
}

dw_status dw_category_file_parse(dw_category_file *file, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_value *document;
  *file = (dw_category_file){0};
  dw_status status = dw_value_parse(&document, text, length, name, 1, err);
  if (status != DW_OK) return status;
  if (dw_value_kind(document) != DW_VALUE_OBJECT)
    status = dw_err_at(err, DW_EDATA, name, 0, 0,
                       "expected a JSON object: a list of categories for each column, {\"city\":[\"Bern\",\"Basel\"]}");
  for (const dw_value *at = dw_value_first(document); status == DW_OK && at; at = dw_value_next(at)) status = check_column(at, name, err);
  if (status == DW_OK) *file = (dw_category_file){document, dw_strdup(name)};
  else dw_value_free(document);
  return status;
}

dw_status dw_category_file_read(dw_category_file *file, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  *file = (dw_category_file){0};
  dw_status status = dw_input_whole(path, CATEGORY_FILE_BYTES, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_category_file_parse(file, text, length, strcmp(path, "-") == 0 ? "standard input" : path, err);
  dw_free(text);
  return status;
}

void dw_category_file_free(dw_category_file *file)
{
  dw_value_free(file->document);
  dw_free(file->name);
  *file = (dw_category_file){0};
}

bool dw_category_file_find(const dw_category_file *file, const char *column, dw_map *categories)
{
  const dw_value *list = dw_value_get(file->document, column);
  if (list && !is_codes(list)) add_categories(list, categories);
  return list != NULL;
}
