#include "io/bytes/charset.h"

#include <stdlib.h>

#include "io/bytes/input.h"
#include "test.h"

/* What input turns into, with so much room for each step, and so many bytes at a time. */
static size_t recode(dw_charset asked, const char *in, size_t length, size_t piece, size_t room, char *out)
{
  size_t mark, used = 0, end = 0;
  bool undecided;
  dw_recoder recoder = dw_recoder_for(asked, in, length, &mark, &undecided);
  char step[64];
  for (size_t at = mark, have = 0; at < length || have < length;) {
    have = have + piece < length ? have + piece : length;
    dw_codec_io io = {.in = in + at, .in_length = have > at ? have - at : 0, .out = step, .out_capacity = room};
    dw_recoder_step(&recoder, &io, have == length);
    memcpy(out + end, step, io.out_used);
    end += io.out_used;
    at += io.in_used;
    if (++used > 10 * length + 10) return 0; /* it hangs */
  }
  return end;
}

static void check_recode(int line, dw_charset asked, const char *in, size_t length, const char *want, size_t size)
{
  char out[2048];
  for (size_t piece = 1; piece <= length; piece = piece < 8 ? piece + 1 : 2 * piece)
    for (size_t room = DW_RECODER_ROOM; room <= 64; room += 13) {
      size_t got = recode(asked, in, length, piece, room, out);
      test_check(got == size && memcmp(out, want, size) == 0, __FILE__, line, "pieces of %zu, room for %zu: %zu bytes", piece, room, got);
    }
}
#define CHECK_RECODE(asked, in, want) check_recode(__LINE__, asked, in, sizeof in - 1, want, sizeof want - 1)

/* All bytes but NUL as Python 3.11's decoders have them (errors="replace"). */
static const char latin1_text[] = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18"
                                  "\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30"
                                  "\x31\x32\x33\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\x3e\x3f\x40\x41\x42\x43\x44\x45\x46\x47\x48"
                                  "\x49\x4a\x4b\x4c\x4d\x4e\x4f\x50\x51\x52\x53\x54\x55\x56\x57\x58\x59\x5a\x5b\x5c\x5d\x5e\x5f\x60"
                                  "\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f\x70\x71\x72\x73\x74\x75\x76\x77\x78"
                                  "\x79\x7a\x7b\x7c\x7d\x7e\x7f\xc2\x80\xc2\x81\xc2\x82\xc2\x83\xc2\x84\xc2\x85\xc2\x86\xc2\x87\xc2"
                                  "\x88\xc2\x89\xc2\x8a\xc2\x8b\xc2\x8c\xc2\x8d\xc2\x8e\xc2\x8f\xc2\x90\xc2\x91\xc2\x92\xc2\x93\xc2"
                                  "\x94\xc2\x95\xc2\x96\xc2\x97\xc2\x98\xc2\x99\xc2\x9a\xc2\x9b\xc2\x9c\xc2\x9d\xc2\x9e\xc2\x9f\xc2"
                                  "\xa0\xc2\xa1\xc2\xa2\xc2\xa3\xc2\xa4\xc2\xa5\xc2\xa6\xc2\xa7\xc2\xa8\xc2\xa9\xc2\xaa\xc2\xab\xc2"
                                  "\xac\xc2\xad\xc2\xae\xc2\xaf\xc2\xb0\xc2\xb1\xc2\xb2\xc2\xb3\xc2\xb4\xc2\xb5\xc2\xb6\xc2\xb7\xc2"
                                  "\xb8\xc2\xb9\xc2\xba\xc2\xbb\xc2\xbc\xc2\xbd\xc2\xbe\xc2\xbf\xc3\x80\xc3\x81\xc3\x82\xc3\x83\xc3"
                                  "\x84\xc3\x85\xc3\x86\xc3\x87\xc3\x88\xc3\x89\xc3\x8a\xc3\x8b\xc3\x8c\xc3\x8d\xc3\x8e\xc3\x8f\xc3"
                                  "\x90\xc3\x91\xc3\x92\xc3\x93\xc3\x94\xc3\x95\xc3\x96\xc3\x97\xc3\x98\xc3\x99\xc3\x9a\xc3\x9b\xc3"
                                  "\x9c\xc3\x9d\xc3\x9e\xc3\x9f\xc3\xa0\xc3\xa1\xc3\xa2\xc3\xa3\xc3\xa4\xc3\xa5\xc3\xa6\xc3\xa7\xc3"
                                  "\xa8\xc3\xa9\xc3\xaa\xc3\xab\xc3\xac\xc3\xad\xc3\xae\xc3\xaf\xc3\xb0\xc3\xb1\xc3\xb2\xc3\xb3\xc3"
                                  "\xb4\xc3\xb5\xc3\xb6\xc3\xb7\xc3\xb8\xc3\xb9\xc3\xba\xc3\xbb\xc3\xbc\xc3\xbd\xc3\xbe\xc3\xbf";
static const char cp1252_text[] = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18"
                                  "\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30"
                                  "\x31\x32\x33\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\x3e\x3f\x40\x41\x42\x43\x44\x45\x46\x47\x48"
                                  "\x49\x4a\x4b\x4c\x4d\x4e\x4f\x50\x51\x52\x53\x54\x55\x56\x57\x58\x59\x5a\x5b\x5c\x5d\x5e\x5f\x60"
                                  "\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f\x70\x71\x72\x73\x74\x75\x76\x77\x78"
                                  "\x79\x7a\x7b\x7c\x7d\x7e\x7f\xe2\x82\xac\xef\xbf\xbd\xe2\x80\x9a\xc6\x92\xe2\x80\x9e\xe2\x80\xa6"
                                  "\xe2\x80\xa0\xe2\x80\xa1\xcb\x86\xe2\x80\xb0\xc5\xa0\xe2\x80\xb9\xc5\x92\xef\xbf\xbd\xc5\xbd\xef"
                                  "\xbf\xbd\xef\xbf\xbd\xe2\x80\x98\xe2\x80\x99\xe2\x80\x9c\xe2\x80\x9d\xe2\x80\xa2\xe2\x80\x93\xe2"
                                  "\x80\x94\xcb\x9c\xe2\x84\xa2\xc5\xa1\xe2\x80\xba\xc5\x93\xef\xbf\xbd\xc5\xbe\xc5\xb8\xc2\xa0\xc2"
                                  "\xa1\xc2\xa2\xc2\xa3\xc2\xa4\xc2\xa5\xc2\xa6\xc2\xa7\xc2\xa8\xc2\xa9\xc2\xaa\xc2\xab\xc2\xac\xc2"
                                  "\xad\xc2\xae\xc2\xaf\xc2\xb0\xc2\xb1\xc2\xb2\xc2\xb3\xc2\xb4\xc2\xb5\xc2\xb6\xc2\xb7\xc2\xb8\xc2"
                                  "\xb9\xc2\xba\xc2\xbb\xc2\xbc\xc2\xbd\xc2\xbe\xc2\xbf\xc3\x80\xc3\x81\xc3\x82\xc3\x83\xc3\x84\xc3"
                                  "\x85\xc3\x86\xc3\x87\xc3\x88\xc3\x89\xc3\x8a\xc3\x8b\xc3\x8c\xc3\x8d\xc3\x8e\xc3\x8f\xc3\x90\xc3"
                                  "\x91\xc3\x92\xc3\x93\xc3\x94\xc3\x95\xc3\x96\xc3\x97\xc3\x98\xc3\x99\xc3\x9a\xc3\x9b\xc3\x9c\xc3"
                                  "\x9d\xc3\x9e\xc3\x9f\xc3\xa0\xc3\xa1\xc3\xa2\xc3\xa3\xc3\xa4\xc3\xa5\xc3\xa6\xc3\xa7\xc3\xa8\xc3"
                                  "\xa9\xc3\xaa\xc3\xab\xc3\xac\xc3\xad\xc3\xae\xc3\xaf\xc3\xb0\xc3\xb1\xc3\xb2\xc3\xb3\xc3\xb4\xc3"
                                  "\xb5\xc3\xb6\xc3\xb7\xc3\xb8\xc3\xb9\xc3\xba\xc3\xbb\xc3\xbc\xc3\xbd\xc3\xbe\xc3\xbf";

TEST(every_byte)
{
  char bytes[256];
  for (int i = 1; i < 256; i++) bytes[i - 1] = (char)i;
  check_recode(__LINE__, DW_CHARSET_LATIN1, bytes, 255, latin1_text, sizeof latin1_text - 1);
  check_recode(__LINE__, DW_CHARSET_CP1252, bytes, 255, cp1252_text, sizeof cp1252_text - 1);
}

TEST(utf16)
{
  static const char text[] = "\x61\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\xe0\xa0\x80\x7a";
  CHECK_RECODE(DW_CHARSET_AUTO,
               "\xff\xfe"
               "\x61\x00\xe9\x00\xac\x20\x3d\xd8\x00\xde\xff\xdb\xff\xdf\x00\x08\x7a\x00",
               text);
  CHECK_RECODE(DW_CHARSET_AUTO,
               "\xfe\xff"
               "\x00\x61\x00\xe9\x20\xac\xd8\x3d\xde\x00\xdb\xff\xdf\xff\x08\x00\x00\x7a",
               text);
  CHECK_RECODE(DW_CHARSET_UTF16,
               "\xfe\xff"
               "\x00\x61\x00\xe9\x20\xac\xd8\x3d\xde\x00\xdb\xff\xdf\xff\x08\x00\x00\x7a",
               text);
  CHECK_RECODE(DW_CHARSET_UTF16, "\x61\x00\xe9\x00\xac\x20\x3d\xd8\x00\xde\xff\xdb\xff\xdf\x00\x08\x7a\x00", text);
  /* halves of pairs, a pair in the wrong order, half a unit */
  CHECK_RECODE(DW_CHARSET_UTF16, "\x3d\xd8\x61\x00", "\xef\xbf\xbd\x61");
  CHECK_RECODE(DW_CHARSET_UTF16, "\x00\xde\x3d\xd8", "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_RECODE(DW_CHARSET_UTF16, "\x61\x00\x62", "\x61\xef\xbf\xbd");
}

static dw_charset told(dw_charset asked, const char *bytes, size_t length, bool more)
{
  size_t mark;
  bool undecided;
  dw_recoder recoder = dw_recoder_for(asked, bytes, length, &mark, &undecided);
  CHECK(undecided == more);
  return recoder.charset;
}

TEST(how_a_text_begins)
{
  CHECK(told(DW_CHARSET_AUTO, "a", 1, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_AUTO, "\xff", 1, true) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_AUTO, "\xff\xfe", 2, true) == DW_CHARSET_UTF16);
  CHECK(told(DW_CHARSET_AUTO, "\xff\xfe\x61", 3, false) == DW_CHARSET_UTF16);
  CHECK(told(DW_CHARSET_AUTO, "\xff\xfe\0", 3, true) == DW_CHARSET_UTF16);
  CHECK(told(DW_CHARSET_AUTO, "\xff\xfe\0\0", 4, false) == DW_CHARSET_UTF8); /* UTF-32, which is refused by its first bytes */
  CHECK(told(DW_CHARSET_UTF16, "\xff\xfe\0\0", 4, false) == DW_CHARSET_UTF16);
  CHECK(told(DW_CHARSET_AUTO, "\xff\xff\xff\xff\x10\x00", 6, false) == DW_CHARSET_UTF8); /* a stream of Arrow */
  CHECK(told(DW_CHARSET_CP1252, "P", 1, true) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_CP1252, "PA", 2, true) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_CP1252, "PAY,DAY", 7, false) == DW_CHARSET_CP1252);
  CHECK(told(DW_CHARSET_CP1252, "PAR1\x15\x04", 6, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_LATIN1, "ARROW1\0\0", 8, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_UTF8, "\xff\xfe", 2, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_CP1252, " \n{\"a\":1}", 9, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_UTF16, "{\"a\":1}", 7, false) == DW_CHARSET_UTF8);
  CHECK(told(DW_CHARSET_UTF16, "{\0\"\0a\0", 6, false) == DW_CHARSET_UTF16);
  CHECK(told(DW_CHARSET_LATIN1,
             "\xef\xbb\xbf"
             "a,b\n",
             7, false) == DW_CHARSET_UTF8);
}

TEST(what_it_may_be)
{
  CHECK_TEXT(dw_charset_likely("caf\xe9", 4), "cp1252");
  CHECK_TEXT(dw_charset_likely("5 \x80", 3), "cp1252");
  CHECK_TEXT(dw_charset_likely("\x81\xe9", 2), "latin-1");
  CHECK_TEXT(dw_charset_likely("a\0b\0", 4), "utf-16");
  CHECK(dw_charset_likely("caf\xc3\xa9 \xe9", 7) == NULL); /* damaged */
  CHECK(dw_charset_likely("plain", 5) == NULL);
}

/* Through an input, which may be asked for one byte at a time. */
TEST(an_input_gives_utf8)
{
  static const char text[] = "\xff\xfe\x61\x00\xac\x20\x3d\xd8\x00\xde", want[] = "a\xe2\x82\xac\xf0\x9f\x98\x80";
  for (size_t capacity = 1; capacity < 12; capacity++) {
    dw_input *input = dw_input_of_memory("memory", text, sizeof text - 1);
    dw_input_recode(input, DW_CHARSET_AUTO);
    char out[64];
    size_t length = 0, count = 1;
    dw_err err;
    while (count) {
      CHECK(dw_input_read(input, out + length, capacity, &count, &err) == DW_OK);
      length += count;
    }
    CHECK(length == sizeof want - 1 && memcmp(out, want, length) == 0);
    dw_digest digest;
    char one[33], other[33];
    dw_digest_init(&digest);
    dw_digest_add(&digest, text, sizeof text - 1);
    dw_digest_text(&digest, one);
    dw_digest_text(dw_input_digest(input), other);
    CHECK_TEXT(other, one); /* of the bytes as they were */
    dw_input_close(input);
  }
}

TEST(what_is_utf8_passes)
{
  static const char text[] = "PAR1 is a name, and so is \xc3\xa9";
  for (size_t capacity = 1; capacity < 40; capacity += 3) {
    dw_input *input = dw_input_of_memory("memory", text, sizeof text - 1);
    dw_input_recode(input, capacity % 2 ? DW_CHARSET_LATIN1 : DW_CHARSET_AUTO);
    char out[128];
    size_t length = 0, count = 1;
    dw_err err;
    while (count) {
      CHECK(dw_input_read(input, out + length, capacity, &count, &err) == DW_OK);
      length += count;
    }
    CHECK(length == sizeof text - 1 && memcmp(out, text, length) == 0);
    dw_input_close(input);
  }
}
