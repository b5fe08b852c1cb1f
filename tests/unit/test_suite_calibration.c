/* The statistics suite: runs with calibrated thresholds alarm at the rate asked for, on fresh data. Every trial has a baseline of its own,
 * thresholds made from it alone, and a fresh current sample of the same distribution. One calibration serves all methods: the scores of the
 * others are left out. The short form is part of the tests; DW_SUITE=full (make test-statistics) has up to 1,000 trials a case. */
#include "base/fmath.h"
#include "base/num.h"
#include "base/rng.h"
#include "calibrate_case.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

/* --- one distribution a table --- */

typedef enum shape {
  NORMAL,
  EXPONENTIAL,
  LOGNORMAL,
  PARETO,
  STUDENT,
  CAUCHY,
  ZEROS,
  HEAVY_ZEROS,
  VALUES,
  POISSON,
  ROUNDED,
  MISSING,
  WORDS,
  MIXED
} shape;

typedef struct law {
  const char *name;
  shape shape;
  double a; /* sigma, tail index, degrees of freedom, share of zeros, number of values */
} law;

/* clang-format off */
static const law laws[] = {
    {"normal", NORMAL, 0},          {"exponential", EXPONENTIAL, 0}, {"lognormal 1", LOGNORMAL, 1},    {"lognormal 1.5", LOGNORMAL, 1.5},
    {"lognormal 2", LOGNORMAL, 2},  {"lognormal 2.5", LOGNORMAL, 2.5}, {"Pareto 1.5", PARETO, 1.5},    {"Pareto 2.5", PARETO, 2.5},
    {"t 2", STUDENT, 2},            {"t 3", STUDENT, 3},             {"Cauchy", CAUCHY, 0},            {"80 % zeros", ZEROS, 0.8},
    {"95 % zeros", ZEROS, 0.95},    {"zeros, heavy", HEAVY_ZEROS, 0.8}, {"3 values", VALUES, 3},       {"10 values", VALUES, 10},
    {"Poisson 4", POISSON, 4},      {"rounded", ROUNDED, 10},        {"95 % missing", MISSING, 0.95},  {"50 words", WORDS, 50},
    {"300 words", WORDS, 300},      {"1000 words", WORDS, 1000},     {"3000 words", WORDS, 3000},      {"mixed", MIXED, 0},
};
/* clang-format on */
enum { LAWS = sizeof laws / sizeof *laws };

static double gauss(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }
static double waiting(dw_rng *rng) { return -dw_log(dw_rng_uniform(rng)); }

static double student(dw_rng *rng, double freedom)
{
  double square = 0, over = gauss(rng);
  for (int i = 0; i < (int)freedom; i++) {
    double z = gauss(rng);
    square += z * z;
  }
  return over / sqrt(square / freedom);
}

static double poisson(dw_rng *rng, double mean)
{
  double passed = waiting(rng);
  int count = 0;
  for (; passed < mean; count++) passed += waiting(rng);
  return count;
}

static double number_of(const law *of, dw_rng *rng)
{
  double a = of->a;
  switch (of->shape) {
  case EXPONENTIAL: return waiting(rng);
  case LOGNORMAL: return dw_exp(a * gauss(rng));
  case PARETO: return dw_exp(waiting(rng) / a);
  case STUDENT: return student(rng, a);
  case CAUCHY: return student(rng, 1);
  case ZEROS: return dw_rng_uniform(rng) < a ? 0 : waiting(rng);
  case HEAVY_ZEROS: return dw_rng_uniform(rng) < a ? 0 : dw_exp(2 * gauss(rng));
  case VALUES: return floor(a * dw_rng_uniform(rng) * dw_rng_uniform(rng));
  case POISSON: return poisson(rng, a);
  case ROUNDED: return rint(a * gauss(rng)) / a;
  default: return gauss(rng);
  }
}

/* Zipf's law: the k-th word as often as 1 / k, by its continuous cousin. */
static unsigned word_of(const law *of, dw_rng *rng) { return (unsigned)dw_exp(dw_rng_uniform(rng) * dw_log(of->a)); }

static void write_cell(dw_buf *text, const law *of, dw_rng *rng)
{
  if (of->shape == WORDS) dw_buf_format(text, "\"w%u\"", word_of(of, rng));
  else if (of->shape == MISSING && dw_rng_uniform(rng) < of->a) dw_buf_text(text, "null");
  else dw_buf_number(text, number_of(of, rng));
}

/* Of a mixed table each column has the next law. */
static const law *law_of(const law *table, size_t column)
{
  static const size_t among[] = {0, 4, 7, 11, 16, 18, 19, 20};
  return table->shape == MIXED ? &laws[among[column % (sizeof among / sizeof *among)]] : table;
}

static char *sample(const law *table, size_t columns, const char *purpose, uint64_t trial, size_t rows)
{
  dw_rng_key key = dw_rng_derive(trial * LAWS + (uint64_t)(table - laws), purpose);
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++)
    for (size_t k = 0; k < columns; k++) {
      dw_rng rng;
      dw_rng_start(&rng, key, row, (uint32_t)k);
      dw_buf_format(&text, "%s\"c%zu\":", k ? "," : "{", k);
      write_cell(&text, law_of(table, k), &rng);
      if (k + 1 == columns) dw_buf_text(&text, "}\n");
    }
  dw_buf_char(&text, '\0');
  return text.data;
}

static void read_sample(dw_dataset *set, const law *table, size_t columns, const char *purpose, uint64_t trial, size_t rows)
{
  char *text = sample(table, columns, purpose, trial, rows);
  fixture_dataset(set, text, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
  dw_free(text);
}

/* --- trials --- */

static void set_limits(dw_limits *limits, const char *methods)
{
  char word[100];
  dw_err err;
  dw_limits_init(limits, DW_PRESET_DRIFTWATCH);
  CHECK(dw_limits_add_effect(limits, "0", &err) ==
        DW_OK); /* the rate of the p-values is in question, and not what the least effect leaves of it */
  for (const char *at = methods; at && *at; at += strcspn(at, ","), at += *at == ',') {
    snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
    CHECK(dw_limits_add_method(limits, word, &err) == DW_OK);
  }
}

static const char *const methods[] = {"share_shift", "wasserstein", "ed", "psi", "jensenshannon"};
enum { METHODS = sizeof methods / sizeof *methods };

typedef struct rates {
  size_t alarms[METHODS];
} rates;

/* Of few rows and many words the words would be taken for identifiers. */
static const dw_type_choice words_too = {.column = "c*", .type = DW_TYPE_CATEGORICAL};

static dw_compare_options options_of(const law *table, const dw_limits *limits)
{
  return (dw_compare_options){.limits = limits, .threads = 1, .type = &words_too, .type_count = table->shape == WORDS};
}

static bool alarms(const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options)
{
  dw_comparison result;
  dw_compare(&result, reference, current, options);
  bool drift = result.drift;
  dw_comparison_free(&result);
  return drift;
}

static bool has_score(const dw_null_runs *runs, const char *column, const char *method)
{
  for (size_t i = 0; i < runs->count; i++)
    if (strcmp(runs->item[i].column, column) == 0 && strcmp(runs->item[i].method, method) == 0) return true;
  return false;
}

/* What a calibration with this method has: its scores, those of the checks, and the default's where it does not fit. */
static dw_null_runs runs_of(const dw_null_runs *all, const char *method)
{
  dw_null_runs one = *all;
  one.item = dw_alloc_array(all->count, sizeof *one.item);
  one.count = 0;
  for (size_t i = 0; i < all->count; i++) {
    const dw_null_score *item = &all->item[i];
    bool fits = has_score(all, item->column, method);
    if (item->check != DW_CHECK_COLUMN || strcmp(item->method, fits ? method : methods[0]) == 0) one.item[one.count++] = *item;
  }
  return one;
}

static bool fits_any(const dw_null_runs *runs, const char *method)
{
  bool fits = false;
  for (size_t i = 0; i < runs->count; i++) fits |= strcmp(runs->item[i].method, method) == 0;
  return fits;
}

typedef struct cell {
  const law *table;
  size_t columns, reference_rows, rows, runs, trials;
} cell;

static void trial(const cell *at, uint64_t number, rates *out)
{
  dw_dataset baseline, current;
  dw_limits limits, judging;
  dw_null_runs null;
  set_limits(&limits, "share_shift,wasserstein,ed,psi,jensenshannon");
  set_limits(&judging, NULL);
  dw_compare_options compare = options_of(at->table, &limits), judged = options_of(at->table, &judging);
  read_sample(&baseline, at->table, at->columns, "suite baseline", number, at->reference_rows);
  read_sample(&current, at->table, at->columns, "suite current", number, at->rows);
  if (case_prepare(&null, &baseline, &(dw_null_options){.compare = &compare, .rows = at->rows, .seed = number, .threads = 2})) {
    dw_null_simulate(&null, at->runs);
    for (size_t m = 0; m < METHODS; m++) {
      dw_minp_level level;
      if (!fits_any(&null, methods[m])) continue;
      dw_null_runs one = runs_of(&null, methods[m]);
      dw_calibrated thresholds = case_thresholds(&one, 0.05, &level);
      judging.calibrated = &thresholds;
      out->alarms[m] += alarms(&baseline, &current, &judged);
      dw_calibrated_free(&thresholds);
      dw_free(one.item);
    }
  }
  dw_null_free(&null);
  dw_limits_free(&limits);
  dw_limits_free(&judging);
  dw_dataset_free(&baseline);
  dw_dataset_free(&current);
}

/* The interval around a rate that the share of n independent trials leaves with odds of 1e-6 a side. */
static double binomial_slack(double rate, size_t n) { return 4.76 * sqrt(rate * (1 - rate) / (double)n) + 1.0 / (double)n; }

/* Shares of many words, of which the rarest have fewer than ten rows in the baseline: dw-calibrate(1), DESCRIPTION, has the figures. */
static bool beyond_resampling(const cell *at, size_t method)
{
  double rarest = (double)at->reference_rows / (at->table->a * dw_log(at->table->a));
  return at->table->shape == WORDS && rarest < 10 && method >= 3;
}

static void check_cell(const cell *at, rates *sum)
{
  rates out = {0};
  for (size_t i = 0; i < at->trials; i++) trial(at, i, &out);
  printf("# %-14s %zu x %zu against %zu rows, of %zu:", at->table->name, at->columns, at->rows, at->reference_rows, at->trials);
  for (size_t m = 0; m < METHODS; m++) {
    double rate = (double)out.alarms[m] / (double)at->trials;
    printf(" %zu", out.alarms[m]);
    if (beyond_resampling(at, m)) continue;
    sum->alarms[m] += out.alarms[m];
    CHECK_MSG(rate <= 0.05 + binomial_slack(0.05, at->trials), "%s, %s, %zu against %zu rows: %g of the runs alarm", at->table->name,
              methods[m], at->rows, at->reference_rows, rate);
  }
  printf("\n");
}

/* Every law at these sizes, and all together, of which the bound is narrower. */
static void check_laws(size_t columns, size_t reference_rows, size_t rows, size_t runs, size_t trials)
{
  rates sum = {0};
  for (size_t i = 0; i < LAWS; i++) check_cell(&(cell){&laws[i], columns, reference_rows, rows, runs, trials}, &sum);
  for (size_t m = 0; m < METHODS; m++) {
    double rate = (double)sum.alarms[m] / (double)(LAWS * trials);
    printf("# %s: %.4f\n", methods[m], rate);
    CHECK_MSG(rate <= 0.05 + binomial_slack(0.05, LAWS * trials), "%s, %zu against %zu rows: %g of all runs alarm", methods[m], rows,
              reference_rows, rate);
  }
}

TEST(one_column)
{
  bool all = full();
  check_laws(1, 300, 300, all ? 400 : 200, all ? 1000 : 2);
  if (!all) return;
  check_laws(1, 2000, 200, 200, 1000);
  check_laws(1, 2000, 2000, 200, 300);
  check_laws(1, 5000, 50, 200, 300);
  check_laws(1, 20000, 1500, 200, 100);
}

TEST(many_columns)
{
  bool all = full();
  if (!all) check_cell(&(cell){&laws[LAWS - 1], 8, 300, 300, 600, 3}, &(rates){0});
  if (!all) return;
  check_laws(8, 300, 300, 400, 300);
  check_cell(&(cell){&laws[LAWS - 1], 8, 2000, 2000, 400, 300}, &(rates){0});
  check_cell(&(cell){&laws[LAWS - 1], 100, 300, 300, 4000, 100}, &(rates){0});
}

/* Where p-values are as good as continuous and the least effect is none, the rate is not only at most what was asked for. */
TEST(the_rate_is_reached)
{
  bool all = full();
  rates out = {0};
  size_t trials = all ? 1000 : 40;
  for (size_t i = 0; i < trials; i++) trial(&(cell){&laws[0], 2, 200, 200, all ? 400 : 150, 1}, i, &out);
  for (size_t m = 0; m < METHODS; m++) {
    double rate = (double)out.alarms[m] / (double)trials;
    printf("# %s: %.4f\n", methods[m], rate);
    CHECK_MSG(all ? fabs(rate - 0.05) <= binomial_slack(0.05, trials) : rate > 0, "%s: %g of the runs alarm", methods[m], rate);
  }
}

/* Rows in time: w remembers (an autoregression of 0.9), u does not. The reference is the past, current the 40 rows after a gap. */
static char *series(uint64_t trial, size_t rows, size_t skip)
{
  dw_rng_key key = dw_rng_derive(trial, "suite series");
  dw_buf text = {0};
  double w = 0;
  for (size_t row = 0; row < skip + rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    w = 0.9 * w + dw_normal_quantile(dw_rng_uniform(&rng));
    double u = dw_rng_uniform(&rng);
    if (row < skip) continue;
    dw_buf_format(&text, "{\"t\":%zu,\"w\":", 1700000000 + row);
    dw_buf_number(&text, w);
    dw_buf_text(&text, ",\"u\":");
    dw_buf_number(&text, u);
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

/* Whether the window behind the past alarms, with thresholds from rows drawn in this way. */
static bool series_alarms(uint64_t number, dw_null_scheme how)
{
  enum { PAST = 2400, WINDOW = 40 };
  char *past = series(number, PAST, 100), *now = series(number, WINDOW, 100 + PAST + 200);
  dw_dataset_options keep = {.frame = {.policy = DW_FRAME_ALL, .time = "t"}};
  dw_dataset baseline, current;
  dw_limits limits;
  dw_null_runs null;
  dw_minp_level level;
  bool alarm = false;
  set_limits(&limits, "w=mannw,u=mannw,t=ks");
  limits.check[DW_CHECK_RANGE] = false;
  dw_compare_options compare = {.limits = &limits};
  fixture_dataset(&baseline, past, &keep);
  fixture_dataset(&current, now, &keep);
  if (case_prepare(&null, &baseline,
                   &(dw_null_options){.compare = &compare, .rows = WINDOW, .seed = number, .threads = 2, .in_time = true})) {
    null.resampling = how;
    null.block = dw_null_block_length(&null);
    dw_null_simulate(&null, 400);
    dw_calibrated thresholds = case_thresholds(&null, 0.05, &level);
    dw_comparison result;
    limits.calibrated = &thresholds;
    dw_compare(&result, &baseline, &current, &(dw_compare_options){.limits = &limits, .threads = 1});
    for (size_t i = 0; i < result.finding_count; i++) alarm |= result.finding[i].drift && strcmp(result.finding[i].column, "t") != 0;
    dw_comparison_free(&result);
    dw_calibrated_free(&thresholds);
  }
  dw_null_free(&null);
  dw_limits_free(&limits);
  dw_dataset_free(&baseline);
  dw_dataset_free(&current);
  dw_free(past);
  dw_free(now);
  return alarm;
}

/* The past holds 60 windows: 0.02 above the rate are allowed for what these tell of the tail. Rows drawn one by one have ten times the
 * rate. */
TEST(rows_in_time)
{
  size_t trials = full() ? 1000 : 10, alarms_of[3] = {0};
  for (int how = 0; how < 3; how++)
    for (size_t i = 0; i < trials; i++) alarms_of[how] += series_alarms(i, (dw_null_scheme)how);
  printf("# of %zu windows alarm: by rows %zu, blocks %zu, windows %zu\n", trials, alarms_of[0], alarms_of[1], alarms_of[2]);
  double n = (double)trials;
  CHECK((double)alarms_of[0] / n > 0.3);
  CHECK((double)alarms_of[1] / n < 0.07 + binomial_slack(0.05, trials));
  CHECK((double)alarms_of[2] / n < 0.07 + binomial_slack(0.05, trials));
}
