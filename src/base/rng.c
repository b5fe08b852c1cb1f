#include "base/rng.h"

#include <assert.h>
#include <string.h>

typedef unsigned __int128 rng_u128;

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection, so two seeds never share a key for one purpose. */
static uint64_t rng_mix(uint64_t x)
{
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  return x ^ x >> 31;
}

dw_rng_key dw_rng_derive(uint64_t seed, const char *purpose)
{
  uint64_t x = rng_mix(rng_mix(seed) ^ dw_rng_hash(purpose, strlen(purpose)));
  return (dw_rng_key){{(uint32_t)x, (uint32_t)(x >> 32)}};
}

void dw_rng_block(dw_rng_key key, uint64_t row, uint32_t stream, uint32_t draw, uint32_t out[4])
{
  uint32_t c0 = (uint32_t)row, c1 = (uint32_t)(row >> 32), c2 = stream, c3 = draw;
  uint32_t k0 = key.word[0], k1 = key.word[1];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)c0 * 0xd2511f53u, p1 = (uint64_t)c2 * 0xcd9e8d57u;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9e3779b9u; /* Weyl sequences: the golden ratio and the square root of 3 less 1 */
    k1 += 0xbb67ae85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void dw_rng_start(dw_rng *rng, dw_rng_key key, uint64_t row, uint32_t stream) { *rng = (dw_rng){.key = key, .row = row, .stream = stream}; }

uint32_t dw_rng_u32(dw_rng *rng)
{
  if (rng->left == 0) {
    dw_rng_block(rng->key, rng->row, rng->stream, rng->draw++, rng->word);
    rng->left = 4;
  }
  return rng->word[4 - rng->left--];
}

uint64_t dw_rng_u64(dw_rng *rng)
{
  uint64_t low = dw_rng_u32(rng);
  return low | (uint64_t)dw_rng_u32(rng) << 32;
}

/* The middles of 2^52 equal parts of (0, 1): odd multiples of 2^-53, each exact. */
double dw_rng_uniform(dw_rng *rng) { return ((double)(dw_rng_u64(rng) >> 12) + 0.5) * 0x1p-52; }

/* Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): the high word of a product, rejecting the few
 * low words that would make some results more likely. */
uint64_t dw_rng_below(dw_rng *rng, uint64_t bound)
{
  assert(bound > 0);
  rng_u128 product = (rng_u128)dw_rng_u64(rng) * bound;
  if ((uint64_t)product < bound) {
    uint64_t least = -bound % bound; /* 2^64 mod bound */
    while ((uint64_t)product < least) product = (rng_u128)dw_rng_u64(rng) * bound;
  }
  return (uint64_t)(product >> 64);
}
