/* regrouped: the rows of a batch put together by the group that each belongs to, so that every group has a batch of its own. Costs as much
 * as one look at each cell, however many groups there are.
 *
 *   dw_regrouped_make(&rows, batch, place, groups);      place[row]: its group, below groups
 *   dw_regrouped_part(&rows, group, &part, columns);     valid until the next call of make
 */
#ifndef DW_DATA_REGROUPED_H
#define DW_DATA_REGROUPED_H

#include "io/record/record.h"

typedef struct dw_regrouped {
  const dw_batch *batch;
  size_t groups;
  size_t *first;       /* [groups + 1] row of the rearranged batch */
  uint32_t *moved;     /* [rows] where each row went */
  uint8_t *tags;       /* [columns][rows] */
  dw_cell *cells;      /* [columns][rows] */
  dw_spelled *spelled; /* those of the columns, one group after the other; rows count within the group */
  uint32_t *last;      /* [columns][groups] of spelled: place + 1 */
  size_t first_capacity, moved_capacity, tags_capacity, cells_capacity, spelled_capacity, last_capacity;
} dw_regrouped;

void dw_regrouped_make(dw_regrouped *rows, const dw_batch *batch, const uint32_t *place, size_t groups);
/* columns: room for as many as the batch has; they become the part's. */
void dw_regrouped_part(const dw_regrouped *rows, size_t group, dw_batch *part, dw_batch_column *columns);
void dw_regrouped_free(dw_regrouped *rows);

#endif
