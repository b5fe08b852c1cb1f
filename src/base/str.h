/* str: a growing byte string (dw_buf), and the few text questions that every layer asks. */
#ifndef DW_BASE_STR_H
#define DW_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* Bytes data[0..length); {0} is an empty one. Not NUL-terminated unless dw_buf_cstr is called. */
typedef struct dw_buf {
  char *data;
  size_t length;
  size_t capacity;
} dw_buf;

void dw_buf_free(dw_buf *buf);
void dw_buf_grow(dw_buf *buf, size_t need); /* room for need bytes in all */

/* Makes room for extra more bytes and returns where they go; the caller adds to length what it wrote. Never NULL: where nothing is asked
 * for there is room for one. */
static inline char *dw_buf_room(dw_buf *buf, size_t extra)
{
  size_t room = extra ? extra : 1;
  if (buf->capacity - buf->length < room) dw_buf_grow(buf, buf->length + room);
  return buf->data + buf->length;
}

static inline void dw_buf_add(dw_buf *buf, const void *bytes, size_t count)
{
  if (!count) return;
  memcpy(dw_buf_room(buf, count), bytes, count);
  buf->length += count;
}

static inline void dw_buf_char(dw_buf *buf, char c)
{
  *dw_buf_room(buf, 1) = c;
  buf->length++;
}

static inline void dw_buf_text(dw_buf *buf, const char *text) { dw_buf_add(buf, text, strlen(text)); }

void dw_buf_format(dw_buf *buf, const char *format, ...) DW_PRINTF(2, 3); /* no floating point: dw_num_print is for numbers */
void dw_buf_unsigned(dw_buf *buf, unsigned long long value);              /* decimal digits */
const char *dw_buf_cstr(dw_buf *buf); /* the bytes with a NUL behind them (not counted); valid until the next change */

/* An item of a list that is separated by commas: a backslash stands before a comma, and before a backslash that would stand before one. */
void dw_buf_item(dw_buf *buf, const char *item);
void dw_buf_shell(dw_buf *buf, const char *word); /* as a shell takes it for one word: in quotes, where it needs them */

/* Bytes of the UTF-8 character at text (1 to 4), 0 when it is not well formed (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF) or cut by length. */
size_t dw_utf8_length(const char *text, size_t length);
bool dw_utf8_valid(const char *text, size_t length);
size_t dw_utf8_mark(const char *text, size_t length);        /* bytes of the byte order mark that text begins with: 3, or 0 */
size_t dw_utf8_encode(char out[4], unsigned long codepoint); /* bytes written; U+FFFD for a surrogate or out of range */

bool dw_text_equal(const char *a, size_t a_length, const char *b); /* a[0..a_length) is the C string b */
bool dw_text_match(const char *pattern, const char *text);         /* shell-like: * and ? only, whole text, bytes */

#endif
