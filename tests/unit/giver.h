/* giver: bytes in memory as a source of an input (io/bytes/input.h) that gives them piece by piece, as a network does. */
#ifndef DW_TESTS_GIVER_H
#define DW_TESTS_GIVER_H

#include "io/bytes/input.h"
#include "test.h"

typedef struct giver {
  const char *bytes;
  size_t length, piece;
  bool over;
} giver;

/* At most piece bytes a call; who was told of the end does not ask again. */
static dw_status give(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  giver *g = context;
  CHECK(!g->over && capacity > 0);
  *count = g->length < g->piece ? g->length : g->piece;
  if (*count > capacity) *count = capacity;
  g->over = *count == 0;
  if (g->over) return DW_OK; /* bytes may be NULL then */
  memcpy(bytes, g->bytes, *count);
  g->bytes += *count;
  g->length -= *count;
  return DW_OK;
}

#endif
