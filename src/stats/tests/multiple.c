#include "stats/tests/multiple.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"

typedef struct ranked {
  double p;
  size_t index;
} ranked;

static int ranked_order(const void *left, const void *right)
{
  const ranked *a = left, *b = right;
  if (a->p != b->p) return a->p < b->p ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

/* The entries that are not NaN, smallest p first; *count of them. The caller frees. */
static ranked *ranked_make(const double *p, size_t n, size_t *count)
{
  ranked *out = dw_alloc_array(n, sizeof *out);
  *count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(p[i])) out[(*count)++] = (ranked){p[i], i};
  qsort(out, *count, sizeof *out, ranked_order);
  return out;
}

void dw_bonferroni(const double *p, size_t n, double *adjusted)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += !isnan(p[i]);
  for (size_t i = 0; i < n; i++) adjusted[i] = isnan(p[i]) ? NAN : fmin(1, p[i] * (double)count);
}

void dw_holm(const double *p, size_t n, double *adjusted)
{
  size_t count;
  ranked *by_p = ranked_make(p, n, &count);
  for (size_t i = 0; i < n; i++) adjusted[i] = NAN;
  double most = 0;
  for (size_t i = 0; i < count; i++) {
    most = fmax(most, fmin(1, by_p[i].p * (double)(count - i)));
    adjusted[by_p[i].index] = most;
  }
  dw_free(by_p);
}

void dw_benjamini_hochberg(const double *p, size_t n, double *adjusted)
{
  size_t count;
  ranked *by_p = ranked_make(p, n, &count);
  for (size_t i = 0; i < n; i++) adjusted[i] = NAN;
  double least = 1;
  for (size_t i = count; i-- > 0;) {
    least = fmin(least, by_p[i].p * (double)count / (double)(i + 1));
    adjusted[by_p[i].index] = least;
  }
  dw_free(by_p);
}
