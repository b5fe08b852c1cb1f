/* inject_canary: dw-inject canary: a canary's config changed, the untouched one kept; or, with --adversarial, nothing changed but how large
 * a change must be to be noticed. */
#ifndef DW_CMD_INJECT_CANARY_H
#define DW_CMD_INJECT_CANARY_H

#include "canary/config/prompts.h"
#include "canary/inject/canary_injection.h"
#include "cmd/options/cmd.h"
#include "model/language/language_file.h"

typedef struct dw_inject_canary_options {
  dw_text_list configs, method;
  const char *target, *backups, *poison, *reference, *margins, *output;
  dw_canary_injection change;
  int quantise; /* index of dw_quantise_words; -1: not */
  bool dry_run, adversarial;
  double alpha;
  uint64_t seed, budget, repeat, trials, noticed, permutations, characters, block, threads, parallel;
  int format, on_error;
  dw_dialect dialect;
} dw_inject_canary_options;

extern dw_command dw_inject_canary_command;
/* operands: files of prompts, behind the word "canary". To its end. */
_Noreturn void dw_inject_canary(const dw_text_list *operands);

/* The canary that is asked for: its config as text and read. */
typedef struct dw_inject_target {
  dw_buf text;
  dw_canary_configs configs;  /* one */
  dw_language_document model; /* {0}: it is not of backend builtin */
} dw_inject_target;

/* inject_target.c */
void dw_inject_find_target(const dw_inject_canary_options *set, dw_inject_target *out);
void dw_inject_read_poison(const dw_inject_canary_options *set, dw_corpus *corpus);
/* None where no file is given: standard input is not read. */
void dw_inject_read_prompts(const dw_inject_canary_options *set, const dw_text_list *operands, dw_prompts *out);

/* inject_robustness.c: the search. prompts: empty where no file was given. To its end. */
_Noreturn void dw_inject_search(const dw_inject_canary_options *set, const dw_inject_target *target, const dw_prompts *prompts);

#endif
