/* repeats: how often the records of one side are the same one again, from a hash of 64 bits a record.
 *
 *   dw_repeats_init(&repeats, bytes, label);
 *   dw_repeats_add(&repeats, reader, batch, take);     for each batch
 *   dw_repeats_finish(&repeats);                       the hashes are gone; what is left is how many records occur how often
 *   dw_repeats_expect(&repeats, level, kept, …);
 *
 * Two records are the same when all columns of the batches hold the same, but that of `label`, which may come late: numbers by value
 * (1 and 1.0), texts by their characters, missing cells of all kinds alike. Of n records about n^2 / 2^65 pairs are taken for the same that
 * are not: 0.03 at a thousand million.
 *
 * Past the bound the records are sampled by their hash, so that all copies of a record stay, or none: at `level` every 2^level-th hash,
 * and of a deeper level a part of those. Samples of one level are the same records on either side.
 */
#ifndef DW_DATA_REPEATS_H
#define DW_DATA_REPEATS_H

#include "io/reader/reader.h"

enum { DW_REPEATS_DEEPER = 8 }; /* levels that can be asked for: the one reached, and those below it up to this */

/* `records` different ones that occur `times` each; depth: how many levels deeper they still are in the sample. */
typedef struct dw_repeat_count {
  uint64_t times, records;
  uint64_t depth;
} dw_repeat_count;

typedef struct dw_repeats {
  const char *label; /* NULL: none */
  size_t most;       /* hashes that may be held; 0: any number */
  unsigned level;
  uint64_t *hash; /* of the records in the sample; NULL once finished */
  size_t held, capacity;
  uint64_t *row; /* of one batch */
  size_t row_capacity;
  dw_repeat_count *count; /* [counts], finished */
  size_t counts;
  dw_buf scratch;
} dw_repeats;

void dw_repeats_init(dw_repeats *repeats, size_t bytes, const char *label); /* bytes: that the hashes may take; 0: no bound */
void dw_repeats_free(dw_repeats *repeats);                                  /* zeroes are fine */
size_t dw_repeats_bytes(const dw_repeats *repeats);                         /* held */
void dw_repeats_add(dw_repeats *repeats, const dw_reader *reader, const dw_batch *batch, const uint8_t *take);
void dw_repeats_finish(dw_repeats *repeats);

/* Of the sample at a level (from repeats->level to DW_REPEATS_DEEPER - 1 more), when each record is kept with the chance `kept`, 0 to 1:
 * how many records are expected, and how many of them repeat an earlier one. With kept 1, how many there are. */
void dw_repeats_expect(const dw_repeats *repeats, unsigned level, double kept, double *records, double *repeated);

#endif
