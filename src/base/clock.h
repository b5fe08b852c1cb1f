/* clock: instants, durations and their texts. Instants are int64 microseconds since 1970-01-01T00:00:00Z (proleptic Gregorian
 * calendar, no leap seconds). */
#ifndef DW_BASE_CLOCK_H
#define DW_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DW_SECOND INT64_C(1000000)

/* ISO 8601 / RFC 3339: YYYY-MM-DD, with [T or space]HH:MM[:SS[.fraction]] and an offset Z, +HH:MM, +HHMM, +HH or none (UTC). Years 0001
 * to 9999, in UTC too; fraction digits beyond the microsecond are cut; no leap seconds (:60) and no 24:00. The whole text or nothing:
 * *instant is untouched when the answer is false. */
bool dw_time_parse(const char *text, size_t length, int64_t *instant);

/* A number that is a Unix time, whatever its unit: seconds reach 1e11 in the year 5138, milliseconds 1e14. *instant in microseconds;
 * false: it is none. */
bool dw_time_number(double number, int64_t *instant);

enum { DW_TIME_TEXT = 40 };
/* "2026-01-31T09:30:00Z", with the fraction only when there is one (up to 6 digits, no trailing zeros). Returns bytes written, no NUL. */
size_t dw_time_print(char out[DW_TIME_TEXT], int64_t instant);

/* "90s", "60m", "24h", "7d", "2w", "250ms", "100us", "1.5h", and sums "1h30m" from larger units to smaller ones. Positive; what is below
 * a microsecond is cut. */
bool dw_duration_parse(const char *text, size_t length, int64_t *microseconds);
size_t dw_duration_print(char out[DW_TIME_TEXT], int64_t microseconds); /* "1h30m", the form that parses back */

/* Now, or what the environment variable DW_NOW says (an ISO time) so that tests are repeatable. DW_EUSAGE when DW_NOW is malformed. */
dw_status dw_time_now(int64_t *instant, dw_err *err);
uint64_t dw_monotonic_ns(void); /* for rates and progress */

#endif
