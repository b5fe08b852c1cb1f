/* direction: a vector at unit length, so that scalar products are cosines.
 *
 *   if (dw_direction(vector, width, unit)) …
 */
#ifndef DW_STATS_DIRECTION_H
#define DW_STATS_DIRECTION_H

#include <stdbool.h>
#include <stddef.h>

/* vector[width], finite; out[width] may be the same. One of zeros points nowhere: false, and out is not touched. No square overflows. */
bool dw_direction(const double *vector, size_t width, double *out);

#endif
