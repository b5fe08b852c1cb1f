/* hybrid_write: numbers of few bits as runs and packed groups, the encoding of levels and of places in a dictionary: what
 * io/parquet/hybrid.h reads. */
#ifndef DW_IO_HYBRID_WRITE_H
#define DW_IO_HYBRID_WRITE_H

#include <stdint.h>

#include "base/str.h"

/* value[0..count), each of `width` bits (1 to 32), at the end of out. */
void dw_hybrid_write(dw_buf *out, const uint32_t *value, size_t count, unsigned width);

#endif
