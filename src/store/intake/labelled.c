#include "store/intake/labelled.h"

#include "io/formats/ndjson.h"
#include "io/record/json_member.h"
#include "io/text/json_text.h"

bool dw_labelled_write(dw_buf *out, const dw_records_row *row, dw_buf *scratch)
{
  size_t length, end = row->length;
  const char *value = NULL;
  if (row->label && !dw_json_member(scratch, row->content, row->length, "label", DW_NDJSON_DEPTH, &length))
    value = dw_json_member(scratch, row->label, row->label_length, "label", DW_NDJSON_DEPTH, &length);
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
