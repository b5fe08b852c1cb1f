/* resample: rows drawn again from a sample, to learn what a statistic does between two samples of one distribution.
 *
 * A draw is a list of row numbers. For n rows that do not depend on each other any row may follow any other (Efron, "Bootstrap methods:
 * another look at the jackknife", Ann. Stat. 7, 1979). Rows in time that do are drawn in blocks that wrap around the end (Politis and
 * Romano, "A circular block-resampling procedure for stationary data", 1992).
 */
#ifndef DW_STATS_RESAMPLE_H
#define DW_STATS_RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "stats/samples/sample.h"

/* m rows out of n, in blocks of `block` (1: each row by itself), into row[0..m). n > 0. */
void dw_resample_rows(dw_rng *rng, uint32_t n, size_t block, uint32_t *row, size_t m);

/* The length of block that fits the dependence in x (n values in time order; NaN: missing, counted as the mean): 1 when no autocorrelation
 * is seen, at most ceil(min(3 sqrt n, n / 3)). Politis and White, "Automatic block-length selection for the dependent bootstrap",
 * Econometric Reviews 23, 2004, for circular blocks, with the correction of Patton, Politis and White, ibid. 28, 2009. O(n times the lags
 * until the autocorrelation has died out, at most sqrt n). */
size_t dw_resample_block_length(const double *x, size_t n);

/* The support that a sample of numbers is drawn from: its distinct values, and which of them are single ones of something continuous.
 *
 * Values that are drawn twice are ties, which continuous data does not have, and tests that go by ranks see them. So a value that the
 * sample holds once stands for the cell around it, half-way to its neighbours, and every draw of it falls somewhere in the cell (a smoothed
 * bootstrap: Silverman and Young, Biometrika 74, 1987; here the smoothing is the linear interpolation of the distribution function). The
 * first and the last value stand for the tails too: half of their draws lie beyond, exponential, with the mean excess of the ten values
 * next to the end. Between such draws tests that go by ranks have the very distribution that they have between samples of any continuous
 * one. Values that the sample holds more than once are atoms and stay where they are; a sample of at most 20 distinct values of which at
 * least half repeat is discrete: all atoms. (Zeros, and beside them a dozen values that occur once, are not.) */
typedef struct dw_support {
  const double *value;   /* [count] ascending */
  const uint8_t *single; /* [count] */
  size_t count;
  bool discrete;
} dw_support;

/* Fills value[] and single[] (room for sample.count each) from a sorted sample. */
dw_support dw_support_of(dw_sorted sample, double *value, uint8_t *single);

/* A sample with times[k] draws of value at[k], for k < count (at ascends; NULL: of value k), ascending, into x (room for the sum of times);
 * returns the sum. */
size_t dw_support_spread(const dw_support *support, dw_rng *rng, const uint32_t *at, const uint32_t *times, size_t count, double *x);

#endif
