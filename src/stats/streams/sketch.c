#include "stats/streams/sketch.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "stats/samples/sort.h"

enum { K_LEAST = 8 };

void dw_sketch_init(dw_sketch *sketch, size_t k)
{
  *sketch = (dw_sketch){.k = k < K_LEAST ? K_LEAST : k + k % 2, .min = INFINITY, .max = -INFINITY, .levels = 1};
}

void dw_sketch_reset(dw_sketch *sketch)
{
  for (unsigned h = 0; h < DW_SKETCH_LEVELS; h++) {
    sketch->level[h].count = 0;
    sketch->level[h].turn = 0;
  }
  sketch->count = sketch->raised = sketch->lowered = 0;
  sketch->min = INFINITY;
  sketch->max = -INFINITY;
  sketch->levels = 1;
}

void dw_sketch_free(dw_sketch *sketch)
{
  if (!sketch) return;
  for (unsigned h = 0; h < DW_SKETCH_LEVELS; h++) dw_free(sketch->level[h].value);
  dw_sketch_init(sketch, sketch->k);
}

static double *level_room(dw_sketch_level *level, size_t extra)
{
  level->value = dw_grow(level->value, &level->capacity, level->count + extra, sizeof *level->value);
  return level->value + level->count;
}

/* Index behind the ascending run that starts at i. */
static size_t run_end(const double *a, size_t i, size_t n)
{
  while (i + 1 < n && a[i] <= a[i + 1]) i++;
  return i + 1 < n ? i + 1 : n;
}

/* Levels above the lowest hold two runs when they are full, as a rule: one merge instead of a sort. The lowest is in no order. */
static void level_sort(unsigned h, double *a, size_t n, double *scratch)
{
  size_t middle = h > 0 ? run_end(a, 0, n) : n;
  if (middle < n && run_end(a, middle, n) == n) {
    memcpy(scratch, a, middle * sizeof *a);
    size_t i = 0, j = middle, k = 0;
    while (i < middle && j < n) {
      bool left = scratch[i] <= a[j];
      a[k++] = left ? scratch[i] : a[j];
      i += left;
      j += !left;
    }
    memcpy(a + k, scratch + i, (middle - i) * sizeof *a); /* what is left of the second run stands in its place */
    return;
  }
  dw_sort_doubles(a, n, scratch);
}

static void level_fit(dw_sketch_level *level)
{
  if (level->count == 0) {
    dw_free(level->value);
    level->value = NULL;
  } else if (level->capacity > level->count) {
    level->value = dw_realloc_array(level->value, level->count, sizeof *level->value);
  }
  level->capacity = level->count;
}

void dw_sketch_fit(dw_sketch *sketch)
{
  for (unsigned h = 0; h < sketch->levels; h++) level_fit(&sketch->level[h]);
}

/* Halves level h: sorts it, moves every second value up. A last odd one stays. */
static void compact(dw_sketch *sketch, unsigned h)
{
  assert(h + 1 < DW_SKETCH_LEVELS);
  dw_sketch_level *level = &sketch->level[h], *above = &sketch->level[h + 1];
  size_t n = level->count, even = n - n % 2;
  double *scratch = dw_alloc_array(n, sizeof *scratch); /* of many sketches few are halved at a time */
  level_sort(h, level->value, n, scratch);
  dw_free(scratch);
  double *to = level_room(above, even / 2);
  for (size_t i = level->turn; i < even; i += 2) *to++ = level->value[i];
  above->count += even / 2;
  if (level->turn) sketch->lowered += UINT64_C(1) << h;
  else sketch->raised += UINT64_C(1) << h;
  level->turn = !level->turn;
  if (n > even) level->value[0] = level->value[n - 1];
  level->count = n - even;
  if (sketch->levels < h + 2) sketch->levels = h + 2;
}

static void settle(dw_sketch *sketch)
{
  for (unsigned h = 0; h < sketch->levels; h++)
    if (sketch->level[h].count >= sketch->k) compact(sketch, h);
}

void dw_sketch_add_array(dw_sketch *sketch, const double *x, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (x[i] < sketch->min) sketch->min = x[i];
    if (x[i] > sketch->max) sketch->max = x[i];
  }
  sketch->count += n;
  while (n > 0) {
    dw_sketch_level *lowest = &sketch->level[0];
    size_t part = sketch->k - lowest->count < n ? sketch->k - lowest->count : n;
    memcpy(level_room(lowest, part), x, part * sizeof *x);
    lowest->count += part;
    x += part;
    n -= part;
    if (lowest->count >= sketch->k && n > 0) settle(sketch); /* full, but exact as long as nothing more comes */
  }
}

void dw_sketch_add(dw_sketch *sketch, double x) { dw_sketch_add_array(sketch, &x, 1); }

void dw_sketch_merge(dw_sketch *into, const dw_sketch *from)
{
  assert(into != from);
  for (unsigned h = 0; h < from->levels; h++) {
    const dw_sketch_level *part = &from->level[h];
    if (!part->count) continue;
    memcpy(level_room(&into->level[h], part->count), part->value, part->count * sizeof *part->value);
    into->level[h].count += part->count;
  }
  if (into->levels < from->levels) into->levels = from->levels;
  into->count += from->count;
  into->raised += from->raised;
  into->lowered += from->lowered;
  if (from->min < into->min) into->min = from->min;
  if (from->max > into->max) into->max = from->max;
  for (unsigned h = 0; h < into->levels; h++)
    if (into->level[h].count > into->k) compact(into, h);
  dw_sketch_fit(into); /* what merged is not much added to any more */
}

uint64_t dw_sketch_count(const dw_sketch *sketch) { return sketch->count; }
double dw_sketch_min(const dw_sketch *sketch) { return sketch->min + 0.0; } /* never minus zero */
double dw_sketch_max(const dw_sketch *sketch) { return sketch->max + 0.0; }

double dw_sketch_rank_error(const dw_sketch *sketch)
{
  uint64_t most = sketch->raised > sketch->lowered ? sketch->raised : sketch->lowered;
  return most ? (double)most / (double)sketch->count : 0;
}

size_t dw_sketch_bytes(const dw_sketch *sketch)
{
  size_t values = 0;
  for (unsigned h = 0; h < DW_SKETCH_LEVELS && (h < sketch->levels || sketch->level[h].capacity); h++) values += sketch->level[h].capacity;
  return sizeof *sketch + values * sizeof(double);
}

/* A weighted sample under construction; room for all there is to come. */
typedef struct gathered {
  double *value;
  uint64_t *weight;
  size_t count;
} gathered;

/* out = old and part[0..n), each of weight, in order; equal values join. */
static void gather(const gathered *old, const double *part, size_t n, uint64_t weight, gathered *out)
{
  size_t i = 0, j = 0, k = 0;
  while (i < old->count || j < n) {
    bool first = j == n || (i < old->count && old->value[i] <= part[j]);
    double x = first ? old->value[i] : part[j];
    uint64_t w = first ? old->weight[i] : weight;
    i += first;
    j += !first;
    if (k > 0 && out->value[k - 1] == x) {
      out->weight[k - 1] += w;
    } else {
      out->value[k] = x;
      out->weight[k++] = w;
    }
  }
  out->count = k;
}

/* Puts the exact ends back: one of the weight of the outermost value that stands for others too is what the end counts. This only
 * mends ranks: all values outside that one stand for themselves. */
static void restore_ends(gathered *all, double min, double max)
{
  if (max > all->value[all->count - 1]) {
    size_t i = all->count - 1;
    while (all->weight[i] == 1) i--;
    all->weight[i]--;
    all->value[all->count] = max;
    all->weight[all->count++] = 1;
  }
  if (min < all->value[0]) {
    size_t i = 0;
    while (all->weight[i] == 1) i++;
    all->weight[i]--;
    memmove(all->value + 1, all->value, all->count * sizeof *all->value);
    memmove(all->weight + 1, all->weight, all->count * sizeof *all->weight);
    all->value[0] = min;
    all->weight[0] = 1;
    all->count++;
  }
}

dw_sorted dw_sketch_to_sorted(const dw_sketch *sketch, double **value, uint64_t **weight)
{
  size_t room = 2, most = 0;
  for (unsigned h = 0; h < sketch->levels; h++) {
    room += sketch->level[h].count;
    if (sketch->level[h].count > most) most = sketch->level[h].count;
  }
  gathered all = {dw_alloc_array(room, sizeof(double)), dw_alloc_array(room, sizeof(uint64_t)), 0};
  gathered next = {dw_alloc_array(room, sizeof(double)), dw_alloc_array(room, sizeof(uint64_t)), 0};
  double *part = dw_alloc_array(most, sizeof *part), *scratch = dw_alloc_array(most, sizeof *scratch);
  for (unsigned h = 0; h < sketch->levels; h++) {
    size_t n = sketch->level[h].count;
    if (!n) continue;
    memcpy(part, sketch->level[h].value, n * sizeof *part);
    level_sort(h, part, n, scratch);
    gather(&all, part, n, UINT64_C(1) << h, &next);
    gathered swap = all;
    all = next;
    next = swap;
  }
  if (sketch->count) restore_ends(&all, dw_sketch_min(sketch), dw_sketch_max(sketch));
  dw_free(part);
  dw_free(scratch);
  dw_free(next.value);
  dw_free(next.weight);
  *value = all.value;
  *weight = all.weight;
  return (dw_sorted){.value = all.value, .weight = all.weight, .count = all.count, .total = sketch->count};
}

/* --- documents --- */

void dw_sketch_add_weighted(dw_sketch *sketch, double x, uint64_t weight)
{
  if (x < sketch->min) sketch->min = x;
  if (x > sketch->max) sketch->max = x;
  sketch->count += weight;
  for (unsigned h = 0; weight >> h; h++) {
    if (!(weight >> h & 1)) continue;
    *level_room(&sketch->level[h], 1) = x;
    sketch->level[h].count++;
    if (sketch->levels < h + 1) sketch->levels = h + 1;
  }
  for (unsigned h = 0; h < sketch->levels; h++)
    if (sketch->level[h].count > sketch->k) compact(sketch, h);
}

/* The error grows as log2(n / k) / (2 k): with k = 32 / error it is an eighth of `error` at n = 2^8 k, half of it at 2^32 k. */
size_t dw_sketch_size_for(double error)
{
  enum { LARGEST = 1 << 22 };
  size_t k = K_LEAST;
  while ((double)k * error < 32 && k < LARGEST) k *= 2;
  return k;
}

void dw_sketch_set_level(dw_sketch *sketch, unsigned h, const double *value, size_t n)
{
  assert(h < DW_SKETCH_LEVELS && !sketch->level[h].count);
  if (n) memcpy(level_room(&sketch->level[h], n), value, n * sizeof *value);
  sketch->level[h].count = n;
  sketch->count += (uint64_t)n << h;
  if (sketch->levels < h + 1) sketch->levels = h + 1;
}

void dw_sketch_sort_level(dw_sketch *sketch, unsigned h)
{
  dw_sketch_level *level = &sketch->level[h];
  if (!level->count) return;
  double *scratch = dw_alloc_array(level->count, sizeof *scratch);
  level_sort(h, level->value, level->count, scratch);
  dw_free(scratch);
}

void dw_sketch_balance(dw_sketch *sketch)
{
  for (unsigned h = 0; h < DW_SKETCH_LEVELS; h++) sketch->level[h].turn = sketch->raised > sketch->lowered;
}

/* Runs of 2^h values in order, each as its middle one, and what is left at the end as runs of smaller powers. A rank is then too low by at
 * most 2^h / 2 - 1 and too high by at most 2^h / 2. */
static void take_runs(dw_sketch *sketch, dw_sorted all, unsigned h)
{
  uint64_t passed = 0, end = 0;
  size_t i = 0;
  for (int level = (int)h; level >= 0; level--) {
    uint64_t run = UINT64_C(1) << level;
    dw_sketch_level *to = &sketch->level[level];
    for (; all.total - passed >= run; passed += run) {
      uint64_t middle = passed + (run - 1) / 2;
      while (end + all.weight[i] <= middle) end += all.weight[i++];
      *level_room(to, 1) = all.value[i];
      to->count++;
    }
  }
}

void dw_sketch_reduce(dw_sketch *sketch, double error)
{
  double spent = (double)(sketch->raised > sketch->lowered ? sketch->raised : sketch->lowered);
  double room = (error * (double)sketch->count - spent) / 2;
  unsigned h = 0;
  while (h + 2 < DW_SKETCH_LEVELS && ldexp(1, (int)h) <= room) h++; /* runs of 2^h cost 2^h / 2 */
  size_t held = 0;
  for (unsigned i = 0; i < sketch->levels; i++) held += sketch->level[i].count;
  uint64_t rest = sketch->count & ((UINT64_C(1) << h) - 1), after = (sketch->count >> h) + (uint64_t)__builtin_popcountll(rest);
  if (h == 0 || (double)after > 0.75 * (double)held) return;
  double *value;
  uint64_t *weight;
  dw_sorted all = dw_sketch_to_sorted(sketch, &value, &weight);
  for (unsigned i = 0; i < DW_SKETCH_LEVELS; i++) {
    dw_free(sketch->level[i].value);
    sketch->level[i] = (dw_sketch_level){0};
  }
  take_runs(sketch, all, h);
  sketch->levels = h + 1;
  sketch->raised += UINT64_C(1) << (h - 1);
  sketch->lowered += (UINT64_C(1) << (h - 1)) - 1;
  dw_sketch_balance(sketch);
  dw_free(value);
  dw_free(weight);
}
