#include "test.h"

#include "serve/resources/body_form.h"

static dw_head head_of(const char *fields)
{
  dw_head head;
  const char *why;
  char text[500];
  int n = snprintf(text, sizeof text, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);
  CHECK(dw_head_parse(&head, text, (size_t)n, &why) == 0);
  return head;
}

TEST(the_type_says_how_records_stand)
{
  static const struct {
    const char *fields;
    dw_body_form form;
  } cases[] = {
      {"", DW_FORM_RECORD},
      {"Content-Type: application/json\r\n", DW_FORM_RECORD},
      {"Content-Type: Application/JSON; charset=utf-8\r\n", DW_FORM_RECORD},
      {"Content-Type: application/x-ndjson\r\n", DW_FORM_LINES},
      {"Content-Type: application/jsonl;x=y\r\n", DW_FORM_LINES},
      {"Content-Type: application/json\r\nCE-SpecVersion: 1.0\r\n", DW_FORM_EVENT_DATA},
      {"Content-Type: application/x-ndjson\r\nce-specversion: 1.0\r\n", DW_FORM_LINES},
      {"Content-Type: application/cloudevents+json\r\n", DW_FORM_EVENT},
      {"Content-Type: application/cloudevents-batch+json; charset=utf-8\r\n", DW_FORM_EVENTS},
      {"Content-Type: application/jsonx\r\n", DW_FORM_UNKNOWN},
      {"Content-Type: text/csv\r\n", DW_FORM_UNKNOWN},
      {"Content-Type:\r\n", DW_FORM_UNKNOWN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_head head = head_of(cases[i].fields);
    CHECK_MSG(dw_body_form_of(&head) == cases[i].form, "%s", cases[i].fields);
    dw_head_free(&head);
  }
}

TEST(codings_that_the_reader_undoes)
{
  static const struct {
    const char *fields;
    bool known;
  } cases[] = {{"", true},
               {"Content-Encoding: gzip\r\n", true},
               {"Content-Encoding: ZSTD\r\n", true},
               {"Content-Encoding: br\r\n", false},
               {"Content-Encoding: gzip, gzip\r\n", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_head head = head_of(cases[i].fields);
    CHECK_MSG(dw_body_coding_known(&head) == cases[i].known, "%s", cases[i].fields);
    dw_head_free(&head);
  }
}

TEST(a_record_on_several_lines_becomes_one)
{
  char good[] = "{\r\n \"a\\\"\" : \"x\\\\\"\n}\n", bad[] = "{\"a\":\"x\n\"}", escaped[] = "{\"a\\\n\":1}";
  CHECK(dw_body_one_line(good, sizeof good - 1));
  CHECK_TEXT(good, "{\r  \"a\\\"\" : \"x\\\\\" } ");
  CHECK(!dw_body_one_line(bad, sizeof bad - 1));
  CHECK(!dw_body_one_line(escaped, sizeof escaped - 1)); /* a backslash makes no line end a part of a string */
}
