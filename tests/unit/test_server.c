/* A server on the wire: what it answers, in which order, and to whom. */
#include "wire.h"

#include "base/clock.h"
#include "io/text/json.h"

TEST(one_connection_many_requests)
{
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server);
  for (int i = 0; i < 3; i++) {
    CHECK(wire_say(fd, "GET /ok" WIRE_HOST "\r\n"));
    wire_expect(fd, 200, "ok");
    CHECK(wire_say(fd, "POST /echo" WIRE_HOST "Content-Length: 5\r\n\r\nhello"));
    wire_expect(fd, 200, "hello");
    CHECK(wire_say(fd, "GET /nothing" WIRE_HOST "\r\n"));
    wire_expect(fd, 404, NULL); /* an error does not end a connection that is understood */
    CHECK(wire_say(fd, "GET /pieces" WIRE_HOST "\r\n"));
    wire_answer answer = wire_hear(fd, false);
    CHECK(answer.code == 200 && answer.body.length == 1000);
    wire_answer_free(&answer);
  }
  CHECK(wire_say(fd, "GET /ok" WIRE_HOST "Connection: close\r\n\r\n"));
  wire_expect(fd, 200, "ok");
  CHECK(wire_ended(fd));
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(pipelined_requests_are_answered_in_their_order)
{
  enum { REQUESTS = 500 };
  dw_server *server = wire_start((dw_server_settings){.limits.workers = 4});
  dw_buf all = {0};
  for (int i = 0; i < REQUESTS; i++) {
    dw_buf_format(&all, "GET /part/%d" WIRE_HOST "\r\n", i);
    dw_buf_format(&all, "POST /echo" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
    dw_buf_format(&all, "GET /livez" WIRE_HOST "\r\n");
  }
  int fd = wire_to(server);
  CHECK(wire_send(fd, all.data, all.length));
  for (int i = 0; i < REQUESTS; i++) {
    char want[16];
    snprintf(want, sizeof want, "%d", i);
    wire_expect(fd, 200, want);
    wire_expect(fd, 200, "ab");
    wire_expect(fd, 200, "ok");
  }
  dw_buf_free(&all);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(requests_split_at_every_byte)
{
  static const char *const requests[] = {
      "POST /echo" WIRE_HOST "Content-Length: 5\r\n\r\nhello",
      "POST /echo" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\n",
  };
  dw_server *server = wire_start((dw_server_settings){0});
  for (int r = 0; r < 2; r++) {
    size_t length = strlen(requests[r]);
    int fd = wire_to(server);
    for (size_t cut = 1; cut < length; cut++) {
      CHECK(wire_send(fd, requests[r], cut));
      usleep(500); /* so that it is most likely read on its own; right or wrong does not hang on it */
      CHECK(wire_send(fd, requests[r] + cut, length - cut));
      wire_expect(fd, 200, "hello");
    }
    for (size_t i = 0; i < length; i++) {
      CHECK(wire_send(fd, requests[r] + i, 1));
      usleep(200);
    }
    wire_expect(fd, 200, "hello");
    close(fd);
  }
  CHECK(dw_server_stop(server));
}

TEST(what_is_not_understood_ends_the_connection)
{
  static const struct {
    const char *request;
    int code;
  } cases[] = {
      {"POST /echo" WIRE_HOST "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400},
      {"POST /echo" WIRE_HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET /ok" WIRE_HOST "A: b\rc\r\n\r\n", 400},
      {"GET /ok" WIRE_HOST "A: b\r\n c\r\n\r\n", 400},
      {"GET /ok HTTP/1.1\r\nHost : localhost\r\n\r\n", 400},
      {"GET /ok HTTP/1.1\r\n\r\n", 400},
      {"GET /ok" WIRE_HOST "Host: localhost\r\n\r\n", 400},
      {"GET /ok HTTP/1.1\nHost: localhost\n\n", 400},
      {"POST /echo" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n", 400},
      {"POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeX\r\n0\r\n\r\n", 400},
      {"POST /echo" WIRE_HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"GET /ok HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
      {"BREW /ok" WIRE_HOST "\r\n", 501},
      {"POST /echo" WIRE_HOST "Content-Length: 1048577\r\n\r\n", 413},
      {"POST /ok" WIRE_HOST "Content-Length: 3\r\n\r\nabc", 405},
  };
  dw_server *server = wire_start((dw_server_settings){0});
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int fd = wire_to(server);
    CHECK(wire_say(fd, cases[i].request));
    CHECK(wire_say(fd, "GET /ok" WIRE_HOST "\r\n")); /* what may be a request to somebody else is none here */
    wire_answer answer = wire_hear(fd, false);
    CHECK_MSG(answer.code == cases[i].code, "case %zu: %d", i, answer.code);
    CHECK_MSG(answer.head.data && strstr(answer.head.data, "\r\nConnection: close\r\n"), "case %zu", i);
    CHECK_MSG(answer.head.data && strstr(answer.head.data, "\r\nContent-Type: application/problem+json\r\n"), "case %zu", i);
    CHECK_MSG(wire_ended(fd), "case %zu", i);
    wire_answer_free(&answer);
    close(fd);
  }
  int fd = wire_to(server);
  CHECK(wire_send(fd, "GET /ok" WIRE_HOST "A: \0\r\n\r\n", strlen("GET /ok" WIRE_HOST) + 8));
  wire_expect(fd, 400, NULL);
  close(fd);
  char large[20000];
  memset(large, 'a', sizeof large);
  fd = wire_to(server);
  CHECK(wire_say(fd, "GET /ok" WIRE_HOST "A: "));
  CHECK(wire_send(fd, large, sizeof large)); /* all of it is read, so that the answer arrives */
  wire_expect(fd, 431, NULL);
  CHECK(wire_ended(fd));
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(head_and_http_1_0)
{
  dw_server *server = wire_start((dw_server_settings){0});
  int fd = wire_to(server);
  static const char *const heads[] = {"HEAD /ok" WIRE_HOST "\r\n", "HEAD /pieces" WIRE_HOST "\r\n", "HEAD /nothing" WIRE_HOST "\r\n"};
  static const char *const fields[] = {"\r\nContent-Length: 2\r\n", "\r\nTransfer-Encoding: chunked\r\n", "\r\nContent-Length: "};
  for (int i = 0; i < 3; i++) {
    CHECK(wire_say(fd, heads[i]));
    wire_answer answer = wire_hear(fd, true);
    CHECK_MSG(answer.code == (i == 2 ? 404 : 200) && strstr(answer.head.data, fields[i]), "%s", answer.head.data);
    wire_answer_free(&answer);
  }
  CHECK(wire_say(fd, "GET /ok" WIRE_HOST "\r\n")); /* no body of a HEAD stands before it */
  wire_expect(fd, 200, "ok");
  close(fd);

  fd = wire_to(server);
  CHECK(wire_say(fd, "GET /ok HTTP/1.0\r\n\r\n"));
  wire_expect(fd, 200, "ok");
  CHECK(wire_ended(fd));
  close(fd);

  fd = wire_to(server);
  CHECK(wire_say(fd, "GET /ok HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  wire_expect(fd, 200, "ok");
  wire_answer answer = wire_hear(fd, false); /* of no known length: the end of the connection ends it */
  CHECK(answer.code == 200 && answer.body.length == 1000 && !strstr(answer.head.data, "chunked"));
  wire_answer_free(&answer);
  close(fd);
  CHECK(dw_server_stop(server));
}

TEST(a_client_that_waits_for_100_continue)
{
  dw_server *server = wire_start((dw_server_settings){0});
  static const char *const targets[] = {"/echo", "/count/x"};
  for (int i = 0; i < 2; i++) {
    dw_buf head = {0};
    int fd = wire_to(server);
    dw_buf_format(&head, "POST %s" WIRE_HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", targets[i]);
    CHECK(wire_send(fd, head.data, head.length));
    wire_expect(fd, 100, NULL);
    CHECK(wire_say(fd, "hello"));
    wire_expect(fd, 200, i ? "5" : "hello");
    dw_buf_free(&head);
    close(fd);
  }
  static const struct {
    const char *request;
    int code;
  } refused[] = {
      {"POST /echo" WIRE_HOST "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n", 413},
      {"POST /nothing" WIRE_HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", 404},
      {"POST /echo" WIRE_HOST "Expect: something\r\nContent-Length: 5\r\n\r\n", 417},
  };
  for (int i = 0; i < 3; i++) { /* the first word is the last one */
    int fd = wire_to(server);
    CHECK(wire_say(fd, refused[i].request));
    wire_expect(fd, refused[i].code, NULL);
    CHECK(wire_ended(fd));
    close(fd);
  }
  CHECK(dw_server_stop(server));
}

TEST(slow_handlers_stop_nobody_else)
{
  enum { WORKERS = 3 };
  dw_server *server = wire_start((dw_server_settings){.limits = {.workers = WORKERS, .streams = 2}});
  int slow[WORKERS + 2], stream[2];
  for (int i = 0; i < WORKERS + 2; i++) { /* two of them wait for a thread */
    slow[i] = wire_to(server);
    CHECK(wire_say(slow[i], "GET /gated" WIRE_HOST "\r\n"));
  }
  gate_wait(WORKERS);
  for (int i = 0; i < 2; i++) { /* senders that stop in the middle keep threads of their own */
    stream[i] = wire_to(server);
    CHECK(wire_say(stream[i], "POST /count/x" WIRE_HOST "Content-Length: 10\r\n\r\nabc"));
  }
  wire_ask(server, "GET /livez" WIRE_HOST "\r\n", 200, "ok");
  wire_ask(server, "GET /nothing" WIRE_HOST "\r\n", 404, NULL);
  gate_set(true);
  for (int i = 0; i < WORKERS + 2; i++) {
    wire_expect(slow[i], 200, "passed");
    close(slow[i]);
  }
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok"); /* with both streams still open */
  for (int i = 0; i < 2; i++) {
    CHECK(wire_say(stream[i], "defghij"));
    wire_expect(stream[i], 200, "10");
    close(stream[i]);
  }
  CHECK(dw_server_stop(server));
}

TEST(a_handler_that_takes_too_long_is_answered_for)
{
  dw_server *server = wire_start((dw_server_settings){.limits = {.workers = 1, .streams = 1, .answer = 2 * DW_SECOND}});
  static const char *const asked[] = {"GET /gated" WIRE_HOST "\r\n", "POST /count/g" WIRE_HOST "Content-Length: 1000000\r\n\r\n"};
  gate_set(false);
  for (int i = 0; i < 2; i++) {
    int fd = wire_to(server);
    char *body = calloc(1, 1000000);
    CHECK(wire_say(fd, asked[i]));
    if (i == 1) CHECK(wire_send(fd, body, 1000000)); /* more than is kept for a handler that reads nothing */
    gate_wait(1 + (unsigned)i);
    wire_answer answer = wire_hear(fd, false);
    CHECK(answer.code == 503 && strstr(dw_buf_cstr(&answer.body), "the answer took too long"));
    wire_answer_free(&answer);
    CHECK(wire_ended(fd));
    close(fd);
    free(body);
  }
  int waits = wire_to(server); /* for the one thread, which is still held */
  CHECK(wire_say(waits, "GET /ok" WIRE_HOST "\r\n"));
  wire_expect(waits, 503, NULL);
  close(waits);
  wire_ask(server, "GET /livez" WIRE_HOST "\r\n", 200, "ok");
  gate_set(true);
  wire_ask(server, "GET /gated" WIRE_HOST "\r\n", 200, "passed"); /* the threads are there again */
  wire_ask(server, "POST /count/g" WIRE_HOST "Content-Length: 3\r\n\r\nabc", 200, "3");
  CHECK(dw_server_stop(server));
}

TEST(a_body_limit_of_the_site)
{
  dw_server *server = wire_start((dw_server_settings){.site.body_limit = 4});
  wire_ask(server, "POST /echo" WIRE_HOST "Content-Length: 4\r\n\r\nabcd", 200, "abcd");
  wire_ask(server, "POST /echo" WIRE_HOST "Content-Length: 5\r\n\r\nabcde", 413, NULL);
  wire_ask(server, "POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", 413, NULL);
  CHECK(dw_server_stop(server));
}

/* --- many requests, one commit --- */

enum { COMMITS = 200 };
static dw_exchange *uncommitted[COMMITS];
static unsigned uncommitted_count;
static pthread_mutex_t commit_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t commit_changed = PTHREAD_COND_INITIALIZER;

static void commit_later(dw_exchange *exchange, void *context)
{
  pthread_mutex_lock(&commit_lock);
  uncommitted[uncommitted_count++] = exchange;
  pthread_cond_signal(&commit_changed);
  pthread_mutex_unlock(&commit_lock);
}

static void *commit_all(void *context)
{
  pthread_mutex_lock(&commit_lock);
  while (uncommitted_count < COMMITS) pthread_cond_wait(&commit_changed, &commit_lock);
  pthread_mutex_unlock(&commit_lock);
  gate_pass();
  for (int i = COMMITS - 1; i >= 0; i--) dw_exchange_reply(uncommitted[i], 200, "text/plain", "committed", 9);
  return NULL;
}

TEST(a_group_commit_answers_later_from_its_own_thread)
{
  static const dw_route routes[] = {
      {.method = DW_METHOD_POST, .pattern = "/commit", .body = DW_BODY_WHOLE, .limit = 100, .handle = commit_later},
      {.method = DW_METHOD_GET, .pattern = "/ok", .handle = wire_ok},
      {.pattern = NULL},
  };
  dw_server *server = wire_start((dw_server_settings){.site.routes = routes, .limits.workers = 1});
  pthread_t thread;
  int fd[COMMITS];
  CHECK(pthread_create(&thread, NULL, commit_all, NULL) == 0);
  for (int i = 0; i < COMMITS; i++) {
    fd[i] = wire_to(server);
    CHECK(wire_say(fd[i], "POST /commit" WIRE_HOST "Content-Length: 2\r\n\r\nab"));
  }
  gate_wait(1); /* all are waiting for the commit, and the one worker is free */
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  gate_set(true);
  for (int i = 0; i < COMMITS; i++) {
    wire_expect(fd[i], 200, "committed");
    close(fd[i]);
  }
  pthread_join(thread, NULL);
  CHECK(dw_server_stop(server));
}

/* --- who may, and what is told of it --- */

static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep_said(void *context, const char *line, size_t length)
{
  pthread_mutex_lock(&said_lock);
  dw_buf_add(context, line, length);
  pthread_mutex_unlock(&said_lock);
}

static dw_tokens *tokens_of(const char *text)
{
  dw_tokens *tokens;
  CHECK(dw_tokens_parse(&tokens, text, strlen(text), "tokens", NULL) == DW_OK);
  return tokens;
}

/* The hashes are what sha256sum says of "secret-a" and "secret-b". */
#define TOKEN_A "shop read * sha256:8766b9cb08e6040b704f1e3ee1e186efccf2635b1d2634d6525333007e6aeae1\n"
#define TOKEN_B "shop read * sha256:ff492ef788c89b555e6f738b33d2422f57dbb6656af2402155672c5f123a90af\n"

TEST(tokens_change_while_it_runs_and_are_never_told)
{
  dw_buf said = {0}, metrics = {0};
  dw_tokens *a = tokens_of(TOKEN_A), *b = tokens_of(TOKEN_B);
  dw_server *server = wire_start((dw_server_settings){.site.tokens = a, .log = {DW_LOG_DEBUG, keep_said, &said}});
  int fd = wire_to(server);
  CHECK(wire_say(fd, "GET /read?token=secret-a&x=y" WIRE_HOST "\r\n"));
  wire_expect(fd, 200, "ok");
  CHECK(wire_say(fd, "GET /read?token=secret-b" WIRE_HOST "\r\n"));
  wire_expect(fd, 401, NULL);
  CHECK(dw_server_set_tokens(server, b, NULL) == DW_OK);
  CHECK(wire_say(fd, "GET /livez" WIRE_HOST "\r\n"));
  wire_expect(fd, 200, "ok");
  wire_ask(server, "GET /read" WIRE_HOST "Authorization: Bearer secret-b\r\n\r\n", 200, "ok"); /* a new connection is behind the change */
  CHECK(wire_say(fd, "GET /read?token=secret-a" WIRE_HOST "\r\n"));
  wire_expect(fd, 401, NULL);
  CHECK(wire_say(fd, "GET /read?token=%zzsecret-a" WIRE_HOST "\r\n"));
  wire_expect(fd, 400, NULL);
  CHECK(wire_ended(fd));
  close(fd);
  dw_server_print_metrics(server, &metrics);
  CHECK(strstr(dw_buf_cstr(&metrics), "dw_http_requests_total{route=\"/read\",method=\"GET\",code=\"200\"} 2\n"));
  CHECK(strstr(metrics.data, "dw_http_requests_total{route=\"/read\",method=\"GET\",code=\"401\"} 2\n"));
  CHECK(strstr(metrics.data, "\ndw_http_connections "));
  CHECK(dw_server_stop(server));
  const char *text = dw_buf_cstr(&said);
  CHECK(!strstr(text, "secret") && !strstr(text, "?"));
  CHECK(strstr(text, "\"event\":\"request\",\"client\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/read\",\"status\":200,"));
  CHECK(strstr(text, "\"token\":\"shop\"}\n"));
  CHECK(strstr(text, "\"event\":\"listening\"") && strstr(text, "\"event\":\"draining\"") && strstr(text, "\"event\":\"stopped\""));
  for (char *line = said.data, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    dw_value *value;
    CHECK(dw_value_parse(&value, line, (size_t)(end - line), "log", 1, NULL) == DW_OK);
    dw_value_free(value);
  }
  dw_buf_free(&said);
  dw_buf_free(&metrics);
  dw_tokens_release(a);
  dw_tokens_release(b);
}

TEST(beyond_this_machine_only_with_tokens)
{
  dw_server *server;
  dw_err err = {0};
  dw_server_settings settings = {.listen = "0.0.0.0:0", .site.routes = wire_routes};
  CHECK(dw_server_start(&server, &settings, &err) == DW_EUSAGE && server == NULL);
  CHECK_MSG(strstr(err.message, "0.0.0.0:0 is open to other machines: that needs tokens"), "%s", err.message);
  settings.site.tokens = tokens_of(TOKEN_A);
  CHECK(dw_server_start(&server, &settings, &err) == DW_OK);
  CHECK(dw_server_set_tokens(server, NULL, &err) == DW_EUSAGE);
  wire_ask(server, "GET /read?token=secret-a" WIRE_HOST "\r\n", 200, "ok");
  CHECK(dw_server_stop(server));
  dw_tokens_release(settings.site.tokens);
}

TEST(a_base_path)
{
  static const char *const wrong[] = {"dw", "/dw/", "/", "/a b", "/a?b", "/a%20b"};
  dw_server *server;
  dw_err err;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_server_settings settings = {.listen = "127.0.0.1:0", .site = {.routes = wire_routes, .base_path = wrong[i]}};
    CHECK_MSG(dw_server_start(&server, &settings, &err) == DW_EUSAGE, "%s", wrong[i]);
  }
  server = wire_start((dw_server_settings){.site.base_path = "/dw"});
  wire_ask(server, "GET /dw/ok" WIRE_HOST "\r\n", 200, "ok");
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  wire_ask(server, "GET /dwok" WIRE_HOST "\r\n", 404, NULL);
  wire_ask(server, "GET /dw" WIRE_HOST "\r\n", 308, NULL);
  CHECK(dw_server_stop(server));
}
