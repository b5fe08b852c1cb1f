/* One column of both sides: which checks and methods look at it, and what is said where none does. */
#include "detect/compare/compare_parts.h"

#include <math.h>

#include "base/parallel.h"
#include "detect/check/calibrated.h"
#include "detect/check/data_quality.h"
#include "detect/check/methods.h"
#include "detect/compare/dependence.h"
#include "detect/compare/holdings.h"
#include "detect/compare/reading.h"
#include "detect/compare/running.h"
#include "detect/method/method_run.h"
#include "detect/method/strength.h"
#include "detect/text/text_portrait.h"
#include "detect/vector/embedding.h"

/* --- like with like --- */

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

/* A column's numbers are unpacked for as long as it is looked at. */
static void opened(const compare_run *run, column_job *job, void (*work)(const compare_run *run, column_job *job))
{
  const dw_column *reference = job->reference, *current = job->current;
  dw_column own[2];
  job->reference = dw_column_open(reference, &own[0]);
  job->current = dw_column_open(current, &own[1]);
  work(run, job);
  dw_column_close(job->reference, &own[0]);
  dw_column_close(job->current, &own[1]);
  job->reference = reference;
  job->current = current;
}

/* Columns between those that nothing happened to and those whose drift is plain: few as a rule, and they share what deals a run may take.
 * The p-value stays one: where it was not at its least it stays what it was, and else it is that of all deals. */
typedef struct refinement {
  compare_run *run;
  column_job **job;
} refinement;

static void refine_opened(const compare_run *run, column_job *job)
{
  dw_pair pair;
  dw_pair_cells cells;
  pair_make(&pair, &cells, run, job);
  for (size_t i = 0; i < job->findings.count; i++) {
    dw_finding *finding = &job->findings.item[i];
    const dw_method *method = finding->method ? dw_method_find(finding->method) : NULL;
    if (!method || !dw_check_is_distribution(finding->check) || finding->error[0]) continue;
    dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .sure = NAN, .threshold_given = finding->threshold};
    if (method->run != dw_run_share_shift) continue;
    dw_err err;
    if (method->run(&pair, &run->settings, &result, &err) != DW_OK) continue;
    dw_buf_free(&finding->detail);
    finding->detail = result.detail;
    finding->p_value = finding->p_adjusted = finding->score = result.p_value;
  }
  dw_pair_free(&pair);
  cells_free(&cells);
}

static void refine_column(void *context, size_t item, unsigned thread)
{
  const refinement *r = context;
  opened(r->run, r->job[item], refine_opened);
}

void dw_compare_refine(compare_run *run, size_t family)
{
  refinement r = {.run = run, .job = dw_alloc_array(run->count, sizeof *r.job)};
  size_t coarse = 0;
  for (size_t i = 0; i < run->count; i++)
    if (run->job[i].coarse) r.job[coarse++] = &run->job[i];
  unsigned before = run->settings.deals;
  if (coarse) run->settings.deals = (unsigned)(DW_DEALS_A_RUN / family / coarse);
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

void dw_compare_watch_errors(const compare_run *run, dw_finding *finding, const dw_scored *reference, const dw_scored *current)
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

void dw_compare_enter_streams(compare_run *run)
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

static void compare_opened(const compare_run *run, column_job *job)
{
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

void dw_compare_column(void *context, size_t item, unsigned thread)
{
  compare_run *run = context;
  opened(run, &run->job[item], compare_opened);
}
