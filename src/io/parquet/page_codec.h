/* page_codec: the compressions of Parquet's pages and of Arrow's buffers: a whole piece in memory in, a whole piece of known length out.
 *
 * What a piece says of its own length (Snappy, ZSTD, Hadoop's LZ4) is held to the length that is asked for before anything is done.
 */
#ifndef DW_IO_PAGE_CODEC_H
#define DW_IO_PAGE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* The numbers are Parquet's. */
typedef enum dw_page_codec {
  DW_PACKED_NONE = 0,
  DW_PACKED_SNAPPY = 1,
  DW_PACKED_GZIP = 2, /* zlib's form too; several members are one piece */
  DW_PACKED_LZO = 3,  /* not read */
  DW_PACKED_BROTLI = 4,
  DW_PACKED_LZ4 = 5, /* Hadoop's frames, or a bare block: writers differ */
  DW_PACKED_ZSTD = 6,
  DW_PACKED_LZ4_RAW = 7,
  DW_PACKED_LZ4_FRAME = 8, /* Arrow's */
  DW_PACKED_WAYS
} dw_page_codec;

const char *dw_page_codec_name(dw_page_codec codec); /* "snappy"; "unknown" */

/* Loads the library of this one (io/library/library.h), on any thread. DW_OK for one that needs none, or is not known. Whoever reads a file
 * asks before its pages go to where there is only a text for what is wrong. */
dw_status dw_page_codec_ready(dw_page_codec codec, dw_err *err);

/* NULL: out[0..out_length) is all that in[0..length) holds. Else what is wrong, in words. */
const char *dw_page_decompress(dw_page_codec codec, const void *in, size_t length, void *out, size_t out_length);

/* Whether this is the CRC-32 (of gzip) of the bytes; with DW_PACKED_GZIP ready. */
bool dw_page_crc_is(uint32_t crc, const void *bytes, uint32_t length);

/* A piece packed by zstd, at the end of out; with DW_PACKED_ZSTD ready. */
void dw_page_zstd(dw_buf *out, const void *bytes, size_t length);

#endif
