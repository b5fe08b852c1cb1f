/* shewhart: a chart of single values: one that is more than k standard deviations off the mean of the first min_instances values is a
 * drift. Shewhart, "Statistical method from the viewpoint of quality control", 1939; as river's Shewhart. It sums no evidence, so that it
 * is the quickest on large steps and tells of every outlier.
 *
 * k 3, min_instances 30, mode both. */
#include "stats/detect_values/warm_up.h"
#include "stats/detectors/detector.h"

enum { WIDTH, MIN_INSTANCES, MODE };
enum { BOTH, UP, DOWN };

typedef struct shewhart {
  double width;
  uint64_t least;
  int mode;
  dw_warm_up warm;
} shewhart;

static size_t bytes(const double *parameter) { return sizeof(shewhart); }

static void reset(void *state, const double *parameter)
{
  shewhart *s = state;
  *s = (shewhart){.width = parameter[WIDTH], .least = (uint64_t)parameter[MIN_INSTANCES], .mode = (int)parameter[MODE]};
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  shewhart *s = state;
  if (s->warm.count < s->least) {
    dw_warm_up_add(&s->warm, x);
    if (s->warm.count < s->least) return DW_DETECTOR_NONE;
  }
  double off = x - s->warm.mean, limit = s->width * dw_warm_up_std(&s->warm);
  if (!(s->mode != DOWN && off > limit) && !(s->mode != UP && -off > limit)) return DW_DETECTOR_NONE;
  *told = (dw_detector_told){fabs(off), limit, s->warm.mean, x, 1};
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  shewhart *s = state;
  dw_warm_up_fields(&s->warm, f);
  return s->warm.count <= s->least;
}

const dw_detector_method dw_detector_shewhart = {
    .name = "shewhart",
    .title = "Shewhart's chart of single values",
    .parameter = {{"k", 3, 1e-300, 1e300, NULL, false},
                  {"min_instances", 30, 1, 1e9, NULL, true},
                  {"mode", BOTH, BOTH, DOWN, "both up down", false}},
    .knob = WIDTH,
    .knob_calms = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
