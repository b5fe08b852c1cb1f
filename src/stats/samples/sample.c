#include "stats/samples/sample.h"

#include <math.h>

#include "base/mem.h"

dw_sorted dw_sorted_make(const double *ascending, size_t count) { return (dw_sorted){.value = ascending, .count = count, .total = count}; }

dw_sorted dw_sorted_make_weighted(const double *ascending, const uint64_t *weight, size_t count)
{
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += weight[i];
  return (dw_sorted){.value = ascending, .weight = weight, .count = count, .total = total};
}

/* How many of the values, whatever they weigh, lie before x, or before what is beyond x. */
static size_t sample_search(dw_sorted a, double x, bool beyond)
{
  size_t from = 0, to = a.count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (a.value[middle] < x || (beyond && a.value[middle] == x)) from = middle + 1;
    else to = middle;
  }
  return from;
}

static uint64_t weight_before(dw_sorted a, size_t end)
{
  if (!a.weight) return end;
  uint64_t sum = 0;
  for (size_t i = 0; i < end; i++) sum += a.weight[i];
  return sum;
}

uint64_t dw_sorted_below(dw_sorted a, double x) { return weight_before(a, sample_search(a, x, false)); }
uint64_t dw_sorted_up_to(dw_sorted a, double x) { return weight_before(a, sample_search(a, x, true)); }

size_t dw_sorted_distinct(dw_sorted a, size_t limit)
{
  size_t distinct = 0;
  for (size_t i = 0; i < a.count && (limit == 0 || distinct < limit); distinct++) i = dw_sort_run_end(a.value, i, a.count);
  return distinct;
}

bool dw_sorted_whole(dw_sorted a)
{
  size_t i = 0;
  while (i < a.count && a.value[i] == floor(a.value[i])) i = dw_sort_run_end(a.value, i, a.count);
  return i == a.count;
}

size_t dw_sorted_distinct_pooled(dw_sorted a, dw_sorted b, size_t limit)
{
  size_t distinct = 0;
  dw_merge walk;
  dw_merge_start(&walk, a, b);
  while ((limit == 0 || distinct < limit) && dw_merge_next(&walk)) distinct++;
  return distinct;
}

void dw_thinned_make(dw_thinned *out, dw_sorted from, size_t most)
{
  *out = (dw_thinned){.sample = from};
  if (from.weight || from.count <= most) return;
  out->value = dw_alloc_array(most, sizeof *out->value);
  out->weight = dw_alloc_array(most, sizeof *out->weight);
  size_t start = 0, step = from.count / most, rest = from.count % most, over = 0;
  for (size_t i = 0; i < most; i++) {
    size_t end = start + step; /* count * (i + 1) / most, rounded down */
    over += rest;
    end += over >= most;
    over -= over >= most ? most : 0;
    out->value[i] = from.value[start + (end - start) / 2];
    out->weight[i] = end - start;
    start = end;
  }
  out->sample = dw_sorted_make_weighted(out->value, out->weight, most);
}

void dw_thinned_free(dw_thinned *thinned)
{
  dw_free(thinned->value);
  dw_free(thinned->weight);
}
