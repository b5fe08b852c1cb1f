/* The normal law. erfc: the rational minimax approximations of Cody, "Rational Chebyshev approximations for the error function",
 * Math. Comp. 23, 1969. Quantile: Wichura, "Algorithm AS 241", Applied Statistics 37, 1988. */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

static double polynomial(const double *coefficient, int degree, double x)
{
  double sum = coefficient[degree];
  for (int i = degree - 1; i >= 0; i--) sum = sum * x + coefficient[i];
  return sum;
}

/* erf(x) / x at y = x^2, |x| <= 0.46875. */
static double erf_middle(double y)
{
  static const double top[] = {3.20937758913846947e03, 3.77485237685302021e02, 1.13864154151050156e02, 3.16112374387056560e00,
                               1.85777706184603153e-1};
  static const double bottom[] = {2.84423683343917062e03, 1.28261652607737228e03, 2.44024637934444173e02, 2.36012909523441209e01, 1};
  return polynomial(top, 4, y) / polynomial(bottom, 4, y);
}

/* erfc(x) e^(x^2), 0.46875 <= x <= 4. */
static double erfc_near(double x)
{
  static const double top[] = {1.23033935479799725e03, 2.05107837782607147e03, 1.71204761263407058e03,
                               8.81952221241769090e02, 2.98635138197400131e02, 6.61191906371416295e01,
                               8.88314979438837594e00, 5.64188496988670089e-1, 2.15311535474403846e-8};
  static const double bottom[] = {1.23033935480374942e03, 3.43936767414372164e03, 4.36261909014324716e03,
                                  3.29079923573345963e03, 1.62138957456669019e03, 5.37181101862009858e02,
                                  1.17693950891312499e02, 1.57449261107098347e01, 1};
  return polynomial(top, 8, x) / polynomial(bottom, 8, x);
}

/* The same beyond 4. */
static double erfc_far(double x)
{
  static const double top[] = {6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1,
                               3.60344899949804439e-1, 3.05326634961232344e-1, 1.63153871373020978e-2};
  static const double bottom[] = {2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
                                  1.87295284992346725e00, 2.56852019228982242e00, 1};
  static const double one_over_sqrt_pi = 5.6418958354775628695e-1;
  double y = 1 / (x * x);
  return (one_over_sqrt_pi - y * polynomial(top, 5, y) / polynomial(bottom, 5, y)) / x;
}

/* e^(-x^2) without the rounding of x^2: a short head is squared exactly. */
static double exp_minus_square(double x)
{
  double head = trunc(x * 16) / 16;
  return dw_exp(-head * head) * dw_exp(-(x - head) * (x + head));
}

double dw_erfc(double x)
{
  double size = fabs(x);
  if (isnan(x)) return x;
  if (size <= 0.46875) return 1 - x * erf_middle(x * x);
  double tail = size > 27.3 ? 0 : (size <= 4 ? erfc_near(size) : erfc_far(size)) * exp_minus_square(size);
  return x < 0 ? 2 - tail : tail;
}

/* erfc(z / sqrt 2) / 2; z / sqrt 2 is taken with its rounding error, which z^2 would magnify in the tail. */
double dw_normal_sf(double z)
{
  static const double root = 0.70710678118654752440, root_rest = -4.8336466567264567e-17;
  if (isinf(z)) return z > 0 ? 0 : 1;
  double x = z * root;
  double z_high = (double)(float)z, root_high = (double)(float)root; /* products of the halves are exact */
  double rest = ((z_high * root_high - x) + z_high * (root - root_high) + (z - z_high) * root_high) + (z - z_high) * (root - root_high);
  rest += z * root_rest;
  if (!(x > 1)) return 0.5 * dw_erfc(x);
  return 0.5 * dw_erfc(x) * (1 - 2 * x * rest);
}

double dw_normal_cdf(double z) { return dw_normal_sf(-z); }

double dw_normal_quantile(double p)
{
  static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                             4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static const double b[] = {1,
                             4.2313330701600911252e+1,
                             6.8718700749205790830e+2,
                             5.3941960214247511077e+3,
                             2.1213794301586595867e+4,
                             3.9307895800092710610e+4,
                             2.8729085735721942674e+4,
                             5.2264952788528545610e+3};
  static const double c[] = {1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,  3.64784832476320460504e0,
                             1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[] = {1,
                             2.05319162663775882187e0,
                             1.67638483018380384940e0,
                             6.89767334985100004550e-1,
                             1.48103976427480074590e-1,
                             1.51986665636164571966e-2,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
  static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,  2.96560571828504891230e-1,
                             2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[] = {1,
                             5.99832206555887937690e-1,
                             1.36929880922735805310e-1,
                             1.48753612908506148525e-2,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};
  if (!(p >= 0 && p <= 1)) return NAN;
  if (p == 0 || p == 1) return p == 0 ? -INFINITY : INFINITY;
  double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(a, 7, r) / polynomial(b, 7, r);
  }
  double r = sqrt(-dw_log(q < 0 ? p : 1 - p));
  double z = r <= 5 ? polynomial(c, 7, r - 1.6) / polynomial(d, 7, r - 1.6) : polynomial(e, 7, r - 5) / polynomial(f, 7, r - 5);
  return q < 0 ? -z : z;
}
