#include "io/formats/convert.h"

#include "base/num.h"
#include "io/formats/csv.h"
#include "io/formats/csv_write.h"
#include "io/formats/formats.h"
#include "io/parquet/parquet_write.h"
#include "io/record/marks.h"
#include "io/text/json.h"

enum {
  CONVERT_BLOCK = 1 << 20,  /* bytes that are taken apart together */
  GATHERED_BYTES = 64 << 20 /* texts and vectors that are kept at most, and those of one block */
};

const char *const dw_convert_words[] = {"input", "ndjson", "csv", "parquet", NULL};

struct dw_convert {
  dw_convert_options how;
  dw_scan_options scan;
  dw_dialect dialect;
  char delimiter[2];
  const dw_format *from; /* NULL: not known yet */
  bool passes;           /* it is in the form asked for */
  bool rewrites;         /* so it is, but for what NDJSON may not have, and marks for missing values */
  dw_marks *marks;       /* NULL: none were given */
  dw_renames *renames;   /* likewise: the names that those of a column know */
  dw_header *header;
  void *scanner;
  dw_table *table;
  dw_buf held; /* not taken apart yet */
  dw_buf out;
  size_t *place;
  size_t place_capacity;
  dw_gathered *rows;
  dw_parquet_writer *parquet;
  uint64_t lines; /* ends of lines that were taken apart */
  size_t columns; /* CSV: of the header; 0: not written yet */
  bool sole;      /* CSV that comes: it has one column */
  dw_span *hole;  /* values that are missing, of a table */
  size_t hole_capacity;
  bool begun;
  uint64_t written; /* CSV: records */
};

dw_convert *dw_convert_new(const dw_convert_options *options)
{
  dw_convert *c = dw_alloc_zero(1, sizeof *c);
  c->how = *options;
  if (options->dialect) c->dialect = *options->dialect;
  dw_err ignored; /* marks that are none end the reading, which says so */
  if (options->form != DW_WRITTEN_ALIKE) dw_marks_make(&c->marks, &c->dialect.missing, &ignored);
  if (c->marks) dw_renames_make(&c->renames, &c->dialect.rename, &ignored);
  c->dialect.header.count = 0; /* it stands in front of what comes */
  c->passes = options->form == DW_WRITTEN_ALIKE && c->dialect.nan == DW_NAN_STOP;
  c->scan = (dw_scan_options){.spans = true, .line_limit = 1 << 30, .field_limit = DW_FIELD_LIMIT, .dialect = &c->dialect};
  c->rows = dw_gathered_new();
  c->table = dw_table_new();
  if (options->form == DW_WRITTEN_PARQUET) {
    c->parquet = dw_parquet_writer_new(options->by, options->write, options->context);
    dw_parquet_write_texts(c->parquet, options->text, options->text_count);
  }
  return c;
}

void dw_convert_free(dw_convert *c)
{
  if (!c) return;
  dw_parquet_writer_free(c->parquet);
  dw_gathered_free(c->rows);
  dw_table_free(c->table);
  if (c->from) c->from->scanner_free(c->scanner);
  if (c->header) c->header->free(c->header);
  dw_marks_free(c->marks);
  dw_renames_free(c->renames);
  dw_free(c->hole);
  dw_buf_free(&c->held);
  dw_buf_free(&c->out);
  dw_free(c->place);
  dw_free(c);
}

void dw_convert_delimiter(dw_convert *c, char delimiter)
{
  c->delimiter[0] = delimiter;
  c->dialect.delimiter = delimiter ? c->delimiter : NULL;
}

static dw_status send(dw_convert *c, dw_err *err)
{
  dw_status status = c->out.length ? c->how.write(c->how.context, c->out.data, c->out.length, err) : DW_OK;
  c->out.length = 0;
  return status;
}

/* --- CSV --- */

static void csv_header(dw_convert *c)
{
  c->begun = true;
  c->columns = c->rows->names.count;
  for (size_t k = 0; k < c->columns; k++) {
    if (k) dw_buf_char(&c->out, ',');
    dw_csv_field(&c->out, c->rows->column[k].name, strlen(c->rows->column[k].name), ',');
  }
  if (c->columns) dw_buf_char(&c->out, '\n');
}

static void csv_cell(dw_convert *c, const dw_gathered_column *column, size_t row, dw_buf *scratch)
{
  dw_tag tag = (dw_tag)column->tags[row];
  if (tag == DW_NULL && c->columns == 1) dw_buf_text(&c->out, "\"\""); /* an empty line is no record */
  if (tag == DW_NULL) return;
  scratch->length = 0;
  dw_gathered_text(scratch, c->rows, column, row);
  dw_csv_field(&c->out, scratch->data, scratch->length, ',');
}

static dw_status csv_write(dw_convert *c, dw_err *err)
{
  const dw_gathered *rows = c->rows;
  dw_buf scratch = {0};
  if (!c->begun) csv_header(c);
  if (rows->names.count > c->columns)
    return dw_err_set(err, DW_EDATA,
                      "CSV: column \"%.100s\" occurs for the first time behind record %llu: a file has the columns of its first records",
                      rows->column[c->columns].name, (unsigned long long)c->written);
  dw_status status = DW_OK;
  for (size_t row = 0; row < rows->rows && status == DW_OK; row++) {
    for (size_t k = 0; k < c->columns; k++) {
      if (k) dw_buf_char(&c->out, ',');
      csv_cell(c, &rows->column[k], row, &scratch);
    }
    dw_buf_char(&c->out, '\n');
    if (c->out.length > CONVERT_BLOCK) status = send(c, err);
  }
  c->written += rows->rows;
  dw_buf_free(&scratch);
  return status == DW_OK ? send(c, err) : status;
}

static dw_status gathered_write(dw_convert *c, dw_err *err)
{
  dw_status status = c->parquet ? dw_parquet_write(c->parquet, c->rows, err) : csv_write(c, err);
  dw_gathered_clear(c->rows);
  return status;
}

static dw_status gather(dw_convert *c, const dw_table *table, dw_err *err)
{
  const dw_batch *batch = &table->batch;
  dw_status status = DW_OK;
  c->place = dw_grow(c->place, &c->place_capacity, batch->column_count, sizeof *c->place);
  for (size_t k = 0; k < batch->column_count; k++)
    c->place[k] = dw_gathered_column_of(c->rows, table->listed[k].name, table->listed[k].length);
  for (size_t row = 0; row < batch->rows && status == DW_OK;) {
    size_t room = DW_PARQUET_ROWS - c->rows->rows, count = batch->rows - row < room ? batch->rows - row : room;
    dw_gathered_add(c->rows, batch, row, count, c->place);
    row += count;
    if (c->rows->rows == DW_PARQUET_ROWS || c->rows->bytes > GATHERED_BYTES) status = gathered_write(c, err);
  }
  return status;
}

/* --- NDJSON of CSV --- */

/* As JSON has numbers: no plus, digits on both sides of a point, no zero in front of others. */
static bool json_number(const char *text, size_t length)
{
  size_t i = length && text[0] == '-', digits = i;
  while (i < length && text[i] >= '0' && text[i] <= '9') i++;
  if (i == digits || (text[digits] == '0' && i > digits + 1)) return false;
  if (i < length && text[i] == '.') {
    digits = ++i;
    while (i < length && text[i] >= '0' && text[i] <= '9') i++;
    if (i == digits) return false;
  }
  if (i < length && (text[i] == 'e' || text[i] == 'E')) {
    i++;
    if (i < length && (text[i] == '+' || text[i] == '-')) i++;
    digits = i;
    while (i < length && text[i] >= '0' && text[i] <= '9') i++;
    if (i == digits) return false;
  }
  return i == length;
}

static void json_vector(dw_buf *out, const double *part, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    dw_buf_char(out, i ? ',' : '[');
    dw_buf_number(out, part[i]);
  }
  dw_buf_char(out, ']');
}

static void json_cell(dw_buf *out, const dw_batch *batch, const dw_batch_column *column, size_t row, dw_buf *scratch)
{
  dw_tag tag = (dw_tag)column->tags[row];
  dw_cell cell = column->cells[row];
  const dw_span *span = &column->spans[row];
  size_t length;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL:
    if (json_number(batch->text + span->value, span->length)) dw_buf_add(out, batch->text + span->value, span->length);
    else if (cell.number - cell.number == 0) dw_buf_number(out, cell.number);
    else dw_buf_text(out, cell.number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  case DW_FALSE: dw_buf_text(out, "false"); return;
  case DW_TRUE: dw_buf_text(out, "true"); return;
  case DW_VECTOR: json_vector(out, batch->pool + cell.text.offset, cell.text.length); return;
  case DW_STRING:
  case DW_STRING_ESCAPED: break;
  case DW_ABSENT:
  case DW_NULL:
  case DW_OTHER: dw_buf_text(out, "null"); return;
  }
  const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
  dw_json_quote(out, text, length);
}

static dw_status json_write(dw_convert *c, const dw_table *table, dw_err *err)
{
  const dw_batch *batch = &table->batch;
  dw_buf names = {0}, scratch = {0};
  size_t *end = dw_alloc_array(batch->column_count + 1, sizeof *end);
  end[0] = 0;
  for (size_t k = 0; k < batch->column_count; k++) {
    dw_buf_char(&names, k ? ',' : '{');
    dw_json_quote(&names, table->listed[k].name, table->listed[k].length);
    dw_buf_char(&names, ':');
    end[k + 1] = names.length;
  }
  for (size_t row = 0; row < batch->rows; row++) {
    for (size_t k = 0; k < batch->column_count; k++) {
      dw_buf_add(&c->out, names.data + end[k], end[k + 1] - end[k]);
      json_cell(&c->out, batch, &batch->columns[k], row, &scratch);
    }
    dw_buf_text(&c->out, "}\n");
  }
  dw_buf_free(&names);
  dw_buf_free(&scratch);
  dw_free(end);
  return send(c, err);
}

/* --- NDJSON of what is NDJSON but for NaN --- */

/* What stands at p outside of strings and is no JSON value, as one; its bytes, 0: something else. */
static size_t json_of_bare(const char *p, size_t left, const char **value)
{
  static const char *const words[] = {"NaN", "Infinity", "-Infinity"}, *const values[] = {"null", "\"Infinity\"", "\"-Infinity\""};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t size = strlen(words[i]);
    if (left < size || memcmp(p, words[i], size) != 0) continue;
    *value = values[i];
    return size;
  }
  return 0;
}

/* Whole lines, each a record that was read. */
static void json_plain(dw_convert *c, const char *text, size_t length)
{
  const char *p = text, *end = p + length, *kept = p, *value;
  for (bool inside = false; p < end;) {
    size_t size = 1;
    if (*p == '\\' && inside) size = 2;
    else if (*p == '"') inside = !inside;
    else if (!inside && (*p == 'N' || *p == 'I' || *p == '-') && json_of_bare(p, (size_t)(end - p), &value)) {
      dw_buf_add(&c->out, kept, (size_t)(p - kept));
      size = json_of_bare(p, (size_t)(end - p), &value);
      dw_buf_text(&c->out, value);
      kept = p + size;
    }
    p += size;
  }
  dw_buf_add(&c->out, kept, (size_t)(end - kept));
}

/* --- the same form, with marks for missing values --- */

static int by_place(const void *a, const void *b)
{
  uint32_t one = ((const dw_span *)a)->value, other = ((const dw_span *)b)->value;
  return (one > other) - (one < other);
}

/* The records of a table as they stand, but for what is missing. */
static void write_missing(dw_convert *c, const dw_table *table, dw_buf *out)
{
  const dw_batch *batch = &table->batch;
  bool csv = c->from == &dw_csv_format;
  const char *instead = csv ? c->sole ? "\"\"" : "" : "null"; /* an empty line is no record */
  size_t holes = 0;
  for (size_t k = 0; k < batch->column_count; k++) {
    const dw_batch_column *column = &batch->columns[k];
    for (size_t row = 0; row < batch->rows; row++) {
      if (column->tags[row] != DW_NULL || column->spans[row].length == 0) continue;
      c->hole = dw_grow(c->hole, &c->hole_capacity, holes + 1, sizeof *c->hole);
      c->hole[holes++] = column->spans[row];
    }
  }
  qsort(c->hole, holes, sizeof *c->hole, by_place);
  size_t at = batch->text_first;
  for (size_t i = 0; i < holes; i++) {
    dw_buf_add(out, batch->text + at, c->hole[i].value - at);
    dw_buf_text(out, instead);
    at = (size_t)c->hole[i].value + c->hole[i].length;
  }
  dw_buf_add(out, batch->text + at, batch->text_end - at);
}

static dw_status rewrite_table(dw_convert *c, const dw_table *table, dw_err *err)
{
  if (c->from == &dw_csv_format || c->dialect.nan == DW_NAN_STOP) {
    write_missing(c, table, &c->out);
  } else {
    dw_buf text = {0};
    write_missing(c, table, &text);
    json_plain(c, text.data, text.length);
    dw_buf_free(&text);
  }
  return send(c, err);
}

/* --- taking apart --- */

static dw_status begin(dw_convert *c, bool all, dw_err *err)
{
  static const dw_format *const formats[] = {&dw_ndjson_format, &dw_csv_format, NULL};
  dw_status status = dw_format_told(&c->from, formats, c->held.data, c->held.length, all, "output", err);
  if (status != DW_OK || !c->from) return status;
  bool csv = c->from == &dw_csv_format;
  bool alike = c->how.form == DW_WRITTEN_ALIKE || c->how.form == (csv ? DW_WRITTEN_CSV : DW_WRITTEN_NDJSON);
  c->rewrites = alike && ((!csv && c->dialect.nan == DW_NAN_MISSING) || c->marks);
  c->passes = alike && !c->rewrites;
  c->scanner = c->from->scanner_new(&c->scan);
  return DW_OK;
}

static dw_status scan(dw_convert *c, size_t length, dw_err *err)
{
  dw_status status = DW_OK;
  size_t from = 0;
  dw_buf block = {0};
  if (c->from == &dw_csv_format && !c->header) {
    dw_csv_header *header;
    status = dw_csv_header_read(&header, c->held.data, length, &c->scan, "output", err);
    if (status != DW_OK) return status;
    c->header = dw_csv_header_begin(header);
    from = c->header->bytes;
    c->lines = c->header->lines;
    c->sole = dw_csv_header_count(header) == 1;
    if (c->rewrites) dw_buf_add(&c->out, c->held.data, from);
    for (size_t k = 0, bytes; k < dw_csv_header_count(header); k++) { /* also those that no record has a value in */
      const char *name = dw_csv_header_name(header, k, &bytes);
      dw_gathered_column_of(c->rows, name, bytes);
    }
  }
  dw_buf_add(&block, c->held.data, length);
  memset(dw_buf_room(&block, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  block.data[length] = '\n';
  while (from < length && status == DW_OK) {
    c->from->scan(c->scanner, &(dw_block){.bytes = block.data, .length = length, .header = c->header}, &from, c->table);
    if (c->table->error.set)
      status = dw_err_set(err, DW_EDATA, "what was to be written is no %s: line %llu: %s", c->from->title,
                          (unsigned long long)(c->lines + c->table->error.line), c->table->error.text);
    c->lines += c->table->lines;
    if (status == DW_OK && c->marks) dw_marks_apply(c->marks, c->renames, c->table);
    if (status == DW_OK && c->rewrites) status = rewrite_table(c, c->table, err);
    else if (status == DW_OK) status = c->how.form == DW_WRITTEN_NDJSON ? json_write(c, c->table, err) : gather(c, c->table, err);
  }
  dw_buf_free(&block);
  if (c->held.length > length) memmove(c->held.data, c->held.data + length, c->held.length - length);
  c->held.length -= length;
  return status;
}

static dw_status take(dw_convert *c, bool all, dw_err *err)
{
  dw_status status = c->from || !c->held.length ? DW_OK : begin(c, all, err);
  if (status != DW_OK || !c->from) return status;
  if (c->passes) {
    status = c->held.length ? c->how.write(c->how.context, c->held.data, c->held.length, err) : DW_OK;
    c->held.length = 0;
    return status;
  }
  size_t length = all ? c->held.length : c->from->cut(c->held.data, c->held.length, c->header);
  if (length == 0) return DW_OK;
  if (!c->rewrites || c->marks) return scan(c, length, err);
  json_plain(c, c->held.data, length);
  c->held.length -= length;
  memmove(c->held.data, c->held.data + length, c->held.length);
  return send(c, err);
}

dw_status dw_convert_write(void *convert, const void *bytes, size_t length, dw_err *err)
{
  dw_convert *c = convert;
  dw_status status = DW_OK;
  for (size_t done = 0; done < length && status == DW_OK;) {
    const char *from = (const char *)bytes + done;
    if (c->passes) return c->how.write(c->how.context, from, length - done, err); /* nothing is held any more */
    size_t part = length - done < CONVERT_BLOCK ? length - done : CONVERT_BLOCK;
    dw_buf_add(&c->held, from, part);
    done += part;
    if (c->held.length >= CONVERT_BLOCK) status = take(c, false, err);
  }
  return status;
}

dw_status dw_convert_end(dw_convert *c, dw_err *err)
{
  dw_status status = take(c, true, err);
  if (status == DW_OK && c->rewrites) status = send(c, err); /* a header without records */
  if (status != DW_OK || c->passes || c->rewrites) return status;
  if (c->parquet) {
    status = gathered_write(c, err);
    return status == DW_OK ? dw_parquet_write_end(c->parquet, c->rows, err) : status;
  }
  return c->how.form == DW_WRITTEN_CSV ? gathered_write(c, err) : DW_OK;
}
