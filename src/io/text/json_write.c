#include <assert.h>

#include "base/letters.h"
#include "base/num.h"
#include "io/text/json.h"

void dw_json_start(dw_json *json, dw_buf *out, int indent) { *json = (dw_json){.out = out, .indent = indent}; }

void dw_json_reopen(dw_json *json, dw_buf *out)
{
  assert(out->length > 2 && out->data[out->length - 1] == '}');
  out->length--;
  *json = (dw_json){.out = out, .depth = 1, .filled = {true, true}};
}

static void json_line(dw_json *json)
{
  if (!json->indent) return;
  size_t spaces = (size_t)json->indent * (size_t)json->depth;
  char *room = dw_buf_room(json->out, spaces + 1);
  room[0] = '\n';
  memset(room + 1, ' ', spaces);
  json->out->length += spaces + 1;
}

/* What stands before a value: comma, line, key. */
static void json_before(dw_json *json, const char *key)
{
  if (json->depth) {
    if (json->filled[json->depth]) dw_buf_char(json->out, ',');
    json->filled[json->depth] = true;
    json_line(json);
  }
  if (!key) return;
  dw_json_quote(json->out, key, strlen(key));
  dw_buf_char(json->out, ':');
  if (json->indent) dw_buf_char(json->out, ' ');
}

void dw_json_open(dw_json *json, const char *key, char bracket)
{
  assert((bracket == '{' || bracket == '[') && json->depth < DW_JSON_DEPTH);
  json_before(json, key);
  dw_buf_char(json->out, bracket);
  json->filled[++json->depth] = false;
}

void dw_json_close(dw_json *json, char bracket)
{
  assert((bracket == '}' || bracket == ']') && json->depth > 0);
  bool filled = json->filled[json->depth--];
  if (filled) json_line(json);
  dw_buf_char(json->out, bracket);
}

void dw_json_text(dw_json *json, const char *key, const char *text)
{
  if (text) dw_json_bytes(json, key, text, strlen(text));
  else dw_json_null(json, key);
}

void dw_json_bytes(dw_json *json, const char *key, const char *text, size_t length)
{
  json_before(json, key);
  dw_json_quote(json->out, text, length);
}

void dw_json_number(dw_json *json, const char *key, double value)
{
  json_before(json, key);
  dw_buf_number(json->out, value);
}

void dw_json_integer(dw_json *json, const char *key, int64_t value)
{
  json_before(json, key);
  json->out->length += dw_num_print_signed(dw_buf_room(json->out, DW_NUM_TEXT), value);
}

void dw_json_bool(dw_json *json, const char *key, bool value) { dw_json_raw(json, key, value ? "true" : "false", value ? 4 : 5); }
void dw_json_null(dw_json *json, const char *key) { dw_json_raw(json, key, "null", 4); }

void dw_json_raw(dw_json *json, const char *key, const char *text, size_t length)
{
  json_before(json, key);
  dw_buf_add(json->out, text, length);
}

static void json_escape(dw_buf *out, unsigned char c)
{
  static const char hex[] = "0123456789abcdef";
  char *room = dw_buf_room(out, 6);
  const char *two = NULL;
  switch (c) {
  case '"': two = "\\\""; break;
  case '\\': two = "\\\\"; break;
  case '\b': two = "\\b"; break;
  case '\f': two = "\\f"; break;
  case '\n': two = "\\n"; break;
  case '\r': two = "\\r"; break;
  case '\t': two = "\\t"; break;
  default:
    memcpy(room, "\\u00", 4);
    room[4] = hex[c >> 4];
    room[5] = hex[c & 15];
  }
  if (two) memcpy(room, two, 2);
  out->length += two ? 2 : 6;
}

/* What a terminal would obey or not show; above U+FFFF as a pair of surrogates. */
static void json_escape_letter(dw_buf *out, uint32_t letter)
{
  unsigned high = 0xd800 + ((letter - 0x10000) >> 10), low = 0xdc00 + (letter & 0x3ff);
  if (letter >= 0x10000) dw_buf_format(out, "\\u%04x\\u%04x", high, low);
  else dw_buf_format(out, "\\u%04x", (unsigned)letter);
}

void dw_json_quote(dw_buf *out, const char *text, size_t length)
{
  dw_buf_char(out, '"');
  size_t from = 0, i = 0; /* text[from..i) goes as it stands */
  while (i < length) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      i++;
      continue;
    }
    size_t n = c < 0x80 ? 0 : dw_utf8_length(text + i, length - i);
    size_t behind = i;
    uint32_t letter = n ? dw_letters_next(text, length, &behind) : c;
    if (n && !dw_letters_misleads(letter)) {
      i += n;
      continue;
    }
    dw_buf_add(out, text + from, i - from);
    if (n) json_escape_letter(out, letter);
    else if (c < 0x80) json_escape(out, c);
    else dw_buf_add(out, "\xef\xbf\xbd", 3); /* U+FFFD */
    i += n ? n : 1;
    from = i;
  }
  dw_buf_add(out, text + from, length - from);
  dw_buf_char(out, '"');
}
