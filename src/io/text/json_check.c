#include "io/text/json_check.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"

typedef struct check {
  const dw_json_source *source;
  const char *text;
  size_t length;
  size_t at;
  int depth;
  dw_json_marks *marks;
  dw_err *err;
} check;

dw_status dw_json_fault(const dw_json_source *source, size_t offset, dw_err *err, const char *format, ...)
{
  uint64_t line = source->line ? source->line : 1, column = 1;
  for (size_t i = 0; i < offset && i < source->length; i++) {
    column++;
    if (source->text[i] == '\n') {
      line++;
      column = 1;
    }
  }
  char what[512];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return dw_err_at(err, DW_EDATA, source->name, line, column, "%s", what);
}

void dw_json_marks_free(dw_json_marks *marks)
{
  dw_free(marks->numbers);
  dw_free(marks->keys);
  *marks = (dw_json_marks){0};
}

static bool check_fault(check *c, const char *expected)
{
  if (c->at >= c->length) dw_json_fault(c->source, c->at, c->err, "the text ends too early: expected %s", expected);
  else
    dw_json_fault(c->source, c->at, c->err, "expected %s, found byte 0x%02x '%c'", expected, (unsigned char)c->text[c->at], c->text[c->at]);
  return false;
}

static void check_space(check *c)
{
  while (c->at < c->length && (c->text[c->at] == ' ' || c->text[c->at] == '\t' || c->text[c->at] == '\n' || c->text[c->at] == '\r'))
    c->at++;
}

static bool check_next(check *c, char wanted)
{
  if (c->at >= c->length || c->text[c->at] != wanted) return false;
  c->at++;
  return true;
}

static size_t check_digits(check *c)
{
  size_t start = c->at;
  while (c->at < c->length && c->text[c->at] >= '0' && c->text[c->at] <= '9') c->at++;
  return c->at - start;
}

static bool check_number(check *c)
{
  size_t start = c->at;
  check_next(c, '-');
  size_t first = c->at;
  size_t digits = check_digits(c);
  if (digits == 0) return check_fault(c, "a digit");
  if (digits > 1 && c->text[first] == '0') {
    dw_json_fault(c->source, first, c->err, "a number must not begin with 0");
    return false;
  }
  if (check_next(c, '.') && check_digits(c) == 0) return check_fault(c, "a digit after the point");
  if (check_next(c, 'e') || check_next(c, 'E')) {
    if (!check_next(c, '+')) check_next(c, '-');
    if (check_digits(c) == 0) return check_fault(c, "a digit of the exponent");
  }
  dw_json_marks *marks = c->marks;
  marks->numbers = dw_grow(marks->numbers, &marks->number_capacity, marks->number_count + 1, sizeof *marks->numbers);
  marks->numbers[marks->number_count++] = (dw_json_mark){start, c->at - start};
  return true;
}

/* The four hex digits behind \u; -1 with the fault filled. */
static long check_hex(check *c)
{
  long value = 0;
  for (int i = 0; i < 4; i++, c->at++) {
    char d = c->at < c->length ? c->text[c->at] : '\0';
    if (d >= '0' && d <= '9') value = value * 16 + (d - '0');
    else if ((d | 32) >= 'a' && (d | 32) <= 'f') value = value * 16 + ((d | 32) - 'a' + 10);
    else {
      check_fault(c, "four hex digits after \\u");
      return -1;
    }
  }
  return value;
}

static bool check_escape(check *c)
{
  size_t start = c->at++; /* the backslash */
  if (c->at >= c->length) return check_fault(c, "the rest of an escape");
  char kind = c->text[c->at];
  if (kind != 'u') {
    if (kind == '\0' || !strchr("\"\\/bfnrt", kind)) return check_fault(c, "one of \" \\ / b f n r t u after a backslash");
    c->at++;
    return true;
  }
  c->at++;
  long unit = check_hex(c);
  if (unit < 0) return false;
  const char *what = NULL;
  if (unit == 0) what = "\\u0000 is not taken in documents";
  else if (unit >= 0xdc00 && unit < 0xe000) what = "a low surrogate escape without a high one before it";
  else if (unit >= 0xd800 && unit < 0xdc00) {
    what = "a high surrogate escape without a low one behind it";
    if (c->length - c->at >= 6 && c->text[c->at] == '\\' && c->text[c->at + 1] == 'u') {
      c->at += 2;
      long low = check_hex(c);
      if (low < 0) return false;
      if (low >= 0xdc00 && low < 0xe000) what = NULL;
    }
  }
  if (what) dw_json_fault(c->source, start, c->err, "%s", what);
  return !what;
}

static bool is_plain(char byte) { return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\'; }

static bool check_string(check *c)
{
  c->at++; /* the quote */
  for (;;) {
    while (c->at < c->length && is_plain(c->text[c->at])) c->at++;
    if (c->at >= c->length) return check_fault(c, "the closing quote of a string");
    unsigned char byte = (unsigned char)c->text[c->at];
    if (byte == '"') {
      c->at++;
      return true;
    }
    if (byte == '\\') {
      if (!check_escape(c)) return false;
      continue;
    }
    if (byte < 0x20) {
      dw_json_fault(c->source, c->at, c->err, "control character 0x%02x in a string must be written \\u%04x", byte, byte);
      return false;
    }
    size_t n = dw_utf8_length(c->text + c->at, c->length - c->at);
    if (n == 0) {
      dw_json_fault(c->source, c->at, c->err, "invalid UTF-8 (byte 0x%02x)", byte);
      return false;
    }
    c->at += n;
  }
}

static bool check_key(check *c)
{
  if (c->at >= c->length || c->text[c->at] != '"') return check_fault(c, "a key in quotes");
  size_t start = c->at;
  if (!check_string(c)) return false;
  dw_json_marks *marks = c->marks;
  marks->keys = dw_grow(marks->keys, &marks->key_capacity, marks->key_count + 1, sizeof *marks->keys);
  marks->keys[marks->key_count++] = (dw_json_mark){start, c->at - start};
  check_space(c);
  return check_next(c, ':') || check_fault(c, "':' after a key");
}

static bool check_word(check *c, const char *word)
{
  for (const char *w = word; *w; w++)
    if (!check_next(c, *w)) return check_fault(c, word);
  return true;
}

static bool check_value(check *c);

static bool check_container(check *c, char closing)
{
  if (++c->depth > DW_JSON_NESTING) {
    dw_json_fault(c->source, c->at, c->err, "nested more than %d deep", DW_JSON_NESTING);
    return false;
  }
  c->at++;
  check_space(c);
  bool empty = check_next(c, closing);
  while (!empty) {
    if (closing == '}' && !check_key(c)) return false;
    if (!check_value(c)) return false;
    if (check_next(c, closing)) break;
    if (!check_next(c, ',')) return check_fault(c, closing == '}' ? "',' or '}'" : "',' or ']'");
    check_space(c);
  }
  c->depth--;
  return true;
}

/* One value and the space around it. */
static bool check_value(check *c)
{
  check_space(c);
  if (c->at >= c->length) return check_fault(c, "a value");
  bool ok;
  switch (c->text[c->at]) {
  case '{': ok = check_container(c, '}'); break;
  case '[': ok = check_container(c, ']'); break;
  case '"': ok = check_string(c); break;
  case 't': ok = check_word(c, "true"); break;
  case 'f': ok = check_word(c, "false"); break;
  case 'n': ok = check_word(c, "null"); break;
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9': ok = check_number(c); break;
  default: ok = check_fault(c, "a value");
  }
  if (ok) check_space(c);
  return ok;
}

dw_status dw_json_check(const dw_json_source *source, dw_json_marks *marks, dw_err *err)
{
  check c = {.source = source, .text = source->text, .length = source->length, .marks = marks, .err = err};
  if (!check_value(&c)) return DW_EDATA;
  if (c.at < c.length) return dw_json_fault(source, c.at, err, "text behind the end of the document");
  return DW_OK;
}
