#include "io/text/base64.h"

#include "base/rng.h"
#include "test.h"

/* RFC 4648, 10. */
TEST(vectors_of_the_standard)
{
  static const char *const text[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
  static const char *const code[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (size_t i = 0; i < 7; i++) {
    dw_buf out = {0};
    dw_base64_encode(&out, text[i], strlen(text[i]));
    CHECK_TEXT(dw_buf_cstr(&out), code[i]);
    out.length = 0;
    CHECK(dw_base64_decode(&out, code[i], strlen(code[i])));
    CHECK_TEXT(dw_buf_cstr(&out), text[i]);
    out.length = 0;
    CHECK(dw_base64_decode(&out, code[i], strcspn(code[i], "=")));
    CHECK_TEXT(dw_buf_cstr(&out), text[i]);
    dw_buf_free(&out);
  }
}

TEST(any_bytes_come_back)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "base64"), 0, 0);
  for (size_t length = 0; length < 300; length++) {
    unsigned char bytes[300];
    dw_buf code = {0}, back = {0};
    for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)dw_rng_below(&rng, 256);
    dw_base64_encode(&code, bytes, length);
    dw_buf_text(&back, "before");
    CHECK(dw_base64_decode(&back, code.data, code.length));
    CHECK(back.length == 6 + length && (!length || memcmp(back.data + 6, bytes, length) == 0));
    dw_buf_free(&code);
    dw_buf_free(&back);
  }
}

TEST(what_is_none)
{
  static const char *const wrong[] = {"A",    "Zg=",    "Zg===", "Z===", "=",    "==",       "Zh==",
                                      "Zm9=", "Zm9v\n", "Zm9 v", "Zm-v", "Zm_v", "Zg==Zg==", "Zm9v="};
  dw_buf out = {0};
  dw_buf_text(&out, "kept");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK_MSG(!dw_base64_decode(&out, wrong[i], strlen(wrong[i])), "%s", wrong[i]);
  CHECK_TEXT(dw_buf_cstr(&out), "kept");
  dw_buf_free(&out);
}
