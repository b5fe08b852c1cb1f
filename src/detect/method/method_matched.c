#include "detect/method/method_matched.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "detect/method/contribution.h"
#include "detect/method/method_parts.h"
#include "stats/tests/contingency.h"

/* --- numbers --- */

static dw_stratum *strata_of(const dw_pair_cells *cells)
{
  dw_stratum *stratum = dw_alloc_zero(cells->count, sizeof *stratum);
  for (size_t i = 0; i < cells->count; i++) {
    const dw_column *r = cells->reference[i], *c = cells->current[i];
    if (!r || !c) continue;
    stratum[i] = (dw_stratum){r->sorted, c->sorted, dw_column_rank_error(r) + dw_column_rank_error(c)};
  }
  return stratum;
}

/* --- categories --- */

typedef struct counted {
  dw_strata_counts counts;
  uint64_t *reference, *current;
  size_t *category; /* [named] of the pair's */
  size_t named;
} counted;

static int descending(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x < y) - (x > y);
}

/* Those with more pooled rows than this have a place each; of equally frequent ones all have or none, as in stats/shift/omnibus.c. */
static uint64_t rare_up_to(const dw_categories *all)
{
  if (all->count <= DW_MATCHED_CATEGORIES) return 0;
  uint64_t *size = dw_alloc_array(all->count, sizeof *size);
  for (size_t k = 0; k < all->count; k++) size[k] = all->reference[k] + all->current[k];
  qsort(size, all->count, sizeof *size, descending);
  uint64_t rare = size[DW_MATCHED_CATEGORIES];
  dw_free(size);
  return rare;
}

static uint64_t count_of(const dw_column *column, const dw_category *category)
{
  if (!column) return 0;
  if (category->numeric) return dw_sorted_up_to(column->sorted, category->number) - dw_sorted_below(column->sorted, category->number);
  uint32_t index = dw_map_find(&column->texts, category->text, category->length);
  return index == DW_MAP_NONE ? 0 : column->text_count[index];
}

static uint64_t all_of(const dw_column *column)
{
  uint64_t sum = column ? column->sorted.total : 0;
  for (size_t i = 0; column && i < column->texts.count; i++) sum += column->text_count[i];
  return sum;
}

/* The last place is that of the rare ones, and of what a cell no longer counts. */
static counted count_cells(const dw_pair *pair)
{
  const dw_categories *all = &pair->categories;
  const dw_pair_cells *cells = pair->cells;
  counted out = {.category = dw_alloc_array(all->count, sizeof *out.category)};
  uint64_t rare = rare_up_to(all);
  for (size_t k = 0; k < all->count; k++)
    if (all->reference[k] + all->current[k] > rare) out.category[out.named++] = k;
  size_t places = out.named + 1;
  out.reference = dw_alloc_zero(cells->count * places, sizeof *out.reference);
  out.current = dw_alloc_zero(cells->count * places, sizeof *out.current);
  for (size_t i = 0; i < cells->count; i++) {
    for (int side = 0; side < 2; side++) {
      const dw_column *column = side ? cells->current[i] : cells->reference[i];
      uint64_t *count = (side ? out.current : out.reference) + i * places, rest = all_of(column);
      for (size_t k = 0; k < out.named; k++) rest -= count[k] = count_of(column, &all->item[out.category[k]]);
      count[out.named] = rest;
    }
  }
  out.counts = (dw_strata_counts){cells->count, places, out.reference, out.current};
  return out;
}

static void counted_free(counted *c)
{
  dw_free(c->reference);
  dw_free(c->current);
  dw_free(c->category);
}

/* --- the effect --- */

void dw_matched_shift(dw_pair *pair, dw_share_shift *out)
{
  out->h = NAN;
  if (pair->type == DW_TYPE_NUMERIC) {
    dw_stratum *stratum = strata_of(pair->cells);
    dw_stratified_shift_numbers(stratum, pair->cells->count, pair->reference->sorted, out, NULL);
    dw_free(stratum);
  } else if (pair->type == DW_TYPE_CATEGORICAL) {
    counted c = count_cells(pair);
    if (dw_stratified_shift_categories(&c.counts, c.named, out, NULL) == DW_OK && c.named) out->category = c.category[out->category];
    counted_free(&c);
  }
}

void dw_matched_strength(const dw_pair *pair, dw_strength *out)
{
  double change = 0, rows = 0, squares = 0, degrees = 0;
  const dw_pair_cells *cells = pair->cells;
  for (size_t i = 0; i < cells->count && pair->type == DW_TYPE_NUMERIC; i++) {
    if (!cells->reference[i] || !cells->current[i]) continue;
    const dw_moments *r = &cells->reference[i]->moments, *c = &cells->current[i]->moments;
    if (r->count == 0 || c->count == 0) continue;
    const dw_moments *side[] = {r, c};
    for (int k = 0; k < 2; k++) {
      if (side[k]->count < 2) continue;
      squares += dw_moments_variance(side[k], 1) * (double)(side[k]->count - 1);
      degrees += (double)(side[k]->count - 1);
    }
    change += (double)c->count * (c->mean - r->mean);
    rows += (double)c->count;
  }
  if (rows == 0) return;
  out->direction = change > 0 ? "up" : change < 0 ? "down" : NULL;
  if (degrees > 0 && squares > 0) out->size.value = change / rows / sqrt(squares / degrees);
}

/* --- the test --- */

static void write_test(const dw_pair *pair, const dw_stratified *test, const size_t *category, size_t named, dw_json *json)
{
  static const char *const parts[] = {[DW_STRATIFIED_NONE] = "none",
                                      [DW_STRATIFIED_BELOW] = "share_up_to_quantile",
                                      [DW_STRATIFIED_VALUE] = "share_of_value",
                                      [DW_STRATIFIED_GAPS] = "anderson",
                                      [DW_STRATIFIED_SPREAD] = "mood",
                                      [DW_STRATIFIED_SQUARES] = "chisquare"};
  dw_json_open(json, "omnibus", '{');
  dw_json_text(json, "part", parts[test->part]);
  if (test->part == DW_STRATIFIED_BELOW) dw_json_number(json, "quantile", test->where);
  if (test->part == DW_STRATIFIED_VALUE && pair->type == DW_TYPE_NUMERIC) dw_json_number(json, "value", test->where);
  if (test->part == DW_STRATIFIED_VALUE && pair->type == DW_TYPE_CATEGORICAL) {
    const dw_category *item = test->category < named ? &pair->categories.item[category[test->category]] : NULL;
    if (item) dw_json_bytes(json, "category", item->text, item->length);
    else dw_json_null(json, "category");
  }
  dw_json_integer(json, "deals", test->deals);
  if (test->deals) dw_json_integer(json, "hits", test->hits);
  dw_json_close(json, '}');
}

static void write_matched(const dw_stratified *test, dw_json *json)
{
  dw_json_open(json, "matched", '{');
  dw_json_integer(json, "cells", (int64_t)test->strata);
  dw_json_integer(json, "reference", (int64_t)test->reference);
  dw_json_integer(json, "current", (int64_t)test->current);
  dw_json_close(json, '}');
}

static void write_detail(const dw_pair *pair, const dw_stratified *test, const counted *c, dw_method_result *result)
{
  dw_json json;
  dw_detail_open(&json, result);
  write_test(pair, test, c ? c->category : NULL, c ? c->named : 0, &json);
  write_matched(test, &json);
  dw_detail_close(&json, result);
}

dw_status dw_matched_run(dw_pair *pair, const dw_stratified_settings *settings, dw_method_result *result, dw_stratified *test, dw_err *err)
{
  static const char none[] = "no cell of --match has values of the column on both sides";
  dw_status status;
  if (pair->type == DW_TYPE_NUMERIC) {
    dw_stratum *stratum = strata_of(pair->cells);
    status = dw_stratified_numbers(stratum, pair->cells->count, settings, test, err);
    dw_free(stratum);
    if (status == DW_OK) write_detail(pair, test, NULL, result);
  } else {
    counted c = count_cells(pair);
    status = dw_stratified_categories(&c.counts, settings, test, err);
    if (status == DW_OK) write_detail(pair, test, &c, result);
    counted_free(&c);
  }
  return status == DW_ENODATA ? dw_err_set(err, status, none) : status;
}

/* --- shares --- */

dw_status dw_matched_missing(const dw_pair_cells *cells, const dw_stratified_settings *settings, double *p_value, dw_share_shift *out,
                             dw_err *err)
{
  enum { MISSING, THERE, PLACES };
  uint64_t *count[2];
  for (int side = 0; side < 2; side++) {
    const dw_column **column = side ? cells->current : cells->reference;
    const uint64_t *rows = side ? cells->current_rows : cells->reference_rows;
    count[side] = dw_alloc_zero(cells->count * PLACES, sizeof *count[side]);
    for (size_t i = 0; i < cells->count; i++) {
      uint64_t missing = column[i] ? rows[i] - column[i]->rows + dw_column_missing(column[i]) : rows[i];
      count[side][i * PLACES + MISSING] = missing;
      count[side][i * PLACES + THERE] = rows[i] - missing;
    }
  }
  dw_stratified test;
  dw_strata_counts counts = {cells->count, PLACES, count[0], count[1]};
  dw_status status = dw_stratified_categories(&counts, settings, &test, err);
  if (status == DW_OK) status = dw_stratified_shift_categories(&counts, 1, out, err);
  *p_value = test.p_value;
  dw_free(count[0]);
  dw_free(count[1]);
  return status == DW_ENODATA ? dw_err_set(err, status, "no cell of --match has records on both sides") : status;
}

double dw_matched_exceedance(const uint64_t *reference_rows, const uint64_t *current_rows, const uint64_t *rows, size_t cells)
{
  double p = 1;
  for (size_t i = 0; i < cells; i++) p *= dw_exceedance_p(reference_rows[i], current_rows[i], rows[i]);
  return p;
}
