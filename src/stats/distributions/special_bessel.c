/* The modified Bessel function K of order 1/4, which the limit law of Cramér and von Mises is made of. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define PI 3.14159265358979323846264338328
#define GAMMA_3_4 1.22541670246517764512909830336
#define GAMMA_5_4 0.906402477055477077982671288967

/* I_order(q) / (q/2)^order, gamma = Gamma(1 + order): sum (q^2/4)^k / (k! Gamma(order + k + 1)). */
static double bessel_i_series(double q, double order, double gamma)
{
  double term = 1 / gamma, sum = term, square = q * q / 4;
  for (int k = 1; k < 30 && term > sum * 1e-18; k++) {
    term *= square / (k * (k + order));
    sum += term;
  }
  return sum;
}

/* e^q K(q) = integral over t > 0 of e^(-q (cosh t - 1)) cosh(t / 4): the trapezoid rule converges faster than any power. */
static double bessel_k_integral(double q)
{
  const double step = 1.0 / 16;
  double sum = 0.5;
  for (int i = 1; i < 1000; i++) {
    double e = dw_exp(i * step), quarter = sqrt(sqrt(e));
    double term = dw_exp(-q * (0.5 * (e + 1 / e) - 1)) * 0.5 * (quarter + 1 / quarter);
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return sum * step;
}

/* Hankel's expansion; from 20 on its least term is below 1e-17. */
static double bessel_k_far(double q)
{
  double term = 1, sum = 1;
  for (int k = 1; k < 40; k++) {
    double odd = 2 * k - 1, next = term * (0.25 - odd * odd) / (8 * k * q);
    if (fabs(next) >= fabs(term)) break;
    term = next;
    sum += term;
    if (fabs(term) < 1e-18) break;
  }
  return sqrt(PI / (2 * q)) * sum;
}

double dw_bessel_k_quarter_scaled(double q)
{
  if (!(q >= 0)) return NAN;
  if (q == 0 || isinf(q)) return q == 0 ? INFINITY : 0;
  if (q >= 20) return bessel_k_far(q);
  if (q > 0.125) return bessel_k_integral(q);
  double root = sqrt(sqrt(0.5 * q));
  double both = bessel_i_series(q, -0.25, GAMMA_3_4) / root - bessel_i_series(q, 0.25, GAMMA_5_4) * root;
  return PI * sqrt(0.5) * both * dw_exp(q); /* pi / 2 (I_-1/4 - I_1/4) / sin(pi / 4) */
}

double dw_bessel_k_quarter(double q)
{
  double scaled = dw_bessel_k_quarter_scaled(q);
  return isfinite(scaled) ? scaled * dw_exp(-q) : scaled;
}
