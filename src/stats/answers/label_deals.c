#include "stats/answers/label_deals.h"

#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

typedef struct dealing {
  const dw_label_deals *deals;
  const uint32_t *begin; /* [blocks + 1]: where blocks begin */
  size_t blocks, stretch;
  uint32_t *order; /* [threads][blocks] */
  dw_lanes *out;
} dealing;

/* The blocks in a random order until the side is full. */
static void deal_lane(const dealing *d, size_t lane, uint32_t *order)
{
  const dw_label_deals *deals = d->deals;
  uint64_t bit = UINT64_C(1) << lane % 64;
  size_t word = lane / 64, left = deals->reference;
  if (lane == 0 && d->stretch == 0) {
    for (size_t i = 0; i < left; i++) d->out[i].word[word] |= bit;
    return;
  }
  dw_rng rng;
  dw_rng_start(&rng, deals->key, deals->row, (uint32_t)(d->stretch * DW_LANES + lane));
  for (size_t k = 0; k < d->blocks; k++) order[k] = (uint32_t)k;
  for (size_t k = 0; left; k++) {
    size_t other = k + (size_t)dw_rng_below(&rng, d->blocks - k);
    uint32_t block = order[other];
    order[other] = order[k];
    for (uint32_t i = d->begin[block]; i < d->begin[block + 1] && left; i++, left--) d->out[i].word[word] |= bit;
  }
}

/* A word of lanes, which nobody else writes. */
static void deal_word(void *context, size_t word, unsigned thread)
{
  const dealing *d = context;
  for (size_t lane = 64 * word; lane < 64 * word + 64; lane++) deal_lane(d, lane, d->order + thread * d->blocks);
}

void dw_label_deals_make(const dw_label_deals *deals, size_t stretch, unsigned threads, dw_lanes *out)
{
  uint32_t *begin = dw_alloc_array(deals->answers + 1, sizeof *begin);
  size_t blocks = 0;
  for (size_t i = 0; i < deals->answers; i++) {
    if (i == 0 || !deals->block || deals->block[i] != deals->block[i - 1]) begin[blocks++] = (uint32_t)i;
  }
  begin[blocks] = (uint32_t)deals->answers;
  if (!threads) threads = dw_cores();
  dealing d = {deals, begin, blocks, stretch, dw_alloc_array(threads * blocks + 1, sizeof(uint32_t)), out};
  memset(out, 0, deals->answers * sizeof *out);
  dw_parallel(threads, DW_LANE_WORDS, deal_word, &d);
  dw_free(d.order);
  dw_free(begin);
}
