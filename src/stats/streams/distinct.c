#include "stats/streams/distinct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/fmath.h"
#include "base/mem.h"
#include "base/word.h"

enum {
  PLACE_BITS = 25,                            /* of a sparse entry */
  BELOW_BITS = PLACE_BITS - DW_DISTINCT_BITS, /* of them that a register has to count itself */
  RANK_BITS = 6,
  HASH_BITS = 64,
  SEED_NUMBER = 1,
  SEED_TEXT = 2,
  REST = HASH_BITS - DW_DISTINCT_BITS, /* bits behind those that choose a register: ranks 1 to REST + 1 */
  PACKED = DW_DISTINCT_REGISTERS * RANK_BITS / 8
};

void dw_distinct_free(dw_distinct *distinct)
{
  if (!distinct) return;
  dw_free(distinct->reg);
  dw_free(distinct->sparse);
  *distinct = (dw_distinct){0};
}

/* Place of the first bit that is set among the highest `bits` of word, from 1 on; bits + 1: none is. */
static unsigned rank_of(uint64_t word, unsigned bits)
{
  unsigned zeros = word ? (unsigned)__builtin_clzll(word) : HASH_BITS;
  return zeros < bits ? zeros + 1 : bits + 1;
}

static void register_raise(dw_distinct *distinct, size_t place, unsigned rank)
{
  if (rank > distinct->reg[place]) distinct->reg[place] = (uint8_t)rank;
}

static void register_entry(dw_distinct *distinct, uint32_t entry)
{
  uint32_t place = entry >> RANK_BITS, below = place & ((1u << BELOW_BITS) - 1), rank = entry & ((1u << RANK_BITS) - 1);
  unsigned zeros = below ? rank_of((uint64_t)below << (HASH_BITS - BELOW_BITS), BELOW_BITS) : BELOW_BITS + rank;
  register_raise(distinct, place >> BELOW_BITS, zeros);
}

static int entry_order(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void become_dense(dw_distinct *distinct)
{
  distinct->reg = dw_alloc_zero(DW_DISTINCT_REGISTERS, 1);
  for (size_t i = 0; i < distinct->sparse_count; i++) register_entry(distinct, distinct->sparse[i]);
  dw_free(distinct->sparse);
  distinct->sparse = NULL;
  distinct->sparse_count = distinct->sparse_capacity = 0;
}

/* Of one place the entry of the largest rank, which is the last one of it. */
static void append(uint32_t *to, size_t *count, uint32_t entry)
{
  if (*count > 0 && to[*count - 1] >> RANK_BITS == entry >> RANK_BITS) to[*count - 1] = entry;
  else to[(*count)++] = entry;
}

static void settle(dw_distinct *distinct)
{
  if (!distinct->pending_count) return;
  size_t room = distinct->sparse_count + distinct->pending_count, count = 0, i = 0, j = 0;
  uint32_t *all = dw_alloc_array(room, sizeof *all);
  qsort(distinct->pending, distinct->pending_count, sizeof *distinct->pending, entry_order);
  while (i < distinct->sparse_count || j < distinct->pending_count) {
    bool old = j == distinct->pending_count || (i < distinct->sparse_count && distinct->sparse[i] <= distinct->pending[j]);
    append(all, &count, old ? distinct->sparse[i++] : distinct->pending[j++]);
  }
  dw_free(distinct->sparse);
  distinct->sparse = all;
  distinct->sparse_count = count;
  distinct->sparse_capacity = room;
  distinct->pending_count = 0;
  if (count > DW_DISTINCT_SPARSE) become_dense(distinct);
}

static void add_entry(dw_distinct *distinct, uint32_t entry)
{
  if (distinct->reg) {
    register_entry(distinct, entry);
    return;
  }
  distinct->pending[distinct->pending_count++] = entry;
  if (distinct->pending_count == DW_DISTINCT_PENDING) settle(distinct);
}

void dw_distinct_add_hash(dw_distinct *distinct, uint64_t hash)
{
  if (distinct->reg) register_raise(distinct, (size_t)(hash >> REST), rank_of(hash << DW_DISTINCT_BITS, REST));
  else add_entry(distinct, (uint32_t)(hash >> (HASH_BITS - PLACE_BITS)) << RANK_BITS | rank_of(hash << PLACE_BITS, HASH_BITS - PLACE_BITS));
}

static uint64_t number_hash(double number)
{
  double x = number + 0.0; /* never minus zero */
  uint64_t word;
  memcpy(&word, &x, sizeof word);
  word = dw_word_little(word);
  return dw_digest_short(&word, sizeof word, SEED_NUMBER);
}

void dw_distinct_add_number(dw_distinct *distinct, double number) { dw_distinct_add_hash(distinct, number_hash(number)); }

/* Numbers repeat in runs and between few; the one before is passed over. */
void dw_distinct_add_numbers(dw_distinct *distinct, const double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (i == 0 || x[i] != x[i - 1]) dw_distinct_add_hash(distinct, number_hash(x[i]));
}

uint64_t dw_distinct_text_hash(const char *text, size_t length) { return dw_digest_short(text, length, SEED_TEXT); }

void dw_distinct_add_text(dw_distinct *distinct, const char *text, size_t length)
{
  dw_distinct_add_hash(distinct, dw_distinct_text_hash(text, length));
}

void dw_distinct_merge(dw_distinct *into, const dw_distinct *from)
{
  if (from->reg) {
    settle(into);
    if (!into->reg) become_dense(into);
    for (size_t i = 0; i < DW_DISTINCT_REGISTERS; i++) register_raise(into, i, from->reg[i]);
    return;
  }
  for (size_t i = 0; i < from->sparse_count; i++) add_entry(into, from->sparse[i]);
  for (size_t i = 0; i < from->pending_count; i++) add_entry(into, from->pending[i]);
}

/* --- Ertl 2017, section 2: sums over the registers that were never hit, and those that are full --- */

static double sigma(double x)
{
  if (x == 1) return INFINITY;
  double y = 1, z = x, before;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

static double tau(double x)
{
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before;
  do {
    x = sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

double dw_distinct_estimate(dw_distinct *distinct)
{
  settle(distinct);
  const double m = DW_DISTINCT_REGISTERS, places = (double)(1 << PLACE_BITS);
  if (!distinct->reg) return -places * dw_log1p(-(double)distinct->sparse_count / places); /* linear counting over 2^25 places */
  unsigned count[REST + 2] = {0};
  for (size_t i = 0; i < DW_DISTINCT_REGISTERS; i++) count[distinct->reg[i]]++;
  double z = m * tau(1 - count[REST + 1] / m);
  for (int k = REST; k >= 1; k--) z = 0.5 * (z + count[k]);
  z += m * sigma(count[0] / m);
  return m * m / (2 * dw_log(2)) / z;
}

size_t dw_distinct_bytes(const dw_distinct *distinct)
{
  return sizeof *distinct + (distinct->reg ? DW_DISTINCT_REGISTERS : 0) + distinct->sparse_capacity * sizeof *distinct->sparse;
}

/* --- bytes --- */

void dw_distinct_write(dw_distinct *distinct, dw_buf *out)
{
  settle(distinct);
  dw_buf_char(out, distinct->reg ? 1 : 0);
  for (size_t i = 0; i < distinct->sparse_count; i++)
    for (int byte = 0; byte < 4; byte++) dw_buf_char(out, (char)(distinct->sparse[i] >> (8 * byte) & 0xff));
  for (size_t i = 0; distinct->reg && i < DW_DISTINCT_REGISTERS; i += 4) {
    uint32_t four = 0;
    for (int k = 0; k < 4; k++) four |= (uint32_t)distinct->reg[i + (size_t)k] << (RANK_BITS * k);
    for (int byte = 0; byte < 3; byte++) dw_buf_char(out, (char)(four >> (8 * byte) & 0xff));
  }
}

static bool read_registers(dw_distinct *distinct, const unsigned char *bytes, size_t length)
{
  if (length != PACKED) return false;
  distinct->reg = dw_alloc_zero(DW_DISTINCT_REGISTERS, 1);
  bool fits = true;
  for (size_t i = 0; i < DW_DISTINCT_REGISTERS; i += 4, bytes += 3) {
    uint32_t four = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
    for (int k = 0; k < 4; k++) {
      distinct->reg[i + (size_t)k] = (uint8_t)(four >> (RANK_BITS * k) & ((1u << RANK_BITS) - 1));
      fits &= distinct->reg[i + (size_t)k] <= REST + 1;
    }
  }
  return fits;
}

static bool read_sparse(dw_distinct *distinct, const unsigned char *bytes, size_t length)
{
  if (length % 4 != 0 || length / 4 > DW_DISTINCT_SPARSE) return false;
  size_t count = length / 4;
  distinct->sparse = dw_alloc_array(count, sizeof *distinct->sparse);
  distinct->sparse_capacity = distinct->sparse_count = count;
  bool fits = true;
  for (size_t i = 0; i < count; i++, bytes += 4) {
    uint32_t entry = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    unsigned rank = entry & ((1u << RANK_BITS) - 1);
    fits &= entry >> RANK_BITS < 1u << PLACE_BITS && rank >= 1 && rank <= HASH_BITS - PLACE_BITS + 1;
    fits &= i == 0 || distinct->sparse[i - 1] >> RANK_BITS < entry >> RANK_BITS;
    distinct->sparse[i] = entry;
  }
  return fits;
}

bool dw_distinct_read(dw_distinct *distinct, const void *bytes, size_t length)
{
  const unsigned char *from = bytes;
  bool fits = length > 0 && from[0] <= 1 &&
              (from[0] ? read_registers(distinct, from + 1, length - 1) : read_sparse(distinct, from + 1, length - 1));
  if (!fits) dw_distinct_free(distinct);
  return fits;
}
