#include "stats/samples/sum.h"

double dw_sum_array(const double *x, size_t n)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < n; i++) dw_sum_add(&sum, x[i]);
  return dw_sum_value(&sum);
}

double dw_inner_product(const double *x, const double *y, size_t n)
{
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  size_t i = 0;
  for (; i + 4 <= n; i += 4) { /* the compiler may not reorder one sum, so these are four */
    s0 += x[i] * y[i];
    s1 += x[i + 1] * y[i + 1];
    s2 += x[i + 2] * y[i + 2];
    s3 += x[i + 3] * y[i + 3];
  }
  for (; i < n; i++) s0 += x[i] * y[i];
  return (s0 + s2) + (s1 + s3);
}
