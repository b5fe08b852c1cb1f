/* moments: count, mean and central moments up to the fourth, minimum and maximum, in one pass and mergeable.
 *
 * Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", Sandia
 * report SAND2008-6212, 2008. m2, m3, m4 are sums of powers of (x - mean) / 2^scale, not divided by count; scale is 0 for values whose
 * range lies between 2^-200 and 2^200, and beyond that the exponent of the range, so that nothing overflows or underflows whatever the
 * unit. Values 1e8 and 1e8 + 1 in turn have variance 0.25 here. Merged parts equal the whole to about 1e-12 of the scale, in any split and
 * order.
 */
#ifndef DW_STATS_MOMENTS_H
#define DW_STATS_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "stats/samples/sample.h"

typedef struct dw_moments {
  uint64_t count;
  double mean, m2, m3, m4;
  double min, max; /* +infinity and -infinity while empty */
  double mean_low; /* what rounding took from mean: keeps merges right where the mean is 1e9 times the spread */
  int scale;       /* the exponent of the unit of m2, m3 and m4 */
} dw_moments;

void dw_moments_init(dw_moments *moments);
void dw_moments_reset(dw_moments *moments);
void dw_moments_add(dw_moments *moments, double x); /* finite x */
/* Faster than one by one and more accurate: two passes over each block of 2048. */
void dw_moments_add_array(dw_moments *moments, const double *x, size_t n);
void dw_moments_merge(dw_moments *moments, const dw_moments *other);
dw_moments dw_moments_of(dw_sorted sample); /* of a whole sample, weights counted */

/* Two samples in one unit, 2^scale, in which neither's spread is lost: its exponent, sums of squares and difference of the means a - b (of
 * the means before they were rounded). */
typedef struct dw_moments_contrast {
  int scale;
  double m2_a, m2_b, difference;
} dw_moments_contrast;
dw_moments_contrast dw_moments_compare(const dw_moments *a, const dw_moments *b);

/* NaN when there are not enough values: count <= ddof, or no spread for skewness and kurtosis. */
double dw_moments_variance(const dw_moments *moments, unsigned ddof); /* m2 / (count - ddof): 0 population, 1 sample; may overflow */
double dw_moments_std(const dw_moments *moments, unsigned ddof);      /* does not, nor underflow */
double dw_moments_skewness(const dw_moments *moments);                /* g1 = (m3/n) / (m2/n)^1.5, biased, as scipy.stats.skew */
double dw_moments_kurtosis(const dw_moments *moments);                /* g2 = (m4/n) / (m2/n)^2 - 3, biased, excess */

#endif
