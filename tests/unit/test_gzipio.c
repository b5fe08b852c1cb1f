#include "test.h"

#include "codec_case.h"
#include "io/bytes/gzipio.h"

TEST(gzip_pieces_cuts_flushes) { codec_case(dw_gzip_reader, dw_gzip_writer); }

/* No time and no name in the header (RFC 1952): the same input makes the same file tomorrow. */
TEST(gzip_header)
{
  dw_buf packed = {0};
  dw_codec *w = codec_of(dw_gzip_writer);
  CHECK(codec_run(w, "", 0, 1, 100, DW_CODEC_FINISH, &packed) == DW_CODEC_DONE);
  CHECK(packed.length == 20 && memcmp(packed.data, "\x1f\x8b\x08\0\0\0\0\0\0", 9) == 0);
  w->free(w);
  dw_buf_free(&packed);
}
