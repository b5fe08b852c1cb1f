/* text_case: texts made up from a seed, for the tests of text methods. */
#ifndef DW_TESTS_TEXT_CASE_H
#define DW_TESTS_TEXT_CASE_H

#include "data/columns/passages.h"
#include "golden.h"

/* A sentence of 5 to 14 words of 300; about one text in `rarity` (0: none) ends with the phrase. */
static inline size_t text_case(char out[256], uint64_t seed, uint64_t number, uint64_t rarity, const char *phrase)
{
  uint64_t draw = 100 * number;
  size_t used = 0, words = 5 + golden_bits(seed, draw++) % 10;
  for (size_t i = 0; i < words; i++) {
    double u = golden_uniform(seed, draw++);
    uint64_t word = (uint64_t)(300 * u * u); /* small numbers are frequent */
    if (i) out[used++] = ' ';
    for (uint64_t k = 0; k < 2 + word % 6; k++) out[used++] = "etaoinshrdlu"[golden_bits(77, 10 * word + k) % 12];
  }
  if (rarity && golden_bits(seed, draw++) % rarity == 0) used += (size_t)snprintf(out + used, 256 - used, " %s", phrase);
  return used;
}

static inline void text_case_passages(dw_passages *p, uint64_t seed, size_t n, uint64_t rarity, const char *phrase)
{
  char text[256];
  dw_passages_init(p, DW_PASSAGES_BYTES);
  for (size_t i = 0; i < n; i++) {
    size_t length = text_case(text, seed, i, rarity, phrase);
    dw_passages_add(p, text, length);
  }
  dw_passages_finish(p);
}

#endif
