/* canary_settings: what the parts of dw-canary share. */
#ifndef DW_CMD_CANARY_SETTINGS_H
#define DW_CMD_CANARY_SETTINGS_H

#include "canary/ask/ask.h"
#include "cmd/options/cmd.h"

typedef struct dw_canary_options {
  dw_text_list configs; /* paths, stars and all */
  const char *round, *embed, *canary, *output, *answers;
  uint64_t repeat, parallel, retries, max_requests, seed, threads, queries, samples, keep, candidates;
  int64_t spacing, timeout, backoff;
  int from; /* -1: asking */
  int format, on_error;
  dw_dialect dialect;
} dw_canary_options;

/* dw-canary itself, find-borders, and --from: each to its end. paths: the operands. */
_Noreturn void dw_canary_ask_round(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_find_borders(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_import(const dw_canary_options *set, const dw_text_list *paths);

/* dw-canary restore: with options of its own (canary_restore.c). */
extern dw_command dw_canary_restore_command;
_Noreturn void dw_canary_restore(const dw_text_list *operands);
/* Configs changed (canary_keep.h), each verb with options of its own. */
extern dw_command dw_canary_quarantine_command, dw_canary_release_command, dw_canary_rebalance_command, dw_canary_retrain_command;
_Noreturn void dw_canary_quarantine(const dw_text_list *operands);
_Noreturn void dw_canary_release(const dw_text_list *operands);
_Noreturn void dw_canary_rebalance(const dw_text_list *operands);
_Noreturn void dw_canary_retrain(const dw_text_list *operands);

/* --- canary_begin.c: what they have in common --- */
/* The files of --configs, stars filled in; they live as long as the process. */
void dw_canary_config_paths(const dw_text_list *patterns, dw_text_list *out);
void dw_canary_config_paths_free(dw_text_list *paths);
dw_canary_defaults dw_canary_defaults_asked(void); /* of the environment */
void dw_canary_configs_asked(const dw_canary_options *set, dw_canary_configs *out);
void dw_canary_ask_settings(const dw_canary_options *set, dw_ask_settings *out);
void dw_canary_read_prompts(const dw_canary_options *set, const dw_text_list *paths, dw_prompts *out);
const char *dw_canary_now(void); /* the time, as a round is named by default */
/* From here on SIGINT and SIGTERM are told through the descriptor that comes back; a second one ends the process. */
int dw_canary_stop_signals(void);

/* Responses on their way into an output. */
typedef struct dw_canary_writing {
  const dw_ask *ask; /* whose keys are left out; NULL: none has any */
  dw_output *output;
  dw_buf line;
  bool at_once; /* each is seen at once */
  uint64_t count;
  char *failed; /* what the first error says, and whose it is; NULL: none. Freed by who opened it */
} dw_canary_writing;
dw_status dw_canary_write(void *writing, const dw_response *response, bool *stop, dw_err *err); /* a dw_ask_sink's take */

#endif
