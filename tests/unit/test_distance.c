/* Held to scipy and to Evidently's definitions (tests/golden/make_twosample.py). */
#include "stats/distance.h"

#include "base/mem.h"
#include "golden_pair.h"

TEST(golden_table)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0, by_key = 0;
  while (golden_next(&table)) {
    pair s = pair_make(&table);
    double *p, *q, hellinger;
    size_t k;
    seen++;
    CHECK_CLOSE(dw_wasserstein(s.ref, s.cur), golden_number(&table, FIRST + 12), 1e-12);
    CHECK_CLOSE(dw_energy_distance(s.ref, s.cur), golden_number(&table, FIRST + 13), 1e-12);
    CHECK(dw_binned(s.ref, s.cur, false, &p, &q, &k, NULL) == DW_OK);
    CHECK_CLOSE(dw_psi(p, q, k), golden_number(&table, FIRST + 14), 1e-12);
    CHECK_CLOSE(dw_kl_div(p, q, k), golden_number(&table, FIRST + 15), 1e-10);
    CHECK_CLOSE(dw_jensenshannon(p, q, k), golden_number(&table, FIRST + 16), 1e-10);
    CHECK(dw_hellinger_numeric(s.ref, s.cur, false, &hellinger, NULL) == DW_OK);
    /* the square root of a difference to 1: an error of 1e-16 in the sum is 1e-8 in a distance of 0 */
    CHECK(fabs(hellinger * hellinger - pow(golden_number(&table, FIRST + 17), 2)) < 1e-14);
    by_key += k == dw_sorted_distinct_pooled(s.ref, s.cur, 0);
    dw_free(p);
    dw_free(q);
    pair_free(&s);
  }
  CHECK(seen > 130 && by_key > 20 && by_key < seen - 20);
}

TEST(vectors)
{
  double p[] = {0.1, 0.4, 0.5, 0, 0}, q[] = {0.3, 0, 0.5, 0.2, 0}, all[] = {0, 0, 0, 0, 1};
  CHECK_CLOSE(dw_total_variation(p, q, 5), 0.4, 1e-15);
  CHECK_CLOSE(dw_l_infinity(p, q, 5), 0.4, 1e-15);
  CHECK_CLOSE(dw_cosine_distance(p, q, 5), 1 - 0.28 / sqrt(0.42 * 0.38), 1e-14);
  CHECK_CLOSE(dw_hellinger(p, q, 5), sqrt(1 - (sqrt(0.03) + 0.5)), 1e-14);
  CHECK_CLOSE(dw_jensenshannon(p, all, 5), sqrt(log(2)), 1e-15);
  CHECK(dw_hellinger(p, all, 5) == 1 && dw_total_variation(p, all, 5) == 1 && dw_cosine_distance(p, all, 5) == 1);
  CHECK(dw_psi(p, p, 5) == 0 && dw_kl_div(p, p, 5) == 0 && dw_jensenshannon(p, p, 5) == 0 && dw_total_variation(p, p, 5) == 0);
  CHECK(dw_hellinger(p, p, 5) < 2e-8);
}

/* Zeros: 0.0001, or a millionth of the least share where that is 0.0001 or less. */
TEST(zero_fill)
{
  double p[] = {0.5, 0.5, 0}, q[] = {0.25, 0.25, 0.5};
  CHECK_CLOSE(dw_psi(p, q, 3), 2 * 0.25 * log(2) + (0.0001 - 0.5) * log(0.0001 / 0.5), 1e-14);
  double rare[] = {0.0001, 0.9999, 0}, other[] = {0.5, 0.25, 0.25};
  double fill = 0.0001 / 1e6;
  CHECK_CLOSE(dw_psi(rare, other, 3),
              (0.0001 - 0.5) * log(0.0001 / 0.5) + (0.9999 - 0.25) * log(0.9999 / 0.25) + (fill - 0.25) * log(fill / 0.25), 1e-14);
  CHECK(p[2] == 0 && rare[2] == 0);
}

TEST(nothing_to_compare)
{
  double one[] = {1}, wide[] = {-1.6e308, 1.6e308}, *p, *q, out;
  size_t k;
  dw_err err;
  dw_sorted none = dw_sorted_make(NULL, 0), single = dw_sorted_make(one, 1), range = dw_sorted_make(wide, 2);
  CHECK(isnan(dw_wasserstein(none, single)) && isnan(dw_energy_distance(single, none)));
  CHECK(dw_binned(none, single, false, &p, &q, &k, &err) == DW_ENODATA &&
        dw_binned_sturges(single, none, false, &p, &q, &k, &err) == DW_ENODATA);
  CHECK(dw_binned_sturges(range, single, false, &p, &q, &k, &err) == DW_ENODATA && strstr(err.message, "range"));
  CHECK(dw_hellinger_numeric(none, none, false, &out, &err) == DW_ENODATA && isnan(out));
  CHECK(dw_wasserstein(single, single) == 0 && dw_energy_distance(single, single) == 0);
}

TEST(weights_repeat_values)
{
  double value[60], all[60 * 7], other[500], *p = NULL, *q = NULL, *p2 = NULL, *q2 = NULL, h, h2;
  uint64_t weight[60];
  size_t n = 0, k = 0, k2 = 0;
  for (int i = 0; i < 60; i++) {
    value[i] = i / 16.0;
    weight[i] = 1 + golden_bits(1, (uint64_t)i) % 7;
    for (uint64_t j = 0; j < weight[i]; j++) all[n++] = value[i];
  }
  for (int i = 0; i < 500; i++) other[i] = floor(golden_uniform(2, (uint64_t)i) * 70) / 16;
  dw_sort_doubles(other, 500, NULL);
  dw_sorted packed = dw_sorted_make_weighted(value, weight, 60), plain = dw_sorted_make(all, n), c = dw_sorted_make(other, 500);
  CHECK_CLOSE(dw_wasserstein(packed, c), dw_wasserstein(plain, c), 1e-13);
  CHECK_CLOSE(dw_wasserstein(c, packed), dw_wasserstein(c, plain), 1e-13);
  CHECK_CLOSE(dw_energy_distance(packed, c), dw_energy_distance(plain, c), 1e-13);
  CHECK(dw_binned(packed, c, false, &p, &q, &k, NULL) == DW_OK && dw_binned(plain, c, false, &p2, &q2, &k2, NULL) == DW_OK);
  CHECK(k == k2 && memcmp(p, p2, k * sizeof *p) == 0 && memcmp(q, q2, k * sizeof *q) == 0);
  CHECK(dw_hellinger_numeric(packed, c, false, &h, NULL) == DW_OK && dw_hellinger_numeric(plain, c, false, &h2, NULL) == DW_OK && h == h2);
  dw_free(p);
  dw_free(q);
  dw_free(p2);
  dw_free(q2);
}
