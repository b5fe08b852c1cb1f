/* special: the distributions that p-values come from.
 *
 * Upper tails (sf, "survival function", P(X > x)) are computed as such, never as 1 - cdf, so that a p-value of 1e-200 is right.
 * Measured relative error (tests/unit/test_special.c, held to mpmath): 1e-13 or so in the middle, 1e-11 in the tails down to 1e-280, where
 * a line does not say otherwise. Outside its domain, or with a NaN argument, a function returns NaN; a series that did not converge returns
 * NaN too, never a half-done number.
 */
#ifndef DW_STATS_SPECIAL_H
#define DW_STATS_SPECIAL_H

#include <stdint.h>

/* special_gamma.c */
double dw_gamma_log(double x);             /* ln Gamma(x), x > 0 */
double dw_gamma_rest(double x);            /* what Stirling leaves: ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2), x > 0 */
double dw_deviance(double x, double mean); /* x ln(x / mean) + mean - x >= 0, without cancellation (Loader's bd0); x >= 0, mean > 0 */
double dw_gamma_p(double a, double x);     /* regularised lower incomplete gamma, a > 0, x >= 0 */
double dw_gamma_q(double a, double x);     /* upper, computed itself */
double dw_chi2_cdf(double x, double df);
double dw_chi2_sf(double x, double df);

/* special_noncentral.c: of the chi-square with noncentrality, >= 0; absolute error 1e-12. */
double dw_chi2_noncentral_cdf(double x, double df, double noncentrality);
/* The noncentrality at which the cdf at x is p: 0 when it is below p already without any. Relative error 1e-9; beyond x = 1e8 by the normal
 * approximation. */
double dw_chi2_noncentrality(double x, double df, double p);
double dw_factorial_log(uint64_t n);          /* ln n! */
double dw_choose_log(uint64_t n, uint64_t k); /* ln (n over k), -infinity when k > n */

/* special_beta.c */
double dw_beta_log(double a, double b);
double dw_beta_i(double a, double b, double x);   /* regularised incomplete beta I_x(a, b); a, b > 0, 0 <= x <= 1 */
double dw_beta_ic(double a, double b, double x);  /* 1 - I_x(a, b), computed itself */
double dw_student_sf(double t, double df);        /* P(T > t) */
double dw_student_two_sided(double t, double df); /* P(|T| > |t|) */
double dw_student_cdf(double t, double df);       /* P(T <= t), the lower tail computed itself */
double dw_student_quantile(double p, double df);  /* inverse of cdf; 0 < p < 1, infinities at 0 and 1; NaN otherwise */
double dw_f_sf(double f, double df1, double df2);
double dw_f_cdf(double f, double df1, double df2); /* computed itself */
double dw_binomial_pmf(uint64_t k, uint64_t n, double p);
double dw_binomial_cdf(uint64_t k, uint64_t n, double p); /* P(X <= k) */
double dw_binomial_sf(uint64_t k, uint64_t n, double p);  /* P(X > k) */

/* special_normal.c */
double dw_erfc(double x);
double dw_normal_cdf(double z);
double dw_normal_sf(double z);
double dw_normal_quantile(double p); /* inverse of cdf; 0 < p < 1, infinities at 0 and 1 */

/* special_bessel.c: the modified Bessel function of the second kind of order 1/4, q >= 0; relative error 1e-14. */
double dw_bessel_k_quarter(double q);
double dw_bessel_k_quarter_scaled(double q); /* e^q K(q): no underflow */

/* special_quadratic.c: the limit laws of Cramér and von Mises' and of Anderson and Darling's statistic (one sample, or two samples of equal
 * law); both tails computed themselves, relative error 1e-13. */
double dw_cvm_limit_sf(double x);
double dw_cvm_limit_cdf(double x);
double dw_anderson_limit_sf(double x);
double dw_anderson_limit_cdf(double x);

/* special_kolmogorov.c */
double dw_kolmogorov_sf(double x);   /* limit law of sqrt(n) D */
double dw_kolmogorov_cdf(double x);  /* computed itself */
double dw_kuiper_limit_sf(double x); /* limit law of sqrt(n) V, V = D+ + D- */
/* P(D+ >= x), one sample of n against its law, exact (Birnbaum and Tingey 1951), in any tail; 1e-9 for n > 10^6 and n x < 40 */
double dw_smirnov_sf(uint64_t n, double x);
/* P(D_n >= x), two-sided, finite n: the methods of Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution", J. Stat.
 * Software 39(11), 2011, with regions that keep the relative error below 1e-9. as_scipy: with theirs, as scipy.stats.kstwo.sf (1.10) has
 * them; relative error up to 3e-5 for n > 140 and n x^2 about 2.2. */
double dw_kstwo_sf(double x, uint64_t n);
double dw_kstwo_sf_as_scipy(double x, uint64_t n);

#endif
