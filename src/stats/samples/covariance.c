#include "stats/samples/covariance.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/samples/sum.h"

enum { BLOCK = 256, BAND = 16 };

void dw_covariance_init(dw_covariance *covariance, size_t columns)
{
  assert(columns > 0);
  *covariance = (dw_covariance){.columns = columns, .mean = dw_alloc_zero(columns, sizeof(double))};
  covariance->mean_low = dw_alloc_zero(columns, sizeof(double));
  covariance->cross = dw_alloc_zero(columns, columns * sizeof(double));
  covariance->block = dw_alloc_array(columns, BLOCK * sizeof(double));
}

/* One block on its way into the sums. */
typedef struct merging {
  dw_covariance *to;
  const double *centred; /* [columns][BLOCK]: the block, transposed, less its means */
  const double *shift;   /* the block's means less those so far */
  double factor;         /* shift' shift times this is what the two means add */
} merging;

static void move_mean(dw_covariance *c, size_t j, double by)
{
  double old = c->mean[j], low = c->mean_low[j] + by, now = old + low;
  c->mean_low[j] = low - (now - old); /* |low| is the smaller, or the mean is near zero and little is lost */
  c->mean[j] = now;
}

static void merge_band(void *context, size_t band, unsigned thread)
{
  const merging *m = context;
  size_t p = m->to->columns, last = (band + 1) * BAND < p ? (band + 1) * BAND : p;
  for (size_t j = 0; j < last; j++) {
    size_t i = j > band * BAND ? j : band * BAND;
    for (; i < last; i++)
      m->to->cross[i * p + j] +=
          dw_inner_product(m->centred + i * BLOCK, m->centred + j * BLOCK, BLOCK) + m->shift[i] * m->shift[j] * m->factor;
  }
}

static void merge_block(dw_covariance *c, unsigned threads)
{
  size_t p = c->columns, n = c->pending;
  double *centred = dw_alloc_zero(p, BLOCK * sizeof *centred), *shift = dw_alloc_array(p, sizeof *shift);
  double total = (double)c->count + (double)n;
  for (size_t j = 0; j < p; j++) {
    double *to = centred + j * BLOCK, sum = 0, rest = 0;
    for (size_t i = 0; i < n; i++) sum += to[i] = c->block[i * p + j];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) rest += to[i] - mean;
    rest /= (double)n;
    for (size_t i = 0; i < n; i++) to[i] = (to[i] - mean) - rest;
    if (c->count == 0) c->mean[j] = mean, c->mean_low[j] = rest; /* the shift would round to the size of the mean */
    shift[j] = (mean - c->mean[j]) + (rest - c->mean_low[j]);
  }
  merging m = {c, centred, shift, (double)c->count * ((double)n / total)};
  dw_parallel(p * p < 4096 ? 1 : threads, (p + BAND - 1) / BAND, merge_band, &m);
  for (size_t j = 0; j < p; j++) move_mean(c, j, shift[j] * ((double)n / total));
  c->count += n;
  c->pending = 0;
  dw_free(centred);
  dw_free(shift);
}

void dw_covariance_add(dw_covariance *covariance, const double *rows, size_t n, unsigned threads)
{
  size_t p = covariance->columns;
  while (n > 0) {
    size_t take = BLOCK - covariance->pending < n ? BLOCK - covariance->pending : n;
    memcpy(covariance->block + covariance->pending * p, rows, take * p * sizeof *rows);
    covariance->pending += take;
    rows += take * p;
    n -= take;
    if (covariance->pending == BLOCK) merge_block(covariance, threads);
  }
}

void dw_covariance_settle(dw_covariance *covariance)
{
  if (covariance->pending) merge_block(covariance, 1);
}

void dw_covariance_merge(dw_covariance *covariance, const dw_covariance *other)
{
  size_t p = covariance->columns;
  assert(p == other->columns && covariance->pending == 0 && other->pending == 0);
  if (other->count == 0) return;
  double total = (double)covariance->count + (double)other->count, share = (double)other->count / total;
  double factor = (double)covariance->count * share;
  double *shift = dw_alloc_array(p, sizeof *shift);
  for (size_t j = 0; j < p && covariance->count == 0; j++) {
    covariance->mean[j] = other->mean[j];
    covariance->mean_low[j] = other->mean_low[j];
  }
  for (size_t j = 0; j < p; j++) shift[j] = (other->mean[j] - covariance->mean[j]) + (other->mean_low[j] - covariance->mean_low[j]);
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j <= i; j++) covariance->cross[i * p + j] += other->cross[i * p + j] + shift[i] * shift[j] * factor;
  for (size_t j = 0; j < p; j++) move_mean(covariance, j, shift[j] * share);
  dw_free(shift);
  covariance->count += other->count;
}

void dw_covariance_matrix(const dw_covariance *covariance, unsigned ddof, double *out)
{
  size_t p = covariance->columns;
  double by = covariance->count > ddof ? (double)(covariance->count - ddof) : NAN;
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j <= i; j++) out[i * p + j] = out[j * p + i] = covariance->cross[i * p + j] / by;
}

double dw_covariance_variance(const dw_covariance *covariance, size_t column, unsigned ddof)
{
  if (covariance->count <= ddof) return NAN;
  return covariance->cross[column * covariance->columns + column] / (double)(covariance->count - ddof);
}

void dw_covariance_free(dw_covariance *covariance)
{
  dw_free(covariance->mean);
  dw_free(covariance->mean_low);
  dw_free(covariance->cross);
  dw_free(covariance->block);
  *covariance = (dw_covariance){0};
}
