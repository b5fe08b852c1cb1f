#include "stats/streams/number_counts.h"

#include <string.h>

#include "base/mem.h"
#include "base/siphash.h"

enum {
  PLACES_FIRST = 1 << 10,
  AHEAD = 12 /* numbers whose places are fetched before they are asked for: a table of some thousand is beyond the first cache */
};

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

void dw_number_counts_fetch(const dw_number_counts *c, double number)
{
  if (c->places) __builtin_prefetch(&c->place[place_of(c, number + 0.0)]);
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

bool dw_number_counts_add(dw_number_counts *c, double number, uint64_t times)
{
  number += 0.0; /* no minus zero */
  if (2 * c->distinct >= c->places && c->distinct < DW_NUMBER_COUNTS_MOST) grow(c);
  dw_number_times *place = look_up(c, number);
  if (place->times == 0) {
    if (c->distinct == DW_NUMBER_COUNTS_MOST) return false;
    place->number = number;
    c->distinct++;
  }
  place->times += times;
  c->total += times;
  return true;
}

size_t dw_number_counts_add_array(dw_number_counts *c, const double *x, size_t n)
{
  size_t i = 0;
  while (i < n) {
    size_t from = i;
    for (; i < n && c->places; i++) { /* those that are known: no table changes */
      if (i + AHEAD < n) dw_number_counts_fetch(c, x[i + AHEAD]);
      dw_number_times *place = look_up(c, x[i] + 0.0);
      if (place->times == 0) break;
      place->times++;
    }
    c->total += i - from;
    if (i < n && !dw_number_counts_add(c, x[i], 1)) return i;
    i += i < n;
  }
  return n;
}

dw_sorted dw_number_counts_sorted(const dw_number_counts *c, double **value, uint64_t **weight)
{
  *value = NULL;
  *weight = NULL;
  if (c->distinct == 0) return (dw_sorted){0};
  *value = dw_alloc_array(c->distinct, sizeof **value);
  *weight = dw_alloc_array(c->distinct, sizeof **weight);
  size_t count = 0;
  for (size_t i = 0; i < c->places; i++)
    if (c->place[i].times) (*value)[count++] = c->place[i].number;
  dw_sort_doubles(*value, count, NULL);
  for (size_t i = 0; i < count; i++) (*weight)[i] = look_up(c, (*value)[i])->times;
  return dw_sorted_make_weighted(*value, *weight, count);
}

size_t dw_number_counts_bytes(const dw_number_counts *c) { return c->places * sizeof *c->place; }

void dw_number_counts_free(dw_number_counts *c)
{
  dw_free(c->place);
  *c = (dw_number_counts){0};
}
