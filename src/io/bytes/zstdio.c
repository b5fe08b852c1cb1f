#include "io/bytes/zstdio.h"

#include <stdio.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"
#include "io/library/library.h"

#define ZSTD_CALLS(call)                                                                                                                   \
  call(ZSTD_isError) call(ZSTD_getErrorCode) call(ZSTD_getErrorName) call(ZSTD_createDCtx) call(ZSTD_DCtx_setParameter)                    \
      call(ZSTD_decompressStream) call(ZSTD_freeDCtx) call(ZSTD_createCCtx) call(ZSTD_CCtx_setParameter) call(ZSTD_compressStream2)        \
          call(ZSTD_freeCCtx)
static struct {
  ZSTD_CALLS(DW_LIBRARY_CALL)
} zstd;
static const char *const zstd_names[] = {ZSTD_CALLS(DW_LIBRARY_NAME)};
static dw_library zstd_library = DW_LIBRARY(DW_SONAME_zstd, "zstd streams", zstd, zstd_names);

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
  if (!zstd.ZSTD_isError(result)) return result == 0 ? DW_CODEC_DONE : DW_CODEC_MORE;
  codec->beyond = zstd.ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge;
  codec->problem = codec->beyond ? ZSTD_WINDOW_PROBLEM : zstd.ZSTD_getErrorName(result);
  return DW_CODEC_FAIL;
}

static dw_codec_state zstd_read(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  ZSTD_inBuffer in = {io->in, io->in_length, io->in_used};
  ZSTD_outBuffer out = {io->out, io->out_capacity, io->out_used};
  size_t result = zstd.ZSTD_decompressStream(((zstd_codec *)codec)->reader, &out, &in);
  io->in_used = in.pos;
  io->out_used = out.pos;
  return zstd_result(codec, result);
}

static dw_codec_state zstd_write(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  static const ZSTD_EndDirective directive[] = {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end};
  ZSTD_inBuffer in = {io->in, io->in_length, io->in_used};
  ZSTD_outBuffer out = {io->out, io->out_capacity, io->out_used};
  size_t result = zstd.ZSTD_compressStream2(((zstd_codec *)codec)->writer, &out, &in, directive[aim]);
  io->in_used = in.pos;
  io->out_used = out.pos;
  /* While running, the result is only a hint; taking all input is the aim. */
  if (aim == DW_CODEC_RUN && !zstd.ZSTD_isError(result)) return in.pos == in.size ? DW_CODEC_DONE : DW_CODEC_MORE;
  return zstd_result(codec, result);
}

static void zstd_free(dw_codec *codec)
{
  zstd.ZSTD_freeDCtx(((zstd_codec *)codec)->reader);
  zstd.ZSTD_freeCCtx(((zstd_codec *)codec)->writer);
  dw_free(codec);
}

dw_status dw_zstd_reader(dw_codec **out, dw_err *err)
{
  *out = NULL;
  dw_status status = dw_library_load(&zstd_library, err);
  if (status != DW_OK) return status;
  zstd_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = zstd_read, .free = zstd_free, .name = "zstd"};
  z->reader = zstd.ZSTD_createDCtx();
  if (!z->reader) dw_mem_out(0);
  zstd.ZSTD_DCtx_setParameter(z->reader, ZSTD_d_windowLogMax, ZSTD_WINDOW);
  *out = &z->codec;
  return DW_OK;
}

dw_status dw_zstd_writer(dw_codec **out, dw_err *err)
{
  *out = NULL;
  dw_status status = dw_library_load(&zstd_library, err);
  if (status != DW_OK) return status;
  zstd_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = zstd_write, .free = zstd_free, .name = "zstd"};
  z->writer = zstd.ZSTD_createCCtx();
  if (!z->writer) dw_mem_out(0);
  zstd.ZSTD_CCtx_setParameter(z->writer, ZSTD_c_compressionLevel, 3);
  zstd.ZSTD_CCtx_setParameter(z->writer, ZSTD_c_checksumFlag, 1);
  *out = &z->codec;
  return DW_OK;
}
