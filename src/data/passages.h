/* passages: a uniform sample of the texts of a column, for methods that read them.
 *
 *   dw_passages_init(&sample, DW_PASSAGES_BYTES);
 *   dw_passages_add(&sample, text, length, 1);   // every text, in order of arrival
 *   dw_passages_finish(&sample);                 // sample.item[0 .. sample.count) in random order
 *
 * The n-th text gets a random rank that depends on n alone (Philox); the texts with the smallest ranks are the sample ("bottom k"; Cohen and Kaplan,
 * Summarizing data using bottom-k sketches, PODC 2007). So it is uniform without replacement, and does not depend on threads, on what the texts
 * say, or on how many follow. Finished, the items stand by rank: their order is random, and any prefix is a sample too.
 * A text longer than DW_PASSAGE_LONGEST is cut there, at the border of a character.
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
  uint64_t rank;       /* random; ties are broken by number */
  uint64_t number;     /* of the text among all, from 0 */
  size_t offset;       /* into dw_passages.text */
  uint32_t length;     /* bytes kept */
  uint32_t characters; /* of the whole text; an ill-formed byte counts as one */
} dw_passage;

typedef struct dw_passages {
  dw_passage *item;
  size_t count, capacity;
  dw_buf text;
  uint64_t seen;   /* texts offered */
  uint64_t bar;    /* a rank from here on has no place */
  size_t most;     /* texts */
  size_t bytes;    /* of text, at most, once trimmed: the texts of smallest rank that fit */
} dw_passages;

void dw_passages_init(dw_passages *passages, size_t bytes);
void dw_passages_add(dw_passages *passages, const char *text, size_t length, uint64_t times); /* the same text so many times */
void dw_passages_shrink(dw_passages *passages); /* to half as many texts and bytes, from now on */
void dw_passages_finish(dw_passages *passages); /* trims and sorts by rank */
size_t dw_passages_memory(const dw_passages *passages);
void dw_passages_free(dw_passages *passages);

static inline const char *dw_passage_text(const dw_passages *passages, size_t index) { return passages->text.data + passages->item[index].offset; }

#endif
