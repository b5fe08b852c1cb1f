/* arrow_batch: one record batch of an Arrow stream or file in memory: where its buffers lie, and its rows as cells of a table.
 *
 * Buffers are unpacked when they are needed. Every offset and index in them is held to what there is.
 */
#ifndef DW_IO_ARROW_BATCH_H
#define DW_IO_ARROW_BATCH_H

#include "io/arrow/arrow_schema.h"
#include "io/parquet/meaning.h"
#include "io/parquet/page_codec.h"
#include "io/record/table.h"

/* bytes: plain, until the batch is read anew. */
typedef struct dw_arrow_bytes {
  const unsigned char *bytes;
  size_t length;
  dw_buf unpacked;
} dw_arrow_bytes;

/* A field in a batch: what of it has been looked at. */
typedef struct dw_arrow_part {
  size_t buffer; /* its first one in the batch */
  size_t node;   /* the same of nodes */
  size_t views;  /* its buffers of bytes; of DW_ARROW_VIEWS */
  int64_t rows;  /* that the batch says it has */
  bool opened;
  dw_arrow_bytes validity, first, second, *more; /* more: [views] */
  size_t more_capacity;
} dw_arrow_part;

typedef struct dw_arrow_batch {
  const dw_arrow_schema *schema;
  size_t from, fields; /* of the schema: all of them, or those of the one that a dictionary is for */
  bool dictionary;     /* values of a coded field, and not its indices */
  dw_flat flat;
  dw_flat_vector nodes, buffers, views;
  const char *body;
  size_t body_length;
  int codec; /* dw_page_codec */
  int64_t rows;
  dw_arrow_part *part; /* [fields] */
  size_t capacity;
} dw_arrow_batch;

/* How the buffers of a batch are packed; DW_PACKED_WAYS: in a way that is not known. */
dw_page_codec dw_arrow_batch_codec(dw_flat *flat, dw_flat_table head);

/* message[0..length) is the whole message: head and body (arrow_message.h). field: that a dictionary is for; UINT32_MAX: a batch of rows.
 * NULL: fine, else what is wrong. */
const char *dw_arrow_batch_read(dw_arrow_batch *batch, const dw_arrow_schema *schema, uint32_t field, dw_flat flat, dw_flat_table head,
                                const char *body, size_t body_length);
void dw_arrow_batch_free(dw_arrow_batch *batch);

/* Cells of the values of a dictionary, for the table that they were made for. */
typedef struct dw_arrow_codes {
  uint8_t *tags;
  dw_cell *cells;
  size_t count, tags_capacity, cells_capacity;
} dw_arrow_codes;

/* rows [row, row + count) of a column, from the sink's first element on. codes: of a coded column. Lists go into the builder's pool. NULL:
 * fine. */
const char *dw_arrow_fill(dw_arrow_batch *batch, size_t field, size_t row, size_t count, const dw_arrow_codes *codes,
                          const dw_meaning_sink *sink, dw_builder *builder);

#endif
