/* autocorrelation: how much the rows of a series depend on those before them, and how many independent rows they are worth.
 *
 *   dw_series series = {x, n, NULL, 0};
 *   if (dw_series_rank(x, n, scratch) && dw_autocorrelation_p(&series) < alpha) worth = n / dw_autocorrelation_time(&series);
 *
 * A series may be cut into runs: rows of different runs are not neighbours, whatever stands between them.
 */
#ifndef DW_STATS_AUTOCORRELATION_H
#define DW_STATS_AUTOCORRELATION_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dw_series {
  double *x; /* [n], of mean 0 and variance 1 */
  size_t n;
  const size_t *start; /* [runs] where each run begins, ascending from 0; NULL: it is one run */
  size_t runs;
} dw_series;

/* Values become midranks of mean 0 and variance 1; of more than 2,048 those among 256 of them, evenly taken: never against the order of
 * the values, in 513 steps at most. false: all are equal, or there are none. scratch: [n]. */
bool dw_series_rank(double *x, size_t n, double *scratch);
bool dw_series_scale(double *x, size_t n); /* the same without ranks */

/* At a lag: the mean product of rows that far apart in one run, times (1 - lag / n); of one run that is the usual biased estimate. 0 where
 * no rows are. */
double dw_autocorrelation(const dw_series *series, size_t lag);

/* P-value of independent rows against such as resemble those before them: sums of the first 1, 4, 16 and 64 autocorrelations, each against
 * its law under exchangeable rows (mean, variance and skewness, as a Pearson III), the least of them times their number. 1: too few rows,
 * or too few that differ from the rest, to tell. */
double dw_autocorrelation_p(const dw_series *series);

/* The integrated autocorrelation time, 1 + 2 times the sum of the autocorrelations, at least 1: over the initial positive sequence of sums
 * of two neighbouring lags (Geyer, "Practical Markov chain Monte Carlo", Statistical Science 7, 1992), up to DW_AUTOCORRELATION_LAGS and
 * as long as a quarter of the rows have a partner. n of them are worth n / time independent rows. */
enum { DW_AUTOCORRELATION_LAGS = 1000 };
double dw_autocorrelation_time(const dw_series *series);

/* The share of the variance that the cells explain (eta squared), such as the hours of the day; x is left with what they do not explain,
 * scaled again. cell: [n], below cells. p_value: of the F test with n / dw_autocorrelation_time of what is left as the count; 1 where that
 * leaves too few. mean: [cells] of x in each cell, 0 where it has none; left: the autocorrelation time of what is left. Both may be NULL.
 */
double dw_series_cells(dw_series *series, const unsigned char *cell, size_t cells, double *p_value, double *mean, double *left);

#endif
