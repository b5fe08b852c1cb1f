#include "model/booster/booster_text.h"

#include "test.h"

static dw_text_slice slice(const char *text) { return (dw_text_slice){text, strlen(text)}; }
static bool same(dw_text_slice s, const char *text) { return s.text && dw_text_equal(s.text, s.length, text); }

TEST(members_of_an_object)
{
  dw_text_slice object = slice(" { \"a\" : [1,{\"b\":2}] ,\"b\":\"x,\\\"}\", \"c\":{\"a\":-1e5}, \"d\":true,\"e\":null}\n");
  CHECK(same(dw_slice_member(object, "a"), "[1,{\"b\":2}]"));
  CHECK(same(dw_slice_member(object, "b"), "\"x,\\\"}\""));
  CHECK(same(dw_slice_member(object, "c"), "{\"a\":-1e5}"));
  CHECK(same(dw_slice_member(dw_slice_member(object, "c"), "a"), "-1e5"));
  CHECK(same(dw_slice_member(object, "d"), "true"));
  CHECK(same(dw_slice_member(object, "e"), "null"));
  CHECK(!dw_slice_member(object, "f").text);
  CHECK(!dw_slice_member(dw_slice_member(object, "f"), "a").text);
  CHECK(!dw_slice_member(slice("[1]"), "a").text);
  CHECK(!dw_slice_member(slice("{}"), "a").text);
  CHECK(!dw_slice_member(slice("{\"a\":1,\"a\":2}"), "a").text);
  CHECK(!dw_slice_member(slice("{\"\\u0061\":1,\"a\":2}"), "a").text);
}

TEST(keys_that_readers_differ_about)
{
  CHECK(same(dw_slice_unclear(slice("{\"a\":1,\"b\":{\"c\":2,\"a\":{\"d\":[{\"e\":1},{\"e\":1,\"f\":2,\"e\":3}]}}}")), "e"));
  CHECK(same(dw_slice_unclear(slice("{\"a\":1,\"b\":{\"\\u0061\":2}}")), "\\u0061"));
  CHECK(!dw_slice_unclear(slice("{\"a\":1,\"b\":{\"a\":2},\"c\":[1,{\"a\":1,\"a\":2}],\"attributes\":{\"\\n\":\"\"}}")).text);
  CHECK(!dw_slice_unclear(slice("[]")).text && !dw_slice_unclear(slice("7")).text && !dw_slice_unclear(slice("{}")).text);
}

TEST(counts_are_whole_numbers)
{
  CHECK(dw_slice_counts(slice("{\"num_trees\":\"0\", \"num_nodes\" : \"2147483647\"}")) && dw_slice_counts(slice("{}")));
  CHECK(dw_slice_counts((dw_text_slice){NULL, 0}));
  CHECK(dw_slice_counts(slice("{\"num_new\":[1],\"base_score\":\"5E-1\",\"num_trees\":\"3\"}"))); /* of later versions */
  static const char *const wrong[] = {"\"-1\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"\"", "1", "null", "[]", "\"2147483648\"", "\"1x\""};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[80];
    snprintf(text, sizeof text, "{\"num_trees\":\"1\",\"num_parallel_tree\":%s}", wrong[i]);
    CHECK_MSG(!dw_slice_counts(slice(text)), "%s", text);
  }
}

TEST(elements_of_an_array)
{
  size_t at = 0, count = 0;
  dw_text_slice element;
  static const char *const want[] = {"1", "\"]\"", "[2,3]", "{\"a\":[]}", "null"};
  while (dw_slice_next(slice("[ 1 , \"]\",[2,3],{\"a\":[]} ,null ]"), &at, &element)) CHECK(count < 5 && same(element, want[count++]));
  CHECK(count == 5);
  at = 0;
  CHECK(!dw_slice_next(slice("[]"), &at, &element));
  at = 0;
  CHECK(!dw_slice_next(slice("{}"), &at, &element));
  at = 0;
  CHECK(!dw_slice_next((dw_text_slice){NULL, 0}, &at, &element));
}

TEST(real_numbers)
{
  dw_buf out = {0};
  dw_booster_reals(slice("{\"base_weights\":[0,-1,2.5,1e3,0E0],\"left_children\":[-1,0],\"weights\" : [ 3 ],\"x\":\"weights\",\"id\":0}"),
                   &out);
  CHECK_TEXT(dw_buf_cstr(&out),
             "{\"base_weights\":[0E0,-1E0,2.5,1e3,0E0],\"left_children\":[-1,0],\"weights\" : [ 3E0 ],\"x\":\"weights\",\"id\":0}");
  dw_buf_free(&out);
}

TEST(nan_is_null_and_back)
{
  dw_buf nulls = {0}, reals = {0};
  CHECK(!dw_booster_nulls(slice("{\"a\":[1,null]}"), &nulls) && nulls.length == 0);
  CHECK(dw_booster_nulls(slice("{\"NaN\\\"NaN\":[NaN,1],\"split_conditions\":[NaN,2]}Na"), &nulls));
  CHECK_TEXT(dw_buf_cstr(&nulls), "{\"NaN\\\"NaN\":[null,1],\"split_conditions\":[null,2]}Na");
  dw_booster_reals(slice("{\"split_conditions\":[null,2]}"), &reals);
  CHECK_TEXT(dw_buf_cstr(&reals), "{\"split_conditions\":[NaN,2E0]}");
  dw_buf_free(&nulls);
  dw_buf_free(&reals);
}

TEST(numbers_in_quotes_and_counts)
{
  uint64_t value = 7;
  CHECK(dw_slice_unsigned(slice("\"12\""), &value) && value == 12);
  static const char *const no[] = {"12", "\"\"", "\"-1\"", "\"1.0\"", "\"", "null", "\"18446744073709551616\""};
  for (size_t i = 0; i < sizeof no / sizeof *no; i++) CHECK_MSG(!dw_slice_unsigned(slice(no[i]), &value) && value == 12, "%s", no[i]);
  CHECK(!dw_slice_unsigned((dw_text_slice){NULL, 0}, &value));
  CHECK(dw_slice_count(slice("[1,[2,3],{}]")) == 3 && dw_slice_count(slice("[]")) == 0 && dw_slice_count(slice("{\"a\":1}")) == 0);
}

TEST(parts_put_in_place_of_others)
{
  dw_text_slice text = slice("abcdefgh");
  dw_text_edit edit[] = {{{text.text + 6, 2}, slice("")}, {{text.text, 1}, slice("xyz")}, {{text.text + 3, 0}, slice("-")}};
  dw_buf out = {0};
  dw_slice_edit(text, edit, 3, &out);
  CHECK_TEXT(dw_buf_cstr(&out), "xyzbc-def");
  out.length = 0;
  dw_slice_edit(text, edit, 0, &out);
  CHECK_TEXT(dw_buf_cstr(&out), "abcdefgh");
  dw_buf_free(&out);
}
