#include "io/bytes/visible.h"

#include <string.h>

#include "base/letters.h"

/* How many bytes the character that begins with this one has; 1: it is whole, or none begins with it. */
static size_t wanted(unsigned char first) { return first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1; }

static void escape(uint32_t c, dw_buf *out)
{
  if (c > 0xffff) {
    c -= 0x10000;
    dw_buf_format(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
  } else {
    dw_buf_format(out, "\\u%04x", (unsigned)c);
  }
}

/* Returns how many bytes are done; the last few may wait for what follows them, unless nothing does. */
static size_t add(const char *bytes, size_t length, bool last, dw_buf *out)
{
  size_t at = 0;
  while (at < length) {
    size_t from = at, size = dw_utf8_length(bytes + at, length - at);
    bool more = size == 0 ? length - at < wanted((unsigned char)bytes[at]) : bytes[at] == '\r' && at + 1 == length;
    if (more && !last) return at;
    if (size == 0) {
      dw_buf_char(out, '?');
      at++;
      continue;
    }
    uint32_t c = dw_letters_next(bytes, length, &at);
    bool line_end = c == '\n' || (c == '\r' && at < length && bytes[at] == '\n');
    if (line_end || c == '\t' || !dw_letters_misleads(c)) dw_buf_add(out, bytes + from, size);
    else escape(c, out);
  }
  return at;
}

void dw_visible_add(dw_visible *visible, const char *bytes, size_t length, dw_buf *out)
{
  while (visible->begun_length && length) { /* with one byte more it may be whole */
    char joined[sizeof visible->begun + 1];
    size_t count = visible->begun_length;
    memcpy(joined, visible->begun, count);
    joined[count++] = *bytes++;
    length--;
    size_t done = add(joined, count, false, out);
    visible->begun_length = count - done;
    memcpy(visible->begun, joined + done, count - done);
  }
  size_t done = add(bytes, length, false, out);
  if (done == length) return;
  memcpy(visible->begun, bytes + done, length - done);
  visible->begun_length = length - done;
}

void dw_visible_end(dw_visible *visible, dw_buf *out)
{
  add(visible->begun, visible->begun_length, true, out);
  visible->begun_length = 0;
}
