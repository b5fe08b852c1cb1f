#include "test.h"

#include <math.h>

#include "kinds/checked_run.h"

#define NOON (INT64_C(1767268800) * INT64_C(1000000)) /* 2026-01-01T12:00:00Z */

static dw_err err;

static dw_status read_text(dw_checked_run *run, dw_arena *arena, const char *text)
{
  dw_value *value;
  dw_arena_init(arena);
  CHECK_MSG(dw_value_parse(&value, text, strlen(text), "t", 1, &err) == DW_OK, "%s", err.message);
  dw_fields at = {.arena = arena, .name = "runs", .line = 3, .err = &err};
  dw_status status = dw_checked_run_read(run, &at, value);
  dw_value_free(value); /* what was read is the arena's */
  return status;
}

TEST(a_run_is_read)
{
  dw_checked_run run;
  dw_arena arena;
  CHECK_MSG(
      read_text(
          &run, &arena,
          "{\"kind\":\"run\",\"model\":\"m\",\"time\":\"2026-01-01T12:00:00Z\",\"verdict\":\"drift\",\"severity\":\"high\",\"rows\":10,"
          "\"baseline\":{\"rows\":200},\"checks\":{\"data_drift\":{\"judged\":true,\"drift\":true,\"severity\":\"high\"},"
          "\"silence\":{\"judged\":false}},\"seed_rule\":{\"kl_divergence\":0.25,\"cosine_similarity\":null},"
          "\"behaviour\":{\"refusal_rate\":{\"value\":0.2,\"limit\":0.1,\"rows\":9,\"known\":8},"
          "\"accuracy_drop\":{\"value\":0.1,\"metric\":\"feedback\",\"now\":0.5,\"before\":0.6}},"
          "\"comparisons\":[{\"record\":\"inference\",\"summary\":{\"columns\":3,\"drifted\":1,\"drift_share\":0.25},\"columns\":["
          "{\"column\":\"a\",\"check\":\"column_drift\",\"method\":\"share_shift\",\"score\":0.01,\"threshold\":0.05,\"h\":0.7,"
          "\"severity\":\"high\",\"drift\":true},{\"column\":\"v\",\"check\":\"embedding_drift\",\"score\":null,"
          "\"centroid_cosine\":0.75,\"variance_ratio\":2,\"drift\":false}],\"columns_left_out\":4}],"
          "\"alerts\":{\"data_drift\":{\"state\":\"open\",\"severity\":\"high\"},\"silence\":{\"state\":\"closed\"}},\"later\":1}") ==
          DW_OK,
      "%s", err.message);
  CHECK_TEXT(run.model, "m");
  CHECK(run.time == NOON && run.answer == DW_ANSWER_DRIFT && run.severity == DW_SEVERITY_HIGH);
  CHECK(run.rows == 10 && run.baseline_rows == 200 && run.kl_divergence == 0.25 && isnan(run.cosine_similarity));
  CHECK(run.part_count == 2 && run.part[0].judged && run.part[0].drift && !run.part[1].judged);
  CHECK_TEXT(run.part[1].check, "silence");
  CHECK(run.alert_count == 2 && run.alert[0].open && !run.alert[1].open);
  CHECK(run.refusal.value == 0.2 && run.refusal.limit == 0.1 && run.refusal.rows == 9 && run.refusal.known == 8);
  CHECK(isnan(run.toxicity.value) && run.accuracy.now == 0.5 && run.accuracy.before == 0.6);
  CHECK_TEXT(run.accuracy.metric, "feedback");
  CHECK(run.comparison_count == 1 && run.comparison[0].columns == 3 && run.comparison[0].drift_share == 0.25);
  CHECK(run.comparison[0].column_count == 2 && run.comparison[0].left_out == 4);
  const dw_checked_column *a = &run.comparison[0].column[0], *v = &run.comparison[0].column[1];
  CHECK(a->drift && a->score == 0.01 && a->threshold == 0.05 && a->h == 0.7 && a->severity == DW_SEVERITY_HIGH &&
        isnan(a->centroid_cosine));
  CHECK(!v->drift && isnan(v->score) && !v->method && v->centroid_cosine == 0.75 && v->variance_ratio == 2);
  dw_arena_free(&arena);
}

TEST(a_run_may_say_little_and_nothing_wrong)
{
  static const struct {
    const char *text, *message;
  } wrong[] = {{"{\"verdict\":\"perhaps\"}", "runs:3: \"verdict\": \"perhaps\" is not drift, no drift or not judged"},
               {"{\"time\":\"noon\"}", "runs:3: \"time\": \"noon\" is not a time"},
               {"{\"comparisons\":[{\"columns\":[{\"score\":1}]}]}", "runs:3: \"column\": expected a text"},
               {"{\"comparisons\":[{\"columns\":[{\"column\":\"a\",\"score\":\"1\"}]}]}", "runs:3: \"score\": expected a number or null"},
               {"{\"behaviour\":[]}", "runs:3: \"behaviour\": expected an object"}};
  dw_checked_run run;
  dw_arena arena;
  CHECK(read_text(&run, &arena, "{}") == DW_OK);
  CHECK(!run.model && run.time == INT64_MIN && run.answer == DW_ANSWER_UNSAID && isnan(run.rows) && isnan(run.refusal.value));
  CHECK(!run.comparison_count && !run.part_count && !run.alert_count);
  dw_arena_free(&arena);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(read_text(&run, &arena, wrong[i].text) == DW_EDATA);
    CHECK_TEXT(err.message, wrong[i].message);
    dw_arena_free(&arena);
  }
}

TEST(a_column_is_read_as_it_was_written)
{
  dw_checked_column column;
  dw_json json;
  dw_buf text = {0};
  dw_checked_column_init(&column);
  column.column = "a \"b\"";
  column.check = "column_drift";
  column.score = 0.1;
  column.drift = true;
  column.severity = DW_SEVERITY_LOW;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '[');
  dw_checked_column_write(&column, &json);
  dw_json_close(&json, ']');
  CHECK_TEXT(dw_buf_cstr(&text), "[{\"column\":\"a \\\"b\\\"\",\"check\":\"column_drift\",\"method\":null,\"score\":0.1,\"threshold\":null,"
                                 "\"h\":null,\"severity\":\"low\",\"drift\":true}]");
  dw_buf_free(&text);
}
