/* dw-compare: reference and current in, findings and one summary out. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/inputs/compare_input.h"
#include "cmd/inputs/compare_names.h"
#include "cmd/inputs/compare_settings.h"
#include "data/datasets/dataset.h"
#include "data/datasets/segments.h"
#include "detect/compare/verdict.h"

static const dw_compare_settings *const set = &dw_compare_set;
static dw_command *const command = &dw_compare_command;
static dw_err err;
static dw_compare_input input;

static void check_sides(const dw_dataset *reference, const dw_dataset *current)
{
  if (reference->rows == 0 || current->rows == 0) {
    const dw_text_list *files = reference->rows || !set->reference.count ? &command->operands : &set->reference;
    const char *name = files->count == 0 || strcmp(files->text[0], "-") == 0 ? "standard input" : files->text[0];
    dw_err_set(&err, DW_ENODATA, "%s%s: the %s has no records", name, files->count > 1 ? " and the rest" : "",
               reference->rows ? "current data" : "reference");
    dw_cmd_fail(&err);
  }
  if (set->expect_rows && current->rows != set->expect_rows) {
    dw_err_set(&err, DW_EDATA, "expected %llu current records, got %llu", (unsigned long long)set->expect_rows,
               (unsigned long long)current->rows);
    dw_cmd_fail(&err);
  }
  dw_compare_check_names(reference, &input.names);
  if (set->by && (reference->segments->full || current->segments->full)) {
    dw_err_set(&err, DW_EDATA, "--by: \"%s\" has more than %d values; give a column of few, such as a country or a version", set->by,
               DW_SEGMENTS_MOST);
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
  dw_sequential_look look = {.reference_digest = input.digest[0], .current_digest = input.digest[1], .reset = set->sequential_reset};
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

static void write_result(const dw_comparison *comparison, const dw_limits *limits, const dw_dataset *reference, const dw_dataset *current)
{
  dw_output *output;
  dw_buf line = {0}, made_by = {0};
  dw_arena arena;
  dw_summary summary;
  dw_arena_init(&arena);
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  write_findings(output, comparison);
  for (size_t i = 0; i < comparison->segment_count; i++) write_findings(output, &comparison->segment[i].comparison);
  dw_verdict_summary(comparison, limits, &arena, &summary);
  summary.reference_rows = (double)reference->rows;
  summary.current_rows = (double)current->rows;
  summary.skipped_records = (double)input.skipped;
  dw_buf_char(&made_by, '[');
  dw_cmd_made_by_stage(&made_by, NULL);
  dw_buf_char(&made_by, ']');
  summary.made_by = &made_by;
  dw_summary_write(&summary, &line);
  dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
  dw_buf_free(&made_by);
  dw_arena_free(&arena);
}

static bool told_alike(const dw_left_out *a, const dw_left_out *b)
{
  bool same_method = a->method && b->method ? strcmp(a->method, b->method) == 0 : a->method == b->method;
  return a->unjudged && b->unjudged && a->column && b->column && same_method && !a->option == !b->option &&
         strcmp(a->reason, b->reason) == 0;
}

/* Says the columns behind first that have no answer for the same reason, of very many the first; how many there are, first among them. */
static size_t name_alike(dw_buf *names, const dw_comparison *comparison, size_t first)
{
  enum { SAID = 20 };
  const dw_left_out *left = comparison->left_out;
  size_t all = 1;
  for (size_t i = first + 1; i < comparison->left_out_count; i++)
    if (told_alike(&left[first], &left[i]) && all++ < SAID) dw_buf_format(names, ", \"%s\"", left[i].column);
  if (all > SAID) dw_buf_format(names, " and %zu more, which the summary names", all - SAID);
  return all;
}

/* What the answer does not speak of: a line a reason, not one for each of a thousand columns. */
static void warn_unjudged(const dw_comparison *comparison)
{
  dw_buf text = {0};
  for (size_t i = 0; i < comparison->left_out_count; i++) {
    const dw_left_out *left = &comparison->left_out[i];
    bool told = !left->unjudged;
    for (size_t k = 0; k < i && !told; k++) told = told_alike(&comparison->left_out[k], left);
    if (told) continue;
    text.length = 0;
    if (left->column) dw_buf_format(&text, "\"%s\"", left->column);
    size_t all = name_alike(&text, comparison, i);
    if (left->method) dw_buf_format(&text, "%s%s", left->column ? ", " : "", left->method);
    dw_buf_format(&text, ": %s", left->reason);
    if (left->option) dw_buf_format(&text, "; settled by %s%s", left->option, all > 1 ? ", likewise the others" : "");
    dw_cmd_warn("not judged: %s", dw_buf_cstr(&text));
  }
  dw_buf_free(&text);
}

/* The result is written: it says the same. */
_Noreturn static void fail_unjudged(const dw_comparison *comparison)
{
  static const char lone[] = "one column was read: fields of CSV are separated by commas, tabs, semicolons or pipes";
  if (comparison->judged)
    dw_err_set(&err, DW_ENODATA, "not judged: there is no drift in the rest, but what was asked for by name has no answer");
  else
    dw_err_set(&err, DW_ENODATA, "not judged: nothing could be compared; %s",
               input.lone_csv ? lone : "the summary says why, column by column");
  dw_cmd_fail(&err);
}

int main(int argc, char **argv)
{
  dw_limits limits;
  dw_dataset reference, current;
  dw_comparison comparison;
  dw_cmd_start(command, argc, argv);
  dw_compare_input_begin(&input);
  dw_compare_check_options();
  dw_compare_set_limits(&limits);
  dw_compare_options compare = {.limits = &limits,
                                .label = set->label,
                                .score = set->score,
                                .by = set->by,
                                .selection = &input.columns.selection,
                                .type = dw_compare_set_types(&set->types, &limits.words),
                                .type_count = set->types.count,
                                .multivariate = dw_compare_set_multivariate(),
                                .threads = (unsigned)set->threads};
  input.columns.options = &compare;
  dw_dataset_options side = {.memory = set->memory / 2,
                             .keep_texts = dw_compare_keeps_texts,
                             .context = &compare,
                             .sample_texts = set->preset == DW_PRESET_EVIDENTLY,
                             .label = set->label,
                             .score = set->score,
                             .by = set->by,
                             .gather = {set->vector.text, set->vector.count},
                             .describe = {set->describe.text, set->describe.count},
                             .describe_not = {set->exclude.text, set->exclude.count},
                             .keep_order = set->preset == DW_PRESET_EVIDENTLY && dw_limits_ask(&limits, "tvd")}; /* it shuffles rows */
  if (compare.multivariate) {
    side.frame = (dw_frame_options){.policy = DW_FRAME_SAMPLE,
                                    .rows = set->joint_rows,
                                    .memory = set->memory / 8,
                                    .time = set->time,
                                    .keep_texts = dw_compare_keeps_texts,
                                    .context = &compare};
    side.memory -= side.frame.memory;
  }
  dw_chunked_options chunks;
  bool by_chunks = dw_compare_set_chunks(&chunks, &compare, &side);
  dw_dataset_init(&reference, &side);
  dw_dataset_init(&current, &side);
  dw_compare_input_read(&input, &reference, &current);
  check_sides(&reference, &current);
  dw_dataset_finish(&reference, (unsigned)set->threads);
  dw_dataset_finish(&current, (unsigned)set->threads);
  dw_cmd_check(dw_chats_check(&input.chats, &reference, &current, &err), &err);
  dw_cmd_check(dw_compare_read(&reference, &current, &compare, &err), &err);
  dw_chats_settle(&input.chats, &reference, &current);
  dw_dataset_describe_unknown(&reference, &current);
  if (set->label && set->score) dw_cmd_check(dw_dataset_match_labels(&reference, &current, &err), &err);
  dw_compare_check_settings(&compare, &reference, &current, &input.names);
  dw_compare_warn_sizes(&limits, reference.rows, current.rows);
  compare.sequential = open_sequential(&reference, &current);
  if (by_chunks) dw_cmd_check(dw_chunked_compare(&comparison, &reference, &current, &chunks, &err), &err);
  else dw_compare(&comparison, &reference, &current, &compare);
  for (size_t i = 0; by_chunks && i < comparison.chunked->warnings; i++) dw_cmd_warn("%s", comparison.chunked->warning[i]);
  keep_sequential(compare.sequential);
  write_result(&comparison, &limits, &reference, &current);
  warn_unjudged(&comparison);
  if (comparison.not_judged) fail_unjudged(&comparison);
  dw_status answer = comparison.drift && !set->exit_zero ? DW_YES : DW_OK;
  dw_sequential_close(compare.sequential);
  dw_comparison_free(&comparison);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  dw_limits_free(&limits);
  dw_compare_input_free(&input);
  dw_free((void *)compare.type);
  dw_cmd_end(answer);
}
