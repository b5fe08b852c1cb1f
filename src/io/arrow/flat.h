/* flat: FlatBuffers (flatbuffers.dev, "Internals"), in which Arrow writes its schemas and the heads of its batches: tables whose members
 * are found by their number, read where they lie, every step within the bytes.
 *
 *   dw_flat flat = dw_flat_of(bytes, length);
 *   dw_flat_table message = dw_flat_root(&flat);
 *   int64_t body = dw_flat_integer(&flat, message, 3, 8, 0);
 *   if (flat.wrong) …
 *
 * What points outside gives 0 or an empty table, and sets `wrong`: loops need no checks of their own. Members of an empty table are their
 * defaults.
 */
#ifndef DW_IO_FLAT_H
#define DW_IO_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dw_flat {
  const unsigned char *bytes;
  size_t length;
  bool wrong;
} dw_flat;

/* Where a table lies; 0: there is none. */
typedef size_t dw_flat_table;

typedef struct dw_flat_vector {
  size_t at;    /* of the first element */
  size_t count; /* no more than there are bytes */
} dw_flat_vector;

dw_flat dw_flat_of(const void *bytes, size_t length);
dw_flat_table dw_flat_root(dw_flat *flat);
/* A number of 1, 2, 4 or 8 bytes, signed. */
int64_t dw_flat_integer(dw_flat *flat, dw_flat_table table, unsigned member, size_t bytes, int64_t otherwise);
dw_flat_table dw_flat_inner(dw_flat *flat, dw_flat_table table, unsigned member);
const char *dw_flat_text(dw_flat *flat, dw_flat_table table, unsigned member, size_t *length); /* no NUL to be counted on; NULL: none */
/* Of elements of so many bytes (tables: 4). */
dw_flat_vector dw_flat_list(dw_flat *flat, dw_flat_table table, unsigned member, size_t bytes);
dw_flat_table dw_flat_element(dw_flat *flat, dw_flat_vector vector, size_t i); /* a table of a vector of tables */
int64_t dw_flat_long(dw_flat *flat, size_t at);                                /* 8 bytes */

#endif
