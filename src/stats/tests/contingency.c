#include "stats/tests/contingency.h"

#include <math.h>

#include "base/fmath.h"
#include "base/wide.h"
#include "stats/distributions/hypergeometric.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"

typedef struct totals {
  double n, m;
  size_t seen; /* categories that a side holds */
} totals;

static dw_status totals_of(const uint64_t *ref, const uint64_t *cur, size_t categories, totals *out, dw_err *err)
{
  uint64_t n = 0, m = 0;
  size_t seen = 0;
  for (size_t i = 0; i < categories; i++) {
    n += ref[i];
    m += cur[i];
    seen += ref[i] || cur[i];
  }
  *out = (totals){(double)n, (double)m, seen};
  if (n == 0 || m == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  return DW_OK;
}

static dw_status one_category(dw_err *err) { return dw_err_set(err, DW_ENODATA, "one category in all: nothing to compare"); }

/* Both sides hold one category, the same: nothing has changed. */
static void same_category(dw_test *out)
{
  out->statistic = out->df = 0;
  out->p_value = 1;
}

static void chi2_finish(dw_test *out, double statistic, size_t seen)
{
  out->statistic = statistic;
  out->df = (double)(seen - 1);
  out->p_value = dw_chi2_sf(statistic, out->df);
}

dw_status dw_chisquare_fit(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err)
{
  totals t;
  dw_test_clear(out);
  dw_status status = totals_of(ref, cur, categories, &t, err);
  if (status != DW_OK) return status;
  if (t.seen < 2) return one_category(err);
  dw_sum sum = {0};
  for (size_t i = 0; i < categories; i++) {
    double expected = (double)ref[i] * (t.m / t.n), gap = (double)cur[i] - expected;
    if (ref[i]) dw_sum_add(&sum, gap * gap / expected);
    if (!ref[i] && cur[i]) {
      chi2_finish(out, INFINITY, t.seen);
      return DW_OK;
    }
  }
  chi2_finish(out, dw_sum_value(&sum), t.seen);
  return DW_OK;
}

/* In a 2 x K table both cells of a column are off by the same: sum over columns of gap^2 (1 / E_ref + 1 / E_cur). */
/* yates: every gap half an observation smaller, but not below 0. */
static double homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories, const totals *t, bool yates)
{
  double all = t->n + t->m;
  dw_sum sum = {0};
  for (size_t i = 0; i < categories; i++) {
    double both = (double)ref[i] + (double)cur[i];
    if (both == 0) continue;
    double gap = ((double)cur[i] * t->n - (double)ref[i] * t->m) / all; /* observed - expected, without cancellation */
    if (yates) gap = fmax(0, fabs(gap) - 0.5);
    dw_sum_add(&sum, gap * gap / both * (all / t->n) * (all / t->m));
  }
  return dw_sum_value(&sum);
}

dw_status dw_chisquare_homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err)
{
  totals t;
  dw_test_clear(out);
  dw_status status = totals_of(ref, cur, categories, &t, err);
  if (status != DW_OK) return status;
  if (t.seen < 2) same_category(out);
  else chi2_finish(out, homogeneity(ref, cur, categories, &t, false), t.seen);
  return DW_OK;
}

dw_status dw_chisquare_contingency(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err)
{
  totals t;
  dw_test_clear(out);
  dw_status status = totals_of(ref, cur, categories, &t, err);
  if (status != DW_OK) return status;
  if (t.seen < 2) same_category(out);
  else chi2_finish(out, homogeneity(ref, cur, categories, &t, t.seen == 2), t.seen);
  return DW_OK;
}

double dw_cramer_v(double homogeneity_statistic, uint64_t total)
{
  return total ? fmin(1, sqrt(homogeneity_statistic / (double)total)) : NAN;
}

double dw_expected_least(const uint64_t *ref, const uint64_t *cur, size_t categories)
{
  totals t;
  if (totals_of(ref, cur, categories, &t, NULL) != DW_OK) return NAN;
  double least = INFINITY;
  for (size_t i = 0; i < categories; i++)
    if (ref[i] || cur[i]) least = fmin(least, ((double)ref[i] + (double)cur[i]) * fmin(t.n, t.m) / (t.n + t.m));
  return least;
}

dw_status dw_z_proportions(uint64_t hits_ref, uint64_t n_ref, uint64_t hits_cur, uint64_t n_cur, bool by_cdf, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (n_ref == 0 || n_cur == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  double n = (double)n_ref, m = (double)n_cur;
  if (hits_ref + hits_cur == 0 || (hits_ref == n_ref && hits_cur == n_cur)) {
    out->statistic = 0;
    out->p_value = 1;
    return DW_OK;
  }
  /* (p1 - p2) / sqrt(P (1 - P) (1/n + 1/m)), with the differences taken between whole numbers */
  double hits = (double)hits_ref + (double)hits_cur, rest = (n - (double)hits_ref) + (m - (double)hits_cur);
  double gap = (double)((dw_wide_signed)hits_ref * n_cur - (dw_wide_signed)hits_cur * n_ref);
  out->statistic = gap / sqrt(hits * rest / (n + m)) / sqrt(n) / sqrt(m);
  double z = fabs(out->statistic);
  out->p_value = by_cdf ? 2 * (1 - dw_normal_cdf(z)) : 2 * dw_normal_sf(z);
  return DW_OK;
}

dw_status dw_g_test(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err)
{
  totals t;
  dw_test_clear(out);
  dw_status status = totals_of(ref, cur, categories, &t, err);
  if (status != DW_OK) return status;
  if (t.seen < 2) {
    same_category(out);
    return DW_OK;
  }
  double all = t.n + t.m;
  dw_sum sum = {0};
  for (size_t i = 0; i < categories; i++) {
    double both = (double)ref[i] + (double)cur[i], er = both * (t.n / all), ec = both * (t.m / all);
    /* O ln(O / E) + E - O: the added parts cancel over the table, and each term is >= 0 */
    if (both > 0) dw_sum_add(&sum, dw_deviance((double)ref[i], er) + dw_deviance((double)cur[i], ec));
  }
  chi2_finish(out, 2 * dw_sum_value(&sum), t.seen);
  return DW_OK;
}

dw_status dw_g_fit(const uint64_t *ref, const uint64_t *cur, size_t categories, dw_test *out, dw_err *err)
{
  totals t;
  dw_test_clear(out);
  dw_status status = totals_of(ref, cur, categories, &t, err);
  if (status != DW_OK) return status;
  if (t.seen < 2) return one_category(err);
  dw_sum sum = {0};
  for (size_t i = 0; i < categories; i++) {
    if (ref[i]) dw_sum_add(&sum, dw_deviance((double)cur[i], (double)ref[i] * (t.m / t.n)));
    if (!ref[i] && cur[i]) {
      chi2_finish(out, INFINITY, t.seen);
      return DW_OK;
    }
  }
  chi2_finish(out, 2 * dw_sum_value(&sum), t.seen);
  return DW_OK;
}

void dw_chisquare_terms(const uint64_t *ref, const uint64_t *cur, size_t categories, bool fit, double *term)
{
  totals t;
  totals_of(ref, cur, categories, &t, NULL);
  bool infinite = false;
  for (size_t i = 0; i < categories; i++) infinite |= fit && !ref[i] && cur[i];
  for (size_t i = 0; i < categories; i++) {
    double both = (double)ref[i] + (double)cur[i], gap = ((double)cur[i] * t.n - (double)ref[i] * t.m) / (t.n + t.m);
    double expected = (double)ref[i] * (t.m / t.n), fit_gap = (double)cur[i] - expected;
    if (infinite) term[i] = ref[i] ? 0 : (double)cur[i];
    else if (fit) term[i] = ref[i] ? fit_gap * fit_gap / expected : 0;
    else term[i] = both > 0 ? gap * gap / both * ((t.n + t.m) / t.n) * ((t.n + t.m) / t.m) : 0;
  }
}

void dw_g_terms(const uint64_t *ref, const uint64_t *cur, size_t categories, double *term)
{
  totals t;
  totals_of(ref, cur, categories, &t, NULL);
  for (size_t i = 0; i < categories; i++) {
    double both = (double)ref[i] + (double)cur[i], all = t.n + t.m;
    term[i] = both > 0 ? 2 * (dw_deviance((double)ref[i], both * (t.n / all)) + dw_deviance((double)cur[i], both * (t.m / all))) : 0;
  }
}

/* The first k at or beyond `from` (going up to high) whose weight is at most `seen`; the weights fall all the way. high + 1: none. */
static uint64_t falls_to_up(const dw_hypergeometric *t, uint64_t from, double seen)
{
  uint64_t a = from, b = t->high + 1;
  while (a < b) {
    uint64_t middle = a + (b - a) / 2;
    if (dw_hypergeometric_pmf(t, middle) <= seen) b = middle;
    else a = middle + 1;
  }
  return a;
}

/* The same downwards from `from` to low: how many of low … from have a weight at most `seen`. */
static uint64_t falls_to_down(const dw_hypergeometric *t, uint64_t from, double seen)
{
  uint64_t a = t->low, b = from + 1; /* the first k whose weight is larger */
  while (a < b) {
    uint64_t middle = a + (b - a) / 2;
    if (dw_hypergeometric_pmf(t, middle) <= seen) a = middle + 1;
    else b = middle;
  }
  return a - t->low;
}

dw_status dw_fisher_exact(uint64_t a, uint64_t b, uint64_t c, uint64_t d, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (a + b + c + d == 0) return dw_err_set(err, DW_ENODATA, "an empty table");
  out->exact = true;
  out->p_value = 1;
  if (a + b == 0 || c + d == 0 || a + c == 0 || b + d == 0) return DW_OK;
  out->statistic = (double)a * (double)d / ((double)b * (double)c);
  dw_hypergeometric t = dw_hypergeometric_make(a + b, c + d, a + c);
  double weight = dw_hypergeometric_pmf(&t, a), seen = weight * (1 + 1e-10); /* tables equally likely may differ by rounding */
  /* The weights rise to the mode, (drawn + 1)(white + 1) / (all + 2), and fall behind it. */
  dw_wide product = ((dw_wide)t.drawn + 1) * (t.white + 1);
  uint64_t mode = (uint64_t)(product / ((dw_wide)t.white + t.black + 2));
  mode = mode < t.low ? t.low : mode > t.high ? t.high : mode;
  if (dw_hypergeometric_pmf(&t, mode) <= seen) return DW_OK; /* no table is likelier */
  uint64_t above = falls_to_up(&t, mode, seen), below = falls_to_down(&t, mode, seen);
  double p = 0;
  if (above <= t.high) p += (above == a ? weight : dw_hypergeometric_pmf(&t, above)) * dw_hypergeometric_tail(&t, above, true, UINT64_MAX);
  if (below > 0) {
    uint64_t last = t.low + below - 1;
    p += (last == a ? weight : dw_hypergeometric_pmf(&t, last)) * dw_hypergeometric_tail(&t, last, false, UINT64_MAX);
  }
  out->p_value = fmin(1, p);
  return DW_OK;
}

double dw_exceedance_p(uint64_t n_ref, uint64_t n_cur, uint64_t k)
{
  if (k > n_cur) return 0;
  if (n_ref == 0) return 1;
  if (k == 0) return 1;
  /* (m)_k / (n + m)_k = (n + m - k over n) / (n + m over n): a product while short, else logarithms of binomials */
  if (k <= 4096) {
    double p = 1;
    for (uint64_t i = 0; i < k && p > 0; i++) p *= (double)(n_cur - i) / (double)(n_ref + n_cur - i);
    return p;
  }
  return dw_exp(dw_choose_log(n_ref + n_cur - k, n_ref) - dw_choose_log(n_ref + n_cur, n_ref));
}
