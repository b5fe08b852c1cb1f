#include "synth/inject/append.h"

#include "fixture.h"
#include "take_all.h"

static const char *const fields[] = {"score", "by"};

static dw_status to_buffer(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

/* The row's number, and a text with a comma. */
static void put(void *context, size_t row, size_t field, char delimiter, dw_buf *out)
{
  const uint64_t *first = context;
  if (field == 0) dw_buf_unsigned(out, *first + row);
  else dw_buf_text(out, delimiter ? "\"x,y\"" : "\"x,y\"");
}

static dw_status run(const char *text, size_t block, bool replace, dw_buf *out, dw_err *err)
{
  dw_append append;
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = block, .spans = true});
  const dw_batch *batch;
  dw_status status;
  uint64_t first;
  out->length = 0;
  dw_append_init(&append, fields, 2, replace, to_buffer, out);
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) {
    first = batch->first_row;
    if ((status = dw_append_batch(&append, reader, batch, take_all(batch->rows), put, &first, err)) != DW_OK) break;
  }
  if (status == DW_OK) status = dw_append_batch(&append, reader, NULL, NULL, put, &first, err);
  CHECK(dw_append_flush(&append, &(dw_err){0}) == DW_OK);
  dw_append_free(&append);
  dw_reader_close(reader);
  return status;
}

static void gives(const char *text, bool replace, const char *want)
{
  dw_buf out = {0};
  for (size_t block = 1; block < 200; block += 9) {
    dw_err err = {0};
    CHECK_MSG(run(text, block, replace, &out, &err) == DW_OK, "%s", err.message);
    CHECK_TEXT(dw_buf_cstr(&out), want);
  }
  dw_buf_free(&out);
}

static void refuses(const char *text, const char *says)
{
  dw_buf out = {0};
  dw_err err = {0};
  CHECK_MSG(run(text, 0, false, &out, &err) == DW_EDATA && strstr(err.message, says), "\"%s\", want \"%s\"", err.message, says);
  dw_buf_free(&out);
}

TEST(ndjson)
{
  gives("{\"a\":1}\n{ \"a\" : \"x\\u0041\" , \"b\":[1, 2] }\n{}\n", false,
        "{\"a\":1,\"score\":0,\"by\":\"x,y\"}\n{ \"a\" : \"x\\u0041\" , \"b\":[1, 2],\"score\":1,\"by\":\"x,y\" "
        "}\n{\"score\":2,\"by\":\"x,y\"}\n");
  gives("{\"a\":1}\r\n{\"a\":2}", false, "{\"a\":1,\"score\":0,\"by\":\"x,y\"}\r\n{\"a\":2,\"score\":1,\"by\":\"x,y\"}");
  gives("", false, "");
}

TEST(csv)
{
  gives("a,b\n1,\"x\ny\"\n,2\n", false, "a,b,score,by\n1,\"x\ny\",0,\"x,y\"\n,2,1,\"x,y\"\n");
  gives("\xef\xbb\xbf"
        "a;b\r\n1;2\r\n",
        false,
        "\xef\xbb\xbf"
        "a;b;score;by\r\n1;2;0;\"x,y\"\r\n");
  gives("a,b\n", false, "a,b,score,by\n");
}

TEST(fields_that_are_there)
{
  gives("{\"score\":9,\"a\":1}\n{\"by\":null,\"score\":\"old\"}\n{\"a\":2}\n", true,
        "{\"score\":0,\"a\":1,\"by\":\"x,y\"}\n{\"by\":\"x,y\",\"score\":1}\n{\"a\":2,\"score\":2,\"by\":\"x,y\"}\n");
  gives("score,a\n9,1\n,2\n", true, "score,a,by\n0,1,\"x,y\"\n1,2,\"x,y\"\n");
  refuses("{\"a\":1}\n{\"a\":1,\"score\":null}\n", ":2: there is a field \"score\" already; --replace");
  refuses("a,by\n1,2\n", ":1: there is a column \"by\" already; --replace");
  refuses("{\"a\":1}\n{\"score\":{\"old\":1}}\n", ":2: \"score.old\" stands in an object");
}

TEST(what_came_before_an_error_leaves)
{
  dw_buf out = {0};
  dw_err err = {0};
  CHECK(run("{\"a\":1}\n{\"score\":1}\n{\"a\":2}\n", 0, false, &out, &err) == DW_EDATA);
  CHECK_TEXT(dw_buf_cstr(&out), "{\"a\":1,\"score\":0,\"by\":\"x,y\"}\n");
  dw_buf_free(&out);
}

TEST(wanted_columns)
{
  dw_append append;
  dw_append_init(&append, fields, 2, false, to_buffer, NULL);
  CHECK(dw_append_wants(&append, "score") && dw_append_wants(&append, "score.a") && dw_append_wants(&append, "by"));
  CHECK(!dw_append_wants(&append, "scores") && !dw_append_wants(&append, "scor") && !dw_append_wants(&append, "a"));
  dw_append_free(&append);
}
