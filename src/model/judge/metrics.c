#include "model/judge/metrics_rows.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/sum.h"

#define SMALLEST 2.220446049250313e-16 /* 2^-52 */

static const char *const names[DW_METRICS] = {[DW_METRIC_AUC] = "auc",
                                              [DW_METRIC_AVERAGE_PRECISION] = "average_precision",
                                              [DW_METRIC_LOG_LOSS] = "log_loss",
                                              [DW_METRIC_BRIER] = "brier",
                                              [DW_METRIC_ACCURACY] = "accuracy",
                                              [DW_METRIC_PRECISION] = "precision",
                                              [DW_METRIC_RECALL] = "recall",
                                              [DW_METRIC_F1] = "f1",
                                              [DW_METRIC_SPECIFICITY] = "specificity",
                                              [DW_METRIC_KS] = "ks",
                                              [DW_METRIC_ECE] = "ece",
                                              [DW_METRIC_CONFUSION_MATRIX] = "confusion_matrix",
                                              [DW_METRIC_MAE] = "mae",
                                              [DW_METRIC_RMSE] = "rmse",
                                              [DW_METRIC_MAPE] = "mape",
                                              [DW_METRIC_R2] = "r2"};

const char *dw_metric_name(dw_metric metric) { return names[metric]; }

bool dw_metric_from_name(const char *name, dw_metric *metric)
{
  for (int i = 0; i < DW_METRICS; i++)
    if (strcmp(names[i], name) == 0) {
      *metric = (dw_metric)i;
      return true;
    }
  return false;
}

bool dw_metric_applies(dw_metric metric, dw_task task)
{
  if (metric >= DW_METRIC_MAE) return task == DW_TASK_REGRESSION;
  if (metric == DW_METRIC_KS) return task == DW_TASK_BINARY;
  return task != DW_TASK_REGRESSION;
}

bool dw_metric_is_loss(dw_metric metric)
{
  return metric == DW_METRIC_LOG_LOSS || metric == DW_METRIC_BRIER || metric == DW_METRIC_ECE ||
         (metric >= DW_METRIC_MAE && metric <= DW_METRIC_MAPE);
}

void dw_metric_range(dw_metric metric, double *least, double *most)
{
  *least = metric == DW_METRIC_R2 ? -INFINITY : 0;
  *most = metric == DW_METRIC_BRIER                                 ? 2
          : metric == DW_METRIC_R2                                  ? 1
          : metric == DW_METRIC_LOG_LOSS || metric >= DW_METRIC_MAE ? INFINITY
                                                                    : 1;
}

/* A row and its score; equal scores stay in the order of the rows. */
typedef struct ranked {
  double score;
  uint32_t row;
} ranked;

/* Merge sort, descending and stable. */
static void sort_ranked(ranked *a, ranked *room, size_t n)
{
  if (n <= 16) {
    for (size_t i = 1; i < n; i++) {
      ranked x = a[i];
      size_t k = i;
      for (; k > 0 && a[k - 1].score < x.score; k--) a[k] = a[k - 1];
      a[k] = x;
    }
    return;
  }
  size_t half = n / 2;
  sort_ranked(a, room, half);
  sort_ranked(a + half, room, n - half);
  if (!(a[half - 1].score < a[half].score)) return;
  memcpy(room, a, half * sizeof *a);
  size_t i = 0, j = half, k = 0;
  while (i < half && j < n) a[k++] = room[i].score < a[j].score ? a[j++] : room[i++];
  while (i < half) a[k++] = room[i++];
}

static void rank_rows(dw_ranking *out, const double *score, size_t stride, size_t n)
{
  ranked *order = dw_alloc_array(n, sizeof *order), *room = dw_alloc_array(n, sizeof *room);
  for (size_t i = 0; i < n; i++) order[i] = (ranked){score[i * stride], (uint32_t)i};
  sort_ranked(order, room, n);
  out->row = dw_alloc_array(n, sizeof *out->row);
  out->last = dw_alloc_array(n, sizeof *out->last);
  for (size_t i = 0; i < n; i++) {
    out->row[i] = order[i].row;
    out->last[i] = i + 1 == n || order[i + 1].score < order[i].score;
  }
  dw_free(order);
  dw_free(room);
}

static double clipped_log(double p) { return dw_log(fmin(fmax(p, SMALLEST), 1 - SMALLEST)); }

/* The bin k of (k/10, (k+1)/10] that p lies in; 0 lies in the first. */
static uint32_t ece_bin(double p)
{
  for (uint32_t k = 1; k < ECE_BINS; k++)
    if (p <= k * 0.1) return k - 1;
  return ECE_BINS - 1;
}

size_t dw_metrics_width(const dw_judged *rows)
{
  if (rows->task == DW_TASK_BINARY) return 1;
  return rows->known ? rows->known : rows->classes;
}

static bool is_stranger(const dw_judged *rows, size_t row) { return rows->known && rows->label[row] >= rows->known; }

static bool are_probabilities(const dw_judged *rows)
{
  size_t stride = dw_metrics_width(rows);
  for (size_t i = 0; i < rows->rows; i++) {
    double sum = 0;
    for (size_t k = 0; k < stride; k++) {
      double p = rows->score[i * stride + k];
      if (!(p >= 0 && p <= 1)) return false;
      sum += p;
    }
    if (stride > 1 && fabs(sum - 1) > 1e-4) return false; /* single precision, printed to few digits */
  }
  return true;
}

static void prepare_binary(dw_metrics *m)
{
  const dw_judged *rows = &m->rows;
  for (size_t i = 0; i < rows->rows; i++) {
    double p = rows->score[i], y = rows->label[i] == 1;
    m->loss[i] = -clipped_log(rows->label[i] == 1 ? p : 1 - p);
    m->square[i] = (p - y) * (p - y);
    m->confidence[i] = p;
    m->right[i] = rows->label[i] == 1;
    m->bin[i] = ece_bin(p);
  }
}

static void prepare_multiclass(dw_metrics *m)
{
  const dw_judged *rows = &m->rows;
  size_t width = dw_metrics_width(rows);
  for (size_t i = 0; i < rows->rows; i++) {
    const double *p = rows->score + i * width;
    double sum = 0, square = 0;
    size_t largest = 0;
    for (size_t k = 0; k < width; k++) {
      double y = rows->label[i] == k;
      sum += fmin(fmax(p[k], SMALLEST), 1 - SMALLEST);
      square += (p[k] - y) * (p[k] - y);
      if (p[k] > p[largest]) largest = k;
    }
    m->loss[i] = is_stranger(rows, i) ? 0 : dw_log(sum) - clipped_log(p[rows->label[i]]);
    m->square[i] = square;
    m->confidence[i] = p[largest];
    m->right[i] = rows->label[i] == largest;
    m->bin[i] = ece_bin(p[largest]);
  }
}

static void prepare_regression(dw_metrics *m)
{
  for (size_t i = 0; i < m->rows.rows; i++) {
    double error = fabs(m->rows.score[i] - m->rows.target[i]);
    m->confidence[i] = error;
    m->loss[i] = error * error;
    m->square[i] = error / fmax(fabs(m->rows.target[i]), SMALLEST);
  }
}

dw_metrics *dw_metrics_new(const dw_judged *rows)
{
  dw_metrics *m = dw_alloc_zero(1, sizeof *m);
  size_t n = rows->rows;
  m->rows = *rows;
  if (!rows->score) return m;
  m->loss = dw_alloc_array(n, sizeof *m->loss);
  m->square = dw_alloc_array(n, sizeof *m->square);
  m->confidence = dw_alloc_array(n, sizeof *m->confidence);
  if (rows->task == DW_TASK_REGRESSION) {
    prepare_regression(m);
    return m;
  }
  size_t rankings = dw_metrics_width(rows);
  m->ranking = dw_alloc_array(rankings, sizeof *m->ranking);
  for (size_t k = 0; k < rankings; k++) rank_rows(&m->ranking[k], rows->score + k, rankings, n);
  m->probabilities = are_probabilities(rows);
  if (!m->probabilities) return m;
  m->bin = dw_alloc_array(n, sizeof *m->bin);
  m->right = dw_alloc_array(n, sizeof *m->right);
  if (rows->task == DW_TASK_BINARY) prepare_binary(m);
  else prepare_multiclass(m);
  return m;
}

void dw_metrics_free(dw_metrics *m)
{
  if (!m) return;
  size_t rankings = m->ranking ? dw_metrics_width(&m->rows) : 0;
  for (size_t k = 0; k < rankings; k++) {
    dw_free(m->ranking[k].row);
    dw_free(m->ranking[k].last);
  }
  dw_free(m->ranking);
  dw_free(m->loss);
  dw_free(m->square);
  dw_free(m->confidence);
  dw_free(m->bin);
  dw_free(m->right);
  dw_free(m);
}

static const char one_class[] = "labels of one class only";
static const char no_rows[] = "no rows";
const char dw_metrics_no_label[] = "a class without labels";
const char dw_metrics_stranger[] = "labels of a class that the model does not have";

static void set(dw_metric_values *out, dw_metric metric, double value) { out->value[metric] = value; }

static void fail(dw_metric_values *out, dw_metric metric, const char *why)
{
  out->value[metric] = NAN;
  out->why[metric] = why;
}

static uint64_t weight(const uint32_t *times, size_t i) { return times ? times[i] : 1; }

typedef struct ranked_values {
  double auc, average_precision, ks; /* NaN without both classes; average precision needs positives only */
} ranked_values;

/* One walk down the ranking: AUC as the share of pairs in order (ties half), average precision as the sum over the distinct scores of
 * recall gained * precision, KS as the largest distance. `positive` is the class that is ranked for. */
static ranked_values walk(const dw_ranking *order, const dw_judged *rows, uint32_t positive, const uint32_t *times)
{
  uint64_t above_positive = 0, above_negative = 0, group_positive = 0, group_negative = 0, positives = 0, negatives = 0;
  for (size_t i = 0; i < rows->rows; i++) {
    uint64_t w = weight(times, i);
    if (rows->label[i] == positive) positives += w;
    else negatives += w;
  }
  double p = (double)positives, n = (double)negatives;
  dw_sum pairs = {0}, precision = {0};
  double ks = 0;
  for (size_t i = 0; i < rows->rows; i++) {
    uint32_t row = order->row[i];
    uint64_t w = weight(times, row);
    if (rows->label[row] == positive) group_positive += w;
    else group_negative += w;
    if (!order->last[i]) continue;
    if (group_positive) {
      uint64_t taken = above_positive + group_positive, all = taken + above_negative + group_negative;
      dw_sum_add(&precision, (double)group_positive * ((double)taken / (double)all));
      dw_sum_add(&pairs, (double)group_positive * ((double)(negatives - above_negative) - 0.5 * (double)group_negative));
    }
    above_positive += group_positive;
    above_negative += group_negative;
    group_positive = group_negative = 0;
    double distance = fabs((double)above_positive / p - (double)above_negative / n);
    if (distance > ks) ks = distance;
  }
  bool both = positives && negatives;
  return (ranked_values){both ? dw_sum_value(&pairs) / (p * n) : NAN, positives ? dw_sum_value(&precision) / p : NAN, both ? ks : NAN};
}

static void compute_ranked(const dw_metrics *m, const uint32_t *times, const bool *wanted, dw_metric_values *out)
{
  if (!wanted[DW_METRIC_AUC] && !wanted[DW_METRIC_AVERAGE_PRECISION] && !wanted[DW_METRIC_KS]) return;
  ranked_values mean = {0};
  if (m->rows.task == DW_TASK_BINARY) {
    mean = walk(&m->ranking[0], &m->rows, 1, times);
  } else {
    size_t width = dw_metrics_width(&m->rows);
    for (size_t k = 0; k < width; k++) {
      ranked_values one = walk(&m->ranking[k], &m->rows, (uint32_t)k, times);
      mean.auc += one.auc / (double)width;
      mean.average_precision += one.average_precision / (double)width;
    }
    mean.ks = NAN;
  }
  const char *why = m->rows.task == DW_TASK_BINARY ? one_class : dw_metrics_no_label;
  set(out, DW_METRIC_AUC, mean.auc);
  if (isnan(mean.auc)) fail(out, DW_METRIC_AUC, why);
  set(out, DW_METRIC_AVERAGE_PRECISION, mean.average_precision);
  if (isnan(mean.average_precision)) fail(out, DW_METRIC_AVERAGE_PRECISION, m->rows.task == DW_TASK_BINARY ? "no positive labels" : why);
  set(out, DW_METRIC_KS, mean.ks);
  if (isnan(mean.ks)) fail(out, DW_METRIC_KS, why);
}

static double weighted_mean(const double *x, size_t n, const uint32_t *times, double total)
{
  dw_sum sum = {0};
  if (times)
    for (size_t i = 0; i < n; i++) dw_sum_add(&sum, x[i] * times[i]);
  else
    for (size_t i = 0; i < n; i++) dw_sum_add(&sum, x[i]);
  return dw_sum_value(&sum) / total;
}

bool dw_metrics_calibration(const dw_metrics *m, const uint32_t *times, dw_calibration_error *out)
{
  *out = (dw_calibration_error){.value = NAN, .error = NAN, .chi2 = NAN, .df = NAN};
  if (!m->probabilities) return false;
  dw_sum gap[ECE_BINS] = {{0}}, square[ECE_BINS] = {{0}}, told[ECE_BINS] = {{0}};
  uint64_t rows[ECE_BINS] = {0}, count = 0;
  for (size_t i = 0; i < m->rows.rows; i++) {
    uint64_t w = weight(times, i);
    double p = m->confidence[i], off = p - m->right[i];
    uint32_t k = m->bin[i];
    rows[k] += w;
    count += w;
    dw_sum_add(&gap[k], (double)w * off);
    dw_sum_add(&square[k], (double)w * off * off);
    dw_sum_add(&told[k], (double)w * p * (1 - p));
  }
  if (count == 0) return false;
  double total = (double)count, value = 0, plain = 0, squares = 0, chance = 0, chi2 = 0, df = 0;
  for (int k = 0; k < ECE_BINS; k++) {
    if (rows[k] == 0) continue;
    double d = dw_sum_value(&gap[k]) / total, s = dw_sum_value(&square[k]) / total;
    double variance = fmax(s - d * d, dw_sum_value(&told[k]) / total) / total;
    value += sqrt(fmax(0, d * d - variance));
    plain += fabs(d);
    squares += s;
    chance += variance;
    df++;
    if (d != 0) chi2 += d * d / variance;
  }
  double spread = fmax(squares - plain * plain, 0) / total; /* of the mean over all rows of score - truth, with the sign of its bin */
  *out = (dw_calibration_error){value, sqrt(fmax(spread, chance)), chi2, df};
  return true;
}

/* Sums over the rows of two losses a and b, and of their products. */
typedef struct loss_sums {
  double a, b, aa, ab, bb;
} loss_sums;

bool dw_metrics_log_mean(const dw_metrics *m, dw_metric metric, const uint32_t *times, double *log_mean, double *error)
{
  const double *loss = metric == DW_METRIC_LOG_LOSS || metric == DW_METRIC_RMSE || metric == DW_METRIC_R2 ? m->loss
                       : metric == DW_METRIC_BRIER || metric == DW_METRIC_MAPE                            ? m->square
                       : metric == DW_METRIC_MAE                                                          ? m->confidence
                                                                                                          : NULL;
  size_t n = m->rows.rows;
  double count = 0, mean = 0, scale = 0;
  if (!loss) return false;
  for (size_t i = 0; i < n; i++) {
    double w = (double)weight(times, i);
    count += w;
    scale = fmax(scale, w > 0 ? loss[i] : 0);
    if (metric == DW_METRIC_R2) mean += w * m->rows.target[i];
  }
  if (count < 2 || !(scale > 0) || !isfinite(scale)) return false;
  loss_sums s = {0};
  mean /= count;
  for (size_t i = 0; i < n; i++) {
    double w = (double)weight(times, i), a = loss[i] / scale, d = metric == DW_METRIC_R2 ? m->rows.target[i] - mean : 0, b = d * d / scale;
    s.a += w * a;
    s.b += w * b;
    s.aa += w * a * a;
    s.ab += w * a * b;
    s.bb += w * b * b;
  }
  bool ratio_of = metric == DW_METRIC_R2;
  if (ratio_of && !(s.b > 0)) return false;
  /* each row's part in the logarithm is a / mean a - 1, less b / mean b - 1; squares of that, times count */
  double squares = s.aa / (s.a * s.a) - 1 / count;
  if (ratio_of) squares = s.aa / (s.a * s.a) - 2 * s.ab / (s.a * s.b) + s.bb / (s.b * s.b);
  *log_mean = ratio_of ? dw_log(s.a / s.b) : dw_log(s.a / count) + dw_log(scale);
  *error = sqrt(fmax(squares, 0) * count / (count - 1));
  return true;
}

static bool has_strangers(const dw_metrics *m, const uint32_t *times)
{
  size_t i = 0;
  if (!m->rows.known || m->rows.known == m->rows.classes) return false;
  while (i < m->rows.rows && !(weight(times, i) && is_stranger(&m->rows, i))) i++;
  return i < m->rows.rows;
}

static void compute_probabilities(const dw_metrics *m, const uint32_t *times, const bool *wanted, double total, dw_metric_values *out)
{
  if (!m->probabilities) {
    const char *why = m->rows.task == DW_TASK_BINARY ? "scores outside 0 to 1 are not probabilities"
                                                     : "scores outside 0 to 1, or that do not sum to 1, are not probabilities";
    fail(out, DW_METRIC_LOG_LOSS, why);
    fail(out, DW_METRIC_BRIER, why);
    fail(out, DW_METRIC_ECE, why);
    return;
  }
  dw_calibration_error calibration;
  if (wanted[DW_METRIC_ECE] && dw_metrics_calibration(m, times, &calibration)) set(out, DW_METRIC_ECE, calibration.value);
  if (has_strangers(m, times)) {
    fail(out, DW_METRIC_LOG_LOSS, dw_metrics_stranger);
    fail(out, DW_METRIC_BRIER, dw_metrics_stranger);
    return;
  }
  if (wanted[DW_METRIC_LOG_LOSS]) set(out, DW_METRIC_LOG_LOSS, weighted_mean(m->loss, m->rows.rows, times, total));
  if (wanted[DW_METRIC_BRIER]) set(out, DW_METRIC_BRIER, weighted_mean(m->square, m->rows.rows, times, total));
}

static double ratio(uint64_t part, uint64_t whole) { return whole ? (double)part / (double)whole : 0; }

/* The second class against the rest; classes beyond the two are right nowhere. */
static void compute_binary_counts(const uint64_t *c, size_t classes, dw_metric_values *out)
{
  uint64_t total = 0, negatives = 0, positives = 0, told = 0, tn = c[0], tp = c[classes + 1];
  for (size_t i = 0; i < classes * classes; i++) total += c[i];
  for (size_t k = 0; k < classes; k++) {
    negatives += c[k];
    positives += c[classes + k];
    told += c[k * classes + 1];
  }
  set(out, DW_METRIC_ACCURACY, ratio(tp + tn, total));
  set(out, DW_METRIC_PRECISION, ratio(tp, told));
  set(out, DW_METRIC_RECALL, ratio(tp, positives));
  set(out, DW_METRIC_F1, ratio(2 * tp, positives + told));
  set(out, DW_METRIC_SPECIFICITY, ratio(tn, negatives));
  if (positives == 0) {
    fail(out, DW_METRIC_RECALL, "no positive labels");
    fail(out, DW_METRIC_F1, "no positive labels");
  }
  if (negatives == 0) fail(out, DW_METRIC_SPECIFICITY, "no negative labels");
}

/* The means over the classes that occur among labels or predictions. */
static void compute_class_counts(const uint64_t *c, size_t classes, dw_metric_values *out)
{
  uint64_t total = 0, right = 0, seen = 0;
  double precision = 0, recall = 0, f1 = 0, specificity = 0;
  for (size_t i = 0; i < classes * classes; i++) total += c[i];
  for (size_t k = 0; k < classes; k++) {
    uint64_t labels = 0, predictions = 0, hits = c[k * classes + k];
    for (size_t j = 0; j < classes; j++) {
      labels += c[k * classes + j];
      predictions += c[j * classes + k];
    }
    if (labels + predictions == 0) continue;
    seen++;
    right += hits;
    precision += ratio(hits, predictions);
    recall += ratio(hits, labels);
    f1 += ratio(2 * hits, labels + predictions);
    specificity += ratio(total - labels - predictions + hits, total - labels);
  }
  set(out, DW_METRIC_ACCURACY, ratio(right, total));
  set(out, DW_METRIC_PRECISION, precision / (double)seen);
  set(out, DW_METRIC_RECALL, recall / (double)seen);
  set(out, DW_METRIC_F1, f1 / (double)seen);
  set(out, DW_METRIC_SPECIFICITY, specificity / (double)seen);
}

bool dw_metrics_confusion(const dw_judged *rows, const uint32_t *times, uint64_t *counts)
{
  if (!rows->prediction || !rows->label || !rows->classes) return false;
  memset(counts, 0, rows->classes * rows->classes * sizeof *counts);
  for (size_t i = 0; i < rows->rows; i++) counts[rows->label[i] * rows->classes + rows->prediction[i]] += weight(times, i);
  return true;
}

static const dw_metric of_predictions[] = {DW_METRIC_ACCURACY, DW_METRIC_PRECISION, DW_METRIC_RECALL, DW_METRIC_F1, DW_METRIC_SPECIFICITY};
static const dw_metric of_scores[] = {DW_METRIC_AUC, DW_METRIC_AVERAGE_PRECISION, DW_METRIC_KS, DW_METRIC_LOG_LOSS, DW_METRIC_BRIER,
                                      DW_METRIC_ECE};

static void compute_predictions(const dw_metrics *m, const uint32_t *times, const bool *wanted, dw_metric_values *out)
{
  bool any = false;
  for (size_t i = 0; i < sizeof of_predictions / sizeof *of_predictions; i++) {
    any |= wanted[of_predictions[i]];
    if (!m->rows.prediction) fail(out, of_predictions[i], "no predictions");
  }
  if (!any || !m->rows.prediction) return;
  size_t cells = m->rows.classes * m->rows.classes;
  uint64_t few[64], *counts = cells <= 64 ? few : dw_alloc_array(cells, sizeof *counts);
  dw_metrics_confusion(&m->rows, times, counts);
  if (m->rows.task == DW_TASK_BINARY) compute_binary_counts(counts, m->rows.classes, out);
  else compute_class_counts(counts, m->rows.classes, out);
  if (counts != few) dw_free(counts);
}

static void compute_regression(const dw_metrics *m, const uint32_t *times, const bool *wanted, double total, dw_metric_values *out)
{
  size_t n = m->rows.rows;
  if (wanted[DW_METRIC_MAE]) set(out, DW_METRIC_MAE, weighted_mean(m->confidence, n, times, total));
  if (wanted[DW_METRIC_MAPE]) set(out, DW_METRIC_MAPE, weighted_mean(m->square, n, times, total));
  if (!wanted[DW_METRIC_RMSE] && !wanted[DW_METRIC_R2]) return;
  double mse = weighted_mean(m->loss, n, times, total);
  set(out, DW_METRIC_RMSE, sqrt(mse));
  if (!wanted[DW_METRIC_R2]) return;
  if (total < 2) {
    fail(out, DW_METRIC_R2, "fewer than 2 rows");
    return;
  }
  double mean = weighted_mean(m->rows.target, n, times, total);
  dw_sum spread = {0};
  for (size_t i = 0; i < n; i++) {
    double d = m->rows.target[i] - mean;
    dw_sum_add(&spread, (double)weight(times, i) * d * d);
  }
  double variance = dw_sum_value(&spread) / total;
  set(out, DW_METRIC_R2, variance > 0 ? 1 - mse / variance : mse > 0 ? 0 : 1); /* a constant target: as scikit-learn's force_finite */
}

void dw_metrics_compute_some(const dw_metrics *m, const uint32_t *times, const bool *wanted, dw_metric_values *out)
{
  uint64_t count = 0;
  if (times)
    for (size_t i = 0; i < m->rows.rows; i++) count += times[i];
  else count = m->rows.rows;
  for (int i = 0; i < DW_METRICS; i++) {
    out->value[i] = NAN;
    out->why[i] = !dw_metric_applies((dw_metric)i, m->rows.task) ? "not a metric of this task" : count ? NULL : no_rows;
  }
  out->why[DW_METRIC_CONFUSION_MATRIX] = "has no single value";
  if (count == 0) return;
  if (m->rows.task == DW_TASK_REGRESSION) {
    compute_regression(m, times, wanted, (double)count, out);
    return;
  }
  compute_predictions(m, times, wanted, out);
  if (m->rows.score) {
    compute_ranked(m, times, wanted, out);
    compute_probabilities(m, times, wanted, (double)count, out);
  } else {
    for (size_t i = 0; i < sizeof of_scores / sizeof *of_scores; i++)
      if (dw_metric_applies(of_scores[i], m->rows.task)) fail(out, of_scores[i], "no scores");
  }
  for (int i = 0; i < DW_METRICS; i++)
    if (!dw_metric_applies((dw_metric)i, m->rows.task)) fail(out, (dw_metric)i, "not a metric of this task");
}

void dw_metrics_compute(const dw_metrics *m, const uint32_t *times, dw_metric_values *out)
{
  bool all[DW_METRICS];
  for (int i = 0; i < DW_METRICS; i++) all[i] = true;
  dw_metrics_compute_some(m, times, all, out);
}
