/* The limit laws of Cramér and von Mises' and of Anderson and Darling's statistics: weighted sums of squares of normal deviates.
 *
 * Upper tails by Smirnov's alternating integrals ("Sur la distribution de omega^2", C. R. Acad. Sci. Paris 202, 1936): for Q = sum Z_j^2 /
 * mu_j with mu_1 < mu_2 < …, P(Q > x) = 1/pi sum over k of (-1)^(k+1) the integral from mu_(2k-1) / 2 to mu_2k / 2 of e^(-x s) / (s
 * sqrt|D(s)|) ds, D(s) = prod (1 - 2 s / mu_j). The roots at both ends go away in s's root = low + width sin^2(phi / 2); what is left is
 * periodic in phi, and the midpoint rule converges faster than any power. All of the tail is one positive integral, whatever its size. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define PI 3.14159265358979323846264338328

enum { POINTS = 192 };

/* sin^2(phi / 2) of point i and its complement to 1, each right to the last place. */
static void chebyshev(int i, double *low, double *high, double *slope)
{
  double phi = (i + 0.5) * (PI / POINTS), s = dw_sin(0.5 * phi), c = dw_cos(0.5 * phi);
  *low = s * s;
  *high = c * c;
  *slope = s * c; /* d(low) / d(phi) */
}

/* mu_j = (j pi)^2, D = sin(u) / u with u = sqrt(2 s): the k-th integral is 2 e^(-x u^2 / 2) / sqrt(u |sin u|) du from (2k - 1) pi to 2k pi.
 */
static double cvm_block(int k, double x)
{
  double from = (2 * k - 1) * PI, sum = 0;
  for (int i = 0; i < POINTS; i++) {
    double low, high, slope;
    chebyshev(i, &low, &high, &slope);
    double past = PI * low, u = from + past, sine = dw_sin(PI * (low < high ? low : high));
    sum += dw_exp(-x * (from * past + 0.5 * past * past)) * slope / sqrt(u * sine);
  }
  return 2 * PI * sum * (PI / POINTS) * dw_exp(-0.5 * x * from * from);
}

/* Csörgő and Faraway, "The exact and asymptotic distributions of Cramér-von Mises statistics", J. R. Stat. Soc. B 58, 1996, equation 1.3.
 */
static double cvm_lower(double x)
{
  double sum = 0, ratio = 1; /* Gamma(k + 1/2) / (Gamma(1/2) k!) */
  for (int k = 0; k < 50; k++) {
    double y = 4.0 * k + 1, q = y * y / (16 * x);
    double term = ratio * sqrt(y) * dw_bessel_k_quarter_scaled(q) * dw_exp(-2 * q);
    sum += term;
    if (term <= sum * 1e-18) break;
    ratio *= (k + 0.5) / (k + 1.0);
  }
  return sum / (PI * sqrt(x));
}

#define CVM_SWITCH 0.3

double dw_cvm_limit_sf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0) return 1;
  if (isinf(x)) return 0;
  if (x < CVM_SWITCH) return 1 - cvm_lower(x);
  return (cvm_block(1, x) - cvm_block(2, x) + cvm_block(3, x) - cvm_block(4, x)) / PI; /* the fifth is below e^-119 of it */
}

double dw_cvm_limit_cdf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0) return 0;
  return x < CVM_SWITCH ? cvm_lower(x) : 1 - dw_cvm_limit_sf(x);
}

/* mu_j = j (j + 1), D = -cos(pi w / 2) / (2 pi s) with w = sqrt(1 + 8 s): from w = 4k - 1 to 4k + 1. */
static double anderson_block(int k, double x)
{
  double from = 4 * k - 1, least = (from * from - 1) / 8, sum = 0;
  for (int i = 0; i < POINTS; i++) {
    double low, high, slope;
    chebyshev(i, &low, &high, &slope);
    double past = 2 * low, w = from + past, more = past * (2 * from + past) / 8;
    double cosine = dw_sin(PI * (low < high ? low : high));
    sum += dw_exp(-x * more) * slope * w / sqrt((least + more) * cosine);
  }
  return 0.5 * sqrt(2 * PI) * sum * (PI / POINTS) * dw_exp(-x * least);
}

/* Anderson and Darling, "A test of goodness of fit", J. Am. Stat. Assoc. 49, 1954; the integral by the trapezoid rule. */
static double anderson_lower(double x)
{
  const double step = 1.0 / 16;
  double sum = 0, ratio = 1; /* (-1/2 over j) */
  for (int j = 0; j < 20; j++) {
    double y = 4.0 * j + 1, q = y * y * PI * PI / (8 * x), inner = 0.5 * dw_exp(x / 8);
    for (int i = 1; i < 2000; i++) {
      double w = i * step, term = dw_exp(x / (8 * (w * w + 1)) - q * w * w);
      inner += term;
      if (term <= inner * 1e-18) break;
    }
    double term = ratio * y * dw_exp(-q) * inner * step;
    sum += term;
    if (fabs(term) <= sum * 1e-18) break;
    ratio *= -(j + 0.5) / (j + 1.0);
  }
  return sqrt(2 * PI) / x * sum;
}

#define ANDERSON_SWITCH 1.0

double dw_anderson_limit_sf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0) return 1;
  if (isinf(x)) return 0;
  if (x < ANDERSON_SWITCH) return 1 - anderson_lower(x);
  double sum = 0;
  for (int k = 6; k >= 1; k--) sum += (k % 2 ? 1 : -1) * anderson_block(k, x); /* the seventh is below e^-89 of the first */
  return sum / PI;
}

double dw_anderson_limit_cdf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0) return 0;
  return x < ANDERSON_SWITCH ? anderson_lower(x) : 1 - dw_anderson_limit_sf(x);
}
