/* thrift_write: the compact protocol of Thrift, written: what io/parquet/thrift.h reads.
 *
 *   dw_thrift_out t = {.out = &bytes};
 *   dw_thrift_put_integer(&t, 1, DW_THRIFT_I32, 7);
 *   dw_thrift_put_list(&t, 2, DW_THRIFT_STRUCT, 1);
 *     dw_thrift_begin(&t);  …  dw_thrift_end(&t);
 *   dw_thrift_put_struct(&t, 3);  …  dw_thrift_end(&t);
 *   dw_thrift_end(&t);
 *
 * Fields of a struct come in the order of their numbers, which grow by 15 at most from one to the next. A struct that stands in nothing is
 * begun by itself, and has to be ended.
 */
#ifndef DW_IO_THRIFT_WRITE_H
#define DW_IO_THRIFT_WRITE_H

#include "base/str.h"
#include "io/parquet/thrift.h"

enum { DW_THRIFT_OUT_DEPTH = 16 };

typedef struct dw_thrift_out {
  dw_buf *out;
  int depth;
  int32_t last[DW_THRIFT_OUT_DEPTH]; /* number of the field written last, of each struct that is open */
} dw_thrift_out;

void dw_thrift_put_integer(dw_thrift_out *t, int32_t id, dw_thrift_type type, int64_t value); /* I16, I32, I64 */
void dw_thrift_put_boolean(dw_thrift_out *t, int32_t id, bool value);
void dw_thrift_put_text(dw_thrift_out *t, int32_t id, const char *text, size_t length);
void dw_thrift_put_struct(dw_thrift_out *t, int32_t id); /* its fields follow, and dw_thrift_end */
/* count elements follow: numbers and texts by the two below, structs each between dw_thrift_begin and dw_thrift_end. */
void dw_thrift_put_list(dw_thrift_out *t, int32_t id, dw_thrift_type type, size_t count);
void dw_thrift_item_integer(dw_thrift_out *t, int64_t value);
void dw_thrift_item_text(dw_thrift_out *t, const char *text, size_t length);
void dw_thrift_begin(dw_thrift_out *t);
void dw_thrift_end(dw_thrift_out *t);

#endif
