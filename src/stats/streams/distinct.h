/* distinct: how many different values there were, in bounded memory, mergeable: HyperLogLog++.
 *
 * Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", AofA 2007; sparse
 * mode by Heule, Nunkesser and Hall, "HyperLogLog in practice", EDBT 2013: up to DW_DISTINCT_SPARSE entries of 25 bits of the hash are kept
 * one by one, so that small counts are nearly exact; then 2^DW_DISTINCT_BITS registers. The estimate is Ertl's ("New cardinality estimation
 * algorithms for HyperLogLog sketches", arXiv:1702.01284, 2017, improved raw estimator): unbiased over the whole range without tables of
 * measured bias. Relative standard error: 1.04 / sqrt(4096) = 1.6 % in registers, below 0.02 % sparse.
 *
 * Values are hashed with a key that is the same everywhere (base/digest.h, 64 bits), so that what different machines counted can be merged:
 * whoever knows it can choose values that spoil the estimate of his own data, and nothing else. The result depends on the set of values
 * alone: not on order, repeats, split or nesting of merges.
 */
#ifndef DW_STATS_DISTINCT_H
#define DW_STATS_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
  DW_DISTINCT_BITS = 12, /* of the hash that choose a register */
  DW_DISTINCT_REGISTERS = 1 << DW_DISTINCT_BITS,
  DW_DISTINCT_SPARSE = 768, /* entries: as many bytes as the registers take in a document */
  DW_DISTINCT_PENDING = 256
};

typedef struct dw_distinct {
  uint8_t *reg;     /* [DW_DISTINCT_REGISTERS]; NULL: sparse */
  uint32_t *sparse; /* [sparse_count] ascending, all of different places: place of 25 bits << 6 | rank of what is behind them */
  size_t sparse_count, sparse_capacity;
  uint32_t pending[DW_DISTINCT_PENDING]; /* entries that are not yet in order */
  size_t pending_count;
} dw_distinct;

/* {0} is an empty one. */
void dw_distinct_free(dw_distinct *distinct);
void dw_distinct_add_hash(dw_distinct *distinct, uint64_t hash);
void dw_distinct_add_number(dw_distinct *distinct, double number); /* finite; minus zero is zero */
void dw_distinct_add_numbers(dw_distinct *distinct, const double *x, size_t n);
void dw_distinct_add_text(dw_distinct *distinct, const char *text, size_t length);
uint64_t dw_distinct_text_hash(const char *text, size_t length);
void dw_distinct_merge(dw_distinct *into, const dw_distinct *from);

double dw_distinct_estimate(dw_distinct *distinct);
size_t dw_distinct_bytes(const dw_distinct *distinct); /* memory held */

/* As bytes: 0 and the sparse entries (4 bytes each, the lowest first), or 1 and the registers (6 bits each, four in three bytes, the lowest
 * bits first). The same set of values is the same bytes. */
void dw_distinct_write(dw_distinct *distinct, dw_buf *out);
bool dw_distinct_read(dw_distinct *distinct, const void *bytes, size_t length); /* into an empty one; false: not such bytes */

#endif
