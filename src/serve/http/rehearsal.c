#include "serve/http/rehearsal.h"

#include <pthread.h>

#include "base/mem.h"
#include "serve/request/chunked_body.h"
#include "serve/http/exchange_inside.h"

/* Who waits for the answer. */
typedef struct waiting {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  dw_buf body; /* framed */
  bool ended;
} waiting;

static void take(dw_exchange *exchange, bool ended)
{
  waiting *w = exchange->owner;
  pthread_mutex_lock(&w->lock);
  dw_exchange_take(exchange, &w->body);
  w->ended |= ended;
  pthread_cond_signal(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

/* What dw_chunked_body makes of bytes, behind the end of out; 0 or the code of a refusal. */
static int unchunk(const char *bytes, size_t length, dw_buf *out, const char **why)
{
  dw_chunked_body chunks = {0};
  for (size_t at = 0; at < length;) {
    dw_chunked_step step = dw_chunked_body_add(&chunks, bytes + at, length - at);
    dw_buf_add(out, step.bytes, step.count);
    *why = step.why;
    if (step.code || step.end) return step.code;
    at += step.used;
  }
  *why = "the body of the request is cut short";
  return 400;
}

/* 0, or why the body is none. */
static int give_body(dw_exchange *exchange, uint64_t limit, const char *bytes, size_t length, const char **why)
{
  dw_buf body = {0};
  int code = 0;
  if (exchange->head.chunked) {
    code = unchunk(bytes, length, &body, why);
  } else if (length < exchange->head.length) {
    *why = "the body of the request is cut short";
    code = 400;
  } else {
    dw_buf_add(&body, bytes, (size_t)exchange->head.length);
  }
  if (code == 0 && body.length > limit) {
    *why = "the body is longer than what is taken here";
    code = 413;
  }
  dw_exchange_feed(exchange, body.data, body.length);
  dw_buf_free(&body);
  if (code == 0) dw_exchange_feed_end(exchange);
  else dw_exchange_feed_broken(exchange, code, *why);
  return code;
}

static void answer_to(const dw_site *site, dw_exchange *exchange, const char *request, size_t length)
{
  dw_head_scan scan = {0};
  dw_admission admission;
  const char *why = "the head of the request is cut short";
  size_t used;
  int code = dw_head_scan_add(&scan, request, length, &used, &why);
  if (code == DW_HEAD_MORE) code = 400;
  if (code == DW_HEAD_WHOLE) code = dw_head_parse(&exchange->head, request, used, &why);
  if (code) {
    dw_exchange_problem(exchange, code, why);
    return;
  }
  dw_admit(site, &exchange->head, &admission);
  exchange->route = admission.found.route;
  exchange->part = admission.found.part;
  exchange->tokens = dw_tokens_hold(site->tokens);
  exchange->grant = admission.grant;
  if (admission.code) {
    dw_exchange_refuse(exchange, &admission, site->base_path ? site->base_path : "");
    return;
  }
  code = give_body(exchange, dw_site_body_limit(site, exchange->route), request + used, length - used, &why);
  if (code && exchange->route->body == DW_BODY_WHOLE) dw_exchange_problem(exchange, code, why);
  else exchange->route->handle(exchange, site->context);
}

void dw_rehearse(const dw_site *site, const char *request, size_t length, dw_rehearsal *answer)
{
  waiting w = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  const char *why;
  *answer = (dw_rehearsal){0};
  dw_exchange *exchange = dw_exchange_new(take, &w);
  answer_to(site, exchange, request, length);
  pthread_mutex_lock(&w.lock);
  while (!w.ended) pthread_cond_wait(&w.changed, &w.lock);
  pthread_mutex_unlock(&w.lock);
  answer->code = exchange->code;
  dw_exchange_write_head(exchange, exchange->head.keep_alive, &answer->head);
  if (exchange->whole || exchange->head.minor == 0) dw_buf_add(&answer->body, w.body.data, w.body.length);
  else unchunk(w.body.data, w.body.length, &answer->body, &why);
  dw_buf_free(&w.body);
  dw_exchange_free(exchange);
}

void dw_rehearsal_free(dw_rehearsal *answer)
{
  dw_buf_free(&answer->head);
  dw_buf_free(&answer->body);
}
