#include "model/judge/interval_closed.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"

enum { HALVINGS = 60 };

static double reach_of(double confidence) { return dw_normal_quantile(0.5 + confidence / 2); }

dw_interval dw_interval_wilson(double p, double trials, double confidence)
{
  if (!(trials > 0)) return (dw_interval){NAN, NAN, NULL};
  double z = reach_of(confidence), square = z * z, centre = (p + square / (2 * trials)) / (1 + square / trials);
  double reach = z / (1 + square / trials) * sqrt(p * (1 - p) / trials + square / (4 * trials * trials));
  return (dw_interval){p > 0 ? fmax(0, centre - reach) : 0, p < 1 ? fmin(1, centre + reach) : 1, "wilson"};
}

/* Hanley and McNeil's variance times the numbers of both, for an AUC of x. */
static double hanley_mcneil(double x, double half) { return x * (1 - x) * (1 + half * (1 - x) / (2 - x) + half * x / (1 + x)); }

/* Between from, where the difference is explained, and to, where it is not. */
static double auc_bound(double auc, double scale, double half, double from, double to)
{
  for (int k = 0; k < HALVINGS; k++) {
    double middle = from + (to - from) / 2, off = auc - middle;
    if (off * off <= scale * hanley_mcneil(middle, half)) from = middle;
    else to = middle;
  }
  return from;
}

dw_interval dw_interval_auc(double auc, double variance, double positives, double negatives, double confidence)
{
  double z = reach_of(confidence), half = (positives + negatives) / 2 - 1;
  bool inside = variance > 0 && auc > 0 && auc < 1;
  if (inside) z = dw_student_reach(confidence, fmax(fmin(positives, negatives) - 1, 1));
  double scale = z * z * (inside ? variance / hanley_mcneil(auc, half) : 1 / (positives * negatives));
  return (dw_interval){auc_bound(auc, scale, half, auc, 0), auc_bound(auc, scale, half, auc, 1), inside ? "delong" : "newcombe"};
}

dw_interval dw_interval_rate(const dw_judged *rows, dw_metric metric, double confidence)
{
  const dw_interval none = {NAN, NAN, NULL};
  bool binary = rows->task == DW_TASK_BINARY;
  if (!rows->prediction || !rows->label || (!binary && metric != DW_METRIC_ACCURACY)) return none;
  double hits = 0, told = 0, positives = 0, negatives = 0, right = 0, right_negatives = 0;
  for (size_t i = 0; i < rows->rows; i++) {
    bool is = rows->label[i] == 1, says = rows->prediction[i] == 1, negative = rows->label[i] == 0;
    hits += is && says;
    told += says;
    positives += is;
    negatives += negative;
    right_negatives += negative && rows->prediction[i] == 0;
    right += rows->label[i] == rows->prediction[i];
  }
  double either = positives + told - hits;
  switch (metric) {
  case DW_METRIC_ACCURACY: return dw_interval_wilson(right / (double)rows->rows, (double)rows->rows, confidence);
  case DW_METRIC_PRECISION: return told > 0 ? dw_interval_wilson(hits / told, told, confidence) : none;
  case DW_METRIC_RECALL: return dw_interval_wilson(hits / positives, positives, confidence);
  case DW_METRIC_SPECIFICITY: return dw_interval_wilson(right_negatives / negatives, negatives, confidence);
  case DW_METRIC_F1: {
    dw_interval both = dw_interval_wilson(hits / either, either, confidence);
    return (dw_interval){2 * both.low / (1 + both.low), 2 * both.high / (1 + both.high), both.method};
  }
  default: return none;
  }
}

dw_interval dw_interval_calibration(const dw_calibration_error *is, double confidence)
{
  if (isnan(is->value)) return (dw_interval){NAN, NAN, NULL};
  double reach = reach_of(confidence) * is->error;
  bool chance = dw_chi2_sf(is->chi2, is->df) > 1 - confidence;
  return (dw_interval){chance ? 0 : fmax(0, is->value - reach), fmin(1, is->value + reach), "normal"};
}

double dw_student_reach(double confidence, double df)
{
  double low = 0, high = 1;
  while (dw_student_two_sided(high, df) > 1 - confidence) high *= 2;
  for (int k = 0; k < HALVINGS; k++) {
    double middle = low + (high - low) / 2;
    if (dw_student_two_sided(middle, df) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/* The metric whose mean has this logarithm. */
static double from_log(dw_metric metric, double log_mean)
{
  if (metric == DW_METRIC_RMSE) return dw_exp(log_mean / 2);
  return metric == DW_METRIC_R2 ? 1 - dw_exp(log_mean) : dw_exp(log_mean);
}

dw_interval dw_interval_log_mean(dw_metric metric, double log_mean, double error, double lower, double upper, const char *method)
{
  double low = from_log(metric, log_mean - fmax(0, upper) * error), high = from_log(metric, log_mean - fmin(0, lower) * error);
  return (dw_interval){fmin(low, high), fmax(low, high), method};
}

double dw_share_logit(double share, double rows) { return dw_log((share * rows + 0.5) / ((1 - share) * rows + 0.5)); }

double dw_share_logit_slope(double share, double rows) { return 1 / (share + 0.5 / rows) + 1 / (1 - share + 0.5 / rows); }

static double share_of(double logit, double rows)
{
  double odds = dw_exp(logit), share = (odds * (rows + 0.5) - 0.5) / (rows * (1 + odds));
  return fmin(fmax(share, 0), 1);
}

dw_interval dw_interval_logit(double share, double rows, double bias, double error, double confidence)
{
  if (share == 0 || share == 1 || !(error > 0)) return dw_interval_wilson(share, rows, confidence);
  double z = dw_student_reach(confidence, fmax(rows - 1, 1)), at = dw_share_logit(share, rows) - bias;
  return (dw_interval){fmin(share_of(at - z * error, rows), share), fmax(share_of(at + z * error, rows), share), "logit"};
}

double dw_least_class(const dw_judged *rows)
{
  size_t least = rows->rows, *count = dw_alloc_zero(rows->classes + 1, sizeof *count);
  for (size_t i = 0; i < rows->rows; i++) count[rows->label[i]]++;
  for (size_t k = 0; k < rows->classes; k++)
    if (count[k] && count[k] < least) least = count[k];
  dw_free(count);
  return (double)least;
}
