/* ubjson: Universal Binary JSON (ubjson.org, draft 12), as XGBoost writes it, to JSON. XGBoost's own reader follows broken lengths out of
 * the file; this one does not. */
#ifndef DW_MODEL_UBJSON_H
#define DW_MODEL_UBJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* An object in UBJSON: '{' and the type of the first member's length. JSON has a space, a quote or the closing brace there. */
bool dw_ubjson_is(const char *bytes, size_t length);

/* The whole of bytes is one value. name is for messages. DW_EDATA: cut, malformed, deeper than 64, or
 * infinite numbers, which JSON does not have; NaN becomes null. */
dw_status dw_ubjson_to_json(const char *bytes, size_t length, const char *name, dw_buf *out, dw_err *err);

#endif
