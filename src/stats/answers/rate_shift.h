/* rate_shift: is a rate the same on two sides, within each prompt? Fisher's exact test in strata: given how many answers of each prompt
 * each side has, and how many of both together are a yes, the number of the reference's yes is a sum of independent hypergeometric counts;
 * its law is made by convolution, and the p-value is the probability of all sums that are at most as likely as the one seen. With one
 * prompt that is Fisher's exact test, two-sided; with several, the exact form of Mantel and Haenszel's (Mehta, Patel, Gray, Journal of the
 * American Statistical Association 80, 1985, compute its like).
 *
 * Valid under the hypothesis that each prompt's answers are exchangeable between the sides, whatever prompts differ by. A rate that rises
 * for one prompt and falls for another is no change of the sum.
 */
#ifndef DW_STATS_RATE_SHIFT_H
#define DW_STATS_RATE_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dw_rate_prompt {
  uint64_t yes[2], all[2]; /* reference, current; a prompt that one side lacks has no part */
} dw_rate_prompt;

/* False, and *p_value as it was: no prompt has answers on both sides, or they are so many that the law is not worth its time (beyond some
 * 10^8 steps). Relative error about 1e-10; from 0 to 1. */
bool dw_rate_shift_p(const dw_rate_prompt *prompt, size_t prompts, double *p_value);

#endif
