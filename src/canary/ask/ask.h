/* ask: canaries are asked, and their answers given in the order of the schedule, whatever the order in which they come.
 *
 *   dw_ask *ask;
 *   status = dw_ask_open(&ask, &configs, &settings, err);
 *   status = dw_ask_run(ask, &(dw_ask_job){.prompts = &prompts, .repeats = 10, .round = "today"}, &sink, err);
 *   dw_ask_counts counts = dw_ask_count(ask);
 *   dw_ask_close(ask);
 *
 * All is done on the caller's thread. A canary that fails gives a response with an error, and the others go on. Errors:
 *
 *   type                attempts were made, and the last one ended so
 *   what the server says, with "status"         an answer that is no 200
 *   connection, timeout, reply (no answer that could be read), redirect (not followed), key (there is none)
 *   program (it ended, or could not be started), interrupted, not_recorded
 *
 * What cannot do is not tried for ever: a prompt that a canary refused for good in two repeats is not sent in the later ones, and a canary
 * that failed three times running, for the same reason that no prompt can change (a connection, no answer in time, 401, 402, 404, no quota,
 * no key), is not asked any more. The error is that of the last attempt, with "attempts" 0.
 *
 * Memory: a window of 512 asks, or 4 a request under way, and what answers to them wait for their turn; not the number of asks.
 */
#ifndef DW_CANARY_ASK_H
#define DW_CANARY_ASK_H

#include "canary/answers/response.h"
#include "canary/ask/retry.h"
#include "canary/config/canary_config.h"
#include "canary/config/prompts.h"
#include "io/reader/notices.h"

typedef enum dw_ask_embedding { DW_EMBED_NONE, DW_EMBED_BUILTIN, DW_EMBED_OPENAI, DW_EMBED_EXEC } dw_ask_embedding;

typedef struct dw_ask_settings {
  unsigned parallel;     /* requests under way at once, at least 1 */
  int64_t timeout;       /* of a request, microseconds */
  int64_t spacing;       /* between two repeats of a prompt to a canary; 0: none */
  uint64_t max_requests; /* of endpoints and programs, retries and embeddings too; 0: no limit */
  dw_retry_rule retry;
  uint64_t seed; /* of what is drawn: the answers' seeds, where a config has none */
  dw_ask_embedding embed;
  const char *embed_model;          /* OPENAI */
  const char *embed_url;            /* OPENAI: its base */
  const char *const *embed_command; /* EXEC; NULL behind the last */
  int stop;                         /* a descriptor that can be read once it is time to stop; -1: none */
  int64_t grace;                    /* for what is under way then */
  const dw_notices *notices;        /* progress; NULL: none */
} dw_ask_settings;

typedef struct dw_ask dw_ask;

/* Opens what the canaries need: files of recordings, keys. Configs and settings outlive it. DW_EUSAGE, DW_EDATA, DW_ENODATA, DW_ESYSTEM. */
dw_status dw_ask_open(dw_ask **out, const dw_canary_configs *configs, const dw_ask_settings *settings, dw_err *err);
void dw_ask_close(dw_ask *ask); /* NULL is fine */

bool dw_ask_recorded(const dw_ask *ask); /* all canaries are replays */
/* All prompts of the recordings, in the order of their first answers. */
void dw_ask_recorded_prompts(const dw_ask *ask, dw_prompts *out);

typedef struct dw_ask_job {
  const dw_prompts *prompts;
  size_t repeats;    /* 0: one; of recordings all that there are */
  size_t first;      /* number of the first repeat */
  const char *round; /* NULL: of recordings all rounds, one after the other, under their names */
} dw_ask_job;

typedef struct dw_ask_sink {
  /* *stop = true with DW_OK: nobody reads any more; what is under way is given up, and the run is over. */
  dw_status (*take)(void *context, const dw_response *response, bool *stop, dw_err *err);
  void *context;
} dw_ask_sink;

/* Asks, and gives all responses to the sink. DW_EUSAGE: there is no such round in a recording. */
dw_status dw_ask_run(dw_ask *ask, const dw_ask_job *job, const dw_ask_sink *sink, dw_err *err);

/* Of all runs so far. */
typedef struct dw_ask_counts {
  uint64_t requests;                         /* made, of endpoints and programs */
  uint64_t answers, errors;                  /* responses */
  uint64_t unasked;                          /* asks that were not made: for the budget, or for a stop */
  uint64_t prompt_tokens, completion_tokens; /* as far as they were told */
  uint64_t bare;                             /* answers that have no embedding, which was asked for */
  bool stopped, spent;                       /* told to stop; the budget is used up */
  const char *bare_why;                      /* what the first of them failed with; NULL: none */
} dw_ask_counts;
dw_ask_counts dw_ask_count(const dw_ask *ask);
/* The same of one canary, by its place in the configs: requests, answers, errors and tokens; the rest is of all, and 0 here. */
dw_ask_counts dw_ask_count_of(const dw_ask *ask, size_t canary);

/* Keys out of a line (canary/ask/secrets.h): responses are written by the caller, and pass here first. */
void dw_ask_scrub(const dw_ask *ask, dw_buf *line);

#endif
