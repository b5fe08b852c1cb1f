#include "test.h"

#include "io/bytes/sha256.h"

/* FIPS 180-4's examples, as NIST publishes them. */
TEST(examples_of_the_standard)
{
  static char million[1000000];
  char out[DW_SHA256 + 1];
  dw_sha256("", 0, out);
  CHECK_TEXT(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  dw_sha256("abc", 3, out);
  CHECK_TEXT(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  memset(million, 'a', sizeof million);
  dw_sha256(million, sizeof million, out);
  CHECK_TEXT(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length around the edges of blocks: hashlib's sha256 of the digests of n bytes 7 i + n, for n from 0 to 199. */
TEST(every_length)
{
  char out[DW_SHA256 + 1];
  unsigned char bytes[200];
  dw_sha256_parts *all = dw_sha256_begin();
  for (size_t n = 0; n < sizeof bytes; n++) {
    for (size_t i = 0; i < n; i++) bytes[i] = (unsigned char)(7 * i + n);
    dw_sha256(bytes, n, out);
    dw_sha256_add(all, out, DW_SHA256);
  }
  dw_sha256_end(all, out);
  CHECK_TEXT(out, "b8f5d54cfd1cbbcae2003d1365d9fab7e5bc61813fa3486ee6a6a6bf38db4745");
}

TEST(parts_of_any_length_are_the_whole)
{
  unsigned char bytes[300];
  char want[DW_SHA256 + 1], out[DW_SHA256 + 1];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * i);
  dw_sha256(bytes, sizeof bytes, want);
  for (size_t step = 1; step <= sizeof bytes; step++) {
    dw_sha256_parts *parts = dw_sha256_begin();
    for (size_t i = 0; i < sizeof bytes; i += step) {
      dw_sha256_add(parts, NULL, 0);
      dw_sha256_add(parts, bytes + i, step < sizeof bytes - i ? step : sizeof bytes - i);
    }
    dw_sha256_end(parts, out);
    CHECK_MSG(strcmp(out, want) == 0, "in parts of %zu bytes", step);
  }
}
