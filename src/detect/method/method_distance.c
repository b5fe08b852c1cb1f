/* The methods that are judged by a distance. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "detect/method/contribution.h"
#include "detect/method/method_parts.h"
#include "detect/method/method_run.h"
#include "detect/method/method_reach.h"
#include "stats/samples/gap_left.h"
#include "stats/samples/quantile.h"
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

/* Of a distance with gaps to the power, what is there whatever the error of sketches. */
static void say_sure(const dw_pair *pair, dw_sorted r, dw_sorted c, int power, dw_method_result *result)
{
  double off = dw_pair_rank_slack(pair);
  if (off == 0) return;
  double left = dw_gap_left(r, c, power, off);
  result->sure = result->statistic * (power == 2 ? sqrt(left) : left);
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
  say_sure(pair, r, c, energy ? 2 : 1, result);
  area_contributions(pair, energy ? 2 : 1, result);
  dw_free(room);
  return DW_OK;
}

/* Is the standard deviation more than twice what the distance between the 5 % and the 95 % quantile says for a normal distribution, whose
 * own is 3.29 deviations? 1.1 times for an exponential one, 1.4 for a lognormal one of sigma 1, 2.5 for one of 1.5. */
static bool outliers_rule(const dw_column *column)
{
  static const double at[] = {0.05, 0.95};
  static const double deviations = 3.2897072539029444;
  double quantile[2], spread = dw_moments_std(&column->moments, 0);
  dw_quantiles(column->sorted, at, 2, quantile);
  return spread > 2 / deviations * quantile[1] - 2 / deviations * quantile[0];
}

/* Documents know no infinity: the largest number stands for what is larger. */
static double in_range(double distance) { return isinf(distance) ? DBL_MAX : distance; }

/* In the standard deviation itself, whatever the unit. */
static dw_status wasserstein_in_std(dw_pair *pair, dw_method_result *result, dw_err *err)
{
  double distance = dw_wasserstein_in_std(pair->reference->sorted, pair->current->sorted, &pair->reference->moments);
  if (isnan(distance))
    return dw_err_set(
        err, DW_ENODATA,
        "the reference is one value and has no standard deviation to count in; ks, psi or the default, share_shift, need none");
  result->statistic = in_range(distance);
  if (outliers_rule(pair->reference))
    result->warning =
        "outliers make most of the reference's standard deviation, beside which the shifts of all other rows count for little; "
        "the default, share_shift, does not depend on them";
  return DW_OK;
}

dw_status dw_run_wasserstein(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->winsorised) return run_winsorised(pair, false, result, err);
  result->warning = chance_warning(dw_chance_wasserstein(pair), 0.1);
  if (settings->preset == DW_PRESET_EVIDENTLY) {
    double spread = dw_moments_std(&pair->reference->moments, 0);
    result->statistic = in_range(dw_wasserstein(pair->reference->sorted, pair->current->sorted) / fmax(spread, 0.001));
  } else {
    dw_status status = wasserstein_in_std(pair, result, err);
    if (status != DW_OK) return status;
  }
  say_sure(pair, pair->reference->sorted, pair->current->sorted, 1, result);
  area_contributions(pair, 1, result);
  return DW_OK;
}

dw_status dw_run_ed(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->winsorised) return run_winsorised(pair, true, result, err);
  result->statistic = dw_energy_distance(pair->reference->sorted, pair->current->sorted);
  say_sure(pair, pair->reference->sorted, pair->current->sorted, 2, result);
  area_contributions(pair, 2, result);
  return DW_OK;
}

/* p and q: what is in the terms, shares or those filled. */
static void bin_contributions(dw_pair *pair, const dw_binned *bins, const double *p, const double *q, dw_distance_terms *terms,
                              dw_method_result *result)
{
  dw_json json;
  double *term = dw_alloc_array(bins->count, sizeof *term);
  terms(p, q, bins->count, term);
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
  double (*part)(double p, double q); /* NULL: it is the cosine */
  double factor;                      /* see dw_chance_divergence */
  bool root;                          /* the statistic is the root of what behaves like that */
  bool fill;                          /* it takes logarithms of both sides' shares: none may be 0 */
} divergence;

/* --- shares that are known within bounds --- */

/* How far off the share of a bin may be: each of its two ends is by the rank error. */
static double bin_off(const dw_column *column) { return 2 * dw_column_rank_error(column); }

/* What a divergence puts in the place of a share of 0. */
typedef enum filling { NOTHING, HALF_ROWS, EVIDENTLYS } filling;

/* A side that is filled: no share is less than what stands for 0, and all are brought back to a sum of 1, by no more than what is filled
 * in where a share may be 0: in `cells`, of which those beyond count are in the last one together. */
static void fill_bounds(dw_reach_share *side, size_t count, uint64_t rows, double cells, filling how)
{
  static const double evidentlys = 0.0001;
  double most = how == HALF_ROWS ? 0.5 / (double)rows : evidentlys, least = how == HALF_ROWS ? most : 0, sum = 1 + cells * most;
  if (how == NOTHING) return;
  for (size_t i = 0; i < count; i++) side[i] = (dw_reach_share){fmax(side[i].low, least) / sum, fmax(side[i].high, most)};
  if (cells > (double)count) side[count - 1].high += (cells - (double)count + 1) * most;
}

static double zeros(const dw_reach_share *side, size_t count)
{
  double may_be = 0;
  for (size_t i = 0; i < count; i++) may_be += side[i].low == 0;
  return may_be;
}

/* How many different values a column has, at most: those of a profile are estimated, to some percent. */
static double values_of(const dw_column *column)
{
  double texts = column->texts_distinct ? 1.1 * (double)column->texts_distinct : (double)column->texts.count;
  return texts + (double)column->sorted.count;
}

static void bin_bounds(const double *share, size_t count, double off, dw_reach_share *out)
{
  for (size_t i = 0; i < count; i++) out[i] = (dw_reach_share){fmax(0, share[i] - off), fmin(1, share[i] + off)};
}

/* p, q: shares as near each other as they may be; false: they are exact. */
static bool near_shares(const dw_pair *pair, const dw_binned *bins, filling how, double *p, double *q)
{
  bool numbers = bins->edges != NULL;
  if (numbers ? dw_pair_rank_slack(pair) == 0 : !dw_reach_is(pair)) return false;
  dw_reach_share *r = dw_alloc_array(2 * bins->count, sizeof *r), *c = r + bins->count;
  if (numbers) {
    bin_bounds(bins->p, bins->count, bin_off(pair->reference), r);
    bin_bounds(bins->q, bins->count, bin_off(pair->current), c);
  } else {
    dw_reach_shares(pair, r, c);
  }
  double in_r = numbers ? zeros(r, bins->count) : values_of(pair->current); /* filled where the other side has rows */
  double in_c = numbers ? zeros(c, bins->count) : values_of(pair->reference);
  fill_bounds(r, bins->count, pair->reference_count, in_r, how);
  fill_bounds(c, bins->count, pair->current_count, in_c, how);
  for (size_t i = 0; i < bins->count; i++) dw_reach_nearest(r[i], c[i], &p[i], &q[i]);
  dw_free(r);
  return true;
}

/* One share's part of a divergence between shares that need not add up to 1. */
static double psi_part(double p, double q) { return (p - q) * dw_log(p / q); }
static double kl_part(double p, double q) { return p * dw_log(p / q) - p + q; }
static double hellinger_part(double p, double q) { return (sqrt(p) - sqrt(q)) * (sqrt(p) - sqrt(q)) / 2; }
static double jensenshannon_part(double p, double q)
{
  double twice = p + q;
  return ((p > 0 ? p * dw_log(2 * p / twice) : 0) + (q > 0 ? q * dw_log(2 * q / twice) : 0)) / 2;
}

/* A divergence is the sum of parts of which each is 0 where its two shares are equal, and shrinks as they draw near each other: the sum of
 * those that are as near as they may be is a bound below for all shares within the errors. */
static void sure_divergence(const dw_pair *pair, const dw_binned *bins, double (*part)(double p, double q), filling how, bool root,
                            dw_method_result *result)
{
  double *p = dw_alloc_array(2 * bins->count, sizeof *p), *q = p + bins->count, sum = 0;
  if (near_shares(pair, bins, how, p, q)) {
    for (size_t i = 0; i < bins->count; i++)
      if (p[i] != q[i]) sum += fmax(0, part(p[i], q[i]));
    result->sure = fmin(result->statistic, root ? sqrt(sum) : sum);
  }
  dw_free(p);
}

/* Shares that are off by the vector e turn by no more than asin(|e| / |p|). */
static double turn_of(const double *p, double off, size_t k)
{
  double length = 0;
  for (size_t i = 0; i < k; i++) length += p[i] * p[i];
  double most = off * sqrt((double)k / length);
  return most < 1 ? dw_atan(most / sqrt(1 - most * most)) : 4;
}

static dw_status sure_cosine(dw_pair *pair, const dw_binned *bins, dw_method_result *result, dw_err *err)
{
  if (!bins->edges) return dw_pair_needs_exact(pair, err);
  if (dw_pair_rank_slack(pair) == 0) return DW_OK;
  double is = fmin(1, result->statistic);
  double angle = 2 * dw_atan(sqrt((1 - is) / (1 + is))) - turn_of(bins->p, bin_off(pair->reference), bins->count) -
                 turn_of(bins->q, bin_off(pair->current), bins->count);
  result->sure = dw_cos(fmax(0, angle));
  return DW_OK;
}

/* Of how many bins chance makes what it makes of bins with many rows: beside half a row for none, one of one or two rows moves little. */
static size_t chance_bins(const dw_pair *pair, const dw_binned *bins)
{
  double count = 0;
  for (size_t i = 0; i < bins->count; i++) {
    double rows = bins->p[i] * (double)pair->reference_count + bins->q[i] * (double)pair->current_count;
    count += fmin(1, rows / 4);
  }
  return (size_t)ceil(count);
}

static dw_status run_divergence(dw_pair *pair, const divergence *how, const dw_method_settings *settings, dw_method_result *result,
                                dw_err *err)
{
  dw_binned bins;
  dw_status status = dw_pair_bins(pair, settings, &bins, err);
  if (status != DW_OK) return status;
  double *p = dw_alloc_array(2 * bins.count, sizeof *p), *q = p + bins.count;
  size_t among = bins.count;
  memcpy(p, bins.p, bins.count * sizeof *p);
  memcpy(q, bins.q, bins.count * sizeof *q);
  if (how->fill && settings->preset == DW_PRESET_EVIDENTLY) {
    dw_fill_evidently(p, bins.count);
    dw_fill_evidently(q, bins.count);
  } else if (how->fill) {
    dw_fill_half_rows(p, q, bins.count, pair->reference_count, pair->current_count);
    among = chance_bins(pair, &bins);
  }
  result->statistic = how->of(p, q, bins.count);
  filling filled = !how->fill ? NOTHING : settings->preset == DW_PRESET_EVIDENTLY ? EVIDENTLYS : HALF_ROWS;
  if (how->part) sure_divergence(pair, &bins, how->part, filled, how->root, result);
  else status = sure_cosine(pair, &bins, result, err);
  double expected = dw_chance_divergence(pair, how->factor, among);
  result->warning = chance_warning(how->root ? sqrt(expected) : expected, 0.1);
  if (status == DW_OK) bin_contributions(pair, &bins, p, q, how->terms, result);
  dw_free(p);
  dw_binned_free(&bins);
  return status;
}

dw_status dw_run_psi(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_psi, dw_psi_terms, psi_part, 1, .fill = true}, settings, result, err);
}

dw_status dw_run_kl_div(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_kl_div, dw_kl_div_terms, kl_part, 0.5, .fill = true}, settings, result, err);
}

dw_status dw_run_jensenshannon(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, &(divergence){dw_jensenshannon, dw_jensenshannon_terms, jensenshannon_part, 0.125, .root = true}, settings,
                        result, err);
}

dw_status dw_run_hellinger(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (pair->type != DW_TYPE_NUMERIC || !dw_bins_evidently(settings))
    return run_divergence(pair, &(divergence){dw_hellinger, dw_hellinger_terms, hellinger_part, 0.125, .root = true}, settings, result,
                          err);
  dw_binned bins;
  dw_status status = dw_hellinger_numeric(pair->reference->sorted, pair->current->sorted, false, &result->statistic, &bins, err);
  if (status != DW_OK) return status;
  result->warning = chance_warning(sqrt(dw_chance_divergence(pair, 0.125, bins.count)), 0.1);
  sure_divergence(pair, &bins, hellinger_part, NOTHING, true, result);
  bin_contributions(pair, &bins, bins.p, bins.q, dw_hellinger_terms, result);
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
  dw_status status = dw_pair_bins(pair, settings, &bins, err);
  if (status != DW_OK) return status;
  result->statistic = dw_l_infinity(bins.p, bins.q, bins.count);
  result->warning = chance_warning(sqrt(dw_chance_divergence(pair, 0.25, 2)), 0.1);
  double *near = dw_alloc_array(2 * bins.count, sizeof *near);
  if (near_shares(pair, &bins, NOTHING, near, near + bins.count)) result->sure = dw_l_infinity(near, near + bins.count, bins.count);
  dw_free(near);
  bin_contributions(pair, &bins, bins.p, bins.q, l_infinity_terms, result);
  dw_binned_free(&bins);
  return DW_OK;
}

static double cosine_similarity(const double *p, const double *q, size_t k) { return 1 - dw_cosine_distance(p, q, k); }

dw_status dw_run_cosine(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  result->undrifted = 1;
  return run_divergence(pair, &(divergence){cosine_similarity, dw_cosine_terms, NULL, 0.5, .root = false}, settings, result, err);
}
