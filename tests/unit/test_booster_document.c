#include "model/booster/booster_document.h"

#include "test.h"

static dw_text_slice slice(const char *text, size_t length) { return (dw_text_slice){text, length}; }

/* A file under tests/ with one text in place of another; the caller frees. */
static char *changed(const char *path, const char *from, const char *to)
{
  char *text = test_read(path, NULL), *at = text ? strstr(text, from) : NULL;
  CHECK_MSG(at != NULL, "no %s in %s", from, path);
  if (!at) return text;
  dw_buf out = {0};
  dw_buf_add(&out, text, (size_t)(at - text));
  dw_buf_text(&out, to);
  dw_buf_text(&out, at + strlen(from));
  char *copy = strdup(dw_buf_cstr(&out)); /* its end is an end for the sanitizer */
  dw_buf_free(&out);
  free(text);
  return copy;
}

static dw_status read(dw_booster_document *document, const char *text, dw_err *err)
{
  return dw_booster_document_read(document, slice(text, strlen(text)), "m", err);
}

static dw_booster_document good(const char *path, const char *from, const char *to)
{
  dw_booster_document document;
  dw_err err = {0};
  char *text = changed(path, from, to);
  CHECK_MSG(read(&document, text, &err) == DW_OK, "%s", err.message);
  free(text);
  return document;
}

static void refuses(const char *path, const char *from, const char *to, const char *says)
{
  dw_booster_document document;
  dw_err err = {0};
  char *text = changed(path, from, to);
  CHECK_MSG(read(&document, text, &err) == DW_EDATA && strstr(err.message, says), "%s: \"%s\"", to, err.message);
  dw_booster_document_free(&document);
  free(text);
}

#define OLD "golden/xgboost_binary.json"
#define NEW(name) "data/xgboost33/" name ".json"

TEST(facts)
{
  dw_booster_document d = good(OLD, "\"version\"", "\"version\"");
  CHECK(d.features == 3 && d.groups == 1 && !d.linear && !d.own);
  CHECK(d.rounds == 4 && d.best == 4 && !d.best_lacks && !d.category);
  CHECK_TEXT(dw_objective_name(d.objective), "binary:logistic");
  dw_booster_document_free(&d);
  d = good(NEW("softprob"), "\"version\"", "\"version\"");
  CHECK(d.groups == 3 && d.own && d.rounds == 5);
  CHECK_CLOSE((double)d.base[0], 0.43715405, 1e-7);
  CHECK_CLOSE((double)d.base[2], -0.2905965, 1e-7);
  dw_booster_document_free(&d);
  d = good(NEW("linear"), "\"version\"", "\"version\"");
  CHECK(d.linear && d.rounds == 0 && !d.own);
  CHECK_CLOSE((double)d.base[0], 40.769768, 1e-7);
  dw_booster_document_free(&d);
  d = good(NEW("linear_classes"), "\"version\"", "\"version\"");
  CHECK(d.groups == 3 && d.base[0] == d.base[1] && d.base[0] == d.base[2] && !d.own); /* although the document has three */
  dw_booster_document_free(&d);
  d = good("data/xgboost12/logitraw.json", "\"version\"", "\"version\"");
  CHECK(d.base[0] == 0 && d.own); /* the base score is a probability of 0.5 */
  dw_booster_document_free(&d);
  d = good("data/xgboost12/logitraw.json", "\"version\":[1,2,1]", "\"version\":[1,3,1]");
  CHECK(d.base[0] == 0.5f);
  dw_booster_document_free(&d);
}

TEST(names_of_features)
{
  dw_booster_document d = good(OLD, "\"version\"", "\"version\"");
  CHECK(d.names == 3);
  CHECK_TEXT(d.name[2], "c.d");
  dw_booster_document_free(&d);
  d = good(OLD, "\"a\",\"b\",\"c.d\"", "\"a \\\"1\\\"\",\"\\u00e4\",\"\"");
  CHECK(d.names == 3);
  CHECK_TEXT(d.name[0], "a \"1\"");
  CHECK_TEXT(d.name[1], "ä");
  dw_booster_document_free(&d);
  refuses(OLD, "\"a\",\"b\",\"c.d\"", "\"a\",2,\"c.d\"", "the name of a feature is not a text");
}

/* Early stopping wrote two numbers, and how many trees stand side by side is one by the other. */
TEST(parallel_trees)
{
  static const struct {
    const char *limit;
    size_t rounds;
  } cases[] = {{"2", 2}, {"1", 4}, {"4", 1}, {"3", 4}, {"0", 4}, {"99999999999", 4}, {"x", 4}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char to[200];
    dw_err err = {0};
    dw_booster_document d;
    snprintf(to, sizeof to, "\"best_iteration\":\"0\",\"best_ntree_limit\":\"%s\"", cases[i].limit);
    char *text = changed(OLD, "\"best_iteration\":\"3\",\"best_ntree_limit\":\"4\"", to), *said = strstr(text, "\"num_parallel_tree\"");
    CHECK(said != NULL);
    if (said) said[1] = 'N';
    CHECK_MSG(read(&d, text, &err) == DW_OK && d.rounds == cases[i].rounds, "%s: %zu rounds; %s", cases[i].limit, d.rounds, err.message);
    dw_booster_document_free(&d);
    free(text);
  }
}

TEST(models_that_would_lead_astray)
{
  static const struct {
    const char *from, *to, *says;
  } cases[] = {
      {"\"left_children\":[1,", "\"left_children\":[100000,", "link out of it"},
      {"\"left_children\":[1,3,", "\"left_children\":[1,1,", "circle"},
      {"\"split_indices\":[", "\"split_indices\":[3,", "differ in length"},
      {"\"num_trees\":\"4\"", "\"num_trees\":\"5\"", "as many trees"},
      {"\"tree_info\":[0,", "\"tree_info\":[7,", "no class"},
      {"\"num_feature\":\"3\",\"num_target\":\"1\"", "\"num_feature\":\"1\",\"num_target\":\"1\"", "does not have"},
      {"\"num_feature\":\"3\",\"num_target\":\"1\"", "\"num_feature\":\"0\",\"num_target\":\"1\"", "beyond all measure"},
      {"\"num_class\":\"0\"", "\"num_class\":\"99999999\"", "beyond all measure"},
      {"\"num_target\":\"1\"", "\"num_target\":\"0\"", "beyond all measure"},
      {"\"num_target\":\"1\"", "\"num_target\":\"99999999\"", "beyond all measure"},
      {"\"num_class\":\"0\"", "\"num_class\":\"3\"", "not an objective for that (an objective of one's own is not in the document)"},
      {"\"name\":\"gbtree\"", "\"name\":\"gbnew\"", "is not known"},
      {"\"name\":\"binary:logistic\"", "\"name\":\"reg:expectedloss\"", "objective reg:expectedloss, which is not known"},
      {"\"name\":\"binary:logistic\"", "\"name\":\"multi:softprob\"", "0 classes"},
      {"\"learner\":", "\"lerner\":", "not an XGBoost model"},
      {"\"objective\":", "\"objektive\":", "not an XGBoost model"},
      /* what readers understand in different ways */
      {"\"num_target\":\"1\"", "\"num_target\":\"-1\"", "is none"},
      {"\"num_target\":\"1\"", "\"num_target\":\"1.5\"", "is none"},
      {"\"num_target\":\"1\"", "\"num_target\":1", "is none"},
      {"\"num_target\":\"1\"", "\"num_target\":\"1\",\"num_target\":\"2\"", "\"num_target\" twice"},
      {"\"num_target\":\"1\"", "\"num_target\":\"1\",\"num_t\\u0061rget\":\"2\"", "spelled with escapes"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"-1\"", "no whole number"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"\"", "no whole number"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"1\",\"num_parallel_tree\":\"2\"", "\"num_parallel_tree\" twice"},
      {"\"num_deleted\":\"0\"", "\"num_deleted\":\"4294967295\"", "no whole number"},
      {"\"num_deleted\":\"0\"", "\"num_deleted\":\"-1\"", "no whole number"},
      {"\"size_leaf_vector\":\"0\"", "\"size_leaf_vector\":\"-1\"", "no whole number"},
      {"\"left_children\":[1,", "\"left_children\":[],\"left_children\":[1,", "\"left_children\" twice"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refuses(OLD, cases[i].from, cases[i].to, cases[i].says);
}

/* logit of 0.25 and of 1e-6: computed elsewhere. */
TEST(base_scores)
{
  static const struct {
    const char *written;
    double margin;
    const char *told;
  } cases[] = {
      {"\"2.5E-1\"", -1.0986122886681098, "\"2.5E-1\""}, {"\"[2.5E-1]\"", -1.0986122886681098, "\"0.25\""},
      {"\"[ 0.25 ]\"", -1.0986122886681098, "\"0.25\""}, {"[2.5E-1]", -1.0986122886681098, "\"0.25\""},
      {"\"[0E0]\"", -13.815509557963773, "\"1e-6\""},    {"\"[1E0]\"", 13.815509557963773, "\"0.999999\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char to[200], want[200];
    dw_buf told = {0};
    dw_booster_document d;
    dw_err err = {0};
    snprintf(to, sizeof to, "\"base_score\":%s", cases[i].written);
    snprintf(want, sizeof want, "\"base_score\":%s,", cases[i].told);
    char *text = changed(NEW("binary"), "\"base_score\":\"[5.4E-1]\"", to);
    CHECK_MSG(read(&d, text, &err) == DW_OK, "%s", err.message);
    CHECK_CLOSE((double)d.base[0], cases[i].margin, 1e-6);
    dw_booster_document_tell(&d, slice(text, strlen(text)), &told);
    CHECK_MSG(strstr(dw_buf_cstr(&told), want) != NULL, "%s is not told as %s", cases[i].written, cases[i].told);
    dw_booster_document_free(&d);
    dw_buf_free(&told);
    free(text);
  }
  static const char *const broken[] = {"\"[]\"",     "\"\"",          "\"x\"",       "\"[0.1,0.2]\"", "\"[nan]\"",    "\"[1.5]\"",
                                       "\"0\"",      "null",          "{}",          "\"[0.5\"",      "\"[0.5,]\"",   "\"[,0.5]\"",
                                       "\"[0.5]]\"", "\"[\\\"0.5]\"", "\"[[0.5]]\"", "\"[0.5 0.5]\"", "\"[0.5 15]\"", "\"]\"",
                                       "\"[\"",      "\"0.5]\""};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char to[200];
    snprintf(to, sizeof to, "\"base_score\":%s", broken[i]);
    refuses(NEW("binary"), "\"base_score\":\"[5.4E-1]\"", to, "base");
  }
  refuses(NEW("binary"), "\"base_score\":\"[5.4E-1]\",", "", "base_score");
  refuses(NEW("softprob"), "\"base_score\":\"[4.3715405E-1,", "\"base_score\":\"[", "2 base scores (base_score) for 3 sums");
  /* the same for all classes: one number again */
  dw_booster_document d = good(NEW("softprob"), "\"[4.3715405E-1,-1.4655769E-1,-2.905965E-1]\"", "\"[5E-1,5E-1,5E-1]\"");
  CHECK(!d.own && d.base[2] == 0.5f);
  dw_booster_document_free(&d);
}

static dw_buf told(const char *path)
{
  dw_booster_document d = {0};
  dw_err err = {0};
  dw_buf out = {0};
  char *text = test_read(path, NULL);
  CHECK_MSG(read(&d, text, &err) == DW_OK, "%s", err.message);
  dw_booster_document_tell(&d, slice(text, strlen(text)), &out);
  CHECK_MSG(dw_slice_check(slice(out.data, out.length), "told", &err) == DW_OK, "%s", err.message);
  dw_booster_document_free(&d);
  free(text);
  return out;
}

static dw_text_slice part(dw_buf text, const char *a, const char *b, const char *c)
{
  dw_text_slice at = dw_slice_member(dw_slice_member(slice(text.data, text.length), "learner"), a);
  if (b) at = dw_slice_member(at, b);
  return c ? dw_slice_member(at, c) : at;
}

static bool is(dw_text_slice s, const char *text) { return s.text && dw_text_equal(s.text, s.length, text); }

TEST(what_the_library_is_told)
{
  dw_buf out = told(OLD);
  size_t length;
  char *same = test_read(OLD, &length);
  CHECK(out.length == length && memcmp(out.data, same, length) == 0); /* an old document as it stands */
  free(same);
  dw_buf_free(&out);
  out = told(NEW("dart"));
  CHECK(is(part(out, "gradient_booster", "name", NULL), "\"dart\""));
  CHECK(is(part(out, "gradient_booster", "gbtree", "name"), "\"gbtree\""));
  CHECK(dw_slice_count(dw_slice_member(part(out, "gradient_booster", "gbtree", "model"), "trees")) == 8);
  CHECK(dw_slice_count(part(out, "gradient_booster", "weight_drop", NULL)) == 8);
  CHECK(!part(out, "gradient_booster", "model", NULL).text);
  CHECK(is(part(out, "objective", "name", NULL), "\"reg:squarederror\"") &&
        is(part(out, "learner_model_param", "base_score", NULL), "\"0\""));
  dw_buf_free(&out);
  out = told(NEW("categorical"));
  CHECK(is(dw_slice_member(part(out, "gradient_booster", "model", "cats"), "enc"), "[]"));
  CHECK(is(part(out, "objective", "name", NULL), "\"binary:logistic\"") &&
        is(part(out, "learner_model_param", "base_score", NULL), "\"0.54\""));
  dw_buf_free(&out);
  out = told(NEW("softprob"));
  CHECK(is(part(out, "objective", "name", NULL), "\"multi:softprob\"") &&
        is(part(out, "learner_model_param", "base_score", NULL), "\"0\""));
  dw_buf_free(&out);
}

TEST(best_rounds)
{
  dw_booster_document d = good(NEW("early_stopped"), "\"version\"", "\"version\"");
  CHECK(d.rounds == 13 && d.best == 9 && !d.best_lacks);
  dw_booster_document_free(&d);
  d = good(NEW("early_stopped"), "\"best_iteration\":\"8\"", "\"best_iteration\":\"12\"");
  CHECK(d.best == 13 && !d.best_lacks);
  dw_booster_document_free(&d);
  static const char *const lacking[] = {"\"13\"", "\"-1\"", "\"x\"", "8", "\"18446744073709551615\"", "null"};
  for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
    char to[100];
    snprintf(to, sizeof to, "\"best_iteration\":%s", lacking[i]);
    d = good(NEW("early_stopped"), "\"best_iteration\":\"8\"", to);
    CHECK_MSG(d.best == 0 && d.best_lacks, "%s", lacking[i]);
    dw_booster_document_free(&d);
  }
  d = good(NEW("linear"), "\"attributes\":{}", "\"attributes\":{\"best_iteration\":\"3\"}"); /* the weights are those of the last round */
  CHECK(d.best == 0 && !d.best_lacks);
  dw_booster_document_free(&d);
}

TEST(categories)
{
  static const char enc[] = "{\"offsets\":[0,2,4,6,8,10],\"values\":[103,48,103,49,103,50,103,51,103,52]}";
  dw_booster_document d = good(NEW("categorical"), "\"version\"", "\"version\"");
  CHECK(d.category && d.category[0].count == 0 && d.category[1].count == 0 && d.category[2].count == 5 && !d.coded);
  CHECK_TEXT(d.category[2].keys[3].text, "g3");
  dw_booster_document_free(&d);
  d = good(NEW("categorical"), enc, "{\"type\":6,\"values\":[-7,10,20,30,16777216]}");
  CHECK(d.category[2].count == 5);
  CHECK_TEXT(d.category[2].keys[0].text, "-7");
  CHECK_TEXT(d.category[2].keys[4].text, "16777216");
  dw_booster_document_free(&d);
  d = good(NEW("categorical"), enc, "{\"offsets\":[0,0,2],\"values\":[-61,-87]}"); /* "" and "é", in signed bytes */
  CHECK(d.category[2].count == 2 && d.category[2].keys[0].length == 0);
  CHECK_TEXT(d.category[2].keys[1].text, "é");
  dw_booster_document_free(&d);
  static const struct {
    const char *enc, *says;
  } cases[] = {
      {"{\"offsets\":[0,2,4],\"values\":[103,48]}", "where there are no bytes"},
      {"{\"offsets\":[0,2,1],\"values\":[103,48]}", "where there are no bytes"},
      {"{\"offsets\":[1,2],\"values\":[103,48]}", "where there are no bytes"},
      {"{\"offsets\":[0,1.5],\"values\":[103,48]}", "where there are no bytes"},
      {"{\"offsets\":[0,1],\"values\":[103,48]}", "go on behind the last"},
      {"{\"offsets\":[0,1,2],\"values\":[103,103]}", "two are the same"},
      {"{\"offsets\":[0,1],\"values\":[195]}", "not UTF-8"},
      {"{\"offsets\":[0,1],\"values\":[0]}", "not UTF-8"},
      {"{\"offsets\":[0,1],\"values\":[300]}", "not made of bytes"},
      {"{\"offsets\":[0,1],\"values\":[\"g\"]}", "not made of bytes"},
      {"{\"type\":6,\"values\":[1,2.5]}", "neither texts nor whole numbers"},
      {"{\"type\":6,\"values\":[1,16777217]}", "neither texts nor whole numbers"},
      {"{\"type\":6,\"values\":[1,1]}", "two are the same"},
      {"{\"type\":6,\"values\":[\"a\"]}", "neither texts nor whole numbers"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refuses(NEW("categorical"), enc, cases[i].enc, cases[i].says);
  refuses(NEW("categorical"), "{\"offsets\":[],\"values\":[]},{\"offsets\":[],\"values\":[]},", "", "more or fewer features");
  /* what the codes of the third feature stand for is not said */
  static const char *const silent[][2] = {{enc, "{\"offsets\":[],\"values\":[]}"}, {enc, "{}"}, {enc, "7"}, {"\"cats\":", "\"cots\":"}};
  for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
    d = good(NEW("categorical"), silent[i][0], silent[i][1]);
    CHECK(d.coded && !d.coded[0] && !d.coded[1] && d.coded[2] && d.category[2].count == 0);
    dw_booster_document_free(&d);
  }
  /* plain codes were trained on, and are taken */
  char *text = changed(NEW("categorical"), enc, "]"), *open = strstr(text, "\"enc\":["), *close = open ? strstr(open, ",]]") : NULL;
  CHECK(close != NULL);
  if (close) {
    dw_err err = {0};
    open += strlen("\"enc\":[");
    memmove(open, close + 2, strlen(close + 2) + 1);
    CHECK_MSG(read(&d, text, &err) == DW_OK && !d.category && !d.coded, "%s", err.message);
    dw_booster_document_free(&d);
  }
  free(text);
}
