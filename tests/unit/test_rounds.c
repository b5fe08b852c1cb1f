#include "records_case.h"
#include "ear.h"

#include <math.h>

#include "base/rng.h"
#include "base/str.h"
#include "serve/rounds/recheck.h"
#include "serve/rounds/stale.h"

#define STEP (5 * 60 * DW_SECOND)

/* A record a minute over [from, to), moved by shift, in one commit; of a version, where there is one. */
static void fill_of(dw_records *records, const char *model, const char *version, int64_t from, int64_t to, double shift)
{
  dw_rng rng;
  dw_arena arena;
  size_t count = 0, most = (size_t)((to - from) / (60 * DW_SECOND)) + 1;
  dw_records_item *items = dw_alloc_zero(most, sizeof *items);
  dw_arena_init(&arena);
  dw_rng_start(&rng, dw_rng_derive(6, version ? version : "rounds"), (uint64_t)from, 0);
  for (int64_t time = from; time < to; time += 60 * DW_SECOND) {
    char id[60], content[100];
    int id_length = snprintf(id, sizeof id, "%s%lld", version ? version : "", (long long)time);
    int length = snprintf(content, sizeof content, "{\"x\":%.6f%s%s%s}", dw_rng_uniform(&rng) + shift,
                          version ? ",\"model_version\":\"" : "", version ? version : "", version ? "\"" : "");
    items[count++] = (dw_records_item){.model = model,
                                       .source = "",
                                       .id = dw_arena_strndup(&arena, id, (size_t)id_length),
                                       .time = time,
                                       .received = time,
                                       .content = dw_arena_strndup(&arena, content, (size_t)length),
                                       .length = (size_t)length};
  }
  dw_records_batch batch = {.items = items, .count = count};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == count);
  dw_free(items);
  dw_arena_free(&arena);
}

static void fill(dw_records *records, const char *model, int64_t from, int64_t to, double shift)
{
  fill_of(records, model, NULL, from, to, shift);
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

static dw_buf noted;

static void note(const char *model, int64_t now, dw_answer answer)
{
  dw_buf_format(&noted, "%s%lld %s\n", model, (long long)((now - NOON) / (60 * DW_SECOND)), dw_answer_words(answer));
}

TEST(each_check_is_told_when_it_is_done)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  set.checked = note;
  fill(records, "a", NOON - 26 * HOUR, NOON, 0);
  fill(records, "b", NOON - HOUR, NOON, 0);
  fill(records, "c", NOON - 26 * HOUR, NOON - HOUR, 0);
  fill(records, "c", NOON - HOUR, NOON, 5);
  turn(&set, records, NOON);
  CHECK_TEXT(dw_buf_cstr(&noted), "a0 no drift\nb0 not judged\nc0 drift\n");
  noted.length = 0;
  turn(&set, records, NOON + 1);
  CHECK(noted.length == 0);
  dw_buf_free(&noted);
  dw_records_close(records);
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
  fill_of(records, "m", "v1", NOON - 30 * HOUR, NOON, 0);
  fill_of(records, "m", "v2", NOON, NOON + 5 * HOUR, 3); /* it sees another world */
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

/* 100 answers in the hour before, so many of them refusals. */
static void answer(dw_records *records, int64_t to, int refusals)
{
  char ids[100][40], content[2][40] = {"{\"refusal\":0}", "{\"refusal\":1}"};
  dw_records_item items[100];
  for (int i = 0; i < 100; i++) {
    snprintf(ids[i], sizeof ids[i], "%lld-%d", (long long)to, i);
    items[i] = item_of(ids[i], content[i < refusals], to - HOUR + i * 30 * DW_SECOND);
    items[i].kind = DW_RECORD_INTERACTION;
    items[i].received = items[i].time;
  }
  CHECK(dw_records_put(records, &(dw_records_batch){.items = items, .count = 100}, &err) == DW_OK);
}

TEST(limits_follow_what_the_last_runs_had)
{
  place p = fresh(0);
  dw_buf run = {0};
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  set.every = HOUR;
  set.look.adaptive = 100;
  set.look.limits = (dw_behaviour_limits){0.1, 0.1, NAN, NAN, 50};
  for (int hour = 1; hour <= 12; hour++) {
    answer(records, NOON + hour * HOUR, 2);
    turn(&set, records, NOON + hour * HOUR);
  }
  CHECK(strstr(last_run(records, &run), "\"refusal_rate\":{\"judged\":true,\"drift\":false,"));
  answer(records, NOON + 13 * HOUR, 60); /* 84 of 1,300 in all: less than the fixed limit, and three times what is usual */
  turn(&set, records, NOON + 13 * HOUR);
  CHECK(strstr(last_run(records, &run), "\"refusal_rate\":{\"judged\":true,\"drift\":true,"));
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_THRESHOLD;
  dw_buf_free(&run);
  CHECK(dw_records_get(records, &query, keep_content, &run, NULL, &err) == DW_OK);
  CHECK_MSG(strstr(run.data, "\"adaptive\":true,\"refusal_rate\":{\"value\":0.06461538461538462,\"limit\":0.03"), "%s", run.data);
  CHECK(strstr(run.data, "\"known\":1300,\"drift\":true}"));
  dw_buf_free(&run);
  dw_records_close(records);
}

static dw_status keep_answer(void *context, const dw_look_result *result, dw_err *e)
{
  dw_buf_format(context, "%d:%s ", (int)((result->now - NOON) / (60 * DW_SECOND)), dw_answer_words(result->answer));
  return DW_OK;
}

static const char *recheck(const dw_rounds_settings *set, dw_records *records, int64_t from, int64_t to, bool all, int64_t now)
{
  static char text[300];
  dw_buf out = {0};
  dw_recheck asked = {.settings = set, .model = "a", .windows = {from, to}, .all = all, .now = now};
  CHECK_MSG(dw_recheck_run(&asked, records, keep_answer, &out, &err) == DW_OK, "%s", err.message);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

TEST(a_stale_window_is_judged_again_and_nobody_is_told)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_buf run = {0};
    dw_records *records = opened(p.address);
    dw_rounds_settings set = settings_of();
    fill(records, "a", NOON - 26 * HOUR, NOON + HOUR, 0);
    turn(&set, records, NOON);
    CHECK_TEXT(recheck(&set, records, NOON, NOON + STEP, false, NOON + 1), ""); /* nothing is stale */
    for (int i = 0; i < 60; i++) {
      char id[20];
      snprintf(id, sizeof id, "late%d", i);
      dw_records_item late = item_of(id, "{\"x\":9}", NOON - 50 * 60 * DW_SECOND + i);
      late.model = "a";
      late.received = NOON + 60 * DW_SECOND;
      CHECK(put_one(records, late) == DW_RECORDS_STORED);
    }
    set.look.exclude = (dw_text_list){(const char *[]){"nothing*"}, 1, 1};
    set.look.window = 5 * 60 * DW_SECOND; /* the next windows have none of them */
    set.look.limits.min_rows = 5;
    turn(&set, records, NOON + STEP);
    CHECK_TEXT(recheck(&set, records, NOON + 1, NOON + HOUR, false, NOON + 8 * 60 * DW_SECOND), ""); /* it is not of that span */
    CHECK_TEXT(recheck(&set, records, NOON, NOON + HOUR, false, NOON + 8 * 60 * DW_SECOND), "0:drift ");
    CHECK_TEXT(recheck(&set, records, NOON, NOON + HOUR, false, NOON + 9 * 60 * DW_SECOND), ""); /* it is up to date */
    turn(&set, records, NOON + 2 * STEP);
    CHECK_TEXT(recheck(&set, records, NOON, NOON + HOUR, false, NOON + 11 * 60 * DW_SECOND), ""); /* and stays so */
    CHECK(strstr(last_run(records, &run),
                 "\"alerts\":{\"data_drift\":{\"state\":\"closed\",\"severity\":\"none\",\"failing\":0,\"passing\":3,"));
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_RUN;
    query.to = NOON + 1;
    dw_buf_free(&run);
    CHECK(dw_records_get(records, &query, keep_content, &run, NULL, &err) == DW_OK);
    CHECK(strstr(run.data, "\"window\":{\"from\":\"2026-01-01T11:00:00Z\",\"to\":\"2026-01-01T12:00:00Z\"},\"rows\":120,"));
    CHECK(strstr(run.data, "\"supersedes\":\"2026-01-01T12:00:00Z/") &&
          strstr(run.data, "\"rechecked\":\"2026-01-01T12:08:00Z\",\"alerts\":{"));
    CHECK(strstr(run.data, "\"data_drift\":{\"state\":\"closed\",\"severity\":\"none\",\"failing\":0,\"passing\":1,"));
    CHECK_TEXT(runs(records), "a0 a0 a5 a10 ");
    query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_OUTBOX;
    CHECK_TEXT(got(records, &query), "");
    CHECK_TEXT(recheck(&set, records, NOON, NOON + 2 * STEP, true, NOON + HOUR), "0:drift 5:no drift ");
    dw_buf_free(&run);
    dw_records_close(records);
  }
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

static dw_status count_letter(void *context, const dw_letter *letter, dw_err *e)
{
  ++*(int *)context;
  return DW_OK;
}

static void end_nothing(void *thing) { (void)thing; }

static int models_heard(const ear *e)
{
  static const char *const models[] = {"\"model\":\"a\"", "\"model\":\"b\"", "\"model\":\"c\""};
  int count = 0;
  for (int m = 0; m < 3; m++) {
    bool heard = false;
    for (int i = 0; i < atomic_load(&e->count); i++) heard |= strstr(e->request[i], models[m]) != NULL;
    count += heard;
  }
  return count;
}

TEST(rounds_go_on_while_receivers_hang_and_alertmanager_hears)
{
  static ear hung, up;
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  dw_rounds_counts c = {0};
  dw_rounds *rounds;
  int letters = 0;
  ear_start(&hung, true);
  ear_start(&up, false);
  dw_receiver list[] = {
      {.name = "up", .url = up.url, .secret = "", .type = DW_RECEIVER_ALERTMANAGER, .allow_private = true},
      {.name = "am", .url = hung.url, .secret = "", .type = DW_RECEIVER_ALERTMANAGER, .allow_private = true},
      {.name = "hook", .url = hung.url, .secret = "", .type = DW_RECEIVER_WEBHOOK, .allow_private = true},
  };
  set.receivers_now = dw_swap_new(&(dw_receivers){.receiver = list, .count = 3}, end_nothing);
  set.rule.open_after = 1;
  for (int i = 0; i < 3; i++) {
    char model[] = {(char)('a' + i), '\0'};
    fill(records, model, NOON - 26 * HOUR, NOON - HOUR, 0);
    fill(records, model, NOON - HOUR, NOON, 5);
  }
  setenv("DW_NOW", "2026-01-01T12:03:00Z", 1);
  dw_postman_settings post = {.receivers = set.receivers_now, .records = records, .patience = 3600 * DW_SECOND};
  CHECK(dw_postman_start(&set.postman, &post, &err) == DW_OK);
  CHECK(dw_rounds_start(&rounds, &set, records, &err) == DW_OK);
  ear_await(&hung, 1); /* whoever waits for that one waits for an hour */
  for (int i = 0; i < 2000 && c.checks < 3; i++) {
    usleep(10000);
    dw_rounds_read(rounds, &c);
  }
  CHECK(c.checks == 3 && c.drift == 3 && c.failed == 0);
  dw_rounds_stop(rounds);
  CHECK(hung.count == 1);
  for (int i = 0; i < 2000 && models_heard(&up) < 3; i++) {
    ear_hang_up(&hung);
    usleep(10000);
  }
  CHECK_MSG(models_heard(&up) == 3, "%d", models_heard(&up));
  dw_postman_stop(set.postman);
  ear_stop(&hung);
  ear_stop(&up);
  CHECK(dw_outbox_each(records, count_letter, &letters, &err) == DW_OK && letters == 3); /* none is lost */
  unsetenv("DW_NOW");
  dw_swap_free(set.receivers_now);
  dw_records_close(records);
}
