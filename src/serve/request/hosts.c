#include "serve/request/hosts.h"

#include <string.h>
#include <strings.h>

/* Bytes of the host in front of its port. */
static size_t name_length(const char *host)
{
  if (*host == '[') return strcspn(host, "]") + 1;
  return strcspn(host, ":");
}

static bool ends_with(const char *host, size_t length, const char *tail)
{
  size_t n = strlen(tail);
  return length >= n && strncasecmp(host + length - n, tail, n) == 0;
}

static bool is_name(const char *host, size_t length, const char *name)
{
  if (strcmp(name, "*") == 0) return true;
  if (*name == '.' && ends_with(host, length, name)) return true;
  if (*name == '.') name++;
  return strlen(name) == length && strncasecmp(host, name, length) == 0;
}

/* Digits and dots alone are an IPv4 address to every resolver; what is in brackets is an IPv6 address. */
static bool is_address(const char *host, size_t length)
{
  if (*host == '[') return true;
  return length > 0 && strspn(host, "0123456789.") >= length;
}

static bool allow(const dw_text_list *names, const char *host, size_t length)
{
  if (is_address(host, length) || is_name(host, length, ".localhost")) return true;
  for (size_t i = 0; i < names->count; i++)
    if (is_name(host, length, names->text[i])) return true;
  return false;
}

bool dw_hosts_allow(const dw_text_list *names, const char *host) { return !*host || allow(names, host, name_length(host)); }

/* The Origin is the Host that the request was sent to, or a name that the proxy in front goes by. */
static bool same_origin(const dw_text_list *names, const char *origin, const char *host)
{
  const char *at = strstr(origin, "://");
  if (!at) return false; /* "null" */
  at += 3;
  if (strcasecmp(at, host) == 0) return true;
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->text[i], "*") != 0 && is_name(at, name_length(at), names->text[i])) return true;
  return false;
}

bool dw_hosts_foreign(const dw_text_list *names, const dw_head *head)
{
  if (head->method == DW_METHOD_GET || head->method == DW_METHOD_HEAD) return false;
  const char *site = dw_head_field_of(head, "Sec-Fetch-Site"), *origin = dw_head_field_of(head, "Origin");
  if (site) return strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0;
  return origin && !same_origin(names, origin, head->host);
}
