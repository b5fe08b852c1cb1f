/* label_deals: the answers to one prompt dealt out to two sides again and again, as lanes (lane_counts.h).
 *
 * Lane 0 of the first stretch of lanes is how the answers really lie: the first `reference` of them are the first side. All other lanes are
 * random ways to choose as many, all alike; with blocks, answers of one block keep together (but for one that is cut where the first side
 * is full): answers of a busy endpoint come in runs, and shuffling them one by one would take every run for a change.
 */
#ifndef DW_STATS_LABEL_DEALS_H
#define DW_STATS_LABEL_DEALS_H

#include "base/rng.h"
#include "stats/answers/lane_counts.h"

typedef struct dw_label_deals {
  size_t answers, reference;
  const uint32_t *block; /* [answers] the number of its block: 0, or as the answer before it, or one more; NULL: each is alone */
  dw_rng_key key;
  uint64_t row; /* of the key: one a prompt, so that prompts are dealt independently */
} dw_label_deals;

/* Lanes DW_LANES * stretch and following, out[answers]. */
void dw_label_deals_make(const dw_label_deals *deals, size_t stretch, unsigned threads, dw_lanes *out);

#endif
