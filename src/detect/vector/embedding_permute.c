/* Would vectors dealt out to the sides at random be as far apart? */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "detect/vector/embedding_parts.h"

enum { ENOUGH_HITS = 20 };

/* Both samples, the reference's first, around their common mean. */
typedef struct pooled {
  double *row, *center, *sum, *squares; /* sum, squares: [width], over all rows around the center */
  size_t n, m, width;
  uint32_t *order;
} pooled;

static void pool(pooled *p, const dw_pair *pair)
{
  const dw_vectors *r = pair->reference->vectors;
  double *first = dw_embedding_rows(r, DW_EMBEDDING_PERMUTED, &p->n),
         *second = dw_embedding_rows(pair->current->vectors, DW_EMBEDDING_PERMUTED, &p->m);
  size_t width = p->width = r->width, count = p->n + p->m;
  p->row = dw_alloc_array(count * width, sizeof(double));
  memcpy(p->row, first, p->n * width * sizeof(double));
  memcpy(p->row + p->n * width, second, p->m * width * sizeof(double));
  dw_free(first);
  dw_free(second);
  p->center = dw_alloc_zero(width, sizeof(double));
  p->sum = dw_alloc_zero(width, sizeof(double));
  p->squares = dw_alloc_zero(width, sizeof(double));
  for (size_t i = 0; i < count; i++)
    for (size_t d = 0; d < width; d++) p->center[d] += p->row[i * width + d] / (double)count;
  for (size_t i = 0; i < count; i++) {
    for (size_t d = 0; d < width; d++) {
      double x = p->row[i * width + d] -= p->center[d];
      p->sum[d] += x;
      p->squares[d] += x * x;
    }
  }
  p->order = dw_alloc_array(count, sizeof *p->order);
  for (size_t i = 0; i < count; i++) p->order[i] = (uint32_t)i;
}

/* The moments of the first n rows of the order, and of the rest. */
static void deal(const pooled *p, dw_vectors *r, dw_vectors *c)
{
  memset(r->mean, 0, p->width * sizeof(double));
  memset(r->m2, 0, p->width * sizeof(double));
  for (size_t i = 0; i < p->n; i++) {
    const double *row = p->row + p->order[i] * p->width;
    for (size_t d = 0; d < p->width; d++) {
      r->mean[d] += row[d];
      r->m2[d] += row[d] * row[d];
    }
  }
  double n = (double)p->n, m = (double)p->m;
  for (size_t d = 0; d < p->width; d++) {
    double sum = r->mean[d], rest = p->sum[d] - sum, squares = r->m2[d];
    r->mean[d] = p->center[d] + sum / n;
    c->mean[d] = p->center[d] + rest / m;
    r->m2[d] = fmax(0, squares - sum * sum / n);
    c->m2[d] = fmax(0, p->squares[d] - squares - rest * rest / m);
  }
}

static void shuffle(pooled *p, dw_rng_key key, unsigned permutation)
{
  dw_rng rng;
  dw_rng_start(&rng, key, permutation, 0);
  for (size_t i = 0; i < p->n; i++) {
    size_t k = i + dw_rng_below(&rng, p->n + p->m - i);
    uint32_t swap = p->order[i];
    p->order[i] = p->order[k];
    p->order[k] = swap;
  }
}

double dw_embedding_permute(const dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic)
{
  pooled p;
  pool(&p, pair);
  double p_value = NAN;
  if (p.n >= 2 && p.m >= 2) {
    dw_vectors side[2] = {{.width = p.width, .count = p.n}, {.width = p.width, .count = p.m}};
    for (int i = 0; i < 2; i++) {
      side[i].mean = dw_alloc_array(p.width, sizeof(double));
      side[i].m2 = dw_alloc_array(p.width, sizeof(double));
    }
    dw_rng_key key = dw_rng_derive(settings->seed, "embedding permutations");
    deal(&p, &side[0], &side[1]);
    double observed = statistic(&side[0], &side[1], settings), slack = 1e-12 * fabs(observed); /* equal values in another order are ties */
    unsigned made = 0, hits = 0;
    while (made < settings->permutations && hits < ENOUGH_HITS) {
      shuffle(&p, key, made++);
      deal(&p, &side[0], &side[1]);
      hits += !(statistic(&side[0], &side[1], settings) < observed - slack);
    }
    p_value = made < settings->permutations ? (double)hits / made : (1.0 + hits) / (1.0 + made);
    for (int i = 0; i < 2; i++) dw_vectors_free(&side[i]);
  }
  dw_free(p.row);
  dw_free(p.center);
  dw_free(p.sum);
  dw_free(p.squares);
  dw_free(p.order);
  return p_value;
}
