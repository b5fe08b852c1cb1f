#include "io/parquet/meaning.h"

#include "base/num.h"
#include "test.h"

static uint8_t tags[8];
static dw_cell cells[8];
static dw_buf text, shown;

static const char *cell(size_t i)
{
  shown.length = 0;
  if (tags[i] == DW_INTEGER || tags[i] == DW_REAL) dw_buf_number(&shown, cells[i].number);
  else if (tags[i] == DW_STRING) dw_buf_add(&shown, text.data + cells[i].text.offset, cells[i].text.length);
  else dw_buf_text(&shown, tags[i] == DW_NULL ? "null" : tags[i] == DW_TRUE ? "true" : tags[i] == DW_FALSE ? "false" : "?");
  return dw_buf_cstr(&shown);
}

static dw_meaning_sink sink(bool as_text)
{
  text.length = 0;
  return (dw_meaning_sink){tags, cells, &text, as_text};
}

static const char *whole_as(dw_leaf leaf, int64_t value, bool as_text)
{
  size_t at;
  dw_meaning_sink to = sink(as_text);
  const char *wrong = dw_meaning_wholes(&leaf, &value, 1, &to, &at);
  return wrong ? wrong : cell(0);
}

static const char *whole(dw_leaf leaf, int64_t value) { return whole_as(leaf, value, false); }

static const char *piece_as(dw_leaf leaf, const void *bytes, uint32_t length, bool as_text)
{
  size_t at;
  dw_piece piece = {bytes, length};
  dw_meaning_sink to = sink(as_text);
  const char *wrong = dw_meaning_pieces(&leaf, &piece, 1, &to, &at);
  return wrong ? wrong : cell(0);
}

static const char *piece(dw_leaf leaf, const void *bytes, uint32_t length) { return piece_as(leaf, bytes, length, false); }

TEST(whole_numbers_keep_their_digits_as_text)
{
  dw_leaf plain = {.physical = DW_PHYSICAL_INT64}, positive = {.physical = DW_PHYSICAL_INT64, .meaning = DW_MEANS_UNSIGNED};
  dw_leaf small = {.physical = DW_PHYSICAL_INT32, .meaning = DW_MEANS_UNSIGNED};
  CHECK_TEXT(whole(plain, -7), "-7");
  CHECK(tags[0] == DW_INTEGER);
  CHECK_TEXT(whole_as(plain, INT64_C(675127116845989889), true), "675127116845989889");
  CHECK_TEXT(whole_as(plain, INT64_MIN, true), "-9223372036854775808");
  CHECK(text.data[cells[0].text.offset - 1] != '"'); /* digits have no quote in front: io/record/format.h */
  CHECK_TEXT(whole_as(positive, -1, true), "18446744073709551615");
  CHECK_TEXT(whole(small, -1), "4294967295");
  CHECK_TEXT(whole((dw_leaf){.physical = DW_PHYSICAL_BOOLEAN}, 1), "true");
}

/* Days and instants as Python's datetime has them, the years beyond by the calendar's 400 years of 146097 days. */
/* Of a page that says it has a dictionary, and of no value. */
TEST(of_no_values_nothing_is_asked)
{
  size_t at;
  dw_meaning_sink to = {.text = &text};
  CHECK(!dw_meaning_wholes(&(dw_leaf){.physical = DW_PHYSICAL_INT64}, NULL, 0, &to, &at));
}

TEST(times_are_written_by_iso_8601)
{
  dw_leaf day = {.physical = DW_PHYSICAL_INT32, .meaning = DW_MEANS_DATE};
  dw_leaf milli = {.physical = DW_PHYSICAL_INT64, .meaning = DW_MEANS_INSTANT, .second = 1000, .utc = true};
  dw_leaf nano = {.physical = DW_PHYSICAL_INT64, .meaning = DW_MEANS_INSTANT, .second = 1000000000};
  dw_leaf clock = {.physical = DW_PHYSICAL_INT64, .meaning = DW_MEANS_TIME, .second = 1000000};
  CHECK_TEXT(whole(day, 0), "1970-01-01");
  CHECK_TEXT(whole(day, -1), "1969-12-31");
  CHECK_TEXT(whole(day, 20514), "2026-03-02");
  CHECK_TEXT(whole(day, 11016), "2000-02-29");
  CHECK_TEXT(whole(day, -719162), "0001-01-01");
  CHECK_TEXT(whole(day, 2932896), "9999-12-31");
  CHECK_TEXT(whole(day, 2932897), "+010000-01-01");
  CHECK_TEXT(whole(day, 11016 + INT64_C(720) * 146097), "+290000-02-29");
  CHECK_TEXT(whole(day, -719162 - 366), "0000-01-01");
  CHECK_TEXT(whole(day, -719162 - 367), "-000001-12-31");
  CHECK_TEXT(whole(milli, 1772323467500), "2026-03-01T00:04:27.5Z");
  CHECK_TEXT(whole(milli, -1), "1969-12-31T23:59:59.999Z");
  /* Python: divmod(-2**63, 86400000), divmod(-2**63, 86400 * 10**9) */
  CHECK_TEXT(whole(nano, INT64_MIN), "1677-09-21T00:12:43.145224192");
  CHECK_TEXT(whole(milli, INT64_MIN), "-292275055-05-16T16:47:04.192Z");
  CHECK_TEXT(whole(nano, 1), "1970-01-01T00:00:00.000000001");
  CHECK_TEXT(whole(clock, INT64_C(86399999999)), "23:59:59.999999");
  CHECK_TEXT(whole(clock, INT64_C(86400000000)), "the value is no time that there is");
}

TEST(int96_is_a_julian_day_and_nanoseconds)
{
  dw_leaf leaf = {.physical = DW_PHYSICAL_INT96};
  unsigned char bytes[12] = {1, 0, 0, 0, 0, 0, 0, 0, 0x8c, 0x3d, 0x25, 0}; /* 2440588 */
  CHECK_TEXT(piece(leaf, bytes, 12), "1970-01-01T00:00:00.000000001");
  memset(bytes, 0xff, 8); /* one nanosecond before the day */
  CHECK_TEXT(piece(leaf, bytes, 12), "1969-12-31T23:59:59.999999999");
}

TEST(decimals_are_exact)
{
  dw_leaf small = {.physical = DW_PHYSICAL_INT32, .meaning = DW_MEANS_DECIMAL, .scale = 2};
  dw_leaf large = {.physical = DW_PHYSICAL_FIXED, .meaning = DW_MEANS_DECIMAL, .scale = 3, .width = 16};
  CHECK_TEXT(whole(small, 2333), "23.33");
  CHECK_TEXT(whole(small, -5), "-0.05");
  CHECK_TEXT(whole_as(small, 100, true), "1.00");
  /* -2^127 and 2^64 with three decimals */
  unsigned char least[16] = {0x80}, two64[16] = {0, 0, 0, 0, 0, 0, 0, 1};
  CHECK_TEXT(piece_as(large, least, 16, true), "-170141183460469231731687303715884105.728");
  CHECK_TEXT(piece_as(large, two64, 16, true), "18446744073709551.616");
  piece(large, two64, 16);
  CHECK(tags[0] == DW_REAL && cells[0].number == 18446744073709551.616);
  large.scale = -2;
  CHECK_TEXT(piece_as(large, two64, 16, true), "1844674407370955161600");
  CHECK_TEXT(piece(large, "", 0), "a decimal has no length that there is");
}

TEST(halves_are_floats_of_16_bits)
{
  dw_leaf leaf = {.physical = DW_PHYSICAL_FIXED, .meaning = DW_MEANS_HALF, .width = 2};
  CHECK_TEXT(piece(leaf, "\x00\x3c", 2), "1");
  CHECK_TEXT(piece(leaf, "\x00\xc0", 2), "-2");
  CHECK_TEXT(piece(leaf, "\xff\x7b", 2), "65504");
  CHECK_TEXT(piece(leaf, "\x01\x00", 2), "5.960464477539063e-8");
  CHECK_TEXT(piece(leaf, "\x00\x7e", 2), "null");
}

TEST(bytes_are_text_where_they_can_be)
{
  dw_leaf bytes = {.physical = DW_PHYSICAL_BYTES}, words = {.physical = DW_PHYSICAL_BYTES, .meaning = DW_MEANS_TEXT};
  dw_leaf id = {.physical = DW_PHYSICAL_FIXED, .meaning = DW_MEANS_UUID, .width = 16};
  dw_leaf span = {.physical = DW_PHYSICAL_FIXED, .meaning = DW_MEANS_INTERVAL, .width = 12};
  CHECK_TEXT(piece(bytes, "tr\xc3\xa8s", 5), "tr\xc3\xa8s");
  CHECK(text.data[cells[0].text.offset - 1] == '"');
  CHECK_TEXT(piece(bytes, "\x00\x00\x03\xe8", 4), "AAAD6A==");
  CHECK_TEXT(piece(words, "\xff", 1), "the text is not UTF-8");
  CHECK_TEXT(piece(id, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16), "01234567-89ab-cdef-0123-456789abcdef");
  CHECK_TEXT(piece(span, "\x01\0\0\0\x02\0\0\0\xdc\x05\0\0", 12), "P1M2DT1.500S");
}

TEST(what_is_no_number_is_missing)
{
  double values[] = {1.5, NAN, INFINITY};
  size_t at;
  dw_meaning_sink to = sink(false);
  dw_leaf leaf = {.physical = DW_PHYSICAL_DOUBLE};
  CHECK(!dw_meaning_reals(&leaf, values, 3, &to, &at));
  CHECK(tags[0] == DW_REAL && tags[1] == DW_NULL && tags[2] == DW_REAL && isinf(cells[2].number));
  to = sink(true);
  CHECK(!dw_meaning_reals(&leaf, values, 3, &to, &at));
  CHECK_TEXT(cell(0), "1.5");
  CHECK(tags[1] == DW_NULL);
}
