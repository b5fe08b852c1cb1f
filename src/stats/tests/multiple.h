/* multiple: p-values of many tests, adjusted for their number: among many, some are small by chance.
 *
 * adjusted[i] <= alpha is the decision at level alpha. Entries of p that are NaN (no answer) stay NaN and do not count. p and adjusted may
 * be the same array.
 *
 * weight: NULL, or how much of alpha each test has, compared with the others; above 0, fixed before the data are seen.
 */
#ifndef DW_STATS_MULTIPLE_H
#define DW_STATS_MULTIPLE_H

#include <stddef.h>

/* Family-wise: min(1, p sum / weight). */
void dw_bonferroni(const double *p, const double *weight, size_t n, double *adjusted);
/* Family-wise, uniformly better (Holm, Scandinavian Journal of Statistics 6, 1979, weights too). */
void dw_holm(const double *p, const double *weight, size_t n, double *adjusted);
/* False discovery rate (Benjamini and Hochberg 1995; weights: Genovese, Roeder and Wasserman, Biometrika 93, 2006). A weight above the mean
 * could make a p-value smaller among tests that all reject: never smaller than it was. */
void dw_benjamini_hochberg(const double *p, const double *weight, size_t n, double *adjusted);

#endif
