#include "io/record/record.h"

#include "io/text/json_text.h"

const char *dw_cell_text(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, size_t *length)
{
  const char *text = batch->text + cell.text.offset;
  if (tag != DW_STRING_ESCAPED) {
    *length = cell.text.length;
    return text;
  }
  scratch->length = 0;
  dw_json_text_decode(scratch, text, cell.text.length);
  *length = scratch->length;
  return scratch->data ? scratch->data : "";
}

uint64_t dw_batch_line(const dw_batch *batch, size_t row, dw_tag tag, dw_cell cell)
{
  if (batch->line) return batch->line[row];
  if (batch->lines == batch->rows) return batch->first_line + row;
  bool string = tag == DW_STRING || tag == DW_STRING_ESCAPED;
  if (!string || cell.text.offset < batch->text_first || cell.text.offset >= batch->text_end) return 0;
  uint64_t line = batch->first_line;
  for (uint32_t i = batch->text_first; i < cell.text.offset; i++) line += batch->text[i] == '\n';
  return line;
}

const dw_batch_column *dw_batch_find(const dw_batch *batch, uint32_t id)
{
  if (id >= batch->index_count || batch->index[id] == 0) return NULL;
  return &batch->columns[batch->index[id] - 1];
}
