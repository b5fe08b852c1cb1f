/* clock: instants, durations and their texts. Instants are int64 microseconds since 1970-01-01T00:00:00Z (proleptic Gregorian
 * calendar, no leap seconds). */
#ifndef DW_BASE_CLOCK_H
#define DW_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DW_SECOND INT64_C(1000000)

/* ISO 8601 / RFC 3339: YYYY-MM-DD, with [T or space]HH:MM[:SS[.fraction]] and an offset Z, +HH:MM, +HHMM, +HH, UTC or GMT, or none (UTC).
 * The fraction may stand behind a comma. Years 0001 to 9999, in UTC too; fraction digits beyond the microsecond are cut. 24:00:00 is the
 * end of its day, and a leap second (:60 at the end of an hour of UTC) the second that follows it. The whole text or nothing: *instant is
 * untouched when the answer is false. */
bool dw_time_parse(const char *text, size_t length, int64_t *instant);

/* A time in the words of the calendar. */
typedef struct dw_civil_time {
  int year, month, day; /* from 1 */
  int hour, minute, second;
  int64_t microsecond;
  int64_t offset; /* microseconds that the clock is ahead of UTC */
} dw_civil_time;

/* 24:00:00 and a leap second as above. false: there is no such day or time, or it lies outside the years 0001 to 9999 in UTC. */
bool dw_time_of_civil(const dw_civil_time *civil, int64_t *instant);

/* The number of an instant: a Unix time in seconds, milliseconds, microseconds or nanoseconds, told by its size (seconds reach 1e11 in the
 * year 5138, milliseconds 1e14; nanoseconds are 1e17 in 1973, microseconds in 5138), or the digits of a calendar: YYYYMMDD or
 * YYYYMMDDHHMMSS. false: it is none, or nobody can tell which:
 *
 *   1800 to 2199         a year, or seconds
 *   8 and 14 digits      that are no date, no date and time; or not whole
 *   12 digits            that could be YYYYMMDDHHMM of 1900 to 2099, or milliseconds of 1976
 *   17 digits            YYYYMMDDHHMMSSmmm, or nanoseconds of before 1973: a double does not hold them
 *
 * Epoch seconds of 8 digits would be of 1970 to 1973, milliseconds of 14 digits of 2286 and later. Of nanoseconds a double holds those of
 * a quarter of a microsecond. */
bool dw_time_number(double number, int64_t *instant);

enum { DW_TIME_TEXT = 40 };
/* "2026-01-31T09:30:00Z", with the fraction only when there is one (up to 6 digits, no trailing zeros). Returns bytes written, no NUL. */
size_t dw_time_print(char out[DW_TIME_TEXT], int64_t instant);

/* Parts that other forms of a time have too; each moves *text past what it read. Z, +HH:MM, +HHMM or +HH as microseconds. */
bool dw_time_take_offset(const char **text, const char *end, int64_t *offset);

/* "90s", "60m", "24h", "7d", "2w", "250ms", "100us", "1.5h", and sums "1h30m" from larger units to smaller ones. Positive; what is below
 * a microsecond is cut. */
bool dw_duration_parse(const char *text, size_t length, int64_t *microseconds);
size_t dw_duration_print(char out[DW_TIME_TEXT], int64_t microseconds); /* "1h30m", the form that parses back */

/* Now, or what the environment variable DW_NOW says (an ISO time) so that tests are repeatable. DW_EUSAGE when DW_NOW is malformed. */
dw_status dw_time_now(int64_t *instant, dw_err *err);
uint64_t dw_monotonic_ns(void); /* for rates and progress */

/* A time as people ask for one: "now", how long before now (60m), or as dw_time_parse takes it. false: none of them. */
bool dw_time_asked(const char *text, int64_t now, int64_t *instant);

#endif
