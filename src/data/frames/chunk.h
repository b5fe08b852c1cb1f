/* chunk: rows in order, cut into windows by time or by count. */
#ifndef DW_DATA_CHUNK_H
#define DW_DATA_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/text/json.h"

typedef struct dw_chunk {
  size_t first, count; /* in dw_chunks.order */
  int64_t start, end;  /* windows: [start, end); else the first and the last instant */
} dw_chunk;

typedef struct dw_chunks {
  uint32_t *order; /* [rows] the rows by time (those of one instant as they came), or as they came */
  dw_chunk *chunk;
  size_t count;
  bool timed; /* start and end hold */
} dw_chunks;

/* What becomes of rows that do not fill a chunk. */
typedef enum dw_chunk_rest {
  /* size: less than half a chunk goes to the last one, more is one of its own; number: none is left, the chunks differ by a row */
  DW_REST_APPEND,
  DW_REST_KEEP, /* a chunk of its own, be it of one row; number: chunks of rows / number, and a rest behind them (NannyML) */
  DW_REST_DROP  /* as KEEP, without that chunk */
} dw_chunk_rest;
extern const char *const dw_chunk_rest_words[4]; /* "append", "keep", "drop", NULL */

typedef enum dw_calendar {
  DW_CALENDAR_NONE,
  DW_CALENDAR_DAY,
  DW_CALENDAR_WEEK,
  DW_CALENDAR_MONTH,
  DW_CALENDAR_QUARTER,
  DW_CALENDAR_YEAR
} dw_calendar;

/* One of window, calendar, size, number is set; none: a single chunk. Periods without rows are left out. */
typedef struct dw_chunk_options {
  int64_t window;       /* microseconds; windows begin at whole multiples since 1970 */
  dw_calendar calendar; /* periods of the calendar in UTC, as pandas has them; weeks begin on Monday */
  uint64_t size;        /* rows */
  uint64_t number;      /* chunks; at most as many as there are rows */
  dw_chunk_rest rest;   /* of size and number */
} dw_chunk_options;

/* "D", "W", "M", "Q" or "Y" for the calendar, or a duration (base/clock.h) for windows; false: neither, *how is untouched. */
bool dw_chunk_period(const char *text, dw_chunk_options *how);
/* The window or the period of the calendar that an instant lies in. */
void dw_chunk_around(int64_t instant, const dw_chunk_options *how, int64_t *start, int64_t *end);

/* instant NULL: no times (window and calendar need them). At most 1,000,000 chunks: DW_EUSAGE. rows < 2^32. */
dw_status dw_chunks_make(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err);
void dw_chunks_free(dw_chunks *chunks);
/* "key": {"index", "first_row", "last_row", "start", "end"}: rows in their order, from 0; instants, null without times. index SIZE_MAX:
 * null. */
void dw_chunk_write(const dw_chunks *chunks, size_t index, const char *key, dw_json *json);

#endif
