#include "model/judge/interval_large.h"

#include <math.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "model/judge/influence.h"
#include "model/judge/interval_closed.h"
#include "model/judge/metrics_rows.h"
#include "stats/distributions/special.h"

enum { MANY_ROWS = 20000, MANY_OF_A_CLASS = 1000, GROUPS = 512 };

#define CORRECTION_MOST 0.2 /* in units of the error: what the next term, its square, is worth is then below 2 % of the interval */

bool dw_rows_are_many(const dw_judged *rows)
{
  if (rows->rows < MANY_ROWS) return false;
  return !rows->label || dw_least_class(rows) >= MANY_OF_A_CLASS;
}

/* --- means of losses --- */

/* The first two terms of the cumulants of t = (log mean - true) / error, times sqrt(n). */
typedef struct cumulants {
  double mean, third;
} cumulants;

/* u = a / mean a - b / mean b is a row's part in the logarithm, b the squared deviation of the target (R^2) or nothing. From the terms to 1
 * / sqrt(n) of t: the skewness of u, that the logarithm is curved, and of R^2 that the deviations are from the sample's own mean. */
static bool log_mean_cumulants(const dw_metrics *m, dw_metric metric, cumulants *out)
{
  const double *loss = metric == DW_METRIC_BRIER || metric == DW_METRIC_MAPE ? m->square
                       : metric == DW_METRIC_MAE                             ? m->confidence
                                                                             : m->loss;
  bool ratio_of = metric == DW_METRIC_R2;
  size_t n = m->rows.rows;
  double rows = (double)n, a = 0, b = 0, centre = 0;
  for (size_t i = 0; i < n; i++) a += loss[i] / rows;
  for (size_t i = 0; i < n && ratio_of; i++) centre += m->rows.target[i] / rows;
  for (size_t i = 0; i < n && ratio_of; i++) b += (m->rows.target[i] - centre) * (m->rows.target[i] - centre) / rows;
  if (!(a > 0) || (ratio_of && !(b > 0))) return false;
  double square = 0, cube = 0, of_a = 0, of_b = 0, target = 0;
  for (size_t i = 0; i < n; i++) {
    double d = ratio_of ? m->rows.target[i] - centre : 0, x = loss[i] / a - 1, y = ratio_of ? d * d / b - 1 : 0, u = x - y;
    square += u * u / rows;
    cube += u * u * u / rows;
    of_a += x * x / rows;
    of_b += y * y / rows;
    target += u * d / rows;
  }
  if (!(square > 0)) return false;
  double error = sqrt(square), skew = cube / (square * error), curve = (of_a - of_b) / error;
  *out = (cumulants){(curve - skew) / 2, 3 * curve - 2 * skew};
  if (ratio_of) {
    double own_mean = target * target / (square * error * b);
    out->mean += 1 / error - 2 * own_mean;
    out->third -= 6 * own_mean;
  }
  return true;
}

static dw_interval of_log_mean(const dw_metrics *m, dw_metric metric, double confidence)
{
  const dw_interval none = {NAN, NAN, NULL};
  double z = dw_normal_quantile(0.5 + confidence / 2), log_mean, error;
  cumulants k;
  if (!dw_metrics_log_mean(m, metric, NULL, &log_mean, &error) || !(error > 0) || !log_mean_cumulants(m, metric, &k)) return none;
  double correction = (k.mean + k.third * (z * z - 1) / 6) / sqrt((double)m->rows.rows);
  if (!(fabs(correction) <= CORRECTION_MOST)) return none;
  return dw_interval_log_mean(metric, log_mean, error, correction - z, correction + z, "edgeworth");
}

/* --- the bias of KS --- */

typedef struct groups {
  size_t count;
  double positives[GROUPS + 1], negatives[GROUPS + 1]; /* rows, from the largest score down */
  double value;                                        /* the largest distance at their ends */
  double least;
  const dw_resampling *how;
  dw_rng_key key;
  double *shift; /* [replicates] */
} groups;

static double groups_distance(const double *positives, const double *negatives, size_t count)
{
  double p = 0, q = 0, all_p = 0, all_q = 0, most = 0;
  for (size_t g = 0; g < count; g++) {
    all_p += positives[g];
    all_q += negatives[g];
  }
  for (size_t g = 0; g < count; g++) {
    p += positives[g];
    q += negatives[g];
    most = fmax(most, fabs(p / all_p - q / all_q));
  }
  return most;
}

static void make_groups(const dw_metrics *m, groups *out)
{
  const dw_ranking *order = &m->ranking[0];
  size_t n = m->rows.rows, taken = 0;
  for (size_t i = 0; i < n; i++) {
    double *of = m->rows.label[order->row[i]] == 1 ? out->positives : out->negatives;
    of[out->count]++;
    if (++taken * GROUPS < n || !order->last[i]) continue;
    out->count++;
    taken = 0;
  }
  out->count += taken > 0;
  out->value = groups_distance(out->positives, out->negatives, out->count);
}

static double shaken(double count, dw_rng *rng) { return count + sqrt(count) * dw_normal_quantile(dw_rng_uniform(rng)); }

static void replicate_groups(void *context, size_t r, unsigned thread)
{
  groups *of = context;
  double positives[GROUPS + 1], negatives[GROUPS + 1];
  (void)thread;
  dw_rng rng;
  dw_rng_start(&rng, of->key, r, of->how->stream);
  for (size_t g = 0; g < of->count; g++) {
    positives[g] = shaken(of->positives[g], &rng);
    negatives[g] = shaken(of->negatives[g], &rng);
  }
  double distance = fmin(groups_distance(positives, negatives, of->count), 1);
  of->shift[r] = dw_share_logit(distance, of->least) - dw_share_logit(of->value, of->least);
}

static double ks_bias(const dw_metrics *m, double least, const dw_resampling *how)
{
  double sum = 0;
  if (how->replicates == 0) return 0;
  groups *of = dw_alloc_zero(1, sizeof *of);
  of->least = least;
  of->how = how;
  of->key = dw_rng_derive(how->seed, "dw-eval bootstrap");
  of->shift = dw_alloc_array(how->replicates, sizeof *of->shift);
  make_groups(m, of);
  dw_parallel(how->threads ? how->threads : dw_cores(), how->replicates, replicate_groups, of);
  for (size_t r = 0; r < how->replicates; r++) sum += of->shift[r] / how->replicates;
  dw_free(of->shift);
  dw_free(of);
  return DW_KS_BIAS * sum;
}

/* --- */

static dw_interval of_share(const dw_metrics *m, const dw_judged *rows, dw_metric metric, double value, const dw_resampling *how)
{
  double least = dw_least_class(rows), error = NAN, bias = 0;
  if (metric == DW_METRIC_KS) {
    error = dw_ks_error(m);
    bias = ks_bias(m, least, how);
  } else {
    double *psi = dw_alloc_array(rows->rows, sizeof *psi);
    if (dw_influence(m, metric, psi)) error = dw_influence_error(m, metric, psi);
    dw_free(psi);
  }
  if (isnan(error)) return (dw_interval){NAN, NAN, NULL};
  return dw_interval_logit(value, least, bias, error * dw_share_logit_slope(value, least), how->confidence);
}

dw_interval dw_interval_large(const dw_metrics *metrics, const dw_judged *rows, dw_metric metric, double value, const dw_resampling *how)
{
  if (metric == DW_METRIC_KS && how->replicates == 0) return (dw_interval){NAN, NAN, NULL};
  if (metric == DW_METRIC_LOG_LOSS || metric == DW_METRIC_BRIER || metric >= DW_METRIC_MAE)
    return of_log_mean(metrics, metric, how->confidence);
  return of_share(metrics, rows, metric, value, how);
}

dw_paired dw_paired_large(const dw_side *champion, const dw_side *challenger, dw_metric metric, double confidence)
{
  size_t n = champion->rows->rows;
  double difference = challenger->values->value[metric] - champion->values->value[metric], error = NAN;
  double *of = dw_alloc_array(n, sizeof *of), *other = dw_alloc_array(n, sizeof *other);
  if (dw_influence(champion->metrics, metric, of) && dw_influence(challenger->metrics, metric, other)) {
    for (size_t i = 0; i < n; i++) of[i] -= other[i];
    error = dw_influence_error(champion->metrics, metric, of);
  }
  dw_free(of);
  dw_free(other);
  dw_paired out = {difference, NAN, NAN, NAN, NULL};
  if (isnan(error)) return out;
  double reach = dw_normal_quantile(0.5 + confidence / 2) * error;
  bool delong = metric == DW_METRIC_AUC && champion->rows->task == DW_TASK_BINARY;
  out.low = difference - reach;
  out.high = difference + reach;
  out.p_value = error > 0 ? 2 * dw_normal_cdf(-fabs(difference) / error) : difference == 0;
  out.method = delong ? "delong" : "influence";
  return out;
}
