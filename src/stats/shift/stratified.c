#include "stats/shift/stratified.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/shift/deal.h"
#include "stats/shift/omnibus.h"
#include "stats/shift/part_weights.h"
#include "stats/tests/permutation.h"

/* A stratum's ranks are cut at 32nds, and at the ends at half, a quarter … of a 32nd. */
enum { ENDS = 4, PARTS = 32, CUTS = PARTS - 1 + 2 * ENDS, BINS = CUTS + 1 };
/* A value that so many of the rows share is watched for itself. */
enum { VALUE_PARTS = 128, VALUE_LEAST = 5, VALUES_MOST = 256 };
enum { NO_LUMP = UINT32_MAX };

static double cut_at(int k)
{
  if (k < ENDS) return 1.0 / (double)(PARTS << (ENDS - k));
  if (k >= CUTS - ENDS) return 1 - cut_at(CUTS - 1 - k);
  return (double)(k - ENDS + 1) / PARTS;
}

/* --- strata as cells --- */

typedef struct layer {
  size_t cells, capacity;
  uint64_t *size, *current; /* [cells] pooled rows, and current ones */
  uint32_t *bin, *lump;     /* [cells] */
  uint64_t n, m;            /* reference, current */
  dw_deal *deal;            /* NULL: one cell, nothing to deal */
} layer;

typedef struct share {
  bool lump;
  uint32_t index; /* of the cut, or of the lump */
  double expected, variance, weight;
  uint64_t low, high; /* a count below low, or from high on, is as extreme as what was seen */
} share;

typedef struct form {
  bool used;
  double df, scale, weight; /* value * scale has about a chi-square law */
  double seen, limit;
} form;

enum { GAPS, SPREAD, SQUARES, FORMS };

typedef struct strata {
  layer *item;
  size_t count, most; /* most: cells in one */
  size_t bins, lumps; /* bins 0: categories */
  double *value;      /* [lumps] of numbers */
  uint64_t *pooled;   /* [lumps] */
  double current, rows, off;
  share *share;
  size_t shares;
  double gap_weight[CUTS], below_expected[CUTS], score[BINS], score_mean;
  double *square_weight; /* [lumps], and what is expected: */
  double *lump_expected;
  form form[FORMS];
  uint64_t below[BINS], *held; /* room for a deal: rows up to each bin, rows in each lump */
} strata;

static void add_cell(layer *s, uint64_t reference, uint64_t current, uint32_t bin, uint32_t lump)
{
  size_t k = s->cells;
  if (k > 0 && lump == NO_LUMP && s->lump[k - 1] == NO_LUMP && s->bin[k - 1] == bin) {
    s->size[k - 1] += reference + current;
    s->current[k - 1] += current;
    return;
  }
  if (k == s->capacity) {
    size_t room = s->capacity = k ? 2 * k : 16;
    s->size = dw_realloc_array(s->size, room, sizeof *s->size);
    s->current = dw_realloc_array(s->current, room, sizeof *s->current);
    s->bin = dw_realloc_array(s->bin, room, sizeof *s->bin);
    s->lump = dw_realloc_array(s->lump, room, sizeof *s->lump);
  }
  s->size[k] = reference + current;
  s->current[k] = current;
  s->bin[k] = bin;
  s->lump[k] = lump;
  s->cells++;
}

static void strata_free(strata *all)
{
  for (size_t i = 0; i < all->count; i++) {
    dw_free(all->item[i].size);
    dw_free(all->item[i].current);
    dw_free(all->item[i].bin);
    dw_free(all->item[i].lump);
    dw_deal_free(all->item[i].deal);
  }
  dw_free(all->item);
  dw_free(all->value);
  dw_free(all->pooled);
  dw_free(all->share);
  dw_free(all->square_weight);
  dw_free(all->lump_expected);
  dw_free(all->held);
}

static layer *next_layer(strata *all, uint64_t n, uint64_t m)
{
  layer *s = &all->item[all->count++];
  *s = (layer){.n = n, .m = m};
  all->current += (double)m;
  all->rows += (double)n + (double)m;
  return s;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* A value that a 128th of all rows hold is one that a 128th of some stratum's rows hold. */
static void find_lumps(strata *all, const dw_stratum *stratum, size_t count)
{
  size_t capacity = 0, kept = 0;
  for (size_t i = 0; i < count; i++) {
    dw_merge walk;
    uint64_t n = stratum[i].reference.total, m = stratum[i].current.total;
    if (n == 0 || m == 0) continue;
    dw_merge_start(&walk, stratum[i].reference, stratum[i].current);
    while (dw_merge_next(&walk)) {
      uint64_t times = walk.times_a + walk.times_b;
      if (times < 2 || times * VALUE_PARTS < n + m) continue;
      all->value = dw_grow(all->value, &capacity, all->lumps + 1, sizeof *all->value);
      all->value[all->lumps++] = walk.value;
    }
  }
  if (all->lumps) qsort(all->value, all->lumps, sizeof *all->value, ascending);
  for (size_t i = 0; i < all->lumps; i++)
    if (i == 0 || all->value[i] != all->value[kept - 1]) all->value[kept++] = all->value[i];
  all->lumps = kept;
}

static uint32_t lump_of(const strata *all, double value, size_t *from)
{
  while (*from < all->lumps && all->value[*from] < value) ++*from;
  return *from < all->lumps && all->value[*from] == value ? (uint32_t)*from : NO_LUMP;
}

static void add_numbers(strata *all, const dw_stratum *from)
{
  uint64_t n = from->reference.total, m = from->current.total, done = 0;
  if (n == 0 || m == 0) return;
  layer *s = next_layer(all, n, m);
  all->off += from->rank_error * ((double)n / ((double)n + (double)m)) * (double)m;
  dw_merge walk;
  dw_merge_start(&walk, from->reference, from->current);
  size_t lump = 0;
  uint32_t bin = 0;
  while (dw_merge_next(&walk)) {
    uint64_t times = walk.times_a + walk.times_b;
    double u = ((double)done + 0.5 * (double)times) / ((double)n + (double)m);
    while (bin < CUTS && u > cut_at((int)bin)) bin++;
    done += times;
    add_cell(s, walk.times_a, walk.times_b, bin, lump_of(all, walk.value, &lump));
  }
}

static void add_categories(strata *all, const dw_strata_counts *counts, size_t i)
{
  const uint64_t *r = counts->reference + i * counts->categories, *c = counts->current + i * counts->categories;
  uint64_t n = 0, m = 0;
  for (size_t k = 0; k < counts->categories; k++) {
    n += r[k];
    m += c[k];
  }
  if (n == 0 || m == 0) return;
  layer *s = next_layer(all, n, m);
  for (size_t k = 0; k < counts->categories; k++)
    if (r[k] + c[k]) add_cell(s, r[k], c[k], 0, (uint32_t)k);
}

/* --- parts --- */

/* The variance of a stratum's count of current rows, over u (1 - u), u the share of its pooled rows. */
static double scale_of(const layer *s)
{
  double n = (double)s->n, m = (double)s->m;
  return n * m / (n + m - 1);
}

/* The count x, as a deviance from what is expected: as a binomial count's, brought to the variance that the sum has. */
static double deviance(const strata *all, const share *part, double x)
{
  double e = part->expected, m = all->current;
  x = x > e ? fmax(e, x - 0.5) : fmin(e, x + 0.5);
  double value = 0;
  if (x > 0) value += x * dw_log(x / e);
  if (x < m) value += (m - x) * dw_log((m - x) / (m - e));
  return fmax(0, 2 * value * (e * (1 - e / m) / part->variance));
}

static void add_share(strata *all, bool lump, uint32_t index, double expected, double variance, double weight)
{
  if (!(variance > 1e-9)) return;
  all->share[all->shares++] = (share){.lump = lump, .index = index, .expected = expected, .variance = variance, .weight = weight};
}

/* Of the rows up to each cut: what is expected, the variance, and how the gaps at all cuts hang together. */
static void make_gaps(strata *all)
{
  double(*covariance)[CUTS] = dw_alloc_zero(CUTS, sizeof *covariance), whole[BINS] = {0};
  for (size_t i = 0; i < all->count; i++) {
    const layer *s = &all->item[i];
    double u[CUTS] = {0}, rows = (double)s->n + (double)s->m, scale = scale_of(s), size[BINS] = {0}, sum = 0;
    for (size_t k = 0; k < s->cells; k++) size[s->bin[k]] += (double)s->size[k];
    for (int k = 0; k < CUTS; k++) {
      u[k] = (sum += size[k]) / rows;
      all->below_expected[k] += (double)s->m * u[k];
    }
    for (int k = 0; k < BINS; k++) whole[k] += size[k];
    for (int j = 0; j < CUTS; j++)
      for (int k = j; k < CUTS; k++) covariance[j][k] += scale * u[j] * (1 - u[k]);
  }
  double total = 0, second = 0;
  for (int k = 0; k < CUTS; k++) {
    double u = cut_at(k);
    add_share(all, false, (uint32_t)k, all->below_expected[k], covariance[k][k],
              fmin(u, 1 - u) < 1.0 / PARTS ? DW_WEIGHT_END : DW_WEIGHT_MIDDLE);
    if (covariance[k][k] > 1e-9) total += all->gap_weight[k] = whole[k] + whole[k + 1];
  }
  for (int k = 0; k < CUTS && total > 0; k++) all->gap_weight[k] /= total;
  for (int j = 0; j < CUTS; j++)
    for (int k = j; k < CUTS; k++) {
      double w = all->gap_weight[j] * all->gap_weight[k];
      if (w > 0) second += (j == k ? 1 : 2) * w * covariance[j][k] * covariance[j][k] / (covariance[j][j] * covariance[k][k]);
    }
  for (int k = 0; k < CUTS; k++)
    if (all->gap_weight[k] > 0) all->gap_weight[k] /= covariance[k][k];
  if (second > 0) all->form[GAPS] = (form){.used = true, .df = 1 / second, .scale = 1 / second, .weight = DW_WEIGHT_GAPS};
  dw_free(covariance);
}

static void make_spread(strata *all)
{
  double variance = 0;
  for (int b = 0; b < BINS; b++) {
    double middle = 0.5 * ((b ? cut_at(b - 1) : 0) + (b < CUTS ? cut_at(b) : 1)) - 0.5;
    all->score[b] = middle * middle;
  }
  for (size_t i = 0; i < all->count; i++) {
    const layer *s = &all->item[i];
    double mean = 0, square = 0, rows = (double)s->n + (double)s->m;
    for (size_t k = 0; k < s->cells; k++) {
      double score = all->score[s->bin[k]], part = (double)s->size[k] / rows;
      mean += part * score;
      square += part * score * score;
    }
    all->score_mean += (double)s->m * mean;
    variance += scale_of(s) * fmax(0, square - mean * mean);
  }
  if (variance > 1e-9) all->form[SPREAD] = (form){.used = true, .df = 1, .scale = 1 / variance, .weight = DW_WEIGHT_SPREAD};
}

static void make_values(strata *all)
{
  double *variance = dw_alloc_zero(all->lumps, sizeof *variance), used = 0, df = 0;
  for (size_t i = 0; i < all->count; i++) {
    const layer *s = &all->item[i];
    double rows = (double)s->n + (double)s->m, scale = scale_of(s);
    for (size_t k = 0; k < s->cells; k++) {
      if (s->lump[k] == NO_LUMP) continue;
      double u = (double)s->size[k] / rows;
      all->pooled[s->lump[k]] += s->size[k];
      all->lump_expected[s->lump[k]] += (double)s->m * u;
      variance[s->lump[k]] += scale * u * (1 - u);
    }
  }
  size_t first = all->shares;
  for (size_t k = 0; k < all->lumps; k++) {
    bool watched = all->pooled[k] >= VALUE_LEAST && (all->bins == 0 || (double)all->pooled[k] * VALUE_PARTS >= all->rows);
    if (watched) add_share(all, true, (uint32_t)k, all->lump_expected[k], variance[k], 1);
    double beside = 1 - (double)all->pooled[k] / all->rows;
    if (all->bins || !(variance[k] > 1e-9)) continue;
    all->square_weight[k] = beside / variance[k];
    df += beside;
  }
  used = (double)(all->shares - first);
  for (size_t i = first; i < all->shares; i++) all->share[i].weight = all->bins ? DW_WEIGHT_VALUE * used + DW_WEIGHT_MIDDLE : used;
  if (df > 1e-9) all->form[SQUARES] = (form){.used = true, .df = df, .scale = 1, .weight = 1};
  dw_free(variance);
}

static void make_parts(strata *all)
{
  all->share = dw_alloc_array(CUTS + all->lumps, sizeof *all->share);
  all->pooled = dw_alloc_zero(all->lumps, sizeof *all->pooled);
  all->held = dw_alloc_zero(all->lumps, sizeof *all->held);
  all->lump_expected = dw_alloc_zero(all->lumps, sizeof *all->lump_expected);
  all->square_weight = dw_alloc_zero(all->lumps, sizeof *all->square_weight);
  for (size_t i = 0; i < all->count; i++)
    if (all->item[i].cells > all->most) all->most = all->item[i].cells;
  if (all->bins) make_gaps(all);
  if (all->bins) make_spread(all);
  make_values(all);
}

/* --- counts --- */

static void counts_begin(strata *all)
{
  memset(all->below, 0, sizeof all->below);
  memset(all->held, 0, all->lumps * sizeof *all->held);
}

static void counts_add(strata *all, const layer *s, const uint64_t *current)
{
  for (size_t k = 0; k < s->cells; k++) {
    all->below[s->bin[k]] += current[k];
    if (s->lump[k] != NO_LUMP) all->held[s->lump[k]] += current[k];
  }
}

static void counts_end(strata *all)
{
  for (int b = 1; b < BINS; b++) all->below[b] += all->below[b - 1];
}

static double nearer(double x, double expected, double off)
{
  double gap = fmax(0, fabs(x - expected) - off);
  return x < expected ? expected - gap : expected + gap;
}

static double squared(double gap, double off)
{
  gap = fmax(0, fabs(gap) - off);
  return gap * gap;
}

static double form_value(const strata *all, int which, double off)
{
  double value = 0, reach = 0;
  switch (which) {
  case GAPS:
    for (int k = 0; k < CUTS; k++)
      if (all->gap_weight[k] > 0) value += all->gap_weight[k] * squared((double)all->below[k] - all->below_expected[k], off);
    return value;
  case SPREAD:
    for (int b = 0; b < BINS; b++) value += all->score[b] * (double)(all->below[b] - (b ? all->below[b - 1] : 0));
    for (int b = 0; off > 0 && b < CUTS; b++) reach += fabs(all->score[b + 1] - all->score[b]) * off;
    return squared(value - all->score_mean, reach);
  default:
    for (size_t k = 0; k < all->lumps; k++)
      if (all->square_weight[k] > 0) value += all->square_weight[k] * squared((double)all->held[k] - all->lump_expected[k], 0);
    return value;
  }
}

static double form_p(const form *f, double value) { return dw_chi2_sf(value * f->scale, f->df); }

/* From which value on the p-value is at most p. */
static double form_limit(const form *f, double p)
{
  double low = 0, high = f->df + 1;
  if (p >= 1) return -INFINITY;
  while (dw_chi2_sf(high, f->df) > p) high *= 2;
  for (int i = 0; i < 60; i++) {
    double middle = 0.5 * (low + high);
    if (dw_chi2_sf(middle, f->df) > p) low = middle;
    else high = middle;
  }
  return low / f->scale * (1 - 1e-9);
}

static uint64_t count_in(const strata *all, const share *part) { return part->lump ? all->held[part->index] : all->below[part->index]; }

/* Counts as extreme as a deviance of this, on either side. */
static void share_limits(const strata *all, share *part, double least)
{
  uint64_t middle = (uint64_t)part->expected, inside = middle + 1, outside = (uint64_t)all->current + 1;
  while (inside < outside) { /* the least count from there on that is as extreme */
    uint64_t x = inside + (outside - inside) / 2;
    if (deviance(all, part, (double)x) >= least) outside = x;
    else inside = x + 1;
  }
  part->high = outside;
  inside = 0;
  outside = middle + 1; /* the least count below there that is not */
  while (inside < outside) {
    uint64_t x = inside + (outside - inside) / 2;
    if (deviance(all, part, (double)x) >= least) inside = x + 1;
    else outside = x;
  }
  part->low = inside;
}

typedef struct look {
  double least, least_share;
  size_t part, part_share;
} look;

static look look_at(strata *all)
{
  look seen = {.least = INFINITY, .least_share = INFINITY};
  for (size_t i = 0; i < all->shares; i++) {
    const share *part = &all->share[i];
    double x = nearer((double)count_in(all, part), part->expected, part->lump ? 2 * all->off : all->off);
    double p = part->weight * fmax(DW_PART_LEAST, dw_chi2_sf(deviance(all, part, x), 1));
    if (p >= seen.least_share) continue;
    seen.least = seen.least_share = p;
    seen.part = seen.part_share = i;
  }
  for (int i = 0; i < FORMS; i++) {
    form *f = &all->form[i];
    if (!f->used) continue;
    f->seen = form_value(all, i, all->off);
    double p = f->weight * fmax(DW_PART_LEAST, form_p(f, f->seen));
    if (p < seen.least) seen.part = all->shares + (size_t)i;
    seen.least = fmin(seen.least, p);
  }
  return seen;
}

static void set_limits(strata *all, double least)
{
  for (size_t i = 0; i < all->shares; i++) {
    share *part = &all->share[i];
    double p = least / part->weight;
    double z = p >= 1 ? 0 : dw_normal_quantile(p / 2);
    share_limits(all, part, z * z * (1 - 1e-9));
  }
  for (int i = 0; i < FORMS; i++) {
    form *f = &all->form[i];
    if (!f->used) continue;
    f->limit = form_limit(f, least / f->weight);
    if (f->weight * form_p(f, f->seen) <= least) f->limit = fmin(f->limit, f->seen);
  }
}

static bool is_extreme(const strata *all)
{
  for (size_t i = 0; i < all->shares; i++) {
    uint64_t x = count_in(all, &all->share[i]);
    if (x < all->share[i].low || x >= all->share[i].high) return true;
  }
  for (int i = 0; i < FORMS; i++)
    if (all->form[i].used && form_value(all, i, 0) >= all->form[i].limit) return true;
  return false;
}

/* --- Chernoff's bound --- */

static double in_share(const layer *s, const share *part)
{
  uint64_t size = 0;
  for (size_t k = 0; k < s->cells; k++)
    if (part->lump ? s->lump[k] == part->index : s->bin[k] <= part->index) size += s->size[k];
  return (double)size;
}

/* log E exp(t x), at most, and its slope. The smaller side of a stratum is the one that is drawn; what it has not the other has. */
static double log_moment(const strata *all, const double *size, double t, double *slope)
{
  double value = 0;
  *slope = 0;
  for (size_t i = 0; i < all->count; i++) {
    const layer *s = &all->item[i];
    bool current = s->m <= s->n;
    double drawn = (double)(current ? s->m : s->n), q = size[i] / ((double)s->n + (double)s->m), a = current ? t : -t;
    double small = dw_exp(-fabs(a)), weight = a > 0 ? (1 - q) * small + q : 1 - q + q * small;
    if (!(weight > 0)) continue; /* q is 0 or 1 but for rounding */
    double chance = (a > 0 ? q : q * small) / weight;
    value += drawn * (dw_log(weight) + fmax(a, 0)) + (current ? 0 : t * size[i]);
    *slope += current ? drawn * chance : size[i] - drawn * chance;
  }
  return value;
}

/* P(the count of this share is as far from its mean, on either side). */
static double share_bound(const strata *all, const share *part, double x)
{
  double *size = dw_alloc_array(all->count, sizeof *size), slope, sign = x > part->expected ? 1 : -1, low = 0, high = 1;
  for (size_t i = 0; i < all->count; i++) size[i] = in_share(&all->item[i], part);
  while (high < 64 && (log_moment(all, size, sign * high, &slope), sign * slope < sign * x)) high *= 2;
  for (int i = 0; i < 40; i++) {
    double middle = 0.5 * (low + high);
    log_moment(all, size, sign * middle, &slope);
    if (sign * slope < sign * x) low = middle;
    else high = middle;
  }
  double exponent = log_moment(all, size, sign * low, &slope) - sign * low * x;
  dw_free(size);
  return fmin(1, 2 * dw_exp(fmin(0, exponent)));
}

/* --- the p-value --- */

static dw_rng_key key_of_data(dw_rng_key key, const strata *all)
{
  for (size_t i = 0; i < all->count; i++) { /* other data has other deals, as in omnibus.c */
    uint64_t data = dw_rng_hash_words(all->item[i].current, all->item[i].cells) + i;
    key.word[0] = key.word[0] * 31 ^ (uint32_t)data;
    key.word[1] = key.word[1] * 31 ^ (uint32_t)(data >> 32);
  }
  return key;
}

static void deal_all(strata *all, dw_rng *rng, uint64_t *count)
{
  counts_begin(all);
  for (size_t i = 0; i < all->count; i++) {
    const layer *s = &all->item[i];
    if (!s->deal) {
      counts_add(all, s, s->current);
      continue;
    }
    dw_deal_draw(s->deal, rng, count);
    if (s->n < s->m)
      for (size_t k = 0; k < s->cells; k++) count[k] = s->size[k] - count[k];
    counts_add(all, s, count);
  }
  counts_end(all);
}

static void count_hits(strata *all, const dw_stratified_settings *settings, unsigned deals, dw_stratified *out)
{
  unsigned hits = settings->hits ? settings->hits : DW_OMNIBUS_HITS;
  uint64_t *count = dw_alloc_array(all->most, sizeof *count);
  dw_rng_key key = key_of_data(settings->key, all);
  for (size_t i = 0; i < all->count; i++) {
    layer *s = &all->item[i];
    if (s->cells > 1) s->deal = dw_deal_new(s->size, s->cells, s->n < s->m ? s->n : s->m);
  }
  while (out->deals < deals && out->hits < hits) {
    dw_rng rng;
    dw_rng_start(&rng, key, out->deals++, 0);
    deal_all(all, &rng, count);
    out->hits += is_extreme(all);
  }
  dw_free(count);
  out->p_value = dw_permutation_p(out->hits, out->deals, out->hits == hits);
}

static void name_part(const strata *all, const look *seen, dw_stratified *out)
{
  static const dw_stratified_part of_form[] = {DW_STRATIFIED_GAPS, DW_STRATIFIED_SPREAD, DW_STRATIFIED_SQUARES};
  if (seen->part >= all->shares) {
    out->part = of_form[seen->part - all->shares];
    return;
  }
  const share *part = &all->share[seen->part];
  out->part = part->lump ? DW_STRATIFIED_VALUE : DW_STRATIFIED_BELOW;
  if (!part->lump) out->where = cut_at((int)part->index);
  else if (all->bins) out->where = all->value[part->index];
  else out->category = part->index;
}

static void p_of_strata(strata *all, const dw_stratified_settings *settings, dw_stratified *out)
{
  unsigned deals = settings->deals ? settings->deals : DW_OMNIBUS_DEALS;
  double shown = 1 / (1 + (double)deals), inverse = 0, bound = 1;
  make_parts(all);
  counts_begin(all);
  for (size_t i = 0; i < all->count; i++) counts_add(all, &all->item[i], all->item[i].current);
  counts_end(all);
  look seen = look_at(all);
  if (isinf(seen.least)) return;
  out->statistic = fmin(1, seen.least);
  for (size_t i = 0; i < all->shares; i++) inverse += 1 / all->share[i].weight;
  if (seen.least_share < shown) {
    const share *part = &all->share[seen.part_share];
    double x = nearer((double)count_in(all, part), part->expected, part->lump ? 2 * all->off : all->off);
    bound = part->weight * share_bound(all, part, x) * inverse;
  }
  if (bound <= DW_PART_SPARE * shown) {
    out->p_value = fmax(DW_PART_LEAST, bound / DW_PART_SPARE);
  } else {
    set_limits(all, seen.least);
    count_hits(all, settings, deals, out);
    out->p_value = fmin(1, out->p_value + DW_PART_SPARE * shown);
  }
  name_part(all, &seen, out);
}

static dw_status finish(strata *all, const dw_stratified_settings *settings, dw_stratified *out, dw_err *err)
{
  *out = (dw_stratified){.p_value = NAN, .statistic = NAN, .where = NAN};
  dw_status status = all->count ? DW_OK : dw_err_set(err, DW_ENODATA, "no stratum has values on both sides");
  if (status == DW_OK) {
    out->p_value = 1;
    out->statistic = 1;
    out->strata = all->count;
    for (size_t i = 0; i < all->count; i++) {
      out->reference += all->item[i].n;
      out->current += all->item[i].m;
    }
    p_of_strata(all, settings, out);
  }
  strata_free(all);
  dw_free(all);
  return status;
}

dw_status dw_stratified_numbers(const dw_stratum *stratum, size_t count, const dw_stratified_settings *settings, dw_stratified *out,
                                dw_err *err)
{
  strata *all = dw_alloc_zero(1, sizeof *all);
  all->item = dw_alloc_array(count, sizeof *all->item);
  all->bins = BINS;
  find_lumps(all, stratum, count);
  if (all->lumps > VALUES_MOST) all->lumps = 0; /* many values, each frequent in some strata: their ranks tell */
  for (size_t i = 0; i < count; i++) add_numbers(all, &stratum[i]);
  return finish(all, settings, out, err);
}

dw_status dw_stratified_categories(const dw_strata_counts *counts, const dw_stratified_settings *settings, dw_stratified *out, dw_err *err)
{
  strata *all = dw_alloc_zero(1, sizeof *all);
  all->item = dw_alloc_array(counts->strata, sizeof *all->item);
  all->lumps = counts->categories;
  for (size_t i = 0; i < counts->strata; i++) add_categories(all, counts, i);
  return finish(all, settings, out, err);
}
