#include "io/parquet/parquet.h"

#include "io/parquet/parquet_file.h"
#include "io/record/row_text.h"

static const char magic[] = "PAR1", encrypted[] = "PARE";
enum { MAGIC = 4, TAIL = 8 /* the footer's length and the magic */, TABLE_ROWS = 128 << 10 };

static dw_sniff parquet_sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong)
{
  size_t look = length < MAGIC ? length : MAGIC;
  if (length == 0 || (memcmp(bytes, magic, look) != 0 && memcmp(bytes, encrypted, look) != 0)) return DW_SNIFF_NO;
  if (length >= MAGIC) return DW_SNIFF_YES;
  (void)wrong;
  return all ? DW_SNIFF_NO : DW_SNIFF_MORE;
}

/* --- an input as it begins --- */

static void parquet_free(dw_header *header)
{
  dw_parquet_file *file = (dw_parquet_file *)header;
  for (size_t k = 0; k < file->columns; k++) {
    dw_buf_free(&file->column[k].dictionary);
    dw_buf_free(&file->column[k].pages);
    dw_buf_free(&file->column[k].window);
  }
  dw_free(file->column);
  dw_footer_free(file->footer);
  dw_buf_free(&file->footer_bytes);
  dw_buf_free(&file->unpacked);
  dw_buf_free(&file->notice);
  dw_free(file);
}

static dw_status read_footer(dw_parquet_file *file, const dw_begin *begin, dw_err *err)
{
  const char *name = dw_input_name(file->input);
  uint64_t size;
  unsigned char tail[TAIL];
  dw_status status = dw_input_anywhere(file->input, begin->bytes, begin->length, &size, err);
  if (status != DW_OK) return status;
  size_t look = begin->length < MAGIC ? begin->length : MAGIC;
  if (memcmp(begin->bytes, magic, look) != 0 && memcmp(begin->bytes, encrypted, look) != 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "is no Parquet file: it does not begin with %s", magic);
  if (size < MAGIC + TAIL) return dw_err_at(err, DW_EDATA, name, 0, 0, "the Parquet file is cut short: it has no footer");
  status = dw_input_read_at(file->input, size - TAIL, tail, TAIL, err);
  if (status != DW_OK) return status;
  if (memcmp(begin->bytes, encrypted, MAGIC) == 0 || memcmp(tail + 4, encrypted, MAGIC) == 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the Parquet file is encrypted, which is not read");
  if (memcmp(tail + 4, magic, MAGIC) != 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the Parquet file is cut short: it does not end with a footer");
  uint64_t length = tail[0] | (uint64_t)tail[1] << 8 | (uint64_t)tail[2] << 16 | (uint64_t)tail[3] << 24;
  if (length > size - MAGIC - TAIL)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the footer of the Parquet file is damaged: it is longer than the file");
  status = dw_input_read_at(file->input, size - TAIL - length, dw_buf_room(&file->footer_bytes, (size_t)length), (size_t)length, err);
  if (status != DW_OK) return status;
  file->footer_bytes.length = (size_t)length;
  return dw_footer_read(&file->footer, file->footer_bytes.data, (size_t)length, size, name, err);
}

/* What is left out is told by name, so that nobody thinks that it was looked at. */
static void tell_left_out(dw_parquet_file *file, const dw_leaf *leaf, size_t count)
{
  enum { TOLD = 10 };
  if (count < TOLD) dw_buf_format(&file->notice, "%s\"%s\" (%s)", count ? ", " : "columns left out: ", leaf->name, leaf->left_out);
  if (count == TOLD) dw_buf_text(&file->notice, " and more");
}

static void choose_columns(dw_parquet_file *file, const dw_scan_options *options)
{
  size_t left_out = 0;
  const dw_footer *footer = file->footer;
  file->column = dw_alloc_zero(footer->leaves, sizeof *file->column);
  for (size_t k = 0; k < footer->leaves; k++) {
    const dw_leaf *leaf = &footer->leaf[k];
    bool wanted = options->spans || !options->want || options->want(options->context, leaf->name, strlen(leaf->name));
    if (!wanted) continue;                                                                      /* of a record's text all columns are */
    if (leaf->left_out && k > 0 && strcmp(leaf->name, footer->leaf[k - 1].name) == 0) continue; /* another leaf of it */
    if (leaf->left_out) tell_left_out(file, leaf, left_out++);
    else file->column[file->columns++].leaf = (uint32_t)k;
  }
  if (left_out) file->header.notice = dw_buf_cstr(&file->notice);
}

static dw_status parquet_open(dw_header **out, const dw_begin *begin, dw_err *err)
{
  dw_parquet_file *file = dw_alloc_zero(1, sizeof *file);
  file->header.free = parquet_free;
  file->input = begin->input;
  *out = &file->header;
  dw_status status = read_footer(file, begin, err);
  if (status == DW_OK) choose_columns(file, begin->options);
  return status;
}

static dw_status parquet_next(dw_header *header, dw_buf *block, dw_err *err)
{
  return dw_parquet_feed((dw_parquet_file *)header, block, err);
}

/* --- a worker's --- */

typedef struct parquet_scanner {
  dw_builder builder;
  dw_column_pages *column; /* of the block */
  size_t columns, capacity;
  uint64_t serial;    /* of the block */
  uint64_t row, left; /* of it: rows that were given, and those that were not */
  dw_buf spare;       /* where a column that is done with unpacked its pages: for the next one */
  dw_pages_chunk chunk;
} parquet_scanner;

static void *parquet_scanner_new(const dw_scan_options *options)
{
  parquet_scanner *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  s->builder.whole = options->spans;
  return s;
}

static void parquet_scanner_free(void *scanner)
{
  parquet_scanner *s = scanner;
  if (!s) return;
  for (size_t k = 0; k < s->capacity; k++) dw_pages_free(&s->column[k]);
  dw_free(s->column);
  dw_buf_free(&s->spare);
  dw_builder_free(&s->builder);
  dw_free(s);
}

static void fault(dw_table *table, const dw_leaf *leaf, const char *wrong)
{
  dw_scan_fail(&table->error, 0, 0, "column \"%.100s\", %s", leaf->name, wrong);
}

/* given: rows that another scanner has given. */
static void begin_block(parquet_scanner *s, const dw_block *block, size_t given, dw_table *table)
{
  const dw_parquet_file *file = (const dw_parquet_file *)block->header;
  dw_parquet_block head;
  const char *at = block->bytes;
  memcpy(&head, at, sizeof head);
  at += sizeof head;
  s->serial = block->serial;
  s->left = head.rows - given;
  s->row = given;
  if (head.rows >= DW_SCAN_OVER) dw_scan_fail(&table->error, 0, 0, "more rows in one block than this machine can number");
  s->columns = (size_t)head.parts;
  if (s->columns > s->capacity) {
    size_t before = s->capacity;
    s->column = dw_grow(s->column, &s->capacity, s->columns, sizeof *s->column);
    memset(s->column + before, 0, (s->capacity - before) * sizeof *s->column);
  }
  const char *bytes = at + s->columns * sizeof(dw_parquet_part);
  for (size_t k = 0; k < s->columns && !table->error.set; k++) {
    dw_parquet_part part;
    memcpy(&part, at + k * sizeof part, sizeof part);
    const dw_leaf *leaf = &file->footer->leaf[part.leaf];
    dw_pages_part one = {.leaf = leaf,
                         .codec = part.codec,
                         .dictionary = part.dictionary_bytes ? bytes : NULL,
                         .dictionary_bytes = (size_t)part.dictionary_bytes,
                         .pages = bytes + part.dictionary_bytes,
                         .bytes = (size_t)part.bytes,
                         .offset = part.offset,
                         .skip = (size_t)part.skip + given};
    bytes += part.dictionary_bytes + part.bytes;
    const char *wrong = dw_pages_begin(&s->column[k], &one, &s->chunk);
    if (wrong) fault(table, leaf, wrong);
  }
}

static void swap_spare(parquet_scanner *s, dw_buf *buffer)
{
  dw_buf other = *buffer;
  *buffer = s->spare;
  s->spare = other;
}

static void fill_column(parquet_scanner *s, size_t k, size_t rows, dw_table *table)
{
  dw_column_pages *pages = &s->column[k];
  const dw_leaf *leaf = pages->part.leaf;
  dw_builder *builder = &s->builder;
  uint32_t id = dw_builder_name(builder, leaf->name, strlen(leaf->name));
  if (builder->slots[id].tags) {
    fault(table, leaf, "there are two columns of this name");
    return;
  }
  dw_slot *slot = dw_builder_slot(builder, id);
  dw_pages_table(pages);
  bool as_text = builder->names->as_text[id] || (builder->options->spans && dw_meaning_keeps_digits(leaf));
  if (!pages->buffer.data) swap_spare(s, &pages->buffer);
  const char *wrong =
      dw_pages_fill(pages, rows, &(dw_pages_sink){slot->tags, slot->cells, builder, as_text, builder->options->spans ? NULL : slot, id});
  if (s->left == rows && !s->spare.data) swap_spare(s, &pages->buffer);
  if (wrong) fault(table, leaf, wrong);
}

/* The text of the records; then the digits that were kept for it become numbers. */
static void make_text(parquet_scanner *s, dw_table *table)
{
  if (!dw_row_text_make(&s->builder, s->row + 1)) dw_scan_fail(&table->error, 0, 0, "records of more than 4 GiB in one block");
  for (size_t k = 0; k < s->columns; k++)
    if (dw_meaning_keeps_digits(s->column[k].part.leaf)) dw_row_text_numbers(&s->builder, s->column[k].part.leaf->name);
}

static void parquet_scan(void *scanner, const dw_block *block, size_t *from, dw_table *table)
{
  parquet_scanner *s = scanner;
  dw_builder *builder = &s->builder;
  dw_builder_start(builder, table, block->length);
  if (*from == 0 || s->serial != block->serial || s->row != *from) begin_block(s, block, *from, table);
  size_t rows = dw_builder_rows(builder, s->left < TABLE_ROWS ? (size_t)s->left : TABLE_ROWS, s->columns);
  for (size_t k = 0; k < s->columns && !table->error.set; k++) fill_column(s, k, rows, table);
  if (table->error.set) rows = 0;
  builder->row = rows;
  if (builder->options->spans && rows) make_text(s, table);
  else if (builder->options->lines) dw_builder_lines(builder, s->row + 1);
  s->left -= rows;
  s->row += rows;
  table->lines += rows;
  *from = s->left && !table->error.set ? (size_t)s->row : DW_SCAN_OVER;
  dw_builder_finish(builder, table->text.data, table->text.length, block->length);
}

const dw_format dw_parquet_format = {.word = "parquet",
                                     .title = "Parquet",
                                     .sniff = parquet_sniff,
                                     .open = parquet_open,
                                     .next = parquet_next,
                                     .text = true,
                                     .scanner_new = parquet_scanner_new,
                                     .scanner_free = parquet_scanner_free,
                                     .scan = parquet_scan};
