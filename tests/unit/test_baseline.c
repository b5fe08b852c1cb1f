/* Held to numpy and scipy by NannyML's definitions: tests/golden/make_baseline.py. */
#include "stats/tests/baseline.h"

#include "base/mem.h"
#include "golden.h"
#include "stats/tests/contingency.h"
#include "stats/samples/histogram.h"
#include "stats/samples/sort.h"

TEST(edges_are_numpys)
{
  golden table = golden_open("golden/stats_baseline.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "edges") != 0) continue;
    double *edges;
    size_t bins;
    CHECK(dw_histogram_edges_doane(golden_number(&table, 1), golden_number(&table, 2), golden_number(&table, 3), golden_number(&table, 4),
                                   &edges, &bins, NULL) == DW_OK);
    CHECK_MSG(bins == golden_whole(&table, 5), "n %s: %zu bins, want %s", table.field[3], bins, table.field[5]);
    if (bins == golden_whole(&table, 5))
      CHECK(edges[bins ? 1 : 0] == golden_number(&table, 6) && edges[bins - 1] == golden_number(&table, 7));
    dw_free(edges);
    seen++;
  }
  CHECK(seen == 60);
}

static void close_to(const golden *table, int field, double got)
{
  double want = golden_number(table, field);
  CHECK_MSG(fabs(got - want) <= 1e-12 * fmax(1, fabs(want)), "%s %s, field %d: %.17g, want %.17g", table->field[0], table->field[1], field,
            got, want);
}

TEST(numbers)
{
  golden table = golden_open("golden/stats_baseline.txt");
  int seen = 0, fine = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "numbers") != 0) continue;
    size_t n = golden_whole(&table, 2), m = golden_whole(&table, 4);
    double *r = golden_sample(golden_whole(&table, 1), n, 1, 0, golden_number(&table, 3));
    double *c = golden_sample(golden_whole(&table, 1) + 1, m, golden_number(&table, 6), golden_number(&table, 5), golden_number(&table, 3));
    dw_sort_doubles(r, n, NULL);
    dw_sort_doubles(c, m, NULL);
    dw_baseline b;
    dw_sorted chunk = dw_sorted_make(c, m);
    dw_baseline_init(&b, dw_sorted_make(r, n));
    close_to(&table, 7, dw_baseline_ks(&b, chunk));
    close_to(&table, 8, dw_baseline_wasserstein(&b, chunk));
    close_to(&table, 9, dw_baseline_jensenshannon(&b, chunk));
    close_to(&table, 10, dw_baseline_hellinger(&b, chunk));
    CHECK((b.fine_edges != NULL) == (n >= DW_BASELINE_FINE));
    fine += b.fine_edges != NULL;
    dw_baseline_free(&b);
    free(r);
    free(c);
    seen++;
  }
  CHECK(seen == 30 && fine > 5);
}

TEST(counts)
{
  golden table = golden_open("golden/stats_baseline.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "counts") != 0) continue;
    int k = (int)golden_whole(&table, 1), at = 2 + 2 * k;
    uint64_t r[32], c[32];
    for (int i = 0; i < k; i++) r[i] = golden_whole(&table, 2 + i), c[i] = golden_whole(&table, 2 + k + i);
    close_to(&table, at, dw_baseline_jensenshannon_counts(r, c, (size_t)k));
    close_to(&table, at + 1, dw_baseline_hellinger_counts(r, c, (size_t)k));
    dw_test test;
    CHECK(dw_chisquare_contingency(r, c, (size_t)k, &test, NULL) == DW_OK);
    CHECK_CLOSE(test.statistic, golden_number(&table, at + 2), 1e-12);
    CHECK_CLOSE(test.p_value, golden_number(&table, at + 3), 1e-9);
    seen++;
  }
  CHECK(seen == 21);
}

TEST(edges_of_the_domain)
{
  dw_baseline b;
  double one[] = {5, 5, 5}, other[] = {4, 5, 6, 7}, wide[] = {-1.5e308, 1.5e308};
  dw_sorted empty = dw_sorted_make(NULL, 0);
  dw_baseline_init(&b, empty);
  CHECK(isnan(dw_baseline_ks(&b, dw_sorted_make(one, 3))) && isnan(dw_baseline_wasserstein(&b, dw_sorted_make(one, 3))));
  CHECK(isnan(dw_baseline_jensenshannon(&b, dw_sorted_make(one, 3))) && isnan(dw_baseline_hellinger(&b, dw_sorted_make(one, 3))));
  dw_baseline_free(&b);
  dw_baseline_init(&b, dw_sorted_make(one, 3));
  CHECK(b.bins == 1 && dw_baseline_jensenshannon(&b, dw_sorted_make(one, 3)) == 0);
  CHECK(dw_baseline_ks(&b, dw_sorted_make(other, 4)) == 0.5);
  CHECK(isnan(dw_baseline_ks(&b, empty)) && isnan(dw_baseline_jensenshannon(&b, empty)) && isnan(dw_baseline_wasserstein(&b, empty)));
  dw_baseline_free(&b);
  dw_baseline_init(&b, dw_sorted_make(wide, 2));
  CHECK(b.bins == 0 && isnan(dw_baseline_hellinger(&b, dw_sorted_make(one, 3))));
  CHECK(dw_baseline_ks(&b, dw_sorted_make(one, 3)) == 0.5);
  dw_baseline_free(&b);
  double *constant = malloc(20000 * sizeof *constant);
  for (int i = 0; i < 20000; i++) constant[i] = 5;
  dw_baseline_init(&b, dw_sorted_make(constant, 20000));
  CHECK(dw_baseline_ks(&b, dw_sorted_make(other, 4)) == 0.5);
  CHECK(dw_baseline_wasserstein(&b, dw_sorted_make(constant, 7)) == 0);
  CHECK(isnan(dw_baseline_wasserstein(&b, empty)) && isnan(dw_baseline_ks(&b, empty)));
  dw_baseline_free(&b);
  free(constant);
  uint64_t none[] = {0, 0}, some[] = {3, 4};
  CHECK(isnan(dw_baseline_jensenshannon_counts(none, some, 2)) && isnan(dw_baseline_hellinger_counts(some, none, 2)));
  CHECK(dw_baseline_jensenshannon_counts(some, some, 2) == 0 &&
        dw_baseline_hellinger_counts((uint64_t[]){1, 0}, (uint64_t[]){0, 9}, 2) == 1);
  CHECK_CLOSE(dw_baseline_jensenshannon_counts((uint64_t[]){1, 0}, (uint64_t[]){0, 9}, 2), 1, 1e-15);
}
