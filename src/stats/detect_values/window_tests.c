/* window_tests: the newest values against those before them: cvm_window by Cramér and von Mises' test, ks_window by Kolmogorov and
 * Smirnov's, whose statistic is D sqrt(n m / (n + m)).
 *
 * The last `window` values against the first `reference` ones (mode frozen), or against the `reference` values before them (mode
 * preceding), at each value, by ranks: equal values are put in order by random numbers, so that nothing depends on the values' distribution
 * or unit. Limits by simulation of a run length, rank statistics for any distribution: Ross and Adams, "Two nonparametric control charts
 * for detecting arbitrary distribution changes", Journal of Quality Technology 44(2), 2012; here of two windows, not of all cuts. A drift
 * when the statistic reaches the limit at which on exchangeable values one comes after run_length values of full windows, on average, by
 * simulation (window_limits.h), a warning likewise with warning_run_length. A frozen reference is one sample: how often it errs with one of
 * them is another matter than how often over all of them, which is what run_length says. The statistic of ks_window takes few values, so
 * that its mean time to a false alarm may be longer than what was asked for.
 *
 * run_length 10000, warning_run_length 1000, reference 200, window 50, mode preceding, seed 1. reference: 1 to 10 times window. */
#include "stats/detect_values/two_windows.h"
#include "stats/detect_values/window_limits.h"
#include "stats/detectors/detector.h"

enum { RUN_LENGTH, WARNING, REFERENCE, WINDOW, MODE, SEED };

typedef struct window_test {
  dw_window_statistic by;
  double warning;  /* limit; that of a drift is windows.limit */
  uint64_t warned; /* in a zone of warning, which ends below zone() of where it began */
  dw_two_windows windows;
} window_test;

static double zone(dw_window_statistic by) { return by == DW_WINDOW_CVM ? 0.5 : 0.75; }

static size_t bytes(const double *parameter)
{
  return sizeof(window_test) + dw_two_windows_bytes((uint64_t)parameter[REFERENCE], (uint64_t)parameter[WINDOW]);
}

static double limit(dw_window_statistic by, const double *parameter, int run_length)
{
  return dw_window_limit(by, parameter[MODE] > 0, (uint64_t)parameter[REFERENCE], (uint64_t)parameter[WINDOW], parameter[run_length]);
}

static void reset(dw_window_statistic by, void *state, const double *parameter)
{
  window_test *s = state;
  s->by = by;
  s->warning = limit(by, parameter, WARNING);
  s->warned = 0;
  s->windows.limit = limit(by, parameter, RUN_LENGTH);
  dw_two_windows_reset(&s->windows, (uint64_t)parameter[REFERENCE], (uint64_t)parameter[WINDOW], parameter[MODE] > 0,
                       (uint64_t)parameter[SEED]);
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  window_test *s = state;
  dw_two_windows *w = &s->windows;
  if (!dw_two_windows_add(w, x)) return DW_DETECTOR_NONE;
  double statistic = s->by == DW_WINDOW_CVM ? dw_two_windows_cvm(w) : dw_two_windows_ks(w);
  s->warned = statistic >= s->warning * (s->warned ? zone(s->by) : 1);
  dw_detector_event event = statistic >= w->limit ? DW_DETECTOR_DRIFT : s->warned ? DW_DETECTOR_WARNING : DW_DETECTOR_NONE;
  if (event != DW_DETECTOR_NONE)
    *told = (dw_detector_told){statistic, event == DW_DETECTOR_DRIFT ? w->limit : s->warning, dw_two_windows_mean(w->first, w->reference),
                               dw_two_windows_mean(w->last, w->window), w->window};
  return event;
}

static bool fields(void *state, dw_detector_fields *f)
{
  window_test *s = state;
  dw_fields_count(f, "warned", &s->warned);
  return dw_two_windows_fields(&s->windows, f);
}

static dw_status check(const char *name, const double *parameter, dw_err *err)
{
  if (parameter[WARNING] > parameter[RUN_LENGTH]) return dw_err_set(err, DW_EUSAGE, "warning_run_length of %s is at most run_length", name);
  if (parameter[REFERENCE] >= parameter[WINDOW] && parameter[REFERENCE] <= DW_WINDOW_RATIO * parameter[WINDOW]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "reference of %s is 1 to %d times window", name, DW_WINDOW_RATIO);
}

static void cvm_reset(void *state, const double *parameter) { reset(DW_WINDOW_CVM, state, parameter); }
static void ks_reset(void *state, const double *parameter) { reset(DW_WINDOW_KS, state, parameter); }
static dw_status cvm_check(const double *parameter, dw_err *err) { return check("cvm_window", parameter, err); }
static dw_status ks_check(const double *parameter, dw_err *err) { return check("ks_window", parameter, err); }

/* clang-format off */
#define PARAMETERS \
  {"run_length", 10000, DW_WINDOW_RUN_LEAST, DW_WINDOW_RUN_MOST, NULL, true}, \
  {"warning_run_length", 1000, DW_WINDOW_RUN_LEAST, DW_WINDOW_RUN_MOST, NULL, true}, \
  {"reference", 200, DW_WINDOW_LEAST, DW_WINDOW_MOST * DW_WINDOW_RATIO, NULL, true}, \
  {"window", 50, DW_WINDOW_LEAST, DW_WINDOW_MOST, NULL, true}, \
  {"mode", 0, 0, 1, "preceding frozen", false}, \
  {"seed", 1, 0, 9007199254740992.0, NULL, true}
/* clang-format on */

const dw_detector_method dw_detector_cvm_window = {
    .name = "cvm_window",
    .title = "CvM: Cramér and von Mises' test of two windows",
    .parameter = {PARAMETERS},
    .knob = RUN_LENGTH,
    .knob_calms = true,
    .warns = true,
    .check = cvm_check,
    .bytes = bytes,
    .reset = cvm_reset,
    .add = add,
    .fields = fields,
};

const dw_detector_method dw_detector_ks_window = {
    .name = "ks_window",
    .title = "KS: Kolmogorov and Smirnov's test of two windows",
    .parameter = {PARAMETERS},
    .knob = RUN_LENGTH,
    .knob_calms = true,
    .warns = true,
    .check = ks_check,
    .bytes = bytes,
    .reset = ks_reset,
    .add = add,
    .fields = fields,
};
