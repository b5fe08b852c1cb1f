#include "stats/shift/omnibus.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/shift/deal.h"
#include "stats/shift/omnibus_parts.h"
#include "stats/shift/part_weights.h"
#include "stats/shift/rank_cells.h"
#include "stats/tests/contingency.h"
#include "stats/tests/permutation.h"

unsigned dw_omnibus_deals(size_t findings, double alpha)
{
  double deals = ceil(2 * (double)findings / alpha) - 1;
  return deals < DW_OMNIBUS_DEALS ? DW_OMNIBUS_DEALS : deals > DW_OMNIBUS_DEALS_MOST ? DW_OMNIBUS_DEALS_MOST : (unsigned)deals;
}

/* Other data has other deals. With the same ones, whichever they are, a column would always be held to a level somewhat too high, or too
 * low: right for a key drawn at random, and not for the same column day after day. */
static dw_rng_key key_of_data(dw_rng_key key, const uint64_t *count, size_t cells)
{
  uint64_t data = dw_rng_hash_words(count, cells);
  return (dw_rng_key){{key.word[0] ^ (uint32_t)data, key.word[1] ^ (uint32_t)(data >> 32)}};
}

static void count_hits(const dw_parts *parts, const dw_deal *deal, dw_rng_key key, unsigned deals, unsigned hits, dw_omnibus *out)
{
  uint64_t *count = dw_alloc_array(parts->cells, sizeof *count);
  while (out->deals < deals && out->hits < hits) {
    dw_rng rng;
    dw_rng_start(&rng, key, out->deals++, 0);
    dw_deal_draw(deal, &rng, count);
    out->hits += dw_parts_extreme(parts, count);
  }
  dw_free(count);
  out->p_value = dw_permutation_p(out->hits, out->deals, out->hits == hits);
}

typedef struct table {
  size_t cells;
  uint64_t *reference, *current; /* [cells] */
  bool ordered;
  const bool *single;
} table;

static uint64_t sum_of(const uint64_t *count, size_t cells)
{
  uint64_t sum = 0;
  for (size_t k = 0; k < cells; k++) sum += count[k];
  return sum;
}

/* Two cells are a 2 x 2 table, and Fisher's test is exact without deals. off: rows by which the count up to the cut may be off. */
static void p_of_two_cells(const table *t, uint64_t n, uint64_t m, double off, dw_omnibus *out)
{
  uint64_t a = t->reference[0], c = t->current[0];
  double gap = (double)a - (double)n * ((double)(a + c) / ((double)n + (double)m));
  uint64_t nearer = (uint64_t)floor(fmin(fabs(gap), ceil(off)));
  a = gap > 0 ? a - nearer : a + nearer;
  c = gap > 0 ? c + nearer : c - nearer;
  dw_test fisher;
  if (dw_fisher_exact(a, n - a, c, m - c, &fisher, NULL) == DW_OK) out->p_value = fmax(DW_PART_LEAST, fisher.p_value);
  out->statistic = out->p_value;
  out->part = t->ordered ? DW_OMNIBUS_BELOW : DW_OMNIBUS_VALUE;
}

static void name_part(const dw_parts *parts, const dw_parts_seen *seen, dw_omnibus *out, size_t place[2])
{
  static const dw_omnibus_part of_share[] = {DW_OMNIBUS_BELOW, DW_OMNIBUS_OUTSIDE, DW_OMNIBUS_VALUE};
  static const dw_omnibus_part of_form[] = {DW_OMNIBUS_GAPS, DW_OMNIBUS_BESIDE, DW_OMNIBUS_SPREAD, DW_OMNIBUS_CHISQUARE};
  if (seen->part >= parts->shares) {
    out->part = of_form[seen->part - parts->shares];
    return;
  }
  const dw_part_share *share = &parts->share[seen->part];
  out->part = of_share[share->kind];
  place[0] = share->first;
  place[1] = share->second;
}

/* By the bounds, where they are below what deals could show, 1 / (1 + deals); else by deals. The shares' bound takes 1 - DW_PART_SPARE of
 * any level, that of the linear forms the rest. Deals count what the first would decide as hits; for the second its part of the level is
 * added.
 */
static void p_of_parts(dw_parts *parts, const uint64_t *count, double off, const dw_omnibus_settings *settings, dw_omnibus *out,
                       size_t place[2])
{
  static const double clear = 0.01; /* it is not worth while to look for a bound of more */
  unsigned deals = settings->deals ? settings->deals : DW_OMNIBUS_DEALS, hits = settings->hits ? settings->hits : DW_OMNIBUS_HITS;
  dw_parts_seen seen = dw_parts_look(parts, count, off);
  double bound = dw_parts_bound(parts) / (1 - DW_PART_SPARE), shown = 1 / (1 + (double)deals), p = seen.least_share * bound;
  if (p > 1e-20 && seen.least < clear && !settings->undealt) p = fmin(p, dw_parts_linear_bound(parts, count, off) / DW_PART_SPARE);
  out->statistic = seen.least;
  if (p <= shown) {
    out->p_value = fmax(DW_PART_LEAST, p);
  } else if (settings->undealt) {
    out->p_value = NAN;
  } else if (seen.least < (settings->matters > 0 ? settings->matters : 1)) {
    dw_parts_limits(parts, fmax(seen.least, shown / bound), seen.least);
    dw_deal *deal = dw_deal_new(parts->size, parts->cells, parts->drawn);
    count_hits(parts, deal, key_of_data(settings->key, count, parts->cells), deals, hits, out);
    out->p_value = fmin(1, out->p_value + DW_PART_SPARE * shown);
    dw_deal_free(deal);
  }
  name_part(parts, &seen, out, place);
}

/* place: in which cells the part that was the least lies, where it is a share. */
static void p_of_table(const table *t, const dw_omnibus_settings *settings, dw_omnibus *out, size_t place[2])
{
  uint64_t n = sum_of(t->reference, t->cells), m = sum_of(t->current, t->cells);
  double off = settings->rank_error * ((double)n / ((double)n + (double)m)) * (double)m;
  if (t->cells == 2) {
    p_of_two_cells(t, n, m, off, out);
    return;
  }
  uint64_t *size = dw_alloc_array(t->cells, sizeof *size);
  for (size_t k = 0; k < t->cells; k++) size[k] = t->reference[k] + t->current[k];
  dw_parts parts;
  dw_parts_make(&parts, size, t->cells, n < m ? n : m, t->ordered, t->single); /* the smaller side is dealt */
  p_of_parts(&parts, n < m ? t->reference : t->current, off, settings, out, place);
  dw_parts_free(&parts);
  dw_free(size);
}

static dw_status start(dw_omnibus *out, uint64_t n, uint64_t m, dw_err *err)
{
  *out = (dw_omnibus){.p_value = NAN, .statistic = NAN, .where = NAN, .where_high = NAN};
  if (n == 0 || m == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  out->p_value = 1;
  return DW_OK;
}

dw_status dw_omnibus_numbers(dw_sorted reference, dw_sorted current, const dw_omnibus_settings *settings, dw_omnibus *out, dw_err *err)
{
  dw_status status = start(out, reference.total, current.total, err);
  if (status != DW_OK) return status;
  dw_rank_cells *cells = dw_alloc(sizeof *cells);
  dw_rank_cells_make(cells, reference, current);
  dw_effective_counts(cells->reference, cells->count, reference.total, settings->effective.reference, cells->reference);
  dw_effective_counts(cells->current, cells->count, current.total, settings->effective.current, cells->current);
  dw_rank_cells_drop_empty(cells);
  if (cells->count > 1) {
    size_t place[2] = {0, 0};
    p_of_table(&(table){cells->count, cells->reference, cells->current, true, cells->single}, settings, out, place);
    if (out->part == DW_OMNIBUS_BELOW || out->part == DW_OMNIBUS_OUTSIDE || out->part == DW_OMNIBUS_VALUE)
      out->where = cells->last[place[0]];
    if (out->part == DW_OMNIBUS_OUTSIDE) out->where_high = cells->last[place[1]];
  }
  dw_free(cells);
  return DW_OK;
}

static int descending(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x < y) - (x > y);
}

/* Categories with more than so many pooled rows have a cell each. Of equally frequent ones all have or none: which of them came first says
 * something about the sides, and cells must not. */
static uint64_t rare_up_to(const uint64_t *size, size_t categories)
{
  if (categories <= DW_OMNIBUS_CATEGORIES) return 0;
  uint64_t *sorted = dw_alloc_array(categories, sizeof *sorted);
  for (size_t k = 0; k < categories; k++) sorted[k] = size[k];
  qsort(sorted, categories, sizeof *sorted, descending);
  uint64_t rare = sorted[DW_OMNIBUS_CATEGORIES];
  dw_free(sorted);
  return rare;
}

/* The categories' counts moved together: one cell for each that is not rare, one for all rare ones. */
static size_t gather_cells(uint64_t *r, uint64_t *c, size_t categories, size_t *category)
{
  uint64_t *size = dw_alloc_array(categories, sizeof *size), rare_r = 0, rare_c = 0;
  for (size_t k = 0; k < categories; k++) size[k] = r[k] + c[k];
  uint64_t rare = rare_up_to(size, categories);
  size_t cells = 0;
  for (size_t k = 0; k < categories; k++) {
    if (size[k] <= rare) {
      rare_r += r[k];
      rare_c += c[k];
    } else {
      r[cells] = r[k];
      c[cells] = c[k];
      category[cells++] = k;
    }
  }
  if (rare_r + rare_c > 0) {
    r[cells] = rare_r;
    c[cells] = rare_c;
    category[cells++] = DW_OMNIBUS_RARE;
  }
  dw_free(size);
  return cells;
}

dw_status dw_omnibus_categories(const uint64_t *reference, const uint64_t *current, size_t categories, const dw_omnibus_settings *settings,
                                dw_omnibus *out, dw_err *err)
{
  uint64_t n = sum_of(reference, categories), m = sum_of(current, categories);
  dw_status status = start(out, n, m, err);
  if (status != DW_OK) return status;
  uint64_t *r = dw_alloc_array(categories, sizeof *r), *c = dw_alloc_array(categories, sizeof *c);
  size_t *category = dw_alloc_array(categories, sizeof *category);
  dw_effective_counts(reference, categories, n, settings->effective.reference, r);
  dw_effective_counts(current, categories, m, settings->effective.current, c);
  size_t cells = gather_cells(r, c, categories, category);
  if (cells > 1) {
    size_t place[2] = {0, 0};
    p_of_table(&(table){cells, r, c, false, NULL}, settings, out, place);
    if (out->part == DW_OMNIBUS_VALUE) out->category = category[place[0]];
  }
  dw_free(r);
  dw_free(c);
  dw_free(category);
  return DW_OK;
}
