/* permutation: p-values by dealing the pooled values out to the two sides again, at random.
 *
 * What is dealt are counts, not rows: how many of each distinct value the reference gets is a draw from the multivariate hypergeometric
 * law, so that a table of K categories costs K draws, however many rows it counts. Permutation i draws from its own stream of the key: the
 * same key gives the same p-value everywhere.
 */
#ifndef DW_STATS_PERMUTATION_H
#define DW_STATS_PERMUTATION_H

#include <stdbool.h>

#include "base/err.h"
#include "base/rng.h"
#include "stats/samples/sample.h"

typedef struct dw_permutation {
  unsigned made;
  unsigned hits;  /* permutations whose statistic is at least the observed one */
  unsigned ties;  /* of those, equal to it */
  double p_value; /* dw_permutation_p, not ended: Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010 */
} dw_permutation;

/* The p-value of so many hits among the permutations made: (1 + hits) / (1 + made); where a number of hits that was set before ended them,
 * hits / made (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991). Either way P(p <= a) <= a. */
double dw_permutation_p(unsigned hits, unsigned made, bool ended);

/* How many of `drawn` balls are white, taken from white + black without putting back. Up to 2^52 balls. Ratio of uniforms (Stadlober,
 * "Sampling from Poisson, binomial and hypergeometric distributions: ratio of uniforms as a simple and fast alternative", Graz 1989), a few
 * draws at any size. */
uint64_t dw_hypergeometric_draw(dw_rng *rng, uint64_t white, uint64_t black, uint64_t drawn);

/* The total variation distance sum |ref / n - cur / m| / 2 of counts by category, and its permutation p-value; compared in whole numbers,
 * so that ties are ties. DW_ENODATA: a side is empty. */
dw_status dw_tvd_test(const uint64_t *ref, const uint64_t *cur, size_t categories, unsigned permutations, dw_rng_key key, double *distance,
                      dw_permutation *out, dw_err *err);

/* The same with numpy's legacy generator (MT19937, seed 0) shuffling rows as Evidently 0.7.21 does: code[0 .. n + m) are the categories of
 * all rows, reference first. p_value is hits / made. Evidently decides ties by rounding errors that change from run to run: its p lies from
 * p_value - ties / made to p_value. */
dw_status dw_tvd_as_numpy(const uint32_t *code, size_t n, size_t m, size_t categories, unsigned permutations, double *distance,
                          dw_permutation *out, dw_err *err);

/* Of any statistic of two samples that is larger the further they are apart (it may be called with samples of weight > 1). Both must have
 * values. */
void dw_permutation_test(dw_sorted r, dw_sorted c, double (*statistic)(dw_sorted r, dw_sorted c), unsigned permutations, dw_rng_key key,
                         dw_permutation *out);

#endif
