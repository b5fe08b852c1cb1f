/* rng: counter-based random numbers (Philox4x32-10; Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011).
 *
 * A number is a pure function of (key, row, stream, draw): it does not depend on who computes it, nor on what was computed
 * before. A key comes from the user's seed and a purpose ("dw-gen", "dw-inject"), so that two commands with the same seed are
 * not correlated.
 */
#ifndef DW_BASE_RNG_H
#define DW_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct dw_rng_key {
  uint32_t word[2];
} dw_rng_key;

dw_rng_key dw_rng_derive(uint64_t seed, const char *purpose);

/* A byte string as a number for draws: the stream that belongs to a name, the place of an id between 0 and 2^64. The same on every machine
 * and for ever, so it has no key: whoever chooses the bytes can choose the number. Tables are hashed with base/siphash.h. */
uint64_t dw_rng_hash(const void *bytes, size_t length);
uint64_t dw_rng_hash_words(const uint64_t *words, size_t count); /* of their bytes, the lowest first whatever the machine has */

/* The Philox block for counter {row low, row high, stream, draw}: four independent uniform 32-bit words. */
void dw_rng_block(dw_rng_key key, uint64_t row, uint32_t stream, uint32_t draw, uint32_t out[4]);

/* Of the blocks {row, stream 0, draw 0} of `count` rows in a row the first two words, the first one high. */
void dw_rng_rows(dw_rng_key key, uint64_t row, size_t count, uint64_t *out);

enum { DW_RNG_AHEAD = 8 }; /* blocks that are made at a time, of a long sequence */

/* A sequence: all the numbers of one (row, stream), one after the other, as many as asked for. */
typedef struct dw_rng {
  dw_rng_key key;
  uint64_t row;
  uint32_t stream;
  uint32_t draw;    /* next block */
  uint32_t at, end; /* unused words */
  uint32_t word[4 * DW_RNG_AHEAD];
} dw_rng;

void dw_rng_start(dw_rng *rng, dw_rng_key key, uint64_t row, uint32_t stream);
void dw_rng_skip(dw_rng *rng, uint32_t draw); /* goes on with the first word of this block */
void dw_rng_refill(dw_rng *rng);              /* for the next two: the words are used up */

static inline uint32_t dw_rng_u32(dw_rng *rng)
{
  if (rng->at == rng->end) dw_rng_refill(rng);
  return rng->word[rng->at++];
}

static inline uint64_t dw_rng_u64(dw_rng *rng)
{
  uint64_t low = dw_rng_u32(rng);
  return low | (uint64_t)dw_rng_u32(rng) << 32;
}

double dw_rng_uniform(dw_rng *rng);                 /* in (0, 1), 53 bits, never 0 or 1 */
uint64_t dw_rng_below(dw_rng *rng, uint64_t bound); /* in [0, bound), unbiased (Lemire's method); bound > 0 */

#endif
