#include "stats/samples/binned.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "base/wide.h"
#include "stats/samples/histogram.h"

void dw_binned_free(dw_binned *bins)
{
  dw_free(bins->p);
  dw_free(bins->q);
  dw_free(bins->edges);
  *bins = (dw_binned){0};
}

static dw_status both_sides(dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err)
{
  *out = (dw_binned){0};
  return r.total && c.total ? DW_OK : dw_err_set(err, DW_ENODATA, "no values on one side");
}

static double least_of(dw_sorted r, dw_sorted c) { return fmin(r.value[0], c.value[0]); }
static double most_of(dw_sorted r, dw_sorted c) { return fmax(r.value[r.count - 1], c.value[c.count - 1]); }

/* --- between cuts --- */

/* Between two values: in front of this one, or behind it. */
typedef struct cut {
  double value;
  bool behind;
} cut;

static uint64_t count_before(dw_sorted sample, cut at)
{
  return at.behind ? dw_sorted_up_to(sample, at.value) : dw_sorted_below(sample, at.value);
}

static void between_cuts(dw_sorted r, dw_sorted c, const cut *at, size_t cuts, dw_binned *out)
{
  size_t most = cuts + 1;
  out->p = dw_alloc_array(most, sizeof *out->p);
  out->q = dw_alloc_array(most, sizeof *out->q);
  out->edges = dw_alloc_array(2 * most, sizeof *out->edges);
  double *low = out->edges, *high = out->edges + most, from = least_of(r, c);
  uint64_t before_r = 0, before_c = 0;
  for (size_t i = 0; i < most; i++) {
    uint64_t up_to_r = i < cuts ? count_before(r, at[i]) : r.total, up_to_c = i < cuts ? count_before(c, at[i]) : c.total;
    double to = i < cuts ? at[i].value : most_of(r, c);
    if (up_to_r > before_r || up_to_c > before_c) {
      low[out->count] = from;
      high[out->count] = to;
      out->p[out->count] = (double)(up_to_r - before_r) / (double)r.total;
      out->q[out->count++] = (double)(up_to_c - before_c) / (double)c.total;
    }
    before_r = up_to_r;
    before_c = up_to_c;
    from = to;
  }
  out->low = low;
  out->high = high;
}

/* The value at each of ascending ranks, from 1. */
typedef struct ranks {
  dw_sorted sample;
  size_t i;
  uint64_t before; /* so much lies in front of value i */
} ranks;

static double value_at(ranks *walk, uint64_t rank)
{
  if (!walk->sample.weight) return walk->sample.value[rank - 1];
  while (walk->before + walk->sample.weight[walk->i] < rank) walk->before += walk->sample.weight[walk->i++];
  return walk->sample.value[walk->i];
}

dw_status dw_binned_quantiles(dw_sorted r, dw_sorted c, size_t parts, dw_binned *out, dw_err *err)
{
  assert(parts >= 2);
  dw_status status = both_sides(r, c, out, err);
  if (status != DW_OK) return status;
  cut *at = dw_alloc_array(2 * parts, sizeof *at);
  size_t cuts = 0;
  ranks walk = {.sample = r};
  double last = NAN;
  for (size_t i = 1; i <= parts; i++) {
    dw_wide place = (dw_wide)r.total * i;
    double value = value_at(&walk, (uint64_t)((place + parts - 1) / parts));
    if (value == last) continue;
    last = value;
    uint64_t times = dw_sorted_up_to(r, value) - dw_sorted_below(r, value);
    bool lump = times > 1 && (dw_wide)times * parts >= r.total;
    if (lump) at[cuts++] = (cut){value, false};
    if (lump || i < parts) at[cuts++] = (cut){value, true};
  }
  between_cuts(r, c, at, cuts, out);
  dw_free(at);
  return DW_OK;
}

dw_status dw_binned_edges(dw_sorted r, dw_sorted c, const double *edge, size_t count, dw_binned *out, dw_err *err)
{
  dw_status status = both_sides(r, c, out, err);
  if (status != DW_OK) return status;
  cut *at = dw_alloc_array(count, sizeof *at);
  for (size_t i = 0; i < count; i++) at[i] = (cut){edge[i], true};
  between_cuts(r, c, at, count, out);
  dw_free(at);
  return DW_OK;
}

/* --- Evidently's --- */

static double *shares_in_bins(dw_sorted sample, const double *edges, size_t bins)
{
  uint64_t *counts = dw_alloc_array(bins, sizeof *counts);
  double *shares = dw_alloc_array(bins, sizeof *shares);
  dw_histogram_count(sample, edges, bins, counts);
  for (size_t i = 0; i < bins; i++) shares[i] = (double)counts[i] / (double)sample.total;
  dw_free(counts);
  return shares;
}

dw_status dw_binned_sturges(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err)
{
  dw_status status = both_sides(r, c, out, err);
  if (status != DW_OK) return status;
  double n = (double)r.total + (double)c.total;
  status = dw_histogram_edges_sturges(least_of(r, c), most_of(r, c), n, whole_numbers, &out->edges, &out->count, err);
  if (status != DW_OK) return status;
  out->p = shares_in_bins(r, out->edges, out->count);
  out->q = shares_in_bins(c, out->edges, out->count);
  out->low = out->edges;
  out->high = out->edges + 1;
  return DW_OK;
}

dw_status dw_binned_distinct(dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err)
{
  dw_status status = both_sides(r, c, out, err);
  if (status != DW_OK) return status;
  size_t room = dw_sorted_distinct_pooled(r, c, 0);
  out->p = dw_alloc_array(room, sizeof *out->p);
  out->q = dw_alloc_array(room, sizeof *out->q);
  out->edges = dw_alloc_array(room, sizeof *out->edges);
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  for (; dw_merge_next(&walk); out->count++) {
    out->edges[out->count] = walk.value;
    out->p[out->count] = (double)walk.times_a / (double)r.total;
    out->q[out->count] = (double)walk.times_b / (double)c.total;
  }
  out->low = out->high = out->edges;
  return DW_OK;
}

dw_status dw_binned_evidently(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err)
{
  enum { KEYS_MOST = 20 };
  if (dw_sorted_distinct(r, KEYS_MOST + 1) > KEYS_MOST) return dw_binned_sturges(r, c, whole_numbers, out, err);
  return dw_binned_distinct(r, c, out, err);
}
