/* csv_write: one field of a CSV record (RFC 4180), quoted when it has to be. */
#ifndef DW_IO_CSV_WRITE_H
#define DW_IO_CSV_WRITE_H

#include <stddef.h>

#include "base/str.h"

/* In quotes when the text has a delimiter, quote, CR or LF, begins or ends with a space or tab, or is empty (an empty field without
 * quotes is a missing value). */
void dw_csv_field(dw_buf *out, const char *text, size_t length, char delimiter);

#endif
