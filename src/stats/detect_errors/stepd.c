/* stepd: the share of hits in a window against that of all before it. Nishida and Yamauchi, "Detecting concept drift using statistical
 * testing", Discovery Science 2007; as frouros's STEPD. From 2 min_num_instances values on, with share a of the last w = min_num_instances
 * values, share b of the n - w before them and c of all:
 *
 *   T = (|a - b| - (1/w + 1/(n - w)) / 2) / sqrt(c (1 - c) (1/w + 1/(n - w)))      p = P(N(0,1) > T)
 *
 * warning: p < alpha_w, drift: p < alpha_d. A share that rises is a drift too. All equal: T is -infinite, p is 1. frouros takes |T|, and so
 * tells of a drift where shares are as good as equal and almost all values hits, or none. A test at each value, of windows that overlap: it
 * errs far more often than alpha_d.
 *
 * alpha_d 0.003, alpha_w 0.05, min_num_instances 30. */
#include <math.h>

#include "stats/detectors/detector.h"
#include "stats/distributions/special.h"

enum { DRIFT, WARNING, WINDOW };

typedef struct stepd {
  double drift, warning; /* least |T| of each */
  uint64_t window, count, next;
  double total, recent;
  double value[]; /* [window] a ring */
} stepd;

static size_t bytes(const double *parameter) { return sizeof(stepd) + (size_t)parameter[WINDOW] * sizeof(double); }

static void reset(void *state, const double *parameter)
{
  stepd *s = state;
  *s = (stepd){.drift = parameter[DRIFT], .warning = parameter[WARNING], .window = (uint64_t)parameter[WINDOW]};
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  stepd *s = state;
  if (s->count >= s->window) s->recent -= s->value[s->next];
  s->value[s->next] = x;
  s->next = s->next + 1 == s->window ? 0 : s->next + 1;
  s->recent += x;
  s->total += x;
  s->count++;
  if (s->count < 2 * s->window) return DW_DETECTOR_NONE;
  double w = (double)s->window, rest = (double)s->count - w, all = s->total / (double)s->count, inverse = 1 / rest + 1 / w;
  double before = (s->total - s->recent) / rest, after = s->recent / w;
  double t = (fabs(before - after) - 0.5 * inverse) / sqrt(all * (1 - all) * inverse);
  double p = dw_normal_sf(t);
  dw_detector_event event = p < s->drift ? DW_DETECTOR_DRIFT : p < s->warning ? DW_DETECTOR_WARNING : DW_DETECTOR_NONE;
  if (event != DW_DETECTOR_NONE)
    *told = (dw_detector_told){p, event == DW_DETECTOR_DRIFT ? s->drift : s->warning, before, after, s->window};
  return event;
}

static bool fields(void *state, dw_detector_fields *f)
{
  stepd *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_count(f, "next", &s->next);
  dw_fields_number(f, "total", &s->total);
  dw_fields_number(f, "recent", &s->recent);
  if (s->next >= s->window) return false;
  f->numbers(f, "window", s->value, (size_t)s->window);
  return true;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (parameter[WARNING] > parameter[DRIFT]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "alpha_w of stepd, for warnings, is larger than alpha_d, for drifts");
}

const dw_detector_method dw_detector_stepd = {
    .name = "stepd",
    .title = "STEPD: the share of hits in a window against that before it",
    .input = DW_DETECTOR_HITS,
    .parameter = {{"alpha_d", 0.003, 1e-300, 1, NULL, false},
                  {"alpha_w", 0.05, 1e-300, 1, NULL, false},
                  {"min_num_instances", 30, 1, 1e6, NULL, true}},
    .knob = DRIFT,
    .warns = true,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
