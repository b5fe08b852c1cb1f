/* fuzz_csv: the scanner of CSV against libcsv: its quick path, which splits records without quotes by itself, gives what it gives when
 * libcsv reads every record, in whatever blocks the text comes, with the same errors at the same places. The last byte of the text says how
 * it is read. */
#include "base/mem.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"
#include "io/formats/formats.h"
#include "target.h"

typedef struct csv_outcome {
  dw_buf told, left_out; /* left_out: the first record that was */
  bool stuck;
} csv_outcome;

static void tell_cell(dw_buf *out, const dw_batch *batch, dw_tag tag, dw_cell cell)
{
  dw_buf_char(out, (char)('A' + tag));
  if (tag == DW_STRING || (tag == DW_NULL && batch->null_texts)) dw_buf_add(out, batch->text + cell.text.offset, cell.text.length);
  else if (tag == DW_VECTOR) dw_buf_add(out, batch->pool + cell.text.offset, cell.text.length * sizeof *batch->pool);
  else if (tag == DW_INTEGER || tag == DW_REAL) dw_buf_add(out, &cell.number, sizeof cell.number);
}

static void tell_table(dw_buf *out, const dw_table *table, bool spans, uint64_t lines)
{
  const dw_batch *batch = &table->batch;
  for (size_t row = 0; row < batch->rows; row++) {
    if (spans) {
      dw_buf_unsigned(out, lines + batch->line[row]);
      dw_buf_add(out, batch->text + batch->record[row], batch->record_length[row]);
    }
    for (size_t c = 0; c < batch->column_count; c++) {
      const dw_batch_column *column = &batch->columns[c];
      if (column->tags[row] == DW_ABSENT) continue;
      dw_buf_add(out, table->listed[c].name, table->listed[c].length);
      tell_cell(out, batch, (dw_tag)column->tags[row], column->cells[row]);
      if (spans) dw_buf_add(out, batch->text + column->spans[row].value, column->spans[row].length);
    }
    dw_buf_char(out, '\n');
  }
}

static void tell_error(dw_buf *out, const char *what, const dw_scan_error *error, uint64_t lines)
{
  dw_buf_format(out, "%s %llu %llu %s\n", what, (unsigned long long)(lines + error->line), (unsigned long long)error->column, error->text);
}

/* false: a bad record ended it. */
static bool tell_block(csv_outcome *out, dw_csv *csv, dw_table *table, const dw_block *block, size_t from, uint64_t *lines, size_t *skipped,
                       bool spans)
{
  bool going = true;
  while (from < block->length && going) {
    size_t before = from;
    dw_csv_scan(csv, block, &from, table);
    going = !table->error.set && !(out->stuck = from <= before || from > block->length);
    tell_table(&out->told, table, spans, *lines);
    if (table->batch.skipped && !*skipped) tell_error(&out->left_out, "skipped", &table->first_skipped, *lines);
    *skipped += table->batch.skipped;
    if (table->error.set) tell_error(&out->told, "bad", &table->error, *lines);
    *lines += table->lines;
  }
  return going;
}

static void tell_document(csv_outcome *out, const dw_scan_options *options, const dw_csv_header *header, bool library, size_t piece,
                          const char *text, size_t length)
{
  dw_csv *csv = dw_csv_new(options);
  dw_table *table = dw_table_new();
  dw_csv_library_only(csv, library);
  uint64_t lines = header->begin.lines;
  size_t from = header->begin.bytes, skipped = 0;
  bool going = true;
  for (size_t at = 0; at < length && going;) {
    size_t have = 0, cut = 0;
    while (cut == 0 && have < length - at) {
      have = length - at - have < piece ? length - at : have + piece;
      cut = at + have == length ? have : dw_csv_format.cut(text + at, have, &header->begin);
      if (at == 0 && cut < from) cut = 0;
    }
    if (cut == 0 || cut > length - at) {
      out->stuck = true;
      break;
    }
    char *bytes = dw_alloc_zero(cut + DW_BLOCK_PADDING, 1);
    memcpy(bytes, text + at, cut);
    bytes[cut] = '\n';
    dw_block block = {.bytes = bytes, .length = cut, .first = at == 0, .header = &header->begin};
    going = tell_block(out, csv, table, &block, at ? 0 : from, &lines, &skipped, options->spans);
    dw_free(bytes);
    at += cut;
  }
  dw_buf_add(&out->told, out->left_out.data, out->left_out.length);
  dw_buf_format(&out->told, "%zu skipped\n", skipped);
  dw_buf_free(&out->left_out);
  dw_csv_free(csv);
  dw_table_free(table);
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  unsigned how = length ? (unsigned char)bytes[length - 1] : 0;
  dw_scan_options options = {.spans = how & 1,
                             .skip_errors = how & 2,
                             .line_limit = how & 4 ? DW_LINE_LIMIT : 100,
                             .field_limit = how & 8 ? 20 : DW_FIELD_LIMIT};
  dw_err err;
  dw_csv_header *header;
  if (dw_csv_header_read(&header, bytes, length, &options, "f", &err) != DW_OK) return NULL;
  csv_outcome quick = {0}, library = {0};
  const char *problem = NULL;
  tell_document(&quick, &options, header, false, length + 1, bytes, length);
  tell_document(&library, &options, header, true, 1 + (how >> 4) * 8, bytes, length);
  if (quick.stuck || library.stuck) problem = "a scan that does not go on";
  else if (quick.told.length != library.told.length || memcmp(quick.told.data, library.told.data, quick.told.length) != 0)
    problem = "libcsv, or other blocks, make something else of it";
  dw_buf_free(&quick.told);
  dw_buf_free(&library.told);
  dw_csv_header_free(header);
  return problem;
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  static const char *const piece[] = {"\"", "\"\"", ",",      ";", "\t",      "\n",      "\r\n", "\r",   "1",   "1,5",      "2.5", "a",
                                      "NA", "true", "[1, 2]", " ", "\"x,y\"", "sep=;\n", "1e5",  "-inf", "007", "\xc3\xa9", "|",   "\\N"};
  fuzz_words(input, rng, piece, sizeof piece / sizeof *piece);
}

FUZZ_TARGET("csv", fuzz_one, fuzz_change);
