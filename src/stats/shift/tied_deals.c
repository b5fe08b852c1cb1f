#include "stats/shift/tied_deals.h"

#include <math.h>

#include "base/mem.h"
#include "stats/shift/deal.h"
#include "stats/tests/permutation.h"
#include "stats/tests/twosample.h"

enum { FEWEST = 999, MOST = 9999, WORK = 10000000 /* cells dealt */, ENOUGH_HITS = 100, SPARSE = 25, SMALL = 50 };

bool dw_tied_is_sparse(dw_sorted r, dw_sorted c)
{
  uint64_t most = 0, all = r.total + c.total, few = r.total < c.total ? r.total : c.total;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk))
    if (walk.times_a + walk.times_b > most) most = walk.times_a + walk.times_b;
  return 4 * most >= all && most > 1 && (double)(all - most) / (double)all * (double)few < SPARSE;
}

/* The distinct values as cells of pooled rows, and what the statistic takes of each. */
typedef struct cells {
  uint64_t *size, *count; /* count: of the dealt side, the smaller one */
  double *weight;
  size_t cells;
  double share; /* of the dealt side */
} cells;

/* Squared gaps at the middle of each value: the terms of dw_anderson_statistic, but for a factor that all deals share. */
static double squared_gaps(const cells *of)
{
  double sum = 0, off = 0;
  for (size_t k = 0; k < of->cells; k++) {
    double change = (double)of->count[k] - of->share * (double)of->size[k], middle = off + change / 2;
    sum += of->weight[k] * middle * middle;
    off += change;
  }
  return sum;
}

static double rank_sum(const cells *of)
{
  double sum = 0;
  for (size_t k = 0; k < of->cells; k++) sum += (double)of->count[k] * of->weight[k];
  return sum;
}

static double gap_weight(double all, double below, double times)
{
  double middle = below + times / 2;
  return times / (middle * (all - middle) - all * times / 4);
}

/* Twice the midrank about its mean, a whole number. */
static double rank_of(double all, double below, double times) { return 2 * below + times - all; }
static double rank_down(double all, double below, double times) { return -rank_of(all, below, times); }

static void cells_make(cells *of, dw_sorted r, dw_sorted c, double (*weight)(double all, double below, double times))
{
  size_t most = dw_sorted_distinct_pooled(r, c, 0);
  double all = (double)r.total + (double)c.total;
  bool first = r.total <= c.total;
  *of = (cells){.size = dw_alloc_array(most, sizeof(uint64_t)),
                .count = dw_alloc_array(most, sizeof(uint64_t)),
                .weight = dw_alloc_array(most, sizeof(double)),
                .share = (double)(first ? r.total : c.total) / all};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    size_t k = of->cells++;
    of->size[k] = walk.times_a + walk.times_b;
    of->count[k] = first ? walk.times_a : walk.times_b;
    of->weight[k] = weight(all, (double)(walk.below_a + walk.below_b - of->size[k]), (double)of->size[k]);
  }
}

static void cells_free(cells *of)
{
  dw_free(of->size);
  dw_free(of->count);
  dw_free(of->weight);
}

/* A deal counts from `seen` on. */
static dw_tied_dealt run_deals(cells *of, double (*statistic)(const cells *of), double seen, dw_rng_key key)
{
  dw_tied_dealt out = {0};
  size_t most = WORK / of->cells;
  unsigned deals = most < FEWEST ? FEWEST : most > MOST ? MOST : (unsigned)most;
  uint64_t dealt = 0;
  for (size_t k = 0; k < of->cells; k++) dealt += of->count[k];
  dw_deal *deal = dw_deal_new(of->size, of->cells, dealt);
  while (out.made < deals && out.hits < ENOUGH_HITS) {
    dw_rng rng;
    dw_rng_start(&rng, key, out.made++, 0);
    dw_deal_draw(deal, &rng, of->count);
    out.hits += statistic(of) >= seen;
  }
  dw_deal_free(deal);
  out.p_value = dw_permutation_p(out.hits, out.made, out.made < deals);
  return out;
}

dw_tied_dealt dw_tied_anderson(dw_sorted r, dw_sorted c, dw_rng_key key)
{
  cells of;
  cells_make(&of, r, c, gap_weight);
  double seen = squared_gaps(&of) * (1 - 1e-12); /* sums of the same terms in another order are ties */
  dw_tied_dealt out = of.cells > 1 ? run_deals(&of, squared_gaps, seen, key) : (dw_tied_dealt){.p_value = 1};
  cells_free(&of);
  return out;
}

dw_status dw_tied_larger(dw_sorted high, dw_sorted low, dw_rng_key key, double *p_value, dw_err *err)
{
  dw_test test;
  dw_status status = dw_mannwhitney(high, low, DW_GREATER, &test, err);
  *p_value = test.p_value;
  uint64_t few = high.total < low.total ? high.total : low.total;
  if (status != DW_OK || dw_sorted_distinct_pooled(high, low, 0) == high.total + low.total) return status;
  if (few >= SMALL && !dw_tied_is_sparse(high, low)) return DW_OK;
  cells of;
  cells_make(&of, high, low, high.total <= low.total ? rank_of : rank_down);
  *p_value = run_deals(&of, rank_sum, rank_sum(&of), key).p_value;
  cells_free(&of);
  return DW_OK;
}
