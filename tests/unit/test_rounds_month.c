/* Rounds over records with a daily rhythm, in simulated time: what the whole of checks, alerts, baselines and outbox comes to. Twelve days
 * of no drift; DW_SUITE=full has months of it. */
#include "records_case.h"

#include <math.h>

#include "base/rng.h"
#include "serve/rounds/rounds.h"
#include "suite_case.h"

#define DAY (24 * HOUR)
enum { DAYS = 30 };

/* What is put into the database: a value that goes up and down with the hour, and a number of records that does too. */
typedef struct world {
  uint64_t seed;
  int64_t days;                   /* 0: DAYS */
  int64_t shift_from, shift_to;   /* hours; between them the value is another */
  int64_t silent_from, silent_to; /* and between these there is none */
} world;

static double normal(dw_rng *rng) { return sqrt(-2 * log(1 - dw_rng_uniform(rng))) * cos(2 * 3.141592653589793 * dw_rng_uniform(rng)); }

static void fill(dw_records *records, const world *w)
{
  dw_rng rng;
  dw_arena arena;
  dw_records_item *items = NULL;
  size_t count = 0, capacity = 0;
  dw_arena_init(&arena);
  dw_rng_start(&rng, dw_rng_derive(w->seed, "month"), 0, 0);
  for (int64_t hour = 0; hour < (w->days ? w->days : DAYS) * 24; hour++) {
    double phase = 2 * 3.141592653589793 * (double)(hour % 24) / 24;
    int rows = 60 + (int)(30 * sin(phase));
    for (int i = 0; i < rows; i++) {
      char id[40], content[120];
      bool shifted = hour >= w->shift_from && hour < w->shift_to;
      double x = 5 * cos(phase) + normal(&rng) + (shifted ? 2.5 : 0), c = dw_rng_uniform(&rng);
      if (hour >= w->silent_from && hour < w->silent_to) continue;
      int id_length = snprintf(id, sizeof id, "%lld-%d", (long long)hour, i);
      int length = snprintf(content, sizeof content, "{\"x\":%.6f,\"confidence\":%.6f}", x, c);
      items = dw_grow(items, &capacity, count + 1, sizeof *items);
      items[count++] = (dw_records_item){.model = "m",
                                         .source = "",
                                         .id = dw_arena_strndup(&arena, id, (size_t)id_length),
                                         .time = NOON + hour * HOUR + (int64_t)(HOUR / rows) * i,
                                         .received = NOON + hour * HOUR + (int64_t)(HOUR / rows) * i,
                                         .content = dw_arena_strndup(&arena, content, (size_t)length),
                                         .length = (size_t)length};
    }
  }
  dw_records_batch batch = {.items = items, .count = count};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == count);
  dw_free(items);
  dw_arena_free(&arena);
}

/* Hourly checks of the hour before, against the same hours of two weeks; nobody takes what is told. */
static dw_receivers receivers;

static dw_rounds_settings settings_of(void)
{
  static dw_buf stages;
  static const char *const models[] = {"m"};
  static const char file[] = "receivers:\n  - {name: ops, type: webhook, url: 'http://127.0.0.1:9/'}\n";
  dw_rounds_settings set = {.rule = {.open_after = 2, .close_after = 3, .repeat = 4 * HOUR},
                            .every = HOUR,
                            .catch_up = 2,
                            .stages = &stages};
  set.models = (dw_text_list){(const char **)models, 1, 1};
  set.look = (dw_look_settings){.window = HOUR, .silence = 2 * HOUR, .baseline_text = "hour-of-week(2)", .alpha = 0.05, .threads = 1};
  set.look.limits = (dw_behaviour_limits){NAN, NAN, NAN, NAN, 25};
  CHECK(dw_baseline_rule_parse(&set.look.baseline, set.look.baseline_text, &err) == DW_OK);
  if (!receivers.count) CHECK(dw_receivers_parse(&receivers, file, sizeof file - 1, "file", &err) == DW_OK);
  set.receivers = &receivers;
  return set;
}

static void turns(const dw_rounds_settings *set, dw_records *records, int64_t from, int64_t to, dw_rounds_counts *counts)
{
  for (int64_t hour = from; hour < to; hour++)
    CHECK_MSG(dw_rounds_turn(set, records, NOON + hour * HOUR, counts, &err) == DW_OK, "%s", err.message);
}

/* What was told from an hour on: "480:opened(data_drift) …". */
typedef struct telling {
  int64_t from;
  dw_buf out;
} telling;

static dw_status add_letter(void *context, const dw_letter *letter, dw_err *e)
{
  telling *t = context;
  dw_value *value;
  int64_t hour = (letter->time - NOON) / HOUR;
  CHECK(dw_value_parse(&value, letter->content, letter->length, "letter", 0, e) == DW_OK);
  for (const dw_value *a = dw_value_first(dw_value_get(value, "alerts")); a && hour >= t->from; a = dw_value_next(a))
    dw_buf_format(&t->out, "%lld:%s(%s) ", (long long)hour, dw_value_text_of(a, "news", "?"), dw_value_text_of(a, "check", "?"));
  dw_value_free(value);
  return DW_OK;
}

static const char *told(dw_records *records, int64_t from)
{
  static char text[2000];
  telling t = {.from = from};
  CHECK(dw_outbox_each(records, add_letter, &t, &err) == DW_OK);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&t.out));
  dw_buf_free(&t.out);
  return text;
}

static size_t times(const char *text, const char *what)
{
  size_t count = 0;
  for (const char *p = text; (p = strstr(p, what)); p += strlen(what)) count++;
  return count;
}

/* Of hours that do not overlap, each alarms with a chance of at most 0.05; two in a row open an alert: 0.0025 an hour, 1.4 in the 552 hours
 * of a month that have a week before them, 0.3 in the 120 of twelve days. More than 6, or 3, of them come once in a thousand times. */
TEST(days_with_a_rhythm_and_no_drift_raise_no_more_alerts_than_chance)
{
  uint64_t alerts_opened = 0, failed = 0, all = 0, most = full() ? 10 : 1, hours = 24 * (full() ? DAYS : 12), reach = hours - 7 * 24;
  for (uint64_t seed = 1; seed <= most; seed++) {
    place p = fresh(0);
    dw_records *records = opened(p.address);
    dw_rounds_settings set = settings_of();
    dw_rounds_counts c = {0};
    fill(records, &(world){.seed = seed, .days = (int64_t)hours / 24});
    turns(&set, records, 1, (int64_t)hours + 1, &c);
    uint64_t judged = c.checks - c.not_judged, alerts = times(told(records, 0), "opened");
    CHECK(c.checks == hours && judged + 12 >= reach && judged <= reach);
    CHECK_MSG((double)c.drift <= 0.05 * (double)judged + 3 * sqrt(0.05 * 0.95 * (double)judged), "%d of %d checks", (int)c.drift,
              (int)judged);
    CHECK_MSG(alerts <= (full() ? 6 : 3), "%s", told(records, 0));
    failed += c.drift, all += judged, alerts_opened += alerts;
    dw_records_close(records);
  }
  if (full()) printf("# %d months: %d of %d checks alarmed, %d alerts opened\n", (int)most, (int)failed, (int)all, (int)alerts_opened);
}

TEST(a_shift_on_day_20_is_told_once_acknowledged_once_and_resolved_once)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  dw_rounds_counts c = {0};
  bool found;
  enum { FROM = 20 * 24, TO = 24 * 24, END = 26 * 24 };
  fill(records, &(world){.seed = 2, .shift_from = FROM, .shift_to = TO});
  turns(&set, records, FROM - 2 * 24, FROM + 3, &c); /* two days before it: its baselines reach back by themselves */
  CHECK_MSG(times(told(records, FROM), "opened(data_drift)") == 1, "%s", told(records, FROM));
  CHECK(dw_alert_book_acknowledge(records, "m", "data_drift", "ann", "a new market", NOON + (FROM + 2) * HOUR + 1, &found, &err) == DW_OK &&
        found);
  turns(&set, records, FROM + 3, END, &c);
  const char *news = told(records, FROM); /* four days of it are repeated to nobody */
  CHECK_MSG(times(news, "opened(data_drift)") == 1 && times(news, "resolved(data_drift)") == 1 && times(news, ":") == 2, "%s", news);
  CHECK(atoi(news) <= FROM + 2 && atoi(strchr(news, ' ')) >= TO + 3 && atoi(strchr(news, ' ')) <= TO + 12);
  dw_records_close(records);
}

TEST(long_silence_resolves_nothing_and_is_told_of_itself)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_rounds_settings set = settings_of();
  dw_rounds_counts c = {0};
  enum { FROM = 20 * 24, QUIET = FROM + 6, BACK = QUIET + 4 * 24 };
  set.rule.repeat = 0;
  fill(records, &(world){.seed = 3, .shift_from = FROM, .shift_to = BACK, .silent_from = QUIET, .silent_to = BACK});
  turns(&set, records, FROM - 24, BACK, &c);
  CHECK_TEXT(told(records, FROM), "482:opened(data_drift) 489:opened(silence) ");
  turns(&set, records, BACK, BACK + 12, &c);
  const char *news = told(records, BACK);
  CHECK_MSG(times(news, "resolved(data_drift)") == 1 && times(news, "resolved(silence)") == 1 && times(news, "opened") == 0, "%s", news);
  dw_records_close(records);
}
