/* sort: doubles into ascending order, fast.
 *
 * Large arrays: least-significant-digit radix sort on the order-preserving image of the bits, digits of 11 bits, skipping those
 * that are the same everywhere (whole numbers and narrow ranges skip most). Small ones: insertion into short runs, then merges.
 */
#ifndef DW_STATS_SORT_H
#define DW_STATS_SORT_H

#include <stddef.h>

/* Sorts a[0..n) ascending; minus zeros become zeros. No NaN. scratch: room for n doubles, or NULL to have it allocated for the
 * call. About 15 ns a value at n = 1,000,000. */
void dw_sort_doubles(double *a, size_t n, double *scratch);

#endif
