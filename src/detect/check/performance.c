/* What labels tell about scores: the check "performance" of checks.h. */
#include <math.h>

#include "detect/check/checks.h"
#include "stats/samples/sort.h"
#include "stats/shift/omnibus.h"
#include "stats/shift/share_shift.h"
#include "stats/tests/roc.h"

#define PERFORMANCE_THRESHOLD 0.05
#define NORMAL_95 1.959963984540054 /* the normal quantile at 0.975 */
enum { TESTS_OF_A_RUN = 100 };      /* that a correction is ready for */

static const dw_effective every_row = {0, 0};

/* The classes of a label, as both sides have them. */
typedef struct classes {
  bool named;       /* texts; else numbers */
  size_t distinct;  /* of both sides together; 3 for more */
  bool met;         /* numbers: the reference has two whole ones, so that others are no classes of it */
  double positive;  /* numbers: the larger of two */
  const char *name; /* texts: the later of two */
} classes;

static void see_numbers(const dw_scored *scored, double seen[3], size_t *count)
{
  size_t labels;
  const double *label = dw_scored_labels(scored, &labels);
  for (size_t i = 0; i < labels && *count < 3; i++) {
    size_t k = 0;
    while (k < *count && seen[k] != label[i]) k++;
    if (k == *count) seen[(*count)++] = label[i];
  }
}

static void see_names(const dw_scored *scored, const char *seen[3], size_t *count)
{
  for (size_t i = 0; i < scored->labels.classes.count && *count < 3; i++) {
    size_t k = 0;
    while (k < *count && strcmp(seen[k], scored->labels.classes.keys[i].text) != 0) k++;
    if (k == *count) seen[(*count)++] = scored->labels.classes.keys[i].text;
  }
}

static classes find_classes(const dw_scored *reference, const dw_scored *current)
{
  classes found = {.named = reference->labels.named};
  if (found.named) {
    const char *seen[3];
    see_names(reference, seen, &found.distinct);
    see_names(current, seen, &found.distinct);
    if (found.distinct == 2) found.name = strcmp(seen[0], seen[1]) > 0 ? seen[0] : seen[1];
  } else {
    double seen[3];
    see_numbers(reference, seen, &found.distinct);
    found.met = found.distinct == 2 && seen[0] == floor(seen[0]) && seen[1] == floor(seen[1]);
    see_numbers(current, seen, &found.distinct);
    if (found.distinct == 2) found.positive = fmax(seen[0], seen[1]);
  }
  return found;
}

static bool stands_for(const dw_scored *scored, const classes *found, double label)
{
  return found->named ? strcmp(scored->labels.classes.keys[(size_t)label].text, found->name) == 0 : label == found->positive;
}

static bool is_positive(const dw_scored *scored, const classes *found, size_t i) { return stands_for(scored, found, scored->label[i]); }

static dw_status side_auc(const dw_scored *scored, const classes *found, dw_auc *auc, dw_err *err)
{
  if (scored->looked.ranked && scored->looked.named == found->named && stands_for(scored, found, scored->looked.positive)) {
    *auc = scored->looked.auc;
    return DW_OK;
  }
  unsigned char *label = dw_alloc(scored->count);
  for (size_t i = 0; i < scored->count; i++) label[i] = is_positive(scored, found, i);
  dw_status status = dw_auc_labels(scored->score, label, scored->count, auc, err);
  dw_free(label);
  return status;
}

/* The metric of one side with its 95 % interval. */
static void write_side(dw_buf *out, double value, double standard_error, uint64_t count)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_number(&json, "value", value);
  dw_json_number(&json, "low", value - NORMAL_95 * standard_error);
  dw_json_number(&json, "high", value + NORMAL_95 * standard_error);
  dw_json_integer(&json, "count", (int64_t)count);
  dw_json_close(&json, '}');
}

static void write_sides(dw_finding *finding, double before, double before_se, uint64_t n, double after, double after_se, uint64_t m)
{
  write_side(&finding->own_reference, before, before_se, n);
  write_side(&finding->own_current, after, after_se, m);
  finding->statistic = finding->effect_size = after - before;
  finding->direction = after > before ? "up" : after < before ? "down" : NULL;
}

/* On the scale of h, by the delta method; where all pairs stand in order, that of the rarer class alone. */
static double order_variance(const dw_auc *a)
{
  if (a->variance > 0 && a->auc > 0 && a->auc < 1) return a->variance / (a->auc * (1 - a->auc));
  return 1 / (double)(a->positives < a->negatives ? a->positives : a->negatives);
}

/* The AUC is the share of the pairs of a positive and a negative whose scores stand in the right order. */
static void shift_of_auc(dw_shift *shift, const dw_auc *before, const dw_auc *after)
{
  double reach = NORMAL_95 * sqrt(order_variance(before) + order_variance(after));
  shift->h = dw_share_shift_between(before->auc, after->auc);
  shift->low = fmax(0, shift->h - reach);
  shift->high = fmin(dw_share_shift_between(0, 1), shift->h + reach);
  shift->place = DW_PLACE_IN_ORDER;
  shift->reference = before->auc;
  shift->current = after->auc;
}

/* Numbers of both sides, sorted. */
typedef struct sides {
  double *value[2];
  size_t count[2];
} sides;

static void sides_start(sides *s, const dw_scored *reference, const dw_scored *current)
{
  *s = (sides){.value = {dw_alloc_array(reference->count, sizeof(double)), dw_alloc_array(current->count, sizeof(double))}};
}

static void sides_sort(sides *s)
{
  for (int k = 0; k < 2; k++) dw_sort_doubles(s->value[k], s->count[k], NULL);
}

static dw_sorted side_of(const sides *s, int k) { return dw_sorted_make(s->value[k], s->count[k]); }

static void sides_free(sides *s)
{
  dw_free(s->value[0]);
  dw_free(s->value[1]);
}

static sides class_scores(const dw_scored *reference, const dw_scored *current, const classes *found, bool positive)
{
  const dw_scored *side[2] = {reference, current};
  sides out;
  sides_start(&out, reference, current);
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; i < side[k]->count; i++)
      if (is_positive(side[k], found, i) == positive) out.value[k][out.count[k]++] = side[k]->score[i];
  sides_sort(&out);
  return out;
}

static sides absolute_errors(const dw_scored *reference, const dw_scored *current)
{
  const dw_scored *side[2] = {reference, current};
  sides out;
  sides_start(&out, reference, current);
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; i < side[k]->count; i++) out.value[k][out.count[k]++] = fabs(side[k]->score[i] - side[k]->label[i]);
  sides_sort(&out);
  return out;
}

/* The laws of both metrics are those of large samples: five positives, or errors with a heavy tail, alarm in one run of five without drift.
 * So that the rate holds, the numbers that the metric is made of must have changed too, by the test that holds for any. */
static double p_of_change(const sides *s, const dw_limits *limits, double threshold, const char *what)
{
  dw_omnibus test;
  dw_err err;
  double alpha = threshold > 0 && threshold < 1 ? threshold : PERFORMANCE_THRESHOLD;
  if (limits->settings.preset != DW_PRESET_DRIFTWATCH) return 0; /* the law alone decides */
  dw_omnibus_settings how = {.deals = dw_omnibus_deals(TESTS_OF_A_RUN, alpha), .key = dw_rng_derive(limits->settings.seed, what)};
  return dw_omnibus_numbers(side_of(s, 0), side_of(s, 1), &how, &test, &err) == DW_OK ? test.p_value : 1;
}

/* That the scores of either class changed. Of many rows a change is plain at any level: the rarer class has the more of it. */
static double p_of_classes(const dw_scored *reference, const dw_scored *current, const classes *found, const dw_limits *limits,
                           double threshold)
{
  static const char *const what[] = {"dw-compare performance negatives", "dw-compare performance positives"};
  double p = 1, all = (double)(reference->count + current->count);
  for (int k = 0; k < 2; k++) {
    sides s = class_scores(reference, current, found, k);
    double others = (all - (double)(s.count[0] + s.count[1])) / all;
    p = fmin(p, p_of_change(&s, limits, threshold, what[k]) / others);
    sides_free(&s);
  }
  return p;
}

static dw_status compare_auc(dw_finding *finding, const dw_scored *reference, const dw_scored *current, const classes *found,
                             const dw_limits *limits, double threshold, dw_err *err)
{
  dw_auc before, after;
  dw_test test;
  dw_status status = side_auc(reference, found, &before, err);
  if (status == DW_OK) status = side_auc(current, found, &after, err);
  if (status == DW_OK) status = dw_auc_difference(&before, &after, &test, err);
  if (status != DW_OK) return status;
  double changed = test.p_value < threshold ? p_of_classes(reference, current, found, limits, threshold) : 0;
  dw_finding_judge_p(finding, "auc", fmax(test.p_value, changed), threshold);
  shift_of_auc(&finding->shift, &before, &after);
  write_sides(finding, before.auc, sqrt(before.variance), reference->count, after.auc, sqrt(after.variance), current->count);
  return DW_OK;
}

static void error_moments(const dw_scored *scored, dw_moments *moments)
{
  dw_moments_init(moments);
  for (size_t i = 0; i < scored->count; i++) dw_moments_add(moments, fabs(scored->score[i] - scored->label[i]));
}

static dw_status compare_errors(dw_finding *finding, const dw_scored *reference, const dw_scored *current, const dw_limits *limits,
                                double threshold, dw_err *err)
{
  dw_moments before, after;
  dw_test test;
  dw_share_shift found;
  error_moments(reference, &before);
  error_moments(current, &after);
  dw_status status = dw_t_test(&before, &after, false, &test, err);
  if (status != DW_OK) return status;
  sides errors = absolute_errors(reference, current);
  double changed = test.p_value < threshold ? p_of_change(&errors, limits, threshold, "dw-compare performance errors") : 0;
  dw_finding_judge_p(finding, "mae", fmax(test.p_value, changed), threshold);
  if (dw_share_shift_numbers(side_of(&errors, 0), side_of(&errors, 1), every_row, &found, NULL) == DW_OK)
    dw_shift_take(&finding->shift, &found);
  sides_free(&errors);
  write_sides(finding, before.mean, dw_moments_std(&before, 1) / sqrt((double)before.count), before.count, after.mean,
              dw_moments_std(&after, 1) / sqrt((double)after.count), after.count);
  return DW_OK;
}

void dw_check_performance_look(dw_scored *reference)
{
  dw_scored none = {.labels.named = reference->labels.named};
  size_t count = 0;
  double seen[3] = {0};
  see_numbers(reference, seen, &count); /* of texts, their places */
  reference->looked.known = true;
  reference->looked.named = reference->labels.named;
  reference->looked.distinct = count;
  for (size_t i = 0; i < 2; i++) reference->looked.seen[i] = seen[i];
  classes found = find_classes(reference, &none);
  if (found.distinct != 2 || count != 2) return;
  reference->looked.positive = stands_for(reference, &found, seen[0]) ? seen[0] : seen[1];
  reference->looked.ranked = side_auc(reference, &found, &reference->looked.auc, NULL) == DW_OK;
}

void dw_check_performance(dw_finding_list *findings, const dw_limits *limits, const char *score, const dw_scored *reference,
                          const dw_scored *current)
{
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_PERFORMANCE, score, DW_TYPE_NUMERIC);
  double threshold = dw_limits_level(limits, DW_CHECK_PERFORMANCE, score, NULL, PERFORMANCE_THRESHOLD);
  dw_err err = {0};
  dw_status status;
  bool alike = reference->labels.named == current->labels.named;
  if (reference->count == 0 || current->count == 0) {
    status = dw_err_set(&err, DW_ENODATA, "no record of the %s data has both label and score", reference->count ? "current" : "reference");
  } else if (!alike) {
    status = dw_err_set(&err, DW_EDATA, "the label is text on one side and numbers on the other");
  } else {
    classes found = find_classes(reference, current);
    if (found.distinct == 2) status = compare_auc(finding, reference, current, &found, limits, threshold, &err);
    else if (found.named)
      status = dw_err_set(&err, DW_ENODATA, "the label has %s classes; a score is judged against two, or against numbers",
                          found.distinct > 2 ? "more than two" : "fewer than two");
    else if (found.met)
      status = dw_err_set(&err, DW_ENODATA,
                          "the label has two classes in the reference and others in the current data; a score is judged against two");
    else status = compare_errors(finding, reference, current, limits, threshold, &err);
  }
  if (limits->settings.preset != DW_PRESET_DRIFTWATCH) {
    dw_shift_init(&finding->shift);
    finding->graded_by_p = true;
  }
  if (status != DW_OK) dw_finding_fail(finding, err.message);
}
