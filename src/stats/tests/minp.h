/* minp: limits for many scores at once, so that under the null hypothesis a run alarms (any score beyond its limit) at the rate asked for.
 *
 * The scores of simulated runs without drift tell what each can be by chance, and which go together: every test gets the same level a, its
 * limit is the 1 - a quantile of its own scores, and a is the largest for which the share of runs with any score beyond is at most the rate
 * asked (the min-p method: Westfall and Young, "Resampling-based multiple testing", 1993; tests that always alarm together share one alarm,
 * which Bonferroni's correction does not see). A run is judged by limits that come from the other runs, so that the rate holds for a run to
 * come and not only for those at hand. Ties count against alarms: the rate is never above the one asked, but for the chance in the runs.
 */
#ifndef DW_STATS_MINP_H
#define DW_STATS_MINP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct dw_minp_test {
  const double *score; /* [runs]; NaN: no answer in this run, no alarm */
  bool low;            /* low scores are the extreme ones (p-values, similarities) */
  bool exact;          /* p-values that hold, P(p < a) <= a: the limit is the level, and the runs tell which tests go together */
  bool bounded;        /* p-values that may not hold for these runs: the limit is at most the level, even where the runs would allow more */
  double limit;        /* out: strictly beyond it is an alarm; NaN: no run had an answer */
} dw_minp_test;

typedef struct dw_minp_level {
  double level; /* of each test */
  double rate;  /* share of the runs that alarm, each judged by the others */
  double error; /* Monte-Carlo standard error of rate */
} dw_minp_level;

/* DW_ENODATA: so few runs that even limits which no run passed alarm more often than asked; the message says how many are needed. */
dw_status dw_minp_limits(dw_minp_test *test, size_t tests, size_t runs, double rate, dw_minp_level *out, dw_err *err);

#endif
