/* ecdd: an exponentially weighted rate of errors against the rate of all. Ross, Adams, Tasoulis, Hand, "Exponentially weighted moving
 * average charts for detecting concept drift", Pattern Recognition Letters 33, 2012; as frouros's ECDDWT. With p the rate of all n errors
 * and z <- lambda x + (1 - lambda) z from 0, from the min_num_instances-th value on:
 *
 *   drift: z > p + L(p) s, s^2 = p (1 - p) lambda / (2 - lambda) (1 - (1 - lambda)^(2 n))      warning: z > p + warning_level L(p) s
 *
 * L is the paper's polynomial in p for the run length asked for, 100, 400 or 1000, made for lambda 0.2 and rates up to 0.4; beyond, it is
 * not what it says.
 *
 * lambda_ 0.2, average_run_length 400, warning_level 0.5, min_num_instances 30. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { LAMBDA, RUN_LENGTH, LEVEL, MIN_INSTANCES };

typedef struct ecdd {
  double lambda, level;
  int run_length;
  uint64_t least, count;
  double rate, z, rest; /* rest: (1 - lambda)^(2 n) */
} ecdd;

/* Of p, p^3, p^5, p^7, behind the constant; table 1 of the paper. */
static const double limits[][5] = {{2.76, -6.23, 18.12, -312.45, 1002.18},
                                   {3.97, -6.56, 48.73, -330.13, 848.18},
                                   {1.17, 7.56, -21.24, 112.12, -987.23}};

static size_t bytes(const double *parameter) { return sizeof(ecdd); }

static void reset(void *state, const double *parameter)
{
  ecdd *s = state;
  *s = (ecdd){.lambda = parameter[LAMBDA],
              .level = parameter[LEVEL],
              .run_length = (int)parameter[RUN_LENGTH],
              .least = (uint64_t)parameter[MIN_INSTANCES],
              .rest = 1};
}

static double limit_at(int run_length, double p)
{
  const double *c = limits[run_length];
  double q = p * p;
  return c[0] + p * (c[1] + q * (c[2] + q * (c[3] + q * c[4])));
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  ecdd *s = state;
  double keep = 1 - s->lambda;
  s->count++;
  s->rate += (x - s->rate) / (double)s->count;
  s->z = s->lambda * x + keep * s->z;
  s->rest *= keep * keep;
  if (s->count < s->least) return DW_DETECTOR_NONE;
  double std = sqrt(s->lambda / (2 - s->lambda) * (1 - s->rest) * s->rate * (1 - s->rate));
  double limit = limit_at(s->run_length, s->rate) * std;
  dw_detector_event event = s->z > s->rate + limit              ? DW_DETECTOR_DRIFT
                            : s->z > s->rate + s->level * limit ? DW_DETECTOR_WARNING
                                                                : DW_DETECTOR_NONE;
  if (event != DW_DETECTOR_NONE)
    *told = (dw_detector_told){s->z, s->rate + (event == DW_DETECTOR_DRIFT ? 1 : s->level) * limit, s->rate, s->z, 0};
  return event;
}

static bool fields(void *state, dw_detector_fields *f)
{
  ecdd *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_number(f, "rate", &s->rate);
  dw_fields_number(f, "z", &s->z);
  dw_fields_number(f, "rest", &s->rest);
  return s->rate >= 0 && s->rate <= 1 && s->rest >= 0 && s->rest <= 1;
}

const dw_detector_method dw_detector_ecdd = {
    .name = "ecdd",
    .title = "ECDD: an exponentially weighted rate of errors",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"lambda_", 0.2, 1e-9, 1, NULL, false},
                  {"average_run_length", 1, 0, 2, "100 400 1000", false},
                  {"warning_level", 0.5, 1e-9, 1, NULL, false},
                  {"min_num_instances", 30, 1, 1e9, NULL, true}},
    .knob = RUN_LENGTH,
    .knob_calms = true,
    .warns = true,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
