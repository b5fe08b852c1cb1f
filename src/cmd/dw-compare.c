/* dw-compare: reference and current in, findings and one summary out. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/column_names.h"
#include "cmd/compare_names.h"
#include "cmd/compare_settings.h"
#include "data/dataset.h"
#include "data/partition.h"
#include "data/segments.h"
#include "data/selection.h"
#include "data/usable.h"
#include "detect/verdict.h"

static const dw_compare_settings *const set = &dw_compare_set;
static dw_command *const command = &dw_compare_command;
static dw_err err;
static dw_roster names; /* of the columns of both sides */
static bool by_instant; /* each record needs one */
static char digests[2][33]; /* of the reference, of the current data */

/* Strings of columns declared categorical are counted, however many there are. */
static bool keep_texts(void *context, const char *name)
{
  const dw_type_choice *choice = dw_compare_type_choice(context, name);
  return choice ? choice->type == DW_TYPE_CATEGORICAL : set->preset == DW_PRESET_EVIDENTLY;
}

/* No instants because of a slip in the name, or in the data. */
static void check_time(dw_status status)
{
  if (status == DW_EDATA) dw_cmd_check_column("--time", set->time, "input", &names);
  dw_cmd_check(status, &err);
}

static void read_all(const char *what, const dw_text_list *paths, dw_dataset *side, dw_partition *partition, uint64_t *skipped)
{
  dw_selection selection = {.only = {set->columns.text, set->columns.count}, .exclude = {set->exclude.text, set->exclude.count},
                            .id = {set->id.text, set->id.count}, .label = set->label, .score = set->score, .by = set->by, .time = set->time, .need_time = partition || by_instant, .names = &names};
  dw_reader *reader;
  const dw_batch *batch;
  dw_usable usable = {0};
  bool check = by_instant && (!partition || set->on_error); /* a partition that is to stop does so itself */
  dw_reader_options o = {.format = (dw_format)set->format, .threads = (unsigned)set->threads, .skip_errors = set->on_error,
                         .spans = partition || by_instant, .want = dw_selection_wants, .context = &selection};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &o, &err), &err);
  for (;;) {
    dw_cmd_check(dw_reader_next(reader, &batch, &err), &err);
    if (!batch) break;
    if (check) check_time(dw_usable_instants(&usable, reader, &batch, set->time, &err));
    if (partition)
      check_time(dw_partition_add(partition, reader, batch, &err));
    else
      dw_dataset_add(side, reader, batch, NULL);
    dw_cmd_progress(dw_reader_rows(reader), dw_reader_bytes(reader), dw_reader_progress(reader));
  }
  dw_usable_free(&usable);
  if (partition) dw_partition_finish(partition, reader);
  dw_cmd_progress_end();
  dw_cmd_report_reader(reader, what);
  dw_cmd_made_by_input(paths->count ? paths->text[0] : "-", reader);
  dw_reader_digest(reader, digests[paths == &command->operands]);
  *skipped += dw_reader_skipped(reader);
  dw_reader_close(reader);
}

static size_t standard_input(const dw_text_list *paths)
{
  size_t times = 0;
  for (size_t i = 0; i < paths->count; i++) times += strcmp(paths->text[i], "-") == 0;
  return times;
}

static void read_sides(dw_dataset *reference, dw_dataset *current, uint64_t *skipped)
{
  dw_partition_options parts = {.time = set->time, .window = set->window, .baseline = set->baseline, .memory = set->memory};
  by_instant = set->time && set->preset == DW_PRESET_NANNYML;
  if (!set->window && !set->split) {
    if (set->reference.count == 0) dw_cmd_usage("what to compare with? give --ref FILE, or --window and --baseline, or --split");
    if (set->baseline) dw_cmd_usage("--baseline goes with --window");
    if (standard_input(&set->reference) + (command->operands.count ? standard_input(&command->operands) : 1) > 1)
      dw_cmd_usage("standard input cannot be both: name a file for the reference or for the current data");
    read_all("reference", &set->reference, reference, NULL, skipped);
    read_all("current", &command->operands, current, NULL, skipped);
    return;
  }
  if (set->reference.count || (set->window && set->split)) dw_cmd_usage("--ref, --window and --split exclude each other");
  if (set->window && !set->baseline) dw_cmd_usage("--window goes with --baseline DURATION");
  if (set->split && !dw_partition_parse_split(set->split, &parts))
    dw_cmd_usage("--split: \"%s\" is not a row number, a fraction between 0 and 1 (or percent), or a time such as 2026-01-31T09:30:00Z", set->split);
  if (set->window) parts.kind = DW_PARTITION_WINDOW;
  if ((parts.kind == DW_PARTITION_WINDOW || parts.kind == DW_PARTITION_TIME) && !set->time) dw_cmd_usage("%s needs --time COLUMN", set->window ? "--window" : "--split at a time");
  by_instant = parts.kind == DW_PARTITION_WINDOW || parts.kind == DW_PARTITION_TIME;
  dw_partition *partition = dw_partition_new(&parts, reference, current);
  read_all(NULL, &command->operands, NULL, partition, skipped);
  dw_partition_free(partition);
}

static void check_sides(const dw_dataset *reference, const dw_dataset *current)
{
  if (reference->rows == 0 || current->rows == 0) {
    dw_err_set(&err, DW_ENODATA, "the %s has no records", reference->rows ? "current data" : "reference");
    dw_cmd_fail(&err);
  }
  if (set->expect_rows && current->rows != set->expect_rows) {
    dw_err_set(&err, DW_EDATA, "expected %llu current records, got %llu", (unsigned long long)set->expect_rows, (unsigned long long)current->rows);
    dw_cmd_fail(&err);
  }
  dw_compare_check_names(reference, &names);
  if (set->by && (reference->segments->full || current->segments->full)) {
    dw_err_set(&err, DW_EDATA, "--by: \"%s\" has more than %d values; give a column of few, such as a country or a version", set->by, DW_SEGMENTS_MOST);
    dw_cmd_fail(&err);
  }
}

/* Inside segments only what drifted, or has no answer: the rest is in the summary's figures. */
static void write_findings(dw_output *output, const dw_comparison *comparison)
{
  dw_buf line = {0};
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *finding = &comparison->finding[i];
    if (finding->by && !finding->drift && !finding->error[0]) continue;
    line.length = 0;
    dw_finding_write(finding, &line);
    dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  }
  dw_buf_free(&line);
}

static dw_sequential *open_sequential(const dw_dataset *reference, const dw_dataset *current)
{
  dw_sequential *watch;
  dw_sequential_look look = {.reference_digest = digests[0], .current_digest = digests[1], .reset = set->sequential_reset};
  if (!set->sequential) return NULL;
  dw_cmd_check(dw_time_now(&look.now, &err), &err);
  dw_cmd_check(dw_sequential_open(&watch, set->sequential, &look, reference, current, &err), &err);
  if (dw_sequential_repeated(watch)) dw_cmd_warn("%s: the last look was at this very data: it is not counted again", set->sequential);
  return watch;
}

/* What was seen is remembered before anybody hears of it: an alarm that was given is never forgotten. */
static void keep_sequential(dw_sequential *watch)
{
  if (!watch) return;
  dw_cmd_check(dw_sequential_check(watch, &err), &err);
  dw_cmd_check(dw_sequential_commit(watch, &err), &err);
}

static void write_result(const dw_comparison *comparison, const dw_limits *limits, const dw_dataset *reference, const dw_dataset *current, uint64_t skipped)
{
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  write_findings(output, comparison);
  for (size_t i = 0; i < comparison->segment_count; i++) write_findings(output, &comparison->segment[i].comparison);
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  dw_verdict_write(comparison, limits, &json);
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
  dw_cmd_start(command, argc, argv);
  dw_compare_check_options();
  dw_compare_set_limits(&limits);
  dw_compare_options compare = {.limits = &limits, .label = set->label, .score = set->score, .by = set->by, .type = dw_compare_set_types(&limits.words), .type_count = set->types.count,
                                .multivariate = dw_compare_set_multivariate(), .threads = (unsigned)set->threads};
  dw_dataset_options side = {.memory = set->memory / 2, .keep_texts = keep_texts, .sample_texts = set->preset == DW_PRESET_EVIDENTLY, .context = &compare,
                             .label = set->label, .score = set->score, .by = set->by, .gather = {set->vector.text, set->vector.count},
                             .describe = {set->describe.text, set->describe.count}, .describe_not = {set->exclude.text, set->exclude.count},
                             .keep_order = set->preset == DW_PRESET_EVIDENTLY && dw_limits_ask(&limits, "tvd")}; /* it shuffles rows */
  if (compare.multivariate) {
    side.frame = (dw_frame_options){.policy = DW_FRAME_SAMPLE, .rows = set->joint_rows, .memory = set->memory / 8, .time = set->time, .keep_texts = keep_texts, .context = &compare};
    side.memory -= side.frame.memory;
  }
  dw_chunked_options chunks;
  dw_roster_init(&names);
  bool by_chunks = dw_compare_set_chunks(&chunks, &compare, &side);
  dw_dataset_init(&reference, &side);
  dw_dataset_init(&current, &side);
  read_sides(&reference, &current, &skipped);
  check_sides(&reference, &current);
  dw_dataset_finish(&reference, (unsigned)set->threads);
  dw_dataset_finish(&current, (unsigned)set->threads);
  dw_dataset_describe_unknown(&reference, &current);
  dw_compare_check_settings(&compare, &reference, &current, &names);
  dw_compare_warn_sizes(&limits, reference.rows, current.rows);
  compare.sequential = open_sequential(&reference, &current);
  if (by_chunks)
    dw_cmd_check(dw_chunked_compare(&comparison, &reference, &current, &chunks, &err), &err);
  else
    dw_compare(&comparison, &reference, &current, &compare);
  for (size_t i = 0; by_chunks && i < comparison.chunked->warnings; i++) dw_cmd_warn("%s", comparison.chunked->warning[i]);
  keep_sequential(compare.sequential);
  write_result(&comparison, &limits, &reference, &current, skipped);
  dw_status answer = comparison.drift && !set->exit_zero ? DW_YES : DW_OK;
  dw_sequential_close(compare.sequential);
  dw_comparison_free(&comparison);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  dw_limits_free(&limits);
  dw_roster_free(&names);
  dw_free((void *)compare.type);
  dw_cmd_end(answer);
}
