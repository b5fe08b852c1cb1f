#include "detect/compare/compare_parts.h"

#include <math.h>

#include "data/datasets/segments.h"
#include "detect/check/calibrated.h"
#include "detect/check/data_quality.h"
#include "detect/compare/chunked_summary.h"
#include "detect/compare/dependence.h"
#include "detect/joint/joint.h"
#include "detect/compare/reading.h"
#include "detect/compare/segmented.h"
#include "detect/compare/stage.h"
#include "detect/compare/unjudged.h"
#include "detect/compare/verdict.h"

/* --- like with like --- */

static void find_cells(compare_run *run, const dw_segments *reference, const dw_segments *current)
{
  for (int side = 0; side < 2; side++) run->cell[side] = dw_alloc_array(DW_SEGMENTS_ROOM, sizeof *run->cell[side]);
  for (size_t i = 0; i < DW_SEGMENTS_ROOM; i++) {
    if (!reference->set[i] || !current->set[i]) continue;
    run->cell[0][run->cells] = reference->set[i];
    run->cell[1][run->cells++] = current->set[i];
  }
}

/* --- all columns --- */

/* What describes a column by a pattern counts where that column is one of text. */
static bool describes_no_text(const compare_run *run, const dw_column *column)
{
  if (!column->describes || !column->describes_by_pattern) return false;
  const dw_column *of = column->describes;
  return dw_compare_type(run->options, of->name, of, of) != DW_TYPE_TEXT;
}

/* What is part of a vector on one side is not compared on its own, whatever it holds on the other. */
static void note_parts(dw_map *parts, const dw_dataset *set)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (set->column[i]->part) dw_map_intern(parts, set->column[i]->name, strlen(set->column[i]->name));
}

static bool stands_alone(const compare_run *run, const dw_map *parts, const dw_column *column)
{
  if (run->by && strcmp(run->by, column->name) == 0) return false;
  if (column->tag[DW_ABSENT] == column->rows) return false; /* of a split input: on the other side only */
  return parts->count == 0 || dw_map_find(parts, column->name, strlen(column->name)) == DW_MAP_NONE;
}

static void collect_columns(compare_run *run, const dw_dataset *reference, const dw_dataset *current)
{
  run->job = dw_alloc_zero(reference->column_count + current->column_count, sizeof *run->job);
  dw_map names, parts;
  dw_map_init(&names);
  dw_map_init(&parts);
  note_parts(&parts, reference);
  note_parts(&parts, current);
  for (size_t i = 0; i < reference->column_count; i++) {
    const dw_column *column = reference->column[i];
    if (!stands_alone(run, &parts, column)) continue;
    if (describes_no_text(run, column)) continue;
    dw_map_intern(&names, column->name, strlen(column->name));
    run->job[run->count++] = (column_job){.name = column->name, .reference = column, .place = {i, i}};
  }
  size_t known = run->count;
  for (size_t i = 0; i < current->column_count; i++) {
    const dw_column *column = current->column[i];
    if (!stands_alone(run, &parts, column)) continue;
    uint32_t index = dw_map_find(&names, column->name, strlen(column->name));
    if (index < known) {
      run->job[index].current = column;
      run->job[index].place[1] = i;
    } else if (!column->describes) {
      run->job[run->count++] = (column_job){.name = column->name, .current = column};
    }
  }
  dw_map_free(&names);
  dw_map_free(&parts);
  size_t kept = 0;
  for (size_t i = 0; i < run->count; i++) /* a column of text that is gone is one finding, not one more for each number that described it */
    if (run->job[i].current || !run->job[i].reference->describes) run->job[kept++] = run->job[i];
  run->count = kept;
  run->fresh = dw_alloc_array(kept, sizeof *run->fresh);
  for (size_t i = 0; i < kept; i++)
    if (!run->job[i].reference) run->fresh[run->fresh_count++] = run->job[i].name;
}

static void gather(dw_comparison *out, compare_run *run, dw_finding_list *last)
{
  size_t findings = last->count;
  for (size_t i = 0; i < run->count; i++) findings += run->job[i].findings.count;
  out->finding = dw_alloc_array(findings, sizeof *out->finding);
  out->left_out = dw_grow(NULL, &out->left_out_capacity, run->count, sizeof *out->left_out);
  out->portrait = dw_alloc_array(run->count, sizeof *out->portrait);
  out->portrait_count = run->count;
  for (size_t i = 0; i < run->count; i++) {
    column_job *job = &run->job[i];
    out->portrait[i] = job->portrait;
    out->portrait[i].name = job->name;
    out->portrait[i].type = job->type;
    out->portrait[i].amount = job->amount;
    out->without_finding += job->findings.without_finding;
    for (size_t k = 0; k < job->findings.count; k++) {
      dw_finding *finding = &out->finding[out->finding_count++];
      *finding = job->findings.item[k];
      if (finding->reference) finding->reference = &out->portrait[i].reference;
      if (finding->current) finding->current = &out->portrait[i].current;
    }
    if (job->left_out) {
      const char *option = job->settles ? dw_compare_types_option(&out->words, job->name, job->settles) : NULL;
      out->left_out[out->left_out_count++] =
          (dw_left_out){.column = job->name, .type = job->type, .reason = job->left_out, .option = option, .unjudged = job->unjudged};
    }
    dw_free(job->findings.item);
  }
  for (size_t k = 0; k < last->count; k++) out->finding[out->finding_count++] = last->item[k];
  dw_free(last->item);
}

/* What describes a column has a name of our own making; the label, which may come late, is no part of what makes a record. */
static void compare_records(const compare_run *run, dw_finding_list *findings, const dw_dataset *reference, const dw_dataset *current)
{
  const dw_compare_options *o = run->options;
  dw_named_column *column = dw_alloc_array(run->count, sizeof *column);
  size_t count = 0;
  const char *untold = o->matched ? dw_check_repeats_matched : NULL;
  for (size_t i = 0; i < run->count; i++) {
    const column_job *job = &run->job[i];
    if ((!job->reference || !job->current) && !(o->label && strcmp(o->label, job->name) == 0)) untold = dw_check_repeats_uneven;
    if ((job->reference ? job->reference : job->current)->describes) continue;
    column[count++] = (dw_named_column){job->name, job->type, job->reference != NULL, job->current != NULL};
  }
  dw_check_names(findings, column, count);
  dw_free(column);
  double time = 1;
  for (size_t i = 0; o->dependence && i < o->dependence->count; i++) time = fmax(time, dw_dependent_time(&o->dependence->item[i]));
  bool counted = reference->options.repeats && current->options.repeats;
  if (o->repeats && (reference->profiled || current->profiled))
    dw_finding_fail(dw_finding_list_add(findings, DW_CHECK_DATA_QUALITY, NULL, DW_TYPE_OTHER),
                    "a profile keeps no records: which of them repeat others is not known");
  if (counted) dw_check_repeats(findings, o->limits, &reference->repeats, &current->repeats, time, untold);
}

/* Every column but the label and the score, which say what a model makes of the others. */
static void compare_jointly(const compare_run *run, dw_finding_list *findings, const dw_frame *reference, const dw_frame *current)
{
  const dw_compare_options *o = run->options;
  dw_joint_column *column = dw_alloc_array(run->count, sizeof *column);
  size_t count = 0;
  for (size_t i = 0; i < run->count; i++) {
    const char *name = run->job[i].name;
    if ((o->label && strcmp(o->label, name) == 0) || (o->score && strcmp(o->score, name) == 0)) continue;
    column[count++] = (dw_joint_column){name, run->job[i].type};
  }
  dw_check_joint(findings, &(dw_joint_options){.methods = o->multivariate, .limits = o->limits, .threads = o->threads}, column, count,
                 reference, current);
  dw_free(column);
}

void dw_compare_findings(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options,
                         const char *by)
{
  *out = (dw_comparison){0};
  const dw_limits *limits = options->limits;
  compare_run run = {.options = options, .by = by, .current_rows = current->rows};
  dw_finding_list last = {0};
  collect_columns(&run, reference, current);
  if (options->matched) find_cells(&run, reference->segments, current->segments);
  run.settings = limits->settings;
  size_t family = options->family ? options->family : 1, columns = run.count * family;
  run.settings.tests = DW_TESTS_A_COLUMN * columns;
  run.settings.deals = DW_DEALS_A_RUN / (columns + 1) > DW_DEALS_A_COLUMN ? (unsigned)(DW_DEALS_A_RUN / (columns + 1)) : DW_DEALS_A_COLUMN;
  bool performance = options->label && options->score && limits->check[DW_CHECK_PERFORMANCE];
  if (options->sequential) dw_compare_enter_streams(&run);
  if (options->sequential && performance) run.errors = dw_sequential_enter_errors(options->sequential, options->score, &reference->scored);
  dw_stage_columns(options, run.count, dw_compare_column, &run);
  dw_compare_refine(&run, family);
  if (performance && (reference->profiled || current->profiled))
    dw_finding_fail(dw_finding_list_add(&last, DW_CHECK_PERFORMANCE, options->score, DW_TYPE_NUMERIC),
                    "a profile keeps no pairs of label and score");
  else if (performance) dw_check_performance(&last, limits, options->score, &reference->scored, &current->scored);
  if (performance && options->matched) last.item[last.count - 1].warning = "of all rows: --match does not tell labels and scores apart";
  if (run.errors) dw_compare_watch_errors(&run, &last.item[last.count - 1], &reference->scored, &current->scored);
  if (limits->check[DW_CHECK_DATA_QUALITY] && !by) compare_records(&run, &last, reference, current);
  if (options->multivariate && reference->frame && current->frame) compare_jointly(&run, &last, reference->frame, current->frame);
  gather(out, &run, &last);
  out->cells = run.cells;
  for (size_t i = 0; i < run.cells; i++)
    for (int side = 0; side < 2; side++) out->cell_rows[side] += run.cell[side][i]->rows;
  for (int side = 0; side < 2; side++) dw_free(run.cell[side]);
  dw_free(run.job);
  dw_free(run.fresh);
}

void dw_compare(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options)
{
  dw_compare_options together = *options;
  bool segmented = !options->matched && reference->segments && current->segments;
  if (segmented) together.family = dw_segmented_family(reference);
  dw_compare_findings(out, reference, current, &together, NULL);
  if (options->limits->calibrated) dw_calibrated_apply(out->finding, out->finding_count, options->limits, reference->rows, current->rows);
  if (segmented) dw_segmented_compare(out, reference, current, &together);
  dw_segmented_correct(out, options->limits->correction);
  dw_segmented_give(out, options->limits);
  if (options->sequential) dw_sequential_judge(options->sequential, out->finding, out->finding_count, options->limits);
  dw_unjudged_collect(out, reference, current, options);
  dw_verdict_give(out, options->limits);
  dw_segmented_rank(out);
}

void dw_comparison_free(dw_comparison *comparison)
{
  for (size_t i = 0; i < comparison->finding_count; i++) dw_finding_free(&comparison->finding[i]);
  for (size_t i = 0; i < comparison->portrait_count; i++) dw_portrait_free(&comparison->portrait[i]);
  dw_free(comparison->finding);
  dw_free(comparison->left_out);
  dw_arena_free(&comparison->words);
  dw_free(comparison->portrait);
  dw_free(comparison->drifted_column);
  dw_segmented_free(comparison);
  dw_chunked_free(comparison->chunked);
  *comparison = (dw_comparison){0};
}
