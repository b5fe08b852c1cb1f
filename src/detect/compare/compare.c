#include "detect/compare/compare.h"

#include <math.h>

#include "base/parallel.h"
#include "data/datasets/segments.h"
#include "detect/check/calibrated.h"
#include "detect/check/data_quality.h"
#include "detect/compare/chunked_summary.h"
#include "detect/compare/dependence.h"
#include "detect/compare/holdings.h"
#include "detect/vector/embedding.h"
#include "detect/joint/joint.h"
#include "detect/check/lost.h"
#include "detect/compare/reading.h"
#include "detect/compare/running.h"
#include "detect/compare/segmented.h"
#include "detect/compare/stage.h"
#include "detect/method/method_run.h"
#include "detect/method/strength.h"
#include "detect/text/text_portrait.h"
#include "detect/compare/unjudged.h"
#include "detect/compare/verdict.h"
#include "detect/check/methods.h"

/* Deals of a run: some 3 microseconds each, however many columns there are; columns that nothing has happened to take a few hundred. */
enum { DEALS_A_RUN = 400000, DEALS_A_COLUMN = 999 };
enum { TESTS_A_COLUMN = 2 }; /* of its distribution and of its range or categories: what the correction meets on most columns */

/* What is found about one column, filled by one thread. */
typedef struct column_job {
  const char *name;
  const dw_column *reference, *current; /* one may be NULL */
  size_t place[2];                      /* where they stand in their datasets, and mostly in those of cells */
  dw_finding_list findings;
  dw_portrait portrait;
  dw_type type;
  dw_stream *values, *missing; /* NULL: not watched */
  double amount;               /* of drift */
  bool coarse;                 /* a p-value that more deals might make smaller */
  dw_lost loss;
  const char *left_out; /* why it was not compared; NULL when it was */
  bool unjudged;        /* left out although it should have been judged */
  dw_type settles;      /* with --types; DW_TYPE_EMPTY: no option does */
} column_job;

typedef struct compare_run {
  const dw_compare_options *options;
  const char *by; /* inside a segment: the column that makes it */
  dw_method_settings settings;
  column_job *job;
  size_t count;
  uint64_t current_rows;
  const char **fresh; /* names that only the current data has */
  size_t fresh_count;
  dw_stream *errors;          /* of the score, watched; NULL: not */
  const dw_dataset **cell[2]; /* [cells] matched: each side's rows of those cells that both have */
  size_t cells;
} compare_run;

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

static const dw_column *column_of(const dw_dataset *set, size_t place, const char *name)
{
  bool there = place < set->column_count && set->column[place]->rows > 0 && strcmp(set->column[place]->name, name) == 0;
  return there ? set->column[place] : dw_dataset_find(set, name);
}

static void cells_make(dw_pair_cells *out, const compare_run *run, const column_job *job)
{
  *out = (dw_pair_cells){.count = run->cells};
  out->reference = dw_alloc_array(run->cells, sizeof *out->reference);
  out->current = dw_alloc_array(run->cells, sizeof *out->current);
  out->reference_rows = dw_alloc_array(run->cells, sizeof *out->reference_rows);
  out->current_rows = dw_alloc_array(run->cells, sizeof *out->current_rows);
  for (size_t i = 0; i < run->cells; i++) {
    out->reference[i] = column_of(run->cell[0][i], job->place[0], job->name);
    out->current[i] = column_of(run->cell[1][i], job->place[1], job->name);
    out->reference_rows[i] = run->cell[0][i]->rows;
    out->current_rows[i] = run->cell[1][i]->rows;
  }
}

static void cells_free(dw_pair_cells *cells)
{
  dw_free(cells->reference);
  dw_free(cells->current);
  dw_free(cells->reference_rows);
  dw_free(cells->current_rows);
}

/* What the rows of a column that have a value are worth; or, for `missing`, all rows, to the question which have none. */
static dw_effective worth(const compare_run *run, const column_job *job, bool missing)
{
  const dw_dependence *all = run->options->dependence;
  const dw_column *r = job->reference, *c = job->current;
  if (r->clumps > 1 || c->clumps > 1) /* a column that describes instants, of which no cell is missing */
    return (dw_effective){dw_dependence_worth(r->clumps, r->rows, 1), dw_dependence_worth(c->clumps, c->rows, 1)};
  const dw_dependent *found = dw_dependence_of(all, job->name);
  double time = !found ? 1 : missing ? found->missing : run->by ? found->time : dw_dependent_time(found);
  if (!(time > 1)) return (dw_effective){0};
  double share = run->by ? (double)r->rows / (double)all->rows : 1;
  uint64_t n = r->rows - (missing ? 0 : dw_column_missing(r)), m = c->rows - (missing ? 0 : dw_column_missing(c));
  return (dw_effective){dw_dependence_worth(time, n, share), dw_dependence_worth(time, m, share)};
}

static void pair_make(dw_pair *pair, dw_pair_cells *cells, const compare_run *run, const column_job *job)
{
  *cells = (dw_pair_cells){0};
  dw_pair_make(pair, job->name, job->type, job->reference, job->current);
  pair->in_segment = run->by != NULL;
  if (!run->options->matched) {
    if (job->type == DW_TYPE_NUMERIC || job->type == DW_TYPE_CATEGORICAL) pair->effective = worth(run, job, false);
    return;
  }
  cells_make(cells, run, job);
  pair->cells = cells;
}

/* --- one column --- */

bool dw_compare_labels_later(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current)
{
  bool label = options->label && strcmp(options->label, name) == 0;
  return label && dw_column_has_cells(reference) && !dw_column_has_cells(current);
}

static dw_check check_of(const compare_run *run, const column_job *job)
{
  const dw_compare_options *o = run->options;
  if (o->label && strcmp(o->label, job->name) == 0) return DW_CHECK_TARGET;
  if (o->score && strcmp(o->score, job->name) == 0) return DW_CHECK_PREDICTION;
  return job->type == DW_TYPE_VECTOR ? DW_CHECK_EMBEDDING : job->type == DW_TYPE_TEXT ? DW_CHECK_TEXT : DW_CHECK_COLUMN;
}

static double threshold_of(const dw_limits *limits, dw_check check, const char *column, const dw_method *method, double otherwise)
{
  return method->p_value ? dw_limits_level(limits, check, column, method->name, otherwise)
                         : dw_limits_threshold(limits, check, column, method->name, otherwise);
}

static const char depends[] = "the reference's rows depend on each other, or on the hour or weekday: see dependence in the summary";

static void take_shift(dw_finding *finding, const dw_method_result *result, const dw_limits *limits)
{
  if (result->shifted) {
    dw_shift_take(&finding->shift, &result->shift);
    finding->shift.place = DW_PLACE_SCORED;
  }
  if (result->by_shift) finding->shift.min_effect = dw_limits_effect(limits, finding->check, finding->column);
}

/* A calibrated threshold is one of scores that are made in the same way. */
static void settle_as_calibrated(dw_method_settings *settings, const dw_limits *limits, dw_check check, const char *column,
                                 const dw_method *method)
{
  const dw_threshold *item = dw_calibrated_judging(limits, check, column, method->name);
  if (!item) return;
  settings->calibrated_deals = item->deals;
  settings->winsorised = item->winsorised;
}

static void apply_method(const compare_run *run, column_job *job, dw_pair *pair, const dw_method *method)
{
  const dw_limits *limits = run->options->limits;
  dw_preset preset = limits->settings.preset;
  dw_check check = check_of(run, job);
  dw_finding *finding = dw_finding_list_add(&job->findings, check, job->name, pair->type);
  dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .sure = NAN};
  dw_err err = {0};
  method = dw_method_under(method, preset);
  finding->method = method->name;
  finding->by_p_value = method->p_value;
  finding->graded_by_p = preset != DW_PRESET_DRIFTWATCH;
  finding->rule = method->rule;
  finding->threshold = threshold_of(limits, check, job->name, method, method->threshold);
  finding->reference = &job->portrait.reference;
  finding->current = &job->portrait.current;
  dw_holdings_say_error(finding, pair);
  result.threshold_given = finding->threshold;
  dw_strength_add(finding, pair);
  if (preset == DW_PRESET_DRIFTWATCH) dw_strength_add_shift(finding, pair);
  if (pair->reference_count == 0 || pair->current_count == 0) {
    dw_finding_fail(finding, pair->reference_count ? "the current data has no usable value in this column"
                                                   : "the reference has no usable value in this column");
    return;
  }
  dw_method_settings settings = run->settings;
  if (!pair->in_segment) settle_as_calibrated(&settings, limits, check, job->name, method);
  const char *lacks = dw_holdings_lack(pair, method, &settings);
  if (lacks) {
    dw_finding_fail(finding, lacks);
    return;
  }
  dw_status status = method->run(pair, &settings, &result, &err);
  finding->detail = result.detail;
  if (status != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  job->coarse |= result.coarse;
  finding->statistic = result.statistic;
  if (!isnan(result.threshold)) finding->threshold = threshold_of(limits, check, job->name, method, result.threshold);
  if (preset == DW_PRESET_DRIFTWATCH) take_shift(finding, &result, limits);
  finding->shift.clumped = job->reference->clumps > 1 || job->current->clumps > 1;
  finding->verdict = result.verdict;
  finding->undrifted = result.undrifted;
  finding->approximate |= result.approximate;
  finding->p_value = finding->p_adjusted = result.p_value;
  finding->score = method->p_value ? result.p_value : isnan(result.sure) ? result.statistic : result.sure;
  finding->warning = result.warning;
  if (!finding->warning && !run->by && dw_dependence_of(run->options->dependence, job->name)) finding->warning = depends;
  if (!finding->warning) finding->warning = dw_running_unknown(job->reference, job->current);
  if (method->p_value && finding->threshold > 1) finding->warning = "the threshold is above 1, as no p-value is: it always alarms";
  if (isnan(finding->score)) dw_finding_fail(finding, "the method has no answer for these values");
}

static void apply_methods(const compare_run *run, column_job *job, dw_pair *pair)
{
  size_t count;
  const dw_method **method = dw_limits_methods(run->options->limits, pair, &count);
  for (size_t i = 0; i < count; i++) apply_method(run, job, pair, method[i]);
  dw_free(method);
}

/* Columns between those that nothing happened to and those whose drift is plain: few as a rule, and they share what deals a run may take.
 * The p-value stays one: where it was not at its least it stays what it was, and else it is that of all deals. */
typedef struct refinement {
  compare_run *run;
  column_job **job;
} refinement;

static void refine_column(void *context, size_t item, unsigned thread)
{
  const refinement *r = context;
  column_job *job = r->job[item];
  dw_pair pair;
  dw_pair_cells cells;
  pair_make(&pair, &cells, r->run, job);
  for (size_t i = 0; i < job->findings.count; i++) {
    dw_finding *finding = &job->findings.item[i];
    const dw_method *method = finding->method ? dw_method_find(finding->method) : NULL;
    if (!method || !dw_check_is_distribution(finding->check) || finding->error[0]) continue;
    dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .sure = NAN, .threshold_given = finding->threshold};
    if (method->run != dw_run_share_shift) continue;
    dw_err err;
    if (method->run(&pair, &r->run->settings, &result, &err) != DW_OK) continue;
    dw_buf_free(&finding->detail);
    finding->detail = result.detail;
    finding->p_value = finding->p_adjusted = finding->score = result.p_value;
  }
  dw_pair_free(&pair);
  cells_free(&cells);
}

static void refine(compare_run *run, size_t family)
{
  refinement r = {.run = run, .job = dw_alloc_array(run->count, sizeof *r.job)};
  size_t coarse = 0;
  for (size_t i = 0; i < run->count; i++)
    if (run->job[i].coarse) r.job[coarse++] = &run->job[i];
  unsigned before = run->settings.deals;
  if (coarse) run->settings.deals = (unsigned)(DEALS_A_RUN / family / coarse);
  if (run->settings.deals > before) dw_parallel(run->options->threads, coarse, refine_column, &r);
  dw_free(r.job);
}

/* --- one column, watched --- */

/* idle: why nothing of this look was added; NULL: it was. */
static void report_stream(const compare_run *run, column_job *job, dw_stream *stream, dw_check check, dw_pair *pair, const char *idle)
{
  dw_finding *finding = dw_finding_list_add(&job->findings, check, job->name, job->type);
  finding->warning = idle;
  finding->idle = idle != NULL;
  if (check == DW_CHECK_MISSING) {
    dw_check_missing_shares(finding, job->reference, job->current, (dw_effective){0});
  } else if (pair) {
    finding->reference = &job->portrait.reference;
    finding->current = &job->portrait.current;
    dw_strength_add(finding, pair);
    dw_strength_add_shift(finding, pair);
  }
  dw_sequential_report(stream, finding);
}

static void watch_missing(const compare_run *run, column_job *job)
{
  dw_sequential_observe(run->options->sequential, job->missing, job->current, NULL);
  if (dw_stream_has_data(job->missing)) report_stream(run, job, job->missing, DW_CHECK_MISSING, NULL, NULL);
}

static void watch_values(const compare_run *run, column_job *job, dw_pair *pair)
{
  const char *warning = NULL;
  if (pair->type == DW_TYPE_CATEGORICAL && job->current->endless)
    warning = "its strings are too many to count: nothing of this look was added (--types NAME=categorical counts them)";
  else if (dw_stream_lacks_units(job->values)) warning = "too few periods of the reference have values in this column: it is not watched";
  else if (pair->current_count == 0) warning = "the current data has no usable value in this column: nothing was added";
  else dw_sequential_observe(run->options->sequential, job->values, job->current, pair->counted ? &pair->categories : NULL);
  report_stream(run, job, job->values, check_of(run, job), pair, warning);
  job->unjudged = warning != NULL && job->loss == DW_LOST_NONE;
  job->left_out = job->unjudged ? warning : NULL;
}

/* What earlier looks said of a column that this one does not have. */
static void recall_streams(const compare_run *run, column_job *job)
{
  static const char absent[] = "the current data does not have this column: nothing was added";
  if (job->missing && dw_stream_has_data(job->missing)) report_stream(run, job, job->missing, DW_CHECK_MISSING, NULL, absent);
  if (job->values && dw_stream_has_data(job->values)) report_stream(run, job, job->values, check_of(run, job), NULL, absent);
}

/* What labels say of the score: the finding of this look's metric is judged by the errors of all looks. */
static void watch_errors(const compare_run *run, dw_finding *finding, const dw_scored *reference, const dw_scored *current)
{
  dw_sequential_observe_errors(run->options->sequential, run->errors, reference, current);
  if (!dw_stream_has_data(run->errors)) return;
  if (finding->error[0]) {
    finding->error[0] = '\0';
    finding->warning = "this look has no metric of its own: what is known of the errors comes from others";
  }
  finding->threshold = NAN;
  dw_sequential_report(run->errors, finding);
}

static void enter_streams(compare_run *run)
{
  const dw_limits *limits = run->options->limits;
  dw_sequential *watch = run->options->sequential;
  for (size_t i = 0; i < run->count; i++) {
    column_job *job = &run->job[i];
    if (!job->reference) continue;
    job->type = dw_compare_type(run->options, job->name, job->reference, NULL);
    bool usable = job->type == DW_TYPE_NUMERIC
                      ? job->reference->sorted.total > 0
                      : job->type == DW_TYPE_CATEGORICAL && job->reference->sorted.total + job->reference->texts.count > 0;
    if (usable && limits->check[check_of(run, job)]) job->values = dw_sequential_enter(watch, DW_STREAM_VALUES, job->type, job->reference);
    if (limits->check[DW_CHECK_MISSING]) job->missing = dw_sequential_enter(watch, DW_STREAM_MISSING, job->type, job->reference);
  }
}

/* No method is for its type. */
static void leave_out(const compare_run *run, column_job *job)
{
  job->left_out = dw_compare_unread(run->options, job->name, job->reference, job->current, &job->settles);
  job->unjudged = job->left_out != NULL;
  if (job->unjudged) return;
  bool cells = dw_column_has_cells(job->reference) || dw_column_has_cells(job->current);
  job->unjudged = job->type == DW_TYPE_OTHER || (job->type == DW_TYPE_EMPTY && cells);
  switch (job->type) {
  case DW_TYPE_EMPTY:
    job->left_out = job->unjudged ? "its values are infinite, or vectors too long or too short to be measured" : "neither side has a value";
    return;
  case DW_TYPE_DATETIME:
    if (job->reference->profiled || job->current->profiled) {
      job->left_out = "a profile keeps no instants";
      job->unjudged = !(run->options->time && strcmp(run->options->time, job->name) == 0);
      return;
    }
    job->left_out =
        job->reference->timing ? job->reference->timing : "instants pass; they are not compared (--types NAME=categorical compares them)";
    return;
  case DW_TYPE_IDENTIFIER:
    job->left_out = "its values hardly repeat, or are too many to count (--types NAME=categorical compares them)";
    return;
  default:
    job->left_out = (dw_column_kinds(job->reference) | dw_column_kinds(job->current)) & DW_KIND_OTHER
                        ? "some of its values are arrays of what is neither numbers nor messages, or empty objects"
                        : "its values are arrays of numbers in some records, and something else in others";
    return;
  }
}

/* Nothing watches texts and vectors, and one look at them says no drift (dw_sequential_judge). */
static void leave_unwatched(const compare_run *run, column_job *job)
{
  const dw_limits *limits = run->options->limits;
  if (!run->options->sequential || job->values || job->loss != DW_LOST_NONE || limits->every_method || limits->method_count) return;
  if (job->type != DW_TYPE_TEXT && job->type != DW_TYPE_VECTOR) return;
  job->unjudged = true;
  job->left_out = "--sequential watches numbers and categories; what one look at it found is reported, not judged";
}

/* Made of both sides as wholes, so that no cell has it. */
static bool in_no_cell(const compare_run *run, const column_job *job)
{
  size_t i = 0;
  while (i < run->cells && !column_of(run->cell[0][i], job->place[0], job->name)) i++;
  return i == run->cells && i > 0 && job->reference->describes;
}

/* Texts and vectors are not told apart by cells: compared with all of the reference they would show what time of day it is. */
static bool leave_unmatched(const compare_run *run, column_job *job)
{
  static const char kinds[] = "--match compares numbers and categories within cells of the calendar, not texts and vectors";
  static const char words[] = "--match does not tell by cells of the calendar which words the reference never held";
  if (!run->options->matched || job->loss != DW_LOST_NONE) return false;
  bool text = job->type == DW_TYPE_TEXT || job->type == DW_TYPE_VECTOR;
  if (!text && !in_no_cell(run, job)) return false;
  job->unjudged = text;
  job->left_out = text ? kinds : words;
  return true;
}

static void check_missing_matched(const compare_run *run, column_job *job)
{
  if (!run->options->limits->check[DW_CHECK_MISSING]) return;
  dw_pair pair = {.name = job->name, .type = job->type, .reference = job->reference, .current = job->current};
  dw_pair_cells cells;
  cells_make(&cells, run, job);
  pair.cells = &cells;
  dw_check_missing_matched(&job->findings, run->options->limits, &pair, &run->settings);
  cells_free(&cells);
}

static void check_strays(const compare_run *run, column_job *job)
{
  static const char matched[] = "of all rows: --match does not tell by cells of the calendar how many there are; missing_values does";
  const dw_limits *limits = run->options->limits;
  if (!limits->check[DW_CHECK_DATA_QUALITY]) return;
  dw_check_strays(&job->findings, limits, job->name, job->type, job->reference, job->current, worth(run, job, true),
                  run->options->matched ? matched : NULL);
}

static bool awaited(const compare_run *run, const column_job *job)
{
  return dw_compare_labels_later(run->options, job->name, job->reference, job->current) &&
         !dw_limits_fail_on(run->options->limits, job->name);
}

/* Tells it too, in place of what the schema check would. False: nothing was lost. */
static bool note_loss(const compare_run *run, column_job *job)
{
  const dw_limits *limits = run->options->limits;
  bool asked = dw_limits_look_at(limits, check_of(run, job), job->type);
  bool settled = limits->settings.preset == DW_PRESET_EVIDENTLY || dw_compare_type_choice(run->options, job->name);
  if (job->reference && asked) job->loss = dw_lost_of(job->type, settled, job->reference, job->current, run->current_rows, run->by != NULL);
  if (job->loss == DW_LOST_NONE) return false;
  if (job->reference->describes) return true; /* its texts say it */
  dw_lost_report(&job->findings, job->name, job->type, job->loss, job->reference, job->current,
                 job->loss == DW_LOST_GONE ? dw_lost_renamed(job->name, run->fresh, run->fresh_count) : NULL);
  return true;
}

static void compare_column(void *context, size_t item, unsigned thread)
{
  compare_run *run = context;
  column_job *job = &run->job[item];
  const dw_limits *limits = run->options->limits;
  job->type = dw_compare_type(run->options, job->name, job->reference, run->options->sequential && job->reference ? NULL : job->current);
  if (!job->current) recall_streams(run, job);
  if (awaited(run, job)) {
    job->left_out = "the current data has no labels yet";
    return;
  }
  if (!note_loss(run, job) && limits->check[DW_CHECK_SCHEMA] && !run->by)
    dw_check_schema(&job->findings, job->name, job->type, job->reference, job->current);
  if (!job->reference || !job->current) {
    dw_portrait_plain(&job->portrait, job->reference, job->current);
    if (job->loss == DW_LOST_NONE) job->left_out = job->reference ? "the current data does not have it" : "the reference does not have it";
    return;
  }
  if (job->missing) watch_missing(run, job);
  else if (run->options->matched) check_missing_matched(run, job);
  else if (limits->check[DW_CHECK_MISSING])
    dw_check_missing(&job->findings, limits, job->name, job->type, job->reference, job->current, worth(run, job, true));
  check_strays(run, job);
  if (!dw_method_any(job->type) || (job->loss != DW_LOST_NONE && !job->values)) {
    dw_portrait_plain(&job->portrait, job->reference, job->current);
    if (job->loss == DW_LOST_NONE) leave_out(run, job);
    return;
  }
  dw_pair pair;
  dw_pair_cells cells;
  pair_make(&pair, &cells, run, job);
  if (!dw_holdings_keep(pair.type, pair.reference) || !dw_holdings_keep(pair.type, pair.current))
    dw_portrait_plain(&job->portrait, job->reference, job->current);
  else if (pair.type == DW_TYPE_VECTOR) dw_embedding_portrait(&job->portrait, &pair);
  else if (pair.type == DW_TYPE_TEXT) dw_text_portrait(&job->portrait, &pair);
  else if (pair.type == DW_TYPE_NUMERIC || pair.type == DW_TYPE_CATEGORICAL) dw_portrait_make(&job->portrait, &pair);
  else dw_portrait_plain(&job->portrait, job->reference, job->current);
  dw_check_values(&job->findings, limits, &pair);
  if (job->values) watch_values(run, job, &pair);
  bool by_method = (!job->values || limits->every_method || limits->method_count) && !leave_unmatched(run, job);
  if (job->loss == DW_LOST_NONE && limits->check[check_of(run, job)] && by_method) apply_methods(run, job, &pair);
  leave_unwatched(run, job);
  if (run->by && check_of(run, job) == DW_CHECK_COLUMN) job->amount = dw_method_amount(&pair, &run->options->limits->settings);
  dw_pair_free(&pair);
  cells_free(&cells);
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
  run.settings.tests = TESTS_A_COLUMN * columns;
  run.settings.deals = DEALS_A_RUN / (columns + 1) > DEALS_A_COLUMN ? (unsigned)(DEALS_A_RUN / (columns + 1)) : DEALS_A_COLUMN;
  bool performance = options->label && options->score && limits->check[DW_CHECK_PERFORMANCE];
  if (options->sequential) enter_streams(&run);
  if (options->sequential && performance) run.errors = dw_sequential_enter_errors(options->sequential, options->score, &reference->scored);
  dw_stage_columns(options, run.count, compare_column, &run);
  refine(&run, family);
  if (performance && (reference->profiled || current->profiled))
    dw_finding_fail(dw_finding_list_add(&last, DW_CHECK_PERFORMANCE, options->score, DW_TYPE_NUMERIC),
                    "a profile keeps no pairs of label and score");
  else if (performance) dw_check_performance(&last, limits, options->score, &reference->scored, &current->scored);
  if (performance && options->matched) last.item[last.count - 1].warning = "of all rows: --match does not tell labels and scores apart";
  if (run.errors) watch_errors(&run, &last.item[last.count - 1], &reference->scored, &current->scored);
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
