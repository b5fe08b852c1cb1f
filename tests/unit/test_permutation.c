/* Random permutations come near the exact p-values (tests/golden/make_permutation.py); numpy's shuffles are its own. */
#include "stats/tests/permutation.h"

#include "golden.h"
#include "stats/samples/sort.h"
#include "stats/tests/twosample.h"

enum { DRAWS = 20000 };

/* Fixed seeds: 5 standard deviations would fail once in two million tables if the seeds were not fixed. */
TEST(golden_table)
{
  golden table = golden_open("golden/permutation.txt");
  int tvd = 0, drawn = 0;
  while (golden_next(&table)) {
    dw_rng_key key = dw_rng_derive(7, table.field[0]);
    if (*table.field[0] == 't') {
      uint64_t ref[8], cur[8];
      size_t k = golden_whole(&table, 1);
      for (size_t i = 0; i < k; i++) {
        ref[i] = golden_whole(&table, 2 + (int)i);
        cur[i] = golden_whole(&table, 2 + (int)(k + i));
      }
      double distance, want = golden_number(&table, 3 + 2 * (int)k), tied = golden_number(&table, 4 + 2 * (int)k);
      dw_permutation p;
      CHECK(dw_tvd_test(ref, cur, k, DRAWS, key, &distance, &p, NULL) == DW_OK && p.made == DRAWS);
      CHECK_CLOSE(distance, golden_number(&table, 2 + 2 * (int)k), 1e-15);
      CHECK(p.p_value == (1.0 + p.hits) / (1.0 + DRAWS) && p.ties <= p.hits);
      CHECK_MSG(fabs((double)p.hits / DRAWS - want) <= 5 * sqrt(want * (1 - want) / DRAWS), "line %d: p %g, exactly %g", tvd, p.p_value,
                want);
      CHECK(fabs((double)p.ties / DRAWS - tied) <= 5 * sqrt(tied * (1 - tied) / DRAWS));
      tvd++;
    } else {
      uint64_t white = golden_whole(&table, 1), black = golden_whole(&table, 2), take = golden_whole(&table, 3);
      double mean = golden_number(&table, 4), variance = golden_number(&table, 5), sum = 0, squares = 0;
      dw_rng rng;
      dw_rng_start(&rng, key, drawn, 0);
      for (int i = 0; i < DRAWS; i++) {
        uint64_t got = dw_hypergeometric_draw(&rng, white, black, take);
        CHECK(got <= white && got <= take && take - got <= black);
        sum += (double)got - mean;
        squares += ((double)got - mean) * ((double)got - mean);
      }
      CHECK_MSG(fabs(sum / DRAWS) <= 5 * sqrt(variance / DRAWS), "%s: mean off by %g", table.field[1], sum / DRAWS);
      CHECK_MSG(fabs(squares / DRAWS / variance - 1) <= 0.06, "%s: variance %g, want %g", table.field[1], squares / DRAWS, variance);
      drawn++;
    }
  }
  CHECK(tvd == 9 && drawn == 8);
}

/* The whole law, not only two moments: chi-square of 20,000 draws against the probabilities. */
TEST(draws_follow_the_law)
{
  uint64_t counts[16] = {0};
  double expected[16], total = 0, chi = 0;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "law"), 0, 0);
  for (int i = 0; i < DRAWS; i++) counts[dw_hypergeometric_draw(&rng, 20, 40, 15)]++;
  /* P(k) by the ratio of neighbours */
  expected[0] = 1;
  for (int k = 0; k < 15; k++) expected[k + 1] = expected[k] * (20 - k) * (15 - k) / ((k + 1.0) * (40 - 15 + k + 1));
  for (int k = 0; k <= 15; k++) total += expected[k];
  for (int k = 0; k <= 15; k++) {
    double e = expected[k] / total * DRAWS;
    if (e >= 5) chi += ((double)counts[k] - e) * ((double)counts[k] - e) / e;
  }
  CHECK_MSG(chi < 30, "chi-square %g", chi); /* some 11 degrees of freedom: once in 500 seeds */
}

TEST(ends)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "ends"), 0, 0);
  CHECK(dw_hypergeometric_draw(&rng, 0, 5, 3) == 0 && dw_hypergeometric_draw(&rng, 5, 0, 3) == 3 &&
        dw_hypergeometric_draw(&rng, 5, 5, 0) == 0);
  CHECK(dw_hypergeometric_draw(&rng, 50, 70, 120) == 50);
  uint64_t none[] = {0, 0}, some[] = {3, 4};
  uint32_t code[] = {0, 1, 1};
  double distance;
  dw_permutation p;
  dw_err err;
  CHECK(dw_tvd_test(none, some, 2, 99, dw_rng_derive(1, "x"), &distance, &p, &err) == DW_ENODATA && isnan(p.p_value) && isnan(distance));
  CHECK(dw_tvd_as_numpy(code, 0, 3, 2, 99, &distance, &p, &err) == DW_ENODATA);
  CHECK(dw_tvd_test(some, some, 2, 99, dw_rng_derive(1, "x"), &distance, &p, &err) == DW_OK && distance == 0 && p.p_value == 1);
}

/* A million rows in ten categories cost ten draws a permutation. */
TEST(large_tables)
{
  uint64_t ref[10], cur[10];
  for (int i = 0; i < 10; i++) ref[i] = cur[i] = 100000000;
  cur[0] += 200000;
  cur[1] -= 200000;
  double distance;
  dw_permutation p, again;
  CHECK(dw_tvd_test(ref, cur, 10, 999, dw_rng_derive(1, "large"), &distance, &p, NULL) == DW_OK && p.p_value < 0.05);
  CHECK_CLOSE(distance, 2e-4, 1e-9);
  CHECK(dw_tvd_test(ref, cur, 10, 999, dw_rng_derive(1, "large"), &distance, &again, NULL) == DW_OK && p.hits == again.hits);
}

/* python: np.random.seed(0); x = np.array([0] * 6 + [1] * 4 + [0] * 3 + [1] * 7); 1000 times np.random.choice(x, 10, replace=False),
 * counted in whole numbers. */
TEST(numpys_shuffles)
{
  uint32_t code[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1};
  double distance;
  dw_permutation p;
  CHECK(dw_tvd_as_numpy(code, 10, 10, 2, 1000, &distance, &p, NULL) == DW_OK);
  CHECK_CLOSE(distance, 0.3, 1e-15);
  CHECK_MSG(p.made == 1000 && p.hits == 345 && p.ties == 277, "%u hits, %u ties", p.hits, p.ties);
}

/* Of numbers: near the exact p of Kuiper's test without ties, and 1 for equal samples. */
TEST(statistics_of_numbers)
{
  double *r = golden_sample(1, 30, 1, 0, 0), *c = golden_sample(2, 40, 1, 0.35, 0);
  dw_sort_doubles(r, 30, NULL);
  dw_sort_doubles(c, 40, NULL);
  dw_sorted a = dw_sorted_make(r, 30), b = dw_sorted_make(c, 40);
  dw_test exact;
  dw_permutation p;
  CHECK(dw_kuiper(a, b, &exact, NULL) == DW_OK && exact.exact);
  dw_permutation_test(a, b, dw_kuiper_statistic, DRAWS, dw_rng_derive(3, "numbers"), &p);
  CHECK_MSG(fabs((double)p.hits / DRAWS - exact.p_value) < 5 * sqrt(exact.p_value * (1 - exact.p_value) / DRAWS), "%g, exactly %g",
            p.p_value, exact.p_value);
  dw_permutation_test(a, a, dw_anderson_statistic, 99, dw_rng_derive(3, "numbers"), &p);
  CHECK(p.p_value == 1);
  free(r);
  free(c);
}

/* Ended by its hits, the last of them is no chance any more. */
TEST(p_of_hits)
{
  CHECK_CLOSE(dw_permutation_p(0, 999, false), 0.001, 1e-15);
  CHECK_CLOSE(dw_permutation_p(3, 9, false), 0.4, 1e-15);
  CHECK_CLOSE(dw_permutation_p(40, 80, true), 0.5, 1e-15);
  CHECK(dw_permutation_p(40, 40, true) == 1 && dw_permutation_p(40, 40, false) == 1);
}
