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
