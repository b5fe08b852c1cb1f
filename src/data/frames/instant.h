/* instant: the instant that a cell holds: ISO 8601 text, or a number since 1970 in seconds, milliseconds or microseconds by its size. */
#ifndef DW_DATA_INSTANT_H
#define DW_DATA_INSTANT_H

#include "io/record/record.h"

/* false: the cell holds none (missing, another text, a number beyond 1e17). scratch: for strings with escapes. */
bool dw_instant_cell(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, int64_t *instant);

#endif
