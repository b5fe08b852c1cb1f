#include "stats/shift/omnibus_parts.h"

#include <math.h>

#include "base/mem.h"
#include "stats/distributions/hypergeometric.h"
#include "stats/distributions/special.h"
#include "stats/shift/linear_bound.h"
#include "stats/shift/part_weights.h"

/* A value that so many rows share is watched for itself. */
enum { VALUE_PARTS = 128, VALUE_LEAST = 5 };
/* A value that so large a share of the rows has is a lump, beside which the others are looked at by themselves. */
enum { LUMP_PARTS = 4 };

static void add_share(dw_parts *parts, dw_part_share share) { parts->share[parts->shares++] = share; }

static double weight_of_cut(uint64_t below, uint64_t rows)
{
  double u = (double)below / (double)rows;
  return fmin(u, 1 - u) < 1.0 / 32 ? DW_WEIGHT_END : DW_WEIGHT_MIDDLE;
}

static void watch_cuts(dw_parts *parts, const uint64_t *up_to)
{
  for (size_t k = 0; k + 1 < parts->cells; k++)
    add_share(parts, (dw_part_share){
                         .kind = DW_PART_BELOW, .first = (uint32_t)k, .rows = up_to[k], .weight = weight_of_cut(up_to[k], parts->rows)});
}

/* Each cut in the lower half with the one in the upper half that leaves the most nearly equal number of rows above. */
static void watch_outside(dw_parts *parts, const uint64_t *up_to)
{
  double rows = (double)parts->rows;
  size_t j = parts->cells - 2;
  for (size_t i = 0; i + 2 < parts->cells; i++) {
    double below = (double)up_to[i];
    if (2 * below >= rows) break;
    while (j > i + 1 && fabs(rows - (double)up_to[j - 1] - below) <= fabs(rows - (double)up_to[j] - below)) j--;
    if (j <= i) break;
    double above = rows - (double)up_to[j];
    if (above > 2 * below || below > 2 * above) continue;
    add_share(parts, (dw_part_share){.kind = DW_PART_OUTSIDE,
                                     .first = (uint32_t)i,
                                     .second = (uint32_t)j,
                                     .rows = up_to[i] + (parts->rows - up_to[j]),
                                     .weight = DW_WEIGHT_OUTSIDE});
  }
}

static void watch_values(dw_parts *parts, const bool *single)
{
  size_t begin = parts->shares;
  for (size_t k = 0; k < parts->cells; k++) {
    uint64_t size = parts->size[k];
    if (single && (!single[k] || size * VALUE_PARTS < parts->rows)) continue;
    if (size >= VALUE_LEAST) add_share(parts, (dw_part_share){.kind = DW_PART_VALUE, .first = (uint32_t)k, .rows = size});
  }
  double values = (double)(parts->shares - begin);
  for (size_t i = begin; i < parts->shares; i++) parts->share[i].weight = single ? DW_WEIGHT_VALUE * values + DW_WEIGHT_MIDDLE : values;
}

/* weight[k], in: the width of rank that the cut stands for; out: that of its squared gap z^2. The moments of the sum (Hall 1983; Buckley
 * and Eagleson 1988): each z^2 has mean 1; the second and third, under the normal limit, follow from the correlations of the gaps, s_i /
 * s_j with s^2 = u / (1 - u), by sums of products. */
static dw_part_form gaps_moments(const double *u, double *weight, size_t cuts, double part_weight)
{
  double whole = 0, second = 0, third = 0;
  for (size_t k = 0; k < cuts; k++) whole += weight[k];
  double below = 0, below_twice = 0, pairs = 0; /* sums of w_i s_i^2, w_i^2 s_i^2, and over i < j of w_j w_i s_i^2 */
  for (size_t k = 0; k < cuts; k++) {
    double s2 = u[k] / (1 - u[k]), w = weight[k] /= whole;
    second += w * w + 2 * w * below / s2;
    third += w * w * w + (3 * w * w * below + 3 * w * below_twice + 6 * w * pairs) / s2;
    pairs += w * below;
    below_twice += w * w * s2;
    below += w * s2;
  }
  double variance = 2 * second, skew = 8 * third / (variance * sqrt(variance));
  return (dw_part_form){.used = true, .mean = 1, .sd = sqrt(variance), .df = 8 / (skew * skew), .weight = part_weight};
}

static void gaps_make(dw_parts *parts, const uint64_t *up_to)
{
  size_t cuts = parts->cells - 1;
  double rows = (double)parts->rows, drawn = (double)parts->drawn, scale = drawn * (rows - drawn) / (rows - 1);
  parts->gap_weight = dw_alloc_array(cuts, sizeof *parts->gap_weight);
  parts->expected = dw_alloc_array(cuts, sizeof *parts->expected);
  double *u = dw_alloc_array(cuts, sizeof *u);
  for (size_t k = 0; k < cuts; k++) {
    u[k] = (double)up_to[k] / rows;
    parts->gap_weight[k] = (double)(up_to[k + 1] - (k ? up_to[k - 1] : 0));
  }
  parts->form[DW_FORM_GAPS] = gaps_moments(u, parts->gap_weight, cuts, DW_WEIGHT_GAPS);
  for (size_t k = 0; k < cuts; k++) {
    parts->expected[k] = drawn * u[k];
    parts->gap_weight[k] /= scale * u[k] * (1 - u[k]);
  }
  dw_free(u);
}

/* The gaps between the rows that are not in the one large lump: given how many of these each side has, which the deals change. */
static void beside_make(dw_parts *parts, const bool *single)
{
  size_t cells = parts->cells, lump = 0;
  for (size_t k = 0; k < cells; k++)
    if (parts->size[k] > parts->size[lump]) lump = k;
  if (!single[lump] || parts->size[lump] * LUMP_PARTS < parts->rows || cells < 4) return;
  parts->lump = lump;
  parts->beside = parts->rows - parts->size[lump];
  parts->beside_share = dw_alloc_array(cells, sizeof *parts->beside_share);
  parts->beside_weight = dw_alloc_array(cells, sizeof *parts->beside_weight);
  double rows = (double)parts->beside, sum = 0;
  size_t cuts = 0;
  for (size_t k = 0; k < cells; k++) {
    if (k == lump) continue;
    double size = (double)parts->size[k];
    sum += size;
    if (cuts > 0) parts->beside_weight[cuts - 1] += size;
    parts->beside_share[cuts] = sum / rows;
    parts->beside_weight[cuts++] = size;
  }
  cuts--; /* all rows lie before the last one */
  parts->form[DW_FORM_BESIDE] = gaps_moments(parts->beside_share, parts->beside_weight, cuts, DW_WEIGHT_BESIDE);
  for (size_t k = 0; k < cuts; k++) parts->beside_weight[k] /= parts->beside_share[k] * (1 - parts->beside_share[k]);
}

/* The square of a linear form in the counts, over its variance under deals: chi-square with one degree of freedom. */
static void spread_make(dw_parts *parts, const uint64_t *up_to)
{
  double rows = (double)parts->rows, drawn = (double)parts->drawn, mean = 0, square = 0;
  parts->score = dw_alloc_array(parts->cells, sizeof *parts->score);
  parts->rank = dw_alloc_array(parts->cells, sizeof *parts->rank);
  for (size_t k = 0; k < parts->cells; k++) {
    double size = (double)parts->size[k], u = ((double)up_to[k] - size / 2) / rows - 0.5;
    parts->rank[k] = u; /* their mean is 1/2 whatever the ties */
    parts->score[k] = u * u;
    mean += size * u * u / rows;
  }
  for (size_t k = 0; k < parts->cells; k++) {
    parts->score[k] -= mean;
    square += (double)parts->size[k] * parts->score[k] * parts->score[k];
  }
  double variance = drawn * (rows - drawn) / (rows * (rows - 1)) * square;
  if (!(variance > 1e-12 * drawn)) return; /* two values of like share: there is no spread to see */
  for (size_t k = 0; k < parts->cells; k++) parts->score[k] /= sqrt(variance);
  parts->form[DW_FORM_SPREAD] = (dw_part_form){.used = true, .mean = 1, .sd = sqrt(2), .df = 1, .weight = DW_WEIGHT_SPREAD};
}

/* Mean and variance of Pearson's statistic over all tables with these margins (Haldane 1940; Dawson 1954). */
static void chisquare_make(dw_parts *parts, bool ordered)
{
  double rows = (double)parts->rows, n = (double)parts->drawn, m = rows - n, cells = (double)parts->cells, inverse = 0;
  parts->square_weight = dw_alloc_array(parts->cells, sizeof *parts->square_weight);
  for (size_t k = 0; k < parts->cells; k++) {
    inverse += 1 / (double)parts->size[k];
    parts->square_weight[k] = rows * rows / (n * m * (double)parts->size[k]);
  }
  if (rows < 4) return;
  double v1 = (rows - 2) / (rows - 1), v2 = (cells - 1) * (rows - cells) / (rows - 1);
  double w1 = (rows * (1 / n + 1 / m) - 4) / (rows - 2), w2 = (rows * inverse - cells * cells) / (rows - 2);
  double mean = rows * (cells - 1) / (rows - 1);
  double variance = 2 * rows / (rows - 3) * (v1 - w1) * (v2 - w2) + rows * rows / (rows - 1) * w1 * w2;
  if (!(variance > 1e-9)) return;
  /* a gamma law with these two moments: mean + sd (X - df) / sqrt(2 df) is a multiple of X when mean / sd = sqrt(df / 2) */
  parts->form[DW_FORM_CHISQUARE] = (dw_part_form){
      .used = true, .mean = mean, .sd = sqrt(variance), .df = 2 * mean * mean / variance, .weight = ordered ? DW_WEIGHT_CHISQUARE : 1};
}

/* A column is discrete when nearly all its rows lie in cells of one value. */
static bool is_discrete(const uint64_t *size, const bool *single, size_t cells, uint64_t rows)
{
  uint64_t in_values = 0;
  for (size_t k = 0; k < cells; k++)
    if (single[k] && size[k] * 200 >= rows) in_values += size[k];
  return in_values * 10 >= rows * 9;
}

void dw_parts_make(dw_parts *parts, const uint64_t *size, size_t cells, uint64_t drawn, bool ordered, const bool *single)
{
  *parts = (dw_parts){.cells = cells, .size = size, .drawn = drawn};
  parts->sum = dw_alloc_array(cells, sizeof *parts->sum);
  for (size_t k = 0; k < cells; k++) parts->sum[k] = parts->rows += size[k];
  parts->share = dw_alloc_array(cells * 3, sizeof *parts->share);
  if (ordered) {
    watch_cuts(parts, parts->sum);
    watch_outside(parts, parts->sum);
    gaps_make(parts, parts->sum);
    beside_make(parts, single);
    spread_make(parts, parts->sum);
  }
  watch_values(parts, single);
  if (!ordered || is_discrete(size, single, cells, parts->rows)) chisquare_make(parts, ordered);
}

void dw_parts_free(dw_parts *parts)
{
  dw_free(parts->share);
  dw_free(parts->gap_weight);
  dw_free(parts->expected);
  dw_free(parts->beside_share);
  dw_free(parts->beside_weight);
  dw_free(parts->rank);
  dw_free(parts->score);
  dw_free(parts->square_weight);
  dw_free(parts->sum);
}

double dw_parts_bound(const dw_parts *parts)
{
  double bound = 0;
  for (size_t i = 0; i < parts->shares; i++) bound += 1 / parts->share[i].weight;
  return bound;
}

/* --- what was seen --- */

/* Both ends of a share counted from the sums. */
static uint64_t count_in(const dw_part_share *share, const uint64_t *sum, const uint64_t *count, uint64_t drawn)
{
  if (share->kind == DW_PART_VALUE) return count[share->first];
  return sum[share->first] + (share->kind == DW_PART_OUTSIDE ? drawn - sum[share->second] : 0);
}

/* x, as much nearer to what is expected as it may be off. */
static double nearer(double x, double expected, double off)
{
  double gap = fmax(0, fabs(x - expected) - off);
  return x < expected ? expected - gap : expected + gap;
}

static double share_p(const dw_parts *parts, const dw_part_share *share, uint64_t count, double off)
{
  dw_hypergeometric law = dw_hypergeometric_make(share->rows, parts->rows - share->rows, parts->drawn);
  double x = nearer((double)count, law.mean, off);
  if (fabs(x - law.mean) < law.sd || law.low == law.high) return 1;
  return fmin(1, 2 * (x < law.mean ? dw_hypergeometric_lower(&law, (uint64_t)ceil(x)) : dw_hypergeometric_upper(&law, (uint64_t)x)));
}

static double squared(double gap, double off)
{
  gap = fmax(0, fabs(gap) - off);
  return gap * gap;
}

static double gaps_value(const dw_parts *parts, const uint64_t *sum, double off)
{
  double total = 0;
  for (size_t k = 0; k + 1 < parts->cells; k++) total += parts->gap_weight[k] * squared((double)sum[k] - parts->expected[k], off);
  return total;
}

static double beside_value(const dw_parts *parts, const uint64_t *count, double off)
{
  double rows = (double)parts->beside, drawn = (double)(parts->drawn - count[parts->lump]), total = 0, sum = 0;
  if (drawn == 0 || drawn == rows) return 0;
  for (size_t k = 0, cut = 0; cut + 2 < parts->cells; k++) {
    if (k == parts->lump) continue;
    sum += (double)count[k];
    total += parts->beside_weight[cut] * squared(sum - drawn * parts->beside_share[cut], 3 * off);
    cut++;
  }
  return total * (rows - 1) / (drawn * (rows - drawn));
}

/* The sum of the scores of the dealt rows, which have mean 0. Summed by parts it is the scores' steps times the gaps at the cuts, which may
 * be off; as much nearer to 0. */
static double linear_value(const dw_parts *parts, const double *score, const uint64_t *count, double off)
{
  double total = 0, reach = 0;
  for (size_t k = 0; k < parts->cells; k++) total += score[k] * (double)count[k];
  for (size_t k = 0; off > 0 && k + 1 < parts->cells; k++) reach += fabs(score[k + 1] - score[k]) * off;
  return nearer(total, 0, reach);
}

static double spread_value(const dw_parts *parts, const uint64_t *count, double off)
{
  double total = linear_value(parts, parts->score, count, off);
  return total * total;
}

static double chisquare_value(const dw_parts *parts, const uint64_t *count, double off)
{
  double total = 0, share = (double)parts->drawn / (double)parts->rows;
  for (size_t k = 0; k < parts->cells; k++)
    total += parts->square_weight[k] * squared((double)count[k] - (double)parts->size[k] * share, 2 * off);
  return total;
}

/* off: rows by which a count up to a cut may be off; every gap counts less by what that can do to it. */
static double form_value(const dw_parts *parts, int which, const uint64_t *count, double off)
{
  switch (which) {
  case DW_FORM_GAPS: return gaps_value(parts, parts->sum, off);
  case DW_FORM_BESIDE: return beside_value(parts, count, off);
  case DW_FORM_SPREAD: return spread_value(parts, count, off);
  default: return chisquare_value(parts, count, off);
  }
}

static double form_p(const dw_part_form *form, double value)
{
  double x = (value - form->mean) / form->sd * sqrt(2 * form->df) + form->df;
  return x <= 0 ? 1 : dw_chi2_sf(x, form->df);
}

static void sums_of(const dw_parts *parts, const uint64_t *count)
{
  uint64_t sum = 0;
  for (size_t k = 0; k < parts->cells; k++) parts->sum[k] = sum += count[k];
}

dw_parts_seen dw_parts_look(dw_parts *parts, const uint64_t *count, double rank_error)
{
  dw_parts_seen seen = {.least = INFINITY, .least_share = INFINITY};
  sums_of(parts, count);
  for (size_t i = 0; i < parts->shares; i++) {
    const dw_part_share *share = &parts->share[i];
    double off = share->kind == DW_PART_BELOW ? rank_error : 2 * rank_error;
    double p = share->weight * share_p(parts, share, count_in(share, parts->sum, count, parts->drawn), off);
    if (p < seen.least) seen.part = i;
    seen.least = fmin(seen.least, p);
  }
  seen.least_share = seen.least;
  for (int f = 0; f < DW_FORMS; f++) {
    dw_part_form *form = &parts->form[f];
    if (!form->used) continue;
    form->seen = form_value(parts, f, count, rank_error);
    double p = form->weight * form_p(form, form->seen);
    if (p < seen.least) seen.part = parts->shares + (size_t)f;
    seen.least = fmin(seen.least, p);
  }
  return seen;
}

static double linear_tail(const dw_parts *parts, const double *score, const uint64_t *count, double off)
{
  double seen = linear_value(parts, score, count, off);
  if (seen >= 0) return dw_linear_bound(parts->size, score, parts->cells, parts->drawn, seen);
  double *negative = dw_alloc_array(parts->cells, sizeof *negative);
  for (size_t k = 0; k < parts->cells; k++) negative[k] = -score[k];
  double bound = dw_linear_bound(parts->size, negative, parts->cells, parts->drawn, -seen);
  dw_free(negative);
  return bound;
}

double dw_parts_linear_bound(const dw_parts *parts, const uint64_t *count, double rank_error)
{
  if (!parts->rank) return 1;
  double by_rank = linear_tail(parts, parts->rank, count, rank_error), by_score = linear_tail(parts, parts->score, count, rank_error);
  return fmin(1, 4 * fmin(by_rank, by_score)); /* two forms, two sides */
}

/* --- limits --- */

/* The value from which on the p-value is at most p: by halves, between the mean and where the p-value is surely smaller. */
static double form_limit(const dw_part_form *form, double p)
{
  double low = 0, high = form->mean + form->sd;
  if (p >= 1) return -INFINITY;
  while (form_p(form, high) > p) high *= 2;
  for (int i = 0; i < 60; i++) {
    double middle = 0.5 * (low + high);
    if (form_p(form, middle) > p) low = middle;
    else high = middle;
  }
  return low;
}

void dw_parts_limits(dw_parts *parts, double of_shares, double of_forms)
{
  const double slack = 1 + 1e-9; /* a tail summed from another value may differ by rounding */
  for (size_t i = 0; i < parts->shares; i++) {
    dw_part_share *share = &parts->share[i];
    dw_hypergeometric law = dw_hypergeometric_make(share->rows, parts->rows - share->rows, parts->drawn);
    double tail = of_shares / share->weight * slack / 2;
    dw_tails tails = dw_hypergeometric_tails(&law, tail);
    share->low = tails.low;
    share->high = tails.high;
  }
  for (int f = 0; f < DW_FORMS; f++) {
    dw_part_form *form = &parts->form[f];
    if (!form->used) continue;
    form->limit = form_limit(form, of_forms / form->weight);
    if (form->weight * form_p(form, form->seen) <= of_forms) form->limit = fmin(form->limit, form->seen);
  }
}

bool dw_parts_extreme(const dw_parts *parts, const uint64_t *count)
{
  sums_of(parts, count);
  for (size_t i = 0; i < parts->shares; i++) {
    const dw_part_share *share = &parts->share[i];
    uint64_t x = count_in(share, parts->sum, count, parts->drawn);
    if (x < share->low || x >= share->high) return true;
  }
  for (int f = 0; f < DW_FORMS; f++)
    if (parts->form[f].used && form_value(parts, f, count, 0) >= parts->form[f].limit) return true;
  return false;
}
