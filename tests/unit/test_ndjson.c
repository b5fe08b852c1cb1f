#include "test.h"

#include "json_cases.h"
#include "scan_text.h"

static char *plain(const char *text) { return scan_text(&scan_defaults, text, strlen(text)); }

static void check_scan(const char *text, const char *want)
{
  char *got = plain(text);
  CHECK_MSG(strcmp(got, want) == 0, "%s\n# got  %s\n# want %s", text, got, want);
  dw_free(got);
}

/* The record of a case: as it stands, or as a value between two other fields. */
static void case_line(dw_buf *line, const json_case *c, bool value)
{
  line->length = 0;
  if (value) dw_buf_text(line, "{\"n\":1,\"a\":");
  dw_buf_add(line, c->text, c->length);
  if (value) dw_buf_text(line, ",\"z\":\"end\"}");
}

/* Alone; behind itself, so that the second reading takes the remembered steps; and behind other records. */
static void check_case(const json_case *c, bool value, bool good)
{
  dw_buf line = {0}, text = {0};
  case_line(&line, c, value);
  char *alone = scan_text(&scan_defaults, line.data, line.length);
  bool bad = strncmp(alone, "bad 1:", 6) == 0;
  CHECK_MSG(bad != good && alone[0], "%s: %.*s\n# %s", good ? "refused" : "accepted", (int)line.length, line.data, alone);

  dw_scan_options skip = scan_defaults;
  skip.skip_errors = true;
  dw_buf_add(&text, line.data, line.length);
  dw_buf_char(&text, '\n');
  dw_buf_add(&text, line.data, line.length);
  dw_buf_text(&text, "\n{\"n\":1,\"a\":2,\"z\":\"end\"}\n");
  dw_buf_add(&text, line.data, line.length);
  char *thrice = scan_text(&skip, text.data, text.length);
  if (good) {
    const char *record = strchr(alone, ':');
    dw_buf want = {0};
    bool inside = !strstr(record, " a="); /* the columns of a nested object: a comes after z */
    dw_buf_format(&want, "0%s1%s2: n=int:1 %s\n3%s", record, record, inside ? "z=text:end a=int:2" : "a=int:2 z=text:end", record);
    CHECK_MSG(value ? strcmp(thrice, dw_buf_cstr(&want)) == 0 : strstr(thrice, "\n3:") != NULL, "%.*s\n# got %s\n# want %s",
              (int)line.length, line.data, thrice, value ? want.data : "4 records");
    dw_buf_free(&want);
  } else {
    CHECK_MSG(strncmp(thrice, "0: n=int:1 a=int:2 z=text:end\nskipped 3, first 1:", 49) == 0 &&
                  strcmp(strstr(thrice, "first ") + 6, alone + 4) == 0,
              "%.*s\n# got %s", (int)line.length, line.data, thrice);
  }
  dw_free(alone);
  dw_free(thrice);
  dw_buf_free(&line);
  dw_buf_free(&text);
}

TEST(good_values)
{
  for (size_t i = 0; i < COUNT(good_values); i++) check_case(&good_values[i], true, true);
}

TEST(bad_values)
{
  for (size_t i = 0; i < COUNT(bad_values); i++) check_case(&bad_values[i], true, false);
}

TEST(good_records)
{
  for (size_t i = 0; i < COUNT(good_records); i++) check_case(&good_records[i], false, true);
}

TEST(bad_records)
{
  for (size_t i = 0; i < COUNT(bad_records); i++) {
    if (strncmp(bad_records[i].text, "\xef\xbb\xbf", 3) == 0) continue; /* fine at the very start: see byte_order_mark */
    check_case(&bad_records[i], false, false);
  }
}

TEST(types_of_values)
{
  check_scan("{\"a\":1,\"b\":-2.5,\"c\":true,\"d\":false,\"e\":null,"
             "\"f\":\"x\",\"g\":\"\\n\",\"h\":[1,2.5,-3],\"i\":[],\"j\":{},\"k\":[1,\"x\"]}",
             "0: a=int:1 b=real:-2.5 c=true: d=false: e=null: f=text:x "
             "g=escaped:\\n h=vector:1,2.5,-3, i=vector: j=other:{} k=other:[1,\"x\"]\n");
  check_scan("{\"a\":-0,\"b\":1e2,\"c\":100000000000000000000}", "0: a=int:-0 b=real:100 c=int:1e+20\n");
}

TEST(nested_objects_get_dotted_names)
{
  check_scan("{\"a\":{\"b\":1,\"c\":{\"d\":2}},\"e\":3}\n", "0: a.b=int:1 a.c.d=int:2 e=int:3\n");
  check_scan("{\"a\" : { \"b\" : { } , \"c\" : 1 } }\n", "0: a.b=other:{ } a.c=int:1\n");
  check_scan("{\"\\u0061\":1}\n{\"a\":2}\n", "0: a=int:1\n1: a=int:2\n");
  /* objects first, a value of the name later: the column stands where its first value does */
  check_scan("{\"a\":{\"b\":1}}\n{\"c\":1,\"a\":2}\n{\"a\":{\"b\":3},\"c\":4}\n{\"a\":{\"b\":3},\"a\":4}\n",
             "0: a.b=int:1\n1: c=int:1 a=int:2\n2: a.b=int:3 c=int:4\nbad 4:14: the name \"a\" occurs twice in the record\n");
  check_scan("{\"a\":{\"b\":1},\"a\":2}\n", "bad 1:14: the name \"a\" occurs twice in the record\n");
  check_scan("{\"a\":2}\n{\"a\":2,\"a\":{\"b\":1}}\n", "0: a=int:2\nbad 2:8: the name \"a\" occurs twice in the record\n");
  check_scan("{\"a\":{\"b\":1}}\n{\"a\":2}\n{\"a.b\":3}\n{\"a\":{}}\n", "0: a.b=int:1\n1: a=int:2\n2: a.b=int:3\n3: a=other:{}\n");
}

TEST(columns_in_order_of_first_appearance)
{
  check_scan("{\"b\":1}\n{\"a\":2,\"b\":3}\n{\"c\":4,\"a\":5}\n", "0: b=int:1\n1: b=int:3 a=int:2\n2: a=int:5 c=int:4\n");
}

TEST(columns_of_bad_records_do_not_appear)
{
  dw_scan_options skip = scan_defaults;
  skip.skip_errors = true;
  const char *text = "{\"x\":1,\"y\":oops}\n{\"b\":1}\n{\"y\":[1,2],\"x\":2,\"b\":\n{\"x\":3}\n";
  char *got = scan_text(&skip, text, strlen(text));
  CHECK_TEXT(got, "0: b=int:1\n1: x=int:3\nskipped 2, first 1:12: not a JSON value; a string needs double quotes\n");
  dw_free(got);
}

TEST(messages)
{
  check_scan("{\"a\":1}\n\n{\"a\":1,\"a\":2}", "0: a=int:1\nbad 3:8: the name \"a\" occurs twice in the record\n");
  check_scan("{\"a\":{\"b\":1},\"a.b\":2}", "bad 1:14: the name \"a.b\" occurs twice in the record\n");
  check_scan("{\"a\":{\"b\":1},\"c\":1,\"a\":{\"d\":2}}", "bad 1:20: the name \"a\" occurs twice in the record\n");
  check_scan("{\"a\":01}", "bad 1:6: a number has no leading zeros\n");
  check_scan("{\"a\":1,}", "bad 1:8: a comma before the closing bracket\n");
  check_scan("{\"a\":1 \"b\":2}", "bad 1:8: a comma or } is missing\n");
  check_scan("{\"a\":1", "bad 1:7: the line ends before the record does\n");
  check_scan("{\"a\":\"x", "bad 1:8: the line ends inside a string\n");
  check_scan("{\"a\":1e999}", "bad 1:6: the number is too large for a double\n");
  check_scan("{\"a\":1}{\"b\":2}", "bad 1:8: more text behind the record; NDJSON has one object a line\n");
  check_scan("[1]", "bad 1:1: an array where a record should be; NDJSON has one object a line (jq -c '.[]' makes it)\n");
  check_scan("17", "bad 1:1: a record is a JSON object, {\"name\": value, ...}, one a line\n");
  check_scan("{\"a\":\"\xff\"}", "bad 1:7: the text is not well-formed UTF-8\n");
}

TEST(byte_order_mark)
{
  check_scan("\xef\xbb\xbf{\"a\":1}\n{\"a\":2}", "0: a=int:1\n1: a=int:2\n");
  check_scan("\xef\xbb\xbf", "");
  check_scan("\xef\xbb\xbf{\"a\":x}", "bad 1:9: not a JSON value; a string needs double quotes\n");
  check_scan("{\"a\":1}\n\xef\xbb\xbf{\"a\":2}", "0: a=int:1\nbad 2:1: a record is a JSON object, {\"name\": value, ...}, one a line\n");
}

TEST(what_python_writes)
{
  check_scan("{\"a\":NaN}", "bad 1:6: NaN and Infinity are no JSON values; a number that is missing is null\n");
  check_scan("{\"a\":[1,-Infinity]}", "bad 1:10: NaN and Infinity are no JSON values; a number that is missing is null\n");
  check_scan("{\"a\":-1,\"b\":Infinity}", "bad 1:13: NaN and Infinity are no JSON values; a number that is missing is null\n");
  check_scan("{\"a\":-x}", "bad 1:7: a digit is missing in the number\n");
}

TEST(blank_lines)
{
  check_scan("", "");
  check_scan("\n", "");
  check_scan(" \t\r\n\n{\"a\":1}\r\n \n{\"a\":2}\n\r", "0: a=int:1\n1: a=int:2\n");
  check_scan("{}\n{}\n", "0:\n1:\n");
}

TEST(a_remembered_step_meets_other_spacing_and_nesting)
{
  check_scan("{\"a\":1,\"b\":2}\n{\"a\":  1,\"b\":{\"c\":3}}\n{\"a\":1,\"b\":{ }}\n{\"a\":1,\"b\":\t[]}\n{ \"a\":1,\"b\":{\"c\":3}}\n"
             "{\"a\":1,\"b\":2} \n",
             "0: a=int:1 b=int:2\n1: a=int:1 b.c=int:3\n2: a=int:1 b=other:{ }\n3: a=int:1 b=vector:\n4: a=int:1 b.c=int:3\n"
             "5: a=int:1 b=int:2\n");
  check_scan("{\"b\":2,\"a\":1}\n{\"a\":1,\"b\":2}\n{\"b\":1,\"a\":2,\"b\":3}\n", "0: b=int:2 a=int:1\n1: b=int:2 a=int:1\n"
                                                                                  "bad 3:14: the name \"b\" occurs twice in the record\n");
  check_scan("{\"a\":{\"x\":1}}\n{\"a\":{\"x\": {\"y\":1}}}\n{\"a\":{\"x\":1},\"b\":{\"x\":1}}\n{\"a\":{\"x\":1},\"a\":{\"x\":1}}",
             "0: a.x=int:1\n1: a.x.y=int:1\n2: a.x=int:1 b.x=int:1\nbad 4:14: the name \"a\" occurs twice in the record\n");
}

/* Every byte of a record changed in turn, behind records that taught the scanner its steps: the same outcome as for a scanner that knows
 * nothing. */
static void mutate(const char *record, size_t values)
{
  size_t length = strlen(record);
  dw_scan_options options = scan_defaults;
  options.spans = true;
  dw_buf text = {0}, taught = {0};
  dw_buf_add(&text, record, length);
  dw_buf_char(&text, '\n');
  dw_ndjson *scanner = dw_ndjson_new(&options);
  scan_into(&taught, scanner, text.data, text.length);
  for (size_t i = 0; i < length; i++)
    for (size_t k = 0; k < values; k++) {
      static const char interesting[] = "\"\\{}[],:019-+.eE tfn\n\r\x01\x7f\x80\xc3\xff"
                                        "ab{";
      char old = text.data[i];
      text.data[i] = values == 256 ? (char)k : interesting[k];
      char *fresh = scan_text(&options, text.data, text.length);
      taught.length = 0;
      scan_into(&taught, scanner, text.data, text.length);
      CHECK_MSG(strcmp(dw_buf_cstr(&taught), fresh) == 0, "%.*s\n# taught %s\n# fresh  %s", (int)text.length, text.data, taught.data,
                fresh);
      dw_free(fresh);
      text.data[i] = old;
    }
  dw_ndjson_free(scanner);
  dw_buf_free(&text);
  dw_buf_free(&taught);
}

TEST(changed_bytes_give_what_a_fresh_scanner_gives)
{
  mutate("{\"id\":\"tx_1\",\"x\":54.31,\"n\":13,\"s\":\"a\\u00e9\",\"v\":[1,2.5],\"o\":{\"p\":null,\"q\":{}},\"e\":1e-7,\"t\":true}", 256);
  mutate("{\"transaction_id\":\"tx_00000001\",\"ts\":\"2026-01-01T00:00:00Z\","
         "\"transaction_amount\":54.31,\"transaction_hour\":13,\"is_fraud\":0}",
         30);
  mutate(" { \"a\" : -1.25 , \"b\" : { \"c\" : [ 1 , \"\xc3\xa9\" ] , \"d\" : \"\" } , "
         "\"a name of more than thirty-two bytes for a step\" : 12345678901234567890 } ",
         30);
  mutate("{\"a\":{\"a\":{\"a\":1},\"b\":2},\"b\":{\"a\":3},\"a.b.c\":0.1234567890123456789}", 30);
}

TEST(numbers_read_as_strtod_does)
{
  char text[256];
  uint64_t state = 42;
  for (int i = 0; i < 200000; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = state >> 11;
    int form = (int)(r % 8);
    double value = (double)(r >> 3) / (double)(1 << (r % 31));
    char number[64];
    if (form == 0) snprintf(number, sizeof number, "%.17g", value * 1e-3);
    if (form == 1) snprintf(number, sizeof number, "%.4f", (double)(r % 1000000) / 1e4);
    if (form == 2) snprintf(number, sizeof number, "%llu", (unsigned long long)(r >> (r % 53)));
    if (form == 3) snprintf(number, sizeof number, "-%.*f", (int)(1 + r % 19), value * 1e-9);
    if (form == 4) snprintf(number, sizeof number, "%.*e", (int)(r % 20), value);
    if (form == 5) snprintf(number, sizeof number, "0.%0*llu", (int)(1 + r % 18), (unsigned long long)(r % 100000));
    if (form == 6) snprintf(number, sizeof number, "%d.%d", (int)(r % 100000000), (int)(r / 7 % 100000000));
    if (form == 7) snprintf(number, sizeof number, "%.15g", value * 1e-12);
    double want = strtod(number, NULL);
    snprintf(text, sizeof text, "{\"a\":%s}\n", number);
    char *got = scan_text(&scan_defaults, text, strlen(text));
    char *colon = strrchr(got, ':');
    CHECK_MSG(colon && strtod(colon + 1, NULL) == want && !!signbit(strtod(colon + 1, NULL)) == !!signbit(want), "%s -> %s", number, got);
    dw_free(got);
  }
}

TEST(wanted_columns_only)
{
  dw_scan_options options = scan_defaults;
  options.want = NULL;
  const char *text = "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":2,\"e\":\"x\"}}\n{\"c\":{\"e\":\"y\"},\"b\":[3]}\n{\"b\":[],\"b\":[]}";
  char *all = scan_text(&options, text, strlen(text));
  CHECK_TEXT(all, "0: a=int:1 b=vector:1,2, c.d=int:2 c.e=text:x\n1: b=vector:3, c.e=text:y\n"
                  "bad 3:9: the name \"b\" occurs twice in the record\n");
  dw_free(all);
}

static bool want_e(void *context, const char *name, size_t length)
{
  (*(int *)context)++;
  return length == 3 && memcmp(name, "c.e", 3) == 0;
}

TEST(unwanted_columns_are_checked_and_left_out)
{
  int asked = 0;
  dw_scan_options options = scan_defaults;
  options.want = want_e;
  options.context = &asked;
  const char *text = "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":2,\"e\":\"x\"}}\n{\"c\":{\"e\":\"y\"},\"b\":[3]}\n{\"b\":[],\"b\":[]}";
  char *got = scan_text(&options, text, strlen(text));
  CHECK_TEXT(got, "0: c.e=text:x\n1: c.e=text:y\nbad 3:9: the name \"b\" occurs twice in the record\n");
  CHECK(asked == 4); /* a, b, c.d, c.e: an object is no column */
  dw_free(got);
}

TEST(limits)
{
  dw_scan_options options = scan_defaults;
  options.field_limit = 3;
  const char *text = "{\"a\":1,\"o\":{\"b\":2,\"c\":3}}\n{\"a\":1,\"b\":2,\"c\":3,\"d\":4}\n";
  char *got = scan_text(&options, text, strlen(text));
  CHECK_TEXT(got, "0: a=int:1 o.b=int:2 o.c=int:3\nbad 2:20: more than 3 fields in one record\n");
  dw_free(got);
  options = scan_defaults;
  options.line_limit = 7;
  text = "{\"a\":1}\n{\"a\":12}\n";
  got = scan_text(&options, text, strlen(text));
  CHECK_TEXT(got, "0: a=int:1\nbad 2:8: a record longer than 7 bytes\n");
  dw_free(got);
  text = "{\"a\":x, and so on}\n";
  got = scan_text(&options, text, strlen(text));
  CHECK_TEXT(got, "bad 1:8: a record longer than 7 bytes\n");
  dw_free(got);
}

static void many_fields(dw_buf *text, size_t count)
{
  dw_buf_char(text, '{');
  for (size_t i = 0; i < count; i++) dw_buf_format(text, "%s\"f%zu\":%zu", i ? "," : "", i, i);
  dw_buf_text(text, "}\n");
}

TEST(very_many_fields)
{
  dw_scan_options options = scan_defaults;
  dw_buf text = {0};
  many_fields(&text, 70000);
  char *got = scan_text(&options, text.data, text.length);
  CHECK_TEXT(got, "bad 1:960822: more than 65536 fields in one record\n");
  dw_free(got);
  options.field_limit = 70000;
  /* short records before and behind: rows times columns must not be laid out */
  dw_buf mixed = {0};
  for (int i = 0; i < 20000; i++) dw_buf_text(&mixed, "{\"f1\":7}\n");
  dw_buf_add(&mixed, text.data, text.length);
  for (int i = 0; i < 20000; i++) dw_buf_text(&mixed, "{\"f2\":7}\n");
  got = scan_text(&options, mixed.data, mixed.length);
  CHECK(strncmp(got, "0: f1=int:7\n1: f1=int:7\n", 24) == 0);
  CHECK(strstr(got, "\n20000: f1=int:1 f0=int:0 f2=int:2 f3") || strstr(got, "\n20000: f0=int:0 f1=int:1 f2=int:2 f3"));
  CHECK(strstr(got, "f69999=int:69999\n20001: f2=int:7\n"));
  CHECK(strstr(got, "\n40000: f2=int:7\n"));
  dw_free(got);
  dw_buf_free(&text);
  dw_buf_free(&mixed);
}

/* More names than a scanner keeps, in good and in bad records. */
TEST(names_without_end)
{
  dw_scan_options options = scan_defaults;
  options.field_limit = 10;
  options.skip_errors = true;
  dw_ndjson *scanner = dw_ndjson_new(&options);
  dw_buf out = {0}, text = {0};
  for (int round = 0; round < 300; round++) {
    text.length = out.length = 0;
    for (int i = 0; i < 20; i++) dw_buf_format(&text, "{\"n%d_%d\":%d}\n{\"m%d_%d\":x}\n", round, i, i, round, i);
    scan_into(&out, scanner, text.data, text.length);
    char want[64];
    snprintf(want, sizeof want, "0: n%d_0=int:0\n1: n%d_1=int:1\n", round, round);
    CHECK(strncmp(dw_buf_cstr(&out), want, strlen(want)) == 0);
    CHECK(strstr(out.data, "\nskipped 20, first 2:") != NULL);
  }
  dw_ndjson_free(scanner);
  dw_buf_free(&out);
  dw_buf_free(&text);
}

TEST(spans_are_slices_of_the_source)
{
  dw_scan_options options = scan_defaults;
  options.spans = true;
  static const char text[] = "\xef\xbb\xbf{\"a\":1.50,\"b\\n\" : \"x\\ty\"}\r\n\n {\"o\":{\"a\":[1, 2],\"p\" :null},\"a\":true} \n"
                             "{\"a\":1.50,\"b\\n\" : \"\"}";
  char bytes[sizeof text + DW_BLOCK_PADDING] = {0};
  memcpy(bytes, text, sizeof text - 1);
  bytes[sizeof text - 1] = '\n';
  dw_block block = {.bytes = bytes, .length = sizeof text - 1, .first = true};
  dw_table *table = dw_table_new();
  dw_ndjson *scanner = dw_ndjson_new(&options);
  size_t from = 0;
  dw_ndjson_scan(scanner, &block, &from, table);
  const dw_batch *batch = &table->batch;
  CHECK(!table->error.set && batch->rows == 3 && from == block.length);
  static const char *const want[][4] = {{"0 a", "\"a\":1.50", "1.50", ""},       {"0 b\n", "\"b\\n\" : \"x\\ty\"", "\"x\\ty\"", ""},
                                        {"1 o.a", "\"a\":[1, 2]", "[1, 2]", ""}, {"1 o.p", "\"p\" :null", "null", ""},
                                        {"1 a", "\"a\":true", "true", ""},       {"2 a", "\"a\":1.50", "1.50", ""},
                                        {"2 b\n", "\"b\\n\" : \"\"", "\"\"", ""}};
  size_t seen = 0;
  for (size_t row = 0; row < batch->rows; row++)
    for (size_t c = 0; c < batch->column_count; c++) {
      if (batch->columns[c].tags[row] == DW_ABSENT) continue;
      dw_span span = batch->columns[c].spans[row];
      for (size_t w = 0; w < COUNT(want); w++) {
        if (want[w][0][0] - '0' != (int)row || strcmp(want[w][0] + 2, scan_name(table, batch->columns[c].id)) != 0) continue;
        seen++;
        CHECK(memcmp(text + span.key, want[w][1], strlen(want[w][1])) == 0);
        CHECK(span.length == strlen(want[w][2]) && memcmp(text + span.value, want[w][2], span.length) == 0);
      }
    }
  CHECK(seen == COUNT(want));
  static const char *const records[] = {"{\"a\":1.50,\"b\\n\" : \"x\\ty\"}\r", " {\"o\":{\"a\":[1, 2],\"p\" :null},\"a\":true} ",
                                        "{\"a\":1.50,\"b\\n\" : \"\"}"};
  static const uint64_t lines[] = {1, 3, 4};
  for (size_t row = 0; row < 3; row++) {
    CHECK(batch->record_length[row] == strlen(records[row]) &&
          memcmp(text + batch->record[row], records[row], batch->record_length[row]) == 0);
    CHECK(batch->line[row] == lines[row]);
  }
  dw_ndjson_free(scanner);
  dw_table_free(table);
}

TEST(cut)
{
  CHECK(dw_ndjson_cut("", 0) == 0 && dw_ndjson_cut("abc", 3) == 0);
  CHECK(dw_ndjson_cut("a\nb\nc", 5) == 4 && dw_ndjson_cut("a\n", 2) == 2 && dw_ndjson_cut("\n", 1) == 1);
}
