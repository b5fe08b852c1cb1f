/* Epps and Singleton's test of two samples. */
#include <math.h>

#include "base/fmath.h"
#include "stats/samples/quantile.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"
#include "stats/tests/twosample.h"

enum { PARTS = 4, FEWEST = 5, SMALL = 25 }; /* cos and sin at two points */

typedef double matrix[PARTS][PARTS];

static double pooled_at(dw_merge *walk, uint64_t position)
{
  while (walk->below_a + walk->below_b <= position && dw_merge_next(walk)) continue;
  return walk->value;
}

/* numpy's quantile of both samples together. */
static double pooled_quantile(dw_sorted r, dw_sorted c, double q)
{
  double position = q * (double)(r.total + c.total - 1), whole = floor(position), t = position - whole;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  double a = pooled_at(&walk, (uint64_t)whole), b = t > 0 ? pooled_at(&walk, (uint64_t)whole + 1) : a;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/* The angle x, brought below 1e9 where an outlier is further out (its phase is lost in the rounding of x anyway). */
static double angle(double x) { return fabs(x) < 1e9 ? x : fmod(x, 6.28318530717958647692528676656); }

static void parts_of(double x, double scale, double g[PARTS])
{
  static const double points[] = {0.4, 0.8};
  for (int k = 0; k < 2; k++) {
    double at = angle(points[k] / scale * x);
    g[k] = dw_cos(at);
    g[2 + k] = dw_sin(at);
  }
}

/* Means and biased covariances of the four parts: sums about 0, which they are all near on the scale of 1. */
static void es_moments(dw_sorted sample, double scale, double mean[PARTS], matrix covariance)
{
  dw_sum first[PARTS] = {{0}}, second[PARTS][PARTS] = {{{0}}};
  double n = (double)sample.total;
  for (size_t k = 0; k < sample.count; k++) {
    double g[PARTS], weight = (double)dw_sorted_weight(sample, k);
    parts_of(sample.value[k], scale, g);
    for (int i = 0; i < PARTS; i++) {
      dw_sum_add(&first[i], weight * g[i]);
      for (int j = 0; j <= i; j++) dw_sum_add(&second[i][j], weight * g[i] * g[j]);
    }
  }
  for (int i = 0; i < PARTS; i++) mean[i] = dw_sum_value(&first[i]) / n;
  for (int i = 0; i < PARTS; i++)
    for (int j = 0; j <= i; j++) covariance[i][j] = covariance[j][i] = dw_sum_value(&second[i][j]) / n - mean[i] * mean[j];
}

/* Turns the plane of p and q so that a[p][q] becomes 0. */
static void jacobi_turn(matrix a, matrix vectors, int p, int q)
{
  if (a[p][q] == 0) return;
  double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1)), c = 1 / sqrt(t * t + 1), s = t * c;
  for (int k = 0; k < PARTS; k++) {
    double x = a[k][p], y = a[k][q];
    a[k][p] = c * x - s * y;
    a[k][q] = s * x + c * y;
  }
  for (int k = 0; k < PARTS; k++) {
    double x = a[p][k], y = a[q][k];
    a[p][k] = c * x - s * y;
    a[q][k] = s * x + c * y;
    x = vectors[k][p];
    y = vectors[k][q];
    vectors[k][p] = c * x - s * y;
    vectors[k][q] = s * x + c * y;
  }
}

/* Jacobi's eigenvalues (on the diagonal of a) and eigenvectors (columns) of a symmetric matrix. */
static void jacobi(matrix a, matrix vectors)
{
  for (int i = 0; i < PARTS; i++)
    for (int j = 0; j < PARTS; j++) vectors[i][j] = i == j;
  for (int sweep = 0; sweep < 30; sweep++)
    for (int p = 0; p < PARTS; p++)
      for (int q = p + 1; q < PARTS; q++) jacobi_turn(a, vectors, p, q);
}

/* d' pinv(a) d and the rank, with numpy's cut-offs: singular values up to 1e-15 of the largest are none. */
static double quadratic_form(matrix a, const double d[PARTS], double *rank)
{
  matrix vectors;
  jacobi(a, vectors);
  double most = 0, sum = 0;
  for (int i = 0; i < PARTS; i++) most = fmax(most, fabs(a[i][i]));
  *rank = 0;
  for (int i = 0; i < PARTS; i++) {
    if (fabs(a[i][i]) <= 1e-15 * most) continue;
    double along = 0;
    for (int k = 0; k < PARTS; k++) along += vectors[k][i] * d[k];
    sum += along * along / a[i][i];
    *rank += 1;
  }
  return sum;
}

dw_status dw_epps_singleton(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total < FEWEST || c.total < FEWEST) return dw_err_set(err, DW_ENODATA, "fewer than 5 values on a side");
  double scale = (pooled_quantile(r, c, 0.75) - pooled_quantile(r, c, 0.25)) / 2;
  if (!(scale > 0)) return dw_err_set(err, DW_ENODATA, "the quartiles of both samples together are equal");
  double n = (double)r.total, m = (double)c.total, all = n + m, mean_r[PARTS], mean_c[PARTS], gap[PARTS];
  matrix covariance_r, covariance_c, estimate;
  es_moments(r, scale, mean_r, covariance_r);
  es_moments(c, scale, mean_c, covariance_c);
  for (int i = 0; i < PARTS; i++) {
    gap[i] = mean_r[i] - mean_c[i];
    for (int j = 0; j < PARTS; j++) estimate[i][j] = all / n * covariance_r[i][j] + all / m * covariance_c[i][j];
  }
  double w = all * quadratic_form(estimate, gap, &out->df);
  if (n < SMALL && m < SMALL) w /= 1 + dw_pow(all, -0.45) + 10.1 * (dw_pow(n, -1.7) + dw_pow(m, -1.7));
  out->statistic = w;
  out->p_value = dw_chi2_sf(w, out->df);
  return DW_OK;
}
