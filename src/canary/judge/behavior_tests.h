/* behavior_tests: how a canary behaves, as rates and lengths, held against its past by exact tests within prompts
 * (stats/shift/stratified.h: deals of each prompt's answers, so that another mixture of prompts is no change).
 *
 *   error_rate      requests that failed
 *   refusal_rate    answers with a phrase by which language models decline (data/columns/describe.h)
 *   finish_reason   why answers ended
 *   same_answer     which answers were given, as wholes: how often which one
 *   length          characters
 *   distinct_words  distinct words as a share of all
 *
 * Latency is not judged: it is the load's. The method's p-value is the least of them times their number.
 */
#ifndef DW_CANARY_BEHAVIOR_TESTS_H
#define DW_CANARY_BEHAVIOR_TESTS_H

#include "canary/judge/canary_methods.h"

typedef enum dw_behavior_aspect {
  DW_BEHAVIOR_ERRORS,
  DW_BEHAVIOR_REFUSALS,
  DW_BEHAVIOR_FINISH,
  DW_BEHAVIOR_SAME,
  DW_BEHAVIOR_LENGTH,
  DW_BEHAVIOR_WORDS,
  DW_BEHAVIOR_ASPECTS
} dw_behavior_aspect;

typedef struct dw_behavior_test {
  bool judged;
  double p_value, h;         /* h: the share that changed most (stats/shift/share_shift.h) */
  double reference, current; /* rates, or means; of categories NaN */
} dw_behavior_test;

const char *dw_behavior_aspect_name(dw_behavior_aspect aspect);
void dw_behavior_test_all(const dw_pairing *pairing, dw_rng_key key, dw_behavior_test out[DW_BEHAVIOR_ASPECTS]);
void dw_behavior_judge(const dw_pairing *pairing, dw_rng_key key, dw_canary_found *out);

#endif
