#include "model/booster/booster_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "io/text/json_check.h"

/* --- slices of valid JSON --- */

static size_t skip_space(dw_text_slice s, size_t at)
{
  while (at < s.length && (s.text[at] == ' ' || s.text[at] == '\n' || s.text[at] == '\r' || s.text[at] == '\t')) at++;
  return at;
}

/* Behind the string whose opening quote is at `at`. */
static size_t skip_string(dw_text_slice s, size_t at)
{
  for (at++; at < s.length && s.text[at] != '"'; at++)
    if (s.text[at] == '\\') at++;
  return at + 1;
}

static size_t skip_value(dw_text_slice s, size_t at)
{
  size_t depth = 0;
  do {
    char c = s.text[at];
    if (c == '"') {
      at = skip_string(s, at);
      continue;
    }
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    at++;
    if (depth) continue;
    if (c == '}' || c == ']') return at;
    while (at < s.length && !strchr(",]} \t\r\n", s.text[at])) at++;
    return at;
  } while (depth && at < s.length);
  return at;
}

dw_text_slice dw_slice_member(dw_text_slice object, const char *key)
{
  dw_text_slice none = {NULL, 0}, found = none;
  size_t at = object.text ? skip_space(object, 0) : 0;
  if (!object.text || at == object.length || object.text[at] != '{') return none;
  for (at = skip_space(object, at + 1); at < object.length && object.text[at] == '"';) {
    dw_text_slice name = {object.text + at + 1, 0};
    at = skip_string(object, at);
    name.length = (size_t)(object.text + at - 1 - name.text);
    if (memchr(name.text, '\\', name.length)) return none;
    at = skip_space(object, skip_space(object, at) + 1);
    size_t end = skip_value(object, at);
    if (dw_text_equal(name.text, name.length, key)) {
      if (found.text) return none;
      found = (dw_text_slice){object.text + at, end - at};
    }
    at = skip_space(object, end);
    if (at < object.length && object.text[at] == ',') at = skip_space(object, at + 1);
  }
  return found;
}

bool dw_slice_next(dw_text_slice array, size_t *at, dw_text_slice *element)
{
  if (!array.text) return false;
  if (*at == 0) {
    *at = skip_space(array, 0);
    if (*at == array.length || array.text[*at] != '[') return false;
    ++*at;
  }
  *at = skip_space(array, *at);
  if (*at < array.length && array.text[*at] == ',') *at = skip_space(array, *at + 1);
  if (*at >= array.length || array.text[*at] == ']') return false;
  size_t end = skip_value(array, *at);
  *element = (dw_text_slice){array.text + *at, end - *at};
  *at = end;
  return true;
}

dw_status dw_slice_check(dw_text_slice text, const char *name, dw_err *err)
{
  dw_json_marks marks = {0};
  dw_status status = dw_json_check(&(dw_json_source){text.text, text.length, name, 1}, &marks, err);
  dw_json_marks_free(&marks);
  return status;
}

size_t dw_slice_count(dw_text_slice array)
{
  size_t count = 0, at = 0;
  dw_text_slice element;
  while (dw_slice_next(array, &at, &element)) count++;
  return count;
}

bool dw_slice_unsigned(dw_text_slice text, uint64_t *value)
{
  return text.text && text.length > 2 && text.text[0] == '"' && dw_num_parse_unsigned(text.text + 1, text.length - 2, value);
}

/* --- changes --- */

static int by_place(const void *left, const void *right)
{
  const dw_text_edit *a = left, *b = right;
  return a->at.text < b->at.text ? -1 : a->at.text > b->at.text;
}

void dw_slice_edit(dw_text_slice document, dw_text_edit *edit, size_t count, dw_buf *out)
{
  const char *from = document.text, *end = document.text + document.length;
  qsort(edit, count, sizeof *edit, by_place);
  for (size_t i = 0; i < count; i++) {
    dw_buf_add(out, from, (size_t)(edit[i].at.text - from));
    dw_buf_add(out, edit[i].put.text, edit[i].put.length);
    from = edit[i].at.text + edit[i].at.length;
  }
  dw_buf_add(out, from, (size_t)(end - from));
}

/* --- numbers --- */

bool dw_booster_nulls(dw_text_slice text, dw_buf *out)
{
  bool quoted = false;
  if (!memmem(text.text, text.length, "NaN", 3)) return false;
  for (size_t at = 0; at < text.length; at++) {
    char c = text.text[at];
    if (!quoted && text.length - at >= 3 && memcmp(text.text + at, "NaN", 3) == 0) {
      dw_buf_text(out, "null");
      at += 2;
      continue;
    }
    if (c == '"') quoted = !quoted;
    dw_buf_char(out, c);
    if (quoted && c == '\\' && at + 1 < text.length) dw_buf_char(out, text.text[++at]);
  }
  return true;
}

static bool real_list(const char *key, size_t length)
{
  static const char *const lists[] = {"base_weights", "loss_changes", "split_conditions", "sum_hessian", "weights", "weight_drop", NULL};
  for (size_t i = 0; lists[i]; i++)
    if (dw_text_equal(key, length, lists[i])) return true;
  return false;
}

void dw_booster_reals(dw_text_slice document, dw_buf *out)
{
  bool real = false;
  for (size_t at = 0; at < document.length;) {
    char c = document.text[at];
    size_t start = at;
    if (c == '"') {
      at = skip_string(document, at);
      size_t colon = skip_space(document, at);
      if (colon < document.length && document.text[colon] == ':') real = real_list(document.text + start + 1, at - start - 2);
      dw_buf_add(out, document.text + start, at - start);
    } else if (real && (c == '-' || (c >= '0' && c <= '9'))) {
      while (at < document.length && !strchr(",] \t\r\n", document.text[at])) at++;
      dw_buf_add(out, document.text + start, at - start);
      if (!memchr(document.text + start, '.', at - start) && !memchr(document.text + start, 'e', at - start) &&
          !memchr(document.text + start, 'E', at - start))
        dw_buf_text(out, "E0");
    } else if (real && c == 'n') {
      dw_buf_text(out, "NaN");
      at += 4;
    } else {
      dw_buf_char(out, c);
      at++;
    }
  }
}
