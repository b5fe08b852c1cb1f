/* canary_settings: what the parts of dw-canary share. */
#ifndef DW_CMD_CANARY_SETTINGS_H
#define DW_CMD_CANARY_SETTINGS_H

#include "canary/ask/ask.h"
#include "cmd/options/cmd.h"

typedef struct dw_canary_options {
  dw_text_list configs;  /* paths, stars and all */
  dw_text_list canaries; /* ids */
  const char *reason;
  const char *round, *embed, *canary, *output, *answers;
  uint64_t repeat, parallel, retries, max_requests, seed, threads, queries, samples, keep, candidates;
  int64_t spacing, timeout, backoff;
  int from; /* -1: asking */
  int format, on_error;
} dw_canary_options;

/* dw-canary itself, find-borders, and --from: each to its end. paths: the operands. */
_Noreturn void dw_canary_ask_round(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_find_borders(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_import(const dw_canary_options *set, const dw_text_list *paths);

/* canary_keep.c: configs changed, of the canaries that `canaries` names. */
_Noreturn void dw_canary_quarantine(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_release(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_rebalance(const dw_canary_options *set, const dw_text_list *paths);
_Noreturn void dw_canary_retrain(const dw_canary_options *set, const dw_text_list *paths);

/* --- canary_begin.c: what they have in common --- */
void dw_canary_configs_asked(const dw_canary_options *set, dw_canary_configs *out);
/* The same of configs that are to be changed, not asked: what comes from the environment may be missing, and so may models. */
void dw_canary_configs_kept(const dw_canary_options *set, dw_canary_configs *out);
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
} dw_canary_writing;
dw_status dw_canary_write(void *writing, const dw_response *response, bool *stop, dw_err *err); /* a dw_ask_sink's take */

#endif
