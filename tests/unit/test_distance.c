/* Held to scipy and to Evidently's definitions (tests/golden/make_twosample.py). */
#include "stats/samples/distance.h"

#include "base/mem.h"
#include "golden_pair.h"

/* The terms add up to what they are the terms of. */
static void check_terms(const dw_binned *b)
{
  double *term = malloc((b->count + 1) * sizeof *term), js = dw_jensenshannon(b->p, b->q, b->count), h = dw_hellinger(b->p, b->q, b->count);
  const struct {
    dw_distance_terms *terms;
    double whole;
  } cases[] = {{dw_psi_terms, dw_psi(b->p, b->q, b->count)},
               {dw_kl_div_terms, dw_kl_div(b->p, b->q, b->count)},
               {dw_jensenshannon_terms, js * js},
               {dw_hellinger_terms, h * h},
               {dw_total_variation_terms, dw_total_variation(b->p, b->q, b->count)},
               {dw_cosine_terms, dw_cosine_distance(b->p, b->q, b->count)}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double sum = 0;
    cases[i].terms(b->p, b->q, b->count, term);
    for (size_t k = 0; k < b->count; k++) {
      sum += term[k];
      CHECK(term[k] >= 0);
    }
    CHECK_MSG(fabs(sum - cases[i].whole) < 1e-13 * (1 + fabs(sum)), "terms %zu: %.17g, distance %.17g", i, sum, cases[i].whole);
  }
  free(term);
}

/* Areas by interval add up to the whole, also when they come from a thinned sample. */
TEST(areas_add_up)
{
  for (size_t n = 50; n <= 50000; n *= 10) {
    double *r = golden_sample(1, n, 1, 0, 0), *c = golden_sample(2, n + 7, 1, 0.3, 0), area[3];
    dw_sort_doubles(r, n, NULL);
    dw_sort_doubles(c, n + 7, NULL);
    dw_sorted a = dw_sorted_make(r, n), b = dw_sorted_make(c, n + 7);
    double edges[] = {fmin(r[0], c[0]), 1, 1.7, fmax(r[n - 1], c[n + 6])}, tolerance = n <= 4000 ? 1e-12 : 2e-3;
    dw_gap_areas(a, b, 1, edges, 3, area);
    CHECK_CLOSE(area[0] + area[1] + area[2], dw_wasserstein(a, b), tolerance);
    CHECK(area[0] > 0 && area[1] > area[0] && area[2] > 0);
    dw_gap_areas(a, b, 2, edges, 3, area);
    CHECK_CLOSE(sqrt(2 * (area[0] + area[1] + area[2])), dw_energy_distance(a, b), tolerance);
    free(r);
    free(c);
  }
}

TEST(golden_table)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0, by_key = 0;
  while (golden_next(&table)) {
    pair s = pair_make(&table);
    dw_binned bins;
    double hellinger;
    seen++;
    CHECK_CLOSE(dw_wasserstein(s.ref, s.cur), golden_number(&table, FIRST + 12), 1e-12);
    CHECK_CLOSE(dw_energy_distance(s.ref, s.cur), golden_number(&table, FIRST + 13), 1e-12);
    CHECK(dw_binned_make(s.ref, s.cur, false, &bins, NULL) == DW_OK);
    CHECK_CLOSE(dw_psi(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 14), 1e-12);
    CHECK_CLOSE(dw_kl_div(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 15), 1e-10);
    CHECK_CLOSE(dw_jensenshannon(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 16), 1e-10);
    CHECK(dw_hellinger_numeric(s.ref, s.cur, false, &hellinger, NULL, NULL) == DW_OK);
    /* the square root of a difference to 1: an error of 1e-16 in the sum is 1e-8 in a distance of 0 */
    CHECK(fabs(hellinger * hellinger - pow(golden_number(&table, FIRST + 17), 2)) < 1e-14);
    by_key += bins.count == dw_sorted_distinct_pooled(s.ref, s.cur, 0);
    check_terms(&bins);
    dw_binned_free(&bins);
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
  double one[] = {1}, wide[] = {-1.6e308, 1.6e308}, out;
  dw_binned bins;
  dw_err err;
  dw_sorted none = dw_sorted_make(NULL, 0), single = dw_sorted_make(one, 1), range = dw_sorted_make(wide, 2);
  CHECK(isnan(dw_wasserstein(none, single)) && isnan(dw_energy_distance(single, none)));
  CHECK(dw_binned_make(none, single, false, &bins, &err) == DW_ENODATA &&
        dw_binned_sturges(single, none, false, &bins, &err) == DW_ENODATA);
  CHECK(dw_binned_sturges(range, single, false, &bins, &err) == DW_ENODATA && strstr(err.message, "range") && !bins.p);
  CHECK(dw_hellinger_numeric(none, none, false, &out, NULL, &err) == DW_ENODATA && isnan(out));
  CHECK(dw_wasserstein(single, single) == 0 && dw_energy_distance(single, single) == 0);
}

TEST(weights_repeat_values)
{
  double value[60], all[60 * 7], other[500], h, h2;
  uint64_t weight[60];
  size_t n = 0;
  dw_binned a, b;
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
  CHECK(dw_binned_make(packed, c, false, &a, NULL) == DW_OK && dw_binned_make(plain, c, false, &b, NULL) == DW_OK);
  CHECK(a.count == b.count && memcmp(a.p, b.p, a.count * sizeof *a.p) == 0 && memcmp(a.q, b.q, a.count * sizeof *a.q) == 0);
  CHECK(a.edges[0] == b.edges[0] && a.edges[0] == fmin(value[0], other[0]));
  dw_binned_free(&a);
  dw_binned_free(&b);
  CHECK(dw_hellinger_numeric(packed, c, false, &h, &a, NULL) == DW_OK && dw_hellinger_numeric(plain, c, false, &h2, NULL, NULL) == DW_OK &&
        h == h2);
  CHECK_CLOSE(dw_hellinger(a.p, a.q, a.count), h, 1e-6);
  dw_binned_free(&a);
}
