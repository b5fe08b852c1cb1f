/* base64: bytes as text (RFC 4648, 4: the alphabet with + and /, and padding). */
#ifndef DW_IO_BASE64_H
#define DW_IO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

void dw_base64_encode(dw_buf *out, const void *bytes, size_t length); /* at the end of out; padded, no line ends */

/* At the end of out; padding may be left out. false: it is none (out as it was): another letter, a length that no bytes give, or bits set
 * behind the last byte, so that each text but for its padding stands for bytes of its own. */
bool dw_base64_decode(dw_buf *out, const char *text, size_t length);

#endif
