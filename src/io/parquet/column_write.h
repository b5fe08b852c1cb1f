/* column_write: one column of some rows as the chunk of a row group: which type its values have, and its pages.
 *
 * A column's type holds for the whole file: the rows that are written first settle it (dw_column_settle), and what does not fit later is a
 * fault of its row. Text takes everything: what was no text stands there as NDJSON has it.
 */
#ifndef DW_IO_COLUMN_WRITE_H
#define DW_IO_COLUMN_WRITE_H

#include "io/record/gathered.h"

typedef enum dw_column_type {
  DW_COLUMN_TEXT,
  DW_COLUMN_BOOLEAN,
  DW_COLUMN_WHOLE,   /* INT64 */
  DW_COLUMN_REAL,    /* DOUBLE */
  DW_COLUMN_INSTANT, /* INT64, microseconds since 1970 in UTC */
  DW_COLUMN_VECTOR   /* a list of DOUBLE */
} dw_column_type;

/* The narrowest type for all values: booleans; whole numbers; numbers; vectors; instants, where every value is a time in UTC as ISO 8601
 * has it, with a Z, and of no more than microseconds; else text. No value at all: text. */
dw_column_type dw_column_settle(const dw_gathered *rows, size_t column);

const char *dw_column_type_name(dw_column_type type); /* "whole numbers", for messages */

typedef struct dw_column_chunk {
  bool dictionary;
  size_t values;        /* with those that are missing, and the elements of lists */
  size_t packed, plain; /* bytes, headers of pages included */
  size_t data;          /* where the first page of values begins */
} dw_column_chunk;

/* Pages of page_rows rows at the end of out. false: row *wrong has a value that is not of the type, and out is as it was. */
bool dw_column_write(dw_buf *out, const dw_gathered *rows, size_t column, dw_column_type type, size_t page_rows, dw_column_chunk *chunk,
                     size_t *wrong);

#endif
