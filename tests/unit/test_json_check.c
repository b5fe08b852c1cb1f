#include "test.h"

#include "io/text/json.h"
#include "io/text/json_check.h"
#include "json_cases.h"

/* Where documents are stricter than the record stream, and where they are not: names are not joined here. */
static const char *const refused_too[] = {"\"\\u0000\"",        "\"\\uD800\"",           "\"\\uDC00\"",  "\"\\uDFAA\"",
                                          "\"\\uD888\\u1234\"", "\"\\uD800\\uD800\\n\"", "\"\\uDd1ea\"", "[{\"a\":1,\"a\":2}]"};
static const char *const taken_here[] = {"{\"b\":{\"c\":1},\"b.c\":1}", "{\"b.c\":1,\"b\":{\"c\":1}}"};

static bool among(const char *text, const char *const *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(text, list[i]) == 0) return true;
  return false;
}

static void check_cases(const json_case *cases, size_t count, bool good)
{
  size_t odd = 0;
  for (size_t i = 0; i < count; i++) {
    dw_buf text = {0};
    dw_value *value;
    dw_err err;
    dw_buf_text(&text, "{\"a\":");
    dw_buf_add(&text, cases[i].text, cases[i].length);
    dw_buf_char(&text, '}');
    char *exact = malloc(text.length); /* no byte behind the text may be read */
    memcpy(exact, text.data, text.length);
    bool exception = good ? among(cases[i].text, refused_too, COUNT(refused_too)) : among(cases[i].text, taken_here, COUNT(taken_here));
    dw_status status = dw_value_parse(&value, exact, text.length, "doc", 1, &err);
    CHECK_MSG((status == DW_OK) == (good != exception), "%.*s: status %d", (int)text.length, text.data, status);
    odd += exception;
    if (status == DW_OK) {
      dw_buf printed = {0}, again = {0}; /* what it prints as reads back as the same */
      dw_value *back = NULL;
      dw_value_print(value, &printed);
      CHECK(dw_value_parse(&back, printed.data, printed.length, "doc", 1, &err) == DW_OK);
      if (back) dw_value_print(back, &again);
      CHECK(printed.length == again.length && memcmp(printed.data, again.data, again.length) == 0);
      dw_value_free(back);
      dw_buf_free(&printed);
      dw_buf_free(&again);
    }
    dw_value_free(value);
    free(exact);
    dw_buf_free(&text);
  }
  CHECK(odd == (good ? COUNT(refused_too) : COUNT(taken_here))); /* each of them is among the cases */
}

TEST(good_values) { check_cases(good_values, COUNT(good_values), true); }
TEST(bad_values) { check_cases(bad_values, COUNT(bad_values), false); }

TEST(marks_of_numbers_and_keys)
{
  const char text[] = "{\"a\":[1, -2.5e3 ,\"3\"], \"b\\n\" : {\"\":0}}";
  dw_json_source source = {text, sizeof text - 1, "doc", 0};
  dw_json_marks marks = {0};
  CHECK(dw_json_check(&source, &marks, NULL) == DW_OK);
  CHECK(marks.number_count == 3 && marks.key_count == 3);
  dw_buf out = {0};
  for (size_t i = 0; i < marks.number_count; i++)
    dw_buf_format(&out, "%.*s;", (int)marks.numbers[i].length, text + marks.numbers[i].offset);
  for (size_t i = 0; i < marks.key_count; i++) dw_buf_format(&out, "%.*s;", (int)marks.keys[i].length, text + marks.keys[i].offset);
  CHECK_TEXT(dw_buf_cstr(&out), "1;-2.5e3;0;\"a\";\"b\\n\";\"\";");
  dw_buf_free(&out);
  dw_json_marks_free(&marks);
}

TEST(fault_places)
{
  dw_json_source source = {"ab\ncd\n", 6, "doc", 10};
  static const char *const places[] = {"doc:10:1: x", "doc:10:2: x", "doc:10:3: x", "doc:11:1: x",
                                       "doc:11:2: x", "doc:11:3: x", "doc:12:1: x"};
  dw_err err;
  for (size_t i = 0; i < 7; i++) {
    CHECK(dw_json_fault(&source, i, &err, "x") == DW_EDATA);
    CHECK_TEXT(err.message, places[i]);
  }
}
