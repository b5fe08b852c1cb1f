#include "model/booster_text.h"

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
  dw_booster_reals(slice("{\"base_weights\":[0,-1,2.5,1e3,0E0],\"left_children\":[-1,0],\"weights\" : [ 3 ],\"x\":\"weights\",\"id\":0}"), &out);
  CHECK_TEXT(dw_buf_cstr(&out), "{\"base_weights\":[0E0,-1E0,2.5,1e3,0E0],\"left_children\":[-1,0],\"weights\" : [ 3E0 ],\"x\":\"weights\",\"id\":0}");
  dw_buf_free(&out);
}

/* The sample model with one text in place of another. */
static dw_status inspect(const char *from, const char *to, dw_booster_facts *facts, dw_err *err)
{
  char *text = test_read("golden/xgboost_binary.json", NULL), *at = text ? strstr(text, from) : NULL;
  dw_buf changed = {0};
  CHECK_MSG(at != NULL, "no %s in the sample", from);
  if (!at) return DW_OK;
  dw_buf_add(&changed, text, (size_t)(at - text));
  dw_buf_text(&changed, to);
  dw_buf_text(&changed, at + strlen(from));
  dw_status status = dw_booster_inspect((dw_text_slice){changed.data, changed.length}, "m", facts, err);
  dw_buf_free(&changed);
  free(text);
  return status;
}

TEST(facts)
{
  dw_booster_facts facts;
  dw_err err;
  CHECK(inspect("\"version\"", "\"version\"", &facts, &err) == DW_OK);
  CHECK(facts.features == 3 && facts.classes == 0 && !facts.linear);
  CHECK_TEXT(facts.objective, "binary:logistic");
}

TEST(models_that_would_lead_astray)
{
  static const struct { const char *from, *to, *says; } cases[] = {
      {"\"left_children\":[1,", "\"left_children\":[100000,", "link out of it"},
      {"\"left_children\":[1,", "\"left_children\":[-2,", "link out of it"},
      {"\"left_children\":[1,3,", "\"left_children\":[1,0,", "link out of it"},
      {"\"left_children\":[1,3,", "\"left_children\":[1,1,", "circle"},
      {"\"left_children\":[1,", "\"left_children\":[", "differ in length"},
      {"\"split_indices\":[", "\"split_indices\":[3,", "differ in length"},
      {"\"split_type\":[0,", "\"split_type\":[1,", "categories"},
      {"\"num_trees\":\"4\"", "\"num_trees\":\"5\"", "as many trees"},
      {"\"tree_info\":[0,", "\"tree_info\":[7,", "no class"},
      {"\"num_feature\":\"3\",\"num_target\":\"1\"", "\"num_feature\":\"1\",\"num_target\":\"1\"", "does not have"},
      {"\"num_target\":\"1\"", "\"num_target\":\"2\"", "several targets"},
      {"\"num_class\":\"0\"", "\"num_class\":\"99999999\"", "beyond all measure"},
      {"\"name\":\"gbtree\"", "\"name\":\"gbnew\"", "is not known"},
      {"\"learner\":", "\"lerner\":", "not an XGBoost model"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_booster_facts facts;
    dw_err err = {0};
    CHECK_MSG(inspect(cases[i].from, cases[i].to, &facts, &err) == DW_EDATA && strstr(err.message, cases[i].says), "%s: \"%s\"", cases[i].to, err.message);
  }
}
