#include "base/rng.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && !defined(DW_PORTABLE)
#include <immintrin.h>
#endif

#include "base/wide.h"
#include "base/word.h"

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

void dw_rng_start(dw_rng *rng, dw_rng_key key, uint64_t row, uint32_t stream)
{
  rng->key = key; /* the words are not there yet */
  rng->row = row;
  rng->stream = stream;
  rng->draw = rng->at = rng->end = 0;
}

void dw_rng_skip(dw_rng *rng, uint32_t draw)
{
  rng->draw = draw;
  rng->at = rng->end = 0;
}

/* Blocks draw .. draw + BLOCKS: a block's rounds wait for one another, and those of several fill the waiting. */
static void blocks_ahead(const dw_rng *rng, uint32_t *out)
{
  enum { BLOCKS = DW_RNG_AHEAD };
  uint32_t c[4][BLOCKS], k0 = rng->key.word[0], k1 = rng->key.word[1];
  for (int i = 0; i < BLOCKS; i++) {
    c[0][i] = (uint32_t)rng->row;
    c[1][i] = (uint32_t)(rng->row >> 32);
    c[2][i] = rng->stream;
    c[3][i] = rng->draw + (uint32_t)i;
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BLOCKS; i++) {
      uint64_t p0 = (uint64_t)c[0][i] * 0xd2511f53u, p1 = (uint64_t)c[2][i] * 0xcd9e8d57u;
      c[0][i] = (uint32_t)(p1 >> 32) ^ c[1][i] ^ k0;
      c[1][i] = (uint32_t)p1;
      c[2][i] = (uint32_t)(p0 >> 32) ^ c[3][i] ^ k1;
      c[3][i] = (uint32_t)p0;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  for (int i = 0; i < BLOCKS; i++)
    for (int w = 0; w < 4; w++) out[4 * i + w] = c[w][i];
}

/* Where the processor has AVX2, four blocks stand side by side, each word in the low half of a lane of 64 bits: a multiplication looks at
 * no more, and what a round leaves in the high half need not be cleared. A build with -DDW_PORTABLE has none of this. */
#if defined(__x86_64__) && !defined(DW_PORTABLE)
#define WIDE __attribute__((target("avx2")))

WIDE static inline __m256i low_halves(__m256i even, __m256i odd) { return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa); }

typedef struct lanes {
  __m256i word[4];
} lanes;

enum { LANES = 4, GROUPS = DW_RNG_AHEAD / LANES };

WIDE static void rounds_wide(dw_rng_key key, lanes *c)
{
  const __m256i m0 = _mm256_set1_epi64x(0xd2511f53), m1 = _mm256_set1_epi64x(0xcd9e8d57);
  uint32_t k0 = key.word[0], k1 = key.word[1];
  for (int round = 0; round < 10; round++) {
    const __m256i key0 = _mm256_set1_epi32((int)k0), key1 = _mm256_set1_epi32((int)k1);
    for (int g = 0; g < GROUPS; g++) {
      __m256i *w = c[g].word, p0 = _mm256_mul_epu32(w[0], m0), p1 = _mm256_mul_epu32(w[2], m1);
      w[0] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), w[1]), key0);
      w[1] = p1;
      w[2] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), w[3]), key1);
      w[3] = p0;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

WIDE static void blocks_wide(const dw_rng *rng, uint32_t *out)
{
  lanes c[GROUPS];
  for (uint32_t g = 0; g < GROUPS; g++) {
    uint32_t draw = rng->draw + LANES * g;
    c[g].word[0] = _mm256_set1_epi64x((long long)(uint32_t)rng->row);
    c[g].word[1] = _mm256_set1_epi64x((long long)(rng->row >> 32));
    c[g].word[2] = _mm256_set1_epi64x((long long)rng->stream);
    c[g].word[3] = _mm256_setr_epi32((int)draw, 0, (int)(draw + 1), 0, (int)(draw + 2), 0, (int)(draw + 3), 0);
  }
  rounds_wide(rng->key, c);
  for (int g = 0; g < GROUPS; g++) {
    const __m256i *w = c[g].word, first = low_halves(w[0], w[1]), second = low_halves(w[2], w[3]);
    __m256i even = _mm256_unpacklo_epi64(first, second), odd = _mm256_unpackhi_epi64(first, second); /* blocks 0 and 2, 1 and 3 */
    __m256i *to = (__m256i *)(void *)(out + 4 * LANES * g);
    _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
  }
}

WIDE static void rows_wide(dw_rng_key key, uint64_t row, uint64_t *out)
{
  lanes c[GROUPS];
  for (uint32_t g = 0; g < GROUPS; g++) {
    __m256i rows = _mm256_add_epi64(_mm256_set1_epi64x((long long)(row + LANES * g)), _mm256_setr_epi64x(0, 1, 2, 3));
    c[g].word[0] = rows;
    c[g].word[1] = _mm256_srli_epi64(rows, 32);
    c[g].word[2] = c[g].word[3] = _mm256_setzero_si256();
  }
  rounds_wide(key, c);
  for (int g = 0; g < GROUPS; g++) _mm256_storeu_si256((__m256i *)(void *)(out + LANES * g), low_halves(c[g].word[1], c[g].word[0]));
}
static bool wide(void) { return __builtin_cpu_supports("avx2"); }
#else
static void blocks_wide(const dw_rng *rng, uint32_t *out) { blocks_ahead(rng, out); }
static void rows_wide(dw_rng_key key, uint64_t row, uint64_t *out) {}
static bool wide(void) { return false; }
#endif

void dw_rng_rows(dw_rng_key key, uint64_t row, size_t count, uint64_t *out)
{
  uint32_t word[4];
  size_t i = 0;
  for (; wide() && i + DW_RNG_AHEAD <= count; i += DW_RNG_AHEAD) rows_wide(key, row + i, out + i);
  for (; i < count; i++) {
    dw_rng_block(key, row + i, 0, 0, word);
    out[i] = (uint64_t)word[0] << 32 | word[1];
  }
}

/* Whoever has used up two blocks will probably use more. */
void dw_rng_refill(dw_rng *rng)
{
  bool one = rng->draw < 2;
  if (one) dw_rng_block(rng->key, rng->row, rng->stream, rng->draw, rng->word);
  else if (wide()) blocks_wide(rng, rng->word);
  else blocks_ahead(rng, rng->word);
  rng->draw += one ? 1 : DW_RNG_AHEAD;
  rng->end = one ? 4 : 4 * DW_RNG_AHEAD;
  rng->at = 0;
}

/* The middles of 2^52 equal parts of (0, 1): odd multiples of 2^-53, each exact. */
double dw_rng_uniform(dw_rng *rng) { return ((double)(dw_rng_u64(rng) >> 12) + 0.5) * 0x1p-52; }

/* Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): the high word of a product, rejecting the few
 * low words that would make some results more likely. */
uint64_t dw_rng_below(dw_rng *rng, uint64_t bound)
{
  assert(bound > 0);
  dw_wide product = (dw_wide)dw_rng_u64(rng) * bound;
  if ((uint64_t)product < bound) {
    uint64_t least = -bound % bound; /* 2^64 mod bound */
    while ((uint64_t)product < least) product = (dw_wide)dw_rng_u64(rng) * bound;
  }
  return (uint64_t)(product >> 64);
}

/* Of the multiply-fold family (wyhash, rapidhash): a 64 x 64 -> 128 bit product mixes every input bit into both halves, and the halves are
 * folded together. The constants are digits of pi. Its values decide what dw-gen draws and which rows are held out: they stay as they are.
 */
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
  dw_wide product = (dw_wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a ^ b;
}

/* What lies there as it is, for words; for bytes the same word on every machine. */
static inline uint64_t taken(const unsigned char *p, bool words)
{
  uint64_t word = dw_word_64(p);
  return words ? dw_word_little(word) : word;
}

static inline __attribute__((always_inline)) uint64_t hash(const unsigned char *p, size_t length, bool words)
{
  uint64_t seed = PI_6 ^ length * PI_7;
  uint64_t a = 0, b = 0; /* the last 16 bytes, or all of them */
  if (length <= 16) {
    if (length >= 8) {
      a = taken(p, words);
      b = taken(p + length - 8, words);
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
        seed = fold(taken(p, words) ^ PI_2, taken(p + 8, words) ^ seed);
        second = fold(taken(p + 16, words) ^ PI_3, taken(p + 24, words) ^ second);
        third = fold(taken(p + 32, words) ^ PI_4, taken(p + 40, words) ^ third);
        fourth = fold(taken(p + 48, words) ^ PI_5, taken(p + 56, words) ^ fourth);
        p += 64;
        left -= 64;
      } while (left > 64);
      seed = fold(seed ^ PI_2, second) ^ fold(third ^ PI_3, fourth);
    }
    while (left > 16) {
      seed = fold(taken(p, words) ^ PI_2, taken(p + 8, words) ^ seed);
      p += 16;
      left -= 16;
    }
    a = taken(p + left - 16, words);
    b = taken(p + left - 8, words);
  }
  return fold(fold(a ^ PI_0, b ^ seed) ^ PI_1, seed ^ PI_4);
}

uint64_t dw_rng_hash(const void *bytes, size_t length) { return hash(bytes, length, false); }
uint64_t dw_rng_hash_words(const uint64_t *words, size_t count) { return hash((const unsigned char *)words, count * sizeof *words, true); }
