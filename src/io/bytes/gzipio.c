#include "io/bytes/gzipio.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"

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
    inflateReset(&z->stream);
    z->ended = false;
  }
  gzip_offer(&z->stream, io);
  int result = inflate(&z->stream, Z_NO_FLUSH);
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
  int result = deflate(&z->stream, flush[aim]);
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
  inflateEnd(&((gzip_codec *)codec)->stream);
  dw_free(codec);
}

static void gzip_write_free(dw_codec *codec)
{
  deflateEnd(&((gzip_codec *)codec)->stream);
  dw_free(codec);
}

dw_codec *dw_gzip_reader(void)
{
  gzip_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = gzip_read, .free = gzip_read_free, .name = "gzip", .padded = true};
  if (inflateInit2(&z->stream, GZIP_WINDOW) != Z_OK) dw_mem_out(0);
  return &z->codec;
}

dw_codec *dw_gzip_writer(void)
{
  gzip_codec *z = dw_alloc_zero(1, sizeof *z);
  z->codec = (dw_codec){.step = gzip_write, .free = gzip_write_free, .name = "gzip"};
  if (deflateInit2(&z->stream, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) dw_mem_out(0);
  return &z->codec;
}
