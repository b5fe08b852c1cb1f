/* Deals are held to the exact law: every table of a small case by enumeration, each cell's mean, variance and tails of large ones. */
#include "stats/shift/deal.h"

#include "stats/distributions/hypergeometric.h"
#include "stats/distributions/special.h"
#include "test.h"

/* Pearson's chi-square of `times` draws of one cell against its hypergeometric law, values of small expectation together. */
static double cell_p(const unsigned *seen, uint64_t most, const dw_hypergeometric *law, double times)
{
  double statistic = 0, expected = 0, observed = 0;
  int classes = 0;
  for (uint64_t k = 0; k <= most; k++) {
    expected += times * dw_hypergeometric_pmf(law, k);
    observed += seen[k];
    if (expected < 10 && k < most) continue;
    if (expected > 0) statistic += (observed - expected) * (observed - expected) / expected;
    classes++;
    expected = observed = 0;
  }
  return classes > 1 ? dw_chi2_sf(statistic, classes - 1) : 1;
}

static void check_deal(const uint64_t *size, size_t cells, uint64_t drawn, unsigned times)
{
  uint64_t rows = 0, count[64], most = 0;
  for (size_t k = 0; k < cells; k++) {
    rows += size[k];
    if (size[k] > most) most = size[k];
  }
  unsigned *seen = calloc(cells * (most + 1), sizeof *seen);
  unsigned *both = calloc(most * 2 + 1, sizeof *both); /* the first two cells together */
  dw_deal *deal = dw_deal_new(size, cells, drawn);
  bool adds_up = true, fits = true;
  for (unsigned i = 0; i < times; i++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(drawn, "deal"), i, 0);
    dw_deal_draw(deal, &rng, count);
    uint64_t sum = 0;
    for (size_t k = 0; k < cells; k++) {
      fits &= count[k] <= size[k];
      sum += count[k];
      if (count[k] <= size[k]) seen[k * (most + 1) + count[k]]++;
    }
    adds_up &= sum == drawn;
    both[count[0] + count[1]]++;
  }
  CHECK(adds_up && fits);
  for (size_t k = 0; k < cells; k++) {
    dw_hypergeometric law = dw_hypergeometric_make(size[k], rows - size[k], drawn);
    double p = cell_p(seen + k * (most + 1), size[k], &law, times);
    CHECK_MSG(p > 1e-5, "cell %zu of %g, %g of %g rows: p = %g", k, (double)size[k], (double)drawn, (double)rows, p);
  }
  dw_hypergeometric law = dw_hypergeometric_make(size[0] + size[1], rows - size[0] - size[1], drawn);
  double p = cell_p(both, size[0] + size[1], &law, times);
  CHECK_MSG(p > 1e-5, "two cells together, %g of %g rows: p = %g", (double)drawn, (double)rows, p);
  dw_deal_free(deal);
  free(seen);
  free(both);
}

TEST(row_by_row)
{
  uint64_t size[] = {1, 2, 5, 1, 7, 4}, many[] = {900, 1, 40, 59000, 59};
  check_deal(size, 6, 3, 40000);
  check_deal(size, 6, 6, 40000);
  check_deal(many, 5, 5, 40000);
}

TEST(by_tables)
{
  uint64_t size[] = {1, 2, 5, 1, 7, 4, 30, 2}, many[] = {900, 1, 40, 5900, 59}, halves[] = {500, 500};
  check_deal(size, 8, 26, 40000);
  check_deal(size, 8, 12, 40000);
  check_deal(many, 5, 50, 40000);
  check_deal(many, 5, 3450, 40000);
  check_deal(halves, 2, 500, 40000);
}

TEST(by_rejection)
{
  uint64_t size[] = {2000, 3, 900, 4000, 1}, lump[] = {10, 90000, 30, 7};
  check_deal(size, 5, 3000, 40000);
  check_deal(size, 5, 3452, 40000);
  check_deal(lump, 4, 20000, 40000);
}

TEST(cell_by_cell_where_tables_would_not_fit)
{
  uint64_t size[] = {20000000, 3, 2500};
  check_deal(size, 3, 10000000, 20000);
}

/* All tables of 4 cells with their probabilities: prod (size over count) / (rows over drawn). */
TEST(every_table_as_often_as_it_should)
{
  uint64_t size[] = {2, 3, 1, 4};
  static const uint64_t drawn[] = {2, 5};
  enum { TIMES = 60000 };
  for (int d = 0; d < 2; d++) {
    dw_deal *deal = dw_deal_new(size, 4, drawn[d]);
    unsigned seen[3][4][2][5] = {{{{0}}}};
    uint64_t c[4];
    for (unsigned i = 0; i < TIMES; i++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(3, "tables"), i, 0);
      dw_deal_draw(deal, &rng, c);
      seen[c[0]][c[1]][c[2]][c[3]]++;
    }
    double statistic = 0;
    int tables = 0;
    for (c[0] = 0; c[0] <= 2; c[0]++)
      for (c[1] = 0; c[1] <= 3; c[1]++)
        for (c[2] = 0; c[2] <= 1; c[2]++)
          for (c[3] = 0; c[3] <= 4; c[3]++) {
            if (c[0] + c[1] + c[2] + c[3] != drawn[d]) continue;
            double log = -dw_choose_log(10, drawn[d]);
            for (int k = 0; k < 4; k++) log += dw_choose_log(size[k], c[k]);
            double expected = TIMES * exp(log), gap = seen[c[0]][c[1]][c[2]][c[3]] - expected;
            statistic += gap * gap / expected;
            tables++;
          }
    CHECK_MSG(dw_chi2_sf(statistic, tables - 1) > 1e-5, "%d tables, chi-square %g", tables, statistic);
    dw_deal_free(deal);
  }
}
