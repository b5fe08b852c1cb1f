/* codec: the shape that compressors and decompressors share: bytes in, bytes out, as much as fits. zstdio and gzipio make them;
 * input and output drive them.
 */
#ifndef DW_IO_CODEC_H
#define DW_IO_CODEC_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dw_codec dw_codec;

typedef struct dw_codec_io {
  const void *in;
  size_t in_length, in_used;
  void *out;
  size_t out_capacity, out_used;
} dw_codec_io;

typedef enum dw_codec_aim {
  DW_CODEC_RUN,   /* take what is there */
  DW_CODEC_FLUSH, /* compressors: all bytes so far become readable */
  DW_CODEC_FINISH /* compressors: end the stream */
} dw_codec_aim;

typedef enum dw_codec_state {
  DW_CODEC_MORE, /* there is more to do: bytes to take or to give */
  DW_CODEC_DONE, /* decompressors: a frame (member) ended and is out whole; compressors: the aim is reached */
  DW_CODEC_FAIL  /* codec->problem says why */
} dw_codec_state;

struct dw_codec {
  dw_codec_state (*step)(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim); /* moves in_used and out_used on */
  void (*free)(dw_codec *codec);
  const char *name; /* "zstd", "gzip" */
  const char *problem;
  bool beyond; /* with problem: the data is sound, and asks for more than is given */
  bool padded; /* decompressors: zeros behind the last frame are no data */
};

#endif
