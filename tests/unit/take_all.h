/* take_all: a mask of rows that are all taken, for functions that take some of them out of it. */
#ifndef TAKE_ALL_H
#define TAKE_ALL_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

static inline uint8_t *take_all(size_t rows)
{
  static uint8_t take[1 << 16];
  assert(rows <= sizeof take);
  return memset(take, 1, rows);
}

#endif
