/* hamming_mmd: are the answers of two sides to the same prompts alike, position by position? The maximum mean discrepancy with the Hamming
 * kernel: Gao, Liang, Guestrin, "Model equality testing: which model is this API serving?", ICLR 2025 (arXiv 2410.20247).
 *
 *   dw_hamming_mmd *test = dw_hamming_mmd_new(1000, 1000, key, 0);
 *   for each prompt: dw_hamming_mmd_add(test, &prompt, err);
 *   dw_hamming_mmd_finish(test, &result, err);
 *   dw_hamming_mmd_free(test);
 *
 * An answer is a row of `length` units (tokens, or characters), longer ones cut and shorter ones filled with a unit of its own. The kernel
 * of two answers to one prompt is the share of positions where they agree, and 0 for unlike prompts. The statistic is
 *
 *   mean over reference pairs - 2 * mean over pairs of both sides + mean over current pairs
 *
 * of pairs with the same prompt, none of an answer with itself. Its law is that of dealing the answers of each prompt to the sides again:
 * within prompts, so that another mixture of prompts is no change, which the published permutation over all answers takes it for. Ties
 * count as hits; answers that are all alike give p = 1.
 *
 * The kernel is never made. Over all pairs of a side, positions that agree are the sum of c (c - 1) over positions and units, c how often
 * the side has the unit there; and c is counted for 1,024 deals at once (lane_counts.h). So the cost goes with the answers and not with
 * their pairs: 100,000 answers of 1,000 characters to 25 prompts, 1,000 permutations, in seconds on two cores. Memory: one prompt at a
 * time.
 */
#ifndef DW_STATS_HAMMING_MMD_H
#define DW_STATS_HAMMING_MMD_H

#include "base/err.h"
#include "base/rng.h"

enum { DW_HAMMING_UNITS = 1 << 21 }; /* units are below that: code points and numbers of tokens are */

typedef struct dw_hamming_prompt {
  const uint32_t *unit; /* [(reference + current) * length], the reference's answers first, in the order of time */
  size_t reference, current;
  const uint32_t *block; /* answers that keep together (label_deals.h); NULL: each is alone */
} dw_hamming_prompt;

typedef struct dw_hamming_result {
  double statistic;
  double within_reference, between, within_current; /* means of the kernel; their sum with weights 1, -2, 1 is the statistic */
  size_t prompts;                                   /* with answers on both sides */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_hamming_result;

typedef struct dw_hamming_mmd dw_hamming_mmd;

/* length and permutations at least 1. threads 0: all cores; results do not depend on them. */
dw_hamming_mmd *dw_hamming_mmd_new(size_t length, unsigned permutations, dw_rng_key key, unsigned threads);
/* A prompt that one side did not answer has no part in anything. DW_EDATA: a unit beyond DW_HAMMING_UNITS, or 2^31 answers. */
dw_status dw_hamming_mmd_add(dw_hamming_mmd *test, const dw_hamming_prompt *prompt, dw_err *err);
/* DW_ENODATA: no prompt has answers on both sides, or no side has two answers to one of them. A side without pairs has a mean of NaN and no
 * part in the statistic: with one answer a side and prompt on the one, the other side's pairs still tell. */
dw_status dw_hamming_mmd_finish(dw_hamming_mmd *test, dw_hamming_result *out, dw_err *err);
void dw_hamming_mmd_free(dw_hamming_mmd *test);

#endif
