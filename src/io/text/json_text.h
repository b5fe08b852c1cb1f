/* json_text: the pieces of RFC 8259 that a scanner needs: strings, numbers, whole values, checked to the letter.
 *
 * Every function reads from p and returns the first byte behind what it read, or NULL after filling *fault. The text must be followed
 * by a newline (which no JSON token contains) and DW_BLOCK_PADDING readable bytes.
 */
#ifndef DW_IO_JSON_TEXT_H
#define DW_IO_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* What some faults say, for those who know more to say of them. */
#define DW_JSON_NO_NUMBER "NaN and Infinity are no JSON values; a number that is missing is null"
#define DW_JSON_NO_VALUE "not a JSON value; " /* how it begins */
#define DW_JSON_NO_NAME "a name in double quotes is missing"
#define DW_JSON_TOO_LARGE "the number is too large for a double"
#define DW_JSON_NO_UTF8 "the text is not well-formed UTF-8"

typedef struct dw_text_fault {
  const char *at;   /* the byte that is wrong */
  const char *what; /* and why; a constant */
} dw_text_fault;

static inline bool dw_json_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static inline const char *dw_json_skip_space(const char *p)
{
  while (dw_json_space(*p)) p++;
  return p;
}

/* p is at or behind the opening quote, all before p is checked. Returns the place of the closing quote. *escaped is set to true when
 * there is an escape, and otherwise left alone. */
const char *dw_json_text_string(const char *p, bool *escaped, dw_text_fault *fault);

/* The whole number grammar, with any number of digits. Overflow to infinity is a fault, with *value infinite. *real: written with a
 * point or an exponent. */
const char *dw_json_text_number(const char *p, double *value, bool *real, dw_text_fault *fault);

/* Any value; depth is that of the value's surroundings, most the deepest allowed. */
const char *dw_json_text_value(const char *p, int depth, int most, dw_text_fault *fault);

/* Appends the bytes that the inside of a checked string stands for. Unpaired surrogate escapes become U+FFFD. */
void dw_json_text_decode(dw_buf *out, const char *text, size_t length);

#endif
