/* hddm_a: the mean of all values against that of a part of them, by Hoeffding's bound. Frías-Blanco and others, "Online and non-parametric
 * drift detection methods based on Hoeffding's bounds", IEEE Transactions on Knowledge and Data Engineering 27(3), 2015, the A-test; as
 * river's HDDM_A. Values in [0, 1].
 *
 * Of the means so far the one is kept whose mean + e(n) is least, e(n) = sqrt(ln(1 / drift_confidence) / (2 n)): mean x of n values. The
 * mean z of all N > n values has risen when z - x >= sqrt(m / 2 ln(2 / confidence)), m = 1/n - 1/N: a drift with drift_confidence, else a
 * warning with warning_confidence. With two_sided_test the same downwards, with the largest mean - e(n). frouros's keeps both parts and
 * compares those: other alarms.
 *
 * drift_confidence 0.001, warning_confidence 0.005, two_sided_test false. */
#include <math.h>

#include "base/fmath.h"
#include "stats/detectors/detector.h"

enum { DRIFT, WARNING, TWO_SIDED };

typedef struct part {
  double mean;
  uint64_t count;
} part;

typedef struct hddm_a {
  double bound, drift, warning; /* ln(1 / drift_confidence), and ln(2 / confidence) of both */
  bool two_sided;
  part all, low, high;
} hddm_a;

static size_t bytes(const double *parameter) { return sizeof(hddm_a); }

static void reset(void *state, const double *parameter)
{
  hddm_a *s = state;
  *s = (hddm_a){.bound = dw_log(1 / parameter[DRIFT]),
                .drift = dw_log(2 / parameter[DRIFT]),
                .warning = dw_log(2 / parameter[WARNING]),
                .two_sided = parameter[TWO_SIDED] != 0};
}

static double bound(const hddm_a *s, const part *than) { return sqrt(1 / (2 * (double)than->count) * s->bound); }

/* What the mean of all has moved away from a part, by sign, against what chance explains. */
static dw_detector_event judge(const hddm_a *s, const part *than, double sign, dw_detector_told *told)
{
  if (than->count == s->all.count) return DW_DETECTOR_NONE;
  double n = (double)than->count, all = (double)s->all.count, m = (all - n) / n * (1 / all), moved = sign * (s->all.mean - than->mean);
  double drift = sqrt(m / 2 * s->drift), warning = sqrt(m / 2 * s->warning);
  dw_detector_event event = moved >= drift ? DW_DETECTOR_DRIFT : moved >= warning ? DW_DETECTOR_WARNING : DW_DETECTOR_NONE;
  if (event == DW_DETECTOR_NONE) return event;
  double after = (s->all.mean * all - than->mean * n) / (all - n);
  *told = (dw_detector_told){moved, event == DW_DETECTOR_DRIFT ? drift : warning, than->mean, after, s->all.count - than->count};
  return event;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  hddm_a *s = state;
  s->all.count++;
  s->all.mean += (x - s->all.mean) / (double)s->all.count;
  if (s->all.count == 1) s->low = s->high = s->all;
  double e = bound(s, &s->all);
  if (s->low.mean + bound(s, &s->low) >= s->all.mean + e) s->low = s->all;
  if (s->high.mean - bound(s, &s->high) <= s->all.mean - e) s->high = s->all;
  dw_detector_told fell;
  dw_detector_event up = judge(s, &s->low, 1, told), down = s->two_sided ? judge(s, &s->high, -1, &fell) : DW_DETECTOR_NONE;
  if (down > up) *told = fell;
  return down > up ? down : up;
}

static void part_fields(part *than, dw_detector_fields *f, const char *mean, const char *count)
{
  dw_fields_number(f, mean, &than->mean);
  dw_fields_count(f, count, &than->count);
}

static bool fields(void *state, dw_detector_fields *f)
{
  hddm_a *s = state;
  part_fields(&s->all, f, "mean", "count");
  part_fields(&s->low, f, "low", "low_count");
  part_fields(&s->high, f, "high", "high_count");
  return s->low.count <= s->all.count && s->high.count <= s->all.count && !s->low.count == !s->all.count && !s->high.count == !s->all.count;
}

const dw_detector_method dw_detector_hddm_a = {
    .name = "hddm_a",
    .title = "HDDM_A: the rate of errors by Hoeffding's bound",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"drift_confidence", 0.001, 1e-300, 1, NULL, false},
                  {"warning_confidence", 0.005, 1e-300, 1, NULL, false},
                  {"two_sided_test", 0, 0, 1, "false true", false}},
    .knob = DRIFT,
    .warns = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
