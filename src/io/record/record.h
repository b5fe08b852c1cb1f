/* record: what a block of records looks like once it is parsed: a batch of columns.
 *
 * The hot path is bytes -> batch -> statistics. A batch is the records of one block of input (some hundred kilobytes), stored by
 * column: for each column that occurs in it one tag (a byte) and one cell (eight bytes) a record. Nothing is allocated per
 * record; batches are reused.
 */
#ifndef DW_IO_RECORD_H
#define DW_IO_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef enum dw_tag {
  DW_ABSENT = 0, /* the record has no such field */
  DW_NULL,       /* JSON null, or a missing mark of CSV (empty, NA, NaN, null …) */
  DW_INTEGER,    /* a number written without point and exponent: cell.number */
  DW_REAL,       /* any other number: cell.number (CSV: also infinities) */
  DW_FALSE,      /* JSON false; CSV false, False, FALSE */
  DW_TRUE,
  DW_STRING,         /* cell.text: the bytes between the quotes, no escapes among them (CSV: the field's text) */
  DW_STRING_ESCAPED, /* cell.text as it stands in the input, with JSON escapes: dw_cell_decode */
  DW_VECTOR, /* an array of numbers (CSV: a text that is one, and not empty): cell.text counts doubles: pool[offset .. offset + length) */
  DW_OTHER   /* any other array, or an empty object: cell.text is the JSON text */
} dw_tag;

typedef union dw_cell {
  double number;
  struct {
    uint32_t offset; /* into batch->text (or batch->pool) */
    uint32_t length;
  } text;
} dw_cell;

/* Where a field stands in the input; kept only when the reader was asked for spans. Offsets into batch->text. */
typedef struct dw_span {
  uint32_t key;    /* NDJSON: the opening quote of the (innermost) key. CSV: equal to value */
  uint32_t value;  /* first byte of the value (a string's opening quote) */
  uint32_t length; /* bytes of the value, quotes included */
} dw_span;

/* A cell, and in how many rows it stands. */
typedef struct dw_counted_cell {
  dw_cell cell;
  uint32_t times;
  uint8_t tag;
} dw_counted_cell;
/* A number of CSV or NDJSON that may be written otherwise than this program would write it (1.10, 5.0, 1E5, digits that a double does not
 * hold), with its text: what it is to a column of categories. Columns with many such numbers have them no longer, of any row: their
 * `spelled` is DW_SPELLED_MANY. */
typedef struct dw_spelled {
  uint32_t column; /* the scanner's */
  uint32_t before; /* the column's one before it: its place + 1; 0: none */
  uint32_t row;
  uint32_t offset, length; /* into batch->text. A cell that was read twice may leave one behind whose number the cell has not */
} dw_spelled;

enum { DW_SPELLED_MOST = 24 }; /* different numbers: more are no categories */
#define DW_SPELLED_MANY UINT32_MAX
/* What stands before the decimals of the numbers of a column. */
typedef enum dw_cell_decimal {
  DW_CELLS_POINT,
  DW_CELLS_POINT_DOUBTFUL, /* the point; but the file is of a kind that has commas there, as its neighbours may */
  DW_CELLS_COMMA
} dw_cell_decimal;

typedef struct dw_batch_column {
  uint32_t id;          /* of the reader: dw_reader_column_name(reader, id) */
  const uint8_t *tags;  /* [rows], dw_tag */
  const dw_cell *cells; /* [rows]; undefined for DW_ABSENT, DW_NULL (but null_texts), DW_FALSE, DW_TRUE */
  const dw_span *spans; /* [rows] or NULL; undefined for DW_ABSENT */
  /* For who counts cells and need not look at each row: [counted_count] all cells of the column, equal ones together where the input has
   * them so (in dictionaries), in the order of their first rows (missing ones last). NULL: not known. */
  const dw_counted_cell *counted;
  size_t counted_count;
  uint32_t spelled; /* its last one in batch->spelled: place + 1; 0: none; DW_SPELLED_MANY */
  dw_cell_decimal decimal;
} dw_batch_column;

typedef struct dw_batch {
  const char *text; /* the block; offsets below point into it. CSV: may be a rewritten copy of the block (quotes undone) */
  size_t text_length;
  const double *pool; /* vector components */
  size_t rows;
  const dw_spelled *spelled;     /* of all columns, in the order of the rows */
  bool null_texts;               /* a DW_NULL cell has the text that stands for it (CSV): cell.text, empty or a mark */
  bool others;                   /* some cell may be DW_OTHER */
  uint64_t first_row;            /* index of the first record in the whole stream, from 0 */
  uint64_t skipped;              /* bad records left out of this batch (--on-error skip) */
  uint64_t nans, infinite;       /* NDJSON, dw_dialect.nan: values that were NaN, and are missing, and those that are infinite */
  const uint32_t *record;        /* [rows] first byte of each record's text; NULL unless spans were asked for */
  const uint32_t *record_length; /* [rows] without the newline (NDJSON: a carriage return before it is white space and counted) */
  const uint64_t *line;          /* [rows] line number of each record; NULL unless lines or spans were asked for */
  uint32_t text_first, text_end; /* where the records lie in text */
  bool by_row;                   /* the input has no lines: those below are its rows */
  uint64_t first_line;           /* line number of the first byte there */
  uint64_t lines;                /* line ends there */
  const char *name;              /* of the input the block is from, for messages; a block never spans two inputs */
  size_t column_count;           /* columns that occur in this batch, in order of first appearance */
  const dw_batch_column *columns;
  const uint32_t *index; /* for dw_batch_find: [index_count] by column id, place in columns + 1, 0 for not there */
  size_t index_count;
} dw_batch;

/* The text of a DW_STRING or DW_STRING_ESCAPED cell; escapes are undone into scratch (replaced, not appended). Unpaired surrogate
 * escapes become U+FFFD. */
const char *dw_cell_text(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, size_t *length);

/* Whether all cells are numbers, of which *reals are DW_REAL; and whether numbers are all finite. */
bool dw_cells_all_numbers(const uint8_t *tags, size_t count, size_t *reals);
bool dw_cells_all_finite(const dw_cell *cells, size_t count);

/* The line number of a cell, for the few that a message names: it may look through the text. 0: not known (a boolean in a block with blank
 * lines or bad records, in CSV also a text with quotes in it; spans know them all; or the input has no lines). */
uint64_t dw_batch_line(const dw_batch *batch, size_t row, dw_tag tag, dw_cell cell);

/* Where a record stands: a line of an input, or a row where the input has no lines. */
typedef struct dw_place {
  const char *name; /* of the input */
  bool by_row;
  uint64_t line;   /* or row, from 1; 0: not known */
  uint64_t column; /* byte; 0: not known, or it says nothing */
} dw_place;

dw_place dw_batch_place(const dw_batch *batch, size_t row); /* the line when lines or spans were asked for */

/* DW_EDATA: "NAME:LINE:COLUMN: …", or "row 12 of NAME: …". */
dw_status dw_record_fault(dw_err *err, dw_place place, const char *format, ...) DW_PRINTF(3, 4);
/* What such a fault of a line says behind the place; *line and *column: where, 0 for not known. name: of the input. */
const char *dw_record_fault_what(const dw_err *err, const char *name, uint64_t *line, uint64_t *column);

/* A column of the batch by the reader's id; NULL when it does not occur in this batch. */
const dw_batch_column *dw_batch_find(const dw_batch *batch, uint32_t id);

#endif
