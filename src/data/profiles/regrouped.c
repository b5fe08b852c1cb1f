#include "data/profiles/regrouped.h"

#include <string.h>

#include "base/mem.h"

/* Where each row goes: counted, then placed, so that rows of a group keep their order. */
static void move_rows(dw_regrouped *rows, const uint32_t *place)
{
  size_t count = rows->batch->rows;
  rows->first = dw_grow(rows->first, &rows->first_capacity, rows->groups + 2, sizeof *rows->first);
  rows->moved = dw_grow(rows->moved, &rows->moved_capacity, count, sizeof *rows->moved);
  memset(rows->first, 0, (rows->groups + 2) * sizeof *rows->first);
  for (size_t row = 0; row < count; row++) rows->first[place[row] + 2]++;
  for (size_t g = 2; g < rows->groups + 2; g++) rows->first[g] += rows->first[g - 1];
  for (size_t row = 0; row < count; row++) rows->moved[row] = (uint32_t)rows->first[place[row] + 1]++;
}

static void move_cells(dw_regrouped *rows)
{
  const dw_batch *batch = rows->batch;
  size_t count = batch->rows, all = batch->column_count * count;
  rows->tags = dw_grow(rows->tags, &rows->tags_capacity, all, sizeof *rows->tags);
  rows->cells = dw_grow(rows->cells, &rows->cells_capacity, all, sizeof *rows->cells);
  for (size_t c = 0; c < batch->column_count; c++) {
    const dw_batch_column *from = &batch->columns[c];
    uint8_t *tags = rows->tags + c * count;
    dw_cell *cells = rows->cells + c * count;
    for (size_t row = 0; row < count; row++) {
      tags[rows->moved[row]] = from->tags[row];
      cells[rows->moved[row]] = from->cells[row];
    }
  }
}

/* The notes of how numbers are written form a chain for each column; here one for each column and group. */
static void move_spelled(dw_regrouped *rows, const uint32_t *place)
{
  const dw_batch *batch = rows->batch;
  size_t used = 0, lasts = batch->column_count * rows->groups;
  rows->last = dw_grow(rows->last, &rows->last_capacity, lasts, sizeof *rows->last);
  memset(rows->last, 0, lasts * sizeof *rows->last);
  for (size_t c = 0; c < batch->column_count; c++) {
    uint32_t *last = rows->last + c * rows->groups;
    uint32_t at = batch->columns[c].spelled;
    for (size_t g = 0; at == DW_SPELLED_MANY && g < rows->groups; g++) last[g] = DW_SPELLED_MANY;
    for (; at > 0 && at != DW_SPELLED_MANY; at = batch->spelled[at - 1].before) {
      dw_spelled one = batch->spelled[at - 1];
      uint32_t group = place[one.row];
      one.before = last[group];
      one.row = rows->moved[one.row] - (uint32_t)rows->first[group];
      rows->spelled = dw_grow(rows->spelled, &rows->spelled_capacity, used + 1, sizeof *rows->spelled);
      rows->spelled[used++] = one;
      last[group] = (uint32_t)used;
    }
  }
}

void dw_regrouped_make(dw_regrouped *rows, const dw_batch *batch, const uint32_t *place, size_t groups)
{
  rows->batch = batch;
  rows->groups = groups;
  move_rows(rows, place);
  move_cells(rows);
  move_spelled(rows, place);
}

void dw_regrouped_part(const dw_regrouped *rows, size_t group, dw_batch *part, dw_batch_column *columns)
{
  const dw_batch *batch = rows->batch;
  size_t first = rows->first[group], count = batch->rows;
  *part = *batch;
  part->rows = rows->first[group + 1] - first;
  part->columns = columns;
  part->spelled = rows->spelled;
  part->record = part->record_length = NULL;
  part->line = NULL;
  for (size_t c = 0; c < batch->column_count; c++)
    columns[c] = (dw_batch_column){.id = batch->columns[c].id,
                                   .tags = rows->tags + c * count + first,
                                   .cells = rows->cells + c * count + first,
                                   .spelled = rows->last[c * rows->groups + group],
                                   .decimal = batch->columns[c].decimal};
}

void dw_regrouped_free(dw_regrouped *rows)
{
  dw_free(rows->first);
  dw_free(rows->moved);
  dw_free(rows->tags);
  dw_free(rows->cells);
  dw_free(rows->spelled);
  dw_free(rows->last);
  *rows = (dw_regrouped){0};
}
