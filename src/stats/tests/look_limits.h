/* look_limits: limits for many scores at once, from looks that were cut out of one series, so that a look to come alarms (any score beyond
 * its limit) at the rate asked for.
 *
 * Looks that overlap are one observation more or less, and of a series there are few that do not. So a look is judged by those alone that
 * have no row in common with it, as a look to come will be (conformal prediction: Vovk, Gammerman and Shafer, "Algorithmic learning in a
 * random world", 2005; here all looks take their turn):
 *
 *   size of a score   of a p-value the normal deviate of its half, of a similarity what it lacks to 1, of a distance itself
 *   usual size        the root of the mean square over the looks without a row in common, at least what is usual without dependence
 *   a look's extent   the largest of its scores' sizes over their usual ones
 *   its rank          the share of the looks without a row in common that extend as far
 *
 * and the limit is that extent which the share `rate` of the looks goes beyond, ranked in this way, times each score's usual size. One
 * extent for all scores costs no more looks than one score does: so many of them that do not overlap tell rates down to 1 / (looks + 1),
 * for any number of scores. What is usual only weighs them against each other; the rate does not rest on the law of any.
 */
#ifndef DW_STATS_LOOK_LIMITS_H
#define DW_STATS_LOOK_LIMITS_H

#include "stats/tests/minp.h"

#define DW_LOOK_ALONE SIZE_MAX

typedef struct dw_look_test {
  const double *score; /* [looks]; NaN: no answer, no alarm */
  bool low;            /* low scores are the extreme ones: p-values, similarities */
  bool p_value;
  double usual;  /* the least usual size: of p-values 1, or the root of the rows that one independent row is worth; 0: none */
  size_t beside; /* a score that sees only what this other one sees too, now and then: its usual size is at least the other's */
  double most;   /* p_value: the limit is at most that; NaN: it may be any */
  double limit;  /* out: strictly beyond it is an alarm; NaN: no look had an answer; of p-values 0 where looks have such as 1e-308 */
} dw_look_test;

typedef struct dw_looks {
  const size_t *start; /* [count] the first row of each, in any order */
  size_t count, length;
  size_t disjoint; /* how many of them fit beside each other */
} dw_looks;

/* out->rate: the share of looks that alarm, each judged by those without a row in common; at least 1 / (disjoint + 1), which is what a rate
 * below that comes to. The error is that of as many looks as fit beside each other. out->level: the share of the looks that extend beyond
 * it. */
void dw_look_limits(dw_look_test *test, size_t tests, const dw_looks *looks, double rate, dw_minp_level *out);

/* The least rate that so many looks tell. */
double dw_look_least_rate(size_t disjoint);

#endif
