/* json_check: the grammar of RFC 8259, held to the letter, before a tree is built: no `01`, no raw control characters, no broken UTF-8, no
 * byte order mark, no bytes behind the text.
 */
#ifndef DW_IO_JSON_CHECK_H
#define DW_IO_JSON_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DW_JSON_NESTING = 64 };

typedef struct dw_json_source {
  const char *text;
  size_t length;
  const char *name;
  uint64_t line; /* of the first byte; 0 counts as 1 */
} dw_json_source;

typedef struct dw_json_mark {
  size_t offset;
  size_t length;
} dw_json_mark;

/* Where the numbers and the keys of objects stand, each in the order of the text. {0} is an empty one. */
typedef struct dw_json_marks {
  dw_json_mark *numbers;
  size_t number_count, number_capacity;
  dw_json_mark *keys; /* with their quotes */
  size_t key_count, key_capacity;
} dw_json_marks;

/* DW_EDATA with line and byte column. marks are to be freed in either case. */
dw_status dw_json_check(const dw_json_source *source, dw_json_marks *marks, dw_err *err);
void dw_json_marks_free(dw_json_marks *marks);

/* DW_EDATA at the line and byte column of offset. */
dw_status dw_json_fault(const dw_json_source *source, size_t offset, dw_err *err, const char *format, ...) DW_PRINTF(4, 5);

#endif
