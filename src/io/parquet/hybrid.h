/* hybrid: Parquet's runs: small whole numbers of a fixed count of bits, either repeated or packed. Levels, indices into dictionaries and
 * booleans are written so. Also the older plain packing of levels, from the highest bit down.
 *
 * The bytes are followed by DW_HYBRID_PADDING readable ones.
 */
#ifndef DW_IO_HYBRID_H
#define DW_IO_HYBRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_HYBRID_PADDING = 16 };

typedef struct dw_hybrid {
  const unsigned char *at, *end;
  unsigned bits;   /* of a value: 0 to 32 */
  bool high_first; /* the older packing, without runs */
  uint64_t left;   /* of the run */
  bool packed;
  uint32_t value; /* of a run that repeats */
  uint64_t bit;   /* of a run that is packed: the next value's, from run on */
  const unsigned char *run;
} dw_hybrid;

dw_hybrid dw_hybrid_of(const void *bytes, size_t length, unsigned bits);
dw_hybrid dw_hybrid_older(const void *bytes, size_t length, unsigned bits);
/* The next count values; false: they end early, or a run says what none can. */
bool dw_hybrid_take(dw_hybrid *hybrid, uint32_t *out, size_t count);
/* How many of the next values, count at most, are one value repeated; they are taken, and *value is it. 0: the next ones are packed, or
 * there is none. */
size_t dw_hybrid_repeat(dw_hybrid *hybrid, size_t count, uint32_t *value);

unsigned dw_bits_for(uint32_t highest); /* bits that hold 0 to highest */

#endif
