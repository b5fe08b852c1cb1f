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

/* The share that changed most, as the counts stand, and in `unsure` what of it may be the bounds'. Not empty on either side. */
void dw_reach_shift(const dw_pair *pair, dw_share_shift *out);
/* Fisher's exact test of each share as near as it may be, the least times their number. */
double dw_reach_p(const dw_pair *pair);

/* Shares of the items and, behind them, of all others together: p and q as the counts stand, near_p and near_q as near each other as they
 * may be (equal where the bounds overlap), each [categories.count + 1]. */
void dw_reach_shares(const dw_pair *pair, double *p, double *q, double *near_p, double *near_q);

#endif
