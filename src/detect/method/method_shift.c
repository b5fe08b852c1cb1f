/* The default method of numbers and categories: the share that changed most as the effect, an omnibus test that holds for every
 * distribution as the p-value; driftwatch-methods(7), SHARE SHIFT AND THE OMNIBUS TEST. */
#include <math.h>

#include "detect/method/contribution.h"
#include "detect/method/method_matched.h"
#include "detect/method/method_parts.h"
#include "detect/method/method_permutation.h"
#include "detect/method/method_reach.h"
#include "detect/method/method_run.h"
#include "kinds/shift.h"
#include "stats/shift/omnibus.h"
#include "stats/tests/contingency.h"

/* Shares within cells are means over them, and no further off than those of the worst cell. */
static dw_share_errors cells_off(const dw_pair_cells *cells)
{
  dw_share_errors off = {0};
  for (size_t i = 0; i < cells->count; i++) {
    if (cells->reference[i]) off.reference = fmax(off.reference, dw_column_rank_error(cells->reference[i]));
    if (cells->current[i]) off.current = fmax(off.current, dw_column_rank_error(cells->current[i]));
  }
  return off;
}

const dw_share_shift *dw_pair_shift(dw_pair *pair)
{
  if (pair->shifted) return &pair->shift;
  pair->shifted = true;
  pair->shift.h = NAN;
  if (pair->reference_count == 0 || pair->current_count == 0) return &pair->shift;
  dw_share_errors off = {dw_column_rank_error(pair->reference), dw_column_rank_error(pair->current)};
  if (pair->cells) {
    dw_matched_shift(pair, &pair->shift);
    off = cells_off(pair->cells);
    if (pair->type == DW_TYPE_NUMERIC && off.reference + off.current > 0 && !isnan(pair->shift.h)) dw_share_shift_blur(&pair->shift, off);
    return &pair->shift;
  }
  if (pair->type == DW_TYPE_NUMERIC)
    dw_share_shift_sketches(pair->reference->sorted, pair->current->sorted, off, pair->effective, &pair->shift, NULL);
  if (dw_reach_is(pair)) dw_reach_shift(pair, &pair->shift);
  else if (pair->type == DW_TYPE_CATEGORICAL)
    dw_share_shift_categories(pair->categories.reference, pair->categories.current, pair->categories.count, pair->effective, &pair->shift,
                              NULL);
  return &pair->shift;
}

static void write_numbers(dw_pair *pair, const dw_omnibus *test, dw_json *json)
{
  if (test->part == DW_OMNIBUS_BELOW) dw_json_number(json, "up_to", test->where);
  if (test->part == DW_OMNIBUS_VALUE) dw_json_number(json, "value", test->where);
  if (test->part == DW_OMNIBUS_OUTSIDE) {
    dw_json_number(json, "up_to", test->where);
    dw_json_number(json, "above", test->where_high);
  }
}

static void write_category(const dw_categories *all, const dw_omnibus *test, dw_json *json)
{
  if (test->part != DW_OMNIBUS_VALUE) return;
  if (test->category == DW_OMNIBUS_RARE) dw_json_null(json, "category");
  else dw_json_bytes(json, "category", all->item[test->category].text, all->item[test->category].length);
}

/* What the p-value saw most clearly, and what it cost. */
static void write_test(dw_pair *pair, const dw_omnibus *test, dw_json *json)
{
  static const char *const parts[] = {[DW_OMNIBUS_NONE] = "none",     [DW_OMNIBUS_BELOW] = "share_up_to",
                                      [DW_OMNIBUS_OUTSIDE] = "tails", [DW_OMNIBUS_VALUE] = "share_of_value",
                                      [DW_OMNIBUS_GAPS] = "anderson", [DW_OMNIBUS_BESIDE] = "anderson_beside_lump",
                                      [DW_OMNIBUS_SPREAD] = "mood",   [DW_OMNIBUS_CHISQUARE] = "chisquare"};
  dw_json_open(json, "omnibus", '{');
  dw_json_text(json, "part", parts[test->part]);
  if (pair->type == DW_TYPE_NUMERIC) write_numbers(pair, test, json);
  else write_category(&pair->categories, test, json);
  dw_json_integer(json, "deals", test->deals);
  if (test->deals) dw_json_integer(json, "hits", test->hits);
  dw_json_close(json, '}');
}

static void write_where(dw_pair *pair, const dw_omnibus *test, dw_method_result *result)
{
  dw_json json;
  dw_detail_open(&json, result);
  write_test(pair, test, &json);
  if (pair->type == DW_TYPE_NUMERIC) {
    dw_contribution_tenths(&json, pair->reference->sorted, pair->current->sorted);
  } else {
    const dw_categories *all = &pair->categories;
    double *term = dw_alloc_array(all->count, sizeof *term);
    dw_chisquare_terms(all->reference, all->current, all->count, false, term);
    dw_contribution_categories(&json, all, term);
    dw_free(term);
  }
  dw_detail_close(&json, result);
}

static unsigned deals_wanted(const dw_method_settings *settings, double alpha)
{
  if (settings->permutations) return settings->permutations;
  return settings->calibrated_deals ? settings->calibrated_deals : dw_omnibus_deals(settings->tests, alpha);
}

/* p is as small as these deals can show, or the bound that they could not have beaten, and as many as are wanted may show less. */
static bool is_coarse(double p, unsigned made, unsigned hits, unsigned deals, unsigned wanted)
{
  if (deals >= wanted) return false;
  return made == 0 ? p > 1.0 / (1 + wanted) && p < 1.0 / (1 + deals) : hits <= 1;
}

static dw_status run_matched(dw_pair *pair, const dw_method_settings *settings, unsigned deals, unsigned wanted, dw_method_result *result,
                             dw_err *err)
{
  dw_stratified test;
  dw_stratified_settings how = {.deals = deals, .hits = settings->hits, .key = dw_method_key(pair, settings, "share_shift")};
  dw_status status = dw_matched_run(pair, &how, result, &test, err);
  if (status != DW_OK) return status;
  result->statistic = dw_pair_shift(pair)->h;
  result->p_value = test.p_value;
  result->by_shift = true;
  result->coarse = is_coarse(test.p_value, test.deals, test.hits, deals, wanted);
  return DW_OK;
}

/* Counts that are known within bounds have no deals: the p-value is that of the shares as near each other as they may be. */
static dw_status run_reach(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->ranked) return dw_pair_needs_exact(pair, err);
  if (pair->categories.count == 0)
    return dw_err_set(err, DW_ENODATA, "neither side names a value: which there are, and how often, is not known");
  result->statistic = dw_pair_shift(pair)->h;
  result->p_value = dw_reach_p(pair);
  result->by_shift = true;
  return DW_OK;
}

dw_status dw_run_share_shift(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_omnibus test;
  double alpha = result->threshold_given > 0 && result->threshold_given < 1 ? result->threshold_given : DW_SHIFT_ALPHA;
  unsigned wanted = deals_wanted(settings, alpha);
  bool bounded = !settings->permutations && !settings->calibrated_deals && settings->deals && settings->deals < wanted;
  unsigned deals = bounded ? settings->deals : wanted;
  if (!pair->cells && dw_reach_is(pair)) return run_reach(pair, settings, result, err);
  if (pair->cells) return run_matched(pair, settings, deals, wanted, result, err);
  dw_omnibus_settings how = {.deals = deals,
                             .hits = settings->hits,
                             .matters = settings->matters,
                             .undealt = settings->ranked,
                             .key = dw_method_key(pair, settings, "share_shift"),
                             .effective = pair->effective};
  dw_status status;
  if (pair->type == DW_TYPE_NUMERIC) {
    how.rank_error = dw_pair_rank_slack(pair);
    status = dw_omnibus_numbers(pair->reference->sorted, pair->current->sorted, &how, &test, err);
  } else {
    status = dw_omnibus_categories(pair->categories.reference, pair->categories.current, pair->categories.count, &how, &test, err);
  }
  if (status != DW_OK) return status;
  if (settings->ranked) {
    result->statistic = isnan(test.statistic) ? test.p_value : test.statistic;
    return DW_OK;
  }
  result->statistic = dw_pair_shift(pair)->h;
  result->p_value = test.p_value;
  result->by_shift = true;
  result->coarse = is_coarse(test.p_value, test.deals, test.hits, deals, wanted);
  write_where(pair, &test, result);
  return DW_OK;
}
