/* Records on their way out: NDJSON and CSV into one another and into Parquet, which our own reader reads back; however the text is cut. */
#include "io/formats/convert.h"

#include "test.h"

#include "batch_text.h"
#include "io/parquet/parquet_write.h"

static dw_status keep(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

/* In pieces of `piece` bytes. What comes out, or the message. */
static dw_status convert(dw_written form, const char *text, size_t length, size_t piece, const char *as_text, dw_buf *out)
{
  dw_err err;
  dw_status status = DW_OK;
  out->length = 0;
  dw_convert *c = dw_convert_new(
      &(dw_convert_options){.form = form, .by = "test", .text = &as_text, .text_count = as_text != NULL, .write = keep, .context = out});
  for (size_t at = 0; at < length && status == DW_OK; at += piece)
    status = dw_convert_write(c, text + at, at + piece < length ? piece : length - at, &err);
  if (status == DW_OK) status = dw_convert_end(c, &err);
  dw_convert_free(c);
  if (status == DW_OK) return status;
  out->length = 0;
  dw_buf_text(out, err.message);
  return status;
}

static const char *text_of(dw_written form, const char *text)
{
  static dw_buf out, again;
  convert(form, text, strlen(text), strlen(text) + 1, NULL, &out);
  convert(form, text, strlen(text), 1, NULL, &again);
  CHECK(out.length == again.length && memcmp(out.data, again.data, out.length) == 0);
  return dw_buf_cstr(&out);
}

static const char *name_of(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

/* The records of a Parquet file. */
static const char *read_back(const dw_buf *file)
{
  static dw_buf out;
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch;
  out.length = 0;
  dw_status status =
      dw_reader_open_input(&reader, dw_input_of_memory("f", file->data, file->length), &(dw_reader_options){.threads = 2}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) batch_text(&out, batch, name_of, reader);
  if (status != DW_OK) dw_buf_text(&out, err.message);
  dw_reader_close(reader);
  return dw_buf_cstr(&out);
}

static const char *by_parquet(const char *text, const char *as_text)
{
  static dw_buf file;
  if (convert(DW_WRITTEN_PARQUET, text, strlen(text), 7, as_text, &file) != DW_OK) return dw_buf_cstr(&file);
  return read_back(&file);
}

TEST(cells_of_csv_are_what_they_were_understood_as)
{
  CHECK_TEXT(text_of(DW_WRITTEN_NDJSON, "a;b c\n1;x\n+5;NA\n007;\"q\"\"\n\"\n1.10;TRUE\n .5;\"\"\n-inf;false\n1E5;\xc3\xa9\n"),
             "{\"a\":1,\"b c\":\"x\"}\n{\"a\":5,\"b c\":null}\n{\"a\":\"007\",\"b c\":\"q\\\"\\n\"}\n{\"a\":1.10,\"b c\":true}\n"
             "{\"a\":0.5,\"b c\":null}\n{\"a\":\"-Infinity\",\"b c\":false}\n{\"a\":1E5,\"b c\":\"\xc3\xa9\"}\n");
  CHECK_TEXT(text_of(DW_WRITTEN_NDJSON, "a,b\n"), "");
  CHECK_TEXT(text_of(DW_WRITTEN_NDJSON, ""), "");
}

TEST(what_is_in_the_form_passes)
{
  CHECK_TEXT(text_of(DW_WRITTEN_NDJSON, " { \"a\" : 1.0 }\r\n{}"), " { \"a\" : 1.0 }\r\n{}");
  CHECK_TEXT(text_of(DW_WRITTEN_CSV, "a;b\r\n1;2\r\n"), "a;b\r\n1;2\r\n");
  CHECK_TEXT(text_of(DW_WRITTEN_ALIKE, "whatever"), "whatever");
}

/* The first part of a large piece is looked at; what comes behind it must not overtake it. */
TEST(a_long_text_passes_in_order)
{
  dw_buf text = {0}, out = {0};
  for (int i = 0; i < 200000; i++) dw_buf_format(&text, "{\"a\":%d}\n", i);
  CHECK(convert(DW_WRITTEN_NDJSON, text.data, text.length, text.length / 2 + 77, NULL, &out) == DW_OK);
  CHECK(out.length == text.length && memcmp(out.data, text.data, text.length) == 0);
  dw_buf_free(&text);
  dw_buf_free(&out);
}

TEST(csv_has_the_columns_of_all_records)
{
  CHECK_TEXT(text_of(DW_WRITTEN_CSV, "{\"a\":1.0,\"s\":\"x,\\\"y\\\"\"}\n{\"n\":{\"b\":true},\"v\":[1,2.50]}\n{\"a\":null,\"s\":\"\"}\n"),
             "a,s,n.b,v\n1.0,\"x,\"\"y\"\"\",,\n,,true,\"[1,2.5]\"\n,\"\",,\n");
  CHECK_TEXT(text_of(DW_WRITTEN_CSV, "{\"a\":null}\n{\"a\":2}\n"), "a\n\"\"\n2\n");
}

TEST(parquet_is_read_back_with_all_types)
{
  CHECK_TEXT(
      by_parquet(
          "{\"i\":1,\"r\":1.5,\"b\":true,\"s\":\"\xc3\xa9\\u0001\",\"v\":[1,-2.5],\"t\":\"2026-01-01T00:00:00Z\",\"m\":1,\"n\":null}\n"
          "{\"i\":-9007199254740993,\"r\":2,\"b\":false,\"s\":\"\",\"v\":[],\"t\":\"1969-12-31T23:59:59.5Z\",\"m\":\"x\"}\n{}\n",
          NULL),
      "0: i=int:1 r=real:1.5 b=true: s=text:\xc3\xa9\x01 v=vector:1,-2.5, t=text:2026-01-01T00:00:00Z m=text:1 n=null:\n"
      "1: i=int:-9007199254740992 r=real:2 b=false: s=text: v=vector: t=text:1969-12-31T23:59:59.5Z m=text:x n=null:\n"
      "2: i=null: r=null: b=null: s=null: v=null: t=null: m=null: n=null:\n");
  CHECK_TEXT(by_parquet("a,b\ninf,007\n2,\n", NULL), "0: a=real:inf b=text:007\n1: a=real:2 b=null:\n");
  CHECK_TEXT(by_parquet("{\"a\":12345678901234567890123}\n{\"a\":2}\n", NULL), "0: a=text:12345678901234567890123\n1: a=text:2\n");
  CHECK_TEXT(by_parquet("{\"o\":[{\"x\":1}]}\n{\"o\":[1]}\n", NULL), "0: o=text:[{\"x\":1}]\n1: o=text:[1]\n");
  CHECK_TEXT(by_parquet("{\"a\":1}\n", "a"), "0: a=text:1\n");
}

TEST(a_time_without_a_zone_stays_a_text)
{
  CHECK_TEXT(by_parquet("{\"a\":\"2026-01-01T00:00:00\",\"b\":\"2026-01-01T00:00:00.1234567Z\",\"c\":\"2026-01-01\"}\n", NULL),
             "0: a=text:2026-01-01T00:00:00 b=text:2026-01-01T00:00:00.1234567Z c=text:2026-01-01\n");
}

TEST(no_rows_and_no_columns_are_a_file)
{
  CHECK_TEXT(by_parquet("a,b\n", NULL), "");
  CHECK_TEXT(by_parquet("", NULL), "");
}

static bool says(const dw_batch *batch, const dw_batch_column *column, size_t row, const char *word, size_t number)
{
  static dw_buf scratch, want;
  size_t length;
  const char *text = dw_cell_text(batch, (dw_tag)column->tags[row], column->cells[row], &scratch, &length);
  want.length = 0;
  dw_buf_format(&want, "%s%zu", word, number);
  return dw_text_equal(text, length, dw_buf_cstr(&want));
}

/* Row groups and pages end among the rows; every fifth is missing, and the words are a dictionary's. */
TEST(several_row_groups_are_the_same_rows)
{
  enum { ROWS = 2 * DW_PARQUET_ROWS + 17 };
  dw_buf text = {0}, file = {0};
  for (int i = 0; i < ROWS; i++) {
    dw_buf_format(&text, "{\"i\":%d,\"w\":\"w%d\",\"id\":\"id%d\"", i % 1000, i % 7, i);
    if (i % 5) dw_buf_format(&text, ",\"v\":[%d,0.5],\"b\":%s", i, i % 2 ? "true" : "false");
    dw_buf_text(&text, "}\n");
  }
  CHECK(convert(DW_WRITTEN_PARQUET, text.data, text.length, 65536, NULL, &file) == DW_OK);
  CHECK(file.length < text.length / 8);
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch;
  size_t row = 0, wrong = 0;
  CHECK(dw_reader_open_input(&reader, dw_input_of_memory("f", file.data, file.length), &(dw_reader_options){.threads = 2}, &err) == DW_OK);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    const dw_batch_column *i = dw_reader_find(reader, batch, "i"), *w = dw_reader_find(reader, batch, "w"),
                          *id = dw_reader_find(reader, batch, "id"), *v = dw_reader_find(reader, batch, "v"),
                          *b = dw_reader_find(reader, batch, "b");
    for (size_t k = 0; k < batch->rows; k++, row++) {
      wrong += i->tags[k] != DW_INTEGER || i->cells[k].number != (double)(row % 1000);
      wrong += !says(batch, w, k, "w", row % 7) + !says(batch, id, k, "id", row);
      if (row % 5 == 0) wrong += v->tags[k] != DW_NULL || b->tags[k] != DW_NULL;
      else
        wrong += v->tags[k] != DW_VECTOR || v->cells[k].text.length != 2 || batch->pool[v->cells[k].text.offset] != (double)row ||
                 b->tags[k] != (row % 2 ? DW_TRUE : DW_FALSE);
    }
  }
  CHECK(row == ROWS);
  CHECK(wrong == 0);
  dw_reader_close(reader);
  dw_buf_free(&text);
  dw_buf_free(&file);
}

/* A type holds for the whole file. */
TEST(what_does_not_fit_later_is_an_error)
{
  dw_buf text = {0}, out = {0};
  for (int i = 0; i < DW_PARQUET_ROWS; i++) dw_buf_text(&text, "{\"a\":1}\n");
  size_t length = text.length;
  dw_buf_text(&text, "{\"a\":2.0}\n{\"a\":2.5}\n");
  CHECK(convert(DW_WRITTEN_PARQUET, text.data, text.length, text.length, NULL, &out) == DW_EDATA);
  CHECK_TEXT(dw_buf_cstr(&out),
             "Parquet: record 131074: \"2.5\" in column \"a\", which has been whole numbers of 64 bits up to here: a column "
             "has one type in Parquet (--text a writes it as text)");
  CHECK(convert(DW_WRITTEN_PARQUET, text.data, text.length, text.length, "a", &out) == DW_OK);
  text.length = length;
  dw_buf_text(&text, "{\"b\":1}\n");
  CHECK(convert(DW_WRITTEN_PARQUET, text.data, text.length, text.length, NULL, &out) == DW_EDATA);
  CHECK_TEXT(dw_buf_cstr(&out),
             "Parquet: column \"b\" occurs for the first time behind record 131072: a file has the columns of its first records");
  CHECK(convert(DW_WRITTEN_CSV, text.data, text.length, text.length, NULL, &out) == DW_EDATA);
  CHECK_TEXT(dw_buf_cstr(&out),
             "CSV: column \"b\" occurs for the first time behind record 131072: a file has the columns of its first records");
  dw_buf_free(&text);
  dw_buf_free(&out);
}
