/* bocd: how long is it since the last change? Bayesian online change point detection, Adams and MacKay, arXiv 0710.3742, 2007, of normal
 * values with a known variance and an unknown mean that is drawn anew, N(prior_mean, prior_var), at each change; a change comes with the
 * chance hazard at each value. As frouros's BOCD: a drift when, from the min_num_instances-th value on, the most probable run of values
 * without a change is not the one of all values since the start.
 *
 * The mean of a run of r values has the posterior precision 1/prior_var + r/data_var; x given a run is normal with variance data_var
 * more than that of the mean. Weights of all runs are multiplied by it, and hazard of their sum becomes the run of none. Runs whose weight
 * is below e^-50 of the largest are dropped, and of 256 runs two neighbours are merged: memory is constant, where frouros's grows with each
 * value, and the weights' sum stays what it is.
 *
 * prior_mean 0, prior_var 1, data_var 1, hazard 0.01, min_num_instances 30: in the unit of the values. */
#include <math.h>

#include "base/fmath.h"
#include "stats/detectors/detector.h"

enum { PRIOR_MEAN, PRIOR_VAR, DATA_VAR, HAZARD, MIN_INSTANCES };
enum { MOST = 256 };
#define FLOOR_LOG (-50.0) /* 2e-22 */

typedef struct bocd {
  double prior_mean, prior_precision, data_precision, grows, changes; /* the last two: logarithms */
  uint64_t least, count, runs;
  double total;
  uint64_t length[MOST + 1];              /* of a run; from short to long */
  uint64_t parts[MOST + 1];               /* how many runs it stands for */
  double weight[MOST + 1], sum[MOST + 1]; /* logarithm of the weight, the largest is 0; sum of the run's values */
} bocd;

static size_t bytes(const double *parameter) { return sizeof(bocd); }

static void reset(void *state, const double *parameter)
{
  bocd *s = state;
  *s = (bocd){.prior_mean = parameter[PRIOR_MEAN],
              .prior_precision = 1 / parameter[PRIOR_VAR],
              .data_precision = 1 / parameter[DATA_VAR],
              .grows = dw_log1p(-parameter[HAZARD]),
              .changes = dw_log(parameter[HAZARD]),
              .least = (uint64_t)parameter[MIN_INSTANCES],
              .runs = 1,
              .parts = {1}};
}

/* ln of the density of x after a run, without the constant that all runs share. */
static double predicted(const bocd *s, uint64_t run, double x)
{
  double precision = s->prior_precision + (double)s->length[run] * s->data_precision;
  double mean = (s->prior_mean * s->prior_precision + s->sum[run] * s->data_precision) / precision;
  double variance = 1 / precision + 1 / s->data_precision, off = x - mean;
  return -0.5 * (dw_log(variance) + off * off / variance);
}

/* Two neighbours become one run, of the heavier's length: those whose lengths differ least for what they are, but never the one since the
 * start. */
static void merge(bocd *s)
{
  uint64_t at = 0;
  double least = INFINITY;
  for (uint64_t i = 0; i + 2 < s->runs; i++) {
    double apart = (double)(s->length[i + 1] - s->length[i]) / (double)(s->length[i + 1] + 1);
    if (apart < least) least = apart, at = i;
  }
  double a = s->weight[at], b = s->weight[at + 1], most = fmax(a, b);
  if (b > a) {
    s->length[at] = s->length[at + 1];
    s->sum[at] = s->sum[at + 1];
  }
  s->weight[at] = most + dw_log1p(dw_exp(fmin(a, b) - most));
  s->parts[at] += s->parts[at + 1];
  s->runs--;
  for (uint64_t i = at + 1; i < s->runs; i++) {
    s->length[i] = s->length[i + 1];
    s->sum[i] = s->sum[i + 1];
    s->weight[i] = s->weight[i + 1];
    s->parts[i] = s->parts[i + 1];
  }
}

/* Runs that no longer count are left out; the largest weight becomes 0. */
static void prune(bocd *s)
{
  double most = -INFINITY;
  uint64_t kept = 0;
  for (uint64_t i = 0; i < s->runs; i++) most = fmax(most, s->weight[i]);
  for (uint64_t i = 0; i < s->runs; i++) {
    double weight = s->weight[i] - most;
    if (!(weight > FLOOR_LOG)) continue;
    s->length[kept] = s->length[i];
    s->sum[kept] = s->sum[i];
    s->parts[kept] = s->parts[i];
    s->weight[kept++] = weight;
  }
  s->runs = kept;
  if (kept > MOST) merge(s);
}

/* The most probable run; one that stands for several has the mean of their weights. */
static uint64_t best_run(const bocd *s)
{
  uint64_t best = 0;
  double most = -INFINITY;
  for (uint64_t i = 0; i < s->runs; i++) {
    double weight = s->parts[i] == 1 ? s->weight[i] : s->weight[i] - dw_log((double)s->parts[i]);
    if (weight > most) most = weight, best = i;
  }
  return best;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  bocd *s = state;
  double most = -INFINITY, sum = 0;
  s->count++;
  s->total += x;
  for (uint64_t i = 0; i < s->runs; i++) {
    s->weight[i] += predicted(s, i, x);
    most = fmax(most, s->weight[i]);
  }
  for (uint64_t i = 0; i < s->runs; i++) sum += dw_exp(s->weight[i] - most);
  for (uint64_t i = s->runs++; i > 0; i--) {
    s->length[i] = s->length[i - 1] + 1;
    s->parts[i] = s->parts[i - 1];
    s->sum[i] = s->sum[i - 1] + x;
    s->weight[i] = s->weight[i - 1] + s->grows;
  }
  s->length[0] = 0;
  s->parts[0] = 1;
  s->sum[0] = 0;
  s->weight[0] = most + dw_log(sum) + s->changes;
  prune(s);
  if (s->count < s->least) return DW_DETECTOR_NONE;
  uint64_t best = best_run(s);
  if (s->length[best] == s->count) return DW_DETECTOR_NONE;
  double length = (double)s->length[best], older = (double)s->count - length;
  *told = (dw_detector_told){length, (double)s->count, (s->total - s->sum[best]) / older, length > 0 ? s->sum[best] / length : NAN,
                             s->length[best]};
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  bocd *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_number(f, "total", &s->total);
  dw_fields_count(f, "runs", &s->runs);
  if (s->runs < 1 || s->runs > MOST) return false;
  f->counts(f, "lengths", s->length, (size_t)s->runs);
  f->counts(f, "parts", s->parts, (size_t)s->runs);
  f->numbers(f, "weights", s->weight, (size_t)s->runs);
  f->numbers(f, "sums", s->sum, (size_t)s->runs);
  return true;
}

const dw_detector_method dw_detector_bocd = {
    .name = "bocd",
    .title = "BOCD: Bayesian online change points of a normal mean",
    .parameter = {{"prior_mean", 0, -1e300, 1e300, NULL, false},
                  {"prior_var", 1, 1e-300, 1e300, NULL, false},
                  {"data_var", 1, 1e-300, 1e300, NULL, false},
                  {"hazard", 0.01, 1e-300, 0.999999, NULL, false},
                  {"min_num_instances", 30, 1, 1e9, NULL, true}},
    .knob = HAZARD,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
