/* arrow_schema: the columns that an Arrow stream or file has (format/Schema.fbs of the Arrow project), and where a batch keeps them.
 *
 * Fields stand in the order of the schema, each before what is in it: the order in which a batch lists nodes and buffers. A field that rows
 * of a table can have as a column (a member of a struct by its dotted name, a list of numbers as a vector) says what its values mean in
 * the words of Parquet's columns (io/parquet/footer.h), so that both become cells the same way.
 */
#ifndef DW_IO_ARROW_SCHEMA_H
#define DW_IO_ARROW_SCHEMA_H

#include "base/err.h"
#include "base/mem.h"
#include "io/arrow/flat.h"
#include "io/parquet/footer.h"

typedef enum dw_arrow_layout {
  DW_ARROW_NOTHING, /* no buffers */
  DW_ARROW_FIXED,   /* validity, values of one width */
  DW_ARROW_BITS,    /* validity, bits */
  DW_ARROW_TEXT,    /* validity, offsets, bytes */
  DW_ARROW_VIEWS,   /* validity, views of 16 bytes, as many buffers of bytes as the batch says */
  DW_ARROW_LIST,    /* validity, offsets; its one child */
  DW_ARROW_WINDOWS, /* validity, offsets, lengths; its one child: a list view */
  DW_ARROW_ARRAY,   /* validity; its one child, so many elements a row */
  DW_ARROW_STRUCT,  /* validity; its children */
  DW_ARROW_RUNS,    /* no buffers; two children: the rows up to the end of each run, and the values of the runs */
  DW_ARROW_ONE,     /* kinds that are left out, by their buffers: one, */
  DW_ARROW_TWO      /* two */
} dw_arrow_layout;

typedef struct dw_arrow_field {
  dw_leaf leaf;           /* of a column; left_out: why it is none (of what is in another column: "") */
  dw_arrow_layout layout; /* of its values */
  uint8_t width;          /* bytes: of DW_ARROW_FIXED (1 to 8: numbers), of offsets */
  bool is_unsigned;
  uint32_t size;   /* bytes of other values of one width; elements of DW_ARROW_ARRAY */
  uint32_t end;    /* behind the last field that is in it */
  uint32_t parent; /* UINT32_MAX: none */
  bool coded;      /* its values are in a dictionary, and the batch has whole numbers of width index */
  uint8_t index;
  bool index_unsigned;
  int64_t dictionary;
} dw_arrow_field;

typedef struct dw_arrow_schema {
  dw_arrow_field *field;
  size_t fields, capacity;
  dw_arena arena;
} dw_arrow_schema;

/* Of a message's table Schema. name: of the input. Free it, also after a failure. */
dw_status dw_arrow_schema_read(dw_arrow_schema *out, dw_flat *flat, dw_flat_table schema, const char *name, dw_err *err);
void dw_arrow_schema_free(dw_arrow_schema *schema);

size_t dw_arrow_buffers(dw_arrow_layout layout); /* without those of views */
/* The field that has the values of a column: itself, but of runs the one of their values. */
const dw_arrow_field *dw_arrow_values(const dw_arrow_schema *schema, size_t field);
/* The elements of a field that is a vector are those of this one. */
const dw_arrow_field *dw_arrow_element(const dw_arrow_schema *schema, size_t field);

#endif
