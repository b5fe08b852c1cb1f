#include "test.h"

#include <pthread.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/bytes/http.h"

static dw_err err;

/* A server that takes one request, keeps it, and gives one answer (NULL: none, it waits until the client has gone). */
typedef struct server {
  int fd;
  const char *answer;
  char request[4000];
  char url[100];
  pthread_t thread;
} server;

static void *serve(void *context)
{
  server *s = context;
  size_t length = 0;
  int peer = accept(s->fd, NULL, NULL);
  char *head, *body;
  for (ssize_t n; (n = read(peer, s->request + length, sizeof s->request - 1 - length)) > 0;) {
    length += (size_t)n;
    s->request[length] = '\0';
    if (!(body = strstr(s->request, "\r\n\r\n"))) continue;
    head = strstr(s->request, "Content-Length: ");
    size_t wanted = head ? (size_t)strtol(head + 16, NULL, 10) : 0;
    if (s->answer && length >= (size_t)(body + 4 - s->request) + wanted) break;
  }
  if (s->answer && write(peer, s->answer, strlen(s->answer)) < 0) perror("write");
  close(peer);
  return NULL;
}

static void start(server *s, const char *answer)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  *s = (server){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
  if (bind(s->fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(s->fd, 1) < 0 || getsockname(s->fd, (struct sockaddr *)&at, &size) < 0)
    abort();
  snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d/a?b=c", ntohs(at.sin_port));
  setenv("no_proxy", "127.0.0.1", 1);
  pthread_create(&s->thread, NULL, serve, s);
}

static void stop(server *s)
{
  pthread_join(s->thread, NULL);
  close(s->fd);
}

TEST(a_request_and_its_answer)
{
  server s;
  int code;
  dw_buf out = {0};
  dw_buf_text(&out, "before ");
  start(&s, "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello");
  dw_http_request request = {.method = "POST", .url = s.url, .body = "{\"x\":\0}", .length = 7, .bearer = "token"};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_OK);
  CHECK(code == 404);
  CHECK_TEXT(dw_buf_cstr(&out), "before hello");
  stop(&s);
  CHECK(strncmp(s.request, "POST /a?b=c HTTP/1.1\r\n", 22) == 0);
  CHECK(strstr(s.request, "\r\nContent-Type: application/json\r\n") && strstr(s.request, "\r\nAuthorization: Bearer token\r\n"));
  CHECK(strstr(s.request, "\r\nContent-Length: 7\r\n") && !strstr(s.request, "Expect"));
  CHECK(memcmp(strstr(s.request, "\r\n\r\n") + 4, "{\"x\":\0}", 7) == 0);
  dw_buf_free(&out);
}

TEST(get_with_a_password_and_a_redirection_that_is_not_followed)
{
  server s;
  int code;
  dw_buf out = {0};
  start(&s, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  dw_http_request request = {.method = "GET", .url = s.url, .user = "me", .password = "pw"};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_OK);
  CHECK(code == 302 && out.length == 0);
  stop(&s);
  CHECK(strncmp(s.request, "GET /a?b=c", 10) == 0 && strstr(s.request, "\r\nAuthorization: Basic bWU6cHc=\r\n") &&
        !strstr(s.request, "Content-Type"));
  dw_buf_free(&out);
}

TEST(answers_that_do_not_come_or_break_off)
{
  server s;
  int code;
  dw_buf out = {0};
  start(&s, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
  dw_http_request request = {.method = "GET", .url = s.url};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_ESYSTEM);
  CHECK(out.length == 0);
  CHECK_MSG(strncmp(err.message, "http://127.0.0.1:", 17) == 0 && !strstr(err.message, "b=c"), "%s", err.message);
  stop(&s);
  start(&s, NULL);
  request = (dw_http_request){.method = "GET", .url = s.url, .limit = DW_SECOND / 5};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_ESYSTEM);
  CHECK_MSG(strstr(err.message, "timed out"), "%s", err.message);
  stop(&s);
  dw_buf_free(&out);
}

TEST(no_server_and_no_address)
{
  int code;
  dw_buf out = {0};
  dw_http_request request = {.method = "GET", .url = "http://me:secret@127.0.0.1:1/x?key=secret"};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_ESYSTEM);
  CHECK_MSG(strncmp(err.message, "http://127.0.0.1:1/x: ", 22) == 0 && !strstr(err.message, "secret"), "%s", err.message);
  static const char *const bad[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://[::1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    request.url = bad[i];
    CHECK_MSG(dw_http_ask(&request, &code, &out, &err) == DW_EUSAGE, "%s: %s", bad[i], err.message);
  }
  CHECK(out.length == 0);
  dw_buf_free(&out);
}

TEST(escapes)
{
  dw_buf out = {0};
  dw_http_escape(&out, "aZ9-._~ /&%\xc3\xa9", false);
  CHECK_TEXT(dw_buf_cstr(&out), "aZ9-._~%20%2F%26%25%C3%A9");
  out.length = 0;
  dw_http_escape(&out, "a/b c", true);
  CHECK_TEXT(dw_buf_cstr(&out), "a/b%20c");
  dw_buf_free(&out);
}

TEST(headers_of_the_callers_go_along_and_retry_after_comes_back)
{
  static const char *const headers[] = {"webhook-id: msg_1", "X-Empty;", NULL};
  server s;
  int code;
  int64_t retry_after = -1;
  dw_buf out = {0};
  start(&s, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n");
  dw_http_request request = {.method = "POST", .url = s.url, .body = "{}", .length = 2, .headers = headers, .retry_after = &retry_after};
  CHECK_MSG(dw_http_ask(&request, &code, &out, &err) == DW_OK, "%s", err.message);
  stop(&s);
  CHECK(code == 429 && retry_after == 90 * DW_SECOND);
  CHECK(strstr(s.request, "\r\nwebhook-id: msg_1\r\n") != NULL && strstr(s.request, "\r\nX-Empty:\r\n") != NULL);
  dw_buf_free(&out);
}

TEST(private_addresses_are_not_connected_to_where_only_public_ones_are_allowed)
{
  static const char *const names[] = {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]"};
  server s;
  int code;
  dw_buf out = {0};
  start(&s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const char *port = strrchr(s.url, ':');
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char url[200];
    snprintf(url, sizeof url, "http://%s%s", names[i], port);
    dw_http_request request = {.method = "POST", .url = url, .body = "{}", .length = 2, .public_only = true};
    CHECK_MSG(dw_http_ask(&request, &code, &out, &err) == DW_ESYSTEM, "%s", names[i]);
    CHECK_MSG(strstr(err.message, "of a private network"), "%s", err.message);
  }
  dw_http_request allowed = {.method = "POST", .url = s.url, .body = "{}", .length = 2};
  CHECK(dw_http_ask(&allowed, &code, &out, &err) == DW_OK && code == 200);
  stop(&s);
  CHECK(strncmp(s.request, "POST ", 5) == 0); /* the first that came through */
  dw_buf_free(&out);
}

static bool at_once(void *asked)
{
  ++*(int *)asked;
  return true;
}

TEST(an_answer_that_is_wanted_no_more_is_given_up)
{
  server s;
  int code, asked = 0;
  dw_buf out = {0};
  start(&s, NULL);
  dw_http_request request = {.method = "GET", .url = s.url, .limit = 3600 * DW_SECOND, .stop = at_once, .context = &asked};
  CHECK(dw_http_ask(&request, &code, &out, &err) == DW_ESYSTEM && asked == 1 && out.length == 0);
  int fd = socket(AF_INET, SOCK_STREAM, 0); /* so that it has somebody, who leaves */
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  if (getsockname(s.fd, (struct sockaddr *)&at, &size) == 0 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) perror("connect");
  close(fd);
  stop(&s);
  dw_buf_free(&out);
}
