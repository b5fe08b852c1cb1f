/* lane_counts: many ways to split a group counted at once.
 *
 * A lane is one way to deal answers to two sides, and a row holds one answer in all lanes: the bit of a lane is set where the answer is on
 * the first side. Counting the rows of a group then gives, for each lane, how many of the group are on the first side; counters are kept
 * as bit planes (plane k holds bit k of every lane's count), so that one machine word counts 64 lanes (Harley and Seal's carry-save adders:
 * Warren, "Hacker's Delight", 2nd edition, section 5-1).
 */
#ifndef DW_STATS_LANE_COUNTS_H
#define DW_STATS_LANE_COUNTS_H

#include <stddef.h>
#include <stdint.h>

enum { DW_LANE_WORDS = 16, DW_LANES = 64 * DW_LANE_WORDS };

typedef struct dw_lanes {
  uint64_t word[DW_LANE_WORDS]; /* lane l is bit l % 64 of word l / 64 */
} dw_lanes;

enum { DW_LANE_PLANES = 32 };

typedef struct dw_lane_counts {
  dw_lanes plane[DW_LANE_PLANES];
  unsigned planes; /* those in use */
} dw_lane_counts;

/* Counts rows member[0 .. count), count < 2^32. */
void dw_lane_counts_of(dw_lane_counts *out, const dw_lanes *row, const uint32_t *member, size_t count);
/* sum[l] += count[l]^2; squares below 2^64 together. */
void dw_lane_counts_add_squares(const dw_lane_counts *counts, uint64_t sum[DW_LANES]);

#endif
