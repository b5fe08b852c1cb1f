#include "stats/streams/conformal.h"

#include <assert.h>

#include "base/mem.h"
#include "stats/samples/sort.h"

enum { QUANTILES = 128 };

/* --- the ladder --- */

/* Ranks from 1 to n, ascending, none twice. */
static size_t choose_ranks(uint64_t rank[DW_LADDER_RUNGS], uint64_t n)
{
  uint64_t low[64], step = n / QUANTILES + 1;
  size_t ends = 0, count = 0;
  for (uint64_t r = 1; r < step && r <= n / 2; r *= 2) low[ends++] = r;
  for (size_t i = 0; i < ends; i++) rank[count++] = low[i];
  for (uint64_t i = 1; i < QUANTILES; i++) {
    uint64_t r = (uint64_t)((double)i * ((double)n + 1) / QUANTILES);
    if (r < 1 || r > n || (count && r <= rank[count - 1])) continue;
    rank[count++] = r;
  }
  for (size_t i = ends; i-- > 0;)
    if (n + 1 - low[i] > rank[count - 1]) rank[count++] = n + 1 - low[i];
  assert(count <= DW_LADDER_RUNGS);
  return count;
}

/* The random numbers of the `count` reference values that are equal, ascending. */
static double *tie_numbers(size_t count, dw_rng *rng)
{
  double *number = dw_alloc_array(2 * count, sizeof *number);
  for (size_t i = 0; i < count; i++) number[i] = dw_rng_uniform(rng);
  dw_sort_doubles(number, count, number + count);
  return number;
}

void dw_ladder_make(dw_ladder *ladder, uint64_t gaps[DW_LADDER_RUNGS + 1], dw_sorted reference, dw_rng *rng)
{
  assert(!reference.weight);
  uint64_t rank[DW_LADDER_RUNGS], before = 0;
  size_t run_start = 0, run_end = 0; /* of the values equal to this rung's */
  double *numbers = NULL;
  ladder->rungs = reference.count ? choose_ranks(rank, reference.count) : 0;
  for (size_t i = 0; i < ladder->rungs; i++) {
    size_t at = (size_t)rank[i] - 1;
    if (at >= run_end) {
      double value = reference.value[at];
      for (run_start = at; run_start > 0 && reference.value[run_start - 1] == value;) run_start--;
      for (run_end = at + 1; run_end < reference.count && reference.value[run_end] == value;) run_end++;
      dw_free(numbers);
      numbers = tie_numbers(run_end - run_start, rng);
    }
    ladder->value[i] = reference.value[at];
    ladder->tie[i] = numbers[at - run_start];
    gaps[i] = rank[i] - before;
    before = rank[i];
  }
  gaps[ladder->rungs] = reference.count + 1 - before;
  dw_free(numbers);
}

size_t dw_ladder_cell(const dw_ladder *ladder, double value, dw_rng *rng)
{
  size_t low = 0, high = ladder->rungs;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ladder->value[middle] < value) low = middle + 1;
    else high = middle;
  }
  if (low == ladder->rungs || ladder->value[low] != value) return low;
  double tie = dw_rng_uniform(rng);
  while (low < ladder->rungs && ladder->value[low] == value && ladder->tie[low] < tie) low++;
  return low;
}

/* --- the urn --- */

void dw_urn_init(dw_urn *urn, const uint64_t *weight, size_t cells, unsigned unit)
{
  *urn = (dw_urn){.cells = cells, .unit = unit};
  urn->weight = dw_alloc_array(cells, sizeof *urn->weight);
  urn->sums = dw_alloc_zero(cells + 1, sizeof *urn->sums);
  for (size_t i = 0; i < cells; i++) {
    urn->total += urn->weight[i] = weight[i];
    urn->sums[i + 1] += weight[i];
    size_t parent = (i + 1) + ((i + 1) & (~(i + 1) + 1));
    if (parent <= cells) urn->sums[parent] += urn->sums[i + 1];
  }
}

void dw_urn_free(dw_urn *urn)
{
  dw_free(urn->weight);
  dw_free(urn->sums);
  *urn = (dw_urn){0};
}

dw_ranks dw_urn_add(dw_urn *urn, size_t cell)
{
  assert(cell < urn->cells);
  uint64_t below = 0;
  for (size_t i = cell; i > 0; i &= i - 1) below += urn->sums[i];
  double total = (double)(urn->total + urn->unit);
  dw_ranks ranks = {(double)below / total, (double)(below + urn->weight[cell] + urn->unit) / total};
  for (size_t i = cell + 1; i <= urn->cells; i += i & (~i + 1)) urn->sums[i]++;
  urn->weight[cell]++;
  urn->total++;
  return ranks;
}

void dw_shuffle(uint32_t *item, size_t count, dw_rng *rng)
{
  for (size_t i = count; i > 1; i--) {
    size_t other = (size_t)dw_rng_below(rng, i);
    uint32_t kept = item[i - 1];
    item[i - 1] = item[other];
    item[other] = kept;
  }
}
