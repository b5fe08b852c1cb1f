/* matching: which cell of the calendar a record lies in, so that like is compared with like.
 *
 *   hour 00 … 23; weekday monday … sunday; hour-of-week "monday 00" … "sunday 23"; month 01 … 12; season dec-feb, mar-may, jun-aug, sep-nov
 *
 * on the clock of a zone: an hour that daylight saving time repeats is one cell, one that it leaves out has no rows.
 */
#ifndef DW_DATA_MATCHING_H
#define DW_DATA_MATCHING_H

#include "io/record/time_format.h"
#include "io/record/zone.h"

typedef enum dw_match { DW_MATCH_NONE, DW_MATCH_HOUR, DW_MATCH_WEEKDAY, DW_MATCH_HOUR_OF_WEEK, DW_MATCH_MONTH, DW_MATCH_SEASON } dw_match;
extern const char *const dw_match_words[6]; /* "hour" … "season", NULL: of DW_MATCH_HOUR and behind */

enum { DW_MATCH_CELLS = 168, DW_MATCH_NAME = 16 };

/* How the cells of a dataset's records are told; zone and format outlive it. */
typedef struct dw_matching {
  dw_match by;
  const dw_zone *zone;
  const char *time;             /* the column of instants */
  const dw_time_format *format; /* io/record/instant.h */
} dw_matching;

unsigned dw_match_cells(dw_match by); /* how many there are */
/* In microseconds since 1970; from 0. */
unsigned dw_match_cell(dw_match by, const dw_zone *zone, int64_t instant);
unsigned dw_match_cell_local(dw_match by, int64_t local); /* of a clock that is read already, as if it were UTC */
void dw_match_name(dw_match by, unsigned cell, char out[DW_MATCH_NAME]);

#endif
