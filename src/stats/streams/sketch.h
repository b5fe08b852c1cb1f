/* sketch: the distribution of any number of values in bounded memory: mergeable, deterministic, with a rank error that is known at
 * any time, not only bounded in advance.
 *
 * Buffers of up to k values, one a level; a value at level h stands for 2^h. A full level is sorted and every second value moves up
 * (compaction: Manku, Rajagopalan and Lindsay, "Approximate medians and other quantiles in one pass and with limited memory",
 * SIGMOD 1998; Karnin, Lang and Liberty, "Optimal quantile approximation in streams", FOCS 2016). KLL chooses odd or even by a
 * coin and is right with high probability; here they take turns, so that of two compactions at a level one can only raise an estimated rank
 * and the next only lower it, and both sums are kept: rank_error is a bound that always holds. It grows as log2(n / k) / (2 k):
 *
 *   k         n = 1e6    n = 1e8    memory at n = 1e8
 *   1024      0.5 %      0.9 %      140 kB
 *   4096      0.1 %      0.2 %      500 kB
 *   32768     0.009 %    0.02 %     3.3 MB
 *
 * Up to k values nothing is lost and the error is 0. The same values in the same order and split give the same sketch on every machine.
 */
#ifndef DW_STATS_SKETCH_H
#define DW_STATS_SKETCH_H

#include <stddef.h>
#include <stdint.h>

#include "stats/samples/sample.h"

enum { DW_SKETCH_LEVELS = 56 };

typedef struct dw_sketch_level {
  double *value; /* count values, in no order at level 0, in ascending runs above */
  size_t count, capacity;
  unsigned turn; /* which half the next compaction keeps */
} dw_sketch_level;

typedef struct dw_sketch {
  size_t k;
  uint64_t count; /* values added, merged ones included */
  double min, max;
  uint64_t raised, lowered; /* by how much an estimated rank can be too high, and too low */
  unsigned levels;
  dw_sketch_level level[DW_SKETCH_LEVELS];
} dw_sketch;

void dw_sketch_init(dw_sketch *sketch, size_t k); /* k >= 8, rounded up to an even number */
void dw_sketch_reset(dw_sketch *sketch);          /* as after init, memory kept */
void dw_sketch_free(dw_sketch *sketch);
void dw_sketch_add(dw_sketch *sketch, double x); /* finite x */
void dw_sketch_add_array(dw_sketch *sketch, const double *x, size_t n);
void dw_sketch_merge(dw_sketch *into, const dw_sketch *from); /* any k on either side; the error bounds add up */

void dw_sketch_fit(dw_sketch *sketch); /* gives back the room that its values do not take: of thousands of sketches that is a lot */

uint64_t dw_sketch_count(const dw_sketch *sketch);
double dw_sketch_min(const dw_sketch *sketch); /* exact; +infinity when empty */
double dw_sketch_max(const dw_sketch *sketch); /* exact; -infinity when empty */
/* No rank (count of values <= x) taken from the sketch is off by more than this share of count. 0: exact. */
double dw_sketch_rank_error(const dw_sketch *sketch);
size_t dw_sketch_bytes(const dw_sketch *sketch); /* memory held */

/* One value that counts for `weight`: it stands at one level for each bit that is set. */
void dw_sketch_add_weighted(dw_sketch *sketch, double x, uint64_t weight);
/* A k for which n values cost at most half of `error` (a share of n) up to n = 2^32 k. */
size_t dw_sketch_size_for(double error);
/* As few values as an error of `error` leaves room for: half of what is left of it may be spent, so that it holds however often a sketch is
 * merged and reduced again. A reduced sketch goes on as any other. What remains stands at one level, but for fewer than 64. */
void dw_sketch_reduce(dw_sketch *sketch, double error);
/* value[0..n), ascending, become level h; min, max, raised and lowered are the caller's. */
void dw_sketch_set_level(dw_sketch *sketch, unsigned h, const double *value, size_t n);
void dw_sketch_sort_level(dw_sketch *sketch, unsigned h); /* ascending */
/* The next compaction of each level goes the way that keeps the two sums even: for a sketch that comes out of a document. */
void dw_sketch_balance(dw_sketch *sketch);

/* The sketch as a weighted sample whose total is count and whose ends are the exact minimum and maximum. The caller frees *value and
 * *weight with dw_free after its last use of the sample. */
dw_sorted dw_sketch_to_sorted(const dw_sketch *sketch, double **value, uint64_t **weight);

#endif
