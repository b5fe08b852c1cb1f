/* cusum: tabular sums of deviations from a mean that was learned of the first values and then stays. Page, "Continuous inspection schemes",
 * Biometrika 41, 1954. With mean and standard deviation s of the first min_instances values, from the last of those on
 *
 *   up <- max(0, up + (x - mean) - slack s)      down <- max(0, down - (x - mean) - slack s)      drift: either > threshold s
 *
 * In units of s, so that it needs no knowledge of the data's; as river's CUSUM. (frouros's is another: a running mean and absolute
 * thresholds.) With 0.5 and 5 a false alarm comes once in some hundred values, and the more so as 30 values tell mean and s badly.
 *
 * min_instances 30, slack 0.5, threshold 5, mode both. */
#include "stats/detect_values/warm_up.h"
#include "stats/detectors/detector.h"

enum { MIN_INSTANCES, SLACK, THRESHOLD, MODE };
enum { BOTH, UP, DOWN };

/* A sum, and the values since it was last 0. */
typedef struct side {
  double sum, total;
  uint64_t count;
} side;

typedef struct cusum {
  double slack, threshold;
  uint64_t least;
  int mode;
  dw_warm_up warm;
  side up, down;
} cusum;

static size_t bytes(const double *parameter) { return sizeof(cusum); }

static void reset(void *state, const double *parameter)
{
  cusum *s = state;
  *s = (cusum){.slack = parameter[SLACK],
               .threshold = parameter[THRESHOLD],
               .least = (uint64_t)parameter[MIN_INSTANCES],
               .mode = (int)parameter[MODE]};
}

static void side_add(side *at, double off, double slack, double x)
{
  at->sum += off - slack;
  at->total += x;
  at->count++;
  if (!(at->sum > 0)) *at = (side){0};
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  cusum *s = state;
  if (s->warm.count < s->least) {
    dw_warm_up_add(&s->warm, x);
    if (s->warm.count < s->least) return DW_DETECTOR_NONE;
  }
  double std = dw_warm_up_std(&s->warm), off = x - s->warm.mean;
  side_add(&s->up, off, s->slack * std, x);
  side_add(&s->down, -off, s->slack * std, x);
  const side *over = s->mode != DOWN && s->up.sum > s->threshold * std   ? &s->up
                     : s->mode != UP && s->down.sum > s->threshold * std ? &s->down
                                                                         : NULL;
  if (!over) return DW_DETECTOR_NONE;
  *told = (dw_detector_told){over->sum, s->threshold * std, s->warm.mean, over->total / (double)over->count, over->count};
  return DW_DETECTOR_DRIFT;
}

static void side_fields(side *at, dw_detector_fields *f, const char *name, const char *count)
{
  double value[] = {at->sum, at->total};
  f->numbers(f, name, value, 2);
  *at = (side){value[0], value[1], at->count};
  dw_fields_count(f, count, &at->count);
}

static bool fields(void *state, dw_detector_fields *f)
{
  cusum *s = state;
  dw_warm_up_fields(&s->warm, f);
  side_fields(&s->up, f, "up", "up_count");
  side_fields(&s->down, f, "down", "down_count");
  return s->warm.count <= s->least;
}

const dw_detector_method dw_detector_cusum = {
    .name = "cusum",
    .title = "CUSUM: sums of deviations from the mean of the first values",
    .parameter = {{"min_instances", 30, 1, 1e9, NULL, true},
                  {"slack", 0.5, 0, 1e300, NULL, false},
                  {"threshold", 5, 1e-300, 1e300, NULL, false},
                  {"mode", BOTH, BOTH, DOWN, "both up down", false}},
    .knob = THRESHOLD,
    .knob_calms = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
