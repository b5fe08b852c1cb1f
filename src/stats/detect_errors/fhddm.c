/* fhddm: the share of ones in a sliding window against the most that it was. Pesaranghader and Viktor, "Fast Hoeffding drift detection
 * method for evolving data streams", ECML PKDD 2016; with a second, shorter window: Pesaranghader, Viktor, Paquet, "Reservoir of diverse
 * adaptive learners and stacking fast Hoeffding drift detection methods", Machine Learning 107, 2018. As river's FHDDM. Drift:
 *
 *   largest share - share > sqrt(ln(1 / confidence_level) / (2 window))
 *
 * A share that falls is the drift: 1 is a prediction that was right. (river's words say 1 is an error; its code, like the papers, does
 * not.) --error gives it hits.
 *
 * sliding_window_size 100, confidence_level 1e-6, short_window_size 0 (none). */
#include <math.h>

#include "base/fmath.h"
#include "stats/detectors/detector.h"

enum { WINDOW, CONFIDENCE, SHORT };

typedef struct fhddm {
  uint64_t window, brief; /* brief: the short one; 0: none */
  double limit, brief_limit;
  uint64_t count, next; /* values in the window; place of the next one */
  double sum, largest, brief_largest;
  double value[]; /* [window] a ring */
} fhddm;

static size_t bytes(const double *parameter) { return sizeof(fhddm) + (size_t)parameter[WINDOW] * sizeof(double); }

static void reset(void *state, const double *parameter)
{
  fhddm *s = state;
  double evidence = dw_log(1 / parameter[CONFIDENCE]);
  *s = (fhddm){.window = (uint64_t)parameter[WINDOW],
               .brief = (uint64_t)parameter[SHORT],
               .limit = sqrt(evidence / (2 * parameter[WINDOW])),
               .brief_limit = parameter[SHORT] > 0 ? sqrt(evidence / (2 * parameter[SHORT])) : INFINITY};
}

static double brief_sum(const fhddm *s)
{
  double sum = 0;
  for (uint64_t i = 1; i <= s->brief; i++) sum += s->value[(s->next + s->window - i) % s->window];
  return sum;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  fhddm *s = state;
  if (s->count == s->window) s->sum -= s->value[s->next];
  else s->count++;
  s->value[s->next] = x;
  s->sum += x;
  s->next = s->next + 1 == s->window ? 0 : s->next + 1;
  if (s->count < s->window) return DW_DETECTOR_NONE;
  double share = s->sum / (double)s->window, brief = s->brief ? brief_sum(s) / (double)s->brief : 0;
  s->largest = fmax(s->largest, share);
  s->brief_largest = fmax(s->brief_largest, brief);
  if (s->largest - share > s->limit) *told = (dw_detector_told){s->largest - share, s->limit, s->largest, share, s->window};
  else if (s->brief_largest - brief > s->brief_limit)
    *told = (dw_detector_told){s->brief_largest - brief, s->brief_limit, s->brief_largest, brief, s->brief};
  else return DW_DETECTOR_NONE;
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  fhddm *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_count(f, "next", &s->next);
  dw_fields_number(f, "sum", &s->sum);
  dw_fields_number(f, "largest", &s->largest);
  dw_fields_number(f, "short_largest", &s->brief_largest);
  if (s->count > s->window || s->next >= s->window) return false;
  f->numbers(f, "window", s->value, (size_t)s->window);
  return true;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (parameter[SHORT] <= parameter[WINDOW]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "short_window_size of fhddm is at most sliding_window_size");
}

const dw_detector_method dw_detector_fhddm = {
    .name = "fhddm",
    .title = "FHDDM: the share of hits in a window against its maximum",
    .input = DW_DETECTOR_HITS,
    .parameter = {{"sliding_window_size", 100, 1, 1e6, NULL, true},
                  {"confidence_level", 1e-6, 1e-300, 1, NULL, false},
                  {"short_window_size", 0, 0, 1e6, NULL, true}},
    .knob = CONFIDENCE,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
