/* ear: receivers on this machine for tests: one that takes everything (204), and one that takes a request and never answers. */
#ifndef EAR_H
#define EAR_H

#include "test.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EAR_REQUESTS = 32 };

typedef struct ear {
  int fd;
  bool deaf;
  char url[100];
  char request[EAR_REQUESTS][8000];
  int kept[EAR_REQUESTS];
  atomic_int count;
  pthread_t thread;
} ear;

static inline void ear_read(int peer, char *into, size_t room)
{
  size_t length = 0;
  for (ssize_t n; length < room - 1 && (n = read(peer, into + length, room - 1 - length)) > 0;) {
    length += (size_t)n;
    into[length] = '\0';
    const char *body = strstr(into, "\r\n\r\n"), *head = strstr(into, "Content-Length: ");
    if (body && length >= (size_t)(body + 4 - into) + (head ? (size_t)strtol(head + 16, NULL, 10) : 0)) return;
  }
}

static inline void *ear_listen(void *context)
{
  static const char taken[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
  ear *e = context;
  for (int peer, at = 0; at < EAR_REQUESTS && (peer = accept(e->fd, NULL, NULL)) >= 0; at++) {
    ear_read(peer, e->request[at], sizeof e->request[at]);
    e->kept[at] = peer;
    if (!e->deaf && write(peer, taken, sizeof taken - 1) < 0) perror("write");
    if (!e->deaf) shutdown(peer, SHUT_WR);
    atomic_store(&e->count, at + 1);
  }
  return NULL;
}

static inline void ear_start(ear *e, bool deaf)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  memset(e, 0, sizeof *e);
  e->deaf = deaf;
  e->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(e->fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(e->fd, 20) < 0 || getsockname(e->fd, (struct sockaddr *)&at, &size) < 0)
    abort();
  snprintf(e->url, sizeof e->url, "http://127.0.0.1:%d/", ntohs(at.sin_port));
  setenv("no_proxy", "127.0.0.1", 1);
  pthread_create(&e->thread, NULL, ear_listen, e);
}

static inline void ear_stop(ear *e)
{
  shutdown(e->fd, SHUT_RDWR);
  pthread_join(e->thread, NULL);
  for (int i = 0; i < e->count; i++) close(e->kept[i]);
  close(e->fd);
}

/* Until it has had so many requests; gives up after 20 seconds, which is a failure of the test. */
static inline void ear_await(const ear *e, int count)
{
  for (int i = 0; i < 2000 && atomic_load(&e->count) < count; i++) usleep(10000);
  CHECK_MSG(atomic_load(&e->count) >= count, "%d requests of %d", atomic_load(&e->count), count);
}

/* The deaf one hangs up on all who wait for it. */
static inline void ear_hang_up(const ear *e)
{
  for (int i = 0, count = atomic_load(&e->count); i < count; i++) shutdown(e->kept[i], SHUT_RDWR);
}

#endif
