#include "report/draw/cells.h"

#include <stdint.h>

#include "base/letters.h"

static uint32_t decode(const char *text, size_t bytes)
{
  const unsigned char *s = (const unsigned char *)text;
  if (bytes == 1) return s[0];
  if (bytes == 2) return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
  if (bytes == 3) return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
  return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 | (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
}

static const struct {
  uint32_t character;
  const char *ascii;
} plain[] = {{0x2192, "->"},  {0x2265, ">="}, {0x2264, "<="},  {0xd7, "x"},   {0x2013, "-"}, {0x2191, "^"}, {0x2193, "v"},
             {0x2026, "..."}, {0xb7, "-"},    {0x221e, "inf"}, {0x2581, "."}, {0x2582, ":"}, {0x2583, "-"}, {0x2584, "="},
             {0x2585, "+"},   {0x2586, "*"},  {0x2587, "#"},   {0x2588, "@"}, {0xa0, " "},   {0x202f, " "}};

void dw_cells_clean(dw_buf *out, const char *text, size_t length, bool ascii)
{
  for (size_t i = 0; i < length;) {
    size_t bytes = dw_utf8_length(text + i, length - i);
    uint32_t c = bytes ? decode(text + i, bytes) : 0;
    if (c == 0x2068 || c == 0x2069) {
      /* isolates around names: terminals do without */
    } else if (!bytes || dw_letters_misleads(c)) {
      dw_buf_text(out, ascii ? "?" : "\xef\xbf\xbd");
    } else if (c < 0x80 || !ascii) {
      dw_buf_add(out, text + i, bytes);
    } else {
      const char *letters = "?";
      for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
        if (plain[k].character == c) letters = plain[k].ascii;
      dw_buf_text(out, letters);
    }
    i += bytes ? bytes : 1;
  }
}

typedef struct range {
  uint32_t first, last;
} range;

/* Unicode 15: categories Mn and Me of the scripts in common use, and East Asian Width W and F. */
static const range combining[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},    {0x64b, 0x65f},
                                  {0x6d6, 0x6dc},   {0x900, 0x902},   {0x93c, 0x93c},   {0x941, 0x948},    {0x94d, 0x94d},
                                  {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff},  {0x1dc0, 0x1dff},
                                  {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef}};
static const range wide[] = {{0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
                             {0x2648, 0x2653},   {0x26a1, 0x26a1},   {0x26d4, 0x26d4},   {0x2705, 0x2705},   {0x270a, 0x270b},
                             {0x2728, 0x2728},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},
                             {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
                             {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                             {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x1b2ff}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
                             {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f64f}, {0x1f680, 0x1f6fc},
                             {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

static bool within(uint32_t c, const range *ranges, size_t count)
{
  for (size_t i = 0; i < count && c >= ranges[i].first; i++)
    if (c <= ranges[i].last) return true;
  return false;
}

static size_t cells_of(uint32_t c)
{
  if (c < 0x300) return 1;
  if (within(c, combining, sizeof combining / sizeof *combining)) return 0;
  return within(c, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

/* Bytes of the character at text (clean, so 0 does not occur), and its cells. */
static size_t step(const char *text, size_t length, size_t *cells)
{
  size_t bytes = dw_utf8_length(text, length);
  if (bytes == 0) bytes = 1;
  *cells = cells_of(decode(text, bytes));
  return bytes;
}

size_t dw_cells_width(const char *text, size_t length)
{
  size_t width = 0, cells;
  for (size_t i = 0; i < length; i += step(text + i, length - i, &cells), width += cells) continue;
  return width;
}

static void spaces(dw_buf *out, size_t count)
{
  for (; count; count--) dw_buf_char(out, ' ');
}

/* Bytes at the front that fit into width cells (marks that combine with the last one included), and the cells they take. */
static size_t front(const char *text, size_t length, size_t width, size_t *used)
{
  size_t i = 0;
  *used = 0;
  while (i < length) {
    size_t cells, bytes = step(text + i, length - i, &cells);
    if (*used + cells > width) break;
    *used += cells;
    i += bytes;
  }
  return i;
}

/* First byte of the tail that fits into width cells. */
static size_t tail(const char *text, size_t length, size_t width, size_t total, size_t *used)
{
  size_t i = 0, left = total;
  while (left > width) {
    size_t cells, bytes = step(text + i, length - i, &cells);
    left -= cells;
    i += bytes;
  }
  for (size_t cells, bytes; i < length; i += bytes) { /* a mark without its letter stays with the letter */
    bytes = step(text + i, length - i, &cells);
    if (cells) break;
  }
  *used = left;
  return i;
}

void dw_cells_fit(dw_buf *out, const char *text, size_t length, size_t width, bool right, bool ascii)
{
  size_t total = dw_cells_width(text, length);
  if (total <= width) {
    if (right) spaces(out, width - total);
    dw_buf_add(out, text, length);
    if (!right) spaces(out, width - total);
    return;
  }
  size_t dots = ascii ? 3 : 1;
  if (width < dots + 2) dots = width ? 1 : 0;
  size_t keep = width - dots, head_used, tail_used;
  size_t head = front(text, length, keep - keep / 2, &head_used);
  size_t rest = tail(text, length, keep / 2, total, &tail_used);
  size_t pad = width - dots - head_used - tail_used;
  if (right) spaces(out, pad);
  dw_buf_add(out, text, head);
  if (dots) dw_buf_text(out, !ascii ? "…" : dots == 3 ? "..." : ".");
  dw_buf_add(out, text + rest, length - rest);
  if (!right) spaces(out, pad);
}

void dw_cells_wrap(dw_buf *out, const char *text, size_t length, size_t indent, size_t width)
{
  width = width > indent + 10 ? width - indent : 10;
  while (length) {
    size_t used, take = front(text, length, width, &used), skip = 0;
    if (take == 0) take = length; /* cannot be: width is at least 10 */
    if (take < length) {
      size_t space = take;
      while (space > 0 && text[space] != ' ') space--;
      if (space > 0) {
        take = space;
        skip = 1;
      }
    }
    spaces(out, indent);
    dw_buf_add(out, text, take);
    dw_buf_char(out, '\n');
    text += take + skip;
    length -= take + skip;
  }
}
