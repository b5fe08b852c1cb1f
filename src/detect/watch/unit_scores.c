#include "detect/watch/unit_scores.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"
#include "stats/shift/share_shift.h"

const char *const dw_unit_score_names[DW_UNIT_SCORES] = {"location", "spread", "share_shift", "upper",  "lower",
                                                         "median",   "top",    "fresh",       "missing"};

static const double cut_level[] = {0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99};
enum { CUTS = sizeof cut_level / sizeof *cut_level };

/* --- numbers --- */

void dw_unit_values_make(dw_unit_values *out, const dw_units *units, const double *number)
{
  size_t filled = 0;
  *out = (dw_unit_values){.value = dw_alloc_array(units->frame->rows, sizeof *out->value),
                          .start = dw_alloc_array(units->count + 1, sizeof *out->start),
                          .rows = dw_alloc_array(units->count, sizeof *out->rows),
                          .units = units->count};
  double *scratch = dw_alloc_array(units->frame->rows, sizeof *scratch);
  for (size_t u = 0; u < units->count; u++) {
    const dw_unit *unit = &units->unit[u];
    out->start[u] = filled;
    out->rows[u] = unit->count;
    for (size_t i = unit->first; i < unit->first + unit->count; i++) {
      double x = number ? number[units->row[i]] : NAN;
      if (!isnan(x)) out->value[filled++] = x;
    }
    dw_sort_doubles(out->value + out->start[u], filled - out->start[u], scratch);
  }
  out->start[units->count] = filled;
  dw_free(scratch);
}

void dw_unit_values_free(dw_unit_values *values)
{
  dw_free(values->value);
  dw_free(values->start);
  dw_free(values->rows);
  *values = (dw_unit_values){0};
}

static dw_sorted values_of(const dw_unit_values *values, size_t u)
{
  return dw_sorted_make(values->value + values->start[u], values->start[u + 1] - values->start[u]);
}

/* The period's own midranks among themselves come to half of its size squared. */
static double location(dw_sorted baseline, dw_sorted own, bool of_it)
{
  double sum = 0, n = (double)own.count;
  for (size_t i = 0; i < own.count; i++)
    sum += ((double)dw_sorted_below(baseline, own.value[i]) + (double)dw_sorted_up_to(baseline, own.value[i])) / 2;
  double others = (double)baseline.total - (of_it ? n : 0);
  return others > 0 ? (sum - (of_it ? n * n / 2 : 0)) / others / n : NAN;
}

/* The baseline's quantile as one of its values. */
static double cut_at(dw_sorted baseline, double level)
{
  size_t at = (size_t)ceil(level * (double)baseline.count);
  return baseline.value[at ? at - 1 : 0];
}

static double tail(dw_sorted baseline, dw_sorted own, bool upper)
{
  double cut = cut_at(baseline, upper ? 0.95 : 0.05);
  uint64_t beyond = upper ? own.total - dw_sorted_up_to(own, cut) : dw_sorted_below(own, cut);
  return (double)beyond / (double)own.total;
}

/* Of the period's share at a cut against that of the baseline without it and its neighbours. */
static double shift_at(dw_sorted baseline, const dw_unit_values *values, size_t u, size_t from, size_t to, double cut, bool with_cut)
{
  dw_sorted own = values_of(values, u);
  uint64_t (*count)(dw_sorted a, double x) = with_cut ? dw_sorted_up_to : dw_sorted_below;
  uint64_t below = count(baseline, cut), total = baseline.total;
  for (size_t near = from; near < to; near++) {
    dw_sorted out = values_of(values, near);
    below -= count(out, cut);
    total -= out.total;
  }
  return total ? dw_share_shift_h(below, total, count(own, cut), own.total) : NAN;
}

static void neighbours(size_t u, size_t units, bool own, size_t near, size_t *from, size_t *to)
{
  *from = own ? (u > near ? u - near : 0) : u;
  *to = own ? (u + near + 1 < units ? u + near + 1 : units) : u;
}

static double share_shift(dw_sorted baseline, const dw_unit_values *values, size_t u, bool own, size_t near)
{
  double h = 0;
  size_t from, to;
  neighbours(u, values->units, own, near, &from, &to);
  for (size_t i = 0; i < CUTS; i++) {
    double cut = cut_at(baseline, cut_level[i]);
    if (i > 0 && cut == cut_at(baseline, cut_level[i - 1])) continue;
    for (int with = 0; with < 2; with++) h = fmax(h, fabs(shift_at(baseline, values, u, from, to, cut, with)));
  }
  return h;
}

double dw_unit_score_numbers(dw_unit_score score, dw_sorted baseline, const dw_unit_values *values, size_t u, bool own, size_t near)
{
  dw_sorted sample = values_of(values, u);
  if (score == DW_UNIT_MISSING) return values->rows[u] ? 1 - (double)sample.count / (double)values->rows[u] : NAN;
  if (sample.count == 0 || baseline.count == 0) return NAN;
  switch (score) {
  case DW_UNIT_LOCATION: return location(baseline, sample, own);
  case DW_UNIT_SPREAD: return dw_quantile(sample, 0.75) - dw_quantile(sample, 0.25);
  case DW_UNIT_SHARE_SHIFT: return share_shift(baseline, values, u, own, near);
  case DW_UNIT_UPPER:
  case DW_UNIT_LOWER: return tail(baseline, sample, score == DW_UNIT_UPPER);
  case DW_UNIT_MEDIAN: return dw_quantile(sample, 0.5);
  default: return NAN;
  }
}

/* --- categories --- */

/* Adds the period's categories to count[categories->count + 1], the last for those that the baseline does not have; how many rows have
 * one. */
static uint64_t count_unit(const dw_unit_categories *categories, const dw_units *units, size_t u, uint64_t *count)
{
  uint64_t total = 0;
  const dw_unit *unit = &units->unit[u];
  for (size_t i = unit->first; i < unit->first + unit->count; i++) {
    uint32_t place = categories->place[units->row[i]];
    if (place == DW_UNIT_NONE) continue;
    count[place < categories->count ? place : categories->count]++;
    total++;
  }
  return total;
}

static double category_shift(const dw_unit_categories *categories, const dw_units *units, size_t u, bool own, size_t near,
                             const uint64_t *count, uint64_t n)
{
  size_t from, to;
  uint64_t *left = dw_alloc_zero(categories->count + 1, sizeof *left), gone = 0;
  double h = 0;
  neighbours(u, units->count, own, near, &from, &to);
  for (size_t i = from; i < to; i++) gone += count_unit(categories, units, i, left);
  for (size_t c = 0; c <= categories->count && gone < categories->total; c++) {
    uint64_t rest = c < categories->count ? categories->baseline[c] - left[c] : 0;
    if (rest || count[c]) h = fmax(h, fabs(dw_share_shift_h(rest, categories->total - gone, count[c], n)));
  }
  dw_free(left);
  return h;
}

static double top_share(const dw_unit_categories *categories, const uint64_t *count, uint64_t n)
{
  size_t top = 0;
  for (size_t c = 1; c < categories->count; c++)
    if (categories->baseline[c] > categories->baseline[top]) top = c;
  return (double)count[top] / (double)n;
}

static double fresh_share(const dw_unit_categories *categories, const uint64_t *count, uint64_t n, bool own)
{
  uint64_t fresh = count[categories->count];
  for (size_t c = 0; c < categories->count && own; c++)
    if (categories->baseline[c] == count[c]) fresh += count[c];
  return (double)fresh / (double)n;
}

double dw_unit_score_categories(dw_unit_score score, const dw_unit_categories *categories, const dw_units *units, size_t u, bool own,
                                size_t near)
{
  double answer = NAN;
  uint64_t *count = dw_alloc_zero(categories->count + 1, sizeof *count), n = count_unit(categories, units, u, count);
  if (score == DW_UNIT_MISSING) answer = 1 - (double)n / (double)units->unit[u].count;
  else if (n == 0 || categories->count == 0) answer = NAN;
  else if (score == DW_UNIT_SHARE_SHIFT) answer = category_shift(categories, units, u, own, near, count, n);
  else if (score == DW_UNIT_TOP) answer = top_share(categories, count, n);
  else if (score == DW_UNIT_FRESH) answer = fresh_share(categories, count, n, own);
  dw_free(count);
  return answer;
}
