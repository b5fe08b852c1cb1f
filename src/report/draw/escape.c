#include "report/draw/escape.h"

#include <string.h>

#include "base/letters.h"

static bool is(const unsigned char *s, const char *bytes) { return memcmp(s, bytes, strlen(bytes)) == 0; }

/* Of a well-formed character of `bytes` bytes. */
static bool unfit(const unsigned char *s, size_t bytes)
{
  size_t at = 0;
  uint32_t c = dw_letters_next((const char *)s, bytes, &at);
  if (c == 0x2068 || c == 0x2069) return false; /* isolates around names are wording's */
  if (c == 0x200c || c == 0x200d) return false; /* joiners are letters of Persian, and make emoji */
  return dw_letters_misleads(c) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef); /* no characters */
}

/* Walks over text; ASCII goes through plain(out, text, i, length), the rest is kept or replaced. */
static void each_character(dw_buf *out, const char *text, size_t length, void plain(dw_buf *, const char *, size_t, size_t))
{
  for (size_t i = 0; i < length;) {
    size_t bytes = dw_utf8_length(text + i, length - i);
    if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t') dw_buf_char(out, ' ');
    else if (bytes == 0 || unfit((const unsigned char *)text + i, bytes)) dw_buf_text(out, "\xef\xbf\xbd");
    else if (bytes == 1) plain(out, text, i, length);
    else dw_buf_add(out, text + i, bytes);
    i += bytes ? bytes : 1;
  }
}

static void markup(dw_buf *out, const char *text, size_t i, size_t length)
{
  char c = text[i];
  if (c == '&') dw_buf_text(out, "&amp;");
  else if (c == '<') dw_buf_text(out, "&lt;");
  else if (c == '>') dw_buf_text(out, "&gt;");
  else if (c == '"') dw_buf_text(out, "&quot;");
  else if (c == '\'') dw_buf_text(out, "&#39;");
  else dw_buf_char(out, c);
}

/* A backslash takes the meaning from punctuation (CommonMark 2.4), but not from what GitHub reads before it parses: the pipe of a
 * table, an @mention, a bare link; these become character references. What means something at the start of a line only is escaped
 * there, so that the text stays readable as it is. */
static void markdown(dw_buf *out, const char *text, size_t i, size_t length)
{
  char c = text[i];
  bool scheme = c == ':' && i + 1 < length && text[i + 1] == '/',
       www = c == '.' && i >= 3 && is((const unsigned char *)text + i - 3, "www");
  if (c == '&' || c == '<' || c == '>') markup(out, text, i, length);
  else if (c == '|' || c == '@' || scheme || www) dw_buf_format(out, "&#%d;", c);
  else if (strchr("\\`*_[]~$#", c) || (i == 0 && strchr("-+=", c))) dw_buf_format(out, "\\%c", c);
  else dw_buf_char(out, c);
}

void dw_escape_markup(dw_buf *out, const char *text, size_t length) { each_character(out, text, length, markup); }
void dw_escape_markdown(dw_buf *out, const char *text, size_t length) { each_character(out, text, length, markdown); }
