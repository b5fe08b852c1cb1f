#include "detect/compare/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "detect/compare/chunked_summary.h"
#include "detect/compare/segmented.h"
#include "detect/compare/timing.h"
#include "detect/compare/unjudged.h"
#include "stats/shift/detectable.h"
#include "stats/tests/multiple.h"

/* Of a test beside one of the whole column, which sees nearly all that it sees: with the same weight, it would take half of alpha from it.
 */
static const double weight_beside = 0.125;

static void correct(double *p, const double *weight, size_t tests, dw_correction correction)
{
  if (correction == DW_CORRECTION_BONFERRONI) dw_bonferroni(p, weight, tests, p);
  if (correction == DW_CORRECTION_HOLM) dw_holm(p, weight, tests, p);
  if (correction == DW_CORRECTION_BH) dw_benjamini_hochberg(p, weight, tests, p);
}

static bool is_corrected(const dw_finding *finding)
{
  dw_test_family family = dw_check_of(finding->check)->family;
  return finding->by_p_value && !finding->calibrated && (family == DW_TESTS_OF_RUN || family == DW_TESTS_BESIDE);
}

/* Columns are mostly of one length: what was asked last. */
typedef struct last_detectable {
  uint64_t rows[2];
  double alpha, h;
} last_detectable;

static double detectable(const dw_shift *shift, double alpha, last_detectable *last)
{
  if (shift->rows[0] == 0 || shift->rows[1] == 0) return dw_share_shift_detectable(shift->error, alpha);
  if (memcmp(last->rows, shift->rows, sizeof last->rows) == 0 && last->alpha == alpha) return last->h;
  *last = (last_detectable){{shift->rows[0], shift->rows[1]}, alpha, dw_detectable_share(shift->rows[0], shift->rows[1], alpha)};
  return last->h;
}

static bool by_size(const dw_finding *finding)
{
  return !isnan(finding->shift.min_effect) && !isnan(finding->shift.error) && finding->threshold > 0 && finding->threshold < 1;
}

/* One share against the level of one test among many, as the strictest of corrections has it. */
static void say_detectable(dw_finding *finding, double tests, last_detectable *last)
{
  dw_shift *shift = &finding->shift;
  if (by_size(finding)) shift->detectable = fmax(shift->min_effect, detectable(shift, finding->threshold / tests, last));
}

/* So few values that the p-value would have been no smaller, had the sides nothing in common, and all other columns drifted too: no alarm
 * says nothing then. tests: what the correction multiplies the least of all p-values by in that case. */
static void refuse_hopeless(dw_finding *finding, double tests)
{
  char why[200];
  const uint64_t *rows = finding->shift.rows;
  if (!by_size(finding) || !dw_check_is_distribution(finding->check) || rows[0] == 0 || rows[1] == 0) return;
  if (finding->error[0] || finding->score < finding->threshold || dw_detectable_any(rows[0], rows[1], finding->threshold / tests)) return;
  snprintf(why, sizeof why, "%s%llu and %llu %s too few: whatever they were, no p-value would have been below %g",
           finding->shift.clumped ? "its values come in clumps, worth " : "", (unsigned long long)rows[0], (unsigned long long)rows[1],
           finding->shift.clumped ? "independent ones, which are" : "values are", finding->threshold / tests);
  dw_finding_fail(finding, why);
}

/* Tests that found nothing to report stand for p = 1. All of a run are one family: the rate of false alarms is that of the run. */
static void correct_all(dw_comparison *const *comparison, size_t count, dw_correction correction)
{
  dw_finding **finding;
  last_detectable last = {0};
  size_t most = 0, tests = 0, silent = 0;
  for (size_t i = 0; i < count; i++) {
    most += comparison[i]->finding_count;
    silent += comparison[i]->without_finding;
  }
  finding = dw_alloc_array(most, sizeof *finding);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < comparison[i]->finding_count; k++) {
      dw_finding *it = &comparison[i]->finding[k];
      if (is_corrected(it)) finding[tests++] = it;
      else if (it->by_p_value && it->calibrated) say_detectable(it, 1, &last); /* its threshold has the other tests in it */
    }
  double *p = dw_alloc_array(2 * (tests + silent), sizeof *p), *weight = p + tests + silent, all = 0;
  for (size_t i = 0; i < tests + silent; i++) {
    bool beside = i >= tests || dw_check_of(finding[i]->check)->family == DW_TESTS_BESIDE;
    p[i] = i < tests ? finding[i]->p_value : 1;
    weight[i] = beside ? weight_beside : 1;
    all += weight[i];
  }
  if (correction != DW_CORRECTION_NONE) correct(p, weight, tests + silent, correction);
  for (size_t i = 0; i < tests && correction != DW_CORRECTION_NONE; i++) finding[i]->score = finding[i]->p_adjusted = p[i];
  for (size_t i = 0; i < tests; i++) {
    double among = correction == DW_CORRECTION_NONE ? 1 : all / weight[i];
    say_detectable(finding[i], among, &last);
    refuse_hopeless(finding[i], correction == DW_CORRECTION_BONFERRONI ? among : 1);
  }
  dw_free(p);
  dw_free(finding);
}

void dw_verdict_correct(dw_comparison *const *comparison, size_t count, dw_correction correction)
{
  correct_all(comparison, count, correction);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < comparison[i]->finding_count; k++)
      if (comparison[i]->finding[k].check != DW_CHECK_SCHEMA) dw_finding_decide(&comparison[i]->finding[k]);
}

/* A column counts once, however many methods looked at it, and a lost one though none did; its findings stand together. */
static void count_columns(dw_comparison *out)
{
  const char *column = NULL;
  out->drifted_column = dw_alloc_array(out->finding_count, sizeof *out->drifted_column);
  for (size_t i = 0; i < out->finding_count; i++) {
    const dw_finding *finding = &out->finding[i];
    if (dw_check_of(finding->check)->judges != DW_JUDGES_FEATURE && !finding->lost) continue;
    if (finding->column != column) out->columns++;
    column = finding->column;
    if (!finding->drift || (out->drifted && out->drifted_column[out->drifted - 1] == column)) continue;
    out->drifted_column[out->drifted++] = column;
  }
  out->drift_share = out->columns ? (double)out->drifted / (double)out->columns : 0;
}

/* What is told of a column of instants stands for it. */
static bool names_instants(const dw_comparison *comparison, const dw_limits *limits, const char *column)
{
  size_t length = dw_timing_name(column);
  for (size_t i = 0; length && i < comparison->portrait_count; i++) {
    const dw_portrait *portrait = &comparison->portrait[i];
    if (portrait->type == DW_TYPE_DATETIME && dw_text_equal(column, length, portrait->name))
      return dw_limits_fail_on(limits, portrait->name);
  }
  return false;
}

/* --fail-on column:NAME */
static bool is_named(const dw_comparison *comparison, const dw_limits *limits, const dw_finding *finding)
{
  if (!finding->column || limits->fail_column_count == 0) return false;
  return dw_limits_fail_on(limits, finding->column) || names_instants(comparison, limits, finding->column);
}

/* Drift inside segments, of columns that are named, and columns that are lost there. */
static void look_inside(const dw_comparison *comparison, const dw_limits *limits, bool *any, bool *named, bool *lost)
{
  for (size_t i = 0; i < comparison->segment_count; i++) {
    const dw_comparison *inside = &comparison->segment[i].comparison;
    for (size_t k = 0; k < inside->finding_count; k++) {
      *any |= inside->finding[k].drift;
      *named |= inside->finding[k].drift && is_named(inside, limits, &inside->finding[k]);
      *lost |= inside->finding[k].lost;
    }
  }
}

/* The share speaks of columns; what labels, scores and columns together say weighs as it stands. */
static bool as_it_stands(dw_check check)
{
  dw_judgement judges = dw_check_of(check)->judges;
  return judges == DW_JUDGES_TARGET || judges == DW_JUDGES_PREDICTION || judges == DW_JUDGES_MODEL || judges == DW_JUDGES_JOINT;
}

/* Of two of one severity that is worth telling which is further on its scale; h says more than other scales do. */
static bool is_worse(const dw_finding *finding, const dw_finding *than)
{
  if (!than || finding->severity != than->severity) return !than || finding->severity > than->severity;
  if (finding->grading.scale == than->grading.scale) return finding->grading.value > than->grading.value;
  return finding->grading.scale == DW_SCALE_H;
}

static const dw_finding *worst_of(const dw_comparison *comparison, bool standing)
{
  const dw_finding *worst = NULL;
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *finding = &comparison->finding[i];
    if (finding->drift && (!standing || finding->lost || as_it_stands(finding->check)) && is_worse(finding, worst)) worst = finding;
  }
  return worst;
}

static const dw_finding *worst_inside(const dw_comparison *comparison)
{
  const dw_finding *worst = NULL;
  for (size_t i = 0; i < comparison->segment_count; i++) {
    const dw_finding *inside = worst_of(&comparison->segment[i].comparison, false);
    if (inside && is_worse(inside, worst)) worst = inside;
  }
  return worst;
}

static void grade_as(dw_comparison *out, const dw_finding *finding)
{
  out->worst = finding;
  out->severity = finding->severity;
  out->grading = finding->grading;
}

/* --severity: by the share of columns, no higher than the worst finding unless a preset decides, and no lower than what does not count
 * among the columns. */
static void grade_by_share(dw_comparison *out, const dw_limits *limits, const dw_finding *worst)
{
  const dw_finding *standing = worst_of(out, true), *here = worst_of(out, false);
  out->worst = NULL;
  out->grading = dw_limits_grading(limits, out->drift_share);
  out->severity = dw_grading_severity(&out->grading);
  if (limits->settings.preset == DW_PRESET_DRIFTWATCH && out->severity > (here ? here : worst)->severity)
    grade_as(out, here ? here : worst);
  if (standing && standing->severity > out->severity) grade_as(out, standing);
}

static void grade(dw_comparison *out, const dw_limits *limits)
{
  const dw_finding *worst = worst_of(out, false), *inside = worst_inside(out);
  if (!worst || (inside && inside->severity > worst->severity)) worst = inside;
  out->severity = DW_SEVERITY_NONE;
  if (!worst) return;
  if (limits->severity_by_share) grade_by_share(out, limits, worst);
  else grade_as(out, worst);
}

void dw_verdict_give(dw_comparison *out, const dw_limits *limits)
{
  count_columns(out);
  out->dataset_drift = out->columns > 0 && out->drift_share >= limits->drift_share;
  bool any = false, named = false, lost = false;
  for (size_t i = 0; i < out->finding_count; i++) {
    const dw_finding *finding = &out->finding[i];
    if (!finding->drift) continue;
    any = true;
    lost |= finding->lost;
    named |= is_named(out, limits, finding);
  }
  look_inside(out, limits, &any, &named, &lost);
  grade(out, limits);
  out->drift = (limits->fail_any && any) || (limits->fail_share && out->dataset_drift) || named ||
               (limits->fail_severity != DW_SEVERITY_NONE && out->severity >= limits->fail_severity);
  /* Evidently has no share to tell then: it stops at the first such column. */
  if (limits->settings.preset == DW_PRESET_EVIDENTLY && limits->fail_share && lost) out->drift = true;
  out->judged = dw_unjudged_any_answer(out, limits);
  out->not_judged = !out->drift && (out->unanswered || !out->judged || out->unmet);
}

dw_answer dw_verdict_answer(const dw_comparison *comparison)
{
  return comparison->drift ? DW_ANSWER_DRIFT : comparison->not_judged ? DW_ANSWER_NOT_JUDGED : DW_ANSWER_NO_DRIFT;
}

/* "any", "share", "severity:LEVEL", "column:NAME": the words of --fail-on. */
static const char *const *fail_on(const dw_limits *limits, dw_arena *arena, size_t *count)
{
  const char **word = dw_arena_alloc(arena, (3 + limits->fail_column_count) * sizeof *word);
  dw_buf text = {0};
  *count = 0;
  if (limits->fail_any) word[(*count)++] = "any";
  if (limits->fail_share) word[(*count)++] = "share";
  if (limits->fail_severity != DW_SEVERITY_NONE) {
    dw_buf_format(&text, "severity:%s", dw_severity_word(limits->fail_severity));
    word[(*count)++] = dw_arena_strndup(arena, text.data, text.length);
  }
  for (size_t i = 0; i < limits->fail_column_count; i++) {
    text.length = 0;
    dw_buf_format(&text, "column:%s", limits->fail_column[i]);
    word[(*count)++] = dw_arena_strndup(arena, text.data, text.length);
  }
  dw_buf_free(&text);
  return word;
}

/* Left out by their nature, or unjudged. */
static const dw_summary_left_out *left_out(const dw_comparison *comparison, bool unjudged, dw_arena *arena, size_t *count)
{
  dw_summary_left_out *out = dw_arena_alloc(arena, (comparison->left_out_count + 1) * sizeof *out);
  *count = 0;
  for (size_t i = 0; i < comparison->left_out_count; i++) {
    const dw_left_out *left = &comparison->left_out[i];
    if (left->unjudged != unjudged) continue;
    out[(*count)++] = (dw_summary_left_out){
        .column = left->column, .type = dw_type_name(left->type), .method = left->method, .reason = left->reason, .option = left->option};
  }
  return out;
}

static void say_severity(const dw_comparison *comparison, const dw_limits *limits, dw_arena *arena, dw_summary_severity *out)
{
  if (comparison->severity == DW_SEVERITY_NONE) return;
  const dw_finding *worst = comparison->worst;
  out->rule = limits->severity_by_share ? DW_SEVERITY_BY_SHARE : DW_SEVERITY_BY_WORST;
  out->grading = comparison->grading;
  if (limits->severity_by_share) out->share = dw_limits_grading(limits, comparison->drift_share);
  if (!worst) return;
  out->check = dw_check_of(worst->check)->name;
  out->column = worst->column;
  out->method = worst->method;
  out->by = worst->by;
  out->value = worst->segment ? dw_arena_strndup(arena, worst->segment, worst->segment_length) : NULL;
}

void dw_verdict_summary(const dw_comparison *comparison, const dw_limits *limits, dw_arena *arena, dw_summary *out)
{
  dw_summary_init(out);
  out->answer = dw_verdict_answer(comparison);
  out->severity = comparison->severity;
  say_severity(comparison, limits, arena, &out->severity_by);
  out->columns = (double)comparison->columns;
  out->drifted = (double)comparison->drifted;
  out->drift_share = comparison->drift_share;
  out->drift_share_threshold = limits->drift_share;
  out->dataset_drift = comparison->dataset_drift;
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *finding = &comparison->finding[i];
    bool more = isnan(out->detectable) || finding->shift.detectable > out->detectable;
    if (dw_check_is_distribution(finding->check) && more) out->detectable = finding->shift.detectable;
  }
  out->fail_on = fail_on(limits, arena, &out->fail_on_count);
  out->drifted_columns = comparison->drifted_column;
  out->drifted_column_count = comparison->drifted;
  if (comparison->segment) dw_segmented_summary(comparison, arena, out);
  if (comparison->chunked) dw_chunked_summary(comparison->chunked, out);
  out->not_compared = left_out(comparison, false, arena, &out->not_compared_count);
  out->not_judged = left_out(comparison, true, arena, &out->not_judged_count);
}
