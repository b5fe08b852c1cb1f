#include "records_case.h"

#include <math.h>

#include "base/rng.h"
#include "serve/watch/look.h"

static dw_look_settings asked(void)
{
  dw_look_settings set = {
      .model = "m",
      .window = HOUR,
      .silence = 2 * HOUR,
      .baseline_text = "trailing(0,24h)",
      .alpha = NAN,
      .threads = 1,
      .limits = {.refusal_rate = 0.1, .toxicity_rate = 0.05, .accuracy_drop = 0.1, .accuracy_points = NAN, .min_rows = 50}};
  CHECK(dw_baseline_rule_parse(&set.baseline, set.baseline_text, &err) == DW_OK);
  return set;
}

/* Puts records of a kind evenly over [from, to); content as a format of a number from 0 to 1, then another, and the count. */
static void fill(dw_records *records, dw_record_kind kind, int64_t from, int64_t to, int rows, double shift, const char *model)
{
  static uint64_t number;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(5, "look"), number, 0);
  for (int i = 0; i < rows; i++) {
    char id[40], content[300];
    snprintf(id, sizeof id, "r%llu", (unsigned long long)number++);
    double x = dw_rng_uniform(&rng) + shift, c = dw_rng_uniform(&rng);
    snprintf(content, sizeof content, "{\"id\":\"%s\",\"ts\":%llu,\"x\":%.6f,\"confidence\":%.6f,\"embedding\":[%.4f,%.4f,1]}", id,
             (unsigned long long)number, x, c, x, c);
    dw_records_item item = item_of(id, content, from + (to - from) / rows * i);
    item.kind = kind;
    item.model = model;
    item.received = item.time;
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
  }
}

static dw_look_result look(dw_records *records, const dw_look_settings *set, const dw_periods *left_out)
{
  dw_look_result result;
  dw_status status = dw_look(&result, set, records, NOON, left_out ? left_out : &(dw_periods){0}, &(dw_buf){0}, NULL, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return result;
}

TEST(a_window_is_held_to_the_hours_before_it)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_look_settings set = asked();
    fill(records, DW_RECORD_INFERENCE, NOON - 25 * HOUR, NOON - HOUR, 600, 0, "m");
    fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 100, 0, "m");
    fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 300, 5, "other"); /* of which nothing is seen */
    fill(records, DW_RECORD_INFERENCE, NOON, NOON + HOUR, 300, 5, "m");
    dw_look_result r = look(records, &set, NULL);
    CHECK(r.rows == 100 && r.baseline_rows == 600);
    CHECK(r.answer == DW_ANSWER_NO_DRIFT && r.severity == DW_SEVERITY_NONE && r.drifted == 0 && r.events.length == 0);
    CHECK(strstr(dw_buf_cstr(&r.lines), "\"column\":\"ts\"") == NULL && strstr(dw_buf_cstr(&r.lines), "\"column\":\"x\"") != NULL);
    CHECK(strstr(dw_buf_cstr(&r.lines), "\"check\":\"prediction_drift\",\"column\":\"confidence\"") != NULL);
    CHECK(strstr(dw_buf_cstr(&r.lines), "\"check\":\"embedding_drift\"") != NULL);
    dw_look_free(&r);

    fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 100, 0.7, "m");
    r = look(records, &set, NULL);
    CHECK(r.answer == DW_ANSWER_DRIFT && r.part[DW_PART_DATA].drift && r.severity > DW_SEVERITY_NONE);
    CHECK(r.drifted >= 1 && r.events.length > 0);
    CHECK_TEXT(r.top[0], "x");
    /* both sides as bars, each the whole of its records */
    dw_value *run;
    CHECK(dw_value_parse(&run, r.run.data, r.run.length - 1, "run", 0, &err) == DW_OK);
    const dw_value *bars = dw_value_first(dw_value_get(dw_value_first(dw_value_get(run, "comparisons")), "bars"));
    CHECK_TEXT(dw_value_text_of(bars, "column", ""), "x");
    CHECK(dw_value_count(dw_value_get(bars, "edges")) == dw_value_count(dw_value_get(bars, "current")) + 1);
    for (int side = 0; side < 2; side++) {
      double sum = 0;
      for (const dw_value *v = dw_value_first(dw_value_get(bars, side ? "current" : "reference")); v; v = dw_value_next(v))
        sum += dw_value_number(v, 0);
      CHECK(sum > 0.98 && sum < 1.02);
    }
    dw_value_free(run);
    CHECK(strstr(dw_buf_cstr(&r.run), "\"verdict\":\"drift\"") && strstr(dw_buf_cstr(&r.run), "\"top_columns\":[\"x\""));
    dw_look_free(&r);
    dw_records_close(records);
  }
}

TEST(late_records_move_no_window)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  fill(records, DW_RECORD_INFERENCE, NOON - 25 * HOUR, NOON - HOUR, 600, 0, "m");
  fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 100, 0, "m");
  for (int i = 0; i < 100; i++) {
    char id[20];
    snprintf(id, sizeof id, "late%d", i);
    dw_records_item item = item_of(id, "{\"x\":100,\"confidence\":0.5,\"embedding\":[1,2,3]}", NOON - HOUR / 2);
    item.received = item.time + DW_RECORDS_BEHIND + 1;
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
  }
  dw_look_result r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NO_DRIFT && r.rows == 100 && strstr(dw_buf_cstr(&r.run), "\"strays\":100,"));
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(too_few_rows_are_not_judged_and_no_rows_are_silence)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  fill(records, DW_RECORD_INFERENCE, NOON - 25 * HOUR, NOON - HOUR, 600, 0, "m");
  fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 49, 9, "m");
  dw_look_result r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NOT_JUDGED && !r.part[DW_PART_DATA].judged && !r.part[DW_PART_DATA].drift);
  CHECK(r.part[DW_PART_SILENCE].judged && !r.part[DW_PART_SILENCE].drift);
  CHECK_TEXT(r.reason, "the window has 49 inference records, and 50 are the least that is judged");
  dw_look_free(&r);
  set.limits.min_rows = 49;
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_DRIFT);
  dw_look_free(&r);
  dw_period alert[] = {{INT64_MIN, INT64_MAX}};
  r = look(records, &set, &(dw_periods){alert, 1, 1});
  CHECK(r.answer == DW_ANSWER_NOT_JUDGED && r.baseline_rows == 0);
  dw_look_free(&r);
  set.model = "nobody";
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_DRIFT && r.part[DW_PART_SILENCE].drift && !r.part[DW_PART_DATA].drift && !r.part[DW_PART_DATA].judged);
  CHECK(strstr(dw_buf_cstr(&r.events), "\"check\":\"silence\"") != NULL);
  dw_look_free(&r);
  set.silence = 0;
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NOT_JUDGED);
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(the_seeds_rule_is_written_always_and_alarms_when_it_is_asked_for)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  fill(records, DW_RECORD_INFERENCE, NOON - 25 * HOUR, NOON - HOUR, 480, 0, "m");
  fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 20, 0, "m");
  set.limits.min_rows = 20;
  dw_look_result r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NO_DRIFT);
  CHECK(strstr(dw_buf_cstr(&r.run), "\"alarm\":true,\"baseline_rows\":480,\"rows\":20}") != NULL);
  dw_look_free(&r);
  set.seed_rule = true;
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_DRIFT && r.part[DW_PART_DATA].drift);
  dw_look_free(&r);
  set.limits.min_rows = 21;
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NOT_JUDGED);
  dw_look_free(&r);
  dw_records_close(records);
}

/* An interaction, or a label, a minute from an instant on. */
static void put_each(dw_records *records, dw_record_kind kind, const char *prefix, int64_t from, int rows, const char *first,
                     int first_rows, const char *rest)
{
  for (int i = 0; i < rows; i++) {
    char id[60];
    snprintf(id, sizeof id, "%s%d", prefix, i);
    dw_records_item item = item_of(id, i < first_rows ? first : rest, from + i * 60 * DW_SECOND);
    item.kind = kind;
    item.received = item.time;
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
  }
}

TEST(refusals_toxic_answers_and_a_metric_are_watched_over_days)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  int64_t week = NOON - 100 * HOUR, then = NOON - (30 * 24 + 100) * HOUR;
  put_each(records, DW_RECORD_INTERACTION, "i", week, 100, "{\"response\":\"I'm sorry, but I can't help with that.\",\"toxicity\":0.9}", 11,
           "{\"response\":\"It is 42.\",\"toxicity\":0.1}");
  put_each(records, DW_RECORD_INFERENCE, "n", week, 100, "{\"prediction\":1}", 100, "");
  put_each(records, DW_RECORD_LABEL, "n", week, 80, "{\"label\":1}", 60, "{\"label\":0}");
  put_each(records, DW_RECORD_INFERENCE, "b", then, 60, "{\"prediction\":\"a\",\"label\":\"a\"}", 57,
           "{\"prediction\":\"a\",\"label\":\"b\"}");
  dw_look_result r = look(records, &set, NULL);
  const dw_look_answer *part = r.part;
  CHECK(part[DW_PART_REFUSAL].drift && part[DW_PART_TOXICITY].drift && part[DW_PART_ACCURACY].drift);
  CHECK(part[DW_PART_REFUSAL].severity == DW_SEVERITY_MEDIUM && part[DW_PART_TOXICITY].severity == DW_SEVERITY_HIGH);
  const char *lines = dw_buf_cstr(&r.lines);
  CHECK(strstr(lines, "\"check\":\"refusal_rate\"") && strstr(lines, "\"value\":0.11,\"limit\":0.1,\"rows\":200,\"known\":100}"));
  CHECK(
      strstr(lines,
             "\"known\":80,\"metric\":\"accuracy\",\"now\":0.75,\"before\":0.95,\"rows_before\":60,\"known_before\":60,\"least\":0.855}"));
  const char *run = dw_buf_cstr(&r.run);
  CHECK(strstr(run, "\"behaviour\":{\"refusal_rate\":{\"value\":0.11,\"limit\":0.1,\"rows\":200,\"known\":100},\"toxicity_rate\":{"));
  CHECK(strstr(run, "\"accuracy_drop\":{") &&
        strstr(run, "\"now\":0.75,\"before\":0.95,\"rows_before\":60,\"known_before\":60,\"least\":0.855}},"));
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(interactions_without_embeddings_are_judged_by_their_rates)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  put_each(records, DW_RECORD_INTERACTION, "i", NOON - HOUR, 49, "", 0, "{\"response\":\"It is 42.\"}");
  dw_look_result r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NOT_JUDGED && strstr(r.reason, "compared by their embeddings"));
  dw_look_free(&r);
  put_each(records, DW_RECORD_INTERACTION, "j", NOON - HOUR, 1, "", 0, "{\"response\":\"It is 43.\"}");
  r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_NO_DRIFT && r.part[DW_PART_REFUSAL].judged && !r.part[DW_PART_DATA].judged);
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(embeddings_have_limits_on_how_far_their_centroid_and_spread_go)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  fill(records, DW_RECORD_EMBEDDING, NOON - 25 * HOUR, NOON - HOUR, 600, 0, "m");
  fill(records, DW_RECORD_EMBEDDING, NOON - HOUR, NOON, 200, 0.2, "m");
  dw_look_result r = look(records, &set, NULL);
  static const char *const methods[] = {"\"method\":\"mmd\"", "\"method\":\"centroid_cosine\"", "\"method\":\"variance_change\""};
  for (size_t i = 0; i < 3; i++) CHECK_MSG(strstr(dw_buf_cstr(&r.lines), methods[i]), "%s", methods[i]);
  double distance = r.measure[DW_MEASURE_COSINE].value;
  CHECK(distance > 0 && distance < 0.1 && r.measure[DW_MEASURE_COSINE].limit == 0.1 && !r.measure[DW_MEASURE_COSINE].drift);
  dw_look_free(&r);
  set.cosine_name = "EMBEDDING_COSINE_THRESHOLD";
  set.cosine_threshold = "0.0005";
  r = look(records, &set, NULL);
  CHECK(r.measure[DW_MEASURE_COSINE].limit == 0.0005 && r.measure[DW_MEASURE_COSINE].drift &&
        r.measure[DW_MEASURE_COSINE].value == distance);
  CHECK(strstr(dw_buf_cstr(&r.events), "\"method\":\"centroid_cosine\"") && strstr(r.events.data, "\"record\":\"embedding\"}\n"));
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(interactions_are_compared_by_their_embeddings_and_alpha_is_shared)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  for (int kind = 0; kind < 2; kind++) {
    dw_record_kind which = kind ? DW_RECORD_INTERACTION : DW_RECORD_INFERENCE;
    fill(records, which, NOON - 25 * HOUR, NOON - HOUR, 300, 0, "m");
    fill(records, which, NOON - HOUR, NOON, 100, kind ? 4 : 0, "m");
  }
  dw_look_result r = look(records, &set, NULL);
  CHECK(r.answer == DW_ANSWER_DRIFT && r.drifted == 1);
  CHECK_TEXT(r.top[0], "embedding");
  CHECK(strstr(dw_buf_cstr(&r.run), "\"comparisons\":[{\"record\":\"inference\",\"summary\":{\"kind\":\"summary\",\"drift\":false,"));
  CHECK(strstr(dw_buf_cstr(&r.run), "{\"record\":\"interaction\",\"summary\":{\"kind\":\"summary\",\"drift\":true,"));
  dw_look_free(&r);
  dw_records_close(records);
}

TEST(a_look_that_is_repeated_is_the_same_run)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_look_settings set = asked();
  fill(records, DW_RECORD_INFERENCE, NOON - 25 * HOUR, NOON - HOUR, 300, 0, "m");
  fill(records, DW_RECORD_INFERENCE, NOON - HOUR, NOON, 100, 3, "m");
  for (int again = 0; again < 2; again++) {
    dw_arena arena;
    dw_records_batch batch = {0};
    size_t capacity = 0;
    dw_arena_init(&arena);
    dw_look_result r = look(records, &set, NULL);
    dw_look_items(&r, "m", &arena, &batch.items, &batch.count, &capacity);
    CHECK(batch.count >= 2 && batch.items[0].kind == DW_RECORD_RUN && batch.items[1].kind == DW_RECORD_EVENT);
    CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.refused == 0);
    CHECK(again ? batch.duplicates == batch.count : batch.stored == batch.count);
    dw_look_free(&r);
    dw_free(batch.items);
    dw_arena_free(&arena);
  }
  dw_records_close(records);
}
