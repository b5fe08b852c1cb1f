/* border_search: border inputs of an endpoint: short prompts whose first token at temperature 0 is not always the same, so that two tokens
 * nearly tie there and any change of the model moves the border (arXiv 2602.11083; driftwatch-methods(7)).
 *
 * Each candidate is asked `queries` times. Those with two different answers or more, empty ones left out, are asked `samples`
 * times more, and only these answers count: those that chose an input say more of a border than there is. Those are kept whose second
 * answer comes nearest to the first in number. A quiet server that computes alone and always the
 * same has none: other methods are for it.
 */
#ifndef DW_CANARY_BORDER_SEARCH_H
#define DW_CANARY_BORDER_SEARCH_H

#include "canary/ask/ask.h"

typedef struct dw_border_search {
  unsigned queries, samples, keep;
  uint64_t max_requests; /* as of the ask's settings: candidates beyond what it allows are not asked; 0: no limit */
  const char *round;
} dw_border_search;

typedef struct dw_border_answer {
  const char *text;
  unsigned count;
} dw_border_answer;

typedef struct dw_border_sampled {
  const dw_prompt *prompt;
  dw_border_answer *answer; /* those that are not empty, by count, then by text */
  size_t answers;
  unsigned samples; /* answers, empty ones too */
  double balance;   /* count of the second, by that of the first: up to 1 */
} dw_border_sampled;

typedef struct dw_border_found {
  dw_border_sampled *input; /* by balance, then in the order of the prompts */
  size_t count;
  size_t asked;    /* candidates */
  size_t answered; /* of them, those that gave an answer */
  size_t borders;  /* of them, those whose answers differed */
  dw_arena arena;
} dw_border_found;

/* ask: of one canary, which answers with one token at temperature 0. sink: hears of all responses to the inputs that were sampled; NULL:
 * nobody does. Nothing found is not a failure. Free found in either case. */
dw_status dw_border_search_run(dw_ask *ask, const dw_border_search *search, const dw_prompts *candidates, const dw_ask_sink *sink,
                               dw_border_found *found, dw_err *err);
void dw_border_found_free(dw_border_found *found);

enum { DW_BORDER_CANDIDATES = 26 + 26 * 26 + 26 * 26 * 26 };
/* Prompts of one to three letters: count of them, the short ones first. */
void dw_border_candidates(dw_prompts *out, size_t count);

#endif
