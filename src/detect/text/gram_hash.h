/* gram_hash: the characters of a text as n-grams see them, and the n-grams hashed. */
#ifndef DW_DETECT_GRAM_HASH_H
#define DW_DETECT_GRAM_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { DW_GRAM_SHORTEST = 3, DW_GRAM_LONGEST = 5 };

/* Lower-cased, each stretch of white space and each end one blank. out[most + 2]: characters beyond about `most` are not read. */
size_t dw_gram_characters(const char *text, size_t length, size_t most, uint32_t *out);

/* Of the n-gram that is one character longer than the one of `hash` (0: of none); not yet spread evenly over its bits. */
static inline uint64_t dw_gram_grow(uint64_t hash, uint32_t character)
{
  hash = (hash ^ character) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 32;
}

/* The same, spread: its upper bits say where the n-gram goes. */
static inline uint64_t dw_gram_spread(uint64_t hash) { return hash * UINT64_C(0xbf58476d1ce4e5b9); }

#endif
