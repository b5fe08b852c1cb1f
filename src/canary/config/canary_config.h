/* canary_config: what a canary is: a file a canary, YAML or JSON, checked to the last key.
 *
 *   id: canary_1              default: the file's name without its ending
 *   backend: openai           openai exec builtin replay
 *   model: llama3.2:1b        openai: default CHAT_MODEL; builtin: a model file, beside the config; replay: the canary in the recording
 *   base_url: http://localhost:11434/v1    openai; default OPENAI_BASE_URL
 *   endpoint: chat            openai: chat completions
 *   temperature: 1            0 to 100
 *   top_p: 1                  0 to 1
 *   seed: 7                   0 to 2^32 - 2; without it each answer has one of its own
 *   max_new_tokens: 64
 *   template: "### Human: {prompt}\n### Assistant:"    default; of chat {prompt}
 *   system: You are …         chat: a message of its own; elsewhere in front of the template, with an empty line between
 *   logprobs: 20              the likeliest tokens of a position; 0: none are asked for
 *   logprob_tokens: 1         positions of them that are kept, from the first on
 *   parameters: {top_k: 0, min_p: 0}       openai: members sent besides, as they are
 *   api_key_env: NAME         openai: the variable with this endpoint's key
 *   command: [python3, answer.py]          exec
 *   file: answers.ndjson.zst  replay: beside the config
 *
 * and, which do not make its answers and are not in its hash,
 *
 *   weight: 0.5               0 to 1, default 1: how much it counts in the consensus of a network
 *   quarantined: true         it is not asked
 *   quarantine_reason: …      why, for people
 *   base: base.json           builtin: how its model is trained anew: on top of this one,
 *   texts: [one.ndjson]       on these records,
 *   text_weight: 6            with this weight; paths beside the config, as that of the model (canary_training.h)
 */
#ifndef DW_CANARY_CANARY_CONFIG_H
#define DW_CANARY_CANARY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/bytes/sha256.h"
#include "base/str.h"
#include "base/text_list.h"

typedef enum dw_canary_backend {
  DW_CANARY_OPENAI,
  DW_CANARY_EXEC,
  DW_CANARY_BUILTIN,
  DW_CANARY_REPLAY,
  DW_CANARY_BACKENDS
} dw_canary_backend;
extern const char *const dw_canary_backend_words[DW_CANARY_BACKENDS + 1]; /* "openai" …, NULL */

#define DW_CANARY_SEED_MOST INT64_C(4294967294) /* servers take 2^32 - 1 for a random one */

typedef struct dw_canary_config {
  const char *path; /* of the config */
  const char *id;
  dw_canary_backend backend;
  const char *model;                  /* builtin: a path */
  const struct dw_language *language; /* builtin: a model in memory, asked in place of the file; NULL: none */
  const char *base_url;               /* without slashes at its end; NULL but for openai */
  bool chat;                          /* openai: chat completions; else completions */
  double temperature, top_p;
  int64_t seed; /* below 0: none */
  unsigned max_new_tokens, logprobs, logprob_tokens;
  const char *template;    /* with {prompt} in it */
  const char *system;      /* NULL: none */
  const char *parameters;  /* a JSON object; NULL: none */
  bool own_limit;          /* parameters has max_completion_tokens: max_tokens is not sent */
  const char *api_key_env; /* NULL: not given */
  dw_text_list command;    /* exec */
  const char *file;        /* replay: a path */
  double weight;           /* 0 to 1: in the consensus */
  bool quarantined;
  const char *quarantine_reason; /* NULL: none */
  const char *base;              /* builtin: a path; NULL: not said, as are the two that follow */
  dw_text_list texts;            /* paths */
  double text_weight;
  char hash[8 + DW_SHA256]; /* "sha256:…" of all that makes the answers: not the id, no key; "" of one that is quarantined */
} dw_canary_config;

typedef struct dw_canary_configs {
  dw_canary_config *item;
  size_t count, capacity;
  dw_arena arena;
} dw_canary_configs;

/* What holds where a config does not say otherwise. */
typedef struct dw_canary_defaults {
  const char *base_url, *model; /* NULL: none */
  bool unhashed;                /* no hash is made: the file of a builtin model need not be there */
} dw_canary_defaults;

/* Adds the canary of a file. DW_EUSAGE: with file and line, what is wrong; also an id that is there already. DW_ESYSTEM: it cannot be read.
 * Free them also after a failure. */
dw_status dw_canary_config_read(dw_canary_configs *configs, const char *path, const dw_canary_defaults *defaults, dw_err *err);
dw_status dw_canary_config_parse(dw_canary_configs *configs, const char *text, size_t length, const char *path,
                                 const dw_canary_defaults *defaults, dw_err *err);
void dw_canary_configs_free(dw_canary_configs *configs);

/* The canary as it is asked for border inputs: one token at temperature 0, no log-probabilities; its hash is that of such a config. */
dw_status dw_canary_config_probe(dw_canary_config *config, dw_err *err);

/* Puts those that are quarantined behind the others, each part in its order. How many are left to be asked. */
size_t dw_canary_configs_part(dw_canary_configs *configs);

/* The template with a prompt in it, behind out. */
void dw_canary_config_fill(const dw_canary_config *config, const char *prompt, dw_buf *out);

#endif
