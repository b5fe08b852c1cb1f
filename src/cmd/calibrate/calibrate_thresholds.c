/* dw-calibrate thresholds: the baseline against itself, many times; from that the thresholds of dw-compare --thresholds. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/parallel.h"
#include "cmd/calibrate/calibrate.h"
#include "detect/calibrate/null_plan.h"
#include "detect/calibrate/null_thresholds.h"
#include "detect/job/comparison_job.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"

enum { RESAMPLE_AUTO, LEAST_RUNS = 2000, STEPS = 50, LOOKS_A_MONTH = 30, MOST_ROWS = 1 << 30 };
static const double ROUNDING = 1e-9;
static const char *const preset_words[] = {"driftwatch", "evidently", NULL};
static const char *const resample_words[] = {"auto", "rows", "blocks", "windows", NULL};

static struct settings {
  dw_comparison_settings compare;
  double false_alarm, monthly;
  uint64_t rows, runs, block, seed;
  int resample;
} set = {.compare = DW_COMPARISON_DEFAULTS, .false_alarm = 0.05, .seed = 1};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Baseline"),
    DW_OPTION_REFERENCE(&set.compare.reference.paths, "the baseline: what dw-compare will have as --ref; repeatable"),
    {.name = "rows", .type = DW_OPTION_UNSIGNED, .target = &set.rows, .argument = "N", .initial = "the baseline's", .low = 1, .high = MOST_ROWS, .help = "how many rows the current data will have"},
    DW_OPTION_COLUMNS("columns", &set.compare.columns, "these only; * and ? match"),
    DW_OPTION_COLUMNS("exclude", &set.compare.exclude, "leave these out; * and ? match"),
    DW_OPTION_COLUMNS("id", &set.compare.id, "identifiers; not compared"),
    {.name = "types", .type = DW_OPTION_LIST, .pairs = true, .target = &set.compare.types, .argument = "COLUMN=TYPE", .help = "as in dw-compare"},
    DW_OPTION_COLUMN("label", &set.compare.label, "the true outcome"),
    DW_OPTION_COLUMN("score", &set.compare.score, "the model's output"),
    DW_GROUP("Time"),
    DW_OPTION_COLUMN("time", &set.compare.time, "the instant of a record: rows in time order may depend on each other"),
    DW_OPTION_TIME_FORMAT(&set.compare.time_format),
    {.name = "match", .type = DW_OPTION_CHOICE, .target = &set.compare.match, .argument = "CELL", .choices = dw_match_words, .help = "for comparisons of like with like:"},
    {.name = "zone", .type = DW_OPTION_TEXT, .target = &set.compare.zone, .argument = "ZONE", .initial = "UTC", .help = "the clock of --match: a zone such as Europe/Berlin"},
    DW_GROUP("Comparison"),
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &set.compare.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "driftwatch or evidently, as dw-compare will have it"},
    DW_OPTION_METHODS(&set.compare.method),
    DW_OPTION_BINS(&set.compare.bins),
    {.name = "checks", .type = DW_OPTION_LIST, .target = &set.compare.checks, .argument = "CHECKS", .initial = "all", .choice = dw_offered_check, .help = "the checks that dw-compare will run"},
    DW_GROUP("Calibration"),
    {.name = "false-alarm", .type = DW_OPTION_REAL, .target = &set.false_alarm, .argument = "RATE", .initial = "0.05", .low = 1e-6, .high = 0.5, .help = "share of comparisons without drift that may alarm"},
    {.name = "alarms-per-month", .type = DW_OPTION_REAL, .target = &set.monthly, .argument = "X", .low = 3e-5, .high = 15, .help = "the same as alarms in 30 comparisons without drift, as of a look a day"},
    {.name = "runs", .type = DW_OPTION_UNSIGNED, .target = &set.runs, .argument = "B", .initial = "2000, more for many columns", .low = 20, .high = 1e7, .help = "how many comparisons are simulated"},
    {.name = "resample", .type = DW_OPTION_CHOICE, .target = &set.resample, .argument = "HOW", .initial = "auto", .choices = resample_words, .help = "rows, blocks or windows; auto: as --time shows dependence"},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &set.block, .argument = "ROWS", .initial = "a look or more", .low = 1, .high = MOST_ROWS, .help = "length of the blocks"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.compare.memory, "bound on the data held"),
    DW_OPTIONS_RECORDS(set.compare),
};
/* clang-format on */

dw_command dw_calibrate_thresholds_command = {.name = "dw-calibrate",
                                              .synopsis = "thresholds --ref BASELINE [--rows N] [OPTION]...",
                                              .purpose = "Make thresholds by which comparisons without drift alarm at the rate wanted.",
                                              .example = "dw-calibrate thresholds --ref reference.ndjson --rows 200 \\\n"
                                                         "  --id transaction_id --time ts >thresholds.ndjson",
                                              .options = options};

static dw_err err;

static void settle_rate(void)
{
  bool monthly = dw_command_option(&dw_calibrate_thresholds_command, "alarms-per-month")->given;
  if (monthly && dw_command_option(&dw_calibrate_thresholds_command, "false-alarm")->given)
    dw_cmd_usage("--alarms-per-month and --false-alarm say the same in two ways; give one of them");
  if (monthly) set.false_alarm = set.monthly / LOOKS_A_MONTH;
}

static dw_null_plan choose_resampling(dw_null_runs *runs, const dw_comparison_job *job)
{
  dw_null_plan plan;
  dw_null_wish wish = {.scheme = set.resample == RESAMPLE_AUTO ? DW_NULL_AUTO : set.resample - 1,
                       .block = dw_size(set.block),
                       .ordered = set.compare.time || set.block,
                       .dependence = job->by_time ? &job->dependence : NULL};
  if (dw_null_is_matched(runs) && wish.scheme != DW_NULL_AUTO && wish.scheme != DW_NULL_WINDOWS)
    dw_cmd_usage("--match does not go with --resample %s: a look's cells of the calendar are those of a window",
                 resample_words[set.resample]);
  if (dw_null_is_matched(runs) && set.block) dw_cmd_usage("--match does not go with --block: a look is a window");
  if (wish.scheme == DW_NULL_WINDOWS && runs->rows >= runs->reference_rows)
    dw_cmd_usage("--resample windows: a window has fewer rows than the baseline");
  dw_cmd_check(dw_null_plan_make(&plan, runs, &wish, &err), &err);
  const char *ordered = runs->resampling == DW_NULL_ROWS && !set.compare.time ? dw_null_plan_ordered(runs) : NULL;
  if (ordered)
    dw_cmd_warn("rows resemble those before them in \"%s\", and are drawn as if they did not: if the file is in time order, --time COLUMN "
                "makes thresholds that hold for such rows",
                ordered);
  if (runs->resampling == DW_NULL_BLOCKS && !plan.promised && !set.block)
    dw_cmd_warn("the baseline has only %zu look%s of %zu rows, and is drawn in blocks shorter than a look: the rate of alarms is uncertain",
                plan.looks, plan.looks == 1 ? "" : "s", runs->rows);
  return plan;
}

static size_t runs_wanted(const dw_null_runs *runs, const dw_null_plan *plan)
{
  if (set.runs) return (size_t)set.runs;
  size_t wanted = (size_t)fmax(LEAST_RUNS, plan->promised ? 0 : ceil((double)runs->count / set.false_alarm));
  return plan->runs && plan->runs < wanted ? plan->runs : wanted;
}

static void simulate(dw_null_runs *runs, const dw_null_plan *plan)
{
  static const char *const things[] = {[DW_NULL_ROWS] = "rows", [DW_NULL_BLOCKS] = "blocks", [DW_NULL_WINDOWS] = "windows"};
  size_t all = runs_wanted(runs, plan), together = dw_null_sharers(runs), step = all / STEPS + 1;
  if (together > 1) step = (step / (together * dw_cores()) + 1) * together * dw_cores(); /* drawn references are used up, by all cores */
  while (runs->runs < all) {
    dw_buf line = {0};
    dw_null_simulate(runs, all - runs->runs < step ? all - runs->runs : step);
    dw_buf_format(&line, "simulated %zu of %zu comparisons, of %zu %s, %zu gaps", runs->runs, all, plan->places, things[runs->resampling],
                  plan->gaps);
    dw_cmd_progress_text(dw_buf_cstr(&line));
    dw_buf_free(&line);
  }
  dw_cmd_progress_end();
}

/* What is promised is said as it can be kept. */
static void tell_rate(const dw_null_runs *runs, const dw_null_plan *plan, const dw_minp_level *level)
{
  if (plan->promised && level->rate > set.false_alarm * (1 + ROUNDING))
    dw_cmd_warn(
        "%zu look%s of %zu rows cannot promise a rate of alarms of %g: up to %.2g is to be expected, %.2g alarms in 30 looks; it takes a "
        "baseline of %.0f rows, or smaller looks",
        plan->looks, plan->looks == 1 ? "" : "s", runs->rows, set.false_alarm, level->rate, LOOKS_A_MONTH * level->rate,
        ceil(1 / set.false_alarm - 1 - ROUNDING) * (double)runs->rows);
  else if (set.compare.time && (plan->promised || runs->resampling == DW_NULL_ROWS))
    dw_cmd_note("without drift %.2g alarms are to be expected in 30 looks", LOOKS_A_MONTH * level->rate);
}

static void write_quantiles(dw_json *json, const dw_null_runs *runs, const dw_null_score *score)
{
  static const double share[] = {0.01, 0.05, 0.5, 0.95, 0.99};
  static const char *const name[] = {"0.01", "0.05", "0.5", "0.95", "0.99"};
  double *sorted = dw_alloc_array(runs->runs, sizeof *sorted);
  size_t count = 0;
  for (size_t i = 0; i < runs->runs; i++)
    if (isfinite(score->score[i])) sorted[count++] = score->score[i];
  dw_sort_doubles(sorted, count, NULL);
  dw_json_open(json, "quantiles", '{');
  for (size_t i = 0; i < sizeof share / sizeof *share; i++)
    dw_json_number(json, name[i], dw_quantile(dw_sorted_make(sorted, count), share[i]));
  dw_json_close(json, '}');
  dw_free(sorted);
}

static void write_last(dw_json *json, const dw_null_runs *runs, const dw_null_plan *plan, const dw_minp_level *level,
                       const dw_comparison_job *job)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "thresholds");
  dw_json_integer(json, "count", (int64_t)runs->count);
  dw_json_number(json, "false_alarm", set.false_alarm);
  dw_json_number(json, "simulated_false_alarm", level->rate);
  dw_json_number(json, "standard_error", level->error);
  dw_json_number(json, "expected_alarms_in_30_looks", LOOKS_A_MONTH * level->rate);
  dw_json_number(json, "level", level->level);
  dw_json_integer(json, "runs", (int64_t)runs->runs);
  dw_json_integer(json, "rows", (int64_t)runs->rows);
  dw_json_integer(json, "reference_rows", (int64_t)runs->reference_rows);
  dw_json_text(json, "resampling", dw_null_scheme_names[runs->resampling]);
  dw_json_integer(json, "block", (int64_t)(runs->resampling == DW_NULL_WINDOWS ? runs->rows : runs->block));
  dw_json_integer(json, "places", (int64_t)plan->places);
  dw_json_integer(json, "looks", (int64_t)plan->looks);
  dw_json_integer(json, "gaps", (int64_t)plan->gaps);
  if (job->compare.matched) {
    dw_json_text(json, "match", dw_match_words[job->matching.by - DW_MATCH_HOUR]);
    dw_json_text(json, "zone", set.compare.zone ? set.compare.zone : "UTC");
  }
  dw_comparison_job_write_dependence(job, runs->rows, json);
  dw_json_open(json, "not_calibrated", '[');
  for (size_t i = 0; i < runs->left_out_count; i++) dw_json_text(json, NULL, runs->left_out[i]);
  dw_json_close(json, ']');
  dw_json_integer(json, "skipped_records", (int64_t)job->skipped);
}

static void write_thresholds(const dw_null_runs *runs, const dw_null_plan *plan, const dw_threshold *threshold, const dw_minp_level *level,
                             const dw_comparison_job *job)
{
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  dw_cmd_check(dw_output_open(&output, set.compare.output, &err), &err);
  for (size_t i = 0; i < runs->count; i++) {
    const dw_null_score *score = &runs->item[i];
    if (isnan(threshold[i].threshold))
      dw_cmd_warn("column \"%s\": method %s had no answer in any run; it has no threshold", score->column, score->method);
    if (score->by_p_value && threshold[i].threshold == 0)
      dw_cmd_warn(
          "column \"%s\": looks of the baseline have p-values of %s as low as can be: it never alarms; a distance such as wasserstein can",
          score->column, score->method);
    dw_json_start(&json, &line, 0);
    dw_threshold_start(&threshold[i], &json);
    dw_json_number(&json, "level", level->level);
    write_quantiles(&json, runs, score);
    dw_json_number(&json, "false_alarm", set.false_alarm);
    dw_json_integer(&json, "runs", (int64_t)runs->runs);
    dw_json_integer(&json, "seed", (int64_t)set.seed);
    dw_cmd_end_line(&json, &line, output);
  }
  dw_json_start(&json, &line, 0);
  write_last(&json, runs, plan, level, job);
  dw_cmd_end_document(&json, &line, &set.seed, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

void dw_calibrate_thresholds(const dw_text_list *operands)
{
  if (operands->count) dw_cmd_usage("the baseline is given as --ref %s", operands->text[0]);
  if (set.compare.reference.paths.count == 0) dw_cmd_usage("--ref BASELINE is needed");
  settle_rate();
  dw_comparison_job *job;
  dw_null_runs runs;
  dw_minp_level level;
  set.compare.alone = true;
  set.compare.seed = 0; /* that of --seed is for the rows drawn */
  dw_cmd_check(dw_comparison_job_open(&job, &set.compare, &dw_cmd_notices, &err), &err);
  dw_cmd_check(dw_comparison_job_read(job, &err), &err);
  dw_cmd_made_by_input(&job->input[0]);
  dw_null_options how = {.compare = &job->compare,
                         .rows = dw_size(set.rows ? set.rows : job->reference.rows),
                         .false_alarm = set.false_alarm,
                         .seed = set.seed,
                         .threads = (unsigned)set.compare.threads,
                         .in_time = set.compare.time != NULL,
                         .matching = &job->matching};
  dw_cmd_check(dw_null_prepare(&runs, &job->reference, &how, &err), &err);
  dw_null_plan plan = choose_resampling(&runs, job);
  simulate(&runs, &plan);
  dw_threshold *threshold = dw_alloc_zero(runs.count, sizeof *threshold);
  dw_cmd_check(dw_null_thresholds(&runs, set.false_alarm, threshold, &level, &err), &err);
  tell_rate(&runs, &plan, &level);
  write_thresholds(&runs, &plan, threshold, &level, job);
  dw_free(threshold);
  dw_null_free(&runs);
  dw_comparison_job_free(job);
}
