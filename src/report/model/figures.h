/* figures: numbers for people. Few digits, thousands apart, percent where a share is meant. For reports only: data keep every digit
 * (base/num.h). All append to a dw_buf; NaN (nothing given) prints an en dash.
 */
#ifndef DW_REPORT_FIGURES_H
#define DW_REPORT_FIGURES_H

#include "base/str.h"

/* value with `digits` significant digits (1 to 17), trailing zeros cut; the whole part is never rounded away: 0.0312, 33.2, 1,702,
 * 1.2e-17 (below 1e-4), 3.4e+15 (from 1e15 on). Ties round away from zero on the shortest decimal form of value. */
void dw_figure(dw_buf *out, double value, int digits);

/* A number of things: 5,000. Rounded to a whole number. */
void dw_figure_count(dw_buf *out, double value);

/* A share 0..1 as percent: "44 %", "4.4 %", "0.44 %", "< 0.01 %"; 0 and 1 are exact, and nothing else rounds to "0 %" or "100 %". */
void dw_figure_share(dw_buf *out, double share);

/* "33.2 → 48.1": with as many digits (3 to 8) as it takes to tell the two apart, when they differ. */
void dw_figure_pair(dw_buf *out, double from, double to);

/* "41 % → 28 %"; shares that round to the same get more digits: "88.18 % → 87.7 %". */
void dw_figure_share_pair(dw_buf *out, double from, double to);

/* The change from one positive number to another: "+45 %", "-12 %", "×3.1" from a tripling on, "unchanged". false, and nothing written,
 * where a ratio says nothing: zero, negative or not given. */
bool dw_figure_change(dw_buf *out, double from, double to);

/* Bytes: "252 MB" (powers of 1000). */
void dw_figure_bytes(dw_buf *out, double bytes);

#endif
