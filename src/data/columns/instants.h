/* instants: the instants that the strings of one column are, kept as they come by: what is told of a column of instants (its hours, its
 * gaps, detect/compare/timing.h) asks for all of them, when its strings are long forgotten.
 *
 * This is the one way by which instants come in from cells. The first string says which forms the column is read by: ISO 8601 and whatever
 * else base/clock.h reads, or the times without a year of syslog, or the forms that dw_time_format_guess knows, two where day and month
 * could change places. Which of the two it
 * is shows from the strings of both sides together (dw_instants_settle).
 *
 * Numbers are instants where all of a column are Unix times of one unit, told by their size, and something else says so too: a word of the
 * column's name (ts, time, created_at …), or that all are whole seconds though they are written in milliseconds, as pandas.to_json writes
 * what has no fraction (whole milliseconds in microseconds or nanoseconds). A number of ten digits alone may be anything. Digits as text
 * are no others.
 */
#ifndef DW_DATA_INSTANTS_H
#define DW_DATA_INSTANTS_H

#include "io/record/record.h"
#include "io/record/time_format.h"
#include "stats/samples/sample.h"

enum { DW_INSTANTS_READINGS = 2 };
#define DW_INSTANTS_NONE INT64_MIN

typedef struct dw_instants_reading {
  char letters[DW_TIME_FORMAT_TEXT]; /* empty: as dw_time_parse reads */
  dw_time_format format;
  int64_t *value;  /* [count] of the cells kept, in order of arrival; DW_INSTANTS_NONE where this reading has none */
  uint64_t unread; /* strings that it does not read, kept or not */
} dw_instants_reading;

typedef struct dw_instants {
  dw_instants_reading reading[DW_INSTANTS_READINGS];
  size_t readings;
  bool yearless;     /* strings of syslog: values are those of dw_time_format_yearless */
  double unit;       /* of numbers: microseconds; 0: strings */
  bool named, round; /* of numbers: what says that they are instants */
  bool timed;
  int64_t *time; /* [count] when the record was, DW_INSTANTS_NONE where nobody knows; NULL: not asked (timed) */
  size_t count, capacity;
  uint64_t seen;    /* strings */
  unsigned thinned; /* one in 2^thinned is kept, at random by its number among the strings */
} dw_instants;

/* By its first string; NULL: that is no instant. timed: the times of the records are kept beside them. */
dw_instants *dw_instants_new(const char *text, size_t length, bool timed);
/* The same of numbers: seconds from September 2001 on (and the name says so), milliseconds, microseconds or nanoseconds from 1990 on, all
 * before 2100. name: the column's. */
dw_instants *dw_instants_of_numbers(double first, const char *name, bool timed);
/* Whether the numbers of a column of this name are instants, all of them: what holds without any of them kept. */
bool dw_instants_in_numbers(const char *name, dw_sorted numbers);
/* The same of numbers that nobody sorted: the least and the greatest, and whether each is round. */
bool dw_instants_in_range(const char *name, double least, double most, bool round);
bool dw_instants_round(double number); /* whole thousands; number: below 2^63 in size */
/* Microseconds of the unit of which all of them may be Unix times, by their size alone; 0: of none. */
double dw_instants_unit(dw_sorted numbers);
/* The same of a text: digits, and decimals behind a point, as a writer has them to whom all is text. */
bool dw_instants_digits(const char *name, const char *text, size_t length, double *number);
bool dw_instants_hopeless(const dw_instants *instants); /* most strings are none, or a number is none */
/* time: [batch->rows], or NULL where it is not known. take: as dw_column_add. scratch: for strings with escapes. Strings that CSV takes for
 * a missing value are passed over. */
void dw_instants_add(dw_instants *instants, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take, const int64_t *time,
                     dw_buf *scratch);
void dw_instants_thin(dw_instants *instants); /* every other one, at random, is let go */
size_t dw_instants_bytes(const dw_instants *instants);
void dw_instants_free(dw_instants *instants); /* NULL is fine */

typedef enum dw_instants_told {
  DW_INSTANTS_TOLD,
  DW_INSTANTS_EITHER, /* day and month could change places in all of them */
  DW_INSTANTS_MIXED   /* no form reads all of a side, or one side says the year and the other does not */
} dw_instants_told;

/* Which reading holds for each of two sides: the one that reads all of its strings; of two, the one that reads all of the other side's, or
 * the form that the user gave for times (NULL: none). */
dw_instants_told dw_instants_settle(const dw_instants *const side[2], const char *letters, const dw_instants_reading *out[2]);

#endif
