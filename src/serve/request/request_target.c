#include "serve/request/request_target.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static int hex_value(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool dw_request_target_decode(const char *text, size_t length, bool query, char *out)
{
  size_t count = 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (c == '%') {
      int high = i + 2 < length ? hex_value(text[i + 1]) : -1, low = high < 0 ? -1 : hex_value(text[i + 2]);
      if (low < 0) return false;
      c = (char)(high << 4 | low);
      i += 2;
    } else if (query && c == '+') {
      c = ' ';
    }
    if (c == '\0') return false;
    out[count++] = c;
  }
  out[count] = '\0';
  return dw_utf8_valid(out, count);
}

bool dw_request_target_path_fits(const char *path)
{
  char *part = dw_alloc(strlen(path) + 1);
  bool fits = true;
  while (fits && *path) {
    size_t length = strcspn(path, "/");
    fits = dw_request_target_decode(path, length, false, part) && strcmp(part, ".") != 0 && strcmp(part, "..") != 0;
    path += length;
    if (*path == '/') path++;
  }
  dw_free(part);
  return fits;
}

bool dw_request_target_query_fits(const char *query)
{
  char *whole = dw_alloc(strlen(query) + 1);
  bool fits = true;
  for (const char *at = query; fits && *at;) {
    size_t length = strcspn(at, "&");
    const char *sign = memchr(at, '=', length);
    size_t name = sign ? (size_t)(sign - at) : length;
    fits = dw_request_target_decode(at, name, true, whole) && (!sign || dw_request_target_decode(sign + 1, length - name - 1, true, whole));
    at += length;
    if (*at == '&') at++;
  }
  dw_free(whole);
  return fits;
}

char *dw_request_target_parameter(const char *query, const char *name, size_t index)
{
  char *text = dw_alloc(strlen(query) + 1);
  for (const char *at = query; *at;) {
    size_t length = strcspn(at, "&");
    const char *sign = memchr(at, '=', length);
    size_t named = sign ? (size_t)(sign - at) : length;
    if (dw_request_target_decode(at, named, true, text) && strcmp(text, name) == 0 && index-- == 0) {
      if (dw_request_target_decode(sign ? sign + 1 : "", sign ? length - named - 1 : 0, true, text)) return text;
      break;
    }
    at += length;
    if (*at == '&') at++;
  }
  dw_free(text);
  return NULL;
}
