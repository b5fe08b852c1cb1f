/* The sampling errors of estimates: a part of estimate.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/estimate/estimate.h"
#include "stats/samples/moments.h"
#include "stats/samples/sort.h"
#include "stats/samples/sum.h"

enum { BOOTSTRAPS = 50, BOOTSTRAP_MOST = 50000 };
#define AUC_OF_CLASSES 1.2 /* NannyML's correction for several classes */

/* The variance that one row gives a share p which so great a part of the rows is relevant to; NaN where it is none. */
static double variance_of(double p, double relevant) { return p * (1 - p) / relevant; }

/* One class against the rest, side by side. */
typedef struct one_side {
  double *score;
  uint32_t *label;
  size_t rows;
} one_side;

static size_t count_below(const double *sorted, size_t n, double x, bool equal)
{
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (sorted[middle] < x || (equal && sorted[middle] == x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Of the share of negatives below each positive (of the smaller class, the score turned round for the other). NannyML ranks equal scores
 * in whatever order its sort leaves them; here stands what that is on average over all orders: a positive among k equal negatives has from
 * 0 to k of them below it, each as likely, with variance k (k + 2) / 12. */
static double auc_variance(const one_side *side)
{
  size_t n = side->rows, positives = 0, others = 0;
  for (size_t i = 0; i < n; i++) positives += side->label[i];
  bool turned = positives * 2 > n;
  size_t count = turned ? n - positives : positives;
  if (count == 0) return NAN;
  double *other = dw_alloc_array(n, sizeof *other);
  for (size_t i = 0; i < n; i++)
    if (side->label[i] == turned) other[others++] = turned ? -side->score[i] : side->score[i];
  dw_sort_doubles(other, others, NULL);
  dw_moments shares;
  dw_sum within = {0};
  dw_moments_init(&shares);
  for (size_t i = 0; i < n; i++) {
    if (side->label[i] == turned) continue;
    double x = turned ? -side->score[i] : side->score[i];
    double below = (double)count_below(other, others, x, false), equal = (double)count_below(other, others, x, true) - below;
    dw_moments_add(&shares, (below + equal / 2) / (double)others);
    dw_sum_add(&within, equal * (equal + 2) / 12);
  }
  dw_free(other);
  double m = (double)others;
  return (dw_moments_variance(&shares, 0) + dw_sum_value(&within) / (double)count / (m * m)) / ((double)count / (double)n);
}

/* Of average precision over bootstrap samples of half the rows, times their number. */
static double average_precision_variance(const one_side *side, uint64_t seed)
{
  size_t size = side->rows / 2 < BOOTSTRAP_MOST ? side->rows / 2 : BOOTSTRAP_MOST;
  bool wanted[DW_METRICS] = {[DW_METRIC_AVERAGE_PRECISION] = true};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = side->rows, .classes = 2, .score = side->score, .label = side->label};
  uint32_t *times = dw_alloc_array(rows.rows, sizeof *times);
  dw_metrics *metrics = dw_metrics_new(&rows);
  dw_moments values;
  dw_moments_init(&values);
  for (uint32_t b = 0; b < BOOTSTRAPS; b++) {
    dw_rng rng;
    dw_metric_values found;
    dw_rng_start(&rng, dw_rng_derive(seed, "dw-eval average precision"), b, 0);
    memset(times, 0, rows.rows * sizeof *times);
    for (size_t i = 0; i < size; i++) times[dw_rng_below(&rng, rows.rows)]++;
    dw_metrics_compute_some(metrics, times, wanted, &found);
    if (!isnan(found.value[DW_METRIC_AVERAGE_PRECISION])) dw_moments_add(&values, found.value[DW_METRIC_AVERAGE_PRECISION]);
  }
  dw_metrics_free(metrics);
  dw_free(times);
  return values.count ? dw_moments_variance(&values, 0) * (double)size : NAN;
}

/* The variances of the classes, those that have one. */
typedef struct total {
  double sum;
  size_t count;
} total;

static void add_variance(total *t, double variance)
{
  if (isnan(variance) || isinf(variance)) return;
  t->sum += variance;
  t->count++;
}

/* The error of the mean over the classes. */
static double of_mean(const total *t, size_t classes) { return t->count ? sqrt(t->sum) / (double)classes : NAN; }

static void ranking_spreads(dw_estimator *out, const dw_judged *rows)
{
  size_t n = rows->rows, sides = out->classes == 2 ? 1 : out->classes;
  one_side side = {.score = dw_alloc_array(n, sizeof(double)), .label = dw_alloc_array(n, sizeof(uint32_t)), .rows = n};
  total auc = {0}, precision = {0};
  for (size_t k = 0; k < sides; k++) {
    for (size_t i = 0; i < n; i++) {
      side.score[i] = rows->score[i * sides + k];
      side.label[i] = rows->label[i] == (sides == 1 ? 1 : k);
    }
    add_variance(&auc, auc_variance(&side));
    add_variance(&precision, average_precision_variance(&side, out->how.seed));
  }
  out->of[DW_ESTIMATED_AUC].spread = of_mean(&auc, sides) * (sides == 1 ? 1 : AUC_OF_CLASSES);
  out->of[DW_ESTIMATED_AVERAGE_PRECISION].spread = precision.count ? sqrt(precision.sum / (double)precision.count) : NAN;
  dw_free(side.score);
  dw_free(side.label);
}

static void prediction_spreads(dw_estimator *out, const double *cell, double n)
{
  size_t classes = out->classes, sides = classes == 2 ? 1 : classes;
  dw_confusion_side *side = dw_alloc_array(classes, sizeof *side);
  total precision = {0}, recall = {0}, specificity = {0}, f1 = {0};
  double hits = 0;
  dw_confusion_sides(cell, classes, side);
  for (size_t k = 0; k < classes; k++) hits += side[k].tp;
  for (size_t k = classes - sides; k < classes; k++) {
    dw_confusion_side s = side[k];
    add_variance(&precision, variance_of(s.tp / (s.tp + s.fp), (s.tp + s.fp) / n));
    add_variance(&recall, variance_of(s.tp / (s.tp + s.fn), (s.tp + s.fn) / n));
    add_variance(&specificity, variance_of(s.tn / (s.tn + s.fp), (s.tn + s.fp) / n));
    double relevant = s.tp + s.fp + s.fn; /* F1 of two classes is a mean over these of hits times a factor */
    double factor = sides == 1 ? relevant / (s.tp + 0.5 * (s.fp + s.fn)) : 1;
    add_variance(&f1, variance_of(s.tp / relevant, relevant / n) * factor * factor);
  }
  dw_free(side);
  out->of[DW_ESTIMATED_ACCURACY].spread = sqrt(fmax(variance_of(hits / n, 1), 0));
  out->of[DW_ESTIMATED_PRECISION].spread = of_mean(&precision, sides);
  out->of[DW_ESTIMATED_RECALL].spread = of_mean(&recall, sides);
  out->of[DW_ESTIMATED_SPECIFICITY].spread = of_mean(&specificity, sides);
  out->of[DW_ESTIMATED_F1].spread = of_mean(&f1, sides);
}

/* A cell is a share of the rows that normalisation counts it among. */
static void cell_spreads(dw_estimator *out, const double *cell, double n)
{
  size_t classes = out->classes;
  double *share = dw_alloc_array(classes * classes, sizeof *share);
  memcpy(share, cell, classes * classes * sizeof *share);
  dw_confusion_normalise(share, classes, out->how.normalise == DW_NORMALISE_NONE ? DW_NORMALISE_ALL : out->how.normalise);
  for (size_t k = 0; k < classes * classes; k++) {
    double relevant = 0;
    if (out->how.normalise == DW_NORMALISE_TRUE)
      for (size_t told = 0; told < classes; told++) relevant += cell[k / classes * classes + told];
    else if (out->how.normalise == DW_NORMALISE_PRED)
      for (size_t label = 0; label < classes; label++) relevant += cell[label * classes + k % classes];
    else relevant = n;
    out->of[DW_ESTIMATED_CELLS + k].spread = relevant > 0 ? sqrt(fmax(variance_of(share[k], relevant / n), 0)) : NAN;
  }
  dw_free(share);
}

/* The standard deviation of what one row is worth. */
static double business_spread(const dw_business *business, const double *cell, double n)
{
  double mean = 0, variance = 0;
  for (size_t k = 0; k < business->count; k++) mean += cell[k] / n * business->value[k];
  for (size_t k = 0; k < business->count; k++) variance += cell[k] / n * (business->value[k] - mean) * (business->value[k] - mean);
  return sqrt(variance);
}

void dw_estimate_spreads(dw_estimator *out, const dw_judged *reference, const double *confusion)
{
  double n = (double)reference->rows;
  ranking_spreads(out, reference);
  if (!confusion) return;
  prediction_spreads(out, confusion, n);
  cell_spreads(out, confusion, n);
  if (out->how.business) out->of[DW_ESTIMATED_BUSINESS_VALUE].spread = business_spread(out->how.business, confusion, n);
}
