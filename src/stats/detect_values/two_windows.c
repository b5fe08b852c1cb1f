#include "stats/detect_values/two_windows.h"

#include <math.h>
#include <string.h>

size_t dw_two_windows_bytes(uint64_t reference, uint64_t window)
{
  return (size_t)(sizeof(dw_two_windows) + window * sizeof(uint64_t) + 2 * (reference + window) * sizeof(dw_placed));
}

void dw_two_windows_reset(dw_two_windows *w, uint64_t reference, uint64_t window, bool frozen, uint64_t seed)
{
  *w = (dw_two_windows){.reference = reference,
                        .window = window,
                        .frozen = frozen,
                        .key = dw_rng_derive(seed, "two windows"),
                        .drawn = w->drawn,
                        .limit = w->limit};
  w->ring = (dw_placed *)(w + 1);
  w->first = w->ring + reference + window;
  w->last = w->first + reference;
  w->below = (uint64_t *)(w->last + window);
}

static bool is_below(dw_placed a, dw_placed b) { return a.value < b.value || (a.value == b.value && a.number < b.number); }

/* How many of the sorted are below x. */
static uint64_t place(const dw_placed *sorted, uint64_t count, dw_placed x)
{
  uint64_t low = 0, high = count;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    if (is_below(sorted[middle], x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void insert(dw_placed *sorted, uint64_t count, dw_placed x)
{
  uint64_t at = place(sorted, count, x);
  memmove(sorted + at + 1, sorted + at, (size_t)(count - at) * sizeof *sorted);
  sorted[at] = x;
}

static void take_out(dw_placed *sorted, uint64_t count, dw_placed x)
{
  uint64_t at = place(sorted, count, x);
  memmove(sorted + at, sorted + at + 1, (size_t)(count - at - 1) * sizeof *sorted);
}

/* --- the window, with what is below each of its values --- */

static void window_insert(dw_two_windows *w, uint64_t count, dw_placed x)
{
  uint64_t at = place(w->last, count, x);
  memmove(w->last + at + 1, w->last + at, (size_t)(count - at) * sizeof *w->last);
  memmove(w->below + at + 1, w->below + at, (size_t)(count - at) * sizeof *w->below);
  w->last[at] = x;
  w->below[at] = place(w->first, w->reference, x);
}

static void window_take_out(dw_two_windows *w, uint64_t count, dw_placed x)
{
  uint64_t at = place(w->last, count, x);
  memmove(w->last + at, w->last + at + 1, (size_t)(count - at - 1) * sizeof *w->last);
  memmove(w->below + at, w->below + at + 1, (size_t)(count - at - 1) * sizeof *w->below);
}

/* The reference loses its oldest and takes the window's oldest. */
static void move_on(dw_two_windows *w, dw_placed oldest, dw_placed moved)
{
  uint64_t from = place(w->last, w->window - 1, oldest), to = place(w->last, w->window - 1, moved);
  for (uint64_t i = from; i < w->window - 1; i++) w->below[i]--;
  for (uint64_t i = to; i < w->window - 1; i++) w->below[i]++;
  take_out(w->first, w->reference, oldest);
  insert(w->first, w->reference - 1, moved);
}

bool dw_two_windows_add(dw_two_windows *w, double x)
{
  dw_rng rng;
  dw_rng_start(&rng, w->key, w->drawn++, 0);
  dw_placed now = {x, dw_rng_uniform(&rng)};
  uint64_t n = w->reference, m = w->window, at = w->count++;
  if (at < n) {
    if (!w->frozen) w->ring[at] = now;
    insert(w->first, at, now);
    return false;
  }
  if (at < n + m) {
    w->ring[w->frozen ? at - n : at] = now;
    window_insert(w, at - n, now);
    return at + 1 == n + m;
  }
  uint64_t size = w->frozen ? m : n + m;
  dw_placed oldest = w->ring[w->start], leaves = w->frozen ? oldest : w->ring[(w->start + n) % size];
  window_take_out(w, m, leaves);
  if (!w->frozen) move_on(w, oldest, leaves);
  window_insert(w, m - 1, now);
  w->ring[w->start] = now;
  w->start = (w->start + 1) % size;
  return true;
}

/* --- statistics --- */

/* Anderson, Annals of Mathematical Statistics 33, 1962, from what is below each value on the other side. */
double dw_two_windows_cvm(const dw_two_windows *w)
{
  double n = (double)w->reference, m = (double)w->window, of_window = 0, of_reference = 0;
  uint64_t before = 0;
  for (uint64_t k = 0; k < w->window; k++) {
    double c = (double)w->below[k];
    of_window += c * c;
    of_reference += (double)(k * k) * (double)(w->below[k] - before);
    before = w->below[k];
  }
  of_reference += m * m * (n - (double)before);
  return (n * of_reference + m * of_window) / (n * m * (n + m)) - (4 * n * m - 1) / (6 * (n + m));
}

double dw_two_windows_ks(const dw_two_windows *w)
{
  double n = (double)w->reference, m = (double)w->window, most = 0;
  for (uint64_t k = 0; k < w->window; k++) {
    double there = (double)w->below[k] / n;
    most = fmax(most, fmax((double)(k + 1) / m - there, there - (double)k / m));
  }
  return most * sqrt(n * m / (n + m));
}

double dw_two_windows_mean(const dw_placed *value, uint64_t count)
{
  double sum = 0;
  for (uint64_t i = 0; i < count; i++) sum += value[i].value;
  return sum / (double)count;
}

/* --- its state: the ring alone, and a frozen reference --- */

static void placed_fields(dw_detector_fields *f, const char *name, dw_placed *placed, uint64_t count)
{
  f->numbers(f, name, &placed->value, 2 * (size_t)count);
}

/* From the ring, what is sorted and counted. */
static void restore(dw_two_windows *w)
{
  uint64_t n = w->reference, m = w->window, size = w->frozen ? m : n + m, full = n + m;
  uint64_t held = w->count < full ? w->count : full;
  for (uint64_t i = w->frozen ? n : 0; i < held; i++) {
    dw_placed x = w->ring[(w->start + (w->frozen ? i - n : i)) % size];
    if (i < n) insert(w->first, i, x);
    else window_insert(w, i - n, x);
  }
}

bool dw_two_windows_fields(dw_two_windows *w, dw_detector_fields *f)
{
  uint64_t n = w->reference, m = w->window, size = w->frozen ? m : n + m;
  dw_fields_count(f, "count", &w->count);
  dw_fields_count(f, "drawn", &w->drawn);
  dw_fields_count(f, "start", &w->start);
  if (w->start >= size || (w->start && w->count < n + m)) return false;
  uint64_t ring = w->frozen ? (w->count > n ? w->count - n : 0) : w->count;
  if (w->frozen) placed_fields(f, "reference", w->first, w->count < n ? w->count : n);
  placed_fields(f, "ring", w->ring, ring < size ? ring : size);
  for (uint64_t i = 1; w->frozen && i < n && i < w->count; i++)
    if (is_below(w->first[i], w->first[i - 1])) return false;
  restore(w);
  return true;
}
