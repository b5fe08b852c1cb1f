#include "test.h"

#include "base/num.h"
#include "io/text/json.h"

static dw_status parse(dw_value **value, const char *text, dw_err *err) { return dw_value_parse(value, text, strlen(text), "doc", 1, err); }

/* What the document prints as, or the message. */
static const char *printed(const char *text, size_t length)
{
  static dw_buf out;
  dw_value *value;
  dw_err err;
  char *exact = malloc(length ? length : 1); /* no byte behind the text may be read */
  memcpy(exact, text, length);
  out.length = 0;
  if (dw_value_parse(&value, exact, length, "doc", 1, &err) == DW_OK) {
    dw_value_print(value, &out);
    dw_value_free(value);
  } else {
    CHECK(err.status == DW_EDATA && value == NULL);
    dw_buf_text(&out, err.message);
  }
  free(exact);
  return dw_buf_cstr(&out);
}

TEST(json_accepts)
{
  static const char *const same[] = {"null",
                                     "true",
                                     "false",
                                     "0",
                                     "-0",
                                     "1.5",
                                     "\"\"",
                                     "[]",
                                     "{}",
                                     "[[],{}]",
                                     "{\"a\":{\"b\":[1,2,3]}}",
                                     "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\"",
                                     "\"h\xc3\xa9llo \xf0\x9f\x98\x80\"",
                                     "{\"\":1}",
                                     "{\"A\":1,\"a\":2}"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) CHECK_TEXT(printed(same[i], strlen(same[i])), same[i]);
  /* clang-format off */
  static const char *const other[][2] = {
      {" [ 1 , 2 ] \n", "[1,2]"}, {"\t\r\n{ \"a\" : 1 }", "{\"a\":1}"}, {"1E3", "1000"}, {"1.0e+2", "100"}, {"-0.0", "-0"},
      {"\"\\u00e9\\ud83d\\ude00\\/\"", "\"\xc3\xa9\xf0\x9f\x98\x80/\""},
      {"0.1000000000000000055511151231257827021181583404541015625", "0.1"},
      {"1e-400", "0"},
      {"123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890", "1.2345678901234568e89"}};
  /* clang-format on */
  for (size_t i = 0; i < sizeof other / sizeof *other; i++) CHECK_TEXT(printed(other[i][0], strlen(other[i][0])), other[i][1]);
}

TEST(json_rejects_with_place)
{
  static const char *const cases[][2] = {
      {"", "doc:1:1: the text ends too early: expected a value"},
      {"  \n ", "doc:2:2: the text ends too early: expected a value"},
      {"01", "doc:1:1: a number must not begin with 0"},
      {"-01", "doc:1:2: a number must not begin with 0"},
      {"+1", "doc:1:1: expected a value, found byte 0x2b '+'"},
      {".5", "doc:1:1: expected a value, found byte 0x2e '.'"},
      {"1.", "doc:1:3: the text ends too early: expected a digit after the point"},
      {"1e", "doc:1:3: the text ends too early: expected a digit of the exponent"},
      {"-", "doc:1:2: the text ends too early: expected a digit"},
      {"[1e999]", "doc:1:2: 1e999 is beyond the range of a double"},
      {"[1,\n -1e999]", "doc:2:2: -1e999 is beyond the range of a double"},
      {"NaN", "doc:1:1: expected a value, found byte 0x4e 'N'"},
      {"nul", "doc:1:4: the text ends too early: expected null"},
      {"tru3", "doc:1:4: expected true, found byte 0x33 '3'"},
      {"1 2", "doc:1:3: text behind the end of the document"},
      {"{} x", "doc:1:4: text behind the end of the document"},
      {"[1,]", "doc:1:4: expected a value, found byte 0x5d ']'"},
      {"[1 2]", "doc:1:4: expected ',' or ']', found byte 0x32 '2'"},
      {"[", "doc:1:2: the text ends too early: expected a value"},
      {"{", "doc:1:2: the text ends too early: expected a key in quotes"},
      {"{\"a\"", "doc:1:5: the text ends too early: expected ':' after a key"},
      {"{\"a\":1,}", "doc:1:8: expected a key in quotes, found byte 0x7d '}'"},
      {"{a:1}", "doc:1:2: expected a key in quotes, found byte 0x61 'a'"},
      {"{\n\"a\":1,\n\"a\":2}", "doc:3:1: the key \"a\" stands twice in this object"},
      {"{\"a\":1,\"\\u0061\":2}", "doc:1:8: the key \"a\" stands twice in this object"},
      {"[{\"x\":{\"y\":1,\"y\":2}}]", "doc:1:14: the key \"y\" stands twice in this object"},
      {"\"a\tb\"", "doc:1:3: control character 0x09 in a string must be written \\u0009"},
      {"\"a\nb\"", "doc:1:3: control character 0x0a in a string must be written \\u000a"},
      {"\"\\x\"", "doc:1:3: expected one of \" \\ / b f n r t u after a backslash, found byte 0x78 'x'"},
      {"\"\\u12g4\"", "doc:1:6: expected four hex digits after \\u, found byte 0x67 'g'"},
      {"\"\\u0000\"", "doc:1:2: \\u0000 is not taken in documents"},
      {"\"\\ud800\"", "doc:1:2: a high surrogate escape without a low one behind it"},
      {"\"\\ud800\\u0041\"", "doc:1:2: a high surrogate escape without a low one behind it"},
      {"\"\\udc00\"", "doc:1:2: a low surrogate escape without a high one before it"},
      {"\"abc", "doc:1:5: the text ends too early: expected the closing quote of a string"},
      {"\"abc\\", "doc:1:6: the text ends too early: expected the rest of an escape"},
      {"\"\xff\"", "doc:1:2: invalid UTF-8 (byte 0xff)"},
      {"\"\xc0\x80\"", "doc:1:2: invalid UTF-8 (byte 0xc0)"},
      {"\"\xed\xa0\x80\"", "doc:1:2: invalid UTF-8 (byte 0xed)"},
      {"\"\xe2\x82\"", "doc:1:2: invalid UTF-8 (byte 0xe2)"},
      {"\xef\xbb\xbf{}", "doc:1:1: expected a value, found byte 0xef '?'"},
      {"/**/1", "doc:1:1: expected a value, found byte 0x2f '/'"},
      {"'a'", "doc:1:1: expected a value, found byte 0x27 '''"},
      {"\f1", "doc:1:1: expected a value, found byte 0x0c '?'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK_TEXT(printed(cases[i][0], strlen(cases[i][0])), cases[i][1]);
  CHECK(strncmp(printed("{}\0", 3), "doc:1:3: text behind", 20) == 0);
  CHECK(strncmp(printed("\0", 1), "doc:1:1: expected a value", 25) == 0);
  CHECK(strncmp(printed("\"a\0b\"", 5), "doc:1:3: control character 0x00", 31) == 0);
}

/* members and behind them one with the name of the `again`th; -1: none. */
static const char *large(int members, int again)
{
  static dw_buf text;
  text.length = 0;
  for (int i = 0; i < members; i++) dw_buf_format(&text, "%s\"k%d\":%d", i ? "," : "{", i, i);
  if (again >= 0) dw_buf_format(&text, ",\"k%d\":0", again);
  dw_buf_char(&text, '}');
  return dw_buf_cstr(&text);
}

TEST(json_keys_of_large_objects)
{
  static const int members[] = {2, 31, 32, 33, 34, 400};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    int n = members[i];
    const char *text = large(n, -1);
    CHECK_TEXT(printed(text, strlen(text)), text);
    for (int again = 0; again < n; again += again < n - 2 && n > 40 ? 99 : 1) {
      text = large(n, again);
      CHECK_MSG(strstr(printed(text, strlen(text)), "stands twice"), "%d of %d", again, n);
    }
  }
}

TEST(json_shown)
{
  static const char *const cases[][2] = {
      {"[\"a\\u0000b\",\"\\u0000\",\"\\\\u0000\",\"\\\\\\u0000\",\"\\\"\\u00001\"]",
       "[\"a\xef\xbf\xbd"
       "b\",\"\xef\xbf\xbd\",\"\\\\u0000\",\"\\\\\xef\xbf\xbd\",\"\\\"\xef\xbf\xbd"
       "1\"]"},
      {"\"\\u000", NULL},
      {"\"\\", NULL},
      {"", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_value *value;
    dw_buf out = {0};
    dw_err err = {0};
    dw_status status = dw_value_parse_shown(&value, cases[i][0], strlen(cases[i][0]), "doc", 1, &err);
    CHECK((status == DW_OK) == (cases[i][1] != NULL));
    if (status == DW_OK) dw_value_print(value, &out);
    if (status == DW_OK) CHECK_TEXT(dw_buf_cstr(&out), cases[i][1]);
    dw_value_free(value);
    dw_buf_free(&out);
  }
}

/* Every cut of a document is an error, never a crash and never accepted. */
TEST(json_every_cut)
{
  const char *text = "{\"kind\":\"finding\",\"a\":[1.5e-3,-2,true,false,null,\"\\u00e9\\ud83d\\ude00\xc3\xa9\"],\"b\":{\"c\":{}}}";
  dw_value *value;
  dw_err err;
  for (size_t n = 0; n < strlen(text); n++) {
    char *cut = malloc(n ? n : 1);
    memcpy(cut, text, n);
    CHECK_MSG(dw_value_parse(&value, cut, n, "doc", 1, &err) == DW_EDATA && !value, "cut at %zu accepted", n);
    free(cut);
  }
  CHECK(parse(&value, text, &err) == DW_OK);
  dw_value_free(value);
}

TEST(json_depth)
{
  char text[200];
  for (int n = 63; n <= 66; n++) {
    memset(text, '[', (size_t)n);
    memset(text + n, ']', (size_t)n);
    text[2 * n] = '\0';
    bool same = strcmp(printed(text, strlen(text)), text) == 0;
    CHECK_MSG(same == (n <= 64), "depth %d", n);
  }
  size_t many = 1000000;
  char *deep = malloc(many);
  memset(deep, '[', many);
  CHECK_TEXT(printed(deep, many), "doc:1:65: nested more than 64 deep");
  free(deep);
}

TEST(json_lines_of_a_record)
{
  dw_value *value;
  dw_err err;
  CHECK(dw_value_parse(&value, "{\"a\":01}", 8, "findings.ndjson", 1042, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "findings.ndjson:1042:6: a number must not begin with 0");
}

TEST(json_questions)
{
  dw_value *value;
  dw_err err;
  CHECK(parse(&value, "{\"s\":\"text\",\"S\":1,\"n\":2.5,\"t\":true,\"z\":null,\"a\":[1,\"x\"],\"o\":{\"in\":{\"k\":7}}}", &err) == DW_OK);
  CHECK(dw_value_kind(value) == DW_VALUE_OBJECT && dw_value_count(value) == 7);
  CHECK_TEXT(dw_value_text(dw_value_get(value, "s"), NULL), "text");
  CHECK(dw_value_number(dw_value_get(value, "S"), 0) == 1);
  CHECK(dw_value_number(dw_value_get(value, "n"), 0) == 2.5 && dw_value_number(dw_value_get(value, "s"), -1) == -1);
  CHECK(dw_value_bool(dw_value_get(value, "t"), false) && dw_value_bool(dw_value_get(value, "n"), true));
  CHECK(dw_value_kind(dw_value_get(value, "z")) == DW_VALUE_NULL && dw_value_get(value, "z") != NULL);
  CHECK(dw_value_get(value, "none") == NULL && dw_value_kind(NULL) == DW_VALUE_NULL);
  CHECK(dw_value_number(dw_value_get(dw_value_get(dw_value_get(value, "o"), "in"), "k"), 0) == 7);
  CHECK(dw_value_get(dw_value_get(value, "none"), "deeper") == NULL && dw_value_get(dw_value_get(value, "a"), "x") == NULL);
  const dw_value *item = dw_value_first(dw_value_get(value, "a"));
  CHECK(dw_value_number(item, 0) == 1);
  item = dw_value_next(item);
  CHECK_TEXT(dw_value_text(item, NULL), "x");
  CHECK(dw_value_next(item) == NULL && dw_value_first(item) == NULL && dw_value_count(item) == 0);
  CHECK_TEXT(dw_value_key(dw_value_first(value)), "s");
  dw_value_free(value);
  dw_value_free(NULL);
}

/* Doubles of every size come back with the same bits through text and tree. */
TEST(json_numbers_exact)
{
  uint64_t state = 88172645463325252u;
  int wrong = 0;
  for (int i = 0; i < 20000; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    double want;
    memcpy(&want, &state, 8);
    if (!isfinite(want)) continue;
    char text[64];
    snprintf(text, sizeof text, "[%.17g]", want);
    dw_value *value;
    dw_err err;
    if (parse(&value, text, &err) != DW_OK) {
      wrong++;
      continue;
    }
    double got = dw_value_number(dw_value_first(value), 0);
    if (memcmp(&got, &want, 8) != 0) wrong++;
    dw_value_free(value);
  }
  CHECK_MSG(wrong == 0, "%d of 20000 differ", wrong);
}

TEST(json_writes_one_line)
{
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "finding");
  dw_json_text(&json, "none", NULL);
  dw_json_number(&json, "p", 0.05);
  dw_json_number(&json, "nan", NAN);
  dw_json_number(&json, "inf", -INFINITY);
  dw_json_integer(&json, "n", INT64_MIN);
  dw_json_bool(&json, "t", true);
  dw_json_bool(&json, "f", false);
  dw_json_null(&json, "z");
  dw_json_open(&json, "a", '[');
  dw_json_number(&json, NULL, 1);
  dw_json_open(&json, NULL, '[');
  dw_json_close(&json, ']');
  dw_json_open(&json, NULL, '{');
  dw_json_close(&json, '}');
  dw_json_raw(&json, NULL, "{\"raw\":1}", 9);
  dw_json_close(&json, ']');
  dw_json_bytes(&json, "quote\"", "a\0b", 3);
  dw_json_close(&json, '}');
  CHECK_TEXT(dw_buf_cstr(&out),
             "{\"kind\":\"finding\",\"none\":null,\"p\":0.05,\"nan\":null,\"inf\":null,"
             "\"n\":-9223372036854775808,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,[],{},{\"raw\":1}],\"quote\\\"\":\"a\\u0000b\"}");
  out.length = 0; /* the same writer goes on to a second line: no comma at the top */
  dw_json_open(&json, NULL, '{');
  dw_json_close(&json, '}');
  dw_json_open(&json, NULL, '[');
  dw_json_close(&json, ']');
  CHECK_TEXT(dw_buf_cstr(&out), "{}[]");
  dw_buf_free(&out);
}

TEST(json_writes_indented)
{
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 2);
  dw_json_open(&json, NULL, '{');
  dw_json_number(&json, "a", 1);
  dw_json_open(&json, "b", '[');
  dw_json_number(&json, NULL, 2);
  dw_json_open(&json, NULL, '{');
  dw_json_close(&json, '}');
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  CHECK_TEXT(dw_buf_cstr(&out), "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    {}\n  ]\n}");
  dw_buf_free(&out);
}

TEST(json_quote_mends_utf8)
{
  dw_buf out = {0};
  dw_json_quote(&out, "a\xff\xc3\xa9\xe2\x82z\x7f\x1f", 9);
  CHECK_TEXT(dw_buf_cstr(&out), "\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbdz\\u007f\\u001f\"");
  out.length = 0;
  dw_json_quote(&out, "", 0);
  CHECK_TEXT(dw_buf_cstr(&out), "\"\"");
  dw_buf_free(&out);
}

/* What a terminal would obey or not show has an escape; letters beside it have none. */
TEST(json_quote_hides_nothing)
{
  static const char *const cases[][2] = {
      {"\xc2\x9b"
       "31m",
       "\"\\u009b31m\""},
      {"\xc2\xa0", "\"\xc2\xa0\""},
      {"a\xe2\x80\xae"
       "b",
       "\"a\\u202eb\""},
      {"\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\""},
      {"\xe2\x81\xa6x\xe2\x81\xa9", "\"\\u2066x\\u2069\""},
      {"ag\xe2\x80\x8b"
       "e",
       "\"ag\\u200be\""},
      {"\xef\xbb\xbf", "\"\\ufeff\""},
      {"\xf3\xa0\x80\xa1", "\"\\udb40\\udc21\""},
      {"\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa9", "\"\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa9\""},
  };
  dw_buf out = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    out.length = 0;
    dw_json_quote(&out, cases[i][0], strlen(cases[i][0]));
    CHECK_TEXT(dw_buf_cstr(&out), cases[i][1]);
  }
  dw_buf_free(&out);
}

/* Any bytes, quoted, read back: the same when they were UTF-8 without NUL. */
TEST(json_quote_reads_back)
{
  uint64_t state = 1;
  for (int i = 0; i < 5000; i++) {
    char bytes[24];
    size_t n = (size_t)i % 24;
    for (size_t k = 0; k < n; k++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes[k] = (char)(state >> 33);
      if (i & 1) bytes[k] &= 0x7f;
      if (!bytes[k]) bytes[k] = 'x';
    }
    dw_buf out = {0};
    dw_value *value;
    dw_err err;
    dw_json_quote(&out, bytes, n);
    dw_status status = dw_value_parse(&value, out.data, out.length, "doc", 1, &err);
    CHECK(status == DW_OK);
    if (status == DW_OK && dw_utf8_valid(bytes, n)) CHECK(dw_text_equal(bytes, n, dw_value_text(value, NULL)));
    dw_value_free(value);
    dw_buf_free(&out);
  }
}
