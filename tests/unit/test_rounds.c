#include "records_case.h"

#include <math.h>

#include "base/rng.h"
#include "base/str.h"
#include "serve/rounds/rounds.h"
#include "serve/rounds/stale.h"

#define STEP (5 * 60 * DW_SECOND)

/* A record a minute over [from, to), moved by shift. */
static void fill(dw_records *records, const char *model, int64_t from, int64_t to, double shift)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(6, "rounds"), (uint64_t)from, 0);
  for (int64_t time = from; time < to; time += 60 * DW_SECOND) {
    char id[60], content[100];
    snprintf(id, sizeof id, "%lld", (long long)time);
    snprintf(content, sizeof content, "{\"x\":%.6f}", dw_rng_uniform(&rng) + shift);
    dw_records_item item = item_of(id, content, time);
    item.model = model;
    item.received = time;
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
  }
}

static dw_rounds_settings settings_of(void)
{
  static dw_buf stages;
  dw_rounds_settings set = {.rule = {.open_after = 2, .close_after = 3}, .every = STEP, .catch_up = 4, .stages = &stages};
  set.look = (dw_look_settings){.window = HOUR, .silence = 2 * HOUR, .baseline_text = "trailing", .alpha = NAN, .threads = 1};
  set.look.limits = (dw_behaviour_limits){NAN, NAN, NAN, NAN, 50};
  CHECK(dw_baseline_rule_parse(&set.look.baseline, "trailing", &err) == DW_OK);
  return set;
}

static dw_status add_time(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  dw_buf_format(context, "%s%lld ", row->model, (long long)((row->time - NOON) / (60 * DW_SECOND)));
  return DW_OK;
}

/* The runs that there are, as model and minutes from noon. */
static const char *runs(dw_records *records)
{
  static char text[1000];
  dw_buf out = {0};
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_RUN;
  CHECK(dw_records_get(records, &query, add_time, &out, NULL, &err) == DW_OK);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

static dw_rounds_counts turn(const dw_rounds_settings *set, dw_records *records, int64_t now)
{
  dw_rounds_counts counts = {0};
  CHECK_MSG(dw_rounds_turn(set, records, now, &counts, &err) == DW_OK, "%s", err.message);
  return counts;
}

TEST(each_slot_is_checked_once_and_missed_ones_are_caught_up_with)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  fill(records, "a", NOON - 26 * HOUR, NOON + 2 * HOUR, 0);
  fill(records, "b", NOON - 26 * HOUR, NOON + 2 * HOUR, 0);
  dw_rounds_counts c = turn(&set, records, NOON + 61 * DW_SECOND); /* between two slots */
  CHECK(c.checks == 2 && c.missed == 0 && c.failed == 0);
  CHECK_TEXT(runs(records), "a0 b0 ");
  c = turn(&set, records, NOON + STEP - 1);
  CHECK(c.checks == 0);
  c = turn(&set, records, NOON + 3 * STEP);
  CHECK(c.checks == 6 && c.missed == 0);
  set.models.text = (const char *[]){"a"};
  set.models.count = 1;
  c = turn(&set, records, NOON + 12 * STEP + 7);
  CHECK(c.checks == 4 && c.missed == 5);
  CHECK_TEXT(runs(records), "a0 b0 a5 b5 a10 b10 a15 b15 a45 a50 a55 a60 ");
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_EVENT;
  CHECK(strstr(got(records, &query),
               "{\"kind\":\"missed\",\"model\":\"a\",\"from\":\"2026-01-01T12:20:00Z\",\"to\":\"2026-01-01T12:45:00Z\",\"slots\":5}"));
  dw_records_close(records);
}

/* Versions: a record a minute of one of them. */
static void fill_version(dw_records *records, const char *version, int64_t from, int64_t to, double shift)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(7, "version"), (uint64_t)from, 0);
  for (int64_t time = from; time < to; time += 60 * DW_SECOND) {
    char id[60], content[100];
    snprintf(id, sizeof id, "%s-%lld", version, (long long)time);
    snprintf(content, sizeof content, "{\"x\":%.6f,\"model_version\":\"%s\"}", dw_rng_uniform(&rng) + shift, version);
    dw_records_item item = item_of(id, content, time);
    item.received = time;
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
  }
}

static dw_status keep_content(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  dw_buf *out = context;
  out->length = 0;
  dw_buf_add(out, row->content, row->length);
  dw_buf_cstr(out);
  return DW_OK;
}

static const char *last_run(dw_records *records, dw_buf *out)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_RUN;
  CHECK(dw_records_get(records, &query, keep_content, out, NULL, &err) == DW_OK);
  return dw_buf_cstr(out);
}

TEST(a_new_version_is_told_once_and_held_to_itself)
{
  place p = fresh(0);
  dw_buf run = {0};
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  set.every = HOUR;
  set.look.limits.min_rows = 50;
  fill_version(records, "v1", NOON - 30 * HOUR, NOON, 0);
  fill_version(records, "v2", NOON, NOON + 5 * HOUR, 3); /* it sees another world */
  turn(&set, records, NOON);
  CHECK(strstr(last_run(records, &run), "\"verdict\":\"no drift\""));
  CHECK(!strstr(last_run(records, &run), "model_version"));
  turn(&set, records, NOON + HOUR);
  CHECK(strstr(last_run(records, &run), "\"verdict\":\"not judged\"")); /* there is nothing yet that it could be held to */
  turn(&set, records, NOON + 2 * HOUR);
  CHECK(strstr(last_run(records, &run), "\"verdict\":\"no drift\""));
  CHECK(strstr(last_run(records, &run), "\"periods\":[{\"from\":\"2026-01-01T12:00:00Z\",\"to\":\"2026-01-01T13:00:00Z\"}]"));
  set.look.baseline_text = "version:previous";
  CHECK(dw_baseline_rule_parse(&set.look.baseline, set.look.baseline_text, &err) == DW_OK);
  turn(&set, records, NOON + 3 * HOUR);
  CHECK_MSG(strstr(last_run(records, &run), "\"verdict\":\"drift\""), "%s", run.data);
  CHECK(strstr(run.data, "\"baseline\":{\"rule\":\"version:previous\",\"version\":\"v1\",\"rows\":1500,"));
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_EVENT;
  query.id = "version/v2@2026-01-01T12:00:00Z";
  CHECK_TEXT(got(records, &query),
             "{\"kind\":\"version\",\"model\":\"m\",\"version\":\"v2\",\"since\":\"2026-01-01T12:00:00Z\",\"previous\":\"v1\"} ");
  dw_buf_free(&run);
  dw_records_close(records);
}

static void hear(void *context, const char *text) { dw_buf_format(context, "%s\n", text); }

TEST(a_model_that_cannot_be_checked_keeps_no_other_from_its_checks)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  dw_buf told = {0};
  dw_notices notices = {.warn = hear, .context = &told};
  set.notices = &notices;
  fill(records, "b", NOON - 26 * HOUR, NOON, 0);
  dw_records_item run = item_of("x", "no document", NOON - HOUR); /* as no run ever is */
  run.kind = DW_RECORD_RUN;
  run.model = "a";
  CHECK(put_one(records, run) == DW_RECORDS_STORED);
  fill(records, "a", NOON - 2 * HOUR, NOON, 0);
  dw_rounds_counts c = turn(&set, records, NOON);
  CHECK(c.failed == 1 && c.checks == 1);
  CHECK(strncmp(dw_buf_cstr(&told), "model \"a\": ", 11) == 0);
  dw_buf_free(&told);
  dw_records_close(records);
}

TEST(records_that_come_after_their_window_was_judged_mark_it_stale)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  fill(records, "a", NOON - 26 * HOUR, NOON + HOUR, 0);
  turn(&set, records, NOON);
  dw_records_item late = item_of("late", "{\"x\":0.5}", NOON - 10 * 60 * DW_SECOND);
  late.model = "a";
  late.received = NOON + 60 * DW_SECOND;
  CHECK(put_one(records, late) == DW_RECORDS_STORED);
  late.id = "stray";
  late.time = NOON - 30 * 60 * DW_SECOND;
  late.received = late.time + DW_RECORDS_BEHIND + 1;
  CHECK(put_one(records, late) == DW_RECORDS_STORED);
  turn(&set, records, NOON + STEP);
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_EVENT;
  const char *events = got(records, &query);
  CHECK_MSG(strncmp(events, "{\"kind\":\"stale\",\"model\":\"a\",\"run\":\"2026-01-01T12:00:00Z/", 56) == 0, "%s", events);
  CHECK(strstr(events, "\"window\":{\"from\":\"2026-01-01T11:00:00Z\",\"to\":\"2026-01-01T12:00:00Z\"},\"late\":1}") != NULL);
  turn(&set, records, NOON + 2 * STEP); /* told once */
  CHECK_TEXT(got(records, &query), events);
  dw_records_close(records);
}

TEST(a_thread_makes_the_rounds_until_it_is_stopped)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  dw_rounds *rounds;
  dw_rounds_counts c = {0};
  setenv("DW_NOW", "2026-01-01T12:03:00Z", 1);
  fill(records, "a", NOON - 26 * HOUR, NOON, 3);
  CHECK(dw_rounds_start(&rounds, &set, records, &err) == DW_OK);
  while (c.checks == 0) {
    usleep(10000);
    dw_rounds_read(rounds, &c);
  }
  dw_rounds_stop(rounds);
  CHECK(c.checks == 1 && c.failed == 0);
  CHECK_TEXT(runs(records), "a0 ");
  dw_rounds_stop(NULL);
  unsetenv("DW_NOW");
  dw_records_close(records);
}
