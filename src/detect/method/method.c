#include "detect/method/method.h"

#include <math.h>
#include <string.h>

#include "detect/method/method_parts.h"
#include "detect/method/method_reach.h"
#include "stats/samples/sample.h"

static uint64_t column_usable(const dw_column *column, dw_type type)
{
  if (type == DW_TYPE_VECTOR) return column->vectors ? column->vectors->count : 0;
  return column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED];
}

void dw_pair_make(dw_pair *pair, const char *name, dw_type type, const dw_column *reference, const dw_column *current)
{
  *pair = (dw_pair){.name = name, .type = type, .reference = reference, .current = current};
  if (type == DW_TYPE_TEXT || type == DW_TYPE_VECTOR) {
    pair->reference_count = column_usable(reference, type);
    pair->current_count = column_usable(current, type);
  } else if (type == DW_TYPE_CATEGORICAL) {
    dw_categories_make(&pair->categories, reference, current);
    pair->counted = true;
    pair->distinct = pair->categories.count;
    pair->reference_count = pair->categories.reference_total;
    pair->current_count = pair->categories.current_total;
  } else {
    pair->distinct = dw_sorted_distinct_pooled(reference->sorted, current->sorted, DW_PAIR_FEW + 1);
    pair->reference_count = reference->sorted.total;
    pair->current_count = current->sorted.total;
  }
}

void dw_pair_free(dw_pair *pair)
{
  if (pair->counted) dw_categories_free(&pair->categories);
}

const dw_categories *dw_pair_counts(dw_pair *pair)
{
  if (!pair->counted) {
    dw_column numbers_r = *pair->reference, numbers_c = *pair->current;
    numbers_r.texts = numbers_c.texts = (dw_map){0};
    dw_categories_make(&pair->categories, &numbers_r, &numbers_c);
    pair->counted = true;
  }
  return &pair->categories;
}

double dw_pair_rank_slack(const dw_pair *pair) { return dw_column_rank_error(pair->reference) + dw_column_rank_error(pair->current); }

dw_status dw_pair_needs_exact(const dw_pair *pair, dw_err *err)
{
  bool numbers = dw_pair_rank_slack(pair) > 0;
  if (!numbers && !dw_reach_is(pair)) return DW_OK;
  return dw_err_set(err, DW_ENODATA,
                    numbers ? "its numbers are held as a sketch (a profile, or --memory), of which this method cannot say what the error "
                              "makes; the default, ks and psi can"
                            : "the profile counts the most frequent texts alone, of which this method cannot say what is lacking; the "
                              "default, chisquare and psi can");
}

/* 1/n + 1/m: the scale on which two samples of one distribution differ by chance. */
static double chance_scale(const dw_pair *pair) { return 1 / (double)pair->reference_count + 1 / (double)pair->current_count; }

/* For a normal distribution the mean of W1 / sigma between two samples is about 0.75 sqrt(1/n + 1/m). */
double dw_chance_wasserstein(const dw_pair *pair) { return 0.75 * sqrt(chance_scale(pair)); }

double dw_chance_divergence(const dw_pair *pair, double factor, size_t bins) { return factor * (double)(bins - 1) * chance_scale(pair); }

dw_status dw_take_test(dw_status status, const dw_test *test, dw_method_result *result)
{
  result->statistic = test->statistic;
  result->p_value = test->p_value;
  return status;
}

void dw_detail_open(dw_json *json, dw_method_result *result)
{
  if (result->detail.length) {
    dw_json_reopen(json, &result->detail);
    return;
  }
  dw_json_start(json, &result->detail, 0);
  dw_json_open(json, NULL, '{');
}

void dw_detail_close(dw_json *json, dw_method_result *result)
{
  dw_json_close(json, '}');
  if (result->detail.length == 2) dw_buf_free(&result->detail);
}

void dw_detail_location(double location, dw_method_result *result)
{
  dw_json json;
  if (isnan(location)) return;
  dw_detail_open(&json, result);
  dw_json_number(&json, "location", location);
  dw_detail_close(&json, result);
}

dw_status dw_pair_bins(dw_pair *pair, const dw_method_settings *settings, dw_binned *out, dw_err *err)
{
  static const dw_bin_rule evidently = {.kind = DW_BINS_EVIDENTLY};
  if (pair->type == DW_TYPE_NUMERIC)
    return dw_bin_rule_apply(dw_bins_evidently(settings) ? &evidently : &settings->bins, pair->reference->sorted, pair->current->sorted,
                             out, err);
  const dw_categories *counts = dw_pair_counts(pair);
  bool others = dw_reach_is(pair);
  size_t count = counts->count + others;
  *out = (dw_binned){.p = dw_alloc_array(count, sizeof(double)), .q = dw_alloc_array(count, sizeof(double)), .count = count};
  dw_shares(counts->reference, counts->count, counts->reference_total, out->p);
  dw_shares(counts->current, counts->count, counts->current_total, out->q);
  if (!others) return DW_OK;
  dw_shares(&counts->reference_other, 1, counts->reference_total, out->p + counts->count);
  dw_shares(&counts->current_other, 1, counts->current_total, out->q + counts->count);
  return DW_OK;
}

bool dw_method_fits(const dw_method *method, dw_type type) { return (method->types & DW_FITS(type)) != 0; }

/* Of the share that changed most: the divergence of two shares is h^2 / 8 where they are near each other, and as many shares are looked at
 * as tell apart what ten bins do. */
static double amount_of_share(dw_pair *pair)
{
  const dw_share_shift *shift = dw_pair_shift(pair);
  return isnan(shift->h) ? 0 : fmax(0, shift->h * shift->h / 8 - dw_chance_divergence(pair, 0.125, 10));
}

double dw_method_amount(dw_pair *pair, const dw_method_settings *settings)
{
  dw_binned bins;
  if (pair->reference_count == 0 || pair->current_count == 0) return 0;
  if (dw_pair_bins(pair, settings, &bins, NULL) != DW_OK) return 0;
  double distance = dw_jensenshannon(bins.p, bins.q, bins.count);
  double amount = fmax(0, distance * distance - dw_chance_divergence(pair, 0.125, bins.count));
  dw_binned_free(&bins);
  return fmax(amount, amount_of_share(pair));
}
