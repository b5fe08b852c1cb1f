/* method_reach: categories whose counts are known within bounds: those of a profile that names the frequent texts alone
 * (dw_column.texts_lost), and numbers that are counted by value in a sketch, where each is off by up to twice its rank error.
 *
 * What is claimed of them holds for all counts within the bounds: shares are taken as near each other as they may be.
 */
#ifndef DW_DETECT_METHOD_REACH_H
#define DW_DETECT_METHOD_REACH_H

#include "detect/method/method.h"

/* A categorical pair has such counts. */
bool dw_reach_is(const dw_pair *pair);

/* No value of the column is unknown: of a profile that names the frequent texts alone, or of numbers counted in a sketch, nobody can say
 * that a value was not there. */
bool dw_reach_names_all(const dw_column *column);
/* Of `total` values at most so many are an item that counts `count`. */
uint64_t dw_reach_most(const dw_column *column, bool numeric, uint64_t count, uint64_t total);
/* What a share may lack, at most. */
double dw_reach_error(const dw_column *column);

/* The share that changed most, as the counts stand, and in `unsure` what of it may be the bounds'. Not empty on either side.
 * Untouched where neither side names a value: then nothing is known of any share. */
void dw_reach_shift(const dw_pair *pair, dw_share_shift *out);
/* Fisher's exact test of each share as near as it may be, the least times their number. */
double dw_reach_p(const dw_pair *pair);

/* A share that is known to lie between two. */
typedef struct dw_reach_share {
  double low, high;
} dw_reach_share;

/* Of the items and, behind them, of all others together: reference and current each [categories.count + 1]. */
void dw_reach_shares(const dw_pair *pair, dw_reach_share *reference, dw_reach_share *current);
/* The two that are nearest each other: equal where they may be. */
void dw_reach_nearest(dw_reach_share reference, dw_reach_share current, double *p, double *q);

#endif
