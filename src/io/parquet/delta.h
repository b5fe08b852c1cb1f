/* delta: Parquet's DELTA_BINARY_PACKED: whole numbers as differences, in blocks of packed bits. */
#ifndef DW_IO_DELTA_H
#define DW_IO_DELTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dw_delta {
  const unsigned char *at, *end;
  uint64_t left;        /* values not taken yet */
  uint64_t value;       /* the next one; sums wrap around, as the format has it */
  uint64_t block, mini; /* values of a block, of a miniblock */
  const unsigned char *width;
  uint64_t miniblocks, miniblock; /* of a block; the one that comes */
  uint64_t least;                 /* of the block's differences */
  uint64_t packed;                /* differences left in the miniblock */
  const unsigned char *bits;      /* where they lie */
  uint64_t bit;
  unsigned bit_width;
} dw_delta;

/* bytes[0..length), followed by 16 readable ones. false: it is none, or has more values than count. */
bool dw_delta_begin(dw_delta *delta, const void *bytes, size_t length, size_t count);
bool dw_delta_take(dw_delta *delta, int64_t *out, size_t count); /* false: they end early */
/* All were taken: where what follows them begins. */
const unsigned char *dw_delta_end(dw_delta *delta);

#endif
