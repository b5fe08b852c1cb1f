/* profile_among: a profile where records are read: somebody's mistake that would otherwise be taken for data. */
#ifndef DW_DATA_PROFILE_AMONG_H
#define DW_DATA_PROFILE_AMONG_H

#include "io/reader/reader.h"

/* Whether a row of the batch is a document of dw-profile; *place: where the first one stands. Records have no member "columns" of arrays
 * beside "kind":"profile" and "version". Where the reader was told to leave one of these out, none is found. scratch: to work in. */
bool dw_profile_among(const dw_reader *reader, const dw_batch *batch, dw_buf *scratch, dw_place *place);

#endif
