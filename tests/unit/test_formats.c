/* The rows of the formats, and what a row with blocks of its own needs of the reader: a format of columns that only this test knows. */
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

#include "batch_text.h"
#include "giver.h"
#include "io/formats/csv.h"
#include "io/formats/formats.h"
#include "io/formats/ndjson.h"

/* --- the rows --- */

TEST(formats_are_a_choice_of_words)
{
  CHECK_TEXT(dw_format_word(0), "auto");
  CHECK(dw_format_at(0) == NULL);
  int count = 0;
  for (; dw_formats[count]; count++) {
    const dw_format *format = dw_formats[count];
    CHECK(dw_format_at(count + 1) == format && dw_format_word(count + 1) == format->word);
    CHECK(*format->word && *format->title && format->sniff && format->scanner_new && format->scanner_free && format->scan);
    CHECK(!format->cut != !format->next);
    format->scanner_free(NULL);
    for (int i = 0; i < count; i++) CHECK(strcmp(dw_formats[i]->word, format->word) != 0 && strcmp(format->word, "auto") != 0);
  }
  CHECK(count >= 2 && !dw_format_at(count + 1) && !dw_format_word(count + 1));
}

/* Other formats may ask for more bytes before they know. */
static const dw_format *const both[] = {&dw_ndjson_format, &dw_csv_format, NULL};

static void check_told(const char *bytes, size_t length, bool all, const dw_format *want)
{
  const dw_format *got;
  dw_err err;
  CHECK(dw_format_told(&got, both, bytes, length, all, "NAME", &err) == DW_OK);
  CHECK_MSG(got == want, "%s: %s", bytes, got ? got->word : "nothing");
}

TEST(formats_are_told_from_the_first_bytes)
{
  for (int all = 0; all < 2; all++) {
    check_told("{", 1, all, all ? &dw_ndjson_format : NULL); /* what layout its JSON has is not known before its first line is there */
    check_told("{}\n", 3, all, &dw_ndjson_format);
    check_told(" \n\t{\"a\":1}\n", 12, all, &dw_ndjson_format);
    check_told("\xef\xbb\xbf{}\n", 6, all, &dw_ndjson_format);
    check_told("a", 1, all, &dw_csv_format);
    check_told(" a,b", 4, all, &dw_csv_format);
    check_told("\xef\xbb\xbf\"a", 5, all, &dw_csv_format);
    check_told("", 0, all, all ? &dw_ndjson_format : NULL);
    check_told(" \n", 2, all, all ? &dw_ndjson_format : NULL);
    check_told("\xef\xbb", 2, all, all ? &dw_csv_format : NULL);
  }
  const dw_format *got;
  dw_err err;
  CHECK(dw_format_told(&got, both, "\n [1]", 5, false, "NAME", &err) == DW_EDATA && !got);
  CHECK_TEXT(err.message, "NAME:2:2: " DW_NDJSON_ARRAY);
  const dw_format *const none[] = {&dw_ndjson_format, NULL};
  CHECK(dw_format_told(&got, none, "a", 1, false, "NAME", &err) == DW_EDATA && !got);
  CHECK_TEXT(err.message, "NAME: of no format that is known");
}

/* --- a format of columns: "COLS", how many columns, of each a letter (n: numbers, s: strings) and a name; then blocks: how many rows, then
 * column by column the cells. A size is one byte. A number is one byte, 0 for a missing one, 255 for one that cannot be read; a string is
 * its size and its bytes. --- */

enum { MOST_COLUMNS = 8 };

typedef struct cols_header {
  dw_header begin;
  dw_input *input;
  dw_buf ahead; /* read, and not taken yet */
  size_t taken, count;
  char kind[MOST_COLUMNS];
  char name[MOST_COLUMNS][256];
} cols_header;

static void cols_free(dw_header *header)
{
  dw_buf_free(&((cols_header *)header)->ahead);
  dw_free(header);
}

/* The next count bytes; fewer at the end. */
static dw_status cols_take(cols_header *h, dw_buf *out, size_t count, dw_err *err)
{
  for (size_t got = 1; h->ahead.length - h->taken < count && got;) {
    dw_status status = dw_input_read(h->input, dw_buf_room(&h->ahead, count), count, &got, err);
    if (status != DW_OK) return status;
    h->ahead.length += got;
  }
  size_t left = h->ahead.length - h->taken, give = left < count ? left : count;
  dw_buf_add(out, h->ahead.data + h->taken, give);
  h->taken += give;
  return DW_OK;
}

static dw_status cols_byte(cols_header *h, dw_buf *out, bool end_is_fine, unsigned char *byte, dw_err *err)
{
  size_t before = out->length;
  dw_status status = cols_take(h, out, 1, err);
  *byte = out->length > before ? (unsigned char)out->data[before] : 0;
  if (status != DW_OK || out->length > before || end_is_fine) return status;
  return dw_err_at(err, DW_EDATA, dw_input_name(h->input), 0, 0, "cut short");
}

static dw_sniff cols_sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong)
{
  if (memcmp(bytes, "COLS", length < 4 ? length : 4) != 0) return DW_SNIFF_NO;
  return length >= 4 ? DW_SNIFF_YES : all ? DW_SNIFF_NO : DW_SNIFF_MORE;
}

static dw_status cols_open(dw_header **out, const dw_begin *begin, dw_err *err)
{
  cols_header *h = dw_alloc_zero(1, sizeof *h);
  dw_buf bytes = {0};
  unsigned char count, byte;
  h->begin.free = cols_free;
  h->input = begin->input;
  dw_buf_add(&h->ahead, begin->bytes, begin->length);
  *out = &h->begin;
  dw_status status = cols_take(h, &bytes, 4, err);
  if (status == DW_OK) status = cols_byte(h, &bytes, false, &count, err);
  for (; status == DW_OK && h->count < count; h->count++) {
    CHECK(h->count < MOST_COLUMNS);
    if ((status = cols_byte(h, &bytes, false, &byte, err)) == DW_OK) h->kind[h->count] = (char)byte;
    if (status == DW_OK) status = cols_byte(h, &bytes, false, &byte, err);
    bytes.length = 0;
    if (status == DW_OK) status = cols_take(h, &bytes, byte, err);
    memcpy(h->name[h->count], dw_buf_cstr(&bytes), bytes.length + 1);
  }
  dw_buf_free(&bytes);
  return status;
}

static dw_status cols_next(dw_header *header, dw_buf *block, dw_err *err)
{
  cols_header *h = (cols_header *)header;
  unsigned char rows, size;
  dw_status status = cols_byte(h, block, true, &rows, err);
  for (size_t c = 0; status == DW_OK && rows && c < h->count; c++)
    for (int row = 0; row < rows && status == DW_OK; row++) {
      status = cols_byte(h, block, false, &size, err);
      if (status == DW_OK && h->kind[c] == 's') status = cols_take(h, block, size, err);
    }
  return status;
}

static void *cols_new(const dw_scan_options *options)
{
  dw_builder *builder = dw_alloc(sizeof *builder);
  dw_builder_init(builder, options);
  return builder;
}

static void cols_scanner_free(void *scanner)
{
  if (scanner) dw_builder_free(scanner);
  dw_free(scanner);
}

static void cols_cell(dw_builder *builder, dw_slot *slot, size_t row, const unsigned char *p, bool string)
{
  slot->tags[row] = string ? DW_STRING : *p ? DW_INTEGER : DW_NULL;
  if (string) {
    dw_buf *text = &builder->table->text;
    dw_buf_char(text, '"');
    slot->cells[row].text.offset = (uint32_t)text->length;
    slot->cells[row].text.length = *p;
    dw_buf_add(text, p + 1, *p);
  } else {
    slot->cells[row].number = *p;
  }
}

static void cols_scan(void *scanner, const dw_block *block, size_t *from, dw_table *table)
{
  dw_builder *builder = scanner;
  const cols_header *h = (const cols_header *)block->header;
  const unsigned char *p = (const unsigned char *)block->bytes;
  size_t rows = *p++, good = 0;
  bool bad[256] = {false};
  const unsigned char *at = p;
  for (size_t c = 0; c < h->count; c++)
    for (size_t row = 0; row < rows; row++) {
      bad[row] |= h->kind[c] == 'n' && *at == 255;
      at += h->kind[c] == 's' ? (size_t)*at + 1 : 1;
    }
  dw_builder_start(builder, table, block->length);
  CHECK(dw_builder_rows(builder, rows, h->count) == rows);
  size_t last = rows;
  for (size_t row = 0; row < last; row++) {
    if (!bad[row]) {
      good++;
      continue;
    }
    bool skip = builder->options->skip_errors;
    dw_scan_fail(skip ? &table->first_skipped : &table->error, row + 1, 0, "a cell that cannot be read");
    table->batch.skipped += skip;
    if (!skip) last = row;
  }
  for (size_t c = 0; c < h->count; c++) {
    dw_slot *slot = dw_builder_slot(builder, dw_builder_name(builder, h->name[c], strlen(h->name[c])));
    for (size_t row = 0, to = 0; row < rows; row++) {
      if (row < last && !bad[row]) cols_cell(builder, slot, to++, p, h->kind[c] == 's');
      p += h->kind[c] == 's' ? (size_t)*p + 1 : 1;
    }
  }
  builder->row = good;
  table->lines = rows;
  *from = DW_SCAN_OVER;
  dw_builder_finish(builder, table->text.data, table->text.length, block->length);
}

static const dw_format cols_format = {.word = "cols",
                                      .title = "COLS",
                                      .sniff = cols_sniff,
                                      .open = cols_open,
                                      .next = cols_next,
                                      .scanner_new = cols_new,
                                      .scanner_free = cols_scanner_free,
                                      .scan = cols_scan};
static const dw_format *const with_cols[] = {&cols_format, &dw_ndjson_format, &dw_csv_format, NULL};

static const char table_bytes[] = "COLS\3n\1as\4namen\1b"
                                  "\2\1\2\3one\0\5\0"                                   /* a 1 2, name "one" "", b 5 null */
                                  "\3\7\10\11\1x\1y\1z\1\2\3"                           /* a 7 8 9, name x y z, b 1 2 3 */
                                  "\1\12\4four\13";                                     /* a 10, name four, b 11 */
static const char bad_bytes[] = "COLS\2n\1as\1s\2\1\2\1p\1q\3\3\377\5\1r\1s\1t\1\6\1u"; /* the fourth row of six is bad */

static const char *column_name(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

static char *read_on(dw_reader *reader)
{
  dw_buf out = {0};
  dw_err err;
  dw_status status;
  const dw_batch *batch;
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    batch_text(&out, batch, column_name, reader);
    CHECK(batch->by_row == !dw_reader_format(reader)->cut);
  }
  if (status != DW_OK) dw_buf_format(&out, "bad %d: %s\n", (int)status, err.message);
  else if (dw_reader_skipped(reader))
    dw_buf_format(&out, "skipped %d: %s\n", (int)dw_reader_skipped(reader), dw_reader_first_skipped(reader));
  dw_reader_close(reader);
  dw_buf_cstr(&out);
  return out.data;
}

/* From memory, and in pieces of every size. */
static void check_cols(const char *bytes, size_t length, dw_reader_options options, const char *want)
{
  options.formats = with_cols;
  for (size_t piece = 0; piece <= length; piece++) {
    giver g = {bytes, length, piece, false};
    dw_reader *reader;
    dw_err err;
    dw_input *input = piece ? dw_input_of_source("NAME", give, &g) : dw_input_of_memory("NAME", bytes, length);
    options.threads = 1 + piece % 3;
    options.block = piece % 4 * 5;
    CHECK(dw_reader_open_input(&reader, input, &options, &err) == DW_OK);
    char *got = read_on(reader);
    CHECK_MSG(strcmp(got, want) == 0, "pieces of %zu: got\n%s, want\n%s", piece, got, want);
    dw_free(got);
  }
}

TEST(a_format_with_blocks_of_its_own_gives_typed_columns)
{
  check_cols(table_bytes, sizeof table_bytes - 1, (dw_reader_options){0},
             "0: a=int:1 name=text:one b=int:5\n1: a=int:2 name=text: b=null:\n"
             "2: a=int:7 name=text:x b=int:1\n3: a=int:8 name=text:y b=int:2\n4: a=int:9 name=text:z b=int:3\n"
             "5: a=int:10 name=text:four b=int:11\n");
  check_cols("COLS\1n\1a", 8, (dw_reader_options){0}, "");
  check_cols("COLS\1n\1a", 8, (dw_reader_options){.format = &cols_format}, "");
}

TEST(its_errors_name_rows)
{
  check_cols(bad_bytes, sizeof bad_bytes - 1, (dw_reader_options){0},
             "0: a=int:1 s=text:p\n1: a=int:2 s=text:q\n2: a=int:3 s=text:r\nbad 3: row 4 of NAME: a cell that cannot be read\n");
  check_cols(bad_bytes, sizeof bad_bytes - 1, (dw_reader_options){.skip_errors = true},
             "0: a=int:1 s=text:p\n1: a=int:2 s=text:q\n2: a=int:3 s=text:r\n3: a=int:5 s=text:t\n4: a=int:6 s=text:u\n"
             "skipped 1: row 4 of NAME: a cell that cannot be read\n");
  check_cols(table_bytes, 30, (dw_reader_options){0},
             "0: a=int:1 name=text:one b=int:5\n1: a=int:2 name=text: b=null:\nbad 3: NAME: cut short\n");
  check_cols(table_bytes, 6, (dw_reader_options){0}, "bad 3: NAME: cut short\n");
}

TEST(its_records_cannot_be_copied)
{
  check_cols(table_bytes, sizeof table_bytes - 1, (dw_reader_options){.spans = true},
             "bad 3: NAME: a record of COLS has no text that could be copied: convert it to NDJSON first\n");
}

static bool wants(void *context, const char *name, size_t length) { return !dw_text_equal(name, length, "name"); }

TEST(columns_that_nobody_wants_are_left_out)
{
  check_cols(table_bytes, sizeof table_bytes - 1, (dw_reader_options){.want = wants},
             "0: a=int:1 b=int:5\n1: a=int:2 b=null:\n2: a=int:7 b=int:1\n3: a=int:8 b=int:2\n4: a=int:9 b=int:3\n5: a=int:10 b=int:11\n");
}

TEST(rows_have_a_place)
{
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch;
  dw_input *input = dw_input_of_memory("NAME", table_bytes, sizeof table_bytes - 1);
  CHECK(dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 1, .formats = with_cols}, &err) == DW_OK);
  for (size_t rows = 0; dw_reader_next(reader, &batch, &err) == DW_OK && batch; rows += batch->rows)
    for (size_t row = 0; row < batch->rows; row++) {
      dw_place place = dw_batch_place(batch, row);
      CHECK(place.by_row && place.line == rows + row + 1 && dw_batch_line(batch, row, DW_NULL, (dw_cell){0}) == 0);
    }
  CHECK(dw_reader_rows(reader) == 6 && dw_reader_format(reader) == &cols_format && !dw_reader_unterminated(reader));
  size_t length;
  CHECK(!dw_reader_header(reader, &length) && length == 0 && dw_reader_delimiter(reader) == '\0');
  dw_reader_close(reader);
}

/* Inputs of all kinds are one stream; its fingerprint does not depend on blocks and threads. */
TEST(inputs_of_several_formats)
{
  static const char lines[] = "{\"a\":1}\n{\"b\":\"x\"}\n", fields[] = "b,c\ny,2\n";
  const char *const texts[] = {lines, table_bytes, fields, bad_bytes};
  const size_t lengths[] = {sizeof lines - 1, sizeof table_bytes - 1, sizeof fields - 1, sizeof bad_bytes - 1};
  char names[4][32], first[33] = "", digest[33];
  const char *paths[4];
  int fds[4];
  for (int i = 0; i < 4; i++) {
    fds[i] = memfd_create("test", 0);
    if (fds[i] < 0 || write(fds[i], texts[i], lengths[i]) != (ssize_t)lengths[i]) abort();
    snprintf(names[i], sizeof names[i], "/dev/fd/%d", fds[i]);
    paths[i] = names[i];
  }
  for (size_t block = 0; block < 50; block++) {
    dw_reader *reader;
    dw_err err;
    const dw_batch *batch;
    dw_reader_options options = {.threads = 1 + block % 3, .block = block, .skip_errors = true, .formats = with_cols};
    CHECK(dw_reader_open(&reader, paths, 4, &options, &err) == DW_OK);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) continue;
    CHECK(dw_reader_rows(reader) == 2 + 6 + 1 + 5 && dw_reader_columns(reader) == 5);
    dw_reader_digest(reader, digest);
    if (!*first) memcpy(first, digest, sizeof first);
    CHECK_TEXT(digest, first);
    dw_reader_close(reader);
  }
  for (int i = 0; i < 4; i++) close(fds[i]);
}
