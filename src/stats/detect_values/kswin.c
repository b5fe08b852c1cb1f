/* kswin: the last stat_size values of a sliding window against as many drawn from those before them. Raab, Heusinger, Schleif, "Reactive
 * soft prototype computing for concept drift streams", Neurocomputing 416, 2020; as river's KSWIN.
 *
 * At each value, once window_size values are there: stat_size of the older window_size - stat_size ones are drawn without replacement; a
 * drift when Kolmogorov and Smirnov's distance D of the two is above 0.1 and its exact p-value (of equal sizes without ties) at most alpha.
 * A test at each value, on windows that overlap, is no alpha in all: see the manual for how often it errs. The draws are ours (Philox,
 * from seed), not those of Python's random, so that alarms are river's in kind, not index by index.
 *
 * alpha 0.005, window_size 100, stat_size 30, seed 1. */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "stats/detectors/detector.h"
#include "stats/tests/twosample.h"

enum { ALPHA, WINDOW, STAT, SEED };

typedef struct kswin {
  uint64_t window, stat;
  double limit; /* D from which it is a drift */
  dw_rng_key key;
  uint64_t count, start; /* values in the window; place of the oldest */
  uint64_t draw;         /* tests so far: the row of their random numbers */
  double value[];        /* [window] a ring; behind it room for the two samples and the draw */
} kswin;

static double *room(kswin *s) { return s->value + s->window; }

static size_t bytes(const double *parameter)
{
  return sizeof(kswin) + (2 * (size_t)parameter[WINDOW] + 2 * (size_t)parameter[STAT]) * sizeof(double);
}

/* The least h / n whose p-value is at most alpha, and above 0.1. More than 1: there is none. */
static double least_distance(double alpha, uint64_t n)
{
  uint64_t h = n / 10 + 1;
  while (h <= n && dw_ks_2samp_p((double)h / (double)n, n, n, NULL) > alpha) h++;
  return ((double)h - 0.5) / (double)n;
}

static void reset(void *state, const double *parameter)
{
  kswin *s = state;
  double limit = s->limit; /* of the same parameters, where the state is not new */
  uint64_t draw = s->draw;
  *s = (kswin){.window = (uint64_t)parameter[WINDOW],
               .stat = (uint64_t)parameter[STAT],
               .limit = limit > 0 ? limit : least_distance(parameter[ALPHA], (uint64_t)parameter[STAT]),
               .key = dw_rng_derive((uint64_t)parameter[SEED], "kswin"),
               .draw = draw};
}

static void sort(double *x, uint64_t n)
{
  for (uint64_t i = 1; i < n; i++) {
    double value = x[i];
    uint64_t k = i;
    for (; k > 0 && x[k - 1] > value; k--) x[k] = x[k - 1];
    x[k] = value;
  }
}

/* D of two sorted samples of n. */
static double distance(const double *a, const double *b, uint64_t n)
{
  uint64_t i = 0, k = 0, most = 0;
  while (i < n && k < n) {
    double at = fmin(a[i], b[k]);
    while (i < n && a[i] == at) i++;
    while (k < n && b[k] == at) k++;
    uint64_t apart = i > k ? i - k : k - i;
    if (apart > most) most = apart;
  }
  return (double)most / (double)n;
}

static double mean(const double *x, uint64_t n)
{
  double sum = 0;
  for (uint64_t i = 0; i < n; i++) sum += x[i];
  return sum / (double)n;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  kswin *s = state;
  s->value[(s->start + s->count) % s->window] = x;
  if (s->count < s->window) s->count++;
  else s->start = (s->start + 1) % s->window;
  if (s->count < s->window) return DW_DETECTOR_NONE;
  double *older = room(s), *drawn = older + s->window, *recent = drawn + s->stat;
  uint64_t rest = s->window - s->stat;
  for (uint64_t i = 0; i < s->window; i++) (i < rest ? older : recent)[i < rest ? i : i - rest] = s->value[(s->start + i) % s->window];
  dw_rng rng;
  dw_rng_start(&rng, s->key, s->draw++, 0);
  for (uint64_t i = 0; i < s->stat; i++) {
    uint64_t other = i + dw_rng_below(&rng, rest - i);
    drawn[i] = older[other];
    older[other] = older[i];
  }
  sort(drawn, s->stat);
  sort(recent, s->stat);
  double d = distance(drawn, recent, s->stat);
  if (!(d > s->limit)) return DW_DETECTOR_NONE;
  *told = (dw_detector_told){d, s->limit, mean(drawn, s->stat), mean(recent, s->stat), s->stat};
  s->start = (s->start + rest) % s->window; /* what goes on has the recent values alone */
  s->count = s->stat;
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  kswin *s = state;
  dw_fields_count(f, "count", &s->count);
  dw_fields_count(f, "start", &s->start);
  dw_fields_count(f, "draws", &s->draw);
  if (s->count > s->window || s->start >= s->window) return false;
  f->numbers(f, "window", s->value, (size_t)s->window);
  return true;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (2 * parameter[STAT] <= parameter[WINDOW]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "kswin draws stat_size values of those before the last stat_size: window_size is twice that at least");
}

const dw_detector_method dw_detector_kswin = {
    .name = "kswin",
    .title = "KSWIN: Kolmogorov and Smirnov's test in a sliding window",
    .parameter = {{"alpha", 0.005, 1e-300, 1, NULL, false},
                  {"window_size", 100, 2, 10000, NULL, true},
                  {"stat_size", 30, 1, 5000, NULL, true},
                  {"seed", 1, 0, 9007199254740992.0, NULL, true}},
    .knob = ALPHA,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
