/* JSON that is no NDJSON, from how it begins. */
#include "test.h"

#include "io/formats/json_layout.h"
#include "io/formats/ndjson.h"

static dw_sniff told(const char *text, size_t length, bool all, const char **why)
{
  *why = NULL;
  return dw_json_layout_told(text, length, all, why);
}

/* want: what the answer begins with behind "one JSON ", or in whole; NULL: records. However much of it is there, the answer is not another.
 */
static void check_layout(const char *text, const char *want)
{
  const char *why;
  size_t length = strlen(text);
  dw_sniff whole = told(text, length, true, &why);
  CHECK_MSG(whole == (want ? DW_SNIFF_WRONG : DW_SNIFF_YES), "%s", text);
  if (want) CHECK_MSG(why && strstr(why, want), "%s: %s", text, why ? why : "nothing");
  for (size_t i = 1; i < length; i++) {
    char *part = dw_strndup(text, i); /* of its size, for the sanitizers */
    dw_sniff early = told(part, i, false, &why);
    CHECK_MSG(early == DW_SNIFF_MORE || early == whole || (want && early == DW_SNIFF_WRONG), "%s: %zu bytes", text, i);
    told(part, i, true, &why);
    dw_free(part);
  }
}

TEST(json_layouts_of_pandas_are_told)
{
  check_layout("{\"a\":{\"0\":1,\"1\":2},\"b\":{\"0\":\"x\",\"1\":null}}", "orient='columns'");
  check_layout("{\"a\":{\"0\":1}}\n", "orient='columns'");
  check_layout("{\"a\":{\"7\":1,\"9\":2},\"b\":{\"7\":[1,2],\"9\":3}}\n\n", "orient='columns'");
  check_layout("{\n  \"a\": {\n    \"0\": 1,\n    \"1\": 2\n  }\n}\n", "orient='columns'");
  check_layout("{\"0\":{\"a\":1,\"b\":2},\"1\":{\"a\":3,\"b\":4}}", "orient='index'");
  check_layout("{\"ann\":{\"a\":1,\"b\":2},\"bob\":{\"a\":3,\"b\":4},\"eve\":{\"a\":3,\"b\":null}}", "orient='index' or 'columns'");
  check_layout("{\n \"a\":{\"x\":1,\"y\":2},\n \"b\":{\"x\":1,\"y\":2},\n \"c\":{\"x\":1,\"y\":\"}\"}\n}\n", "orient='index' or 'columns'");
  check_layout("{\"a\":[1,2],\"b\":[\"x,y\",null]}", "to_dict('list')");
  check_layout("{\"a\": [1, 2, 3],\n \"b\": [1.5, true, \"]\"]\n}\n", "to_dict('list')");
  check_layout("{\"columns\":[\"a\"],\"index\":[0],\"data\":[[1]]}", "orient='split'");
  check_layout("{\"schema\":{\"fields\":[]},\"data\":[{\"a\":1}]}", "orient='table'");
  check_layout("[[1,2],[3,4]]", "orient='values'");
  check_layout("[{\"a\":1}]", DW_NDJSON_ARRAY);
  check_layout("[]", DW_NDJSON_ARRAY);
}

TEST(json_records_over_lines_are_told)
{
  check_layout("{\n  \"a\": 1,\n  \"b\": \"}\\\"{\"\n}\n{\n  \"a\": 2\n}\n", "jq -c . makes it");
  check_layout("{\r\n\"a\": {\"b\": 1}}\r\n", "jq -c . makes it");
  check_layout("{\"count\": 2,\n \"items\": [\n {\"a\":1}]}\n", "jq -c '.NAME[]'");
}

/* The scanner knows better what is wrong in a record, and records may hold what looks like a table. */
TEST(json_records_are_left_to_the_scanner)
{
  check_layout("{}\n", NULL);
  check_layout("{\"a\":1}", NULL);
  check_layout("{\"a\":1,\"b\":{\"0\":1}}\n", NULL);
  check_layout("{\"a\":{\"0\":1,\"1\":2}}\n{\"a\":{\"0\":3,\"1\":4}}\n", NULL);
  check_layout("{\"user\":{\"id\":1},\"item\":{\"id\":2}}\n", NULL);
  check_layout("{\"a\":{\"5\":1}}\n", NULL);
  check_layout("{\"before\":{\"a\":1,\"b\":2},\"after\":{\"a\":1,\"b\":3}}\n", NULL);
  check_layout("{\"x\":{\"a\":1,\"b\":2},\"y\":{\"a\":1,\"b\":2},\"z\":{\"a\":1,\"c\":2}}\n", NULL);
  check_layout("{\"x\":{\"a\":1,\"b\":2},\"y\":{\"a\":1,\"b\":2},\"z\":{\"a\":1}}\n", NULL);
  check_layout("{\"vector\":[0.5,0.25]}\n", NULL);
  check_layout("{\"a\":[1],\"b\":[2]}\n", NULL);
  check_layout("{\"a\":[1,2],\"b\":[1,2,3]}\n", NULL);
  check_layout("{\"a\":[1,2],\"b\":[1,[2]]}\n", NULL);
  check_layout("{\"a\":[1,2],\"b\":[1,2]}\n{\"a\":[1,2],\"b\":[1,2]}\n", NULL);
  check_layout("{\"a\":{}}\n", NULL);
  check_layout("{\"0\":{\"a\":1}}\n", NULL);
  check_layout("{\"data\":[1,2],\"a\":1}\n", NULL);
  check_layout("{\"a\":1,\"b\":\n{\"a\":2,\"b\":3}\n{\"a\":2}\n", NULL);
  check_layout("{\"a\":1\n{\"a\":2}\n", NULL);
  check_layout("{\"a\":\"x\n\"}\n", NULL);
  check_layout("{'a':1}\n", NULL);
  check_layout("{\"a\":1}}\n", NULL);
  check_layout("{\"a\" 1}\n", NULL);
}

TEST(json_with_zeros_in_it_ends_the_look)
{
  const char *why;
  static const char zeros[] = "{\"a\":[\0\0]}\n";
  CHECK(told(zeros, sizeof zeros - 1, true, &why) == DW_SNIFF_YES);
}
