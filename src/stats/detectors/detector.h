/* detector: has a stream of numbers changed? A table of online detectors, a row each, and a handle that runs any of them.
 *
 *   const dw_detector_method *method = dw_detector_find("adwin");
 *   dw_detector detector;
 *   dw_detector_init(&detector, method);                                       parameters as in the row
 *   dw_detector_set(&detector, "delta", "0.01", err);                          any number of times, before the first value
 *   if ((status = dw_detector_start(&detector, err)) != DW_OK) …               parameters that contradict each other
 *   for each value: if (dw_detector_add(&detector, x) == DW_DETECTOR_DRIFT) …  detector.told says more
 *   dw_detector_free(&detector);
 *
 * A detector has a constant amount of memory, allocated by dw_detector_start, and none is allocated by value. Values are finite; what is
 * missing is the caller's to pass over. What is told of a value is what the detector thinks at that value: a zone of warning tells a
 * warning at each of its values. After a drift the next value finds a fresh detector (as in river), unless `keep` is set: then it goes on
 * with what it has. Parameters have river's names and defaults, and those of frouros where river has no such method.
 *
 * A state is written and read by dw_detector_fields_of: each member under its name, in a fixed order, by callbacks of the caller, so that
 * any format will do (detect/online/detector_state.h: JSON). What was read back goes on exactly as if it had never stopped.
 *
 * A new method is a file in stats/detect_values (any number) or stats/detect_errors (0 and 1, or shares of them) that defines
 * dw_detector_NAME, and a row in DW_DETECTOR_ROWS.
 */
#ifndef DW_STATS_DETECTOR_H
#define DW_STATS_DETECTOR_H

#include "stats/detectors/detector_method.h"

/* In the order of manuals. */
/* clang-format off */
#define DW_DETECTOR_ROWS(ROW) \
  ROW(ranks) ROW(cvm_window) ROW(ks_window) \
  ROW(adwin) ROW(page_hinkley) ROW(kswin) ROW(cusum) ROW(ewma) ROW(shewhart) ROW(bocd) \
  ROW(ddm) ROW(eddm) ROW(hddm_a) ROW(hddm_w) ROW(rddm) ROW(fhddm) ROW(stepd) ROW(ecdd)
/* clang-format on */

#define DW_DETECTOR_DECLARED(name) extern const dw_detector_method dw_detector_##name;
DW_DETECTOR_ROWS(DW_DETECTOR_DECLARED)
#undef DW_DETECTOR_DECLARED

extern const dw_detector_method *const dw_detector_methods[]; /* NULL behind the last; the first is the default */

typedef struct dw_detector {
  const dw_detector_method *method;
  double parameter[DW_DETECTOR_PARAMETERS];
  bool keep;             /* go on after a drift with what there is, instead of beginning anew */
  bool begin_anew;       /* the value before was a drift */
  void *state;           /* of the method; NULL before dw_detector_start */
  uint64_t count;        /* values taken since dw_detector_start */
  dw_detector_told told; /* of the last value whose event was not DW_DETECTOR_NONE */
} dw_detector;

const dw_detector_method *dw_detector_find(const char *name); /* NULL: there is none */
/* The words of the table as a choice, NULL behind the last: for options. */
const char *dw_detector_word(int choice);
/* The place of a parameter in a row's table; -1: it has none of that name. */
int dw_detector_parameter_place(const dw_detector_method *method, const char *name);

void dw_detector_init(dw_detector *detector, const dw_detector_method *method);
/* One parameter from its text. DW_EUSAGE: the method has none of that name, or the value is not one that it may have. */
dw_status dw_detector_set(dw_detector *detector, const char *name, const char *value, dw_err *err);
/* The same as a number, for searches of a threshold; within the bounds of the row. */
void dw_detector_set_number(dw_detector *detector, int place, double value);
dw_status dw_detector_start(dw_detector *detector, dw_err *err); /* DW_EUSAGE: parameters that contradict each other */
void dw_detector_restart(dw_detector *detector);                 /* as after dw_detector_start, without allocating */
void dw_detector_free(dw_detector *detector);

/* x: finite. */
static inline dw_detector_event dw_detector_add(dw_detector *detector, double x)
{
  if (detector->begin_anew) {
    detector->begin_anew = false;
    if (!detector->keep && !detector->method->resets_itself) detector->method->reset(detector->state, detector->parameter);
  }
  detector->count++;
  dw_detector_event event = detector->method->add(detector->state, x, &detector->told);
  detector->begin_anew = event == DW_DETECTOR_DRIFT;
  return event;
}

/* The whole state, handle and method, through the callbacks; a started detector of the same method and parameters. false: what was read is
 * not a state of it (the callbacks themselves note what they could not read). */
bool dw_detector_fields_of(dw_detector *detector, dw_detector_fields *fields);

#endif
