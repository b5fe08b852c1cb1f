/* baseline: a reference sample made ready once, then compared with many chunks, as NannyML 0.13 compares them (driftwatch-methods(7),
 * PRESETS).
 *
 *   dw_baseline baseline;
 *   dw_baseline_init(&baseline, reference);
 *   for each chunk: double d = dw_baseline_ks(&baseline, chunk); …
 *   dw_baseline_free(&baseline);
 *
 * A reference of 10,000 values or more is seen through 10,000 equal bins from its least to its greatest value by ks and wasserstein; a
 * smaller one exactly. jensenshannon and hellinger see both sides through Doane's bins of the reference, and what a chunk has outside of
 * them as one more bin.
 */
#ifndef DW_STATS_BASELINE_H
#define DW_STATS_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "stats/samples/sample.h"

enum { DW_BASELINE_FINE = 10000 };

typedef struct dw_baseline {
  dw_sorted reference;             /* the caller's; must outlive this */
  double *fine_edges, *fine_share; /* [FINE + 1], [FINE]: cumulative share up to each bin's end; NULL: exact */
  double *edges, *share;           /* Doane: [bins + 1], [bins] */
  size_t bins;                     /* 0: there are none (no value, or a range that overflows) */
} dw_baseline;

void dw_baseline_init(dw_baseline *baseline, dw_sorted reference);
void dw_baseline_free(dw_baseline *baseline);

/* NaN when a side is empty, or there are no bins. */
double dw_baseline_ks(const dw_baseline *baseline, dw_sorted chunk);
/* In the unit of the values. Seen through bins, the chunk's cumulative share counts one value more when some lie below the reference's
 * least, as NannyML's does: 1 / count too much. */
double dw_baseline_wasserstein(const dw_baseline *baseline, dw_sorted chunk);
double dw_baseline_jensenshannon(const dw_baseline *baseline, dw_sorted chunk); /* the distance, base 2: 0 to 1 */
double dw_baseline_hellinger(const dw_baseline *baseline, dw_sorted chunk);     /* 0 to 1 */

/* The same two on counts by category; what a chunk has in categories that the reference has not (its count there is 0) is one bin. */
double dw_baseline_jensenshannon_counts(const uint64_t *reference, const uint64_t *chunk, size_t categories);
double dw_baseline_hellinger_counts(const uint64_t *reference, const uint64_t *chunk, size_t categories);

#endif
