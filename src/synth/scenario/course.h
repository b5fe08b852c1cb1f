/* course: how a change comes and goes along a stream.
 *
 *   sudden       nothing before FROM, all of it from there on
 *   gradual      ever more of the records: the share grows in a straight line from 0 at FROM to 1 at TO, and stays
 *   incremental  all records, ever stronger: the size grows in a straight line from 0 at FROM to 1 at TO, and stays
 *   recurring    from FROM on (to TO when given) on and off: on for the first DUTY (share) of every PERIOD
 *   blip         only from FROM up to TO, TO itself not included
 *
 * A position is a row of the input (counted from 0), a share of the stream, or an instant. Shares become rows once the length of the
 * stream is known. All positions of one course are on one axis: rows (and shares) or time.
 */
#ifndef DW_SYNTH_COURSE_H
#define DW_SYNTH_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum dw_course_kind {
  DW_COURSE_SUDDEN,
  DW_COURSE_GRADUAL,
  DW_COURSE_INCREMENTAL,
  DW_COURSE_RECURRING,
  DW_COURSE_BLIP
} dw_course_kind;

extern const char *const dw_course_words[]; /* by dw_course_kind, ended by NULL */

typedef enum dw_axis { DW_AXIS_NONE, DW_AXIS_ROW, DW_AXIS_SHARE, DW_AXIS_TIME } dw_axis;

typedef struct dw_position {
  dw_axis axis; /* NONE: not given */
  double share; /* SHARE: 0 to 1 */
  int64_t at;   /* ROW: the row; TIME: microseconds since 1970 (for a period: its length) */
} dw_position;

typedef struct dw_course {
  dw_course_kind kind;
  dw_position from, to, period;
  double duty; /* RECURRING: share of the period that is on */
} dw_course;

/* "5000" is a row; "30%", "0.3" and "1.0" are shares; "2026-01-31", "2026-01-31T09:30:00Z" are instants (dw_time_parse). */
bool dw_position_parse(const char *text, dw_position *position);
/* "1000" rows, "10%" of the stream, "24h". Not 0. */
bool dw_period_parse(const char *text, dw_position *period);
size_t dw_position_print(char out[40], const dw_position *position); /* the form that parses back; "null" when not given */
size_t dw_period_print(char out[40], const dw_position *period);

/* NULL when the course is complete and consistent, otherwise what is wrong ("gradual needs --to"). dash is "--" or "", put before names. */
const char *dw_course_wrong(const dw_course *course, const char *dash, char message[160]);

dw_axis dw_course_axis(const dw_course *course); /* NONE (always the same), ROW or TIME */
bool dw_course_has_shares(const dw_course *course);
void dw_course_resolve(dw_course *course, uint64_t rows); /* shares become rows of a stream of that length, rounded */

/* How far the course has come at a position of its axis: 0 (nothing) to 1 (all). Resolved. */
double dw_course_at(const dw_course *course, int64_t position);
/* true: it is 0 everywhere in [first, last]. false: it may be 0 there all the same. */
bool dw_course_idle(const dw_course *course, int64_t first, int64_t last);

#endif
