/* Anderson and Darling's test of two samples (Scholz and Stephens 1987, equation 7 and table 2). */
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"
#include "stats/tests/twosample.h"

/* A^2_akN: over the distinct pooled values, how far the midranks of each side are from their share. */
double dw_anderson_statistic(dw_sorted r, dw_sorted c)
{
  double n = (double)r.total, m = (double)c.total, all = n + m;
  dw_sum sum = {0};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double times = (double)walk.times_a + (double)walk.times_b;
    double below = (double)walk.below_a + (double)walk.below_b - times / 2;
    double in_r = (double)walk.below_a - (double)walk.times_a / 2, in_c = (double)walk.below_b - (double)walk.times_b / 2;
    double gap_r = all * in_r - below * n, gap_c = all * in_c - below * m;
    dw_sum_add(&sum, times / all * (gap_r * gap_r / n + gap_c * gap_c / m) / (below * (all - below) - all * times / 4));
  }
  return dw_sum_value(&sum) * (all - 1) / all;
}

/* 1 + 1/2 + … + 1/n, and with squares. */
static double harmonic(double n)
{
  if (n > 1000) return dw_log(n) + 0.577215664901532860606512 + (0.5 - (1.0 / 12 - 1 / (120 * n * n)) / n) / n;
  double sum = 0;
  for (double k = n; k >= 1; k -= 1) sum += 1 / k;
  return sum;
}

static double harmonic_of_squares(double n)
{
  if (n > 1000) return 1.64493406684822643647 - (1 - (0.5 - (1.0 / 6 - 1 / (30 * n * n)) / n) / n) / n;
  double sum = 0;
  for (double k = n; k >= 1; k -= 1) sum += 1 / (k * k);
  return sum;
}

/* The variance of A^2 for two samples, their equation 4. Its double sum g = sum over i < j < N of 1 / ((N - i) j) has the closed form
 * below, by sum over k < N of H_k / (N - k) = H_N^2 - H_N^(2). */
static double anderson_variance(double n, double m)
{
  double all = n + m, inverse = 1 / n + 1 / m, h = harmonic(all - 1);
  double g = harmonic_of_squares(all) - (h + harmonic(all)) / all;
  double a = (4 * g - 6) + (10 - 6 * g) * inverse;
  double b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  double c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
  double d = (2 * h + 6) * 4 - 8 * h;
  return (((a * all + b) * all + c) * all + d) / ((all - 1) * (all - 2) * (all - 3));
}

/* The critical values at 0.25 and 0.001, and the parabola through the logarithms of all seven levels. */
static double anderson_table_p(double a2)
{
  if (a2 < 0.325) return 0.25;
  if (a2 > 6.546) return 0.001;
  return dw_exp((0.01819809457411139 * a2 - 1.008226564465251) * a2 - 1.0777702798204876);
}

/* The variance of the statistic over all choices of n among the pooled rows. Its mean over them is 1, whatever is tied: the denominator of
 * each term is the mean of its square but for a factor.
 *
 * The gap at the middle of value j is a sum a_j . x over all rows, x a row's side less the mean (m / N for rows of r, -n / N for those of
 * c), a_j 1 for rows below, 1/2 for those of the value, 0 above, less their mean B_j / N. Over permutations of x, E (a . x)^2 (b . x)^2 =
 * single * sum a^2 b^2 + pairs * (sum a^2 sum b^2 + 2 (sum a b)^2) for any a and b that sum to 0, by the moments of up to four draws
 * without replacement. Each sum over i < j is one over i times one over j, so that running sums over the values before give all pairs. */
static double anderson_variance_given_ties(dw_sorted r, dw_sorted c, bool *tied)
{
  double n = (double)r.total, m = (double)c.total, all = n + m;
  double s2 = n * m / all, s4 = s2 * (n * n - n * m + m * m) / (all * all), two = all * (all - 1), three = two * (all - 2);
  double e4 = s4 / all, e31 = -s4 / two, e22 = (s2 * s2 - s4) / two, e211 = (2 * s4 - s2 * s2) / three;
  double e1111 = 3 * (s2 * s2 - 2 * s4) / (three * (all - 3));
  double single = e4 - 4 * e31 - 3 * e22 + 12 * e211 - 6 * e1111, pairs = e22 - 2 * e211 + e1111;
  dw_sum sum = {0}, before = {0}, before_square = {0}, before_fourth = {0};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  *tied = false;
  while (dw_merge_next(&walk)) {
    double times = (double)(walk.times_a + walk.times_b), below = (double)(walk.below_a + walk.below_b) - times, rest = all - below - times;
    double b = (below + times / 2) / all, up = 1 - b, mid = 0.5 - b;
    double square = below * up * up + times * mid * mid + rest * b * b; /* sum a_j^2 */
    double weight = (all - 1) / s2 * times / all / square;
    double fourth = below * up * up * up * up + times * mid * mid * mid * mid + rest * b * b * b * b;
    *tied |= times > 1;
    dw_sum_add(&sum, weight * weight * (single * fourth + 3 * pairs * square * square));
    dw_sum_add(&sum, 2 * weight *
                         (single * (up * up * dw_sum_value(&before_fourth) + square * dw_sum_value(&before_square)) +
                          pairs * (square * dw_sum_value(&before) + 2 * all * all * up * up * dw_sum_value(&before_square))));
    dw_sum_add(&before, weight * square);
    dw_sum_add(&before_square, weight * b * b);
    dw_sum_add(&before_fourth, weight * (below * up * up + times * mid * mid - (below + times) * b * b));
  }
  return dw_sum_value(&sum) - 1;
}

/* The standardised limit: mean 1, variance 2 (pi^2 / 3 - 3). */
static double anderson_limit_p(double a2) { return dw_anderson_limit_sf(1 + a2 * 0.761404141959383976); }

/* The limit of A^2 is a weighted sum of squares of normal deviates: Anderson and Darling's law where nothing is tied, a single square where
 * there are two values. Between the two, by how much larger the variance is, lie the laws of other ties: of 2 to 10 values, of 50 to 95 %
 * equal rows and of counts p is right to a tenth of it from 0.2 to 0.001. */
static double anderson_tied_p(double a2, double untied, double variance)
{
  double weight = fmin(fmax((variance - untied) / (2 - untied), 0), 1), square = 1 + a2 * sqrt(2 / variance);
  return (1 - weight) * anderson_limit_p(a2 / sqrt(variance)) + weight * (square > 0 ? dw_chi2_sf(square, 1) : 1);
}

dw_status dw_anderson_darling_part(dw_sorted r, dw_sorted c, bool by_table, double part, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total == 0 || c.total == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  if (r.total + c.total < 4) return dw_err_set(err, DW_ENODATA, "fewer than 4 values");
  if (dw_sorted_distinct_pooled(r, c, 2) < 2) return dw_err_set(err, DW_ENODATA, "all values are equal");
  double untied = anderson_variance((double)r.total, (double)c.total), whole = dw_anderson_statistic(r, c), excess = part * whole - 1;
  double a2 = excess / sqrt(untied);
  out->statistic = (whole - 1) / sqrt(untied);
  out->p_value = by_table ? anderson_table_p(a2) : anderson_limit_p(a2);
  if (by_table) return DW_OK;
  bool tied;
  double variance = anderson_variance_given_ties(r, c, &tied);
  if (tied) out->p_value = anderson_tied_p(excess, untied, variance);
  return DW_OK;
}

dw_status dw_anderson_darling(dw_sorted r, dw_sorted c, bool by_table, dw_test *out, dw_err *err)
{
  return dw_anderson_darling_part(r, c, by_table, 1, out, err);
}
