#include "model/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/moments.h"
#include "stats/sort.h"
#include "stats/sum.h"

enum { SPLITS = 10, ECE_BINS = 10, BOOTSTRAPS = 50, BOOTSTRAP_MOST = 50000 };
#define CLEAR_AUC 0.999 /* beyond it nothing is left to calibrate */
#define SIGMAS 3        /* of thresholds and of confidence bounds */

static const char *const names[DW_ESTIMATES] = {"auc", "average_precision", "accuracy", "precision", "recall", "f1", "specificity",
                                                "true_negative", "false_positive", "false_negative", "true_positive", "business_value"};

const char *dw_estimated_name(dw_estimated metric) { return names[metric]; }

static bool is_count(int metric) { return metric >= DW_ESTIMATED_TRUE_NEGATIVE && metric <= DW_ESTIMATED_TRUE_POSITIVE; }

/* Grows with the rows. */
static bool is_total(const dw_estimator *e, int metric)
{
  return is_count(metric) || (metric == DW_ESTIMATED_BUSINESS_VALUE && !e->business.per_prediction);
}

/* --- calibration: needed or not --- */

typedef struct pair {
  double p, y;
} pair;

static int by_p(const void *a, const void *b)
{
  double x = ((const pair *)a)->p, y = ((const pair *)b)->p;
  if (x != y) return x < y ? -1 : 1;
  x = ((const pair *)a)->y;
  y = ((const pair *)b)->y;
  return (x > y) - (x < y);
}

/* Over ten bins of equally many rows. Sorts. */
static double calibration_error(pair *pairs, size_t n)
{
  double error = 0;
  qsort(pairs, n, sizeof *pairs, by_p);
  for (size_t bin = 0; bin < ECE_BINS; bin++) {
    dw_sum difference = {0};
    for (size_t i = n * bin / ECE_BINS; i < n * (bin + 1) / ECE_BINS; i++) dw_sum_add(&difference, pairs[i].p - pairs[i].y);
    error += fabs(dw_sum_value(&difference)) / (double)n;
  }
  return error;
}

/* Shuffles the indices of one class and returns how many of them are the test part. */
static size_t choose_test(uint32_t *index, size_t n, dw_rng *rng)
{
  size_t test = (size_t)((double)n * 0.1 + 0.5);
  if (test == 0) test = 1;
  for (size_t i = 0; i < test; i++) { /* the first `test` of a Fisher-Yates shuffle */
    size_t k = i + dw_rng_below(rng, n - i);
    uint32_t x = index[i];
    index[i] = index[k];
    index[k] = x;
  }
  return test;
}

static size_t class_rows(const dw_judged *rows, uint32_t label, uint32_t *out)
{
  size_t n = 0;
  for (size_t i = 0; i < rows->rows; i++)
    if (rows->label[i] == label) out[n++] = (uint32_t)i;
  return n;
}

/* One split: fits on nine tenths of each class; adds the test rows' raw and calibrated scores. */
static size_t run_split(const dw_judged *rows, dw_rng *rng, uint32_t *index, double *score, double *target, pair *raw, pair *mapped)
{
  size_t train = 0, test = 0, from = 0;
  size_t *chosen = dw_alloc_array(rows->rows, sizeof *chosen);
  for (uint32_t label = 0; label < 2; label++) {
    size_t n = class_rows(rows, label, index + from), held = choose_test(index + from, n, rng);
    for (size_t i = 0; i < n; i++) {
      size_t row = index[from + i];
      if (i < held) {
        chosen[test++] = row;
        continue;
      }
      score[train] = rows->score[row];
      target[train++] = label;
    }
    from += n;
  }
  dw_calibration map;
  dw_calibration_fit_isotonic(&map, score, target, train);
  for (size_t i = 0; i < test; i++) {
    raw[i] = (pair){rows->score[chosen[i]], rows->label[chosen[i]]};
    mapped[i] = (pair){dw_calibration_apply(&map, raw[i].p), raw[i].y};
  }
  dw_calibration_free(&map);
  dw_free(chosen);
  return test;
}

/* Does an isotonic map lower the calibration error of rows that it was not fitted to? Ten stratified random splits, test rows pooled. */
static bool needs_calibration(const dw_judged *rows, uint64_t seed)
{
  size_t n = rows->rows, count = 0;
  uint32_t *index = dw_alloc_array(n, sizeof *index);
  double *score = dw_alloc_array(n, sizeof *score), *target = dw_alloc_array(n, sizeof *target);
  pair *raw = dw_alloc_array((n / 10 + 3) * SPLITS, sizeof *raw), *mapped = dw_alloc_array((n / 10 + 3) * SPLITS, sizeof *mapped);
  for (uint32_t split = 0; split < SPLITS; split++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "dw-eval splits"), split, 0);
    count += run_split(rows, &rng, index, score, target, raw + count, mapped + count);
  }
  bool needed = calibration_error(raw, count) > calibration_error(mapped, count);
  dw_free(index);
  dw_free(score);
  dw_free(target);
  dw_free(raw);
  dw_free(mapped);
  return needed;
}

/* --- sampling errors --- */

/* The standard deviation of a share. */
static double deviation(double share) { return sqrt(fmax(share * (1 - share), 0)); }

static size_t count_below(const double *sorted, size_t n, double x, bool equal)
{
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (sorted[middle] < x || (equal && sorted[middle] == x))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Spread of the share of negatives below each positive (of the smaller class, the score turned round for the other). NannyML ranks equal scores
 * in whatever order its sort leaves them; here stands what that is on average over all orders: a positive among k equal negatives has from
 * 0 to k of them below it, each as likely, with variance k (k + 2) / 12. */
static void auc_error(dw_estimator *out, const dw_judged *rows, size_t positives)
{
  size_t n = rows->rows;
  bool turned = positives * 2 > n;
  uint32_t rare = turned ? 0 : 1;
  size_t count = turned ? n - positives : positives, others = 0;
  double *other = dw_alloc_array(n, sizeof *other);
  for (size_t i = 0; i < n; i++)
    if (rows->label[i] != rare) other[others++] = turned ? -rows->score[i] : rows->score[i];
  dw_sort_doubles(other, others, NULL);
  dw_moments shares;
  dw_sum within = {0};
  dw_moments_init(&shares);
  for (size_t i = 0; i < n; i++) {
    if (rows->label[i] != rare) continue;
    double x = turned ? -rows->score[i] : rows->score[i];
    double below = (double)count_below(other, others, x, false), equal = (double)count_below(other, others, x, true) - below;
    dw_moments_add(&shares, (below + equal / 2) / (double)others);
    dw_sum_add(&within, equal * (equal + 2) / 12);
  }
  dw_free(other);
  double m = (double)others;
  out->spread[DW_ESTIMATED_AUC] = sqrt(dw_moments_variance(&shares, 0) + dw_sum_value(&within) / (double)count / (m * m));
  out->relevant[DW_ESTIMATED_AUC] = (double)count / (double)n;
}

/* Spread of average precision over bootstrap samples of half the rows, for one row: times the root of their number. */
static void average_precision_error(dw_estimator *out, const dw_judged *rows, uint64_t seed)
{
  size_t size = rows->rows / 2 < BOOTSTRAP_MOST ? rows->rows / 2 : BOOTSTRAP_MOST;
  bool wanted[DW_METRICS] = {[DW_METRIC_AVERAGE_PRECISION] = true};
  uint32_t *times = dw_alloc_array(rows->rows, sizeof *times);
  dw_metrics *metrics = dw_metrics_new(rows);
  dw_moments values;
  dw_moments_init(&values);
  for (uint32_t b = 0; b < BOOTSTRAPS; b++) {
    dw_rng rng;
    dw_metric_values found;
    dw_rng_start(&rng, dw_rng_derive(seed, "dw-eval average precision"), b, 0);
    memset(times, 0, rows->rows * sizeof *times);
    for (size_t i = 0; i < size; i++) times[dw_rng_below(&rng, rows->rows)]++;
    dw_metrics_compute_some(metrics, times, wanted, &found);
    if (!isnan(found.value[DW_METRIC_AVERAGE_PRECISION])) dw_moments_add(&values, found.value[DW_METRIC_AVERAGE_PRECISION]);
  }
  dw_metrics_free(metrics);
  dw_free(times);
  out->spread[DW_ESTIMATED_AVERAGE_PRECISION] = dw_moments_std(&values, 0) * sqrt((double)size);
  out->relevant[DW_ESTIMATED_AVERAGE_PRECISION] = 1;
}

static void set_error(dw_estimator *out, dw_estimated metric, double spread, double relevant)
{
  out->spread[metric] = spread;
  out->relevant[metric] = relevant;
}

static void prediction_errors(dw_estimator *out, const uint64_t c[4])
{
  double tn = (double)c[0], fp = (double)c[1], fn = (double)c[2], tp = (double)c[3], n = tn + fp + fn + tp;
  set_error(out, DW_ESTIMATED_ACCURACY, deviation((tp + tn) / n), 1);
  set_error(out, DW_ESTIMATED_PRECISION, deviation(tp / (tp + fp)), (tp + fp) / n);
  set_error(out, DW_ESTIMATED_RECALL, deviation(tp / (tp + fn)), (tp + fn) / n);
  set_error(out, DW_ESTIMATED_SPECIFICITY, deviation(tn / (tn + fp)), (tn + fp) / n);
  double relevant = tp + fp + fn; /* F1 is a mean over these of hits times a factor */
  set_error(out, DW_ESTIMATED_F1, deviation(tp / relevant) * relevant / (tp + 0.5 * (fp + fn)), relevant / n);
  for (int k = 0; k < 4; k++) set_error(out, (dw_estimated)(DW_ESTIMATED_TRUE_NEGATIVE + k), deviation((double)c[k] / n), 1);
}

/* What rows of these cells are worth; NaN without values. */
static double worth(const dw_business *business, const double cell[4])
{
  double sum = 0, rows = 0;
  for (int k = 0; k < 4; k++) {
    sum += cell[k] * business->value[k];
    rows += cell[k];
  }
  return business->given ? business->per_prediction ? sum / rows : sum : NAN;
}

/* The standard deviation of what one row is worth. */
static void business_error(dw_estimator *out, const uint64_t c[4])
{
  double n = 0, mean = 0, variance = 0;
  for (int k = 0; k < 4; k++) n += (double)c[k];
  for (int k = 0; k < 4; k++) mean += (double)c[k] / n * out->business.value[k];
  for (int k = 0; k < 4; k++) variance += (double)c[k] / n * (out->business.value[k] - mean) * (out->business.value[k] - mean);
  set_error(out, DW_ESTIMATED_BUSINESS_VALUE, sqrt(variance), 1);
}

/* --- thresholds --- */

static void realised(const dw_judged *rows, const dw_business *business, double out[DW_ESTIMATES])
{
  static const dw_metric of[] = {DW_METRIC_AUC, DW_METRIC_AVERAGE_PRECISION, DW_METRIC_ACCURACY, DW_METRIC_PRECISION, DW_METRIC_RECALL, DW_METRIC_F1,
                                 DW_METRIC_SPECIFICITY};
  dw_metrics *metrics = dw_metrics_new(rows);
  dw_metric_values values;
  uint64_t counts[4];
  dw_metrics_compute(metrics, NULL, &values);
  dw_metrics_free(metrics);
  for (int m = 0; m < DW_ESTIMATED_TRUE_NEGATIVE; m++) out[m] = values.value[of[m]];
  bool there = dw_metrics_confusion(rows, NULL, counts);
  for (int k = 0; k < 4; k++) out[DW_ESTIMATED_TRUE_NEGATIVE + k] = there ? (double)counts[k] : NAN;
  out[DW_ESTIMATED_BUSINESS_VALUE] = there ? worth(business, out + DW_ESTIMATED_TRUE_NEGATIVE) : NAN;
}

static void set_thresholds(dw_estimator *out, const dw_judged *rows, const dw_chunk *chunk, size_t chunks)
{
  dw_moments over[DW_ESTIMATES];
  for (int m = 0; m < DW_ESTIMATES; m++) dw_moments_init(&over[m]);
  for (size_t k = 0; k < chunks; k++) {
    size_t from = chunk[k].first;
    dw_judged part = *rows;
    double value[DW_ESTIMATES];
    part.rows = chunk[k].count;
    part.score += from;
    part.label += from;
    if (part.prediction) part.prediction += from;
    realised(&part, &out->business, value);
    for (int m = 0; m < DW_ESTIMATES; m++)
      if (!isnan(value[m])) dw_moments_add(&over[m], value[m]);
  }
  for (int m = 0; m < DW_ESTIMATES; m++) {
    out->lower[m] = out->upper[m] = NAN;
    if (over[m].count == 0) continue;
    double reach = SIGMAS * dw_moments_std(&over[m], 0);
    out->lower[m] = over[m].mean - reach;
    out->upper[m] = over[m].mean + reach;
    if (m == DW_ESTIMATED_BUSINESS_VALUE) continue;
    out->lower[m] = fmax(out->lower[m], 0);
    if (!is_count(m)) out->upper[m] = fmin(out->upper[m], 1);
  }
}

/* --- fit and apply --- */

dw_status dw_estimator_fit(dw_estimator *out, const dw_judged *rows, const dw_chunk *chunk, size_t chunks, const dw_business *business, uint64_t seed,
                           dw_err *err)
{
  *out = (dw_estimator){0};
  if (business) out->business = *business;
  for (int m = 0; m < DW_ESTIMATES; m++) out->spread[m] = out->relevant[m] = out->lower[m] = out->upper[m] = NAN;
  size_t positives = 0;
  bool probabilities = true;
  for (size_t i = 0; i < rows->rows; i++) {
    positives += rows->label[i] == 1;
    probabilities = probabilities && rows->score[i] >= 0 && rows->score[i] <= 1;
  }
  if (positives == 0 || positives == rows->rows) return dw_err_set(err, DW_ENODATA, "the reference has labels of one class only: nothing to estimate from");
  double value[DW_ESTIMATES];
  realised(rows, &out->business, value);
  out->calibrated = !probabilities || (!(value[DW_ESTIMATED_AUC] > CLEAR_AUC) && needs_calibration(rows, seed));
  if (out->calibrated) {
    dw_status status = dw_calibration_fit(&out->map, DW_CALIBRATION_ISOTONIC, rows->score, rows->label, rows->rows, err);
    if (status != DW_OK) return status;
  }
  auc_error(out, rows, positives);
  average_precision_error(out, rows, seed);
  uint64_t counts[4];
  bool predictions = dw_metrics_confusion(rows, NULL, counts);
  if (predictions) prediction_errors(out, counts);
  if (predictions && out->business.given) business_error(out, counts);
  set_thresholds(out, rows, chunk, chunks);
  return DW_OK;
}

void dw_estimator_free(dw_estimator *estimator)
{
  dw_calibration_free(&estimator->map);
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

/* The expected ROC curve's area, and average precision: rows in descending order of the raw score, each a positive with probability p. */
static void estimate_ranking(ranked *row, size_t n, double total, dw_estimates *out)
{
  qsort(row, n, sizeof *row, descending);
  dw_sum area = {0}, precision = {0}, above = {0};
  double negatives = (double)n - total, before = 0;
  for (size_t i = 0; i < n;) {
    size_t j = i;
    for (; j < n && row[j].score == row[i].score; j++) dw_sum_add(&above, row[j].p);
    double after = dw_sum_value(&above), gained = after - before;
    dw_sum_add(&area, ((double)(j - i) - gained) * 0.5 * (before + after)); /* ties: a straight piece of the curve */
    dw_sum_add(&precision, gained * after / (double)j);
    before = after;
    i = j;
  }
  if (total > 0 && negatives > 0) out->value[DW_ESTIMATED_AUC] = dw_sum_value(&area) / (total * negatives);
  if (total > 0) out->value[DW_ESTIMATED_AVERAGE_PRECISION] = dw_sum_value(&precision) / total;
}

static double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

static void estimate_predictions(double tn, double fp, double fn, double tp, dw_estimates *out)
{
  double *v = out->value;
  v[DW_ESTIMATED_ACCURACY] = share(tp + tn, tn + fp + fn + tp);
  v[DW_ESTIMATED_PRECISION] = share(tp, tp + fp);
  v[DW_ESTIMATED_RECALL] = share(tp, tp + fn);
  v[DW_ESTIMATED_SPECIFICITY] = share(tn, tn + fp);
  v[DW_ESTIMATED_F1] = share(tp, tp + 0.5 * (fp + fn));
  v[DW_ESTIMATED_TRUE_NEGATIVE] = tn;
  v[DW_ESTIMATED_FALSE_POSITIVE] = fp;
  v[DW_ESTIMATED_FALSE_NEGATIVE] = fn;
  v[DW_ESTIMATED_TRUE_POSITIVE] = tp;
}

/* The least and the most that a metric of n rows can be. */
static void range_of(const dw_estimator *e, int metric, size_t n, double *least, double *most)
{
  const double *value = e->business.value;
  *least = 0;
  *most = 1;
  if (metric == DW_ESTIMATED_BUSINESS_VALUE) {
    *least = fmin(fmin(value[0], value[1]), fmin(value[2], value[3]));
    *most = fmax(fmax(value[0], value[1]), fmax(value[2], value[3]));
  }
  if (!is_total(e, metric)) return;
  *least *= (double)n;
  *most *= (double)n;
}

static void set_bounds(const dw_estimator *e, size_t n, dw_estimates *out)
{
  for (int m = 0; m < DW_ESTIMATES; m++) {
    double error = is_total(e, m) ? e->spread[m] * sqrt((double)n) : e->spread[m] / sqrt((double)n * e->relevant[m]), least, most;
    range_of(e, m, n, &least, &most);
    out->sampling_error[m] = error;
    out->low[m] = isnan(error) || isnan(out->value[m]) ? NAN : fmax(out->value[m] - SIGMAS * error, least);
    out->high[m] = isnan(error) || isnan(out->value[m]) ? NAN : fmin(out->value[m] + SIGMAS * error, most);
    out->alert[m] = out->value[m] < e->lower[m] || out->value[m] > e->upper[m];
  }
}

void dw_estimator_apply(const dw_estimator *e, const dw_judged *rows, dw_estimates *out)
{
  dw_sum sum[2] = {{0, 0}, {0, 0}}; /* of the probabilities, by prediction */
  size_t count[2] = {0};
  ranked *row = dw_alloc_array(rows->rows, sizeof *row);
  for (int m = 0; m < DW_ESTIMATES; m++) out->value[m] = NAN;
  for (size_t i = 0; i < rows->rows; i++) {
    double p = e->calibrated ? dw_calibration_apply(&e->map, rows->score[i]) : fmin(fmax(rows->score[i], 0), 1);
    size_t predicted = rows->prediction ? rows->prediction[i] == 1 : 0;
    row[i] = (ranked){rows->score[i], p};
    dw_sum_add(&sum[predicted], p);
    count[predicted]++;
  }
  double fn = dw_sum_value(&sum[0]), tp = dw_sum_value(&sum[1]);
  if (rows->rows) estimate_ranking(row, rows->rows, fn + tp, out);
  if (rows->rows && rows->prediction) estimate_predictions((double)count[0] - fn, (double)count[1] - tp, fn, tp, out);
  if (rows->rows && rows->prediction) out->value[DW_ESTIMATED_BUSINESS_VALUE] = worth(&e->business, out->value + DW_ESTIMATED_TRUE_NEGATIVE);
  dw_free(row);
  set_bounds(e, rows->rows, out);
}
