#include "detect/compare/timing.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "test.h"

#define DAY (86400 * DW_SECOND)
#define WEEK (7 * DAY)
#define MONDAY INT64_C(1704067200000000) /* 2024-01-01T00:00:00Z, by Python's datetime */

enum { MOST = 200000 };

typedef struct stream {
  int64_t *at, *time; /* time NULL: none */
  size_t count;
} stream;

static stream stream_new(bool timed)
{
  return (stream){.at = calloc(MOST, sizeof(int64_t)), .time = timed ? calloc(MOST, sizeof(int64_t)) : NULL};
}

static void stream_free(stream *s)
{
  free(s->at);
  free(s->time);
}

static void put(stream *s, int64_t at, int64_t time)
{
  if (s->time) s->time[s->count] = time;
  s->at[s->count++] = at;
}

/* A side whose only column, "t", holds these instants as texts. */
static void side_of(dw_dataset *side, const stream *s, bool dates)
{
  dw_dataset_init(side, &(dw_dataset_options){0});
  dw_column *column = dw_alloc(sizeof *column);
  dw_column_init(column, "t", false);
  dw_buf text = {0}, scratch = {0};
  dw_cell *cell = calloc(s->count, sizeof *cell);
  uint8_t *tag = calloc(s->count, 1);
  for (size_t i = 0; i < s->count; i++) {
    char one[DW_TIME_TEXT];
    size_t length = dates ? (dw_time_print(one, s->at[i]), 10) : dw_time_print(one, s->at[i]);
    cell[i].text.offset = (uint32_t)text.length;
    cell[i].text.length = (uint32_t)length;
    dw_buf_add(&text, one, length);
    tag[i] = DW_STRING;
  }
  dw_batch batch = {.text = dw_buf_cstr(&text), .text_length = text.length, .rows = s->count};
  dw_batch_column cells = {.tags = tag, .cells = cell};
  dw_column_add(column, &batch, &cells, NULL);
  column->times = dw_instants_new(text.data, cell[0].text.length, s->time != NULL);
  dw_instants_add(column->times, &batch, &cells, NULL, s->time, &scratch);
  double *room = calloc(s->count, sizeof *room);
  dw_column_finish(column, s->count, room);
  side->rows = s->count;
  dw_dataset_append(side, column);
  dw_buf_free(&text);
  dw_buf_free(&scratch);
  free(cell);
  free(tag);
  free(room);
}

typedef struct both {
  dw_dataset side[2];
  dw_limits limits;
  dw_compare_options options;
} both;

static void compare(both *b, const stream *reference, const stream *current, bool dates, dw_patterns leave_out)
{
  memset(b, 0, sizeof *b);
  dw_limits_init(&b->limits, DW_PRESET_DRIFTWATCH);
  b->options = (dw_compare_options){.limits = &b->limits, .threads = 1};
  side_of(&b->side[0], reference, dates);
  side_of(&b->side[1], current, dates);
  dw_timing_add(&b->side[0], &b->side[1], &b->options, &(dw_timing_options){.leave_out = leave_out});
}

static void both_free(both *b)
{
  for (int i = 0; i < 2; i++) dw_dataset_free(&b->side[i]);
  dw_limits_free(&b->limits);
}

static const dw_column *told(const both *b, int side, const char *name) { return dw_dataset_find(&b->side[side], name); }

/* The names behind "t." of the columns that were made, in their order. */
static const char *names(const both *b)
{
  static char out[200];
  *out = '\0';
  for (size_t i = 1; i < b->side[0].column_count; i++) {
    strcat(out, b->side[0].column[i]->name + 2);
    strcat(out, " ");
  }
  CHECK(b->side[0].column_count == b->side[1].column_count);
  return out;
}

/* `step` apart, from `from` on, up to `until`. */
static stream every(int64_t from, int64_t until, int64_t step)
{
  stream s = stream_new(false);
  for (int64_t at = from; at < until; at += step) put(&s, at, 0);
  return s;
}

/* Hours, weekdays and seconds as Python's datetime has them, of the latest whole weeks: 4 of the 4 weeks and 3 days that are there. */
TEST(what_is_told_of_weeks_that_follow_each_other)
{
  both b;
  stream r = every(MONDAY - 3 * DAY, MONDAY + 4 * WEEK, 1800 * DW_SECOND),
         c = every(MONDAY + 4 * WEEK, MONDAY + 5 * WEEK, 1800 * DW_SECOND);
  compare(&b, &r, &c, false, (dw_patterns){0});
  CHECK_TEXT(names(&b), "hour weekday gap ");
  const dw_column *hour = told(&b, 0, "t.hour"), *weekday = told(&b, 0, "t.weekday"), *gap = told(&b, 0, "t.gap");
  CHECK(hour && weekday && gap);
  CHECK(hour->rows == 4 * 7 * 48 && hour->sorted.value[0] == 0 && hour->sorted.value[55] == 0 && hour->sorted.value[56] == 1);
  CHECK(hour->sorted.value[hour->sorted.count - 1] == 23 && hour->describes == b.side[0].column[0]);
  CHECK(weekday->texts.count == 7);
  for (size_t i = 0; i < weekday->texts.count; i++) CHECK(weekday->text_count[i] == 4 * 48);
  CHECK(gap->rows == 4 * 7 * 48 - 1 && gap->sorted.value[0] == 1800 && gap->sorted.value[gap->sorted.count - 1] == 1800);
  CHECK(told(&b, 1, "t.hour")->rows == 7 * 48 && told(&b, 1, "t.gap")->rows == 7 * 48 - 1);
  CHECK_TEXT(b.side[0].column[0]->timing, "compared by t.hour, t.weekday, t.gap");
  both_free(&b);
  static const char *out[] = {"*.gap", "t.weekday"};
  compare(&b, &r, &c, false, (dw_patterns){out, 2});
  CHECK_TEXT(names(&b), "hour ");
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
}

TEST(the_weekday_of_each_row)
{
  both b;
  stream r = stream_new(false), c = every(MONDAY + 8 * WEEK, MONDAY + 10 * WEEK, DAY);
  for (int day = 0; day < 8 * 7; day++)
    for (int i = 0; i < 3; i++)
      if (i == 0 || day % 7 == 2) put(&r, MONDAY + day * DAY, 0); /* 2024-01-03 was a Wednesday */
  compare(&b, &r, &c, true, (dw_patterns){0});
  CHECK_TEXT(names(&b), "weekday "); /* dates have no hours, and gaps of whole days */
  const dw_column *weekday = told(&b, 0, "t.weekday");
  uint32_t wednesday = dw_map_find(&weekday->texts, "Wednesday", 9), sunday = dw_map_find(&weekday->texts, "Sunday", 6);
  CHECK(wednesday != DW_MAP_NONE && sunday != DW_MAP_NONE);
  CHECK(weekday->text_count[wednesday] == 24 && weekday->text_count[sunday] == 8);
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
}

static dw_rng random_of(uint64_t seed)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "test_timing"), 0, 0);
  return rng;
}

TEST(values_are_compared_over_the_same_span_alone)
{
  both b;
  dw_rng rng = random_of(1);
  stream r = stream_new(false), c = stream_new(false), later = stream_new(false), inside = stream_new(false);
  for (int i = 0; i < 4000; i++) {
    int64_t at = MONDAY + (int64_t)(dw_rng_uniform(&rng) * 730 * (double)DAY);
    put(i % 3 ? &r : &c, at, 0);
    put(&later, at + 60 * DAY, 0);
    if (at > MONDAY + 200 * DAY && at < MONDAY + 205 * DAY) put(&inside, at, 0);
  }
  compare(&b, &r, &c, false, (dw_patterns){0});
  CHECK_TEXT(names(&b), "value ");
  const dw_column *value = told(&b, 0, "t.value");
  CHECK(value->rows == r.count && value->sorted.value[0] >= (double)MONDAY / 1e6 && value->clumps == 0);
  both_free(&b);
  compare(&b, &r, &later, false, (dw_patterns){0}); /* time goes on; no gap: rows of two years, drawn */
  CHECK_TEXT(names(&b), "hour weekday ");
  both_free(&b);
  compare(&b, &r, &inside, false, (dw_patterns){0});
  CHECK_TEXT(names(&b), "");
  CHECK(strstr(b.side[0].column[0]->timing, "instants pass; they are not compared: its sides do not cover the same span"));
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
  stream_free(&later);
  stream_free(&inside);
}

TEST(parts_of_a_day_are_not_compared)
{
  both b;
  stream r = every(MONDAY, MONDAY + DAY, 60 * DW_SECOND), c = every(MONDAY + DAY, MONDAY + DAY + DAY / 2, 60 * DW_SECOND);
  compare(&b, &r, &c, false, (dw_patterns){0});
  CHECK_TEXT(names(&b), "");
  CHECK(strstr(b.side[1].column[0]->timing, "where each side covers a whole week"));
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
}

TEST(lags_behind_the_time_of_the_record)
{
  both b;
  stream r = stream_new(true), c = stream_new(true), part = stream_new(true);
  for (int i = 0; i < 24 * 7 * 4; i++) {
    int64_t time = MONDAY + i * (DAY / 24);
    put(&r, time + (i % 4 - 1) * 90 * DW_SECOND, i % 10 == 9 ? DW_INSTANTS_NONE : time);
    if (i < 24 * 7) put(&c, time + 4 * WEEK + 30 * DW_SECOND, time + 4 * WEEK);
    if (i < 12) put(&part, time + 4 * WEEK + 30 * DW_SECOND, time + 4 * WEEK);
  }
  compare(&b, &r, &c, false, (dw_patterns){0});
  CHECK(strstr(names(&b), "lag "));
  const dw_column *lag = told(&b, 0, "t.lag");
  CHECK(lag->rows == 24 * 7 * 4 - 67 && lag->sorted.value[0] == -90 && lag->sorted.value[lag->sorted.count - 1] == 180 && lag->clumps >= 1);
  CHECK(told(&b, 1, "t.lag")->sorted.value[0] == 30);
  both_free(&b);
  compare(&b, &r, &part, false, (dw_patterns){0}); /* half a day against stretches as long of the reference */
  CHECK_TEXT(names(&b), "lag ");
  both_free(&b);
  compare(&b, &part, &r, false, (dw_patterns){0});
  CHECK_TEXT(names(&b), "");
  CHECK(strstr(b.side[0].column[0]->timing, "four times as long"));
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
  stream_free(&part);
}

/* --- what rows are worth --- */

/* Events at random with a daily cycle, `together` of them within a minute, days of a level of their own (`uneven` 1). */
static stream events(dw_rng *rng, int64_t from, int weeks, int a_day, int together, bool uneven)
{
  stream s = stream_new(false);
  for (int day = 0; day < 7 * weeks; day++) {
    double level = uneven ? 0.6 + 0.8 * dw_rng_uniform(rng) : 1;
    int64_t at = from + day * DAY;
    for (double time = 0; s.count + (size_t)together < MOST;) {
      time -= log(dw_rng_uniform(rng)) / (2 * level * a_day / together); /* thinned to the cycle: Lewis and Shedler 1979 */
      if (time >= 1) break;
      if (dw_rng_uniform(rng) * 2 > 1 + 0.8 * sin(6.283185307179586 * time)) continue;
      for (int i = 0; i < together; i++) put(&s, at + (int64_t)(time * (double)DAY + dw_rng_uniform(rng) * 60e6), 0);
    }
  }
  return s;
}

TEST(bursts_are_worth_less)
{
  both b;
  dw_rng rng = random_of(2);
  stream r = events(&rng, MONDAY, 4, 500, 1, false), c = events(&rng, MONDAY + 4 * WEEK, 1, 500, 1, false);
  compare(&b, &r, &c, false, (dw_patterns){0});
  double single = told(&b, 0, "t.hour")->clumps;
  CHECK_MSG(single >= 1 && single < 8, "%g", single);
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
  r = events(&rng, MONDAY, 4, 2000, 40, false), c = events(&rng, MONDAY + 4 * WEEK, 1, 2000, 40, false);
  compare(&b, &r, &c, false, (dw_patterns){0});
  double bursts = told(&b, 0, "t.hour")->clumps; /* 40 at least, and less than what few days allow above it */
  CHECK_MSG(bursts >= 40 && bursts < 300, "%g", bursts);
  both_free(&b);
  stream_free(&r);
  stream_free(&c);
}

typedef struct rates {
  int hour, weekday, gap, value, runs;
} rates;

static bool drifts(const dw_comparison *comparison, const char *column)
{
  bool drift = false;
  for (size_t i = 0; i < comparison->finding_count; i++)
    drift |= strcmp(comparison->finding[i].column, column) == 0 && comparison->finding[i].drift;
  return drift;
}

static void count(rates *found, const stream *reference, const stream *current)
{
  both b;
  dw_comparison comparison;
  compare(&b, reference, current, false, (dw_patterns){0});
  dw_compare(&comparison, &b.side[0], &b.side[1], &b.options);
  found->hour += drifts(&comparison, "t.hour");
  found->weekday += drifts(&comparison, "t.weekday");
  found->gap += drifts(&comparison, "t.gap");
  found->value += drifts(&comparison, "t.value");
  found->runs++;
  dw_comparison_free(&comparison);
  both_free(&b);
}

/* At a level of 0.05 for all tests of a run together, 40 runs have 6 alarms or more once in 70 at most. */
TEST(periods_of_one_process_do_not_alarm)
{
  rates found = {0};
  for (uint64_t seed = 10; seed < 50; seed++) {
    dw_rng rng = random_of(seed);
    stream r = events(&rng, MONDAY, 4, 400, 4, true), c = events(&rng, MONDAY + 4 * WEEK, 1, 400, 4, true);
    count(&found, &r, &c);
    stream_free(&r);
    stream_free(&c);
  }
  CHECK_MSG(found.runs == 40 && found.hour + found.weekday + found.gap < 6, "%d %d %d", found.hour, found.weekday, found.gap);
}

TEST(random_halves_do_not_alarm)
{
  rates found = {0};
  for (uint64_t seed = 50; seed < 90; seed++) {
    dw_rng rng = random_of(seed);
    stream all = events(&rng, MONDAY, 2, 400, 4, true), half[2] = {stream_new(false), stream_new(false)};
    for (size_t i = 0; i < all.count; i++) put(&half[dw_rng_uniform(&rng) < 0.25], all.at[i], 0);
    count(&found, &half[0], &half[1]);
    stream_free(&all);
    stream_free(&half[0]);
    stream_free(&half[1]);
  }
  CHECK_MSG(found.value < 6 && found.hour + found.weekday + found.gap == 0, "%d %d %d %d", found.value, found.hour, found.weekday,
            found.gap);
}

TEST(what_moves_is_seen)
{
  dw_rng rng = random_of(3);
  rates moved = {0}, faster = {0};
  stream r = events(&rng, MONDAY, 4, 400, 1, false), c = events(&rng, MONDAY + 4 * WEEK, 1, 400, 1, false);
  for (size_t i = 0; i < c.count; i++)
    c.at[i] = MONDAY + 4 * WEEK + (c.at[i] - MONDAY) / DAY * DAY % WEEK + (c.at[i] % DAY + DAY / 3) % DAY;
  count(&moved, &r, &c); /* eight hours later in the day */
  stream_free(&c);
  c = events(&rng, MONDAY + 4 * WEEK, 1, 1200, 1, false);
  count(&faster, &r, &c);
  stream_free(&c);
  stream_free(&r);
  CHECK_MSG(moved.hour == 1 && moved.weekday == 0, "%d %d", moved.hour, moved.weekday);
  CHECK_MSG(faster.gap == 1 && faster.hour == 0 && faster.weekday == 0, "%d %d %d", faster.gap, faster.hour, faster.weekday);
}

TEST(names_of_such_columns)
{
  CHECK(dw_timing_name("created_at.gap") == 10 && dw_timing_name("a.b.lag") == 3 && dw_timing_name("*.hour") == 1);
  CHECK(dw_timing_name("gap") == 0 && dw_timing_name("a.words") == 0 && dw_timing_name(".gap") == 0 && dw_timing_name("a.gap.x") == 0);
}
