/* gram_embedding: a text as 384 numbers, without a model: hashed character n-grams.
 *
 * The text is lower-cased, each stretch of white space and each end one blank; every 3 to 5 characters that stand together are a term. Each
 * term adds 1 or takes it away at one of 384 places, both by its hash (Weinberger, Dasgupta, Langford, Smola and Attenberg, Feature hashing
 * for large scale multitask learning, ICML 2009), so that the scalar product of two texts is that of their terms' counts, give or take
 * collisions; the whole then has length 1. A text with fewer than 3 characters, blanks counted, is one term: no text is without a
 * direction, and an empty one has its own. The first 20,000 characters are read. The same on every machine.
 */
#ifndef DW_CANARY_GRAM_EMBEDDING_H
#define DW_CANARY_GRAM_EMBEDDING_H

#include <stddef.h>

enum { DW_GRAM_EMBEDDING = 384, DW_GRAM_EMBEDDING_CHARACTERS = 20000 };

void dw_gram_embedding(const char *text, size_t length, double out[DW_GRAM_EMBEDDING]);

#endif
