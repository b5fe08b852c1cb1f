/* association: how strongly two columns hang together, and whether that differs between two samples.
 *
 * Numbers: the correlation of Pearson, and that of Spearman, which is Pearson's of midranks; both after Fisher's z = atanh(r).
 * Categories: Cramer's V, and the likelihood ratio test of "no three-factor interaction".
 */
#ifndef DW_STATS_ASSOCIATION_H
#define DW_STATS_ASSOCIATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/tests/twosample.h"

/* Subtracts the mean and divides by the population standard deviation, in place. false: no spread (all zeros then). */
bool dw_standardise(double *x, size_t n);
/* Midranks from 1, of values without NaN; out may not be x. scratch: 2 n doubles. */
void dw_midranks(const double *x, size_t n, double *out, double *scratch);

typedef struct dw_correlation {
  double r;        /* -1 to 1; NaN: fewer than 4 rows */
  double variance; /* of atanh(r) */
  size_t n;
} dw_correlation;

/* Both standardised over the same n rows, neither constant. The variance is the larger of the classical one, 1 / (n - 3) (Fisher; for
 * ranks (1 + r^2 / 2) / (n - 3), Bonett and Wright, Psychometrika 65, 2000), which holds for normal data, and the one that holds for any
 * distribution: the mean square of the influences x y - r (x^2 + y^2) / 2 (Steiger and Hakstian, Br. J. Math. Stat. Psychol. 35, 1982),
 * each as if its row were left out (over 1 - leverage, the leverage (1 + max(x^2, y^2)) / n: the "HC3" of MacKinnon and White, J.
 * Econometrics 29, 1985). Under heavy tails Fisher's alone says drift of what did not drift: 27 % of pairs x = f u, y = f v of normal
 * numbers at a level of 0.05, for one. */
dw_correlation dw_correlation_of(const double *x, const double *y, size_t n, bool ranks);
/* z = (atanh(current) - atanh(reference)) / sqrt(sum of the variances), two-sided normal p. DW_ENODATA: a side has no correlation. */
dw_status dw_correlation_change(const dw_correlation *reference, const dw_correlation *current, dw_test *out, dw_err *err);

/* Cramer's V of a table [rows][columns] of counts, 0 to 1; empty rows and columns do not count. NaN: fewer than two rows or columns. */
double dw_table_v(const uint64_t *table, size_t rows, size_t columns);

/* Two tables [rows][columns] of counts: is the association (every odds ratio) the same, whatever the margins of each? Likelihood ratio
 * G^2 of the log-linear model without three-factor interaction, fitted by iterative proportional fitting (Bishop, Fienberg, Holland,
 * "Discrete Multivariate Analysis", 1975, ch. 3); df (rows - 1)(columns - 1) of those that occur on both sides. *least (may be NULL):
 * the smallest expected count; chi-square is doubtful when it is below 5, wrong below 1. DW_ENODATA: fewer than two rows or columns in
 * common. */
dw_status dw_interaction_test(const uint64_t *reference, const uint64_t *current, size_t rows, size_t columns, dw_test *out, double *least,
                              dw_err *err);

#endif
