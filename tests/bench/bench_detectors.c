/* bench_detectors: every online detector on streams that drift (sudden, gradual, incremental, recurring, as dw-inject makes them) and, with
 * a path in BENCH_ELEC2, on a real stream. Each twice: with the parameters that it has when nobody says otherwise, and with its threshold
 * set for a mean time between false alarms (stats/run_lengths) of EVERY values in streams of ROWS.
 *
 * Streams are STREAMS of ROWS values. Methods of numbers see normal values, whose mean moves by MOVE standard deviations; methods of
 * mistakes see a rate of mistakes that goes from RATE to DRIFTED. An alarm up to LATE rows behind the end of a change is one of it, as
 * dw-eval --truth counts (stats/streams/alarm_tally.h). Recall is that of changes. Fixed seeds: all figures but the times are the same at
 * each run.
 *
 * elec2 (the New South Wales electricity market, Harries 1999) has no truth. Methods of numbers see its demand, methods of mistakes those
 * of the rule "as half an hour ago" on its class: BENCH_ELEC2 is a folder with elec2_reference.csv, which thresholds are set on in blocks,
 * and elec2_current.csv, on which alarms are counted. For make bench-detection. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "detect/calibrate/baseline_values.h"
#include "stats/distributions/special.h"
#include "stats/run_lengths/run_threshold.h"
#include "stats/streams/alarm_tally.h"
#include "synth/inject/changes.h"
#include "synth/scenario/course.h"

enum { STREAMS = 40, ROWS = 10000, LATE = 1000, EVERY = 10000, MOST_ALARMS = ROWS };
static const double MOVE = 1, RATE = 0.2, DRIFTED = 0.4, PRECISION = 0.15;

#define AT(row)                                                                                                                            \
  {                                                                                                                                        \
    .axis = DW_AXIS_ROW, .at = (row)                                                                                                       \
  }
static const dw_course courses[] = {
    {.kind = DW_COURSE_SUDDEN, .from = AT(5000)},
    {.kind = DW_COURSE_GRADUAL, .from = AT(5000), .to = AT(6000)},
    {.kind = DW_COURSE_INCREMENTAL, .from = AT(5000), .to = AT(6000)},
    {.kind = DW_COURSE_RECURRING, .from = AT(2500), .period = AT(5000), .duty = 0.5},
};
enum { COURSES = sizeof courses / sizeof *courses };

/* --- streams that drift --- */

/* What a course has come to at a row: of a gradual one by chance all or nothing. */
static double come(const dw_course *course, dw_rng *rng, int64_t row)
{
  double level = dw_course_at(course, row);
  return course->kind == DW_COURSE_GRADUAL ? dw_rng_uniform(rng) < level : level;
}

static double value_at(dw_detector_input input, const dw_course *course, dw_rng *rng, int64_t row)
{
  double level = come(course, rng, row), u = dw_rng_uniform(rng);
  if (input == DW_DETECTOR_NUMBERS) return dw_normal_quantile(u) + MOVE * level;
  bool mistake = u < RATE + (DRIFTED - RATE) * level;
  return input == DW_DETECTOR_HITS ? !mistake : mistake;
}

static size_t changes_of(const dw_course *course, dw_drift_span *drift)
{
  dw_changes changes = {0};
  for (size_t row = 0; row < ROWS; row++) dw_changes_see(&changes, dw_course_at(course, (int64_t)row), row);
  size_t count = changes.count;
  for (size_t i = 0; i < count; i++) drift[i] = (dw_drift_span){changes.span[i].first, changes.span[i].last};
  dw_changes_free(&changes);
  return count;
}

/* Of the processor, so that others at work do not count. */
static double cpu_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

typedef struct measured {
  dw_alarm_tally tally;
  double ns;
} measured;

static measured run(const dw_detector *like, int which)
{
  static uint64_t alarm[MOST_ALARMS];
  static double value[ROWS];
  dw_drift_span drift[16];
  size_t drifts = changes_of(&courses[which], drift);
  measured out = {.ns = 0};
  dw_rng_key key = dw_rng_derive(1, "bench detectors");
  for (uint64_t s = 0; s < STREAMS; s++) {
    dw_rng rng;
    dw_err err;
    dw_detector detector = *like;
    detector.state = NULL;
    size_t alarms = 0;
    dw_rng_start(&rng, key, s, (uint32_t)which);
    for (int64_t row = 0; row < ROWS; row++) value[row] = value_at(like->method->input, &courses[which], &rng, row);
    if (dw_detector_start(&detector, &err) != DW_OK) exit(1);
    double begun = cpu_ns();
    for (uint64_t row = 0; row < ROWS; row++)
      if (dw_detector_add(&detector, value[row]) == DW_DETECTOR_DRIFT) alarm[alarms++] = row;
    out.ns += cpu_ns() - begun;
    dw_detector_free(&detector);
    dw_alarm_tally_add(&out.tally, &(dw_alarm_stream){alarm, alarms, drift, drifts, ROWS}, LATE, 0);
  }
  out.ns /= (double)STREAMS * ROWS;
  return out;
}

/* --- tables --- */

static void print_number(double value, int digits)
{
  if (isfinite(value)) printf(" %.*f |", digits, value);
  else printf(" – |");
}

static void print_measured(const dw_alarm_tally *t)
{
  print_number(dw_alarm_measure_of(t, DW_ALARM_DELAY), 0);
  print_number(dw_alarm_measure_of(t, DW_ALARM_PRECISION), 2);
  print_number(dw_alarm_measure_of(t, DW_ALARM_EPISODE_RECALL), 2);
  print_number(dw_alarm_measure_of(t, DW_ALARM_F1), 2);
  print_number(10000 * dw_alarm_measure_of(t, DW_ALARM_FALSE_RATE), 2);
}

typedef struct set_detector {
  dw_detector plain, set;
  bool found;
  dw_err why;
  dw_run_threshold threshold;
} set_detector;

static void set_threshold(set_detector *d, const dw_run_source *source)
{
  dw_run_search search = {.source = source, .wanted = EVERY, .precision = PRECISION, .rows = ROWS, .seed = 1, .parameter = -1};
  d->set = d->plain;
  d->found = dw_run_threshold_find(&d->threshold, &d->set, &search, &d->why) == DW_OK;
}

static const char *knob(const set_detector *d) { return d->plain.method->parameter[d->plain.method->knob].name; }

static void print_thresholds(const set_detector *d, size_t count)
{
  printf("| method | parameter | default | set | false alarm every | 95 %% interval |\n|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < count; i++) {
    const dw_detector_method *m = d[i].plain.method;
    printf("| %s | %s | %.4g |", m->name, knob(&d[i]), d[i].plain.parameter[m->knob]);
    if (d[i].found)
      printf(" %.4g | %.0f | %.0f to %.0f |\n", d[i].threshold.value, d[i].threshold.measured.mean, d[i].threshold.low,
             d[i].threshold.high);
    else printf(" – | %s | – |\n", d[i].why.message);
    fflush(stdout);
  }
}

static void print_course(const set_detector *d, size_t count, int which)
{
  printf("\n%s\n\n| method | delay | precision | recall | F1 | false alarms in 10,000 | set: delay | precision | recall | F1 | false "
         "alarms in "
         "10,000 | ns a value |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
         dw_course_words[courses[which].kind]);
  for (size_t i = 0; i < count; i++) {
    measured plain = run(&d[i].plain, which);
    printf("| %s |", d[i].plain.method->name);
    print_measured(&plain.tally);
    if (d[i].found) {
      measured set = run(&d[i].set, which);
      print_measured(&set.tally);
    } else {
      printf(" – | – | – | – | – |");
    }
    printf(" %.0f |\n", plain.ns);
    fflush(stdout);
  }
}

/* --- elec2 --- */

/* A column of a CSV file with plain fields; of the last one, a word: 1 where it is not that of the line before. */
static size_t read_elec2(const char *folder, const char *name, bool mistakes, double **out)
{
  enum { DEMAND = 4 };
  char path[4096], line[4096], before[64] = "";
  size_t count = 0, capacity = 0;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(line, sizeof line, file)) {
    if (file) fclose(file);
    return 0;
  }
  while (fgets(line, sizeof line, file)) {
    const char *field = line, *last = strrchr(line, ',');
    for (int i = 0; i < DEMAND && field; i++) field = strchr(field, ',') ? strchr(field, ',') + 1 : NULL;
    if (!field || !last) continue;
    *out = dw_grow(*out, &capacity, count + 1, sizeof **out);
    (*out)[count++] = mistakes ? *before && strcmp(before, last) != 0 : strtod(field, NULL);
    snprintf(before, sizeof before, "%s", last);
  }
  fclose(file);
  return count;
}

static uint64_t alarms_on(const dw_detector *like, const double *value, size_t count)
{
  dw_detector detector = *like;
  dw_err err;
  uint64_t alarms = 0;
  detector.state = NULL;
  if (dw_detector_start(&detector, &err) != DW_OK) exit(1);
  for (size_t i = 0; i < count; i++)
    alarms += dw_detector_add(&detector, detector.method->input == DW_DETECTOR_HITS ? 1 - value[i] : value[i]) == DW_DETECTOR_DRIFT;
  dw_detector_free(&detector);
  return alarms;
}

static void print_elec2(set_detector *d, size_t count, const char *folder)
{
  double *reference[2] = {0}, *current[2] = {0};
  size_t before[2], now[2];
  for (int k = 0; k < 2; k++) {
    before[k] = read_elec2(folder, "elec2_reference.csv", k == 1, &reference[k]);
    now[k] = read_elec2(folder, "elec2_current.csv", k == 1, &current[k]);
    if (before[k] && now[k]) continue;
    printf("\nelec2: skipped, there is no elec2_reference.csv and elec2_current.csv in %s\n", folder);
    return;
  }
  printf("\nelec2: alarms in %zu half-hours, and with thresholds for one in %d, set on the %zu before in blocks\n\n| method | of | default "
         "| set | "
         "threshold |\n|---|---|---|---|---|\n",
         now[0], EVERY, before[0]);
  for (size_t i = 0; i < count; i++) {
    dw_detector_input input = d[i].plain.method->input;
    int k = input != DW_DETECTOR_NUMBERS;
    double *value = dw_alloc_array(before[k], sizeof *value);
    for (size_t j = 0; j < before[k]; j++) value[j] = input == DW_DETECTOR_HITS ? 1 - reference[k][j] : reference[k][j];
    dw_run_source source = dw_baseline_source(&(dw_baseline_item){.value = value, .count = before[k]}, DW_BASELINE_AUTO, 0);
    set_threshold(&d[i], &source);
    printf("| %s | %s | %llu |", d[i].plain.method->name, k ? "mistakes" : "demand",
           (unsigned long long)alarms_on(&d[i].plain, current[k], now[k]));
    if (d[i].found)
      printf(" %llu | %s %.4g |\n", (unsigned long long)alarms_on(&d[i].set, current[k], now[k]), knob(&d[i]), d[i].threshold.value);
    else printf(" – | %s |\n", d[i].why.message);
    fflush(stdout);
    dw_free(value);
  }
  for (int k = 0; k < 2; k++) dw_free(reference[k]), dw_free(current[k]);
}

int main(void)
{
  static set_detector d[64];
  size_t count = 0;
  dw_run_source normal = {.law = DW_RUN_NORMAL}, mistakes = {.law = DW_RUN_BERNOULLI, .parameter = RATE},
                hits = {.law = DW_RUN_BERNOULLI, .parameter = 1 - RATE};
  for (; dw_detector_methods[count]; count++) {
    dw_detector_input input = dw_detector_methods[count]->input;
    dw_detector_init(&d[count].plain, dw_detector_methods[count]);
    set_threshold(&d[count], input == DW_DETECTOR_NUMBERS ? &normal : input == DW_DETECTOR_HITS ? &hits : &mistakes);
  }
  print_thresholds(d, count);
  for (int i = 0; i < COURSES; i++) print_course(d, count, i);
  const char *folder = getenv("BENCH_ELEC2");
  if (folder) print_elec2(d, count, folder);
  else printf("\nelec2: skipped, BENCH_ELEC2 names no folder with elec2_reference.csv and elec2_current.csv\n");
  return 0;
}
