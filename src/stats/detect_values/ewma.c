/* ewma: an exponentially weighted mean against the mean of all values. Roberts, "Control chart tests based on geometric moving averages",
 * Technometrics 1, 1959; as river's EWMA:
 *
 *   z <- alpha x + (1 - alpha) z, the first value to begin with      s^2 = the same mean of x^2, minus the square of that of x
 *   drift: |z - mean| > threshold s sqrt(alpha / (2 - alpha) (1 - (1 - alpha)^(2 n)))
 *
 * from the min_instances-th value on. The reference is the running mean of all values, this one included. s^2 as it stands loses its digits
 * where values are large and their spread is small; here values are taken from the first one, which changes nothing else.
 *
 * alpha 0.1, threshold 4, min_instances 30, mode both. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { ALPHA, THRESHOLD, MIN_INSTANCES, MODE };
enum { BOTH, UP, DOWN };

typedef struct ewma {
  double alpha, threshold;
  uint64_t least;
  int mode;
  uint64_t count;
  double first, mean, z, square; /* mean, z and square: of values minus the first */
  double rest;                   /* (1 - alpha)^(2 n) */
} ewma;

static size_t bytes(const double *parameter) { return sizeof(ewma); }

static void reset(void *state, const double *parameter)
{
  ewma *s = state;
  *s = (ewma){.alpha = parameter[ALPHA],
              .threshold = parameter[THRESHOLD],
              .least = (uint64_t)parameter[MIN_INSTANCES],
              .mode = (int)parameter[MODE],
              .rest = 1};
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  ewma *s = state;
  double keep = 1 - s->alpha;
  if (s->count++ == 0) s->first = x;
  x -= s->first;
  s->rest *= keep * keep;
  s->z = s->alpha * x + keep * s->z; /* 0 to begin with: the first value */
  s->square = s->alpha * x * x + keep * s->square;
  s->mean += (x - s->mean) / (double)s->count;
  if (s->count < s->least) return DW_DETECTOR_NONE;
  double variance = fmax(0, s->square - s->z * s->z), off = s->z - s->mean;
  double limit = s->threshold * sqrt(variance) * sqrt(s->alpha / (2 - s->alpha) * (1 - s->rest));
  if (!(s->mode != DOWN && off > limit) && !(s->mode != UP && -off > limit)) return DW_DETECTOR_NONE;
  *told = (dw_detector_told){fabs(off), limit, s->first + s->mean, s->first + s->z, 0};
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  ewma *s = state;
  double value[] = {s->first, s->mean, s->z, s->square, s->rest};
  dw_fields_count(f, "count", &s->count);
  f->numbers(f, "values", value, 5);
  s->first = value[0];
  s->mean = value[1];
  s->z = value[2];
  s->square = value[3];
  s->rest = value[4];
  return true;
}

const dw_detector_method dw_detector_ewma = {
    .name = "ewma",
    .title = "EWMA: an exponentially weighted mean",
    .parameter = {{"alpha", 0.1, 1e-9, 1, NULL, false},
                  {"threshold", 4, 1e-300, 1e300, NULL, false},
                  {"min_instances", 30, 1, 1e9, NULL, true},
                  {"mode", BOTH, BOTH, DOWN, "both up down", false}},
    .knob = THRESHOLD,
    .knob_calms = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
