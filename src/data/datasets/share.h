/* share: records shared out by who they are about: those of one id always go the same way. */
#ifndef DW_DATA_SHARE_H
#define DW_DATA_SHARE_H

#include "base/err.h"
#include "io/reader/reader.h"

/* out[row] = 0 for a share of all ids (0 to 1), 1 for the rest, by a hash of the id columns together. A larger share holds every id of a
 * smaller one. A number and its text are the same id. A record without an id goes to dw_reader_unusable, and take[row] becomes 0. The
 * reader keeps spans (for the lines). */
dw_status dw_share_batch(dw_reader *reader, const dw_batch *batch, const char *const *ids, size_t count, double share, unsigned char *out,
                         uint8_t *take, dw_err *err);

#endif
