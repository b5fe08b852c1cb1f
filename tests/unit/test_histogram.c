/* Edges and counts equal numpy's exactly: no tolerance. */
#include "stats/samples/histogram.h"

#include "golden.h"
#include "base/mem.h"
#include "stats/samples/sort.h"

TEST(edges_are_numpys)
{
  golden table = golden_open("golden/stats_numeric.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "edges") != 0) continue;
    seen++;
    double *edges, low = golden_number(&table, 1), high = golden_number(&table, 2);
    size_t bins, want = golden_whole(&table, 4);
    CHECK(dw_histogram_edges_sturges(low, high, golden_number(&table, 3), false, &edges, &bins, NULL) == DW_OK);
    CHECK_MSG(bins == want, "[%g, %g], n %s: %zu bins, want %zu", low, high, table.field[3], bins, want);
    if (bins == want) {
      CHECK(edges[0] == golden_number(&table, 5) && edges[bins] == golden_number(&table, 8));
      CHECK(edges[bins / 2] == golden_number(&table, 6));
      CHECK(edges[bins - 1] == golden_number(&table, 7));
    }
    dw_free(edges);
  }
  CHECK(seen > 100);
}

TEST(counts_are_numpys)
{
  golden table = golden_open("golden/stats_numeric.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "counts") != 0) continue;
    seen++;
    size_t n = golden_whole(&table, 2), bins;
    double *x = golden_sample(golden_whole(&table, 1), n, golden_number(&table, 3), golden_number(&table, 4), golden_number(&table, 5)),
           *edges;
    dw_sort_doubles(x, n, NULL);
    CHECK(dw_histogram_edges_sturges(x[0], x[n - 1], (double)n, false, &edges, &bins, NULL) == DW_OK);
    CHECK(bins == (size_t)table.fields - 6);
    uint64_t counts[GOLDEN_FIELDS], total = 0;
    dw_histogram_count(dw_sorted_make(x, n), edges, bins, counts);
    for (size_t i = 0; i < bins; i++) CHECK(counts[i] == golden_whole(&table, 6 + (int)i));
    for (size_t i = 0; i < bins; i++) total += counts[i];
    CHECK(total == n);
    dw_free(edges);
    free(x);
  }
  CHECK(seen == 20);
}

TEST(no_histogram)
{
  double *edges;
  size_t bins;
  dw_err err;
  CHECK(dw_histogram_edges_sturges(0, 1, 0, false, &edges, &bins, &err) == DW_ENODATA);
  CHECK(dw_histogram_edges_sturges(-1.5e308, 1.5e308, 10, false, &edges, &bins, &err) == DW_ENODATA);
  CHECK(dw_histogram_edges_sturges(NAN, 1, 10, false, &edges, &bins, &err) == DW_ENODATA);
  CHECK(dw_histogram_edges_equal(0, 1, 0, &edges, &err) == DW_ENODATA);
}

/* numpy 2 on integers: no bin narrower than 1. */
TEST(whole_numbers)
{
  double *edges;
  size_t bins;
  CHECK(dw_histogram_edges_sturges(0, 1, 2, true, &edges, &bins, NULL) == DW_OK && bins == 1);
  dw_free(edges);
  CHECK(dw_histogram_edges_sturges(0, 1, 2, false, &edges, &bins, NULL) == DW_OK && bins == 2);
  dw_free(edges);
  CHECK(dw_histogram_edges_sturges(0, 9, 1 << 20, true, &edges, &bins, NULL) == DW_OK && bins == 9);
  dw_free(edges);
  CHECK(dw_histogram_edges_sturges(4, 4, 7, true, &edges, &bins, NULL) == DW_OK && bins == 1 && edges[0] == 3.5 && edges[1] == 4.5);
  dw_free(edges);
}

TEST(outside_counts_nowhere)
{
  double value[] = {-5, 0, 0.25, 0.5, 1, 1, 7};
  uint64_t weight[] = {1, 2, 3, 4, 5, 6, 7}, counts[2];
  double *edges;
  CHECK(dw_histogram_edges_equal(0, 1, 2, &edges, NULL) == DW_OK);
  dw_histogram_count(dw_sorted_make(value, 7), edges, 2, counts);
  CHECK(counts[0] == 2 && counts[1] == 3);
  dw_histogram_count(dw_sorted_make_weighted(value, weight, 7), edges, 2, counts);
  CHECK(counts[0] == 5 && counts[1] == 15);
  dw_histogram_count(dw_sorted_make(NULL, 0), edges, 2, counts);
  CHECK(counts[0] == 0 && counts[1] == 0);
  dw_free(edges);
}
