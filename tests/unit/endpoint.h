/* endpoint: an HTTP server of the tests, that answers as a script says: also what no decent server would. One thread, any number of
 * connections, kept alive.
 *
 *   static const char *answer(endpoint *e, unsigned number, const char *request) { return "HTTP/1.1 200 OK\r\n…"; }
 *   endpoint e;
 *   endpoint_start(&e, answer);
 *   … e.url …
 *   endpoint_stop(&e);       then e.request[0 .. e.count)
 */
#ifndef DW_TESTS_ENDPOINT_H
#define DW_TESTS_ENDPOINT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

enum { ENDPOINT_MOST = 4000, ENDPOINT_PEERS = 64, ENDPOINT_REQUEST = 64 << 10 };

typedef struct endpoint endpoint;
/* By the server's thread. NULL: no answer, the connection stays open; "": it is closed without one. One that ends with "\n\nCUT" (which is
 * not sent) is followed by the end of the connection. */
typedef const char *endpoint_answer(endpoint *e, unsigned number, const char *request);

typedef struct endpoint_peer {
  int fd;
  char *text;
  size_t length;
  unsigned answered;
} endpoint_peer;

struct endpoint {
  int fd, stop[2];
  char url[100];
  endpoint_answer *answer;
  char *request[ENDPOINT_MOST];
  unsigned count, connections;
  unsigned per_connection; /* requests; then it is closed. 0: any number */
  char text[32 << 20];     /* room for answers */
  void *context;
  endpoint_peer peer[ENDPOINT_PEERS];
  size_t peers;
  pthread_t thread;
};

static inline void endpoint_close(endpoint *e, size_t i)
{
  close(e->peer[i].fd);
  free(e->peer[i].text);
  e->peer[i] = e->peer[--e->peers];
}

static inline bool endpoint_send(int fd, const char *text, size_t length)
{
  for (ssize_t n; length; text += n, length -= (size_t)n)
    if ((n = send(fd, text, length, MSG_NOSIGNAL)) <= 0) return false;
  return true;
}

/* Whole requests that are there; false: the connection is to be closed. */
static inline bool endpoint_serve(endpoint *e, endpoint_peer *peer)
{
  for (;;) {
    peer->text[peer->length] = '\0';
    char *body = strstr(peer->text, "\r\n\r\n"), *head = strcasestr(peer->text, "Content-Length: ");
    if (!body) return true;
    size_t whole = (size_t)(body + 4 - peer->text) + (head && head < body ? (size_t)strtol(head + 16, NULL, 10) : 0);
    if (peer->length < whole) return true;
    char *request = strndup(peer->text, whole);
    memmove(peer->text, peer->text + whole, peer->length - whole);
    peer->length -= whole;
    if (e->count == ENDPOINT_MOST) abort();
    const char *answer = e->answer(e, e->count, request);
    e->request[e->count++] = request;
    if (!answer) return true;
    size_t length = strlen(answer);
    bool cut = length >= 5 && strcmp(answer + length - 5, "\n\nCUT") == 0;
    if (!endpoint_send(peer->fd, answer, cut ? length - 5 : length) || cut || !length) return false;
    if (e->per_connection && ++peer->answered == e->per_connection) return false;
  }
}

static inline void *endpoint_run(void *context)
{
  endpoint *e = context;
  for (;;) {
    struct pollfd wait[ENDPOINT_PEERS + 2] = {{.fd = e->stop[0], .events = POLLIN}, {.fd = e->fd, .events = POLLIN}};
    for (size_t i = 0; i < e->peers; i++) wait[i + 2] = (struct pollfd){.fd = e->peer[i].fd, .events = POLLIN};
    size_t peers = e->peers;
    if (poll(wait, (nfds_t)peers + 2, -1) < 0) continue;
    bool idle = !wait[1].revents;
    for (size_t i = peers; i-- > 0;) { /* backwards: one that is closed is replaced by the last */
      endpoint_peer *peer = &e->peer[i];
      if (!wait[i + 2].revents) continue;
      idle = false;
      ssize_t n = read(peer->fd, peer->text + peer->length, ENDPOINT_REQUEST - peer->length);
      if (n > 0) peer->length += (size_t)n;
      if (n <= 0 || !endpoint_serve(e, peer)) endpoint_close(e, i);
    }
    if (wait[1].revents && e->peers < ENDPOINT_PEERS) {
      e->peer[e->peers++] = (endpoint_peer){.fd = accept(e->fd, NULL, NULL), .text = malloc(ENDPOINT_REQUEST + 1)};
      e->connections++;
    }
    if (wait[0].revents && idle) return NULL; /* what came before is answered first */
  }
}

static inline void endpoint_start(endpoint *e, endpoint_answer *answer)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  memset(e, 0, offsetof(endpoint, text));
  e->peers = 0;
  e->answer = answer;
  e->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (pipe(e->stop) < 0 || bind(e->fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(e->fd, 64) < 0 ||
      getsockname(e->fd, (struct sockaddr *)&at, &size) < 0)
    abort();
  snprintf(e->url, sizeof e->url, "http://127.0.0.1:%d/v1", ntohs(at.sin_port));
  setenv("no_proxy", "127.0.0.1", 1);
  pthread_create(&e->thread, NULL, endpoint_run, e);
}

static inline void endpoint_stop(endpoint *e)
{
  if (write(e->stop[1], "", 1) != 1) abort();
  pthread_join(e->thread, NULL);
  while (e->peers) endpoint_close(e, 0);
  close(e->fd);
  close(e->stop[0]);
  close(e->stop[1]);
}

static inline void endpoint_forget(endpoint *e)
{
  for (unsigned i = 0; i < e->count; i++) free(e->request[i]);
  e->count = 0;
}

/* An answer with its length, in e->text. */
static inline const char *endpoint_say(endpoint *e, const char *status, const char *headers, const char *body)
{
  snprintf(e->text, sizeof e->text, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers,
           strlen(body), body);
  return e->text;
}

#endif
