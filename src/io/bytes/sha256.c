#include "io/bytes/sha256.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { SHA_BLOCK = 64, SHA_LENGTH = 8, SHA_ROUNDS = 64 };

struct dw_sha256_parts {
  uint32_t sum[8];
  uint64_t length; /* bytes until now; those of them that fill no block yet stand in block */
  unsigned char block[SHA_BLOCK];
};

/* FIPS 180-4, 4.2.2 and 5.3.3: the first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots
 * of the first 8. */
static const uint32_t sha_k[SHA_ROUNDS] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
                                           0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
                                           0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
                                           0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
                                           0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
                                           0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
                                           0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
                                           0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t sha_first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static inline uint32_t turn(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

/* A step of 6.2.2 whose variables change places instead of values: after eight of them each is where it was. */
static inline void sha_step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g, uint32_t *h, uint32_t word)
{
  uint32_t first = *h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + word;
  *d += first;
  *h = first + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static void sha_block(uint32_t sum[8], const unsigned char *bytes)
{
  uint32_t w[SHA_ROUNDS];
  for (int t = 0; t < 16; t++, bytes += 4) w[t] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  for (int t = 16; t < SHA_ROUNDS; t++) {
    uint32_t low = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ w[t - 15] >> 3,
             high = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = high + w[t - 7] + low + w[t - 16];
  }
  uint32_t a = sum[0], b = sum[1], c = sum[2], d = sum[3], e = sum[4], f = sum[5], g = sum[6], h = sum[7];
  for (int t = 0; t < SHA_ROUNDS; t += 8) {
    sha_step(a, b, c, &d, e, f, g, &h, sha_k[t] + w[t]);
    sha_step(h, a, b, &c, d, e, f, &g, sha_k[t + 1] + w[t + 1]);
    sha_step(g, h, a, &b, c, d, e, &f, sha_k[t + 2] + w[t + 2]);
    sha_step(f, g, h, &a, b, c, d, &e, sha_k[t + 3] + w[t + 3]);
    sha_step(e, f, g, &h, a, b, c, &d, sha_k[t + 4] + w[t + 4]);
    sha_step(d, e, f, &g, h, a, b, &c, sha_k[t + 5] + w[t + 5]);
    sha_step(c, d, e, &f, g, h, a, &b, sha_k[t + 6] + w[t + 6]);
    sha_step(b, c, d, &e, f, g, h, &a, sha_k[t + 7] + w[t + 7]);
  }
  uint32_t end[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++) sum[i] += end[i];
}

dw_sha256_parts *dw_sha256_begin(void)
{
  dw_sha256_parts *parts = dw_alloc(sizeof *parts);
  memcpy(parts->sum, sha_first, sizeof parts->sum);
  parts->length = 0;
  return parts;
}

void dw_sha256_add(dw_sha256_parts *parts, const void *bytes, size_t length)
{
  const unsigned char *at = bytes;
  size_t held = parts->length % SHA_BLOCK;
  if (!length) return;
  parts->length += length;
  if (held) {
    size_t take = length < SHA_BLOCK - held ? length : SHA_BLOCK - held;
    memcpy(parts->block + held, at, take);
    if (held + take < SHA_BLOCK) return;
    sha_block(parts->sum, parts->block);
    at += take;
    length -= take;
  }
  for (; length >= SHA_BLOCK; at += SHA_BLOCK, length -= SHA_BLOCK) sha_block(parts->sum, at);
  if (length) memcpy(parts->block, at, length);
}

/* 5.1.1: a bit 1, zeros, and the number of bits in the last 8 bytes of a block. */
static void sha_pad(dw_sha256_parts *parts)
{
  static const unsigned char one = 0x80, zeros[SHA_BLOCK];
  uint64_t bits = parts->length * 8;
  unsigned char number[SHA_LENGTH];
  for (int i = 0; i < SHA_LENGTH; i++) number[i] = (unsigned char)(bits >> (56 - 8 * i));
  dw_sha256_add(parts, &one, 1);
  dw_sha256_add(parts, zeros, (2 * SHA_BLOCK - SHA_LENGTH - parts->length % SHA_BLOCK) % SHA_BLOCK);
  dw_sha256_add(parts, number, sizeof number);
}

void dw_sha256_end(dw_sha256_parts *parts, char out[DW_SHA256 + 1])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[DW_SHA256_BYTES];
  dw_sha256_end_bytes(parts, digest);
  for (size_t i = 0; i < sizeof digest; i++) {
    *out++ = digits[digest[i] >> 4];
    *out++ = digits[digest[i] & 15];
  }
  *out = '\0';
}

void dw_sha256_end_bytes(dw_sha256_parts *parts, unsigned char out[DW_SHA256_BYTES])
{
  sha_pad(parts);
  for (int i = 0; i < DW_SHA256_BYTES; i++) out[i] = (unsigned char)(parts->sum[i / 4] >> (24 - 8 * (i % 4)));
  dw_free(parts);
}

void dw_sha256(const void *bytes, size_t length, char out[DW_SHA256 + 1])
{
  dw_sha256_parts *parts = dw_sha256_begin();
  dw_sha256_add(parts, bytes, length);
  dw_sha256_end(parts, out);
}
