#include "test.h"

#include "io/formats/formats.h"
#include "store/intake/envelope.h"

static dw_err err;

static dw_records_row row_of(const char *content)
{
  return (dw_records_row){.kind = DW_RECORD_RESPONSE,
                          .model = "m\"1\"",
                          .source = "",
                          .id = "a\\b\t\xc3\xa9",
                          .time = INT64_C(1767268800) * DW_SECOND + 5,
                          .received = INT64_C(1767268800) * DW_SECOND,
                          .content = content,
                          .length = strlen(content)};
}

/* Reads documents; the items' contents, each with a newline, then the error. */
static const char *taken(const char *text, size_t length, dw_records_item *first)
{
  static char out[5000];
  dw_buf all = {0};
  dw_reader *reader;
  const dw_batch *batch;
  dw_records_item *items;
  size_t count = 0;
  static dw_envelopes *envelopes;
  dw_envelopes_free(envelopes); /* of the call before: the first item's texts are its */
  envelopes = dw_envelopes_new();
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_envelope_wants, .line_limit = DW_ENVELOPE_LINE};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("in", text, length), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_envelopes_take(envelopes, reader, batch, &items, &count, &err);
    if (count && first) *first = items[0];
    for (size_t i = 0; i < count; i++) dw_buf_format(&all, "%.*s\n", (int)items[i].length, items[i].content);
  }
  if (status != DW_OK) dw_buf_format(&all, "%d: %s", (int)status, err.message);
  snprintf(out, sizeof out, "%s", dw_buf_cstr(&all));
  dw_buf_free(&all);
  dw_reader_close(reader);
  return out;
}

TEST(a_record_comes_back_byte_for_byte)
{
  static const char *const contents[] = {"{}", "{ \"a\" : 1.10 , \"content\":{\"content\":2} }",
                                         "{\"kind\":\"x\",\"id\":\"\\u0000\\ud800\"}\r", "  {\"a\":[1,{\"b\":2}]}"};
  dw_buf out = {0};
  for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
    dw_records_item item = {0};
    dw_records_row row = row_of(contents[i]);
    char want[100];
    out.length = 0;
    dw_envelope_write(&out, &row);
    snprintf(want, sizeof want, "%s\n", contents[i]);
    CHECK_TEXT(taken(out.data, out.length, &item), want);
    CHECK(item.kind == row.kind && item.time == row.time && item.received == row.received);
    CHECK_TEXT(item.model, row.model);
    CHECK_TEXT(item.source, row.source);
    CHECK_TEXT(item.id, row.id);
  }
  dw_buf_free(&out);
}

TEST(what_is_written)
{
  dw_buf out = {0};
  dw_records_row row = row_of("{\"x\":1}");
  dw_envelope_write(&out, &row);
  CHECK_TEXT(dw_buf_cstr(&out),
             "{\"kind\":\"stored\",\"record\":\"response\",\"model\":\"m\\\"1\\\"\",\"source\":\"\",\"id\":\"a\\\\b\\t\xc3\xa9\","
             "\"time\":\"2026-01-01T12:00:00.000005Z\",\"received\":\"2026-01-01T12:00:00Z\",\"content\":{\"x\":1}}\n");
  dw_buf_free(&out);
}

/* A record may be nested 64 deep, and so may the document that it is in. */
TEST(the_deepest_record_comes_back_too)
{
  for (int depth = 62; depth <= 64; depth++) {
    char content[300] = "", want[310];
    dw_buf out = {0};
    strcat(content, "{\"a[\\\"\":");
    for (int i = 1; i < depth; i++) strcat(content, "[");
    for (int i = 1; i < depth; i++) strcat(content, "]");
    strcat(content, "}");
    dw_records_row row = row_of(content);
    dw_envelope_write(&out, &row);
    snprintf(want, sizeof want, "%s\n", content);
    CHECK_TEXT(taken(out.data, out.length, NULL), want);
    dw_buf_free(&out);
  }
}

TEST(what_is_no_such_document_is_named)
{
  static const struct {
    const char *document, *said;
  } cases[] = {
      {"{\"a\":1}", "not a record that dw-store export wrote: \"kind\" is not \"stored\""},
      {"{\"kind\":\"stored\"}", "field \"record\" is no kind of record that is stored"},
      {"{\"kind\":\"stored\",\"record\":\"label\",\"model\":1,\"source\":\"\"}", "fields \"model\" and \"source\" are to be texts"},
      {"{\"kind\":\"stored\",\"record\":\"label\",\"model\":\"\",\"source\":\"\",\"id\":\"\"}", "field \"id\" is to be a text"},
      {"{\"kind\":\"stored\",\"record\":\"label\",\"model\":\"\",\"source\":\"\",\"id\":\"a\",\"time\":\"2026-01-01\"}",
       "fields \"time\" and \"received\" are to be times (2026-01-31T09:30:00Z)"},
      {"{\"kind\":\"stored\",\"record\":\"label\",\"model\":\"\",\"source\":\"\",\"id\":\"a\",\"time\":\"2026-01-01\",\"received\":\"2026-"
       "01-01\"}",
       "\"content\" is to be the last field, as dw-store export writes it"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char want[300];
    snprintf(want, sizeof want, "3: in:1: %s", cases[i].said);
    CHECK_TEXT(taken(cases[i].document, strlen(cases[i].document), NULL), want);
  }
}
