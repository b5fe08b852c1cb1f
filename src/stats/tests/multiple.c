#include "stats/tests/multiple.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"

typedef struct ranked {
  double p; /* over its weight */
  size_t index;
} ranked;

static double weight_at(const double *weight, size_t i) { return weight ? weight[i] : 1; }

static int ranked_order(const void *left, const void *right)
{
  const ranked *a = left, *b = right;
  if (a->p != b->p) return a->p < b->p ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

/* The entries that are not NaN, smallest first; *count of them, *sum of their weights. The caller frees. */
static ranked *ranked_make(const double *p, const double *weight, size_t n, size_t *count, double *sum)
{
  ranked *out = dw_alloc_array(n, sizeof *out);
  *count = 0;
  *sum = 0;
  for (size_t i = 0; i < n; i++) {
    if (isnan(p[i])) continue;
    out[(*count)++] = (ranked){p[i] / weight_at(weight, i), i};
    *sum += weight_at(weight, i);
  }
  qsort(out, *count, sizeof *out, ranked_order);
  return out;
}

void dw_bonferroni(const double *p, const double *weight, size_t n, double *adjusted)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += isnan(p[i]) ? 0 : weight_at(weight, i);
  for (size_t i = 0; i < n; i++) adjusted[i] = isnan(p[i]) ? NAN : fmin(1, p[i] / weight_at(weight, i) * sum);
}

void dw_holm(const double *p, const double *weight, size_t n, double *adjusted)
{
  size_t count;
  double sum, most = 0;
  ranked *by_p = ranked_make(p, weight, n, &count, &sum);
  double *after = dw_alloc_array(count + 1, sizeof *after); /* the weights from a place on, summed from the end: no cancellation */
  after[count] = 0;
  for (size_t i = count; i-- > 0;) after[i] = after[i + 1] + weight_at(weight, by_p[i].index);
  for (size_t i = 0; i < n; i++) adjusted[i] = NAN;
  for (size_t i = 0; i < count; i++) {
    most = fmax(most, fmin(1, by_p[i].p * after[i]));
    adjusted[by_p[i].index] = most;
  }
  dw_free(after);
  dw_free(by_p);
}

void dw_benjamini_hochberg(const double *p, const double *weight, size_t n, double *adjusted)
{
  size_t count;
  double sum, least = 1;
  ranked *by_p = ranked_make(p, weight, n, &count, &sum);
  for (size_t i = 0; i < n; i++) adjusted[i] = NAN;
  for (size_t i = count; i-- > 0;) {
    size_t at = by_p[i].index;
    least = fmin(least, by_p[i].p * sum / (double)(i + 1));
    adjusted[at] = fmax(least, by_p[i].p * weight_at(weight, at));
  }
  dw_free(by_p);
}
