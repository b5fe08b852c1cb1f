/* logprob_shift: did the log-probabilities move that a model gives to the first token of its answers? Logprob tracking, ICLR 2026
 * (arXiv 2512.03816).
 *
 *   dw_logprob_shift *test = dw_logprob_shift_new(1000, key, 0);
 *   for each prompt: dw_logprob_shift_add(test, &prompt, &moved, err);
 *   dw_logprob_shift_finish(test, &result, err);
 *   dw_logprob_shift_free(test);
 *
 * An answer is the list of its likeliest tokens with their log-probabilities. Over the union T of the tokens that any answer to the prompt
 * lists, an answer is a vector: a token that it does not list stands there with the least log-probability that it does list (it is at most
 * that). The statistic of a prompt is the mean over T of | mean of the reference - mean of the current answers |, in nats; that of several
 * prompts their mean. Its law is that of dealing the answers of each prompt to the sides again, in blocks where they come in runs
 * (label_deals.h). Ties count as hits; answers that are equal to the last bit give p = 1.
 *
 * Minus infinity, also as the least number of 32 bits, says no more than that the token is not listed, and NaN says nothing: both are
 * passed over. An answer that lists nothing after that has no part in the test. A token that is listed twice (two tokens that look alike)
 * is two.
 */
#ifndef DW_STATS_LOGPROB_SHIFT_H
#define DW_STATS_LOGPROB_SHIFT_H

#include "base/err.h"
#include "base/rng.h"

typedef struct dw_logprob_entry {
  uint32_t token; /* the caller's number of it */
  double logprob; /* natural logarithm */
} dw_logprob_entry;

typedef struct dw_logprob_answer {
  const dw_logprob_entry *entry;
  size_t count;
} dw_logprob_answer;

typedef struct dw_logprob_prompt {
  const dw_logprob_answer *answer; /* [reference + current], the reference's first, in the order of time */
  size_t reference, current;
  const uint32_t *block; /* answers that keep together (label_deals.h); NULL: each is alone */
} dw_logprob_prompt;

/* Of one prompt, for reports. */
typedef struct dw_logprob_moved {
  double statistic;          /* NaN: a side has no answer that lists anything */
  size_t tokens;             /* in T */
  size_t reference, current; /* answers that list something */
} dw_logprob_moved;

typedef struct dw_logprob_result {
  double statistic;
  size_t prompts; /* with answers on both sides */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_logprob_result;

typedef struct dw_logprob_shift dw_logprob_shift;

/* permutations at least 1. threads 0: all cores; results do not depend on them. */
dw_logprob_shift *dw_logprob_shift_new(unsigned permutations, dw_rng_key key, unsigned threads);
void dw_logprob_shift_add(dw_logprob_shift *test, const dw_logprob_prompt *prompt, dw_logprob_moved *moved);
/* DW_ENODATA: no prompt has answers on both sides, or none has two answers on a side. */
dw_status dw_logprob_shift_finish(dw_logprob_shift *test, dw_logprob_result *out, dw_err *err);
void dw_logprob_shift_free(dw_logprob_shift *test);

#endif
