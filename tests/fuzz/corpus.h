/* corpus: the inputs of a target's folder, tests/fuzz/corpus/NAME, in the order of their names. */
#ifndef DW_TESTS_CORPUS_H
#define DW_TESTS_CORPUS_H

#include "target.h"

typedef struct fuzz_corpus {
  dw_buf *input;
  char **path;
  size_t count, capacity, path_capacity;
} fuzz_corpus;

void fuzz_corpus_add(fuzz_corpus *corpus, const char *folder); /* the files that it has; a folder that is not there has none */
void fuzz_corpus_free(fuzz_corpus *corpus);

/* A block of just the input's length, for the sanitizer. NULL: nothing is wrong. */
const char *fuzz_corpus_try(const fuzz_target *target, const dw_buf *input);

#endif
