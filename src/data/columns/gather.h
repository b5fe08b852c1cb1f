/* gather: numeric columns whose names match a pattern, taken together as one column of vectors (dw-compare --vector 'emb_*').
 *
 * A column belongs to it from its first number on; the components stand in the natural order of the names (emb_2 before emb_10). A row
 * without all of them, or with anything but numbers, is left out and counted (dw_vectors.incomplete); so are, once a further column turns
 * up, all rows before it. The columns themselves are marked (dw_column.part) and hold no values of their own.
 */
#ifndef DW_DATA_GATHER_H
#define DW_DATA_GATHER_H

#include "data/columns/column.h"
#include "io/reader/reader.h"

typedef struct dw_gather {
  const char *pattern; /* the caller's; also the column's name */
  dw_column *column;
  uint32_t *part; /* the reader's ids, in the order of the components */
  size_t parts, capacity;
  double *row;                   /* [parts] */
  const dw_batch_column **cells; /* [parts] */
} dw_gather;

void dw_gather_init(dw_gather *gather, const char *pattern);
/* Before the columns themselves take the batch. column: those of the side, by the reader's id; barred(context, name): never gathered. */
void dw_gather_add(dw_gather *gather, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, dw_column *const *column,
                   bool (*barred)(const void *context, const char *name), const void *context);
dw_column *dw_gather_finish(dw_gather *gather, dw_column *const *column); /* the column, now the caller's; *gather is empty */
void dw_gather_free(dw_gather *gather);

#endif
