#include "io/text/json.h"

#include <assert.h>
#include <cjson/cJSON.h>

#include "base/map.h"
#include "base/num.h"
#include "io/text/json_check.h"

/* --- the tree, made right --- */

typedef struct tree {
  const dw_json_source *source;
  const dw_json_marks *marks;
  size_t number, key; /* marks used so far */
  dw_err *err;
} tree;

/* cJSON gets the text with every number replaced by a 0 (and spaces, so that nothing else moves): it would read at most 63 bytes of one,
 * in the locale's way. tree_walk puts the exact values in. */
static char *json_without_numbers(const dw_json_source *source, const dw_json_marks *marks)
{
  char *copy = dw_strndup(source->text, source->length);
  for (size_t i = 0; i < marks->number_count; i++) {
    char *number = copy + marks->numbers[i].offset;
    memset(number, ' ', marks->numbers[i].length);
    *number = '0';
  }
  return copy;
}

static dw_status tree_number(tree *t, cJSON *item)
{
  dw_json_mark mark = t->marks->numbers[t->number++];
  const char *text = t->source->text + mark.offset;
  double value = 0;
  bool ok = dw_num_parse(text, mark.length, &value, NULL);
  assert(ok);
  (void)ok;
  if (value - value != 0)
    return dw_json_fault(t->source, mark.offset, t->err, "%.*s is beyond the range of a double", (int)(mark.length < 40 ? mark.length : 40),
                         text);
  item->valuedouble = value;
  return DW_OK;
}

static dw_status tree_walk(tree *t, cJSON *item);

static dw_status tree_members(tree *t, cJSON *object)
{
  dw_map seen;
  dw_map_init(&seen);
  dw_status status = DW_OK;
  for (cJSON *member = object->child; member && status == DW_OK; member = member->next) {
    dw_json_mark mark = t->marks->keys[t->key++];
    size_t before = seen.count;
    dw_map_intern(&seen, member->string, strlen(member->string));
    if (seen.count == before)
      status = dw_json_fault(t->source, mark.offset, t->err, "the key \"%.100s\" stands twice in this object", member->string);
    else status = tree_walk(t, member);
  }
  dw_map_free(&seen);
  return status;
}

/* In the order of the text, as the marks are. Depth is bounded by the check. */
static dw_status tree_walk(tree *t, cJSON *item)
{
  dw_status status = DW_OK;
  if (cJSON_IsNumber(item)) return tree_number(t, item);
  if (cJSON_IsObject(item)) return tree_members(t, item);
  if (cJSON_IsArray(item))
    for (cJSON *element = item->child; element && status == DW_OK; element = element->next) status = tree_walk(t, element);
  return status;
}

dw_status dw_value_parse(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err)
{
  *out = NULL;
  dw_json_source source = {text, length, name, line};
  dw_json_marks marks = {0};
  dw_status status = dw_json_check(&source, &marks, err);
  if (status == DW_OK) {
    char *copy = json_without_numbers(&source, &marks);
    cJSON *root = cJSON_ParseWithLengthOpts(copy, length + 1, NULL, true);
    dw_free(copy);
    /* The grammar was checked: all that is left to fail is memory. */
    status = root ? tree_walk(&(tree){.source = &source, .marks = &marks, .err = err}, root)
                  : dw_err_at(err, DW_ESYSTEM, name, 0, 0, "not enough memory for this document");
    if (status == DW_OK) *out = root;
    else cJSON_Delete(root);
  }
  dw_json_marks_free(&marks);
  return status;
}

dw_status dw_value_parse_shown(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err)
{
  char *copy = dw_strndup(text, length);
  for (size_t at = 0; at + 1 < length; at++) {
    if (copy[at] != '\\') continue;
    if (at + 6 <= length && memcmp(copy + at, "\\u0000", 6) == 0) memcpy(copy + at, "\\ufffd", 6);
    at++; /* what is escaped begins no escape */
  }
  dw_status status = dw_value_parse(out, copy, length, name, line, err);
  dw_free(copy);
  return status;
}

void dw_value_free(dw_value *value) { cJSON_Delete(value); }

/* --- questions --- */

dw_value_type dw_value_kind(const dw_value *value)
{
  if (cJSON_IsBool(value)) return DW_VALUE_BOOL;
  if (cJSON_IsNumber(value)) return DW_VALUE_NUMBER;
  if (cJSON_IsString(value)) return DW_VALUE_STRING;
  if (cJSON_IsArray(value)) return DW_VALUE_ARRAY;
  if (cJSON_IsObject(value)) return DW_VALUE_OBJECT;
  return DW_VALUE_NULL;
}

const dw_value *dw_value_get(const dw_value *object, const char *key)
{
  return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const dw_value *dw_value_first(const dw_value *container)
{
  return cJSON_IsObject(container) || cJSON_IsArray(container) ? container->child : NULL;
}

const dw_value *dw_value_next(const dw_value *item) { return item ? item->next : NULL; }

size_t dw_value_count(const dw_value *container)
{
  size_t count = 0;
  for (const dw_value *item = dw_value_first(container); item; item = item->next) count++;
  return count;
}

const char *dw_value_key(const dw_value *item) { return item ? item->string : NULL; }
const char *dw_value_text(const dw_value *value, const char *otherwise) { return cJSON_IsString(value) ? value->valuestring : otherwise; }
const char *dw_value_text_of(const dw_value *object, const char *key, const char *otherwise)
{
  return dw_value_text(dw_value_get(object, key), otherwise);
}
double dw_value_number(const dw_value *value, double otherwise) { return cJSON_IsNumber(value) ? value->valuedouble : otherwise; }
bool dw_value_bool(const dw_value *value, bool otherwise) { return cJSON_IsBool(value) ? cJSON_IsTrue(value) : otherwise; }

void dw_value_print(const dw_value *value, dw_buf *out)
{
  switch (dw_value_kind(value)) {
  case DW_VALUE_NULL: dw_buf_text(out, "null"); break;
  case DW_VALUE_BOOL: dw_buf_text(out, cJSON_IsTrue(value) ? "true" : "false"); break;
  case DW_VALUE_NUMBER: dw_buf_number(out, value->valuedouble); break;
  case DW_VALUE_STRING: dw_json_quote(out, value->valuestring, strlen(value->valuestring)); break;
  case DW_VALUE_ARRAY:
  case DW_VALUE_OBJECT: {
    bool object = cJSON_IsObject(value);
    dw_buf_char(out, object ? '{' : '[');
    for (const dw_value *item = value->child; item; item = item->next) {
      if (item != value->child) dw_buf_char(out, ',');
      if (object) {
        dw_json_quote(out, item->string, strlen(item->string));
        dw_buf_char(out, ':');
      }
      dw_value_print(item, out);
    }
    dw_buf_char(out, object ? '}' : ']');
  }
  }
}
