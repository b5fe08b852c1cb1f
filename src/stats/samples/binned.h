/* binned: two samples of numbers seen through the same bins, as shares: what distances between distributions compare.
 *
 * All of these: DW_ENODATA (then *out is empty) when a side is empty, or as said; the caller frees with dw_binned_free.
 */
#ifndef DW_STATS_BINNED_H
#define DW_STATS_BINNED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/samples/sample.h"

typedef struct dw_binned {
  double *p, *q;            /* shares of the reference and of the current side, [count] */
  const double *low, *high; /* the ends of each bin, [count]; equal ones: the bin is that one value. NULL: not numbers */
  double *edges;            /* where they stand */
  size_t count;
} dw_binned;
void dw_binned_free(dw_binned *bins);

/* Bins that hold about an equal share of the reference each. The cuts lie behind its values at the ranks ceil(i n / parts), i = 1 to parts
 * - 1, equal ones once; a value that makes one part of the reference or more, and is there more than once, is a bin by itself, and so ends
 * the ones beside it. Bins reach from one cut, which they do not hold, to the next, which they do; the outer ones have no end, and low and
 * high say how far the values reach. Bins that are empty on both sides are left out. parts >= 2. */
dw_status dw_binned_quantiles(dw_sorted r, dw_sorted c, size_t parts, dw_binned *out, dw_err *err);
/* The same with the cuts that are given, ascending. */
dw_status dw_binned_edges(dw_sorted r, dw_sorted c, const double *edge, size_t count, dw_binned *out, dw_err *err);

/* As Evidently 0.7.21 has them for psi, kl_div and jensenshannon: with more than 20 distinct reference values, Sturges bins over both
 * samples; else one for each distinct pooled value. DW_ENODATA too when the range overflows. whole_numbers: see
 * dw_histogram_edges_sturges (false for parity with numpy 1). */
dw_status dw_binned_evidently(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err);
dw_status dw_binned_sturges(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err);
dw_status dw_binned_distinct(dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err);

#endif
