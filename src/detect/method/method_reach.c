#include "detect/method/method_reach.h"

#include <math.h>

#include "stats/distributions/special.h"

typedef struct reach {
  uint64_t low, high, total;
} reach;

/* Of an item that a column has `count` times. */
static reach reach_of(const dw_column *column, bool numeric, uint64_t count, uint64_t total)
{
  uint64_t up = column->texts_lost, down = 0;
  if (numeric) up = down = (uint64_t)ceil(2 * dw_column_rank_error(column) * (double)column->sorted.total);
  return (reach){count > down ? count - down : 0, total - count > up ? count + up : total, total};
}

static double share(uint64_t count, uint64_t total) { return (double)count / (double)total; }

/* The two counts nearest each other as shares; false: they may be the same. */
static bool nearest(reach r, reach c, uint64_t *in_r, uint64_t *in_c)
{
  bool up = share(r.high, r.total) < share(c.low, c.total);
  *in_r = up ? r.high : r.low;
  *in_c = up ? c.low : c.high;
  return up || share(r.low, r.total) > share(c.high, c.total);
}

static reach item_reach(const dw_pair *pair, size_t k, bool current)
{
  const dw_categories *all = &pair->categories;
  return reach_of(current ? pair->current : pair->reference, all->item[k].numeric, current ? all->current[k] : all->reference[k],
                  current ? all->current_total : all->reference_total);
}

/* What no item has: the total less what the items have at most and at least. */
static reach other_reach(const dw_pair *pair, bool current)
{
  reach out = {0, 0, current ? pair->categories.current_total : pair->categories.reference_total};
  uint64_t least = 0, most = 0;
  for (size_t k = 0; k < pair->categories.count; k++) {
    reach item = item_reach(pair, k, current);
    least += item.low;
    if (__builtin_add_overflow(most, item.high, &most)) most = UINT64_MAX;
  }
  out.low = most < out.total ? out.total - most : 0;
  out.high = least < out.total ? out.total - least : 0;
  return out;
}

bool dw_reach_is(const dw_pair *pair)
{
  if (pair->type != DW_TYPE_CATEGORICAL) return false;
  const dw_column *r = pair->reference, *c = pair->current;
  return r->texts_lost || c->texts_lost || dw_column_rank_error(r) > 0 || dw_column_rank_error(c) > 0;
}

static double farthest(const dw_pair *pair, size_t k)
{
  reach r = item_reach(pair, k, false), c = item_reach(pair, k, true);
  return fmax(dw_share_shift_h(r.low, r.total, c.high, c.total), dw_share_shift_h(r.high, r.total, c.low, c.total));
}

bool dw_reach_names_all(const dw_column *column) { return !column->texts_lost && !column->texts_cut && dw_column_rank_error(column) == 0; }

uint64_t dw_reach_most(const dw_column *column, bool numeric, uint64_t count, uint64_t total)
{
  return reach_of(column, numeric, count, total).high;
}

double dw_reach_error(const dw_column *column)
{
  double lost = column->texts_lost ? share(column->texts_lost, dw_column_texts(column)) : 0;
  return fmax(lost, dw_column_rank_error(column));
}

void dw_reach_shift(const dw_pair *pair, dw_share_shift *out)
{
  const dw_categories *all = &pair->categories;
  double most = -1, least = 0;
  size_t at = 0;
  for (size_t k = 0; k < all->count; k++) {
    uint64_t in_r, in_c;
    double h = dw_share_shift_h(all->reference[k], all->reference_total, all->current[k], all->current_total);
    if (nearest(item_reach(pair, k, false), item_reach(pair, k, true), &in_r, &in_c))
      least = fmax(least, dw_share_shift_h(in_r, all->reference_total, in_c, all->current_total));
    if (h > most) at = k;
    most = fmax(most, h);
  }
  if (all->count == 0) return;
  dw_share_shift_plain(all->reference[at], all->reference_total, all->current[at], all->current_total, pair->effective, out, NULL);
  double z = -dw_normal_quantile(0.025 / (double)all->count);
  out->category = at;
  out->shares = all->count;
  out->unsure = fmax(0, out->h - least);
  out->low = fmax(0, least - z * out->error);
  out->high = fmin(dw_share_shift_between(0, 1), farthest(pair, at) + z * out->error);
}

double dw_reach_p(const dw_pair *pair)
{
  const dw_categories *all = &pair->categories;
  double least = 1;
  for (size_t k = 0; k < all->count; k++) {
    uint64_t in_r, in_c;
    double p;
    if (!nearest(item_reach(pair, k, false), item_reach(pair, k, true), &in_r, &in_c)) continue;
    if (dw_share_shift_p(in_r, all->reference_total, in_c, all->current_total, pair->effective, &p, NULL) == DW_OK) least = fmin(least, p);
  }
  return fmin(1, least * (double)all->count);
}

static dw_reach_share share_of(reach counts) { return (dw_reach_share){share(counts.low, counts.total), share(counts.high, counts.total)}; }

void dw_reach_shares(const dw_pair *pair, dw_reach_share *reference, dw_reach_share *current)
{
  size_t k = 0;
  for (; k < pair->categories.count; k++) {
    reference[k] = share_of(item_reach(pair, k, false));
    current[k] = share_of(item_reach(pair, k, true));
  }
  reference[k] = share_of(other_reach(pair, false));
  current[k] = share_of(other_reach(pair, true));
}

void dw_reach_nearest(dw_reach_share r, dw_reach_share c, double *p, double *q)
{
  bool up = r.high<c.low, down = r.low> c.high;
  *p = up ? r.high : down ? r.low : fmax(r.low, c.low);
  *q = up ? c.low : down ? c.high : *p;
}
