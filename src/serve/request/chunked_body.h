/* chunked_body: a body in chunks (RFC 9112, 7.1), undone as it comes, split wherever. Extensions are passed over, trailers are read and
 * dropped; both are held to the rules of a head: lines end in CR LF, no controls. */
#ifndef DW_SERVE_CHUNKED_BODY_H
#define DW_SERVE_CHUNKED_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_CHUNK_LINE = 256, DW_CHUNK_TRAILER = 8 << 10 }; /* bytes of a size with its extensions; of all trailers: more is refused */

/* {0} stands in front of a body. */
typedef struct dw_chunked_body {
  int state;
  uint64_t left;       /* of the chunk's bytes; while its size is read: so far */
  size_t line, digits; /* bytes of the line, of them digits of the size */
  size_t trailer;
} dw_chunked_body;

typedef struct dw_chunked_step {
  size_t used;       /* bytes of the piece that are done with */
  const char *bytes; /* of the piece: count bytes of the body */
  size_t count;
  bool end; /* the body is whole; what stands behind used is not its */
  int code; /* 0, or the status code of a refusal, for the reason of why */
  const char *why;
} dw_chunked_step;

/* One step: at most one run of the body's bytes. Call until used is the piece's length, or end, or code. */
dw_chunked_step dw_chunked_body_add(dw_chunked_body *chunks, const char *piece, size_t length);

#endif
