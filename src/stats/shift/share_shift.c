#include "stats/shift/share_shift.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/wide.h"
#include "stats/distributions/special.h"
#include "stats/tests/contingency.h"

static const double pi = 3.14159265358979323846;

double dw_share_shift_detectable(double error, double alpha)
{
  static const double power = 0.8;
  return fmin(pi, (dw_normal_quantile(power) - dw_normal_quantile(alpha / 2)) * error);
}

/* Of the reference's quantiles. */
static const double levels[] = {0, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1};

/* By the subtraction theorem, as below. */
double dw_share_shift_between(double p, double q)
{
  double across = sqrt(p * (1 - q)) + sqrt(q * (1 - p)), along = sqrt(p * q) + sqrt((1 - p) * (1 - q));
  if (p == q) return 0;
  return along == 0 ? pi : 2 * dw_atan(fabs(p - q) / across / along);
}

/* tan(h / 2) by the subtraction theorem, the difference in whole numbers: k m - j n = k (m - j) - j (n - k). */
double dw_share_shift_h(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current)
{
  double k = (double)k_reference, k_rest = (double)(n_reference - k_reference), j = (double)k_current,
         j_rest = (double)(n_current - k_current);
  double gap = fabs((double)((dw_wide_signed)k_reference * n_current - (dw_wide_signed)k_current * n_reference));
  if (gap == 0) return 0;
  double across = sqrt(k * j_rest) + sqrt(j * k_rest), along = sqrt(k * j) + sqrt(k_rest * j_rest);
  return along == 0 ? pi : 2 * dw_atan(gap / across / along);
}

typedef struct sizes {
  uint64_t n, m;
} sizes;

static dw_status start(dw_share_shift *out, uint64_t n, uint64_t m, dw_err *err)
{
  *out = (dw_share_shift){.h = NAN, .low = NAN, .high = NAN, .error = NAN, .reference = NAN, .current = NAN, .cut = NAN, .level = NAN};
  if (n == 0 || m == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  return DW_OK;
}

/* True: this share has changed more than those before; of two that changed alike, such as those of two categories, the smaller one tells
 * more. */
static bool look_at(dw_share_shift *out, sizes of, uint64_t in_reference, uint64_t in_current)
{
  if ((in_reference == 0 && in_current == 0) || (in_reference == of.n && in_current == of.m)) return false;
  out->shares++;
  double h = dw_share_shift_h(in_reference, of.n, in_current, of.m);
  double reference = (double)in_reference / (double)of.n, current = (double)in_current / (double)of.m;
  if (h < out->h || (h == out->h && reference + current >= out->reference + out->current)) return false;
  out->h = h;
  out->reference = reference;
  out->current = current;
  return true;
}

static void finish(dw_share_shift *out, sizes of, dw_effective effective)
{
  if (isnan(out->h)) { /* one value on both sides: nothing can differ */
    out->h = 0;
    out->reference = out->current = 1;
  }
  out->rows[0] = dw_effective_count(of.n, effective.reference);
  out->rows[1] = dw_effective_count(of.m, effective.current);
  out->error = sqrt(1 / (double)out->rows[0] + 1 / (double)out->rows[1]);
  double reach = -dw_normal_quantile(0.025 / (double)(out->shares ? out->shares : 1)) * out->error;
  out->low = fmax(0, out->h - reach);
  out->high = fmin(pi, out->h + reach);
}

/* A walk up through a sample: rows below the cut and at it. Cuts must not decrease. */
typedef struct cut_walk {
  dw_sorted sample;
  size_t i;
  uint64_t below, at;
  double cut;
} cut_walk;

/* Without weights by halves; with them one entry after the other. */
static void cut_to(cut_walk *walk, double cut)
{
  dw_sorted s = walk->sample;
  if (cut == walk->cut) return;
  walk->cut = cut;
  walk->below += walk->at;
  walk->at = 0;
  if (s.weight) {
    while (walk->i < s.count && s.value[walk->i] < cut) walk->below += s.weight[walk->i++];
    while (walk->i < s.count && s.value[walk->i] == cut) walk->at += s.weight[walk->i++];
    return;
  }
  size_t low = (size_t)walk->below, high = s.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (s.value[middle] < cut) low = middle + 1;
    else high = middle;
  }
  walk->below = low;
  for (high = s.count; low < high;) {
    size_t middle = low + (high - low) / 2;
    if (s.value[middle] <= cut) low = middle + 1;
    else high = middle;
  }
  walk->at = low - walk->below;
}

/* The lower empirical quantile: the least value that at least this share of the rows does not exceed. *i and *before go up with it. */
static double quantile_lower(dw_sorted s, double level, size_t *i, uint64_t *before)
{
  double rank = ceil(level * (double)s.total * (1 - 1e-15)); /* 0.1 * 30 is more than 3 in doubles */
  uint64_t wanted = rank < 1 ? 1 : rank > (double)s.total ? s.total : (uint64_t)rank;
  if (!s.weight) return s.value[wanted - 1];
  while (*before + s.weight[*i] < wanted) *before += s.weight[(*i)++];
  return s.value[*i];
}

static double moved(double share, double by) { return fmin(1, fmax(0, share + by)); }

double dw_share_shift_nearest(double reference, double current, dw_share_errors off)
{
  double up = reference < current ? 1 : -1;
  double near_r = moved(reference, up * off.reference), near_c = moved(current, -up * off.current);
  return up * (near_c - near_r) > 0 ? dw_share_shift_between(near_r, near_c) : 0;
}

void dw_share_shift_blur(dw_share_shift *s, dw_share_errors off)
{
  double up = s->reference < s->current ? 1 : -1;
  double far_r = moved(s->reference, -up * off.reference), far_c = moved(s->current, up * off.current);
  s->unsure = s->h - dw_share_shift_nearest(s->reference, s->current, off);
  s->low = fmax(0, s->low - s->unsure);
  s->high = fmin(pi, s->high + (dw_share_shift_between(far_r, far_c) - s->h));
}

/* *least: the largest change that is there whatever the errors. */
static dw_status look_at_cuts(dw_sorted reference, dw_sorted current, dw_share_errors off, dw_effective effective, dw_share_shift *out,
                              double *least, dw_err *err)
{
  sizes of = {reference.total, current.total};
  dw_status status = start(out, of.n, of.m, err);
  if (status != DW_OK) return status;
  cut_walk r = {.sample = reference, .cut = NAN}, c = {.sample = current, .cut = NAN};
  size_t i = 0;
  uint64_t before = 0;
  double last = NAN;
  for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) {
    double cut = quantile_lower(reference, levels[k], &i, &before);
    if (cut == last) continue;
    last = cut;
    cut_to(&r, cut);
    cut_to(&c, cut);
    for (int with_cut = 0; with_cut < 2; with_cut++) {
      uint64_t in_r = r.below + (with_cut ? r.at : 0), in_c = c.below + (with_cut ? c.at : 0);
      if (off.reference + off.current > 0)
        *least = fmax(*least, dw_share_shift_nearest((double)in_r / (double)of.n, (double)in_c / (double)of.m, off));
      if (!look_at(out, of, in_r, in_c)) continue;
      out->cut = cut;
      out->level = levels[k];
      out->with_cut = with_cut;
    }
  }
  finish(out, of, effective);
  if (out->shares == 0) { /* all of one value, the same on both sides: all are up to it */
    out->cut = last;
    out->level = 0;
    out->with_cut = true;
  }
  return DW_OK;
}

dw_status dw_share_shift_numbers(dw_sorted reference, dw_sorted current, dw_effective effective, dw_share_shift *out, dw_err *err)
{
  return look_at_cuts(reference, current, (dw_share_errors){0}, effective, out, NULL, err);
}

dw_status dw_share_shift_sketches(dw_sorted reference, dw_sorted current, dw_share_errors off, dw_effective effective, dw_share_shift *out,
                                  dw_err *err)
{
  double least = 0;
  dw_status status = look_at_cuts(reference, current, off, effective, out, &least, err);
  if (status != DW_OK || off.reference + off.current == 0) return status;
  dw_share_shift_blur(out, off);
  out->unsure = fmin(out->unsure, out->h - least);
  return DW_OK;
}

dw_status dw_share_shift_categories(const uint64_t *reference, const uint64_t *current, size_t categories, dw_effective effective,
                                    dw_share_shift *out, dw_err *err)
{
  sizes of = {0, 0};
  for (size_t k = 0; k < categories; k++) {
    of.n += reference[k];
    of.m += current[k];
  }
  dw_status status = start(out, of.n, of.m, err);
  if (status != DW_OK) return status;
  for (size_t k = 0; k < categories; k++)
    if (look_at(out, of, reference[k], current[k])) out->category = k;
  finish(out, of, effective);
  return DW_OK;
}

dw_status dw_share_shift_plain(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current, dw_effective effective,
                               dw_share_shift *out, dw_err *err)
{
  dw_status status = start(out, n_reference, n_current, err);
  if (status != DW_OK) return status;
  sizes of = {n_reference, n_current};
  out->h = dw_share_shift_h(k_reference, of.n, k_current, of.m);
  out->reference = (double)k_reference / (double)of.n;
  out->current = (double)k_current / (double)of.m;
  out->shares = 1;
  finish(out, of, effective);
  return DW_OK;
}

dw_status dw_share_shift_p(uint64_t k_reference, uint64_t n_reference, uint64_t k_current, uint64_t n_current, dw_effective effective,
                           double *p_value, dw_err *err)
{
  dw_test test;
  *p_value = NAN;
  if (n_reference == 0 || n_current == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  uint64_t r[2] = {k_reference, n_reference - k_reference}, c[2] = {k_current, n_current - k_current};
  dw_effective_counts(r, 2, n_reference, effective.reference, r);
  dw_effective_counts(c, 2, n_current, effective.current, c);
  dw_status status = dw_fisher_exact(r[0], r[1], c[0], c[1], &test, err);
  if (status == DW_OK) *p_value = test.p_value;
  return status;
}
