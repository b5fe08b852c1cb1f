#include "stats/samples/covariance.h"

#include "base/mem.h"
#include "golden.h"

enum { P = 5, N = 1000 };

/* In long double, by definition. */
static long double reference_cross(const double *x, size_t n, size_t p, size_t i, size_t j)
{
  long double mi = 0, mj = 0, sum = 0;
  for (size_t r = 0; r < n; r++) mi += x[r * p + i], mj += x[r * p + j];
  mi /= n, mj /= n;
  for (size_t r = 0; r < n; r++) sum += (x[r * p + i] - mi) * (x[r * p + j] - mj);
  return sum;
}

TEST(definition_far_from_zero)
{
  for (int far = 0; far < 2; far++) {
    double *x = golden_sample(3, N * P, 1, far ? 1e9 : -1.5, 0), out[P * P];
    for (size_t r = 0; r < N; r++) x[r * P + 3] += x[r * P + 1];
    dw_covariance c;
    dw_covariance_init(&c, P);
    dw_covariance_add(&c, x, N, 1);
    dw_covariance_settle(&c);
    CHECK(c.count == N);
    dw_covariance_matrix(&c, 1, out);
    for (size_t i = 0; i < P; i++)
      for (size_t j = 0; j < P; j++) {
        double want = (double)(reference_cross(x, N, P, i, j) / (N - 1)), scale = sqrt(out[i * P + i] * out[j * P + j]);
        CHECK_MSG(fabs(out[i * P + j] - want) <= 1e-14 * scale, "%zu,%zu: %.17g, want %.17g", i, j, out[i * P + j], want);
        CHECK(out[i * P + j] == out[j * P + i]);
      }
    CHECK(dw_covariance_variance(&c, 2, 1) == out[2 * P + 2]);
    dw_covariance_free(&c);
    free(x);
  }
}

TEST(cut_and_threads_do_not_matter)
{
  enum { WIDE = 70 };
  double *x = golden_sample(4, N * WIDE, 1, 0, 0);
  dw_covariance whole, parts;
  dw_covariance_init(&whole, WIDE);
  dw_covariance_init(&parts, WIDE);
  dw_covariance_add(&whole, x, N, 1);
  for (size_t r = 0, step = 1; r < N; r += step, step = step * 2 + 1) {
    if (r + step > N) step = N - r;
    dw_covariance_add(&parts, x + r * WIDE, step, 3);
  }
  dw_covariance_settle(&whole);
  dw_covariance_settle(&parts);
  CHECK(memcmp(whole.cross, parts.cross, WIDE * WIDE * sizeof(double)) == 0);
  CHECK(memcmp(whole.mean, parts.mean, WIDE * sizeof(double)) == 0);
  dw_covariance_free(&whole);
  dw_covariance_free(&parts);
  free(x);
}

TEST(merged_parts_are_the_whole)
{
  double *x = golden_sample(5, N * P, 1, 100, 0), a[P * P], b[P * P];
  for (size_t cut = 0; cut <= N; cut += 250) {
    dw_covariance whole, first, second;
    dw_covariance_init(&whole, P);
    dw_covariance_init(&first, P);
    dw_covariance_init(&second, P);
    dw_covariance_add(&whole, x, N, 1);
    dw_covariance_add(&first, x, cut, 1);
    dw_covariance_add(&second, x + cut * P, N - cut, 1);
    dw_covariance_settle(&whole);
    dw_covariance_settle(&first);
    dw_covariance_settle(&second);
    dw_covariance_merge(&first, &second);
    CHECK(first.count == N);
    dw_covariance_matrix(&whole, 0, a);
    dw_covariance_matrix(&first, 0, b);
    for (size_t i = 0; i < P * P; i++) CHECK(fabs(a[i] - b[i]) <= 1e-13 * a[0]);
    for (size_t i = 0; i < P; i++) CHECK_CLOSE(first.mean[i], whole.mean[i], 1e-15);
    dw_covariance_free(&whole);
    dw_covariance_free(&first);
    dw_covariance_free(&second);
  }
  free(x);
}

static size_t filled_columns;

static void fill(void *context, size_t first, size_t n, double *rows)
{
  memcpy(rows, (const double *)context + first * filled_columns, n * filled_columns * sizeof *rows);
}

/* By any number of threads, and with rows before them, to the bit what adding them comes to. */
TEST(rows_that_are_filled_in)
{
  static const size_t columns[] = {1, 3, 9, 63, 64}, sizes[] = {1, 255, 256, 1000, 2100};
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      for (unsigned threads = 1; threads <= 3; threads++)
        for (size_t before = 0; before <= 7; before += 7) {
          size_t p = filled_columns = columns[c], n = sizes[s];
          double *x = malloc((n + before) * p * sizeof *x);
          for (size_t i = 0; i < (n + before) * p; i++) x[i] = 1e6 * (double)(i % p) + golden_uniform(7, i);
          dw_covariance added, filled;
          dw_covariance_init(&added, p);
          dw_covariance_init(&filled, p);
          dw_covariance_add(&added, x, n + before, 1);
          dw_covariance_add(&filled, x, before, 1);
          dw_covariance_fill(&filled, n, fill, x + before * p, threads);
          dw_covariance_settle(&added);
          dw_covariance_settle(&filled);
          bool same = filled.count == n + before && memcmp(added.mean, filled.mean, p * sizeof *x) == 0 &&
                      memcmp(added.mean_low, filled.mean_low, p * sizeof *x) == 0 &&
                      memcmp(added.cross, filled.cross, p * p * sizeof *x) == 0;
          CHECK_MSG(same, "%zu columns, %zu rows behind %zu, %u threads", p, n, before, threads);
          dw_covariance_free(&added);
          dw_covariance_free(&filled);
          free(x);
        }
}

TEST(few_rows)
{
  double row[2] = {3, 4}, out[4];
  dw_covariance c;
  dw_covariance_init(&c, 2);
  dw_covariance_settle(&c);
  dw_covariance_matrix(&c, 0, out);
  CHECK(c.count == 0 && isnan(out[0]) && isnan(dw_covariance_variance(&c, 0, 0)));
  dw_covariance_add(&c, row, 1, 1);
  dw_covariance_settle(&c);
  dw_covariance_matrix(&c, 0, out);
  CHECK(c.mean[1] == 4 && out[0] == 0 && out[3] == 0 && isnan(dw_covariance_variance(&c, 0, 1)));
  dw_covariance_free(&c);
}
