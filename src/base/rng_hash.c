#include "base/rng.h"
#include "base/word.h"

/* Of the multiply-fold family (wyhash, rapidhash): a 64 x 64 -> 128 bit product mixes every input bit into both halves, and the halves are
 * folded together. The constants are digits of pi. Its values decide what dw-gen draws and which rows are held out: they stay as they are. */
typedef unsigned __int128 hash_u128;

#define PI_0 UINT64_C(0x243f6a8885a308d3)
#define PI_1 UINT64_C(0x13198a2e03707344)
#define PI_2 UINT64_C(0xa4093822299f31d0)
#define PI_3 UINT64_C(0x082efa98ec4e6c89)
#define PI_4 UINT64_C(0x452821e638d01377)
#define PI_5 UINT64_C(0xbe5466cf34e90c6c)
#define PI_6 UINT64_C(0xc0ac29b7c97c50dd)
#define PI_7 UINT64_C(0x3f84d5b5b5470917)

/* The operands are folded in once more, so that a zero operand does not erase the other one. An operand of 1 does: texts that collide are
 * easily made, which does not matter to a draw and would to a table. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
  hash_u128 product = (hash_u128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a ^ b;
}

uint64_t dw_rng_hash(const void *bytes, size_t length)
{
  const unsigned char *p = bytes;
  uint64_t seed = PI_6 ^ length * PI_7;
  uint64_t a = 0, b = 0; /* the last 16 bytes, or all of them */
  if (length <= 16) {
    if (length >= 8) {
      a = dw_word_64(p);
      b = dw_word_64(p + length - 8);
    } else if (length >= 4) {
      a = dw_word_32(p);
      b = dw_word_32(p + length - 4);
    } else if (length > 0) {
      a = (uint64_t)p[0] << 16 | (uint64_t)p[length >> 1] << 8 | p[length - 1];
    }
  } else {
    size_t left = length;
    if (left > 64) {
      uint64_t second = seed, third = seed ^ PI_0, fourth = seed ^ PI_1;
      do {
        seed = fold(dw_word_64(p) ^ PI_2, dw_word_64(p + 8) ^ seed);
        second = fold(dw_word_64(p + 16) ^ PI_3, dw_word_64(p + 24) ^ second);
        third = fold(dw_word_64(p + 32) ^ PI_4, dw_word_64(p + 40) ^ third);
        fourth = fold(dw_word_64(p + 48) ^ PI_5, dw_word_64(p + 56) ^ fourth);
        p += 64;
        left -= 64;
      } while (left > 64);
      seed = fold(seed ^ PI_2, second) ^ fold(third ^ PI_3, fourth);
    }
    while (left > 16) {
      seed = fold(dw_word_64(p) ^ PI_2, dw_word_64(p + 8) ^ seed);
      p += 16;
      left -= 16;
    }
    a = dw_word_64(p + left - 16);
    b = dw_word_64(p + left - 8);
  }
  return fold(fold(a ^ PI_0, b ^ seed) ^ PI_1, seed ^ PI_4);
}
