/* The one target that is linked, for libFuzzer: build/fuzz/tests/fuzz/fuzz_NAME [OPTION...] [CORPUS...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t length, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t length, size_t most);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
  const char *problem = fuzz_targets->one((const char *)data, length);
  if (!problem) return 0;
  fprintf(stderr, "%s: %s\n", fuzz_targets->name, problem);
  abort();
}

/* One in four changes knows how the input is made. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t length, size_t most, unsigned seed)
{
  dw_rng rng;
  if (!fuzz_targets->change || seed % 4) return LLVMFuzzerMutate(data, length, most);
  dw_buf input = {0};
  dw_rng_start(&rng, (dw_rng_key){{seed, 0}}, 0, 0);
  dw_buf_add(&input, data, length);
  fuzz_targets->change(&input, &rng);
  size_t made = input.length < most ? input.length : most;
  if (made) memcpy(data, input.data, made);
  dw_buf_free(&input);
  return made;
}
