/* Expected values: least squares of numpy on each beginning of the series, by the definition in the header. */
#include <math.h>
#include <string.h>

#include "stats/streams/succession.h"

#include "test.h"

static const int64_t at[] = {5, 6, 7, 8, 9, 10, 12, 13, 14, 15};
enum { N = sizeof at / sizeof *at };

static void check_series(const double *x, bool line, double phi, const double *expected)
{
  dw_succession s;
  double residual[N];
  dw_succession_fit(&s, at, x, N, line, residual);
  CHECK_MSG(fabs(s.phi - phi) < 1e-14, "%.17g", s.phi);
  for (size_t i = 0; i < N; i++)
    CHECK_MSG(isnan(expected[i]) ? isnan(residual[i]) : fabs(residual[i] - expected[i]) < 1e-11, "%zu: %.17g", i, residual[i]);
}

TEST(what_is_left_of_a_series_that_resembles_itself)
{
  static const double x[N] = {2, 3.5, 1, 4.25, 5.5, 3, 7.75, 6, 9.5, 8};
  static const double expected[N] = {-1.6480451676513632, 1.0164074355762356, -2.7457601556907654, 2.607852496420903, 1.123156048675734,
                                     -2.4286502773801004, 3.1765321058383416, -1.321901664280602,  3.650627192197566, -0.7944305207587701};
  check_series(x, false, 0.8414450608446674, expected);
}

TEST(recursive_residuals_of_a_line)
{
  static const double x[N] = {2, 2.6, 3.9, 4.1, 4.6, 5.5, 6.1, 6.2, 7.4, 8.9};
  static const double expected[N] = {NAN,
                                     NAN,
                                     NAN,
                                     -0.4490731195102497,
                                     -0.23734644158557258,
                                     0.09486832980505272,
                                     -0.3824731549870052,
                                     -0.48939160269333565,
                                     0.27374875838890933,
                                     0.9499083199246773};
  check_series(x, true, 0, expected);
}

TEST(recursive_residuals_of_a_line_with_likeness)
{
  static const double x[N] = {1, 3, 4.5, 4, 3, 2, 3.5, 5.5, 7.5, 9};
  static const double expected[N] = {NAN,
                                     NAN,
                                     NAN,
                                     -0.6763982896889633,
                                     -0.12700397441679587,
                                     0.2450330693091256,
                                     2.000541271061632,
                                     1.9645535777617782,
                                     1.6557127135749243,
                                     1.0235775681428871};
  check_series(x, true, 0.6863386547415891, expected);
}

TEST(nothing_to_free)
{
  static const double same[N] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
  double residual[N];
  dw_succession s;
  dw_succession_fit(&s, at, same, N, false, residual);
  CHECK(s.phi == 0);
  for (size_t i = 0; i < N; i++) CHECK(residual[i] == 0);
  dw_succession_fit(&s, at, same, N, true, residual);
  for (size_t i = DW_SUCCESSION_LOST; i < N; i++) CHECK(fabs(residual[i]) < 1e-12);
  CHECK(fabs(dw_succession_next(&s, 1000, 3)) < 1e-12);
}

/* A number that comes is freed by what the baseline showed, however long it was away. */
TEST(after_a_gap)
{
  static const double x[N] = {2, 3.5, 1, 4.25, 5.5, 3, 7.75, 6, 9.5, 8};
  double residual[N];
  dw_succession s;
  dw_succession_fit(&s, at, x, N, false, residual);
  double mean = s.mean, phi = s.phi, far = dw_succession_next(&s, 100000, 7);
  CHECK(fabs(far - (7 - mean) * sqrt(1 - phi * phi)) < 1e-12); /* nothing is left of the last one */
  double near = dw_succession_next(&s, 100001, 4);
  CHECK(fabs(near - (4 - mean - phi * (7 - mean))) < 1e-12);
}
