/* hypergeometric: how many of `drawn` balls are white, taken from white + black without putting back. Up to 2^52 balls.
 *
 * Probabilities by Loader's deviances ("Fast and accurate computation of binomial probabilities", 2000), tails summed outward from the
 * value asked for, where every term is positive: relative error below 1e-11 down to 1e-280. A tail that needs more than
 * DW_HYPERGEOMETRIC_TERMS terms (standard deviations of hundreds) is closed with the geometric series that is not smaller than what is
 * left, so that a tail is never said to be smaller than it is; it is at most 1.2 times too large two standard deviations from the mean, and
 * less further out.
 */
#ifndef DW_STATS_HYPERGEOMETRIC_H
#define DW_STATS_HYPERGEOMETRIC_H

#include <stdbool.h>
#include <stdint.h>

enum { DW_HYPERGEOMETRIC_TERMS = 2000 };

typedef struct dw_hypergeometric {
  uint64_t white, black, drawn;
  uint64_t low, high; /* the values that can come */
  double mean, sd;
} dw_hypergeometric;

/* drawn <= white + black. */
dw_hypergeometric dw_hypergeometric_make(uint64_t white, uint64_t black, uint64_t drawn);
double dw_hypergeometric_pmf(const dw_hypergeometric *law, uint64_t k);
/* P(X = k) + P(X = k + 1) + … (up), or downwards, over P(X = k), for k beyond the mode; after so many terms the bound. */
double dw_hypergeometric_tail(const dw_hypergeometric *law, uint64_t k, bool up, uint64_t terms);
double dw_hypergeometric_lower(const dw_hypergeometric *law, uint64_t k); /* P(X <= k) */
double dw_hypergeometric_upper(const dw_hypergeometric *law, uint64_t k); /* P(X >= k) */

/* The two tails of a two-sided test, each with a probability of at most `tail` (<= 0.5): values below low, and from high on. */
typedef struct dw_tails {
  uint64_t low, high;
} dw_tails;
dw_tails dw_hypergeometric_tails(const dw_hypergeometric *law, double tail);

#endif
