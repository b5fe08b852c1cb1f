#include "stats/learners/pca.h"

#include "base/mem.h"
#include "golden.h"

/* Columns that hang together: tests/golden/make_pca.py. */
static double *data(uint64_t seed, size_t n, size_t p)
{
  double *x = golden_sample(seed, n * p, 1, -1.5, 0);
  for (size_t r = 0; r < n; r++)
    for (size_t j = 1; j < p; j++) x[r * p + j] += 0.5 * x[r * p + j - 1];
  for (size_t r = 0; r < n; r++)
    for (size_t j = 0; j < p; j++) x[r * p + j] = x[r * p + j] * ((double)j + 1) + 10 * (double)j;
  return x;
}

static dw_status fit(dw_pca *pca, const double *x, size_t n, size_t p, bool standardise, double share, unsigned threads, dw_err *err)
{
  dw_covariance c;
  dw_covariance_init(&c, p);
  dw_covariance_add(&c, x, n, threads);
  dw_status status = dw_pca_fit(pca, &c, standardise, share, threads, err);
  dw_covariance_free(&c);
  return status;
}

TEST(errors_are_sklearns)
{
  golden table = golden_open("golden/stats_pca.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "pca") != 0) continue;
    size_t n = golden_whole(&table, 2), p = golden_whole(&table, 3);
    double *x = data(golden_whole(&table, 1), n, p), *error = malloc(n * sizeof *error), sum = 0, most = 0;
    dw_pca pca;
    CHECK(fit(&pca, x, n, p, golden_whole(&table, 4), golden_number(&table, 5), 1, NULL) == DW_OK);
    CHECK(pca.components == golden_whole(&table, 6));
    CHECK_CLOSE(pca.value[0], golden_number(&table, 7), 1e-12);
    CHECK_CLOSE(pca.value[pca.components - 1], golden_number(&table, 8), 1e-12);
    CHECK(fabs(pca.vector[0] - golden_number(&table, 9)) <= 1e-12);
    CHECK(fabs(pca.vector[p - 1] - golden_number(&table, 10)) <= 1e-12);
    dw_pca_errors(&pca, x, n, 2, error);
    for (size_t i = 0; i < n; i++) sum += error[i], most = fmax(most, error[i]);
    double scale = golden_number(&table, 14) + 1;
    CHECK(fabs(error[0] - golden_number(&table, 11)) <= 1e-12 * scale);
    CHECK(fabs(error[n - 1] - golden_number(&table, 12)) <= 1e-12 * scale);
    CHECK(fabs(sum / (double)n - golden_number(&table, 13)) <= 1e-12 * scale);
    CHECK(fabs(most - golden_number(&table, 14)) <= 1e-12 * scale);
    dw_pca_free(&pca);
    free(x);
    free(error);
    seen++;
  }
  CHECK(seen == 9);
}

TEST(threads_do_not_matter)
{
  enum { N = 3000, P = 90 };
  double *x = data(7, N, P), *one = malloc(N * sizeof *one), *three = malloc(N * sizeof *three);
  dw_pca a, b;
  CHECK(fit(&a, x, N, P, true, 0.3, 1, NULL) == DW_OK && fit(&b, x, N, P, true, 0.3, 3, NULL) == DW_OK);
  dw_pca_errors(&a, x, N, 1, one);
  dw_pca_errors(&b, x, N, 3, three);
  CHECK(memcmp(a.vector, b.vector, P * P * sizeof(double)) == 0);
  CHECK(memcmp(one, three, N * sizeof *one) == 0);
  CHECK(3 * a.components < P); /* the other way of computing errors agrees */
  size_t kept = a.components;
  double sum = 0;
  for (size_t k = kept; k < P; k++) sum += a.value[k];
  double squares = 0;
  for (size_t i = 0; i < N; i++) squares += one[i] * one[i];
  CHECK_CLOSE(squares / N, sum, 1e-12);
  dw_pca_free(&a);
  dw_pca_free(&b);
  free(x);
  free(one);
  free(three);
}

TEST(share_counts_from_above)
{
  double value[] = {2, 1, 1, 0};
  CHECK(dw_pca_components_for(value, 4, 0.49) == 1);
  CHECK(dw_pca_components_for(value, 4, 0.5) == 2); /* more than the share, as sklearn */
  CHECK(dw_pca_components_for(value, 4, 0.999) == 3);
  CHECK(dw_pca_components_for(value, 4, 1) == 4);
  CHECK(dw_pca_components_for(value + 3, 1, 0.5) == 0);
  CHECK(dw_pca_components_for(value, 0, 0.5) == 0);
}

TEST(constant_columns)
{
  double x[] = {1, 1e9, 4, 1, 1e9, 7, 1, 1e9, 4, 1, 1e9, 9}, error[4];
  dw_pca pca;
  dw_err err;
  CHECK(fit(&pca, x, 4, 3, true, 0.65, 1, &err) == DW_OK);
  CHECK(pca.components == 1 && pca.scale[0] == 1 && pca.scale[1] == 1 && pca.vector[2] == 1);
  double moved[] = {1, 1e9 + 3, 4};
  dw_pca_errors(&pca, moved, 1, 1, error);
  CHECK_CLOSE(error[0], 3, 1e-12);
  dw_pca_free(&pca);
  CHECK(fit(&pca, x, 1, 3, true, 0.65, 1, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "no column varies: there are no principal components");
  CHECK(fit(&pca, x, 0, 3, true, 0.65, 1, &err) == DW_ENODATA);
  double wild[] = {1e200, -1e200};
  CHECK(fit(&pca, wild, 2, 1, false, 0.65, 1, &err) == DW_ENODATA);
}
