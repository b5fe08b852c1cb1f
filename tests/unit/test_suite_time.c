/* The statistics suite of looks in time: what each way to look makes of series in which nothing changes but the hour, the day and what rows
 * have to do with each other, and how many labelled changes it finds. Whole comparisons, as dw-compare makes them. DW_SUITE=full has the
 * runs that the figures in the manual rest on, and prints the tables (make bench-time). */
#include <unistd.h>

#include "base/clock.h"
#include "base/fmath.h"
#include "base/rng.h"
#include "calibrate_case.h"
#include "detect/calibrate/null_plan.h"
#include "detect/job/comparison_job.h"
#include "fixture.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

enum { A_DAY = 48, FOUR_WEEKS = 28 };
static const double pi = 3.14159265358979324;
static const int64_t begins = 1767571200; /* a Monday, 00:00 UTC */

/* --- series --- */

typedef struct process {
  const char *name;
  double phi, day, week, trend; /* autoregression; heights of the waves, and the trend of all rows, in standard deviations of the noise */
  int rows, baseline, looks;    /* rows of a look; looks */
  int64_t step;                 /* seconds between rows */
  int match;                    /* of the setting by the period: dw_match_words, or DW_UNSAID */
  const char *unit;
  int windows, length; /* labelled changes among the looks, evenly, of so many looks each */
} process;

/* Records, one a line: a look is a slice. */
typedef struct series {
  dw_buf text;
  size_t *past;   /* [baseline + 1] where each of its looks begins, and ends */
  size_t *at;     /* [looks + 1] where the baseline ends, and each look */
  bool *labelled; /* [looks] */
} series;

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

/* Changes in turn: up by 2 standard deviations, twice as wide, down by 1.5, a fifth of the rows far off. */
static double changed(double x, int kind, dw_rng *rng)
{
  switch (kind % 4) {
  case 0: return x + 2;
  case 1: return 2 * x;
  case 2: return x - 1.5;
  default: return dw_rng_uniform(rng) < 0.2 ? x + 5 : x;
  }
}

static int window_of(const process *p, int look)
{
  if (p->windows == 0 || look < 0) return -1;
  int apart = p->looks / p->windows, within = look % apart - apart / 2;
  return within >= 0 && within < p->length ? look / apart : -1;
}

static void make_series(series *s, const process *p, uint64_t seed)
{
  dw_rng rng;
  double x = 0;
  int all = p->rows * (p->baseline + p->looks);
  *s = (series){.past = dw_alloc_array((size_t)p->baseline + 1, sizeof *s->past),
                .at = dw_alloc_array((size_t)p->looks + 1, sizeof *s->at),
                .labelled = dw_alloc_array((size_t)p->looks, 1)};
  dw_rng_start(&rng, dw_rng_derive(seed, p->name), 0, 0);
  for (int i = 0; i < all; i++) {
    int look = i / p->rows - p->baseline, window = window_of(p, look);
    double hours = (double)i * (double)p->step / 3600;
    x = (i ? p->phi * x : 0) + (i ? sqrt(1 - p->phi * p->phi) : 1) * normal(&rng);
    double shown = (window >= 0 ? changed(x, window + (int)seed, &rng) : x) + p->day * dw_sin(2 * pi * hours / 24) +
                   p->week * dw_sin(2 * pi * hours / 168) + p->trend * i / all;
    if (i % p->rows == 0 && look < 0) s->past[look + p->baseline] = s->text.length;
    if (i % p->rows == 0 && look >= 0) {
      s->at[look] = s->text.length;
      s->labelled[look] = window >= 0;
    }
    dw_buf_format(&s->text, "{\"ts\":%lld,\"x\":%.6f}\n", (long long)(begins + i * p->step), shown);
  }
  s->at[p->looks] = s->text.length;
  s->past[p->baseline] = s->at[0];
}

static void free_series(series *s)
{
  dw_free(s->past);
  dw_buf_free(&s->text);
  dw_free(s->at);
  dw_free(s->labelled);
}

/* --- looks --- */

typedef struct slice {
  const char *text;
  size_t length;
} slice;

static dw_status open_slice(void *context, dw_reader **out, const dw_reader_options *options, dw_err *err)
{
  const slice *of = context;
  return dw_reader_open_input(out, dw_input_of_memory("looks", of->text, of->length), options, err);
}

static char state[64], state_lock[80];

static void forget(void)
{
  snprintf(state, sizeof state, "dw-suite-time-%ld", (long)getpid());
  snprintf(state_lock, sizeof state_lock, "%s.lock", state);
  unlink(state);
  unlink(state_lock);
}

typedef enum way { PLAIN, BY_TIME, CALIBRATED, BY_ROW, BY_PERIOD, WAYS } way;
static const char *const way_names[WAYS] = {"plain", "--time", "dw-calibrate", "--sequential", "--unit"};

/* Thresholds of the baseline, as dw-calibrate thresholds --time makes them at a rate of 0.05. */
typedef struct thresholds {
  slice past;
  dw_comparison_settings set;
  dw_comparison_job *job;
  dw_null_runs runs;
  dw_calibrated made;
  dw_limits limits;
  dw_compare_options compare;
} thresholds;

static dw_comparison_settings settings_of(const slice *reference)
{
  static const char *columns[] = {"x"};
  dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
  set.columns = (dw_text_list){.text = columns, .count = 1};
  set.reference = (dw_comparison_source){.open = open_slice, .context = (void *)reference};
  set.threads = 1;
  set.time = "ts";
  return set;
}

static void make_thresholds(thresholds *t, const slice *past, const process *p)
{
  dw_err err = {0};
  dw_null_plan plan = {0};
  dw_minp_level level;
  *t = (thresholds){.past = *past};
  t->set = settings_of(&t->past);
  t->set.alone = true;
  t->set.seed = 0;
  dw_status status = dw_comparison_job_open(&t->job, &t->set, NULL, &err);
  if (status == DW_OK) status = dw_comparison_job_read(t->job, &err);
  dw_null_options how = {
      .compare = &t->job->compare, .rows = (size_t)p->rows, .false_alarm = 0.05, .seed = 1, .threads = 2, .in_time = true};
  if (status == DW_OK) status = dw_null_prepare(&t->runs, &t->job->reference, &how, &err);
  dw_null_wish wish = {.scheme = DW_NULL_AUTO, .ordered = true, .dependence = &t->job->dependence};
  if (status == DW_OK) status = dw_null_plan_make(&plan, &t->runs, &wish, &err);
  CHECK_MSG(status == DW_OK, "%s: %s", p->name, err.message);
  dw_null_simulate(&t->runs, plan.runs && plan.runs < 600 ? plan.runs : 600);
  t->made = case_thresholds(&t->runs, 0.05, &level);
  dw_limits_init(&t->limits, DW_PRESET_DRIFTWATCH);
  t->limits.calibrated = &t->made;
  t->compare = (dw_compare_options){.limits = &t->limits, .time = "ts", .threads = 1};
}

static void free_thresholds(thresholds *t)
{
  if (!t->job) return;
  dw_calibrated_free(&t->made);
  dw_limits_free(&t->limits);
  dw_null_free(&t->runs);
  dw_comparison_job_free(t->job);
  *t = (thresholds){0};
}

static bool look_with(const thresholds *t, const series *s, int look)
{
  dw_dataset current;
  dw_comparison result;
  dw_buf text = {0};
  dw_buf_add(&text, s->text.data + s->at[look], s->at[look + 1] - s->at[look]);
  fixture_dataset(&current, dw_buf_cstr(&text), NULL);
  dw_compare(&result, &t->job->reference, &current, &t->compare);
  bool drift = result.drift;
  dw_comparison_free(&result);
  dw_dataset_free(&current);
  dw_buf_free(&text);
  return drift;
}

/* One look, or several: from look to look, the last one not included. Drift? */
static bool look_at(const series *s, const process *p, way how, const thresholds *t, int from, int to)
{
  dw_comparison_job *job;
  dw_err err = {0};
  slice reference = {s->text.data, s->at[0]}, current = {s->text.data + s->at[from], s->at[to] - s->at[from]};
  if (how == CALIBRATED) return look_with(t, s, from);
  dw_comparison_settings set = settings_of(&reference);
  set.current = (dw_comparison_source){.open = open_slice, .context = &current};
  set.time = how == PLAIN ? NULL : "ts";
  set.sequential = how >= BY_ROW ? state : NULL;
  set.unit = how == BY_PERIOD ? p->unit : NULL;
  set.match = how == BY_PERIOD ? p->match : DW_UNSAID;
  dw_status status = dw_comparison_job_open(&job, &set, NULL, &err);
  if (status == DW_OK) status = dw_comparison_job_run(job, &err);
  CHECK_MSG(status == DW_OK, "%s, %s: %s", p->name, way_names[how], err.message);
  bool drift = status == DW_OK && job->comparison.drift;
  dw_comparison_job_free(job);
  return drift;
}

/* --- without a change --- */

typedef struct rates {
  double alarms; /* a look */
  double ever;   /* runs with an alarm */
} rates;

static rates quiet_rates(const process *p, way how, int runs)
{
  int alarms = 0, ever = 0;
  forget();
  for (int run = 0; run < runs; run++) {
    series s;
    bool any = false;
    thresholds t = {0};
    make_series(&s, p, (uint64_t)run + 1);
    if (how == CALIBRATED) make_thresholds(&t, &(slice){s.text.data, s.at[0]}, p);
    if (how == BY_PERIOD) { /* the same as look by look: tests/dw-compare_units.bats */
      any = look_at(&s, p, how, NULL, 0, p->looks);
    } else {
      for (int look = 0; look < p->looks && !(how == BY_ROW && any); look++) {
        bool drift = look_at(&s, p, how, &t, look, look + 1);
        alarms += drift;
        any |= drift;
      }
    }
    ever += any;
    free_thresholds(&t);
    forget();
    free_series(&s);
  }
  return (rates){(double)alarms / runs / p->looks, (double)ever / runs};
}

#define DAYS .rows = A_DAY, .baseline = 21, .looks = 28, .step = 1800, .unit = "1d"

static const process quiet[] = {
    {"independent", DAYS, .match = DW_UNSAID},
    {"AR 0.5", .phi = 0.5, DAYS, .match = DW_UNSAID},
    {"AR 0.9", .phi = 0.9, DAYS, .match = DW_UNSAID},
    {"AR 0.99", .phi = 0.99, DAYS, .match = DW_UNSAID},
    {"daily cycle", .day = 2, DAYS, .match = DW_UNSAID},
    {"weekly cycle, AR 0.5", .phi = 0.5, .week = 2, DAYS, .match = 1},
    {"hours of 10 rows, daily cycle", .day = 2, .rows = 10, .baseline = 24 * 21, .looks = 24 * 30, .step = 360, .unit = "1h", .match = 0},
};

static void print_head(const char *title)
{
  if (!full()) return;
  printf("\n  %-34s", title);
  for (int how = 0; how < WAYS; how++) printf(" %14s", way_names[how]);
  printf("\n");
}

/* Alarms by the row are plain to see in few runs; those by the period are rare, and what is checked. */
static int runs_of(bool hours, way how)
{
  if (!full()) return how != BY_PERIOD ? 1 : hours ? 5 : 10;
  return how == BY_PERIOD ? (hours ? 100 : 400) : hours ? 2 : 40;
}

TEST(series_in_which_nothing_changes)
{
  print_head("no change: alarms a look, or ever");
  for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
    const process *p = &quiet[i];
    bool hours = p->looks > 100;
    if (full()) printf("  %-34s", p->name);
    for (int how = 0; how < WAYS; how++) {
      int runs = runs_of(hours, (way)how);
      if (!full() && how != BY_PERIOD && i % 5 != 0) continue;
      rates r = quiet_rates(p, (way)how, runs);
      if (full()) printf(how < BY_ROW ? " %14.3f" : "  ever %8.3f", how < BY_ROW ? r.alarms : r.ever);
      fflush(stdout);
      if (how == BY_PERIOD) CHECK_MSG(r.ever <= 0.05 + 2 * sqrt(0.05 * 0.95 / runs), "%s: %.3f", p->name, r.ever);
    }
    if (full()) printf("\n");
  }
}

/* What each way finds of a change for good is told by test_suite_units.c and test_suite_dependence.c. */

/* --- with labelled changes --- */

/* As in the Numenta Anomaly Benchmark: series with cycles and trends, and windows in which they are known to be odd. */
static const process labelled[] = {
    {"daily cycle, AR 0.5", .phi = 0.5, .day = 2, .rows = A_DAY, .baseline = 35, .looks = 96, .step = 1800, .unit = "1d",
     .match = DW_UNSAID, .windows = 4, .length = 5},
    {"daily and weekly cycle, AR 0.7", .phi = 0.7, .day = 2, .week = 1, .rows = A_DAY, .baseline = 35, .looks = 96, .step = 1800,
     .unit = "1d", .match = 1, .windows = 4, .length = 5},
    {"AR 0.9", .phi = 0.9, .rows = A_DAY, .baseline = 35, .looks = 96, .step = 1800, .unit = "1d", .match = DW_UNSAID, .windows = 4,
     .length = 5},
    {"daily cycle, trend of 1 sd", .phi = 0.5, .day = 1, .trend = 1, .rows = A_DAY, .baseline = 35, .looks = 96, .step = 1800, .unit = "1d",
     .match = DW_UNSAID, .windows = 4, .length = 5},
};

typedef struct found {
  double outside, hit; /* share of days outside of windows with an alarm; share of windows with one */
} found;

/* The last days without an alarm, as many as the baseline has: what a reference is that is made anew now and then. */
static void last_quiet_days(dw_buf *out, const series *s, const process *p, const bool *alarmed, int look)
{
  int first = look, wanted = p->baseline;
  for (; wanted > 0 && first > -p->baseline; wanted -= first < 0 || !alarmed[first]) first--;
  out->length = 0;
  for (int day = first; day < look; day++) {
    if (day >= 0 && alarmed[day]) continue;
    const size_t *at = day < 0 ? &s->past[day + p->baseline] : &s->at[day];
    dw_buf_add(out, s->text.data + at[0], at[1] - at[0]);
  }
}

/* Whoever gets an alarm looks into it and begins the watch anew; thresholds are made anew every four weeks, of days without an alarm. */
static found labelled_rates(const process *p, way how, int runs)
{
  int outside = 0, days = 0, hits = 0, windows = 0;
  forget();
  for (int run = 0; run < runs; run++) {
    series s;
    int last = -1;
    thresholds t = {0};
    make_series(&s, p, (uint64_t)run + 1);
    if (how == CALIBRATED) make_thresholds(&t, &(slice){s.text.data, s.at[0]}, p);
    bool *alarmed = dw_alloc_zero((size_t)p->looks, 1);
    dw_buf past = {0};
    for (int look = 0; look < p->looks; look++) {
      int window = window_of(p, look);
      if (how == CALIBRATED && look && look % FOUR_WEEKS == 0) {
        free_thresholds(&t);
        last_quiet_days(&past, &s, p, alarmed, look);
        make_thresholds(&t, &(slice){past.data, past.length}, p);
      }
      bool drift = alarmed[look] = look_at(&s, p, how, &t, look, look + 1);
      if (window < 0) days++, outside += drift;
      if (window >= 0 && drift && window != last) hits++, last = window;
      if (drift) forget();
    }
    windows += p->windows;
    dw_free(alarmed);
    dw_buf_free(&past);
    free_thresholds(&t);
    forget();
    free_series(&s);
  }
  return (found){(double)outside / days, (double)hits / windows};
}

TEST(series_with_labelled_changes)
{
  print_head("labelled: alarms outside, hits");
  found all[WAYS] = {{0}};
  size_t count = sizeof labelled / sizeof *labelled;
  for (size_t i = 0; i < count; i++) {
    if (full()) printf("  %-34s", labelled[i].name);
    for (int how = 0; how < WAYS; how++) {
      if (how != CALIBRATED && !full()) continue;
      found f = labelled_rates(&labelled[i], (way)how, full() ? 6 : 1);
      all[how].outside += f.outside / (double)count;
      all[how].hit += f.hit / (double)count;
      if (full()) printf("    %5.3f %5.2f", f.outside, f.hit);
      fflush(stdout);
    }
    if (full()) printf("\n");
  }
  for (int how = 0; how < WAYS && full(); how++)
    printf("  %s: %.3f of days outside, %.2f of windows\n", way_names[how], all[how].outside, all[how].hit);
  CHECK_MSG(all[CALIBRATED].outside <= 0.1, "%.3f", all[CALIBRATED].outside);
  CHECK_MSG(all[CALIBRATED].hit >= 0.6, "%.2f", all[CALIBRATED].hit);
}

/* --- real series --- */

/* A column of a file of the shared data, rows that follow each other in time, without a label of any change. Of elec2 every half hour of
 * 944 days is there; of bike the hours without a hire are not. */
typedef struct real {
  const char *name, *file;
  int column, date, hour; /* from 0; -1: none */
  process process;
} real;

#define TEN_WEEKS .baseline = 70, .looks = 140, .unit = "1d", .match = 1

static const real reals[] = {
    {"price of electricity (elec2)", "data/elec2_reference.csv", 3, -1, -1, {.rows = 48, .step = 1800, TEN_WEEKS}},
    {"demand for electricity (elec2)", "data/elec2_reference.csv", 4, -1, -1, {.rows = 48, .step = 1800, TEN_WEEKS}},
    {"temperature (bike 2011)", "data/bike_2011.csv", 10, 1, 5, {.rows = 24, .step = 3600, TEN_WEEKS}},
    {"hires (bike 2011)", "data/bike_2011.csv", 16, 1, 5, {.rows = 24, .step = 3600, TEN_WEEKS}},
};

static char *cell_of(char *line, int column)
{
  for (int k = 0; k < column; k++) line = strchr(line, ',') + 1;
  return line;
}

/* Seconds behind the first row. */
static int64_t time_of(const real *r, char *line, int row, int64_t *first)
{
  int64_t day;
  if (r->date < 0) return row * r->process.step;
  CHECK(dw_time_parse(cell_of(line, r->date), 10, &day));
  int64_t at = day / DW_SECOND + 3600 * strtol(cell_of(line, r->hour), NULL, 10);
  if (row == 0) *first = at;
  return at - *first;
}

static bool read_real(series *s, const real *r)
{
  char path[4096];
  const char *root = getenv("DW_SHARED");
  const process *p = &r->process;
  char *bytes;
  size_t length;
  int64_t first = 0;
  dw_err err;
  snprintf(path, sizeof path, "%s/%s", root ? root : "../shared", r->file);
  if (access(path, R_OK) != 0) return false;
  CHECK(dw_input_whole(path, 64 << 20, &bytes, &length, &err) == DW_OK);
  *s = (series){.at = dw_alloc_array((size_t)p->looks + 1, sizeof *s->at)};
  char *line = strchr(bytes, '\n') + 1; /* behind the header */
  for (int row = 0, next = 0; next <= p->looks; row++, line = strchr(line, '\n') + 1) {
    int64_t at = time_of(r, line, row, &first);
    while (next <= p->looks && at / 86400 >= p->baseline + next) s->at[next++] = s->text.length;
    dw_buf_format(&s->text, "{\"ts\":%lld,\"x\":%.6f}\n", (long long)(begins + at), strtod(cell_of(line, r->column), NULL));
  }
  dw_free(bytes);
  return true;
}

/* Nobody knows which days are odd, and years have seasons: what is checked is that a watch by the period, begun anew after each alarm,
 * alarms on fewer days than single looks do. */
TEST(real_series)
{
  bool any = false;
  print_head("real series: days with an alarm");
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
    const process *p = &reals[i].process;
    series s;
    if (!read_real(&s, &reals[i])) continue;
    int plain = 0;
    any = true;
    if (full()) printf("  %-34s", reals[i].name);
    for (int how = 0; how < WAYS; how++) {
      int alarms = 0, looks = full() ? p->looks : 40;
      thresholds t = {0};
      if (how == CALIBRATED) make_thresholds(&t, &(slice){s.text.data, s.at[0]}, p);
      forget();
      for (int look = 0; look < looks; look++) {
        bool drift = look_at(&s, p, (way)how, &t, look, look + 1);
        alarms += drift;
        if (drift) forget();
      }
      forget();
      free_thresholds(&t);
      if (full()) printf(" %14.3f", (double)alarms / looks);
      if (how == PLAIN) plain = alarms;
      if (how == BY_PERIOD) CHECK_MSG(alarms < plain, "%s: %d of %d, %d plain", reals[i].name, alarms, looks, plain);
    }
    if (full()) printf("\n");
    free_series(&s);
  }
  if (!any) test_skip("no ../shared/data here");
}
