#include "test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "store/database/pg.h"

/* A server of the protocol's first half: takes one client, lets it in without a password, and has a notice for it before it is ready. */
static void put_message(dw_buf *out, char type, const char *body, size_t length)
{
  size_t whole = length + 4;
  dw_buf_char(out, type);
  for (int shift = 24; shift >= 0; shift -= 8) dw_buf_char(out, (char)(whole >> shift));
  dw_buf_add(out, body, length);
}

static bool read_whole(int fd, unsigned char *out, size_t count)
{
  for (ssize_t n; count; out += n, count -= (size_t)n)
    if ((n = read(fd, out, count)) <= 0) return false;
  return true;
}

static void *serve(void *context)
{
  static const char notice[] = "SWARNING\0VWARNING\0C01000\0Mcollation \x1b[31m mismatch\0";
  int listener = *(int *)context, client = accept(listener, NULL, NULL);
  unsigned char head[4], rest[4096];
  dw_buf answer = {0};
  size_t length = read_whole(client, head, 4) ? (size_t)head[2] << 8 | head[3] : 0;
  if (length > 4 && length < sizeof rest && read_whole(client, rest, length - 4)) {
    put_message(&answer, 'R', "\0\0\0", 4);
    put_message(&answer, 'N', notice, sizeof notice);
    put_message(&answer, 'S',
                "server_version\0"
                "15.0",
                20);
    put_message(&answer, 'S',
                "client_encoding\0"
                "UTF8",
                21);
    put_message(&answer, 'K', "\0\0\0\1\0\0\0", 8);
    put_message(&answer, 'Z', "I", 1);
    if (write(client, answer.data, answer.length) == (ssize_t)answer.length)
      while (read(client, rest, sizeof rest) > 0) continue;
  }
  close(client);
  dw_buf_free(&answer);
  return NULL;
}

/* What is written to standard error while a server is asked that warns at once. */
TEST(pg_says_nothing_of_a_server_that_warns_while_it_connects)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  pthread_t server;
  dw_pg *pg = NULL;
  dw_err err = {0};
  char place[200], said[400] = "";
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), before = dup(STDERR_FILENO), ends[2];
  CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 1) == 0 && pipe(ends) == 0);
  CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
  CHECK(pthread_create(&server, NULL, serve, &listener) == 0);
  snprintf(place, sizeof place, "host=127.0.0.1 port=%d dbname=d user=u sslmode=disable gssencmode=disable", ntohs(at.sin_port));
  fflush(stderr);
  dup2(ends[1], STDERR_FILENO);
  dw_status status = dw_pg_open(&pg, place, &err);
  dup2(before, STDERR_FILENO);
  close(ends[1]);
  if (status == DW_ESYSTEM && strstr(err.message, "cannot be loaded")) {
    shutdown(listener, SHUT_RDWR);
    test_skip("libpq is not installed");
  } else {
    CHECK_MSG(status == DW_OK, "%s", err.message);
    ssize_t length = read(ends[0], said, sizeof said - 1);
    CHECK_MSG(length == 0, "%.*s", (int)length, said);
    CHECK_TEXT(status == DW_OK ? dw_pg_name(pg) : NULL, "database d at 127.0.0.1");
  }
  dw_pg_close(pg);
  pthread_join(server, NULL);
  close(listener);
  close(ends[0]);
  close(before);
}

/* Nobody listens: libpq says so, and in time. */
TEST(pg_refused)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  dw_pg *pg = NULL;
  dw_err err = {0};
  char place[200];
  int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(bind(taken, (struct sockaddr *)&at, sizeof at) == 0 && getsockname(taken, (struct sockaddr *)&at, &size) == 0);
  snprintf(place, sizeof place, "host=127.0.0.1,127.0.0.1 port=%d,%d dbname=d user=u", ntohs(at.sin_port), ntohs(at.sin_port));
  CHECK(dw_pg_open(&pg, place, &err) == DW_ESYSTEM && !pg);
  CHECK_MSG(strstr(err.message, "Connection refused") || strstr(err.message, "cannot be loaded"), "%s", err.message);
  CHECK(dw_pg_open(&pg, "host=127.0.0.1 nonsense=1", &err) == DW_ESYSTEM && !pg);
  CHECK_MSG(strstr(err.message, "nonsense") || strstr(err.message, "cannot be loaded"), "%s", err.message);
  close(taken);
}
