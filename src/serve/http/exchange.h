/* exchange: one request and its answer, as a handler sees it.
 *
 *   static void show(dw_exchange *exchange, void *context)
 *   {
 *     dw_buf page = {0};
 *     …
 *     dw_exchange_reply(exchange, 200, "text/html; charset=utf-8", page.data, page.length);
 *     dw_buf_free(&page);
 *   }
 *
 * A handler answers exactly once: reply, problem, fail, or begin … end. It may return first and answer later, from any thread (a commit
 * that serves many). Until the answer the exchange is the handler's, also when the client has gone; with it, it is not any more. One
 * thread at a time uses an exchange.
 *
 * A route with DW_BODY_STREAM reads its body on a thread of its own, which waits for bytes; the client waits when they are not taken:
 *
 *   dw_input *input = dw_input_of_source("body", dw_exchange_read, exchange);
 *   if (dw_reader_open_input(&reader, input, &options, &err) == DW_OK) …
 *   dw_exchange_stop_reading(exchange);    before dw_reader_close where the end was not reached: the reader's thread may be waiting
 *   dw_reader_close(reader);
 *   if (status == DW_OK) dw_exchange_reply(…); else dw_exchange_fail(exchange, &err);
 */
#ifndef DW_SERVE_EXCHANGE_H
#define DW_SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "serve/request/head.h"
#include "serve/request/routes.h"
#include "serve/request/tokens.h"

/* --- the request --- */

const dw_head *dw_exchange_head(const dw_exchange *exchange); /* method, fields; the query for dw_request_target_parameter */
const char *dw_exchange_part(const dw_exchange *exchange);    /* what the route's variable part is; NULL: it has none */
const dw_grant *dw_exchange_grant(const dw_exchange *exchange);
const char *dw_exchange_client(const dw_exchange *exchange);          /* the address that it came from; "": without a socket */
bool dw_exchange_may(const dw_exchange *exchange, const char *model); /* the token is for this model too */

/* DW_BODY_WHOLE: all of the body, with a NUL behind; it lives as long as the exchange. */
const char *dw_exchange_body(const dw_exchange *exchange, size_t *length);

/* DW_BODY_STREAM: a dw_input_source; context is the exchange. Waits. DW_EDATA: the body is cut short, malformed, too long or too slow;
 * DW_ESYSTEM: reading was stopped, or the server is ending. */
dw_status dw_exchange_read(void *exchange, void *bytes, size_t capacity, size_t *count, dw_err *err);
void dw_exchange_stop_reading(dw_exchange *exchange); /* from any thread: a read that waits returns, and all later ones */

/* --- the answer --- */

/* A field of the answer's head, before the answer. Control characters in value become '?'. Not for Content-Length, Content-Type,
 * Transfer-Encoding, Connection, Date: they are seen to. */
void dw_exchange_field(dw_exchange *exchange, const char *name, const char *value);

void dw_exchange_reply(dw_exchange *exchange, int code, const char *type, const void *bytes, size_t length); /* type NULL: no body */
/* A problem document (RFC 9457) with the code's title and detail. */
void dw_exchange_problem(dw_exchange *exchange, int code, const char *detail);
/* The same of an error: what broke the body where that is it, else 400 for DW_EUSAGE and DW_EDATA, 409 for DW_ENODATA, 500 for
 * DW_ESYSTEM, which tells the client no details. */
void dw_exchange_fail(dw_exchange *exchange, const dw_err *err);

/* In pieces, of no known length. write waits while the client does not take them; false: it has gone, no more is wanted (end all the
 * same). Not for a route that is at_once. */
void dw_exchange_begin(dw_exchange *exchange, int code, const char *type);
bool dw_exchange_write(dw_exchange *exchange, const void *bytes, size_t length);
void dw_exchange_end(dw_exchange *exchange);

#endif
