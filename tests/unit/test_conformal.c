#include "stats/streams/conformal.h"

#include "base/mem.h"
#include "golden.h"
#include "stats/samples/sort.h"
#include "stats/tests/twosample.h"

static double p_at(dw_ranks ranks, double theta) { return ranks.low + theta * (ranks.high - ranks.low); }

static dw_rng start(uint64_t row)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_conformal"), row, 0);
  return rng;
}

TEST(golden_categories)
{
  golden table = golden_open("golden/stats_martingale.txt");
  int rows = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "category") != 0) continue;
    uint64_t seed = golden_whole(&table, 1), n = golden_whole(&table, 2), cells = golden_whole(&table, 3), weight[8];
    for (uint64_t c = 0; c < cells; c++) weight[c] = (5 + 7 * c) % 11;
    dw_urn urn;
    dw_urn_init(&urn, weight, (size_t)cells, 1);
    for (uint64_t i = 0; i < n; i++) {
      double u = golden_uniform(seed, 2 * i);
      CHECK_CLOSE(p_at(dw_urn_add(&urn, (size_t)((double)cells * (u * u))), golden_uniform(seed, 2 * i + 1)),
                  golden_number(&table, 4 + (int)i), 1e-14);
    }
    dw_urn_free(&urn);
    rows++;
  }
  CHECK(rows == 2);
}

TEST(ladder)
{
  static dw_ladder ladder;
  static uint64_t gaps[DW_LADDER_RUNGS + 1];
  dw_rng rng = start(0);
  static const size_t sizes[] = {0, 1, 2, 3, 5, 63, 64, 126, 127, 128, 129, 130, 255, 256, 257, 300, 1000, 5000, 100000};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    size_t n = sizes[k];
    double *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = (double)i;
    dw_ladder_make(&ladder, gaps, dw_sorted_make(x, n), &rng);
    uint64_t total = 0, most = 0;
    for (size_t i = 0; i <= ladder.rungs; i++) {
      total += gaps[i];
      most = gaps[i] > most ? gaps[i] : most;
      CHECK(gaps[i] >= 1);
      if (i && i < ladder.rungs) CHECK(ladder.value[i] > ladder.value[i - 1]);
    }
    CHECK_MSG(total == n + 1, "%zu", n);
    CHECK_MSG(most <= n / 128 + 2, "%zu: %d", n, (int)most);
    CHECK(n < 64 || (gaps[0] == 1 && gaps[ladder.rungs] == 1));
    CHECK(dw_ladder_cell(&ladder, -1, &rng) == 0 && dw_ladder_cell(&ladder, 1e9, &rng) == ladder.rungs);
    free(x);
  }
}

/* A large p-value of a two-sample test against a grid: p-values that should be uniform, for one reference and one life. */
static double uniformity(const double *p, size_t n)
{
  double *sorted = malloc(2 * n * sizeof *sorted), worst = 0;
  memcpy(sorted, p, n * sizeof *sorted);
  dw_sort_doubles(sorted, n, sorted + n);
  for (size_t i = 0; i < n; i++) worst = fmax(worst, fmax(sorted[i] - (double)i / (double)n, (double)(i + 1) / (double)n - sorted[i]));
  free(sorted);
  return worst * sqrt((double)n);
}

enum { LIVES = 3000, ARRIVALS = 6 };

/* Draws: 0 continuous; 1 whole numbers with many ties; 2 nearly constant. */
static double draw(int kind, dw_rng *rng)
{
  double u = dw_rng_uniform(rng);
  return kind == 0 ? u : kind == 1 ? (double)(int)(6 * u * u) : u < 0.9 ? 0 : 1;
}

/* p-values of lives with fresh references each, by number of arrival; then the products of deviations of successive ones. Kolmogorov's
 * statistic passes 1.95 once in 1,000; 39 of them: odds 1 in 25 for one, with these seeds none. */
static void check_null(int kind, size_t reference, unsigned categories)
{
  double *p = malloc(sizeof *p * LIVES * ARRIVALS), *x = malloc(2 * (reference + 1) * sizeof *x);
  double dependence = 0;
  for (int life = 0; life < LIVES; life++) {
    dw_rng rng = start((uint64_t)(life + 1 + LIVES * kind));
    static dw_ladder ladder;
    uint64_t weight[DW_LADDER_RUNGS + 1] = {0};
    dw_urn urn;
    for (size_t i = 0; i < reference; i++) {
      x[i] = draw(kind, &rng);
      if (categories) weight[(int)x[i]]++;
    }
    dw_sort_doubles(x, reference, x + reference);
    if (!categories) dw_ladder_make(&ladder, weight, dw_sorted_make(x, reference), &rng);
    dw_urn_init(&urn, weight, categories ? categories : ladder.rungs + 1, categories > 0);
    for (int i = 0; i < ARRIVALS; i++) {
      double value = draw(kind, &rng);
      p[i * LIVES + life] = p_at(dw_urn_add(&urn, categories ? (size_t)value : dw_ladder_cell(&ladder, value, &rng)), dw_rng_uniform(&rng));
      CHECK(p[i * LIVES + life] > 0 && p[i * LIVES + life] < 1);
      if (i) dependence += (p[i * LIVES + life] - 0.5) * (p[(i - 1) * LIVES + life] - 0.5) * 12;
    }
    dw_urn_free(&urn);
  }
  for (int i = 0; i < ARRIVALS; i++) {
    double ks = uniformity(p + i * LIVES, LIVES);
    CHECK_MSG(ks < 1.95, "kind %d, arrival %d: %.3f", kind, i, ks);
  }
  dependence /= sqrt((double)LIVES * (ARRIVALS - 1));
  CHECK_MSG(fabs(dependence) < 3.3, "kind %d: correlation of successive p-values %.2f standard errors", kind, dependence);
  free(p);
  free(x);
}

TEST(continuous_small_reference) { check_null(0, 3, 0); }
TEST(continuous) { check_null(0, 300, 0); }
TEST(ties) { check_null(1, 20, 0); }
TEST(nearly_constant) { check_null(2, 200, 0); }
TEST(no_reference) { check_null(0, 0, 0); }
TEST(categories) { check_null(1, 10, 6); }

TEST(shuffle)
{
  uint32_t item[6], first[6] = {0};
  dw_rng rng = start(99);
  for (int life = 0; life < 6000; life++) {
    unsigned seen = 0;
    for (uint32_t i = 0; i < 6; i++) item[i] = i;
    dw_shuffle(item, 6, &rng);
    for (int i = 0; i < 6; i++) seen |= 1u << item[i];
    CHECK(seen == 63);
    first[item[0]]++;
  }
  for (int i = 0; i < 6; i++) CHECK_MSG(first[i] > 880 && first[i] < 1120, "%d", (int)first[i]); /* 4 standard deviations */
  dw_shuffle(item, 0, &rng);
  dw_shuffle(item, 1, &rng);
}
