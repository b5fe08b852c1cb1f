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

/* Rows z in place become the part of them that the kept components miss, component by component (so that each is read once a batch), … */
static void take_away(const dw_pca *pca, double *z, size_t rows, double *error)
{
  size_t p = pca->columns;
  for (size_t k = 0; k < pca->components; k++) {
    const double *v = pca->vector + k * p;
    for (size_t r = 0; r < rows; r++) {
      double *row = z + r * p, part = dw_inner_product(row, v, p);
      for (size_t j = 0; j < p; j++) row[j] -= part * v[j];
    }
  }
  for (size_t r = 0; r < rows; r++) error[r] = sqrt(dw_inner_product(z + r * p, z + r * p, p));
}

/* … or, when the kept ones are many, the length of the row along the others. */
static void add_up(const dw_pca *pca, const double *z, size_t rows, double *error)
{
  size_t p = pca->columns;
  memset(error, 0, rows * sizeof *error);
  for (size_t k = pca->components; k < p; k++)
    for (size_t r = 0; r < rows; r++) {
      double part = dw_inner_product(z + r * p, pca->vector + k * p, p);
      error[r] += part * part;
    }
  for (size_t r = 0; r < rows; r++) error[r] = sqrt(error[r]);
}

static void batch_errors(void *context, size_t batch, unsigned thread)
{
  const errors_job *job = context;
  const dw_pca *pca = job->pca;
  size_t p = pca->columns, first = batch * ROWS, n = job->n - first < ROWS ? job->n - first : ROWS;
  double *z = dw_alloc_array(n * p, sizeof *z);
  for (size_t r = 0; r < n; r++)
    for (size_t j = 0; j < p; j++) z[r * p + j] = (job->rows[(first + r) * p + j] - pca->mean[j]) / pca->scale[j];
  if (2 * pca->components < p - pca->components) take_away(pca, z, n, job->error + first);
  else add_up(pca, z, n, job->error + first);
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
