#include "io/parquet/thrift.h"

#include "test.h"

/* 1: i32 150, 2: true, 16: "ab" (long form of the number), 17: list of i64 {1, -1}, 18: map {1: 2}, 19: {1: double}, stop */
static const unsigned char whole[] = {0x15, 0xac, 0x02, 0x11, 0x08, 0x20, 0x02, 'a', 'b', 0x19, 0x26, 0x02, 0x01, 0x1b, 0x01,
                                      0x55, 0x02, 0x04, 0x1c, 0x17, 1,    2,    3,   4,   5,    6,    7,    8,    0x00, 0x00};

TEST(fields_are_read_by_number_and_type)
{
  dw_thrift t = dw_thrift_of(whole, sizeof whole);
  dw_thrift_field f = {0}, one;
  size_t length;
  CHECK(dw_thrift_next(&t, &f) && f.id == 1 && dw_thrift_integer(&t, &f) == 150);
  CHECK(dw_thrift_next(&t, &f) && f.id == 2 && dw_thrift_boolean(&t, &f));
  CHECK(dw_thrift_next(&t, &f) && f.id == 16);
  const char *text = dw_thrift_text(&t, &f, &length);
  CHECK(text && length == 2 && memcmp(text, "ab", 2) == 0);
  CHECK(dw_thrift_next(&t, &f) && f.id == 17 && dw_thrift_list(&t, &f, &one) == 2);
  CHECK(dw_thrift_integer(&t, &one) == 1 && dw_thrift_integer(&t, &one) == -1);
  CHECK(dw_thrift_next(&t, &f) && f.id == 18);
  dw_thrift_skip(&t, &f);
  CHECK(dw_thrift_next(&t, &f) && f.id == 19);
  dw_thrift_skip(&t, &f);
  CHECK(!dw_thrift_next(&t, &f) && !t.wrong && t.at == t.end);
}

TEST(all_fields_can_be_passed_over)
{
  dw_thrift t = dw_thrift_of(whole, sizeof whole);
  int count = 0;
  for (dw_thrift_field f = {0}; dw_thrift_next(&t, &f); count++) dw_thrift_skip(&t, &f);
  CHECK(count == 6 && !t.wrong && t.at == t.end);
}

TEST(bytes_cut_anywhere_are_a_fault)
{
  for (size_t length = 0; length < sizeof whole; length++) {
    dw_thrift t = dw_thrift_of(whole, length);
    for (dw_thrift_field f = {0}; dw_thrift_next(&t, &f);) dw_thrift_skip(&t, &f);
    CHECK_MSG(t.wrong, "%zu bytes", length);
  }
}

static const char *wrong_of(const unsigned char *bytes, size_t length)
{
  dw_thrift t = dw_thrift_of(bytes, length);
  for (dw_thrift_field f = {0}; dw_thrift_next(&t, &f);) dw_thrift_skip(&t, &f);
  return t.wrong ? t.wrong : "nothing";
}

TEST(what_none_can_write_is_a_fault)
{
  unsigned char deep[200];
  memset(deep, 0x1c, sizeof deep); /* a struct in a struct in a struct */
  CHECK_TEXT(wrong_of(deep, sizeof deep), "it is nested too deep");
  CHECK_TEXT(wrong_of((const unsigned char[]){0x1d, 0x00}, 2), "a field is of no type that there is");
  CHECK_TEXT(wrong_of((const unsigned char[]){0x18, 0x7f, 'a', 0}, 4), "a text is longer than what is left");
  CHECK_TEXT(wrong_of((const unsigned char[]){0x19, 0xf5, 0xff, 0x7f, 0}, 5), "a list is longer than what is left");
  CHECK_TEXT(wrong_of((const unsigned char[]){0x16, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 0}, 12),
             "a number has more than 64 bits");
  dw_thrift t = dw_thrift_of(whole, sizeof whole);
  dw_thrift_field f = {0};
  CHECK(dw_thrift_next(&t, &f) && !dw_thrift_boolean(&t, &f) && t.wrong);
  CHECK(!dw_thrift_next(&t, &f));
}
