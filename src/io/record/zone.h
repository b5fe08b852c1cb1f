/* zone: the clock of a place: how far it is ahead of UTC at an instant, daylight saving time included.
 *
 * Read from the system's time zone database (RFC 8536, $TZDIR or /usr/share/zoneinfo), without the C library's global zone, so that any
 * thread may ask. "UTC" needs no database. Read-only once open.
 */
#ifndef DW_IO_ZONE_H
#define DW_IO_ZONE_H

#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

typedef struct dw_zone dw_zone;

/* name: "Europe/Berlin". DW_EUSAGE: there is no such zone, or no database. */
dw_status dw_zone_open(dw_zone **out, const char *name, dw_err *err);
/* Microseconds ahead of UTC at an instant in microseconds since 1970. */
int64_t dw_zone_offset(const dw_zone *zone, int64_t instant);
void dw_zone_digest(const dw_zone *zone, dw_digest *digest); /* adds all that the offsets follow from */
void dw_zone_free(dw_zone *zone);                            /* NULL is fine */

#endif
