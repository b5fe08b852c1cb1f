#include "serve/http/exchange.h"

#include <assert.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/http/exchange_inside.h"
#include "serve/request/problem.h"

dw_exchange *dw_exchange_new(void (*post)(dw_exchange *exchange, bool ended), void *owner)
{
  dw_exchange *exchange = dw_alloc_zero(1, sizeof *exchange);
  pthread_mutex_init(&exchange->lock, NULL);
  pthread_cond_init(&exchange->changed, NULL);
  exchange->post = post;
  exchange->owner = owner;
  exchange->started = dw_monotonic_ns();
  return exchange;
}

void dw_exchange_free(dw_exchange *exchange)
{
  if (!exchange) return;
  pthread_mutex_destroy(&exchange->lock);
  pthread_cond_destroy(&exchange->changed);
  dw_head_free(&exchange->head);
  dw_tokens_release(exchange->tokens);
  dw_buf_free(&exchange->body);
  dw_buf_free(&exchange->fields);
  dw_buf_free(&exchange->out);
  dw_free(exchange->part);
  dw_free(exchange);
}

/* --- the request --- */

const dw_head *dw_exchange_head(const dw_exchange *exchange) { return &exchange->head; }
const char *dw_exchange_part(const dw_exchange *exchange) { return exchange->part; }
const dw_grant *dw_exchange_grant(const dw_exchange *exchange) { return exchange->grant; }
const char *dw_exchange_client(const dw_exchange *exchange) { return exchange->client; }

bool dw_exchange_may(const dw_exchange *exchange, const char *model)
{
  return dw_grant_may(exchange->grant, exchange->route->scope, model);
}

const char *dw_exchange_body(const dw_exchange *exchange, size_t *length)
{
  assert(exchange->route->body == DW_BODY_WHOLE && exchange->body_end);
  *length = exchange->body.length;
  return exchange->body.data ? exchange->body.data : "";
}

/* --- the body comes --- */

size_t dw_exchange_feed(dw_exchange *exchange, const char *bytes, size_t length)
{
  pthread_mutex_lock(&exchange->lock);
  dw_buf *body = &exchange->body;
  if (exchange->body_at) { /* what was read makes room */
    memmove(body->data, body->data + exchange->body_at, body->length - exchange->body_at);
    body->length -= exchange->body_at;
    exchange->body_at = 0;
  }
  if (!exchange->stopped) dw_buf_add(body, bytes, length);
  size_t waiting = body->length;
  exchange->body_paused = waiting >= DW_EXCHANGE_BODY;
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
  return waiting;
}

void dw_exchange_feed_end(dw_exchange *exchange)
{
  pthread_mutex_lock(&exchange->lock);
  exchange->body_end = true;
  if (exchange->body.data) dw_buf_cstr(&exchange->body);
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
}

void dw_exchange_feed_broken(dw_exchange *exchange, int code, const char *why)
{
  pthread_mutex_lock(&exchange->lock);
  exchange->body_code = code;
  exchange->body_why = why;
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
}

void dw_exchange_leave(dw_exchange *exchange)
{
  pthread_mutex_lock(&exchange->lock);
  exchange->gone = true;
  exchange->connection = NULL;
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
}

/* --- and is read --- */

static bool read_waits(const dw_exchange *exchange)
{
  return exchange->body_at == exchange->body.length && !exchange->body_end && !exchange->body_code && !exchange->stopped && !exchange->gone;
}

/* With the lock held. */
static dw_status read_some(dw_exchange *exchange, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  size_t left = exchange->body.length - exchange->body_at;
  if (exchange->stopped) return dw_err_set(err, DW_ESYSTEM, "reading the body was stopped");
  if (left == 0 && exchange->body_code) return dw_err_set(err, DW_EDATA, "%s", exchange->body_why);
  if (left == 0 && !exchange->body_end) return dw_err_set(err, DW_EDATA, "the client went away in the middle of the body");
  *count = left < capacity ? left : capacity;
  if (*count) memcpy(bytes, exchange->body.data + exchange->body_at, *count);
  exchange->body_at += *count;
  return DW_OK;
}

/* Half of the room is free again, or nobody will read any more: the connection may go on. With the lock held. */
static bool resumes(dw_exchange *exchange)
{
  bool room = exchange->stopped || exchange->body.length - exchange->body_at <= DW_EXCHANGE_BODY / 2;
  bool resume = exchange->body_paused && room;
  if (resume) exchange->body_paused = false;
  return resume;
}

dw_status dw_exchange_read(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_exchange *exchange = context;
  *count = 0;
  pthread_mutex_lock(&exchange->lock);
  bool first = !exchange->body_asked && !exchange->body_end; /* of one that is there, nobody has to be asked */
  exchange->body_asked = true;
  if (first) {
    pthread_mutex_unlock(&exchange->lock);
    exchange->post(exchange, false);
    pthread_mutex_lock(&exchange->lock);
  }
  while (read_waits(exchange)) pthread_cond_wait(&exchange->changed, &exchange->lock);
  dw_status status = read_some(exchange, bytes, capacity, count, err);
  bool resume = resumes(exchange);
  pthread_mutex_unlock(&exchange->lock);
  if (resume) exchange->post(exchange, false);
  return status;
}

void dw_exchange_stop_reading(dw_exchange *exchange)
{
  pthread_mutex_lock(&exchange->lock);
  exchange->stopped = true;
  bool resume = resumes(exchange);
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
  if (resume) exchange->post(exchange, false);
}

/* --- the answer --- */

void dw_exchange_field(dw_exchange *exchange, const char *name, const char *value)
{
  dw_buf_text(&exchange->fields, name);
  dw_buf_text(&exchange->fields, ": ");
  for (; *value; value++) dw_buf_char(&exchange->fields, (unsigned char)*value < ' ' || *value == 0x7f ? '?' : *value);
  dw_buf_text(&exchange->fields, "\r\n");
}

/* Answers to HEAD have no body, and neither do these codes. */
static bool bodiless(const dw_exchange *exchange)
{
  return exchange->head.method == DW_METHOD_HEAD || exchange->code == 204 || exchange->code == 304;
}

static void begin(dw_exchange *exchange, int code, const char *type)
{
  assert(!exchange->begun && !exchange->ended);
  exchange->code = code;
  exchange->type = type;
  exchange->begun = true;
}

void dw_exchange_reply(dw_exchange *exchange, int code, const char *type, const void *bytes, size_t length)
{
  pthread_mutex_lock(&exchange->lock);
  begin(exchange, code, type);
  exchange->whole = exchange->ended = true;
  exchange->length = length;
  if (!exchange->gone) dw_buf_add(&exchange->out, bytes, length);
  pthread_mutex_unlock(&exchange->lock);
  exchange->post(exchange, true);
}

void dw_exchange_problem(dw_exchange *exchange, int code, const char *detail)
{
  dw_buf document = {0};
  dw_problem_write(&document, code, detail);
  dw_exchange_reply(exchange, code, DW_PROBLEM_TYPE, document.data, document.length);
  dw_buf_free(&document);
}

void dw_exchange_fail(dw_exchange *exchange, const dw_err *err)
{
  pthread_mutex_lock(&exchange->lock);
  int code = exchange->body_code;
  const char *why = exchange->body_why;
  pthread_mutex_unlock(&exchange->lock);
  if (code) dw_exchange_problem(exchange, code, why);
  else if (err->status == DW_EUSAGE || err->status == DW_EDATA) dw_exchange_problem(exchange, 400, err->message);
  else if (err->status == DW_ENODATA) dw_exchange_problem(exchange, 409, err->message);
  else dw_exchange_problem(exchange, 500, NULL);
}

void dw_exchange_begin(dw_exchange *exchange, int code, const char *type)
{
  pthread_mutex_lock(&exchange->lock);
  begin(exchange, code, type);
  pthread_mutex_unlock(&exchange->lock);
  exchange->post(exchange, false);
}

/* To HTTP/1.0 the end of the connection is the end of the body. */
static void add_piece(dw_exchange *exchange, const void *bytes, size_t length)
{
  bool chunks = exchange->head.minor > 0;
  if (chunks) dw_buf_format(&exchange->out, "%zx\r\n", length);
  dw_buf_add(&exchange->out, bytes, length);
  if (chunks) dw_buf_text(&exchange->out, "\r\n");
}

bool dw_exchange_write(dw_exchange *exchange, const void *bytes, size_t length)
{
  pthread_mutex_lock(&exchange->lock);
  assert(exchange->begun && !exchange->ended);
  while (exchange->out.length >= DW_EXCHANGE_ANSWER && !exchange->gone) pthread_cond_wait(&exchange->changed, &exchange->lock);
  bool here = !exchange->gone;
  bool takes = here && length > 0 && !bodiless(exchange);
  if (takes) add_piece(exchange, bytes, length);
  pthread_mutex_unlock(&exchange->lock);
  if (takes) exchange->post(exchange, false);
  return here;
}

void dw_exchange_end(dw_exchange *exchange)
{
  pthread_mutex_lock(&exchange->lock);
  assert(exchange->begun && !exchange->ended);
  exchange->ended = true;
  if (exchange->head.minor > 0 && !bodiless(exchange)) dw_buf_text(&exchange->out, "0\r\n\r\n");
  pthread_mutex_unlock(&exchange->lock);
  exchange->post(exchange, true);
}

/* --- and is taken away --- */

/* With the lock held. */
static dw_exchange_news news_of(const dw_exchange *exchange)
{
  return (dw_exchange_news){exchange->begun, exchange->ended, exchange->body_asked && !exchange->body_paused};
}

dw_exchange_news dw_exchange_look(dw_exchange *exchange)
{
  pthread_mutex_lock(&exchange->lock);
  dw_exchange_news news = news_of(exchange);
  pthread_mutex_unlock(&exchange->lock);
  return news;
}

dw_exchange_news dw_exchange_take(dw_exchange *exchange, dw_buf *out)
{
  pthread_mutex_lock(&exchange->lock);
  dw_exchange_news news = news_of(exchange);
  if (!(exchange->whole && bodiless(exchange))) dw_buf_add(out, exchange->out.data, exchange->out.length);
  dw_buf_free(&exchange->out);
  pthread_cond_broadcast(&exchange->changed);
  pthread_mutex_unlock(&exchange->lock);
  return news;
}

/* RFC 9110, 5.6.7 */
static void write_date(dw_buf *out)
{
  static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  time_t now = time(NULL);
  struct tm t;
  if (!gmtime_r(&now, &t)) return;
  dw_buf_format(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", days + t.tm_wday * 3, t.tm_mday, months + t.tm_mon * 3,
                t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

void dw_exchange_write_head(const dw_exchange *exchange, bool keep, dw_buf *out)
{
  bool empty = exchange->code == 204 || exchange->code == 304;
  dw_buf_format(out, "HTTP/1.1 %d %s\r\n", exchange->code, dw_problem_title(exchange->code));
  write_date(out);
  if (exchange->type && !empty) dw_buf_format(out, "Content-Type: %s\r\n", exchange->type);
  if (exchange->whole && !empty) dw_buf_format(out, "Content-Length: %zu\r\n", exchange->length);
  if (!exchange->whole && !empty && exchange->head.minor > 0) dw_buf_text(out, "Transfer-Encoding: chunked\r\n");
  if (exchange->code == 503) dw_buf_text(out, "Retry-After: 5\r\n");
  if (!keep) dw_buf_text(out, "Connection: close\r\n");
  else if (exchange->head.minor == 0) dw_buf_text(out, "Connection: keep-alive\r\n");
  dw_buf_text(out, "X-Content-Type-Options: nosniff\r\n");
  dw_buf_add(out, exchange->fields.data, exchange->fields.length);
  dw_buf_text(out, "\r\n");
}

static void refer_to(dw_exchange *exchange, const char *base_path)
{
  dw_buf address = {0};
  dw_buf_format(&address, "%s/", base_path);
  if (*exchange->head.query) dw_buf_format(&address, "?%s", exchange->head.query);
  dw_exchange_field(exchange, "Location", dw_buf_cstr(&address));
  dw_buf_free(&address);
}

void dw_exchange_refuse(dw_exchange *exchange, const dw_admission *admission, const char *base_path)
{
  dw_buf allow = {0};
  if (admission->code == 405) {
    dw_routes_allow(admission->found.allow, &allow);
    dw_exchange_field(exchange, "Allow", dw_buf_cstr(&allow));
    dw_buf_free(&allow);
  }
  if (admission->code == 401) dw_exchange_field(exchange, "WWW-Authenticate", "Bearer");
  if (admission->code == 308) refer_to(exchange, base_path);
  dw_exchange_problem(exchange, admission->code, admission->why);
}
