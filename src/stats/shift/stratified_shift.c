/* The effect of stratified.h: the share that changed most, the reference standardised to the current side's strata. */
#include <math.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/shift/stratified.h"

static const double pi = 3.14159265358979323846;

/* Those of share_shift.c, of the standardised reference here. */
static const double levels[] = {0, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1};

typedef struct sizes {
  double current, spread; /* current rows; the sum over strata of (their part of them)^2 / reference rows */
} sizes;

static void add_size(sizes *of, uint64_t n, uint64_t m)
{
  of->current += (double)m;
  of->spread += (double)m * (double)m / (double)n;
}

static dw_status start(dw_share_shift *out, const sizes *of, dw_err *err)
{
  *out = (dw_share_shift){.h = NAN, .low = NAN, .high = NAN, .error = NAN, .reference = NAN, .current = NAN, .cut = NAN, .level = NAN};
  return of->current > 0 ? DW_OK : dw_err_set(err, DW_ENODATA, "no stratum has values on both sides");
}

static bool look_at(dw_share_shift *out, double reference, double current)
{
  static const double rounding = 1e-12; /* of the sum over strata */
  reference = reference < rounding ? 0 : reference > 1 - rounding ? 1 : reference;
  if ((reference == 0 && current == 0) || (reference == 1 && current == 1)) return false;
  out->shares++;
  double h = fabs(reference - current) < rounding ? 0 : dw_share_shift_between(reference, current);
  if (h < out->h || (h == out->h && reference + current >= out->reference + out->current)) return false;
  out->h = h;
  out->reference = reference;
  out->current = current;
  return true;
}

static void finish(dw_share_shift *out, const sizes *of)
{
  if (isnan(out->h)) { /* one value on both sides: nothing can differ */
    out->h = 0;
    out->reference = out->current = 1;
  }
  out->error = sqrt(1 / of->current + of->spread / (of->current * of->current));
  double reach = -dw_normal_quantile(0.025 / (double)(out->shares ? out->shares : 1)) * out->error;
  out->low = fmax(0, out->h - reach);
  out->high = fmin(pi, out->h + reach);
}

typedef struct sides {
  double reference, current;
} sides;

static bool matched(const dw_stratum *s) { return s->reference.total > 0 && s->current.total > 0; }

/* The shares up to a value, or below it. */
static sides shares_at(const dw_stratum *stratum, size_t count, double rows, double value, bool with, bool both)
{
  sides sum = {0, 0};
  for (size_t i = 0; i < count; i++) {
    const dw_stratum *s = &stratum[i];
    if (!matched(s)) continue;
    uint64_t r = with ? dw_sorted_up_to(s->reference, value) : dw_sorted_below(s->reference, value);
    sum.reference += (double)s->current.total * ((double)r / (double)s->reference.total);
    if (both) sum.current += (double)(with ? dw_sorted_up_to(s->current, value) : dw_sorted_below(s->current, value));
  }
  return (sides){sum.reference / rows, sum.current / rows};
}

/* The least value that at least this share of the standardised reference does not exceed; from: where to begin, and where it is. */
static double quantile(const dw_stratum *stratum, size_t count, double rows, dw_sorted values, double level, size_t *from)
{
  size_t low = *from, high = values.count - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    double reached = shares_at(stratum, count, rows, values.value[middle], true, false).reference;
    if (reached > 0 && reached >= level - 1e-12) high = middle;
    else low = middle + 1;
  }
  *from = low;
  return values.value[low];
}

dw_status dw_stratified_shift_numbers(const dw_stratum *stratum, size_t count, dw_sorted values, dw_share_shift *out, dw_err *err)
{
  sizes of = {0, 0};
  for (size_t i = 0; i < count; i++)
    if (matched(&stratum[i])) add_size(&of, stratum[i].reference.total, stratum[i].current.total);
  dw_status status = start(out, &of, err);
  if (status != DW_OK) return status;
  double last = NAN;
  size_t from = 0;
  for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) {
    double cut = quantile(stratum, count, of.current, values, levels[k], &from);
    if (cut == last) continue;
    last = cut;
    for (int with = 0; with < 2; with++) {
      sides at = shares_at(stratum, count, of.current, cut, with, true);
      if (!look_at(out, at.reference, at.current)) continue;
      out->cut = cut;
      out->level = levels[k];
      out->with_cut = with;
    }
  }
  finish(out, &of);
  return DW_OK;
}

dw_status dw_stratified_shift_categories(const dw_strata_counts *counts, size_t named, dw_share_shift *out, dw_err *err)
{
  sizes of = {0, 0};
  double *reference = dw_alloc_zero(counts->categories, sizeof *reference), *current = dw_alloc_zero(counts->categories, sizeof *current);
  for (size_t i = 0; i < counts->strata; i++) {
    const uint64_t *r = counts->reference + i * counts->categories, *c = counts->current + i * counts->categories;
    uint64_t n = 0, m = 0;
    for (size_t k = 0; k < counts->categories; k++) {
      n += r[k];
      m += c[k];
    }
    if (n == 0 || m == 0) continue;
    add_size(&of, n, m);
    for (size_t k = 0; k < counts->categories; k++) {
      reference[k] += (double)m * ((double)r[k] / (double)n);
      current[k] += (double)c[k];
    }
  }
  dw_status status = start(out, &of, err);
  if (status == DW_OK) {
    for (size_t k = 0; k < named; k++)
      if (look_at(out, reference[k] / of.current, current[k] / of.current)) out->category = k;
    finish(out, &of);
  }
  dw_free(reference);
  dw_free(current);
  return status;
}
