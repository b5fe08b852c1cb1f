#include "model/judge/influence.h"
#include "model/judge/interval_closed.h"
#include "model/judge/interval_large.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "stats/samples/quantile.h"
#include "stats/tests/roc.h"
#include "stats/samples/sort.h"
#include "stats/distributions/special.h"

enum { JACKKNIFE_GROUPS = 100, WORTH_A_THREAD = 500000 /* rows drawn in all */ };

/* The metrics that are bootstrapped, and what the replicates gave: value[k * replicates + r] for the k-th of them. */
typedef struct bootstrap {
  const dw_metrics *champion, *challenger; /* challenger NULL: the values themselves, else the differences */
  const dw_resampling *how;
  dw_rng_key key;
  size_t rows;
  bool wanted[DW_METRICS];      /* by their values */
  bool studentised[DW_METRICS]; /* and these by (log mean - centre) / error */
  double centre[DW_METRICS];
  dw_metric metric[DW_METRICS];
  size_t count;
  double *value;
  uint32_t *times; /* [threads * rows] */
} bootstrap;

static double replicate_value(const bootstrap *b, dw_metric metric, const uint32_t *times, const dw_metric_values *first,
                              const dw_metric_values *second)
{
  double log_mean, error;
  if (b->challenger) return second->value[metric] - first->value[metric];
  if (!b->studentised[metric]) return first->value[metric];
  if (!dw_metrics_log_mean(b->champion, metric, times, &log_mean, &error) || !(error > 0)) return NAN;
  return (log_mean - b->centre[metric]) / error;
}

static void replicate(void *context, size_t r, unsigned thread)
{
  bootstrap *b = context;
  uint32_t *times = b->times + thread * b->rows;
  memset(times, 0, b->rows * sizeof *times);
  dw_rng rng;
  dw_rng_start(&rng, b->key, r, b->how->stream);
  for (size_t i = 0; i < b->rows; i++) times[dw_rng_below(&rng, b->rows)]++;
  dw_metric_values first, second;
  dw_metrics_compute_some(b->champion, times, b->wanted, &first);
  if (b->challenger) dw_metrics_compute_some(b->challenger, times, b->wanted, &second);
  for (size_t k = 0; k < b->count; k++) b->value[k * b->how->replicates + r] = replicate_value(b, b->metric[k], times, &first, &second);
}

/* Runs the replicates for the metrics in b->wanted; each metric's values are then ascending, NaN left out, usable[k] of them. */
static void run(bootstrap *b, size_t *usable)
{
  size_t replicates = b->how->replicates;
  b->count = 0;
  for (int i = 0; i < DW_METRICS; i++)
    if (b->wanted[i] || b->studentised[i]) b->metric[b->count++] = (dw_metric)i;
  if (!b->count || !replicates) return;
  unsigned threads = b->how->threads ? b->how->threads : dw_cores();
  if (b->rows * replicates < WORTH_A_THREAD) threads = 1;
  b->key = dw_rng_derive(b->how->seed, "dw-eval bootstrap");
  b->value = dw_alloc_array(b->count * replicates, sizeof *b->value);
  b->times = dw_alloc_array(threads * b->rows, sizeof *b->times);
  dw_parallel(threads, replicates, replicate, b);
  for (size_t k = 0; k < b->count; k++) {
    double *value = b->value + k * replicates;
    usable[k] = 0;
    for (size_t r = 0; r < replicates; r++)
      if (!isnan(value[r])) value[usable[k]++] = value[r];
    dw_sort_doubles(value, usable[k], NULL);
  }
  dw_free(b->times);
}

static size_t below(const double *sorted, size_t n, double x, bool equal)
{
  size_t k = 0;
  while (k < n && (sorted[k] < x || (equal && sorted[k] == x))) k++;
  return k;
}

/* Acceleration: the skewness of the metric without each group of rows. */
static double acceleration(const bootstrap *b, dw_metric metric)
{
  size_t groups = b->rows < JACKKNIFE_GROUPS ? b->rows : JACKKNIFE_GROUPS, kept = 0;
  uint32_t *times = dw_alloc_array(b->rows, sizeof *times);
  bool wanted[DW_METRICS] = {false};
  double value[JACKKNIFE_GROUPS], mean = 0, square = 0, cube = 0;
  wanted[metric] = true;
  for (size_t g = 0; g < groups; g++) {
    dw_metric_values values;
    for (size_t i = 0; i < b->rows; i++) times[i] = i % groups != g;
    dw_metrics_compute_some(b->champion, times, wanted, &values);
    if (!isnan(values.value[metric])) value[kept++] = values.value[metric];
  }
  dw_free(times);
  for (size_t g = 0; g < kept; g++) mean += value[g] / (double)kept;
  for (size_t g = 0; g < kept; g++) {
    double d = mean - value[g];
    square += d * d;
    cube += d * d * d;
  }
  return square > 0 ? cube / (6 * square * sqrt(square)) : 0;
}

/* Where in the sorted replicates the bounds lie. */
static void bca_levels(const bootstrap *b, dw_metric metric, const double *sorted, size_t n, double value, double *low, double *high)
{
  double share = ((double)below(sorted, n, value, false) + (double)below(sorted, n, value, true)) / (2 * (double)n);
  if (!(share > 0 && share < 1)) return; /* all replicates on one side: nothing to correct by */
  double z0 = dw_normal_quantile(share), a = acceleration(b, metric), from = z0 + dw_normal_quantile(*low),
         to = z0 + dw_normal_quantile(*high);
  if (!(a * from < 1 && a * to < 1)) return;
  *low = dw_normal_cdf(z0 + from / (1 - a * from));
  *high = dw_normal_cdf(z0 + to / (1 - a * to));
}

static dw_interval delong(const dw_metrics *metrics, const dw_judged *rows, double auc, const dw_resampling *how)
{
  double positives = 0, *psi = dw_alloc_array(rows->rows, sizeof *psi), error = NAN;
  if (dw_influence(metrics, DW_METRIC_AUC, psi)) error = dw_influence_error(metrics, DW_METRIC_AUC, psi);
  dw_free(psi);
  if (isnan(error)) return (dw_interval){NAN, NAN, NULL};
  for (size_t i = 0; i < rows->rows; i++) positives += rows->label[i] == 1;
  return dw_interval_auc(auc, error * error, positives, (double)rows->rows - positives, how->confidence);
}

static dw_interval studentised(const bootstrap *b, dw_metric metric, const double *sorted, size_t n)
{
  dw_sorted replicates = dw_sorted_make(sorted, n);
  double tail = (1 - b->how->confidence) / 2, log_mean, error;
  if (!dw_metrics_log_mean(b->champion, metric, NULL, &log_mean, &error)) return (dw_interval){NAN, NAN, NULL};
  return dw_interval_log_mean(metric, log_mean, error, dw_quantile(replicates, tail), dw_quantile(replicates, 1 - tail), "studentised");
}

/* Student's law on the logit scale, of the smallest class: the replicates' spread there, and their bias taken back. */
static dw_interval by_logit(const bootstrap *b, const dw_judged *rows, dw_metric metric, double value, const double *sorted, size_t n)
{
  double least = dw_least_class(rows);
  dw_moments moments;
  dw_moments_init(&moments);
  for (size_t i = 0; i < n; i++) dw_moments_add(&moments, dw_share_logit(sorted[i], least));
  double bias = moments.mean - dw_share_logit(value, least), error = dw_moments_std(&moments, 1);
  if (metric == DW_METRIC_KS && error > 0) {
    error = dw_ks_error(b->champion) * dw_share_logit_slope(value, least);
    bias *= DW_KS_BIAS;
  }
  return dw_interval_logit(value, least, bias, error, b->how->confidence);
}

/* Intervals that need no replicates; what does is left in b. */
static void close_intervals(const dw_metrics *metrics, const dw_judged *rows, const dw_metric_values *values, bootstrap *b,
                            dw_interval *out)
{
  double confidence = b->how->confidence, error;
  bool large = dw_rows_are_many(rows);
  dw_calibration_error calibration;
  if (rows->task == DW_TASK_BINARY && b->wanted[DW_METRIC_AUC]) {
    out[DW_METRIC_AUC] = delong(metrics, rows, values->value[DW_METRIC_AUC], b->how);
    b->wanted[DW_METRIC_AUC] = false;
  }
  for (int i = 0; i < DW_METRICS && b->how->kind == DW_INTERVAL_BEST; i++) {
    dw_metric metric = (dw_metric)i;
    if (!b->wanted[metric]) continue;
    if (metric == DW_METRIC_ECE && dw_metrics_calibration(metrics, NULL, &calibration))
      out[metric] = dw_interval_calibration(&calibration, confidence);
    else out[metric] = dw_interval_rate(rows, metric, confidence);
    if (!out[metric].method && large) out[metric] = dw_interval_large(metrics, rows, metric, values->value[metric], b->how);
    b->studentised[metric] = !out[metric].method && dw_metrics_log_mean(metrics, metric, NULL, &b->centre[metric], &error) && error > 0;
    b->wanted[metric] = !out[metric].method && !b->studentised[metric];
  }
}

static dw_interval from_replicates(const bootstrap *b, const dw_judged *rows, dw_metric metric, double value, const double *sorted,
                                   size_t n)
{
  if (b->studentised[metric]) return studentised(b, metric, sorted, n);
  if (b->how->kind == DW_INTERVAL_BEST && rows->label) return by_logit(b, rows, metric, value, sorted, n);
  double low = (1 - b->how->confidence) / 2, high = 1 - low;
  bool bca = b->how->kind == DW_INTERVAL_BCA;
  if (bca) bca_levels(b, metric, sorted, n, value, &low, &high);
  dw_sorted replicates = dw_sorted_make(sorted, n);
  return (dw_interval){dw_quantile(replicates, low), dw_quantile(replicates, high), bca ? "bca" : "bootstrap"};
}

void dw_intervals(const dw_metrics *metrics, const dw_judged *rows, const bool *wanted, const dw_metric_values *values,
                  const dw_resampling *how, dw_interval *out)
{
  bootstrap b = {.champion = metrics, .how = how, .rows = rows->rows};
  size_t usable[DW_METRICS] = {0};
  for (int i = 0; i < DW_METRICS; i++) {
    out[i] = (dw_interval){NAN, NAN, NULL};
    b.wanted[i] = wanted[i] && !isnan(values->value[i]);
  }
  close_intervals(metrics, rows, values, &b, out);
  run(&b, usable);
  for (size_t k = 0; k < b.count; k++) {
    size_t n = usable[k];
    if (n < 2 || n * 2 < how->replicates) continue;
    out[b.metric[k]] = from_replicates(&b, rows, b.metric[k], values->value[b.metric[k]], b.value + k * how->replicates, n);
  }
  dw_free(b.value);
}

static double two_sided(const double *sorted, size_t n)
{
  double down = (double)below(sorted, n, 0, true) + 1, up = (double)(n - below(sorted, n, 0, false)) + 1;
  return fmin(1, 2 * fmin(down, up) / ((double)n + 1));
}

void dw_intervals_paired(const dw_side *champion, const dw_side *challenger, const bool *wanted, const dw_resampling *how, dw_paired *out)
{
  bootstrap b = {.champion = champion->metrics, .challenger = challenger->metrics, .how = how, .rows = champion->rows->rows};
  size_t usable[DW_METRICS] = {0};
  for (int i = 0; i < DW_METRICS; i++) {
    double difference = challenger->values->value[i] - champion->values->value[i];
    out[i] = (dw_paired){difference, NAN, NAN, NAN, NULL};
    b.wanted[i] = wanted[i] && !isnan(difference);
  }
  bool large = how->kind == DW_INTERVAL_BEST && dw_rows_are_many(champion->rows);
  for (int i = 0; i < DW_METRICS; i++) {
    bool delong = i == DW_METRIC_AUC && champion->rows->task == DW_TASK_BINARY;
    if (!b.wanted[i] || !(large || delong)) continue;
    out[i] = dw_paired_large(champion, challenger, (dw_metric)i, how->confidence);
    if (delong || out[i].method) b.wanted[i] = false;
  }
  run(&b, usable);
  for (size_t k = 0; k < b.count; k++) {
    size_t n = usable[k];
    if (n < 2 || n * 2 < how->replicates) continue;
    dw_sorted replicates = dw_sorted_make(b.value + k * how->replicates, n);
    dw_paired *one = &out[b.metric[k]];
    one->low = dw_quantile(replicates, (1 - how->confidence) / 2);
    one->high = dw_quantile(replicates, (1 + how->confidence) / 2);
    one->p_value = two_sided(b.value + k * how->replicates, n);
    one->method = "bootstrap";
  }
  dw_free(b.value);
}
