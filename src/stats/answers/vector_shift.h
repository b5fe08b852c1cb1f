/* vector_shift: do the answers of two sides to the same prompts lie in the same places? Statistics of the distances between vectors of unit
 * length, within prompts; what cosine_mmd sees is directions' means alone, these see more or say it in other units.
 *
 *   mmd        maximum mean discrepancy with the Gaussian kernel exp(-|x - y|^2 / s), s the median squared distance of the prompt's
 * answers, whoever gave them; unbiased (Gretton and others, JMLR 13, 2012). Spreads and clusters too. At most 2.
 *
 *   energy     2 E|x - y| - E|x - x'| - E|y - y'|, unbiased (Szekely and Rizzo, Journal of Statistical Planning and Inference 143, 2013).
 *              The same, heavier on what lies far off. At most 4.
 *
 *   centroid   the distance of the two means. At most 2; above 0 by chance alone: what chance makes of it is `expected`.
 *
 *   dw_vector_shift *test = dw_vector_shift_new(DW_VECTOR_ENERGY, 384, 1000, key, 0);
 *   for each prompt: dw_vector_shift_add(test, &prompt);
 *   dw_vector_shift_finish(test, &result, err);
 *   dw_vector_shift_free(test);
 *
 * The statistic is the mean over prompts, each weighing n m / (n + m) of its n and m answers; its law that of dealing each prompt's answers
 * to the sides again, in blocks where they come in runs (label_deals.h). Ties count as hits. Of a side with one answer to a prompt there
 * are no pairs: the other side's stand in for them. Time and memory go with the square of a prompt's answers.
 */
#ifndef DW_STATS_VECTOR_SHIFT_H
#define DW_STATS_VECTOR_SHIFT_H

#include "stats/answers/cosine_mmd.h"

typedef enum dw_vector_statistic { DW_VECTOR_MMD, DW_VECTOR_ENERGY, DW_VECTOR_CENTROID } dw_vector_statistic;

typedef struct dw_vector_result {
  double statistic;
  double expected; /* the mean of all deals */
  size_t prompts;  /* with answers on both sides, three at least */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_vector_result;

typedef struct dw_vector_shift dw_vector_shift;

/* width and permutations at least 1. threads 0: all cores; results do not depend on them. */
dw_vector_shift *dw_vector_shift_new(dw_vector_statistic statistic, size_t width, unsigned permutations, dw_rng_key key, unsigned threads);
/* *moved: the prompt's own statistic; NaN: it has no part. */
void dw_vector_shift_add(dw_vector_shift *test, const dw_cosine_prompt *prompt, double *moved);
/* DW_ENODATA: no prompt has answers on both sides, or none has two on a side. */
dw_status dw_vector_shift_finish(dw_vector_shift *test, dw_vector_result *out, dw_err *err);
void dw_vector_shift_free(dw_vector_shift *test);

#endif
