#include <stdio.h>

#include "base/str.h"
#include "io/bytes/charset.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"

#ifndef __SSE2__
/* Whether any byte of the word is 0 (Mycroft's test). */
static bool word_zero(uint64_t word) { return (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080); }
static uint64_t word_of(unsigned char c) { return UINT64_C(0x0101010101010101) * c; }
#endif

csv_looks dw_csv_look(const char *bytes, size_t length)
{
  csv_looks looks = {0};
  bool high = false, zero = false;
  size_t i = 0;
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r'), nul = _mm_setzero_si128();
  __m128i any_quote = nul, any_cr = nul, any_nul = nul, any_high = nul;
  for (; length - i >= 16; i += 16) {
    const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
    any_quote = _mm_or_si128(any_quote, _mm_cmpeq_epi8(b, quote));
    any_cr = _mm_or_si128(any_cr, _mm_cmpeq_epi8(b, cr));
    any_nul = _mm_or_si128(any_nul, _mm_cmpeq_epi8(b, nul));
    any_high = _mm_or_si128(any_high, b);
  }
  looks.quotes = _mm_movemask_epi8(any_quote);
  looks.returns = _mm_movemask_epi8(any_cr);
  zero = _mm_movemask_epi8(any_nul);
  high = _mm_movemask_epi8(any_high);
#else
  for (; length - i >= 8; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, 8);
    looks.quotes |= word_zero(word ^ word_of('"'));
    looks.returns |= word_zero(word ^ word_of('\r'));
    zero |= word_zero(word);
    high |= (word & UINT64_C(0x8080808080808080)) != 0;
  }
#endif
  for (; i < length; i++) {
    looks.quotes |= bytes[i] == '"';
    looks.returns |= bytes[i] == '\r';
    zero |= bytes[i] == '\0';
    high |= (unsigned char)bytes[i] >= 0x80;
  }
  looks.broken = zero || (high && !dw_utf8_valid(bytes, length));
  return looks;
}

static const char no_utf8[] = "invalid UTF-8", nul_byte[] = "a NUL byte";

const char *dw_csv_charset_hint(const dw_scan_options *options, const char *text, size_t length, const char *what, char hint[CSV_HINT])
{
  const char *likely = options->dialect && (what == no_utf8 || what == nul_byte) ? dw_charset_likely(text, length) : NULL;
  if (!likely) return what;
  snprintf(hint, CSV_HINT, "%s: it looks like %s (--encoding %s)", what, likely, likely);
  return hint;
}

csv_fault dw_csv_byte_fault(const char *text, size_t length)
{
  for (size_t i = 0; i < length;) {
    size_t n = dw_utf8_length(text + i, length - i);
    if (n == 0) return (csv_fault){no_utf8, i};
    if (text[i] == '\0') return (csv_fault){nul_byte, i};
    i += n;
  }
  return (csv_fault){0};
}

bool dw_csv_blank(const char *text, size_t length, char delimiter)
{
  for (size_t i = 0; i < length; i++)
    if ((text[i] != ' ' && text[i] != '\t') || text[i] == delimiter) return false;
  return true;
}

const char *dw_csv_record_end(const char *p, const char *end, bool *quotes, bool *open)
{
  *quotes = *open = false;
  for (;; p++) {
    p = csv_find(p, '"');
    if (p >= end) return end;
    if (*p == '"') {
      *quotes = true;
      *open = !*open;
    } else if (!*open) {
      return p;
    }
  }
}

#ifdef __SSE2__
/* Bit i: an odd number of bits 0..i of x is set. */
static uint64_t bits_parity_before(uint64_t x)
{
  x ^= x << 1;
  x ^= x << 2;
  x ^= x << 4;
  x ^= x << 8;
  x ^= x << 16;
  return x ^ x << 32;
}

static uint64_t bits_equal(const char *p, char c)
{
  const __m128i wanted = _mm_set1_epi8(c);
  uint64_t bits = 0;
  for (int k = 0; k < 4; k++) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * k));
    bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)) << (16 * k);
  }
  return bits;
}
#endif

/* A newline ends a record when an even number of quotes stands before it: the two quotes of an escaped one cancel out. */
size_t dw_csv_cut(const char *bytes, size_t length)
{
  if (!memchr(bytes, '"', length)) {
    const char *last = memrchr(bytes, '\n', length);
    return last ? (size_t)(last - bytes) + 1 : 0;
  }
  size_t cut = 0, i = 0;
  bool inside = false;
#ifdef __SSE2__
  for (uint64_t carry = 0; length - i >= 64; i += 64) {
    uint64_t within = bits_parity_before(bits_equal(bytes + i, '"')) ^ carry;
    uint64_t ends = bits_equal(bytes + i, '\n') & ~within;
    if (ends) cut = i + 64 - (size_t)__builtin_clzll(ends);
    carry = 0 - (within >> 63);
    inside = carry != 0;
  }
#endif
  for (; i < length; i++) {
    if (bytes[i] == '"') inside = !inside;
    if (bytes[i] == '\n' && !inside) cut = i + 1;
  }
  return cut;
}
