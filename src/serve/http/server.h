/* server: an HTTP/1.1 server (RFC 9110, 9112) in the process. One thread serves all connections and never waits; handlers run on others
 * (serve/http/crew.h), those of bodies that are streamed on a crew of their own, so that slow senders take no thread from the rest.
 *
 *   dw_attend_begin();                        before the first thread: signals wait for dw_attend (serve/http/attend.h)
 *   dw_server_start(&server, &settings, &err);
 *   dw_attend(server, reload, context);       until SIGTERM
 *
 * One request after the other on a connection, whatever the client pipelines. An answer that begins before the body is read to its end
 * closes the connection. Errors are problem documents; the log never holds a query, where a token may be.
 */
#ifndef DW_SERVE_SERVER_H
#define DW_SERVE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "serve/request/admit.h"
#include "serve/http/server_log.h"

/* Times in microseconds. 0 is the default of each limit. */
typedef struct dw_server_limits {
  unsigned workers;     /* threads of handlers; 8 */
  unsigned streams;     /* threads of handlers that read their body as it comes, from 256 KiB on or when it is whole; 32 */
  unsigned connections; /* at once; 4,096. One more takes the place of the one that has been idle longest, or is told 503 */
  uint64_t bodies;      /* bytes of all bodies that come whole and have not been answered yet, or wait for a thread; 256 MiB, then 503 */
  int64_t idle;         /* a connection between requests; 75 s */
  int64_t head;         /* the head of a request, from its first byte; 10 s, then 408 */
  int64_t pause;        /* of a sender in the middle of a body (408), of a reader in the middle of an answer (cut off); 30 s */
  int64_t request;      /* a body, without the time that it waited for the handler (408), or a reader's time for what is ready; 600 s */
  int64_t answer;       /* a handler that has all that it reads, until its answer begins; 60 s, then 503 and the connection ends */
  int64_t drain;        /* requests under way, once the server stops; 8 s */
} dw_server_limits;

typedef struct dw_server_settings {
  const char *listen; /* HOST:PORT (serve/http/listen.h); NULL: 127.0.0.1:3001 */
  dw_site site;       /* copied; its texts and routes stay the caller's and must stay, its tokens are held */
  dw_server_limits limits;
  dw_log log;
} dw_server_settings;

typedef struct dw_server dw_server;

/* DW_EUSAGE: the address is none, or reaches beyond this machine without tokens, or the base path has no form; DW_ESYSTEM.
 * *out is set before the first handler is called. */
dw_status dw_server_start(dw_server **out, const dw_server_settings *settings, dw_err *err);
const char *dw_server_address(const dw_server *server); /* "127.0.0.1:3001", with the port that it got */

/* From any thread: requests from here on are held to these (which are held; NULL: none, refused where they are needed). */
dw_status dw_server_set_tokens(dw_server *server, dw_tokens *tokens, dw_err *err);

/* It is being stopped: requests under way are the last. From any thread. */
bool dw_server_ends(dw_server *server);

/* For /metrics, from any thread: requests (serve/http/traffic.h), connections, and requests under way. */
void dw_server_print_metrics(dw_server *server, dw_buf *out);

/* Takes no more connections, ends those that are idle, lets requests under way finish for limits.drain, then cuts them off. true: none was
 * cut off. The server is freed, unless a handler does not return within another second, or the system has refused to wait for connections
 * (which sends SIGTERM to the process): then false, and the process is to end. */
bool dw_server_stop(dw_server *server);

#endif
