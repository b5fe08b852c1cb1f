/* conformal: p-values of values that arrive one after the other, each ranked among all before it, reference included.
 *
 * A p-value is low + theta (high - low) with a theta that is uniform in (0, 1): where the value stands, as an interval of ranks. When
 * reference and arrivals are exchangeable (independent draws from one distribution, say) these p-values are independent and exactly
 * uniform, although all are taken against the same reference: Vovk, Nouretdinov, Gammerman, "Testing exchangeability on-line", ICML 2003.
 * What has arrived is kept as counts by cell, never as data.
 *
 * Numbers: a ladder of some of the reference's order statistics cuts the line into cells. Between the n values lie n + 1 gaps, and the next
 * value falls into each with the same chance; a value that has fallen into a gap makes it two. So the chance of a cell is its number of
 * gaps plus the arrivals in it, over the total: an urn. Equal values are put in order by random numbers, one for each value, which makes
 * ties no exception. Categories: every category is a cell, in an order fixed beforehand (dw_urn with unit 1).
 */
#ifndef DW_STATS_CONFORMAL_H
#define DW_STATS_CONFORMAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "stats/samples/sample.h"

enum { DW_LADDER_RUNGS = 256 };

/* Ascending pairs: the value, and the random number of that value where others equal it. */
typedef struct dw_ladder {
  size_t rungs;
  double value[DW_LADDER_RUNGS], tie[DW_LADDER_RUNGS];
} dw_ladder;

/* At the quantiles i/128 and finer towards both ends. Without weights; cells rungs + 1, gaps[cell]: the gaps of each, count + 1 together.
 */
void dw_ladder_make(dw_ladder *ladder, uint64_t gaps[DW_LADDER_RUNGS + 1], dw_sorted reference, dw_rng *rng);
/* The cell of a value; the generator is asked only when rungs equal it. */
size_t dw_ladder_cell(const dw_ladder *ladder, double value, dw_rng *rng);

/* weight[cell] plus unit is the chance of the cell, over the total plus unit: unit 0 for gaps, 1 for categories (the newcomer belongs to
 * its own). */
typedef struct dw_urn {
  uint64_t *weight;
  uint64_t *sums; /* partial sums by Fenwick's tree */
  uint64_t total;
  size_t cells;
  unsigned unit;
} dw_urn;

void dw_urn_init(dw_urn *urn, const uint64_t *weight, size_t cells, unsigned unit);
void dw_urn_free(dw_urn *urn);
typedef struct dw_ranks {
  double low, high; /* 0 <= low < high <= 1 */
} dw_ranks;

/* An arrival in the cell: (weight below, weight below and of the cell) / total. Then it is one of them. */
dw_ranks dw_urn_add(dw_urn *urn, size_t cell);

/* A random order, so that what comes sorted or grouped arrives as if by chance. */
void dw_shuffle(uint32_t *item, size_t count, dw_rng *rng);

#endif
