#include "model/booster/ubjson.h"

#include "test.h"

static dw_status convert(const char *bytes, size_t length, dw_buf *out, dw_err *err)
{
  char *copy = malloc(length ? length : 1); /* its end is an end for the sanitizer */
  memcpy(copy, bytes, length);
  out->length = 0;
  dw_status status = dw_ubjson_to_json(copy, length, "m", out, err);
  free(copy);
  return status;
}

#define GIVES(bytes, want)                                                                                                                 \
  do {                                                                                                                                     \
    dw_buf out_ = {0};                                                                                                                     \
    dw_err err_ = {0};                                                                                                                     \
    CHECK_MSG(convert(bytes, sizeof(bytes) - 1, &out_, &err_) == DW_OK, "%s", err_.message);                                               \
    CHECK_TEXT(dw_buf_cstr(&out_), want);                                                                                                  \
    for (size_t cut_ = 0; cut_ + 1 < sizeof(bytes); cut_++) CHECK(convert(bytes, cut_, &out_, &err_) == DW_EDATA);                         \
    dw_buf_free(&out_);                                                                                                                    \
  } while (0)

#define REFUSES(bytes)                                                                                                                     \
  do {                                                                                                                                     \
    dw_buf out_ = {0};                                                                                                                     \
    dw_err err_ = {0};                                                                                                                     \
    CHECK(convert(bytes, sizeof(bytes) - 1, &out_, &err_) == DW_EDATA && *err_.message);                                                   \
    dw_buf_free(&out_);                                                                                                                    \
  } while (0)

TEST(values)
{
  GIVES("i\xff", "-1");
  GIVES("U\xff", "255");
  GIVES("I\xff\x00", "-256");
  GIVES("l\x00\x01\x00\x00", "65536");
  GIVES("L\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808");
  GIVES("d\x3f\xc0\x00\x00", "1.5");
  GIVES("D\x7f\xf8\x00\x00\x00\x00\x00\x00", "null"); /* NaN */
  GIVES("d\x7f\xc0\x00\x00", "null");
  GIVES("D\xbf\xf8\x00\x00\x00\x00\x00\x00", "-1.5");
  GIVES("T", "true");
  GIVES("F", "false");
  GIVES("Z", "null");
  GIVES("SU\x03"
        "a\"b",
        "\"a\\\"b\"");
  GIVES("SL\x00\x00\x00\x00\x00\x00\x00\x00", "\"\"");
}

TEST(containers)
{
  GIVES("[]", "[]");
  GIVES("[i\x01[T]SU\x01x]", "[1,[true],\"x\"]");
  GIVES("[#U\x02i\x01i\x02", "[1,2]");
  GIVES("[$U#i\x03\x01\x02\x03", "[1,2,3]");
  GIVES("[$d#L\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00", "[0]");
  GIVES("{}", "{}");
  GIVES("{U\x01"
        "ai\x01U\x02"
        "bc{}}",
        "{\"a\":1,\"bc\":{}}");
}

TEST(broken_ones)
{
  REFUSES("x");
  REFUSES("TT");
  REFUSES("SU\x05"
          "abc"); /* longer than the file */
  REFUSES("SL\x7f\xff\xff\xff\xff\xff\xff\xff"
          "abc");
  REFUSES("Si\xff"
          "abc"); /* a negative length */
  REFUSES("Sd\x3f\x80\x00\x00"
          "a");              /* a length with a point */
  REFUSES("SU\x02\xc3\x28"); /* not UTF-8 */
  REFUSES("[$T#U\x02");
  REFUSES("[$UU\x02\x01\x02"); /* no count behind the type */
  REFUSES("[$D#l\x7f\xff\xff\xff\x00");
  REFUSES("d\x7f\x80\x00\x00"); /* infinite */
  char deep[1000];
  memset(deep, '[', sizeof deep);
  dw_buf out = {0};
  dw_err err = {0};
  CHECK(convert(deep, sizeof deep, &out, &err) == DW_EDATA && strstr(err.message, "deep"));
  dw_buf_free(&out);
}

TEST(told_from_json)
{
  static const char *const json[] = {"", "{", "{}", "{\"a\":1}", "{ \"a\":1}", "{\n", "[", "{\t", "x"};
  for (size_t i = 0; i < sizeof json / sizeof *json; i++) CHECK_MSG(!dw_ubjson_is(json[i], strlen(json[i])), "%s", json[i]);
  CHECK(dw_ubjson_is("{L\0\0", 4) && dw_ubjson_is("{i\1aT}", 6));
}
