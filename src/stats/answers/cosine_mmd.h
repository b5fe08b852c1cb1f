/* cosine_mmd: do the answers of two sides to the same prompts point the same way? The maximum mean discrepancy of vectors with the cosine
 * as kernel (Gretton and others, JMLR 13, 2012, their unbiased form), within prompts.
 *
 *   dw_cosine_mmd *test = dw_cosine_mmd_new(384, 1000, key, 0);
 *   for each prompt: dw_cosine_mmd_add(test, &prompt);
 *   dw_cosine_mmd_finish(test, &result, err);
 *   dw_cosine_mmd_free(test);
 *
 * The statistic is mean cosine of reference pairs - 2 * that of pairs of both sides + that of current pairs, of pairs with the same prompt,
 * none of an answer with itself; its law that of dealing each prompt's answers to the sides again, in blocks where they come in runs
 * (label_deals.h). Ties count as hits. A difference of mean directions is what it sees.
 */
#ifndef DW_STATS_COSINE_MMD_H
#define DW_STATS_COSINE_MMD_H

#include "base/err.h"
#include "base/rng.h"

typedef struct dw_cosine_prompt {
  const double *vector; /* [(reference + current) * width], finite, the reference's first, in the order of time; not of zeros alone */
  size_t reference, current;
  const uint32_t *block; /* answers that keep together (label_deals.h); NULL: each is alone */
} dw_cosine_prompt;

typedef struct dw_cosine_result {
  double statistic;
  double within_reference, between, within_current; /* mean cosines; NaN: no pairs, and no part in the statistic */
  size_t prompts;                                   /* with answers on both sides */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_cosine_result;

typedef struct dw_cosine_mmd dw_cosine_mmd;

/* width and permutations at least 1. threads 0: all cores; results do not depend on them. */
dw_cosine_mmd *dw_cosine_mmd_new(size_t width, unsigned permutations, dw_rng_key key, unsigned threads);
void dw_cosine_mmd_add(dw_cosine_mmd *test, const dw_cosine_prompt *prompt);
/* DW_ENODATA: no prompt has answers on both sides, or none has two on a side. */
dw_status dw_cosine_mmd_finish(dw_cosine_mmd *test, dw_cosine_result *out, dw_err *err);
void dw_cosine_mmd_free(dw_cosine_mmd *test);

/* out[width]: the vector at unit length, whatever its size; zeros stay. */
void dw_cosine_unit(const double *vector, size_t width, double *out);

#endif
