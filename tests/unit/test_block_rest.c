/* Formats that have blocks of their own, when several scanners share the tables of one: a worker stops where there is no memory for more of
 * them, and the caller goes on with a scanner of its own, which has had other blocks. Whoever has which rest, the rows are the same. */
#include "test.h"

#include "../fuzz/arrow_kinds_seed.h"
#include "../fuzz/arrow_seed.h"
#include "base/rng.h"
#include "batch_text.h"
#include "io/arrow/arrow.h"
#include "io/parquet/parquet.h"
#include "io/parquet/parquet_write.h"

enum { SCANNERS = 3, HELD = 2, BLOCKS = 16 };

static const char *local_name(const void *names, uint32_t id) { return ((const dw_names *)names)->map.keys[id].text; }

typedef struct held_block {
  dw_buf bytes, text;
  dw_block block; /* length 0: none */
  size_t from;
} held_block;

/* The next block, padded as the reader does; false: there is none. */
static bool hold_next(held_block *b, const dw_format *format, dw_header *header, uint64_t serial)
{
  dw_err err = {0};
  b->bytes.length = b->text.length = b->from = 0;
  CHECK_MSG(format->next(header, &b->bytes, &err) == DW_OK, "%s", err.message);
  b->block = (dw_block){.length = b->bytes.length, .serial = serial, .header = header};
  for (int pad = 0; pad < DW_BLOCK_PADDING; pad++) dw_buf_char(&b->bytes, pad ? '\0' : '\n');
  b->block.bytes = b->bytes.data;
  return b->block.length > 0;
}

/* All rows as text, by tables of so many cells, block after block. at_once: blocks that are begun before others are over, whose tables go
 * to scanners that dice name; 1: one scanner has all. */
static void read_with(dw_buf *out, const dw_format *format, const void *bytes, size_t length, size_t cells, int at_once, uint64_t seed)
{
  dw_scan_options options = {.table_cells = cells};
  dw_err err = {0};
  dw_rng dice;
  dw_rng_start(&dice, dw_rng_derive(seed, "test_block_rest"), 0, 0);
  dw_input *input = dw_input_of_memory("f", bytes, length);
  char begin[64];
  size_t begun;
  dw_header *header;
  CHECK(dw_input_read(input, begin, sizeof begin, &begun, &err) == DW_OK);
  CHECK_MSG(format->open(&header, &(dw_begin){begin, begun, input, &options}, &err) == DW_OK, "%s", err.message);
  void *scanner[SCANNERS];
  for (int i = 0; i < SCANNERS; i++) scanner[i] = format->scanner_new(&options);
  dw_table *table = dw_table_new();
  held_block held[HELD] = {0};
  dw_buf text[BLOCKS] = {{0}}; /* by serial */
  uint64_t serial = 0, open = 0;
  for (bool more = true; more || open;) {
    for (int k = 0; k < at_once && more; k++) {
      if (held[k].block.length) continue;
      more = hold_next(&held[k], format, header, ++serial);
      CHECK(serial < BLOCKS);
      open += more;
    }
    int k = (int)dw_rng_below(&dice, (uint64_t)at_once);
    held_block *b = held[k].block.length ? &held[k] : &held[at_once - 1 - k];
    if (!b->block.length) continue;
    format->scan(scanner[at_once > 1 ? dw_rng_below(&dice, SCANNERS) : 0], &b->block, &b->from, table);
    CHECK_MSG(!table->error.set, "%s", table->error.text);
    batch_text(&b->text, &table->batch, local_name, table->names);
    if (b->from != DW_SCAN_OVER) continue;
    dw_buf_format(&text[b->block.serial], "block %d\n%s", (int)b->block.serial, dw_buf_cstr(&b->text));
    b->block.length = 0;
    open--;
  }
  for (int i = 0; i < BLOCKS; i++) {
    dw_buf_text(out, dw_buf_cstr(&text[i]));
    dw_buf_free(&text[i]);
  }
  for (int k = 0; k < HELD; k++) {
    dw_buf_free(&held[k].bytes);
    dw_buf_free(&held[k].text);
  }
  for (int i = 0; i < SCANNERS; i++) format->scanner_free(scanner[i]);
  dw_table_free(table);
  header->free(header);
  dw_input_close(input);
}

static void check_rests(const dw_format *format, const void *bytes, size_t length, size_t rows)
{
  for (size_t cells = 1; cells < 400; cells = cells * 3 + 1) {
    dw_buf want = {0};
    read_with(&want, format, bytes, length, cells, 1, 0);
    size_t lines = 0;
    for (size_t i = 0; i < want.length; i++) lines += want.data[i] == '\n';
    CHECK_MSG(lines >= rows, "%zu lines", lines);
    for (uint64_t seed = 1; seed <= 20; seed++) {
      dw_buf got = {0};
      read_with(&got, format, bytes, length, cells, HELD, seed);
      CHECK_MSG(strcmp(dw_buf_cstr(&got), dw_buf_cstr(&want)) == 0, "%zu cells, seed %d", cells, (int)seed);
      dw_buf_free(&got);
    }
    dw_buf_free(&want);
  }
}

static dw_status take_bytes(void *file, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(file, bytes, length);
  return DW_OK;
}

/* Row groups of 50 rows: whole numbers, many and few others, texts that repeat, lists, and missing values of each. */
static void make_parquet(dw_buf *file, size_t groups)
{
  dw_parquet_writer *writer = dw_parquet_writer_new("test", take_bytes, file);
  dw_gathered *rows = dw_gathered_new();
  dw_err err = {0};
  for (size_t group = 0; group < groups; group++) {
    dw_buf text = {0};
    for (size_t i = 50 * group; i < 50 * (group + 1); i++) {
      dw_buf_format(&text, "{\"n\":%zu,\"x\":%zu.%zu,\"few\":%zu.5,\"s\":\"s%zu\",\"v\":[%zu,%zu.25]", i, i * i, i % 10, i % 3, i % 7, i,
                    i);
      dw_buf_format(&text, i % 5 ? ",\"m\":%zu}\n" : "}\n", i);
    }
    dw_reader *reader;
    const dw_batch *batch;
    dw_input *input = dw_input_of_memory("rows", text.data, text.length);
    CHECK(dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 1, .spans = true}, &err) == DW_OK);
    dw_gathered_clear(rows);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
      size_t place[8];
      for (size_t k = 0; k < batch->column_count; k++) {
        const char *name = dw_reader_column_name(reader, batch->columns[k].id);
        place[k] = dw_gathered_column_of(rows, name, strlen(name));
      }
      dw_gathered_add(rows, batch, 0, batch->rows, place);
    }
    CHECK_MSG(dw_parquet_write(writer, rows, &err) == DW_OK, "%s", err.message);
    dw_reader_close(reader);
    dw_buf_free(&text);
  }
  CHECK(dw_parquet_write_end(writer, rows, &err) == DW_OK);
  dw_gathered_free(rows);
  dw_parquet_writer_free(writer);
}

TEST(parquet_rows_are_the_same_whoever_has_the_rest_of_a_block)
{
  dw_buf file = {0};
  make_parquet(&file, 5);
  check_rests(&dw_parquet_format, file.data, file.length, 250);
  dw_buf_free(&file);
}

TEST(arrow_rows_are_the_same_whoever_has_the_rest_of_a_block)
{
  check_rests(&dw_arrow_format, arrow_seed, sizeof arrow_seed, 3);
  check_rests(&dw_arrow_format, arrow_kinds_seed, sizeof arrow_kinds_seed, 3);
}

/* A column that is one number for very many rows takes a few bytes: there are more tables of it than bytes. */
TEST(more_tables_than_bytes)
{
  enum { ROWS = 20000 };
  dw_buf text = {0}, file = {0}, got = {0};
  for (size_t i = 0; i < ROWS; i++) dw_buf_text(&text, "{\"n\":7}\n");
  dw_parquet_writer *writer = dw_parquet_writer_new("test", take_bytes, &file);
  dw_gathered *rows = dw_gathered_new();
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch;
  CHECK(dw_reader_open_input(&reader, dw_input_of_memory("rows", text.data, text.length), &(dw_reader_options){.threads = 1, .spans = true},
                             &err) == DW_OK);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch)
    dw_gathered_add(rows, batch, 0, batch->rows, &(size_t){dw_gathered_column_of(rows, "n", 1)});
  dw_reader_close(reader);
  CHECK(dw_parquet_write(writer, rows, &err) == DW_OK && dw_parquet_write_end(writer, rows, &err) == DW_OK);
  read_with(&got, &dw_parquet_format, file.data, file.length, 1, 1, 0);
  size_t lines = 0;
  for (size_t i = 0; i < got.length; i++) lines += got.data[i] == '\n';
  CHECK_MSG(file.length < ROWS && lines > ROWS, "%zu bytes, %zu lines", file.length, lines);
  dw_gathered_free(rows);
  dw_parquet_writer_free(writer);
  dw_buf_free(&text);
  dw_buf_free(&file);
  dw_buf_free(&got);
}
