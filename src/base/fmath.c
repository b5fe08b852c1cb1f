/* exp, log and what is made of them. Arguments are reduced to a short interval around 0 or 1, exactly or to a pair of doubles; the leading
 * terms of the series are summed as a pair and only the small rest in plain doubles, so that the final addition is the one rounding that
 * counts. Series coefficients are the plain Taylor ones: with the intervals used here a minimax fit would save two terms. */
#include "base/fmath.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/fmath_kernel.h"

/* log 2, as a head of 32 bits (times an exponent it is exact), and the rest; log10 2 in the same way. */
#define LN2_HEAD 0x1.62e42fefp-1
#define LN2_TAIL 0x1.473de6af278edp-34
#define LOG10_2_HEAD 0x1.34413509p-2
#define LOG10_2_TAIL 0x1.ef3fde623e256p-35

static const dw_twofold one_over_ln2 = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
static const dw_twofold one_over_ln10 = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
static const dw_twofold one_third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};

static uint64_t to_bits(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double from_bits(uint64_t bits)
{
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static double power_of_two(int k) { return from_bits((uint64_t)(k + 1023) << 52); } /* -1022 <= k <= 1023 */

/* x * 2^k with one rounding at the end, for k of -1100 .. 1100 and x near 1. */
static double scale(double x, int k)
{
  if (k >= -1020 && k <= 1022) return x * power_of_two(k);
  int half = k / 2;
  return x * power_of_two(half) * power_of_two(k - half);
}

/* ---- exponentials ---- */

typedef struct reduced {
  double r, rest; /* x = k log 2 + r + rest, |r| <= 0.35, |rest| <= ulp(r) */
  int k;
} reduced;

static inline reduced exp_reduce(double x, double x_rest)
{
  const double round = 0x1.8p52; /* adding it leaves a whole number in the low bits */
  double k = (x * one_over_ln2.hi + round) - round;
  double head = x - k * LN2_HEAD; /* exact */
  double tail = x_rest - k * LN2_TAIL;
  dw_twofold r = dw_twofold_sum(head, tail);
  return (reduced){r.hi, r.lo, (int)k};
}

/* (e^r - 1 - r - r^2/2) / r^3 = 1/3! + r/4! + … + r^10/13!; the next term is below 2^-60 of e^r. */
static inline double exp_cubic(double r)
{
  double r2 = r * r, r4 = r2 * r2;
  double a = (1.0 / 6 + r * (1.0 / 24)) + r2 * (1.0 / 120 + r * (1.0 / 720));
  double b = (1.0 / 5040 + r * (1.0 / 40320)) + r2 * (1.0 / 362880 + r * (1.0 / 3628800));
  double c = (1.0 / 39916800 + r * (1.0 / 479001600)) + r2 * (1.0 / 6227020800);
  return a + r4 * (b + r4 * c);
}

static inline double exp_of_pair(double x, double x_rest)
{
  reduced a = exp_reduce(x, x_rest);
  double head = 1 + a.r;
  double lost = a.r - (head - 1);
  double square = a.r * a.r;
  double value = head + (lost + (a.rest * head + square * (0.5 + a.r * exp_cubic(a.r))));
  return scale(value, a.k);
}

double dw_exp(double x)
{
  if (!(fabs(x) < 708)) { /* NaN too */
    if (x > 709.8) return INFINITY;
    if (x < -745.2) return 0.0;
    if (isnan(x)) return x;
  }
  return exp_of_pair(x, 0.0);
}

dw_twofold dw_kernel_expm1(double x, int *exponent)
{
  reduced a = exp_reduce(x, 0.0);
  /* (1 - 2^-k) + r + r^2/2 + …, in units of 2^k; the first three terms as a pair */
  double minus = a.k > 1000 ? 0.0 : power_of_two(-a.k);
  dw_twofold sum = dw_twofold_sum(1.0, -minus);
  dw_twofold with_r = dw_twofold_sum(sum.hi, a.r);
  dw_twofold square = dw_twofold_product(a.r, a.r);
  dw_twofold with_square = dw_twofold_sum(with_r.hi, 0.5 * square.hi);
  double small = a.r * square.hi * exp_cubic(a.r) + (a.rest * (1 + a.r) + 0.5 * square.lo);
  *exponent = a.k;
  return dw_twofold_fast(with_square.hi, with_square.lo + (with_r.lo + sum.lo + small));
}

double dw_expm1(double x)
{
  if (fabs(x) < 0x1p-54 || isnan(x)) return x;
  if (x > 709.8) return INFINITY;
  if (x < -40) return -1.0;
  int k;
  double value = dw_kernel_expm1(x, &k).hi;
  return scale(value, k);
}

/* ---- logarithms ---- */

/* x = 2^k m with m in [sqrt 1/2, sqrt 2); x positive and finite. */
static inline double log_split(double x, int *k)
{
  uint64_t bits = to_bits(x);
  int shift = 0;
  if (bits < UINT64_C(1) << 52) { /* subnormal */
    bits = to_bits(x * 0x1p54);
    shift = 54;
  }
  int64_t over = (int64_t)(bits - UINT64_C(0x3fe6a09e667f3bcd)) >> 52;
  *k = (int)over - shift;
  return from_bits(bits - ((uint64_t)over << 52));
}

/* s = f / (2 + f), whose series is log(1 + f) = 2 (s + s^3/3 + s^5/5 + …). The head of s is cut to 24 bits, so that its product with
 * the head of 2 + f is exact; the tail is the remainder of that division. */
static inline dw_twofold log_argument(double f, double f_rest)
{
  double d = 2 + f;
  double inverse = 1 / d;
  double d1 = (float)d, d2 = ((2 - d1) + f) + f_rest;
  double s1 = (float)(f * inverse);
  double rest = ((f - s1 * d1) - s1 * d2) + f_rest;
  return (dw_twofold){s1, rest * inverse};
}

/* 1/5 + z/7 + z^2/9 + … + z^8/21 for z = s^2 <= 0.0295; the next term is below 2^-60 of log(1 + f). */
static inline double log_tail(double z)
{
  double z2 = z * z, z4 = z2 * z2;
  double a = (1.0 / 5 + z * (1.0 / 7)) + z2 * (1.0 / 9 + z * (1.0 / 11));
  double b = (1.0 / 13 + z * (1.0 / 15)) + z2 * (1.0 / 17 + z * (1.0 / 19));
  return a + z4 * (b + z4 * (1.0 / 21));
}

/* log(1 + f + f_rest) to about 2^-59 of itself, not normalised. */
static inline dw_twofold log_series(double f, double f_rest)
{
  dw_twofold head = log_argument(f, f_rest);
  double s = head.hi + head.lo;
  double z = s * s;
  return (dw_twofold){2 * head.hi, 2 * (head.lo + s * (z * (1.0 / 3 + z * log_tail(z))))};
}

/* The logarithm of 0, of a negative number, of infinity and of NaN. */
static double log_special(double x)
{
  if (x == 0) return -INFINITY;
  if (x < 0) return NAN;
  return x; /* infinity or NaN */
}

static inline bool log_regular(double x) { return x > 0 && x < INFINITY; }

double dw_log(double x)
{
  if (!log_regular(x)) return log_special(x);
  int k;
  double m = log_split(x, &k);
  dw_twofold series = log_series(m - 1, 0.0);
  dw_twofold sum = dw_twofold_sum(k * LN2_HEAD, series.hi);
  return sum.hi + (sum.lo + (series.lo + k * LN2_TAIL));
}

double dw_log1p(double x)
{
  if (fabs(x) < 0x1p-54) return x;
  if (!log_regular(1 + x)) return log_special(1 + x);
  dw_twofold u = dw_twofold_sum(1.0, x);
  int k;
  double m = log_split(u.hi, &k);
  double rest = k > 60 ? 0.0 : u.lo * power_of_two(-k);
  dw_twofold f = dw_twofold_sum(m - 1, rest);
  dw_twofold series = log_series(f.hi, f.lo);
  dw_twofold sum = dw_twofold_sum(k * LN2_HEAD, series.hi);
  return sum.hi + (sum.lo + (series.lo + k * LN2_TAIL));
}

double dw_log2(double x)
{
  if (!log_regular(x)) return log_special(x);
  int k;
  double m = log_split(x, &k);
  if (m == 1) return k;
  dw_twofold series = log_series(m - 1, 0.0);
  dw_twofold scaled = dw_twofold_mul(dw_twofold_fast(series.hi, series.lo), one_over_ln2);
  dw_twofold sum = dw_twofold_sum(k, scaled.hi);
  return sum.hi + (sum.lo + scaled.lo);
}

double dw_log10(double x)
{
  if (!log_regular(x)) return log_special(x);
  int k;
  double m = log_split(x, &k);
  dw_twofold scaled = {0, 0};
  if (m != 1) {
    dw_twofold series = log_series(m - 1, 0.0);
    scaled = dw_twofold_mul(dw_twofold_fast(series.hi, series.lo), one_over_ln10);
  }
  dw_twofold sum = dw_twofold_sum(k * LOG10_2_HEAD, scaled.hi);
  return sum.hi + (sum.lo + (scaled.lo + k * LOG10_2_TAIL));
}

/* ---- power ---- */

/* log x to about 2^-68 of itself: y log x, as large as 745, must be right to a fraction of 2^-53. */
static dw_twofold log_accurate(double x)
{
  int k;
  double m = log_split(x, &k);
  dw_twofold cut = log_argument(m - 1, 0.0);
  dw_twofold s = dw_twofold_fast(cut.hi, cut.lo);
  dw_twofold z = dw_twofold_mul(s, s);
  double z3 = z.hi * z.hi * z.hi;
  double beyond = z3 * z3 * z3 * (1.0 / 23 + z.hi * (1.0 / 25));
  dw_twofold tail = dw_twofold_sum(one_third.hi, z.hi * (log_tail(z.hi) + beyond));
  tail.lo += one_third.lo;
  dw_twofold cube = dw_twofold_mul(s, dw_twofold_mul(z, tail));
  dw_twofold series = dw_twofold_add((dw_twofold){2 * s.hi, 2 * s.lo}, (dw_twofold){2 * cube.hi, 2 * cube.lo});
  if (k == 0) return series;
  dw_twofold whole = dw_twofold_sum(k * LN2_HEAD, k * LN2_TAIL);
  return dw_twofold_add(whole, series);
}

typedef enum whole { NOT_WHOLE, EVEN, ODD } whole;

static whole whole_kind(double y)
{
  if (fabs(y) >= 0x1p53) return EVEN;
  if (y != trunc(y)) return NOT_WHOLE;
  return (int64_t)y & 1 ? ODD : EVEN;
}

/* x or y is 0, infinite or NaN; y is not 0 and x is not 1. */
static double pow_special(double x, double y)
{
  if (isnan(x) || isnan(y)) return x + y;
  if (isinf(y)) {
    if (x == -1) return 1.0;
    return (fabs(x) > 1) == (y > 0) ? INFINITY : 0.0;
  }
  double size = (x == 0) == (y > 0) ? 0.0 : INFINITY;
  return whole_kind(y) == ODD ? copysign(size, x) : size;
}

double dw_pow(double x, double y)
{
  if (y == 0 || x == 1) return 1.0;
  if (x == 0 || !isfinite(x) || !isfinite(y)) return pow_special(x, y);
  double sign = 1;
  if (x < 0) {
    whole kind = whole_kind(y);
    if (kind == NOT_WHOLE) return NAN;
    if (kind == ODD) sign = -1;
    x = -x;
  }
  dw_twofold power = log_accurate(x);
  double size = y * power.hi;
  if (size > 709.8) return sign * INFINITY;
  if (size < -745.2) return sign * 0.0;
  if (fabs(size) < 0x1p-60) return sign; /* so near to 1; and y may be too small for an exact product */
  dw_twofold product = dw_twofold_product(y, power.hi);
  return sign * exp_of_pair(product.hi, product.lo + y * power.lo);
}
