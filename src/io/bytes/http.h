/* http: one request, one answer (libcurl). */
#ifndef DW_IO_HTTP_H
#define DW_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_http_request {
  const char *method; /* "GET", "POST", "PUT" */
  const char *url;    /* http:// or https:// */
  const void *body;   /* NULL: none */
  size_t length;
  const char *type;            /* of the body; NULL: "application/json" */
  const char *bearer;          /* token; NULL: none */
  const char *user, *password; /* basic authentication; NULL: none */
  int64_t limit;               /* microseconds for all of it; 0: 60 seconds */
  const char *const *headers;  /* more of them, "Name: value", NULL behind the last; NULL: none */
  /* Nothing but addresses of the public internet (io/bytes/address.h) is connected to: the address of the connection itself is looked at,
   * so that a name cannot point elsewhere after it was checked, and no proxy stands between. */
  bool public_only;
  size_t most; /* bytes of an answer, at most; 0: DW_HTTP_ANSWER */
  bool direct; /* no proxy, whatever the environment says: for an address of this machine */
  /* Asked about once a second, from the name's look-up on: whether the answer is wanted no more. Then it is given up: DW_ESYSTEM. NULL: it
   * always is. */
  bool (*stop)(void *context);
  void *context;        /* of stop */
  int64_t *retry_after; /* NULL: not asked; else what Retry-After says, in microseconds from now; 0: it is not there */
} dw_http_request;

enum { DW_HTTP_ANSWER = 64 << 20 }; /* bytes of an answer, at most */

/* The answer's body at the end of out and its status code (200, 404, …) in *code; a code that is no success is not an error here.
 * DW_ESYSTEM: no answer (no such host, refused, too late, cut off, certificate not trusted); DW_EUSAGE: not such a URL. Redirections are
 * not followed: they would take the token along. */
dw_status dw_http_ask(const dw_http_request *request, int *code, dw_buf *out, dw_err *err);

/* text for a path or a query: everything but letters, digits and - . _ ~ as %XX; slashes stay with keep_slash. */
void dw_http_escape(dw_buf *out, const char *text, bool keep_slash);

#endif
