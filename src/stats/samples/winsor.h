/* winsor: samples without the say of their outliers: values in the reference's tails count as those where the tails begin (Dixon and Tukey,
 * "Approximate behavior of the distribution of Winsorized t", Technometrics 10, 1968).
 *
 * How far the next outlier of a heavy tail lies the sample at hand cannot tell: resampled it is one that it holds, fresh data brings one
 * that is farther out. Distances between winsorised samples do not depend on it.
 */
#ifndef DW_STATS_WINSOR_H
#define DW_STATS_WINSOR_H

#include "stats/samples/sample.h"

/* low: a 40th of the values, and at least 5, are at most that; high: as many are at least that. Of a sample that has one value only up to
 * there fewer, so that low < high unless all values are one. */
typedef struct dw_winsor {
  double low, high;
} dw_winsor;

dw_winsor dw_winsor_of(dw_sorted sample); /* count > 0 */
/* The values as shares of the way from low to high, 0 to 1; room: [sample.count]. low < high. */
dw_sorted dw_winsor_shares(dw_winsor at, dw_sorted sample, double *room);
/* Standard deviation (of the population) of the shares, which is not 0 for those of the sample that the limits are of. */
double dw_winsor_std(dw_sorted shares);

#endif
