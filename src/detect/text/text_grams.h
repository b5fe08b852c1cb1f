/* text_grams: texts as rows of hashed character n-grams, for a classifier.
 *
 * A text is lower-cased, each stretch of white space (and each end) is one blank, and every 3 to 5 characters that stand together, across
 * words too, are a term, hashed into 2^18 buckets (Weinberger, Dasgupta, Langford, Smola and Attenberg, Feature hashing for large scale
 * multitask learning, ICML 2009). A term weighs (1 + ln tf) (1 + ln((1 + N) / (1 + df))), rows have length 1. Terms in one text only, or in
 * all of them, say nothing and are left out.
 */
#ifndef DW_DETECT_TEXT_GRAMS_H
#define DW_DETECT_TEXT_GRAMS_H

#include "data/columns/passages.h"
#include "stats/learners/logistic.h"

enum {
  DW_GRAMS_LONGEST = 2000, /* characters of a text that are read */
  DW_GRAMS_MOST = 4000000  /* characters of a side: of texts so long that this would be passed, fewer are read */
};

/* How many texts of a side are read, from the first on. */
size_t dw_grams_affordable(const dw_passages *passages);

/* The first `reference_count` texts of one side and then `current_count` of the other, as one matrix. Free with dw_grams_free. */
void dw_grams_make(dw_rows *rows, const dw_passages *reference, size_t reference_count, const dw_passages *current, size_t current_count);
void dw_grams_free(dw_rows *rows);

#endif
