#include "model/judge/influence.h"

#include <math.h>

#include "base/mem.h"
#include "model/judge/metrics_rows.h"

typedef struct class_counts {
  double positives, negatives;
} class_counts;

static class_counts count_classes(const dw_judged *rows, uint32_t positive)
{
  size_t count = 0;
  for (size_t i = 0; i < rows->rows; i++) count += rows->label[i] == positive;
  return (class_counts){(double)count, (double)(rows->rows - count)};
}

/* Groups of equal scores, from the smallest up: what lies below a group, and the group itself. */
typedef struct climb {
  const dw_ranking *order;
  const dw_judged *rows;
  uint32_t positive;
  size_t from, to; /* places in the ranking of the group, to exclusive */
  double below_positive, below_negative, group_positive, group_negative;
} climb;

static void climb_start(climb *c, const dw_ranking *order, const dw_judged *rows, uint32_t positive)
{
  *c = (climb){.order = order, .rows = rows, .positive = positive, .from = rows->rows, .to = rows->rows};
}

static bool climb_next(climb *c)
{
  if (c->from == 0) return false;
  c->below_positive += c->group_positive;
  c->below_negative += c->group_negative;
  c->to = c->from--;
  size_t count = c->rows->label[c->order->row[c->from]] == c->positive;
  while (c->from > 0 && !c->order->last[c->from - 1]) count += c->rows->label[c->order->row[--c->from]] == c->positive;
  c->group_positive = (double)count;
  c->group_negative = (double)(c->to - c->from - count);
  return true;
}

/* To each row of the group, by its class. */
static void add_to_group(const climb *c, double positive, double negative, double *psi)
{
  for (size_t i = c->from; i < c->to; i++) {
    uint32_t row = c->order->row[i];
    psi[row] += c->rows->label[row] == c->positive ? positive : negative;
  }
}

/* A positive's part is the share of negatives below it, a negative's that of positives above, equal ones by half. */
static void add_auc(const dw_ranking *order, const dw_judged *rows, uint32_t positive, double weight, double *psi)
{
  class_counts n = count_classes(rows, positive);
  double pairs = 0, all = n.positives * n.negatives;
  climb c;
  for (climb_start(&c, order, rows, positive); climb_next(&c);) pairs += c.group_positive * (c.below_negative + c.group_negative / 2);
  for (climb_start(&c, order, rows, positive); climb_next(&c);)
    add_to_group(&c, weight * ((c.below_negative + c.group_negative / 2) / all - pairs / all / n.positives),
                 weight * ((n.positives - c.below_positive - c.group_positive / 2) / all - pairs / all / n.negatives), psi);
}

/* Average precision is the mean over the positives of taken / all, the rows with at least their score: a row more among them changes taken
 * and all of each positive below it. */
static void add_average_precision(const dw_ranking *order, const dw_judged *rows, uint32_t positive, double weight, double *psi)
{
  class_counts n = count_classes(rows, positive);
  double sum = 0, up = 0, down = 0;
  climb c;
  for (climb_start(&c, order, rows, positive); climb_next(&c);) {
    double taken = n.positives - c.below_positive, all = taken + n.negatives - c.below_negative;
    sum += c.group_positive * taken / all;
  }
  for (climb_start(&c, order, rows, positive); climb_next(&c);) {
    double taken = n.positives - c.below_positive, all = taken + n.negatives - c.below_negative;
    up += c.group_positive * (all - taken) / (all * all);
    down += c.group_positive * taken / (all * all);
    add_to_group(&c, weight * (taken / all + up - sum / n.positives) / n.positives, -weight * down / n.positives, psi);
  }
}

/* The largest distance, of the shares of both classes from a score up. */
typedef struct gap {
  class_counts all, above; /* rows */
  size_t place;            /* rows of both above */
} gap;

static gap largest_gap(const dw_ranking *order, const dw_judged *rows)
{
  gap at = {.all = count_classes(rows, 1)};
  double most = -1;
  climb c;
  for (climb_start(&c, order, rows, 1); climb_next(&c);) {
    class_counts above = {at.all.positives - c.below_positive, at.all.negatives - c.below_negative};
    double distance = fabs(above.positives / at.all.positives - above.negatives / at.all.negatives);
    if (distance <= most) continue;
    most = distance;
    at.above = above;
    at.place = c.to;
  }
  return at;
}

static void add_ks(const dw_ranking *order, const dw_judged *rows, double *psi)
{
  gap at = largest_gap(order, rows);
  double p = at.above.positives / at.all.positives, q = at.above.negatives / at.all.negatives, sign = p < q ? -1 : 1;
  for (size_t i = 0; i < rows->rows; i++) {
    uint32_t row = order->row[i];
    double above = i < at.place;
    psi[row] += sign * (rows->label[row] == 1 ? (above - p) / at.all.positives : -(above - q) / at.all.negatives);
  }
}

double dw_ks_error(const dw_metrics *m)
{
  gap at = largest_gap(&m->ranking[0], &m->rows);
  double n = at.all.positives + 2, o = at.all.negatives + 2, p = (at.all.positives - at.above.positives + 1) / n,
         q = (at.all.negatives - at.above.negatives + 1) / o;
  return sqrt(p * (1 - p) / n + q * (1 - q) / o);
}

static void add_ranked(const dw_metrics *m, dw_metric metric, double *psi)
{
  if (metric == DW_METRIC_KS) {
    add_ks(&m->ranking[0], &m->rows, psi);
    return;
  }
  size_t width = dw_metrics_width(&m->rows);
  for (size_t k = 0; k < width; k++) {
    uint32_t positive = m->rows.task == DW_TASK_BINARY ? 1 : (uint32_t)k;
    if (metric == DW_METRIC_AUC) add_auc(&m->ranking[k], &m->rows, positive, 1 / (double)width, psi);
    else add_average_precision(&m->ranking[k], &m->rows, positive, 1 / (double)width, psi);
  }
}

/* Of the mean of losses. Returns it. */
static double of_mean(const double *loss, size_t n, double *psi)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += loss[i];
  for (size_t i = 0; i < n; i++) psi[i] = (loss[i] - sum / (double)n) / (double)n;
  return sum / (double)n;
}

static void of_r2(const dw_metrics *m, double *psi)
{
  size_t n = m->rows.rows;
  double square = of_mean(m->loss, n, psi), mean = 0, variance = 0;
  for (size_t i = 0; i < n; i++) mean += m->rows.target[i] / (double)n;
  for (size_t i = 0; i < n; i++) variance += (m->rows.target[i] - mean) * (m->rows.target[i] - mean) / (double)n;
  for (size_t i = 0; i < n; i++) {
    double d = m->rows.target[i] - mean;
    psi[i] = variance > 0 ? square * (d * d - variance) / (variance * variance * (double)n) - psi[i] / variance : 0;
  }
}

/* The sum over the bins of |mean score - share positive| * share: each row adds the gap of its own to its bin. */
static void of_calibration(const dw_metrics *m, double *psi)
{
  size_t n = m->rows.rows;
  double off_by[ECE_BINS] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) off_by[m->bin[i]] += (m->confidence[i] - m->right[i]) / (double)n;
  for (int k = 0; k < ECE_BINS; k++) sum += fabs(off_by[k]);
  for (size_t i = 0; i < n; i++) {
    double off = m->confidence[i] - m->right[i];
    psi[i] = ((off_by[m->bin[i]] < 0 ? -off : off) - sum) / (double)n;
  }
}

/* The influence of a row by its label and its prediction: cell[label * classes + prediction]. */
static void binary_cells(const double *counts, size_t classes, dw_metric metric, double *cell)
{
  double total = 0, negatives = 0, positives = 0, told = 0, right_negatives = counts[0], hits = counts[classes + 1];
  for (size_t k = 0; k < classes * classes; k++) total += counts[k];
  for (size_t k = 0; k < classes; k++) {
    negatives += counts[k];
    positives += counts[classes + k];
    told += counts[k * classes + 1];
  }
  for (size_t label = 0; label < classes; label++)
    for (size_t says = 0; says < classes; says++) {
      double is = label == 1, yes = says == 1, hit = label == 1 && says == 1, no = label == 0 && says == 0,
             *out = &cell[label * classes + says];
      *out = 0;
      if (metric == DW_METRIC_ACCURACY) *out = (hit + no - (hits + right_negatives) / total) / total;
      else if (metric == DW_METRIC_PRECISION && told > 0) *out = (hit - yes * hits / told) / told;
      else if (metric == DW_METRIC_RECALL) *out = (hit - is * hits / positives) / positives;
      else if (metric == DW_METRIC_F1) *out = (2 * hit - (is + yes) * 2 * hits / (positives + told)) / (positives + told);
      else if (metric == DW_METRIC_SPECIFICITY) *out = (no - (label == 0) * right_negatives / negatives) / negatives;
    }
}

static double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/* What each class adds, before the mean over those seen: a row has a part in the class of its label and in that of its prediction, and in
 * the specificity of all others. */
static void class_cells(const double *counts, size_t classes, dw_metric metric, double *cell)
{
  double *labels = dw_alloc_zero(classes, sizeof *labels), *told = dw_alloc_zero(classes, sizeof *told);
  double total = 0, right = 0, seen = 0, rest = 0;
  for (size_t label = 0; label < classes; label++)
    for (size_t says = 0; says < classes; says++) {
      double count = counts[label * classes + says];
      total += count;
      labels[label] += count;
      told[says] += count;
      right += label == says ? count : 0;
    }
  for (size_t k = 0; k < classes; k++) {
    if (labels[k] + told[k] == 0) continue;
    seen++;
    rest += share(1 - share(total - labels[k] - told[k] + counts[k * classes + k], total - labels[k]), total - labels[k]);
  }
  for (size_t label = 0; label < classes; label++)
    for (size_t says = 0; says < classes; says++) {
      double hit = label == says, hits_label = counts[label * classes + label], hits_says = counts[says * classes + says], sum = 0;
      if (metric == DW_METRIC_ACCURACY) sum = seen * (hit - right / total) / total;
      else if (metric == DW_METRIC_PRECISION) sum = share(hit - share(hits_says, told[says]), told[says]);
      else if (metric == DW_METRIC_RECALL) sum = share(hit - share(hits_label, labels[label]), labels[label]);
      else if (metric == DW_METRIC_F1) {
        double of_label = labels[label] + told[label], of_says = labels[says] + told[says];
        sum = label == says ? share(2 - 4 * share(hits_label, of_label), of_label)
                            : -share(2 * share(hits_label, of_label), of_label) - share(2 * share(hits_says, of_says), of_says);
      } else if (metric == DW_METRIC_SPECIFICITY) {
        double others = total - labels[label];
        sum = rest - share(1 - share(others - told[label] + hits_label, others), others) -
              (label == says ? 0 : share(1, total - labels[says]));
      }
      cell[label * classes + says] = sum / seen;
    }
  dw_free(labels);
  dw_free(told);
}

static void of_predictions(const dw_metrics *m, dw_metric metric, double *psi)
{
  size_t classes = m->rows.classes, cells = classes * classes;
  uint64_t *counted = dw_alloc_array(cells, sizeof *counted);
  double *counts = dw_alloc_array(cells, sizeof *counts), *cell = dw_alloc_array(cells, sizeof *cell);
  dw_metrics_confusion(&m->rows, NULL, counted);
  for (size_t k = 0; k < cells; k++) counts[k] = (double)counted[k];
  if (m->rows.task == DW_TASK_BINARY) binary_cells(counts, classes, metric, cell);
  else class_cells(counts, classes, metric, cell);
  for (size_t i = 0; i < m->rows.rows; i++) psi[i] = cell[m->rows.label[i] * classes + m->rows.prediction[i]];
  dw_free(counted);
  dw_free(counts);
  dw_free(cell);
}

bool dw_influence(const dw_metrics *m, dw_metric metric, double *psi)
{
  bool wanted[DW_METRICS] = {false};
  size_t n = m->rows.rows;
  dw_metric_values values;
  wanted[metric] = true;
  dw_metrics_compute_some(m, NULL, wanted, &values);
  double value = values.value[metric];
  if (isnan(value)) return false;
  switch (metric) {
  case DW_METRIC_AUC:
  case DW_METRIC_AVERAGE_PRECISION:
  case DW_METRIC_KS:
    for (size_t i = 0; i < n; i++) psi[i] = 0;
    add_ranked(m, metric, psi);
    return true;
  case DW_METRIC_LOG_LOSS: of_mean(m->loss, n, psi); return true;
  case DW_METRIC_BRIER:
  case DW_METRIC_MAPE: of_mean(m->square, n, psi); return true;
  case DW_METRIC_MAE: of_mean(m->confidence, n, psi); return true;
  case DW_METRIC_RMSE:
    of_mean(m->loss, n, psi);
    for (size_t i = 0; i < n; i++) psi[i] = value > 0 ? psi[i] / (2 * value) : 0;
    return true;
  case DW_METRIC_R2: of_r2(m, psi); return true;
  case DW_METRIC_ECE: of_calibration(m, psi); return true;
  case DW_METRIC_ACCURACY:
  case DW_METRIC_PRECISION:
  case DW_METRIC_RECALL:
  case DW_METRIC_F1:
  case DW_METRIC_SPECIFICITY: of_predictions(m, metric, psi); return true;
  case DW_METRIC_CONFUSION_MATRIX:
  case DW_METRICS: break;
  }
  return false;
}

double dw_influence_error(const dw_metrics *m, dw_metric metric, const double *psi)
{
  double squares = 0, of_class[2] = {0};
  if (metric != DW_METRIC_AUC || m->rows.task != DW_TASK_BINARY) {
    for (size_t i = 0; i < m->rows.rows; i++) squares += psi[i] * psi[i];
    return sqrt(squares);
  }
  class_counts n = count_classes(&m->rows, 1);
  for (size_t i = 0; i < m->rows.rows; i++) of_class[m->rows.label[i] == 1] += psi[i] * psi[i];
  if (n.positives < 2 || n.negatives < 2) return NAN;
  return sqrt(of_class[1] * n.positives / (n.positives - 1) + of_class[0] * n.negatives / (n.negatives - 1));
}
