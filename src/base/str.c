#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

void dw_buf_free(dw_buf *buf)
{
  if (!buf) return;
  dw_free(buf->data);
  *buf = (dw_buf){0};
}

void dw_buf_grow(dw_buf *buf, size_t need)
{
  if (buf->capacity == 0 && need < 64) need = 64;
  buf->data = dw_grow(buf->data, &buf->capacity, need, 1);
}

void dw_buf_format(dw_buf *buf, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  int count = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (count <= 0) return;
  char *room = dw_buf_room(buf, (size_t)count + 1);
  va_start(args, format);
  vsnprintf(room, (size_t)count + 1, format, args);
  va_end(args);
  buf->length += (size_t)count;
}

void dw_buf_unsigned(dw_buf *buf, unsigned long long value)
{
  char digits[20];
  size_t n = 0;
  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  char *room = dw_buf_room(buf, n);
  for (size_t i = 0; i < n; i++) room[i] = digits[n - 1 - i];
  buf->length += n;
}

const char *dw_buf_cstr(dw_buf *buf)
{
  *dw_buf_room(buf, 1) = '\0';
  return buf->data;
}

static bool utf8_tail(unsigned char c) { return (c & 0xc0) == 0x80; }

/* The table 3-7 of the Unicode standard (well-formed UTF-8 byte sequences), row by row. */
size_t dw_utf8_length(const char *text, size_t length)
{
  const unsigned char *s = (const unsigned char *)text;
  if (length == 0) return 0;
  if (s[0] < 0x80) return 1;
  if (s[0] < 0xc2) return 0;
  if (s[0] < 0xe0) return length >= 2 && utf8_tail(s[1]) ? 2 : 0;
  if (s[0] < 0xf0) {
    if (length < 3 || !utf8_tail(s[1]) || !utf8_tail(s[2])) return 0;
    if (s[0] == 0xe0 && s[1] < 0xa0) return 0;
    if (s[0] == 0xed && s[1] >= 0xa0) return 0;
    return 3;
  }
  if (s[0] < 0xf5) {
    if (length < 4 || !utf8_tail(s[1]) || !utf8_tail(s[2]) || !utf8_tail(s[3])) return 0;
    if (s[0] == 0xf0 && s[1] < 0x90) return 0;
    if (s[0] == 0xf4 && s[1] >= 0x90) return 0;
    return 4;
  }
  return 0;
}

size_t dw_utf8_mark(const char *text, size_t length) { return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; }

bool dw_utf8_valid(const char *text, size_t length)
{
  size_t i = 0;
  while (i < length) {
    size_t n = dw_utf8_length(text + i, length - i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

size_t dw_utf8_encode(char out[4], unsigned long codepoint)
{
  if (codepoint > 0x10ffff || (codepoint >= 0xd800 && codepoint < 0xe000)) codepoint = 0xfffd;
  if (codepoint < 0x80) {
    out[0] = (char)codepoint;
    return 1;
  }
  if (codepoint < 0x800) {
    out[0] = (char)(0xc0 | codepoint >> 6);
    out[1] = (char)(0x80 | (codepoint & 0x3f));
    return 2;
  }
  if (codepoint < 0x10000) {
    out[0] = (char)(0xe0 | codepoint >> 12);
    out[1] = (char)(0x80 | (codepoint >> 6 & 0x3f));
    out[2] = (char)(0x80 | (codepoint & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | codepoint >> 18);
  out[1] = (char)(0x80 | (codepoint >> 12 & 0x3f));
  out[2] = (char)(0x80 | (codepoint >> 6 & 0x3f));
  out[3] = (char)(0x80 | (codepoint & 0x3f));
  return 4;
}

void dw_buf_item(dw_buf *buf, const char *item)
{
  for (const char *at = item; *at; at++) {
    if (*at == ',' || (at[0] == '\\' && (at[1] == ',' || at[1] == '\\'))) dw_buf_char(buf, '\\');
    dw_buf_char(buf, *at);
  }
}

void dw_buf_shell(dw_buf *buf, const char *word)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:=+@%/-";
  if (*word && word[strspn(word, plain)] == '\0') {
    dw_buf_text(buf, word);
    return;
  }
  dw_buf_char(buf, '\'');
  for (const char *at = word; *at; at++) {
    if (*at == '\'') dw_buf_text(buf, "'\\'");
    dw_buf_char(buf, *at);
  }
  dw_buf_char(buf, '\'');
}

bool dw_text_equal(const char *a, size_t a_length, const char *b) { return strlen(b) == a_length && memcmp(a, b, a_length) == 0; }

bool dw_text_match(const char *pattern, const char *text)
{
  const char *star = NULL; /* where to go back to when a longer * is needed */
  const char *resume = NULL;
  while (*text) {
    if (*pattern == '*') {
      star = pattern++;
      resume = text;
    } else if (*pattern == '?' || *pattern == *text) {
      pattern++;
      text++;
    } else if (star) {
      pattern = star + 1;
      text = ++resume;
    } else {
      return false;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == '\0';
}
