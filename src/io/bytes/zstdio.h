/* zstdio: zstd streams (RFC 8878) as codecs. */
#ifndef DW_IO_ZSTDIO_H
#define DW_IO_ZSTDIO_H

#include "io/bytes/codec.h"

/* Goes on from frame to frame, skippable ones too; windows up to 128 MiB, as the zstd command takes without being told. */
dw_codec *dw_zstd_reader(void);
dw_codec *dw_zstd_writer(void); /* level 3, one frame, with its checksum */

#endif
