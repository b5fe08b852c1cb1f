/* The numbers of a run, read without a tree of it. */
#include "test.h"

#include <math.h>

#include "serve/dashboard/run_digest.h"

static dw_run_digest digest;
static dw_err err;

static dw_status take(const char *text) { return dw_run_digest_read(&digest, text, strlen(text), &err); }
static const char *text(size_t at) { return digest.texts.data + at; }

TEST(what_a_run_says_is_taken)
{
  CHECK(take("{\"kind\":\"run\",\"verdict\":\"drift\",\"drift\":true,\"severity\":\"medium\",\"window\":{\"from\":\"a\"},\"rows\":120,"
             "\"behaviour\":{\"refusal_rate\":{\"value\":0.11,\"limit\":0.1,\"rows\":200,\"known\":100},"
             "\"accuracy_drop\":{\"value\":0.2,\"limit\":0.1,\"rows\":9,\"known\":8,\"metric\":\"accuracy\",\"now\":0.75,\"before\":0.95,"
             "\"rows_before\":60,\"known_before\":60,\"least\":0.855}},"
             "\"seed_rule\":{\"kl_divergence\":0.2,\"cosine_similarity\":0.8,\"alarm\":true,\"baseline_rows\":1,\"rows\":2},"
             "\"comparisons\":[{\"record\":\"inference\",\"summary\":{\"drift\":true,\"columns\":9,\"drifted\":2,"
             "\"drift_share_threshold\":0.5,\"not_judged\":[{\"columns\":77}]},\"columns\":["
             "{\"column\":\"age\",\"check\":\"column_drift\",\"method\":\"share_shift\",\"score\":0.002,\"threshold\":0.05,\"h\":0.4,"
             "\"severity\":\"high\",\"drift\":true},{\"column\":\"a\\u00e9\\n\\\"\",\"method\":null,\"score\":null,\"drift\":false,"
             "\"severity\":\"low\"}]},{\"record\":\"embedding\",\"summary\":{\"columns\":1,\"drifted\":1}}],\"alerts\":{\"rows\":5}}") ==
        DW_OK);
  CHECK(digest.drift && !digest.unjudged && digest.severity == DW_SEVERITY_MEDIUM && digest.rows == 120);
  CHECK(digest.refusals.value == 0.11 && digest.refusals.limit == 0.1 && digest.refusals.rows == 200 && digest.refusals.known == 100);
  CHECK(isnan(digest.toxicity.value));
  CHECK(digest.metric.value == 0.75 && digest.metric.limit == 0.855 && digest.before == 0.95 && digest.metric.known == 8);
  CHECK(digest.divergence == 0.2 && digest.cosine == 0.8);
  CHECK(digest.columns == 10 && digest.drifted == 3 && digest.share_limit == 0.5);
  CHECK(digest.column_count == 2);
  const dw_run_column *column = digest.column;
  CHECK_TEXT(text(column[0].name), "age");
  CHECK_TEXT(text(column[0].method), "share_shift");
  CHECK(column[0].h == 0.4 && column[0].score == 0.002 && column[0].threshold == 0.05);
  CHECK(!digest.feedback);
  CHECK(column[0].severity == DW_SEVERITY_HIGH && column[0].drift);
  CHECK_TEXT(text(column[1].name), "aé\n\"");
  CHECK_TEXT(text(column[1].method), "");
  CHECK(isnan(column[1].score) && isnan(column[1].h) && !column[1].drift && column[1].severity == DW_SEVERITY_NONE);
}

TEST(nothing_is_left_of_the_run_before)
{
  CHECK(take("{\"rows\":7,\"drift\":true,\"comparisons\":[{\"columns\":[{\"column\":\"x\",\"h\":1}]}]}") == DW_OK);
  CHECK(take(" { \"verdict\" : \"not judged\" , \"comparisons\" : [ ] } ") == DW_OK);
  CHECK(take("{\"behaviour\":{\"accuracy_drop\":{\"metric\":\"feedback\",\"now\":4.1}}}") == DW_OK && digest.feedback);
  CHECK(take(" { \"verdict\" : \"not judged\" , \"comparisons\" : [ ] } ") == DW_OK && !digest.feedback);
  CHECK(digest.unjudged && !digest.drift && isnan(digest.rows) && digest.column_count == 0 && digest.columns == 0);
  CHECK(isnan(digest.divergence) && isnan(digest.before) && isnan(digest.metric.value));
}

TEST(values_of_another_type_are_not_said)
{
  CHECK(take("{\"verdict\":7,\"drift\":\"true\",\"severity\":null,\"rows\":\"many\",\"seed_rule\":[1,{\"kl_divergence\":3}],\"behaviour\":"
             "false,"
             "\"comparisons\":[7,{\"summary\":\"none\",\"columns\":{\"column\":\"x\"}},{\"columns\":[[],{\"column\":5},{\"h\":1}]}]}") ==
        DW_OK);
  CHECK(!digest.drift && !digest.unjudged && digest.severity == DW_SEVERITY_NONE && isnan(digest.rows) && isnan(digest.divergence));
  CHECK(digest.column_count == 0);
}

TEST(what_is_cut_short_anywhere_is_an_error)
{
  static const char whole[] =
      "{\"drift\":true,\"seed_rule\":{\"kl_divergence\":0.2},\"comparisons\":[{\"columns\":[{\"column\":\"x\",\"h\":1}]}]}";
  char cut[sizeof whole];
  for (size_t length = 0; length < sizeof whole - 1; length++) {
    memcpy(cut, whole, length);
    cut[length] = '\0';
    CHECK_MSG(take(cut) == DW_EDATA, "%s", cut);
  }
  CHECK(take(whole) == DW_OK && digest.column_count == 1);
  CHECK(take("[]") == DW_EDATA);
  CHECK(take("{\"drift\":tru}") == DW_EDATA);
  CHECK(take("{\"drift\" true}") == DW_EDATA);
  CHECK(take("{\"comparisons\":[{} {}]}") == DW_EDATA);
  dw_run_digest_free(&digest);
}
