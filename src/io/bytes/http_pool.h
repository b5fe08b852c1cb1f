/* http_pool: requests side by side on one thread (libcurl's multi interface): connections are kept and used again, and whoever waits for
 * answers can wait for other things too, and give up at any moment. With a thread a request neither would be: a thread inside
 * curl_easy_perform cannot be told to stop.
 *
 *   dw_http_pool *pool = dw_http_pool_new();
 *   dw_http_pool_start(pool, &request, mine);
 *   while (replies are waited for) {
 *     dw_http_pool_wait(pool, others, count, microseconds);
 *     for (dw_http_reply reply; dw_http_pool_next(pool, &reply);) use(reply.mine, …);
 *   }
 *   dw_http_pool_free(pool);
 */
#ifndef DW_IO_HTTP_POOL_H
#define DW_IO_HTTP_POOL_H

#include <poll.h>

#include "io/bytes/http.h"

typedef struct dw_http_pool dw_http_pool;

/* What became of a request; texts live until the next call with the pool. */
typedef struct dw_http_reply {
  void *mine;
  dw_status status; /* as of dw_http_ask; the message in problem */
  bool late;        /* it took longer than its limit */
  bool malformed;   /* the answer is larger than allowed, or no HTTP, or there is no libcurl: asking again is of no use */
  int code;         /* of HTTP */
  const char *body; /* NUL behind */
  size_t length;
  int64_t retry_after; /* microseconds; 0: not said */
  int64_t elapsed;     /* microseconds, of the whole request */
  const char *problem;
} dw_http_reply;

dw_http_pool *dw_http_pool_new(void);
void dw_http_pool_free(dw_http_pool *pool); /* gives up what is under way; NULL is fine */

/* Begins a request; all of it is copied. mine comes back with its reply. request->retry_after is not looked at. */
void dw_http_pool_start(dw_http_pool *pool, const dw_http_request *request, void *mine);

/* Until something comes, of a reply or of the count descriptors of others (as poll does), or the time is over. */
void dw_http_pool_wait(dw_http_pool *pool, struct pollfd *others, size_t count, int64_t microseconds);
bool dw_http_pool_next(dw_http_pool *pool, dw_http_reply *reply); /* false: no more for now */
/* Gives up the request of mine: no reply will come. false: there is none. */
bool dw_http_pool_stop(dw_http_pool *pool, const void *mine);

#endif
