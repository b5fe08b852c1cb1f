/* kernel: the maximum mean discrepancy of two samples of points, with the Gaussian (RBF) kernel exp(-gamma |x - y|^2).
 *
 * Gretton, Borgwardt, Rasch, Schoelkopf, Smola, "A kernel two-sample test", JMLR 13 (2012): the unbiased MMD^2 (their equation 3) and a
 * permutation test of it. Any difference between two distributions is seen, given enough points. Time and memory go with the square of the
 * points of both sides together: give it samples of up to about 1,000 a side (2,000 points of 1,536 components: about 1 s and 64 MB; 999
 * permutations of them half a second more).
 *
 * Points are rows of `width` finite doubles, one after the other. The same points and key give the same bits on every machine.
 */
#ifndef DW_STATS_KERNEL_H
#define DW_STATS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/rng.h"

/* Where gamma = 1 / (a typical squared distance) is taken from. */
typedef enum dw_bandwidth {
  DW_BANDWIDTH_POOLED,  /* the median distance, squared, over all pairs of points; blind to the sides, as the permutation test needs it */
  DW_BANDWIDTH_BETWEEN, /* over all pairs of a point of each side: Evidently's embedding drift */
  DW_BANDWIDTH_WITHIN   /* the median squared distance (its nearest rank, never between two) of all n^2 pairs of the reference, the points
                         * with   themselves included: alibi-detect, Evidently's empirical_mmd */
} dw_bandwidth;

typedef struct dw_mmd_options {
  dw_bandwidth bandwidth;
  unsigned permutations; /* 0: the statistic alone */
  unsigned enough;       /* stop when so many permutations were at least as far apart (0: never): what is no drift is known soon, what is
                          * gets all the permutations (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991) */
  dw_rng_key key;        /* of the permutations */
  unsigned threads;      /* share the kernel, and, where all permutations are made, these; 0: one */
  double *witness;       /* NULL, or [n + m] to be filled, points of the reference first */
} dw_mmd_options;

/* The witness function tells where the two distributions differ (the same paper, section 2.3): the mean kernel of a point to one side less
 * that to the other. Here the points 0, 2, 4 … of each side make it, the reference's less the current side's, and it is told of all points:
 * those of the others, 1, 3, 5 …, have had no part in it, so that without drift they are in random order. */

typedef struct dw_mmd {
  double statistic; /* unbiased MMD^2: about 0 for equal distributions, also below; at most 2 */
  double gamma;
  unsigned permutations; /* made */
  unsigned hits;         /* of them at least as far apart */
  double p_value;        /* (1 + hits) / (1 + permutations); hits / permutations when stopped by `enough`; NaN without permutations */
} dw_mmd;

/* Fewer than two points on a side, or distances beyond what a double holds: DW_ENODATA. When the typical distance is 0 (more than half of
 * the pairs are equal), the mean squared distance takes its place, and 1 where that is 0 too: points that are all equal have statistic 0
 * and p-value 1. */
dw_status dw_mmd_test(const double *reference, size_t n, const double *current, size_t m, size_t width, const dw_mmd_options *options,
                      dw_mmd *out, dw_err *err);

/* out[count * count]: squared Euclidean distances between all rows; symmetric, the diagonal exactly 0. */
void dw_squared_distances(const double *rows, size_t count, size_t width, double *out);

#endif
