#include "test.h"

#include "../fuzz/corpus.h"

/* Every target of tests/fuzz on its corpus (tests/fuzz/target.h), and on each of its inputs changed a little. */
TEST(corpora_hold)
{
  const char *tests = getenv("DW_TESTS");
  dw_buf folder = {0};
  size_t targets = 0;
  for (const fuzz_target *target = fuzz_targets; target; target = target->next, targets++) {
    fuzz_corpus corpus = {0};
    folder.length = 0;
    dw_buf_format(&folder, "%s/fuzz/corpus/%s", tests ? tests : "tests", target->name);
    fuzz_corpus_add(&corpus, dw_buf_cstr(&folder));
    CHECK_MSG(corpus.count > 0, "%s: nothing in %s", target->name, dw_buf_cstr(&folder));
    for (size_t i = 0; i < corpus.count; i++) {
      const char *problem = fuzz_corpus_try(target, &corpus.input[i]);
      CHECK_MSG(!problem, "%s: %s: %s", target->name, corpus.path[i], problem);
    }
    fuzz_corpus_free(&corpus);
  }
  CHECK_MSG(targets >= 24, "%d targets", (int)targets);
  dw_buf_free(&folder);
}

/* A few random changes to each input, the same in every run. */
TEST(changed_inputs_hold)
{
  enum { TIMES = 10 };
  const char *tests = getenv("DW_TESTS");
  dw_buf folder = {0}, input = {0};
  for (const fuzz_target *target = fuzz_targets; target; target = target->next) {
    fuzz_corpus corpus = {0};
    folder.length = 0;
    dw_buf_format(&folder, "%s/fuzz/corpus/%s", tests ? tests : "tests", target->name);
    fuzz_corpus_add(&corpus, dw_buf_cstr(&folder));
    for (size_t i = 0; i < corpus.count * TIMES; i++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(1, target->name), i, 0);
      input.length = 0;
      dw_buf_add(&input, corpus.input[i / TIMES].data, corpus.input[i / TIMES].length);
      if (target->change && i % 2) target->change(&input, &rng);
      else fuzz_damage(&input, &rng);
      const char *problem = fuzz_corpus_try(target, &input);
      CHECK_MSG(!problem, "%s: %s, change %d: %s", target->name, corpus.path[i / TIMES], (int)(i % TIMES), problem);
    }
    fuzz_corpus_free(&corpus);
  }
  dw_buf_free(&folder);
  dw_buf_free(&input);
}
