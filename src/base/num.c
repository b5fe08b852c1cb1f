#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/power.h"
#include "base/wide.h"

enum {
  EXACT_POWER = 22, /* 10^22 is the last power of ten that is a double */
  LARGEST_POWER = 308,
  LEAST_EXPONENT = -1022, /* of a double that is not subnormal */
  DOUBLE_BITS = 53,
  MANTISSA_DIGITS = 19,
  LONGEST = 800,
  EXPONENT_LIMIT = 100000
};

#define INFINITY_BITS UINT64_C(0x7ff0000000000000)

static const double exact_powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The rare number that needs all its digits: as "DIGITSeEXPONENT", which means the same in every locale. No double and no middle
 * of two doubles has more than 767 significant digits, so behind LONGEST it only matters whether any digit is not 0. */
static double compose_slow(const char *text, size_t length)
{
  char copy[LONGEST + 32];
  size_t digits = 0, i = 0;
  int64_t exponent = 0;
  bool point = false, beyond = false;
  for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
    char c = text[i];
    if (c == '.') point = true;
    if (c < '0' || c > '9') continue;
    if (point) exponent--;
    if (digits == 0 && c == '0') continue;
    if (digits < LONGEST) {
      copy[digits++] = c;
    } else {
      exponent++;
      if (c != '0') beyond = true;
    }
  }
  if (digits == 0) return 0.0;
  if (beyond) {
    copy[digits++] = '1';
    exponent--;
  }
  if (i < length) {
    int64_t written = 0;
    bool negative = false;
    for (i++; i < length; i++) {
      if (text[i] == '-') negative = true;
      if (text[i] < '0' || text[i] > '9') continue;
      if (written < INT64_C(1000000000000000)) written = written * 10 + (text[i] - '0');
    }
    exponent += negative ? -written : written;
  }
  if (exponent > EXPONENT_LIMIT) exponent = EXPONENT_LIMIT;
  if (exponent < -EXPONENT_LIMIT) exponent = -EXPONENT_LIMIT;
  snprintf(copy + digits, sizeof copy - digits, "e%d", (int)exponent);
  return strtod(copy, NULL);
}

/* The first `kept` bits of top, rounded, as a double in [2^binary, 2^(binary + 1)). false: not certain. Inlined, because nearly always all
 * 53 bits are kept, and then the shifts are constants. */
static inline __attribute__((always_inline)) bool compose_round(dw_wide top, bool sticky, int k, int binary, int kept, double *value)
{
  dw_wide half = (dw_wide)1 << (127 - kept);
  uint64_t bits = kept ? (uint64_t)(top >> (128 - kept)) : 0;
  dw_wide fraction = top & (2 * half - 1);
  bool up = fraction >= half;
  if (k >= 0 && k <= DW_POWER_EXACT) {
    if (fraction == half && !sticky) up = bits & 1;
  } else if (fraction < half && half - fraction <= 2) {
    return false;
  }
  bits += up;                                                                      /* may carry into the exponent, */
  if (binary >= LEAST_EXPONENT) bits += (uint64_t)(binary - LEAST_EXPONENT) << 52; /* rightly so */
  if (bits > INFINITY_BITS) bits = INFINITY_BITS;
  memcpy(value, &bits, sizeof *value);
  return true;
}

/* mantissa * 10^exponent by one 64 x 128 bit product (the idea of Eisel and Lemire, "Number parsing at a gigabyte per second", 2021,
 * with a simpler and wider test). The power is cut, not rounded: the truth lies from the product up to less than mantissa above it, and the
 * result is certain unless the middle of two doubles lies in between. Returns false then (once in about 2^60 numbers, and for ties). */
static bool compose_scaled(uint64_t mantissa, int64_t exponent, double *value)
{
  if (exponent < DW_POWER_LEAST || mantissa == 0) { /* below 2^64 * 10^-343, a quarter of the least double */
    *value = 0.0;
    return true;
  }
  if (exponent > LARGEST_POWER) {
    *value = INFINITY;
    return true;
  }
  int k = (int)exponent, zeros = __builtin_clzll(mantissa);
  dw_power power = dw_power_ten(k);
  mantissa <<= zeros;
  dw_wide low = (dw_wide)mantissa * power.low;
  dw_wide top = (dw_wide)mantissa * power.high + (uint64_t)(low >> 64); /* with low's last 64 bits below */
  bool sticky = (uint64_t)low != 0;               /* matters only where fraction == half, and then no bit of low has moved up */
  int binary = dw_power_exponent(k) + 64 - zeros; /* the result is in [2^binary, 2^(binary + 1)) when bit 127 of top is set */
  unsigned shift = !(top >> 127);                 /* either way about as often: not a branch */
  top = top << shift | ((uint64_t)low >> 63 & shift);
  binary -= (int)shift;
  if (binary >= LEAST_EXPONENT) return compose_round(top, sticky, k, binary, DOUBLE_BITS, value);
  int kept = DOUBLE_BITS - (LEAST_EXPONENT - binary); /* subnormal */
  if (kept < 0) {
    *value = 0.0;
    return true;
  }
  return compose_round(top, sticky, k, binary, kept, value);
}

double dw_num_compose(bool negative, uint64_t mantissa, int64_t exponent, bool more, const char *text, size_t length)
{
  double value, above;
  if (!more && mantissa <= UINT64_C(1) << 53 && exponent >= -EXACT_POWER && exponent <= EXACT_POWER) {
    /* both are doubles, so the one operation rounds once (Clinger 1990) */
    value = exponent < 0 ? (double)mantissa / exact_powers[-exponent] : (double)mantissa * exact_powers[exponent];
  } else if (!more) {
    if (!compose_scaled(mantissa, exponent, &value)) value = compose_slow(text, length);
  } else { /* the truth is between mantissa and mantissa + 1 */
    bool certain = compose_scaled(mantissa, exponent, &value) && compose_scaled(mantissa + 1, exponent, &above) && value == above;
    if (!certain) value = compose_slow(text, length);
  }
  return negative ? -value : value;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool dw_num_parse(const char *text, size_t length, double *value, bool *integer)
{
  const char *p = text, *end = text + length;
  bool negative = false, more = false, whole = true;
  if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  const char *first = p;
  uint64_t mantissa = 0;
  int64_t exponent = 0;
  int digits = 0; /* of the mantissa, leading zeros not counted */
  bool any = false;
  for (; p < end; p++) {
    if (*p == '.' && whole) {
      whole = false;
      continue;
    }
    if (!is_digit(*p)) break;
    any = true;
    if (!whole) exponent--;
    if (digits < MANTISSA_DIGITS) {
      mantissa = mantissa * 10 + (uint64_t)(*p - '0');
      if (mantissa) digits++;
    } else {
      exponent++;
      if (*p != '0') more = true;
    }
  }
  if (!any) return false;
  if (p < end) {
    if (*p != 'e' && *p != 'E') return false;
    whole = false;
    p++;
    bool down = false;
    if (p < end && (*p == '-' || *p == '+')) down = *p++ == '-';
    if (p == end) return false;
    int64_t written = 0;
    for (; p < end; p++) {
      if (!is_digit(*p)) return false;
      if (written < INT64_C(1000000000000000)) written = written * 10 + (*p - '0');
    }
    exponent += down ? -written : written;
  }
  *value = dw_num_compose(negative, mantissa, exponent, more, first, (size_t)(end - first));
  if (integer) *integer = whole;
  return true;
}

bool dw_num_parse_unsigned(const char *text, size_t length, uint64_t *value)
{
  if (length == 0) return false;
  uint64_t result = 0;
  for (size_t i = 0; i < length; i++) {
    if (!is_digit(text[i])) return false;
    if (__builtin_mul_overflow(result, 10, &result) || __builtin_add_overflow(result, (uint64_t)(text[i] - '0'), &result)) return false;
  }
  *value = result;
  return true;
}

bool dw_num_parse_signed(const char *text, size_t length, int64_t *value)
{
  bool negative = length > 0 && text[0] == '-';
  bool sign = negative || (length > 0 && text[0] == '+');
  uint64_t size;
  if (!dw_num_parse_unsigned(text + sign, length - sign, &size)) return false;
  if (size > (uint64_t)INT64_MAX + negative) return false;
  *value = negative ? (int64_t)(0 - size) : (int64_t)size;
  return true;
}
