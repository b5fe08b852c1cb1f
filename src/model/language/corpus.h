/* corpus: documents to train a language model on, one behind the other. */
#ifndef DW_MODEL_CORPUS_H
#define DW_MODEL_CORPUS_H

#include <stddef.h>

#include "base/str.h"

/* {0} is an empty one. */
typedef struct dw_corpus {
  dw_buf text;
  size_t *end; /* [count] of each document, in text */
  size_t count, capacity;
} dw_corpus;

void dw_corpus_add(dw_corpus *corpus, const char *text, size_t length); /* copied; an empty document is one */
void dw_corpus_free(dw_corpus *corpus);

static inline const char *dw_corpus_document(const dw_corpus *corpus, size_t i, size_t *length)
{
  size_t from = i ? corpus->end[i - 1] : 0;
  *length = corpus->end[i] - from;
  return corpus->text.data ? corpus->text.data + from : "";
}

#endif
