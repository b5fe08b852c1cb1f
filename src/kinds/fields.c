#include "kinds/fields.h"

#include <math.h>
#include <string.h>

void dw_fields_refuse(dw_fields *at, const char *key, const char *wanted)
{
  if (at->status == DW_OK) at->status = dw_err_at(at->err, DW_EDATA, at->name, at->line, 0, "\"%s\": expected %s", key, wanted);
}

void dw_fields_refuse_word(dw_fields *at, const char *key, const char *word, const char *wanted)
{
  if (at->status == DW_OK)
    at->status = dw_err_at(at->err, DW_EDATA, at->name, at->line, 0, "\"%s\": \"%.60s\" is not %s", key, word, wanted);
}

const dw_value *dw_fields_member(dw_fields *at, const dw_value *object, const char *key, dw_value_type kind, const char *wanted)
{
  const dw_value *value = dw_value_get(object, key);
  if (dw_value_kind(value) == DW_VALUE_NULL) return NULL;
  if (dw_value_kind(value) != kind) {
    dw_fields_refuse(at, key, wanted);
    return NULL;
  }
  return value;
}

double dw_fields_number(dw_fields *at, const dw_value *object, const char *key)
{
  return dw_value_number(dw_fields_member(at, object, key, DW_VALUE_NUMBER, "a number or null"), NAN);
}

bool dw_fields_truth(dw_fields *at, const dw_value *object, const char *key)
{
  return dw_value_bool(dw_fields_member(at, object, key, DW_VALUE_BOOL, "true or false"), false);
}

bool dw_fields_answer(dw_fields *at, const dw_value *object, const char *key)
{
  const dw_value *value = dw_value_get(object, key);
  if (dw_value_kind(value) != DW_VALUE_BOOL) dw_fields_refuse(at, key, "true or false");
  return dw_value_bool(value, false);
}

const char *dw_fields_keep(dw_fields *at, const char *text) { return at->arena ? dw_arena_strndup(at->arena, text, strlen(text)) : text; }

const char *dw_fields_text(dw_fields *at, const dw_value *object, const char *key, const char *otherwise)
{
  const dw_value *value = dw_fields_member(at, object, key, DW_VALUE_STRING, "a text");
  return value ? dw_fields_keep(at, dw_value_text(value, "")) : otherwise;
}

const dw_value *dw_fields_list(dw_fields *at, const dw_value *object, const char *key)
{
  return dw_fields_member(at, object, key, DW_VALUE_ARRAY, "a list");
}

const dw_value *dw_fields_object(dw_fields *at, const dw_value *object, const char *key)
{
  return dw_fields_member(at, object, key, DW_VALUE_OBJECT, "an object");
}

const char *dw_fields_plain(dw_fields *at, const dw_value *value)
{
  if (dw_value_kind(value) == DW_VALUE_STRING) return dw_fields_keep(at, dw_value_text(value, ""));
  dw_buf buf = {0};
  dw_value_print(value, &buf);
  const char *copy = dw_arena_strndup(at->arena, buf.data ? buf.data : "", buf.length);
  dw_buf_free(&buf);
  return copy;
}

void *dw_fields_room(dw_fields *at, size_t count, size_t size)
{
  void *memory = dw_arena_alloc(at->arena, (count ? count : 1) * size);
  memset(memory, 0, (count ? count : 1) * size);
  return memory;
}

dw_severity dw_fields_severity(dw_fields *at, const dw_value *object)
{
  dw_severity severity = DW_SEVERITY_NONE;
  const char *word = dw_value_text(dw_fields_member(at, object, "severity", DW_VALUE_STRING, "a text"), NULL);
  if (word && !dw_severity_find(word, &severity)) dw_fields_refuse_word(at, "severity", word, DW_SEVERITY_WORDS);
  return severity;
}

const char *const *dw_fields_texts(dw_fields *at, const dw_value *array, const char *key, size_t *count)
{
  const char **out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  *count = 0;
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_STRING) dw_fields_refuse(at, key, "a list of texts");
    out[(*count)++] = dw_fields_keep(at, dw_value_text(item, ""));
  }
  return out;
}
