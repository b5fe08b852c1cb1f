#include "io/parquet/delta.h"

#include "test.h"

/* The examples of the format's specification, in blocks of 128 values and four miniblocks. */
TEST(values_without_bits_are_their_differences_alone)
{
  /* 1, 2, 3, 4, 5: first 1, least difference 1, widths 0 */
  unsigned char bytes[64] = {0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0};
  dw_delta delta;
  int64_t got[5];
  CHECK(dw_delta_begin(&delta, bytes, 10, 5) && delta.left == 5 && dw_delta_take(&delta, got, 5));
  for (int64_t i = 0; i < 5; i++) CHECK(got[i] == i + 1);
  CHECK(dw_delta_end(&delta) == bytes + 10);
}

TEST(differences_are_packed_above_the_least)
{
  /* 7, 5, 3, 1, 2, 3, 4, 5: least difference -2, then 0, 0, 0, 3, 3, 3, 3 in two bits */
  unsigned char bytes[64] = {0x80, 0x01, 0x04, 0x08, 0x0e, 0x03, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0};
  static const int64_t want[] = {7, 5, 3, 1, 2, 3, 4, 5};
  dw_delta delta;
  int64_t got[8];
  CHECK(dw_delta_begin(&delta, bytes, 18, 8) && dw_delta_take(&delta, got, 3) && dw_delta_take(&delta, got + 3, 5));
  for (int i = 0; i < 8; i++) CHECK_MSG(got[i] == want[i], "value %d", i);
  CHECK(dw_delta_end(&delta) == bytes + 18 && !dw_delta_take(&delta, got, 1));
}

TEST(what_none_can_write_is_refused)
{
  dw_delta delta;
  int64_t got[8];
  unsigned char odd[32] = {0x80, 0x01, 0x03, 0x05, 0x02}, none[32] = {0x00, 0x04, 0x05, 0x02}, many[32] = {0x80, 0x01, 0x04, 0x7f, 0x02};
  CHECK(!dw_delta_begin(&delta, odd, 5, 5) && !dw_delta_begin(&delta, none, 4, 5) && !dw_delta_begin(&delta, many, 5, 5));
  unsigned char wide[32] = {0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 65, 0, 0, 0};
  CHECK(dw_delta_begin(&delta, wide, 10, 5) && !dw_delta_take(&delta, got, 5));
  unsigned char cut[32] = {0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 8};
  CHECK(dw_delta_begin(&delta, cut, 7, 5) && !dw_delta_take(&delta, got, 5));
}
