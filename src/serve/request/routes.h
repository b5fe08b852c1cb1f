/* routes: the table of what a server answers, and the row of a request.
 *
 *   static const dw_route routes[] = {
 *     {.method = DW_METHOD_GET, .pattern = "/livez", .at_once = true, .handle = live},
 *     {.method = DW_METHOD_POST, .pattern = "/v1/models/{model}/records", .scope = DW_SCOPE_INGEST, .model = true,
 *      .body = DW_BODY_STREAM, .limit = UINT64_C(1) << 30, .handle = ingest},
 *     {.pattern = NULL},
 *   };
 *
 * HEAD goes to the row of GET; the answer's body is left out on the way.
 */
#ifndef DW_SERVE_ROUTES_H
#define DW_SERVE_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "serve/request/head.h"

typedef struct dw_exchange dw_exchange;

/* Answers the exchange (serve/http/exchange.h), now or later. */
typedef void dw_handler(dw_exchange *exchange, void *context);

typedef enum dw_route_body {
  DW_BODY_NONE,  /* a request with a body is refused (413) */
  DW_BODY_WHOLE, /* the handler is called when all of it is there */
  DW_BODY_STREAM /* the handler is called at once, and reads it as it comes, on a thread of its own */
} dw_route_body;

typedef struct dw_route {
  dw_http_method method;
  const char *pattern; /* "/v1/models/{model}/records": at most one part, whole, is variable; NULL ends the table */
  unsigned scope;      /* of the token (serve/request/tokens.h); 0: anybody */
  bool model;          /* the variable part is a model, and the token must be for it */
  bool at_once;        /* the handler never waits for anything: it is called by the thread that serves all connections */
  dw_route_body body;
  uint64_t limit; /* bytes of the body; more is 413 */
  dw_handler *handle;
} dw_route;

typedef struct dw_route_found {
  const dw_route *route;
  char *part;     /* the variable part, decoded; NULL: none. The caller frees */
  unsigned allow; /* for 405: bits (1 << dw_http_method) of what there is */
} dw_route_found;

/* 0, 404 or 405. path as it was sent. */
int dw_routes_find(const dw_route *routes, dw_http_method method, const char *path, dw_route_found *found);
void dw_routes_allow(unsigned allow, dw_buf *out); /* "GET, HEAD" */

/* path behind base ("/dw", "": none), or as it is when a proxy has taken the base off. NULL: it is the base without a slash behind it,
 * where relative addresses would go astray. */
const char *dw_routes_below(const char *base, const char *path);

#endif
