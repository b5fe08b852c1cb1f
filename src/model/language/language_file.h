/* language_file: the document that keeps a language model (kind "model", type "lm", man/driftwatch-records.5).
 *
 * Its member data is base64 of a zstd frame of: "DWLM", a byte for the version (1) and one for the order; then, little-endian, the numbers
 * of contexts and grams (32 bits each), and the columns of language_parts.h: of each context how many children and how many grams it has
 * and its oldest symbol, of each gram its symbol (16 bits each); of each context its backoff, of each gram its weight (IEEE 754, 32 bits).
 * Contexts come level by level, so no numbers make a cycle of them. What is read is held to all that a model promises: sizes, order,
 * symbols, weights, and the digest of the unpacked bytes.
 */
#ifndef DW_MODEL_LANGUAGE_FILE_H
#define DW_MODEL_LANGUAGE_FILE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "model/language/language.h"

enum { DW_LANGUAGE_FILE = 1 << 28 /* bytes that a model may have unpacked */ };

/* A model, and what its document says of it. */
typedef struct dw_language_document {
  dw_language *language;
  /* JSON as it stands in the document; empty: null. made_by without its brackets */
  dw_buf training, metrics, made_by;
} dw_language_document;

void dw_language_document_free(dw_language_document *document); /* {0} is fine */

/* One line, at the end of out. */
dw_status dw_language_write(const dw_language_document *document, dw_buf *out, dw_err *err);

/* into: {0}; free it in either case. DW_EDATA: not a language model, cut, damaged, or of a format of the future; DW_ESYSTEM: no file. */
dw_status dw_language_open(dw_language_document *into, const char *path, dw_err *err);
dw_status dw_language_parse(dw_language_document *into, const char *bytes, size_t length, const char *name, dw_err *err);

/* The unpacked bytes of data alone. NULL: they are no model; *why says what is wrong, a constant. */
dw_language *dw_language_unpack(const char *bytes, size_t length, const char **why);

#endif
