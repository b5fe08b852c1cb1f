/* contingency: tests on counts by category. ref[k] and cur[k] count category k on each side. */
#ifndef DW_STATS_CONTINGENCY_H
#define DW_STATS_CONTINGENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/tests/twosample.h"

/* Pearson's chi-square, goodness of fit of cur against ref scaled to its size, as if ref were exact (Evidently's use of
 * scipy.stats.chisquare): expected = ref * (m / n), df = K - 1. A category only in cur: statistic infinity, p 0. Categories in neither
 * are ignored. DW_ENODATA: a side is empty, or one category in all. */
dw_status dw_chisquare_fit(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err);

/* Pearson's chi-square of the 2 x K table, df = K - 1 (K: categories seen on a side). No continuity correction. One
 * category in all: statistic and df 0, p 1. DW_ENODATA: a side is empty. */
dw_status dw_chisquare_homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err);
/* The same as scipy.stats.chi2_contingency has it: with Yates' correction when K is 2. */
dw_status dw_chisquare_contingency(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err);
/* Cramer's V of the 2 x K table: sqrt(statistic / (n + m)); 0 none to 1 complete difference. */
double dw_cramer_v(double homogeneity_statistic, uint64_t total);
/* The smallest expected count of the 2 x K table: chi-square is doubtful when it is below 5. NaN when a side is empty. */
double dw_expected_least(const uint64_t *ref, const uint64_t *cur, size_t categories);

/* Two proportions, hits out of total on each side, pooled variance, two-sided; statistic z > 0 when the reference share is larger. p = 2
 * sf(|z|); by_cdf: p = 2 (1 - cdf(|z|)), as Evidently does, which is 0 beyond |z| = 8.3. All or none are hits: statistic 0, p 1.
 * DW_ENODATA: a side is empty. */
dw_status dw_z_proportions(uint64_t hits_ref, uint64_t n_ref, uint64_t hits_cur, uint64_t n_cur, bool by_cdf, dw_test *out, dw_err *err);

/* Likelihood ratio G of the 2 x K table, df = K - 1: 2 sum O ln(O / E). One category in all: statistic and df 0, p 1. */
dw_status dw_g_test(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err);
/* G of cur against ref scaled to its size (Evidently's, there for equal sizes only). DW_ENODATA: a side is empty, or one category in all.
 */
dw_status dw_g_fit(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err);

/* What each category adds to Pearson's chi-square (fit: of goodness of fit; when that is infinite, the counts of the categories that only
 * cur has), and to G of the 2 x K table: term[0 .. categories), none negative. Both sides have values. */
void dw_chisquare_terms(const uint64_t *ref, const uint64_t *cur, size_t categories, bool fit, double *term);
void dw_g_terms(const uint64_t *ref, const uint64_t *cur, size_t categories, double *term);

/* Fisher's exact test of the table {{a, b}, {c, d}}, two-sided: the tables at most as likely as this one. statistic: odds ratio a d / (b
 * c). A zero row or column: p 1, statistic NaN. Counts up to 2^52 in all; the work grows with their square root. */
dw_status dw_fisher_exact(uint64_t a, uint64_t b, uint64_t c, uint64_t d, dw_test *out, dw_err *err);

/* How unlikely is it that values at the edge are new? P(the k most extreme of n_ref + n_cur exchangeable values all belong to the current
 * sample) = prod_{i<k} (n_cur - i) / (n_ref + n_cur - i). 1 for k = 0, 0 for k > n_cur. The test of "the current range goes beyond the
 * reference's": k current values lie above the reference maximum. */
double dw_exceedance_p(uint64_t n_ref, uint64_t n_cur, uint64_t k);

#endif
