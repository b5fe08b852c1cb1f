/* instant: the instant that a cell holds: ISO 8601 text, the digits of a calendar, a number since 1970 in seconds, milliseconds,
 * microseconds or nanoseconds by its size (base/clock.h), also as text from the year 1973 on, or what the user says it is. */
#ifndef DW_IO_INSTANT_H
#define DW_IO_INSTANT_H

#include "io/record/time_format.h"
#include "io/record/record.h"

/* format: NULL, or the one form that counts; then the reader should read the column as text, which keeps every digit. false: the cell holds
 * none (missing, another text, a number that is no time). scratch: for strings with escapes. */
bool dw_instant_cell(const dw_time_format *format, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, int64_t *instant);

/* For messages, of a cell without an instant: what follows `field "ts" `, until out changes. It names the value and the way out. */
const char *dw_instant_wrong(const dw_time_format *format, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *out);

#endif
