/* Connections on the wire: limits of size, number and time, senders that stop or vanish, readers that do not read. */
#include <sys/resource.h>

#include "sanitized.h"
#include "wire.h"

/* A figure of /proc/self/status in KiB; 0: there is no such. */
static long memory(const char *name)
{
  char line[256];
  long value = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, name, strlen(name)) == 0) value = strtol(line + strlen(name) + 1, NULL, 10);
  if (file) fclose(file);
  return value;
}

/* --- many connections: first of all, while there is no memory of other tests to be used again --- */

/* Descriptors for both ends of so many connections; how many there can be. */
static int descriptors(int connections)
{
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  rlim_t can = limit.rlim_cur > 200 ? (limit.rlim_cur - 100) / 2 : 50;
  return can < (rlim_t)connections ? (int)can : connections;
}

TEST(a_thousand_idle_connections_cost_next_to_nothing)
{
  enum { IDLE = 1000 };
  static int fd[IDLE];
  int count = descriptors(IDLE);
  dw_server *server = wire_start((dw_server_settings){0});
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  long before = memory("VmRSS");
  for (int i = 0; i < count; i++) {
    fd[i] = wire_to(server);
    if (i % 2 == 0) continue; /* half of them have been used */
    CHECK(wire_say(fd[i], "GET /ok" WIRE_HOST "\r\n"));
    wire_expect(fd[i], 200, "ok");
  }
  long more = memory("VmRSS") - before;
  printf("# %d idle connections: %ld KiB\n", count, more);
  if (!SANITIZED) CHECK(more < 4 * count); /* 4 KiB each, which is far more than they take */
  for (int i = 0; i < 100; i++) wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  for (int i = 0; i < count; i += 99) { /* and they are still there */
    CHECK(wire_say(fd[i], "GET /ok" WIRE_HOST "\r\n"));
    wire_expect(fd[i], 200, "ok");
  }
  CHECK(dw_server_stop(server));
  for (int i = 0; i < count; i++) {
    CHECK(wire_ended(fd[i]));
    close(fd[i]);
  }
}

/* --- large bodies --- */

typedef struct sender {
  int fd;
  uint64_t bytes;
  bool chunked;
} sender;

static void *send_much(void *context)
{
  static char piece[65536];
  const sender *s = context;
  for (uint64_t at = 0; at < s->bytes; at += sizeof piece) {
    if (s->chunked && !wire_say(s->fd, "10000\r\n")) return NULL;
    if (!wire_send(s->fd, piece, sizeof piece) || (s->chunked && !wire_say(s->fd, "\r\n"))) return NULL;
  }
  if (s->chunked) wire_say(s->fd, "0\r\n\r\n");
  return NULL;
}

/* Twice 256 MiB through a handler that reads pieces, beside other requests. */
TEST(a_large_body_does_not_lie_in_memory)
{
  const uint64_t bytes = UINT64_C(1) << 28;
  dw_server *server = wire_start((dw_server_settings){0});
  wire_ask(server, "POST /count/x" WIRE_HOST "Content-Length: 3\r\n\r\nabc", 200, "3");
  long before = memory("VmHWM");
  for (int chunked = 0; chunked < 2; chunked++) {
    pthread_t thread;
    sender s = {wire_to(server), bytes, chunked};
    CHECK(wire_say(s.fd, chunked ? "POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n"
                                 : "POST /count/x" WIRE_HOST "Content-Length: 268435456\r\n\r\n"));
    CHECK(pthread_create(&thread, NULL, send_much, &s) == 0);
    wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
    wire_expect(s.fd, 200, "268435456");
    pthread_join(thread, NULL);
    close(s.fd);
  }
  long more = memory("VmHWM") - before;
  printf("# 2 bodies of 256 MiB: peak memory grew by %ld KiB\n", more);
  if (!SANITIZED) CHECK(more < 8 << 10);
  CHECK(dw_server_stop(server));
}

/* Sends until the kernel takes no more for so many milliseconds. The bytes. */
static uint64_t send_until_full(int fd, int quiet)
{
  static char piece[65536];
  uint64_t bytes = 0;
  struct pollfd wait = {.fd = fd, .events = POLLOUT};
  while (bytes < UINT64_C(1) << 28 && poll(&wait, 1, quiet) == 1) {
    ssize_t sent = send(fd, piece, sizeof piece, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) break;
    if (sent > 0) bytes += (uint64_t)sent;
  }
  return bytes;
}

/* The handler is always ahead of the reader. */
TEST(a_long_answer_does_not_lie_in_memory)
{
  static char piece[10000];
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server), small = 50000;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  CHECK(wire_say(fd, "GET /flood" WIRE_HOST "\r\n"));
  uint64_t bytes = 0;
  for (ssize_t got; bytes < 1 << 20 && (got = recv(fd, piece, sizeof piece, 0)) > 0;) bytes += (uint64_t)got;
  long before = memory("VmHWM");
  for (ssize_t got; bytes < 200 << 20 && (got = recv(fd, piece, sizeof piece, 0)) > 0; bytes += (uint64_t)got) continue;
  long more = memory("VmHWM") - before;
  CHECK(bytes >= 200 << 20);
  printf("# 200 MiB of an answer: peak memory grew by %ld KiB\n", more);
  if (!SANITIZED) CHECK(more < 8 << 10);
  gate_set(true);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(a_sender_waits_while_nobody_reads)
{
  static char rest[65536];
  dw_server *server = wire_start((dw_server_settings){.limits.pause = 2000 * 1000}); /* which is not the sender's while nobody reads */
  int fd = wire_to(server);
  CHECK(wire_say(fd, "POST /count/gated" WIRE_HOST "Content-Length: 134217728\r\n\r\n"));
  uint64_t bytes = send_until_full(fd, 3000), all = UINT64_C(1) << 27;
  gate_wait(1);
  CHECK_MSG(bytes > 0 && bytes < all / 2, "%llu bytes went down", (unsigned long long)bytes); /* the kernel keeps a few MiB */
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  gate_set(true);
  for (uint64_t n; bytes < all; bytes += n) {
    n = all - bytes < sizeof rest ? all - bytes : sizeof rest;
    CHECK(wire_send(fd, rest, n));
  }
  wire_expect(fd, 200, "134217728");
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(an_answer_before_the_body_is_read_arrives)
{
  static char body[1 << 20];
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server);
  CHECK(wire_say(fd, "POST /count/few" WIRE_HOST "Content-Length: 10000000\r\n\r\n"));
  CHECK(wire_send(fd, body, sizeof body));
  wire_answer answer = wire_hear(fd, false);
  CHECK(answer.code == 200 && strstr(answer.head.data, "\r\nConnection: close\r\n"));
  CHECK(wire_ended(fd));
  wire_answer_free(&answer);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(a_body_beyond_its_limit)
{
  static char body[(1 << 20) + 1];
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server);
  CHECK(wire_say(fd, "POST /echo" WIRE_HOST "Content-Length: 1048576\r\n\r\n"));
  CHECK(wire_send(fd, body, 1 << 20));
  wire_answer answer = wire_hear(fd, false);
  CHECK(answer.code == 200 && answer.body.length == 1 << 20);
  wire_answer_free(&answer);
  CHECK(wire_say(fd, "POST /echo" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n100001\r\n")); /* one more, not announced */
  CHECK(wire_send(fd, body, sizeof body));
  wire_expect(fd, 413, NULL);
  CHECK(wire_ended(fd));
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(bodies_that_wait_are_limited_all_together)
{
  static char body[60000];
  dw_server *server = wire_start((dw_server_settings){.limits.bodies = 100000});
  int fd[2];
  for (int i = 0; i < 2; i++) {
    fd[i] = wire_to(server);
    CHECK(wire_say(fd[i], "POST /echo" WIRE_HOST "Content-Length: 60001\r\n\r\n"));
    CHECK(wire_send(fd[i], body, sizeof body));
    if (i == 0) wire_ask(server, "GET /livez" WIRE_HOST "\r\n", 200, "ok");
  }
  struct pollfd either[2] = {{.fd = fd[0], .events = POLLIN}, {.fd = fd[1], .events = POLLIN}};
  CHECK(poll(either, 2, WIRE_PATIENCE * 1000) == 1); /* whichever came last */
  int refused = either[1].revents ? 1 : 0;
  wire_expect(fd[refused], 503, NULL);
  CHECK(wire_send(fd[!refused], body, 1));
  wire_answer answer = wire_hear(fd[!refused], false);
  CHECK(answer.code == 200 && answer.body.length == 60001);
  wire_answer_free(&answer);
  for (int i = 0; i < 3; i++) { /* what was answered counts no more */
    CHECK(wire_say(fd[!refused], "POST /echo" WIRE_HOST "Content-Length: 60000\r\n\r\n"));
    CHECK(wire_send(fd[!refused], body, sizeof body));
    answer = wire_hear(fd[!refused], false);
    CHECK(answer.code == 200 && answer.body.length == 60000);
    wire_answer_free(&answer);
  }
  close(fd[0]);
  close(fd[1]);
  CHECK(dw_server_stop(server));
}

/* --- clients that go --- */

/* Closes so that the other side gets a reset. */
static void vanish(int fd)
{
  struct linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
}

TEST(a_body_that_breaks_off)
{
  static char long_body[0x80000];
  uint64_t bytes;
  dw_server *server = wire_start((dw_server_settings){0});
  uint64_t before = wire_counted.done, begun = wire_counted.begun;
  int fd = wire_to(server);
  CHECK(wire_say(fd, "POST /count/x" WIRE_HOST "Content-Length: 10000000\r\n\r\n"));
  CHECK(wire_send(fd, long_body, sizeof long_body)); /* enough for its handler to read */
  wire_count_begins(begun + 1);                      /* who vanishes before that was never there */
  vanish(fd);
  CHECK(wire_count_of(before + 1, &bytes) == DW_EDATA && bytes <= sizeof long_body);
  fd = wire_to(server);
  CHECK(wire_say(fd, "POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n80000\r\n"));
  CHECK(wire_send(fd, long_body, sizeof long_body) && wire_say(fd, "\r\n"));
  shutdown(fd, SHUT_WR); /* without the last chunk: cut short, whatever came looks like */
  wire_expect(fd, 400, NULL);
  CHECK(wire_count_of(before + 2, &bytes) == DW_EDATA && bytes == sizeof long_body);
  close(fd);
  fd = wire_to(server);
  CHECK(wire_say(fd, "POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  shutdown(fd, SHUT_WR);
  wire_expect(fd, 400, NULL); /* a short one: its handler never hears of it */
  close(fd);
  fd = wire_to(server);
  CHECK(wire_say(fd, "POST /echo" WIRE_HOST "Content-Length: 10\r\n\r\nabc"));
  shutdown(fd, SHUT_WR);
  wire_expect(fd, 400, NULL); /* no handler was called: it would have echoed */
  close(fd);
  fd = wire_to(server);
  CHECK(wire_say(fd, "GET /ok" WIRE_HOST));
  shutdown(fd, SHUT_WR);
  wire_expect(fd, 400, NULL);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(a_client_that_has_said_all_gets_its_answers)
{
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server);
  CHECK(wire_say(fd, "GET /gated" WIRE_HOST "\r\nGET /ok" WIRE_HOST "\r\n"));
  shutdown(fd, SHUT_WR);
  gate_wait(1);
  gate_set(true);
  wire_expect(fd, 200, "passed");
  wire_expect(fd, 200, "ok");
  CHECK(wire_ended(fd));
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(clients_that_do_not_wait_for_their_answer)
{
  enum { CLIENTS = 20 };
  dw_server *server = wire_start((dw_server_settings){.limits.workers = CLIENTS});
  for (int i = 0; i < CLIENTS; i++) {
    int fd = wire_to(server);
    CHECK(wire_say(fd, "GET /gated" WIRE_HOST "\r\n"));
    gate_wait((unsigned)i + 1);
    vanish(fd);
  }
  wire_ask(server, "GET /livez" WIRE_HOST "\r\n", 200, "ok");
  gate_set(true);
  int fd = wire_to(server); /* an answer without end, and nobody to take it */
  CHECK(wire_say(fd, "GET /flood" WIRE_HOST "\r\n"));
  wire_answer answer = {0};
  CHECK(wire_head(fd, &answer));
  wire_answer_free(&answer);
  vanish(fd);
  CHECK(dw_server_stop(server)); /* which waits for the handlers: the flood ended */
}

/* --- time --- */

/* Says the text byte by byte, for as long as anybody listens; what was answered is left to be read. */
static void drip(int fd, const char *text, const char *again)
{
  wire_say(fd, text);
  for (int i = 0; i < 6000; i++) {
    struct pollfd answered = {.fd = fd, .events = POLLIN};
    if (poll(&answered, 1, 10) == 1 || !wire_say(fd, again)) return;
  }
}

TEST(slow_senders_are_cut_off)
{
  dw_server *server = wire_start((dw_server_settings){.limits = {.head = 200 * 1000, .pause = 200 * 1000, .request = 400 * 1000}});
  int slow[8];
  for (int i = 0; i < 8; i++) {
    slow[i] = wire_to(server);
    CHECK(wire_say(slow[i], "GET /ok HT"));
  }
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  for (int i = 0; i < 8; i++) {
    wire_expect(slow[i], 408, NULL);
    CHECK(wire_ended(slow[i]));
    close(slow[i]);
  }
  int fd = wire_to(server); /* a line now and then, without end */
  drip(fd, "GET /ok" WIRE_HOST, "A: b\r\n");
  wire_expect(fd, 408, NULL);
  close(fd);
  static const char *const bodies[] = {"POST /echo" WIRE_HOST "Content-Length: 1000\r\n\r\n",
                                       "POST /count/x" WIRE_HOST "Content-Length: 1000000\r\n\r\n"};
  for (int i = 0; i < 2; i++) {
    fd = wire_to(server); /* stops in the middle */
    CHECK(wire_say(fd, bodies[i]));
    wire_expect(fd, 408, NULL);
    CHECK(wire_ended(fd));
    close(fd);
    fd = wire_to(server); /* never pauses for long, and takes too long for all of it */
    drip(fd, bodies[i], "a");
    wire_expect(fd, 408, NULL);
    CHECK(wire_ended(fd));
    close(fd);
  }
  CHECK(dw_server_stop(server));
}

/* Posts whose body is a stream have a thread once they are whole, or longer than what is kept of them. */
TEST(slow_senders_of_short_bodies_take_no_thread)
{
  enum { SLOW = 50 };
  int slow[SLOW];
  dw_server *server = wire_start((dw_server_settings){.limits = {.streams = 1}});
  for (int i = 0; i < SLOW; i++) {
    slow[i] = wire_to(server);
    CHECK(wire_say(slow[i], "POST /count/x" WIRE_HOST "Content-Length: 10\r\n\r\nabc"));
  }
  wire_ask(server, "POST /count/x" WIRE_HOST "Content-Length: 4\r\n\r\nabcd", 200, "4");
  for (int i = 0; i < SLOW; i++) {
    CHECK(wire_say(slow[i], "defghij"));
    wire_expect(slow[i], 200, "10");
    close(slow[i]);
  }
  CHECK(dw_server_stop(server));
}

/* The thread that would read is busy: that is no pause of the sender. */
TEST(who_waits_for_leave_to_send_is_not_late)
{
  dw_server *server = wire_start((dw_server_settings){.limits = {.streams = 1, .pause = 2000 * 1000, .request = 2000 * 1000}});
  int busy = wire_to(server), waits = wire_to(server);
  CHECK(wire_say(busy, "POST /count/gated" WIRE_HOST "Content-Length: 3\r\n\r\nabc"));
  gate_wait(1);
  CHECK(wire_say(waits, "POST /count/x" WIRE_HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  usleep(3000 * 1000); /* longer than a sender may pause */
  gate_set(true);
  wire_expect(waits, 100, NULL);
  CHECK(wire_say(waits, "abc"));
  wire_expect(waits, 200, "3");
  wire_expect(busy, 200, "3");
  close(waits);
  close(busy);
  CHECK(dw_server_stop(server));
}

TEST(idle_connections_end_without_a_word)
{
  dw_server *server = wire_start((dw_server_settings){.limits.idle = 1000 * 1000});
  int fd = wire_to(server), used = wire_to(server);
  CHECK(wire_say(used, "GET /ok" WIRE_HOST "\r\n"));
  wire_expect(used, 200, "ok");
  CHECK(wire_ended(fd));
  CHECK(wire_ended(used));
  close(fd);
  close(used);
  CHECK(dw_server_stop(server));
}

TEST(a_reader_that_does_not_read_is_cut_off)
{
  dw_server *server = wire_start((dw_server_settings){.limits.pause = 200 * 1000});
  int fd = wire_to(server);
  CHECK(wire_say(fd, "GET /flood" WIRE_HOST "\r\n"));
  gate_wait(1); /* the handler was told: its write said false, although the client is still there */
  gate_set(true);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(no_more_connections_than_allowed)
{
  enum { MOST = 10 };
  dw_server *server = wire_start((dw_server_settings){.limits = {.connections = MOST, .workers = MOST}});
  int fd[MOST];
  for (int i = 0; i < MOST; i++) {
    fd[i] = wire_to(server);
    CHECK(wire_say(fd[i], "GET /ok" WIRE_HOST "\r\n"));
    wire_expect(fd[i], 200, "ok");
  }
  int one_more = wire_to(server); /* takes the place of the one that was idle longest */
  CHECK(wire_say(one_more, "GET /ok" WIRE_HOST "\r\n"));
  wire_expect(one_more, 200, "ok");
  CHECK(wire_ended(fd[0]));
  close(fd[0]);
  fd[0] = one_more;
  for (int i = 0; i < MOST; i++) CHECK(wire_say(fd[i], "GET /gated" WIRE_HOST "\r\n"));
  gate_wait(MOST);
  int refused = wire_to(server); /* none is idle */
  wire_expect(refused, 503, NULL);
  CHECK(wire_ended(refused));
  close(refused);
  gate_set(true);
  for (int i = 0; i < MOST; i++) {
    wire_expect(fd[i], 200, "passed");
    close(fd[i]);
  }
  CHECK(dw_server_stop(server));
}
