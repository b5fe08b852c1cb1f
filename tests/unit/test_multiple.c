#include "stats/tests/multiple.h"

#include "golden.h"

/* R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05, NA, 0.5), …) and the definitions by hand. */
TEST(by_hand)
{
  double p[] = {0.03, 0.01, NAN, 0.04, 0.02, 0.5, 0.05}, out[7];
  double bonferroni[] = {0.18, 0.06, NAN, 0.24, 0.12, 1, 0.3}, holm[] = {0.12, 0.06, NAN, 0.12, 0.1, 0.5, 0.12},
         bh[] = {0.06, 0.06, NAN, 0.06, 0.06, 0.5, 0.06};
  dw_bonferroni(p, NULL, 7, out);
  for (int i = 0; i < 7; i++) CHECK_CLOSE(out[i], bonferroni[i], 1e-14);
  dw_holm(p, NULL, 7, out);
  for (int i = 0; i < 7; i++) CHECK_CLOSE(out[i], holm[i], 1e-14);
  dw_benjamini_hochberg(p, NULL, 7, out);
  for (int i = 0; i < 7; i++) CHECK_CLOSE(out[i], bh[i], 1e-14);
  dw_benjamini_hochberg(p, NULL, 7, p); /* in place */
  for (int i = 0; i < 7; i++) CHECK_CLOSE(p[i], bh[i], 1e-14);
}

/* Against the definitions without sorting: Holm's max over smaller p of rank-weighted p, BH's min over larger. */
TEST(definitions)
{
  enum { N = 60 };
  double p[N], holm[N], bh[N];
  for (int i = 0; i < N; i++) p[i] = i % 7 == 3 ? p[i / 2] : pow(golden_uniform(1, (uint64_t)i), 3);
  dw_holm(p, NULL, N, holm);
  dw_benjamini_hochberg(p, NULL, N, bh);
  for (int i = 0; i < N; i++) {
    double most = 0, least = 1;
    for (int j = 0; j < N; j++) {
      int below = 0, up_to = 0;
      for (int k = 0; k < N; k++) {
        below += p[k] < p[j];
        up_to += p[k] <= p[j];
      }
      if (p[j] <= p[i]) most = fmax(most, fmin(1, p[j] * (N - below)));
      if (p[j] >= p[i]) least = fmin(least, p[j] * N / up_to);
    }
    CHECK_CLOSE(holm[i], most, 1e-14);
    CHECK_CLOSE(bh[i], least, 1e-14);
    CHECK(bh[i] >= p[i] && holm[i] >= bh[i]);
  }
}

/* Weights that are whole numbers: a test of weight w is as one of w tests that have p / w each, for Bonferroni; a level of alpha is decided
 * as alpha w / sum for the first one. Holm and Benjamini-Hochberg by their definitions. */
TEST(weights)
{
  double p[] = {0.012, 0.002, NAN, 0.03, 0.5}, weight[] = {2, 1, 5, 1, 4}, out[5];
  double bonferroni[] = {0.048, 0.016, NAN, 0.24, 1}; /* sum 8 */
  double holm[] = {0.042, 0.016, NAN, 0.15, 0.5};     /* 0.002 * 8, 0.006 * 7, 0.03 * 5, 0.125 * 4 */
  double bh[] = {0.024, 0.016, NAN, 0.08, 0.5};       /* 0.002 * 8, 0.006 * 8 / 2, 0.03 * 8 / 3, 0.125 * 8 / 4, which is below 0.5 */
  dw_bonferroni(p, weight, 5, out);
  for (int i = 0; i < 5; i++) CHECK_CLOSE(out[i], bonferroni[i], 1e-14);
  dw_holm(p, weight, 5, out);
  for (int i = 0; i < 5; i++) CHECK_CLOSE(out[i], holm[i], 1e-14);
  dw_benjamini_hochberg(p, weight, 5, out);
  for (int i = 0; i < 5; i++) CHECK_CLOSE(out[i], bh[i], 1e-14);
}

TEST(none_and_one)
{
  double p[] = {NAN}, one[] = {0.3}, out[1] = {7};
  dw_holm(p, NULL, 0, out);
  CHECK(out[0] == 7);
  dw_benjamini_hochberg(p, NULL, 1, out);
  CHECK(isnan(out[0]));
  dw_benjamini_hochberg(one, NULL, 1, out);
  CHECK(out[0] == 0.3);
  dw_holm(one, NULL, 1, out);
  CHECK(out[0] == 0.3);
  dw_bonferroni(one, NULL, 1, out);
  CHECK(out[0] == 0.3);
}
