/* The noncentral chi-square law: a Poisson mixture of central ones. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define NORMAL_FROM 1e8
#define TWO_PI 6.28318530717958647692528676656

/* y^a e^-y / Gamma(a + 1), a > 0: the Poisson probability of a (Loader's form, special_gamma.c). */
static double poisson(double a, double y) { return dw_exp(-dw_gamma_rest(a) - dw_deviance(a, y)) / sqrt(TWO_PI * a); }

/* sum over k of Poisson(k; noncentrality / 2) P(df / 2 + k, x / 2), from the far end of the Poisson law down: the incomplete gamma function
 * then grows by positive terms, P(a, y) = P(a + 1, y) + y^a e^-y / Gamma(a + 1) (Ding, "Algorithm AS 275", Applied Statistics 41, 1992, the
 * other way around). */
double dw_chi2_noncentral_cdf(double x, double df, double noncentrality)
{
  if (!(df > 0) || !(noncentrality >= 0) || isnan(x)) return NAN;
  if (x <= 0) return 0;
  if (isinf(x)) return 1;
  if (noncentrality == 0) return dw_chi2_cdf(x, df);
  double mean = noncentrality / 2, y = x / 2, reach = 9 * sqrt(mean) + 40;
  double k = floor(mean + reach), last = fmax(0, floor(mean - reach)), a = df / 2 + k;
  double weight = poisson(k, mean), lower = dw_gamma_p(a, y), step = poisson(a, y), sum = 0;
  for (;; k -= 1, a -= 1) {
    sum += weight * lower;
    if (k <= last) break;
    weight *= k / mean;
    step *= a / y;       /* y^(a-1) e^-y / Gamma(a) */
    if (step < 1e-280) { /* too small to go on from */
      step = poisson(a - 1, y);
      lower = dw_gamma_p(a - 1, y);
    } else {
      lower += step;
    }
  }
  return fmin(1, sum);
}

double dw_chi2_noncentrality(double x, double df, double p)
{
  if (!(df > 0) || !(x >= 0) || !(p > 0 && p < 1)) return NAN;
  if (dw_chi2_cdf(x, df) <= p) return 0;
  double z = dw_normal_quantile(p); /* x = df + l + z sqrt(2 (df + 2 l)) */
  double root = -z + sqrt(z * z + x - df / 2 > 0 ? z * z + x - df / 2 : 0), guess = fmax(0, (root * root - df / 2));
  if (x > NORMAL_FROM) return guess;
  double low = 0, high = fmax(guess, 1);
  while (dw_chi2_noncentral_cdf(x, df, high) > p) {
    low = high;
    high *= 1.5;
  }
  double low_off = dw_chi2_noncentral_cdf(x, df, low) - p, high_off = dw_chi2_noncentral_cdf(x, df, high) - p;
  for (int i = 0; i < 100 && high - low > 1e-10 * high; i++) { /* false position, the end that stays halved (Illinois) */
    double middle = (low * high_off - high * low_off) / (high_off - low_off);
    if (!(middle > low && middle < high)) middle = (low + high) / 2;
    double off = dw_chi2_noncentral_cdf(x, df, middle) - p;
    if (off > 0) {
      low = middle;
      low_off = off;
      high_off *= 0.5;
    } else {
      high = middle;
      high_off = off;
      low_off *= 0.5;
    }
    if (off == 0) return middle;
  }
  return (low + high) / 2;
}
