/* parquet_file: a Parquet file that is open: its footer, which columns are wanted of it, and its pages, taken from the file in the order of
 * rows (parquet_feed.c). Private to io/parquet.
 *
 * A block, as parquet_feed.c writes it and parquet.c takes it apart: a dw_parquet_block, a dw_parquet_part for each column, then their
 * bytes: dictionary and pages of the first column, of the second, and so on.
 */
#ifndef DW_IO_PARQUET_FILE_H
#define DW_IO_PARQUET_FILE_H

#include "io/parquet/column_pages.h"
#include "io/record/format.h"

typedef struct dw_parquet_block {
  uint64_t rows;
  uint64_t parts;
} dw_parquet_block;

typedef struct dw_parquet_part {
  uint32_t leaf, codec;
  uint64_t dictionary_bytes, bytes, offset, skip;
} dw_parquet_part;

/* A wanted column's pages on their way into blocks. */
typedef struct dw_parquet_pages {
  uint32_t leaf, codec;
  uint64_t at, end;            /* in the file: what has not been taken of the chunk */
  uint64_t offset;             /* in the file: of pages[0] */
  dw_buf dictionary;           /* its page */
  dw_buf pages;                /* whole pages that rows of the next block are in */
  size_t skip;                 /* rows at their begin that were given */
  size_t rows;                 /* rows of them that were not */
  size_t last_rows, last_from; /* rows of the page read last; where it begins in pages */
  uint64_t plain, seen;        /* of the row group so far: bytes of pages, unpacked, and the rows in them */
  dw_buf window;               /* bytes of the file, read ahead */
  uint64_t window_at;
} dw_parquet_pages;

typedef struct dw_parquet_file {
  dw_header header; /* first: what the reader knows of it */
  dw_input *input;
  dw_buf footer_bytes;
  dw_footer *footer;
  dw_buf notice;

  /* the reading thread's */
  dw_parquet_pages *column; /* [columns] those that are wanted */
  size_t columns;
  uint64_t group_left; /* rows of the row group that are in no block yet */
  dw_buf unpacked;     /* of pages whose rows have to be counted */
} dw_parquet_file;

/* Appends the next rows to block, or nothing at the end. */
dw_status dw_parquet_feed(dw_parquet_file *file, dw_buf *block, dw_err *err);

#endif
