#include "stats/sum.h"

double dw_sum_array(const double *x, size_t n)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < n; i++) dw_sum_add(&sum, x[i]);
  return dw_sum_value(&sum);
}
