/* eddm: how many values lie between two errors, against the most that it was. Baena-García and others, "Early drift detection method",
 * Fourth International Workshop on Knowledge Discovery from Data Streams, 2006; as river's EDDM. With m and s the mean and the standard
 * deviation (of the sample) of all distances so far, looked at when an error comes, after value warm_start: the largest m + 2 s is kept;
 * where it is not exceeded and more than warm_start errors have come
 *
 *   warning: (m + 2 s) / largest < alpha      drift: (m + 2 s) / largest < beta
 *
 * A warning lasts until an error ends it. frouros has the deviation of the population and other counts, and so other alarms.
 *
 * warm_start 30, alpha 0.95, beta 0.9. The defaults raise false alarms often. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { WARM_START, ALPHA, BETA };

typedef struct eddm {
  double alpha, beta;
  uint64_t warm_start, count, errors, last_error, warning;
  double mean, squares, largest, largest_mean, level;
} eddm;

static size_t bytes(const double *parameter) { return sizeof(eddm); }

static void reset(void *state, const double *parameter)
{
  eddm *s = state;
  *s = (eddm){.alpha = parameter[ALPHA], .beta = parameter[BETA], .warm_start = (uint64_t)parameter[WARM_START], .largest = -1};
}

static bool took_error(eddm *s)
{
  double distance = (double)(s->count - s->last_error), before = s->mean;
  s->errors++;
  s->last_error = s->count;
  s->mean += (distance - s->mean) / (double)s->errors;
  s->squares += (distance - before) * (distance - s->mean);
  if (s->count <= s->warm_start) return false;
  double sum = s->mean + 2 * (s->errors > 1 ? sqrt(s->squares / (double)(s->errors - 1)) : 0);
  if (sum > s->largest) {
    s->largest = sum;
    s->largest_mean = s->mean;
    return false;
  }
  if (s->errors <= s->warm_start) return false;
  s->level = sum / s->largest;
  s->warning = s->level < s->alpha;
  return s->level < s->beta;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  eddm *s = state;
  s->count++;
  bool drift = x >= 0.5 && took_error(s);
  if (!drift && !s->warning) return DW_DETECTOR_NONE;
  *told = (dw_detector_told){s->level, drift ? s->beta : s->alpha, 1 / s->largest_mean, 1 / s->mean, 0};
  return drift ? DW_DETECTOR_DRIFT : DW_DETECTOR_WARNING;
}

static bool fields(void *state, dw_detector_fields *f)
{
  eddm *s = state;
  uint64_t count[] = {s->count, s->errors, s->last_error, s->warning};
  double value[] = {s->mean, s->squares, s->largest, s->largest_mean, s->level};
  f->counts(f, "counts", count, 4);
  f->numbers(f, "values", value, 5);
  s->count = count[0];
  s->errors = count[1];
  s->last_error = count[2];
  s->warning = count[3];
  s->mean = value[0];
  s->squares = value[1];
  s->largest = value[2];
  s->largest_mean = value[3];
  s->level = value[4];
  return s->warning <= 1 && s->last_error <= s->count && s->squares >= 0;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (parameter[ALPHA] >= parameter[BETA]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "alpha of eddm, for warnings, is at least beta, for drifts");
}

const dw_detector_method dw_detector_eddm = {
    .name = "eddm",
    .title = "EDDM: the distance between errors against its maximum",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"warm_start", 30, 1, 1e9, NULL, true}, {"alpha", 0.95, 0, 1, NULL, false}, {"beta", 0.9, 0, 1, NULL, false}},
    .knob = BETA,
    .warns = true,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
