#include "model/estimate/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/estimate/estimate_parts.h"
#include "model/judge/prediction_limits.h"
#include "stats/distributions/special.h"
#include "stats/samples/moments.h"
#include "stats/samples/sum.h"

enum { SIGMAS = 3 }; /* of thresholds and of confidence bounds */

size_t dw_estimates_count(size_t classes) { return DW_ESTIMATED_CELLS + classes * classes; }

/* The estimate is a sum over rows, so that it grows with their number; others are means. */
static bool is_total(const dw_estimator *e, size_t estimate)
{
  if (estimate >= DW_ESTIMATED_CELLS) return e->how.normalise == DW_NORMALISE_NONE;
  return estimate == DW_ESTIMATED_BUSINESS_VALUE && !e->how.business->per_row;
}

static double business_value(const dw_business *business, const double *cell)
{
  if (!business) return NAN;
  dw_sum sum = {0}, rows = {0};
  for (size_t k = 0; k < business->count; k++) {
    dw_sum_add(&sum, cell[k] * business->value[k]);
    dw_sum_add(&rows, cell[k]);
  }
  return dw_sum_value(&sum) / (business->per_row ? dw_sum_value(&rows) : 1);
}

/* --- thresholds --- */

static void take_counts(const uint64_t *count, size_t cells, double *out)
{
  for (size_t k = 0; k < cells; k++) out[k] = (double)count[k];
}

void dw_estimate_realised(const dw_estimator *e, const dw_judged *rows, uint64_t *count, double *out)
{
  static const dw_metric of[] = {DW_METRIC_AUC, DW_METRIC_AVERAGE_PRECISION, DW_METRIC_ACCURACY, DW_METRIC_PRECISION, DW_METRIC_RECALL,
                                 DW_METRIC_F1,  DW_METRIC_SPECIFICITY};
  dw_metrics *metrics = dw_metrics_new(rows);
  dw_metric_values values;
  size_t cells = e->classes * e->classes;
  dw_metrics_compute(metrics, NULL, &values);
  dw_metrics_free(metrics);
  for (int m = 0; m < DW_ESTIMATED_BUSINESS_VALUE; m++) out[m] = values.value[of[m]];
  bool there = dw_metrics_confusion(rows, NULL, count);
  for (size_t k = 0; k < cells && !there; k++) out[DW_ESTIMATED_CELLS + k] = NAN;
  if (there) take_counts(count, cells, out + DW_ESTIMATED_CELLS);
  out[DW_ESTIMATED_BUSINESS_VALUE] = there ? business_value(e->how.business, out + DW_ESTIMATED_CELLS) : NAN;
  if (there) dw_confusion_normalise(out + DW_ESTIMATED_CELLS, e->classes, e->how.normalise);
}

void dw_estimate_limits(dw_estimate_facts *of, const dw_moments *over, double all, size_t rows, bool total, bool as_nannyml)
{
  double spread = dw_moments_std(over, 0);
  if (!as_nannyml && (over->count < DW_PREDICTION_LEAST || !(spread > 0))) {
    of->lower = of->upper = total ? all / (double)rows : all;
    of->few = rows;
    return;
  }
  double k = (double)over->count;
  double reach = as_nannyml ? SIGMAS * spread : dw_prediction_reach(dw_moments_std(over, 1), 1 / k, k - 1, dw_normal_sf(SIGMAS));
  of->lower = fmax(over->mean - reach, of->least);
  of->upper = fmin(over->mean + reach, of->most);
}

void dw_estimate_judge(const dw_estimate_facts *of, bool total, size_t n, dw_estimate *out)
{
  out->lower = of->lower;
  out->upper = of->upper;
  if (of->few) {
    double rows = (double)n, all = (double)of->few, chance = sqrt(1 / rows + 1 / all), scale = total ? rows : 1, spread = of->spread;
    /* All right or all wrong is no proof of no error: Agresti and Coull's four rows more, half of them right. */
    double share = (of->lower * all + 2) / (all + 4);
    if (spread == 0 && of->most == 1) spread = sqrt(share * (1 - share));
    double reach = SIGMAS * spread * chance;
    out->lower = fmax((of->lower - reach) * scale, of->least);
    out->upper = fmin((of->upper + reach) * scale, of->most);
    if (isnan(reach)) out->lower = out->upper = NAN;
  }
  out->alert = out->value < out->lower || out->value > out->upper;
}

static void set_threshold(const dw_estimator *e, size_t estimate, const dw_moments *over, double all, size_t rows)
{
  dw_estimate_facts *of = &e->of[estimate];
  bool total = is_total(e, estimate), money = estimate == DW_ESTIMATED_BUSINESS_VALUE;
  of->least = money ? -INFINITY : 0;
  of->most = money || total ? INFINITY : 1;
  dw_estimate_limits(of, over, all, rows, total, e->how.as_nannyml);
}

static void set_thresholds(dw_estimator *e, const dw_judged *rows, const dw_chunk *chunk, size_t chunks)
{
  size_t estimates = dw_estimates_count(e->classes), width = e->classes == 2 ? 1 : e->classes;
  dw_moments *over = dw_alloc_array(estimates, sizeof *over);
  double *value = dw_alloc_array(estimates, sizeof *value);
  uint64_t *count = dw_alloc_array(e->classes * e->classes, sizeof *count);
  for (size_t m = 0; m < estimates; m++) dw_moments_init(&over[m]);
  for (size_t k = 0; k < chunks; k++) {
    size_t from = chunk[k].first;
    dw_judged part = *rows;
    part.rows = chunk[k].count;
    part.score += from * width;
    part.label += from;
    if (part.prediction) part.prediction += from;
    dw_estimate_realised(e, &part, count, value);
    for (size_t m = 0; m < estimates; m++)
      if (!isnan(value[m])) dw_moments_add(&over[m], value[m]);
  }
  dw_estimate_realised(e, rows, count, value);
  for (size_t m = 0; m < estimates; m++)
    if (over[m].count) set_threshold(e, m, &over[m], value[m], rows->rows);
  dw_free(over);
  dw_free(value);
  dw_free(count);
}

/* --- fit --- */

static bool one_label(const dw_judged *rows)
{
  for (size_t i = 1; i < rows->rows; i++)
    if (rows->label[i] != rows->label[0]) return false;
  return true;
}

/* A map of the positive class, or of each of several against the rest. */
static dw_status fit_maps(dw_estimator *out, const dw_judged *rows, dw_err *err)
{
  size_t maps = out->classes == 2 ? 1 : out->classes;
  double *score = dw_alloc_array(rows->rows, sizeof *score);
  uint32_t *label = dw_alloc_array(rows->rows, sizeof *label);
  dw_status status = DW_OK;
  out->map = dw_alloc_zero(maps, sizeof *out->map);
  for (size_t k = 0; k < maps && status == DW_OK; k++) {
    uint32_t positive = maps == 1 ? 1 : (uint32_t)k;
    for (size_t i = 0; i < rows->rows; i++) {
      score[i] = rows->score[i * maps + k];
      label[i] = rows->label[i] == positive;
    }
    status = dw_probability_fit(&out->map[k], score, label, rows->rows, out->how.seed, err);
  }
  dw_free(score);
  dw_free(label);
  return status;
}

static double *confusion_of(const dw_judged *rows)
{
  size_t cells = rows->classes * rows->classes;
  uint64_t *count = dw_alloc_array(cells, sizeof *count);
  double *out = dw_alloc_array(cells, sizeof *out);
  bool there = dw_metrics_confusion(rows, NULL, count);
  if (there) take_counts(count, cells, out);
  dw_free(count);
  if (there) return out;
  dw_free(out);
  return NULL;
}

dw_status dw_estimator_fit(dw_estimator *out, const dw_judged *rows, const dw_chunk *chunk, size_t chunks, const dw_estimator_options *how,
                           dw_err *err)
{
  size_t estimates = dw_estimates_count(rows->classes), cells = rows->classes * rows->classes;
  *out = (dw_estimator){.classes = rows->classes, .how = *how};
  if (out->how.business && out->how.business->count == 0) out->how.business = NULL;
  out->of = dw_alloc_array(estimates, sizeof *out->of);
  for (size_t m = 0; m < estimates; m++) out->of[m] = (dw_estimate_facts){.spread = NAN, .lower = NAN, .upper = NAN};
  if (out->how.business && out->how.business->count != cells)
    return dw_err_set(err, DW_EUSAGE, "--business-value wants %zu numbers for %zu classes, not %zu", cells, rows->classes,
                      out->how.business->count);
  if (one_label(rows)) return dw_err_set(err, DW_ENODATA, "the reference has labels of one class only: nothing to estimate from");
  dw_status status = fit_maps(out, rows, err);
  if (status != DW_OK) return status;
  double *confusion = confusion_of(rows);
  dw_estimate_spreads(out, rows, confusion);
  dw_free(confusion);
  set_thresholds(out, rows, chunk, chunks);
  return DW_OK;
}

void dw_estimator_free(dw_estimator *e)
{
  for (size_t k = 0; e->map && k < (e->classes == 2 ? 1 : e->classes); k++) dw_probability_free(&e->map[k]);
  dw_free(e->map);
  dw_free(e->of);
  *e = (dw_estimator){0};
}

/* --- apply --- */

double *dw_estimate_probabilities(const dw_estimator *e, const dw_judged *rows)
{
  size_t classes = e->classes;
  double *p = dw_alloc_array(rows->rows * classes, sizeof *p);
  for (size_t i = 0; i < rows->rows; i++) {
    double *row = p + i * classes, sum = 0;
    if (classes == 2) {
      row[1] = dw_probability_of(&e->map[0], rows->score[i]);
      row[0] = 1 - row[1];
      continue;
    }
    for (size_t k = 0; k < classes; k++) sum += row[k] = dw_probability_of(&e->map[k], rows->score[i * classes + k]);
    for (size_t k = 0; k < classes; k++) row[k] = sum > 0 ? row[k] / sum : 1 / (double)classes;
  }
  return p;
}

typedef struct ranked {
  double score, p;
} ranked;

static int descending(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return (x->p < y->p) - (x->p > y->p);
}

/* Adds a part of the expected ROC curve's area, and of average precision: rows in descending order of the raw score, each a positive with
 * probability p. */
static void add_ranking(ranked *row, size_t n, double part, double *auc, double *average_precision)
{
  qsort(row, n, sizeof *row, descending);
  dw_sum area = {0}, precision = {0}, above = {0}, all = {0};
  for (size_t i = 0; i < n; i++) dw_sum_add(&all, row[i].p);
  double total = dw_sum_value(&all), negatives = (double)n - total, before = 0;
  for (size_t i = 0; i < n;) {
    size_t j = i;
    for (; j < n && row[j].score == row[i].score; j++) dw_sum_add(&above, row[j].p);
    double after = dw_sum_value(&above), gained = after - before;
    dw_sum_add(&area, ((double)(j - i) - gained) * 0.5 * (before + after)); /* ties: a straight piece of the curve */
    dw_sum_add(&precision, gained * after / (double)j);
    before = after;
    i = j;
  }
  *auc += total > 0 && negatives > 0 ? part * dw_sum_value(&area) / (total * negatives) : NAN;
  *average_precision += total > 0 ? part * dw_sum_value(&precision) / total : NAN;
}

static void estimate_rankings(const dw_estimator *e, const dw_judged *rows, const double *p, dw_estimate *out)
{
  size_t width = e->classes == 2 ? 1 : e->classes;
  ranked *row = dw_alloc_array(rows->rows, sizeof *row);
  double auc = 0, precision = 0;
  for (size_t k = 0; k < width; k++) {
    for (size_t i = 0; i < rows->rows; i++) row[i] = (ranked){rows->score[i * width + k], p[i * e->classes + (width == 1 ? 1 : k)]};
    add_ranking(row, rows->rows, 1 / (double)width, &auc, &precision);
  }
  out[DW_ESTIMATED_AUC].value = auc;
  out[DW_ESTIMATED_AVERAGE_PRECISION].value = precision;
  dw_free(row);
}

/* The expected confusion matrix: a row's probabilities under its prediction. */
static void expect_cells(size_t classes, const dw_judged *rows, const double *p, double *out)
{
  dw_sum *sum = dw_alloc_zero(classes * classes, sizeof *sum);
  for (size_t i = 0; i < rows->rows; i++)
    for (size_t label = 0; label < classes; label++) dw_sum_add(&sum[label * classes + rows->prediction[i]], p[i * classes + label]);
  for (size_t k = 0; k < classes * classes; k++) out[k] = dw_sum_value(&sum[k]);
  dw_free(sum);
}

static double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/* Of one class against the rest, added to the means. */
static void add_side(const dw_confusion_side *s, double part, dw_estimate *out)
{
  out[DW_ESTIMATED_PRECISION].value += part * share(s->tp, s->tp + s->fp);
  out[DW_ESTIMATED_RECALL].value += part * share(s->tp, s->tp + s->fn);
  out[DW_ESTIMATED_SPECIFICITY].value += part * share(s->tn, s->tn + s->fp);
  out[DW_ESTIMATED_F1].value += part * share(s->tp, s->tp + 0.5 * (s->fp + s->fn));
}

static void estimate_predictions(const dw_estimator *e, const dw_judged *rows, const double *p, dw_estimate *out)
{
  size_t classes = e->classes;
  double *cell = dw_alloc_array(classes * classes, sizeof *cell), hits = 0;
  dw_confusion_side *side = dw_alloc_array(classes, sizeof *side);
  expect_cells(classes, rows, p, cell);
  dw_confusion_sides(cell, classes, side);
  for (int m = DW_ESTIMATED_ACCURACY; m < DW_ESTIMATED_BUSINESS_VALUE; m++) out[m].value = 0;
  for (size_t k = 0; k < classes; k++) hits += side[k].tp;
  out[DW_ESTIMATED_ACCURACY].value = hits / (double)rows->rows;
  for (size_t k = classes == 2; k < classes; k++) add_side(&side[k], classes == 2 ? 1 : 1 / (double)classes, out);
  out[DW_ESTIMATED_BUSINESS_VALUE].value = business_value(e->how.business, cell);
  dw_confusion_normalise(cell, classes, e->how.normalise);
  for (size_t k = 0; k < classes * classes; k++) out[DW_ESTIMATED_CELLS + k].value = cell[k];
  dw_free(side);
  dw_free(cell);
}

/* The least and the most that an estimate of n rows can be. */
static void range_of(const dw_estimator *e, size_t estimate, size_t n, double *least, double *most)
{
  const dw_business *business = e->how.business;
  *least = 0;
  *most = 1;
  if (estimate == DW_ESTIMATED_BUSINESS_VALUE) {
    *least = *most = business->value[0];
    for (size_t k = 1; k < business->count; k++) {
      *least = fmin(*least, business->value[k]);
      *most = fmax(*most, business->value[k]);
    }
  }
  if (!is_total(e, estimate)) return;
  *least *= (double)n;
  *most *= (double)n;
}

static void set_bounds(const dw_estimator *e, size_t n, dw_estimate *out)
{
  for (size_t m = 0; m < dw_estimates_count(e->classes); m++) {
    const dw_estimate_facts *of = &e->of[m];
    if (isnan(out[m].value)) continue;
    double root = sqrt((double)n), error = is_total(e, m) ? of->spread * root : of->spread / root, least, most;
    range_of(e, m, n, &least, &most);
    out[m].sampling_error = error;
    out[m].low = isnan(error) ? NAN : fmax(out[m].value - SIGMAS * error, least);
    out[m].high = isnan(error) ? NAN : fmin(out[m].value + SIGMAS * error, most);
    dw_estimate_judge(of, is_total(e, m), n, &out[m]);
  }
}

void dw_estimator_apply(const dw_estimator *e, const dw_judged *rows, dw_estimate *out)
{
  for (size_t m = 0; m < dw_estimates_count(e->classes); m++) out[m] = (dw_estimate){NAN, NAN, NAN, NAN, NAN, NAN, false};
  if (rows->rows == 0) return;
  double *p = dw_estimate_probabilities(e, rows);
  estimate_rankings(e, rows, p, out);
  if (rows->prediction) estimate_predictions(e, rows, p, out);
  dw_free(p);
  set_bounds(e, rows->rows, out);
}
