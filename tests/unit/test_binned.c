/* Held to tests/golden/make_distances.py, which counts by labels, without cuts. */
#include "stats/samples/binned.h"

#include "golden.h"
#include "stats/samples/distance.h"
#include "stats/samples/sort.h"

static dw_sorted sample_of(const golden *table, int first, double **value)
{
  size_t n = golden_whole(table, first + 1);
  *value = golden_sample(golden_whole(table, first), n, golden_number(table, first + 2), golden_number(table, first + 3),
                         golden_number(table, first + 4));
  dw_sort_doubles(*value, n, NULL);
  return dw_sorted_make(*value, n);
}

TEST(quantile_bins_and_what_is_told_apart_by_them)
{
  golden table = golden_open("golden/stats_binned.txt");
  int seen = 0;
  while (golden_next(&table)) {
    double *r_value, *c_value;
    dw_sorted r = sample_of(&table, 0, &r_value), c = sample_of(&table, 5, &c_value);
    dw_binned bins;
    CHECK(dw_binned_quantiles(r, c, golden_whole(&table, 10), &bins, NULL) == DW_OK);
    CHECK_MSG(bins.count == golden_whole(&table, 11), "line %d: %zu bins, want %s", seen, bins.count, table.field[11]);
    CHECK(fabs(dw_jensenshannon(bins.p, bins.q, bins.count) - golden_number(&table, 14)) < 1e-9);
    CHECK(fabs(dw_hellinger(bins.p, bins.q, bins.count) - golden_number(&table, 15)) < 3e-8);
    CHECK_CLOSE(dw_l_infinity(bins.p, bins.q, bins.count), golden_number(&table, 16), 1e-12);
    CHECK(fabs(1 - dw_cosine_distance(bins.p, bins.q, bins.count) - golden_number(&table, 17)) < 1e-14);
    dw_fill_half_rows(bins.p, bins.q, bins.count, r.total, c.total);
    CHECK_CLOSE(dw_psi(bins.p, bins.q, bins.count), golden_number(&table, 12), 1e-12);
    CHECK(fabs(dw_kl_div(bins.p, bins.q, bins.count) - golden_number(&table, 13)) < 1e-13);
    dw_binned_free(&bins);
    free(r_value);
    free(c_value);
    seen++;
  }
  CHECK(seen == 135);
}

static void check_bins(dw_binned *bins, size_t count, const double (*want)[4])
{
  CHECK_MSG(bins->count == count, "%zu bins, want %zu", bins->count, count);
  for (size_t i = 0; i < count && i < bins->count; i++)
    CHECK_MSG(bins->low[i] == want[i][0] && bins->high[i] == want[i][1] && test_close(bins->p[i], want[i][2], 1e-15) &&
                  test_close(bins->q[i], want[i][3], 1e-15),
              "bin %zu: %g to %g, %g and %g", i, bins->low[i], bins->high[i], bins->p[i], bins->q[i]);
  dw_binned_free(bins);
}

/* Half of the reference is 0, a quarter 5; with four parts the quantiles are 0, 0, 4 and 9. */
TEST(a_lump_is_a_bin_by_itself)
{
  double r[] = {0, 0, 0, 0, 4, 5, 5, 9}, c[] = {-1, 0, 2, 4, 4.5, 5, 6, 20};
  dw_binned bins;
  CHECK(dw_binned_quantiles(dw_sorted_make(r, 8), dw_sorted_make(c, 8), 4, &bins, NULL) == DW_OK);
  check_bins(&bins, 5,
             (const double[][4]){{-1, 0, 0, 0.125}, {0, 0, 0.5, 0.125}, {0, 5, 0.125, 0.375}, {5, 5, 0.25, 0.125}, {5, 20, 0.125, 0.25}});
  CHECK(dw_binned_quantiles(dw_sorted_make(r, 8), dw_sorted_make(r, 8), 4, &bins, NULL) == DW_OK);
  check_bins(&bins, 4, (const double[][4]){{0, 0, 0.5, 0.5}, {0, 5, 0.125, 0.125}, {5, 5, 0.25, 0.25}, {5, 9, 0.125, 0.125}});
}

TEST(what_lies_beyond_the_reference_is_in_the_outer_bins)
{
  double r[] = {1, 2, 3, 4}, c[] = {-1e308, 1e308};
  dw_binned bins;
  CHECK(dw_binned_quantiles(dw_sorted_make(r, 4), dw_sorted_make(c, 2), 2, &bins, NULL) == DW_OK);
  check_bins(&bins, 2, (const double[][4]){{-1e308, 2, 0.5, 0.5}, {2, 1e308, 0.5, 0.5}});
}

TEST(constant_references)
{
  double same[] = {7, 7, 7}, other[] = {7, 7, 8, 9};
  dw_binned bins;
  CHECK(dw_binned_quantiles(dw_sorted_make(same, 3), dw_sorted_make(same, 2), 10, &bins, NULL) == DW_OK);
  check_bins(&bins, 1, (const double[][4]){{7, 7, 1, 1}});
  CHECK(dw_binned_quantiles(dw_sorted_make(same, 3), dw_sorted_make(other, 4), 10, &bins, NULL) == DW_OK);
  check_bins(&bins, 2, (const double[][4]){{7, 7, 1, 0.5}, {7, 9, 0, 0.5}});
  CHECK(dw_binned_quantiles(dw_sorted_make(same, 1), dw_sorted_make(other, 4), 10, &bins, NULL) == DW_OK); /* one row is no lump */
  check_bins(&bins, 2, (const double[][4]){{7, 7, 1, 0.5}, {7, 9, 0, 0.5}});
}

TEST(edges_that_are_given)
{
  double r[] = {0, 1, 2, 3}, c[] = {1, 1, 5, 6}, edge[] = {-3, 1, 2.5, 10, 20};
  dw_binned bins;
  CHECK(dw_binned_edges(dw_sorted_make(r, 4), dw_sorted_make(c, 4), edge, 5, &bins, NULL) == DW_OK);
  check_bins(&bins, 3, (const double[][4]){{-3, 1, 0.5, 0.5}, {1, 2.5, 0.25, 0}, {2.5, 10, 0.25, 0.5}});
}

/* A value of weight k stands for k equal ones. */
TEST(weights_repeat_values)
{
  double value[60], all[60 * 9], other[300];
  uint64_t weight[60];
  size_t n = 0;
  for (int i = 0; i < 60; i++) {
    value[i] = i / 4.0;
    weight[i] = i == 20 ? 60 : 1 + golden_bits(3, (uint64_t)i) % 7;
    for (uint64_t k = 0; k < weight[i]; k++) all[n++] = value[i];
  }
  for (int i = 0; i < 300; i++) other[i] = floor(golden_uniform(4, (uint64_t)i) * 70) / 4;
  dw_sort_doubles(other, 300, NULL);
  dw_sorted packed = dw_sorted_make_weighted(value, weight, 60), plain = dw_sorted_make(all, n), c = dw_sorted_make(other, 300);
  for (size_t parts = 2; parts < 100; parts += 7) {
    dw_binned a, b;
    for (int side = 0; side < 2; side++) {
      CHECK(dw_binned_quantiles(side ? c : packed, side ? packed : c, parts, &a, NULL) == DW_OK &&
            dw_binned_quantiles(side ? c : plain, side ? plain : c, parts, &b, NULL) == DW_OK);
      CHECK(a.count == b.count && memcmp(a.p, b.p, a.count * sizeof *a.p) == 0 && memcmp(a.q, b.q, a.count * sizeof *a.q) == 0);
      CHECK(memcmp(a.low, b.low, a.count * sizeof *a.low) == 0 && memcmp(a.high, b.high, a.count * sizeof *a.high) == 0);
      dw_binned_free(&a);
      dw_binned_free(&b);
    }
  }
}

TEST(nothing_to_compare)
{
  double one[] = {1}, wide[] = {-1.6e308, 1.6e308};
  dw_binned bins;
  dw_err err;
  dw_sorted none = dw_sorted_make(NULL, 0), single = dw_sorted_make(one, 1), range = dw_sorted_make(wide, 2);
  CHECK(dw_binned_evidently(none, single, false, &bins, &err) == DW_ENODATA &&
        dw_binned_sturges(single, none, false, &bins, &err) == DW_ENODATA);
  CHECK(dw_binned_sturges(range, single, false, &bins, &err) == DW_ENODATA && strstr(err.message, "range") && !bins.p);
  CHECK(dw_binned_quantiles(none, single, 10, &bins, &err) == DW_ENODATA &&
        dw_binned_quantiles(single, none, 10, &bins, &err) == DW_ENODATA &&
        dw_binned_edges(none, single, one, 1, &bins, &err) == DW_ENODATA && !bins.p);
  CHECK_TEXT(err.message, "no values on one side");
}
