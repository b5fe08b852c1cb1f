/* describe: numbers that say what a text is like, as columns of their own beside the text (dw-compare --describe).
 *
 * COLUMN.length            characters
 * COLUMN.words             words (data/columns/words.h)
 * COLUMN.sentences         stretches with a word in them that end in . ! ? or at the end
 * COLUMN.non_letter_share  share of its characters that are neither letter nor white space; missing for an empty text
 * COLUMN.refusal           1 when it has a phrase by which a language model declines (data/columns/word_list.h), else 0
 * COLUMN.oov_share         share of its words that the vocabulary does not know; missing without words. The vocabulary is that of half of
 * the reference's sample (data/columns/passages.h), at random; the other half, and the current sample, are judged by it: words taken from
 * the very texts that are judged would all be known, and that alone would look like drift.
 *
 * All but the last are computed from every text as it comes by.
 */
#ifndef DW_DATA_DESCRIBE_H
#define DW_DATA_DESCRIBE_H

#include "data/columns/column.h"
#include "data/columns/word_list.h"

typedef enum dw_description {
  DW_DESCRIBE_LENGTH,
  DW_DESCRIBE_WORDS,
  DW_DESCRIBE_SENTENCES,
  DW_DESCRIBE_NON_LETTERS,
  DW_DESCRIBE_REFUSAL,
  DW_DESCRIPTIONS
} dw_description;

/* All of them; NaN: missing. refusals: phrases of refusals. scratch is replaced. */
void dw_describe_text(const char *text, size_t length, const dw_word_list *refusals, dw_buf *scratch, double out[DW_DESCRIPTIONS]);

/* The columns that describe one column, filled batch by batch. */
typedef struct dw_described {
  uint32_t id; /* the reader's, of the column described */
  dw_column *column[DW_DESCRIPTIONS];
  dw_word_list *refusals;
} dw_described;

void dw_described_init(dw_described *described, uint32_t id, const dw_column *of, bool by_pattern);
void dw_described_add(dw_described *described, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take);
void dw_described_free(dw_described *described);

/* COLUMN.oov_share of both sides, finished, from finished columns; the caller frees them. */
void dw_describe_unknown(const dw_column *reference, const dw_column *current, dw_column *out[2]);

#endif
