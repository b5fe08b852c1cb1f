/* visible: bytes on their way to a terminal, whatever they are. What a terminal would obey or not show (dw_letters_misleads) becomes an
 * escape of JSON, \u001b, so that a record of NDJSON is the same record still; bytes that are no UTF-8 become '?'. Line ends and tabs stay.
 */
#ifndef DW_IO_VISIBLE_H
#define DW_IO_VISIBLE_H

#include "base/str.h"

typedef struct dw_visible {
  char begun[4]; /* of a character, or of a line end, whose rest is to come */
  size_t begun_length;
} dw_visible; /* {0}: at the beginning */

void dw_visible_add(dw_visible *visible, const char *bytes, size_t length, dw_buf *out);
void dw_visible_end(dw_visible *visible, dw_buf *out); /* nothing comes any more */

#endif
