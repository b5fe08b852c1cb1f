#include "stats/learners/eigen.h"

#include "base/mem.h"
#include "golden.h"

/* The matrices of tests/golden/make_pca.py. */
static double element(const char *kind, size_t p, size_t i, size_t j, const double *random)
{
  double low = (double)(i < j ? i : j);
  if (strcmp(kind, "hilbert") == 0) return 1.0 / (double)(i + j + 1);
  if (strcmp(kind, "minimum") == 0) return low + 1;
  if (strcmp(kind, "ones") == 0) return 1;
  if (strcmp(kind, "wilkinson") == 0) return i == j ? fabs((double)(p - 1) / 2 - (double)i) : i + 1 == j || j + 1 == i ? 1 : 0;
  if (strcmp(kind, "graded") == 0) return ldexp(i == j ? 2 : 1, -8 * (int)(i + j));
  if (strcmp(kind, "tiny") == 0) return ldexp(low + 1, -900);
  if (strcmp(kind, "huge") == 0) return ldexp(low + 1, 900);
  if (strcmp(kind, "diagonal") == 0) return i == j ? (double)((i * 7) % p) - 2 : 0;
  return random[(i > j ? i : j) * p + (i > j ? j : i)];
}

static double *matrix(const char *kind, size_t p)
{
  double *a = malloc(p * p * sizeof *a), *random = golden_sample(p, p * p, 1, -1.5, 0);
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j < p; j++) a[i * p + j] = element(kind, p, i, j, random);
  free(random);
  return a;
}

/* Largest |A v - value v|, |v'v - 1| and |v'w|, over the largest value. */
static double worst(const double *a, const double *vector, const double *value, size_t p)
{
  double bad = 0, largest = fmax(fabs(value[0]), fabs(value[p - 1]));
  for (size_t k = 0; k < p; k++) {
    const double *v = vector + k * p;
    for (size_t i = 0; i < p; i++) {
      double sum = 0, dot = 0;
      for (size_t j = 0; j < p; j++) sum += a[i * p + j] / largest * v[j];
      for (size_t j = 0; j < p; j++) dot += vector[i * p + j] * v[j];
      bad = fmax(bad, fmax(fabs(sum - value[k] / largest * v[i]), fabs(dot - (i == k))));
    }
  }
  return bad;
}

TEST(values_are_mpmaths)
{
  golden table = golden_open("golden/stats_pca.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "eigen") != 0) continue;
    size_t p = golden_whole(&table, 2);
    double *a = matrix(table.field[1], p), *v = malloc(p * p * sizeof *v), value[64];
    memcpy(v, a, p * p * sizeof *v);
    CHECK(dw_eigen_symmetric(v, p, value, 1, NULL) == DW_OK);
    double largest = fmax(fabs(golden_number(&table, 3)), fabs(golden_number(&table, 2 + (int)p)));
    for (size_t k = 0; k < p; k++)
      CHECK_MSG(fabs(value[k] - golden_number(&table, 3 + (int)k)) <= (double)p * 0x1p-52 * largest, "%s %zu: value %zu is %.17g, want %s",
                table.field[1], p, k, value[k], table.field[3 + k]);
    CHECK_MSG(worst(a, v, value, p) <= (double)p * 0x1p-51, "%s %zu: vectors off by %g", table.field[1], p, worst(a, v, value, p));
    for (size_t k = 0; k < p; k++) {
      double most = 0, at = 0;
      for (size_t j = 0; j < p; j++)
        if (fabs(v[k * p + j]) > most) most = fabs(at = v[k * p + j]);
      CHECK(at > 0);
    }
    free(a);
    free(v);
    seen++;
  }
  CHECK(seen == 17);
}

TEST(large_and_threads)
{
  enum { P = 300 };
  double *a = matrix("random", P), *v = malloc(P * P * sizeof *v), *again = malloc(P * P * sizeof *again), value[P], value2[P];
  memcpy(v, a, P * P * sizeof *v);
  memcpy(again, a, P * P * sizeof *v);
  CHECK(dw_eigen_symmetric(v, P, value, 1, NULL) == DW_OK);
  CHECK(dw_eigen_symmetric(again, P, value2, 3, NULL) == DW_OK);
  CHECK(memcmp(v, again, P * P * sizeof *v) == 0 && memcmp(value, value2, sizeof value) == 0);
  CHECK(worst(a, v, value, P) <= P * 0x1p-51);
  for (size_t k = 1; k < P; k++) CHECK(value[k] <= value[k - 1]);
  free(a);
  free(v);
  free(again);
}

TEST(edges)
{
  dw_err err;
  double value[4], zero[4] = {0}, nan[4] = {1, 0, NAN, 1}, upper[4] = {2, NAN, 0, 1}, subnormal[4] = {0, 5e-324, 5e-324, 0};
  CHECK(dw_eigen_symmetric(zero, 0, value, 1, &err) == DW_OK);
  CHECK(dw_eigen_symmetric(zero, 2, value, 1, &err) == DW_OK && value[0] == 0 && value[1] == 0 && zero[0] == 1 && zero[3] == 1);
  CHECK(dw_eigen_symmetric(nan, 2, value, 1, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "the matrix has a value that is not finite");
  CHECK(dw_eigen_symmetric(upper, 2, value, 1, &err) == DW_OK && value[0] == 2 && value[1] == 1); /* the lower triangle counts */
  CHECK(dw_eigen_symmetric(subnormal, 2, value, 1, &err) == DW_OK && value[0] == 5e-324 && value[1] == -5e-324);
}
