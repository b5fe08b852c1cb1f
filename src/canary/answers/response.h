/* response: what a canary answered to a prompt, or why it did not: the document "response" (driftwatch-records(5)).
 *
 * What a backend does not give is absent: NULL, below 0, NaN. Nothing is ever filled in.
 */
#ifndef DW_CANARY_RESPONSE_H
#define DW_CANARY_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

/* A token and how likely it was. Two tokens may have the same text: told apart by id where there is one, else by text and bytes. */
typedef struct dw_answer_token {
  const char *text;           /* what could be shown of it; "" for control tokens */
  const unsigned char *bytes; /* NULL: not given */
  size_t byte_count;
  int64_t id; /* below 0: not given */
  /* Natural logarithm. -3.4028234663852886e+38 is minus infinity as some servers write it, and stays; NaN: given as null. */
  double logprob;
  double prob; /* after the samplers, from servers that give this instead */
  bool has_logprob, has_prob;
} dw_answer_token;

/* A position of an answer: the token that was chosen, which need not be listed, and the likeliest ones, as they came. */
typedef struct dw_answer_position {
  dw_answer_token chosen;
  const dw_answer_token *top;
  size_t top_count;
} dw_answer_position;

typedef struct dw_response_error {
  int status;       /* of HTTP; 0: there was none */
  const char *type; /* the server's word, or ours: "timeout", "connection" … NULL: none */
  const char *message;
  unsigned attempts; /* requests that were made; 0: not known, or none was */
} dw_response_error;

typedef struct dw_response {
  const char *canary, *prompt;
  const char *round;       /* "" where there is none */
  const char *prompt_text; /* NULL: it is the prompt's id */
  int64_t repeat;          /* from 0; below 0: not known */
  const char *time;        /* as it was written; NULL: none */
  int64_t instant;         /* the same, in microseconds; only where there is a time */
  const char *text;        /* NULL: an error */
  size_t length;           /* of text, which has no NUL in it */
  const char *finish_reason;
  int64_t prompt_tokens, completion_tokens; /* below 0: not known */
  double latency_ms;                        /* NaN: not known */
  int64_t seed;                             /* below 0: not known */
  const char *config;                       /* "sha256:…" */
  const char *model;                        /* as the endpoint names it, which proves nothing */
  const dw_answer_position *logprobs;       /* NULL: none were given */
  size_t position_count;
  const double *embedding; /* NULL: none */
  size_t dimensions;
  const dw_response_error *error; /* NULL: an answer */
  double weight;                  /* of the canary in the consensus of its network; 1: not said */
  /* No answer at all, and no prompt: the canary was left out of the round on purpose (the document "quarantined"); text is why, or NULL. */
  bool quarantined;
} dw_response;

/* Nothing is known yet: all members absent, and the weight is 1. */
extern const dw_response dw_response_unknown;

/* The document's line, with its end, behind out. */
void dw_response_write(const dw_response *response, dw_buf *out);

/* A copy of it and all that it points to, in arena. */
dw_response *dw_response_keep(const dw_response *response, dw_arena *arena);

#endif
