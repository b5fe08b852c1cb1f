#include "synth/inject/rewrite.h"

#include "base/num.h"
#include "io/formats/csv_write.h"
#include "test.h"

/* A record with its fields: where is found by the text itself, so that a test reads like the change it makes. */
static dw_span json_span(const char *record, const char *member)
{
  const char *at = strstr(record, member);
  if (!at) abort();
  const char *value = strchr(at + 1, ':') + 1;
  while (*value == ' ' || *value == '\t') value++;
  const char *end = member + strlen(member);
  const char *stop = at + (end - member);
  while (stop > value && stop[-1] == ' ') stop--;
  return (dw_span){(uint32_t)(at - record), (uint32_t)(value - record), (uint32_t)(stop - value)};
}

static dw_span csv_span(const char *record, const char *field)
{
  const char *at = strstr(record, field);
  if (!at) abort();
  return (dw_span){(uint32_t)(at - record), (uint32_t)(at - record), (uint32_t)strlen(field)};
}

static const char *text_of(dw_buf *out) { return dw_buf_cstr(out); }

static void check_value(const char *record, const char *member, const char *value, const char *want)
{
  dw_buf out = {0};
  dw_rewrite rw;
  dw_span span = json_span(record, member);
  dw_rewrite_begin(&rw, &out, record, 0, strlen(record), 0);
  dw_rewrite_value(&rw, &span);
  dw_buf_text(&out, value);
  dw_rewrite_end(&rw);
  CHECK_TEXT(text_of(&out), want);
  dw_buf_free(&out);
}

TEST(a_value_is_replaced_and_nothing_else)
{
  check_value("{\"a\":1,\"b\":2}\n", "\"a\":1", "10", "{\"a\":10,\"b\":2}\n");
  check_value(" { \"a\" :  1.50 ,\"b\":2e0 } \r\n", "\"a\" :  1.50", "null", " { \"a\" :  null ,\"b\":2e0 } \r\n");
  check_value("{\"o\":{\"x\":\"y,z\"},\"b\":[1, 2]}", "\"x\":\"y,z\"", "3", "{\"o\":{\"x\":3},\"b\":[1, 2]}");
}

static void check_removed(const char *record, const char *first, const char *second, const char *want)
{
  dw_buf out = {0};
  dw_buf_text(&out, "before,"); /* what stands in front is none of its business */
  dw_rewrite rw;
  dw_rewrite_begin(&rw, &out, record, 0, strlen(record), 0);
  dw_span span = json_span(record, first);
  dw_rewrite_remove(&rw, &span);
  if (second) {
    span = json_span(record, second);
    dw_rewrite_remove(&rw, &span);
  }
  dw_rewrite_end(&rw);
  CHECK_TEXT(text_of(&out) + 7, want);
  CHECK(memcmp(out.data, "before,", 7) == 0);
  dw_buf_free(&out);
}

TEST(members_leave_with_one_comma)
{
  check_removed("{\"a\":1,\"b\":2,\"c\":3}\n", "\"a\":1", NULL, "{\"b\":2,\"c\":3}\n");
  check_removed("{\"a\":1,\"b\":2,\"c\":3}\n", "\"b\":2", NULL, "{\"a\":1,\"c\":3}\n");
  check_removed("{\"a\":1,\"b\":2,\"c\":3}\n", "\"c\":3", NULL, "{\"a\":1,\"b\":2}\n");
  check_removed("{\"a\":1}", "\"a\":1", NULL, "{}");
  check_removed("{\"a\":1,\"b\":2,\"c\":3}", "\"a\":1", "\"b\":2", "{\"c\":3}");
  check_removed("{\"a\":1,\"b\":2,\"c\":3}", "\"b\":2", "\"c\":3", "{\"a\":1}");
  check_removed("{\"a\":1,\"b\":2,\"c\":3}", "\"a\":1", "\"c\":3", "{\"b\":2}");
  check_removed("{\"a\":1,\"b\":2}", "\"a\":1", "\"b\":2", "{}");
}

TEST(members_leave_with_the_spaces_that_are_theirs)
{
  check_removed("{ \"a\": 1, \"b\": 2 }", "\"a\": 1", NULL, "{ \"b\": 2 }");
  check_removed("{ \"a\": 1 , \"b\": 2 }", "\"b\": 2", NULL, "{ \"a\": 1  }");
  check_removed("{ \"a\": 1 }", "\"a\": 1", NULL, "{  }");
  check_removed("{\"o\":{\"x\":1},\"b\":2}", "\"x\":1", NULL, "{\"o\":{},\"b\":2}");
  check_removed("{\"b\":2,\"o\":{\"x\":1}}", "\"x\":1", NULL, "{\"b\":2,\"o\":{}}");
  check_removed("{\"o\":{\"x\":1,\"y\":2},\"b\":2}", "\"x\":1", "\"b\":2", "{\"o\":{\"y\":2}}");
}

TEST(keys_are_renamed)
{
  const char *record = "{\"a\\\"b\" : 1, \"c\":2}";
  dw_span a = {1, 10, 1}, c = {13, 17, 1};
  CHECK(dw_rewrite_key_length(record, &a) == 6);
  dw_buf out = {0};
  dw_rewrite rw;
  dw_rewrite_begin(&rw, &out, record, 0, strlen(record), 0);
  dw_rewrite_key(&rw, &a, "x\"y", 3);
  dw_rewrite_value(&rw, &a);
  dw_buf_text(&out, "true");
  dw_rewrite_key(&rw, &c, "\xc3\xa9", 2);
  dw_rewrite_end(&rw);
  CHECK_TEXT(text_of(&out), "{\"x\\\"y\" : true, \"\xc3\xa9\":2}");
  dw_buf_free(&out);
}

static void check_added(const char *record, bool csv, const char *want)
{
  dw_buf out = {0};
  dw_rewrite rw;
  dw_rewrite_begin(&rw, &out, record, 0, strlen(record), csv ? ',' : 0);
  dw_rewrite_add(&rw, "score", 5);
  dw_buf_number(&out, 0.5);
  dw_rewrite_end(&rw);
  CHECK_TEXT(text_of(&out), want);
  dw_buf_free(&out);
}

TEST(fields_are_added_at_the_end)
{
  check_added("{\"a\":1}\n", false, "{\"a\":1,\"score\":0.5}\n");
  check_added("{ \"a\": {} } \r\n", false, "{ \"a\": {},\"score\":0.5 } \r\n");
  check_added("{}\n", false, "{\"score\":0.5}\n");
  check_added(" { }", false, " {\"score\":0.5 }");
  check_added("{\"a\":\"}\"}", false, "{\"a\":\"}\",\"score\":0.5}");
  check_added("1,2\r\n", true, "1,2,0.5\r\n");
  check_added("1,", true, "1,,0.5");
}

static void check_csv_removed(const char *record, const char *first, const char *second, const char *want)
{
  dw_buf out = {0};
  dw_buf_text(&out, "1,2\n");
  dw_rewrite rw;
  dw_rewrite_begin(&rw, &out, record, 0, strlen(record), ',');
  dw_span span = csv_span(record, first);
  dw_rewrite_remove(&rw, &span);
  if (second) {
    span = csv_span(record, second);
    dw_rewrite_remove(&rw, &span);
  }
  dw_rewrite_end(&rw);
  CHECK_TEXT(text_of(&out) + 4, want);
  dw_buf_free(&out);
}

TEST(csv_fields_leave_with_one_comma)
{
  check_csv_removed("aa,bb,cc\r\n", "aa", NULL, "bb,cc\r\n");
  check_csv_removed("aa,bb,cc\r\n", "bb", NULL, "aa,cc\r\n");
  check_csv_removed("aa,bb,cc\n", "cc", NULL, "aa,bb\n");
  check_csv_removed("aa,bb,cc", "aa", "bb", "cc");
  check_csv_removed("aa,bb,cc", "bb", "cc", "aa");
  check_csv_removed("aa,bb,cc", "aa", "cc", "bb");
  check_csv_removed("aa,\"b,b\",", "\"b,b\"", NULL, "aa,");
}

TEST(csv_fields_are_quoted_when_they_must_be)
{
  static const char *const cases[][2] = {{"plain", "plain"},   {"a b", "a b"},
                                         {"a,b", "\"a,b\""},   {"say \"no\"", "\"say \"\"no\"\"\""},
                                         {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""},
                                         {"", "\"\""},         {" a", "\" a\""},
                                         {"a\t", "\"a\t\""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_buf out = {0}, scratch = {0};
    dw_csv_field(&out, cases[i][0], strlen(cases[i][0]), ',');
    CHECK_TEXT(text_of(&out), cases[i][1]);
    size_t length;
    const char *back = dw_rewrite_csv_content(out.data, out.length, &scratch, &length);
    CHECK(length == strlen(cases[i][0]) && memcmp(back, cases[i][0], length) == 0);
    dw_buf_free(&out);
    dw_buf_free(&scratch);
  }
}

TEST(csv_lines_are_split)
{
  const char *line = "a,\"b,\"\"c\",,d";
  dw_span spans[4];
  CHECK(dw_rewrite_csv_split(line, strlen(line), ',', spans, 4) == 4);
  CHECK(spans[0].value == 0 && spans[0].length == 1);
  CHECK(spans[1].value == 2 && spans[1].length == 7);
  CHECK(spans[2].value == 10 && spans[2].length == 0);
  CHECK(spans[3].value == 11 && spans[3].length == 1);
  CHECK(dw_rewrite_csv_split("", 0, ',', spans, 4) == 1 && spans[0].length == 0);
  CHECK(dw_rewrite_csv_split("a,b,c", 5, ',', spans, 1) == 3);
  CHECK(dw_rewrite_csv_split("a,", 2, ',', spans, 2) == 2 && spans[1].value == 2 && spans[1].length == 0);
}

TEST(other_delimiters)
{
  const char *line = "a,b;\"c;d\";e";
  dw_span spans[3];
  CHECK(dw_rewrite_csv_split(line, strlen(line), ';', spans, 3) == 3);
  dw_buf out = {0};
  dw_rewrite rw;
  dw_rewrite_begin(&rw, &out, line, 0, strlen(line), ';');
  dw_rewrite_remove(&rw, &spans[0]);
  dw_rewrite_value(&rw, &spans[2]);
  dw_csv_field(&out, "x,y", 3, ';');
  dw_rewrite_add(&rw, "", 0);
  dw_csv_field(&out, "x;y", 3, ';');
  CHECK_TEXT(text_of(&out), "\"c;d\";x,y;\"x;y\"");
  dw_buf_free(&out);
}
