/* scan_text: the NDJSON scanner on a text in memory, the outcome as text. */
#ifndef DW_TESTS_SCAN_TEXT_H
#define DW_TESTS_SCAN_TEXT_H

#include "batch_text.h"
#include "io/formats/ndjson.h"

static const dw_scan_options scan_defaults = {.line_limit = DW_LINE_LIMIT, .field_limit = DW_FIELD_LIMIT};

static const char *scan_name(const void *context, uint32_t id)
{
  const dw_table *table = context;
  for (size_t i = 0; i < table->batch.column_count; i++)
    if (table->listed[i].local == id) return table->listed[i].name;
  return "?";
}

/* Scans text into tables, and appends what they hold to out: records, then "bad LINE:COLUMN: what" or "skipped N, first …". */
static void scan_into(dw_buf *out, dw_ndjson *scanner, const char *text, size_t length)
{
  char *bytes = dw_alloc_zero(length + DW_BLOCK_PADDING, 1); /* exactly the padding: the sanitizer sees what reads further */
  if (length) memcpy(bytes, text, length);
  bytes[length] = '\n';
  dw_block block = {.bytes = bytes, .length = length, .first = true};
  dw_table *table = dw_table_new();
  size_t from = 0;
  uint64_t rows = 0, lines = 0;
  while (from < length) {
    dw_ndjson_scan(scanner, &block, &from, table);
    table->batch.first_row = rows;
    batch_text(out, &table->batch, scan_name, table);
    rows += table->batch.rows;
    if (table->batch.skipped)
      dw_buf_format(out, "skipped %d, first %d:%d: %s\n", (int)table->batch.skipped, (int)(lines + table->first_skipped.line),
                    (int)table->first_skipped.column, table->first_skipped.text);
    if (table->error.set) {
      dw_buf_format(out, "bad %d:%d: %s\n", (int)(lines + table->error.line), (int)table->error.column, table->error.text);
      break;
    }
    lines += table->lines;
  }
  dw_table_free(table);
  dw_free(bytes);
}

static char *scan_text(const dw_scan_options *options, const char *text, size_t length)
{
  dw_buf out = {0};
  dw_ndjson *scanner = dw_ndjson_new(options);
  scan_into(&out, scanner, text, length);
  dw_ndjson_free(scanner);
  dw_buf_cstr(&out);
  return out.data;
}

#endif
