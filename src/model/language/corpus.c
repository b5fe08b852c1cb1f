#include "model/language/corpus.h"

#include "base/mem.h"

void dw_corpus_add(dw_corpus *corpus, const char *text, size_t length)
{
  dw_buf_add(&corpus->text, text, length);
  corpus->end = dw_grow(corpus->end, &corpus->capacity, corpus->count + 1, sizeof *corpus->end);
  corpus->end[corpus->count++] = corpus->text.length;
}

void dw_corpus_free(dw_corpus *corpus)
{
  dw_buf_free(&corpus->text);
  dw_free(corpus->end);
  *corpus = (dw_corpus){0};
}
