/* score_shift: have the scores of the answers to the same prompts moved, up or down?
 *
 *   dw_score_shift *test = dw_score_shift_new(1000, key, 0);
 *   for each prompt: dw_score_shift_add(test, &prompt, &moved);
 *   dw_score_shift_finish(test, &result, err);
 *   dw_score_shift_free(test);
 *
 * The statistic is the mean over prompts of the difference of the sides' mean scores, reference less current; its law, two-sided, that of
 * dealing each prompt's scores to the sides again, in blocks where answers come in runs (label_deals.h). Ties count as hits. Prompts weigh
 * alike, however many answers they have.
 */
#ifndef DW_STATS_SCORE_SHIFT_H
#define DW_STATS_SCORE_SHIFT_H

#include "base/err.h"
#include "base/rng.h"

typedef struct dw_score_prompt {
  const double *score; /* [reference + current], finite, the reference's first, in the order of time */
  size_t reference, current;
  const uint32_t *block; /* answers that keep together (label_deals.h); NULL: each is alone */
} dw_score_prompt;

typedef struct dw_score_result {
  double statistic;
  double reference, current; /* means over prompts of the sides' mean scores */
  size_t prompts;            /* with answers on both sides */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_score_result;

typedef struct dw_score_shift dw_score_shift;

/* permutations at least 1. threads 0: all cores; results do not depend on them. */
dw_score_shift *dw_score_shift_new(unsigned permutations, dw_rng_key key, unsigned threads);
/* *moved: the difference of this prompt; NaN where a side has no answer, which leaves it out. */
void dw_score_shift_add(dw_score_shift *test, const dw_score_prompt *prompt, double *moved);
/* DW_ENODATA: no prompt has answers on both sides. */
dw_status dw_score_shift_finish(dw_score_shift *test, dw_score_result *out, dw_err *err);
void dw_score_shift_free(dw_score_shift *test);

#endif
