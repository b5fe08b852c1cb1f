/* ndjson_number: the usual numbers, read without a branch on their length. Private to the scanners of NDJSON and CSV.
 *
 * The end of the number is found for 16 bytes at once; the digits before and behind the point are then turned into integers eight at a
 * time (multiply and shift inside a 64-bit word). A mantissa below 2^53 with a power of ten up to 22 needs one correctly rounded
 * operation (Clinger, "How to read floating point numbers accurately", PLDI 1990); others go to dw_num_compose.
 */
#ifndef DW_IO_NDJSON_NUMBER_H
#define DW_IO_NDJSON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/num.h"

/* -DDW_PORTABLE builds the code for machines without SSE2 on one that has it, for tests. */
#if defined(__SSE2__) && !defined(DW_PORTABLE)
#define DW_SSE2 1
#include <emmintrin.h>
#endif

#define DW_INLINE static inline __attribute__((always_inline))
#define DW_LIKELY(x) __builtin_expect(!!(x), 1)
#define DW_UNLIKELY(x) __builtin_expect(!!(x), 0)

static const double number_power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const uint32_t number_scale[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Eight bytes, the first one lowest. */
DW_INLINE uint64_t number_word(const char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* How many of the eight bytes, from the first on, are digits. */
DW_INLINE unsigned number_digits(uint64_t word)
{
  uint64_t x = word ^ UINT64_C(0x3030303030303030);
  uint64_t other = (((x & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x7676767676767676)) | x) & UINT64_C(0x8080808080808080);
  return other ? (unsigned)__builtin_ctzll(other) >> 3 : 8;
}

/* The value of eight bytes from 0 to 9. */
DW_INLINE uint32_t number_join(uint64_t x)
{
  x = x * 10 + (x >> 8);
  return (uint32_t)(((x & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
                     (x >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >>
                    32);
}

/* The value of the first count (1 to 8) digits. */
DW_INLINE uint32_t number_value(uint64_t word, unsigned count)
{
  return number_join((word ^ UINT64_C(0x3030303030303030)) << (64 - 8 * count));
}

/* Adds the run of digits at p to the mantissa. Returns how many there were; more than 16 give up with 99. */
DW_INLINE unsigned number_run(const char *p, uint64_t *mantissa)
{
  unsigned total = 0;
  for (;;) {
    uint64_t word = number_word(p + total);
    unsigned count = number_digits(word);
    if (count) *mantissa = *mantissa * number_scale[count] + number_value(word, count);
    total += count;
    if (count < 8) return total;
    if (total > 16) return 99;
  }
}

DW_INLINE double number_sign(double number, unsigned negative)
{
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  bits ^= (uint64_t)negative << 63;
  memcpy(&number, &bits, sizeof bits);
  return number;
}

/* mantissa / 10^fraction; text: the number as written. */
DW_INLINE double number_compose(unsigned negative, uint64_t mantissa, unsigned fraction, const char *text, size_t length)
{
  if (mantissa > UINT64_C(1) << 53 || fraction > 22) return dw_num_compose(negative, mantissa, -(int64_t)fraction, false, text, length);
  return number_sign((double)(int64_t)mantissa / number_power[fraction], negative);
}

#if defined(DW_SSE2)
typedef struct number_masks {
  unsigned run;   /* bit i: byte i is a digit or a point */
  unsigned point; /* byte i is a point */
} number_masks;

DW_INLINE number_masks number_look(const char *p)
{
  const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
  const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
  const __m128i points = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
  return (number_masks){(unsigned)_mm_movemask_epi8(_mm_or_si128(digits, points)), (unsigned)_mm_movemask_epi8(points)};
}

/* One to eight digits before the point and 9 to 19 behind it, 19 that count: a double printed in full. NULL: something else. */
DW_INLINE const char *number_full(const char *p, double *value)
{
  const number_masks first = number_look(p), second = number_look(p + 16);
  const uint64_t run = first.run | (uint64_t)second.run << 16 | 1;
  const uint32_t points = first.point | second.point << 16;
  const unsigned end = (unsigned)__builtin_ctzll(run ^ UINT64_C(0x1ffffffff)), point = points ? (unsigned)__builtin_ctz(points) : end;
  const unsigned negative = *p == '-', whole = point - negative, fraction = end - point - 1;
  const char *s = p + negative, *behind = p + end;
  if (point >= end || end > 31 || whole - 1 > 7 || fraction - 9 > 10 || (*s == '0' && whole > 1)) return NULL;
  if ((points & (points - 1)) << (31 - end) || (*behind | 0x20) == 'e') return NULL;
  uint64_t mantissa = number_value(number_word(s), whole);
  if ((mantissa ? whole : 0) + fraction > 19) return NULL;
  if (fraction >= 16) { /* the last 16 digits, and none to three in front of them */
    const unsigned front = fraction - 16;
    const uint64_t word = number_word(s + whole + 1) ^ UINT64_C(0x3030303030303030);
    mantissa = mantissa * number_scale[front] + number_join(word << 8 * (7 - front) << 8);
    mantissa = mantissa * 100000000 + number_value(number_word(behind - 16), 8);
    mantissa = mantissa * 100000000 + number_value(number_word(behind - 8), 8);
  } else {
    mantissa = mantissa * 100000000 + number_value(number_word(s + whole + 1), 8);
    mantissa = mantissa * number_scale[fraction - 8] + number_value(number_word(s + whole + 9), fraction - 8);
  }
  *value = number_compose(negative, mantissa, fraction, p, end);
  return behind;
}
#endif

/* Numbers of up to 19 digits without an exponent. NULL: not one of those, or not a number. *real tells whether there is a point. */
static __attribute__((noinline)) const char *number_long(const char *p, double *value, bool *real)
{
#if defined(DW_SSE2)
  const char *behind = number_full(p, value);
  if (DW_LIKELY(behind)) return *real = true, behind;
#endif
  const char *start = p;
  bool negative = *p == '-';
  p += negative;
  uint64_t mantissa = 0;
  unsigned whole = number_run(p, &mantissa), fraction = 0;
  if (whole == 0 || whole > 19 || (*p == '0' && whole > 1)) return NULL;
  p += whole;
  *real = *p == '.';
  if (*real) {
    if (whole == 1 && mantissa == 0) whole = 0;
    fraction = number_run(++p, &mantissa);
    if (fraction == 0 || whole + fraction > 19) return NULL;
    p += fraction;
  }
  if ((*p | 0x20) == 'e') return NULL;
  *value = number_compose(negative, mantissa, fraction, start, (size_t)(p - start));
  return p;
}

/* The same, quickest for up to 8 digits before and 8 behind the point. The next value cannot be looked at before the end of this one is
 * known, so that comes first, from one comparison: the run of digits and points. */
DW_INLINE const char *number_quick(const char *p, double *value, bool *real)
{
#if defined(DW_SSE2)
  const number_masks look = number_look(p);
  const unsigned end = (unsigned)__builtin_ctz((look.run | 1) ^ 0x1ffff); /* 16: out of sight. The first byte is a digit or the sign */
  const unsigned point = (unsigned)__builtin_ctz(look.point | 0x10000);
  const unsigned negative = *p == '-';
  const char *s = p + negative, *behind = p + end;
  double number;
  if (point < end) {
    const unsigned whole = point - negative, fraction = end - point - 1;
    if (DW_UNLIKELY(whole - 1 > 7 || fraction - 1 > 7 || end > 15 || (*s == '0' && whole > 1))) return number_long(p, value, real);
    if (DW_UNLIKELY((look.point & (look.point - 1)) << (31 - end))) return NULL; /* another point, which is not part of a number */
    uint64_t mantissa =
        (uint64_t)number_value(number_word(s), whole) * number_scale[fraction] + number_value(number_word(s + whole + 1), fraction);
    if (DW_UNLIKELY(mantissa > UINT64_C(1) << 53)) return number_long(p, value, real);
    number = (double)(int64_t)mantissa / number_power[fraction];
    *real = true;
  } else {
    const unsigned whole = end - negative;
    if (DW_UNLIKELY(whole - 1 > 7 || (*s == '0' && whole > 1))) return number_long(p, value, real);
    number = (double)(int64_t)number_value(number_word(s), whole);
    *real = false;
  }
  if (DW_UNLIKELY((*behind | 0x20) == 'e')) return NULL;
  *value = number_sign(number, negative);
  return behind;
#else
  return number_long(p, value, real);
#endif
}

#endif
