/* hddm_w: exponentially weighted means before and after the best cut so far, by McDiarmid's bound. Frías-Blanco and others, IEEE
 * Transactions on Knowledge and Data Engineering 27(3), 2015, the W-test; as river's HDDM_W. Values in [0, 1].
 *
 * A weighted mean: w <- lambda x + (1 - lambda) w, with b <- lambda^2 + (1 - lambda)^2 b from 1. Where the mean of all plus
 * sqrt(b ln(1 / drift_confidence) / 2) is the least so far, it is kept as the part before, and the part after begins anew; else the value
 * goes to the part after. The mean has risen when that of after minus that of before > sqrt((b_before + b_after) ln(1 / confidence) / 2):
 * a drift with drift_confidence, else a warning with warning_confidence. With two_sided_test the same downwards. A weighted mean begins
 * with its first value, as in the authors' MOA; river's takes the next value as it is whenever the mean is exactly 0, so that after nothing
 * but zeros one error makes it 1.
 *
 * drift_confidence 0.001, warning_confidence 0.005, lambda_val 0.05, two_sided_test false. */
#include <math.h>

#include "base/fmath.h"
#include "stats/detectors/detector.h"

enum { DRIFT, WARNING, LAMBDA, TWO_SIDED };

typedef struct part {
  double mean, bound;
  uint64_t count; /* 0: nothing yet */
} part;

/* One direction: the part before the cut, the part after it, and how good the cut is. */
typedef struct side {
  part before, after;
  double best;
} side;

typedef struct hddm_w {
  double lambda, drift, warning; /* the last two: ln(1 / confidence) */
  bool two_sided;
  part all;
  side up, down;
} hddm_w;

static const part no_part = {0, 1, 0};

static size_t bytes(const double *parameter) { return sizeof(hddm_w); }

static void reset(void *state, const double *parameter)
{
  hddm_w *s = state;
  *s = (hddm_w){.lambda = parameter[LAMBDA],
                .drift = dw_log(1 / parameter[DRIFT]),
                .warning = dw_log(1 / parameter[WARNING]),
                .two_sided = parameter[TWO_SIDED] != 0,
                .all = no_part,
                .up = {no_part, no_part, INFINITY},
                .down = {no_part, no_part, INFINITY}};
}

static void part_add(part *p, double lambda, double x)
{
  p->mean = p->count == 0 ? x : lambda * x + (1 - lambda) * p->mean;
  p->bound = lambda * lambda + (1 - lambda) * (1 - lambda) * p->bound;
  p->count++;
}

static void side_add(side *at, const hddm_w *s, double sign, double x)
{
  double edge = sign * s->all.mean + sqrt(s->all.bound * s->drift / 2);
  if (edge < at->best) *at = (side){s->all, no_part, edge};
  else part_add(&at->after, s->lambda, x);
}

static dw_detector_event judge(const hddm_w *s, const side *at, double sign, dw_detector_told *told)
{
  if (!at->before.count || !at->after.count) return DW_DETECTOR_NONE;
  double moved = sign * (at->after.mean - at->before.mean), bound = at->before.bound + at->after.bound;
  double drift = sqrt(bound * s->drift / 2), warning = sqrt(bound * s->warning / 2);
  dw_detector_event event = moved > drift ? DW_DETECTOR_DRIFT : moved > warning ? DW_DETECTOR_WARNING : DW_DETECTOR_NONE;
  if (event != DW_DETECTOR_NONE)
    *told = (dw_detector_told){moved, event == DW_DETECTOR_DRIFT ? drift : warning, at->before.mean, at->after.mean, at->after.count};
  return event;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  hddm_w *s = state;
  part_add(&s->all, s->lambda, x);
  side_add(&s->up, s, 1, x);
  side_add(&s->down, s, -1, x);
  dw_detector_told fell;
  dw_detector_event up = judge(s, &s->up, 1, told), down = s->two_sided ? judge(s, &s->down, -1, &fell) : DW_DETECTOR_NONE;
  if (down > up) *told = fell;
  return down > up ? down : up;
}

static void part_fields(part *p, dw_detector_fields *f, const char *values, const char *count)
{
  double value[] = {p->mean, p->bound};
  f->numbers(f, values, value, 2);
  dw_fields_count(f, count, &p->count);
  p->mean = value[0];
  p->bound = value[1];
}

static bool fields(void *state, dw_detector_fields *f)
{
  hddm_w *s = state;
  part_fields(&s->all, f, "all", "count");
  part_fields(&s->up.before, f, "up_before", "up_before_count");
  part_fields(&s->up.after, f, "up_after", "up_after_count");
  dw_fields_number(f, "up_best", &s->up.best);
  part_fields(&s->down.before, f, "down_before", "down_before_count");
  part_fields(&s->down.after, f, "down_after", "down_after_count");
  dw_fields_number(f, "down_best", &s->down.best);
  return s->all.bound >= 0 && s->up.before.bound >= 0 && s->up.after.bound >= 0 && s->down.before.bound >= 0 && s->down.after.bound >= 0;
}

const dw_detector_method dw_detector_hddm_w = {
    .name = "hddm_w",
    .title = "HDDM_W: weighted rates of errors by McDiarmid's bound",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"drift_confidence", 0.001, 1e-300, 1, NULL, false},
                  {"warning_confidence", 0.005, 1e-300, 1, NULL, false},
                  {"lambda_val", 0.05, 1e-9, 1, NULL, false},
                  {"two_sided_test", 0, 0, 1, "false true", false}},
    .knob = DRIFT,
    .warns = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
