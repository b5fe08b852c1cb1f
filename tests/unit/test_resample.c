#include "stats/samples/resample.h"

#include "base/num.h"
#include "golden.h"

static double *series(unsigned long long seed, size_t n, double phi, double wave)
{
  unsigned long long u = seed;
  double state = 0, *x = calloc(n, sizeof *x);
  for (size_t t = 0; t < n; t++) {
    u = (1103515245ULL * u + 12345) % (1ULL << 31);
    state = phi * state + ((double)u / 2147483648.0 - 0.5);
    x[t] = state + (t % 24 < 12 ? wave : 0);
  }
  return x;
}

TEST(block_lengths_as_politis_and_white_have_them)
{
  size_t length, lines = 0;
  char *text = test_read("golden/stats_resample.txt", &length);
  CHECK(text != NULL);
  for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    unsigned long long seed;
    size_t n, want;
    double phi, wave;
    if (sscanf(line, "%llu %zu %lf %lf %zu", &seed, &n, &phi, &wave, &want) != 5) continue;
    double *x = series(seed, n, phi, wave);
    size_t got = dw_resample_block_length(x, n);
    CHECK_MSG(got == want, "seed %llu n %zu phi %g wave %g: block %zu, want %zu", seed, n, phi, wave, got, want);
    free(x);
    lines++;
  }
  CHECK(lines == 84);
  free(text);
}

TEST(block_length_at_the_edges)
{
  double x[100];
  for (int i = 0; i < 100; i++) x[i] = 3;
  CHECK(dw_resample_block_length(x, 100) == 1);
  for (int i = 0; i < 100; i++) x[i] = NAN;
  CHECK(dw_resample_block_length(x, 100) == 1);
  CHECK(dw_resample_block_length(x, 0) == 1);
  CHECK(dw_resample_block_length(x, 1) == 1);
  for (int i = 0; i < 100; i++) x[i] = i;
  CHECK(dw_resample_block_length(x, 100) == 17);
  x[50] = NAN;
  CHECK(dw_resample_block_length(x, 100) == 17);
}

TEST(rows_are_drawn_evenly_and_blocks_follow_each_other)
{
  enum { N = 50, M = 20000 };
  static uint32_t row[M];
  size_t times[N] = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_resample"), 0, 0);
  dw_resample_rows(&rng, N, 1, row, M);
  for (size_t i = 0; i < M; i++) times[row[i]]++;
  for (size_t i = 0; i < N; i++) CHECK_MSG(times[i] > 280 && times[i] < 520, "row %zu drawn %zu times", i, times[i]); /* 6 sigma of 400 */
  dw_resample_rows(&rng, N, 7, row, 100);
  for (size_t i = 0; i < 100; i++)
    if (i % 7) CHECK(row[i] == (row[i - 1] + 1) % N);
  dw_resample_rows(&rng, 1, 3, row, 5);
  CHECK(row[0] == 0 && row[4] == 0);
}

TEST(draws_of_single_values_are_no_ties)
{
  enum { N = 30 };
  double sample[N + 3], value[N + 3], r[200], c[200];
  uint8_t single[N + 3];
  uint32_t times_r[N + 3], times_c[N + 3];
  dw_rng rng;
  size_t n_r, n_c;
  dw_rng_start(&rng, dw_rng_derive(1, "test_resample"), 1, 0);
  for (int i = 0; i < N; i++) sample[i] = i * i;
  sample[N] = sample[N + 1] = sample[N + 2] = 5000; /* an atom */
  dw_support s = dw_support_of(dw_sorted_make(sample, N + 3), value, single);
  CHECK(s.count == N + 1 && s.single[0] && !s.single[N]);
  for (size_t i = 0; i < s.count; i++) times_r[i] = 2, times_c[i] = i % 2;
  n_r = dw_support_spread(&s, &rng, NULL, times_r, s.count, r);
  n_c = dw_support_spread(&s, &rng, NULL, times_c, s.count, c);
  CHECK(n_r == 2 * s.count && n_c == s.count / 2);
  for (size_t i = 0; i + 1 < n_r; i++) CHECK(r[i] < r[i + 1] || (r[i] == 5000 && r[i + 1] == 5000));
  for (size_t i = 0; i < n_c; i++)
    for (size_t k = 0; k < n_r; k++) CHECK(c[i] != r[k]);
  CHECK(r[1] < 0.5 && r[2] > 0.5 && r[3] < 2.5); /* cells end half-way to the neighbours; the first has a tail */
  /* Some values by their places: a single one falls into its cell, the atom stays. */
  CHECK(dw_support_spread(&s, &rng, (uint32_t[]){2, 3, N}, (uint32_t[]){1, 2, 1}, 3, c) == 4);
  CHECK(c[0] > 2.5 && c[0] < 6.5 && c[0] != 4 && c[1] > 6.5 && c[2] < 12.5 && c[1] < c[2] && c[3] == 5000);
}

TEST(few_values_are_atoms)
{
  double sample[] = {1, 2, 3, 3, 3, 3, 9, 9}, value[8];
  uint8_t single[8];
  dw_support s = dw_support_of(dw_sorted_make(sample, 8), value, single);
  CHECK(s.count == 4 && s.discrete && !s.single[0] && !s.single[3]);
  s = dw_support_of(dw_sorted_make(sample, 3), value, single); /* hardly a repeat: continuous */
  CHECK(s.count == 3 && !s.discrete && s.single[0]);
  s = dw_support_of(dw_sorted_make(sample, 1), value, single);
  CHECK(s.count == 1 && !s.single[0]);
  s = dw_support_of(dw_sorted_make(sample, 0), value, single);
  CHECK(s.count == 0);
}

TEST(cells_of_huge_values_stay_finite)
{
  double sample[22], value[22], r[100];
  uint8_t single[22];
  uint32_t times_r[22];
  size_t n_r;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_resample"), 2, 0);
  for (int i = 0; i < 22; i++) sample[i] = (i - 10.5) * 1.6e307, times_r[i] = 3;
  dw_support s = dw_support_of(dw_sorted_make(sample, 22), value, single);
  n_r = dw_support_spread(&s, &rng, NULL, times_r, s.count, r);
  CHECK(n_r == 66);
  for (size_t i = 0; i < n_r; i++) CHECK(isfinite(r[i]) && (i == 0 || r[i - 1] <= r[i]));
}

/* Of draws of the last value half lie beyond it, exponential with the mean excess of the ten values behind the eleventh: of 1, 2 … 50 that
 * is 5.5. */
TEST(the_ends_have_tails)
{
  enum { TIMES = 4000 };
  static double sample[50], value[50], r[TIMES];
  static uint8_t single[50];
  static uint32_t times_r[50];
  size_t n_r, beyond = 0;
  double excess = 0;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_resample"), 3, 0);
  for (int i = 0; i < 50; i++) sample[i] = i + 1;
  times_r[49] = TIMES;
  dw_support s = dw_support_of(dw_sorted_make(sample, 50), value, single);
  n_r = dw_support_spread(&s, &rng, NULL, times_r, s.count, r);
  for (size_t i = 0; i < n_r; i++) {
    CHECK(r[i] >= 49.5);
    if (r[i] > 50) beyond++, excess += r[i] - 50;
  }
  CHECK(beyond > 1840 && beyond < 2160);                             /* 5 sigma of 2,000 */
  CHECK(fabs(excess / (double)beyond - 5.5) < 5 * 5.5 / sqrt(1840)); /* 5 sigma */
}
