/* The laws of Kolmogorov's and Smirnov's statistics, one sample of n against its law.
 *
 * Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution", J. Stat. Software 39(11), 2011, with the regions of
 * scipy.stats.kstwo (1.10) in dw_kstwo_sf. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"

#define PI 3.14159265358979323846264338328
#define SQRT_2PI 2.50662827463100050241576528481

enum { SMIRNOV_TERMS_MOST = 1000000, INTEGRAL_FROM = 2000, SMOOTH_FROM = 40, DURBIN_MOST = 6400, SCALE_BITS = 128 };

/* The theta series that converges for small x. */
static double kolmogorov_lower(double x)
{
  double q = dw_exp(-PI * PI / (8 * x * x)), q8 = dw_exp(-PI * PI / (x * x));
  return SQRT_2PI / x * q * (1 + q8 * (1 + q8 * q8 * (1 + q8 * q8 * q8)));
}

#define KOLMOGOROV_SWITCH 0.82

double dw_kolmogorov_cdf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0.04) return 0; /* below 1e-330 */
  return x < KOLMOGOROV_SWITCH ? kolmogorov_lower(x) : 1 - dw_kolmogorov_sf(x);
}

double dw_kolmogorov_sf(double x)
{
  if (isnan(x)) return x;
  if (x <= 0.04) return 1;
  if (x < KOLMOGOROV_SWITCH) return 1 - kolmogorov_lower(x);
  double sum = 0;
  for (int k = 12; k >= 1; k--) sum = dw_exp(-2.0 * k * k * x * x) - sum;
  return 2 * sum;
}

/* Kuiper, "Tests concerning random points on a circle", Proc. Kon. Ned. Akad. A 63, 1960: 2 sum (4 j^2 x^2 - 1) e^(-2 j^2 x^2). */
double dw_kuiper_limit_sf(double x)
{
  if (isnan(x)) return x;
  if (x < 0.4) return 1; /* by less than 2e-11 */
  double sum = 0;
  for (int j = x < 1 ? 16 : 6; j >= 1; j--) {
    double square = 2.0 * j * j * x * x;
    sum += (2 * square - 1) * dw_exp(-square);
  }
  return 2 * sum;
}

/* Birnbaum and Tingey: x sum over j <= n (1 - x) of (n over j) (x + j/n)^(j-1) (1 - x - j/n)^(n-j); all terms are positive. Each is a
 * binomial probability over x + j/n, in Loader's saddle-point form; j > 0 need not be whole. */
static double smirnov_term(double n, double nx, double rest_n, double j)
{
  double left = n - j;
  if (left <= nx) return 0;
  double exponent = rest_n - dw_gamma_rest(j) - dw_gamma_rest(left) - dw_deviance(j, j + nx) - dw_deviance(left, left - nx);
  return exponent < -745 ? 0 : sqrt(n / (j * left)) / SQRT_2PI * dw_exp(exponent) * n / (j + nx);
}

static double smirnov_sum(double n, double x)
{
  double nx = n * x, rest_n = dw_gamma_rest(n);
  dw_sum sum = {0};
  dw_sum_add(&sum, dw_exp(n * dw_log1p(-x)) / x);
  for (double j = 1; j < n - nx; j += 1) dw_sum_add(&sum, smirnov_term(n, nx, rest_n, j));
  return x * dw_sum_value(&sum);
}

/* The terms are smooth in j and vanish at both ends, so that their sum is their integral but for what the harmonics of 1 bring: 1e-9 at n x
 * = 20, below 1e-17 from 40 on. By the trapezoid rule in v, j = n (1 - x) / (1 + e^-v). */
static double smirnov_integral(double n, double x)
{
  const double step = 1.0 / 32;
  double nx = n * x, rest_n = dw_gamma_rest(n), room = n - nx;
  dw_sum sum = {0};
  for (int i = -1000; i <= 1000; i++) {
    double e = dw_exp(-fabs(i * step)), near = 1 / (1 + e), far = e / (1 + e), share = i < 0 ? far : near;
    double j = room * share, weight = room * near * far;
    if (j < n) dw_sum_add(&sum, smirnov_term(n, nx, rest_n, j) * weight);
  }
  return x * dw_sum_value(&sum) * step;
}

/* Beyond a million terms with n x below 40, where p is 1 but for some thousandths, Smirnov's expansion (Mat. Sbornik 15, 1944). */
double dw_smirnov_sf(uint64_t n, double x)
{
  if (n == 0 || isnan(x)) return NAN;
  if (x <= 0) return 1;
  if (x >= 1) return 0;
  double count = (double)n;
  if (n > INTEGRAL_FROM && count * x >= SMOOTH_FROM) return fmin(1, smirnov_integral(count, x));
  if (n > SMIRNOV_TERMS_MOST) return dw_exp(-2 * count * x * x) * (1 - 2 * x / 3);
  return fmin(1, smirnov_sum(count, x));
}

/* A number times 2^exponent, where doubles would overflow. */
typedef struct scaled {
  double value;
  long exponent;
} scaled;

static void matrix_multiply(const double *a, const double *b, double *out, int m)
{
  memset(out, 0, sizeof *out * (size_t)m * (size_t)m);
  for (int i = 0; i < m; i++)
    for (int k = 0; k < m; k++) {
      double x = a[i * m + k];
      if (x == 0) continue;
      for (int j = 0; j < m; j++) out[i * m + j] += x * b[k * m + j];
    }
}

/* Durbin's matrix of Marsaglia, Tsang and Wang, J. Stat. Software 8(18), 2003: 1 / (i - j + 1)! on and below the first diagonal above the
 * main one, but for the first column and, mirrored, the last row. */
static void durbin_matrix(double *matrix, int m, double h)
{
  memset(matrix, 0, sizeof *matrix * (size_t)m * (size_t)m);
  double inverse = 1; /* 1 / distance! */
  for (int distance = 0; distance < m; distance++) {
    for (int row = distance; row < m && row - distance + 1 < m; row++) matrix[row * m + (row - distance + 1)] = inverse;
    inverse /= distance + 1;
  }
  double power = 1;
  inverse = 1;
  for (int i = 0; i < m; i++) {
    power *= h;
    inverse /= i + 1;
    double edge = (1 - power) * inverse;
    if (i == m - 1) edge = (1 - 2 * power + (h > 0.5 ? dw_pow(2 * h - 1, m) : 0)) * inverse;
    matrix[i * m] = edge;
    matrix[(m - 1) * m + (m - 1 - i)] = edge;
  }
}

/* The middle cell of matrix^n; matrix is used up. */
static scaled durbin_power(double *matrix, int m, int k, uint64_t n)
{
  size_t cells = (size_t)m * (size_t)m;
  double *power = dw_alloc_zero(cells, sizeof *power), *product = dw_alloc_array(cells, sizeof *product);
  long exponent = 0, matrix_exponent = 0;
  int middle = (k - 1) * m + (k - 1);
  for (int i = 0; i < m; i++) power[i * m + i] = 1;
  for (uint64_t left = n; left > 0; left /= 2) {
    if (left % 2) {
      matrix_multiply(power, matrix, product, m);
      memcpy(power, product, cells * sizeof *power);
      exponent += matrix_exponent;
    }
    matrix_multiply(matrix, matrix, product, m);
    memcpy(matrix, product, cells * sizeof *matrix);
    matrix_exponent *= 2;
    if (fabs(matrix[middle]) > ldexp(1, SCALE_BITS)) {
      for (size_t i = 0; i < cells; i++) matrix[i] = ldexp(matrix[i], -SCALE_BITS);
      matrix_exponent += SCALE_BITS;
    }
  }
  scaled out = {power[middle], exponent};
  dw_free(power);
  dw_free(product);
  return out;
}

static double unscale(double value, long exponent)
{
  return ldexp(value, exponent > 4000 ? 4000 : exponent < -4000 ? -4000 : (int)exponent);
}

static double kstwo_cdf_durbin(uint64_t n, double x)
{
  double nx = (double)n * x;
  int k = (int)ceil(nx), m = 2 * k - 1;
  double *matrix = dw_alloc_array((size_t)m * (size_t)m, sizeof *matrix);
  durbin_matrix(matrix, m, k - nx);
  scaled p = durbin_power(matrix, m, k, n);
  for (uint64_t i = 1; i <= n; i++) { /* times n! / n^n */
    p.value = (double)i * p.value / (double)n;
    if (fabs(p.value) < ldexp(1, -SCALE_BITS)) {
      p.value = ldexp(p.value, SCALE_BITS);
      p.exponent -= SCALE_BITS;
    }
  }
  dw_free(matrix);
  return unscale(p.value, p.exponent);
}

/* Which columns of row i of Pomeranz's matrix can be nonzero. */
static void pomeranz_bounds(long i, long n, long whole, long ceiling, long rounding, long *from, long *to)
{
  long half = (i + 1) / 2, j1, j2;
  if (i == 0) {
    j1 = -whole - ceiling - 1;
    j2 = whole + ceiling - 1;
  } else if ((i + 1) % 2 == 0 && half == n + 1) {
    j1 = n - whole - ceiling - 1;
    j2 = n + whole + ceiling - 1;
  } else if ((i + 1) % 2 == 0) {
    j1 = half - 1 - whole - rounding - 1;
    j2 = half + whole - 1 + ceiling - 1;
  } else {
    j1 = half - 1 - whole - 1;
    j2 = half + whole + rounding - 1;
  }
  *from = j1 + 2 > 0 ? j1 + 2 : 0;
  *to = j2 < n ? j2 : n;
}

/* base^m / m! for m < count. */
static void power_terms(double *out, long count, double base)
{
  out[0] = 1;
  for (long m = 1; m < count; m++) out[m] = out[m - 1] * base / (double)m;
}

/* One row from the one before: a convolution with Poisson-like weights, of which only columns from..to are kept. */
static void pomeranz_row(const double *old, long old_from, long old_to, const double *weight, double *row, long from, long to)
{
  for (long j = from; j <= to; j++) {
    double sum = 0;
    for (long i = old_from; i <= old_to && i <= j; i++) sum += old[i - old_from] * weight[j - i];
    row[j - from] = sum;
  }
}

static double kstwo_cdf_pomeranz(uint64_t count, double x)
{
  long n = (long)count;
  double t = (double)n * x;
  long whole = (long)floor(t);
  double f = t - (double)whole, g = fmin(f, 1 - f);
  long ceiling = f > 0, rounding = f > 0.5, width = 2 * (whole + 1) + 2;
  double *memory = dw_alloc_zero((size_t)(5 * width), sizeof *memory);
  double *edge = memory, *odd = edge + width, *even = odd + width, *old = even + width, *row = old + width;
  power_terms(edge, width, g / (double)n);
  power_terms(odd, width, 2 * g / (double)n);
  power_terms(even, width, (1 - 2 * g) / (double)n);
  long from, to, exponent = 0;
  pomeranz_bounds(0, n, whole, ceiling, rounding, &from, &to);
  row[0] = 1;
  to = from; /* the first row is a single one */
  for (long i = 1; i <= 2 * n + 1; i++) {
    long old_from = from, old_to = to;
    double *swap = old;
    old = row;
    row = swap;
    pomeranz_bounds(i, n, whole, ceiling, rounding, &from, &to);
    pomeranz_row(old, old_from, old_to, i == 1 || i == 2 * n + 1 ? edge : i % 2 ? odd : even, row, from, to);
    double most = 0;
    for (long j = 0; j <= to - from; j++) most = fmax(most, row[j]);
    if (most > 0 && most < ldexp(1, -SCALE_BITS)) {
      for (long j = 0; j <= to - from; j++) row[j] = ldexp(row[j], SCALE_BITS);
      exponent -= SCALE_BITS;
    }
  }
  double p = row[n - from];
  for (long m = 1; m <= n; m++) { /* times n! */
    if (fabs(p) > ldexp(1, SCALE_BITS)) {
      p = ldexp(p, -SCALE_BITS);
      exponent += SCALE_BITS;
    }
    p *= (double)m;
  }
  dw_free(memory);
  return unscale(p, exponent);
}

/* Pelz and Good, "Approximating the lower tail-areas of the Kolmogorov-Smirnov one-sample statistic", J. R. Stat. Soc. B 38, 1976: K0 +
 * K1 / n^1/2 + K2 / n + K3 / n^3/2, each a theta series in the form that converges for small z. */
static double kstwo_cdf_pelz_good(uint64_t n, double x)
{
  double root = sqrt((double)n), z = root * x, z2 = z * z, z3 = z2 * z, z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
  double pi2 = PI * PI, pi4 = pi2 * pi2, pi6 = pi4 * pi2;
  double log_q = -pi2 / 8 / z2;
  if (log_q < -708) return 0;
  double q = dw_exp(log_q);
  double k1a = -z2, k1b = pi2 / 4;
  double k2a = 6 * z6 + 2 * z4, k2b = (2 * z4 - 5 * z2) * pi2 / 4, k2c = pi4 * (1 - 2 * z2) / 16;
  double k3a = -30 * z6 - 90 * z8, k3b = pi2 * (135 * z4 - 96 * z6) / 4, k3c = pi4 * (-60 * z2 + 212 * z4) / 16,
         k3d = pi6 * (5 - 30 * z2) / 64;
  double k[4] = {0};
  int most = (int)ceil(16 * z / PI);
  for (int i = most; i >= 1; i--) {
    double m = 2 * i - 1, m2 = m * m, m4 = m2 * m2, step = dw_exp(log_q * 8 * i);
    k[0] = k[0] * step + 1;
    k[1] = k[1] * step + k1a + k1b * m2;
    k[2] = k[2] * step + k2a + k2b * m2 + k2c * m4;
    k[3] = k[3] * step + k3a + k3b * m2 + k3c * m4 + k3d * m4 * m2;
  }
  double front = q * SQRT_2PI;
  k[0] *= front / z;
  k[1] *= front / (6 * z4);
  k[2] *= front / (72 * z6 * z);
  k[3] *= front / (6480 * z8 * z2);
  double extra2 = 0, extra3 = 0;
  for (int i = most; i >= 1; i--) {
    double ii = (double)i * i, weight = ii * dw_exp(4 * log_q * ii);
    extra2 += weight;
    extra3 += (3 * z2 - pi2 * ii) * weight;
  }
  k[2] -= extra2 * pi2 * SQRT_2PI / (36 * z3);
  k[3] += extra3 * pi2 * SQRT_2PI / (216 * z6);
  return k[0] + k[1] / root + k[2] / (double)n + k[3] / ((double)n * root);
}

/* Ruben and Gambino, 1/(2n) <= x <= 1/n: n! / n^n (2 n x - 1)^n. */
static double kstwo_cdf_least(uint64_t n, double t)
{
  double count = (double)n;
  double log_ratio = 0.5 * dw_log(2 * PI * count) - count + dw_gamma_rest(count); /* ln n! / n^n */
  return dw_exp(log_ratio + count * dw_log(2 * t - 1));
}

static double clip(double p) { return p < 0 ? 0 : p > 1 ? 1 : p; }

/* Where no approximation is needed, as in scipy; NaN: elsewhere. */
static double kstwo_sf_simple(double x, uint64_t n)
{
  if (x >= 1) return 0;
  if (x <= 0) return 1;
  double count = (double)n, t = count * x, s = t * x;
  if (t <= 0.5) return 1;
  if (t <= 1) return clip(1 - kstwo_cdf_least(n, t));
  if (t >= count - 1) return clip(2 * dw_exp(count * dw_log1p(-x)));
  if (x >= 0.5) return clip(2 * dw_smirnov_sf(n, x));
  if (n > 140) return NAN;
  if (s <= 0.754693) return clip(1 - kstwo_cdf_durbin(n, x));
  if (s <= 4) return clip(1 - kstwo_cdf_pomeranz(n, x));
  return clip(2 * dw_smirnov_sf(n, x));
}

double dw_kstwo_sf_as_scipy(double x, uint64_t n)
{
  if (n == 0 || isnan(x)) return NAN;
  double simple = kstwo_sf_simple(x, n), count = (double)n, s = count * x * x;
  if (!isnan(simple)) return simple;
  if (s >= 370) return 0;
  if (s >= 2.2) return clip(2 * dw_smirnov_sf(n, x));
  if (n <= 100000 && count * x * sqrt(x) <= 1.4) return clip(1 - kstwo_cdf_durbin(n, x));
  return clip(1 - kstwo_cdf_pelz_good(n, x));
}

/* The terms k >= 2 of Li-Chien's expansion ("On the exact distribution of the statistics of A. N. Kolmogorov and their asymptotic
 * expansion", Acta Math. Sinica 6, 1956) of P(D >= x): what both sides' crossing takes from twice the one-sided probability, which is the
 * term k = 1. */
static double both_sides_cross(double n, double x)
{
  double root = sqrt(n), z = root * x, sum = 0;
  for (int i = 2; i <= 12; i++) {
    double k2 = (double)i * i, odd = i % 2, f1 = k2 - odd, f2 = 5 * k2 + 22 - 15 * odd, kz = k2 * z * z;
    double first = -2 * k2 * z / 3, second = -(f1 - 4 * (f1 + 3) * kz + 8 * kz * kz) / 18;
    double third = k2 * z / 27 * (f2 / 5 - 4 * (f2 + 45) * kz / 15 + 8 * kz * kz);
    double term = dw_exp(-2 * kz) * (1 + first / root + second / n + third / (n * root));
    sum += i % 2 ? -term : term;
  }
  return 2 * sum;
}

double dw_kstwo_sf(double x, uint64_t n)
{
  if (n == 0 || isnan(x)) return NAN;
  double simple = kstwo_sf_simple(x, n), count = (double)n, s = count * x * x;
  if (!isnan(simple)) return simple;
  if (s >= 4.2) return clip(2 * dw_smirnov_sf(n, x));                             /* both sides cross once in e^(6 s) */
  if (s < 3 && count * s <= DURBIN_MOST) return clip(1 - kstwo_cdf_durbin(n, x)); /* exact, up to 160 columns */
  if (s < 0.6) return clip(1 - kstwo_cdf_pelz_good(n, x));
  return clip(2 * dw_smirnov_sf(n, x) - both_sides_cross(count, x));
}
