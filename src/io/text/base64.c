#include "io/text/base64.h"

#include <stdint.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void dw_base64_encode(dw_buf *out, const void *bytes, size_t length)
{
  const unsigned char *from = bytes;
  if (!length) return;
  char *to = dw_buf_room(out, (length + 2) / 3 * 4);
  out->length += (length + 2) / 3 * 4;
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    unsigned group = (unsigned)from[i] << 16 | (left > 1 ? (unsigned)from[i + 1] << 8 : 0) | (left > 2 ? from[i + 2] : 0);
    for (unsigned d = 0; d < 4; d++) *to++ = d <= left ? digits[group >> (18 - 6 * d) & 63] : '=';
  }
}

static unsigned digit_value(char c)
{
  if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
  if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 26;
  if (c >= '0' && c <= '9') return (unsigned)(c - '0') + 52;
  return c == '+' ? 62 : c == '/' ? 63 : 64;
}

bool dw_base64_decode(dw_buf *out, const char *text, size_t length)
{
  size_t before = out->length, padding = 0;
  while (padding < 2 && length && text[length - 1] == '=') length--, padding++;
  if (length % 4 == 1 || (padding && (length + padding) % 4 != 0)) return false;
  char *to = dw_buf_room(out, length / 4 * 3 + 3);
  uint32_t bits = 0;
  unsigned held = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned digit = digit_value(text[i]);
    if (digit == 64) return false;
    bits = bits << 6 | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    *to++ = (char)(bits >> held);
    bits &= (1u << held) - 1;
  }
  if (bits) return false;
  out->length = before + length * 3 / 4;
  return true;
}
