/* null_cells: the baseline's rows by the cells of the calendar, where like is compared with like (a part of null_runs). */
#ifndef DW_DETECT_NULL_CELLS_H
#define DW_DETECT_NULL_CELLS_H

#include "base/rng.h"
#include "data/datasets/matching.h"
#include "detect/calibrate/null_order.h"

typedef struct dw_null_cells {
  uint8_t *of;     /* [rows] in the order of null_order: the row's cell */
  uint32_t *row;   /* [rows] of that order, by cell, and ascending in each */
  uint32_t *start; /* [count + 1] where each cell begins in row[] */
  unsigned count;  /* 1: all rows are one cell */
} dw_null_cells;

/* matching NULL, or by NONE: one cell. The order has instants otherwise. */
void dw_null_cells_make(dw_null_cells *cells, const dw_null_order *order, const dw_matching *matching);
void dw_null_cells_free(dw_null_cells *cells);

/* For each of the rows from..to - 1 another row of its cell outside of these, by chance; a cell that has none gives none. Into out[0..),
 * how many are returned: at most to - from. */
size_t dw_null_cells_stand_in(const dw_null_cells *cells, dw_rng *rng, size_t from, size_t to, uint32_t *out);

#endif
