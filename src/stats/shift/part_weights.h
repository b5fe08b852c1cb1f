/* part_weights: how the parts of a test that is the least of several p-values share what it may spend: omnibus.h, and within strata
 * stratified.h, which see the same things. A p-value counts as its weight times its face value. The weights are chosen by the power that
 * simulations show beside the best single test for each kind of change (tests/unit/test_suite_omnibus.c); the test holds its size with any.
 * A part that many changes show in has a small one; cuts are many, and what they see in the middle the gaps see too.
 */
#ifndef DW_STATS_PART_WEIGHTS_H
#define DW_STATS_PART_WEIGHTS_H

#define DW_WEIGHT_MIDDLE 25.  /* a cut */
#define DW_WEIGHT_END 60.     /* a cut beyond the outer 32nds */
#define DW_WEIGHT_OUTSIDE 60. /* what lies outside two cuts */
#define DW_WEIGHT_GAPS 1.
#define DW_WEIGHT_BESIDE 2.
#define DW_WEIGHT_SPREAD 4.
#define DW_WEIGHT_CHISQUARE 2. /* of a column of few values; of categories 1 */
#define DW_WEIGHT_VALUE 5.     /* times the number of values that are watched */

#define DW_PART_SPARE 0.2    /* of any level, what the bounds that are not of shares may spend */
#define DW_PART_LEAST 1e-290 /* what is smaller is said to be this, which holds too */

#endif
