#include "test.h"

#include "io/record/json_member.h"
#include "io/record/scanner.h"

TEST(a_member_is_found_as_it_stands)
{
  static const struct {
    const char *text, *name, *want; /* NULL: there is none */
  } cases[] = {
      {"{\"a\":1.10,\"b\":[1, 2]}", "a", "1.10"},
      {" { \"a\" : 1 , \"b\" : {\"a\":2} } ", "b", "{\"a\":2}"},
      {"{\"x\":\"\\\"a\\\":5\",\"a\":null}", "a", "null"},
      {"{\"x\":{\"a\":1}}", "a", NULL},
      {"{}", "a", NULL},
      {"[1]", "a", NULL},
      {"{\"a\" 1}", "a", NULL},
      {"{\"b\":1 \"a\":2}", "a", NULL},
      {"{\"b\":01,\"a\":2}", "a", NULL},
      {"{\"a\":", "a", NULL},
      {"", "a", NULL},
  };
  dw_buf scratch = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = 0;
    const char *value = dw_json_member(&scratch, cases[i].text, strlen(cases[i].text), cases[i].name, 8, &length);
    CHECK_MSG((value != NULL) == (cases[i].want != NULL), "%s", cases[i].text);
    if (value && cases[i].want) CHECK_MSG(dw_text_equal(value, length, cases[i].want), "%s", cases[i].text);
  }
  dw_buf_free(&scratch);
}

static const char *elements(const char *text)
{
  static char out[200];
  dw_buf padded = {0}, lines = {0};
  dw_buf_text(&padded, text);
  dw_buf_char(&padded, '\n');
  memset(dw_buf_room(&padded, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  const char *wrong = dw_json_elements(padded.data, padded.length - 1, 8, &lines);
  snprintf(out, sizeof out, "%s", wrong ? wrong : dw_buf_cstr(&lines));
  dw_buf_free(&padded);
  dw_buf_free(&lines);
  return out;
}

TEST(elements_become_lines)
{
  CHECK_TEXT(elements("[]"), "");
  CHECK_TEXT(elements(" [ 1 , {\"a\":[2, 3]},\"x,]\" ] "), "1\n{\"a\":[2, 3]}\n\"x,]\"\n");
  CHECK_TEXT(elements("{}"), "an array is expected");
  CHECK_TEXT(elements("[1] 2"), "something stands behind the array");
  CHECK_TEXT(elements("[1 2]"), "a comma or the end of the array is expected");
  CHECK(strlen(elements("[1,]")) > 4); /* the grammar's own words */
  CHECK(strlen(elements("[1")) > 4);
  CHECK(strlen(elements("[")) > 4);
}
