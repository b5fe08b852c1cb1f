#include "model/booster/booster_text.h"

/* -DDW_PORTABLE builds the code for machines without SSE2 on one that has it, for tests. */
#if defined(__SSE2__) && !defined(DW_PORTABLE)
#define DW_SSE2 1
#include <emmintrin.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
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

/* The first quote, bracket or brace at `at` or behind it. Most of a model is lists of numbers, in which there is none. */
static size_t next_mark(dw_text_slice s, size_t at)
{
#if defined(DW_SSE2)
  for (; at + 16 <= s.length; at += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(s.text + at)), other = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i open = _mm_cmpeq_epi8(other, _mm_set1_epi8('{')), close = _mm_cmpeq_epi8(other, _mm_set1_epi8('}'));
    const int marks = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(open, close), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
    if (marks) return at + (size_t)__builtin_ctz((unsigned)marks);
  }
#endif
  while (at < s.length && s.text[at] != '"' && (s.text[at] | 0x20) != '{' && (s.text[at] | 0x20) != '}') at++;
  return at;
}

static size_t skip_value(dw_text_slice s, size_t at)
{
  size_t depth = 0;
  do {
    if (depth) at = next_mark(s, at);
    if (at == s.length) return at;
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

bool dw_slice_next_member(dw_text_slice object, size_t *at, dw_text_slice *key, dw_text_slice *value)
{
  if (!object.text) return false;
  if (*at == 0) {
    *at = skip_space(object, 0);
    if (*at == object.length || object.text[*at] != '{') return false;
    ++*at;
  }
  *at = skip_space(object, *at);
  if (*at < object.length && object.text[*at] == ',') *at = skip_space(object, *at + 1);
  if (*at >= object.length || object.text[*at] != '"') return false;
  size_t end = skip_string(object, *at);
  *key = (dw_text_slice){object.text + *at + 1, end - *at - 2};
  *at = skip_space(object, skip_space(object, end) + 1);
  end = skip_value(object, *at);
  *value = (dw_text_slice){object.text + *at, end - *at};
  *at = end;
  return true;
}

dw_text_slice dw_slice_member(dw_text_slice object, const char *key)
{
  dw_text_slice none = {NULL, 0}, found = none, name, value;
  size_t at = 0;
  while (dw_slice_next_member(object, &at, &name, &value)) {
    if (memchr(name.text, '\\', name.length)) return none;
    if (!dw_text_equal(name.text, name.length, key)) continue;
    if (found.text) return none;
    found = value;
  }
  return found;
}

/* The keys of one object. */
static dw_text_slice repeated_key(dw_text_slice object)
{
  dw_map keys;
  dw_text_slice key, value, found = {NULL, 0};
  size_t at = 0, count = 0;
  dw_map_init(&keys);
  for (; !found.text && dw_slice_next_member(object, &at, &key, &value); count++)
    if (memchr(key.text, '\\', key.length) || dw_map_intern(&keys, key.text, key.length) != count) found = key;
  dw_map_free(&keys);
  return found;
}

dw_text_slice dw_slice_unclear(dw_text_slice value)
{
  dw_text_slice key, inner, found = {NULL, 0};
  size_t at = 0;
  if (!value.length || (value.text[0] != '{' && value.text[0] != '[')) return found;
  if (value.text[0] == '{') found = repeated_key(value);
  while (!found.text && dw_slice_next_member(value, &at, &key, &inner))
    if (!dw_text_equal(key.text, key.length, "attributes")) found = dw_slice_unclear(inner);
  at = 0;
  while (!found.text && dw_slice_next(value, &at, &inner) && (inner.text[0] == '{' || inner.text[0] == '['))
    found = dw_slice_unclear(inner);
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

bool dw_slice_counts(dw_text_slice object)
{
  static const char *const counts[] = {"num_feature", "num_class",   "num_target",       "num_trees", "num_parallel_tree",
                                       "num_nodes",   "num_deleted", "size_leaf_vector", NULL};
  uint64_t number;
  for (size_t i = 0; counts[i]; i++) {
    dw_text_slice value = dw_slice_member(object, counts[i]);
    if (value.text && !(dw_slice_unsigned(value, &number) && number <= INT32_MAX)) return false;
  }
  return true;
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
