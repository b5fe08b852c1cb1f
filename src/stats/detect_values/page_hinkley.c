/* page_hinkley: the sum of what values are above their mean so far, minus a tolerance, against its least value; and the same downwards.
 * Page, "Continuous inspection schemes", Biometrika 41, 1954; Hinkley, Biometrika 58, 1971. As river has it since 0.15:
 *
 *   U <- alpha U + (x - mean) - delta      up:   U - min U > threshold
 *   T <- alpha T + (x - mean) + delta      down: max T - T > threshold
 *
 * from the min_instances-th value on; mean: of all values up to this one. Earlier rivers clamped one sum at 0, and frouros looks at U
 * alone, upwards: other formulas, other alarms. threshold and delta are in the unit of the values.
 *
 * min_instances 30, delta 0.005, threshold 50, alpha 0.9999, mode both. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { MIN_INSTANCES, DELTA, THRESHOLD, ALPHA, MODE };
enum { BOTH, UP, DOWN };

/* One direction: its sum, the sum's extreme, and what came up to there. */
typedef struct side {
  double sum, extreme, total;
  uint64_t count;
} side;

typedef struct page_hinkley {
  double delta, threshold, alpha;
  uint64_t least;
  int mode;
  uint64_t count;
  double mean, total;
  side up, down;
} page_hinkley;

static size_t bytes(const double *parameter) { return sizeof(page_hinkley); }

static void reset(void *state, const double *parameter)
{
  page_hinkley *s = state;
  *s = (page_hinkley){.delta = parameter[DELTA],
                      .threshold = parameter[THRESHOLD],
                      .alpha = parameter[ALPHA],
                      .least = (uint64_t)parameter[MIN_INSTANCES],
                      .mode = (int)parameter[MODE],
                      .up.extreme = INFINITY,
                      .down.extreme = -INFINITY};
}

static void tell(const page_hinkley *s, const side *at, double statistic, dw_detector_told *told)
{
  uint64_t after = s->count - at->count;
  told->statistic = statistic;
  told->threshold = s->threshold;
  told->before = at->count ? at->total / (double)at->count : NAN;
  told->after = after ? (s->total - at->total) / (double)after : NAN;
  told->after_count = after;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  page_hinkley *s = state;
  s->count++;
  s->mean += (x - s->mean) / (double)s->count;
  s->total += x;
  double off = x - s->mean;
  s->up.sum = s->alpha * s->up.sum + off - s->delta;
  s->down.sum = s->alpha * s->down.sum + off + s->delta;
  if (s->up.sum < s->up.extreme) s->up = (side){s->up.sum, s->up.sum, s->total, s->count};
  if (s->down.sum > s->down.extreme) s->down = (side){s->down.sum, s->down.sum, s->total, s->count};
  if (s->count < s->least) return DW_DETECTOR_NONE;
  double up = s->up.sum - s->up.extreme, down = s->down.extreme - s->down.sum;
  if (s->mode != DOWN && up > s->threshold) tell(s, &s->up, up, told);
  else if (s->mode != UP && down > s->threshold) tell(s, &s->down, down, told);
  else return DW_DETECTOR_NONE;
  return DW_DETECTOR_DRIFT;
}

static void side_fields(side *at, dw_detector_fields *f, const char *name, const char *count)
{
  double value[] = {at->sum, at->extreme, at->total};
  f->numbers(f, name, value, 3);
  *at = (side){value[0], value[1], value[2], at->count};
  dw_fields_count(f, count, &at->count);
}

static bool fields(void *state, dw_detector_fields *f)
{
  page_hinkley *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_number(f, "mean", &s->mean);
  dw_fields_number(f, "total", &s->total);
  side_fields(&s->up, f, "up", "up_count");
  side_fields(&s->down, f, "down", "down_count");
  return s->up.count <= s->count && s->down.count <= s->count;
}

const dw_detector_method dw_detector_page_hinkley = {
    .name = "page_hinkley",
    .title = "Page and Hinkley's test of a mean",
    .parameter = {{"min_instances", 30, 1, 1e9, NULL, true},
                  {"delta", 0.005, 0, 1e300, NULL, false},
                  {"threshold", 50, 0, 1e300, NULL, false},
                  {"alpha", 0.9999, 0, 1, NULL, false},
                  {"mode", BOTH, BOTH, DOWN, "both up down", false}},
    .knob = THRESHOLD,
    .knob_calms = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
