/* multiple: p-values of many tests, adjusted for their number: among many, some are small by chance.
 *
 * adjusted[i] <= alpha is the decision at level alpha. Entries of p that are NaN (no answer) stay NaN and do not count. p and adjusted may
 * be the same array.
 */
#ifndef DW_STATS_MULTIPLE_H
#define DW_STATS_MULTIPLE_H

#include <stddef.h>

void dw_bonferroni(const double *p, size_t n, double *adjusted);         /* family-wise: min(1, n p) */
void dw_holm(const double *p, size_t n, double *adjusted);               /* family-wise, uniformly better (Holm 1979) */
void dw_benjamini_hochberg(const double *p, size_t n, double *adjusted); /* false discovery rate (Benjamini and Hochberg 1995) */

#endif
