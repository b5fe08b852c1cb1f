/* passages: a uniform sample of the texts of a column, for methods that read them.
 *
 *   dw_passages_init(&sample, DW_PASSAGES_BYTES);
 *   dw_passages_add(&sample, text, length);      // every text, in order of arrival
 *   dw_passages_finish(&sample);                 // sample.item[0 .. sample.count) in random order
 *
 * The n-th text gets a random rank that depends on n alone (a counter-based hash); the texts with the smallest ranks are the sample
 * ("bottom k"; Cohen and Kaplan, Summarizing data using bottom-k sketches, PODC 2007). So it is uniform without replacement, and does not
 * depend on threads, on what the texts say, or on how many follow. Finished, the items stand by rank: their order is random, and any prefix
 * is a sample too. A text longer than DW_PASSAGE_LONGEST is cut there, at the border of a character.
 */
#ifndef DW_DATA_PASSAGES_H
#define DW_DATA_PASSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
  DW_PASSAGES_MOST = 10000,    /* texts kept */
  DW_PASSAGE_LONGEST = 4096,   /* bytes of a text kept */
  DW_PASSAGES_BYTES = 16 << 20 /* of text kept, unless the caller says otherwise */
};

typedef struct dw_passage {
  uint64_t rank;       /* random, no two alike */
  uint64_t number;     /* of the text among all, from 0 */
  size_t offset;       /* into dw_passages.text */
  uint32_t length;     /* bytes kept */
  uint32_t characters; /* of the whole text; an ill-formed byte counts as one */
} dw_passage;

typedef struct dw_passages {
  dw_passage *item;
  size_t count, capacity;
  dw_buf text;
  uint64_t seen; /* texts offered */
  uint64_t bar;  /* a rank from here on has no place */
  size_t most;   /* texts */
  size_t bytes;  /* of text, at most, once trimmed: the texts of smallest rank that fit */
} dw_passages;

void dw_passages_init(dw_passages *passages, size_t bytes);
void dw_passages_shrink(dw_passages *passages); /* to half as many texts and bytes, from now on */
void dw_passages_finish(dw_passages *passages); /* trims and sorts by rank */
size_t dw_passages_memory(const dw_passages *passages);
void dw_passages_free(dw_passages *passages);

/* splitmix64 of the number (Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014), a bijection: no two ranks
 * are equal. Philox would do, but this is asked of every string of every endless column. */
static inline uint64_t dw_passage_rank(uint64_t number)
{
  uint64_t z = UINT64_C(0x64772d7465787473) + number * UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void dw_passages_take(dw_passages *passages, uint64_t rank, uint64_t number, const char *text, size_t length);

/* One more text. Of a long stream most have too large a rank, and cost a comparison. */
static inline void dw_passages_add(dw_passages *passages, const char *text, size_t length)
{
  uint64_t number = passages->seen++, rank = dw_passage_rank(number);
  if (rank < passages->bar) dw_passages_take(passages, rank, number, text, length);
}

static inline const char *dw_passage_text(const dw_passages *passages, size_t index)
{
  return passages->text.data ? passages->text.data + passages->item[index].offset : ""; /* no data: all of them are empty */
}

#endif
