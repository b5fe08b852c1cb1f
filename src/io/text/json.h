/* json: JSON documents (configs, findings, summaries), not the record stream. Reading is held to RFC 8259 (io/text/json_check)
 * and makes a tree of the whole document, in one piece of memory; writing appends to a dw_buf, and a dw_json keeps track of commas.
 */
#ifndef DW_IO_JSON_H
#define DW_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* --- reading --- */

typedef struct dw_value dw_value; /* opaque: use the functions below */

/* One JSON text, whole, strict: valid UTF-8, no trailing bytes, no duplicate keys, depth at most 64. name and line are for messages. */
dw_status dw_value_parse(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err);
/* The same for what is to be shown: a finding quotes data, which may hold \u0000, and a text of ours cannot; it becomes U+FFFD. */
dw_status dw_value_parse_shown(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err);
void dw_value_free(dw_value *value);

typedef enum dw_value_type {
  DW_VALUE_NULL,
  DW_VALUE_BOOL,
  DW_VALUE_NUMBER,
  DW_VALUE_STRING,
  DW_VALUE_ARRAY,
  DW_VALUE_OBJECT
} dw_value_type;
dw_value_type dw_value_kind(const dw_value *value);                    /* DW_VALUE_NULL for NULL, so that look-ups chain */
const dw_value *dw_value_get(const dw_value *object, const char *key); /* case-sensitive; NULL when absent or not an object */
const dw_value *dw_value_first(const dw_value *container);
const dw_value *dw_value_next(const dw_value *item);
size_t dw_value_count(const dw_value *container);
const char *dw_value_key(const dw_value *item);                                               /* of a member of an object */
const char *dw_value_text(const dw_value *value, const char *otherwise);                      /* of a string */
const char *dw_value_text_of(const dw_value *object, const char *key, const char *otherwise); /* of the member that is a string */
double dw_value_number(const dw_value *value, double otherwise);                              /* of a number */
bool dw_value_bool(const dw_value *value, bool otherwise);
void dw_value_print(const dw_value *value, dw_buf *out); /* compact, our number format */

/* --- writing --- */

enum { DW_JSON_DEPTH = 64 };

typedef struct dw_json {
  dw_buf *out;
  int depth;
  int indent;                     /* spaces a level; 0 writes one line */
  bool filled[DW_JSON_DEPTH + 1]; /* a comma is due at this depth (0: outside of all) */
} dw_json;

void dw_json_start(dw_json *json, dw_buf *out, int indent);
/* Goes on with the object (of one line, not empty) that out ends with: its last brace goes, and more members may follow. */
void dw_json_reopen(dw_json *json, dw_buf *out);
/* key is NULL inside an array and at the top. */
void dw_json_open(dw_json *json, const char *key, char bracket);     /* '{' or '[' */
void dw_json_close(dw_json *json, char bracket);                     /* '}' or ']' */
void dw_json_text(dw_json *json, const char *key, const char *text); /* NULL writes null; broken UTF-8 becomes U+FFFD */
void dw_json_bytes(dw_json *json, const char *key, const char *text, size_t length);
void dw_json_number(dw_json *json, const char *key, double value); /* NaN and infinities: null */
void dw_json_integer(dw_json *json, const char *key, int64_t value);
void dw_json_bool(dw_json *json, const char *key, bool value);
void dw_json_null(dw_json *json, const char *key);
void dw_json_raw(dw_json *json, const char *key, const char *text, size_t length); /* JSON text as it is */

/* "…" with escapes, for other writers: what must have one, and what a terminal would obey or not show (dw_letters_misleads). */
void dw_json_quote(dw_buf *out, const char *text, size_t length);

#endif
