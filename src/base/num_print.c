/* Numbers printed: the second part of num.h. */
#include <assert.h>
#include <math.h>

#include "base/num.h"
#include "base/power.h"
#include "base/wide.h"

/* digits * 10^exponent; no trailing zeros. */
typedef struct decimal {
  uint64_t digits;
  int exponent;
} decimal;

static const char pairs[201] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                               "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                               "8081828384858687888990919293949596979899";

static const double exact_powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static const uint64_t whole_powers[20] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

static int count_digits(uint64_t value)
{
  value |= 1;                                             /* 0 has one digit, and no count depends on the last bit */
  int guess = (64 - __builtin_clzll(value)) * 1233 >> 12; /* 1233 / 4096 is log10 2 to five digits */
  return guess + (value >= whole_powers[guess]);
}

/* Writes value at out, in exactly count digits. */
static void write_digits(char *out, uint64_t value, int count)
{
  char *p = out + count;
  while (count >= 2) {
    memcpy(p -= 2, pairs + 2 * (value % 100), 2);
    value /= 100;
    count -= 2;
  }
  if (count) *out = (char)('0' + value);
}

static uint64_t strip_zeros(uint64_t digits, int *exponent)
{
  if (digits % 100000000 == 0) digits /= 100000000, *exponent += 8;
  if (digits % 100000000 == 0) digits /= 100000000, *exponent += 8;
  if (digits % 10000 == 0) digits /= 10000, *exponent += 4;
  if (digits % 100 == 0) digits /= 100, *exponent += 2;
  if (digits % 10 == 0) digits /= 10, *exponent += 1;
  return digits;
}

/* Most data have few decimals. Scaled to a whole number below 10^15, such a value is found again by one division that rounds once; and
 * different decimals of at most 15 digits are different doubles, so no other one is shorter. x > 0; false when x is not of this kind. */
static bool short_decimal(double x, int binary, decimal *result)
{
  int digits = ((binary + 1) * 1233 >> 12) + 1; /* x < 2^(binary + 1) <= 10^digits */
  int power = 15 - digits;
  if (power < 0 || power > 22) return false;
  double scaled = x * exact_powers[power];
  double whole = (scaled + 0x1p52) - 0x1p52; /* the error of scaled is below 0.25: if there is a whole number, this is it */
  if (whole / exact_powers[power] != x) return false;
  result->exponent = -power;
  result->digits = strip_zeros((uint64_t)whole, &result->exponent);
  return true;
}

/* power * factor / 2^128, rounded to odd: the last bit tells whether anything was cut, so that later comparisons stay right. */
static uint64_t round_to_odd(dw_power power, uint64_t factor)
{
  dw_wide low = (dw_wide)power.low * factor;
  dw_wide high = (dw_wide)power.high * factor + (uint64_t)(low >> 64);
  return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* Raffaello Giulietti, "The Schubfach way to render doubles" (2021): v = c * 2^q lies in a rounding interval; with k such that the interval
 * is as long as one to ten units 10^k, the shortest decimal in it is a multiple of 10^(k+1) if there is one (only one can be), else the
 * multiple of 10^k nearest to v. */
static decimal schubfach(uint64_t c, int q, bool lower_is_closer)
{
  bool even = c % 2 == 0;                                                       /* the ends of the interval read back as v */
  int k = lower_is_closer ? (q * 1262611 - 524031) >> 22 : (q * 1262611) >> 22; /* floor(log10(2^q)), or of 3/4 2^q */
  int h = q + dw_power_exponent(-k) + 1;
  dw_power power = dw_power_ten(-k);
  if (-k < 0 || -k > DW_POWER_EXACT) power.high += ++power.low == 0; /* rounded up */
  uint64_t at = round_to_odd(power, 4 * c << h);
  uint64_t low = round_to_odd(power, (4 * c - 2 + lower_is_closer) << h) + !even;
  uint64_t high = round_to_odd(power, (4 * c + 2) << h) - !even;
  uint64_t s = at / 4;
  if (s >= 10) {
    uint64_t tens = s / 10;
    bool below = low <= 40 * tens, above = 40 * tens + 40 <= high;
    if (below != above) {
      decimal result = {0, k + 1};
      result.digits = strip_zeros(tens + above, &result.exponent);
      return result;
    }
  }
  bool below = low <= 4 * s, above = 4 * s + 4 <= high;
  bool up = below != above ? above : at > 4 * s + 2 || (at == 4 * s + 2 && s % 2);
  decimal result = {0, k};
  result.digits = strip_zeros(s + up, &result.exponent);
  return result;
}

/* As a JSON number, plain or with an exponent; returns the end. */
static char *write_decimal(char *p, decimal d)
{
  int count = count_digits(d.digits);
  int point = count + d.exponent; /* digits before the point */
  if (point > 17 || point < -4) {
    write_digits(p + 1, d.digits, count);
    p[0] = p[1];
    p[1] = '.';
    p += count > 1 ? count + 1 : 1;
    *p++ = 'e';
    int exponent = point - 1;
    if (exponent < 0) {
      *p++ = '-';
      exponent = -exponent;
    }
    int width = count_digits((uint64_t)exponent);
    write_digits(p, (uint64_t)exponent, width);
    return p + width;
  }
  if (point <= 0) {
    memcpy(p, "0.0000", 6);
    p += 2 - point;
    write_digits(p, d.digits, count);
    return p + count;
  }
  if (d.exponent >= 0) {
    write_digits(p, d.digits, count);
    for (p += count; count < point; count++) *p++ = '0';
    return p;
  }
  write_digits(p + 1, d.digits, count);
  for (int i = 0; i < point; i++) p[i] = p[i + 1];
  p[point] = '.';
  return p + count + 1;
}

size_t dw_num_print(char out[DW_NUM_TEXT], double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7ff);
  uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  if (exponent == 0x7ff) {
    memcpy(out, "null", 4);
    return 4;
  }
  char *p = out;
  if (bits >> 63) *p++ = '-';
  value = fabs(value);
  if (value < 0x1p53 && value == (double)(int64_t)value) { /* a whole number; no other decimal is as near, so none is shorter */
    int count = count_digits((uint64_t)value);
    write_digits(p, (uint64_t)value, count);
    return (size_t)(p - out) + (size_t)count;
  }
  decimal d;
  if (!short_decimal(value, exponent - 1023, &d)) {
    bool normal = exponent != 0;
    d = schubfach(normal ? fraction | UINT64_C(1) << 52 : fraction, normal ? exponent - 1075 : -1074, fraction == 0 && exponent > 1);
  }
  return (size_t)(write_decimal(p, d) - out);
}

size_t dw_num_print_signed(char out[DW_NUM_TEXT], int64_t value)
{
  char *p = out;
  uint64_t size = (uint64_t)value;
  if (value < 0) {
    *p++ = '-';
    size = 0 - size;
  }
  int count = count_digits(size);
  write_digits(p, size, count);
  return (size_t)(p - out) + (size_t)count;
}

/* mantissa * 2^shift in decimal, for numbers too large for 128 bits: a long integer in limbs of nine digits. */
static char *write_huge(char *p, uint64_t mantissa, int shift)
{
  enum { BASE = 1000000000, MOST = 36 };
  uint32_t limb[MOST] = {(uint32_t)(mantissa % BASE), (uint32_t)(mantissa / BASE)};
  int used = 2;
  while (shift > 0) {
    int step = shift < 29 ? shift : 29;
    uint64_t carry = 0;
    for (int i = 0; i < used; i++) {
      carry += (uint64_t)limb[i] << step;
      limb[i] = (uint32_t)(carry % BASE);
      carry /= BASE;
    }
    if (carry) limb[used++] = (uint32_t)carry;
    shift -= step;
  }
  while (used > 1 && limb[used - 1] == 0) used--;
  int count = count_digits(limb[used - 1]);
  write_digits(p, limb[used - 1], count);
  for (p += count; --used > 0; p += 9) write_digits(p, limb[used - 1], 9);
  return p;
}

size_t dw_num_print_fixed(char out[400], double value, int decimals)
{
  assert(decimals >= 0 && decimals <= 17);
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7ff);
  if (exponent == 0x7ff) {
    memcpy(out, "null", 4);
    return 4;
  }
  uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
  if (exponent) mantissa |= UINT64_C(1) << 52;
  int shift = (exponent ? exponent : 1) - 1075; /* value = mantissa * 2^shift */
  char *p = out;
  bool negative = bits >> 63;
  uint64_t after = 0;
  if (shift >= 0) {
    if (negative) *p++ = '-';
    p = write_huge(p, mantissa, shift);
  } else {
    dw_wide scaled = (dw_wide)mantissa * whole_powers[decimals]; /* below 2^110, so exact */
    dw_wide whole = 0;
    if (shift > -128) { /* else it is far below one half */
      dw_wide half = (dw_wide)1 << (-shift - 1), rest = scaled & (2 * half - 1);
      whole = scaled / half / 2;
      if (rest > half || (rest == half && whole % 2)) whole++;
    }
    if (negative && whole) *p++ = '-';
    uint64_t before = (uint64_t)(whole / whole_powers[decimals]); /* below 2^53 */
    after = (uint64_t)(whole % whole_powers[decimals]);
    int count = count_digits(before);
    write_digits(p, before, count);
    p += count;
  }
  if (decimals) {
    *p++ = '.';
    write_digits(p, after, decimals);
    p += decimals;
  }
  return (size_t)(p - out);
}

void dw_buf_number(dw_buf *buf, double value) { buf->length += dw_num_print(dw_buf_room(buf, DW_NUM_TEXT), value); }
