/* Held to scipy, to Evidently's definitions (tests/golden/make_twosample.py) and to fractions (make_distances.py). */
#include "stats/samples/distance.h"

#include "base/mem.h"
#include "golden_pair.h"

typedef struct termed {
  dw_distance_terms *terms;
  double whole;
} termed;

/* The terms add up to what they are the terms of. */
static void check_terms(const dw_binned *b, const termed *cases, size_t count)
{
  double *term = malloc((b->count + 1) * sizeof *term);
  for (size_t i = 0; i < count; i++) {
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

static void check_terms_of_shares(const dw_binned *b)
{
  double js = dw_jensenshannon(b->p, b->q, b->count), h = dw_hellinger(b->p, b->q, b->count);
  const termed cases[] = {{dw_jensenshannon_terms, js * js},
                          {dw_hellinger_terms, h * h},
                          {dw_total_variation_terms, dw_total_variation(b->p, b->q, b->count)},
                          {dw_cosine_terms, dw_cosine_distance(b->p, b->q, b->count)}};
  check_terms(b, cases, sizeof cases / sizeof *cases);
}

static void check_terms_of_filled(const dw_binned *b)
{
  const termed cases[] = {{dw_psi_terms, dw_psi(b->p, b->q, b->count)}, {dw_kl_div_terms, dw_kl_div(b->p, b->q, b->count)}};
  check_terms(b, cases, sizeof cases / sizeof *cases);
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
    CHECK(dw_binned_evidently(s.ref, s.cur, false, &bins, NULL) == DW_OK);
    CHECK_CLOSE(dw_jensenshannon(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 16), 1e-10);
    check_terms_of_shares(&bins);
    dw_fill_evidently(bins.p, bins.count);
    dw_fill_evidently(bins.q, bins.count);
    CHECK_CLOSE(dw_psi(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 14), 1e-12);
    CHECK_CLOSE(dw_kl_div(bins.p, bins.q, bins.count), golden_number(&table, FIRST + 15), 1e-10);
    CHECK(dw_hellinger_numeric(s.ref, s.cur, false, &hellinger, NULL, NULL) == DW_OK);
    /* the square root of a difference to 1: an error of 1e-16 in the sum is 1e-8 in a distance of 0 */
    CHECK(fabs(hellinger * hellinger - pow(golden_number(&table, FIRST + 17), 2)) < 1e-14);
    by_key += bins.count == dw_sorted_distinct_pooled(s.ref, s.cur, 0);
    check_terms_of_filled(&bins);
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
  double near[5];
  for (int k = 1; k <= 64; k++) { /* but for rounding the same: the sum of both entropies comes out below zero, and scipy 1.10 says NaN */
    for (int i = 0; i < 5; i++) near[i] = p[i] * (1 + k * 0x1p-50 * (i - 2));
    double js = dw_jensenshannon(p, near, 5);
    CHECK(js >= 0 && js < 1e-7);
  }
  CHECK(dw_psi(p, p, 5) == 0 && dw_kl_div(p, p, 5) == 0 && dw_jensenshannon(p, p, 5) == 0 && dw_total_variation(p, p, 5) == 0);
  CHECK(dw_hellinger(p, p, 5) < 2e-8);
}

/* Zeros: 0.0001, or a millionth of the least share where that is 0.0001 or less. */
TEST(zeros_as_evidently_fills_them)
{
  double p[] = {0.5, 0.5, 0}, q[] = {0.25, 0.25, 0.5};
  dw_fill_evidently(p, 3);
  dw_fill_evidently(q, 3);
  CHECK_CLOSE(dw_psi(p, q, 3), 2 * 0.25 * log(2) + (0.0001 - 0.5) * log(0.0001 / 0.5), 1e-14);
  double rare[] = {0.0001, 0.9999, 0}, other[] = {0.5, 0.25, 0.25};
  double fill = 0.0001 / 1e6;
  dw_fill_evidently(rare, 3);
  CHECK_CLOSE(dw_psi(rare, other, 3),
              (0.0001 - 0.5) * log(0.0001 / 0.5) + (0.9999 - 0.25) * log(0.9999 / 0.25) + (fill - 0.25) * log(fill / 0.25), 1e-14);
}

/* 4 rows and 10: half a row is an eighth, and a twentieth; what is missing twice stays so. */
TEST(zeros_as_half_rows)
{
  double p[] = {0.75, 0.25, 0, 0, 0}, q[] = {0.5, 0, 0.4, 0.1, 0};
  dw_fill_half_rows(p, q, 5, 4, 10);
  const double want_p[] = {0.6, 0.2, 0.1, 0.1, 0}, want_q[] = {0.5 / 1.05, 0.05 / 1.05, 0.4 / 1.05, 0.1 / 1.05, 0};
  double psi = 0;
  for (int i = 0; i < 5; i++) {
    CHECK_CLOSE(p[i], want_p[i], 1e-15);
    CHECK_CLOSE(q[i], want_q[i], 1e-15);
    if (i < 4) psi += (want_p[i] - want_q[i]) * log(want_p[i] / want_q[i]);
  }
  CHECK_CLOSE(dw_psi(p, q, 5), psi, 1e-14);
  double full[] = {0.3, 0.7}, same[] = {0.3, 0.7};
  dw_fill_half_rows(full, same, 2, 10, 10);
  CHECK(full[0] == 0.3 && full[1] == 0.7);
}

/* Whatever the unit, and beside cells at the ends of what a number can be. */
TEST(gaps_of_any_size)
{
  golden table = golden_open("golden/stats_gaps.txt");
  int seen = 0;
  while (golden_next(&table)) {
    size_t size[2] = {golden_whole(&table, 1), golden_whole(&table, 5)}, odd = golden_whole(&table, 8);
    double *value[2];
    dw_sorted side[2];
    for (int k = 0; k < 2; k++) {
      int at = 4 * k;
      value[k] = golden_sample(golden_whole(&table, at), size[k], golden_number(&table, at + 2), golden_number(&table, at + 3), 0);
      for (size_t i = 0; i < odd; i++) value[k][i] = golden_number(&table, 9 + (int)(i % 2));
      dw_sort_doubles(value[k], size[k], NULL);
      side[k] = dw_sorted_make(value[k], size[k]);
    }
    dw_moments moments = dw_moments_of(side[0]);
    double distance = dw_wasserstein_in_std(side[0], side[1], &moments), energy = dw_energy_distance(side[0], side[1]);
    CHECK_MSG(test_close(distance, golden_number(&table, 11), 1e-11), "line %d: %.17g, want %s", seen, distance, table.field[11]);
    CHECK_MSG(test_close(energy, golden_number(&table, 12), 1e-12), "line %d: energy %.17g, want %s", seen, energy, table.field[12]);
    /* the areas add up to the energy: they are finite */
    double edges[] = {fmin(value[0][0], value[1][0]), value[0][size[0] / 2], fmax(value[0][size[0] - 1], value[1][size[1] - 1])}, area[2];
    dw_gap_areas(side[0], side[1], 2, edges, 2, area);
    CHECK_CLOSE(ldexp(sqrt(2 * (area[0] + area[1])), dw_distance_scale(edges[0], edges[2]) / 2), golden_number(&table, 12), 1e-11);
    free(value[0]);
    free(value[1]);
    seen++;
  }
  CHECK(seen == 15);
}

TEST(without_a_deviation)
{
  double r[] = {2, 2, 2}, c[] = {2, 3};
  dw_sorted constant = dw_sorted_make(r, 3), moved = dw_sorted_make(c, 2), none = dw_sorted_make(NULL, 0);
  dw_moments moments = dw_moments_of(constant), empty = dw_moments_of(none), of_moved = dw_moments_of(moved);
  CHECK(dw_wasserstein_in_std(constant, dw_sorted_make(r, 1), &moments) == 0);
  CHECK(isnan(dw_wasserstein_in_std(constant, moved, &moments)) && isnan(dw_wasserstein_in_std(none, moved, &empty)));
  CHECK_CLOSE(dw_wasserstein_in_std(moved, constant, &of_moved), 1, 1e-15);
  double least[] = {0, 5e-324}, far[] = {1e308};
  moments = dw_moments_of(dw_sorted_make(least, 2));
  CHECK(isinf(dw_wasserstein_in_std(dw_sorted_make(least, 2), dw_sorted_make(far, 1), &moments)));
}

TEST(nothing_to_compare)
{
  double one[] = {1}, out;
  dw_err err;
  dw_sorted none = dw_sorted_make(NULL, 0), single = dw_sorted_make(one, 1);
  CHECK(isnan(dw_wasserstein(none, single)) && isnan(dw_energy_distance(single, none)));
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
  CHECK(dw_binned_evidently(packed, c, false, &a, NULL) == DW_OK && dw_binned_evidently(plain, c, false, &b, NULL) == DW_OK);
  CHECK(a.count == b.count && memcmp(a.p, b.p, a.count * sizeof *a.p) == 0 && memcmp(a.q, b.q, a.count * sizeof *a.q) == 0);
  CHECK(a.low[0] == b.low[0] && a.low[0] == fmin(value[0], other[0]));
  dw_binned_free(&a);
  dw_binned_free(&b);
  CHECK(dw_hellinger_numeric(packed, c, false, &h, &a, NULL) == DW_OK && dw_hellinger_numeric(plain, c, false, &h2, NULL, NULL) == DW_OK &&
        h == h2);
  CHECK_CLOSE(dw_hellinger(a.p, a.q, a.count), h, 1e-6);
  dw_binned_free(&a);
}
