/* Records of files whose delimiter is the tab. Most of their writers (databases, spreadsheets by the clipboard) quote nothing, and a quote
 * is a character like others; some quote as RFC 4180 has it. Both are read: a quote is one only where it encloses a whole field. */
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"

/* How far behind its opening quote a field may end, while more of the input can be read. */
enum { TAB_REACH = 1 << 20 };

/* The quote that closes the field which opens at `open`: a tab, a line end or `end` follows it. NULL: none does; *more: and none can be
 * known before there are more bytes. */
static const char *tab_closing(const char *open, const char *end, bool *more)
{
  const char *q = open + 1;
  *more = false;
  while ((q = memchr(q, '"', (size_t)(end - q)))) {
    if (q + 1 < end && q[1] == '"') {
      q += 2;
      continue;
    }
    bool closes = q + 1 == end || q[1] == '\t' || q[1] == '\n' || (q[1] == '\r' && (q + 2 == end || q[2] == '\n'));
    return closes ? q : NULL;
  }
  *more = true;
  return NULL;
}

/* The tab or line end behind the field at p, or end. *closing: its closing quote; NULL: it has none, or quotes are characters. */
static const char *tab_field_end(const char *p, const char *end, bool quotes, const char **closing, bool *more)
{
  *more = false;
  *closing = quotes && p < end && *p == '"' ? tab_closing(p, end, more) : NULL;
  if (*closing) p = *closing + 1;
  while (p < end && *p != '\t' && *p != '\n') p++;
  return p;
}

const char *dw_csv_tab_record_end(const char *p, const char *end, bool *more)
{
  const char *closing;
  bool undecided;
  *more = false;
  for (;; p++) {
    const char *field = p;
    p = tab_field_end(p, end, true, &closing, &undecided);
    *more |= undecided && end - field < TAB_REACH;
    if (p == end || *p == '\n') return p;
  }
}

size_t dw_csv_tab_cut(const char *bytes, size_t length)
{
  const char *p = bytes, *end = bytes + length; /* p: where a record begins */
  for (;;) {
    const char *quote = memchr(p, '"', (size_t)(end - p)), *behind = quote ? quote : end;
    const char *newline = behind > p ? memrchr(p, '\n', (size_t)(behind - p)) : NULL;
    if (newline) p = newline + 1;
    if (!quote) return (size_t)(p - bytes);
    bool more;
    const char *stop = dw_csv_tab_record_end(p, end, &more);
    if (stop == end || more) return (size_t)(p - bytes);
    p = stop + 1;
  }
}

/* The text between the quotes, with those undone that are written twice. */
static const char *tab_unquoted(dw_buf *scratch, const char *text, size_t *length)
{
  const char *end = text + *length, *p = memchr(text, '"', *length);
  if (!p) return text;
  scratch->length = 0;
  for (; p; p = memchr(text, '"', (size_t)(end - text))) {
    dw_buf_add(scratch, text, (size_t)(p + 1 - text));
    text = p + 2;
  }
  dw_buf_add(scratch, text, (size_t)(end - text));
  *length = scratch->length;
  return scratch->data;
}

csv_fault dw_csv_tab_record(dw_buf *scratch, const char *text, size_t length, bool quotes, csv_field_function *each, void *context)
{
  const char *end = text + length;
  for (const char *p = text;; p++) {
    const char *closing;
    bool more;
    csv_field field = {.text = p, .raw = (size_t)(p - text)};
    p = tab_field_end(p, end, quotes, &closing, &more);
    field.raw_length = field.length = (size_t)(p - field.text);
    field.quoted = closing != NULL;
    if (closing) {
      field.length = (size_t)(closing - field.text - 1);
      field.text = tab_unquoted(scratch, field.text + 1, &field.length);
    }
    const char *from = closing ? closing : text + field.raw, *cr = memchr(from, '\r', (size_t)(p - from));
    if (cr) return (csv_fault){CSV_RETURN_FAULT, (size_t)(cr - text)};
    each(context, &field);
    if (p == end || *p == '\n') return (csv_fault){0};
  }
}
