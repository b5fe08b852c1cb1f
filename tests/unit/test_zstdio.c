#include "test.h"

#include "codec_case.h"
#include "io/bytes/zstdio.h"

TEST(zstd_pieces_cuts_flushes) { codec_case(dw_zstd_reader, dw_zstd_writer); }

/* The checksum at the end of a frame is there and is checked. */
TEST(zstd_checksum)
{
  dw_buf packed = {0}, plain = {0};
  dw_codec *w = codec_of(dw_zstd_writer), *r = codec_of(dw_zstd_reader);
  CHECK(codec_run(w, "abc", 3, 3, 100, DW_CODEC_FINISH, &packed) == DW_CODEC_DONE);
  CHECK(packed.length > 5 && (packed.data[4] & 4)); /* RFC 8878, 3.1.1.1.1: Content_Checksum_flag */
  packed.data[packed.length - 1] ^= 1;
  CHECK(codec_run(r, packed.data, packed.length, 100, 100, DW_CODEC_RUN, &plain) == DW_CODEC_FAIL);
  w->free(w);
  r->free(r);
  dw_buf_free(&packed);
  dw_buf_free(&plain);
}
