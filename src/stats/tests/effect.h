/* effect: how large a difference is, whatever the sample size, with a 95 % confidence interval. (Cramer's V itself: contingency.h.) */
#ifndef DW_STATS_EFFECT_H
#define DW_STATS_EFFECT_H

#include "stats/samples/moments.h"
#include "stats/samples/sample.h"

typedef struct dw_effect {
  double value;
  double low, high; /* of 95 %; NaN when there is none */
} dw_effect;

/* Cohen's d: (mean c - mean r) / pooled standard deviation (ddof 1): positive when the current values are larger. 0 when the means are
 * equal, NaN without spread otherwise or with fewer than 3 values in all. */
double dw_cohen_d(const dw_moments *r, const dw_moments *c);
/* With the large-sample interval of Hedges and Olkin, Statistical Methods for Meta-Analysis, 1985, p. 86: variance (n + m) / (n m) + d^2 /
 * (2 (n + m)). */
dw_effect dw_cohen_d_interval(const dw_moments *r, const dw_moments *c);

/* P(R < C) + P(R = C) / 2: the chance that a current value is larger than a reference value; 0.5 no tendency. NaN when a side is empty. */
double dw_superiority(dw_sorted r, dw_sorted c);
/* With Wilson's interval (J. Am. Stat. Assoc. 22, 1927) for as many trials as have the variance of DeLong, DeLong and Clarke-Pearson
 * (Biometrics 44, 1988): within 0 to 1, and not a point where all values of one side are larger. Of a side with more than 16,384 values
 * every k-th one is looked at, which moves the value by less than 1e-4 and costs the same at any size. */
dw_effect dw_superiority_interval(dw_sorted r, dw_sorted c);

/* Cramer's V of a 2 x K table from its homogeneity statistic and df = K - 1, with the interval of Smithson, Confidence Intervals, 2003, ch.
 * 4: the noncentralities of chi-square at which the statistic is at the 2.5 and 97.5 % points, V = sqrt((noncentrality + df) / total); low
 * is 0 where the first is 0, that is where the test does not reject at 2.5 %. */
dw_effect dw_cramer_v_interval(double homogeneity_statistic, double df, uint64_t total);

#endif
