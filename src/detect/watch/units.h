/* units: rows of one side cut into periods of time, which are what a watch by the period (detect/watch/unit_stream.h) takes for one
 * observation each.
 *
 * Periods begin at whole multiples on the clock of a zone; one with fewer than half of the usual rows (the median of the periods that a
 * side has, or of those that `usual` says) is no whole one and is left out: a file that begins or ends within a day, a day that was cut.
 */
#ifndef DW_DETECT_UNITS_H
#define DW_DETECT_UNITS_H

#include "data/datasets/matching.h"
#include "data/frames/chunk.h"
#include "data/frames/frame.h"

enum { DW_UNITS_LEAST = 19 }; /* of a baseline: with fewer, no single period can be further out than one in 20 */

typedef struct dw_unit_rule {
  const char *text;        /* "1d", for messages and for the state */
  dw_chunk_options period; /* window or calendar */
  const dw_zone *zone;
  const char *zone_name;
  dw_match match;                    /* which periods are alike: compared with each other alone; DW_MATCH_NONE: all are */
  const dw_time_format *time_format; /* of instants */
  bool line;                         /* --detrend: periods may follow a straight line */
  const char *label, *score;         /* NULL: none */
} dw_unit_rule;

typedef struct dw_unit {
  int64_t number;      /* those that follow each other differ by 1 */
  int64_t start, end;  /* [start, end), on the zone's clock, as if it were UTC */
  unsigned cell;       /* of the calendar, 0 without match */
  size_t first, count; /* in dw_units.row */
} dw_unit;

typedef struct dw_units {
  const dw_frame *frame;
  uint32_t *row; /* [frame->rows] of the frame, by time */
  dw_unit *unit; /* ascending */
  size_t count;
  size_t small; /* periods that were left out, with too few rows */
  double usual; /* rows */
} dw_units;

/* usual: rows of a period; 0: the median of these. DW_ENODATA: more rows than memory allows; DW_EUSAGE: periods that hold several cells of
 * the calendar, or too many of them. */
dw_status dw_units_cut(dw_units *out, const dw_frame *frame, const dw_unit_rule *rule, double usual, dw_err *err);
void dw_units_free(dw_units *units);

#endif
