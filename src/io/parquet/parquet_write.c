#include "io/parquet/parquet_write.h"

#include <assert.h>

#include "io/parquet/column_write.h"
#include "io/parquet/footer.h"
#include "io/parquet/page_codec.h"
#include "io/parquet/thrift_write.h"
#include "io/parquet/values.h"

enum {
  PAGE_ROWS = 16 << 10, /* of a page; the same for all columns, so that readers find rows where pages begin */
  PAGE_ROWS_LEAST = 64,
  PAGE_BYTES = 1 << 20 /* of the longest column's, about */
};

static const char magic[] = "PAR1";

typedef struct written_column {
  char *name;
  dw_column_type type;
} written_column;

struct dw_parquet_writer {
  dw_parquet_bytes *write;
  void *context;
  const char *by;
  const char *const *text;
  size_t text_count;
  written_column *column;
  size_t columns, column_capacity;
  bool settled;
  uint64_t at; /* bytes of the file so far */
  uint64_t rows;
  size_t groups;
  dw_buf pages;  /* of one column */
  dw_buf footer; /* the row groups of it, so far */
};

dw_parquet_writer *dw_parquet_writer_new(const char *by, dw_parquet_bytes *write, void *context)
{
  dw_parquet_writer *w = dw_alloc_zero(1, sizeof *w);
  w->by = by;
  w->write = write;
  w->context = context;
  return w;
}

void dw_parquet_writer_free(dw_parquet_writer *w)
{
  if (!w) return;
  for (size_t k = 0; k < w->columns; k++) dw_free(w->column[k].name);
  dw_free(w->column);
  dw_buf_free(&w->pages);
  dw_buf_free(&w->footer);
  dw_free(w);
}

void dw_parquet_write_texts(dw_parquet_writer *w, const char *const *names, size_t count)
{
  w->text = names;
  w->text_count = count;
}

static dw_status put(dw_parquet_writer *w, const void *bytes, size_t length, dw_err *err)
{
  dw_status status = w->write(w->context, bytes, length, err);
  w->at += length;
  return status;
}

static bool asked_as_text(const dw_parquet_writer *w, const char *name)
{
  for (size_t i = 0; i < w->text_count; i++)
    if (strcmp(w->text[i], name) == 0) return true;
  return false;
}

static dw_status settle(dw_parquet_writer *w, const dw_gathered *rows, dw_err *err)
{
  dw_status status = dw_page_codec_ready(DW_PACKED_ZSTD, err);
  if (status != DW_OK) return status;
  w->settled = true;
  w->columns = rows->names.count;
  w->column = dw_grow(w->column, &w->column_capacity, w->columns, sizeof *w->column);
  for (size_t k = 0; k < w->columns; k++) {
    const char *name = rows->column[k].name;
    w->column[k] = (written_column){dw_strdup(name), asked_as_text(w, name) ? DW_COLUMN_TEXT : dw_column_settle(rows, k)};
  }
  return put(w, magic, 4, err);
}

static size_t page_rows(const dw_gathered *rows)
{
  size_t most = rows->pool_count * sizeof *rows->pool, page = PAGE_ROWS;
  for (size_t k = 0; k < rows->names.count; k++)
    if (rows->column[k].text.length > most) most = rows->column[k].text.length;
  while (page > PAGE_ROWS_LEAST && (double)most / (double)rows->rows * (double)page > PAGE_BYTES) page /= 2;
  return page;
}

/* --- the footer --- */

static const dw_physical physical_of[] = {
    [DW_COLUMN_TEXT] = DW_PHYSICAL_BYTES,  [DW_COLUMN_BOOLEAN] = DW_PHYSICAL_BOOLEAN, [DW_COLUMN_WHOLE] = DW_PHYSICAL_INT64,
    [DW_COLUMN_REAL] = DW_PHYSICAL_DOUBLE, [DW_COLUMN_INSTANT] = DW_PHYSICAL_INT64,   [DW_COLUMN_VECTOR] = DW_PHYSICAL_DOUBLE};

static void put_chunk(dw_thrift_out *t, const written_column *column, const dw_column_chunk *chunk, uint64_t at)
{
  bool list = column->type == DW_COLUMN_VECTOR;
  dw_thrift_begin(t);
  dw_thrift_put_integer(t, 2, DW_THRIFT_I64, 0);
  dw_thrift_put_struct(t, 3);
  dw_thrift_put_integer(t, 1, DW_THRIFT_I32, physical_of[column->type]);
  dw_thrift_put_list(t, 2, DW_THRIFT_I32, chunk->dictionary ? 3 : 2);
  dw_thrift_item_integer(t, DW_ENCODED_PLAIN);
  dw_thrift_item_integer(t, DW_ENCODED_RLE);
  if (chunk->dictionary) dw_thrift_item_integer(t, DW_ENCODED_RLE_DICTIONARY);
  dw_thrift_put_list(t, 3, DW_THRIFT_BINARY, list ? 3 : 1);
  dw_thrift_item_text(t, column->name, strlen(column->name));
  if (list) dw_thrift_item_text(t, "list", 4);
  if (list) dw_thrift_item_text(t, "element", 7);
  dw_thrift_put_integer(t, 4, DW_THRIFT_I32, DW_PACKED_ZSTD);
  dw_thrift_put_integer(t, 5, DW_THRIFT_I64, (int64_t)chunk->values);
  dw_thrift_put_integer(t, 6, DW_THRIFT_I64, (int64_t)chunk->plain);
  dw_thrift_put_integer(t, 7, DW_THRIFT_I64, (int64_t)chunk->packed);
  dw_thrift_put_integer(t, 9, DW_THRIFT_I64, (int64_t)(at + chunk->data));
  if (chunk->dictionary) dw_thrift_put_integer(t, 11, DW_THRIFT_I64, (int64_t)at);
  dw_thrift_end(t);
  dw_thrift_end(t);
}

typedef enum repetition { REQUIRED, OPTIONAL, REPEATED, NO_REPETITION } repetition;

/* converted, logical: the number of what it means, in the old and in the new way; -1 and 0: nothing. What belongs to a logical type is
 * written by the caller, who ends the element. */
static void begin_element(dw_thrift_out *t, int physical, repetition repeated, const char *name, size_t children, int converted)
{
  dw_thrift_begin(t);
  if (physical >= 0) dw_thrift_put_integer(t, 1, DW_THRIFT_I32, physical);
  if (repeated != NO_REPETITION) dw_thrift_put_integer(t, 3, DW_THRIFT_I32, repeated);
  dw_thrift_put_text(t, 4, name, strlen(name));
  if (children || physical < 0) dw_thrift_put_integer(t, 5, DW_THRIFT_I32, (int64_t)children);
  if (converted >= 0) dw_thrift_put_integer(t, 6, DW_THRIFT_I32, converted);
}

static void put_logical(dw_thrift_out *t, int32_t logical)
{
  dw_thrift_put_struct(t, 10);
  dw_thrift_put_struct(t, logical);
  dw_thrift_end(t);
  dw_thrift_end(t);
}

static void put_instant(dw_thrift_out *t)
{
  dw_thrift_put_struct(t, 10);
  dw_thrift_put_struct(t, 8);
  dw_thrift_put_boolean(t, 1, true);
  dw_thrift_put_struct(t, 2);
  dw_thrift_put_struct(t, 2); /* microseconds */
  dw_thrift_end(t);
  dw_thrift_end(t);
  dw_thrift_end(t);
  dw_thrift_end(t);
}

static void put_column(dw_thrift_out *t, const written_column *column)
{
  enum { UTF8 = 0, LIST = 3, TIMESTAMP_MICROS = 10, LOGICAL_STRING = 1, LOGICAL_LIST = 3 };
  int physical = (int)physical_of[column->type];
  switch (column->type) {
  case DW_COLUMN_TEXT:
    begin_element(t, physical, OPTIONAL, column->name, 0, UTF8);
    put_logical(t, LOGICAL_STRING);
    break;
  case DW_COLUMN_INSTANT:
    begin_element(t, physical, OPTIONAL, column->name, 0, TIMESTAMP_MICROS);
    put_instant(t);
    break;
  case DW_COLUMN_BOOLEAN:
  case DW_COLUMN_WHOLE:
  case DW_COLUMN_REAL: begin_element(t, physical, OPTIONAL, column->name, 0, -1); break;
  case DW_COLUMN_VECTOR:
    begin_element(t, -1, OPTIONAL, column->name, 1, LIST);
    put_logical(t, LOGICAL_LIST);
    dw_thrift_end(t);
    begin_element(t, -1, REPEATED, "list", 1, -1);
    dw_thrift_end(t);
    begin_element(t, physical, OPTIONAL, "element", 0, -1);
    break;
  }
  dw_thrift_end(t);
}

static void put_schema(dw_thrift_out *t, const dw_parquet_writer *w)
{
  size_t elements = 1;
  for (size_t k = 0; k < w->columns; k++) elements += w->column[k].type == DW_COLUMN_VECTOR ? 3 : 1;
  dw_thrift_put_list(t, 2, DW_THRIFT_STRUCT, elements);
  begin_element(t, -1, NO_REPETITION, "schema", w->columns, -1);
  dw_thrift_end(t);
  for (size_t k = 0; k < w->columns; k++) put_column(t, &w->column[k]);
}

dw_status dw_parquet_write_end(dw_parquet_writer *w, const dw_gathered *columns, dw_err *err)
{
  dw_buf footer = {0};
  dw_thrift_out t = {.out = &footer};
  dw_status status = w->settled ? DW_OK : settle(w, columns, err);
  dw_thrift_put_integer(&t, 1, DW_THRIFT_I32, 1);
  put_schema(&t, w);
  dw_thrift_put_integer(&t, 3, DW_THRIFT_I64, (int64_t)w->rows);
  dw_thrift_put_list(&t, 4, DW_THRIFT_STRUCT, w->groups);
  dw_buf_add(&footer, w->footer.data, w->footer.length);
  dw_thrift_put_text(&t, 6, w->by, strlen(w->by));
  dw_thrift_end(&t);
  for (int i = 0; i < 4; i++) {
    unsigned char byte = (unsigned char)((footer.length - (size_t)i) >> 8 * i); /* of the length before these four */
    dw_buf_char(&footer, (char)byte);
  }
  dw_buf_text(&footer, magic);
  if (status == DW_OK) status = put(w, footer.data, footer.length, err);
  dw_buf_free(&footer);
  return status;
}

/* --- rows --- */

static dw_status refuse(const dw_parquet_writer *w, const dw_gathered *rows, size_t column, size_t row, dw_err *err)
{
  dw_buf value = {0};
  dw_gathered_text(&value, rows, &rows->column[column], row);
  enum { SHOWN = 40 };
  size_t shown = 0, next;
  while (shown < value.length && shown < SHOWN && (next = dw_utf8_length(value.data + shown, value.length - shown))) shown += next;
  dw_status status =
      dw_err_set(err, DW_EDATA,
                 "Parquet: record %llu: \"%.*s%s\" in column \"%.100s\", which has been %s up to here: a column has one type "
                 "in Parquet (--text %.100s writes it as text)",
                 (unsigned long long)(w->rows + row + 1), (int)shown, value.data, shown < value.length ? "..." : "", w->column[column].name,
                 dw_column_type_name(w->column[column].type), w->column[column].name);
  dw_buf_free(&value);
  return status;
}

static dw_status write_column(dw_parquet_writer *w, const dw_gathered *rows, size_t k, size_t page, dw_thrift_out *t, size_t *plain,
                              dw_err *err)
{
  dw_column_chunk chunk;
  size_t wrong;
  w->pages.length = 0;
  if (!dw_column_write(&w->pages, rows, k, w->column[k].type, page, &chunk, &wrong)) return refuse(w, rows, k, wrong, err);
  put_chunk(t, &w->column[k], &chunk, w->at);
  *plain += chunk.plain;
  return put(w, w->pages.data, w->pages.length, err);
}

dw_status dw_parquet_write(dw_parquet_writer *w, const dw_gathered *rows, dw_err *err)
{
  assert(rows->rows <= DW_PARQUET_ROWS);
  if (!rows->rows) return DW_OK;
  dw_status status = w->settled ? DW_OK : settle(w, rows, err);
  if (status == DW_OK && rows->names.count > w->columns)
    return dw_err_set(
        err, DW_EDATA,
        "Parquet: column \"%.100s\" occurs for the first time behind record %llu: a file has the columns of its first records",
        rows->column[w->columns].name, (unsigned long long)w->rows);
  size_t page = page_rows(rows), plain = 0;
  dw_thrift_out t = {.out = &w->footer};
  dw_thrift_begin(&t);
  dw_thrift_put_list(&t, 1, DW_THRIFT_STRUCT, w->columns);
  for (size_t k = 0; k < w->columns && status == DW_OK; k++) status = write_column(w, rows, k, page, &t, &plain, err);
  dw_thrift_put_integer(&t, 2, DW_THRIFT_I64, (int64_t)plain);
  dw_thrift_put_integer(&t, 3, DW_THRIFT_I64, (int64_t)rows->rows);
  dw_thrift_end(&t);
  w->rows += rows->rows;
  w->groups++;
  return status;
}
