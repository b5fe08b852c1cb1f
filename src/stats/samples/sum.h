/* sum: compensated summation (Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974).
 *
 * The error is about one rounding of the result plus n * 2^-106 * sum |x|: the order of the terms hardly matters.
 */
#ifndef DW_STATS_SUM_H
#define DW_STATS_SUM_H

#include <math.h>
#include <stddef.h>

typedef struct dw_sum {
  double high;
  double low; /* what rounding took from high so far */
} dw_sum;

static inline void dw_sum_add(dw_sum *sum, double x)
{
  double t = sum->high + x;
  if (fabs(sum->high) >= fabs(x)) sum->low += (sum->high - t) + x;
  else sum->low += (x - t) + sum->high;
  sum->high = t;
}

static inline double dw_sum_value(const dw_sum *sum) { return sum->high + sum->low; }

double dw_sum_array(const double *x, size_t n);

/* Sum of x_i y_i, not compensated: four sums side by side, always the same four. For linear algebra, where speed counts. */
double dw_inner_product(const double *x, const double *y, size_t n);

#endif
