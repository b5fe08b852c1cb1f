#include "model/encode/row_sample.h"

#include <stdlib.h>

#include "base/mem.h"

void dw_row_sample_init(dw_row_sample *sample, uint64_t seed)
{
  *sample = (dw_row_sample){.key = dw_rng_derive(seed, "dw-train sample"), .most = UINT64_MAX};
}

void dw_row_sample_free(dw_row_sample *sample)
{
  dw_free(sample->record);
  *sample = (dw_row_sample){0};
}

static uint64_t hash_of(const dw_row_sample *sample, uint64_t record)
{
  uint32_t word[4];
  dw_rng_block(sample->key, record, 0, 0, word);
  return (uint64_t)word[0] << 32 | word[1];
}

void dw_row_sample_add(dw_row_sample *sample, uint64_t record)
{
  sample->seen = record + 1;
  sample->record = dw_grow(sample->record, &sample->capacity, sample->count + 1, sizeof *sample->record);
  sample->record[sample->count++] = record;
}

bool dw_row_sample_take(dw_row_sample *sample)
{
  if (sample->most != UINT64_MAX && hash_of(sample, sample->seen) > sample->most) {
    sample->seen++;
    return false;
  }
  dw_row_sample_add(sample, sample->seen);
  return true;
}

typedef struct hashed {
  uint64_t hash;
  size_t row;
} hashed;

/* Equal hashes: the earlier record first, so that exactly k are left. */
static int by_hash(const void *left, const void *right)
{
  const hashed *a = left, *b = right;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static int by_row(const void *left, const void *right)
{
  size_t a = *(const size_t *)left, b = *(const size_t *)right;
  return a < b ? -1 : a > b;
}

size_t dw_row_sample_trim(dw_row_sample *sample, size_t k, size_t *keep)
{
  if (sample->count <= k) {
    for (size_t i = 0; i < sample->count; i++) keep[i] = i;
    return sample->count;
  }
  hashed *order = dw_alloc_array(sample->count, sizeof *order);
  for (size_t i = 0; i < sample->count; i++) order[i] = (hashed){hash_of(sample, sample->record[i]), i};
  qsort(order, sample->count, sizeof *order, by_hash);
  sample->most = k ? order[k - 1].hash : 0;
  for (size_t i = 0; i < k; i++) keep[i] = order[i].row;
  dw_free(order);
  qsort(keep, k, sizeof *keep, by_row);
  for (size_t i = 0; i < k; i++) sample->record[i] = sample->record[keep[i]];
  return sample->count = k;
}
