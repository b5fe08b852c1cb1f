/* csv_number: the usual numbers, when it is known where they end. Private to io/formats/csv_scan.c and numbers.c.
 *
 * Up to 16 bytes with at most 8 digits on each side of the point: one comparison tells what is no digit; the parts are turned into
 * integers eight digits at a time (ndjson_number.h), and one correctly rounded division makes the double.
 */
#ifndef DW_IO_CSV_NUMBER_H
#define DW_IO_CSV_NUMBER_H

#include "io/formats/ndjson_number.h"

/* text[0..length) and 16 bytes from text on may be read. false: another kind of number, or none. */
DW_INLINE bool csv_number(const char *text, size_t length, double *value, bool *real)
{
#ifdef __SSE2__
  const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
  const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const unsigned digits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero));
  const unsigned negative = *text == '-';
  const char *p = text + negative;
  const size_t size = length - negative;
  if (DW_UNLIKELY(length > 16 || size == 0)) return false;
  const unsigned other = (~digits & ((1u << length) - 1)) >> negative; /* bit i: p[i] is no digit */
  double number;
  if (other == 0) {
    if (DW_UNLIKELY(size > 8 || (*text == '0' && size > 1))) return false;
    number = (double)(int64_t)number_value(number_word(p), (unsigned)size);
  } else {
    const unsigned whole = (unsigned)__builtin_ctz(other), fraction = (unsigned)size - whole - 1;
    if (DW_UNLIKELY(p[whole] != '.' || (other & (other - 1)) || whole - 1 > 7 || fraction - 1 > 7)) return false;
    const uint64_t mantissa =
        (uint64_t)number_value(number_word(p), whole) * number_scale[fraction] + number_value(number_word(p + whole + 1), fraction);
    if (DW_UNLIKELY(mantissa > UINT64_C(1) << 53)) return false;
    number = (double)(int64_t)mantissa / number_power[fraction];
  }
  *real = other != 0;
  *value = number_sign(number, negative);
  return true;
#else
  return false;
#endif
}

#endif
