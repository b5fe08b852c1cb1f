/* thrift: the compact protocol of Thrift (its specification: thrift-compact-protocol), in which Parquet writes its footer and the headers
 * of its pages. Bytes in memory, read once from front to back; nothing is allocated.
 *
 *   dw_thrift t = dw_thrift_of(bytes, length);
 *   for (dw_thrift_field f = {0}; dw_thrift_next(&t, &f);) switch (f.id) {
 *     case 1: rows = dw_thrift_integer(&t, &f); break;
 *     default: dw_thrift_skip(&t, &f);
 *     }
 *   if (t.wrong) …
 *
 * Every field has to be read or skipped. After the first fault all reading gives 0 and ends, and `wrong` says what it was: loops need no
 * checks of their own.
 */
#ifndef DW_IO_THRIFT_H
#define DW_IO_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dw_thrift_type {
  DW_THRIFT_STOP,
  DW_THRIFT_TRUE,
  DW_THRIFT_FALSE,
  DW_THRIFT_BYTE,
  DW_THRIFT_I16,
  DW_THRIFT_I32,
  DW_THRIFT_I64,
  DW_THRIFT_DOUBLE,
  DW_THRIFT_BINARY,
  DW_THRIFT_LIST,
  DW_THRIFT_SET,
  DW_THRIFT_MAP,
  DW_THRIFT_STRUCT
} dw_thrift_type;

typedef struct dw_thrift {
  const unsigned char *at, *end;
  const char *wrong; /* NULL: nothing so far */
} dw_thrift;

typedef struct dw_thrift_field {
  int32_t id; /* of the field read last in this struct; 0 before the first */
  dw_thrift_type type;
} dw_thrift_field;

dw_thrift dw_thrift_of(const void *bytes, size_t length);
/* The next field of the struct that the reading stands in; false: it has ended, or a fault. */
bool dw_thrift_next(dw_thrift *t, dw_thrift_field *field);

/* The value of the field. Of another type than asked for: a fault. */
int64_t dw_thrift_integer(dw_thrift *t, const dw_thrift_field *field);
bool dw_thrift_boolean(dw_thrift *t, const dw_thrift_field *field);
const char *dw_thrift_text(dw_thrift *t, const dw_thrift_field *field, size_t *length); /* in the bytes, no NUL; NULL: a fault */
/* A struct: its fields follow, read with a dw_thrift_field of their own until that ends. */
bool dw_thrift_enter(dw_thrift *t, const dw_thrift_field *field);
/* A list: how many elements follow, of the type in *element, whose values are read as if that were the field. Never more than there are
 * bytes left. */
size_t dw_thrift_list(dw_thrift *t, const dw_thrift_field *field, dw_thrift_field *element);
void dw_thrift_skip(dw_thrift *t, const dw_thrift_field *field);

#endif
