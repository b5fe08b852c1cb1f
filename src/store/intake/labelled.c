#include "store/intake/labelled.h"

#include "io/formats/ndjson.h"
#include "io/record/scanner.h"
#include "io/text/json_text.h"

/* The value of a member of an object, of a text that is JSON; NULL when there is none. */
static const char *member(dw_buf *scratch, const char *text, size_t length, const char *name, size_t *value_length)
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
    p = dw_json_skip_space(end + 1); /* the colon */
    const char *value = dw_json_skip_space(p + 1);
    p = dw_json_text_value(value, 1, DW_NDJSON_DEPTH, &fault);
    if (!p) return NULL;
    *value_length = (size_t)(p - value);
    if (dw_text_equal(key, (size_t)(end - key), name)) return value;
    p = dw_json_skip_space(p); /* a comma, or the brace */
  }
  return NULL;
}

bool dw_labelled_write(dw_buf *out, const dw_records_row *row, dw_buf *scratch)
{
  size_t length, end = row->length;
  const char *value = NULL;
  if (row->label && !member(scratch, row->content, row->length, "label", &length))
    value = member(scratch, row->label, row->label_length, "label", &length);
  while (end > 0 && row->content[end - 1] != '}') end--;
  if (!value || end < 2) {
    dw_buf_add(out, row->content, row->length);
  } else {
    const char *brace = &row->content[end - 1], *last = brace;
    while (last > row->content && dw_json_space(last[-1])) last--;
    dw_buf_add(out, row->content, end - 1);
    dw_buf_text(out, last[-1] == '{' ? "\"label\":" : ",\"label\":");
    dw_buf_add(out, value, length);
    dw_buf_add(out, brace, row->length - (end - 1));
  }
  dw_buf_char(out, '\n');
  return !row->label || value;
}
