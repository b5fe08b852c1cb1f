#include "model/booster/ubjson.h"

#include <stdint.h>
#include <string.h>

#include "base/num.h"
#include "io/text/json.h"

enum { DEEPEST = 64 };

typedef struct source {
  const char *bytes, *name;
  size_t length, at;
  int depth;
  dw_buf *out;
  dw_err *err;
} source;

static dw_status fault(source *s, const char *what)
{
  return dw_err_at(s->err, DW_EDATA, s->name, 0, 0, "UBJSON, byte %zu: %s", s->at, what);
}

/* Big-endian, count bytes. */
static dw_status take(source *s, size_t count, uint64_t *bits)
{
  if (s->length - s->at < count) return fault(s, "the file is cut short");
  *bits = 0;
  for (size_t i = 0; i < count; i++) *bits = *bits << 8 | (unsigned char)s->bytes[s->at++];
  return DW_OK;
}

static size_t width(char type)
{
  switch (type) {
  case 'i':
  case 'U': return 1;
  case 'I': return 2;
  case 'l':
  case 'd': return 4;
  case 'L':
  case 'D': return 8;
  default: return 0;
  }
}

static int64_t whole(char type, uint64_t bits)
{
  switch (type) {
  case 'i': return (int8_t)bits;
  case 'U': return (uint8_t)bits;
  case 'I': return (int16_t)bits;
  case 'l': return (int32_t)bits;
  default: return (int64_t)bits;
  }
}

static dw_status number(source *s, char type)
{
  uint64_t bits = 0;
  double value;
  dw_status status = take(s, width(type), &bits);
  if (status != DW_OK) return status;
  if (type == 'd') {
    uint32_t low = (uint32_t)bits;
    float f;
    memcpy(&f, &low, sizeof f);
    value = (double)f;
  } else if (type == 'D') {
    memcpy(&value, &bits, sizeof value);
  } else {
    char text[DW_NUM_TEXT];
    dw_buf_add(s->out, text, dw_num_print_signed(text, whole(type, bits)));
    return DW_OK;
  }
  if (value != value) return dw_buf_text(s->out, "null"), DW_OK;
  if (value - value != 0) return fault(s, "a number that is not finite");
  dw_buf_number(s->out, value);
  return DW_OK;
}

static dw_status count(source *s, size_t *out)
{
  uint64_t bits = 0;
  char type = s->at < s->length ? s->bytes[s->at] : '\0';
  if (!width(type) || type == 'd' || type == 'D') return fault(s, "a length should stand here");
  s->at++;
  dw_status status = take(s, width(type), &bits);
  if (status != DW_OK) return status;
  int64_t value = whole(type, bits);
  if (value < 0 || (uint64_t)value > s->length - s->at) return fault(s, "a length that goes beyond the file");
  *out = (size_t)value;
  return DW_OK;
}

static dw_status text(source *s)
{
  size_t length;
  dw_status status = count(s, &length);
  if (status != DW_OK) return status;
  if (!dw_utf8_valid(s->bytes + s->at, length)) return fault(s, "a text that is not UTF-8");
  dw_json_quote(s->out, s->bytes + s->at, length);
  s->at += length;
  return DW_OK;
}

static dw_status value(source *s, char type);

static dw_status next_value(source *s)
{
  if (s->at == s->length) return fault(s, "the file is cut short");
  char type = s->bytes[s->at++];
  return value(s, type);
}

static bool at_end(source *s, char mark)
{
  if (s->at == s->length || s->bytes[s->at] != mark) return false;
  s->at++;
  return true;
}

/* "[", or "[$" type "#" count and then values without their types, or "[#" count. */
static dw_status array(source *s)
{
  char type = '\0';
  size_t left = 0;
  dw_status status = DW_OK;
  if (at_end(s, '$')) {
    uint64_t bits = 0;
    status = take(s, 1, &bits);
    type = (char)bits;
    if (status == DW_OK && (!width(type) || s->at == s->length || s->bytes[s->at] != '#'))
      status = fault(s, "an array of a type that is not known");
    if (status != DW_OK) return status;
  }
  bool counted = at_end(s, '#');
  if (counted && (status = count(s, &left)) != DW_OK) return status;
  dw_buf_char(s->out, '[');
  for (bool first = true; status == DW_OK && (counted ? left-- > 0 : !at_end(s, ']')); first = false) {
    if (!first) dw_buf_char(s->out, ',');
    status = type ? number(s, type) : next_value(s);
  }
  dw_buf_char(s->out, ']');
  return status;
}

static dw_status object(source *s)
{
  dw_status status = DW_OK;
  dw_buf_char(s->out, '{');
  for (bool first = true; status == DW_OK && !at_end(s, '}'); first = false) {
    if (!first) dw_buf_char(s->out, ',');
    status = text(s);
    dw_buf_char(s->out, ':');
    if (status == DW_OK) status = next_value(s);
  }
  dw_buf_char(s->out, '}');
  return status;
}

static dw_status value(source *s, char type)
{
  dw_status status;
  if (++s->depth > DEEPEST) return fault(s, "nested too deep");
  switch (type) {
  case '{': status = object(s); break;
  case '[': status = array(s); break;
  case 'S': status = text(s); break;
  case 'T':
  case 'F':
    dw_buf_text(s->out, type == 'T' ? "true" : "false");
    status = DW_OK;
    break;
  case 'Z':
    dw_buf_text(s->out, "null");
    status = DW_OK;
    break;
  default: status = width(type) ? number(s, type) : fault(s, "a type that is not known");
  }
  s->depth--;
  return status;
}

bool dw_ubjson_is(const char *bytes, size_t length) { return length > 1 && bytes[0] == '{' && !strchr(" \t\r\n\"}", bytes[1]); }

dw_status dw_ubjson_to_json(const char *bytes, size_t length, const char *name, dw_buf *out, dw_err *err)
{
  source s = {.bytes = bytes, .name = name, .length = length, .out = out, .err = err};
  dw_status status = next_value(&s);
  return status == DW_OK && s.at != length ? fault(&s, "something follows the model") : status;
}
