/* chunk: rows in order, cut into windows by time or by count. */
#ifndef DW_DATA_CHUNK_H
#define DW_DATA_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct dw_chunk {
  size_t first, count;  /* in dw_chunks.order */
  int64_t start, end;   /* windows: [start, end); else the first and the last instant */
} dw_chunk;

typedef struct dw_chunks {
  uint32_t *order;      /* [rows] the rows by time (those of one instant as they came), or as they came */
  dw_chunk *chunk;
  size_t count;
  bool timed;           /* start and end hold */
} dw_chunks;

/* One of window, size, number is set; none: a single chunk. */
typedef struct dw_chunk_options {
  int64_t window;  /* microseconds; windows begin at whole multiples since 1970; those without rows are left out */
  uint64_t size;   /* rows; a rest of less than half that is added to the last */
  uint64_t number; /* chunks, equal but for a row; at most as many as there are rows */
} dw_chunk_options;

/* instant NULL: no times (window needs them). At most 1,000,000 chunks: DW_EUSAGE. rows < 2^32. */
dw_status dw_chunks_make(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err);
void dw_chunks_free(dw_chunks *chunks);

#endif
