#include "corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void add_file(fuzz_corpus *corpus, const char *path)
{
  FILE *file = fopen(path, "rb");
  dw_buf text = {0};
  if (!file) return;
  for (size_t n; (n = fread(dw_buf_room(&text, 65536), 1, 65536, file)) > 0;) text.length += n;
  fclose(file);
  corpus->input = dw_grow(corpus->input, &corpus->capacity, corpus->count + 1, sizeof *corpus->input);
  corpus->path = dw_grow(corpus->path, &corpus->path_capacity, corpus->count + 1, sizeof *corpus->path);
  corpus->path[corpus->count] = dw_strdup(path);
  corpus->input[corpus->count++] = text;
}

void fuzz_corpus_add(fuzz_corpus *corpus, const char *folder)
{
  struct dirent **entry;
  int count = scandir(folder, &entry, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    dw_buf path = {0};
    dw_buf_format(&path, "%s/%s", folder, entry[i]->d_name);
    if (entry[i]->d_name[0] != '.') add_file(corpus, dw_buf_cstr(&path));
    dw_buf_free(&path);
    free(entry[i]);
  }
  if (count >= 0) free(entry);
}

void fuzz_corpus_free(fuzz_corpus *corpus)
{
  for (size_t i = 0; i < corpus->count; i++) {
    dw_buf_free(&corpus->input[i]);
    dw_free(corpus->path[i]);
  }
  dw_free(corpus->input);
  dw_free(corpus->path);
}

const char *fuzz_corpus_try(const fuzz_target *target, const dw_buf *input)
{
  char *exact = dw_alloc(input->length);
  if (input->length) memcpy(exact, input->data, input->length);
  const char *problem = target->one(exact, input->length);
  dw_free(exact);
  return problem;
}
