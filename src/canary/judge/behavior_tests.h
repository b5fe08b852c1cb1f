/* behavior_tests: how a canary behaves, as rates and lengths, held against its past by exact tests within prompts
 * (rates: stats/answers/rate_shift.h; the others: stats/shift/stratified.h, deals of each prompt's answers), so that another mixture of
 * prompts is no change.
 *
 *   error_rate      requests that failed
 *   refusal_rate    answers with a phrase by which language models decline (data/columns/word_list.h)
 *   toxicity_rate   answers with a toxic word or phrase (the same)
 *   exact_match     answers that are what was expected, of prompts that say what that is
 *   finish_reason   why answers ended
 *   same_answer     which answers were given, as wholes: how often which one; its figures are the share of the answer that the reference
 *                   gave most often, which alone would be no test: it was chosen by the reference
 *   length          characters
 *   distinct_words  distinct words as a share of all
 *   latency         milliseconds; judged only when that is asked for: it is the load's
 *
 * Figures are of prompts that both sides answered, shares and means of the reference in the current side's mixture of prompts. The method's
 * p-value is the least of them times the number of those whose answers differ within a prompt: where all are alike no deal shows anything,
 * which the deals do not change, and so it costs nothing. Aspects whose effect does not exceed the margin give way to those that do.
 */
#ifndef DW_CANARY_BEHAVIOR_TESTS_H
#define DW_CANARY_BEHAVIOR_TESTS_H

#include "canary/judge/canary_methods.h"

typedef enum dw_behavior_aspect {
  DW_BEHAVIOR_ERRORS,
  DW_BEHAVIOR_REFUSALS,
  DW_BEHAVIOR_TOXICITY,
  DW_BEHAVIOR_MATCH,
  DW_BEHAVIOR_FINISH,
  DW_BEHAVIOR_SAME,
  DW_BEHAVIOR_LENGTH,
  DW_BEHAVIOR_WORDS,
  DW_BEHAVIOR_LATENCY,
  DW_BEHAVIOR_ASPECTS
} dw_behavior_aspect;

/* how: permutations (0: as many as the tests take by themselves), key, words, latency, margin. */
void dw_behavior_test_all(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_aspect out[DW_BEHAVIOR_ASPECTS]);
void dw_behavior_judge(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out);

#endif
