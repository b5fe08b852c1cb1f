/* codec_case: what every codec has to hold to, whatever the pieces that bytes come and go in. */
#ifndef DW_TESTS_CODEC_CASE_H
#define DW_TESTS_CODEC_CASE_H

#include "base/err.h"
#include "base/str.h"
#include "io/bytes/codec.h"

typedef dw_status codec_maker(dw_codec **out, dw_err *err);

static dw_codec *codec_of(codec_maker *make)
{
  dw_codec *codec;
  CHECK(make(&codec, NULL) == DW_OK);
  return codec;
}

/* Runs bytes through a codec, in_piece at a time into out_piece at a time. The last state. */
static dw_codec_state codec_run(dw_codec *codec, const char *bytes, size_t length, size_t in_piece, size_t out_piece, dw_codec_aim last,
                                dw_buf *out)
{
  dw_codec_state state = DW_CODEC_MORE;
  for (size_t at = 0;;) {
    size_t n = length - at < in_piece ? length - at : in_piece;
    bool end = at + n == length;
    dw_codec_io io = {.in = bytes + at, .in_length = n, .out_capacity = out_piece};
    bool more;
    do {
      io.out = dw_buf_room(out, out_piece);
      io.out_used = 0;
      state = codec->step(codec, &io, end ? last : DW_CODEC_RUN);
      CHECK(io.in_used <= n && io.out_used <= out_piece);
      out->length += io.out_used;
      if (state == DW_CODEC_FAIL) return state;
      more = io.in_used < n || (state == DW_CODEC_MORE && (io.out_used > 0 || (end && last != DW_CODEC_RUN)));
    } while (more);
    at += n;
    if (end) return state;
  }
}

static void codec_case(codec_maker *reader, codec_maker *writer)
{
  dw_buf text = {0};
  for (int i = 0; i < 400; i++) dw_buf_format(&text, "{\"i\":%d,\"x\":\"%x\"}\n", i, i * 2654435761u);
  static const size_t pieces[] = {1, 2, 3, 7, 64, 1000, 100000};
  dw_buf packed = {0}, plain = {0}, first = {0};
  for (size_t i = 0; i < 7; i++)
    for (size_t o = 0; o < 7; o++) {
      dw_codec *w = codec_of(writer), *r = codec_of(reader);
      packed.length = plain.length = 0;
      CHECK(codec_run(w, text.data, text.length, pieces[i], pieces[o], DW_CODEC_FINISH, &packed) == DW_CODEC_DONE);
      CHECK(packed.length < text.length);
      if (i == 6 && o == 6) dw_buf_add(&first, packed.data, packed.length);
      CHECK(codec_run(r, packed.data, packed.length, pieces[o], pieces[i], DW_CODEC_RUN, &plain) == DW_CODEC_DONE);
      CHECK(plain.length == text.length && memcmp(plain.data, text.data, text.length) == 0);
      w->free(w);
      r->free(r);
    }
  /* the same bytes every time */
  dw_codec *w = codec_of(writer);
  packed.length = 0;
  codec_run(w, text.data, text.length, 100000, 100000, DW_CODEC_FINISH, &packed);
  CHECK(packed.length == first.length && memcmp(packed.data, first.data, first.length) == 0);
  w->free(w);
  /* cut anywhere, it is not done; what came out is a beginning of the text */
  for (size_t n = 0; n < first.length; n += 1 + n / 16) {
    dw_codec *r = codec_of(reader);
    plain.length = 0;
    CHECK(codec_run(r, first.data, n, 100, 100, DW_CODEC_RUN, &plain) == DW_CODEC_MORE);
    CHECK(plain.length <= text.length && (plain.length == 0 || memcmp(plain.data, text.data, plain.length) == 0));
    r->free(r);
  }
  /* a flush makes all that was written readable */
  dw_codec *flushing = codec_of(writer), *reading = codec_of(reader);
  packed.length = plain.length = 0;
  CHECK(codec_run(flushing, "half a ", 7, 7, 3, DW_CODEC_FLUSH, &packed) == DW_CODEC_DONE);
  CHECK(codec_run(reading, packed.data, packed.length, 100, 100, DW_CODEC_RUN, &plain) == DW_CODEC_MORE);
  CHECK(dw_text_equal(plain.data, plain.length, "half a "));
  packed.length = 0;
  CHECK(codec_run(flushing, "line", 4, 4, 3, DW_CODEC_FINISH, &packed) == DW_CODEC_DONE);
  CHECK(codec_run(reading, packed.data, packed.length, 100, 100, DW_CODEC_RUN, &plain) == DW_CODEC_DONE);
  CHECK(dw_text_equal(plain.data, plain.length, "half a line"));
  flushing->free(flushing);
  reading->free(reading);
  /* garbage is a failure with a reason */
  dw_codec *r = codec_of(reader);
  CHECK(codec_run(r, "this is not compressed at all", 29, 29, 100, DW_CODEC_RUN, &plain) == DW_CODEC_FAIL && r->problem && *r->problem);
  r->free(r);
  dw_buf_free(&text), dw_buf_free(&packed), dw_buf_free(&plain), dw_buf_free(&first);
}

#endif
