/* The statistics suite of --sequential --unit: series without any change in which rows depend on each other, on the hour or on the day, and
 * the same with one. 21 days of 48 rows, then 28 looks of a day. DW_SUITE=full has ten times the runs and prints the rates. */
#include "base/clock.h"
#include "base/fmath.h"
#include "base/mem.h"
#include "base/rng.h"
#include "detect/watch/unit_stream.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "suite_case.h"

enum { A_DAY = 48 };
static const double pi = 3.14159265358979324, alarm = 2.995732273553991; /* log 20 */

typedef struct process {
  const char *name;
  double phi, day, week, trend;       /* autoregression; height of the waves in standard deviations of the noise; trend in all */
  int rows, baseline, looks, changed; /* rows of a period; periods; the first look that is changed, from 1; 0: none */
  double shift, wider, outliers;      /* what changes: by so many standard deviations, by so much wider, share of rows moved by 4 */
  const char *unit;
  dw_match match;
  bool line;
} process;

#define DAYS(of_baseline) .rows = A_DAY, .baseline = (of_baseline), .looks = 28, .unit = "1d"
#define DAYS_CHANGED(of_baseline) DAYS(of_baseline), .changed = 8

static const process quiet[] = {
    {"independent", DAYS(21)},
    {"AR 0.5", .phi = 0.5, DAYS(21)},
    {"AR 0.9", .phi = 0.9, DAYS(21)},
    {"AR 0.97", .phi = 0.97, DAYS(21)},
    {"AR 0.99", .phi = 0.99, DAYS(21)},
    {"daily cycle", .day = 2, DAYS(21)},
    {"weekly cycle, AR 0.5", .phi = 0.5, .week = 2, DAYS(21)},
    {"weekly cycle, AR 0.5, --match weekday", .phi = 0.5, .week = 2, DAYS(21), .match = DW_MATCH_WEEKDAY},
    {"trend of 8 sd, AR 0.5, --detrend", .phi = 0.5, .trend = 8, DAYS(24), .line = true},
    {"AR 0.9, --detrend", .phi = 0.9, DAYS(24), .line = true},
    {"hourly looks of 10 rows, daily cycle, --match hour", .day = 2, .rows = 10, .baseline = 24 * 21, .looks = 720, .unit = "1h",
     .match = DW_MATCH_HOUR},
};

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

typedef struct series {
  double *x;
  int64_t *instant;
  size_t rows;
} series;

static void make_series(series *s, const process *p, uint64_t seed)
{
  dw_rng rng;
  double x = 0;
  int64_t period = p->unit[1] == 'h' ? 3600 * DW_SECOND : 86400 * DW_SECOND;
  s->rows = (size_t)(p->rows * (p->baseline + p->looks));
  s->x = dw_alloc_array(s->rows, sizeof *s->x);
  s->instant = dw_alloc_array(s->rows, sizeof *s->instant);
  dw_rng_start(&rng, dw_rng_derive(seed, p->name), 0, 0);
  for (size_t i = 0; i < s->rows; i++) {
    s->instant[i] = INT64_C(1767571200) * DW_SECOND + (int64_t)i * (period / p->rows); /* a Monday, 00:00 UTC */
    double hours = (double)(s->instant[i] / DW_SECOND) / 3600, all = (double)s->rows;
    x = (i ? p->phi * x : 0) + (i ? sqrt(1 - p->phi * p->phi) : 1) * normal(&rng);
    bool changed = p->changed && (int)i / p->rows + 1 >= p->baseline + p->changed;
    double shown = changed ? x * (1 + p->wider) + p->shift + (dw_rng_uniform(&rng) < p->outliers ? 4 : 0) : x;
    s->x[i] = shown + p->day * dw_sin(2 * pi * hours / 24) + p->week * dw_sin(2 * pi * hours / 168) + p->trend * (double)i / all;
  }
}

static dw_units cut(const series *s, dw_frame *frame, const dw_unit_rule *rule, size_t from, size_t count)
{
  dw_units units;
  *frame = (dw_frame){.rows = count, .instant = s->instant + from};
  dw_err err;
  CHECK(dw_units_cut(&units, frame, rule, 0, &err) == DW_OK);
  return units;
}

/* The first look with an alarm, from 1; 0: none. */
static int run(const process *p, uint64_t seed)
{
  series s;
  dw_frame frame[2];
  dw_unit_luck luck = {dw_rng_derive(seed, "ranks"), 0};
  dw_zone *utc;
  dw_zone_open(&utc, "UTC", NULL);
  dw_unit_rule rule = {.text = p->unit, .zone = utc, .zone_name = "UTC", .match = p->match, .line = p->line};
  dw_chunk_period(p->unit, &rule.period);
  make_series(&s, p, seed);
  size_t first = (size_t)(p->rows * p->baseline);
  double *sorted = dw_alloc_array(first, sizeof *sorted);
  memcpy(sorted, s.x, first * sizeof *sorted);
  dw_sort_doubles(sorted, first, NULL);
  dw_units baseline = cut(&s, &frame[0], &rule, 0, first), arrived = cut(&s, &frame[1], &rule, first, s.rows - first);
  dw_unit_column column = {.sorted = dw_sorted_make(sorted, first)};
  dw_unit_stream *stream = dw_unit_stream_begin(&rule, &column, &(dw_unit_side){.units = &baseline, .number = s.x}, luck);
  int alarmed = 0;
  for (size_t look = 0; look < arrived.count && !alarmed; look++) {
    dw_units one = arrived;
    one.unit += look;
    one.count = 1;
    dw_unit_stream_take(stream, &rule, &column, &(dw_unit_side){.units = &one, .number = s.x + first}, luck);
    if (stream->highest >= alarm) alarmed = (int)look + 1;
  }
  dw_unit_stream_free(stream);
  dw_units_free(&baseline);
  dw_units_free(&arrived);
  dw_zone_free(utc);
  dw_free(sorted);
  dw_free(s.x);
  dw_free(s.instant);
  return alarmed;
}

/* Ever an alarm, and how many looks behind the change in the mean of those that found it. */
static double ever(const process *p, int runs)
{
  int alarms = 0;
  double wait = 0;
  for (int i = 0; i < runs; i++) {
    int look = run(p, (uint64_t)i + 1);
    alarms += look > 0;
    if (look > 0) wait += p->changed ? look - p->changed + 1 : look;
  }
  if (full()) printf("  %-55s ever %.3f, after %.1f looks\n", p->name, (double)alarms / runs, alarms ? wait / alarms : 0);
  return (double)alarms / runs;
}

/* Whatever rows have to do with each other. */
TEST(few_runs_without_a_change_ever_alarm)
{
  for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
    int runs = quiet[i].looks > 100 ? (full() ? 400 : 60) : full() ? 2000 : 200;
    double rate = ever(&quiet[i], runs);
    CHECK_MSG(rate <= 0.05 + 2 * sqrt(0.05 * 0.95 / runs), "%s: %.3f", quiet[i].name, rate);
  }
}

typedef struct change {
  process process;
  int part; /* of the runs */
  double found;
} change;

static const change changes[] = {
    {{"shift of 1 sd, AR 0.5", .phi = 0.5, DAYS_CHANGED(21), .shift = 1}, 1, 0.9},
    {{"spread + 50 %, AR 0.5", .phi = 0.5, DAYS_CHANGED(21), .wider = 0.5}, 1, 0.9},
    {{"10 % outliers, AR 0.5", .phi = 0.5, DAYS_CHANGED(21), .outliers = 0.1}, 1, 0.6},
    {{"shift of 1 sd, AR 0.9", .phi = 0.9, DAYS_CHANGED(21), .shift = 1}, 1, 0.6},
    {{"shift of 1 sd, weekly cycle, AR 0.5, --match weekday", .phi = 0.5, .week = 2, DAYS_CHANGED(21), .shift = 1,
      .match = DW_MATCH_WEEKDAY},
     1,
     0.9},
    {{"shift of 1 sd, trend of 4 sd, AR 0.5, --detrend", .phi = 0.5, .trend = 4, DAYS_CHANGED(24), .line = true, .shift = 1}, 1, 0.25},
    {{"shift of 1 sd, hourly looks of 10 rows, daily cycle, --match hour", .day = 2, .rows = 10, .baseline = 24 * 21, .looks = 96,
      .changed = 25, .shift = 1, .unit = "1h", .match = DW_MATCH_HOUR},
     2,
     0.9},
};

TEST(changes_are_found)
{
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    double rate = ever(&changes[i].process, (full() ? 1000 : 100) / changes[i].part);
    CHECK_MSG(rate >= changes[i].found, "%s: %.3f", changes[i].process.name, rate);
  }
}
