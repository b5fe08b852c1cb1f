#include "stats/samples/sort.h"

#include "golden.h"

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorted as qsort would, with every minus zero a zero; with and without the caller's scratch. */
static void check_sorted(const double *a, size_t n, const char *what)
{
  double *got = malloc((n + 1) * sizeof *got), *want = malloc((n + 1) * sizeof *want), *scratch = malloc((n + 1) * sizeof *scratch);
  for (int with = 0; with < 2; with++) {
    memcpy(got, a, n * sizeof *a);
    memcpy(want, a, n * sizeof *a);
    got[n] = want[n] = 42;
    dw_sort_doubles(got, n, with ? scratch : NULL);
    qsort(want, n, sizeof *want, by_value);
    size_t wrong = 0;
    for (size_t i = 0; i <= n; i++) wrong += got[i] != want[i] || (got[i] == 0 && signbit(got[i]));
    CHECK_MSG(wrong == 0, "%s, n = %zu: %zu wrong", what, n, wrong);
  }
  free(got);
  free(want);
  free(scratch);
}

static double any_double(uint64_t seed, uint64_t i) /* any finite bit pattern */
{
  for (uint64_t k = 0;; k++) {
    uint64_t bits = golden_bits(seed + 1000 * k, i);
    double x;
    memcpy(&x, &bits, sizeof x);
    if (isfinite(x)) return x;
  }
}

TEST(shapes_and_sizes)
{
  static const size_t sizes[] = {0, 1, 2, 3, 15, 16, 17, 31, 33, 100, 511, 512, 513, 1000, 2047, 4096, 20000};
  double *a = malloc(20001 * sizeof *a);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t n = sizes[s];
    for (size_t i = 0; i < n; i++) a[i] = golden_uniform(s, i) - 0.5;
    check_sorted(a, n, "uniform");
    for (size_t i = 0; i < n; i++) a[i] = any_double(s, i);
    check_sorted(a, n, "any bits");
    for (size_t i = 0; i < n; i++) a[i] = (double)(golden_bits(s, i) % 7) - 3;
    check_sorted(a, n, "few whole numbers");
    for (size_t i = 0; i < n; i++) a[i] = (double)i;
    check_sorted(a, n, "ascending");
    for (size_t i = 0; i < n; i++) a[i] = -(double)i;
    check_sorted(a, n, "descending");
    for (size_t i = 0; i < n; i++) a[i] = 3.5;
    check_sorted(a, n, "constant");
    for (size_t i = 0; i < n; i++) a[i] = i % 2 ? 0.0 : -0.0;
    check_sorted(a, n, "zeros");
    for (size_t i = 0; i < n; i++) a[i] = i % 3 ? (i % 2 ? 0.0 : -0.0) : golden_uniform(s, i) - 0.5;
    check_sorted(a, n, "zeros among others");
  }
  free(a);
}

/* Groups that agree in the top 33 differing bits, of every length: the part of the radix sort that finishes them. */
TEST(close_values)
{
  enum { N = 20000 };
  double *a = malloc(N * sizeof *a);
  for (size_t i = 0; i < N; i++) a[i] = (golden_bits(1, i) % 4 ? 1.0 : -1e300) + ldexp((double)(golden_bits(2, i) % 100000), -52);
  check_sorted(a, N, "one large group");
  for (size_t i = 0; i < N; i++) a[i] = ldexp(1, (int)(golden_bits(3, i) % 300)) * (1 + ldexp((double)(golden_bits(4, i) % 1000), -52));
  check_sorted(a, N, "groups of about 70");
  for (size_t i = 0; i < N; i++)
    a[i] = ldexp(1 + (double)(golden_bits(3, i) % 1999) / 2048, -3) + ldexp((double)(golden_bits(4, i) % 9), -50);
  check_sorted(a, N, "groups of about 10");
  for (size_t i = 0; i < N; i++) a[i] = 5e-324 * (double)(golden_bits(5, i) % 3000) * (i % 2 ? 1 : -1);
  check_sorted(a, N, "subnormal");
  free(a);
}

/* Steps of 1 to 10^-5 (which is finer than any that is counted), of both signs, to the range that is counted and beyond; then one number
 * that is on no step, where few of the looks beforehand find it. */
TEST(numbers_on_a_grid)
{
  enum { N = 40000 };
  static const double scales[] = {1, 10, 100, 1000, 10000, 100000};
  static const size_t sizes[] = {511, 512, 600, 4096, N}, ranges[] = {2, 24, 505, 4090, 39990, 70000, 200000};
  double *a = malloc(N * sizeof *a);
  for (size_t s = 0; s < sizeof scales / sizeof *scales; s++)
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
      for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        double least = s % 2 ? 1e6 : -(double)(ranges[r] / 2);
        for (size_t i = 0; i < n; i++) a[i] = (least + (double)(golden_bits(s, i) % ranges[r])) / scales[s];
        check_sorted(a, n, "steps");
        a[n - 1] = nextafter(a[n - 1], INFINITY);
        check_sorted(a, n, "steps but one");
        a[n / 2] = a[0] + 1e-9;
        check_sorted(a, n, "steps but two");
      }
  for (size_t share = 4; share <= 1000; share *= 3) { /* beyond the steps that are counted: too many of them, or few, of any kind */
    for (size_t i = 0; i < N; i++) a[i] = (double)(golden_bits(1, i) % 3000) / 100;
    for (size_t i = 0; i < N; i++)
      if (golden_bits(2, i) % share == 0) a[i] = golden_bits(3, i) % 2 ? 1e5 * golden_uniform(4, i) + 2000 : 4000 + (double)(i % 70);
    check_sorted(a, N, "some beyond the steps");
    a[N / 2] = INFINITY;
    a[N / 3] = -1e6;
    check_sorted(a, N, "some beyond the steps, and infinite");
  }
  for (size_t i = 0; i < N; i++) a[i] = 0x1p52 - (double)(golden_bits(1, i) % 1000);
  check_sorted(a, N, "whole numbers to 2^52");
  for (size_t i = 0; i < N; i++) a[i] = 0x1p53 + 2 * (double)(golden_bits(1, i) % 1000);
  check_sorted(a, N, "whole numbers beyond 2^53");
  for (size_t i = 0; i < N; i++) a[i] = (double)(golden_bits(1, i) % 1000) * (i % 2 ? 1e300 : -1e300);
  check_sorted(a, N, "whole numbers beyond all range");
  for (size_t i = 0; i < N; i++) a[i] = (double)(golden_bits(1, i) % 1000) / 100 * (i % 2 ? 1 : -0.0);
  check_sorted(a, N, "zeros of both signs among steps");
  free(a);
}

TEST(the_end_of_a_run)
{
  enum { MOST = 300 };
  double a[MOST + 20];
  for (size_t run = 1; run <= MOST; run++)
    for (size_t before = 0; before < 10; before += 3)
      for (size_t behind = 0; behind < 10; behind += 3) {
        size_t n = before + run + behind;
        for (size_t i = 0; i < n; i++) a[i] = i < before ? -1 : i < before + run ? 0 : 1;
        for (size_t from = before; from < before + run; from += 1 + run / 7)
          CHECK_MSG(dw_sort_run_end(a, from, n) == before + run, "run of %zu, %zu before, %zu behind", run, before, behind);
      }
}
