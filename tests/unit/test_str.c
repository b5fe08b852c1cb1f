#include "test.h"

#include "base/str.h"

TEST(buf_grows_and_keeps)
{
  dw_buf buf = {0};
  CHECK_TEXT(dw_buf_cstr(&buf), "");
  for (int i = 0; i < 10000; i++) dw_buf_char(&buf, (char)('a' + i % 26));
  CHECK(buf.length == 10000 && buf.capacity >= 10000 && buf.capacity < 40000);
  int wrong = 0;
  for (int i = 0; i < 10000; i++) wrong += buf.data[i] != 'a' + i % 26;
  CHECK(wrong == 0);
  buf.length = 3;
  CHECK_TEXT(dw_buf_cstr(&buf), "abc");
  CHECK(buf.length == 3);
  dw_buf_add(&buf, NULL, 0);
  dw_buf_add(&buf, "\0x", 2);
  CHECK(buf.length == 5 && memcmp(buf.data, "abc\0x", 5) == 0);
  dw_buf_text(&buf, "!");
  CHECK(buf.length == 6 && buf.data[5] == '!');
  dw_buf_free(&buf);
  CHECK(buf.data == NULL && buf.length == 0 && buf.capacity == 0);
  dw_buf_free(&buf);
  dw_buf_free(NULL);
}

TEST(room_for_nothing_is_a_place)
{
  dw_buf buf = {0};
  CHECK(dw_buf_room(&buf, 0) != NULL && buf.length == 0); /* an offset from NULL is undefined */
  buf.length = buf.capacity;
  CHECK(dw_buf_room(&buf, 0) == buf.data + buf.length && buf.length < buf.capacity);
  dw_buf_free(&buf);
}

TEST(buf_room_is_exactly_enough)
{
  for (size_t size = 1; size < 300; size++) {
    dw_buf buf = {0};
    memset(dw_buf_room(&buf, size), 'x', size); /* the sanitizer watches */
    buf.length = size;
    memset(dw_buf_room(&buf, size), 'y', size);
    buf.length += size;
    CHECK(buf.data[0] == 'x' && buf.data[2 * size - 1] == 'y');
    dw_buf_free(&buf);
  }
}

TEST(buf_format)
{
  dw_buf buf = {0};
  dw_buf_format(&buf, "%s:%d", "file", 12);
  dw_buf_format(&buf, "%s", "");
  CHECK_TEXT(dw_buf_cstr(&buf), "file:12");
  char large[5000];
  memset(large, 'z', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  dw_buf_format(&buf, "[%s]", large);
  CHECK(buf.length == 7 + 2 + 4999 && buf.data[7] == '[' && buf.data[buf.length - 1] == ']' && buf.data[8] == 'z');
  dw_buf_free(&buf);
  for (size_t length = 0; length < 200; length++) { /* every distance to the end of the capacity */
    dw_buf small = {0};
    dw_buf_format(&small, "%.*s", (int)length, large);
    CHECK(small.length == length);
    dw_buf_free(&small);
  }
}

TEST(buf_unsigned)
{
  static const unsigned long long values[] = {0, 9, 10, 99, 100, 12345678901234567890ull, 18446744073709551615ull};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    dw_buf buf = {0};
    dw_buf_unsigned(&buf, values[i]);
    char want[40];
    snprintf(want, sizeof want, "%llu", values[i]);
    CHECK_TEXT(dw_buf_cstr(&buf), want);
    dw_buf_free(&buf);
  }
}

/* RFC 3629, section 3, and the well-formed byte sequences of Unicode table 3-7. */
TEST(utf8_length)
{
  static const struct {
    const char *bytes;
    size_t length, want;
  } cases[] = {
      {"", 0, 0},
      {"a", 1, 1},
      {"\0", 1, 1},
      {"\x7f", 1, 1},
      {"\x80", 1, 0},
      {"\xbf", 1, 0},
      {"\xc0\x80", 2, 0},
      {"\xc1\xbf", 2, 0},
      {"\xc2\x80", 2, 2},
      {"\xc2", 1, 0},
      {"\xc2\x7f", 2, 0},
      {"\xc2\xc0", 2, 0},
      {"\xdf\xbf", 2, 2},
      {"\xe0\x9f\xbf", 3, 0},
      {"\xe0\xa0\x80", 3, 3},
      {"\xe0\xa0", 2, 0},
      {"\xe0\xa0\x7f", 3, 0},
      {"\xec\xbf\xbf", 3, 3},
      {"\xed\x9f\xbf", 3, 3},
      {"\xed\xa0\x80", 3, 0},
      {"\xed\xbf\xbf", 3, 0},
      {"\xee\x80\x80", 3, 3},
      {"\xef\xbf\xbf", 3, 3},
      {"\xf0\x8f\xbf\xbf", 4, 0},
      {"\xf0\x90\x80\x80", 4, 4},
      {"\xf0\x90\x80", 3, 0},
      {"\xf0\x90\x80\xc0", 4, 0},
      {"\xf4\x8f\xbf\xbf", 4, 4},
      {"\xf4\x90\x80\x80", 4, 0},
      {"\xf5\x80\x80\x80", 4, 0},
      {"\xff", 1, 0},
      {"a\xff", 2, 1},
      {"\xe2\x82\xac!", 4, 3},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *exact = malloc(cases[i].length ? cases[i].length : 1);
    memcpy(exact, cases[i].bytes, cases[i].length);
    CHECK_MSG(dw_utf8_length(exact, cases[i].length) == cases[i].want, "case %zu", i);
    free(exact);
  }
}

TEST(utf8_every_codepoint)
{
  unsigned long good = 0;
  for (unsigned long c = 0; c <= 0x110001; c++) {
    char bytes[5] = {0};
    size_t n = dw_utf8_encode(bytes, c);
    bool scalar = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
    if (!scalar) {
      CHECK(n == 3 && memcmp(bytes, "\xef\xbf\xbd", 3) == 0);
      continue;
    }
    size_t want = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    good += n == want && dw_utf8_length(bytes, n) == n && dw_utf8_valid(bytes, n) && !(n > 1 && dw_utf8_valid(bytes, n - 1));
  }
  CHECK_MSG(good == 0x110000 - 0x800, "%lu", good);
  CHECK(dw_utf8_encode((char[4]){0}, ~0ul) == 3);
}

TEST(utf8_valid)
{
  CHECK(dw_utf8_valid("", 0) && dw_utf8_valid("plain", 5) && dw_utf8_valid("h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
  CHECK(!dw_utf8_valid("abc\xff", 4) && dw_utf8_valid("abc\xff", 3) && !dw_utf8_valid("\xe2\x82", 2));
}

TEST(text_equal)
{
  CHECK(dw_text_equal("abc", 3, "abc") && dw_text_equal("abcd", 3, "abc") && dw_text_equal("", 0, ""));
  CHECK(!dw_text_equal("abc", 2, "abc") && !dw_text_equal("abd", 3, "abc") && !dw_text_equal("ab\0", 3, "ab"));
}

TEST(text_match)
{
  static const struct {
    const char *pattern, *text;
    bool want;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "abc", true},
      {"a*", "abc", true},
      {"*c", "abc", true},
      {"*b*", "abc", true},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"?", "", false},
      {"??", "ab", true},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-b-b-", false},
      {"*aab", "aaaaab", true},
      {"*.csv", "x.csv.gz", false},
      {"a**b", "ab", true},
      {"abc", "abcd", false},
      {"abcd", "abc", false},
      {"[a]", "a", false},
      {"[a]", "[a]", true},
      {"\\*", "\\x", true},
      {"input_data.*", "input_data.age", true},
      {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK_MSG(dw_text_match(cases[i].pattern, cases[i].text) == cases[i].want, "\"%s\" against \"%s\"", cases[i].pattern, cases[i].text);
}

static const char *shaped(void (*put)(dw_buf *, const char *), const char *word)
{
  static char text[100];
  dw_buf out = {0};
  put(&out, word);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

TEST(words_that_can_be_pasted)
{
  CHECK_TEXT(shaped(dw_buf_item, "net, eur"), "net\\, eur");
  CHECK_TEXT(shaped(dw_buf_item, "a\\b"), "a\\b");
  CHECK_TEXT(shaped(dw_buf_item, "a\\\\b"), "a\\\\\\b");
  CHECK_TEXT(shaped(dw_buf_item, ""), "");
  CHECK_TEXT(shaped(dw_buf_shell, "price=numeric"), "price=numeric");
  CHECK_TEXT(shaped(dw_buf_shell, "messages.*"), "'messages.*'");
  CHECK_TEXT(shaped(dw_buf_shell, "it's"), "'it'\\''s'");
  CHECK_TEXT(shaped(dw_buf_shell, ""), "''");
}

TEST(byte_order_mark)
{
  CHECK(dw_utf8_mark("\xef\xbb\xbfx", 4) == 3 && dw_utf8_mark("\xef\xbb\xbf", 3) == 3);
  CHECK(dw_utf8_mark("\xef\xbb\xbf", 2) == 0 && dw_utf8_mark("x\xef\xbb\xbf", 4) == 0 && dw_utf8_mark("", 0) == 0);
}
