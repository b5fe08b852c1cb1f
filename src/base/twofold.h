/* twofold: unevaluated sums of two doubles (double-double arithmetic, about 106 bits), from IEEE additions, multiplications and divisions
 * only. Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18 (1971); Knuth, TAOCP 2,
 * 4.2.2. Valid while nothing overflows or underflows: |values| within about 1e-140 .. 1e140 for products.
 */
#ifndef DW_BASE_TWOFOLD_H
#define DW_BASE_TWOFOLD_H

typedef struct dw_twofold {
  double hi, lo; /* the value is hi + lo; |lo| is at most half an ulp of hi after every function here */
} dw_twofold;

/* a + b, exactly. */
static inline dw_twofold dw_twofold_sum(double a, double b)
{
  double hi = a + b;
  double part = hi - a;
  return (dw_twofold){hi, (a - (hi - part)) + (b - part)};
}

/* a + b, exactly, when |a| >= |b| or a is 0. */
static inline dw_twofold dw_twofold_fast(double a, double b)
{
  double hi = a + b;
  return (dw_twofold){hi, b - (hi - a)};
}

/* a * b, exactly. Veltkamp's split makes halves whose products are exact. */
static inline dw_twofold dw_twofold_product(double a, double b)
{
  const double split = 0x1p27 + 1;
  double hi = a * b;
  double a_big = split * a, b_big = split * b;
  double a1 = a_big - (a_big - a), b1 = b_big - (b_big - b);
  double a2 = a - a1, b2 = b - b1;
  return (dw_twofold){hi, ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2};
}

static inline dw_twofold dw_twofold_add(dw_twofold a, dw_twofold b)
{
  dw_twofold s = dw_twofold_sum(a.hi, b.hi), t = dw_twofold_sum(a.lo, b.lo);
  s = dw_twofold_fast(s.hi, s.lo + t.hi);
  return dw_twofold_fast(s.hi, s.lo + t.lo);
}

static inline dw_twofold dw_twofold_mul(dw_twofold a, dw_twofold b)
{
  dw_twofold p = dw_twofold_product(a.hi, b.hi);
  return dw_twofold_fast(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline dw_twofold dw_twofold_div(dw_twofold a, dw_twofold b)
{
  double q = a.hi / b.hi;
  dw_twofold p = dw_twofold_product(q, b.hi);
  double rest = ((a.hi - p.hi) - p.lo) + a.lo - q * b.lo;
  return dw_twofold_fast(q, rest / b.hi);
}

#endif
