#include "base/digest.h"

#include <string.h>

/* Both hashes are of the multiply-fold family (wyhash, rapidhash): a 64 x 64 -> 128 bit product mixes every input bit into both
 * halves, and the halves are folded together. The constants are digits of pi. */
typedef unsigned __int128 digest_u128;

#define PI_0 UINT64_C(0x243f6a8885a308d3)
#define PI_1 UINT64_C(0x13198a2e03707344)
#define PI_2 UINT64_C(0xa4093822299f31d0)
#define PI_3 UINT64_C(0x082efa98ec4e6c89)
#define PI_4 UINT64_C(0x452821e638d01377)
#define PI_5 UINT64_C(0xbe5466cf34e90c6c)
#define PI_6 UINT64_C(0xc0ac29b7c97c50dd)
#define PI_7 UINT64_C(0x3f84d5b5b5470917)

enum { STRIPE = 64 }; /* bytes that the eight lanes take at once */

static inline uint64_t read64(const unsigned char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline uint64_t read32(const unsigned char *p)
{
  uint32_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

/* The operands are folded in once more, so that a zero operand does not erase the other one. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
  digest_u128 product = (digest_u128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a ^ b;
}

uint64_t dw_hash(const void *bytes, size_t length)
{
  const unsigned char *p = bytes;
  uint64_t seed = PI_6 ^ length * PI_7;
  uint64_t a = 0, b = 0; /* the last 16 bytes, or all of them */
  if (length <= 16) {
    if (length >= 8) {
      a = read64(p);
      b = read64(p + length - 8);
    } else if (length >= 4) {
      a = read32(p);
      b = read32(p + length - 4);
    } else if (length > 0) {
      a = (uint64_t)p[0] << 16 | (uint64_t)p[length >> 1] << 8 | p[length - 1];
    }
  } else {
    size_t left = length;
    if (left > 64) {
      uint64_t second = seed, third = seed ^ PI_0, fourth = seed ^ PI_1;
      do {
        seed = fold(read64(p) ^ PI_2, read64(p + 8) ^ seed);
        second = fold(read64(p + 16) ^ PI_3, read64(p + 24) ^ second);
        third = fold(read64(p + 32) ^ PI_4, read64(p + 40) ^ third);
        fourth = fold(read64(p + 48) ^ PI_5, read64(p + 56) ^ fourth);
        p += 64;
        left -= 64;
      } while (left > 64);
      seed = fold(seed ^ PI_2, second) ^ fold(third ^ PI_3, fourth);
    }
    while (left > 16) {
      seed = fold(read64(p) ^ PI_2, read64(p + 8) ^ seed);
      p += 16;
      left -= 16;
    }
    a = read64(p + left - 16);
    b = read64(p + left - 8);
  }
  return fold(fold(a ^ PI_0, b ^ seed) ^ PI_1, seed ^ PI_4);
}

void dw_digest_init(dw_digest *digest) { *digest = (dw_digest){.lane = {PI_0, PI_1, PI_2, PI_3, PI_4, PI_5, PI_6, PI_7}}; }

/* The data words are added crosswise as well, so that nothing is lost when a factor is 0, and each product depends on the state, so that the
 * order of the stripes matters. */
static inline void digest_lanes(uint64_t state[2], const unsigned char *p)
{
  uint64_t first = read64(p), second = read64(p + 8);
  digest_u128 product = (digest_u128)(state[0] ^ first) * (state[1] ^ second);
  state[0] += (uint64_t)product ^ second;
  state[1] += (uint64_t)(product >> 64) ^ first;
}

/* Four independent products a stripe. */
static const unsigned char *digest_stripes(uint64_t lane[8], const unsigned char *p, size_t stripes)
{
  uint64_t state[8]; /* a copy, so that the compiler may keep it in registers */
  memcpy(state, lane, sizeof state);
  for (; stripes; stripes--, p += STRIPE) {
    digest_lanes(state, p);
    digest_lanes(state + 2, p + 16);
    digest_lanes(state + 4, p + 32);
    digest_lanes(state + 6, p + 48);
  }
  memcpy(lane, state, sizeof state);
  return p;
}

void dw_digest_add(dw_digest *digest, const void *bytes, size_t length)
{
  if (length == 0) return;
  const unsigned char *p = bytes;
  size_t held = digest->length % STRIPE;
  digest->length += length;
  if (held) {
    size_t fill = STRIPE - held < length ? STRIPE - held : length;
    memcpy(digest->tail + held, p, fill);
    p += fill;
    length -= fill;
    if (held + fill < STRIPE) return;
    digest_stripes(digest->lane, digest->tail, 1);
  }
  p = digest_stripes(digest->lane, p, length / STRIPE);
  memcpy(digest->tail, p, length % STRIPE);
}

/* Every bit of x changes every bit of the result with probability near 1/2 (the finaliser of MurmurHash3; a bijection). */
static uint64_t avalanche(uint64_t x)
{
  x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
  x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
  return x ^ x >> 33;
}

void dw_digest_text(const dw_digest *digest, char out[33])
{
  uint64_t lane[8];
  memcpy(lane, digest->lane, sizeof lane);
  size_t held = digest->length % STRIPE;
  if (held) { /* padded with zeros; the length below tells them from zeros of the input */
    unsigned char last[STRIPE] = {0};
    memcpy(last, digest->tail, held);
    digest_stripes(lane, last, 1);
  }
  uint64_t a = avalanche(digest->length ^ PI_5), b = avalanche(digest->length ^ PI_2);
  for (int i = 0; i < 8; i++) {
    a = avalanche(a + lane[i]);
    b = avalanche(b ^ lane[7 - i]) + a;
  }
  static const char hex[] = "0123456789abcdef";
  for (int i = 0; i < 16; i++) {
    out[i] = hex[a >> (60 - 4 * i) & 15];
    out[16 + i] = hex[b >> (60 - 4 * i) & 15];
  }
  out[32] = '\0';
}
