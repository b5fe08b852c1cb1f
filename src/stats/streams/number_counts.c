#include "stats/streams/number_counts.h"

#include <string.h>

#include "base/mem.h"
#include "base/siphash.h"

enum {
  PLACES_FIRST = 1 << 10,
  DIRECTS_FIRST = 1 << 10,
  SCALES = 5,
  TOLD_BY = 256, /* the first numbers tell the scale */
  AHEAD = 12     /* numbers whose places are fetched before they are asked for: a table of some thousand is beyond the first cache */
};

/* --- numbers that are counted by what they are --- */

/* The least that fits most of the numbers. */
static double told_scale(const double *x, size_t n)
{
  double scale = 1;
  for (int i = 0; i < SCALES; i++, scale *= 10) {
    size_t fit = 0;
    for (size_t k = 0; k < n; k++) fit += dw_number_counts_direct(x[k] + 0.0, scale, DW_NUMBER_COUNTS_DIRECT) < DW_NUMBER_COUNTS_DIRECT;
    if (4 * fit >= 3 * n) return scale;
  }
  return 0;
}

static void grow_directs(dw_number_counts *c, size_t v)
{
  size_t size = c->directs ? c->directs : DIRECTS_FIRST;
  while (size <= v) size *= 2;
  c->direct = dw_realloc_array(c->direct, size, sizeof *c->direct);
  memset(c->direct + c->directs, 0, (size - c->directs) * sizeof *c->direct);
  c->directs = size;
}

/* --- the table of the others --- */

static inline size_t place_of(const dw_number_counts *c, double number)
{
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  bits = (bits ^ bits >> 32 ^ c->key[0]) * (c->key[0] | 1);
  bits = (bits ^ bits >> 32) * (c->key[1] | 1);
  return (size_t)(bits >> 32) & (c->places - 1);
}

/* Where the number stands, or the free place where it would. */
static inline dw_number_times *look_up(const dw_number_counts *c, double number)
{
  size_t at = place_of(c, number);
  while (c->place[at].times && c->place[at].number != number) at = (at + 1) & (c->places - 1);
  return &c->place[at];
}

static void grow(dw_number_counts *c)
{
  dw_number_counts larger = *c;
  if (c->places == 0) {
    dw_siphash_key key = dw_siphash_process_key();
    larger.key[0] = key.word[0];
    larger.key[1] = key.word[1];
  }
  larger.places = c->places ? 2 * c->places : PLACES_FIRST;
  larger.place = dw_alloc_zero(larger.places, sizeof *larger.place);
  for (size_t i = 0; i < c->places; i++)
    if (c->place[i].times) *look_up(&larger, c->place[i].number) = c->place[i];
  dw_free(c->place);
  *c = larger;
}

static void hash(dw_number_counts *c, double number, uint64_t times)
{
  if (c->places == 0 || (2 * c->hashed >= c->places && look_up(c, number)->times == 0)) grow(c);
  dw_number_times *place = look_up(c, number);
  c->hashed += place->times == 0;
  place->number = number;
  place->times += times;
}

/* --- both --- */

/* A count of 32 bits may not do any more: the table's have 64. */
static void leave_directs(dw_number_counts *c)
{
  for (size_t v = 0; v < c->directs; v++)
    if (c->direct[v]) hash(c, (double)v / c->scale, c->direct[v]);
  dw_free(c->direct);
  c->direct = NULL;
  c->directs = 0;
  c->scale = 0;
}

static void prepare(dw_number_counts *c, const double *x, size_t n, uint64_t times)
{
  if (c->total == 0 && n) c->scale = told_scale(x, n < TOLD_BY ? n : TOLD_BY);
  if (c->scale > 0 && times > UINT32_MAX - c->total) leave_directs(c);
}

void dw_number_counts_fetch(const dw_number_counts *c, double number)
{
  number += 0.0;
  size_t v = c->scale > 0 ? dw_number_counts_direct(number, c->scale, DW_NUMBER_COUNTS_DIRECT) : DW_NUMBER_COUNTS_DIRECT;
  if (v < c->directs) __builtin_prefetch(&c->direct[v]);
  else if (c->places) __builtin_prefetch(&c->place[place_of(c, number)]);
}

/* What prepare() was told of. */
static bool add(dw_number_counts *c, double number, uint64_t times)
{
  size_t v = c->scale > 0 ? dw_number_counts_direct(number, c->scale, DW_NUMBER_COUNTS_DIRECT) : DW_NUMBER_COUNTS_DIRECT;
  bool direct = v < DW_NUMBER_COUNTS_DIRECT;
  bool known = direct ? v < c->directs && c->direct[v] : c->places && look_up(c, number)->times;
  if (!known && c->distinct == DW_NUMBER_COUNTS_MOST) return false;
  if (direct && v >= c->directs) grow_directs(c, v);
  if (direct) c->direct[v] += (uint32_t)times;
  else hash(c, number, times);
  c->distinct += !known;
  c->total += times;
  return true;
}

bool dw_number_counts_add(dw_number_counts *c, double number, uint64_t times)
{
  number += 0.0; /* no minus zero */
  prepare(c, &number, 1, times);
  return add(c, number, times);
}

/* How many of x, from the first on, are counted already, each once more: no memory is asked for. */
static inline size_t add_known(dw_number_counts *c, const double *x, size_t n, double scale)
{
  for (size_t i = 0; i < n; i++) {
    double number = x[i] + 0.0;
    size_t v = scale > 0 ? dw_number_counts_direct(number, scale, DW_NUMBER_COUNTS_DIRECT) : DW_NUMBER_COUNTS_DIRECT;
    if (dw_number_counts_again(c, v)) continue;
    if (v < DW_NUMBER_COUNTS_DIRECT || !c->places) return i;
    if (scale == 0 && i + AHEAD < n) __builtin_prefetch(&c->place[place_of(c, x[i + AHEAD] + 0.0)]);
    dw_number_times *place = look_up(c, number);
    if (place->times == 0) return i;
    place->times++;
  }
  return n;
}

size_t dw_number_counts_add_array(dw_number_counts *c, const double *x, size_t n)
{
  prepare(c, x, n, n);
  for (size_t i = 0; i < n; i++) {
    size_t known = c->scale == 0   ? add_known(c, x + i, n - i, 0)
                   : c->scale == 1 ? add_known(c, x + i, n - i, 1)
                                   : add_known(c, x + i, n - i, c->scale);
    c->total += known;
    i += known;
    if (i < n && !add(c, x[i] + 0.0, 1)) return i;
  }
  return n;
}

/* A bit for each hash: as many bits as are set, so many numbers there are at least. */
bool dw_number_counts_exceed(const double *x, size_t n, size_t most)
{
  enum { BITS = 17, WORD = 64 };
  static const uint64_t spread = UINT64_C(0x9e3779b97f4a7c15); /* the golden ratio: bits from all over the number come into the highest */
  uint64_t *seen = dw_alloc_zero((1 << BITS) / WORD, sizeof *seen), bits;
  size_t different = 0;
  for (size_t i = 0; i < n; i++) {
    double number = x[i] + 0.0;
    memcpy(&bits, &number, sizeof bits);
    size_t at = (size_t)(((bits ^ bits >> 32) * spread) >> (64 - BITS));
    uint64_t bit = UINT64_C(1) << at % WORD;
    different += (seen[at / WORD] & bit) == 0;
    seen[at / WORD] |= bit;
  }
  dw_free(seen);
  return different > most;
}

dw_sorted dw_number_counts_sorted(const dw_number_counts *c, double **value, uint64_t **weight)
{
  *value = NULL;
  *weight = NULL;
  if (c->distinct == 0) return (dw_sorted){0};
  *value = dw_alloc_array(c->distinct, sizeof **value);
  *weight = dw_alloc_array(c->distinct, sizeof **weight);
  size_t count = 0;
  for (size_t v = 0; v < c->directs; v++)
    if (c->direct[v]) (*value)[count++] = (double)v / c->scale;
  for (size_t i = 0; i < c->places; i++)
    if (c->place[i].times) (*value)[count++] = c->place[i].number;
  if (c->hashed) dw_sort_doubles(*value, count, NULL);
  for (size_t i = 0; i < count; i++) {
    size_t v = c->directs ? dw_number_counts_direct((*value)[i], c->scale, c->directs) : 0;
    (*weight)[i] = v < c->directs ? c->direct[v] : look_up(c, (*value)[i])->times;
  }
  return dw_sorted_make_weighted(*value, *weight, count);
}

size_t dw_number_counts_bytes(const dw_number_counts *c) { return c->places * sizeof *c->place + c->directs * sizeof *c->direct; }

void dw_number_counts_free(dw_number_counts *c)
{
  dw_free(c->direct);
  dw_free(c->place);
  *c = (dw_number_counts){0};
}
