#include "io/bytes/zstdio.h"

#include <stdio.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"

/* Bytes that a frame may refer back to, as a power of two: 1 GiB, which is what --memory is unless it is given. The library's own bound is
 * 2^27; `zstd --long=30` writes frames of 2^30. Room is taken as it is filled, so that a frame that claims it does not have it. */
enum { ZSTD_WINDOW = 30 };
#define ZSTD_WINDOW_PROBLEM                                                                                                                \
  "it refers back over a window of more than 1 GiB, the most that is held (zstd --long=30 writes one that is not larger)"

typedef struct zstd_codec {
  dw_codec codec;
  ZSTD_DCtx *reader;
  ZSTD_CCtx *writer;
} zstd_codec;

static dw_codec_state zstd_result(dw_codec *codec, size_t result)
{
  if (!ZSTD_isError(result)) return result == 0 ? DW_CODEC_DONE : DW_CODEC_MORE;
  codec->beyond = ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge;
  codec->problem = codec->beyond ? ZSTD_WINDOW_PROBLEM : ZSTD_getErrorName(result);
  return DW_CODEC_FAIL;
}

static dw_codec_state zstd_read(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  ZSTD_inBuffer in = {io->in, io->in_length, io->in_used};
  ZSTD_outBuffer out = {io->out, io->out_capacity, io->out_used};
  size_t result = ZSTD_decompressStream(((zstd_codec *)codec)->reader, &out, &in);
  io->in_used = in.pos;
  io->out_used = out.pos;
  return zstd_result(codec, result);
}

static dw_codec_state zstd_write(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  static const ZSTD_EndDirective directive[] = {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end};
  ZSTD_inBuffer in = {io->in, io->in_length, io->in_used};
  ZSTD_outBuffer out = {io->out, io->out_capacity, io->out_used};
  size_t result = ZSTD_compressStream2(((zstd_codec *)codec)->writer, &out, &in, directive[aim]);
  io->in_used = in.pos;
  io->out_used = out.pos;
  /* While running, the result is only a hint; taking all input is the aim. */
  if (aim == DW_CODEC_RUN && !ZSTD_isError(result)) return in.pos == in.size ? DW_CODEC_DONE : DW_CODEC_MORE;
  return zstd_result(codec, result);
}

static void zstd_free(dw_codec *codec)
{
  ZSTD_freeDCtx(((zstd_codec *)codec)->reader);
  ZSTD_freeCCtx(((zstd_codec *)codec)->writer);
  dw_free(codec);
}

dw_codec *dw_zstd_reader(void)
{
  zstd_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = zstd_read, .free = zstd_free, .name = "zstd"};
  z->reader = ZSTD_createDCtx();
  if (!z->reader) dw_mem_out(0);
  ZSTD_DCtx_setParameter(z->reader, ZSTD_d_windowLogMax, ZSTD_WINDOW);
  return &z->codec;
}

dw_codec *dw_zstd_writer(void)
{
  zstd_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = zstd_write, .free = zstd_free, .name = "zstd"};
  z->writer = ZSTD_createCCtx();
  if (!z->writer) dw_mem_out(0);
  ZSTD_CCtx_setParameter(z->writer, ZSTD_c_compressionLevel, 3);
  ZSTD_CCtx_setParameter(z->writer, ZSTD_c_checksumFlag, 1);
  return &z->codec;
}
