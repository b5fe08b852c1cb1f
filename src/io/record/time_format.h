/* time_format: times in the form that the user says, in the letters of strptime, and which forms a text looks like.
 *
 *   dw_time_format format;
 *   status = dw_time_format_parse(&format, "%d/%m/%Y %H:%M", err);
 *   … dw_time_format_read(&format, text, length, &instant)
 *
 * The letters, in English whatever the locale:
 *
 *   %Y  year, four digits           %y  year, two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 (POSIX)
 *   %m  month                       %b %h %B  month by name: Jan or January, in any case
 *   %d %e  day of the month         %j  day of the year
 *   %H  hour, 00 to 23              %I  hour, 01 to 12, with %p  AM or PM
 *   %M  minute                      %S  second; a leap second (60), and 24:00:00, as base/clock.h has them
 *   %f  fraction of the second, of any length, cut at the microsecond
 *   %z  offset: Z, +HH:MM, +HHMM or +HH          %Z  UTC, GMT or Z; the other names say no offset that all agree on
 *   %s  seconds since 1970, with a sign and a fraction where there is one; nothing else beside it
 *   %a %A  a weekday's name, which is not looked at further
 *   %F  %Y-%m-%d    %D  %m/%d/%y    %T  %H:%M:%S    %R  %H:%M    %%  a percent sign
 *
 *   %{2026-02-01}  nothing in the text: the year, which the text does not say, is the last that makes the time one before this day (or
 *                  instant, as dw_time_parse reads it), so that a log that runs through the turn of the year is read right
 *
 * White space stands for one or more spaces or tabs, every other character for itself. Numbers may lack their leading zeros ("3/4/2024"),
 * except where digits follow digits: "%Y%m%d" reads "20240304", not "202434". The whole text or nothing. Without %z and %Z a time is UTC.
 */
#ifndef DW_IO_TIME_FORMAT_H
#define DW_IO_TIME_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DW_TIME_FORMAT_ITEMS = 64, DW_TIME_FORMAT_TEXT = 64 };

typedef struct dw_time_item {
  char letter;  /* of a directive; 0: the character `literal`, white space when that is ' ' */
  char literal; /* or, of a directive, 1 when its digits have to be all there */
} dw_time_item;

typedef struct dw_time_format {
  const char *text; /* as it was given: the caller's */
  bool yearless;    /* the year follows from: */
  int64_t before;   /* microseconds since 1970, */
  int last_year;    /* and the year of its last instant */
  size_t count;
  dw_time_item item[DW_TIME_FORMAT_ITEMS];
} dw_time_format;

/* DW_EUSAGE, named --time-format: an unknown letter, no year, a part twice, parts that need others. */
dw_status dw_time_format_parse(dw_time_format *format, const char *text, dw_err *err);

/* *instant: base/clock.h; untouched when the answer is false. */
bool dw_time_format_read(const dw_time_format *format, const char *text, size_t length, int64_t *instant);

/* The forms that a text has which is a date, or a date and time, as people and servers write them: "03/04/2024", "31.12.2024 23:59",
 * "5 Jan 2024", "20240304T101500Z", "[10/Oct/2000:13:55:36 -0700]", "Wed Oct 11 14:32:52.5 2000"; two where day and month could change
 * places, the day first. How many: 0 to 2. Texts that dw_time_parse reads are not asked about. */
int dw_time_format_guess(const char *text, size_t length, char form[2][DW_TIME_FORMAT_TEXT]);
/* A month by name, a day and a time, as syslog writes them (RFC 3164, with a fraction or not): no instant, since nobody says which year it
 * is. *within: microseconds since the first of January of a leap year; untouched when the answer is false. */
bool dw_time_format_yearless(const char *text, size_t length, int64_t *within);

#endif
