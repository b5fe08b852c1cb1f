/* batch_text: batches as text, for the tests of the record stream: two batches are the same when their texts are. */
#ifndef DW_TESTS_BATCH_TEXT_H
#define DW_TESTS_BATCH_TEXT_H

#include <inttypes.h>
#include <stdio.h>

#include "io/reader/reader.h"

static const char *const batch_tag_names[] = {"absent", "null", "int", "real", "false", "true", "text", "escaped", "vector", "other"};

static void batch_cell(dw_buf *out, const dw_batch *batch, dw_tag tag, dw_cell cell)
{
  char number[64];
  if (tag == DW_INTEGER || tag == DW_REAL) {
    snprintf(number, sizeof number, "%.17g", cell.number);
    dw_buf_text(out, number);
  }
  if (tag == DW_STRING || tag == DW_STRING_ESCAPED || tag == DW_OTHER) dw_buf_add(out, batch->text + cell.text.offset, cell.text.length);
  for (uint32_t i = 0; tag == DW_VECTOR && i < cell.text.length; i++) {
    snprintf(number, sizeof number, "%.17g,", batch->pool[cell.text.offset + i]);
    dw_buf_text(out, number);
  }
}

/* One line a record: "name=tag:value" of the columns that it has, in the order of their ids when the batch came from a reader, in the
 * batch's order otherwise. name: as dw_reader_column_name. */
static void batch_text(dw_buf *out, const dw_batch *batch, const char *(*name)(const void *, uint32_t), const void *context)
{
  for (size_t row = 0; row < batch->rows; row++) {
    dw_buf_format(out, "%" PRIu64 ":", batch->first_row + row);
    if (batch->line) dw_buf_format(out, "%" PRIu64 ":", batch->line[row]);
    for (size_t c = 0; c < (batch->index ? batch->index_count : batch->column_count); c++) {
      const dw_batch_column *column = batch->index ? dw_batch_find(batch, (uint32_t)c) : &batch->columns[c];
      if (!column) continue;
      dw_tag tag = column->tags[row];
      if (tag == DW_ABSENT) continue;
      dw_buf_format(out, " %s=%s:", name(context, column->id), tag <= DW_OTHER ? batch_tag_names[tag] : "?");
      batch_cell(out, batch, tag, column->cells[row]);
    }
    dw_buf_char(out, '\n');
  }
}

#endif
