/* The statistics suite of --match: data with a cycle, where rows of one hour, or of one month, are alike and others are not. Odds: a share
 * leaves its interval by chance once in a million checks. DW_SUITE=full has ten times the looks and prints the rates. */
#include "base/fmath.h"
#include "base/rng.h"
#include "base/str.h"
#include "data/datasets/matching.h"
#include "detect/compare/compare.h"
#include "fixture.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "stats/shift/stratified.h"
#include "suite_case.h"

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

/* A cycle of a period, its amplitude in standard deviations of the noise around it; and a column of categories that goes with it. */
typedef struct process {
  dw_match by;
  double period; /* hours */
  double amplitude;
  bool steps; /* level within each quarter of the period, as whole-year seasons are where they come and go in days */
} process;

static const process daily = {DW_MATCH_HOUR, 24, 3, false}, steep = {DW_MATCH_HOUR, 24, 10, false},
                     weekly = {DW_MATCH_HOUR_OF_WEEK, 168, 3, false}, yearly = {DW_MATCH_MONTH, 24 * 365.25, 3, false},
                     seasons = {DW_MATCH_SEASON, 24 * 365.25, 3, true};

static void add_row(dw_buf *out, const process *p, const dw_zone *utc, double hours, double shift, dw_rng *rng)
{
  static const double first = 1767225600; /* 2026-01-01 */
  static const double level[] = {-1, 0.3, 1, -0.3};
  double wave = dw_sin(2 * 3.14159265358979 * hours / p->period);
  if (p->steps) wave = level[dw_match_cell(p->by, utc, (int64_t)((first + 3600 * hours) * 1e6))];
  double x = p->amplitude * wave + normal(rng) + shift;
  const char *word = dw_rng_uniform(rng) < 0.5 + 0.4 * wave + 0.2 * shift ? "yes" : "no";
  dw_buf_format(out, "%.0f,%.9f,%s\n", first + 3600 * hours, x, word);
}

/* So many rows in each of `steps` steps of some hours. */
static void make_side(dw_dataset *set, const process *p, const dw_matching *how, double from, int steps, double step, int rows,
                      double shift, uint64_t number)
{
  dw_rng rng;
  dw_buf text = {0};
  dw_rng_start(&rng, dw_rng_derive(9, "matched"), number, 0);
  dw_buf_text(&text, "ts,x,word\n");
  for (int i = 0; i < steps; i++)
    for (int k = 0; k < rows; k++) add_row(&text, p, how->zone, from + step * ((double)i + dw_rng_uniform(&rng)), shift, &rng);
  fixture_dataset(set, dw_buf_cstr(&text), &(dw_dataset_options){.matching = how});
  dw_buf_free(&text);
}

typedef struct looks {
  const process *process;
  int reference_steps, steps, rows;
  double step; /* hours */
  double shift;
  int count;
  double first; /* hours between the reference's end and the first look, */
  double apart; /* and from look to look */
} looks;

typedef struct rates {
  double matched, plain; /* alarms a look */
} rates;

static bool alarms(const dw_dataset *reference, const dw_dataset *current, bool matched, uint64_t seed)
{
  dw_limits limits;
  dw_comparison result;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  limits.settings.seed = seed;
  dw_compare(&result, reference, current, &(dw_compare_options){.limits = &limits, .threads = 1, .time = "ts", .matched = matched});
  bool drift = result.drift;
  dw_comparison_free(&result);
  dw_limits_free(&limits);
  return drift;
}

static rates rates_of(const char *name, const looks *l)
{
  int matched = 0, plain = 0;
  dw_zone *utc;
  dw_zone_open(&utc, "UTC", NULL);
  dw_matching how = {.by = l->process->by, .zone = utc, .time = "ts"};
  enum { LOOKS_OF_ONE = 20 };
  double end = l->reference_steps * l->step;
  for (int i = 0; i < l->count; i += LOOKS_OF_ONE) { /* a reference of its own every twenty looks: they share its luck */
    dw_dataset reference;
    make_side(&reference, l->process, &how, 0, l->reference_steps, l->step, l->rows, 0, (uint64_t)i);
    for (int k = i; k < i + LOOKS_OF_ONE && k < l->count; k++) {
      dw_dataset current;
      make_side(&current, l->process, &how, end + l->first + l->apart * k, l->steps, l->step, l->rows, l->shift,
                UINT64_C(1) << 32 | (uint64_t)k);
      matched += alarms(&reference, &current, true, (uint64_t)k);
      if (full() || l->process == &steep) plain += alarms(&reference, &current, false, (uint64_t)k);
      dw_dataset_free(&current);
    }
    dw_dataset_free(&reference);
  }
  dw_zone_free(utc);
  rates out = {matched / (double)l->count, plain / (double)l->count};
  if (full()) printf("# %-40s matched %.3f, all rows %.3f\n", name, out.matched, out.plain);
  return out;
}

static int count_of(int quick) { return full() ? 10 * quick : quick; }

TEST(hourly_looks_at_a_daily_cycle)
{
  looks l = {&daily, 21 * 24, 1, 10, 1, 0, count_of(80), 0, 1};
  rates none = rates_of("hour, 10 rows", &l);
  CHECK_MSG(none.matched <= most_of(0.05, l.count), "%g", none.matched);
  l.process = &steep;
  l.count = count_of(40);
  none = rates_of("hour, 10 rows, a steep cycle", &l);
  CHECK_MSG(none.matched <= most_of(0.05, l.count), "%g", none.matched);
  CHECK_MSG(none.plain >= 0.9, "%g", none.plain);
  l.process = &daily;
  l.count = count_of(60);
  l.shift = 1;
  rates moved = rates_of("hour, 10 rows, one sd", &l);
  CHECK_MSG(moved.matched >= least_of(0.6, l.count), "%g", moved.matched);
  l.steps = 24;
  l.apart = 24;
  l.count = count_of(40);
  moved = rates_of("hour, a day of 240 rows, one sd", &l);
  CHECK_MSG(moved.matched == 1, "%g", moved.matched);
  l.shift = 0;
  none = rates_of("hour, a day of 240 rows", &l);
  CHECK_MSG(none.matched <= most_of(0.05, l.count), "%g", none.matched);
}

TEST(hours_of_the_week)
{
  looks l = {&weekly, 8 * 168, 6, 2, 1, 0, count_of(40), 0, 7};
  rates none = rates_of("hour-of-week, 6 hours of 2 rows", &l);
  CHECK_MSG(none.matched <= most_of(0.05, l.count), "%g", none.matched);
  l.shift = 2;
  rates moved = rates_of("hour-of-week, 6 hours of 2 rows, two sd", &l);
  CHECK_MSG(moved.matched >= least_of(0.95, l.count), "%g", moved.matched);
}

TEST(months_of_a_yearly_cycle)
{
  /* four years a row a day; looks of 30 days that begin anywhere */
  looks l = {&yearly, 4 * 365 + 1, 30, 1, 24, 0, count_of(60), 0, 24 * 37};
  rates none = rates_of("month, 30 days", &l);
  CHECK_MSG(none.matched <= most_of(0.1, l.count), "%g", none.matched);
  l.shift = 1;
  rates moved = rates_of("month, 30 days, one sd", &l);
  CHECK_MSG(moved.matched >= 0.5, "%g", moved.matched);
}

TEST(seasons_that_stay_level)
{
  looks l = {&seasons, 4 * 365 + 1, 30, 1, 24, 0, count_of(60), 0, 24 * 37};
  rates none = rates_of("season, 30 days", &l);
  CHECK_MSG(none.matched <= most_of(0.1, l.count), "%g", none.matched);
  l.shift = 1;
  rates moved = rates_of("season, 30 days, one sd", &l);
  CHECK_MSG(moved.matched >= 0.5, "%g", moved.matched);
}

/* --- p-values --- */

typedef double draw_function(dw_rng *rng);
static double zeros(dw_rng *rng) { return dw_rng_uniform(rng) < 0.7 ? 0 : -dw_log(dw_rng_uniform(rng)); }
static double few(dw_rng *rng) { return floor(5 * dw_rng_uniform(rng) * dw_rng_uniform(rng)); }
static double heavy(dw_rng *rng) { return dw_exp(3 * normal(rng)); }
static double seldom(dw_rng *rng) { return dw_rng_uniform(rng) < 0.02; }

/* Strata of any sizes, of other levels and spreads; each draws its rows from one law for both sides. */
static double p_of_numbers(draw_function *draw, size_t strata, uint64_t number)
{
  enum { SIDE = 40 };
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(11, "strata"), number, (uint32_t)strata);
  dw_stratum *stratum = calloc(strata, sizeof *stratum);
  double *value = calloc(strata * 2 * SIDE, sizeof *value);
  for (size_t i = 0; i < strata; i++) {
    dw_sorted side[2];
    double level = floor(20 * dw_rng_uniform(&rng)), scale = 1 + floor(3 * dw_rng_uniform(&rng));
    for (int k = 0; k < 2; k++) {
      double *at = value + (2 * i + (size_t)k) * SIDE;
      size_t count = 1 + (size_t)dw_rng_below(&rng, SIDE - 1);
      for (size_t j = 0; j < count; j++) at[j] = level + scale * draw(&rng);
      dw_sort_doubles(at, count, NULL);
      side[k] = dw_sorted_make(at, count);
    }
    stratum[i] = (dw_stratum){side[0], side[1], 0};
  }
  dw_stratified got;
  dw_stratified_settings how = {.key = dw_rng_derive(number, "deals")};
  CHECK(dw_stratified_numbers(stratum, strata, &how, &got, NULL) == DW_OK);
  free(stratum);
  free(value);
  return got.p_value;
}

static double p_of_categories(size_t categories, size_t strata, uint64_t number)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(12, "strata"), number, (uint32_t)strata);
  uint64_t *count[2];
  for (int k = 0; k < 2; k++) count[k] = calloc(strata * categories, sizeof *count[k]);
  for (size_t i = 0; i < strata; i++) {
    double power = 1 + 3 * dw_rng_uniform(&rng);
    for (int k = 0; k < 2; k++)
      for (uint64_t rows = 1 + dw_rng_below(&rng, 60); rows > 0; rows--)
        count[k][i * categories + (size_t)((double)categories * dw_pow(dw_rng_uniform(&rng), power))]++;
  }
  dw_stratified got;
  dw_stratified_settings how = {.key = dw_rng_derive(number, "deals")};
  CHECK(dw_stratified_categories(&(dw_strata_counts){strata, categories, count[0], count[1]}, &how, &got, NULL) == DW_OK);
  for (int k = 0; k < 2; k++) free(count[k]);
  return got.p_value;
}

static void check_levels(const char *name, draw_function *draw, size_t categories, size_t strata)
{
  static const double levels[] = {0.01, 0.05, 0.2, 0.5};
  size_t below[4] = {0}, runs = (size_t)count_of(strata > 10 ? 40 : 120);
  for (size_t i = 0; i < runs; i++) {
    double p = draw ? p_of_numbers(draw, strata, i) : p_of_categories(categories, strata, i);
    for (int k = 0; k < 4; k++) below[k] += p <= levels[k];
  }
  for (int k = 0; k < 4; k++) {
    double share = (double)below[k] / (double)runs;
    CHECK_MSG(share <= most_of(levels[k], (double)runs), "%s, %zu strata: %g at %g", name, strata, share, levels[k]);
    if (full()) printf("# %-16s %3zu strata, level %.2f: %.3f\n", name, strata, levels[k], share);
  }
}

TEST(p_values_hold_within_strata)
{
  static const size_t strata[] = {1, 4, 24, 168};
  for (size_t i = 0; i < (full() ? 4 : 3); i++) {
    check_levels("normal", normal, 0, strata[i]);
    check_levels("70 % zeros", zeros, 0, strata[i]);
    check_levels("few values", few, 0, strata[i]);
    check_levels("lognormal 3", heavy, 0, strata[i]);
    check_levels("2 % ones", seldom, 0, strata[i]);
    check_levels("2 categories", NULL, 2, strata[i]);
    check_levels("40 categories", NULL, 40, strata[i]);
    check_levels("1000 categories", NULL, 1000, strata[i]);
  }
}
