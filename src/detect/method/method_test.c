/* The methods that are judged by a p-value of a known law. */
#include <math.h>

#include "base/fmath.h"
#include "detect/method/contribution.h"
#include "detect/method/method_parts.h"
#include "detect/method/method_run.h"
#include "detect/method/method_permutation.h"
#include "detect/method/method_reach.h"
#include "stats/distributions/special.h"
#include "stats/samples/gap_left.h"
#include "stats/shift/tied_deals.h"
#include "stats/tests/contingency.h"

static bool evidently(const dw_method_settings *settings) { return settings->preset == DW_PRESET_EVIDENTLY; }

/* With sketches ranks may be off: p-values are those of the smallest statistic possible, never too small. */

/* Where the sides differ, for tests whose statistic has no parts. */
static dw_status with_tenths(dw_status status, const dw_pair *pair, dw_method_result *result)
{
  if (status != DW_OK) return status;
  dw_json json;
  dw_detail_open(&json, result);
  dw_contribution_tenths(&json, pair->reference->sorted, pair->current->sorted);
  dw_detail_close(&json, result);
  return DW_OK;
}

dw_status dw_run_ks(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  double slack = dw_pair_rank_slack(pair);
  dw_status status = dw_take_test(dw_ks_2samp(pair->reference->sorted, pair->current->sorted, &test, err), &test, result);
  if (status != DW_OK) return status;
  if (slack > 0) result->p_value = dw_ks_2samp_p(fmax(0, test.statistic - slack), pair->reference_count, pair->current_count, NULL);
  dw_detail_location(test.location, result);
  return with_tenths(DW_OK, pair, result);
}

dw_status dw_run_kuiper(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  double slack = 2 * dw_pair_rank_slack(pair);
  dw_status status = dw_take_test(dw_kuiper(pair->reference->sorted, pair->current->sorted, &test, err), &test, result);
  if (status != DW_OK) return status;
  if (slack > 0) result->p_value = dw_kuiper_p(fmax(0, test.statistic - slack), pair->reference_count, pair->current_count, NULL);
  if (settings->permutations && !test.exact && slack == 0)
    return with_tenths(dw_permute_numbers(pair, settings, dw_kuiper_statistic, result), pair, result);
  dw_detail_location(test.location, result);
  return with_tenths(DW_OK, pair, result);
}

/* What of a sum over the pooled rows is there whatever the error. */
static double pooled_part(const dw_pair *pair, bool tails)
{
  const dw_column *r = pair->reference, *c = pair->current;
  if (dw_pair_rank_slack(pair) == 0) return 1;
  return dw_gap_left_pooled(r->sorted, c->sorted, tails, dw_column_rank_error(r), dw_column_rank_error(c));
}

dw_status dw_run_cramer_von_mises(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  double part = pooled_part(pair, false);
  dw_status status = dw_cramer_von_mises_part(pair->reference->sorted, pair->current->sorted, evidently(settings), part, &test, err);
  return with_tenths(dw_take_test(status, &test, result), pair, result);
}

dw_status dw_run_anderson(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  enum { LIMIT_LAW_FROM = 8 };
  dw_test test;
  double part = pooled_part(pair, true);
  dw_status status = dw_anderson_darling_part(pair->reference->sorted, pair->current->sorted, evidently(settings), part, &test, err);
  status = dw_take_test(status, &test, result);
  if (status != DW_OK || evidently(settings) || dw_pair_rank_slack(pair) > 0) return with_tenths(status, pair, result);
  if (settings->permutations) return with_tenths(dw_permute_numbers(pair, settings, dw_anderson_statistic, result), pair, result);
  if (dw_tied_is_sparse(pair->reference->sorted, pair->current->sorted))
    return with_tenths(dw_deal_anderson(pair, settings, result), pair, result);
  if (pair->reference_count < LIMIT_LAW_FROM || pair->current_count < LIMIT_LAW_FROM)
    result->warning = "fewer than 8 values on a side: the limit law is rough there; --permutations N computes the p-value by permutations";
  return with_tenths(DW_OK, pair, result);
}

dw_status dw_run_es(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  enum { CHI_SQUARE_FROM = 25, COVARIANCE_FROM = 250 };
  dw_test test;
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  uint64_t less = pair->reference_count < pair->current_count ? pair->reference_count : pair->current_count;
  uint64_t more = pair->reference_count + pair->current_count - less;
  if (less < COVARIANCE_FROM && more > 2 * less) /* between normal samples of 500 and 40 a third of all p-values is below 0.05 */
    result->warning = "of sizes so different this test finds drift too often: the covariance of the smaller side is a guess";
  if (pair->reference_count < CHI_SQUARE_FROM && pair->current_count < CHI_SQUARE_FROM)
    result->warning = "fewer than 25 values on both sides: the chi-square approximation is rough there";
  return with_tenths(dw_take_test(dw_epps_singleton(pair->reference->sorted, pair->current->sorted, &test, err), &test, result), pair,
                     result);
}

dw_status dw_run_mannw(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  dw_alternative alternative = evidently(settings) ? DW_LESS : settings->alternative;
  dw_status status =
      dw_mannwhitney_within(pair->reference->sorted, pair->current->sorted, alternative, dw_pair_rank_slack(pair), &test, err);
  return with_tenths(dw_take_test(status, &test, result), pair, result);
}

dw_status dw_run_t_test(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  return with_tenths(dw_take_test(dw_t_test(&pair->reference->moments, &pair->current->moments, true, &test, err), &test, result), pair,
                     result);
}

/* --- counts --- */

/* Both statistics of two tables are sums over the categories of a divergence between two shares that grows with their distance, so that
 * the sum of the shares as near each other as they may be is a bound below; all texts that nobody counts are one category more. */
static double table_part(double p, double q, double of_n, double of_m, bool g)
{
  double both = of_n * p + of_m * q;
  if (both <= 0) return 0;
  if (!g) return of_n * of_m * (p - q) * (p - q) / both;
  return 2 * ((p > 0 ? of_n * p * dw_log(p / both) : 0) + (q > 0 ? of_m * q * dw_log(q / both) : 0));
}

static dw_status run_reach(dw_pair *pair, bool g, dw_method_result *result)
{
  const dw_categories *all = &pair->categories;
  size_t count = all->count + 1;
  dw_reach_share *r = dw_alloc_array(2 * count, sizeof *r), *c = r + count;
  double n = (double)pair->reference_count, m = (double)pair->current_count, rows = n + m, as_is = 0, least = 0;
  dw_reach_shares(pair, r, c);
  for (size_t k = 0; k < count; k++) {
    double p = (double)(k < all->count ? all->reference[k] : all->reference_other) / n;
    double q = (double)(k < all->count ? all->current[k] : all->current_other) / m;
    as_is += rows * table_part(p, q, n / rows, m / rows, g);
    dw_reach_nearest(r[k], c[k], &p, &q);
    least += rows * table_part(p, q, n / rows, m / rows, g);
  }
  dw_free(r);
  result->statistic = as_is;
  result->p_value = dw_chi2_sf(fmax(0, least), (double)count - 1);
  return DW_OK;
}

typedef void term_function(const dw_categories *counts, bool fit, double *term);

static void chisquare_terms(const dw_categories *counts, bool fit, double *term)
{
  dw_chisquare_terms(counts->reference, counts->current, counts->count, fit, term);
}

static void g_terms(const dw_categories *counts, bool fit, double *term)
{
  dw_g_terms(counts->reference, counts->current, counts->count, term);
}

static void contributions(const dw_categories *counts, bool fit, term_function *terms, dw_method_result *result)
{
  dw_json json;
  double *term = dw_alloc_array(counts->count, sizeof *term);
  terms(counts, fit, term);
  dw_detail_open(&json, result);
  dw_contribution_categories(&json, counts, term);
  dw_detail_close(&json, result);
  dw_free(term);
}

static void warn_of_rare(const dw_categories *counts, dw_method_result *result)
{
  if (dw_expected_least(counts->reference, counts->current, counts->count) < 1)
    result->warning = "expected counts below 1: the chi-square approximation is doubtful for rare categories";
}

dw_status dw_run_chisquare(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_reach_is(pair) && !evidently(settings)) return run_reach(pair, false, result);
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  const dw_categories *counts = dw_pair_counts(pair);
  dw_test test;
  bool fit = evidently(settings);
  dw_status status = fit ? dw_chisquare_fit(counts->reference, counts->current, counts->count, &test, err)
                         : dw_chisquare_homogeneity(counts->reference, counts->current, counts->count, &test, err);
  if (dw_take_test(status, &test, result) != DW_OK) return status;
  if (!fit) warn_of_rare(counts, result);
  contributions(counts, fit, chisquare_terms, result);
  return DW_OK;
}

static dw_status equal_sizes(const dw_categories *counts, dw_err *err)
{
  if (counts->reference_total == counts->current_total) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "Evidently computes this only for as many current values as reference values");
}

dw_status dw_run_g_test(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_reach_is(pair) && !evidently(settings)) return run_reach(pair, true, result);
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  const dw_categories *counts = dw_pair_counts(pair);
  dw_test test;
  bool fit = evidently(settings);
  if (fit && equal_sizes(counts, err) != DW_OK) return DW_ENODATA;
  dw_status status = fit ? dw_g_fit(counts->reference, counts->current, counts->count, &test, err)
                         : dw_g_test(counts->reference, counts->current, counts->count, &test, err);
  if (dw_take_test(status, &test, result) != DW_OK) return status;
  if (!fit) warn_of_rare(counts, result);
  contributions(counts, fit, g_terms, result);
  return DW_OK;
}

static size_t seen(const uint64_t *counts, size_t categories)
{
  size_t out = 0;
  for (size_t i = 0; i < categories; i++) out += counts[i] > 0;
  return out;
}

dw_status dw_run_fisher_exact(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  const dw_categories *counts = dw_pair_counts(pair);
  dw_test test;
  if (counts->count > 2)
    return dw_err_set(err, DW_ENODATA, "this test compares two categories, and there are %zu: g_test or chisquare compare more",
                      counts->count);
  if (evidently(settings) && equal_sizes(counts, err) != DW_OK) return DW_ENODATA;
  bool two = counts->count == 2;
  dw_status status = dw_fisher_exact(counts->reference_total - counts->reference[0], counts->reference[0], two ? counts->current[1] : 0,
                                     counts->current[0], &test, err);
  if (dw_take_test(status, &test, result) != DW_OK) return status;
  if (two && seen(counts->reference, 2) + seen(counts->current, 2) > 2) contributions(counts, false, chisquare_terms, result);
  return DW_OK;
}

/* The share of everything but the smallest value: of two values, the share of the larger one. */
dw_status dw_run_z(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (dw_pair_needs_exact(pair, err) != DW_OK) return DW_ENODATA;
  const dw_categories *counts = dw_pair_counts(pair);
  dw_test test;
  if (counts->count == 0) return dw_err_set(err, DW_ENODATA, "no values");
  dw_status status = dw_z_proportions(counts->reference_total - counts->reference[0], counts->reference_total,
                                      counts->current_total - counts->current[0], counts->current_total, evidently(settings), &test, err);
  if (dw_take_test(status, &test, result) == DW_OK) contributions(counts, false, chisquare_terms, result);
  return status;
}
