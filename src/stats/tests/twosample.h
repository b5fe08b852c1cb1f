/* twosample: do two samples of numbers come from one distribution? r is the reference, c the current sample; n and m are their totals.
 *
 * Each returns DW_OK and fills *out, or DW_ENODATA with the reason when there is no answer (an empty side, no variance …);
 * then *out holds NaNs.
 */
#ifndef DW_STATS_TWOSAMPLE_H
#define DW_STATS_TWOSAMPLE_H

#include <stdbool.h>

#include "base/err.h"
#include "stats/samples/moments.h"
#include "stats/samples/sample.h"

typedef struct dw_test {
  double statistic;
  double p_value;
  double location; /* where the statistic is attained (KS: the value with the largest gap), else NaN */
  double df;       /* degrees of freedom, where the test has them, else NaN */
  bool exact;      /* p_value from the exact distribution, not from an asymptotic one */
} dw_test;

/* All NaN, not exact. */
void dw_test_clear(dw_test *test);

/* What the alternative hypothesis says about the first sample, r, as in scipy: LESS means that r tends to be smaller, that is that
 * the current values moved up. */
typedef enum dw_alternative { DW_TWO_SIDED = 0, DW_LESS, DW_GREATER } dw_alternative;

/* Kolmogorov and Smirnov: statistic D = max |F_r - F_c| over pooled values, right-continuous. p exact (lattice paths; Hodges 1958) when
 * max(n, m) <= 10000, else kstwo with round-half-even(n m / (n + m)), as scipy.stats.ks_2samp(method="auto"). Ties make the exact p
 * conservative. Signs: location is the smallest value at which D is attained. */
dw_status dw_ks_2samp(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err);
/* D and where it is attained, alone; signed: positive when F_r > F_c there (current values are larger). *location may be NULL. NaN when a
 * side is empty. */
double dw_ks_statistic(dw_sorted r, dw_sorted c, double *location);
/* P(D >= d) for two samples without ties of n and m values; *exact (may be NULL) tells which path was taken. */
double dw_ks_2samp_p(double d, uint64_t n, uint64_t m, bool *exact);

/* Mann and Whitney's U of r (pairs r > c, ties half) as statistic. p exact when min(n, m) <= 8 and there are no ties, else normal with tie
 * correction and continuity correction 0.5, as scipy.stats.mannwhitneyu(r, c). All values equal: p = 1. */
dw_status dw_mannwhitney(dw_sorted r, dw_sorted c, dw_alternative alternative, dw_test *out, dw_err *err);
/* The p-value of the U, of all that distribution functions have which are off by at most `off`, both sides' together, that is nearest no
 * difference: such a U is off by at most off n m. off 0: the same as above. */
dw_status dw_mannwhitney_within(dw_sorted r, dw_sorted c, dw_alternative alternative, double off, dw_test *out, dw_err *err);

/* Cramér and von Mises' T = n m / N^2 sum over the pooled rows of (F - G)^2, F and G right-continuous; p given what is tied, so that it
 * holds for any values and sizes: exact by all choices of n of the N rows when max(n, m) <= 20, and beyond that while it costs no more than
 * some 50 ms (after Xiao, Gordon and Yakovlev, J. Stat. Software 17(8), 2006), else from the limit law (dw_cvm_limit_sf) brought to T's
 * conditional mean and variance. All values equal: p = 1. as_scipy: T by midranks as scipy.stats.cramervonmises_2samp, the same without
 * ties; p by the law without ties: exact up to 20 only, and 1 minus a series that stops at terms below 1e-7, so that p is good to about
 * 1e-7 absolute, and 0 far out. DW_ENODATA: fewer than 2 values on a side, or more than 2^29. */
dw_status dw_cramer_von_mises(dw_sorted r, dw_sorted c, bool as_scipy, dw_test *out, dw_err *err);
/* The p-value of `part` of T, 0 to 1 (sketches: stats/samples/gap_left.h), by the limit laws; the statistic is T. */
dw_status dw_cramer_von_mises_part(dw_sorted r, dw_sorted c, bool as_scipy, double part, dw_test *out, dw_err *err);

/* Anderson and Darling's two-sample A^2 by midranks, standardised (Scholz and Stephens, J. Am. Stat. Assoc. 82, 1987), as
 * scipy.stats.anderson_ksamp; p from the standardised limit law (dw_anderson_limit_sf), at any size of p, and where rows are tied from the
 * law that holds with ties, by the variance that A^2 has given which rows are (the statistic stays scipy's). by_table: p interpolated in
 * Scholz and Stephens' table, and so cut to 0.001 … 0.25, as scipy does. DW_ENODATA: fewer than 4 values in all, or one distinct. */
dw_status dw_anderson_darling(dw_sorted r, dw_sorted c, bool by_table, dw_test *out, dw_err *err);
/* The p-value of `part` of A^2, 0 to 1; the statistic is the standardised A^2 itself. */
dw_status dw_anderson_darling_part(dw_sorted r, dw_sorted c, bool by_table, double part, dw_test *out, dw_err *err);

double dw_anderson_statistic(dw_sorted r, dw_sorted c); /* A^2, not standardised, alone: rises with the standardised one */

/* Epps and Singleton's test of the empirical characteristic functions at t = 0.4 and 0.8 over half the pooled interquartile range (J. Stat.
 * Comput. Simul. 26, 1986), as scipy.stats.epps_singleton_2samp: chi-square, df the rank of the covariance. DW_ENODATA: fewer than 5 values
 * on a side, or the pooled quartiles are equal. */
dw_status dw_epps_singleton(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err);

/* Kuiper's V = D+ + D-, as sensitive in the tails as in the middle. p exact by lattice paths when n = m, whatever the size, or when that
 * costs no more than some 50 ms (n m gcd(n, m) / 2 up to 1e7); else the limit law with Stephens' correction (J. R. Stat. Soc. B 32, 1970),
 * good to some percent from 2,000 values a side. Ties make the exact p conservative. location: where the larger of D+ and D- is attained.
 */
dw_status dw_kuiper(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err);
double dw_kuiper_statistic(dw_sorted r, dw_sorted c); /* alone; NaN when a side is empty */
/* P(V >= v) for two samples without ties of n and m values; *exact (may be NULL) tells which path was taken. */
double dw_kuiper_p(double v, uint64_t n, uint64_t m, bool *exact);

/* Student's t (pooled variance, df = n + m - 2) or Welch's (df of Welch and Satterthwaite), two-sided; statistic (mean r - mean c) / se.
 * DW_ENODATA when a side has no variance to give (0 / 0, or fewer than 2 values in all; Welch: on a side). */
dw_status dw_t_test(const dw_moments *r, const dw_moments *c, bool pooled, dw_test *out, dw_err *err);

#endif
