#include "stats/learners/pca.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/learners/eigen.h"
#include "stats/samples/sum.h"

enum { ROWS = 64 };

size_t dw_pca_components_for(const double *value, size_t n, double share)
{
  dw_sum total = {0}, part = {0};
  for (size_t k = 0; k < n; k++) dw_sum_add(&total, value[k]);
  if (!(dw_sum_value(&total) > 0)) return 0;
  size_t k = 0;
  while (k < n) {
    dw_sum_add(&part, value[k++]);
    if (dw_sum_value(&part) / dw_sum_value(&total) > share) break;
  }
  return k;
}

/* sklearn's StandardScaler: a variance within the rounding of its own computation is none. */
static bool is_constant(double variance, double mean, double n)
{
  double rounding = n * mean * DBL_EPSILON;
  return variance <= n * DBL_EPSILON * variance + rounding * rounding;
}

dw_status dw_pca_fit(dw_pca *pca, dw_covariance *covariance, bool standardise, double share, unsigned threads, dw_err *err)
{
  size_t p = covariance->columns;
  dw_covariance_settle(covariance);
  if (covariance->count == 0) return dw_err_set(err, DW_ENODATA, "no rows to find principal components of");
  *pca = (dw_pca){.columns = p, .mean = dw_alloc_array(p, sizeof *pca->mean), .scale = dw_alloc_array(p, sizeof *pca->scale)};
  pca->value = dw_alloc_array(p, sizeof *pca->value);
  pca->vector = dw_alloc_array(p, p * sizeof *pca->vector);
  memcpy(pca->mean, covariance->mean, p * sizeof *pca->mean);
  dw_covariance_matrix(covariance, 0, pca->vector);
  for (size_t j = 0; j < p; j++) {
    double variance = pca->vector[j * p + j];
    pca->scale[j] = standardise && !is_constant(variance, pca->mean[j], (double)covariance->count) ? sqrt(variance) : 1;
  }
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j < p; j++) pca->vector[i * p + j] = pca->vector[i * p + j] / pca->scale[i] / pca->scale[j];
  dw_status status = dw_eigen_symmetric(pca->vector, p, pca->value, threads, err);
  for (size_t k = 0; k < p && status == DW_OK; k++)
    if (pca->value[k] < 0) pca->value[k] = 0; /* rounding */
  if (status == DW_OK) pca->components = dw_pca_components_for(pca->value, p, share);
  if (status == DW_OK && pca->components == 0) status = dw_err_set(err, DW_ENODATA, "no column varies: there are no principal components");
  if (status != DW_OK) dw_pca_free(pca);
  return status;
}

typedef struct errors_job {
  const dw_pca *pca;
  const double *rows;
  size_t n;
  double *error;
} errors_job;

/* Rows stand as columns, z[j * ROWS + r], so that two of them share an instruction; each is summed in the order of dw_inner_product. */
typedef double pair __attribute__((vector_size(16)));

static inline pair pair_at(const double *x)
{
  pair two;
  memcpy(&two, x, sizeof two);
  return two;
}

static inline void put_pair(double *to, pair two) { memcpy(to, &two, sizeof two); }

static inline pair inner_products(const double *z, const double *v, size_t p)
{
  pair s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  size_t j = 0;
  for (; j + 4 <= p; j += 4) {
    s0 += pair_at(z + j * ROWS) * v[j];
    s1 += pair_at(z + (j + 1) * ROWS) * v[j + 1];
    s2 += pair_at(z + (j + 2) * ROWS) * v[j + 2];
    s3 += pair_at(z + (j + 3) * ROWS) * v[j + 3];
  }
  for (; j < p; j++) s0 += pair_at(z + j * ROWS) * v[j];
  return (s0 + s2) + (s1 + s3);
}

static inline pair squares(const double *z, size_t p)
{
  pair s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  size_t j = 0;
  for (; j + 4 <= p; j += 4) {
    pair a = pair_at(z + j * ROWS), b = pair_at(z + (j + 1) * ROWS), c = pair_at(z + (j + 2) * ROWS), d = pair_at(z + (j + 3) * ROWS);
    s0 += a * a;
    s1 += b * b;
    s2 += c * c;
    s3 += d * d;
  }
  for (; j < p; j++) s0 += pair_at(z + j * ROWS) * pair_at(z + j * ROWS);
  return (s0 + s2) + (s1 + s3);
}

/* Rows z in place become the part of them that the kept components miss, component by component (so that each is read once a batch), … */
static void take_away(const dw_pca *pca, double *z, double *square)
{
  size_t p = pca->columns;
  for (size_t k = 0; k < pca->components; k++) {
    const double *v = pca->vector + k * p;
    for (size_t r = 0; r < ROWS; r += 2) {
      pair part = inner_products(z + r, v, p);
      for (size_t j = 0; j < p; j++) put_pair(z + j * ROWS + r, pair_at(z + j * ROWS + r) - part * v[j]);
    }
  }
  for (size_t r = 0; r < ROWS; r += 2) put_pair(square + r, squares(z + r, p));
}

/* … or, when the kept ones are many, the length of the row along the others. */
static void add_up(const dw_pca *pca, const double *z, double *square)
{
  size_t p = pca->columns;
  memset(square, 0, ROWS * sizeof *square);
  for (size_t k = pca->components; k < p; k++)
    for (size_t r = 0; r < ROWS; r += 2) {
      pair part = inner_products(z + r, pca->vector + k * p, p);
      put_pair(square + r, pair_at(square + r) + part * part);
    }
}

static void batch_errors(void *context, size_t batch, unsigned thread)
{
  const errors_job *job = context;
  const dw_pca *pca = job->pca;
  size_t p = pca->columns, first = batch * ROWS, n = job->n - first < ROWS ? job->n - first : ROWS;
  double square[ROWS], *z = dw_alloc_array(p, ROWS * sizeof *z);
  for (size_t j = 0; j < p; j++) {
    for (size_t r = 0; r < n; r++) z[j * ROWS + r] = (job->rows[(first + r) * p + j] - pca->mean[j]) / pca->scale[j];
    for (size_t r = n; r < ROWS; r++) z[j * ROWS + r] = 0;
  }
  if (2 * pca->components < p - pca->components) take_away(pca, z, square);
  else add_up(pca, z, square);
  for (size_t r = 0; r < n; r++) job->error[first + r] = sqrt(square[r]);
  dw_free(z);
}

void dw_pca_errors(const dw_pca *pca, const double *rows, size_t n, unsigned threads, double *error)
{
  errors_job job = {pca, rows, n, error};
  dw_parallel(n * pca->columns < 65536 ? 1 : threads, (n + ROWS - 1) / ROWS, batch_errors, &job);
}

void dw_pca_free(dw_pca *pca)
{
  dw_free(pca->mean);
  dw_free(pca->scale);
  dw_free(pca->value);
  dw_free(pca->vector);
  *pca = (dw_pca){0};
}
