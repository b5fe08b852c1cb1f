/* parted_cells: the cells of a batch that go to a column of the whole and, row by row, to the same column of one of its parts: in one pass,
 * so that each is looked up once. It takes only what leaves the columns as dw_column_add would, to the bit: numbers that both count already
 * (stats/streams/number_counts.h), and strings of columns of few.
 */
#ifndef DW_DATA_PARTED_CELLS_H
#define DW_DATA_PARTED_CELLS_H

#include "data/columns/column.h"

enum { DW_PARTED_NONE = 255 /* the place of a row that is nowhere: then nothing is taken */ };

/* The texts of a column of the whole as those of its parts have them, from batch to batch. Zero: none is known yet. */
typedef struct dw_parted_texts {
  uint32_t *number; /* [text of the whole][part]: 1 + the part's; 0: not known */
  size_t capacity;
} dw_parted_texts;

typedef struct dw_parted_rows {
  const uint8_t *place;   /* [rows of the batch] the part of a row */
  size_t parts;           /* less than DW_PARTED_NONE */
  const uint32_t *count;  /* [parts] rows of each */
  const uint8_t *present; /* [present_count] those that have some */
  size_t present_count;
} dw_parted_rows;

/* part: [parts], where rows are present; NULL where there is none, and on return where it takes its cells by itself. false: all of them and
 * the whole do, and nothing was added. */
bool dw_parted_add(dw_column *whole, dw_column **part, const dw_parted_rows *rows, const dw_batch *batch, const dw_batch_column *cells,
                   dw_parted_texts *texts);
void dw_parted_texts_free(dw_parted_texts *texts);

#endif
