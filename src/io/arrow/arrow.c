#include "io/arrow/arrow.h"

#include <math.h>

#include "base/num.h"
#include "io/arrow/arrow_batch.h"
#include "io/record/row_text.h"

static const char file_magic[] = "ARROW1", stream_magic[] = "\xff\xff\xff\xff", older_feather[] = "FEA1";
enum { MAGIC = 6, STREAM_MAGIC = 4, FILE_HEAD = 8, PREFIX = 8, TABLE_ROWS = 128 << 10, HEAD_MOST = 256 << 20, READ_AHEAD = 64 << 10 };
enum { HEADER_SCHEMA = 1, HEADER_DICTIONARY = 2, HEADER_BATCH = 3 };

static bool begins(const char *bytes, size_t length, const char *magic, size_t magic_length)
{
  return memcmp(bytes, magic, length < magic_length ? length : magic_length) == 0;
}

/* Before version 0.15 a stream began with the length of its schema, without a mark: less than 64 KiB here, a multiple of eight with these
 * four bytes, and behind it the place of the schema's table, which is near. No text has such bytes. */
static bool older_stream(const char *bytes, size_t length)
{
  const unsigned char *b = (const unsigned char *)bytes;
  return length >= 8 && b[0] % 8 == 4 && b[2] == 0 && b[3] == 0 && b[4] >= 8 && b[4] <= 64 && b[4] % 4 == 0 && b[5] == 0 && b[6] == 0 &&
         b[7] == 0;
}

static dw_sniff arrow_sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong)
{
  bool file = begins(bytes, length, file_magic, MAGIC), stream = begins(bytes, length, stream_magic, STREAM_MAGIC);
  if (older_stream(bytes, length)) return DW_SNIFF_YES;
  if (length == 0) return DW_SNIFF_NO;
  if ((file && length >= MAGIC) || (stream && length >= STREAM_MAGIC)) return DW_SNIFF_YES;
  if (length >= 4 && begins(bytes, length, older_feather, 4)) {
    dw_scan_fail(wrong, 0, 0, "Feather version 1 is not read: write version 2 (Arrow IPC), or Parquet");
    return DW_SNIFF_WRONG;
  }
  return (file || stream || begins(bytes, length, older_feather, 4)) && !all ? DW_SNIFF_MORE : DW_SNIFF_NO;
}

/* --- the reading thread: messages --- */

/* The messages of a dictionary, as a block has them. */
typedef struct arrow_dictionary {
  int64_t id;
  dw_buf pieces;
  size_t count;
} arrow_dictionary;

typedef struct arrow_file {
  dw_header header; /* first: what the reader knows of it */
  dw_arrow_schema schema;
  uint32_t *column; /* [columns] fields that are wanted */
  size_t columns;
  dw_buf notice;

  /* the reading thread's */
  dw_input *input;
  dw_buf bytes; /* read, from at on not used */
  size_t at;
  uint64_t place; /* of bytes[0] in the input */
  uint64_t size;  /* of the input, where it was read from its end; else 0 */
  bool end;
  arrow_dictionary *dictionary;
  size_t dictionaries, capacity;
} arrow_file;

/* A message of a block: the field that it is a dictionary for, or UINT32_MAX. */
typedef struct arrow_piece {
  uint32_t field;
  uint64_t head, body;
} arrow_piece;

static dw_status arrow_fail(const arrow_file *file, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, dw_input_name(file->input), 0, 0, "the Arrow message at byte %llu: %s",
                   (unsigned long long)(file->place + file->at), what);
}

/* Up to want more bytes behind those that are there; *got 0: the end. */
static dw_status arrow_more(arrow_file *file, size_t want, size_t *got, dw_err *err)
{
  char *to = dw_buf_room(&file->bytes, want);
  if (!file->size) return dw_input_read(file->input, to, want, got, err);
  uint64_t from = file->place + file->bytes.length, left = from < file->size ? file->size - from : 0;
  *got = left < want ? (size_t)left : want;
  return *got ? dw_input_read_at(file->input, from, to, *got, err) : DW_OK;
}

/* So many bytes from at on, or fewer at the end. */
static dw_status arrow_need(arrow_file *file, size_t count, dw_err *err)
{
  if (file->at > READ_AHEAD) {
    memmove(file->bytes.data, file->bytes.data + file->at, file->bytes.length - file->at);
    file->bytes.length -= file->at;
    file->place += file->at;
    file->at = 0;
  }
  while (file->bytes.length - file->at < count) {
    /* what is claimed is not believed before it is there: the buffer grows with what comes */
    size_t got, want = count - (file->bytes.length - file->at), most = file->bytes.length + READ_AHEAD;
    want = want < READ_AHEAD ? READ_AHEAD : want < most ? want : most;
    dw_status status = arrow_more(file, want, &got, err);
    if (status != DW_OK || got == 0) return status;
    file->bytes.length += got;
  }
  return DW_OK;
}

static size_t arrow_there(const arrow_file *file) { return file->bytes.length - file->at; }

static uint32_t arrow_word(const arrow_file *file, size_t at)
{
  const unsigned char *b = (const unsigned char *)file->bytes.data + file->at + at;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

typedef struct arrow_message {
  int64_t kind;
  dw_flat flat;
  dw_flat_table header;
  size_t head, body; /* bytes: of the head, behind the prefix, and of the body */
} arrow_message;

/* The next message, with its head and body in file->bytes from at on; *end: there is none. */
static dw_status arrow_next_message(arrow_file *file, arrow_message *m, bool *end, dw_err *err)
{
  dw_status status = arrow_need(file, PREFIX, err);
  if (status != DW_OK) return status;
  size_t prefix = PREFIX;
  *end = arrow_there(file) == 0;
  if (*end) return DW_OK;
  if (arrow_there(file) < 4) return arrow_fail(file, "cut short", err);
  uint32_t head = arrow_word(file, 0);
  if (head != UINT32_MAX) prefix = 4; /* before version 0.15 the length stood alone */
  else if (arrow_there(file) < PREFIX) return arrow_fail(file, "cut short", err);
  else head = arrow_word(file, 4);
  *end = head == 0;
  if (*end) return DW_OK;
  if (head > HEAD_MOST) return arrow_fail(file, "its head has a length that none can have", err);
  file->at += prefix;
  status = arrow_need(file, head, err);
  if (status != DW_OK) return status;
  if (arrow_there(file) < head) return arrow_fail(file, "cut short", err);
  m->flat = dw_flat_of(file->bytes.data + file->at, head);
  dw_flat_table message = dw_flat_root(&m->flat);
  m->kind = dw_flat_integer(&m->flat, message, 1, 1, 0);
  int64_t body = dw_flat_integer(&m->flat, message, 3, 8, 0);
  if (m->flat.wrong || body < 0) return arrow_fail(file, "its head is damaged", err);
  m->head = head;
  m->body = (size_t)body;
  status = arrow_need(file, head + m->body, err);
  if (status != DW_OK) return status;
  if (arrow_there(file) < head || arrow_there(file) - head < m->body) return arrow_fail(file, "cut short", err);
  m->flat.bytes = (unsigned char *)file->bytes.data + file->at;
  m->header = dw_flat_inner(&m->flat, dw_flat_root(&m->flat), 2);
  return m->flat.wrong ? arrow_fail(file, "its head is damaged", err) : DW_OK;
}

static void put_piece(dw_buf *out, const arrow_file *file, const arrow_message *m, uint32_t field)
{
  arrow_piece piece = {field, m->head, m->body};
  dw_buf_add(out, &piece, sizeof piece);
  dw_buf_add(out, file->bytes.data + file->at, m->head + m->body);
}

/* The first wanted column whose values are in this dictionary; UINT32_MAX: there is none. */
static uint32_t column_of(const arrow_file *file, int64_t id)
{
  for (size_t k = 0; k < file->columns; k++) {
    const dw_arrow_field *f = &file->schema.field[file->column[k]];
    if (f->coded && f->dictionary == id) return file->column[k];
  }
  return UINT32_MAX;
}

static void keep_dictionary(arrow_file *file, arrow_message *m)
{
  int64_t id = dw_flat_integer(&m->flat, m->header, 0, 8, 0);
  bool delta = dw_flat_integer(&m->flat, m->header, 2, 1, 0);
  uint32_t field = column_of(file, id);
  size_t at = 0;
  if (field == UINT32_MAX) return;
  while (at < file->dictionaries && file->dictionary[at].id != id) at++;
  if (at == file->dictionaries) {
    file->dictionary = dw_grow(file->dictionary, &file->capacity, at + 1, sizeof *file->dictionary);
    file->dictionary[file->dictionaries++] = (arrow_dictionary){.id = id};
  }
  arrow_dictionary *d = &file->dictionary[at];
  if (!delta) d->pieces.length = d->count = 0;
  put_piece(&d->pieces, file, m, field);
  d->count++;
}

/* The library that unpacks the batch or the dictionary is there. */
static dw_status arrow_ready(arrow_message *m, dw_err *err)
{
  dw_flat_table batch = m->kind == HEADER_DICTIONARY ? dw_flat_inner(&m->flat, m->header, 1) : m->header;
  return dw_page_codec_ready(dw_arrow_batch_codec(&m->flat, batch), err);
}

static dw_status arrow_next(dw_header *header, dw_buf *block, dw_err *err)
{
  arrow_file *file = (arrow_file *)header;
  while (!file->end) {
    arrow_message m;
    dw_status status = arrow_next_message(file, &m, &file->end, err);
    if (status != DW_OK || file->end) return status;
    if (m.kind == HEADER_DICTIONARY || m.kind == HEADER_BATCH) status = arrow_ready(&m, err);
    if (status != DW_OK) return status;
    if (m.kind == HEADER_DICTIONARY) keep_dictionary(file, &m);
    if (m.kind == HEADER_BATCH) {
      uint64_t count = 1;
      for (size_t i = 0; i < file->dictionaries; i++) count += file->dictionary[i].count;
      dw_buf_add(block, &count, sizeof count);
      for (size_t i = 0; i < file->dictionaries; i++) dw_buf_add(block, file->dictionary[i].pieces.data, file->dictionary[i].pieces.length);
      put_piece(block, file, &m, UINT32_MAX);
    }
    file->at += m.head + m.body;
    if (m.kind == HEADER_BATCH) return DW_OK;
  }
  return DW_OK;
}

/* --- an input as it begins --- */

static void arrow_free(dw_header *header)
{
  arrow_file *file = (arrow_file *)header;
  for (size_t i = 0; i < file->dictionaries; i++) dw_buf_free(&file->dictionary[i].pieces);
  dw_free(file->dictionary);
  dw_free(file->column);
  dw_buf_free(&file->bytes);
  dw_buf_free(&file->notice);
  dw_arrow_schema_free(&file->schema);
  dw_free(file);
}

static void choose_columns(arrow_file *file, const dw_scan_options *options)
{
  enum { TOLD = 10 };
  size_t told = 0;
  file->column = dw_alloc_array(file->schema.fields + 1, sizeof *file->column);
  for (size_t i = 0; i < file->schema.fields; i++) {
    const dw_leaf *leaf = &file->schema.field[i].leaf;
    if (leaf->left_out && !*leaf->left_out) continue;
    if (!options->spans && options->want && !options->want(options->context, leaf->name, strlen(leaf->name))) continue;
    if (!leaf->left_out) file->column[file->columns++] = (uint32_t)i;
    else if (told++ < TOLD)
      dw_buf_format(&file->notice, "%s\"%s\" (%s)", told > 1 ? ", " : "columns left out: ", leaf->name, leaf->left_out);
  }
  if (told > TOLD) dw_buf_text(&file->notice, " and more");
  if (told) file->header.notice = dw_buf_cstr(&file->notice);
}

/* The schema of a file whose stream has none: apache-arrow for JavaScript (21.2.0) leaves it out, and it stands in the footer alone. The
 * file ends with the footer, its length in 4 bytes, and the magic. All that was read of it so far is in file->bytes. */
static dw_status footer_schema(arrow_file *file, dw_err *err)
{
  enum { TAIL = 4 + MAGIC };
  unsigned char tail[TAIL];
  dw_status status = dw_input_anywhere(file->input, file->bytes.data, file->bytes.length, &file->size, err);
  if (status != DW_OK) return status;
  if (file->size < FILE_HEAD + TAIL) return arrow_fail(file, "cut short", err);
  status = dw_input_read_at(file->input, file->size - TAIL, tail, TAIL, err);
  if (status != DW_OK) return status;
  uint64_t length = tail[0] | (uint64_t)tail[1] << 8 | (uint64_t)tail[2] << 16 | (uint64_t)tail[3] << 24;
  if (memcmp(tail + 4, file_magic, MAGIC) != 0 || length > HEAD_MOST || length > file->size - FILE_HEAD - TAIL)
    return arrow_fail(file, "it is no schema, with which Arrow data begins, and the file does not end with a footer that has one", err);
  char *footer = dw_alloc((size_t)length + 1);
  status = dw_input_read_at(file->input, file->size - TAIL - length, footer, (size_t)length, err);
  dw_flat flat = dw_flat_of(footer, (size_t)length);
  dw_flat_table schema = status == DW_OK ? dw_flat_inner(&flat, dw_flat_root(&flat), 1) : 0;
  if (status == DW_OK && (flat.wrong || !schema)) status = arrow_fail(file, "it is no schema, and the file's footer has none", err);
  if (status == DW_OK) status = dw_arrow_schema_read(&file->schema, &flat, schema, dw_input_name(file->input), err);
  dw_free(footer);
  return status;
}

static dw_status arrow_open(dw_header **out, const dw_begin *begin, dw_err *err)
{
  arrow_file *file = dw_alloc_zero(1, sizeof *file);
  arrow_message m;
  bool end;
  file->header.free = arrow_free;
  file->input = begin->input;
  *out = &file->header;
  dw_buf_add(&file->bytes, begin->bytes, begin->length);
  bool whole = begins(file->bytes.data, file->bytes.length, file_magic, MAGIC);
  if (whole) {
    dw_status status = arrow_need(file, FILE_HEAD, err);
    if (status != DW_OK) return status;
    file->at = arrow_there(file) < FILE_HEAD ? arrow_there(file) : FILE_HEAD;
  }
  dw_status status = arrow_next_message(file, &m, &end, err);
  if (status != DW_OK) return status;
  bool first = !end && m.kind == HEADER_SCHEMA;
  if (!first && !whole) return arrow_fail(file, "it is no schema, with which Arrow data begins", err);
  status = first ? dw_arrow_schema_read(&file->schema, &m.flat, m.header, dw_input_name(file->input), err) : footer_schema(file, err);
  if (status != DW_OK) return status;
  if (first) file->at += m.head + m.body;
  else file->at = FILE_HEAD; /* the message is read again, with its columns known */
  choose_columns(file, begin->options);
  return DW_OK;
}

/* --- a worker's --- */

typedef struct arrow_scanner {
  dw_builder builder;
  dw_arrow_batch batch;
  dw_arrow_batch *dictionary; /* [dictionaries] of the block, as its pieces come */
  size_t dictionaries, dictionary_capacity;
  dw_arrow_codes codes;
  uint64_t serial;    /* of the block */
  uint64_t row, left; /* of the batch: rows that were given, and those that were not */
} arrow_scanner;

static void *arrow_scanner_new(const dw_scan_options *options)
{
  arrow_scanner *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  s->builder.whole = options->spans;
  return s;
}

static void arrow_scanner_free(void *scanner)
{
  arrow_scanner *s = scanner;
  if (!s) return;
  dw_arrow_batch_free(&s->batch);
  for (size_t i = 0; i < s->dictionary_capacity; i++) dw_arrow_batch_free(&s->dictionary[i]);
  dw_free(s->dictionary);
  dw_free(s->codes.tags);
  dw_free(s->codes.cells);
  dw_builder_free(&s->builder);
  dw_free(s);
}

static const char *read_piece(const arrow_file *file, dw_arrow_batch *batch, const arrow_piece *piece, const char *bytes)
{
  dw_flat flat = dw_flat_of(bytes, (size_t)piece->head);
  dw_flat_table head = dw_flat_inner(&flat, dw_flat_root(&flat), 2);
  if (piece->field != UINT32_MAX) head = dw_flat_inner(&flat, head, 1);
  return dw_arrow_batch_read(batch, &file->schema, piece->field, flat, head, bytes + piece->head, (size_t)piece->body);
}

/* given: rows that another scanner has given. */
static const char *begin_block(arrow_scanner *s, const dw_block *block, size_t given)
{
  const arrow_file *file = (const arrow_file *)block->header;
  const char *at = block->bytes, *wrong = NULL;
  uint64_t count;
  memcpy(&count, at, sizeof count);
  at += sizeof count;
  s->dictionaries = (size_t)count - 1;
  size_t before = s->dictionary_capacity;
  if (s->dictionaries > before) {
    s->dictionary = dw_grow(s->dictionary, &s->dictionary_capacity, s->dictionaries, sizeof *s->dictionary);
    memset(s->dictionary + before, 0, (s->dictionary_capacity - before) * sizeof *s->dictionary);
  }
  for (uint64_t i = 0; i < count && !wrong; i++) {
    arrow_piece piece;
    memcpy(&piece, at, sizeof piece);
    at += sizeof piece;
    wrong = read_piece(file, i + 1 < count ? &s->dictionary[i] : &s->batch, &piece, at);
    at += piece.head + piece.body;
  }
  s->serial = block->serial;
  s->row = given;
  s->left = wrong ? 0 : (uint64_t)s->batch.rows - given;
  return wrong;
}

/* The dictionary of a coded column as cells of this table. */
static const char *make_codes(arrow_scanner *s, const dw_arrow_schema *schema, size_t field, const dw_meaning_sink *sink)
{
  dw_arrow_codes *codes = &s->codes;
  codes->count = 0;
  for (size_t i = 0; i < s->dictionaries; i++) {
    dw_arrow_batch *d = &s->dictionary[i];
    if (schema->field[d->from].dictionary != schema->field[field].dictionary) continue;
    size_t rows = (size_t)d->rows, need = codes->count + rows + 1;
    if (d->rows > INT32_MAX) return "a dictionary has a number of values that none can have";
    codes->tags = dw_grow(codes->tags, &codes->tags_capacity, need, sizeof *codes->tags);
    codes->cells = dw_grow(codes->cells, &codes->cells_capacity, need, sizeof *codes->cells);
    dw_meaning_sink own = {codes->tags + codes->count, codes->cells + codes->count, sink->text, sink->as_text};
    const char *wrong = dw_arrow_fill(d, d->from, 0, rows, NULL, &own, &s->builder);
    if (wrong) return wrong;
    codes->count += rows;
  }
  return NULL;
}

static bool keeps_digits(const dw_arrow_field *f)
{
  bool narrow = f->leaf.physical == DW_PHYSICAL_INT64 && f->leaf.meaning != DW_MEANS_DECIMAL && f->width < 8;
  return f->layout == DW_ARROW_FIXED && !narrow && dw_meaning_keeps_digits(&f->leaf);
}

static bool any_beyond(const dw_slot *slot, size_t rows)
{
  bool any = false;
  for (size_t i = 0; i < rows; i++) any |= slot->tags[i] == DW_INTEGER && fabs(slot->cells[i].number) > 0x1p53;
  return any;
}

static const char *fill_column(arrow_scanner *s, const dw_arrow_schema *schema, size_t field, size_t rows, dw_table *table)
{
  dw_builder *builder = &s->builder;
  const dw_arrow_field *f = &schema->field[field], *values = dw_arrow_values(schema, field);
  uint32_t id = dw_builder_name(builder, f->leaf.name, strlen(f->leaf.name));
  if (builder->slots[id].tags) return "there are two columns of this name";
  const dw_slot *slot = dw_builder_slot(builder, id);
  bool as_text = builder->names->as_text[id] || (builder->options->spans && keeps_digits(values));
  dw_meaning_sink sink = {slot->tags, slot->cells, &table->text, as_text};
  const char *wrong = f->coded ? make_codes(s, schema, field, &sink) : NULL;
  if (!wrong) wrong = dw_arrow_fill(&s->batch, field, (size_t)s->row, rows, &s->codes, &sink, builder);
  if (wrong || as_text || f->coded || !keeps_digits(values) || !any_beyond(slot, rows)) return wrong;
  sink.as_text = true; /* once more: with the digits that a double does not hold */
  wrong = dw_arrow_fill(&s->batch, field, (size_t)s->row, rows, &s->codes, &sink, builder);
  builder->row = rows;
  if (!wrong) dw_row_text_numbers(builder, f->leaf.name);
  builder->row = 0;
  return wrong;
}

static void arrow_scan(void *scanner, const dw_block *block, size_t *from, dw_table *table)
{
  arrow_scanner *s = scanner;
  const arrow_file *file = (const arrow_file *)block->header;
  dw_builder *builder = &s->builder;
  dw_builder_start(builder, table, block->length);
  bool begins = *from == 0 || s->serial != block->serial || s->row != *from;
  const char *wrong = begins ? begin_block(s, block, *from) : NULL;
  if (wrong) dw_scan_fail(&table->error, 0, 0, "a record batch is damaged: %s", wrong);
  size_t rows = dw_builder_rows(builder, s->left < TABLE_ROWS ? (size_t)s->left : TABLE_ROWS, file->columns);
  for (size_t k = 0; k < file->columns && !table->error.set; k++) {
    wrong = fill_column(s, &file->schema, file->column[k], rows, table);
    if (wrong) dw_scan_fail(&table->error, 0, 0, "column \"%.100s\": %s", file->schema.field[file->column[k]].leaf.name, wrong);
  }
  if (table->error.set) rows = 0;
  builder->row = rows;
  if (builder->options->lines) dw_builder_lines(builder, s->row + 1);
  if (builder->options->spans && rows && !dw_row_text_make(builder, s->row + 1))
    dw_scan_fail(&table->error, 0, 0, "records of more than 4 GiB in one block");
  for (size_t k = 0; k < file->columns && builder->options->spans; k++) {
    const dw_arrow_field *f = &file->schema.field[file->column[k]];
    if (keeps_digits(dw_arrow_values(&file->schema, file->column[k]))) dw_row_text_numbers(builder, f->leaf.name);
  }
  s->left -= rows;
  s->row += rows;
  table->lines += rows;
  *from = s->left && !table->error.set ? (size_t)s->row : DW_SCAN_OVER;
  dw_builder_finish(builder, table->text.data, table->text.length, block->length);
}

const dw_format dw_arrow_format = {.word = "arrow",
                                   .title = "Arrow",
                                   .sniff = arrow_sniff,
                                   .open = arrow_open,
                                   .next = arrow_next,
                                   .text = true,
                                   .scanner_new = arrow_scanner_new,
                                   .scanner_free = arrow_scanner_free,
                                   .scan = arrow_scan};
