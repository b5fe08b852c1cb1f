/* server_inside: what a server (server.c) and its connections (connection.c) know of each other. All of the loop's thread, but for what
 * says otherwise. */
#ifndef DW_SERVE_SERVER_INSIDE_H
#define DW_SERVE_SERVER_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "serve/http/crew.h"
#include "serve/http/exchange_inside.h"
#include "serve/http/listen.h"
#include "serve/http/loop.h"
#include "serve/http/server.h"
#include "serve/http/traffic.h"

enum { DW_RECEIVE = 64 << 10 };

typedef struct dw_connection dw_connection;

/* A ring: connections that are open, or those of them that are idle, longest first. */
typedef struct dw_ring {
  struct dw_ring *before, *after;
  dw_connection *of; /* NULL: the ring's anchor */
} dw_ring;

struct dw_server {
  dw_server_settings settings; /* limits: none of them 0 */
  dw_listening listening;
  dw_watch *accepting[DW_LISTEN_MOST];
  dw_loop *loop;
  dw_crew *workers, *streams;
  dw_traffic *traffic;
  pthread_t thread;
  dw_ring open, idle;
  bool draining, cut; /* cut: requests were cut off */
  bool lost;          /* the loop could not go on */
  dw_watch *drain_end;
  uint64_t held;             /* bytes of bodies that come whole, or of which no handler reads yet */
  char received[DW_RECEIVE]; /* for the read that is at hand */

  atomic_uint connections;
  atomic_uint exchanges; /* given to a handler that has not let go of them */

  pthread_mutex_t lock; /* of what follows; from any thread */
  dw_exchange *posted, **posted_end;
  dw_tokens *tokens; /* instead of the site's, from now on */
  bool tokens_changed, stop_wanted;
};

void dw_connection_open(dw_server *server, int fd, const char *client);
void dw_connection_refuse(dw_server *server, int fd, const char *client); /* tells it 503, and that is all */
void dw_connection_close(dw_connection *connection);                      /* the client is gone for its request under way */
bool dw_connection_idle(const dw_connection *connection);
void dw_connection_news(dw_connection *connection); /* its exchange has news */

void dw_server_post(dw_exchange *exchange, bool ended); /* from any thread: the exchange has news */
void dw_server_tell(const dw_server *server, const dw_exchange *exchange, int code);
void dw_server_forget_body(dw_server *server, dw_exchange *exchange); /* it was answered: its bytes count no more */
void dw_server_free_exchange(dw_server *server, dw_exchange *exchange);
void dw_server_left(dw_server *server); /* a connection or an exchange is no more */

#endif
