/* sort: doubles into ascending order, fast.
 *
 * Large arrays: least-significant-digit radix sort on the order-preserving image of the bits, over the top 33 bits of those
 * that differ anywhere, in digits of 11; the few values that still agree are then put in order among themselves. Small arrays:
 * insertion into short runs, then merges. Numbers of at most four decimals, nearly all in a range of fewer steps than there are numbers
 * (ages, hours, prices), are counted instead, and written anew from their counts. An ascending array costs one look.
 */
#ifndef DW_STATS_SORT_H
#define DW_STATS_SORT_H

#include <stddef.h>

/* Sorts a[0..n) ascending; minus zeros become zeros. No NaN. scratch: room for n doubles, or NULL to have it allocated for the
 * call. About 20 ns a value at n = 1,000,000. */
void dw_sort_doubles(double *a, size_t n, double *scratch);

/* How many of a[0..n), ascending, are less than x: also where x would go. */
static inline size_t dw_sort_below(const double *a, size_t n, double x)
{
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (a[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* The end of the run of values equal to a[from], from < n. A run of r values costs log r, so that a column of few different values costs as
 * many looks as it has values, however many rows. */
size_t dw_sort_run_leap(const double *a, size_t from, size_t n);
static inline size_t dw_sort_run_end(const double *a, size_t from, size_t n)
{
  size_t near = n - from < 4 ? n : from + 4, i = from + 1;
  while (i < near && a[i] == a[from]) i++;
  return i < near || i == n ? i : dw_sort_run_leap(a, i - 1, n);
}

#endif
