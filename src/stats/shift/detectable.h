/* detectable: which change a test of one share could have found at all, of so few rows.
 *
 * The change is one of Cohen's h about the middle: the reference's share sin^2(pi/4 - h/4), the current one's cos^2 of it, from one half on
 * both sides (h 0) to none and all (h pi). The test is Fisher's at the level alpha, p < alpha. n, m > 0: effective counts.
 */
#ifndef DW_STATS_DETECTABLE_H
#define DW_STATS_DETECTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Up to this many rows of the smaller side the answer is that of the test's own law, every table counted; beyond it the normal
 * approximation of share_shift.h holds, which says some 6 % less there and ever less. */
enum { DW_DETECTABLE_EXACT = 60 };

/* The least h that is found with a chance of 0.8. pi: none, however large. Of a side much larger than the smaller one, some 20,000 / n rows
 * are counted with, which makes h at most 5 % too large. */
double dw_detectable_share(uint64_t n, uint64_t m, double alpha);

/* The least p-value that an exact, two-sided test of these counts has, whatever the rows are: that of the two sides apart. No test that
 * deals out the pooled rows has less. */
double dw_detectable_least_p(uint64_t n, uint64_t m);
bool dw_detectable_any(uint64_t n, uint64_t m, double alpha); /* it is below alpha */

#endif
