/* sample: a column of numbers, sorted once, as every statistic of this layer takes it.
 *
 * value[0..count) ascending, finite, no NaN, no minus zero (dw_sort_doubles sees to that). weight NULL: each value counts once,
 * and total equals count; otherwise value[i] counts weight[i] times (whole numbers > 0, from a sketch) and total is their sum.
 * A view: it owns nothing, and the arrays must outlive it.
 */
#ifndef DW_STATS_SAMPLE_H
#define DW_STATS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/samples/sort.h"

typedef struct dw_sorted {
  const double *value;
  const uint64_t *weight;
  size_t count;
  uint64_t total;
} dw_sorted;

dw_sorted dw_sorted_make(const double *ascending, size_t count);
dw_sorted dw_sorted_make_weighted(const double *ascending, const uint64_t *weight, size_t count);

/* How often value[i] counts. */
static inline uint64_t dw_sorted_weight(dw_sorted a, size_t i) { return a.weight ? a.weight[i] : 1; }

/* Takes all values equal to the one at *i, moves *i behind them, and returns how often they count together. */
static inline uint64_t dw_sorted_run(dw_sorted a, size_t *i)
{
  size_t j = *i;
  double v = a.value[j];
  uint64_t times = 0;
  if (!a.weight) {
    j = dw_sort_run_end(a.value, j, a.count);
    times = j - *i;
  } else {
    while (j < a.count && a.value[j] == v) times += a.weight[j++];
  }
  *i = j;
  return times;
}

/* How often the sample holds a value less than x, or at most x. */
uint64_t dw_sorted_below(dw_sorted a, double x);
uint64_t dw_sorted_up_to(dw_sorted a, double x);

/* Distinct values; stops counting at limit when limit > 0. */
size_t dw_sorted_distinct(dw_sorted a, size_t limit);
bool dw_sorted_whole(dw_sorted a); /* all are whole numbers; an empty sample's too */
/* Distinct values of both samples together. */
size_t dw_sorted_distinct_pooled(dw_sorted a, dw_sorted b, size_t limit);

/* Of a large sample, `most` values that stand for runs of (nearly) equal length, each the middle one of its run: the distribution function
 * moves by less than 1 / most. A sample that is no larger, or has weights, stays as it is. */
typedef struct dw_thinned {
  dw_sorted sample;
  double *value; /* NULL: sample is the one that was given */
  uint64_t *weight;
} dw_thinned;
void dw_thinned_make(dw_thinned *out, dw_sorted from, size_t most);
void dw_thinned_free(dw_thinned *thinned);

/* The walk through two samples in step: each call of dw_merge_next takes the next distinct pooled value and tells how often each
 * side holds it. Afterwards below_a, below_b count what has been taken so far: the right-continuous ECDFs times n and m. */
typedef struct dw_merge {
  dw_sorted a, b;
  size_t i, j;
  double value;
  uint64_t times_a, times_b;
  uint64_t below_a, below_b;
} dw_merge;

static inline void dw_merge_start(dw_merge *walk, dw_sorted a, dw_sorted b) { *walk = (dw_merge){.a = a, .b = b}; }

/* 0 when both samples are used up. */
static inline int dw_merge_next(dw_merge *walk)
{
  int has_a = walk->i < walk->a.count, has_b = walk->j < walk->b.count;
  if (!has_a && !has_b) return 0;
  double va = has_a ? walk->a.value[walk->i] : 0, vb = has_b ? walk->b.value[walk->j] : 0;
  int take_a = has_a && (!has_b || va <= vb), take_b = has_b && (!has_a || vb <= va);
  walk->value = take_a ? va : vb;
  walk->times_a = take_a ? dw_sorted_run(walk->a, &walk->i) : 0;
  walk->times_b = take_b ? dw_sorted_run(walk->b, &walk->j) : 0;
  walk->below_a += walk->times_a;
  walk->below_b += walk->times_b;
  return 1;
}

/* The same walk for speed, one value a step, without a branch that the data decides; for two samples without weights whose sizes multiply
 * to less than 2^53. cross = below_a * m - below_b * n, exactly: the gap between the ECDFs times n m. Where values are equal it is the true
 * gap only behind the last of them. */
typedef struct dw_steps {
  const double *a, *b;
  size_t i, j, n, m;
  double change[2]; /* of cross for a value of b, of a */
  double value, cross;
} dw_steps;

static inline int dw_steps_fit(dw_sorted a, dw_sorted b)
{
  return !a.weight && !b.weight && (double)a.count * (double)b.count < 9007199254740992.0;
}

static inline void dw_steps_start(dw_steps *walk, dw_sorted a, dw_sorted b)
{
  *walk = (dw_steps){.a = a.value, .b = b.value, .n = a.count, .m = b.count, .change = {-(double)a.count, (double)b.count}};
}

/* While both sides have values left: takes the smaller (of equal ones a's). 0 when one side is used up. */
static inline int dw_steps_next(dw_steps *walk)
{
  if (walk->i == walk->n || walk->j == walk->m) return 0;
  double va = walk->a[walk->i], vb = walk->b[walk->j];
  size_t from_a = va <= vb;
  walk->value = va <= vb ? va : vb;
  walk->cross += walk->change[from_a];
  walk->i += from_a;
  walk->j += 1 - from_a;
  return 1;
}

#endif
