/* rehearsal: a request answered without a socket, as a server would: for tests of handlers, and for whoever has a handler's answer to give
 * by other means. */
#ifndef DW_SERVE_REHEARSAL_H
#define DW_SERVE_REHEARSAL_H

#include "base/str.h"
#include "serve/request/admit.h"

typedef struct dw_rehearsal {
  int code;
  dw_buf head; /* with its empty line */
  dw_buf body; /* without the framing of chunks */
} dw_rehearsal;

/* request: head and body, as they would be on the wire. The handler is called by this thread; returns when the answer is whole. */
void dw_rehearse(const dw_site *site, const char *request, size_t length, dw_rehearsal *answer);
void dw_rehearsal_free(dw_rehearsal *answer);

#endif
