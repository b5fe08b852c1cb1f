/* json_member: one member of an object, or one element of an array, as it stands in a text: for who hands values on byte for byte. */
#ifndef DW_IO_JSON_MEMBER_H
#define DW_IO_JSON_MEMBER_H

#include <stddef.h>

#include "base/str.h"

/* text[0..length): JSON of one line. The value of the member of this name, within scratch (which is replaced); NULL: there is none, or the
 * text is no object up to there. most: the deepest nesting allowed. */
const char *dw_json_member(dw_buf *scratch, const char *text, size_t length, const char *name, int most, size_t *value_length);

/* The elements of an array, one after the other, each in front of a newline behind the end of lines. text is followed by a newline and
 * DW_BLOCK_PADDING readable bytes, and has no other newline. NULL: all of text is an array; else what is wrong with it. */
const char *dw_json_elements(const char *text, size_t length, int most, dw_buf *lines);

#endif
