/* eigen: all eigenvalues and eigenvectors of a symmetric matrix.
 *
 * Householder reduction to tridiagonal form, then QL with implicit shifts (Bowdler, Martin, Reinsch and Wilkinson, Numerische Mathematik
 * 11, 1968; Golub and Van Loan, Matrix Computations, 8.3). Backward stable: eigenvalues are within about p * 2^-53 * the largest of
 * those of a.
 */
#ifndef DW_STATS_EIGEN_H
#define DW_STATS_EIGEN_H

#include <stddef.h>

#include "base/err.h"

/* a: [p][p], row-major, symmetric and finite (the lower triangle is read). On return value[p] descends, and row k of a is the eigenvector
 * of value[k]: of length 1, its largest component (the first of equals) positive. About 5 p^3 operations. DW_ENODATA: a value is not
 * finite, or the iteration did not converge (a then holds nothing of use). */
dw_status dw_eigen_symmetric(double *a, size_t p, double *value, unsigned threads, dw_err *err);

#endif
