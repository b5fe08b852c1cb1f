#include "stats/samples/covariance.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/samples/sum.h"

enum {
  BLOCK = 256,
  BAND = 16,
  FEW = 64,             /* columns: with fewer, whole blocks are the work of a thread, not bands of one */
  PARTS_BYTES = 1 << 22 /* of blocks that are multiplied out and not yet merged */
};

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

/* A block of n rows, transposed, less its means (whose rounding is the rest); zeros behind it. */
static void centre(const double *block, size_t p, size_t n, double *centred, double *means, double *rests)
{
  for (size_t j = 0; j < p; j++) {
    double *to = centred + j * BLOCK, sum = 0, rest = 0;
    for (size_t i = 0; i < n; i++) sum += to[i] = block[i * p + j];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) rest += to[i] - mean;
    rest /= (double)n;
    for (size_t i = 0; i < n; i++) to[i] = (to[i] - mean) - rest;
    for (size_t i = n; i < BLOCK; i++) to[i] = 0;
    means[j] = mean;
    rests[j] = rest;
  }
}

/* How far the block's means are from those so far. */
static void shift_of(dw_covariance *c, const double *means, const double *rests, double *shift)
{
  for (size_t j = 0; j < c->columns; j++) {
    if (c->count == 0) c->mean[j] = means[j], c->mean_low[j] = rests[j]; /* the shift would round to the size of the mean */
    shift[j] = (means[j] - c->mean[j]) + (rests[j] - c->mean_low[j]);
  }
}

static double factor_of(const dw_covariance *c, size_t n) { return (double)c->count * ((double)n / ((double)c->count + (double)n)); }

static void move_means(dw_covariance *c, const double *shift, size_t n)
{
  double total = (double)c->count + (double)n;
  for (size_t j = 0; j < c->columns; j++) move_mean(c, j, shift[j] * ((double)n / total));
  c->count += n;
}

static void merge_block(dw_covariance *c, unsigned threads)
{
  size_t p = c->columns, n = c->pending;
  double *centred = dw_alloc_array(p, BLOCK * sizeof *centred), *means = dw_alloc_array(p, 3 * sizeof *means);
  double *rests = means + p, *shift = means + 2 * p;
  centre(c->block, p, n, centred, means, rests);
  shift_of(c, means, rests, shift);
  merging m = {c, centred, shift, factor_of(c, n)};
  dw_parallel(p < FEW ? 1 : threads, (p + BAND - 1) / BAND, merge_band, &m);
  move_means(c, shift, n);
  c->pending = 0;
  dw_free(centred);
  dw_free(means);
}

/* Whole blocks, multiplied out each by itself: means, rests, products (the lower triangle). */
typedef struct multiplying {
  size_t columns, first, size; /* of a part */
  void (*fill)(void *context, size_t first, size_t n, double *rows);
  void *context;
  double *part;
} multiplying;

static void multiply_out(void *context, size_t item, unsigned thread)
{
  const multiplying *m = context;
  size_t p = m->columns;
  double *means = m->part + item * m->size, *product = means + 2 * p;
  double *rows = dw_alloc_array(p, 2 * BLOCK * sizeof *rows), *centred = rows + p * BLOCK;
  m->fill(m->context, m->first + item * BLOCK, BLOCK, rows);
  centre(rows, p, BLOCK, centred, means, means + p);
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j <= i; j++) product[i * p + j] = dw_inner_product(centred + i * BLOCK, centred + j * BLOCK, BLOCK);
  dw_free(rows);
}

static void merge_part(dw_covariance *c, const double *part, double *shift)
{
  size_t p = c->columns;
  const double *product = part + 2 * p;
  shift_of(c, part, part + p, shift);
  double factor = factor_of(c, BLOCK);
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j <= i; j++) c->cross[i * p + j] += product[i * p + j] + shift[i] * shift[j] * factor;
  move_means(c, shift, BLOCK);
}

static void add_blocks(dw_covariance *c, size_t blocks, multiplying *m, unsigned threads)
{
  size_t p = c->columns, size = p * (p + 2), most = PARTS_BYTES / (size * sizeof(double));
  double *shift = dw_alloc_array(p, sizeof *shift);
  m->size = size;
  m->part = dw_alloc_array(most < blocks ? most : blocks, size * sizeof *m->part);
  for (size_t done = 0; done < blocks;) {
    size_t now = blocks - done < most ? blocks - done : most;
    dw_parallel(threads, now, multiply_out, m);
    for (size_t k = 0; k < now; k++) merge_part(c, m->part + k * size, shift);
    m->first += now * BLOCK;
    done += now;
  }
  dw_free(m->part);
  dw_free(shift);
}

void dw_covariance_fill(dw_covariance *covariance, size_t n, void (*fill)(void *context, size_t first, size_t n, double *rows),
                        void *context, unsigned threads)
{
  size_t p = covariance->columns;
  multiplying m = {.columns = p, .fill = fill, .context = context};
  if (p < FEW && covariance->pending == 0) add_blocks(covariance, n / BLOCK, &m, threads);
  double *rows = dw_alloc_array(p, BLOCK * sizeof *rows);
  for (size_t at = m.first; at < n; at += BLOCK) {
    size_t now = n - at < BLOCK ? n - at : BLOCK;
    fill(context, at, now, rows);
    dw_covariance_add(covariance, rows, now, threads);
  }
  dw_free(rows);
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
