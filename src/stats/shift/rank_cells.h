/* rank_cells: two sorted samples as counts in cells of the pooled ranks.
 *
 * The cells are cut at ranks of the pooled sample, fine at both ends (1, 2, 4, 8, … rows from the least and from the greatest value, up to
 * a 32nd) and 32nds between, at most DW_RANK_CELLS in all; a value that many rows share has a cell for itself. Which side a row came from
 * plays no part: given the pooled values, the counts of one side follow the multivariate hypergeometric law, with ties as without. Cells
 * cost O(cells log rows), not a pass over the rows.
 */
#ifndef DW_STATS_RANK_CELLS_H
#define DW_STATS_RANK_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/samples/sample.h"

enum { DW_RANK_CELLS = 512 };

typedef struct dw_rank_cells {
  size_t count;
  uint64_t reference[DW_RANK_CELLS], current[DW_RANK_CELLS];
  double last[DW_RANK_CELLS]; /* the greatest value in the cell */
  bool single[DW_RANK_CELLS]; /* all rows of the cell have one value */
} dw_rank_cells;

/* Both sides have values. */
void dw_rank_cells_make(dw_rank_cells *cells, dw_sorted reference, dw_sorted current);

/* Takes out cells that no row is left in, after the counts have been scaled (effective.h). */
void dw_rank_cells_drop_empty(dw_rank_cells *cells);

#endif
