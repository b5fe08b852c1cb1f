#include "detect/calibrate/null_cells.h"

#include "base/mem.h"

void dw_null_cells_make(dw_null_cells *cells, const dw_null_order *order, const dw_matching *matching)
{
  size_t rows = order->rows;
  bool matched = matching && matching->by != DW_MATCH_NONE && order->instant;
  *cells = (dw_null_cells){.count = matched ? dw_match_cells(matching->by) : 1};
  cells->of = dw_alloc_zero(rows, sizeof *cells->of);
  cells->row = dw_alloc_array(rows, sizeof *cells->row);
  cells->start = dw_alloc_zero(cells->count + 1, sizeof *cells->start);
  uint32_t *end = dw_alloc_zero(cells->count + 1, sizeof *end);
  for (size_t i = 0; i < rows; i++) {
    if (matched) cells->of[i] = (uint8_t)dw_match_cell(matching->by, matching->zone, order->instant[i]);
    cells->start[cells->of[i] + 1]++;
  }
  for (unsigned c = 0; c < cells->count; c++) end[c] = cells->start[c + 1] += cells->start[c];
  for (size_t i = rows; i-- > 0;) cells->row[--end[cells->of[i]]] = (uint32_t)i;
  dw_free(end);
}

void dw_null_cells_free(dw_null_cells *cells)
{
  dw_free(cells->of);
  dw_free(cells->row);
  dw_free(cells->start);
  *cells = (dw_null_cells){0};
}

/* How many rows of the cell come before that one. */
static size_t before(const dw_null_cells *cells, unsigned cell, size_t row)
{
  size_t low = cells->start[cell], high = cells->start[cell + 1];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cells->row[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low - cells->start[cell];
}

size_t dw_null_cells_stand_in(const dw_null_cells *cells, dw_rng *rng, size_t from, size_t to, uint32_t *out)
{
  size_t count = 0;
  for (size_t i = from; i < to; i++) {
    unsigned cell = cells->of[i];
    size_t low = before(cells, cell, from), inside = before(cells, cell, to) - low;
    size_t others = cells->start[cell + 1] - cells->start[cell] - inside;
    if (others == 0) continue;
    size_t at = (size_t)dw_rng_below(rng, (uint32_t)others);
    out[count++] = cells->row[cells->start[cell] + (at < low ? at : at + inside)];
  }
  return count;
}
