/* target: what must hold of any input to one reader. Each fuzz_NAME.c of this folder has one, and a folder corpus/NAME of small inputs.
 *
 *   static const char *fuzz_one(const char *bytes, size_t length) { … return NULL or what is wrong }
 *   FUZZ_TARGET("ndjson", fuzz_one, fuzz_change)
 *
 * It is run by libFuzzer (libfuzzer.c: one program a target, which looks for inputs that reach new code), by run.c (all targets in one
 * program, of any compiler: the corpora, and random changes to them), and by tests/unit/test_fuzz_corpora.c. A sanitizer finds most; a
 * crash is the other way to fail. The bytes are those of a block of just their length.
 */
#ifndef DW_TESTS_TARGET_H
#define DW_TESTS_TARGET_H

#include "base/rng.h"
#include "base/str.h"

typedef struct fuzz_target {
  const char *name;
  const char *(*one)(const char *bytes, size_t length); /* NULL: nothing is wrong */
  /* A change that knows how such inputs are made, or another input in the place of this one. NULL: bytes are changed (fuzz_damage). */
  void (*change)(dw_buf *input, dw_rng *rng);
  struct fuzz_target *next;
} fuzz_target;

extern fuzz_target *fuzz_targets; /* those that are linked, by name */
void fuzz_target_add(fuzz_target *target);

/* One random change: bits flipped, spans cut, doubled, or replaced by what parsers stumble over. Of an empty text: an insertion. */
void fuzz_damage(dw_buf *text, dw_rng *rng);
void fuzz_splice(dw_buf *text, size_t at, size_t cut, const char *insert, size_t length); /* text without [at, at + cut), insert there */
void fuzz_words(dw_buf *text, dw_rng *rng, const char *const *word, size_t words); /* one of them put somewhere, or in a place of some */
void fuzz_values(dw_buf *text, dw_rng *rng); /* JSON, if need be damaged: a value becomes another one, twice itself, or nothing */

#define FUZZ_TARGET(name_, one_, change_)                                                                                                  \
  static fuzz_target fuzz_this = {.name = name_, .one = one_, .change = change_};                                                          \
  __attribute__((constructor)) static void fuzz_add_this(void) { fuzz_target_add(&fuzz_this); }                                            \
  extern int fuzz_no_target

#define FUZZ_UNIT __attribute__((unused)) static /* for the unit test that includes the file (with FUZZ_NO_MAIN: it is no target there) */

#endif
