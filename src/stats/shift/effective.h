/* effective: counts as a test may take them.
 *
 * Rows that depend on each other in time tell less than as many independent ones: n of them are worth n_effective. Every count that enters
 * a test of this room comes through here, so that the tests know of one thing only, counts of rows that do not depend on each other.
 */
#ifndef DW_STATS_EFFECTIVE_H
#define DW_STATS_EFFECTIVE_H

#include <stddef.h>
#include <stdint.h>

/* How many independent rows the sides are worth; 0, or more than there are: as many as there are. */
typedef struct dw_effective {
  uint64_t reference, current;
} dw_effective;

/* What `total` rows are worth. */
uint64_t dw_effective_count(uint64_t total, uint64_t effective);

/* The counts of cells that add up to `total`, scaled so that they add up to dw_effective_count(total, effective): sums from the first cell
 * on are rounded down to whole rows, so that the share of any run of cells moves by less than one row. out may be count. */
void dw_effective_counts(const uint64_t *count, size_t cells, uint64_t total, uint64_t effective, uint64_t *out);

#endif
