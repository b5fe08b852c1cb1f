/* run: the fuzz targets without libFuzzer, all in one program.
 *
 *   run [TARGET...]                       the corpora of these targets (none: of all), once
 *   run --seconds N [--seed N] [TARGET]   inputs made of the corpora by random changes, so long for each target
 *
 * A line a target: what was run. What is wrong with an input is printed, and the input kept, as var/fuzz/found-TARGET; status 1. The input
 * at work stands in that file, so that it is there after a crash too; it goes where nothing was wrong.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "corpus.h"

#define SECOND UINT64_C(1000000000)
enum { KEPT = 1 << 20, CHANGES = 6 };

typedef struct keeper {
  char path[256];
  int file;
  char *bytes; /* NULL: no folder to keep anything in */
} keeper;

static keeper keeper_open(const fuzz_target *target)
{
  keeper k = {.file = -1};
  mkdir("var", 0777);
  mkdir("var/fuzz", 0777);
  snprintf(k.path, sizeof k.path, "var/fuzz/found-%s", target->name);
  k.file = open(k.path, O_RDWR | O_CREAT | O_TRUNC, 0666);
  if (k.file < 0 || ftruncate(k.file, KEPT) != 0) return k;
  void *bytes = mmap(NULL, KEPT, PROT_READ | PROT_WRITE, MAP_SHARED, k.file, 0);
  k.bytes = bytes == MAP_FAILED ? NULL : bytes;
  return k;
}

/* A crash leaves zeros behind the input: run does not mind, and neither does who looks at it. */
static void keeper_put(const keeper *k, const dw_buf *input)
{
  static size_t before;
  size_t length = input->length < KEPT ? input->length : KEPT;
  if (!k->bytes) return;
  if (length) memcpy(k->bytes, input->data, length);
  if (before > length) memset(k->bytes + length, 0, before - length);
  before = length;
}

static void keeper_close(keeper *k, const dw_buf *wrong)
{
  if (k->bytes) munmap(k->bytes, KEPT);
  if (!wrong) unlink(k->path);
  else if (ftruncate(k->file, (off_t)wrong->length) != 0) fprintf(stderr, "%s: cannot be cut\n", k->path);
  if (k->file >= 0) close(k->file);
}

static const char *run_random(const fuzz_target *target, const fuzz_corpus *corpus, uint64_t seed, uint64_t until, uint64_t *count)
{
  keeper kept = keeper_open(target);
  const char *problem = NULL;
  dw_buf input = {0};
  for (uint64_t i = 0; !problem && (i % 64 || dw_monotonic_ns() < until); i++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, target->name), i, 0);
    input.length = 0;
    if (corpus->count) {
      const dw_buf *from = &corpus->input[dw_rng_below(&rng, corpus->count)];
      dw_buf_add(&input, from->data, from->length);
    }
    for (uint64_t n = 1 + dw_rng_below(&rng, CHANGES); n > 0; n--) {
      if (target->change && dw_rng_below(&rng, 2)) target->change(&input, &rng);
      else fuzz_damage(&input, &rng);
    }
    keeper_put(&kept, &input);
    problem = fuzz_corpus_try(target, &input);
    ++*count;
  }
  if (problem) printf("%s: %s: kept as %s\n", target->name, problem, kept.path);
  keeper_close(&kept, problem ? &input : NULL);
  dw_buf_free(&input);
  return problem;
}

/* True: nothing is wrong. seconds 0: the corpus alone. */
static bool run_target(const fuzz_target *target, uint64_t seconds, uint64_t seed)
{
  fuzz_corpus corpus = {0};
  char folder[256];
  uint64_t count = 0;
  bool good = true;
  uint64_t start = dw_monotonic_ns();
  snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target->name);
  fuzz_corpus_add(&corpus, folder);
  for (size_t i = 0; i < corpus.count; i++) {
    const char *problem = fuzz_corpus_try(target, &corpus.input[i]);
    if (problem) printf("%s: %s: %s\n", target->name, corpus.path[i], problem);
    good = good && !problem;
    count++;
  }
  if (!corpus.count) printf("%s: nothing in %s\n", target->name, folder);
  good = good && corpus.count;
  if (good && seconds) good = run_random(target, &corpus, seed, start + seconds * SECOND, &count) == NULL;
  printf("%-20s %12llu inputs %6lld s\n", target->name, (unsigned long long)count, (long long)((dw_monotonic_ns() - start) / SECOND));
  fuzz_corpus_free(&corpus);
  return good;
}

static bool named(const fuzz_target *target, char **names)
{
  bool any = false, found = false;
  for (; *names; names++) {
    if (strncmp(*names, "--", 2) == 0) {
      names++;
      continue;
    }
    any = true;
    found = found || strcmp(*names, target->name) == 0;
  }
  return found || !any;
}

int main(int argc, char **argv)
{
  uint64_t seconds = 0, seed = 1, ran = 0;
  bool good = true;
  for (int i = 1; i < argc; i++) {
    uint64_t *into = strcmp(argv[i], "--seconds") == 0 ? &seconds : strcmp(argv[i], "--seed") == 0 ? &seed : NULL;
    if (!into && strncmp(argv[i], "--", 2) != 0) continue;
    if (!into || ++i == argc || !dw_num_parse_unsigned(argv[i], strlen(argv[i]), into)) {
      fprintf(stderr, "usage: run [--seconds N] [--seed N] [TARGET...]\n");
      return 2;
    }
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (fuzz_target *target = fuzz_targets; target; target = target->next) {
    if (!named(target, argv + 1)) continue;
    good = run_target(target, seconds, seed) && good;
    ran++;
  }
  if (!ran) fprintf(stderr, "run: no such target\n");
  return good && ran ? 0 : 1;
}
