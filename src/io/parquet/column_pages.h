/* column_pages: the pages of one column of a block, read row by row into the cells of a table.
 *
 *   dw_column_pages pages = {0};
 *   wrong = dw_pages_begin(&pages, &(dw_pages_part){…}, &chunk);
 *   for each table: dw_pages_table(&pages); wrong = dw_pages_fill(&pages, rows, &sink);
 *   dw_pages_free(&pages);
 *
 * Values of a dictionary become cells once a table, not once a row. What is wrong is said by the column, with the place of its page.
 */
#ifndef DW_IO_COLUMN_PAGES_H
#define DW_IO_COLUMN_PAGES_H

#include "io/parquet/meaning.h"
#include "io/parquet/page.h"
#include "io/record/table.h"

/* A column of a block: bytes as they stand in the file. */
typedef struct dw_pages_part {
  const dw_leaf *leaf;
  unsigned codec;
  const char *dictionary; /* its page with the header; NULL: none */
  size_t dictionary_bytes;
  const char *pages; /* whole pages with their headers */
  size_t bytes;
  uint64_t offset; /* of the pages in the file */
  size_t skip;     /* rows in front of the first one that is asked for */
} dw_pages_part;

typedef struct dw_pages_sink {
  uint8_t *tags;
  dw_cell *cells;
  dw_builder *builder; /* texts and vectors go into its table */
  bool as_text;
  dw_slot *slot; /* where cells that were counted go; NULL: nowhere */
  uint32_t id;   /* of the column, of the builder's */
} dw_pages_sink;

enum { DW_PAGES_CHUNK = 2048, DW_PAGES_WRONG = 200 };

/* Some entries of a page: levels, and the values of those that have one. Columns of lists have one each, the others share. */
typedef struct dw_pages_chunk {
  uint32_t definition[DW_PAGES_CHUNK], repetition[DW_PAGES_CHUNK], index[DW_PAGES_CHUNK];
  int64_t whole[DW_PAGES_CHUNK];
  double real[DW_PAGES_CHUNK];
  dw_piece piece[DW_PAGES_CHUNK];
} dw_pages_chunk;

/* The page that a dictionary was read from, and how. */
typedef struct dw_dictionary_source {
  dw_physical physical;
  int32_t width;
  unsigned codec;
  dw_buf page; /* packed, with its header; empty: of no use for another block */
} dw_dictionary_source;

typedef struct dw_column_pages {
  dw_pages_part part;
  size_t at; /* in part.pages: the next page */
  uint64_t page_offset;
  dw_buf buffer, dictionary_buffer;
  dw_page page;
  dw_values values;
  size_t left; /* entries of the page that are not in the chunk */

  /* the dictionary, as values and as cells of the table */
  size_t dictionary;
  dw_dictionary_source known;
  int64_t *whole;
  double *real;
  dw_piece *piece;
  uint8_t *tags;
  dw_cell *cells;
  size_t whole_capacity, real_capacity, piece_capacity, tags_capacity, cells_capacity;
  bool celled;
  /* of the table: in how many rows each of them stands, and those that stand in any, in the order of their first rows */
  uint32_t *times, *seen;
  size_t times_capacity, seen_capacity, seen_count;

  dw_pages_chunk *chunk, *own;
  size_t chunk_at, chunk_count, chunk_value; /* of lists */

  char wrong[DW_PAGES_WRONG];
} dw_column_pages;

/* What part points to has to stay until it is freed or begun anew. chunk: to work in, shared by columns that are filled one after the
 * other. NULL: fine. */
const char *dw_pages_begin(dw_column_pages *pages, const dw_pages_part *part, dw_pages_chunk *chunk);
void dw_pages_table(dw_column_pages *pages); /* another table begins: its texts are elsewhere */
/* The next rows into the sink, from its first element on. NULL: fine. */
const char *dw_pages_fill(dw_column_pages *pages, size_t rows, const dw_pages_sink *sink);
void dw_pages_free(dw_column_pages *pages);

/* Rows that begin in a page of a column of lists, whose older form does not say how many; *continues: it begins within a row. NULL: fine.
 */
const char *dw_pages_count(const dw_page_head *head, const dw_leaf *leaf, unsigned codec, const char *body, dw_buf *buffer, size_t *rows,
                           bool *continues);

#endif
