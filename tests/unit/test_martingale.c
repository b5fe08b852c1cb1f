#include "stats/streams/martingale.h"

#include "base/fmath.h"
#include "base/rng.h"
#include "golden.h"
#include "stats/streams/conformal.h"
#include "stats/samples/sort.h"
#include "stats/distributions/special.h"
#include "stats/tests/twosample.h"

static void golden_capital(const golden *table)
{
  uint64_t seed = golden_whole(table, 1), looks = golden_whole(table, 2), size = golden_whole(table, 3), start = golden_whole(table, 5);
  double power = golden_number(table, 4), width = golden_number(table, 6), edge[DW_MARTINGALE_BINS + 1];
  size_t bins = (size_t)golden_whole(table, 7), step = looks / 5 ? looks / 5 : 1;
  int field = 8;
  for (size_t i = 0; i <= bins; i++) edge[i] = golden_number(table, field++);
  dw_martingale m, copy;
  dw_martingale_init(&m, edge, bins);
  CHECK(m.value == 0 && m.highest == 0);
  double highest = 0;
  for (uint64_t t = 0; t < looks; t++) {
    for (uint64_t i = 0; i < size; i++) {
      double p = (1 - width) * dw_pow(golden_uniform(seed, t * size + i), t + 1 >= start ? power : 1);
      dw_martingale_add(&m, p, p + width);
    }
    dw_martingale_settle(&m);
    highest = fmax(highest, m.value);
    if (t % step == 0) {
      double want = golden_number(table, field++);
      CHECK_MSG(fabs(m.value - want) <= 1e-10 * (1 + fabs(want)), "look %d of seed %d: %.17g, want %.17g", (int)t + 1, (int)seed, m.value,
                want);
    }
  }
  CHECK(field == table->fields && m.highest == highest && m.looks == looks);
  copy = m;
  copy.value = 0;
  dw_martingale_restore(&copy);
  CHECK(copy.value == m.value);
}

TEST(golden)
{
  golden table = golden_open("golden/stats_martingale.txt");
  int rows = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "dirichlet") == 0) {
      double count[8], mass[8];
      int bins = (int)golden_whole(&table, 2);
      for (int i = 0; i < bins; i++) count[i] = golden_number(&table, 3 + i), mass[i] = golden_number(&table, 3 + bins + i);
      double want = golden_number(&table, 3 + 2 * bins),
             got = dw_dirichlet_capital_log(count, mass, (size_t)bins, golden_number(&table, 1));
      double total = count[0] + count[1] + count[2];
      /* The terms are as large as n ln n and cancel. */
      CHECK_MSG(fabs(got - want) <= 1e-15 * (1 + total) * (1 + fabs(dw_log(total))) + 1e-12, "%.17g, want %.17g", got, want);
      rows++;
    } else if (strcmp(table.field[0], "capital") == 0) {
      golden_capital(&table);
      rows++;
    }
  }
  CHECK(rows == 14);
}

TEST(nothing_seen_is_no_look)
{
  dw_martingale m;
  dw_martingale_init(&m, dw_martingale_edges, DW_MARTINGALE_PLAIN);
  dw_martingale_settle(&m);
  CHECK(m.looks == 0 && m.value == 0 && m.highest == 0);
  dw_martingale_restore(&m);
  CHECK(m.value == 0);
  dw_martingale_add(&m, 0, 1);
  dw_martingale_settle(&m);
  CHECK(m.looks == 0 && m.value == 0);
  dw_martingale_add(&m, 0.5, 0.5);
  dw_martingale_settle(&m);
  CHECK(m.looks == 1 && m.seen[8] == 1 && fabs(m.value) < 0.5);
}

/* Exactly: whatever the look, the mean of the capital over all that one more p-value can be is the capital before. */
TEST(fair)
{
  dw_martingale m;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_martingale"), 0, 0);
  dw_martingale_init(&m, dw_martingale_edges, DW_MARTINGALE_PLAIN);
  for (int look = 0; look < 20; look++) {
    double mean = 0, before = dw_exp(m.value);
    /* Densities are polynomials of degree two in each bin: Simpson's rule is exact. */
    for (size_t bin = 0; bin < m.bins; bin++) {
      double low = m.edge[bin], width = m.edge[bin + 1] - low;
      static const double node[3] = {1e-13, 0.5, 1 - 1e-13}, weight[3] = {1. / 6, 4. / 6, 1. / 6};
      for (int i = 0; i < 3; i++) {
        dw_martingale next = m;
        double p = low + width * node[i];
        dw_martingale_add(&next, p, p);
        dw_martingale_settle(&next);
        mean += weight[i] * width * dw_exp(next.value);
      }
    }
    CHECK_CLOSE(mean, before, 1e-9);
    for (int i = 0; i < 30; i++) {
      double u = dw_rng_uniform(&rng);
      dw_martingale_add(&m, look % 4 ? u : u * sqrt(u), look % 4 ? u : u * sqrt(u));
    }
    dw_martingale_settle(&m);
  }
}

/* Ties: cells of ranks inside of bins are as fair; across bins the capital is at most that. */
TEST(fair_with_ties)
{
  dw_martingale m;
  static const double inside[] = {0, 0.1, 0.2, 0.25, 0.97, 1}, across[] = {0, 0.15, 0.9, 1}, edge[] = {0, 0.2, 0.97, 1};
  dw_martingale_init(&m, edge, 3);
  for (int look = 0; look < 40; look++) {
    double mean = 0, less = 0, before = dw_exp(m.value);
    for (int i = 0; i < 5; i++) {
      dw_martingale next = m;
      dw_martingale_add(&next, inside[i], inside[i + 1]);
      dw_martingale_settle(&next);
      mean += (inside[i + 1] - inside[i]) * dw_exp(next.value);
    }
    for (int i = 0; i < 3; i++) {
      dw_martingale next = m;
      dw_martingale_add(&next, across[i], across[i + 1]);
      dw_martingale_settle(&next);
      less += (across[i + 1] - across[i]) * dw_exp(next.value);
    }
    CHECK_CLOSE(mean, before, 1e-12);
    CHECK_MSG(less <= before * (1 + 1e-12) && less > 0.7 * before, "look %d: %.17g of %.17g", look, less, before);
    for (int i = 0; i < 10; i++) dw_martingale_add(&m, across[(look + i) % 3], across[(look + i) % 3 + 1]);
    dw_martingale_settle(&m);
  }
}

/* Uniform p-values, 400 lives of 150 looks: the mean of the capital at the end is at most 1, and it ever reaches 20 in at most a twentieth
 * (at most 34 of 400 with odds 1 in 500 otherwise). */
TEST(uniform)
{
  int alarms = 0, lives = 400;
  double mean = 0;
  for (int life = 0; life < lives; life++) {
    dw_martingale m;
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(2, "test_martingale"), (uint64_t)life, 0);
    dw_martingale_init(&m, dw_martingale_edges, DW_MARTINGALE_PLAIN);
    for (int look = 0; look < 150; look++) {
      for (int i = 0; i < 10; i++) {
        double p = dw_rng_uniform(&rng);
        dw_martingale_add(&m, p, p);
      }
      dw_martingale_settle(&m);
    }
    alarms += m.highest >= dw_log(20);
    mean += dw_exp(m.value) / lives;
  }
  CHECK_MSG(alarms <= 34, "%d alarms in %d lives", alarms, lives);
  CHECK_MSG(mean > 0.02 && mean < 2, "mean capital %g", mean);
}

typedef struct life {
  int first;     /* look of the alarm at 0.05, 0: none */
  int ks_alarms; /* looks at which a fixed test at 0.05 says drift */
} life;

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

/* One reference, looks of `size` values each, which move by shift from look `from` on. */
static life live(uint64_t seed, size_t reference, int looks, int size, double shift, int from, bool with_ks)
{
  life out = {0};
  static dw_ladder ladder;
  uint64_t gaps[DW_LADDER_RUNGS + 1];
  double *x = malloc(2 * reference * sizeof *x), *now = malloc(2 * (size_t)size * sizeof *now);
  dw_urn urn;
  dw_martingale m;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "test_martingale lives"), 0, 0);
  for (size_t i = 0; i < reference; i++) x[i] = normal(&rng);
  dw_sort_doubles(x, reference, x + reference);
  dw_ladder_make(&ladder, gaps, dw_sorted_make(x, reference), &rng);
  dw_urn_init(&urn, gaps, ladder.rungs + 1, 0);
  dw_martingale_init(&m, dw_martingale_edges, DW_MARTINGALE_PLAIN);
  for (int look = 1; look <= looks; look++) {
    for (int i = 0; i < size; i++) {
      now[i] = normal(&rng) + (look >= from ? shift : 0);
      dw_ranks ranks = dw_urn_add(&urn, dw_ladder_cell(&ladder, now[i], &rng));
      dw_martingale_add(&m, ranks.low, ranks.high);
    }
    dw_martingale_settle(&m);
    if (!out.first && m.highest >= dw_log(20)) out.first = look;
    if (out.first && shift != 0) break;
    dw_test test;
    if (!with_ks) continue;
    dw_sort_doubles(now, (size_t)size, now + size);
    out.ks_alarms +=
        dw_ks_2samp(dw_sorted_make(x, reference), dw_sorted_make(now, (size_t)size), &test, NULL) == DW_OK && test.p_value < 0.05;
  }
  dw_urn_free(&urn);
  free(x);
  free(now);
  return out;
}

/* The promise, against one fixed reference: 1,000 looks of 40 values each raise an alarm in at most a twentieth of all lives, while a
 * Kolmogorov-Smirnov test at 0.05 a look, watched as long, cries wolf in nearly every one. 60 lives (DW_LIVES=N: N), at most 9 alarms: odds
 * below 1 in 500 at a rate of 0.05. */
TEST(thousand_looks)
{
  const char *wish = getenv("DW_LIVES");
  int lives = wish ? (int)strtol(wish, NULL, 10) : 60, alarms = 0, wolf = 0;
  for (int i = 0; i < lives; i++) {
    life l = live((uint64_t)i, i % 2 ? 300 : 3000, 1000, 40, 0, 1, i < 30);
    alarms += l.first > 0;
    wolf += l.ks_alarms > 0;
  }
  printf("# 1,000 looks: %d of %d lives alarmed, a test of each look in %d of 30\n", alarms, lives, wolf);
  CHECK_MSG(alarms <= 0.05 * lives + 3.1 * sqrt(0.05 * 0.95 * lives) + 1, "%d alarms in %d lives", alarms, lives);
  CHECK_MSG(wolf >= 28, "the fixed test alarmed in %d lives of 30 only", wolf);
}

typedef struct detection {
  size_t reference;
  int size;         /* of a look */
  double shift;     /* standard deviations */
  int from, within; /* looks */
} detection;

TEST(shift_found)
{
  static const detection cases[] = {{5000, 500, 0.2, 1, 4},   {5000, 50, 0.2, 1, 25},  {5000, 500, 0.2, 500, 8},
                                    {5000, 50, 0.2, 500, 50}, {500, 50, 0.2, 500, 60}, {5000, 500, 0.1, 500, 25}};
  int early = 0;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    for (uint64_t i = 0; i < 10; i++) {
      const detection *c = &cases[k];
      life l = live(1000 + i, c->reference, c->from + c->within, c->size, c->shift, c->from, false);
      CHECK_MSG(l.first > 0, "case %zu, life %d: no alarm within %d looks", k, (int)i, c->within);
      early += l.first < c->from;
    }
  CHECK_MSG(early <= 6, "%d of 40 lives alarmed before anything changed", early); /* at a rate of 0.05: odds 1 in 100 */
}

/* One bin, bins of hardly any mass, and so many p-values that products leave the doubles. */
TEST(edges)
{
  dw_martingale m;
  static const double one[] = {0, 1}, thin[] = {0, 1e-12, 1};
  dw_martingale_init(&m, one, 1);
  for (int i = 0; i < 1000; i++) dw_martingale_add(&m, i % 2, i % 2);
  dw_martingale_settle(&m);
  CHECK(m.value > 100 && m.value < 1000 && m.seen[0] == 1000);
  dw_martingale_init(&m, thin, 2);
  for (int i = 0; i < 200000; i++) dw_martingale_add(&m, 0, 0);
  dw_martingale_settle(&m);
  CHECK(m.value > 1e6 && isfinite(m.value) && m.seen[0] == 200000);
  for (int look = 0; look < 70; look++) {
    for (int i = 0; i < 10000; i++) dw_martingale_add(&m, 0.5 + i * 1e-5, 0.5 + i * 1e-5);
    dw_martingale_settle(&m);
  }
  CHECK(isfinite(m.value) && m.highest > 1e6 && m.looks == 71 && dw_martingale_restarts(&m) == 7);
}
