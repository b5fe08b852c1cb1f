#include "model/judge/prediction_limits.h"

#include <math.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/moments.h"

enum { HALVINGS = 100 };

/* Values in units of their spread from their mean, so that no square leaves the range of doubles. */
typedef struct sample {
  double *value, *variance; /* [count] the variance by chance */
  size_t count;
} sample;

/* The squared distances from the weighted mean, each over its variance; the mean and the sum of the weights. */
static double distances(const sample *w, double between, double *mean, double *weights)
{
  double sum = 0, out = 0;
  *weights = 0;
  for (size_t i = 0; i < w->count; i++) {
    double weight = 1 / (between + w->variance[i]);
    sum += weight * w->value[i];
    *weights += weight;
  }
  *mean = sum / *weights;
  for (size_t i = 0; i < w->count; i++) {
    double off = w->value[i] - *mean;
    out += off * off / (between + w->variance[i]);
  }
  return out;
}

/* The variance between windows in units of the variance of the values, of which it is never more: there the weighted sum is at most k - 1.
 */
static double find_between(const sample *w)
{
  double low = 0, high = 1, df = (double)(w->count - 1), mean, weights;
  for (int k = 0; k < HALVINGS; k++) {
    double middle = low + (high - low) / 2;
    if (distances(w, middle, &mean, &weights) > df) low = middle;
    else high = middle;
  }
  return high;
}

static void solve(dw_prediction *out, const sample *w, bool chance)
{
  double df = (double)(w->count - 1), mean, weights, q = chance ? distances(w, 0, &mean, &weights) : INFINITY;
  out->between = q > df ? find_between(w) : 0;
  q = distances(w, out->between, &mean, &weights);
  out->scale = q / df;
  out->mean = mean;
  out->mean_variance = out->scale / weights;
  out->df = df;
}

bool dw_prediction_fit(dw_prediction *out, const dw_window_value *value, size_t count, double row_error)
{
  dw_moments over;
  dw_moments_init(&over);
  for (size_t i = 0; i < count; i++)
    if (isfinite(value[i].value)) dw_moments_add(&over, value[i].value);
  *out = (dw_prediction){.mean = NAN, .windows = (size_t)over.count};
  double spread = dw_moments_std(&over, 1), row = row_error > 0 ? row_error / spread : 0;
  if (over.count < DW_PREDICTION_LEAST || !(spread > 0)) return false;
  sample w = {.value = dw_alloc_array(out->windows, sizeof(double)), .variance = dw_alloc_array(out->windows, sizeof(double))};
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(value[i].value)) continue;
    w.value[w.count] = (value[i].value - over.mean) / spread;
    w.variance[w.count++] = row * row / (double)value[i].rows;
  }
  solve(out, &w, row > 0);
  out->mean = over.mean + out->mean * spread;
  out->mean_variance *= spread * spread;
  out->between *= spread * spread;
  out->of_row = row * row * spread * spread;
  dw_free(w.value);
  dw_free(w.variance);
  return true;
}

bool dw_prediction_from_rows(dw_prediction *out, double value, size_t rows, double row_error)
{
  size_t windows = out->windows;
  *out = (dw_prediction){.mean = value, .scale = 1, .df = INFINITY, .windows = windows};
  out->of_row = row_error * row_error;
  out->mean_variance = out->of_row / (double)rows;
  return isfinite(value) && isfinite(row_error);
}

double dw_prediction_reach(double deviation, double share, double df, double tail)
{
  double quantile = isinf(df) ? dw_normal_quantile(tail) : dw_student_quantile(tail, df);
  return -quantile * deviation * sqrt(1 + share);
}

double dw_prediction_window_reach(const dw_prediction *limits, size_t rows, double tail)
{
  double variance = limits->scale * (limits->between + limits->of_row / (double)rows);
  if (!(variance > 0)) return 0;
  return dw_prediction_reach(sqrt(variance), limits->mean_variance / variance, limits->df, tail);
}
