/* zstdio: zstd streams (RFC 8878) as codecs. */
#ifndef DW_IO_ZSTDIO_H
#define DW_IO_ZSTDIO_H

#include "base/err.h"
#include "io/bytes/codec.h"

/* DW_ESYSTEM: zstd's library cannot be loaded. */
dw_status dw_zstd_reader(dw_codec **out, dw_err *err); /* goes on from frame to frame, skippable ones too; windows up to 1 GiB */
dw_status dw_zstd_writer(dw_codec **out, dw_err *err); /* level 3, one frame, with its checksum */

#endif
