/* matrix: labelled records as columns of floats and texts in row order, for training: all of them, or a sample.
 *
 *   dw_matrix matrix;
 *   dw_matrix_init(&matrix, 512 << 20);
 *   for each batch of ONE reader: dw_matrix_add(&matrix, reader, batch, err);
 *   dw_matrix_finish(&matrix);
 *
 * Four bytes a cell. Numbers become floats (what the booster works with): those beyond a float's range its ends, infinite ones too.
 * Strings and booleans are kept as numbers of their texts. Strings that turn out hardly to repeat (identifiers) are given up.
 *
 * A number in a column that has strings may be a category: it is kept as a text too, with its digits as far as a double holds them. Where
 * it came before the first string and a float does not hold it, or a double does not, or there are too many, the column is `rounded`: to
 * have categories, the reader has to read it as text (dw_reader_options.as_text). So does it the label, whose classes keep every digit.
 */
#ifndef DW_MODEL_MATRIX_H
#define DW_MODEL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "data/columns/schema.h"
#include "data/datasets/selection.h"
#include "io/reader/reader.h"
#include "model/encode/row_sample.h"

enum { DW_MATRIX_LEAST_ROWS = 100 };

typedef struct dw_matrix_column {
  char *name;
  float *number;  /* [rows] NaN where the cell is no number; NULL while the column has none */
  uint32_t *text; /* [rows] place in texts + 1, 0 where the cell is no text; NULL while the column has none */
  size_t number_capacity, text_capacity, number_count, text_filled;
  dw_map texts;    /* distinct strings, and "true" and "false" of booleans */
  unsigned kinds;  /* DW_KIND_… seen */
  uint64_t values; /* cells that are not missing */
  uint64_t strings;
  size_t digits; /* of texts: those of numbers */
  bool whole;    /* all numbers were written as integers */
  bool endless;  /* the strings hardly repeat: no longer kept */
  bool instants, spaces;
  double least, most; /* of all numbers as they were read; INFINITY, -INFINITY: none */
  bool round;         /* they are whole thousands (data/columns/instants.h) */
  bool inexact;       /* a number was no float */
  bool rounded;       /* two categories may have become one */
  bool label;         /* texts are JSON: "a", 1, true; numbers are kept besides, while there are no more than can be classes */
  double few[11];     /* the first distinct numbers (floats, as they are kept; of the label as they are) */
  unsigned few_count;
} dw_matrix_column;

/* Columns whose type somebody says; names, as they stand. */
typedef struct dw_matrix_types {
  dw_patterns categories; /* whatever they look like; the reader reads them as text */
  dw_patterns numbers;    /* which are numeric, though they look like codes or Unix times */
} dw_matrix_types;

typedef struct dw_matrix {
  dw_matrix_column **column; /* by the reader's column id */
  size_t column_count, column_capacity;
  size_t rows;
  size_t memory;
  bool sampling;
  dw_row_sample sample; /* sampling: which record each row is */
  size_t fit;           /* sampling: so many rows fit; it only falls */
  const char *label;
  dw_matrix_types types;
} dw_matrix;

void dw_matrix_init(dw_matrix *matrix, size_t memory); /* memory: bytes that the cells may take; 0: no bound */
/* Records past the bound are then no failure: a sample of all records is kept (row_sample.h). Types are told from all of them. Before the
 * first dw_matrix_add. */
void dw_matrix_sample(dw_matrix *matrix, uint64_t seed);
/* The column of the label, whose cells the reader reads as text. Before the first dw_matrix_add; name outlives the matrix. */
void dw_matrix_label(dw_matrix *matrix, const char *name);
void dw_matrix_set_types(dw_matrix *matrix, dw_matrix_types types);
/* DW_ENODATA when the bound is passed (sampling: when not even DW_MATRIX_LEAST_ROWS fit). */
dw_status dw_matrix_add(dw_matrix *matrix, const dw_reader *reader, const dw_batch *batch, dw_err *err);
void dw_matrix_finish(dw_matrix *matrix);                       /* columns of numbers and booleans become numbers; afterwards read-only */
uint64_t dw_matrix_seen(const dw_matrix *matrix);               /* records added: more than rows when a sample was kept */
uint64_t dw_matrix_record(const dw_matrix *matrix, size_t row); /* which record a row is, from 0 */
void dw_matrix_free(dw_matrix *matrix);

const dw_matrix_column *dw_matrix_find(const dw_matrix *matrix, const char *name); /* NULL when no record had it */
float dw_matrix_number(const dw_matrix_column *column, size_t row);                /* NaN when it is none */
const dw_map_key *dw_matrix_text(const dw_matrix_column *column, size_t row);      /* NULL when it is none */
dw_type dw_matrix_type(const dw_matrix *matrix, const dw_matrix_column *column);

/* The float that stands for a number of a record: the nearest finite one. To a tree it is the same: no split lies beyond. */
float dw_matrix_float(double number);

#endif
