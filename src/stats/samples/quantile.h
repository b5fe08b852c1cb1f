/* quantile: sample quantiles.
 *
 * Type 7 of Hyndman and Fan ("Sample quantiles in statistical packages", The American Statistician 50, 1996), which is numpy's
 * "linear": at position q * (total - 1), interpolated between the two values around it with numpy's formula. A weighted value
 * stands for that many equal ones.
 */
#ifndef DW_STATS_QUANTILE_H
#define DW_STATS_QUANTILE_H

#include <stddef.h>

#include "stats/samples/sample.h"

double dw_quantile(dw_sorted sample, double q); /* 0 <= q <= 1; NaN for an empty sample */
/* Many at once in one walk; q ascending. */
void dw_quantiles(dw_sorted sample, const double *q, size_t count, double *out);

#endif
