/* fuzz_cjson: a second opinion on JSON, that of cJSON (MIT; not a part of the product): what our readers take, of records and of documents,
 * cJSON takes too, and makes the same of it; what they refuse and cJSON takes is one of the things that cJSON is known to let pass. */
#include <cjson/cJSON.h>
#include <stdio.h>

#define FUZZ_NO_MAIN
#include "fuzz_ndjson.c"

enum { CJSON_DIGITS = 63 }; /* of the longest number that it reads whole */

/* A run of what numbers are made of that is longer than cJSON reads. */
static bool long_number(const char *text, size_t length)
{
  size_t run = 0;
  for (size_t i = 0; i < length; i++) {
    run = text[i] && strchr("0123456789+-.eE", text[i]) ? run + 1 : 0;
    if (run >= CJSON_DIGITS) return true;
  }
  return false;
}

static bool holds(const char *text, size_t length, const char *part) { return memmem(text, length, part, strlen(part)) != NULL; }

static const char *same_tree(const dw_value *ours, const cJSON *theirs)
{
  switch (dw_value_kind(ours)) {
  case DW_VALUE_NULL: return cJSON_IsNull(theirs) ? NULL : "null";
  case DW_VALUE_BOOL: return cJSON_IsBool(theirs) && dw_value_bool(ours, false) == cJSON_IsTrue(theirs) ? NULL : "a boolean";
  case DW_VALUE_NUMBER: return cJSON_IsNumber(theirs) && dw_value_number(ours, -1) == theirs->valuedouble ? NULL : "a number";
  case DW_VALUE_STRING: return cJSON_IsString(theirs) && strcmp(dw_value_text(ours, ""), theirs->valuestring) == 0 ? NULL : "a string";
  default: break;
  }
  bool object = dw_value_kind(ours) == DW_VALUE_OBJECT;
  if (!(object ? cJSON_IsObject(theirs) : cJSON_IsArray(theirs))) return "a list or an object";
  const cJSON *other = theirs->child;
  for (const dw_value *item = dw_value_first(ours); item; item = dw_value_next(item), other = other->next) {
    if (!other) return "an item is missing";
    if (object && strcmp(dw_value_key(item), other->string) != 0) return "a key";
    const char *problem = same_tree(item, other);
    if (problem) return problem;
  }
  return other ? "an item too many" : NULL;
}

/* cJSON takes zeros in front of a number and points without digits, any control character for white space and within strings, bytes that
 * are not UTF-8, keys that stand twice, more levels, and lets numbers overflow. */
static bool lenient(const char *message)
{
  static const char *const known[] = {"zero",  "control character", "UTF-8",           "stands twice", "deep",    "u0000", "number",
                                      "digit", "surrogate",         "byte order mark", "range",        "expected"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strstr(message, known[i])) return true;
  return false;
}

static const char *cell_differs(const fuzz_scan *scan, const cJSON *item, const char *name, size_t length)
{
  const dw_table *table = scan->table;
  size_t c = 0, have = 0;
  for (; c < table->batch.column_count; c++) {
    const char *text = fuzz_name(table, c, &have);
    if (have == length && (length == 0 || memcmp(text, name, length) == 0)) break;
  }
  if (c == table->batch.column_count) return "cJSON has a field more";
  const dw_batch_column *column = &table->batch.columns[c];
  dw_tag tag = (dw_tag)column->tags[0];
  if (cJSON_IsNumber(item))
    return (tag == DW_INTEGER || tag == DW_REAL) && column->cells[0].number == item->valuedouble ? NULL : "cJSON has another number";
  if (cJSON_IsNull(item)) return tag == DW_NULL ? NULL : "cJSON has null";
  if (cJSON_IsBool(item)) return tag == (cJSON_IsTrue(item) ? DW_TRUE : DW_FALSE) ? NULL : "cJSON has another boolean";
  if (cJSON_IsString(item)) {
    dw_buf scratch = {0};
    size_t bytes;
    if (tag != DW_STRING && tag != DW_STRING_ESCAPED) return "cJSON has a string";
    const char *text = dw_cell_text(&table->batch, tag, column->cells[0], &scratch, &bytes);
    bool same = dw_text_equal(text, bytes, item->valuestring);
    dw_buf_free(&scratch);
    return same ? NULL : "cJSON has another string";
  }
  return tag == DW_VECTOR || tag == DW_OTHER ? NULL : "cJSON has a list or an object";
}

static const char *fields_differ(const fuzz_scan *scan, const cJSON *object, dw_buf *name, size_t *fields)
{
  const char *problem = NULL;
  size_t before = name->length;
  for (const cJSON *item = object->child; item && !problem; item = item->next) {
    name->length = before;
    dw_buf_text(name, item->string);
    if (cJSON_IsObject(item) && item->child) {
      dw_buf_char(name, '.');
      problem = fields_differ(scan, item, name, fields);
    } else {
      problem = cell_differs(scan, item, name->data, name->length);
      ++*fields;
    }
  }
  return problem;
}

static const char *record_differs(const char *text, size_t length, const cJSON *theirs)
{
  dw_buf name = {0};
  size_t fields = 0;
  fuzz_scan scan = fuzz_begin();
  const char *problem = NULL;
  fuzz_read(&scan, text, length);
  if (!scan.table->error.set && scan.table->batch.rows && !holds(text, length, "\\u")) {
    problem = theirs ? fields_differ(&scan, theirs, &name, &fields) : "a record that cJSON refuses is taken";
    if (!problem && fields != scan.table->batch.column_count) problem = "cJSON has fewer fields";
  }
  dw_buf_free(&name);
  fuzz_end(&scan);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  if (long_number(bytes, length)) return NULL;
  dw_err err = {0};
  dw_value *ours = NULL;
  const char *end = NULL, *problem = NULL;
  dw_status status = dw_value_parse(&ours, bytes, length, "f", 1, &err);
  cJSON *theirs = cJSON_ParseWithLengthOpts(bytes, length, &end, false);
  bool whole = theirs != NULL;
  while (whole && end < bytes + length && strchr(" \t\r\n", *end) && *end) end++;
  whole = whole && end == bytes + length;
  if (status == DW_OK) problem = whole ? same_tree(ours, theirs) : "a document that cJSON refuses is taken";
  else if (whole && !lenient(err.message)) problem = "a document that cJSON takes is refused";
  if (!problem && !memchr(bytes, '\n', length) && length) problem = record_differs(bytes, length, whole ? theirs : NULL);
  if (problem && status != DW_OK) fprintf(stderr, "%s\n", err.message);
  cJSON_Delete(theirs);
  dw_value_free(ours);
  return problem;
}

FUZZ_TARGET("cjson", fuzz_one, fuzz_change);
