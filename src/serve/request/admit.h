/* admit: what a request passes before a handler sees it, in this order: the Host is ours (421), no page of another site sent it (403), the
 * path is there (404; 308 for the base path without its slash), with this method (405), the token is known (401) and may do this with
 * this model (403), and the body is not announced longer than the route's limit (413). */
#ifndef DW_SERVE_ADMIT_H
#define DW_SERVE_ADMIT_H

#include "base/text_list.h"
#include "serve/request/head.h"
#include "serve/request/routes.h"
#include "serve/request/tokens.h"

/* What a server answers, and to whom. */
typedef struct dw_site {
  const dw_route *routes;
  void *context;         /* of the handlers */
  const char *base_path; /* "/dw": begins with a slash and does not end in one; NULL: none */
  dw_text_list hosts;    /* names in Host besides localhost and addresses (serve/request/hosts.h) */
  uint64_t body_limit;   /* bytes of a body, where the route takes more; 0: what the route takes */
  dw_tokens *tokens;     /* NULL: anybody may do all */
} dw_site;

typedef struct dw_admission {
  int code;        /* 0: admitted */
  const char *why; /* in words */
  dw_route_found found;
  const dw_grant *grant; /* NULL: the server has no tokens, or the route asks for none */
} dw_admission;

uint64_t dw_site_body_limit(const dw_site *site, const dw_route *route);          /* the lesser of the two */
void dw_admit(const dw_site *site, const dw_head *head, dw_admission *admission); /* found.part is the caller's to free */

#endif
