#include "stats/tests/look_limits.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"

typedef struct ordered {
  size_t start, look;
} ordered;

typedef struct series {
  size_t count, length;
  size_t *look;      /* [count] by start */
  size_t *low, *end; /* [count] of these, those that share a row with it: from low to before end */
} series;

static int by_start(const void *left, const void *right)
{
  const ordered *a = left, *b = right;
  if (a->start != b->start) return a->start < b->start ? -1 : 1;
  return a->look < b->look ? -1 : a->look > b->look;
}

static series series_of(const dw_looks *looks)
{
  size_t n = looks->count;
  ordered *at = dw_alloc_array(n, sizeof *at);
  series out = {.count = n,
                .length = looks->length,
                .look = dw_alloc_array(n, sizeof *out.look),
                .low = dw_alloc_array(n, sizeof *out.low),
                .end = dw_alloc_array(n, sizeof *out.end)};
  for (size_t i = 0; i < n; i++) at[i] = (ordered){looks->start[i], i};
  qsort(at, n, sizeof *at, by_start);
  for (size_t i = 0, low = 0, end = 0; i < n; i++) {
    while (at[low].start + looks->length <= at[i].start) low++;
    while (end < n && at[end].start < at[i].start + looks->length) end++;
    out.look[i] = at[i].look, out.low[i] = low, out.end[i] = end;
  }
  dw_free(at);
  return out;
}

static void series_free(series *s)
{
  dw_free(s->look);
  dw_free(s->low);
  dw_free(s->end);
}

/* --- sizes --- */

/* P-values end here: which of two lower ones is the lower cannot be told. */
static double deviate(double p) { return -dw_normal_quantile(fmax(p, DBL_MIN) / 2); }

static double size_of(const dw_look_test *test, double score)
{
  if (isnan(score)) return NAN;
  if (test->p_value) return score < 1 ? fmax(0, deviate(score)) : 0;
  return fmax(0, test->low ? 1 - score : score);
}

static double score_of(const dw_look_test *test, double size)
{
  if (test->p_value) return size < deviate(0) ? 2 * dw_normal_sf(size) : 0;
  return test->low ? 1 - size : size;
}

/* Sizes by start, and sums over those before, of a test. */
typedef struct sizes {
  double *size, *squares; /* [count], [count + 1] */
  size_t *answers;        /* [count + 1] */
  double *usual;          /* [count] for each look, by those without a row in common */
  double all, unit;       /* over all looks; what all of these are multiples of, so that squares stay finite */
} sizes;

static double root_mean(double squares, size_t answers) { return answers ? sqrt(squares / (double)answers) : 0; }

static sizes sizes_of(const dw_look_test *test, const series *s)
{
  size_t n = s->count;
  sizes out = {.size = dw_alloc_array(n, sizeof *out.size),
               .squares = dw_alloc_zero(n + 1, sizeof *out.squares),
               .answers = dw_alloc_zero(n + 1, sizeof *out.answers),
               .usual = dw_alloc_array(n, sizeof *out.usual)};
  for (size_t i = 0; i < n; i++) {
    out.size[i] = size_of(test, test->score[s->look[i]]);
    if (!test->p_value && out.size[i] > out.unit) out.unit = out.size[i];
  }
  if (out.unit == 0) out.unit = 1;
  for (size_t i = 0; i < n; i++) {
    double size = out.size[i] /= out.unit;
    out.squares[i + 1] = out.squares[i] + (isnan(size) ? 0 : size * size);
    out.answers[i + 1] = out.answers[i] + (size_t)!isnan(size);
  }
  out.all = fmax(test->usual, root_mean(out.squares[n], out.answers[n]));
  for (size_t i = 0; i < n; i++) {
    double squares = out.squares[s->low[i]] + (out.squares[n] - out.squares[s->end[i]]);
    size_t answers = out.answers[s->low[i]] + (out.answers[n] - out.answers[s->end[i]]);
    out.usual[i] = fmax(test->usual, root_mean(fmax(0, squares), answers));
    if (out.usual[i] == 0) out.usual[i] = out.all; /* nothing else ever had a size */
  }
  return out;
}

static void sizes_free(sizes *s)
{
  dw_free(s->size);
  dw_free(s->squares);
  dw_free(s->answers);
  dw_free(s->usual);
}

/* The largest of the looks' sizes over their usual ones, by start; usual sizes of tests beside others become at least theirs. */
static double *extents(const dw_look_test *test, size_t tests, sizes *size, const series *s)
{
  double *extent = dw_alloc_zero(s->count, sizeof *extent);
  for (size_t k = 0; k < tests; k++) {
    const sizes *other = test[k].beside == DW_LOOK_ALONE ? &size[k] : &size[test[k].beside];
    size[k].all = fmax(size[k].all, other->all);
    for (size_t i = 0; i < s->count; i++) {
      double usual = size[k].usual[i] = fmax(size[k].usual[i], other->usual[i]);
      if (size[k].size[i] > 0) extent[i] = fmax(extent[i], size[k].size[i] / usual);
    }
  }
  return extent;
}

/* --- ranks --- */

/* Counts by rank, and their sums up to a rank (Fenwick, "A new data structure for cumulative frequency tables", 1994). */
static void count_rank(uint32_t *tree, size_t count, size_t rank, int by)
{
  for (size_t i = rank + 1; i <= count; i += i & (~i + 1)) tree[i] += (uint32_t)by;
}

static size_t up_to_rank(const uint32_t *tree, size_t rank)
{
  size_t sum = 0;
  for (size_t i = rank + 1; i > 0; i -= i & (~i + 1)) sum += tree[i];
  return sum;
}

/* For each look the share of those without a row in common that extend at least as far. */
static void rank_looks(const series *s, const double *extent, const double *sorted, double *rank)
{
  size_t n = s->count;
  uint32_t *tree = dw_alloc_zero(n + 1, sizeof *tree);
  for (size_t i = 0, low = 0, end = 0; i < n; i++) {
    for (; end < s->end[i]; end++) count_rank(tree, n, dw_sort_below(sorted, n, extent[end]), 1);
    for (; low < s->low[i]; low++) count_rank(tree, n, dw_sort_below(sorted, n, extent[low]), -1);
    size_t below = dw_sort_below(sorted, n, extent[i]), overlapping = s->end[i] - s->low[i];
    size_t near = overlapping - (below ? up_to_rank(tree, below - 1) : 0);
    rank[i] = overlapping == n ? 0 : (double)(n - below - near) / (double)(n - overlapping);
  }
  dw_free(tree);
}

/* How many looks may be beyond the limit: those whose rank is below that of the first one too many. Where that one extends further than all
 * that it is judged by, none: the limit is the furthest look, and how many have no further one beside them says little of the rate that
 * this has, which is at most that of a look to come being the furthest. */
static size_t allowed(const double *rank, size_t n, double rate, double *share)
{
  double *sorted = dw_alloc_array(n, sizeof *sorted);
  memcpy(sorted, rank, n * sizeof *sorted);
  dw_sort_doubles(sorted, n, NULL);
  size_t at = (size_t)floor(rate * (double)n);
  double bar = at < n ? sorted[at] : 1;
  size_t alarms = dw_sort_below(sorted, n, bar > 0 ? bar : DBL_MIN);
  *share = bar > 0 ? (double)alarms / (double)n : fmin(rate, (double)alarms / (double)n);
  dw_free(sorted);
  return bar > 0 ? (size_t)ceil(bar * (double)n) - 1 : 0;
}

double dw_look_least_rate(size_t disjoint) { return 1 / ((double)disjoint + 1); }

void dw_look_limits(dw_look_test *test, size_t tests, const dw_looks *looks, double rate, dw_minp_level *out)
{
  series s = series_of(looks);
  size_t n = s.count;
  sizes *size = dw_alloc_array(tests, sizeof *size);
  for (size_t k = 0; k < tests; k++) size[k] = sizes_of(&test[k], &s);
  double *extent = extents(test, tests, size, &s), *sorted = dw_alloc_array(n, sizeof *sorted), *rank = dw_alloc_array(n, sizeof *rank);
  memcpy(sorted, extent, n * sizeof *sorted);
  dw_sort_doubles(sorted, n, NULL);
  rank_looks(&s, extent, sorted, rank);
  size_t beyond = allowed(rank, n, rate, &out->rate);
  double limit = sorted[n - 1 - beyond];
  out->level = (double)(n - dw_sort_below(sorted, n, nextafter(limit, INFINITY))) / (double)n;
  out->rate = fmax(out->rate, dw_look_least_rate(looks->disjoint));
  out->error = sqrt(out->rate * (1 - out->rate) / (double)(looks->disjoint ? looks->disjoint : 1));
  for (size_t k = 0; k < tests; k++) {
    test[k].limit = size[k].answers[n] ? score_of(&test[k], limit * size[k].all * size[k].unit) : NAN;
    if (test[k].p_value && test[k].limit > test[k].most) test[k].limit = test[k].most;
    sizes_free(&size[k]);
  }
  dw_free(size);
  dw_free(extent);
  dw_free(sorted);
  dw_free(rank);
  series_free(&s);
}
