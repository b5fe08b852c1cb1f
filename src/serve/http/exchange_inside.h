/* exchange_inside: an exchange as those see it who bring its request and take its answer away: a connection (connection.c), or nobody but
 * the caller (rehearsal.c). */
#ifndef DW_SERVE_EXCHANGE_INSIDE_H
#define DW_SERVE_EXCHANGE_INSIDE_H

#include <pthread.h>

#include "base/str.h"
#include "serve/request/admit.h"
#include "serve/http/exchange.h"

enum { DW_EXCHANGE_BODY = 256 << 10, DW_EXCHANGE_ANSWER = 256 << 10 }; /* bytes kept of a stream, each way */

struct dw_exchange {
  dw_head head;
  const dw_route *route; /* NULL: refused before one was found */
  char *part;
  dw_tokens *tokens; /* held, for the grant */
  const dw_grant *grant;
  char client[64];

  pthread_mutex_t lock; /* of what follows, up to the next empty line */
  pthread_cond_t changed;
  dw_buf body;
  size_t body_at;       /* read so far, of body */
  bool body_end;        /* all of it came */
  int body_code;        /* it broke: the status code for it */
  const char *body_why; /* and why, in words */
  bool body_asked;      /* somebody reads: the client may send */
  bool body_paused;     /* the connection waits until there is room */
  bool stopped;         /* nobody reads any more */
  bool gone;            /* nobody takes the answer any more */
  int code;
  const char *type;
  dw_buf fields, out; /* out: of the answer's body, framed */
  bool whole;         /* out is all of the body, of length bytes */
  size_t length;
  bool begun, ended;

  /* Called without the lock, after something changed that the other side waits for; ended: the handler has let go. */
  void (*post)(dw_exchange *exchange, bool ended);
  void *owner;                       /* of post */
  dw_exchange *next_post, *next_job; /* in the owner's lists */
  bool posted, let_go, let_go_seen;  /* the owner's */
  void *connection;                  /* the same; NULL: it is no more */
  uint64_t held;                     /* bytes of its body that the owner counts as held */
  uint64_t started, received, sent;  /* monotonic ns; bytes of bodies */
};

dw_exchange *dw_exchange_new(void (*post)(dw_exchange *exchange, bool ended), void *owner);
void dw_exchange_free(dw_exchange *exchange); /* NULL is fine */

/* The body comes: bytes, its end, or what broke it. feed says how many bytes wait to be read. */
size_t dw_exchange_feed(dw_exchange *exchange, const char *bytes, size_t length);
void dw_exchange_feed_end(dw_exchange *exchange);
void dw_exchange_feed_broken(dw_exchange *exchange, int code, const char *why);
void dw_exchange_leave(dw_exchange *exchange); /* the client has gone */

typedef struct dw_exchange_news {
  bool begun;       /* the head of the answer can be written */
  bool ended;       /* no more bytes come */
  bool body_wanted; /* somebody reads the body, and there is room */
} dw_exchange_news;
dw_exchange_news dw_exchange_look(dw_exchange *exchange);
/* What has come of the answer's body since the last call, behind the end of out. */
dw_exchange_news dw_exchange_take(dw_exchange *exchange, dw_buf *out);

/* The answer's head, once begun, up to its empty line. keep: the connection stays. */
void dw_exchange_write_head(const dw_exchange *exchange, bool keep, dw_buf *out);

/* Refuses on the server's own account: the admission's code with what belongs to it (Allow, WWW-Authenticate, Location). */
void dw_exchange_refuse(dw_exchange *exchange, const dw_admission *admission, const char *base_path);

#endif
