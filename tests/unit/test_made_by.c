#include "test.h"

#include "io/text/made_by.h"

static void check(dw_buf *stages, const char *want)
{
  CHECK_TEXT(dw_buf_cstr(stages), want);
  stages->length = 0;
}

#define PLAIN "{\"command\":\"dw-x\",\"version\":\"1\",\"arguments\":[],\"inputs\":[]}"
static const dw_made_stage plain = {.command = "dw-x", .version = "1"};

TEST(stages_say_what_was_done)
{
  dw_buf stages = {0};
  dw_made_by_add(&stages, &plain);
  check(&stages, PLAIN);
  const char *const arguments[] = {"--by", "a \"b\""};
  const dw_made_input inputs[] = {{"x.csv", 10, 2, "00ff"}, {"-", 0, 0, "ff00"}};
  const uint64_t seed = UINT64_MAX;
  dw_made_by_add(&stages, &(dw_made_stage){"dw-y", "2", arguments, 2, &seed, inputs, 2});
  check(&stages, "{\"command\":\"dw-y\",\"version\":\"2\",\"arguments\":[\"--by\",\"a \\\"b\\\"\"],\"seed\":18446744073709551615,"
                 "\"inputs\":[{\"name\":\"x.csv\",\"bytes\":10,\"rows\":2,\"digest\":\"00ff\"},"
                 "{\"name\":\"-\",\"bytes\":0,\"rows\":0,\"digest\":\"ff00\"}]}");
  dw_buf_free(&stages);
}

TEST(stages_come_one_behind_the_other)
{
  dw_buf stages = {0};
  dw_made_by_append(&stages, "{\"a\":1}", 7);
  dw_made_by_add(&stages, &plain);
  dw_made_by_append(&stages, "{}", 2);
  check(&stages, "{\"a\":1}," PLAIN ",{}");
  dw_made_by_copy_text(&stages, "[]", 2);
  dw_made_by_add(&stages, &plain);
  check(&stages, PLAIN);
  dw_made_by_copy_text(&stages, "[ \n]", 4);
  dw_made_by_append(&stages, "{}", 2);
  check(&stages, " \n{}");
  dw_made_by_copy_text(&stages, "[{\"a\": 1}, {\"b\": 2}]", 20);
  dw_made_by_append(&stages, "{}", 2);
  check(&stages, "{\"a\": 1}, {\"b\": 2},{}");
  dw_buf_free(&stages);
}

TEST(stages_of_a_parsed_document)
{
  static const char text[] = "{\"made_by\":[{\"command\": \"a\"},{\"command\":\"b\"}],\"other\":1}";
  dw_value *document;
  dw_err err;
  dw_buf stages = {0};
  CHECK(dw_value_parse(&document, text, sizeof text - 1, "doc", 1, &err) == DW_OK);
  dw_made_by_copy(&stages, dw_value_get(document, "other"));
  dw_made_by_copy(&stages, dw_value_get(document, "none"));
  CHECK(stages.length == 0);
  dw_made_by_copy(&stages, dw_value_get(document, "made_by"));
  dw_made_by_append(&stages, "{}", 2);
  check(&stages, "{\"command\":\"a\"},{\"command\":\"b\"},{}");
  dw_value_free(document);
  dw_buf_free(&stages);
}

TEST(the_member_is_one_line)
{
  for (int indent = 0; indent <= 2; indent += 2) {
    dw_buf out = {0};
    dw_json json;
    dw_json_start(&json, &out, indent);
    dw_json_open(&json, NULL, '{');
    dw_made_by_write(&json, "{},{}", 5);
    dw_json_close(&json, '}');
    check(&out, indent ? "{\n  \"made_by\": [{},{}]\n}" : "{\"made_by\":[{},{}]}");
    dw_json_start(&json, &out, indent);
    dw_json_open(&json, NULL, '{');
    dw_made_by_write(&json, NULL, 0);
    dw_json_close(&json, '}');
    check(&out, indent ? "{\n  \"made_by\": []\n}" : "{\"made_by\":[]}");
    dw_buf_free(&out);
  }
}
