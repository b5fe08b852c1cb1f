/* prediction_limits: where one more value lies, given values of windows that it is like: mean -+ t s sqrt(1 + 1/k), Student's t with k - 1
 * degrees of freedom. Windows of different sizes have different errors: the value of a window of n rows varies by B + V / n, V what a
 * single row adds by chance and B what windows differ by besides. B is the one that makes the weighted squared distances of the k values
 * from their weighted mean sum to k - 1 (Paule and Mandel, J. Res. Natl. Bur. Stand. 87, 1982); where they are less than that with B = 0,
 * all variances are made smaller by what is missing. For windows of one size this is the formula above to the last bits, whatever V is.
 */
#ifndef DW_MODEL_PREDICTION_LIMITS_H
#define DW_MODEL_PREDICTION_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

enum { DW_PREDICTION_LEAST = 6 }; /* fewer windows say nothing about a deviation */

typedef struct dw_window_value {
  double value; /* NaN: none; it is passed over */
  size_t rows;  /* 1 and more */
} dw_window_value;

typedef struct dw_prediction {
  double mean, mean_variance;
  double between, of_row, scale; /* a window of n rows has variance scale * (between + of_row / n) */
  double df;                     /* infinite: the normal law */
  size_t windows;                /* with a value */
} dw_prediction;

/* row_error: the standard error of the metric times the root of its rows; NaN: not known, taken for 0. False: fewer windows than
 * DW_PREDICTION_LEAST have a value, or their values are all the same. out->windows holds in any case. */
bool dw_prediction_fit(dw_prediction *out, const dw_window_value *value, size_t count, double row_error);

/* From one value over so many rows and its sampling error alone. False: row_error is NaN. */
bool dw_prediction_from_rows(dw_prediction *out, double value, size_t rows, double row_error);

/* How far from the mean a window of so many rows lies, but for the odds of tail on that side. */
double dw_prediction_window_reach(const dw_prediction *limits, size_t rows, double tail);

/* The same of a deviation as it stands; share: the variance of the mean over the square of the deviation, 1/k of k alike. */
double dw_prediction_reach(double deviation, double share, double df, double tail);

#endif
