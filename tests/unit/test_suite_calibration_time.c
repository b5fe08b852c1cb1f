/* The statistics suite: thresholds made of rows in time order alarm at the rate asked for on looks to come, though rows depend on each
 * other, or on the hour or the weekday. Every trial has a baseline of its own, 48 rows a day, thresholds made from it as dw-calibrate
 * thresholds --time makes them, and looks of a day that follow it. DW_SUITE=full (make test-statistics) has the trials that the figures in
 * the manual rest on. */
#include "base/num.h"
#include "base/rng.h"
#include "calibrate_case.h"
#include "detect/calibrate/null_plan.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

enum { A_DAY = 48, STEP = 1800, MONDAY = 1700438400 };
static const double turn = 6.283185307179586;

/* x[t] = memory x[t - 1] + sqrt(1 - memory^2) e[t], and cycles around it, in standard deviations of x. */
typedef struct process {
  const char *name;
  double memory, hour, weekday;
  size_t columns, days, looks;
  double most; /* of the looks may alarm at a rate of 0.05; of ten looks that promise 0.09 */
  size_t rows; /* of a look; 0: a day */
  dw_match match;
} process;

/* clang-format off */
static const process processes[] = {
    {"memory 0.5", 0.5, 0, 0, 1, 21, 14, 0.07, 0, 0},
    {"memory 0.9", 0.9, 0, 0, 1, 21, 14, 0.07, 0, 0},
    {"memory 0.99", 0.99, 0, 0, 1, 21, 14, 0.07, 0, 0},
    {"hours", 0, 2, 0, 1, 21, 14, 0.07, 0, 0},
    {"hours, memory", 0.9, 2, 0, 1, 21, 14, 0.07, 0, 0},
    {"weekdays, memory", 0.5, 0, 2, 1, 21, 14, 0.07, 0, 0},
    {"hours, matched", 0, 3, 0, 1, 21, 21, 0.07, 16, DW_MATCH_HOUR},
    {"hours, memory, matched", 0.5, 3, 0, 1, 21, 21, 0.07, 16, DW_MATCH_HOUR},
    {"four columns", 0.9, 0, 0, 4, 21, 14, 0.07, 0, 0},
    {"nine weeks", 0.9, 0, 0, 1, 63, 28, 0.07, 0, 0},
    {"nine weekly cycles", 0.5, 0, 2, 1, 63, 28, 0.07, 0, 0},
    {"ten days", 0.9, 0, 0, 1, 10, 14, 0.11, 0, 0},
};
/* clang-format on */
enum { PROCESSES = sizeof processes / sizeof *processes };

/* Rows from..from + rows - 1. days_out: this day and every fifth after it are left out. */
static char *series(const process *of, uint64_t trial, size_t from, size_t rows, size_t days_out)
{
  enum { MOST = 8 };
  dw_rng_key key = dw_rng_derive(trial, "suite calibration in time");
  dw_buf text = {0};
  double x[MOST] = {0};
  for (size_t row = 0; row < from + rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    for (size_t k = 0; k < of->columns; k++) {
      double e = dw_normal_quantile(dw_rng_uniform(&rng));
      x[k] = row ? of->memory * x[k] + sqrt(1 - of->memory * of->memory) * e : e;
    }
    if (row < from || (days_out && (row / A_DAY) % 5 == days_out)) continue;
    double cycle = of->hour * sin(turn * (double)(row % A_DAY) / A_DAY) + of->weekday * cos(turn * (double)(row / A_DAY % 7) / 7);
    dw_buf_format(&text, "{\"t\":%zu", MONDAY + row * STEP);
    for (size_t k = 0; k < of->columns; k++) {
      dw_buf_format(&text, ",\"x%zu\":", k);
      dw_buf_number(&text, x[k] + cycle);
    }
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static size_t look_rows(const process *of) { return of->rows ? of->rows : A_DAY; }

typedef struct calibration {
  dw_matching matching;
  dw_zone *zone;
  dw_dataset baseline;
  dw_limits limits;
  dw_compare_options compare;
  dw_dependence dependence;
  dw_null_runs runs;
  dw_null_plan plan;
  dw_minp_level level;
  dw_calibrated thresholds;
} calibration;

static bool calibrate(calibration *c, const process *of, uint64_t trial, size_t days_out, size_t most_runs)
{
  char *past = series(of, trial, 0, of->days * A_DAY, days_out);
  dw_err err;
  *c = (calibration){.compare = {.limits = &c->limits, .threads = 1, .time = "t", .matched = of->match != DW_MATCH_NONE}};
  CHECK(dw_zone_open(&c->zone, "UTC", &err) == DW_OK);
  c->matching = (dw_matching){.by = of->match, .zone = c->zone, .time = "t"};
  dw_limits_init(&c->limits, DW_PRESET_DRIFTWATCH);
  CHECK(dw_limits_add_effect(&c->limits, "0", &err) == DW_OK);
  fixture_dataset(&c->baseline, past,
                  &(dw_dataset_options){.matching = of->match ? &c->matching : NULL,
                                        .frame = {.policy = DW_FRAME_ALL, .time = "t"},
                                        .succession = {.policy = DW_FRAME_BLOCKS, .rows = DW_DEPENDENCE_ROWS, .time = "t"}});
  dw_free(past);
  dw_dependence_find(&c->dependence, &c->baseline, &c->compare);
  if (!case_prepare(
          &c->runs, &c->baseline,
          &(dw_null_options){
              .compare = &c->compare, .rows = look_rows(of), .seed = trial, .threads = 2, .in_time = true, .matching = &c->matching}))
    return false;
  dw_null_wish wish = {.scheme = DW_NULL_AUTO, .ordered = true, .dependence = of->match ? NULL : &c->dependence};
  dw_status status = dw_null_plan_make(&c->plan, &c->runs, &wish, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  size_t runs = c->plan.runs && c->plan.runs < 2000 ? c->plan.runs : 2000;
  dw_null_simulate(&c->runs, runs < most_runs ? runs : most_runs);
  c->thresholds = case_thresholds(&c->runs, 0.05, &c->level);
  c->limits.calibrated = &c->thresholds;
  return true;
}

static void calibration_free(calibration *c)
{
  dw_dependence_free(&c->dependence);
  dw_null_free(&c->runs);
  dw_calibrated_free(&c->thresholds);
  dw_limits_free(&c->limits);
  dw_dataset_free(&c->baseline);
  dw_zone_free(c->zone);
}

static size_t alarms_of(const process *of, uint64_t trial, size_t most_runs)
{
  calibration c;
  size_t alarms = 0;
  if (calibrate(&c, of, trial, 0, most_runs))
    for (size_t look = 0; look < of->looks; look++) {
      char *now = series(of, trial, of->days * A_DAY + look * look_rows(of), look_rows(of), 0);
      dw_dataset current;
      dw_comparison result;
      fixture_dataset(&current, now, &(dw_dataset_options){.matching = of->match ? &c.matching : NULL});
      dw_compare(&result, &c.baseline, &current, &c.compare);
      alarms += result.drift;
      dw_comparison_free(&result);
      dw_dataset_free(&current);
      dw_free(now);
    }
  calibration_free(&c);
  return alarms;
}

/* Looks of one trial share its thresholds, so that their alarms come together: of 20 trials the share of all looks is known to about 0.02,
 * and of the full form's 120 to 0.007. Seeds are fixed. */
TEST(looks_to_come_alarm_at_the_rate)
{
  bool all = full();
  size_t runs = all ? 2000 : 150;
  for (size_t i = 0; i < PROCESSES; i++) {
    const process *of = &processes[i];
    if (!all && i != 1 && i != 5 && i != 7) continue; /* memory; a cycle and memory; the same, matched */
    size_t trials = !all ? 20 : of->days > 21 ? 60 : 120, alarms = 0, looks = trials * of->looks;
    for (size_t trial = 0; trial < trials; trial++) alarms += alarms_of(of, trial, runs);
    double rate = (double)alarms / (double)looks;
    printf("# %s, %zu days: %.4f of %zu looks\n", of->name, of->days, rate, looks);
    fflush(stdout);
    CHECK_MSG(rate <= of->most, "%s: %g of the looks alarm", of->name, rate);
  }
}

/* A move of two standard deviations is seen in most looks: thresholds that nothing passes would hold any rate. */
TEST(moves_are_seen)
{
  const process *of = &processes[0]; /* memory 0.5 */
  size_t seen = 0, trials = full() ? 100 : 10;
  for (size_t trial = 0; trial < trials; trial++) {
    calibration c;
    process moved = *of;
    if (calibrate(&c, of, trial, 0, 150)) {
      moved.weekday = 2; /* on a Monday: as much up */
      char *now = series(&moved, trial, of->days * A_DAY, A_DAY, 0);
      dw_dataset current;
      dw_comparison result;
      fixture_dataset(&current, now, NULL);
      dw_compare(&result, &c.baseline, &current, &c.compare);
      seen += result.drift;
      dw_comparison_free(&result);
      dw_dataset_free(&current);
      dw_free(now);
    }
    calibration_free(&c);
  }
  printf("# moves seen: %zu of %zu\n", seen, trials);
  CHECK((double)seen >= 0.9 * (double)trials);
}

/* Windows, 19 looks or more; blocks of whole days below; never over a gap. */
TEST(plans_by_what_is_seen)
{
  static const struct {
    process of;
    size_t days_out;
    dw_null_scheme scheme;
    size_t block, looks, gaps;
  } cases[] = {{{"windows", 0.9, 0, 0, 1, 19, 0, 0, 0, 0}, 0, DW_NULL_WINDOWS, 1, 19, 0},
               {{"blocks", 0.9, 0, 0, 1, 18, 0, 0, 0, 0}, 0, DW_NULL_BLOCKS, A_DAY, 18, 0},
               {{"days out", 0.9, 0, 0, 1, 30, 0, 0, 0, 0}, 2, DW_NULL_WINDOWS, 1, 24, 6},
               {{"few days left", 0.9, 0, 0, 1, 20, 0, 0, 0, 0}, 2, DW_NULL_BLOCKS, A_DAY, 16, 4},
               {{"hours", 0, 2, 0, 1, 12, 0, 0, 0, 0}, 0, DW_NULL_BLOCKS, A_DAY, 12, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    calibration c;
    if (calibrate(&c, &cases[i].of, 1, cases[i].days_out, 50)) {
      const char *name = cases[i].of.name;
      CHECK_MSG(c.runs.resampling == cases[i].scheme, "%s: %s", name, dw_null_scheme_names[c.runs.resampling]);
      CHECK_MSG(c.runs.block % cases[i].block == 0, "%s: blocks of %zu", name, c.runs.block);
      CHECK_MSG(c.plan.looks == cases[i].looks && c.plan.gaps == cases[i].gaps, "%s: %zu looks, %zu gaps", name, c.plan.looks, c.plan.gaps);
      for (size_t k = 0; k < c.runs.runs; k++) {
        const int64_t *t = c.runs.order.instant + c.runs.start[k];
        CHECK(t[A_DAY - 1] - t[0] == (A_DAY - 1) * (int64_t)STEP * 1000000);
      }
    }
    calibration_free(&c);
  }
}
