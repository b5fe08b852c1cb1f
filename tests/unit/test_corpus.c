#include "model/language/corpus.h"

#include "test.h"

TEST(documents_come_back)
{
  dw_corpus corpus = {0};
  size_t length;
  dw_corpus_add(&corpus, "", 0);
  CHECK(dw_corpus_document(&corpus, 0, &length) && length == 0);
  dw_corpus_add(&corpus, "a\0b", 3);
  dw_corpus_add(&corpus, "", 0);
  for (int i = 0; i < 100; i++) dw_corpus_add(&corpus, "xyz", (size_t)(i % 4));
  CHECK(corpus.count == 103);
  CHECK(memcmp(dw_corpus_document(&corpus, 1, &length), "a\0b", 3) == 0 && length == 3);
  CHECK(dw_corpus_document(&corpus, 2, &length) && length == 0);
  CHECK(memcmp(dw_corpus_document(&corpus, 102, &length), "xyz", 3) == 0 && length == 3);
  dw_corpus_free(&corpus);
  CHECK(!corpus.count && !corpus.end);
  dw_corpus_free(&corpus);
}
