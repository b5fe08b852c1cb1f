/* Would vectors dealt out to the sides at random be as far apart? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "detect/vector/embedding_parts.h"
#include "stats/tests/permutation.h"

enum {
  ROWS = 1000,      /* a side */
  CELLS = 1 << 19,  /* numbers of a side, where the user does not say how many permutations there are to be */
  FEWEST = 199,     /* permutations then, */
  MOST = 999,       /* as many as */
  WORK = 100000000, /* numbers added up allow: some 0.1 s */
  ENOUGH_HITS = 20, /* p is beyond 0.02 for sure: no need for more */
  LANES = 16        /* permutations side by side */
};

/* --- how many, and when it is enough --- */

static size_t rows_of(size_t width, const dw_method_settings *settings)
{
  size_t most = CELLS / (width ? width : 1);
  if (settings->permutations || most > ROWS) return ROWS;
  return most < 2 ? 2 : most;
}

static unsigned permutations_of(const dw_method_settings *settings, size_t rows, size_t width)
{
  if (settings->permutations) return settings->permutations;
  size_t most = WORK / (rows * width + 1);
  return most < FEWEST ? FEWEST : most > MOST ? MOST : (unsigned)most;
}

typedef struct tally {
  unsigned most, made, hits;
} tally;

static bool goes_on(const tally *t) { return t->made < t->most && t->hits < ENOUGH_HITS; }

static double p_of(const tally *t) { return dw_permutation_p(t->hits, t->made, t->made < t->most); }

/* --- the vectors of both sides --- */

typedef struct pooled {
  double *row; /* [n + m][width] around their common mean, the reference's first */
  double *center;
  size_t n, m, few, width; /* few: of the smaller side, which is dealt */
  uint32_t *order;         /* the smaller side first */
} pooled;

static void pool(pooled *p, const dw_pair *pair, const dw_method_settings *settings)
{
  const dw_vectors *r = pair->reference->vectors;
  size_t width = p->width = r->width, most = rows_of(width, settings);
  double *first = dw_embedding_rows(r, most, &p->n), *second = dw_embedding_rows(pair->current->vectors, most, &p->m);
  size_t count = p->n + p->m;
  p->few = p->n < p->m ? p->n : p->m;
  p->row = dw_alloc_array(count * width, sizeof(double));
  memcpy(p->row, first, p->n * width * sizeof(double));
  memcpy(p->row + p->n * width, second, p->m * width * sizeof(double));
  dw_free(first);
  dw_free(second);
  p->center = dw_alloc_zero(width, sizeof(double));
  for (size_t i = 0; i < count; i++)
    for (size_t d = 0; d < width; d++) p->center[d] += p->row[i * width + d] / (double)count;
  for (size_t i = 0; i < count; i++)
    for (size_t d = 0; d < width; d++) p->row[i * width + d] -= p->center[d];
  p->order = dw_alloc_array(count, sizeof *p->order);
  for (size_t i = 0; i < count; i++) p->order[i] = (uint32_t)(p->n <= p->m ? i : (p->n + i) % count);
}

static void pool_free(pooled *p)
{
  dw_free(p->row);
  dw_free(p->center);
  dw_free(p->order);
}

static void shuffle(pooled *p, dw_rng_key key, unsigned permutation)
{
  dw_rng rng;
  dw_rng_start(&rng, key, permutation, 0);
  for (size_t i = 0; i < p->few; i++) {
    size_t k = i + (size_t)dw_rng_below(&rng, p->n + p->m - i);
    uint32_t swap = p->order[i];
    p->order[i] = p->order[k];
    p->order[k] = swap;
  }
}

/* --- what means and variances decide --- */

/* Over all rows around the center, [width]; and the two sides that a deal makes. */
typedef struct moments {
  double *sum, *squares;
  dw_vectors side[2];
} moments;

static void moments_start(moments *all, const pooled *p)
{
  size_t width = p->width;
  *all = (moments){.sum = dw_alloc_zero(width, sizeof(double)), .squares = dw_alloc_zero(width, sizeof(double))};
  for (size_t i = 0; i < p->n + p->m; i++) {
    for (size_t d = 0; d < width; d++) {
      double x = p->row[i * width + d];
      all->sum[d] += x;
      all->squares[d] += x * x;
    }
  }
  for (int i = 0; i < 2; i++)
    all->side[i] = (dw_vectors){.width = width,
                                .count = i ? p->m : p->n,
                                .mean = dw_alloc_array(width, sizeof(double)),
                                .m2 = dw_alloc_array(width, sizeof(double))};
}

static void moments_free(moments *all)
{
  for (int i = 0; i < 2; i++) dw_vectors_free(&all->side[i]);
  dw_free(all->sum);
  dw_free(all->squares);
}

/* The moments of the first rows of the order, which are the smaller side's, and of the rest. */
static void deal(const pooled *p, moments *all)
{
  dw_vectors *small = &all->side[p->n > p->m], *large = &all->side[p->n <= p->m];
  memset(small->mean, 0, p->width * sizeof(double));
  memset(small->m2, 0, p->width * sizeof(double));
  for (size_t i = 0; i < p->few; i++) {
    const double *row = p->row + p->order[i] * p->width;
    for (size_t d = 0; d < p->width; d++) {
      small->mean[d] += row[d];
      small->m2[d] += row[d] * row[d];
    }
  }
  double a = (double)small->count, b = (double)large->count;
  for (size_t d = 0; d < p->width; d++) {
    double sum = small->mean[d], rest = all->sum[d] - sum, squares = small->m2[d];
    small->mean[d] = p->center[d] + sum / a;
    large->mean[d] = p->center[d] + rest / b;
    small->m2[d] = fmax(0, squares - sum * sum / a);
    large->m2[d] = fmax(0, all->squares[d] - squares - rest * rest / b);
  }
}

double dw_embedding_permute(const dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic, unsigned *made)
{
  pooled p;
  pool(&p, pair, settings);
  tally t = {.most = permutations_of(settings, p.few, p.width)};
  double p_value = NAN;
  if (p.few >= 2) {
    moments all;
    moments_start(&all, &p);
    dw_rng_key key = dw_rng_derive(settings->seed, "embedding permutations");
    deal(&p, &all);
    double observed = statistic(&all.side[0], &all.side[1], settings), slack = 1e-12 * fabs(observed); /* equal values in another order */
    while (goes_on(&t)) {
      shuffle(&p, key, t.made++);
      deal(&p, &all);
      t.hits += !(statistic(&all.side[0], &all.side[1], settings) < observed - slack);
    }
    p_value = p_of(&t);
    moments_free(&all);
  }
  *made = t.made;
  pool_free(&p);
  return p_value;
}

/* --- components one by one --- */

typedef struct placed {
  double x;
  uint32_t row;
} placed;

static int by_value(const void *left, const void *right)
{
  const placed *a = left, *b = right;
  return a->x < b->x ? -1 : a->x > b->x;
}

/* The order of the rows in each component, and how far it is to the next one in standard deviations of all rows. */
typedef struct ranked {
  uint32_t *row; /* [width][count] */
  double *gap;   /* [width][count] the last is 0 */
} ranked;

static ranked rank_components(const pooled *p)
{
  size_t count = p->n + p->m;
  ranked out = {dw_alloc_array(count * p->width, sizeof(uint32_t)), dw_alloc_array(count * p->width, sizeof(double))};
  placed *cell = dw_alloc_array(count, sizeof *cell);
  for (size_t d = 0; d < p->width; d++) {
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
      cell[i] = (placed){p->row[i * p->width + d], (uint32_t)i};
      squares += cell[i].x * cell[i].x;
    }
    qsort(cell, count, sizeof *cell, by_value);
    double spread = sqrt(squares / (double)count);
    for (size_t i = 0; i < count; i++) {
      out.row[d * count + i] = cell[i].row;
      out.gap[d * count + i] = i + 1 < count && spread > 0 ? (cell[i + 1].x - cell[i].x) / spread : 0;
    }
  }
  dw_free(cell);
  return out;
}

/* The sums over the components of the Wasserstein distances, times n m, of LANES deals. step[row][lane]: how a row changes the gap of the
 * distribution functions times n m, which stays a whole number. */
static void add_distances(const ranked *of, size_t count, size_t width, const double *step, double sum[LANES])
{
  memset(sum, 0, LANES * sizeof *sum);
  for (size_t d = 0; d < width; d++) {
    double off[LANES] = {0};
    for (size_t i = 0; i < count; i++) {
      const double *by = step + of->row[d * count + i] * (size_t)LANES, gap = of->gap[d * count + i];
      for (int k = 0; k < LANES; k++) {
        off[k] += by[k];
        sum[k] += fabs(off[k]) * gap;
      }
    }
  }
}

static void take_deal(const pooled *p, double *step, size_t lane)
{
  double few = (double)p->few, others = (double)(p->n + p->m) - few;
  for (size_t i = 0; i < p->n + p->m; i++) step[p->order[i] * LANES + lane] = i < p->few ? others : -few;
}

double dw_embedding_permute_components(const dw_pair *pair, const dw_method_settings *settings, unsigned *made)
{
  pooled p;
  pool(&p, pair, settings);
  size_t count = p.n + p.m;
  tally t = {.most = permutations_of(settings, count, p.width)};
  double p_value = NAN;
  if (p.few >= 2) {
    ranked of = rank_components(&p);
    double *step = dw_alloc_array(count * LANES, sizeof *step), observed = NAN;
    dw_rng_key key = dw_rng_derive(settings->seed, "embedding components");
    for (bool first = true; first || goes_on(&t); first = false) {
      double sum[LANES];
      for (size_t lane = 0; lane < LANES; lane++) {
        if (!first || lane) shuffle(&p, key, t.made + (unsigned)lane - first);
        take_deal(&p, step, lane);
      }
      add_distances(&of, count, p.width, step, sum);
      if (first) observed = sum[0];
      for (size_t lane = first; lane < LANES && goes_on(&t); lane++) {
        t.made++;
        t.hits += sum[lane] >= observed * (1 - 1e-12);
      }
    }
    p_value = p_of(&t);
    dw_free(step);
    dw_free(of.row);
    dw_free(of.gap);
  }
  *made = t.made;
  pool_free(&p);
  return p_value;
}
