#include "stats/learners/logistic.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"

enum {
  MEMORY = 8,         /* pairs of steps and changes of gradient that L-BFGS remembers */
  SEARCH_ROUNDS = 20, /* of the search along a line */
  DEFAULT_ROUNDS = 200
};

/* --- rows --- */

static double rows_dot(const dw_rows *rows, size_t row, const double *weight)
{
  double sum = 0;
  if (rows->start) {
    for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) sum += rows->value[i] * weight[rows->column[i]];
  } else if (rows->dense) {
    const double *cell = rows->dense + row * rows->width;
    for (size_t i = 0; i < rows->width; i++) sum += cell[i] * weight[i];
  } else {
    const float *cell = rows->dense32 + row * rows->width;
    for (size_t i = 0; i < rows->width; i++) sum += cell[i] * weight[i];
  }
  return sum;
}

static void rows_add(const dw_rows *rows, size_t row, double factor, double *to)
{
  if (rows->start) {
    for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) to[rows->column[i]] += factor * rows->value[i];
  } else if (rows->dense) {
    const double *cell = rows->dense + row * rows->width;
    for (size_t i = 0; i < rows->width; i++) to[i] += factor * cell[i];
  } else {
    const float *cell = rows->dense32 + row * rows->width;
    for (size_t i = 0; i < rows->width; i++) to[i] += factor * cell[i];
  }
}

/* --- vectors of width + 1 numbers, the intercept last --- */

static double dot(const double *a, const double *b, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static double largest(const double *a, size_t n)
{
  double most = 0;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i])) return NAN;
    if (fabs(a[i]) > most) most = fabs(a[i]);
  }
  return most;
}

/* --- the fit --- */

typedef struct fit {
  const dw_rows *rows;
  const uint32_t *train;
  size_t count, width; /* training rows; columns */
  const unsigned char *label;
  double penalty;
  double *weight;          /* [width + 1] */
  double *margin;          /* [count] y f at weight */
  double *along;           /* [count] change of margin for a step of 1 */
  double *gradient, *next; /* [width + 1] */
  double *direction;
  double *step[MEMORY], *change[MEMORY]; /* rings */
  double inverse[MEMORY];                /* 1 / (step . change) */
  unsigned kept, newest;
} fit;

static size_t fit_row(const fit *f, size_t i) { return f->train ? f->train[i] : i; }

static double fit_sign(const fit *f, size_t i) { return f->label[fit_row(f, i)] ? 1 : -1; }

/* 1 / (1 + exp(m)), without overflow. */
static double decline(double m)
{
  if (m < 0) return 1 / (1 + dw_exp(m));
  double e = dw_exp(-m);
  return e / (1 + e);
}

static void fit_gradient(const fit *f, double *out)
{
  for (size_t i = 0; i < f->width; i++) out[i] = f->penalty * f->weight[i];
  out[f->width] = 0;
  for (size_t i = 0; i < f->count; i++) {
    double pull = -fit_sign(f, i) * decline(f->margin[i]);
    rows_add(f->rows, fit_row(f, i), pull, out);
    out[f->width] += pull;
  }
}

/* -H gradient, H being the inverse curvature as far as the remembered steps know it. */
static void fit_direct(fit *f)
{
  size_t n = f->width + 1;
  double factor[MEMORY];
  for (size_t i = 0; i < n; i++) f->direction[i] = -f->gradient[i];
  for (unsigned k = 0; k < f->kept; k++) {
    unsigned at = (f->newest + MEMORY - k) % MEMORY;
    factor[at] = f->inverse[at] * dot(f->step[at], f->direction, n);
    for (size_t i = 0; i < n; i++) f->direction[i] -= factor[at] * f->change[at][i];
  }
  if (f->kept) {
    double scale = 1 / (f->inverse[f->newest] * dot(f->change[f->newest], f->change[f->newest], n));
    for (size_t i = 0; i < n; i++) f->direction[i] *= scale;
  }
  for (unsigned k = f->kept; k-- > 0;) {
    unsigned at = (f->newest + MEMORY - k) % MEMORY;
    double back = f->inverse[at] * dot(f->change[at], f->direction, n);
    for (size_t i = 0; i < n; i++) f->direction[i] += (factor[at] - back) * f->step[at][i];
  }
}

/* The step along the direction at which the slope has fallen to a hundredth: Newton's method kept inside a bracket. 0: no descent. */
static double fit_search(fit *f)
{
  for (size_t i = 0; i < f->count; i++)
    f->along[i] = fit_sign(f, i) * (rows_dot(f->rows, fit_row(f, i), f->direction) + f->direction[f->width]);
  double w_d = dot(f->weight, f->direction, f->width), d_d = dot(f->direction, f->direction, f->width);
  double start = dot(f->gradient, f->direction, f->width + 1);
  if (!(start < 0)) return 0;
  double low = 0, high = INFINITY, t = 1;
  for (int round = 0; round < SEARCH_ROUNDS; round++) {
    double slope = f->penalty * (w_d + t * d_d), bend = f->penalty * d_d;
    for (size_t i = 0; i < f->count; i++) {
      double p = decline(f->margin[i] + t * f->along[i]);
      slope -= p * f->along[i];
      bend += p * (1 - p) * f->along[i] * f->along[i];
    }
    if (fabs(slope) <= 0.01 * -start) return t;
    if (slope < 0) low = t;
    else high = t;
    double next = bend > 0 ? t - slope / bend : 0;
    if (!(next > low && next < high)) next = isinf(high) ? 4 * t : (low + high) / 2;
    else if (isinf(high) && next > 16 * t) next = 16 * t;
    t = next;
  }
  return low > 0 ? low : t;
}

/* Moves by t along the direction and remembers what the gradient did. */
static void fit_move(fit *f, double t)
{
  size_t n = f->width + 1;
  unsigned at = f->kept ? (f->newest + 1) % MEMORY : 0;
  for (size_t i = 0; i < n; i++) {
    f->step[at][i] = t * f->direction[i];
    f->weight[i] += f->step[at][i];
  }
  for (size_t i = 0; i < f->count; i++) f->margin[i] += t * f->along[i];
  fit_gradient(f, f->next);
  for (size_t i = 0; i < n; i++) f->change[at][i] = f->next[i] - f->gradient[i];
  double curve = dot(f->step[at], f->change[at], n);
  if (curve > 0) {
    f->inverse[at] = 1 / curve;
    f->newest = at;
    if (f->kept < MEMORY) f->kept++;
  }
  double *swap = f->gradient;
  f->gradient = f->next;
  f->next = swap;
}

static void fit_init(fit *f)
{
  size_t n = f->width + 1;
  f->weight = dw_alloc_zero(n, sizeof(double));
  f->margin = dw_alloc_zero(f->count, sizeof(double));
  f->along = dw_alloc_array(f->count, sizeof(double));
  f->gradient = dw_alloc_array(n, sizeof(double));
  f->next = dw_alloc_array(n, sizeof(double));
  f->direction = dw_alloc_array(n, sizeof(double));
  for (int i = 0; i < MEMORY; i++) {
    f->step[i] = dw_alloc_array(n, sizeof(double));
    f->change[i] = dw_alloc_array(n, sizeof(double));
  }
}

static void fit_free(fit *f)
{
  dw_free(f->margin);
  dw_free(f->along);
  dw_free(f->gradient);
  dw_free(f->next);
  dw_free(f->direction);
  for (int i = 0; i < MEMORY; i++) {
    dw_free(f->step[i]);
    dw_free(f->change[i]);
  }
}

dw_status dw_logistic_fit(dw_logistic *model, const dw_rows *rows, const uint32_t *train, size_t count, const unsigned char *label,
                          const dw_logistic_options *options, dw_err *err)
{
  *model = (dw_logistic){.width = rows->width};
  fit f = {.rows = rows, .train = train, .count = count, .width = rows->width, .label = label, .penalty = options->penalty};
  double tolerance = (options->tolerance > 0 ? options->tolerance : 1e-6) * (double)count;
  unsigned rounds = options->rounds ? options->rounds : DEFAULT_ROUNDS;
  size_t positives = 0;
  for (size_t i = 0; i < count; i++) positives += label[fit_row(&f, i)] != 0;
  if (positives == 0 || positives == count) return dw_err_set(err, DW_ENODATA, "a classifier needs rows of both sides");
  fit_init(&f);
  fit_gradient(&f, f.gradient);
  double steepest = largest(f.gradient, f.width + 1);
  for (; model->rounds < rounds && isfinite(steepest) && steepest > tolerance; model->rounds++) {
    fit_direct(&f);
    double t = fit_search(&f);
    if (t == 0) break; /* at the limit of the arithmetic */
    fit_move(&f, t);
    steepest = largest(f.gradient, f.width + 1);
  }
  model->converged = steepest <= tolerance;
  model->weight = f.weight;
  model->intercept = f.weight[f.width];
  fit_free(&f);
  if (isfinite(steepest)) return DW_OK;
  dw_logistic_free(model);
  return dw_err_set(err, DW_EDATA, "a row holds a value that is not finite, or too large to classify by");
}

double dw_logistic_score(const dw_logistic *model, const dw_rows *rows, size_t row)
{
  return rows_dot(rows, row, model->weight) + model->intercept;
}

void dw_logistic_free(dw_logistic *model)
{
  dw_free(model->weight);
  *model = (dw_logistic){0};
}
