/* dw-compare: reference and current in, findings and one summary out. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "data/dataset.h"
#include "data/partition.h"
#include "data/selection.h"
#include "detect/compare.h"

static const char *const preset_words[] = {"driftwatch", "evidently", NULL};
static const char *const correction_words[] = {"none", "bonferroni", "holm", "bh", NULL};
static const char *const alternative_words[] = {"two-sided", "less", "greater", NULL};

/* What the options say; defaults where they differ from zero. */
static struct settings {
  dw_text_list reference, columns, exclude, id, types, method, threshold, fail_on, checks;
  const char *label, *score, *time, *severity, *split, *output;
  int64_t window, baseline;
  double drift_share;
  uint64_t threads, memory, expect_rows;
  int format, on_error, preset, correction, alternative;
  bool exit_zero;
} set = {.drift_share = 0.5, .memory = UINT64_C(1) << 30, .correction = DW_CORRECTION_BH, .output = "-"};

static dw_option options[] = {
    {.name = "ref", .type = DW_OPTION_EACH, .target = &set.reference, .each = dw_option_add_text, .argument = "FILE", .help = "the reference data; repeatable, the files are one stream"},
    {.name = "label", .type = DW_OPTION_TEXT, .target = &set.label, .argument = "COLUMN", .help = "the true outcome: checked as target_drift, and against --score"},
    {.name = "score", .type = DW_OPTION_TEXT, .target = &set.score, .argument = "COLUMN", .help = "a model's output: checked as prediction_drift, and against --label"},
    {.name = "time", .type = DW_OPTION_TEXT, .target = &set.time, .argument = "COLUMN", .help = "the instant of a record; not compared"},
    {.name = "id", .type = DW_OPTION_LIST, .target = &set.id, .argument = "COLUMNS", .help = "identifiers; not compared"},
    {.name = "columns", .type = DW_OPTION_LIST, .target = &set.columns, .argument = "COLUMNS", .help = "compare these only; * and ? match"},
    {.name = "exclude", .type = DW_OPTION_LIST, .target = &set.exclude, .argument = "COLUMNS", .help = "leave these out; * and ? match"},
    {.name = "types", .type = DW_OPTION_LIST, .target = &set.types, .argument = "COLUMN=TYPE", .help = "numeric, categorical, text, datetime, identifier or vector, instead of what the reference shows"},
    {.name = "method", .type = DW_OPTION_LIST, .target = &set.method, .argument = "METHODS", .initial = "by column", .help = "METHOD, COLUMN=METHOD, or all"},
    {.name = "threshold", .type = DW_OPTION_LIST, .target = &set.threshold, .argument = "LIMITS", .help = "X, METHOD=X, CHECK=X, or COLUMN=X"},
    {.name = "correction", .type = DW_OPTION_CHOICE, .target = &set.correction, .argument = "WORD", .initial = "bh", .choices = correction_words, .help = "for many tests: none, bonferroni, holm or bh"},
    {.name = "alternative", .type = DW_OPTION_CHOICE, .target = &set.alternative, .argument = "WORD", .initial = "two-sided", .choices = alternative_words, .help = "of mannw: two-sided, less or greater"},
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &set.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "driftwatch, or evidently for the numbers and verdicts of Evidently 0.7"},
    {.name = "checks", .type = DW_OPTION_LIST, .target = &set.checks, .argument = "CHECKS", .initial = "all", .help = "run these checks only: column_drift, schema, missing_values …"},
    {.name = "drift-share", .type = DW_OPTION_REAL, .target = &set.drift_share, .argument = "X", .initial = "0.5", .low = 0, .high = 1, .help = "share of drifted columns that is dataset drift"},
    {.name = "fail-on", .type = DW_OPTION_LIST, .target = &set.fail_on, .argument = "WHAT", .initial = "any", .help = "exit status 1 on: any, share, column:NAME, severity:LEVEL"},
    {.name = "severity", .type = DW_OPTION_TEXT, .target = &set.severity, .argument = "MEDIUM,HIGH", .initial = "0.2,0.5", .help = "shares of drifted columns from which severity is medium, and high"},
    {.name = "window", .type = DW_OPTION_DURATION, .target = &set.window, .argument = "DURATION", .help = "one input: the last DURATION by --time is current"},
    {.name = "baseline", .type = DW_OPTION_DURATION, .target = &set.baseline, .argument = "DURATION", .help = "and the DURATION before it is the reference"},
    {.name = "split", .type = DW_OPTION_TEXT, .target = &set.split, .argument = "WHERE", .help = "one input: reference before row N, fraction F, or TIME (by --time)"},
    {.name = "expect-rows", .type = DW_OPTION_UNSIGNED, .target = &set.expect_rows, .argument = "N", .low = 1, .high = 1e15, .help = "fail unless the current data has exactly N records"},
    {.name = "exit-zero", .type = DW_OPTION_FLAG, .target = &set.exit_zero, .help = "drift is exit status 0 too", .unrecorded = true},
    {.name = "memory", .type = DW_OPTION_SIZE, .target = &set.memory, .argument = "SIZE", .initial = "1GiB", .help = "bound on the data held; past it numbers become sketches"},
    DW_OPTION_THREADS(&set.threads),
    DW_OPTION_INPUT_FORMAT(&set.format),
    DW_OPTION_ON_ERROR(&set.on_error),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};

static dw_command command = {
    .name = "dw-compare",
    .synopsis = "--ref REFERENCE [OPTION]... [CURRENT]...",
    .purpose = "Compare current data with a reference: one finding a column and check, then one summary.",
    .yes = "the answer is drift, by --fail-on",
    .options = options,
};

static dw_err err;

static dw_type_choice *type_choices(void)
{
  dw_type_choice *choice = dw_alloc_array(set.types.count, sizeof *choice);
  for (size_t i = 0; i < set.types.count; i++) {
    char *word = dw_strdup(set.types.text[i]);
    char *equals = strrchr(word, '=');
    if (equals) *equals = '\0';
    if (!equals || !dw_type_from_name(equals + 1, &choice[i].type))
      dw_cmd_usage("--types: \"%s\" is not COLUMN=TYPE with numeric, categorical, text, datetime, identifier or vector", set.types.text[i]);
    choice[i].column = word;
  }
  return choice;
}

/* Strings of columns declared categorical are counted, however many there are. */
static bool keep_texts(void *context, const char *name)
{
  const dw_compare_options *o = context;
  for (size_t i = o->type_count; i-- > 0;)
    if (dw_text_match(o->type[i].column, name)) return o->type[i].type == DW_TYPE_CATEGORICAL;
  return set.preset == DW_PRESET_EVIDENTLY;
}

static void set_limits(dw_limits *limits)
{
  dw_limits_init(limits, (dw_preset)set.preset);
  limits->settings.alternative = (dw_alternative)set.alternative;
  limits->drift_share = set.drift_share;
  if (dw_command_option(&command, "correction")->given) limits->correction = (dw_correction)set.correction;
  for (size_t i = 0; i < set.method.count; i++) dw_cmd_check(dw_limits_add_method(limits, set.method.text[i], &err), &err);
  for (size_t i = 0; i < set.threshold.count; i++) dw_cmd_check(dw_limits_add_threshold(limits, set.threshold.text[i], &err), &err);
  if (set.fail_on.count) limits->fail_any = limits->fail_share = false;
  for (size_t i = 0; i < set.fail_on.count; i++) dw_cmd_check(dw_limits_add_fail(limits, set.fail_on.text[i], &err), &err);
  if (set.checks.count) dw_cmd_check(dw_limits_set_checks(limits, set.checks.text, set.checks.count, &err), &err);
  if (set.severity) dw_cmd_check(dw_limits_set_severity(limits, set.severity, &err), &err);
}

static void read_all(const char *what, const dw_text_list *paths, dw_dataset *side, dw_partition *partition, uint64_t *skipped)
{
  dw_selection selection = {.only = {set.columns.text, set.columns.count}, .exclude = {set.exclude.text, set.exclude.count},
                            .id = {set.id.text, set.id.count}, .label = set.label, .score = set.score, .time = set.time, .need_time = partition != NULL};
  dw_reader *reader;
  const dw_batch *batch;
  dw_reader_options o = {.format = (dw_format)set.format, .threads = (unsigned)set.threads, .skip_errors = set.on_error,
                         .spans = partition != NULL, .want = dw_selection_wants, .context = &selection};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &o, &err), &err);
  for (;;) {
    dw_cmd_check(dw_reader_next(reader, &batch, &err), &err);
    if (!batch) break;
    if (partition)
      dw_cmd_check(dw_partition_add(partition, reader, batch, &err), &err);
    else
      dw_dataset_add(side, reader, batch, NULL);
    dw_cmd_progress(dw_reader_rows(reader), dw_reader_bytes(reader), dw_reader_progress(reader));
  }
  if (partition) dw_partition_finish(partition, reader);
  dw_cmd_progress_end();
  dw_cmd_report_reader(reader, what);
  dw_cmd_made_by_input(paths->count ? paths->text[0] : "-", reader);
  *skipped += dw_reader_skipped(reader);
  dw_reader_close(reader);
}

static void read_sides(dw_dataset *reference, dw_dataset *current, uint64_t *skipped)
{
  dw_partition_options parts = {.time = set.time, .window = set.window, .baseline = set.baseline, .memory = set.memory};
  if (!set.window && !set.split) {
    if (set.reference.count == 0) dw_cmd_usage("what to compare with? give --ref FILE, or --window and --baseline, or --split");
    if (set.baseline) dw_cmd_usage("--baseline goes with --window");
    read_all("reference", &set.reference, reference, NULL, skipped);
    read_all("current", &command.operands, current, NULL, skipped);
    return;
  }
  if (set.reference.count || (set.window && set.split)) dw_cmd_usage("--ref, --window and --split exclude each other");
  if (set.window && !set.baseline) dw_cmd_usage("--window goes with --baseline DURATION");
  if (set.split && !dw_partition_parse_split(set.split, &parts))
    dw_cmd_usage("--split: \"%s\" is not a row number, a fraction between 0 and 1 (or percent), or a time such as 2026-01-31T09:30:00Z", set.split);
  if (set.window) parts.kind = DW_PARTITION_WINDOW;
  if ((parts.kind == DW_PARTITION_WINDOW || parts.kind == DW_PARTITION_TIME) && !set.time) dw_cmd_usage("%s needs --time COLUMN", set.window ? "--window" : "--split at a time");
  dw_partition *partition = dw_partition_new(&parts, reference, current);
  read_all(NULL, &command.operands, NULL, partition, skipped);
  dw_partition_free(partition);
}

/* A name that no record has is a mistake, and silence about it would look like "no drift". */
static void check_column(const char *option, const char *name, const dw_dataset *reference)
{
  if (!name || strpbrk(name, "*?") || dw_dataset_find(reference, name)) return;
  dw_buf known = {0};
  for (size_t i = 0; i < reference->column_count && i < 20; i++) dw_buf_format(&known, "%s%s", i ? ", " : "", reference->column[i]->name);
  dw_err_set(&err, DW_EDATA, "%s: the reference has no column \"%s\"; it has %s%s", option, name, dw_buf_cstr(&known), reference->column_count > 20 ? " …" : "");
  dw_cmd_fail(&err);
}

static void check_sides(const dw_dataset *reference, const dw_dataset *current)
{
  if (reference->rows == 0 || current->rows == 0) {
    dw_err_set(&err, DW_ENODATA, "the %s has no records", reference->rows ? "current data" : "reference");
    dw_cmd_fail(&err);
  }
  if (set.expect_rows && current->rows != set.expect_rows) {
    dw_err_set(&err, DW_EDATA, "expected %llu current records, got %llu", (unsigned long long)set.expect_rows, (unsigned long long)current->rows);
    dw_cmd_fail(&err);
  }
  check_column("--label", set.label, reference);
  check_column("--score", set.score, reference);
  for (size_t i = 0; i < set.columns.count; i++) check_column("--columns", set.columns.text[i], reference);
}

static void write_result(const dw_comparison *comparison, const dw_limits *limits, const dw_dataset *reference, const dw_dataset *current, uint64_t skipped)
{
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  for (size_t i = 0; i < comparison->finding_count; i++) {
    line.length = 0;
    dw_finding_write(&comparison->finding[i], &line);
    dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  }
  line.length = 0;
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  dw_compare_summarise(comparison, limits, &json);
  dw_json_integer(&json, "reference_rows", (int64_t)reference->rows);
  dw_json_integer(&json, "current_rows", (int64_t)current->rows);
  dw_json_integer(&json, "skipped_records", (int64_t)skipped);
  dw_json_open(&json, "made_by", '[');
  dw_cmd_made_by(&json, NULL);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_char(&line, '\n');
  dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

int main(int argc, char **argv)
{
  dw_limits limits;
  dw_dataset reference, current;
  dw_comparison comparison;
  uint64_t skipped = 0;
  dw_cmd_start(&command, argc, argv);
  set_limits(&limits);
  dw_compare_options compare = {.limits = &limits, .label = set.label, .score = set.score, .type = type_choices(), .type_count = set.types.count,
                                .threads = (unsigned)set.threads};
  dw_dataset_options side = {.memory = set.memory / 2, .keep_texts = keep_texts, .context = &compare, .label = set.label, .score = set.score};
  dw_dataset_init(&reference, &side);
  dw_dataset_init(&current, &side);
  read_sides(&reference, &current, &skipped);
  check_sides(&reference, &current);
  dw_dataset_finish(&reference, (unsigned)set.threads);
  dw_dataset_finish(&current, (unsigned)set.threads);
  dw_compare(&comparison, &reference, &current, &compare);
  write_result(&comparison, &limits, &reference, &current, skipped);
  dw_status answer = comparison.drift && !set.exit_zero ? DW_YES : DW_OK;
  dw_comparison_free(&comparison);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  dw_limits_free(&limits);
  dw_free((void *)compare.type);
  dw_cmd_end(answer);
}
