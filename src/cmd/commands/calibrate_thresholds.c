/* dw-calibrate thresholds: the baseline against itself, many times; from that the thresholds of dw-compare --thresholds. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "cmd/commands/calibrate.h"
#include "cmd/inputs/column_names.h"
#include "cmd/inputs/compare_settings.h"
#include "data/datasets/selection.h"
#include "data/frames/usable.h"
#include "detect/check/calibrated.h"
#include "detect/calibrate/null_runs.h"
#include "detect/compare/reading.h"
#include "stats/tests/minp.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"

enum { RESAMPLE_AUTO, LEAST_RUNS = 2000, STEPS = 50, WINDOWS_WANTED = 50, MOST_ROWS = 1 << 30 };
static const char *const preset_words[] = {"driftwatch", "evidently", NULL};
static const char *const resample_words[] = {"auto", "rows", "blocks", "windows", NULL};

static struct settings {
  dw_text_list reference, columns, exclude, id, types, method, checks;
  const char *label, *score, *time, *output;
  double false_alarm;
  uint64_t rows, runs, block, seed, threads, memory;
  int format, on_error, preset, resample;
} set = {.false_alarm = 0.05, .seed = 1, .memory = UINT64_C(1) << 30, .output = "-"};

/* clang-format off */
static dw_option options[] = {
    {.name = "ref", .type = DW_OPTION_EACH, .target = &set.reference, .each = dw_option_add_text, .argument = "FILE", .help = "the baseline: what dw-compare will have as --ref; repeatable"},
    {.name = "rows", .type = DW_OPTION_UNSIGNED, .target = &set.rows, .argument = "N", .initial = "the baseline's", .low = 1, .high = MOST_ROWS, .help = "how many rows the current data will have"},
    {.name = "false-alarm", .type = DW_OPTION_REAL, .target = &set.false_alarm, .argument = "RATE", .initial = "0.05", .low = 1e-6, .high = 0.5, .help = "share of comparisons without drift that may alarm, all columns and checks together"},
    {.name = "method", .type = DW_OPTION_LIST, .target = &set.method, .argument = "METHODS", .initial = "by column", .help = "METHOD, COLUMN=METHOD, or all"},
    {.name = "columns", .type = DW_OPTION_LIST, .target = &set.columns, .argument = "COLUMNS", .help = "these only; * and ? match"},
    {.name = "exclude", .type = DW_OPTION_LIST, .target = &set.exclude, .argument = "COLUMNS", .help = "leave these out; * and ? match"},
    {.name = "id", .type = DW_OPTION_LIST, .target = &set.id, .argument = "COLUMNS", .help = "identifiers; not compared"},
    {.name = "types", .type = DW_OPTION_LIST, .target = &set.types, .argument = "COLUMN=TYPE", .help = "as in dw-compare"},
    {.name = "label", .type = DW_OPTION_TEXT, .target = &set.label, .argument = "COLUMN", .help = "the true outcome"},
    {.name = "score", .type = DW_OPTION_TEXT, .target = &set.score, .argument = "COLUMN", .help = "the model's output"},
    {.name = "time", .type = DW_OPTION_TEXT, .target = &set.time, .argument = "COLUMN", .help = "the instant of a record: rows in time order may depend on each other"},
    {.name = "checks", .type = DW_OPTION_LIST, .target = &set.checks, .argument = "CHECKS", .initial = "all", .help = "the checks that dw-compare will run"},
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &set.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "driftwatch or evidently, as dw-compare will have it"},
    {.name = "runs", .type = DW_OPTION_UNSIGNED, .target = &set.runs, .argument = "B", .initial = "2000, more for many columns", .low = 20, .high = 1e7, .help = "how many comparisons are simulated"},
    {.name = "resample", .type = DW_OPTION_CHOICE, .target = &set.resample, .argument = "HOW", .initial = "auto", .choices = resample_words, .help = "rows, blocks or windows; auto: rows unless --time shows autocorrelation"},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &set.block, .argument = "ROWS", .initial = "by the autocorrelation", .low = 1, .high = MOST_ROWS, .help = "length of the blocks"},
    {.name = "memory", .type = DW_OPTION_SIZE, .target = &set.memory, .argument = "SIZE", .initial = "1GiB", .help = "bound on the data held"},
    DW_OPTION_SEED(&set.seed),
    DW_OPTION_THREADS(&set.threads),
    DW_OPTION_INPUT_FORMAT(&set.format),
    DW_OPTION_ON_ERROR(&set.on_error),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_calibrate_thresholds_command = {
    .name = "dw-calibrate",
    .synopsis = "thresholds --ref BASELINE [--rows N] [--false-alarm RATE] [OPTION]...",
    .purpose = "Make thresholds with which comparisons without drift alarm at the rate asked for, as a whole.",
    .options = options,
};

static dw_err err;

static void set_limits(dw_limits *limits)
{
  dw_limits_init(limits, (dw_preset)set.preset);
  for (size_t i = 0; i < set.method.count; i++) dw_cmd_check(dw_limits_add_method(limits, set.method.text[i], &err), &err);
  if (set.checks.count) dw_cmd_check(dw_limits_set_checks(limits, set.checks.text, set.checks.count, &err), &err);
}

static uint64_t read_baseline(dw_dataset *baseline, const dw_compare_options *compare)
{
  dw_roster names;
  dw_compare_columns columns = {.options = compare};
  columns.selection = (dw_selection){.only = {set.columns.text, set.columns.count},
                                     .exclude = {set.exclude.text, set.exclude.count},
                                     .id = {set.id.text, set.id.count},
                                     .label = set.label,
                                     .score = set.score,
                                     .time = set.time,
                                     .need_time = true,
                                     .names = &names};
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error,
                           .spans = set.time != NULL,
                           .want = dw_compare_wants,
                           .as_text = set.types.count ? dw_compare_as_text : NULL,
                           .context = &columns};
  dw_reader *reader;
  const dw_batch *batch;
  dw_usable usable = {0};
  dw_roster_init(&names);
  dw_cmd_check(dw_reader_open(&reader, set.reference.text, set.reference.count, &how, &err), &err);
  while (dw_cmd_check(dw_reader_next(reader, &batch, &err), &err), batch) {
    dw_status status = set.time ? dw_usable_instants(&usable, reader, &batch, set.time, &err) : DW_OK;
    if (status == DW_EDATA) dw_cmd_check_column("--time", set.time, "baseline", &names);
    dw_cmd_check(status, &err);
    dw_dataset_add(baseline, reader, batch, NULL);
    dw_cmd_progress(dw_reader_rows(reader), dw_reader_bytes(reader), dw_reader_progress(reader));
  }
  dw_cmd_progress_end();
  dw_usable_free(&usable);
  dw_cmd_report_reader(reader, "baseline");
  dw_cmd_made_by_input(set.reference.text[0], reader);
  uint64_t skipped = dw_reader_skipped(reader);
  if (dw_reader_rows(reader)) dw_cmd_check_selection(&columns.selection, "baseline");
  for (size_t i = 0; i < compare->type_count; i++) dw_cmd_warn_columns("--types", (dw_patterns){&compare->type[i].column, 1}, &names);
  for (size_t i = 0; i < compare->limits->method_count; i++) dw_cmd_warn_column("--method", compare->limits->method[i].column, &names);
  dw_roster_free(&names);
  dw_reader_close(reader);
  dw_dataset_finish(baseline, (unsigned)set.threads);
  dw_cmd_check(dw_compare_read(baseline, NULL, compare, &err), &err);
  return skipped;
}

static bool autocorrelated(dw_null_runs *runs) { return (runs->block = set.block ? set.block : dw_null_block_length(runs)) > 1; }

/* Windows, where the baseline has enough of them, hold cycles as they are; else blocks as long as the dependence. */
static void choose_resampling(dw_null_runs *runs)
{
  bool enough = runs->rows <= runs->reference_rows / WINDOWS_WANTED;
  if (set.resample != RESAMPLE_AUTO) runs->resampling = (dw_resampling)(set.resample - 1);
  else if ((set.time || set.block) && autocorrelated(runs))
    runs->resampling = enough && !set.block ? DW_RESAMPLING_WINDOWS : DW_RESAMPLING_BLOCKS;
  if (set.resample != RESAMPLE_AUTO && runs->resampling == DW_RESAMPLING_BLOCKS) autocorrelated(runs);
  if (runs->resampling != DW_RESAMPLING_BLOCKS) runs->block = 1;
  if (runs->resampling == DW_RESAMPLING_WINDOWS && runs->rows >= runs->reference_rows)
    dw_cmd_usage("--resample windows: a window has fewer rows than the baseline");
  if (runs->resampling == DW_RESAMPLING_WINDOWS && !enough)
    dw_cmd_warn("the baseline has only %zu windows of %zu rows: the rate of alarms is uncertain", runs->reference_rows / runs->rows,
                runs->rows);
}

static void simulate(dw_null_runs *runs)
{
  double wanted = set.runs ? (double)set.runs : fmax(LEAST_RUNS, ceil((double)runs->count / set.false_alarm));
  for (size_t all = (size_t)wanted, step = all / STEPS + 1; runs->runs < all;) {
    dw_buf line = {0};
    dw_null_simulate(runs, all - runs->runs < step ? all - runs->runs : step);
    dw_buf_format(&line, "simulated %zu of %zu comparisons", runs->runs, all);
    dw_cmd_progress_text(dw_buf_cstr(&line));
    dw_buf_free(&line);
  }
  dw_cmd_progress_end();
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

static void write_line(dw_output *output, dw_json *json, dw_buf *line)
{
  dw_json_close(json, '}');
  dw_buf_char(line, '\n');
  dw_cmd_check(dw_output_write(output, line->data, line->length, &err), &err);
  line->length = 0;
}

static void write_thresholds(const dw_null_runs *runs, const dw_minp_test *test, const dw_minp_level *level, uint64_t skipped)
{
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  for (size_t i = 0; i < runs->count; i++) {
    const dw_null_score *score = &runs->item[i];
    dw_threshold item = {score->column,
                         score->method,
                         score->check,
                         test[i].limit,
                         score->low ? DW_RULE_BELOW : DW_RULE_ABOVE,
                         (double)runs->rows,
                         (double)runs->reference_rows};
    if (isnan(test[i].limit))
      dw_cmd_warn("column \"%s\": method %s had no answer in any run; it has no threshold", score->column, score->method);
    dw_json_start(&json, &line, 0);
    dw_threshold_start(&item, &json);
    dw_json_number(&json, "level", level->level);
    write_quantiles(&json, runs, score);
    dw_json_number(&json, "false_alarm", set.false_alarm);
    dw_json_integer(&json, "runs", (int64_t)runs->runs);
    dw_json_integer(&json, "seed", (int64_t)set.seed);
    write_line(output, &json, &line);
  }
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "thresholds");
  dw_json_integer(&json, "count", (int64_t)runs->count);
  dw_json_number(&json, "false_alarm", set.false_alarm);
  dw_json_number(&json, "simulated_false_alarm", level->rate);
  dw_json_number(&json, "standard_error", level->error);
  dw_json_number(&json, "level", level->level);
  dw_json_integer(&json, "runs", (int64_t)runs->runs);
  dw_json_integer(&json, "rows", (int64_t)runs->rows);
  dw_json_integer(&json, "reference_rows", (int64_t)runs->reference_rows);
  dw_json_text(&json, "resampling", dw_resampling_names[runs->resampling]);
  dw_json_integer(&json, "block", (int64_t)(runs->resampling == DW_RESAMPLING_WINDOWS ? runs->rows : runs->block));
  dw_json_open(&json, "not_calibrated", '[');
  for (size_t i = 0; i < runs->left_out_count; i++) dw_json_text(&json, NULL, runs->left_out[i]);
  dw_json_close(&json, ']');
  dw_json_integer(&json, "skipped_records", (int64_t)skipped);
  dw_cmd_made_by_list(&json, &set.seed);
  write_line(output, &json, &line);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

void dw_calibrate_thresholds(const dw_text_list *operands)
{
  if (operands->count) dw_cmd_usage("the baseline is given as --ref %s", operands->text[0]);
  if (set.reference.count == 0) dw_cmd_usage("--ref BASELINE is needed");
  dw_limits limits;
  dw_dataset baseline;
  dw_null_runs runs;
  dw_minp_level level;
  set_limits(&limits);
  dw_compare_options compare = {.limits = &limits,
                                .label = set.label,
                                .score = set.score,
                                .type = dw_compare_set_types(&set.types, &limits.words),
                                .type_count = set.types.count};
  dw_frame_options rows = {
      .policy = DW_FRAME_ALL, .memory = set.memory / 2, .time = set.time, .keep_texts = dw_compare_keeps_texts, .context = &compare};
  dw_dataset_init(
      &baseline, &(dw_dataset_options){.memory = set.memory / 2, .keep_texts = dw_compare_keeps_texts, .context = &compare, .frame = rows});
  uint64_t skipped = read_baseline(&baseline, &compare);
  dw_null_options how = {.compare = &compare,
                         .rows = set.rows ? set.rows : baseline.rows,
                         .seed = set.seed,
                         .threads = (unsigned)set.threads,
                         .in_time = set.time != NULL};
  dw_cmd_check(dw_null_prepare(&runs, &baseline, &how, &err), &err);
  choose_resampling(&runs);
  simulate(&runs);
  dw_minp_test *test = dw_alloc_zero(runs.count, sizeof *test);
  for (size_t i = 0; i < runs.count; i++)
    test[i] = (dw_minp_test){.score = runs.item[i].score, .low = runs.item[i].low, .exact = runs.item[i].exact};
  dw_cmd_check(dw_minp_limits(test, runs.count, runs.runs, set.false_alarm, &level, &err), &err);
  write_thresholds(&runs, test, &level, skipped);
  dw_free(test);
  dw_null_free(&runs);
  dw_dataset_free(&baseline);
  dw_limits_free(&limits);
  dw_free((void *)compare.type);
}
