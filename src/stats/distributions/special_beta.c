/* The incomplete beta function and the laws made of it. Prefix in Loader's saddle-point form (special_gamma.c); continued fraction by
 * modified Lentz (Press et al., Numerical Recipes, 6.4), from the side where it converges fast. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define TWO_PI 6.28318530717958647692528676656

enum { TERMS_MOST = 4000000 };

double dw_beta_log(double a, double b)
{
  if (!(a > 0) || !(b > 0)) return NAN;
  if (a < 10 && b < 10) return dw_gamma_log(a) + dw_gamma_log(b) - dw_gamma_log(a + b);
  double s = a + b;
  return -(a * dw_log1p(b / a) + b * dw_log1p(a / b)) + 0.5 * dw_log(TWO_PI * (s / a) / b) + dw_gamma_rest(a) + dw_gamma_rest(b) -
         dw_gamma_rest(s);
}

/* x^a y^b / B(a, b), y = 1 - x given as such. */
static double beta_weight(double a, double b, double x, double y)
{
  double s = a + b;
  double exponent = dw_gamma_rest(s) - dw_gamma_rest(a) - dw_gamma_rest(b) - dw_deviance(a, s * x) - dw_deviance(b, s * y);
  return sqrt(a * (b / s) / TWO_PI) * dw_exp(exponent);
}

static double lentz_guard(double x) { return fabs(x) < 1e-300 ? 1e-300 : x; }

/* I_x(a, b) = weight / a * fraction, fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
  double c = 1, d = 1 / lentz_guard(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m < TERMS_MOST; m++) {
    double even = m * (b - m) * x / ((a + 2.0 * m - 1) * (a + 2.0 * m));
    d = 1 / lentz_guard(1 + even * d);
    c = lentz_guard(1 + even / c);
    h *= d * c;
    double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1));
    d = 1 / lentz_guard(1 + odd * d);
    c = lentz_guard(1 + odd / c);
    double change = d * c;
    h *= change;
    if (fabs(change - 1) < 2e-16) return h;
  }
  return NAN;
}

/* I_x(a, b) with y = 1 - x given as such, neither of them 0. */
static double beta_lower(double a, double b, double x, double y)
{
  if (x < (a + 1) / (a + b + 2)) return beta_weight(a, b, x, y) / a * beta_fraction(a, b, x);
  return 1 - beta_weight(a, b, x, y) / b * beta_fraction(b, a, y);
}

static double beta_any(double a, double b, double x, double y)
{
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(y >= 0)) return NAN;
  if (x == 0) return 0;
  if (y == 0) return 1;
  return beta_lower(a, b, x, y);
}

double dw_beta_i(double a, double b, double x) { return beta_any(a, b, x, 1 - x); }
double dw_beta_ic(double a, double b, double x) { return beta_any(b, a, 1 - x, x); }

double dw_student_two_sided(double t, double df)
{
  if (isnan(t) || !(df > 0)) return NAN;
  t = fabs(t);
  if (isinf(df)) return 2 * dw_normal_sf(t);
  if (isinf(t)) return 0;
  double x, y; /* df / (df + t^2) and t^2 / (df + t^2), without overflow */
  if (t > sqrt(df)) {
    double r = df / t / t;
    x = r / (1 + r);
    y = 1 / (1 + r);
  } else {
    double r = t * t / df;
    x = 1 / (1 + r);
    y = r / (1 + r);
  }
  return beta_any(0.5 * df, 0.5, x, y);
}

double dw_student_sf(double t, double df)
{
  double both = dw_student_two_sided(t, df);
  return t >= 0 ? 0.5 * both : 1 - 0.5 * both;
}

double dw_student_cdf(double t, double df) { return dw_student_sf(-t, df); }

/* By halving: it is asked for a few times a run. */
double dw_student_quantile(double p, double df)
{
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NAN;
  if (p > 0.5) return -dw_student_quantile(1 - p, df);
  if (p == 0.5) return 0;
  double low = 0, high = 1;
  while (high < INFINITY && dw_student_sf(high, df) > p) low = high, high *= 2;
  if (isinf(high)) return -INFINITY;
  for (;;) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return -middle;
    if (dw_student_sf(middle, df) > p) low = middle;
    else high = middle;
  }
}

/* x = df2 / (df2 + df1 f) and y = 1 - x, each without cancellation. */
static void f_arguments(double f, double df1, double df2, double *x, double *y)
{
  double r = df1 / df2 * f;
  *x = r > 1 ? 1 / r / (1 + 1 / r) : 1 / (1 + r);
  *y = r > 1 ? 1 / (1 + 1 / r) : r / (1 + r);
}

double dw_f_sf(double f, double df1, double df2)
{
  if (isnan(f) || !(df1 > 0) || !(df2 > 0)) return NAN;
  if (f <= 0) return 1;
  if (isinf(f)) return 0;
  double x, y;
  f_arguments(f, df1, df2, &x, &y);
  return beta_any(0.5 * df2, 0.5 * df1, x, y);
}

double dw_f_cdf(double f, double df1, double df2)
{
  if (isnan(f) || !(df1 > 0) || !(df2 > 0)) return NAN;
  if (f <= 0) return 0;
  if (isinf(f)) return 1;
  double x, y;
  f_arguments(f, df1, df2, &x, &y);
  return beta_any(0.5 * df1, 0.5 * df2, y, x);
}

double dw_binomial_pmf(uint64_t k, uint64_t n, double p)
{
  if (!(p >= 0 && p <= 1)) return NAN;
  if (k > n) return 0;
  double a = (double)k, b = (double)(n - k), all = (double)n;
  if (p == 0) return k == 0;
  if (p == 1) return k == n;
  if (k == 0) return dw_exp(all * dw_log1p(-p));
  if (k == n) return dw_exp(all * dw_log(p));
  double exponent = dw_gamma_rest(all) - dw_gamma_rest(a) - dw_gamma_rest(b) - dw_deviance(a, all * p) - dw_deviance(b, all * (1 - p));
  return sqrt(all / a / b / TWO_PI) * dw_exp(exponent);
}

double dw_binomial_cdf(uint64_t k, uint64_t n, double p)
{
  if (!(p >= 0 && p <= 1)) return NAN;
  return k >= n ? 1 : beta_any((double)(n - k), (double)k + 1, 1 - p, p);
}

double dw_binomial_sf(uint64_t k, uint64_t n, double p)
{
  if (!(p >= 0 && p <= 1)) return NAN;
  return k >= n ? 0 : beta_any((double)k + 1, (double)(n - k), p, 1 - p);
}
