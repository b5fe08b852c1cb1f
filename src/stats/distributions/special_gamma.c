/* The gamma function and its incomplete ones.
 *
 * Everything that grows is taken out before it cancels: probabilities start from Loader's saddle-point form ("Fast and accurate
 * computation of binomial probabilities", 2000), exp(-rest(a) - deviance(a, x)) / sqrt(2 pi a), which is right to a few units in the last
 * place wherever ln Gamma and a ln x are in the millions. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define HALF_LOG_2PI 0.918938533204672741780329736406
#define EULER_GAMMA 0.577215664901532860606512090082
#define TWO_PI 6.28318530717958647692528676656

enum { TERMS_MOST = 4000000 };

/* zeta(k) - 1 for k = 2 … 42, of which ln Gamma(1 + z) = -ln(1 + z) + z (1 - gamma) + sum (-1)^k (zeta(k) - 1) z^k / k is made. */
static const double zeta_less_one[] = {
    6.4493406684822643647e-1,  2.020569031595942854e-1,   8.2323233711138191516e-2,  3.6927755143369926331e-2,  1.7343061984449139715e-2,
    8.3492773819228268398e-3,  4.0773561979443393787e-3,  2.0083928260822144179e-3,  9.9457512781808533715e-4,  4.941886041194645587e-4,
    2.4608655330804829864e-4,  1.2271334757848914675e-4,  6.1248135058704829259e-5,  3.0588236307020493552e-5,  1.5282259408651871733e-5,
    7.6371976378997622736e-6,  3.8172932649998398565e-6,  1.9082127165539389257e-6,  9.5396203387279611315e-7,  4.7693298678780646312e-7,
    2.3845050272773299e-7,     1.1921992596531107307e-7,  5.9608189051259479612e-8,  2.9803503514652280186e-8,  1.4901554828365041235e-8,
    7.450711789835429492e-9,   3.7253340247884570548e-9,  1.8626597235130490064e-9,  9.3132743241966818287e-10, 4.656629065033784073e-10,
    2.328311833676505492e-10,  1.1641550172700519776e-10, 5.8207720879027008892e-11, 2.9103850444970996869e-11, 1.4551921891041984236e-11,
    7.2759598350574810145e-12, 3.6379795473786511902e-12, 1.8189896503070659476e-12, 9.0949478402638892825e-13, 4.5474737830421540268e-13,
    2.2737368458246525152e-13,
};
enum { ZETAS = (int)(sizeof zeta_less_one / sizeof *zeta_less_one) };

/* ln Gamma(2 + z) for |z| <= 1/2, relative accuracy kept at its zero. */
static double gamma_log_near_two(double z)
{
  double sum = 0;
  for (int k = ZETAS + 1; k >= 2; k--) sum = (k % 2 ? -1.0 : 1.0) * zeta_less_one[k - 2] / k + z * sum;
  return z * ((1 - EULER_GAMMA) + z * sum);
}

/* Stirling's series; eight terms are right to 1e-17 from 10 on. */
static double stirling_series(double x)
{
  static const double coefficient[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                       1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
  double r = 1 / x, rr = r * r, sum = 0;
  for (int i = 7; i >= 0; i--) sum = coefficient[i] + rr * sum;
  return sum * r;
}

double dw_gamma_rest(double x)
{
  if (!(x > 0)) return NAN;
  double steps = 0;
  for (; x < 10; x += 1) steps += x < 1e-3 ? (x + 0.5) * (dw_log1p(x) - dw_log(x)) - 1 : (x + 0.5) * dw_log1p(1 / x) - 1;
  return steps + stirling_series(x);
}

double dw_gamma_log(double x)
{
  if (isnan(x) || x <= 0) return NAN;
  if (x < 0.5) return gamma_log_near_two(x) - dw_log1p(x) - dw_log(x);
  if (x <= 1.5) return gamma_log_near_two(x - 1) - dw_log1p(x - 1);
  if (x <= 2.5) return gamma_log_near_two(x - 2);
  if (x >= 10) return (x - 0.5) * (dw_log(x) - 1) - 0.5 + HALF_LOG_2PI + stirling_series(x);
  double product = 1;
  while (x > 2.5) {
    x -= 1;
    product *= x;
  }
  return gamma_log_near_two(x - 2) + dw_log(product);
}

double dw_factorial_log(uint64_t n) { return dw_gamma_log((double)n + 1); }

double dw_choose_log(uint64_t n, uint64_t k)
{
  if (k > n) return -INFINITY;
  if (k == 0 || k == n) return 0;
  double a = (double)k, b = (double)(n - k), all = (double)n;
  /* ln n! - ln k! - ln (n-k)! with the large terms gathered into logarithms of ratios */
  return a * -dw_log(a / all) + b * -dw_log1p(-a / all) + 0.5 * dw_log(all / (TWO_PI * a * b)) + dw_gamma_rest(all) - dw_gamma_rest(a) -
         dw_gamma_rest(b);
}

double dw_deviance(double x, double mean)
{
  if (!(x >= 0) || !(mean > 0)) return NAN;
  if (x == 0) return mean;
  double u = (mean - x) / x; /* x (u - ln(1 + u)) */
  if (u < -1.0 / 3 || u > 0.5) return u > 1e10 || u < -0.9 ? x * (dw_log(x / mean) - 1) + mean : x * (u - dw_log1p(u));
  /* ln(1 + u) = 2 (s + s^3/3 + s^5/5 …) with s = u / (2 + u), and u - 2 s = u s */
  double s = u / (2 + u), ss = s * s, sum = 0;
  for (int k = 25; k >= 3; k -= 2) sum = 1.0 / k + ss * sum;
  return x * (u * s - 2 * s * ss * sum);
}

/* x^a e^-x / Gamma(a + 1), the Poisson probability of a at mean x. */
static double poisson_weight(double a, double x) { return dw_exp(-dw_gamma_rest(a) - dw_deviance(a, x)) / sqrt(TWO_PI * a); }

/* P = weight * (1 + x/(a+1) + x^2/((a+1)(a+2)) + …), for x < a + 1. */
static double gamma_series(double a, double x)
{
  double term = 1, sum = 1;
  for (int n = 1; n < TERMS_MOST; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) return poisson_weight(a, x) * sum;
  }
  return NAN;
}

/* Q = a weight * 1/(x+1-a- 1(1-a)/(x+3-a- 2(2-a)/(x+5-a- …))), for x >= a + 1; modified Lentz. */
static double gamma_fraction(double a, double x)
{
  double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (int i = 1; i < TERMS_MOST; i++) {
    double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    c = b + an / c;
    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    if (fabs(c) < 1e-300) c = 1e-300;
    double change = d * c;
    h *= change;
    if (fabs(change - 1) < 2e-16) return a * poisson_weight(a, x) * h;
  }
  return NAN;
}

/* Q for a < 1 and x < 1 or so, where 1 - P would cancel: with u + 1 = x^a / Gamma(1 + a), P = (1 + u)(1 + a sum (-x)^k / (k! (a + k))). */
static double gamma_q_small(double a, double x)
{
  double u = dw_expm1(a * dw_log(x) - (gamma_log_near_two(a > 0.5 ? a - 1 : a) - (a > 0.5 ? 0 : dw_log1p(a))));
  double term = 1, sum = 0;
  for (int k = 1; k < 200; k++) {
    term *= -x / k;
    double add = term / (a + k);
    sum += add;
    if (fabs(add) < 1e-18 * fabs(sum)) break;
  }
  return -u - (1 + u) * a * sum;
}

double dw_gamma_p(double a, double x)
{
  if (!(a > 0) || !(x >= 0)) return NAN;
  if (x == 0) return 0;
  if (isinf(x)) return 1;
  if (x < a + 1) return gamma_series(a, x);
  return 1 - gamma_fraction(a, x);
}

double dw_gamma_q(double a, double x)
{
  if (!(a > 0) || !(x >= 0)) return NAN;
  if (x == 0) return 1;
  if (isinf(x)) return 0;
  if (a < 1 && x < 1.5) return gamma_q_small(a, x);
  if (x < a + 1) return 1 - gamma_series(a, x);
  return gamma_fraction(a, x);
}

double dw_chi2_cdf(double x, double df) { return x <= 0 ? (df > 0 ? 0 : NAN) : dw_gamma_p(0.5 * df, 0.5 * x); }
double dw_chi2_sf(double x, double df) { return x <= 0 ? (df > 0 ? 1 : NAN) : dw_gamma_q(0.5 * df, 0.5 * x); }
