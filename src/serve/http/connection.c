/* A connection as one machine: bytes come (receive), requests are read from them (advance), answers are taken from their exchange (pull)
 * and leave (send_out). settle does all that can be done, then says what to wait for and how long. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/request/chunked_body.h"
#include "serve/request/problem.h"
#include "serve/http/server_inside.h"

enum { GONE = 499 }; /* in logs: the client went away before the answer was all sent */
#define LINGER (UINT64_C(2) * 1000000000)

typedef enum reading {
  READ_HEAD,   /* a request, or nothing yet */
  READ_BODY,   /* of the request under way */
  READ_LATER,  /* the request is whole; what comes is the next one's */
  READ_DISCARD /* nothing that comes will be used */
} reading;

struct dw_connection {
  dw_server *server;
  dw_ring open, idle; /* idle.of: only while it is */
  dw_watch *watch;
  int fd;
  char client[DW_LISTEN_TEXT];
  reading reading;
  bool eof;       /* the client sends no more */
  bool lingering; /* all is said; what still comes is read, so that it resets nothing */
  dw_buf in, out;
  size_t in_at, out_at; /* used, sent */
  dw_head_scan scan;
  dw_chunked_body chunks;
  uint64_t body_left, body_bytes;
  dw_exchange *exchange; /* the request under way */
  bool given;            /* to a handler, or answered */
  bool keep;             /* the connection stays after it */
  bool head_written, answered;
  bool continue_due;     /* the client waits for leave to send */
  bool paused;           /* the handler has enough to read */
  uint64_t since, moved; /* begin of what it is about; last byte, in or out */
  uint64_t out_since, paused_since;
  uint64_t given_since; /* the handler has had all of the body since then */
};

static uint64_t nanoseconds(int64_t microseconds) { return (uint64_t)microseconds * 1000; }
static size_t unread(const dw_connection *c) { return c->in.length - c->in_at; }
static size_t unsent(const dw_connection *c) { return c->out.length - c->out_at; }

/* --- the exchange --- */

static dw_exchange *new_exchange(dw_connection *c)
{
  dw_exchange *exchange = dw_exchange_new(dw_server_post, c->server);
  exchange->connection = c;
  memcpy(exchange->client, c->client, sizeof exchange->client);
  exchange->started = c->since;
  c->exchange = exchange;
  c->given = c->keep = c->head_written = c->answered = c->continue_due = c->paused = false;
  return exchange;
}

/* From here on somebody else ends it. */
static void mark_given(dw_connection *c)
{
  c->given = true;
  atomic_fetch_add(&c->server->exchanges, 1);
}

static void release_exchange(dw_connection *c)
{
  dw_exchange *exchange = c->exchange;
  c->exchange = NULL;
  if (!exchange) return;
  if (!c->given) {
    dw_server_free_exchange(c->server, exchange);
  } else if (exchange->let_go_seen) {
    dw_server_free_exchange(c->server, exchange);
    atomic_fetch_sub(&c->server->exchanges, 1);
  } else {
    dw_exchange_leave(exchange); /* freed once the handler lets go */
  }
}

/* Nothing that comes can be understood any more. */
static void refuse(dw_connection *c, int code, const char *why)
{
  dw_exchange *exchange = c->exchange ? c->exchange : new_exchange(c);
  c->reading = READ_DISCARD;
  mark_given(c);
  dw_exchange_problem(exchange, code, why);
}

static void break_body(dw_connection *c, int code, const char *why)
{
  if (!c->given) {
    refuse(c, code, why);
    return;
  }
  dw_exchange_feed_broken(c->exchange, code, why);
  c->reading = READ_DISCARD;
}

static void give(dw_connection *c)
{
  if (c->exchange->route->body == DW_BODY_STREAM) dw_server_forget_body(c->server, c->exchange);
  c->given_since = dw_monotonic_ns();
  dw_exchange *exchange = c->exchange;
  dw_server *server = c->server;
  mark_given(c);
  if (exchange->route->at_once) exchange->route->handle(exchange, server->settings.site.context);
  else if (!dw_crew_give(exchange->route->body == DW_BODY_STREAM ? server->streams : server->workers, exchange))
    dw_exchange_problem(exchange, 503, "there is no thread to do this");
}

/* --- requests --- */

static void say_continue(dw_connection *c)
{
  static const char words[] = "HTTP/1.1 100 Continue\r\n\r\n";
  dw_buf_add(&c->out, words, sizeof words - 1);
  c->continue_due = false;
  c->since = c->moved = dw_monotonic_ns(); /* it may send from now on */
}

static void start_body(dw_connection *c)
{
  const dw_head *head = &c->exchange->head;
  bool stream = c->exchange->route->body == DW_BODY_STREAM;
  c->body_left = head->length;
  c->body_bytes = 0;
  c->chunks = (dw_chunked_body){0};
  c->since = c->moved = dw_monotonic_ns();
  c->continue_due = head->waits;
  if (head->waits && !stream) say_continue(c);
  c->reading = head->chunked || head->length ? READ_BODY : READ_LATER;
  if (c->reading == READ_LATER) dw_exchange_feed_end(c->exchange);
  bool may_refuse = stream && head->waits; /* before the client sends anything */
  if (may_refuse || c->reading == READ_LATER) give(c);
}

static void refuse_admission(dw_connection *c, const dw_admission *admission)
{
  const dw_head *head = &c->exchange->head;
  c->reading = head->chunked || head->length ? READ_DISCARD : READ_LATER;
  mark_given(c);
  const char *base = c->server->settings.site.base_path;
  dw_exchange_refuse(c->exchange, admission, base ? base : "");
}

static void start_request(dw_connection *c, const char *bytes, size_t length)
{
  const char *why;
  dw_exchange *exchange = new_exchange(c);
  int code = dw_head_parse(&exchange->head, bytes, length, &why);
  if (code) {
    refuse(c, code, why);
    return;
  }
  dw_admission admission;
  const dw_site *site = &c->server->settings.site;
  dw_admit(site, &exchange->head, &admission);
  exchange->route = admission.found.route;
  exchange->part = admission.found.part;
  exchange->tokens = dw_tokens_hold(site->tokens);
  exchange->grant = admission.grant;
  if (admission.code) refuse_admission(c, &admission);
  else start_body(c);
}

/* true: there may be more to do. */
static bool take_head(dw_connection *c)
{
  size_t used;
  const char *why;
  if (unread(c) == 0) return false; /* there may be no buffer yet */
  const char *from = c->in.data + c->in_at;
  int code = dw_head_scan_add(&c->scan, from + c->scan.bytes, unread(c) - c->scan.bytes, &used, &why);
  if (code == DW_HEAD_MORE && c->eof) refuse(c, 400, "the head of the request is cut short");
  if (code == DW_HEAD_MORE) return false;
  if (code == DW_HEAD_WHOLE) {
    size_t length = c->scan.bytes;
    c->in_at += length;
    start_request(c, from, length);
    return true;
  }
  refuse(c, code, why);
  return false;
}

static void feed(dw_connection *c, const char *bytes, size_t length)
{
  dw_exchange *exchange = c->exchange;
  c->body_bytes += length;
  exchange->received += length;
  if (length == 0) return;
  size_t waiting = dw_exchange_feed(exchange, bytes, length);
  bool whole = exchange->route->body == DW_BODY_WHOLE;
  if (whole || !c->given) {
    c->server->held += length;
    exchange->held += length;
  }
  if (waiting < DW_EXCHANGE_BODY || whole) return;
  if (!c->given) give(c); /* what is short comes whole to its handler: whoever is slow to send it takes no thread */
  c->paused = true;
  c->paused_since = dw_monotonic_ns();
}

/* A step of a body in chunks; true: it is whole. */
static bool take_chunk(dw_connection *c)
{
  dw_chunked_step step = dw_chunked_body_add(&c->chunks, c->in.data + c->in_at, unread(c));
  c->in_at += step.used;
  if (step.code) break_body(c, step.code, step.why);
  else if (step.count > dw_site_body_limit(&c->server->settings.site, c->exchange->route) - c->body_bytes)
    break_body(c, 413, "the body is longer than what is taken here");
  else feed(c, step.bytes, step.count);
  return step.end;
}

static bool take_sized(dw_connection *c)
{
  size_t n = unread(c) < c->body_left ? unread(c) : (size_t)c->body_left;
  feed(c, c->in.data + c->in_at, n);
  c->in_at += n;
  c->body_left -= n;
  return c->body_left == 0;
}

static bool take_body(dw_connection *c)
{
  if (c->paused) return false;
  if (unread(c) == 0) {
    if (c->eof) break_body(c, 400, "the body of the request is cut short");
    return false;
  }
  bool end = c->exchange->head.chunked ? take_chunk(c) : take_sized(c);
  if (c->server->held > c->server->settings.limits.bodies && !c->given) {
    break_body(c, 503, "there are too many bodies that wait for their answer");
    return false;
  }
  if (!end || c->reading != READ_BODY) return true;
  dw_exchange_feed_end(c->exchange);
  c->reading = READ_LATER;
  if (c->given) c->given_since = dw_monotonic_ns();
  else give(c);
  return true;
}

/* What was used goes; an empty buffer takes no memory. */
static void tidy(dw_buf *buf, size_t *at)
{
  if (*at == buf->length) {
    dw_buf_free(buf);
  } else if (*at > 0) {
    memmove(buf->data, buf->data + *at, buf->length - *at);
    buf->length -= *at;
  }
  *at = 0;
}

static void advance(dw_connection *c)
{
  bool more = true;
  while (more) more = c->reading == READ_HEAD ? take_head(c) : c->reading == READ_BODY && take_body(c);
  if (c->reading == READ_DISCARD) c->in_at = c->in.length;
  tidy(&c->in, &c->in_at);
}

/* --- answers --- */

/* The handler wants more of the body. */
static void resume(dw_connection *c)
{
  if (!c->exchange || !c->given || c->reading != READ_BODY || !dw_exchange_look(c->exchange).body_wanted) return;
  if (c->continue_due && !c->head_written) say_continue(c);
  if (!c->paused) return;
  uint64_t now = dw_monotonic_ns();
  c->paused = false;
  c->since += now - c->paused_since; /* the client is not late for that */
  c->moved = now;
}

/* false: there is too much that is not sent yet; to be called again when there is less. */
static bool pull(dw_connection *c)
{
  dw_exchange *exchange = c->exchange;
  if (!exchange || !c->given || c->answered) return true;
  if (unsent(c) >= DW_EXCHANGE_ANSWER) return false;
  dw_exchange_news news = dw_exchange_look(exchange);
  if (!news.begun) return true;
  if (!c->head_written) {
    bool ends = exchange->whole || exchange->head.minor > 0; /* by a length or a last chunk */
    c->keep = exchange->head.keep_alive && c->reading == READ_LATER && ends && !c->server->draining;
    dw_exchange_write_head(exchange, c->keep, &c->out);
    c->head_written = true;
  }
  tidy(&c->out, &c->out_at); /* a reader who is never quite there would let it grow */
  c->answered = dw_exchange_take(exchange, &c->out).ended;
  c->out_since = 0; /* the time is for what is ready, which is all of an answer that is whole */
  return true;
}

/* false: nobody is there to take it. */
static bool send_out(dw_connection *c)
{
  while (unsent(c) > 0) {
    ssize_t sent = send(c->fd, c->out.data + c->out_at, unsent(c), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    c->moved = dw_monotonic_ns();
    if (c->out_since == 0) c->out_since = c->moved;
    c->out_at += (size_t)sent;
    if (c->exchange) c->exchange->sent += (uint64_t)sent;
  }
  tidy(&c->out, &c->out_at);
  c->out_since = 0;
  return true;
}

static void linger(dw_connection *c)
{
  c->lingering = true;
  c->since = dw_monotonic_ns();
  shutdown(c->fd, SHUT_WR);
}

/* The answer is sent: the next request, or the end. */
static void finish_request(dw_connection *c)
{
  dw_server_tell(c->server, c->exchange, c->exchange->code);
  dw_server_forget_body(c->server, c->exchange);
  release_exchange(c);
  c->since = dw_monotonic_ns();
  c->scan = (dw_head_scan){0};
  c->reading = c->keep ? READ_HEAD : READ_DISCARD;
  if (!c->keep) linger(c);
}

/* --- the life of a connection --- */

static void ring_add(dw_ring *ring, dw_ring *item, dw_connection *of)
{
  *item = (dw_ring){ring->before, ring, of};
  ring->before->after = item;
  ring->before = item;
}

static void ring_remove(dw_ring *item)
{
  if (!item->of) return;
  item->before->after = item->after;
  item->after->before = item->before;
  item->of = NULL;
}

bool dw_connection_idle(const dw_connection *c) { return c->reading == READ_HEAD && !c->exchange && unread(c) == 0 && unsent(c) == 0; }

static bool wants_bytes(const dw_connection *c)
{
  if (c->eof) return false;
  if (c->reading == READ_LATER) return unread(c) < DW_HEAD_BYTES;
  return !(c->reading == READ_BODY && c->paused);
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Nothing is waited for but the handler. */
static bool handler_lingers(const dw_connection *c)
{
  return c->exchange && c->given && !c->head_written && (c->reading == READ_LATER || (c->reading == READ_BODY && c->paused));
}

/* When it is too late for what is waited for; UINT64_MAX: never. */
static uint64_t deadline(const dw_connection *c)
{
  const dw_server_limits *limits = &c->server->settings.limits;
  uint64_t pause = c->moved + nanoseconds(limits->pause), request = nanoseconds(limits->request);
  if (c->lingering) return c->since + LINGER;
  if (unsent(c) > 0) return earlier(pause, c->out_since + request);
  if (c->reading == READ_HEAD) return c->since + nanoseconds(unread(c) ? limits->head : limits->idle);
  if (handler_lingers(c)) return (c->reading == READ_BODY ? c->paused_since : c->given_since) + nanoseconds(limits->answer);
  if (c->reading == READ_BODY && !c->paused && !c->continue_due) return earlier(pause, c->since + request);
  return UINT64_MAX;
}

static void wait_more(dw_connection *c)
{
  if (unsent(c) > 0 && c->out_since == 0) c->out_since = c->moved = dw_monotonic_ns();
  uint64_t until = deadline(c), now = dw_monotonic_ns();
  unsigned what = (wants_bytes(c) ? DW_READABLE : 0) | (unsent(c) ? DW_WRITABLE : 0);
  dw_watch_for(c->watch, what, until == UINT64_MAX ? UINT64_MAX : until > now ? until - now : 0);
  bool idle = dw_connection_idle(c);
  if (idle && !c->idle.of) ring_add(&c->server->idle, &c->idle, c);
  if (!idle) ring_remove(&c->idle);
}

void dw_connection_close(dw_connection *c)
{
  dw_server *server = c->server;
  if (c->exchange) dw_server_tell(server, c->exchange, GONE);
  release_exchange(c);
  ring_remove(&c->open);
  ring_remove(&c->idle);
  dw_watch_free(c->watch);
  close(c->fd);
  dw_buf_free(&c->in);
  dw_buf_free(&c->out);
  dw_free(c);
  atomic_fetch_sub(&server->connections, 1);
  dw_server_left(server);
}

static void settle(dw_connection *c)
{
  for (;;) {
    resume(c);
    advance(c);
    bool pulled = pull(c);
    if (!send_out(c)) {
      dw_connection_close(c);
      return;
    }
    if (!pulled && unsent(c) < DW_EXCHANGE_ANSWER) continue;
    if (!c->exchange && c->reading == READ_DISCARD && unsent(c) == 0 && !c->lingering) linger(c);
    if (!c->answered || unsent(c) > 0 || !c->exchange) break;
    finish_request(c);
  }
  bool over = c->eof && (c->lingering || dw_connection_idle(c));
  if (over || (c->server->draining && dw_connection_idle(c))) dw_connection_close(c);
  else wait_more(c);
}

/* false: the connection broke. */
static bool receive(dw_connection *c)
{
  char *bytes = c->server->received;
  ssize_t count = recv(c->fd, bytes, DW_RECEIVE, 0);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  uint64_t now = dw_monotonic_ns();
  if (c->reading == READ_HEAD && unread(c) == 0) c->since = now;
  c->moved = now;
  c->eof = count == 0;
  if (c->reading != READ_DISCARD) dw_buf_add(&c->in, bytes, (size_t)count);
  return true;
}

/* The handler takes too long: the client is told, and what the handler says once it is done goes nowhere. */
static void give_up(dw_connection *c)
{
  dw_buf document = {0};
  bool head = c->exchange->head.method == DW_METHOD_HEAD;
  dw_server_tell(c->server, c->exchange, 503);
  dw_server_forget_body(c->server, c->exchange);
  release_exchange(c);
  dw_problem_write(&document, 503, "the answer took too long");
  dw_buf_format(&c->out,
                "HTTP/1.1 503 %s\r\nContent-Type: " DW_PROBLEM_TYPE "\r\nContent-Length: %zu\r\nRetry-After: 5\r\nConnection: close\r\n"
                "X-Content-Type-Options: nosniff\r\n\r\n",
                dw_problem_title(503), document.length);
  if (!head) dw_buf_add(&c->out, document.data, document.length);
  dw_buf_free(&document);
  c->reading = READ_DISCARD;
  c->since = dw_monotonic_ns();
}

static void late(dw_connection *c)
{
  if (!c->lingering && unsent(c) == 0 && handler_lingers(c)) {
    give_up(c);
    settle(c);
    return;
  }
  bool asks = c->reading == READ_BODY || (c->reading == READ_HEAD && unread(c) > 0);
  if (c->lingering || unsent(c) > 0 || !asks) {
    dw_connection_close(c);
    return;
  }
  if (c->reading == READ_HEAD) refuse(c, 408, "the head of the request took too long");
  else break_body(c, 408, "the body of the request took too long");
  settle(c);
}

static void on_ready(void *context, unsigned what)
{
  dw_connection *c = context;
  if (what & DW_LATE) {
    late(c);
    return;
  }
  if (what & DW_READABLE && !receive(c)) dw_connection_close(c);
  else settle(c);
}

void dw_connection_news(dw_connection *c) { settle(c); }

static dw_connection *new_connection(dw_server *server, int fd, const char *client)
{
  dw_connection *c = dw_alloc_zero(1, sizeof *c);
  c->server = server;
  c->fd = fd;
  memcpy(c->client, client, sizeof c->client);
  c->since = c->moved = dw_monotonic_ns();
  c->watch = dw_watch_new(server->loop, fd, on_ready, c);
  ring_add(&server->open, &c->open, c);
  atomic_fetch_add(&server->connections, 1);
  return c;
}

void dw_connection_open(dw_server *server, int fd, const char *client) { wait_more(new_connection(server, fd, client)); }

/* What it sends is read, so that it hears the answer and no reset. */
void dw_connection_refuse(dw_server *server, int fd, const char *client)
{
  static const char words[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
  dw_connection *c = new_connection(server, fd, client);
  c->reading = READ_DISCARD;
  dw_buf_add(&c->out, words, sizeof words - 1);
  settle(c);
}
