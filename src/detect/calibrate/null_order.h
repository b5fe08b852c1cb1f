/* null_order: the baseline's rows in the order that windows and blocks are taken in, and where that order is broken.
 *
 * A window that reaches over days that somebody took out of a baseline is none that a look could be. So the rows are cut into stretches at
 * gaps: steps between neighbouring rows that are more than ten times the usual one, which is the median of all positive steps, or of the 24
 * around it where that is larger (nights are slower than days). A pause that comes back is none: most of the same times of the day, or of
 * the week, are without rows. Where steps are irregular, less than nine in ten within a tenth of the median, ten becomes log2(100 rows): of
 * rows that come by chance, at an even rate, one step in 100 such baselines is as long. Where that would leave less than a tenth of the
 * windows, rows come in bursts, and only those steps are gaps that are longer than the longest in most looks, or than a look takes. The end
 * of the rows is a gap too: nothing wraps around.
 */
#ifndef DW_DETECT_NULL_ORDER_H
#define DW_DETECT_NULL_ORDER_H

#include "data/frames/frame.h"

typedef struct dw_null_order {
  uint32_t *row;    /* [rows] of the frame */
  int64_t *instant; /* [rows] ascending; NULL: the order is that of the input, and has no gaps */
  size_t rows;
  size_t *start; /* [stretches + 1] where each begins in row[]; the last is rows */
  size_t stretches;
} dw_null_order;

/* in_time: by the frame's instants, rows of one instant as they came. One stretch, until it is cut. */
void dw_null_order_make(dw_null_order *order, const dw_frame *frame, bool in_time);
/* Cuts at the gaps that windows of `length` rows are not to cross; again for another length. */
void dw_null_order_cut(dw_null_order *order, size_t length);
void dw_null_order_free(dw_null_order *order);

/* Windows of `length` rows without a gap: how many there are, where the i-th begins (ascending), and how many the places are that begin
 * before `row`. */
size_t dw_null_order_places(const dw_null_order *order, size_t length);
size_t dw_null_order_place(const dw_null_order *order, size_t length, size_t i);
size_t dw_null_order_before(const dw_null_order *order, size_t length, size_t row);
/* How many of them fit beside each other. */
size_t dw_null_order_disjoint(const dw_null_order *order, size_t length);

/* Rows in `microseconds`: the median over the rows that have so much time behind them in their stretch; 0: none has. */
size_t dw_null_order_span(const dw_null_order *order, int64_t microseconds);

#endif
