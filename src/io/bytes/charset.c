#include "io/bytes/charset.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"

const char *const dw_charset_words[] = {"auto", "utf-8", "latin-1", "cp1252", "utf-16", NULL};

enum { UNKNOWN = 0xfffd };

/* Bytes 80 to 9f of Windows-1252, as Unicode's mapping table CP1252.TXT has them; 0: not used. */
static const uint16_t cp1252[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
                                    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static unsigned long letter(dw_charset charset, unsigned char c)
{
  if (charset == DW_CHARSET_LATIN1 || c < 0x80 || c >= 0xa0) return c;
  return cp1252[c - 0x80] ? cp1252[c - 0x80] : UNKNOWN;
}

/* --- how a text begins --- */

static bool begins(const char *bytes, size_t length, const char *with, size_t size)
{
  return memcmp(bytes, with, length < size ? length : size) == 0;
}

/* What is no text: the letters of Parquet and Arrow files, and the mark of an Arrow stream's messages. And what is UTF-8 whatever was asked
 * for: a text with its mark, and lines of JSON (RFC 8259), which may stand beside files of another encoding. */
static bool is_settled(const char *bytes, size_t length)
{
  size_t i = 0;
  while (i < length && bytes[i] && strchr(" \t\r\n", bytes[i])) i++;
  return (i + 1 < length && bytes[i] == '{' && bytes[i + 1]) || begins(bytes, length, "PAR1", 4) || begins(bytes, length, "PARE", 4) ||
         begins(bytes, length, "ARROW1", 6) || begins(bytes, length, "\xff\xff\xff\xff", 4) || begins(bytes, length, "\xef\xbb\xbf", 3);
}

dw_recoder dw_recoder_for(dw_charset asked, const char *bytes, size_t length, size_t *mark, bool *undecided)
{
  const unsigned char first = length ? (unsigned char)bytes[0] : 0;
  dw_recoder plain = {DW_CHARSET_UTF8, false};
  *mark = 0;
  *undecided = false;
  if (asked == DW_CHARSET_UTF8 || (asked == DW_CHARSET_AUTO && length && first < 0xfe)) return plain;
  *undecided = length < 6 && (length < 2 || is_settled(bytes, length));
  if (*undecided || is_settled(bytes, length)) return plain;
  bool wide = begins(bytes, length, "\xff\xfe\0", 4); /* UTF-32 begins as UTF-16 does, and is not read */
  *undecided = asked == DW_CHARSET_AUTO && length < 4 && wide;
  if (asked == DW_CHARSET_AUTO && length >= 4 && wide) return plain;
  bool little = begins(bytes, length, "\xff\xfe", 2), big = begins(bytes, length, "\xfe\xff", 2);
  if (asked == DW_CHARSET_AUTO && !little && !big) return plain;
  if (asked == DW_CHARSET_LATIN1 || asked == DW_CHARSET_CP1252) return (dw_recoder){asked, false};
  *mark = little || big ? 2 : 0;
  return (dw_recoder){DW_CHARSET_UTF16, big};
}

/* --- turning it --- */

static unsigned unit(const dw_recoder *r, const unsigned char *p)
{
  return r->big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

/* The character at p, of which `length` bytes are there; its bytes, 0 when it is cut. */
static size_t utf16_character(const dw_recoder *r, const unsigned char *p, size_t length, bool last, unsigned long *character)
{
  *character = UNKNOWN;
  if (length < 2) return last ? length : 0;
  unsigned long high = unit(r, p);
  if (high < 0xd800 || high > 0xdfff) return *character = high, 2;
  if (high > 0xdbff) return 2;
  if (length < 4) return last ? 2 : 0;
  unsigned long low = unit(r, p + 2);
  if (low < 0xdc00 || low > 0xdfff) return 2;
  *character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  return 4;
}

void dw_recoder_step(const dw_recoder *r, dw_codec_io *io, bool last)
{
  const unsigned char *in = io->in;
  char *out = io->out;
  while (io->in_used < io->in_length && io->out_capacity - io->out_used >= DW_RECODER_ROOM) {
    size_t size = 1;
    unsigned long character;
    if (r->charset == DW_CHARSET_UTF16) size = utf16_character(r, in + io->in_used, io->in_length - io->in_used, last, &character);
    else character = letter(r->charset, in[io->in_used]);
    if (size == 0) return;
    io->in_used += size;
    io->out_used += dw_utf8_encode(out + io->out_used, character);
  }
}

/* --- what it may be --- */

const char *dw_charset_likely(const char *bytes, size_t length)
{
  size_t longer = 0, odd = 0, unused = 0, zeros = 0;
  for (size_t i = 0; i < length;) {
    size_t n = dw_utf8_length(bytes + i, length - i);
    unsigned char c = (unsigned char)bytes[i];
    zeros += c == 0;
    longer += n > 1;
    odd += n == 0;
    unused += n == 0 && c >= 0x80 && c < 0xa0 && !cp1252[c - 0x80];
    i += n ? n : 1;
  }
  if (zeros > length / 4) return dw_charset_words[DW_CHARSET_UTF16];
  if (odd == 0 || longer > 0 || zeros > 0) return NULL;
  return dw_charset_words[unused ? DW_CHARSET_LATIN1 : DW_CHARSET_CP1252];
}
