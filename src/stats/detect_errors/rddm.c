/* rddm: DDM that forgets. Barros, Cabral, Gonçalves, Santos, "RDDM: reactive drift detection method", Expert Systems with Applications 90,
 * 2017; as river's RDDM of 2026, which follows the authors' in MOA. DDM's rate p and s = sqrt(p (1 - p) / n) against the least p + s, from
 * value warm_start + 1 on, with its own thresholds; and the last buffer_size values are kept. A drift when p + s > p_min + drift_threshold
 * s_min, or when a zone of warning lasts for warning_limit values, or when a concept has more than max_concept_size values outside of such
 * a zone. The value after a drift finds p (and after the first two the minimum too) counted anew from the values kept since the zone of
 * warning began, or from the last one: this reset is the method, and --after-drift does not change it.
 *
 * warm_start 129, warning_threshold 1.773, drift_threshold 2.258, buffer_size 7000, max_concept_size 40000, warning_limit 1400. */
#include <math.h>

#include "stats/detectors/detector.h"

enum { WARM_START, WARNING, DRIFT, BUFFER, MOST, LIMIT };

#define NOWHERE UINT64_MAX

typedef struct rddm {
  double warning, drift;
  uint64_t warm_start, size, most, limit;
  uint64_t count, seen; /* values behind the rate; all values */
  double rate, std, least, least_std;
  uint64_t first, last, stored;  /* the ring: place of the oldest and of the newest value, how many there are */
  uint64_t warned_at, warned_in; /* where the zone of warning began: value and place; NOWHERE: in none */
  uint64_t pending, changed;     /* the next value counts anew; and forgets the minimum */
  uint8_t value[];               /* [size] */
} rddm;

static size_t bytes(const double *parameter) { return sizeof(rddm) + (size_t)parameter[BUFFER]; }

static void reset(void *state, const double *parameter)
{
  rddm *s = state;
  *s = (rddm){.warning = parameter[WARNING],
              .drift = parameter[DRIFT],
              .warm_start = (uint64_t)parameter[WARM_START],
              .size = (uint64_t)parameter[BUFFER],
              .most = (uint64_t)parameter[MOST],
              .limit = (uint64_t)parameter[LIMIT],
              .least = INFINITY,
              .least_std = INFINITY,
              .last = (uint64_t)parameter[BUFFER] - 1,
              .warned_at = NOWHERE,
              .warned_in = NOWHERE};
}

static void keep_least(rddm *s)
{
  if (!(s->rate + s->std < s->least + s->least_std)) return;
  s->least = s->rate;
  s->least_std = s->std;
}

/* Counts anew from the values kept. The count begins with 1 and stays one ahead, as in MOA. */
static void react(rddm *s)
{
  if (s->changed) s->least = s->least_std = INFINITY;
  s->count = 1;
  s->rate = 1;
  s->std = 0;
  if (s->warned_in != NOWHERE) {
    s->first = s->warned_in;
    s->stored = (s->last + s->size - s->first) % s->size + 1;
  }
  for (uint64_t i = 0; i < s->stored; i++) {
    s->rate += (s->value[(s->first + i) % s->size] - s->rate) / (double)s->count;
    s->std = sqrt(s->rate * (1 - s->rate) / (double)s->count);
    if (s->changed && s->count > s->warm_start) keep_least(s);
    s->count++;
  }
  s->warned_at = s->warned_in = NOWHERE;
  s->pending = s->changed = 0;
}

static void store(rddm *s, uint8_t x)
{
  s->last = (s->last + 1) % s->size;
  s->value[s->last] = x;
  if (s->stored < s->size) {
    s->stored++;
    return;
  }
  s->first = (s->first + 1) % s->size;
  if (s->warned_in == s->last) s->warned_in = NOWHERE; /* the zone is older than the ring */
}

static void only_last(rddm *s)
{
  s->first = s->last;
  s->stored = 1;
}

static dw_detector_event judge(rddm *s)
{
  double sum = s->rate + s->std;
  if (sum > s->least + s->drift * s->least_std) {
    s->pending = s->changed = 1;
    if (s->warned_in == NOWHERE) only_last(s);
    return DW_DETECTOR_DRIFT;
  }
  bool warning = sum > s->least + s->warning * s->least_std;
  if (!warning) {
    s->warned_at = s->warned_in = NOWHERE;
    s->pending = s->count > s->most;
    return s->pending ? DW_DETECTOR_DRIFT : DW_DETECTOR_NONE;
  }
  if (s->warned_at == NOWHERE) {
    s->warned_at = s->seen;
    s->warned_in = s->last;
  }
  if (s->warned_at + s->limit > s->seen) return DW_DETECTOR_WARNING;
  s->pending = s->changed = 1;
  only_last(s);
  s->warned_at = s->warned_in = NOWHERE;
  return DW_DETECTOR_DRIFT;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  rddm *s = state;
  if (s->pending) react(s);
  s->seen++;
  store(s, x >= 0.5);
  s->count++;
  s->rate += (x - s->rate) / (double)s->count;
  s->std = sqrt(s->rate * (1 - s->rate) / (double)s->count);
  if (s->count <= s->warm_start) return DW_DETECTOR_NONE;
  keep_least(s);
  dw_detector_event event = judge(s);
  double level = event == DW_DETECTOR_DRIFT ? s->drift : s->warning;
  if (event != DW_DETECTOR_NONE) *told = (dw_detector_told){s->rate + s->std, s->least + level * s->least_std, s->least, s->rate, 0};
  return event;
}

static bool fields(void *state, dw_detector_fields *f)
{
  rddm *s = state;
  uint64_t zone[] = {s->warned_at == NOWHERE ? 0 : s->warned_at, s->warned_in == NOWHERE ? 0 : s->warned_in + 1};
  uint64_t ring[] = {s->first, s->last, s->stored};
  dw_fields_count(f, "count", &s->count);
  dw_fields_count(f, "seen", &s->seen);
  dw_fields_number(f, "rate", &s->rate);
  dw_fields_number(f, "std", &s->std);
  dw_fields_number(f, "least", &s->least);
  dw_fields_number(f, "least_std", &s->least_std);
  f->counts(f, "ring", ring, 3);
  f->counts(f, "zone", zone, 2);
  dw_fields_count(f, "pending", &s->pending);
  dw_fields_count(f, "changed", &s->changed);
  f->bits(f, "values", s->value, (size_t)s->size);
  s->first = ring[0];
  s->last = ring[1];
  s->stored = ring[2];
  s->warned_at = zone[0] ? zone[0] : NOWHERE;
  s->warned_in = zone[1] ? zone[1] - 1 : NOWHERE;
  return s->first < s->size && s->last < s->size && s->stored <= s->size && (s->warned_in == NOWHERE || s->warned_in < s->size) &&
         s->rate >= 0 && s->rate <= 1;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (parameter[DRIFT] > parameter[WARNING]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "drift_threshold of rddm is larger than warning_threshold");
}

const dw_detector_method dw_detector_rddm = {
    .name = "rddm",
    .title = "RDDM: the rate of errors against its minimum, forgetting",
    .input = DW_DETECTOR_ERRORS,
    .parameter = {{"warm_start", 129, 1, 1e9, NULL, true},
                  {"warning_threshold", 1.773, 1e-300, 1e300, NULL, false},
                  {"drift_threshold", 2.258, 1e-300, 1e300, NULL, false},
                  {"buffer_size", 7000, 1, 1e6, NULL, true},
                  {"max_concept_size", 40000, 1, 1e15, NULL, true},
                  {"warning_limit", 1400, 1, 1e15, NULL, true}},
    .knob = DRIFT,
    .knob_calms = true,
    .warns = true,
    .resets_itself = true,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
