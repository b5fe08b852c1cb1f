/* bins: columns of a table as small codes, which tree learners work on: at most 64 bins a column, so that a set of bins is one word.
 *
 * Bin 0 holds the missing cells. Numbers: bins of about equal counts between distinct values (each value its own bin when there are few).
 * Categories: the most frequent 62 have a bin each, the others share the last one. Nothing here looks at labels.
 */
#ifndef DW_STATS_BINS_H
#define DW_STATS_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_BINS = 64 };

typedef struct dw_bins {
  size_t rows, features;
  uint8_t *bin;      /* [features][rows] */
  uint8_t *count;    /* [features] bins in use, the one of missing cells included: at least 1 */
  bool *categorical; /* [features] bins are in no order */
} dw_bins;

void dw_bins_init(dw_bins *bins, size_t rows, size_t features);
void dw_bins_free(dw_bins *bins);
/* value: [rows], NaN: missing. */
void dw_bins_numbers(dw_bins *bins, size_t feature, const double *value);
/* code: [rows], 0: missing, else 1 to categories. Equally frequent ones: the smaller code first. */
void dw_bins_categories(dw_bins *bins, size_t feature, const uint32_t *code, size_t categories);

/* order[k]: the index of the k-th largest of n counts, equal ones in the order of their indices. */
void dw_order_by_count(const size_t *count, size_t n, uint32_t *order);

#endif
