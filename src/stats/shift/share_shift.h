/* share_shift: the effect size of every column, whatever it holds: the largest change of a share.
 *
 * In Cohen's arcsine units h = |2 asin sqrt(p) - 2 asin sqrt(q)| (Statistical power analysis for the behavioral sciences, 1988, ch. 6), p
 * the reference's share and q the current side's: the scale on which the error of a share is the same everywhere, so that 1 to 2.3 %, 10
 * to 13.3 % and 50 to 55 % are all 0.1. From 0 (no change) to pi (none to all). Unit-free, and the same after any increasing transformation
 * of the values; an outlier counts as a row.
 */
#ifndef DW_STATS_SHARE_SHIFT_H
#define DW_STATS_SHARE_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/samples/sample.h"
#include "stats/shift/effective.h"

typedef struct dw_share_shift {
  double h;                  /* >= 0; NaN: no answer */
  double low, high;          /* of 95 %, within 0 to pi */
  double error;              /* standard error of h: sqrt(1/n + 1/m) */
  double unsure;             /* how much of h the error of sketches may have made; 0: they are exact. h - unsure is there in any case */
  double reference, current; /* the two shares where h is largest */
  double cut;                /* numbers: the value at the cut; else NaN */
  double level;              /* numbers: the quantile of the reference that the cut is, 0 … 1; else NaN */
  bool with_cut;             /* numbers: the share is P(X <= cut), not P(X < cut) */
  size_t category;           /* categories: which */
  size_t shares;             /* how many shares were looked at */
  uint64_t rows[2];          /* of the reference and the current side, as many as they are worth; 0: they make up no error like that */
} dw_share_shift;

/* h of two shares, k of n each; n, m > 0. */
double dw_share_shift_h(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current);

double dw_share_shift_between(double p, double q); /* of two shares, 0 to 1 */

/* About the least h that a test of one share at level alpha finds with a chance of 0.8, with this standard error; at most pi. */
double dw_share_shift_detectable(double error, double alpha);

/* Numbers: cuts at the reference's lower empirical quantiles (its least value, 1, 2.5, 5, 10, 20, … 80, 90, 95, 97.5, 99 %, its greatest
 * value), at each P(X <= cut) and P(X < cut). The interval: h at its cut +- z sqrt(1/n + 1/m), z at 2.5 % over the number of shares that
 * can differ, since the largest was chosen. The sizes are the effective ones. DW_ENODATA: a side is empty. */
dw_status dw_share_shift_numbers(dw_sorted reference, dw_sorted current, dw_effective effective, dw_share_shift *out, dw_err *err);

/* How far off each share may be, either way: the rank errors of sketches. */
typedef struct dw_share_errors {
  double reference, current;
} dw_share_errors;

/* The same of sketches: the interval is wider by what the errors may have made, and `unsure` is what h has more than the largest change
 * that every two distributions within the errors have at some cut. */
dw_status dw_share_shift_sketches(dw_sorted reference, dw_sorted current, dw_share_errors off, dw_effective effective, dw_share_shift *out,
                                  dw_err *err);
/* The h of the two shares within the errors that are nearest each other. */
double dw_share_shift_nearest(double reference, double current, dw_share_errors off);
/* Widens the interval of one share, and sets unsure, by shares that are off by up to this much. */
void dw_share_shift_blur(dw_share_shift *shift, dw_share_errors off);

dw_status dw_share_shift_categories(const uint64_t *reference, const uint64_t *current, size_t categories, dw_effective effective,
                                    dw_share_shift *out, dw_err *err);
/* One share: missing values, new categories, values out of range, a label. */
dw_status dw_share_shift_plain(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current, dw_effective effective,
                               dw_share_shift *out, dw_err *err);

/* The p-value of one share against the other: Fisher's exact test on the effective counts, two-sided. Fisher's and not its mid-p variant:
 * mid-p rejects somewhat too often at some sizes (0.058 at alpha 0.05), and a run promises at most alpha; what that costs in power is below
 * one row. */
dw_status dw_share_shift_p(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current, dw_effective effective,
                           double *p_value, dw_err *err);

#endif
