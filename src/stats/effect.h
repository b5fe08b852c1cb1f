/* effect: how large a difference is, whatever the sample size. (Cramer's V: contingency.h.) */
#ifndef DW_STATS_EFFECT_H
#define DW_STATS_EFFECT_H

#include "stats/moments.h"
#include "stats/sample.h"

/* Cohen's d: (mean c - mean r) / pooled standard deviation (ddof 1): positive when the current values are larger. 0 when the means are
 * equal, NaN without spread otherwise or with fewer than 3 values in all. */
double dw_cohen_d(const dw_moments *r, const dw_moments *c);

/* P(R < C) + P(R = C) / 2: the chance that a current value is larger than a reference value; 0.5 no tendency. NaN when a side is empty. */
double dw_superiority(dw_sorted r, dw_sorted c);

#endif
