/* gathered: records on their way into a file: column by column, until there are enough of them to be written together.
 *
 *   dw_gathered *rows = dw_gathered_new();
 *   for each column k of a batch (read with spans): place[k] = dw_gathered_column_of(rows, its name, length);
 *   dw_gathered_add(rows, batch, 0, batch->rows, place);
 *   … rows->column[k].tags[i], rows->column[k].cells[i] …
 *   dw_gathered_clear(rows);                        the columns stay
 *
 * Columns are in the order in which they first occurred. A cell keeps its number and its text as it stood, so that what is written may be
 * either: whole numbers of up to 64 bits keep all their digits.
 */
#ifndef DW_IO_GATHERED_H
#define DW_IO_GATHERED_H

#include "base/map.h"
#include "io/record/record.h"

typedef struct dw_gathered_cell {
  union {
    double real;    /* DW_REAL */
    int64_t whole;  /* DW_INTEGER */
    uint64_t first; /* DW_VECTOR: components from dw_gathered.pool[first] on */
  } value;
  uint32_t text, length; /* of dw_gathered_column.text; DW_VECTOR: length counts components */
} dw_gathered_cell;

typedef struct dw_gathered_column {
  const char *name; /* NUL-terminated */
  uint8_t *tags; /* [rows] dw_tag: DW_NULL for absent, too; DW_STRING without escapes (whole numbers beyond 64 bits, too); DW_OTHER: JSON */
  dw_gathered_cell *cells; /* [rows] */
  dw_buf text;             /* of numbers, strings and DW_OTHER */
  size_t filled;           /* rows that the column has; those up to dw_gathered.rows are added as missing */
  size_t tags_capacity, cells_capacity;
} dw_gathered_column;

typedef struct dw_gathered {
  dw_gathered_column *column; /* [names.count] */
  size_t column_capacity;
  dw_map names;
  double *pool;
  size_t pool_count, pool_capacity;
  size_t rows;
  size_t bytes; /* of texts and vectors held */
  dw_buf scratch;
} dw_gathered;

dw_gathered *dw_gathered_new(void);
void dw_gathered_free(dw_gathered *rows); /* NULL is fine */

/* The place of a column, made where there is none yet. */
size_t dw_gathered_column_of(dw_gathered *rows, const char *name, size_t length);

/* Rows first to first + count of the batch. place[k]: of its column k. */
void dw_gathered_add(dw_gathered *rows, const dw_batch *batch, size_t first, size_t count, const size_t *place);

/* The value of a cell as text, at the end of out: numbers as they stood, true, false, vectors as JSON; nothing for DW_NULL. */
void dw_gathered_text(dw_buf *out, const dw_gathered *rows, const dw_gathered_column *column, size_t row);

void dw_gathered_clear(dw_gathered *rows); /* the rows */

#endif
