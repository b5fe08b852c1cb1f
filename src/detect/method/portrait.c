#include "detect/method/portrait.h"

#include <math.h>
#include <stdlib.h>

#include "io/text/json.h"
#include "stats/samples/histogram.h"
#include "stats/samples/quantile.h"

enum {
  BINS = 30,          /* bars of a histogram */
  TOP_CATEGORIES = 20 /* the most frequent ones; the rest is "other" */
};

static const double quantile_at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const char *const quantile_name[] = {"0.05", "0.25", "0.5", "0.75", "0.95"};
enum { QUANTILES = sizeof quantile_at / sizeof quantile_at[0] };

static void start_side(dw_json *json, dw_buf *out, const dw_column *column)
{
  dw_json_start(json, out, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "count", (int64_t)(column->rows - dw_column_missing(column)));
  dw_json_integer(json, "missing", (int64_t)dw_column_missing(column));
  dw_json_integer(json, "infinite", (int64_t)column->infinite);
}

/* --- numbers --- */

#define WHOLE_RANGE 9007199254740992.0 /* 2^53: beyond it neighbours are more than 1 apart, and a range may be infinite */

typedef struct bins {
  double *edges;
  size_t count;
} bins;

/* Where numbers lie so close that doubles do not tell their edges apart, bins become fewer. */
static void drop_empty_bins(bins *out)
{
  size_t kept = 0;
  for (size_t i = 1; i <= out->count; i++)
    if (out->edges[i] > out->edges[kept]) out->edges[++kept] = out->edges[i];
  out->count = kept;
}

/* Bins over both sides that show the bulk: far tails (beyond half the width of the central 90 %) fall into the outer bins. Whole numbers in
 * a narrow range get a bin each. */
static bool shared_bins(dw_sorted r, dw_sorted c, bool whole, bins *out)
{
  double low = fmin(r.value[0], c.value[0]), high = fmax(r.value[r.count - 1], c.value[c.count - 1]);
  double low_bulk = fmin(dw_quantile(r, 0.05), dw_quantile(c, 0.05)), high_bulk = fmax(dw_quantile(r, 0.95), dw_quantile(c, 0.95));
  double reach = (high_bulk - low_bulk) / 2;
  size_t count = BINS;
  if (reach > 0) {
    low = fmax(low, low_bulk - reach);
    high = fmin(high, high_bulk + reach);
  }
  if (whole && high - low < WHOLE_RANGE) {
    low = ceil(low);
    high = floor(high);
    if (high - low < BINS) {
      count = (size_t)(high - low) + 1;
      low -= 0.5;
      high += 0.5;
    } else {
      double width = ceil((high - low + 1) / BINS); /* equal counts of whole numbers in each bin */
      count = (size_t)ceil((high - low + 1) / width);
      low -= 0.5;
      high = low + width * (double)count;
    }
  }
  out->count = count;
  if (dw_histogram_edges_equal(low, high, count, &out->edges, NULL) != DW_OK) return false;
  drop_empty_bins(out);
  return out->count > 0;
}

static void write_histogram(dw_json *json, dw_sorted sample, const bins *shared)
{
  uint64_t counts[BINS] = {0};
  uint64_t inside = 0, below = dw_sorted_below(sample, shared->edges[0]);
  dw_histogram_count(sample, shared->edges, shared->count, counts);
  for (size_t i = 0; i < shared->count; i++) inside += counts[i];
  counts[0] += below;
  counts[shared->count - 1] += sample.total - inside - below;
  dw_json_open(json, "histogram", '{');
  dw_json_open(json, "edges", '[');
  for (size_t i = 0; i <= shared->count; i++) dw_json_number(json, NULL, shared->edges[i]);
  dw_json_close(json, ']');
  dw_json_open(json, "counts", '[');
  for (size_t i = 0; i < shared->count; i++) dw_json_integer(json, NULL, (int64_t)counts[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_numbers(dw_json *json, dw_sorted sample, const dw_moments *moments, const bins *shared)
{
  if (sample.total == 0) return;
  double quantile[QUANTILES];
  dw_quantiles(sample, quantile_at, QUANTILES, quantile);
  dw_json_number(json, "mean", moments->mean);
  dw_json_number(json, "std", dw_moments_std(moments, 1));
  dw_json_number(json, "min", moments->min);
  dw_json_open(json, "quantiles", '{');
  for (size_t i = 0; i < QUANTILES; i++) dw_json_number(json, quantile_name[i], quantile[i]);
  dw_json_close(json, '}');
  dw_json_number(json, "max", moments->max);
  if (shared) write_histogram(json, sample, shared);
}

/* whole: all numbers of both sides are whole ones. */
static void portray_numbers(dw_json *reference, dw_json *current, dw_sorted r, dw_sorted c, const dw_moments *moments_r,
                            const dw_moments *moments_c, bool whole)
{
  bins shared = {0};
  bool drawn = r.total && c.total && shared_bins(r, c, whole, &shared);
  write_numbers(reference, r, moments_r, drawn ? &shared : NULL);
  write_numbers(current, c, moments_c, drawn ? &shared : NULL);
  dw_free(shared.edges);
}

void dw_portrait_numbers(dw_json *reference, dw_json *current, dw_sorted r, dw_sorted c, const dw_moments *moments_r,
                         const dw_moments *moments_c)
{
  portray_numbers(reference, current, r, c, moments_r, moments_c, dw_sorted_whole(c) && dw_sorted_whole(r));
}

/* --- categories --- */

static int by_frequency(const void *left, const void *right)
{
  const dw_category *const *a = left, *const *b = right;
  uint64_t x = (*a)->reference + (*a)->current, y = (*b)->reference + (*b)->current;
  if (x != y) return x < y ? 1 : -1;
  return *a < *b ? -1 : *a > *b; /* the order of the values */
}

/* Both sides list the same categories in the same order, the most frequent of both together first. */
static void write_categories(dw_portrait *portrait, const dw_pair *pair)
{
  const dw_categories *all = &pair->categories;
  const dw_category **order = dw_alloc_array(all->count, sizeof *order);
  for (size_t i = 0; i < all->count; i++) order[i] = &all->item[i];
  qsort(order, all->count, sizeof *order, by_frequency);
  size_t shown = all->count < TOP_CATEGORIES ? all->count : TOP_CATEGORIES;
  for (int side = 0; side < 2; side++) {
    dw_json json;
    start_side(&json, side ? &portrait->current : &portrait->reference, side ? pair->current : pair->reference);
    uint64_t distinct = 0, listed = 0;
    for (size_t i = 0; i < all->count; i++) distinct += (side ? all->current[i] : all->reference[i]) > 0;
    dw_json_integer(&json, "distinct", (int64_t)distinct);
    dw_json_open(&json, "categories", '[');
    for (size_t i = 0; i < shown; i++) {
      uint64_t count = side ? order[i]->current : order[i]->reference;
      listed += count;
      dw_json_open(&json, NULL, '{');
      dw_json_bytes(&json, "value", order[i]->text, order[i]->length);
      dw_json_integer(&json, "count", (int64_t)count);
      dw_json_close(&json, '}');
    }
    dw_json_close(&json, ']');
    dw_json_integer(&json, "other", (int64_t)((side ? all->current_total : all->reference_total) - listed));
    dw_json_close(&json, '}');
  }
  dw_free(order);
}

/* Of a sketch nobody knows. */
static void write_distinct(dw_json *json, dw_sorted sample)
{
  if (sample.weight || sample.count == 0) return;
  size_t distinct = 1;
  for (size_t i = 1; i < sample.count; i++) distinct += sample.value[i] != sample.value[i - 1];
  dw_json_integer(json, "distinct", (int64_t)distinct);
}

void dw_portrait_make(dw_portrait *portrait, const dw_pair *pair)
{
  *portrait = (dw_portrait){0};
  if (pair->type == DW_TYPE_CATEGORICAL) {
    write_categories(portrait, pair);
    return;
  }
  dw_json reference, current;
  start_side(&reference, &portrait->reference, pair->reference);
  start_side(&current, &portrait->current, pair->current);
  portray_numbers(&reference, &current, pair->reference->sorted, pair->current->sorted, &pair->reference->moments, &pair->current->moments,
                  dw_column_whole(pair->current) && dw_column_whole(pair->reference));
  write_distinct(&reference, pair->reference->sorted);
  write_distinct(&current, pair->current->sorted);
  dw_json_close(&reference, '}');
  dw_json_close(&current, '}');
}

static void write_plain(dw_buf *out, const dw_column *column)
{
  if (!column) return;
  char kinds[64];
  dw_json json;
  start_side(&json, out, column);
  dw_json_text(&json, "kinds", dw_kinds_name(dw_column_kinds(column), kinds));
  dw_json_close(&json, '}');
}

void dw_portrait_plain(dw_portrait *portrait, const dw_column *reference, const dw_column *current)
{
  *portrait = (dw_portrait){0};
  write_plain(&portrait->reference, reference);
  write_plain(&portrait->current, current);
}

void dw_portrait_free(dw_portrait *portrait)
{
  dw_buf_free(&portrait->reference);
  dw_buf_free(&portrait->current);
}
