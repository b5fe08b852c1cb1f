/* ndjson_parts: what the NDJSON scanner and its quick lane share. Private to ndjson.c and ndjson_wide.c. */
#ifndef DW_IO_NDJSON_PARTS_H
#define DW_IO_NDJSON_PARTS_H

#include "io/formats/shape.h"

/* Where a record is being read: in front of a step, which `state` and the bytes at p tell. */
typedef struct dw_ndjson_lane {
  const char *p;
  uint32_t *trail;    /* the columns met */
  size_t trail_count; /* of them */
  size_t trail_limit; /* that there may be */
  uint32_t state;
} dw_ndjson_lane;

/* Reads values for as long as they are plain: a remembered step that is the first of its state and opens nothing, a column of the table
 * that the record does not have yet, and a number of up to 19 digits without an exponent, a string, or a word. It stops in front of the
 * first step that is not followed by such a value, with nothing of it done. base: of the block. */
typedef void dw_ndjson_run(const dw_shape *shape, const char *base, dw_ndjson_lane *lane);

dw_ndjson_run *dw_ndjson_wide(bool spans); /* for the processor at hand; NULL: there is none */

#endif
