#include "io/text/json_text.h"

#include <stdint.h>
#include <string.h>

#include "base/num.h"

static const char *fault_at(dw_text_fault *fault, const char *at, const char *what)
{
  fault->at = at;
  fault->what = what;
  return NULL;
}

/* As Python's json writes such numbers unless told otherwise. */
static const char no_number[] = DW_JSON_NO_NUMBER;

static bool is_no_number(const char *p) { return strncmp(p, "NaN", 3) == 0 || strncmp(p, "Infinity", 8) == 0; }

static bool digit(char c) { return c >= '0' && c <= '9'; }

static int hex_digit(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Bytes of the well-formed character at p, 0 when it is none. A newline follows the text, so that looking ahead stops there. */
static size_t utf8_bytes(const char *p)
{
  size_t length = 1;
  while (length < 4 && ((unsigned char)p[length] & 0xc0) == 0x80) length++;
  return dw_utf8_length(p, length);
}

const char *dw_json_text_string(const char *p, bool *escaped, dw_text_fault *fault)
{
  for (;;) {
    unsigned char c = (unsigned char)*p;
    if (c == '"') return p;
    if (c == '\\') {
      *escaped = true;
      if (p[1] == 'u') {
        for (int i = 2; i < 6; i++)
          if (hex_digit(p[i]) < 0) return fault_at(fault, p, "\\u needs four hexadecimal digits");
        p += 6;
      } else {
        if (p[1] == '\0' || !strchr("\"\\/bfnrt", p[1]))
          return fault_at(fault, p, "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
        p += 2;
      }
    } else if (c >= 0x80) {
      size_t n = utf8_bytes(p);
      if (n == 0) return fault_at(fault, p, DW_JSON_NO_UTF8);
      p += n;
    } else if (c < 0x20) {
      if (c == '\n') return fault_at(fault, p, "the line ends inside a string");
      return fault_at(fault, p, "a raw control character in a string; write it as \\u00XX");
    } else {
      p++;
    }
  }
}

/* The first 19 significant digits go into the mantissa, the others only move the exponent. */
typedef struct digits {
  uint64_t mantissa;
  int64_t exponent;
  int count; /* significant digits taken */
  bool more; /* digits other than zero were left out */
} digits;

static void digits_add(digits *d, char c, bool fraction)
{
  if (d->count < 19) {
    d->mantissa = d->mantissa * 10 + (uint64_t)(c - '0');
    if (d->mantissa) d->count++;
    d->exponent -= fraction;
  } else {
    d->more |= c != '0';
    d->exponent += !fraction;
  }
}

const char *dw_json_text_number(const char *p, double *value, bool *real, dw_text_fault *fault)
{
  const char *start = p;
  digits d = {0};
  bool negative = *p == '-';
  p += negative;
  *real = false;
  if (!digit(*p)) return fault_at(fault, p, is_no_number(p) ? no_number : "a digit is missing in the number");
  if (*p == '0' && digit(p[1])) return fault_at(fault, p, "a number has no leading zeros");
  while (digit(*p)) digits_add(&d, *p++, false);
  if (*p == '.') {
    *real = true;
    p++;
    if (!digit(*p)) return fault_at(fault, p, "a digit is missing behind the decimal point");
    while (digit(*p)) digits_add(&d, *p++, true);
  }
  if (*p == 'e' || *p == 'E') {
    *real = true;
    p++;
    bool down = *p == '-';
    if (*p == '-' || *p == '+') p++;
    if (!digit(*p)) return fault_at(fault, p, "a digit is missing in the exponent");
    int64_t exponent = 0;
    for (; digit(*p); p++)
      if (exponent < INT64_C(100000000000)) exponent = exponent * 10 + (*p - '0');
    d.exponent += down ? -exponent : exponent;
  }
  *value = d.mantissa ? dw_num_compose(negative, d.mantissa, d.exponent, d.more, start, (size_t)(p - start)) : negative ? -0.0 : 0.0;
  if (*value - *value != 0) return fault_at(fault, start, DW_JSON_TOO_LARGE);
  return p;
}

static const char *text_word(const char *p, const char *word, dw_text_fault *fault)
{
  size_t length = strlen(word);
  if (strncmp(p, word, length) != 0) return fault_at(fault, p, DW_JSON_NO_VALUE "words are true, false and null");
  return p + length;
}

static const char *text_container(const char *p, int depth, int most, dw_text_fault *fault)
{
  bool object = *p == '{';
  char close = object ? '}' : ']';
  if (depth >= most) return fault_at(fault, p, "objects and arrays are nested too deep; 64 levels are allowed");
  p = dw_json_skip_space(p + 1);
  if (*p == close) return p + 1;
  for (;;) {
    if (object) {
      bool escaped;
      if (*p != '"') return fault_at(fault, p, DW_JSON_NO_NAME);
      p = dw_json_text_string(p + 1, &escaped, fault);
      if (!p) return NULL;
      p = dw_json_skip_space(p + 1);
      if (*p != ':') return fault_at(fault, p, "a colon is missing behind the name");
      p = dw_json_skip_space(p + 1);
    }
    p = dw_json_text_value(p, depth + 1, most, fault);
    if (!p) return NULL;
    p = dw_json_skip_space(p);
    if (*p == close) return p + 1;
    if (*p != ',') return fault_at(fault, p, object ? "a comma or } is missing" : "a comma or ] is missing");
    p = dw_json_skip_space(p + 1);
    if (*p == close) return fault_at(fault, p, "a comma before the closing bracket");
  }
}

const char *dw_json_text_value(const char *p, int depth, int most, dw_text_fault *fault)
{
  bool flag = false;
  double number;
  switch (*p) {
  case '"': p = dw_json_text_string(p + 1, &flag, fault); return p ? p + 1 : NULL;
  case '{':
  case '[': return text_container(p, depth, most, fault);
  case 't': return text_word(p, "true", fault);
  case 'f': return text_word(p, "false", fault);
  case 'n': return text_word(p, "null", fault);
  case '\n': return fault_at(fault, p, "the line ends before the record does");
  default:
    if (is_no_number(p)) return fault_at(fault, p, no_number);
    if (*p != '-' && !digit(*p)) return fault_at(fault, p, DW_JSON_NO_VALUE "a string needs double quotes");
    return dw_json_text_number(p, &number, &flag, fault);
  }
}

static unsigned long decode_hex(const char *p)
{
  unsigned long unit = 0;
  for (int i = 0; i < 4; i++) unit = unit << 4 | (unsigned long)hex_digit(p[i]);
  return unit;
}

/* p is behind "\u"; returns behind what it read: four digits, or the ten more of a surrogate pair. */
static const char *decode_unicode(dw_buf *out, const char *p, const char *end)
{
  unsigned long unit = decode_hex(p);
  p += 4;
  if (unit >= 0xd800 && unit < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
    unsigned long low = decode_hex(p + 2);
    if (low >= 0xdc00 && low < 0xe000) {
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      p += 6;
    }
  }
  out->length += dw_utf8_encode(dw_buf_room(out, 4), unit);
  return p;
}

void dw_json_text_decode(dw_buf *out, const char *text, size_t length)
{
  static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
  const char *end = text + length;
  while (text < end) {
    const char *escape = memchr(text, '\\', (size_t)(end - text));
    if (!escape) escape = end;
    dw_buf_add(out, text, (size_t)(escape - text));
    if (escape == end) return;
    const char *letter;
    text = escape + 2;
    if (escape[1] == 'u') text = decode_unicode(out, text, end);
    else if ((letter = strchr(letters, escape[1]))) dw_buf_char(out, bytes[letter - letters]);
    else dw_buf_char(out, escape[1]);
  }
}
