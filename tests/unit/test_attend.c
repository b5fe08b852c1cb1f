/* A server in a process of its own, and the signals that are sent to it. */
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "serve/http/attend.h"
#include "wire.h"

typedef struct process {
  pid_t pid;
  int talk; /* bytes to it open its gate; bytes from it: its address, and "g" when a handler waits at the gate */
  char address[DW_NUM_TEXT];
} process;

static int server_end = -1; /* in the process of the server */
static atomic_int reloads;

/* As long as whoever started the server wants. */
static void held(dw_exchange *exchange, void *context)
{
  char byte;
  CHECK(write(server_end, "g", 1) == 1);
  while (read(server_end, &byte, 1) < 0) continue;
  dw_exchange_reply(exchange, 200, "text/plain", "held", 4);
}

static void told_reloads(dw_exchange *exchange, void *context)
{
  char text[DW_NUM_TEXT];
  dw_exchange_reply(exchange, 200, "text/plain", text, dw_num_print_signed(text, atomic_load(&reloads)));
}

static void reload(dw_server *server, void *context) { atomic_fetch_add(&reloads, 1); }

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/held", .handle = held},
    {.method = DW_METHOD_GET, .pattern = "/reloads", .at_once = true, .handle = told_reloads},
    {.method = DW_METHOD_POST, .pattern = "/count/{x}", .body = DW_BODY_STREAM, .limit = 1000, .handle = wire_count},
    {.pattern = NULL},
};

static _Noreturn void be_server(int talk, int64_t drain)
{
  dw_server *server;
  dw_err err;
  dw_server_settings settings = {.listen = "127.0.0.1:0", .site.routes = routes, .limits.drain = drain};
  server_end = talk;
  dw_attend_begin();
  if (dw_server_start(&server, &settings, &err) != DW_OK) _exit(9);
  const char *address = dw_server_address(server);
  char text[DW_NUM_TEXT] = {0};
  memcpy(text, address, strlen(address));
  if (write(talk, text, sizeof text) != sizeof text) _exit(9);
  _exit(dw_attend(server, reload, NULL) ? 0 : 1);
}

static process start(int64_t drain, bool first_of_container)
{
  process p = {0};
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  p.pid = fork();
  if (p.pid == 0) {
    close(ends[0]);
    if (first_of_container && getpid() != 1) {
      int told[2], status = 0;
      char byte;
      if (pipe(told) != 0) _exit(9);
      if (unshare(CLONE_NEWPID) != 0) _exit(77);
      pid_t inner = fork();
      if (inner == 0) {
        if (getpid() != 1 || read(told[0], &byte, 1) != 1) _exit(9); /* its address comes behind its number */
        be_server(ends[1], drain);
      }
      if (write(ends[1], &inner, sizeof inner) != sizeof inner || write(told[1], "t", 1) != 1) _exit(9);
      waitpid(inner, &status, 0);
      _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 9);
    }
    be_server(ends[1], drain);
  }
  close(ends[1]);
  p.talk = ends[0];
  return p;
}

static void learn_address(process *p)
{
  size_t at = 0;
  while (at < sizeof p->address) {
    ssize_t got = read(p->talk, p->address + at, sizeof p->address - at);
    CHECK(got > 0);
    if (got <= 0) return;
    at += (size_t)got;
  }
}

/* A handler waits at the gate. */
static void wait_held(const process *p)
{
  char byte = 0;
  CHECK(read(p->talk, &byte, 1) == 1 && byte == 'g');
}

static int exit_of(const process *p)
{
  int status = 0;
  CHECK(waitpid(p->pid, &status, 0) == p->pid);
  close(p->talk);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Nobody listens there any more; the draining server takes a moment to see the signal. */
static bool refuses(const char *address)
{
  for (int i = 0; i < WIRE_PATIENCE * 100; i++) {
    int fd = wire_connect(address);
    if (fd < 0) return true;
    close(fd);
    usleep(10000);
  }
  return false;
}

/* SIGTERM with a request under way, one whose body is still coming, and a connection that is idle. */
static void check_drain(process *p, pid_t pid)
{
  int busy = wire_connect(p->address), sending = wire_connect(p->address), idle = wire_connect(p->address);
  CHECK(wire_say(sending, "POST /count/x" WIRE_HOST "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"));
  wire_expect(sending, 100, NULL);
  CHECK(wire_say(idle, "GET /reloads" WIRE_HOST "\r\n"));
  wire_expect(idle, 200, "0");
  CHECK(wire_say(busy, "GET /held" WIRE_HOST "\r\n"));
  wait_held(p);
  CHECK(kill(pid, SIGTERM) == 0);
  CHECK(wire_ended(idle));
  CHECK(refuses(p->address));
  CHECK(wire_say(sending, "abcdef")); /* what was begun is finished */
  wire_answer answer = wire_hear(sending, false);
  CHECK(answer.code == 200 && strstr(answer.head.data, "\r\nConnection: close\r\n"));
  wire_answer_free(&answer);
  CHECK(write(p->talk, "x", 1) == 1);
  answer = wire_hear(busy, false);
  CHECK(answer.code == 200 && strstr(answer.head.data, "\r\nConnection: close\r\n"));
  CHECK_TEXT(dw_buf_cstr(&answer.body), "held");
  wire_answer_free(&answer);
  CHECK(wire_ended(busy) && wire_ended(sending));
  close(busy);
  close(sending);
  close(idle);
  CHECK(exit_of(p) == 0);
}

TEST(sigterm_drains)
{
  process p = start(WIRE_PATIENCE * INT64_C(1000000), false);
  learn_address(&p);
  check_drain(&p, p.pid);
}

TEST(sigterm_drains_as_process_1_too)
{
  process p = start(WIRE_PATIENCE * INT64_C(1000000), true);
  pid_t inner = 0;
  if (read(p.talk, &inner, sizeof inner) != sizeof inner) {
    CHECK(exit_of(&p) == 77);
    test_skip("no rights to make a space of processes");
  }
  learn_address(&p);
  check_drain(&p, inner);
}

TEST(what_does_not_finish_is_cut_off)
{
  process p = start(200 * 1000, false);
  learn_address(&p);
  int busy = wire_connect(p.address), sending = wire_connect(p.address);
  CHECK(wire_say(sending, "POST /count/x" WIRE_HOST "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"));
  wire_expect(sending, 100, NULL);
  CHECK(wire_say(busy, "GET /held" WIRE_HOST "\r\n"));
  wait_held(&p);
  CHECK(kill(p.pid, SIGTERM) == 0);
  CHECK(wire_ended(busy) && wire_ended(sending));
  CHECK(exit_of(&p) == 1); /* although the handler never returns */
  close(busy);
  close(sending);
}

TEST(sighup_reloads_and_nothing_ends)
{
  process p = start(WIRE_PATIENCE * INT64_C(1000000), false);
  learn_address(&p);
  int fd = wire_connect(p.address), seen = 0;
  CHECK(kill(p.pid, SIGHUP) == 0);
  for (int i = 0; i < WIRE_PATIENCE * 100 && !seen; i++) {
    CHECK(wire_say(fd, "GET /reloads" WIRE_HOST "\r\n"));
    wire_answer answer = wire_hear(fd, false);
    CHECK(answer.code == 200);
    seen = strcmp(dw_buf_cstr(&answer.body), "1") == 0;
    wire_answer_free(&answer);
    usleep(10000);
  }
  CHECK(seen);
  close(fd);
  CHECK(kill(p.pid, SIGINT) == 0);
  CHECK(exit_of(&p) == 0);
}
