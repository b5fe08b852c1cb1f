/* The methods that are judged by a distance. */
#include <math.h>

#include "detect/method/contribution.h"
#include "detect/method/method_parts.h"
#include "detect/method/method_run.h"
#include "stats/samples/winsor.h"

/* How large the statistic is expected to be between two samples of one distribution; when that eats half the threshold, "drift" may
 * mean only "small sample". */
static const char *chance_warning(double expected, double threshold)
{
  return expected > threshold / 2
             ? "the samples are small for this method: chance alone makes it this large; dw-calibrate sets a limit for the size"
             : NULL;
}

static void area_contributions(const dw_pair *pair, int power, dw_method_result *result)
{
  dw_json json;
  dw_detail_open(&json, result);
  dw_contribution_areas(&json, pair->reference->sorted, pair->current->sorted, power);
  dw_detail_close(&json, result);
}

/* The distance as its calibrated threshold was made: between winsorised samples, of which outliers do not rule the scale. */
static dw_status run_winsorised(dw_pair *pair, bool energy, dw_method_result *result, dw_err *err)
{
  dw_sorted r = pair->reference->sorted, c = pair->current->sorted;
  dw_winsor at = dw_winsor_of(r);
  if (!(at.low < at.high))
    return dw_err_set(err, DW_ENODATA, "the reference is one value, which gives no scale; psi or the default, share_shift, need none");
  double *room = dw_alloc_array(r.count + c.count, sizeof *room);
  r = dw_winsor_shares(at, r, room);
  c = dw_winsor_shares(at, c, room + r.count);
  result->statistic = energy ? dw_energy_distance(r, c) / sqrt(dw_winsor_std(r)) : dw_wasserstein(r, c) / dw_winsor_std(r);
  area_contributions(pair, energy ? 2 : 1, result);
  dw_free(room);
  return DW_OK;
}

dw_status dw_run_wasserstein(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->winsorised) return run_winsorised(pair, false, result, err);
  double spread = dw_moments_std(&pair->reference->moments, 0);
  result->statistic = dw_wasserstein(pair->reference->sorted, pair->current->sorted) / fmax(spread, 0.001);
  result->warning = chance_warning(dw_chance_wasserstein(pair), 0.1);
  area_contributions(pair, 1, result);
  return DW_OK;
}

dw_status dw_run_ed(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->winsorised) return run_winsorised(pair, true, result, err);
  result->statistic = dw_energy_distance(pair->reference->sorted, pair->current->sorted);
  area_contributions(pair, 2, result);
  return DW_OK;
}

static void bin_contributions(dw_pair *pair, const dw_binned *bins, dw_distance_terms *terms, dw_method_result *result)
{
  dw_json json;
  double *term = dw_alloc_array(bins->count, sizeof *term);
  terms(bins->p, bins->q, bins->count, term);
  dw_detail_open(&json, result);
  if (bins->edges) dw_contribution_bins(&json, bins, term);
  else dw_contribution_categories(&json, dw_pair_counts(pair), term);
  dw_detail_close(&json, result);
  dw_free(term);
}

/* What a divergence between two vectors of shares needs; expected: how large it is by chance, given the number of bins. */
typedef struct divergence {
  double (*of)(const double *p, const double *q, size_t k);
  dw_distance_terms *terms;
  double factor; /* see dw_chance_divergence */
  bool root;     /* the statistic is the root of what behaves like that */
} divergence;

static dw_status run_divergence(dw_pair *pair, const divergence *how, dw_method_result *result, dw_err *err)
{
  dw_binned bins;
  dw_status status = dw_pair_bins(pair, &bins, err);
  if (status != DW_OK) return status;
  result->statistic = how->of(bins.p, bins.q, bins.count);
  double expected = dw_chance_divergence(pair, how->factor, bins.count);
  result->warning = chance_warning(how->root ? sqrt(expected) : expected, 0.1);
  bin_contributions(pair, &bins, how->terms, result);
  dw_binned_free(&bins);
  return DW_OK;
}

dw_status dw_run_psi(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_psi, dw_psi_terms, 1, false}, result, err);
}

dw_status dw_run_kl_div(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_kl_div, dw_kl_div_terms, 0.5, false}, result, err);
}

dw_status dw_run_jensenshannon(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_jensenshannon, dw_jensenshannon_terms, 0.125, true}, result, err);
}

dw_status dw_run_hellinger(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (pair->type != DW_TYPE_NUMERIC) return run_divergence(pair, &(divergence){dw_hellinger, dw_hellinger_terms, 0.125, true}, result, err);
  dw_binned bins;
  dw_status status = dw_hellinger_numeric(pair->reference->sorted, pair->current->sorted, false, &result->statistic, &bins, err);
  if (status != DW_OK) return status;
  result->warning = chance_warning(sqrt(dw_chance_divergence(pair, 0.125, bins.count)), 0.1);
  bin_contributions(pair, &bins, dw_hellinger_terms, result);
  dw_binned_free(&bins);
  return DW_OK;
}

/* All of the largest gap is where it is. */
static void l_infinity_terms(const double *p, const double *q, size_t k, double *term)
{
  double most = dw_l_infinity(p, q, k);
  for (size_t i = 0; i < k; i++) term[i] = fabs(p[i] - q[i]) == most ? most : 0;
}

/* The largest of the gaps of bins that hold about half of the values has a deviation of half the scale of chance: a divergence of one bin
 * more. */
dw_status dw_run_l_infinity(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_binned bins;
  dw_status status = dw_pair_bins(pair, &bins, err);
  if (status != DW_OK) return status;
  result->statistic = dw_l_infinity(bins.p, bins.q, bins.count);
  result->warning = chance_warning(sqrt(dw_chance_divergence(pair, 0.25, 2)), 0.1);
  bin_contributions(pair, &bins, l_infinity_terms, result);
  dw_binned_free(&bins);
  return DW_OK;
}

static double cosine_similarity(const double *p, const double *q, size_t k) { return 1 - dw_cosine_distance(p, q, k); }

dw_status dw_run_cosine(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  result->undrifted = 1;
  return run_divergence(pair, &(divergence){cosine_similarity, dw_cosine_terms, 0.5, false}, result, err);
}
