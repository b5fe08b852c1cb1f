/* siphash: SipHash (Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012), the hash of every table that holds input.
 *
 * Who writes the input of a table chooses its keys. With a hash that everybody can compute he also chooses where they fall, and twenty
 * thousand keys in one chain cost minutes. SipHash mixes in a key of 128 bits; whoever does not know it cannot tell which texts collide.
 * SipHash-1-3 (one round a word, three at the end) is what the tables of Rust, Python and Ruby use; 2-4 is the authors' conservative
 * choice, here because their published vectors are of it: the same code with other numbers.
 *
 *     uint64_t hash = dw_siphash(dw_siphash_process_key(), text, length, 1, 3);
 *
 * No result may depend on the hash: an order that is seen comes from the input or from sorting. What is drawn reproducibly (held-out rows,
 * streams of random numbers) uses dw_rng_hash, which has no key and belongs in no table.
 */
#ifndef DW_BASE_SIPHASH_H
#define DW_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/word.h"

typedef struct dw_siphash_key {
  uint64_t word[2]; /* k0, k1 of the paper: the 16 bytes of the key, little-endian */
} dw_siphash_key;

/* The key of this process: drawn from the kernel (getrandom, half a microsecond) when it is first asked for, the same from then on. Where
 * the kernel has none to give (a sandbox that forbids the call, the first moments of a boot), from the addresses of this process, its
 * number and the clock: harder to guess than none at all, and no reason to fail, since no result depends on it. DW_HASH_KEY (32 hexadecimal
 * digits) in the environment sets it, so that tests can prove that sentence. Threads may call this. */
dw_siphash_key dw_siphash_process_key(void);

static inline void dw_siphash_round(uint64_t v[4])
{
  v[0] += v[1];
  v[2] += v[3];
  v[1] = (v[1] << 13 | v[1] >> 51) ^ v[0];
  v[3] = (v[3] << 16 | v[3] >> 48) ^ v[2];
  v[0] = v[0] << 32 | v[0] >> 32;
  v[2] += v[1];
  v[0] += v[3];
  v[1] = (v[1] << 17 | v[1] >> 47) ^ v[2];
  v[3] = (v[3] << 21 | v[3] >> 43) ^ v[0];
  v[2] = v[2] << 32 | v[2] >> 32;
}

/* The last length % 8 bytes as the low bytes of a word. Texts of a few bytes are the common case: no loop over bytes. */
static inline uint64_t dw_siphash_rest(const unsigned char *bytes, size_t length)
{
  size_t rest = length & 7;
  if (rest == 0) return 0;
  const unsigned char *p = bytes + (length - rest);
  if (length >= 8) return dw_word_64(bytes + length - 8) >> (64 - 8 * rest);
  if (rest >= 4) return dw_word_32(p) | dw_word_32(p + rest - 4) << (8 * (rest - 4));
  return p[0] | (uint64_t)p[rest >> 1] << (8 * (rest >> 1)) | (uint64_t)p[rest - 1] << (8 * (rest - 1));
}

/* SipHash-C-D: compressions = C rounds a word, finals = D rounds at the end. */
static inline uint64_t dw_siphash(dw_siphash_key key, const void *bytes, size_t length, int compressions, int finals)
{
  const unsigned char *p = bytes;
  uint64_t v[4] = {key.word[0] ^ UINT64_C(0x736f6d6570736575), key.word[1] ^ UINT64_C(0x646f72616e646f6d),
                   key.word[0] ^ UINT64_C(0x6c7967656e657261), key.word[1] ^ UINT64_C(0x7465646279746573)};
  for (size_t at = 0; at + 8 <= length; at += 8) {
    uint64_t word = dw_word_64(p + at);
    v[3] ^= word;
    for (int i = 0; i < compressions; i++) dw_siphash_round(v);
    v[0] ^= word;
  }
  uint64_t last = dw_siphash_rest(p, length) | (uint64_t)length << 56;
  v[3] ^= last;
  for (int i = 0; i < compressions; i++) dw_siphash_round(v);
  v[0] ^= last;
  v[2] ^= 0xff;
  for (int i = 0; i < finals; i++) dw_siphash_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
