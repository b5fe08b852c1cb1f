/* ddm: the rate of errors against the lowest that it was. Gama, Medas, Castillo, Rodrigues, "Learning with drift detection", SBIA 2004; as
 * river's DDM. With p the rate of all n errors so far and s = sqrt(p (1 - p) / n), once n > warm_start: p_min and s_min are those of the
 * least p + s (the latest of equal ones), and
 *
 *   warning: p + s > p_min + warning_threshold s_min      drift: p + s > p_min + drift_threshold s_min
 *
 * frouros's begins one value earlier and keeps the first of equal minima. A rate that falls is never a drift.
 *
 * warm_start 30, warning_threshold 2, drift_threshold 3. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { WARM_START, WARNING, DRIFT };

typedef struct ddm {
  double warning, drift;
  uint64_t warm_start, count, least_count;
  double rate, least, least_std;
  double errors, least_errors; /* sums up to now, and up to the minimum */
} ddm;

static size_t bytes(const double *parameter) { return sizeof(ddm); }

static void reset(void *state, const double *parameter)
{
  ddm *s = state;
  *s = (ddm){.warning = parameter[WARNING],
             .drift = parameter[DRIFT],
             .warm_start = (uint64_t)parameter[WARM_START],
             .least = INFINITY,
             .least_std = INFINITY};
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  ddm *s = state;
  s->count++;
  s->errors += x;
  s->rate += (x - s->rate) / (double)s->count;
  if (s->count <= s->warm_start) return DW_DETECTOR_NONE;
  double std = sqrt(s->rate * (1 - s->rate) / (double)s->count), sum = s->rate + std;
  if (sum <= s->least + s->least_std) {
    s->least = s->rate;
    s->least_std = std;
    s->least_count = s->count;
    s->least_errors = s->errors;
  }
  double warning = s->least + s->warning * s->least_std, drift = s->least + s->drift * s->least_std;
  dw_detector_event event = sum > drift ? DW_DETECTOR_DRIFT : sum > warning ? DW_DETECTOR_WARNING : DW_DETECTOR_NONE;
  if (event == DW_DETECTOR_NONE) return event;
  uint64_t after = s->count - s->least_count;
  *told = (dw_detector_told){sum, event == DW_DETECTOR_DRIFT ? drift : warning, s->least,
                             after ? (s->errors - s->least_errors) / (double)after : NAN, after};
  return event;
}

static bool fields(void *state, dw_detector_fields *f)
{
  ddm *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_number(f, "rate", &s->rate);
  dw_fields_number(f, "errors", &s->errors);
  dw_fields_number(f, "least", &s->least);
  dw_fields_number(f, "least_std", &s->least_std);
  dw_fields_count(f, "least_count", &s->least_count);
  dw_fields_number(f, "least_errors", &s->least_errors);
  return s->least_count <= s->count && s->rate >= 0 && s->rate <= 1;
}

const dw_detector_method dw_detector_ddm = {
    .name = "ddm",
    .title = "DDM: the rate of errors against its minimum",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"warm_start", 30, 1, 1e9, NULL, true},
                  {"warning_threshold", 2, 0, 1e300, NULL, false},
                  {"drift_threshold", 3, 0, 1e300, NULL, false}},
    .knob = DRIFT,
    .knob_calms = true,
    .warns = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
