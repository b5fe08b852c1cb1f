/* The methods whose p-value comes from random permutations. */
#include "detect/method/method_permutation.h"

#include <stdlib.h>

#include "detect/method/contribution.h"
#include "detect/method/method_parts.h"
#include "detect/method/method_run.h"
#include "stats/shift/tied_deals.h"
#include "stats/tests/kernel.h"
#include "stats/tests/permutation.h"

enum {
  PERMUTATIONS = 999,        /* unless the user says */
  MMD_ROWS = 1000,           /* a side: time and memory go with the square */
  EVIDENTLY_MMD_ROWS = 1500, /* enough for what Evidently can do in the memory of a laptop */
  EVIDENTLY_MMD_PERMUTATIONS = 100,
  EVIDENTLY_TVD_PERMUTATIONS = 1000
};

static bool evidently(const dw_method_settings *settings) { return settings->preset == DW_PRESET_EVIDENTLY; }

static unsigned permutations(const dw_method_settings *settings, unsigned otherwise)
{
  return settings->permutations ? settings->permutations : otherwise;
}

dw_rng_key dw_method_key(const dw_pair *pair, const dw_method_settings *settings, const char *method)
{
  dw_buf purpose = {0};
  dw_buf_format(&purpose, "dw-compare %s %s", method, pair->name);
  dw_rng_key key = dw_rng_derive(settings->seed, dw_buf_cstr(&purpose));
  dw_buf_free(&purpose);
  return key;
}

static void write_permutations(dw_json *json, unsigned made, unsigned hits)
{
  dw_json_integer(json, "permutations", made);
  dw_json_integer(json, "hits", hits);
}

dw_status dw_permute_numbers(dw_pair *pair, const dw_method_settings *settings, double (*statistic)(dw_sorted r, dw_sorted c),
                             dw_method_result *result)
{
  dw_permutation got;
  dw_json json;
  dw_permutation_test(pair->reference->sorted, pair->current->sorted, statistic, settings->permutations,
                      dw_method_key(pair, settings, "numbers"), &got);
  result->p_value = got.p_value;
  dw_detail_open(&json, result);
  write_permutations(&json, got.made, got.hits);
  dw_detail_close(&json, result);
  return DW_OK;
}

dw_status dw_deal_anderson(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result)
{
  dw_tied_dealt dealt = dw_tied_anderson(pair->reference->sorted, pair->current->sorted, dw_method_key(pair, settings, "anderson"));
  dw_json json;
  result->p_value = dealt.p_value;
  dw_detail_open(&json, result);
  write_permutations(&json, dealt.made, dealt.hits);
  dw_detail_close(&json, result);
  return DW_OK;
}

/* --- total variation --- */

static int number_order(const void *left, const void *right)
{
  double a = *(const double *)left, b = ((const dw_category *)right)->number;
  return a < b ? -1 : a > b;
}

/* The categories of the cells of one side, in the order of the rows, into out. */
static void code_side(const dw_categories *all, const dw_column *column, uint32_t *out)
{
  size_t numbers = 0;
  while (numbers < all->count && all->item[numbers].numeric) numbers++;
  dw_map places;
  dw_map_init(&places);
  for (size_t i = numbers; i < all->count; i++) dw_map_intern(&places, all->item[i].text, all->item[i].length);
  for (size_t i = 0; i < column->order_count; i++) {
    const dw_column_cell *cell = &column->order[i];
    if (cell->text == DW_MAP_NONE) {
      const dw_category *found = bsearch(&cell->number, all->item, numbers, sizeof *all->item, number_order);
      out[i] = found ? (uint32_t)(found - all->item) : 0;
    } else {
      const dw_map_key *text = &column->texts.keys[cell->text];
      out[i] = (uint32_t)numbers + dw_map_find(&places, text->text, text->length);
    }
  }
  dw_map_free(&places);
}

/* Evidently shuffles rows, so that its number depends on their order. */
static bool order_is_kept(const dw_pair *pair, const dw_categories *counts)
{
  return pair->reference->order_count == counts->reference_total && pair->current->order_count == counts->current_total;
}

static dw_status tvd_of(dw_pair *pair, const dw_categories *counts, const dw_method_settings *settings, double *distance,
                        dw_permutation *got, dw_err *err)
{
  if (!evidently(settings))
    return dw_tvd_test(counts->reference, counts->current, counts->count, permutations(settings, PERMUTATIONS),
                       dw_method_key(pair, settings, "tvd"), distance, got, err);
  if (!order_is_kept(pair, counts)) {
    dw_status status = dw_tvd_test(counts->reference, counts->current, counts->count, EVIDENTLY_TVD_PERMUTATIONS,
                                   dw_method_key(pair, settings, "tvd"), distance, got, err);
    got->p_value = (double)got->hits / (double)(got->made ? got->made : 1);
    return status;
  }
  size_t n = pair->reference->order_count, m = pair->current->order_count;
  uint32_t *code = dw_alloc_array(n + m, sizeof *code);
  code_side(counts, pair->reference, code);
  code_side(counts, pair->current, code + n);
  dw_status status = dw_tvd_as_numpy(code, n, m, counts->count, EVIDENTLY_TVD_PERMUTATIONS, distance, got, err);
  dw_free(code);
  return status;
}

dw_status dw_run_tvd(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  const dw_categories *counts = dw_pair_counts(pair);
  dw_permutation got;
  dw_json json;
  dw_status status = tvd_of(pair, counts, settings, &result->statistic, &got, err);
  if (status != DW_OK) return status;
  result->p_value = got.p_value;
  double *memory = dw_alloc_array(3 * counts->count, sizeof *memory), *p = memory, *q = p + counts->count, *term = q + counts->count;
  dw_shares(counts->reference, counts->count, counts->reference_total, p);
  dw_shares(counts->current, counts->count, counts->current_total, q);
  dw_total_variation_terms(p, q, counts->count, term);
  dw_detail_open(&json, result);
  write_permutations(&json, got.made, got.hits);
  dw_json_integer(&json, "ties", got.ties);
  dw_contribution_categories(&json, counts, term);
  dw_detail_close(&json, result);
  dw_free(memory);
  return DW_OK;
}

/* --- maximum mean discrepancy --- */

/* `count` of the total values at random, without putting back (Floyd), in their order. */
static double *pick_values(dw_sorted from, size_t count, dw_rng_key key, uint32_t stream)
{
  double *out = dw_alloc_array(count, sizeof *out);
  uint64_t *rank = dw_alloc_array(count, sizeof *rank);
  dw_rng rng;
  dw_rng_start(&rng, key, UINT64_MAX, stream); /* rows 0, 1, 2 … are the permutations */
  for (size_t i = 0; i < count; i++) {
    uint64_t last = from.total - count + i, pick = dw_rng_below(&rng, last + 1);
    size_t at = 0, end = i;
    while (at < end) {
      size_t middle = at + (end - at) / 2;
      if (rank[middle] < pick) at = middle + 1;
      else end = middle;
    }
    if (at < i && rank[at] == pick) pick = last, at = i;
    memmove(rank + at + 1, rank + at, (i - at) * sizeof *rank);
    rank[at] = pick;
  }
  uint64_t below = 0;
  for (size_t i = 0, k = 0; k < count; k++) {
    if (!from.weight) {
      out[k] = from.value[rank[k]];
      continue;
    }
    while (below + from.weight[i] <= rank[k]) below += from.weight[i++];
    out[k] = from.value[i];
  }
  dw_free(rank);
  return out;
}

dw_status dw_run_empirical_mmd(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  size_t most = evidently(settings) ? EVIDENTLY_MMD_ROWS : MMD_ROWS;
  size_t n = pair->reference_count < most ? (size_t)pair->reference_count : most,
         m = pair->current_count < most ? (size_t)pair->current_count : most;
  dw_rng_key key = dw_method_key(pair, settings, "empirical_mmd");
  dw_mmd_options options = {.bandwidth = evidently(settings) ? DW_BANDWIDTH_WITHIN : DW_BANDWIDTH_POOLED,
                            .permutations = permutations(settings, evidently(settings) ? EVIDENTLY_MMD_PERMUTATIONS : PERMUTATIONS),
                            .key = key};
  double *r = pick_values(pair->reference->sorted, n, key, 0), *c = pick_values(pair->current->sorted, m, key, 1);
  dw_mmd mmd;
  dw_json json;
  dw_status status = dw_mmd_test(r, n, c, m, 1, &options, &mmd, err);
  dw_free(r);
  dw_free(c);
  if (status != DW_OK) return status;
  result->statistic = mmd.statistic;
  result->p_value = evidently(settings) ? (double)mmd.hits / (double)mmd.permutations : mmd.p_value;
  result->approximate = n < pair->reference_count || m < pair->current_count;
  if (result->approximate)
    result->warning = "computed from a random sample of the values: time and memory go with the square of their number";
  dw_detail_open(&json, result);
  write_permutations(&json, mmd.permutations, mmd.hits);
  dw_json_integer(&json, "reference_sample", (int64_t)n);
  dw_json_integer(&json, "current_sample", (int64_t)m);
  dw_detail_close(&json, result);
  return DW_OK;
}
