#include "stats/learners/sgd.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/mersenne.h"

enum { PATIENCE = 5 };              /* n_iter_no_change */
#define SPARSE_INTERCEPT_DECAY 0.01 /* the intercept moves slower than weights that are met rarely */

static uint32_t xorshift(uint32_t *seed)
{
  if (*seed == 0) *seed = 1;
  *seed ^= *seed << 13;
  *seed ^= *seed >> 17;
  *seed ^= *seed << 5;
  return *seed % 0x80000000u;
}

/* Fisher and Yates; each epoch shuffles on with the same seed. */
static void shuffle(uint32_t *order, size_t n, uint32_t seed)
{
  for (size_t i = 0; i + 1 < n; i++) {
    size_t k = i + xorshift(&seed) % (n - i);
    uint32_t swap = order[i];
    order[i] = order[k];
    order[k] = swap;
  }
}

static double huber_loss(double p, double y)
{
  double z = p * y;
  return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z;
}

static double huber_slope(double p, double y)
{
  double z = p * y;
  return z >= 1 ? 0 : z >= -1 ? 2 * (1 - z) * -y : -4 * y;
}

/* Every weight of the row is pulled towards 0 by what is due to it so far; `paid` is what each got. */
static void pull(double *weight, double *paid, const dw_rows *rows, size_t row, double due)
{
  for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) {
    uint32_t column = rows->column[i];
    double before = weight[column];
    if (before > 0) weight[column] = fmax(0, before - (due + paid[column]));
    else if (before < 0) weight[column] = fmin(0, before + (due - paid[column]));
    paid[column] += weight[column] - before;
  }
}

typedef struct descent {
  dw_logistic *model;
  const dw_rows *rows;
  const double *value;
  const unsigned char *label;
  double alpha, first; /* first: where the learning rate starts */
  double *paid;
  double due, steps;
} descent;

double dw_sgd_score(const dw_logistic *model, const dw_rows *rows, const double *value, size_t row)
{
  double sum = 0;
  for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) sum += model->weight[rows->column[i]] * value[i];
  return sum + model->intercept;
}

/* One row; its loss before the step. */
static double step(descent *d, size_t row)
{
  const dw_rows *rows = d->rows;
  double y = d->label[row] ? 1 : -1, p = dw_sgd_score(d->model, rows, d->value, row);
  double rate = 1 / (d->alpha * (d->first + d->steps++));
  double update = -rate * huber_slope(p, y);
  if (update != 0) {
    for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) d->model->weight[rows->column[i]] += update * d->value[i];
    d->model->intercept += update * SPARSE_INTERCEPT_DECAY;
  }
  d->due += rate * d->alpha;
  pull(d->model->weight, d->paid, rows, row, d->due);
  return huber_loss(p, y);
}

static uint32_t shuffle_seed(uint32_t random_state)
{
  dw_mersenne twister;
  dw_mersenne_seed(&twister, random_state);
  dw_mersenne_below(&twister, INT32_MAX - 1); /* make_dataset draws a seed too */
  return dw_mersenne_below(&twister, INT32_MAX);
}

void dw_sgd_fit(dw_logistic *model, const dw_rows *rows, const double *value, const unsigned char *label, const dw_sgd_options *options)
{
  *model = (dw_logistic){.width = rows->width, .weight = dw_alloc_zero(rows->width, sizeof(double))};
  uint32_t seed = shuffle_seed(options->seed);
  uint32_t *order = dw_alloc_array(rows->count, sizeof *order);
  for (size_t i = 0; i < rows->count; i++) order[i] = (uint32_t)i;
  double typical = sqrt(1 / sqrt(options->alpha)), rate = typical / fmax(1, huber_slope(-typical, 1));
  descent d = {.model = model, .rows = rows, .value = value, .label = label, .alpha = options->alpha, .first = 1 / (rate * options->alpha)};
  d.paid = dw_alloc_zero(rows->width, sizeof(double));
  double best = INFINITY;
  int idle = 0;
  for (; model->rounds < options->epochs && idle < PATIENCE; model->rounds++) {
    double loss = 0;
    shuffle(order, rows->count, seed);
    for (size_t i = 0; i < rows->count; i++) loss += step(&d, order[i]);
    idle = loss > best - options->tolerance * (double)rows->count ? idle + 1 : 0;
    if (loss < best) best = loss;
  }
  model->converged = idle >= PATIENCE;
  dw_free(order);
  dw_free(d.paid);
}

/* --- log loss on dense rows, weights shrunk at each step --- */

static double log_loss(double p, double y)
{
  double z = p * y;
  return z > 18 ? dw_exp(-z) : z < -18 ? -z : dw_log(1 + dw_exp(-z));
}

static double log_slope(double p, double y)
{
  double z = p * y;
  return z > 18 ? dw_exp(-z) * -y : z < -18 ? -y : -y / (dw_exp(z) + 1);
}

/* The weights stand as scale * weight, so that shrinking all of them is one multiplication. */
typedef struct shrinking {
  double *weight, scale;
  size_t width;
} shrinking;

static void shrink(shrinking *s, double factor)
{
  s->scale *= factor;
  if (s->scale >= 1e-9) return;
  for (size_t d = 0; d < s->width; d++) s->weight[d] *= s->scale;
  s->scale = 1;
}

void dw_sgd_fit_log(dw_logistic *model, const dw_rows *rows, const uint32_t *train, size_t count, const unsigned char *label,
                    const dw_sgd_options *options)
{
  shrinking s = {.weight = dw_alloc_zero(rows->width, sizeof(double)), .scale = 1, .width = rows->width};
  double alpha = options->alpha, first = 1 / (sqrt(1 / sqrt(alpha)) * alpha), steps = 0, intercept = 0, best = INFINITY;
  uint32_t seed = shuffle_seed(options->seed), *order = dw_alloc_array(count, sizeof *order);
  unsigned epochs = 0;
  int idle = 0;
  for (size_t i = 0; i < count; i++) order[i] = train[i];
  for (; epochs < options->epochs && idle < PATIENCE; epochs++) {
    double loss = 0;
    shuffle(order, count, seed);
    for (size_t i = 0; i < count; i++) {
      const double *row = rows->dense + order[i] * s.width;
      double y = label[order[i]] ? 1 : -1, sum = 0, rate = 1 / (alpha * (first + steps++));
      for (size_t d = 0; d < s.width; d++) sum += s.weight[d] * row[d];
      double p = sum * s.scale + intercept, update = -rate * log_slope(p, y);
      loss += log_loss(p, y);
      shrink(&s, fmax(0, 1 - rate * alpha));
      double own = update / s.scale;
      for (size_t d = 0; d < s.width; d++) s.weight[d] += row[d] * own;
      intercept += update;
    }
    idle = loss > best - options->tolerance * (double)count ? idle + 1 : 0;
    if (loss < best) best = loss;
  }
  for (size_t d = 0; d < s.width; d++) s.weight[d] *= s.scale;
  *model = (dw_logistic){.width = s.width, .weight = s.weight, .intercept = intercept, .rounds = epochs, .converged = idle >= PATIENCE};
  dw_free(order);
}

double dw_sgd_probability(double score) { return (fmin(fmax(score, -1), 1) + 1) / 2; }
