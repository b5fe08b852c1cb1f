#include "stats/samples/mersenne.h"

enum { WORDS = 624, MIDDLE = 397 };

void dw_mersenne_seed(dw_mersenne *twister, uint32_t seed)
{
  twister->state[0] = seed;
  for (uint32_t i = 1; i < WORDS; i++) twister->state[i] = 1812433253u * (twister->state[i - 1] ^ twister->state[i - 1] >> 30) + i;
  twister->next = WORDS;
}

static void refill(dw_mersenne *twister)
{
  uint32_t *s = twister->state;
  for (unsigned i = 0; i < WORDS; i++) {
    uint32_t y = (s[i] & 0x80000000u) | (s[(i + 1) % WORDS] & 0x7fffffffu);
    s[i] = s[(i + MIDDLE) % WORDS] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
  }
  twister->next = 0;
}

uint32_t dw_mersenne_u32(dw_mersenne *twister)
{
  if (twister->next == WORDS) refill(twister);
  uint32_t y = twister->state[twister->next++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

double dw_mersenne_uniform(dw_mersenne *twister)
{
  uint32_t high = dw_mersenne_u32(twister) >> 5, low = dw_mersenne_u32(twister) >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

uint32_t dw_mersenne_below(dw_mersenne *twister, uint32_t bound)
{
  uint32_t most = bound - 1, mask = most, draw;
  if (most == 0) return 0; /* numpy draws nothing */
  for (int shift = 1; shift <= 16; shift *= 2) mask |= mask >> shift;
  do draw = dw_mersenne_u32(twister) & mask;
  while (draw > most);
  return draw;
}

void dw_mersenne_permutation(dw_mersenne *twister, uint32_t *out, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++) out[i] = i;
  for (uint32_t i = n; i-- > 1;) {
    uint32_t k = dw_mersenne_below(twister, i + 1), swap = out[i];
    out[i] = out[k];
    out[k] = swap;
  }
}
