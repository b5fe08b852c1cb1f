#include "io/bytes/http_pool.h"

#include <string.h>

#include "io/bytes/http_parts.h"

enum { POOL_LONGEST_MS = 60000 };

/* A request under way. */
typedef struct call {
  struct call *before, *after;
  CURL *curl; /* NULL: there is no library to make it; the reply says so */
  struct curl_slist *headers;
  char *url;
  dw_http_request request; /* url and most: for messages */
  dw_http_answer answer;
  dw_buf body;
  void *mine;
  char problem[CURL_ERROR_SIZE];
} call;

struct dw_http_pool {
  const dw_curl *lib; /* NULL: until the first request, and where it cannot be loaded */
  CURLM *multi;       /* of it */
  call *first;
  call *given; /* its reply is the caller's until the next call */
  size_t busy;
  dw_err err;
};

dw_http_pool *dw_http_pool_new(void) { return dw_alloc_zero(1, sizeof(dw_http_pool)); }

static bool have_library(dw_http_pool *pool)
{
  if (pool->lib) return true;
  pool->lib = dw_http_library(&pool->err);
  if (!pool->lib) return false;
  pool->multi = pool->lib->curl_multi_init();
  if (!pool->multi) dw_mem_out(0);
  return true;
}

static void end(dw_http_pool *pool, call *c)
{
  if (c->curl) {
    pool->lib->curl_multi_remove_handle(pool->multi, c->curl);
    pool->lib->curl_easy_cleanup(c->curl);
    pool->lib->curl_slist_free_all(c->headers);
  }
  if (c->before) c->before->after = c->after;
  else pool->first = c->after;
  if (c->after) c->after->before = c->before;
  dw_buf_free(&c->body);
  dw_free(c->url);
  dw_free(c);
}

static void forget_given(dw_http_pool *pool)
{
  if (pool->given) end(pool, pool->given);
  pool->given = NULL;
}

void dw_http_pool_free(dw_http_pool *pool)
{
  if (!pool) return;
  while (pool->first) end(pool, pool->first);
  if (pool->multi) pool->lib->curl_multi_cleanup(pool->multi);
  dw_free(pool);
}

static void begin(dw_http_pool *pool, call *c, const dw_http_request *request)
{
  c->curl = pool->lib->curl_easy_init();
  if (!c->curl) dw_mem_out(0);
  c->headers = dw_http_headers(pool->lib, request);
  dw_http_settings(pool->lib, c->curl, request, c->headers, &c->answer, c->problem);
  if (request->body) { /* of its own: in this order */
    pool->lib->curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
    pool->lib->curl_easy_setopt(c->curl, CURLOPT_COPYPOSTFIELDS, (const char *)request->body);
  }
  pool->lib->curl_easy_setopt(c->curl, CURLOPT_PRIVATE, c);
  if (pool->lib->curl_multi_add_handle(pool->multi, c->curl) != CURLM_OK) dw_mem_out(0);
}

void dw_http_pool_start(dw_http_pool *pool, const dw_http_request *request, void *mine)
{
  forget_given(pool);
  call *c = dw_alloc_zero(1, sizeof *c);
  c->url = dw_strdup(request->url);
  c->request = (dw_http_request){.url = c->url, .most = request->most};
  c->answer = (dw_http_answer){.out = &c->body, .room = dw_http_room(request)};
  c->mine = mine;
  c->after = pool->first;
  if (c->after) c->after->before = c;
  pool->first = c;
  pool->busy++;
  if (have_library(pool)) begin(pool, c, request);
}

/* A request that was never begun. */
static call *stillborn(const dw_http_pool *pool)
{
  call *c = pool->first;
  while (c && c->curl) c = c->after;
  return c;
}

void dw_http_pool_wait(dw_http_pool *pool, struct pollfd *others, size_t count, int64_t microseconds)
{
  int running;
  int64_t ms = (microseconds + 999) / 1000;
  if (ms < 0) ms = 0;
  if (ms > POOL_LONGEST_MS) ms = POOL_LONGEST_MS;
  forget_given(pool);
  if (stillborn(pool)) ms = 0;
  if (!pool->multi) {
    poll(others, (nfds_t)count, (int)ms);
    return;
  }
  struct curl_waitfd *wait = dw_alloc_array(count + 1, sizeof *wait);
  pool->lib->curl_multi_perform(pool->multi, &running);
  for (size_t i = 0; i < count; i++)
    wait[i] = (struct curl_waitfd){.fd = others[i].fd,
                                   .events = (short)((others[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                                                     (others[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
  if (pool->busy > (size_t)running) ms = 0; /* replies are there */
  pool->lib->curl_multi_poll(pool->multi, wait, (unsigned)count, (int)ms, NULL);
  if (count) poll(others, (nfds_t)count, 0); /* what curl says of them differs by release: hung up is not among it */
  pool->lib->curl_multi_perform(pool->multi, &running);
  dw_free(wait);
}

static bool useless(CURLcode result, const call *c)
{
  return c->answer.full || result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_WEIRD_SERVER_REPLY ||
         result == CURLE_PEER_FAILED_VERIFICATION;
}

bool dw_http_pool_next(dw_http_pool *pool, dw_http_reply *reply)
{
  int left;
  CURLMsg *message = NULL;
  forget_given(pool);
  call *c = stillborn(pool);
  if (c) {
    *reply = (dw_http_reply){.mine = c->mine, .status = DW_ESYSTEM, .malformed = true, .body = "", .problem = pool->err.message};
    pool->given = c;
    pool->busy--;
    return true;
  }
  while (pool->multi && (message = pool->lib->curl_multi_info_read(pool->multi, &left)) != NULL && message->msg != CURLMSG_DONE) continue;
  if (!message) return false;
  long code = 0;
  curl_off_t elapsed = 0;
  CURLcode result = message->data.result;
  pool->lib->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &c);
  pool->lib->curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &code);
  pool->lib->curl_easy_getinfo(c->curl, CURLINFO_TOTAL_TIME_T, &elapsed);
  *reply = (dw_http_reply){.mine = c->mine, .code = (int)code, .elapsed = (int64_t)elapsed, .problem = ""};
  reply->late = result == CURLE_OPERATION_TIMEDOUT;
  reply->malformed = result != CURLE_OK && useless(result, c);
  if (result == CURLE_OK) reply->retry_after = dw_http_retry_after(pool->lib, c->curl);
  else {
    reply->status = dw_http_fail(pool->lib, &c->request, result, c->problem, &c->answer, &pool->err);
    reply->problem = pool->err.message;
  }
  reply->body = dw_buf_cstr(&c->body);
  reply->length = c->body.length;
  pool->given = c;
  pool->busy--;
  return true;
}

bool dw_http_pool_stop(dw_http_pool *pool, const void *mine)
{
  forget_given(pool);
  for (call *c = pool->first; c; c = c->after)
    if (c->mine == mine) {
      end(pool, c);
      pool->busy--;
      return true;
    }
  return false;
}
