#include "io/record/json_member.h"

#include "io/record/scanner.h"
#include "io/text/json_text.h"

const char *dw_json_member(dw_buf *scratch, const char *text, size_t length, const char *name, int most, size_t *value_length)
{
  bool escaped;
  dw_text_fault fault;
  scratch->length = 0;
  dw_buf_add(scratch, text, length);
  dw_buf_char(scratch, '\n');
  memset(dw_buf_room(scratch, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  const char *p = dw_json_skip_space(scratch->data);
  if (*p != '{') return NULL;
  for (p = dw_json_skip_space(p + 1); *p == '"'; p = dw_json_skip_space(p + 1)) {
    const char *key = p + 1, *end = dw_json_text_string(key, &escaped, &fault);
    if (!end) return NULL;
    p = dw_json_skip_space(end + 1);
    if (*p != ':') return NULL;
    const char *value = dw_json_skip_space(p + 1);
    p = dw_json_text_value(value, 1, most, &fault);
    if (!p) return NULL;
    *value_length = (size_t)(p - value);
    if (dw_text_equal(key, (size_t)(end - key), name)) return value;
    p = dw_json_skip_space(p);
    if (*p != ',') return NULL; /* the brace */
  }
  return NULL;
}

const char *dw_json_elements(const char *text, size_t length, int most, dw_buf *lines)
{
  dw_text_fault fault;
  const char *p = dw_json_skip_space(text);
  if (*p != '[') return "an array is expected";
  p = dw_json_skip_space(p + 1);
  for (bool more = *p != ']'; more; p = dw_json_skip_space(p + more)) {
    const char *end = dw_json_text_value(p, 1, most, &fault);
    if (!end) return fault.what;
    dw_buf_add(lines, p, (size_t)(end - p));
    dw_buf_char(lines, '\n');
    p = dw_json_skip_space(end);
    more = *p == ',';
    if (!more && *p != ']') return "a comma or the end of the array is expected";
  }
  p = dw_json_skip_space(p + 1);
  return p == text + length ? NULL : "something stands behind the array";
}
