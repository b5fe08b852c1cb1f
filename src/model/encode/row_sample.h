/* row_sample: which records of a stream are kept when not all can be: the k with the smallest hash of their number (bottom-k; E. Cohen and
 * H. Kaplan, "Summarizing data using bottom-k sketches", PODC 2007). Each record is as likely as any other; which ones depends on seed,
 * number and k alone, not on blocks, threads, or when k became known: k may shrink on the way, never grow.
 *
 *   for each record: if (dw_row_sample_take(&sample)) its row is sample.count - 1
 *   now and then:    kept = dw_row_sample_trim(&sample, k, keep);   // rows keep[0..kept) move to 0..kept
 */
#ifndef DW_MODEL_ROW_SAMPLE_H
#define DW_MODEL_ROW_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

typedef struct dw_row_sample {
  dw_rng_key key;
  uint64_t seen;    /* records so far */
  uint64_t most;    /* hashes above are not kept any more */
  uint64_t *record; /* [count] the number of the record in each row, from 0, ascending */
  size_t count, capacity;
} dw_row_sample;

void dw_row_sample_init(dw_row_sample *sample, uint64_t seed);
void dw_row_sample_free(dw_row_sample *sample);

/* Counts the next record. false: it is not kept. */
bool dw_row_sample_take(dw_row_sample *sample);

/* Adds a record by its number, larger than those before: for a sample of a sample. */
void dw_row_sample_add(dw_row_sample *sample, uint64_t record);

/* Leaves the k records of the smallest hashes (or all there are): their rows, ascending, to keep[0..count). Returns their number. */
size_t dw_row_sample_trim(dw_row_sample *sample, size_t k, size_t *keep);

#endif
