/* The statistics suite: runs with calibrated thresholds alarm at the rate asked for, on fresh data. Every trial has a baseline of its own,
 * thresholds made from it alone, and a fresh current sample of the same distribution. The short form is part of the tests; DW_SUITE=full
 * (make test-statistics) has 1,000 trials at each size. */
#include "base/num.h"
#include "base/rng.h"
#include "calibrate_case.h"
#include "stats/distributions/special.h"

static bool full(void) { return getenv("DW_SUITE") && strcmp(getenv("DW_SUITE"), "full") == 0; }

/* Rows of one distribution: normal, one that goes with it, log-normal, small counts, and words of which one is rare; few: the first and the
 * last. */
static char *sample(const char *purpose, uint64_t trial, size_t rows, bool few)
{
  static const char *const words[] = {"a", "b", "c", "d", "e"};
  static const double below[] = {0.45, 0.75, 0.9, 0.98, 1};
  dw_rng_key key = dw_rng_derive(trial, purpose);
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double n = dw_normal_quantile(dw_rng_uniform(&rng)), with = n + dw_normal_quantile(dw_rng_uniform(&rng)) / 2;
    double tail = exp(dw_normal_quantile(dw_rng_uniform(&rng))), u = dw_rng_uniform(&rng);
    int word = 0, count = (int)floor(-3 * log(dw_rng_uniform(&rng)));
    while (u > below[word]) word++;
    dw_buf_text(&text, "{\"n\":");
    dw_buf_number(&text, n);
    if (few) {
      dw_buf_format(&text, ",\"word\":\"%s\"}\n", words[word]);
      continue;
    }
    dw_buf_text(&text, ",\"with\":");
    dw_buf_number(&text, with);
    dw_buf_text(&text, ",\"tail\":");
    dw_buf_number(&text, tail);
    dw_buf_format(&text, ",\"count\":%d,\"word\":\"%s\"}\n", count, words[word]);
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static void read_sample(dw_dataset *set, const char *purpose, uint64_t trial, size_t rows, bool few)
{
  char *text = sample(purpose, trial, rows, few);
  fixture_dataset(set, text, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
  dw_free(text);
}

static void set_limits(dw_limits *limits, const char *methods)
{
  char word[100];
  dw_err err;
  dw_limits_init(limits, DW_PRESET_DRIFTWATCH);
  for (const char *at = methods; at && *at; at += strcspn(at, ","), at += *at == ',') {
    snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
    CHECK(dw_limits_add_method(limits, word, &err) == DW_OK);
  }
}

typedef struct rates {
  size_t calibrated, plain; /* alarms */
  double level;
} rates;

static bool alarms(const dw_dataset *reference, const dw_dataset *current, const dw_limits *limits)
{
  dw_comparison result;
  dw_compare(&result, reference, current, &(dw_compare_options){.limits = limits, .threads = 1});
  bool drift = result.drift;
  dw_comparison_free(&result);
  return drift;
}

static void trial(rates *out, uint64_t number, size_t reference_rows, size_t rows, size_t runs, const char *methods)
{
  dw_dataset baseline, current;
  dw_limits limits;
  dw_null_runs null;
  dw_minp_level level;
  set_limits(&limits, methods);
  dw_compare_options compare = {.limits = &limits};
  bool few = reference_rows >= 10000; /* to be done in minutes */
  read_sample(&baseline, "suite baseline", number, reference_rows, few);
  read_sample(&current, "suite current", number, rows, few);
  out->plain += alarms(&baseline, &current, &limits);
  if (case_prepare(&null, &baseline, &(dw_null_options){.compare = &compare, .rows = rows, .seed = number, .threads = 2})) {
    dw_null_simulate(&null, runs);
    dw_calibrated thresholds = case_thresholds(&null, 0.05, &level);
    limits.calibrated = &thresholds;
    out->calibrated += alarms(&baseline, &current, &limits);
    out->level += level.level;
    dw_calibrated_free(&thresholds);
  }
  dw_null_free(&null);
  dw_limits_free(&limits);
  dw_dataset_free(&baseline);
  dw_dataset_free(&current);
}

/* The interval around a rate that the share of n independent trials leaves with odds of 1e-6 a side. */
static double binomial_slack(double rate, size_t n) { return 4.76 * sqrt(rate * (1 - rate) / (double)n) + 1.0 / (double)n; }

static rates check_rate(const char *what, size_t trials, size_t reference_rows, size_t rows, size_t runs, const char *methods)
{
  rates out = {0};
  for (size_t i = 0; i < trials; i++) trial(&out, i, reference_rows, rows, runs, methods);
  double rate = (double)out.calibrated / (double)trials, slack = binomial_slack(0.05, trials);
  printf("# %-10s %6zu against %6zu rows: %zu of %zu calibrated runs alarm (%.3f), %zu with the default thresholds; level %.4f\n", what,
         rows, reference_rows, out.calibrated, trials, rate, out.plain, out.level / (double)trials);
  CHECK_MSG(fabs(rate - 0.05) <= slack, "%s, %zu rows: %g of the runs alarm, not 0.05 +- %.3f", what, rows, rate, slack);
  return out;
}

TEST(default_methods)
{
  bool all = full();
  check_rate("default", all ? 1000 : 100, 40, 40, all ? 1000 : 300, NULL);
  check_rate("default", all ? 1000 : 30, 500, 500, all ? 400 : 200, NULL);
  if (all) check_rate("default", 1000, 2000, 200, 200, NULL);
  if (all) check_rate("default", 1000, 20000, 20000, 100, NULL);
}

/* Uncalibrated, PSI between small samples of one distribution alarms nearly always; over tenths it is (1/n + 1/m) times a chi-square of 9
 * degrees of freedom, which is above 0.1 in 3 of 1,000 columns at 500 rows, and never at 20,000. */
TEST(psi)
{
  bool all = full();
  size_t trials = all ? 1000 : 100;
  rates small = check_rate("psi", trials, 40, 40, all ? 1000 : 300, "psi");
  CHECK((double)small.plain > 0.9 * (double)trials);
  trials = all ? 1000 : 30;
  rates middle = check_rate("psi", trials, 500, 500, all ? 400 : 200, "psi");
  CHECK((double)middle.plain < 0.1 * (double)trials);
  if (!all) return;
  rates large = check_rate("psi", 1000, 20000, 20000, 100, "psi");
  CHECK(large.plain < 20);
}

TEST(wasserstein)
{
  bool all = full();
  check_rate("wasserst.", all ? 1000 : 100, 40, 40, all ? 1000 : 300, "wasserstein,jensenshannon");
  if (all) check_rate("wasserst.", 1000, 500, 500, 400, "wasserstein,jensenshannon");
  if (all) check_rate("wasserst.", 1000, 500, 40, 400, "wasserstein,jensenshannon");
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
  size_t trials = full() ? 1000 : 20, alarms_of[3] = {0};
  for (int how = 0; how < 3; how++)
    for (size_t i = 0; i < trials; i++) alarms_of[how] += series_alarms(i, (dw_null_scheme)how);
  printf("# of %zu windows alarm: by rows %zu, blocks %zu, windows %zu\n", trials, alarms_of[0], alarms_of[1], alarms_of[2]);
  double n = (double)trials;
  CHECK((double)alarms_of[0] / n > 0.3);
  CHECK((double)alarms_of[1] / n < 0.07 + binomial_slack(0.05, trials));
  CHECK((double)alarms_of[2] / n < 0.07 + binomial_slack(0.05, trials));
}
