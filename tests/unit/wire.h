/* wire: a server in this process, and clients that speak to it by bytes. Reads give up after WIRE_PATIENCE seconds, so that a test fails
 * instead of hanging; no test is decided by how long something took. */
#ifndef DW_TESTS_WIRE_H
#define DW_TESTS_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"
#include "serve/http/exchange.h"
#include "serve/http/server.h"
#include "test.h"

enum { WIRE_PATIENCE = 60 };

#define WIRE_HOST " HTTP/1.1\r\nHost: localhost\r\n"

/* --- the server --- */

/* What handlers wait for until a test opens it. */
typedef struct wire_gate {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open;
  unsigned waiting, passed;
} wire_gate;

static wire_gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void gate_set(bool open)
{
  pthread_mutex_lock(&gate.lock);
  gate.open = open;
  gate.passed = open ? gate.passed : 0;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.lock);
}

static void gate_pass(void)
{
  pthread_mutex_lock(&gate.lock);
  gate.waiting++;
  pthread_cond_broadcast(&gate.changed);
  while (!gate.open) pthread_cond_wait(&gate.changed, &gate.lock);
  gate.waiting--;
  gate.passed++;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.lock);
}

/* Until count handlers wait. */
static inline void gate_wait(unsigned count)
{
  pthread_mutex_lock(&gate.lock);
  while (gate.waiting < count) pthread_cond_wait(&gate.changed, &gate.lock);
  pthread_mutex_unlock(&gate.lock);
}

static void wire_ok(dw_exchange *exchange, void *context) { dw_exchange_reply(exchange, 200, "text/plain", "ok", 2); }

static void wire_gated(dw_exchange *exchange, void *context)
{
  gate_pass();
  dw_exchange_reply(exchange, 200, "text/plain", "passed", 6);
}

static void wire_part(dw_exchange *exchange, void *context)
{
  const char *part = dw_exchange_part(exchange);
  bool ours = strcmp(dw_exchange_client(exchange), "127.0.0.1") == 0;
  dw_exchange_reply(exchange, ours ? 200 : 500, "text/plain", part, strlen(part));
}

static void wire_echo(dw_exchange *exchange, void *context)
{
  size_t length;
  const char *body = dw_exchange_body(exchange, &length);
  dw_exchange_reply(exchange, 200, "application/octet-stream", body, length);
}

/* Says how many bytes came, or answers with what went wrong; the number and the failure are kept for the test too. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  uint64_t bytes, begun, done;
  dw_status status;
} wire_counted = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void wire_count(dw_exchange *exchange, void *context)
{
  static const uint64_t few = 100;
  char piece[20000], text[DW_NUM_TEXT];
  dw_err err = {0};
  uint64_t bytes = 0;
  size_t got = 1;
  dw_status status = DW_OK;
  pthread_mutex_lock(&wire_counted.lock);
  wire_counted.begun++;
  pthread_cond_broadcast(&wire_counted.changed);
  pthread_mutex_unlock(&wire_counted.lock);
  if (dw_exchange_part(exchange)[0] == 'g') gate_pass();
  while (status == DW_OK && got > 0 && (status = dw_exchange_read(exchange, piece, sizeof piece, &got, &err)) == DW_OK) {
    bytes += got;
    if (dw_exchange_part(exchange)[0] == 'f' && bytes > few) break; /* enough seen */
  }
  if (status == DW_OK) dw_exchange_reply(exchange, 200, "text/plain", text, dw_num_print(text, (double)bytes));
  else dw_exchange_fail(exchange, &err);
  pthread_mutex_lock(&wire_counted.lock);
  wire_counted.bytes = bytes;
  wire_counted.status = status;
  wire_counted.done++;
  pthread_cond_broadcast(&wire_counted.changed);
  pthread_mutex_unlock(&wire_counted.lock);
}

static inline void wire_count_begins(uint64_t begun)
{
  pthread_mutex_lock(&wire_counted.lock);
  while (wire_counted.begun < begun) pthread_cond_wait(&wire_counted.changed, &wire_counted.lock);
  pthread_mutex_unlock(&wire_counted.lock);
}

/* Of the handler's run number `done`; the bytes and how it ended. */
static inline dw_status wire_count_of(uint64_t done, uint64_t *bytes)
{
  pthread_mutex_lock(&wire_counted.lock);
  while (wire_counted.done < done) pthread_cond_wait(&wire_counted.changed, &wire_counted.lock);
  *bytes = wire_counted.bytes;
  dw_status status = wire_counted.status;
  pthread_mutex_unlock(&wire_counted.lock);
  return status;
}

/* Pieces without end, until the client has gone. */
static void wire_flood(dw_exchange *exchange, void *context)
{
  char piece[50000];
  memset(piece, 'x', sizeof piece);
  dw_exchange_begin(exchange, 200, "text/plain");
  while (dw_exchange_write(exchange, piece, sizeof piece)) continue;
  dw_exchange_end(exchange);
  gate_pass();
}

static void wire_pieces(dw_exchange *exchange, void *context)
{
  dw_exchange_begin(exchange, 200, "text/plain");
  for (int i = 0; i < 100; i++) dw_exchange_write(exchange, "0123456789", 10);
  dw_exchange_end(exchange);
}

static const dw_route wire_routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/livez", .at_once = true, .handle = wire_ok},
    {.method = DW_METHOD_GET, .pattern = "/ok", .handle = wire_ok},
    {.method = DW_METHOD_GET, .pattern = "/read", .scope = DW_SCOPE_READ, .handle = wire_ok},
    {.method = DW_METHOD_GET, .pattern = "/gated", .handle = wire_gated},
    {.method = DW_METHOD_GET, .pattern = "/part/{x}", .handle = wire_part},
    {.method = DW_METHOD_POST, .pattern = "/echo", .body = DW_BODY_WHOLE, .limit = 1 << 20, .handle = wire_echo},
    {.method = DW_METHOD_POST, .pattern = "/count/{x}", .body = DW_BODY_STREAM, .limit = UINT64_C(4) << 30, .handle = wire_count},
    {.method = DW_METHOD_GET, .pattern = "/flood", .handle = wire_flood},
    {.method = DW_METHOD_GET, .pattern = "/pieces", .handle = wire_pieces},
    {.pattern = NULL},
};

static inline dw_server *wire_start(dw_server_settings settings)
{
  dw_server *server;
  dw_err err = {0};
  settings.listen = "127.0.0.1:0";
  if (!settings.site.routes) settings.site.routes = wire_routes;
  dw_status status = dw_server_start(&server, &settings, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  if (status != DW_OK) abort(); /* nothing to test */
  gate_set(false);
  return server;
}

/* --- a client --- */

static struct sockaddr_in wire_address(const char *text)
{
  uint64_t port = 0;
  const char *digits = strrchr(text, ':') + 1;
  dw_num_parse_unsigned(digits, strlen(digits), &port);
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* -1: refused. */
static int wire_connect(const char *address)
{
  struct sockaddr_in to = wire_address(address);
  struct timeval patience = {WIRE_PATIENCE, 0};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
  close(fd);
  return -1;
}

static inline int wire_to(const dw_server *server)
{
  int fd = wire_connect(dw_server_address(server));
  CHECK(fd >= 0);
  return fd;
}

static bool wire_send(int fd, const void *bytes, size_t length)
{
  for (size_t at = 0; at < length;) {
    ssize_t sent = send(fd, (const char *)bytes + at, length - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += (size_t)sent;
  }
  return true;
}

static inline bool wire_say(int fd, const char *text) { return wire_send(fd, text, strlen(text)); }

/* What comes until the end, or until `enough` bytes are there (0: the end); false: an error or no patience left. */
static bool wire_read(int fd, dw_buf *out, size_t enough)
{
  while (enough == 0 || out->length < enough) {
    size_t want = enough ? enough - out->length : 65536;
    ssize_t got = recv(fd, dw_buf_room(out, want), want, 0);
    if (got < 0) return false;
    if (got == 0) return enough == 0;
    out->length += (size_t)got;
  }
  return true;
}

typedef struct wire_answer {
  int code;    /* 0: none came */
  dw_buf head; /* up to its empty line */
  dw_buf body;
} wire_answer;

static void wire_answer_free(wire_answer *answer)
{
  dw_buf_free(&answer->head);
  dw_buf_free(&answer->body);
}

static bool wire_head(int fd, wire_answer *answer)
{
  while (answer->head.length < 4 || memcmp(answer->head.data + answer->head.length - 4, "\r\n\r\n", 4) != 0)
    if (!wire_read(fd, &answer->head, answer->head.length + 1)) return false;
  dw_buf_cstr(&answer->head);
  uint64_t code = 0;
  if (answer->head.length > 12) dw_num_parse_unsigned(answer->head.data + 9, 3, &code);
  answer->code = (int)code;
  return true;
}

static bool wire_chunks(int fd, dw_buf *body)
{
  for (;;) {
    dw_buf line = {0};
    size_t size = 0;
    do
      if (!wire_read(fd, &line, line.length + 1)) return false;
    while (line.data[line.length - 1] != '\n');
    size = strtoul(dw_buf_cstr(&line), NULL, 16);
    dw_buf_free(&line);
    if (!wire_read(fd, body, body->length + size + 2)) return false;
    body->length -= 2;
    if (size == 0) return true;
  }
}

/* One answer, exactly as long as it says. head_only: of a HEAD. */
static inline wire_answer wire_hear(int fd, bool head_only)
{
  wire_answer answer = {0};
  if (!wire_head(fd, &answer) || head_only || answer.code == 100) return answer;
  const char *length = strstr(answer.head.data, "Content-Length: ");
  bool whole = true;
  if (length && strtoul(length + 16, NULL, 10)) whole = wire_read(fd, &answer.body, strtoul(length + 16, NULL, 10));
  else if (strstr(answer.head.data, "Transfer-Encoding: chunked")) whole = wire_chunks(fd, &answer.body);
  else if (!length) whole = wire_read(fd, &answer.body, 0);
  if (!whole) answer.code = 0;
  dw_buf_cstr(&answer.body);
  return answer;
}

static inline void wire_expect(int fd, int code, const char *body)
{
  wire_answer answer = wire_hear(fd, false);
  CHECK_MSG(answer.code == code, "%d, want %d: %s", answer.code, code, answer.body.data ? dw_buf_cstr(&answer.body) : "");
  if (body) CHECK_TEXT(dw_buf_cstr(&answer.body), body);
  wire_answer_free(&answer);
}

/* The server said its last word. */
static inline bool wire_ended(int fd)
{
  char byte;
  return recv(fd, &byte, 1, 0) == 0;
}

/* All in one: a connection, a request, its answer. */
static inline void wire_ask(const dw_server *server, const char *request, int code, const char *body)
{
  int fd = wire_to(server);
  CHECK(wire_say(fd, request));
  wire_expect(fd, code, body);
  close(fd);
}

#endif
