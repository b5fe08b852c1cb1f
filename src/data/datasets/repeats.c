#include "data/datasets/repeats.h"

#include <math.h>

#include "base/digest.h"
#include "base/fmath.h"
#include "base/mem.h"

enum { LEAST_HELD = 4096, LEADING = 11, BUCKETS = 1 << LEADING, OFTEN = 64 };

void dw_repeats_init(dw_repeats *repeats, size_t bytes, const char *label)
{
  *repeats = (dw_repeats){.label = label, .most = bytes / sizeof *repeats->hash};
  if (bytes > 0 && repeats->most < LEAST_HELD) repeats->most = LEAST_HELD;
}

void dw_repeats_free(dw_repeats *repeats)
{
  dw_free(repeats->hash);
  dw_free(repeats->row);
  dw_free(repeats->count);
  dw_buf_free(&repeats->scratch);
  *repeats = (dw_repeats){0};
}

size_t dw_repeats_bytes(const dw_repeats *repeats) { return repeats->capacity * sizeof *repeats->hash; }

/* --- hashes --- */

/* The finalizer of MurmurHash3 (Austin Appleby, public domain): one to one, every bit of the input moves every bit of the output. */
static inline uint64_t mixed(uint64_t x)
{
  x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
  x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
  return x ^ x >> 33;
}

static inline uint64_t number_hash(double number, uint64_t key)
{
  uint64_t bits;
  number += 0.0; /* of minus zero: zero */
  memcpy(&bits, &number, sizeof bits);
  return mixed(bits ^ key);
}

static uint64_t cell_hash(dw_repeats *repeats, const dw_batch *batch, dw_tag tag, dw_cell cell, uint64_t key)
{
  size_t length;
  const char *text;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: return number_hash(cell.number, key);
  case DW_FALSE:
  case DW_TRUE: return mixed(key + tag);
  case DW_STRING: return dw_digest_short(batch->text + cell.text.offset, cell.text.length, key);
  case DW_STRING_ESCAPED: text = dw_cell_text(batch, tag, cell, &repeats->scratch, &length); return dw_digest_short(text, length, key);
  case DW_VECTOR: return dw_digest_short(batch->pool + cell.text.offset, cell.text.length * sizeof *batch->pool, ~key);
  case DW_OTHER: return dw_digest_short(batch->text + cell.text.offset, cell.text.length, ~key);
  case DW_ABSENT:
  case DW_NULL: break;
  }
  return 0;
}

/* Sums: columns may come in any order, and a column that a batch does not have is one of missing cells. */
static void add_column(dw_repeats *repeats, const dw_batch *batch, const dw_batch_column *cells, uint64_t key)
{
  uint64_t *row = repeats->row;
  for (size_t i = 0; i < batch->rows; i++) {
    dw_tag tag = (dw_tag)cells->tags[i];
    if (tag == DW_INTEGER || tag == DW_REAL) row[i] += number_hash(cells->cells[i].number, key);
    else row[i] += cell_hash(repeats, batch, tag, cells->cells[i], key);
  }
}

static bool is_sampled(const dw_repeats *repeats, uint64_t hash) { return repeats->level == 0 || hash >> (64 - repeats->level) == 0; }

/* One level deeper, until there is room. */
static void thin(dw_repeats *repeats)
{
  while (repeats->held >= repeats->most && repeats->level < 64 - LEADING - DW_REPEATS_DEEPER) {
    size_t kept = 0;
    repeats->level++;
    for (size_t i = 0; i < repeats->held; i++)
      if (is_sampled(repeats, repeats->hash[i])) repeats->hash[kept++] = repeats->hash[i];
    repeats->held = kept;
    if (kept == 0) return;
  }
}

static void make_room(dw_repeats *repeats)
{
  if (repeats->most && repeats->held >= repeats->most) thin(repeats);
  if (repeats->held < repeats->capacity) return;
  size_t capacity = repeats->capacity ? repeats->capacity + repeats->capacity / 2 : LEAST_HELD;
  if (repeats->most && repeats->held < repeats->most && capacity > repeats->most) capacity = repeats->most;
  repeats->hash = dw_realloc_array(repeats->hash, capacity, sizeof *repeats->hash);
  repeats->capacity = capacity;
}

void dw_repeats_add(dw_repeats *repeats, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  repeats->row = dw_grow(repeats->row, &repeats->row_capacity, batch->rows, sizeof *repeats->row);
  if (batch->rows) memset(repeats->row, 0, batch->rows * sizeof *repeats->row);
  for (size_t i = 0; i < batch->column_count; i++) {
    const char *name = dw_reader_column_name(reader, batch->columns[i].id);
    if (repeats->label && strcmp(repeats->label, name) == 0) continue;
    add_column(repeats, batch, &batch->columns[i], mixed(dw_digest_short(name, strlen(name), 0)));
  }
  for (size_t i = 0; i < batch->rows; i++) {
    if (take && !take[i]) continue;
    uint64_t hash = mixed(repeats->row[i]);
    if (!is_sampled(repeats, hash)) continue;
    if (repeats->held == repeats->capacity || repeats->held == repeats->most) make_room(repeats);
    if (is_sampled(repeats, hash)) repeats->hash[repeats->held++] = hash;
  }
}

/* --- how many occur how often --- */

typedef struct tally {
  uint64_t seldom[DW_REPEATS_DEEPER][OFTEN]; /* records by depth and times */
  dw_repeat_count *item;                     /* the others, one by one */
  size_t count, capacity;
} tally;

static unsigned depth_of(const dw_repeats *repeats, uint64_t hash)
{
  unsigned depth = 0;
  while (depth + 1 < DW_REPEATS_DEEPER && hash >> (64 - repeats->level - depth - 1) == 0) depth++;
  return depth;
}

static void note(tally *t, uint64_t depth, uint64_t times)
{
  if (times < OFTEN) {
    t->seldom[depth][times]++;
    return;
  }
  t->item = dw_grow(t->item, &t->capacity, t->count + 1, sizeof *t->item);
  t->item[t->count++] = (dw_repeat_count){times, 1, depth};
}

/* Behind the leading bits hashes are as good as random: those of one bucket find their places in a table of twice as many. */
typedef struct place {
  uint64_t hash, times;
} place;

static void count_bucket(const dw_repeats *repeats, const uint64_t *hash, size_t count, place *table, tally *t)
{
  size_t size = 4;
  while (size < 2 * count) size *= 2;
  memset(table, 0, size * sizeof *table);
  for (size_t i = 0; i < count; i++) {
    size_t at = (size_t)mixed(hash[i]) & (size - 1);
    while (table[at].times && table[at].hash != hash[i]) at = (at + 1) & (size - 1);
    table[at].hash = hash[i];
    table[at].times++;
  }
  for (size_t i = 0; i < size; i++)
    if (table[i].times) note(t, depth_of(repeats, table[i].hash), table[i].times);
}

static void take_tally(dw_repeats *repeats, tally *t)
{
  for (uint64_t depth = 0; depth < DW_REPEATS_DEEPER; depth++)
    for (uint64_t times = 1; times < OFTEN; times++) {
      if (t->seldom[depth][times] == 0) continue;
      t->item = dw_grow(t->item, &t->capacity, t->count + 1, sizeof *t->item);
      t->item[t->count++] = (dw_repeat_count){times, t->seldom[depth][times], depth};
    }
  repeats->count = t->item;
  repeats->counts = t->count;
}

void dw_repeats_finish(dw_repeats *repeats)
{
  unsigned shift = 64 - LEADING - repeats->level;
  size_t *start = dw_alloc_zero(BUCKETS + 1, sizeof *start), largest = 0;
  uint64_t *sorted = dw_alloc_array(repeats->held, sizeof *sorted);
  tally t = {0};
  for (size_t i = 0; i < repeats->held; i++) start[(repeats->hash[i] >> shift) + 1]++;
  for (size_t b = 0; b < BUCKETS; b++) {
    if (start[b + 1] > largest) largest = start[b + 1];
    start[b + 1] += start[b];
  }
  for (size_t i = 0; i < repeats->held; i++) sorted[start[repeats->hash[i] >> shift]++] = repeats->hash[i];
  place *table = dw_alloc_array(4 * largest + 4, sizeof *table);
  for (size_t b = 0, from = 0; b < BUCKETS; from = start[b++]) count_bucket(repeats, sorted + from, start[b] - from, table, &t);
  take_tally(repeats, &t);
  dw_free(table);
  dw_free(sorted);
  dw_free(start);
  dw_free(repeats->hash);
  dw_free(repeats->row);
  repeats->hash = repeats->row = NULL;
  repeats->held = repeats->capacity = repeats->row_capacity = 0;
}

void dw_repeats_expect(const dw_repeats *repeats, unsigned level, double kept, double *records, double *repeated)
{
  double all = 0, different = 0;
  for (size_t i = 0; i < repeats->counts; i++) {
    const dw_repeat_count *count = &repeats->count[i];
    if (count->depth + repeats->level < level) continue;
    double times = (double)count->times;
    all += (double)count->records * times * kept;
    different += (double)count->records * (kept < 1 ? -dw_expm1(times * dw_log1p(-kept)) : 1);
  }
  *records = all;
  *repeated = fmax(0, all - different);
}
