#include "canary/answers/gram_embedding.h"

#include <math.h>

#include "base/mem.h"
#include "detect/text/gram_hash.h"

/* 32 bits times 384, for a place; another one for the sign. */
static void add_term(double *out, uint64_t hash)
{
  uint64_t spread = dw_gram_spread(hash);
  out[(spread >> 32) * DW_GRAM_EMBEDDING >> 32] += spread & UINT64_C(1) << 31 ? 1 : -1;
}

void dw_gram_embedding(const char *text, size_t length, double out[DW_GRAM_EMBEDDING])
{
  uint32_t *character = dw_alloc_array(DW_GRAM_EMBEDDING_CHARACTERS + 2, sizeof *character);
  size_t count = dw_gram_characters(text, length, DW_GRAM_EMBEDDING_CHARACTERS, character);
  uint64_t whole = 0;
  double square = 0;
  for (size_t i = 0; i < DW_GRAM_EMBEDDING; i++) out[i] = 0;
  for (size_t i = 0; i + DW_GRAM_SHORTEST <= count; i++) {
    uint64_t hash = 0;
    for (size_t k = 0; k < DW_GRAM_LONGEST && i + k < count; k++) {
      hash = dw_gram_grow(hash, character[i + k]);
      if (k + 1 >= DW_GRAM_SHORTEST) add_term(out, hash);
    }
  }
  for (size_t i = 0; i < DW_GRAM_EMBEDDING; i++) square += out[i] * out[i];
  if (square == 0) { /* too short, or terms that cancel each other out: the text as one term */
    for (size_t i = 0; i < count; i++) whole = dw_gram_grow(whole, character[i]);
    add_term(out, whole);
    square = 1;
  }
  double scale = 1 / sqrt(square);
  for (size_t i = 0; i < DW_GRAM_EMBEDDING; i++) out[i] *= scale;
  dw_free(character);
}
