/* word: bytes as little-endian words, and words as such bytes: the same on every machine. */
#ifndef DW_BASE_WORD_H
#define DW_BASE_WORD_H

#include <stdint.h>
#include <string.h>

static inline uint64_t dw_word_64(const unsigned char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline uint64_t dw_word_32(const unsigned char *p)
{
  uint32_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

/* The word whose bytes in memory are those of this one, the lowest first. */
static inline uint64_t dw_word_little(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

#endif
