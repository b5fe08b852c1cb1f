#include "io/bytes/gzipio.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "io/library/library.h"

/* inflateInit2 and deflateInit2 are macros that call these with the version and the size of the header's structure. */
#define ZLIB_CALLS(call)                                                                                                                   \
  call(inflateInit2_) call(inflate) call(inflateReset) call(inflateEnd) call(deflateInit2_) call(deflate) call(deflateEnd)
static struct {
  ZLIB_CALLS(DW_LIBRARY_CALL)
} zlib;
static const char *const zlib_names[] = {ZLIB_CALLS(DW_LIBRARY_NAME)};
static dw_library zlib_library = DW_LIBRARY(DW_SONAME_z, "gzip streams", zlib, zlib_names);

enum { GZIP_WINDOW = 15 + 16 /* 16: the gzip wrapper, no other */, GZIP_STASH = 64 };

typedef struct gzip_codec {
  dw_codec codec;
  z_stream stream;
  bool ended; /* reading: the next byte begins a new member */
  /* Writing: where too little room is offered. A flush needs more than six bytes, or it would begin again and again. */
  unsigned char stash[GZIP_STASH];
  size_t stash_at, stash_length;
} gzip_codec;

static unsigned gzip_piece(size_t length) { return length > UINT_MAX ? UINT_MAX : (unsigned)length; }

static void gzip_offer(z_stream *stream, const dw_codec_io *io)
{
  stream->next_in = io->in ? (Bytef *)(uintptr_t)((const char *)io->in + io->in_used) : NULL; /* at the end there is none */
  stream->avail_in = gzip_piece(io->in_length - io->in_used);
  stream->next_out = (Bytef *)((char *)io->out + io->out_used);
  stream->avail_out = gzip_piece(io->out_capacity - io->out_used);
}

static void gzip_take(const z_stream *stream, dw_codec_io *io)
{
  if (io->in) io->in_used = (size_t)((const char *)stream->next_in - (const char *)io->in);
  io->out_used = (size_t)((const char *)stream->next_out - (const char *)io->out);
}

static dw_codec_state gzip_fail(gzip_codec *z, const char *otherwise)
{
  z->codec.problem = z->stream.msg ? z->stream.msg : otherwise;
  return DW_CODEC_FAIL;
}

static dw_codec_state gzip_read(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  gzip_codec *z = (gzip_codec *)codec;
  if (z->ended) {
    if (io->in_used == io->in_length) return DW_CODEC_DONE;
    zlib.inflateReset(&z->stream);
    z->ended = false;
  }
  gzip_offer(&z->stream, io);
  int result = zlib.inflate(&z->stream, Z_NO_FLUSH);
  gzip_take(&z->stream, io);
  if (result == Z_STREAM_END) {
    z->ended = true;
    return DW_CODEC_DONE;
  }
  if (result == Z_OK || result == Z_BUF_ERROR) return DW_CODEC_MORE;
  return gzip_fail(z, result == Z_NEED_DICT ? "a preset dictionary is needed" : "no memory");
}

static void gzip_give_stash(gzip_codec *z, dw_codec_io *io)
{
  size_t room = io->out_capacity - io->out_used, left = z->stash_length - z->stash_at;
  size_t give = left < room ? left : room;
  memcpy((char *)io->out + io->out_used, z->stash + z->stash_at, give);
  z->stash_at += give;
  io->out_used += give;
}

static dw_codec_state gzip_write(dw_codec *codec, dw_codec_io *io, dw_codec_aim aim)
{
  static const int flush[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH};
  gzip_codec *z = (gzip_codec *)codec;
  gzip_give_stash(z, io);
  if (z->stash_at < z->stash_length) return DW_CODEC_MORE;
  if (z->ended) return DW_CODEC_DONE;
  dw_codec_io stashing = {.in = io->in, .in_length = io->in_length, .in_used = io->in_used, .out = z->stash, .out_capacity = GZIP_STASH};
  dw_codec_io *target = io->out_capacity - io->out_used < GZIP_STASH ? &stashing : io;
  gzip_offer(&z->stream, target);
  int result = zlib.deflate(&z->stream, flush[aim]);
  gzip_take(&z->stream, target);
  if (result != Z_STREAM_END && result != Z_OK && result != Z_BUF_ERROR) return gzip_fail(z, "deflate failed");
  z->ended = result == Z_STREAM_END;
  bool done = z->ended || (aim != DW_CODEC_FINISH && target->in_used == target->in_length && (aim == DW_CODEC_RUN || z->stream.avail_out));
  if (target == &stashing) {
    io->in_used = stashing.in_used;
    z->stash_at = 0;
    z->stash_length = stashing.out_used;
    gzip_give_stash(z, io);
    if (z->stash_at < z->stash_length) return DW_CODEC_MORE;
  }
  return done ? DW_CODEC_DONE : DW_CODEC_MORE;
}

static void gzip_read_free(dw_codec *codec)
{
  zlib.inflateEnd(&((gzip_codec *)codec)->stream);
  dw_free(codec);
}

static void gzip_write_free(dw_codec *codec)
{
  zlib.deflateEnd(&((gzip_codec *)codec)->stream);
  dw_free(codec);
}

dw_status dw_gzip_reader(dw_codec **out, dw_err *err)
{
  *out = NULL;
  dw_status status = dw_library_load(&zlib_library, err);
  if (status != DW_OK) return status;
  gzip_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = gzip_read, .free = gzip_read_free, .name = "gzip", .padded = true};
  if (zlib.inflateInit2_(&z->stream, GZIP_WINDOW, ZLIB_VERSION, (int)sizeof z->stream) != Z_OK) dw_mem_out(0);
  *out = &z->codec;
  return DW_OK;
}

dw_status dw_gzip_writer(dw_codec **out, dw_err *err)
{
  enum { LEVEL = 6, MEMORY = 8 };
  *out = NULL;
  dw_status status = dw_library_load(&zlib_library, err);
  if (status != DW_OK) return status;
  gzip_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = gzip_write, .free = gzip_write_free, .name = "gzip"};
  int result =
      zlib.deflateInit2_(&z->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY, ZLIB_VERSION, (int)sizeof z->stream);
  if (result != Z_OK) dw_mem_out(0);
  *out = &z->codec;
  return DW_OK;
}
