#include "serve/request/admit.h"

#include <string.h>
#include <strings.h>

#include "serve/request/hosts.h"
#include "serve/request/request_target.h"

static bool refuse(dw_admission *admission, int code, const char *why)
{
  admission->code = code;
  admission->why = why;
  return false;
}

static bool check_origin(const dw_site *site, const dw_head *head, dw_admission *admission)
{
  if (!dw_hosts_allow(&site->hosts, head->host))
    return refuse(admission, 421, "this server does not go by the name in Host (--allowed-hosts)");
  if (dw_hosts_foreign(&site->hosts, head)) return refuse(admission, 403, "a page of another site may not send this");
  return true;
}

static bool check_route(const dw_site *site, const dw_head *head, dw_admission *admission)
{
  const char *path = dw_routes_below(site->base_path ? site->base_path : "", head->path);
  if (!path) return refuse(admission, 308, "the address ends in a slash");
  int code = dw_routes_find(site->routes, head->method, path, &admission->found);
  if (code == 404) return refuse(admission, 404, "there is nothing at this address");
  if (code == 405) return refuse(admission, 405, "this address does not take this method");
  return true;
}

/* The token of the request, which the caller frees; NULL: none. A header wins. */
static char *token_of(const dw_head *head)
{
  const char *value = dw_head_field_of(head, "Authorization");
  if (!value) return dw_request_target_parameter(head->query, "token", 0);
  if (strncasecmp(value, "Bearer ", 7) != 0) return NULL;
  return dw_strdup(value + 7 + strspn(value + 7, " "));
}

static bool check_token(const dw_site *site, const dw_head *head, dw_admission *admission)
{
  const dw_route *route = admission->found.route;
  if (!site->tokens || !route->scope) return true;
  char *token = token_of(head);
  admission->grant = token ? dw_tokens_find(site->tokens, token) : NULL;
  bool given = token != NULL;
  dw_free(token);
  if (!given) return refuse(admission, 401, "a token is needed: Authorization: Bearer TOKEN, or ?token=TOKEN");
  if (!admission->grant) return refuse(admission, 401, "the token is not known");
  if (!dw_grant_may(admission->grant, route->scope, NULL)) return refuse(admission, 403, "the token may not do this");
  if (!dw_grant_may(admission->grant, route->scope, route->model ? admission->found.part : NULL))
    return refuse(admission, 403, "the token is not for this model");
  return true;
}

uint64_t dw_site_body_limit(const dw_site *site, const dw_route *route)
{
  return site->body_limit && site->body_limit < route->limit ? site->body_limit : route->limit;
}

static bool check_body(const dw_site *site, const dw_head *head, dw_admission *admission)
{
  const dw_route *route = admission->found.route;
  if (route->body == DW_BODY_NONE && (head->chunked || head->length)) return refuse(admission, 413, "no body is taken here");
  if (head->length > dw_site_body_limit(site, route)) return refuse(admission, 413, "the body is longer than what is taken here");
  return true;
}

void dw_admit(const dw_site *site, const dw_head *head, dw_admission *admission)
{
  *admission = (dw_admission){0};
  if (check_origin(site, head, admission) && check_route(site, head, admission) && check_token(site, head, admission))
    check_body(site, head, admission);
}
