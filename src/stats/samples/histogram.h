/* histogram: equal-width bins with numpy's edges and counting rules, to the last bit. */
#ifndef DW_STATS_HISTOGRAM_H
#define DW_STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/samples/sample.h"

/* numpy.histogram_bin_edges(x, bins="sturges") for n values from low to high: width = (high - low) / (log2(n) + 1), bins =
 * ceil(range / width), 1 when there is no width; a range of one value is widened by 0.5 on both sides; edge[i] = i * step + low, the last
 * one high. whole_numbers: numpy >= 2 on integer data, where no bin is narrower than 1 (numpy 1 has no such rule: pass false). n is a
 * double as it may be a count of distinct values or a total weight. *edges: bins + 1 values, the caller frees. DW_ENODATA when n < 1, or
 * the range is not finite (it overflows a double). */
dw_status dw_histogram_edges_sturges(double low, double high, double n, bool whole_numbers, double **edges, size_t *bins, dw_err *err);

/* numpy.histogram_bin_edges(x, bins="doane") for n values from low to high of that skewness (g1, biased: dw_moments_skewness; NaN: no
 * spread): Sturges' width made narrower for skewed data (Doane, "Aesthetic frequency classifications", The American Statistician 30, 1976),
 * range / (1 + log2(n) + log2(1 + |g1| / sd(g1))); one bin for fewer than 3 values or without spread. The rest as above. */
dw_status dw_histogram_edges_doane(double low, double high, double n, double skewness, double **edges, size_t *bins, dw_err *err);

/* numpy.linspace edges: bins equal parts of [low, high], edge[i] = i * ((high - low) / bins) + low, the last one high; low == high widened
 * as above. */
dw_status dw_histogram_edges_equal(double low, double high, size_t bins, double **edges, dw_err *err);

/* How much of the sample falls in each bin [edge[i], edge[i+1]), the last one closed; what lies outside counts nowhere. counts: bins
 * entries. */
void dw_histogram_count(dw_sorted sample, const double *edges, size_t bins, uint64_t *counts);

#endif
