/* footer: what the end of a Parquet file says: its columns, and where their chunks lie (the format's specification: parquet.thrift).
 *
 *   dw_footer *footer;
 *   status = dw_footer_read(&footer, bytes, length, file_size, name, err);
 *   for (dw_row_group *group; (status = dw_footer_group(footer, &group, err)) == DW_OK && group;) … group->chunk[footer->column[k].leaf] …
 *   dw_footer_free(footer);
 *
 * Columns are the leaves of the schema that rows of a table can have: members of structs by dotted names, lists of numbers as vectors. What
 * is nested otherwise is listed with the reason why it is left out. Statistics are not looked at, nor how many
 * rows there are in all: writers disagree about them (parquet-rs 0.3 wrote 0).
 */
#ifndef DW_IO_FOOTER_H
#define DW_IO_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/parquet/page_codec.h"
#include "io/parquet/thrift.h"

/* The numbers are Parquet's. */
typedef enum dw_physical {
  DW_PHYSICAL_BOOLEAN,
  DW_PHYSICAL_INT32,
  DW_PHYSICAL_INT64,
  DW_PHYSICAL_INT96,
  DW_PHYSICAL_FLOAT,
  DW_PHYSICAL_DOUBLE,
  DW_PHYSICAL_BYTES,
  DW_PHYSICAL_FIXED,
  DW_PHYSICALS
} dw_physical;

/* What a value means, whichever way the file says it (logical or converted type). */
typedef enum dw_meaning {
  DW_MEANS_ITSELF, /* numbers and booleans as they are; bytes: text where they are text */
  DW_MEANS_UNSIGNED,
  DW_MEANS_TEXT,
  DW_MEANS_BYTES, /* never text */
  DW_MEANS_DECIMAL,
  DW_MEANS_DATE,    /* days since 1970 */
  DW_MEANS_TIME,    /* since midnight */
  DW_MEANS_INSTANT, /* since 1970 */
  DW_MEANS_INTERVAL,
  DW_MEANS_UUID,
  DW_MEANS_HALF,   /* a float of 16 bits */
  DW_MEANS_NOTHING /* every value is missing */
} dw_meaning;

typedef struct dw_leaf {
  const char *name; /* dotted */
  dw_physical physical;
  dw_meaning meaning;
  int32_t width;                  /* bytes, of DW_PHYSICAL_FIXED */
  int32_t scale;                  /* of decimals */
  int64_t second;                 /* ticks of times and instants */
  bool utc;                       /* instants: they are in UTC, and not of a clock on some wall */
  uint8_t definition, repetition; /* the highest levels */
  uint8_t in_list;                /* lists: from this definition level on there is an element */
  const char *left_out;           /* why it is none of the columns; NULL: it is one */
} dw_leaf;

typedef struct dw_column_place {
  uint32_t codec;        /* dw_page_codec, or what nobody knows */
  int64_t offset, bytes; /* of its pages in the file, those of the dictionary among them */
  int64_t values;
} dw_column_place;

typedef struct dw_row_group {
  int64_t rows;
  const dw_column_place *chunk; /* [leaves] */
} dw_row_group;

typedef struct dw_footer {
  const char *name; /* of the file, for messages */
  dw_leaf *leaf;
  size_t leaves;
  size_t groups;
  uint64_t size; /* of the file */
  dw_arena arena;
  dw_column_place *chunk; /* of the row group read last */
  dw_thrift at;           /* the next row group */
  size_t groups_left;
  dw_row_group group;
} dw_footer;

/* bytes[0..length): the footer, without length and magic; they and name have to stay until it is freed. DW_EDATA: it is not what a footer
 * has to be, or the file is encrypted. */
dw_status dw_footer_read(dw_footer **out, const void *bytes, size_t length, uint64_t size, const char *name, dw_err *err);
/* The next row group, valid until the next call; NULL: there is none left. All its chunks lie within the file. */
dw_status dw_footer_group(dw_footer *footer, const dw_row_group **out, dw_err *err);
void dw_footer_free(dw_footer *footer); /* NULL is fine */

#endif
