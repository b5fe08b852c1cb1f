/* listen: sockets that wait for connections. */
#ifndef DW_SERVE_LISTEN_H
#define DW_SERVE_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { DW_LISTEN_MOST = 8, DW_LISTEN_TEXT = 64 };

typedef struct dw_listening {
  int fd[DW_LISTEN_MOST]; /* nonblocking */
  size_t count;
  bool loopback;                /* nobody but this machine reaches them */
  char address[DW_LISTEN_TEXT]; /* of the first, with the port that it got: "127.0.0.1:3001" */
} dw_listening;

/* text: HOST:PORT, [IPV6]:PORT, or PORT alone (127.0.0.1). Port 0 takes one that is free. A name listens on all its addresses. */
dw_status dw_listen(dw_listening *out, const char *text, dw_err *err);
void dw_listen_end(dw_listening *listening);

/* The next connection, nonblocking, and the client's address without port; -1: none waits, or errno says why not. */
int dw_listen_accept(int fd, char client[DW_LISTEN_TEXT]);

#endif
