/* law_distance: how far apart two builtin canaries truly are: not what a test makes of answers, but the laws that the answers are drawn by.
 *
 *   dw_law_distance distance;
 *   dw_law_measure(&distance, &healthy, &drifted, &prompts, 10, seed);
 *
 * Answers are drawn from a; at each of their symbols the law of the next one is computed under both canaries, each behind its own template
 * and system prompt: exact, and by chance only in which answers it was. Total variation is that of the laws that answers are drawn by;
 * divergence that of the models themselves, before temperature and top-p, which sees no samplers, and is finite.
 */
#ifndef DW_CANARY_LAW_DISTANCE_H
#define DW_CANARY_LAW_DISTANCE_H

#include "canary/config/canary_config.h"
#include "canary/config/prompts.h"
#include "model/language/language.h"

typedef struct dw_law_distance {
  size_t prompts, changed; /* changed: the law of some symbol is another one (by 1e-9 of total variation) */
  uint64_t symbols;        /* that were looked at */
  double total_variation;  /* mean over them, 0 to 1 */
  double divergence;       /* Kullback-Leibler of b from a, mean over them, in nats a byte */
} dw_law_distance;

/* configs whose language is set. answers: drawn for each prompt, at least 1. */
void dw_law_measure(dw_law_distance *out, const dw_canary_config *a, const dw_canary_config *b, const dw_prompts *prompts, unsigned answers,
                    uint64_t seed);

#endif
