#include "serve/request/routes.h"

#include <string.h>

#include "serve/request/request_target.h"

/* One part of the path and of the pattern, up to their next slash. */
static bool part_matches(const char *pattern, size_t pattern_length, const char *path, size_t length, char **part)
{
  char *text = dw_alloc(length + 1);
  bool decoded = dw_request_target_decode(path, length, false, text);
  bool variable = pattern_length > 1 && pattern[0] == '{';
  bool matches = decoded && (variable ? text[0] != '\0' : dw_text_equal(pattern, pattern_length, text));
  if (matches && variable) *part = text;
  else dw_free(text);
  return matches;
}

static bool matches(const char *pattern, const char *path, char **part)
{
  *part = NULL;
  for (;;) {
    size_t p = strcspn(pattern, "/"), n = strcspn(path, "/");
    if (!part_matches(pattern, p, path, n, part) || (pattern[p] == '\0') != (path[n] == '\0')) break;
    if (pattern[p] == '\0') return true;
    pattern += p + 1;
    path += n + 1;
  }
  dw_free(*part);
  *part = NULL;
  return false;
}

static unsigned allowed_by(dw_http_method method) { return 1u << method | (method == DW_METHOD_GET ? 1u << DW_METHOD_HEAD : 0); }

int dw_routes_find(const dw_route *routes, dw_http_method method, const char *path, dw_route_found *found)
{
  *found = (dw_route_found){0};
  for (const dw_route *route = routes; route->pattern; route++) {
    char *part;
    if (!matches(route->pattern, path, &part)) continue;
    found->allow |= allowed_by(route->method);
    if (allowed_by(route->method) & 1u << method) {
      found->route = route;
      found->part = part;
      return 0;
    }
    dw_free(part);
  }
  return found->allow ? 405 : 404;
}

void dw_routes_allow(unsigned allow, dw_buf *out)
{
  for (int m = 0; m < DW_METHODS; m++) {
    if (!(allow & 1u << m)) continue;
    if (out->length) dw_buf_text(out, ", ");
    dw_buf_text(out, dw_http_method_name((dw_http_method)m));
  }
}

const char *dw_routes_below(const char *base, const char *path)
{
  size_t length = strlen(base);
  if (length == 0 || strncmp(path, base, length) != 0) return path;
  return path[length] == '/' ? path + length : path[length] == '\0' ? NULL : path;
}
