/* sin, cos, atan and tanh: see fmath.c for the general plan. */
#include <math.h>
#include <stdint.h>

#include "base/fmath.h"
#include "base/fmath_kernel.h"

static const dw_twofold half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define ANGLE_LIMIT 1e9

/* pi/2 in pieces of 22 bits and less: a piece times a quadrant number below 2^30 is exact. */
static const double half_pi_piece[] = {0x1.921fbp+0, 0x1.5110bp-22, 0x1.1846980p-44, 0x1.3198ap-69, 0x1.701b839a25205p-92};

/* x = quadrant pi/2 + r, |r| <= pi/4. A double below 1e9 comes no nearer to a multiple of pi/2 than about 2^-60, and the pieces reach
 * to 2^-115, so r keeps its relative precision. Each subtraction is exact or keeps what it lost. */
static dw_twofold angle_reduce(double x, unsigned *quadrant)
{
  double n = rint(x * TWO_OVER_PI);
  *quadrant = (unsigned)(int64_t)n & 3;
  if (n == 0) return (dw_twofold){x, 0};
  dw_twofold r = dw_twofold_sum(x - n * half_pi_piece[0], -n * half_pi_piece[1]); /* the first difference is exact: its terms are close */
  for (int i = 2; i < 5; i++) r = dw_twofold_add(r, (dw_twofold){-n * half_pi_piece[i], 0});
  return r;
}

/* sin and cos of r for |r| <= pi/4: the first terms of the series in r and its rest, the others in plain doubles. */
static double sin_series(dw_twofold r)
{
  double z = r.hi * r.hi, z2 = z * z, z4 = z2 * z2;
  double a = (-1.0 / 6 + z * (1.0 / 120)) + z2 * (-1.0 / 5040 + z * (1.0 / 362880));
  double b = (-1.0 / 39916800 + z * (1.0 / 6227020800)) + z2 * (-1.0 / 1307674368000 + z * (1.0 / 355687428096000));
  return r.hi + (r.lo * (1 - 0.5 * z) + r.hi * z * (a + z4 * b));
}

static double cos_series(dw_twofold r)
{
  dw_twofold square = dw_twofold_product(r.hi, r.hi);
  double z = square.hi, z2 = z * z, z4 = z2 * z2;
  double a = (1.0 / 24 + z * (-1.0 / 720)) + z2 * (1.0 / 40320 + z * (-1.0 / 3628800));
  double b = (1.0 / 479001600 + z * (-1.0 / 87178291200)) + z2 * (1.0 / 20922789888000 + z * (-1.0 / 6402373705728000));
  dw_twofold head = dw_twofold_fast(1.0, -0.5 * z);
  return head.hi + (head.lo + (z2 * (a + z4 * b) - (r.hi * r.lo + 0.5 * square.lo)));
}

/* sin(r + quadrant pi/2): sin r, cos r, -sin r or -cos r. */
static double angle_value(dw_twofold r, unsigned quadrant)
{
  double size = quadrant & 1 ? cos_series(r) : sin_series(r);
  return quadrant & 2 ? -size : size;
}

double dw_sin(double x)
{
  if (!(fabs(x) <= ANGLE_LIMIT)) return NAN;
  if (fabs(x) < 0x1p-27) return x;
  unsigned quadrant;
  dw_twofold r = angle_reduce(x, &quadrant);
  return angle_value(r, quadrant);
}

double dw_cos(double x)
{
  if (!(fabs(x) <= ANGLE_LIMIT)) return NAN;
  if (fabs(x) < 0x1p-28) return 1.0;
  unsigned quadrant;
  dw_twofold r = angle_reduce(x, &quadrant);
  return angle_value(r, (quadrant + 1) & 3);
}

/* atan(i / 4) */
static const dw_twofold atan_quarter[] = {
    {0, 0},
    {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
    {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
    {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
    {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};

/* atan(a/b) = atan(c) + atan((a - c b) / (b + c a)), with c the nearest quarter to a/b in [0, 1]; past 1, pi/2 - atan(b/a). */
double dw_atan(double x)
{
  double size = fabs(x);
  if (size < 0x1p-27 || isnan(x)) return x;
  if (size > 0x1p60) return copysign(half_pi.hi, x);
  double a = size > 1 ? 1.0 : size, b = size > 1 ? size : 1.0;
  int quarter = (int)(4 * a / b + 0.5);
  double c = quarter * 0.25;
  dw_twofold ca = dw_twofold_product(c, a), cb = dw_twofold_product(c, b);
  dw_twofold above = dw_twofold_add((dw_twofold){a, 0}, (dw_twofold){-cb.hi, -cb.lo}), below = dw_twofold_add((dw_twofold){b, 0}, ca);
  dw_twofold t = dw_twofold_div(above, below); /* |t| <= 1/8 */
  double z = t.hi * t.hi, z2 = z * z, z4 = z2 * z2;
  double p = (-1.0 / 3 + z * (1.0 / 5)) + z2 * (-1.0 / 7 + z * (1.0 / 9));
  double q = (-1.0 / 11 + z * (1.0 / 13)) + z2 * (-1.0 / 15 + z * (1.0 / 17));
  double rest = t.lo + t.hi * z * (p + z4 * (q + z4 * (-1.0 / 19)));
  dw_twofold base = atan_quarter[quarter];
  double sign = 1;
  if (size > 1) {
    base = dw_twofold_add(half_pi, (dw_twofold){-base.hi, -base.lo});
    sign = -1;
  }
  dw_twofold sum = dw_twofold_sum(base.hi, sign * t.hi);
  return copysign(sum.hi + (sum.lo + (base.lo + sign * rest)), x);
}

/* tanh x = (e^2x - 1) / (e^2x + 1), with the numerator and the quotient as pairs. */
double dw_tanh(double x)
{
  double size = fabs(x);
  if (size < 0x1p-27 || isnan(x)) return x;
  if (size > 20) return copysign(1.0, x);
  int k;
  dw_twofold part = dw_kernel_expm1(2 * size, &k);
  double unit = ldexp(1.0, k);
  dw_twofold above = {part.hi * unit, part.lo * unit};
  dw_twofold below = dw_twofold_add((dw_twofold){2.0, 0}, above);
  return copysign(dw_twofold_div(above, below).hi, x);
}
