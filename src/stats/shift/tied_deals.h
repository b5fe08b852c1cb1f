/* tied_deals: p-values of rank statistics where ties leave so few different outcomes that no continuous law holds.
 *
 * Conditional on the pooled rows, every deal of them to the two sides is as likely (deal.h): p = (1 + hits) / (1 + deals), or hits / deals
 * where 100 deals as far apart end it early (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991). At most 9,999
 * deals, fewer where there are many distinct values, at least 999.
 */
#ifndef DW_STATS_TIED_DEALS_H
#define DW_STATS_TIED_DEALS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/rng.h"
#include "stats/samples/sample.h"

/* A value that a quarter of all rows or more have, and fewer than 25 of the smaller side's rows expected off it. */
bool dw_tied_is_sparse(dw_sorted r, dw_sorted c);

typedef struct dw_tied_dealt {
  unsigned made, hits;
  double p_value;
} dw_tied_dealt;

/* Of Anderson and Darling's statistic (dw_anderson_statistic). Both sides have values. */
dw_tied_dealt dw_tied_anderson(dw_sorted r, dw_sorted c, dw_rng_key key);

/* The p-value of Mann and Whitney's test that values of `high` tend to be larger: the law of dw_mannwhitney where that holds, deals of the
 * sum of ranks where rows are tied and the smaller side has fewer than 50 rows or is sparse. */
dw_status dw_tied_larger(dw_sorted high, dw_sorted low, dw_rng_key key, double *p_value, dw_err *err);

#endif
