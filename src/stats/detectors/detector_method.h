/* detector_method: what a method is to the table of detectors (stats/detectors/detector.h): a row of parameters and functions. */
#ifndef DW_STATS_DETECTOR_METHOD_H
#define DW_STATS_DETECTOR_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DW_DETECTOR_PARAMETERS = 8 };

typedef enum dw_detector_event {
  DW_DETECTOR_NONE,
  DW_DETECTOR_WARNING, /* a change may be coming */
  DW_DETECTOR_DRIFT
} dw_detector_event;

/* What a method can say of a warning or a drift; NaN: nothing. */
typedef struct dw_detector_told {
  double statistic, threshold; /* drift: statistic beyond threshold (above, below where the manual says so); in units of the method */
  double before, after;        /* mean of the values before the change, and of those after it, as far as the method tells them apart */
  uint64_t after_count;        /* how many values are behind `after`; 0: not known */
} dw_detector_told;

/* What the values of a stream are to a method. */
typedef enum dw_detector_input {
  DW_DETECTOR_NUMBERS, /* any unit */
  DW_DETECTOR_ERRORS,  /* 1: a mistake, 0: none, or a share; the mean is a rate of errors */
  DW_DETECTOR_HITS     /* 1: right, 0: a mistake */
} dw_detector_input;

typedef struct dw_detector_parameter {
  const char *name;
  double initial, low, high; /* allowed range, both ends included */
  const char *words;         /* "both up down": the value is a place in this list, and initial too; NULL: a number */
  bool whole;                /* a whole number */
} dw_detector_parameter;

/* What a state is written to, or read from: name and value by value. What cannot be read is noted by who reads; the value then stays as it
 * was, and the rest follows as if all were well. */
typedef struct dw_detector_fields dw_detector_fields;
struct dw_detector_fields {
  void (*numbers)(dw_detector_fields *fields, const char *name, double *value, size_t count); /* may be infinite, not NaN */
  void (*counts)(dw_detector_fields *fields, const char *name, uint64_t *value, size_t count);
  void (*bits)(dw_detector_fields *fields, const char *name, uint8_t *value, size_t count); /* each 0 or 1 */
};

static inline void dw_fields_number(dw_detector_fields *f, const char *name, double *value) { f->numbers(f, name, value, 1); }
static inline void dw_fields_count(dw_detector_fields *f, const char *name, uint64_t *value) { f->counts(f, name, value, 1); }

typedef struct dw_detector_method {
  const char *name;
  const char *title; /* for people */
  dw_detector_input input;
  dw_detector_parameter parameter[DW_DETECTOR_PARAMETERS];  /* name NULL behind the last */
  int knob;                                                 /* place of the parameter that sets how rare false alarms are; -1: none */
  bool knob_calms;                                          /* larger means rarer */
  bool warns;                                               /* tells warnings too */
  bool resets_itself;                                       /* after a drift it goes on with its own kind of reset */
  dw_status (*check)(const double *parameter, dw_err *err); /* DW_EUSAGE: they contradict each other; NULL: they cannot */
  size_t (*bytes)(const double *parameter);                 /* of the state */
  /* Fills the state, of zeros, or anew. */
  void (*reset)(void *state, const double *parameter);
  /* told is written when the event is not DW_DETECTOR_NONE. */
  dw_detector_event (*add)(void *state, double x, dw_detector_told *told);
  /* All of the state that reset does not fill from the parameters alone. false: what was read cannot be a state. */
  bool (*fields)(void *state, dw_detector_fields *fields);
} dw_detector_method;

#endif
