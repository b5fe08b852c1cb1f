/* The statistics suite: what distances make of two samples of one distribution. psi is (1/n + 1/m) times a chi-square statistic of the
 * shares, so its mean is (k - 1)(1/n + 1/m) as long as no bin is rare, and must not grow beyond it where bins are: a tenth where some hold
 * three to ten rows, by the next terms of the logarithm (kl_div, which looks from one side, a fifth). The short form is part of the tests;
 * DW_SUITE=full (make test-statistics) has 20 times the trials. */
#include "base/mem.h"
#include "base/rng.h"
#include "stats/samples/binned.h"
#include "stats/samples/distance.h"
#include "stats/samples/sort.h"
#include "test.h"

static size_t trials(size_t few) { return getenv("DW_SUITE") && strcmp(getenv("DW_SUITE"), "full") == 0 ? 20 * few : few; }

enum { MOST = 1500 };

/* Category i has a share in proportion to 1 / (i + 1)^power; cumulated. */
static void zipf(double *below, size_t k, double power)
{
  double sum = 0;
  for (size_t i = 0; i < k; i++) below[i] = sum += pow((double)(i + 1), -power);
  for (size_t i = 0; i < k; i++) below[i] /= sum;
}

static void draw(double *share, size_t n, const double *below, size_t k, dw_rng *rng)
{
  for (size_t i = 0; i < k; i++) share[i] = 0;
  for (size_t row = 0; row < n; row++) {
    double u = dw_rng_uniform(rng);
    size_t from = 0, to = k - 1;
    while (from < to) {
      size_t middle = (from + to) / 2;
      if (below[middle] < u) from = middle + 1;
      else to = middle;
    }
    share[from] += 1 / (double)n;
  }
}

typedef struct means {
  double psi, kl_div, chance; /* chance: (k - 1)(1/n + 1/m), k the categories seen */
  double least;               /* the rows that are expected of the rarest one on the smaller side */
} means;

/* extra: the share of a category that the current side alone has. */
static means without_drift(size_t k, double power, size_t n, size_t m, double extra, size_t times)
{
  static double below[MOST], p[MOST + 1], q[MOST + 1];
  means out = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(k * 1000003 + n * 101 + m, "suite distances"), 0, 0);
  zipf(below, k, power);
  out.least = (1 - (k > 1 ? below[k - 2] : 0)) * fmin((double)n, (double)m);
  for (size_t t = 0; t < times; t++) {
    size_t seen = 0;
    draw(p, n, below, k, &rng);
    draw(q, m, below, k, &rng);
    for (size_t i = 0; i < k; i++) {
      q[i] *= 1 - extra;
      seen += p[i] > 0 || q[i] > 0;
    }
    p[k] = 0;
    q[k] = extra;
    dw_fill_half_rows(p, q, k + 1, n, m);
    out.psi += dw_psi(p, q, k + 1) / (double)times;
    out.kl_div += dw_kl_div(p, q, k + 1) / (double)times;
    out.chance += (double)(seen - 1) * (1 / (double)n + 1 / (double)m) / (double)times;
  }
  return out;
}

static const struct {
  size_t k;
  double power;
} shapes[] = {{10, 0}, {50, 0}, {50, 1}, {300, 0}, {300, 1}, {1442, 0}, {1442, 1}, {1442, 1.5}};
static const size_t sizes[][2] = {{1000, 1000}, {10000, 10000}, {100000, 100000}, {20000, 1000}, {1000, 20000}, {10000, 500}};

TEST(rare_categories_do_not_inflate_psi)
{
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
      size_t n = sizes[j][0], m = sizes[j][1], times = trials(n >= 100000 ? 3 : 20);
      means of = without_drift(shapes[i].k, shapes[i].power, n, m, 0, times);
      double noise = 5 * sqrt(2 / (double)(shapes[i].k - 1) / (double)times); /* a chi-square over its degrees of freedom */
      CHECK_MSG(of.psi < (1.12 + noise) * of.chance && of.kl_div < (1.2 + noise) * of.chance / 2,
                "%zu categories, power %g, %zu and %zu rows: psi %g, kl_div %g, chance %g", shapes[i].k, shapes[i].power, n, m, of.psi,
                of.kl_div, of.chance);
      if (of.least < 20) continue;
      CHECK_MSG(of.psi > (1 - noise) * of.chance && of.kl_div > (1 - noise) * of.chance / 2,
                "%zu categories, power %g, %zu and %zu rows: psi %g, kl_div %g, chance %g", shapes[i].k, shapes[i].power, n, m, of.psi,
                of.kl_div, of.chance);
    }
}

/* 1,442 categories, 100,000 rows: (1442 - 1) 2 / 100,000. */
TEST(many_categories_between_many_rows)
{
  means of = without_drift(1442, 1, 100000, 100000, 0, trials(3));
  CHECK_MSG(of.psi > 0.02 && of.psi < 0.032, "psi %g", of.psi);
}

/* A category of 10 % that is new stays far above any threshold, beside whatever else there is. */
TEST(a_new_category_is_seen)
{
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
      size_t n = sizes[j][0], m = sizes[j][1], times = trials(1);
      double none = without_drift(shapes[i].k, shapes[i].power, n, m, 0, times).psi;
      double new = without_drift(shapes[i].k, shapes[i].power, n, m, 0.1, times).psi;
      CHECK_MSG(new > 0.5 && new > none + 0.25, "%zu categories, power %g, %zu and %zu rows: psi %g, without it %g", shapes[i].k,
                shapes[i].power, n, m, new, none);
    }
}

/* Tenths of the reference: nine degrees of freedom, of any distribution. */
TEST(tenths_of_the_reference)
{
  for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
    size_t n = sizes[j][0], m = sizes[j][1], times = trials(n >= 100000 ? 40 : 200);
    double mean = 0, *r = dw_alloc_array(n, sizeof *r), *c = dw_alloc_array(m, sizeof *c);
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(n * 101 + m, "suite tenths"), 0, 0);
    for (size_t t = 0; t < times; t++) {
      dw_binned bins;
      for (size_t i = 0; i < n; i++) r[i] = dw_rng_uniform(&rng);
      for (size_t i = 0; i < m; i++) c[i] = dw_rng_uniform(&rng);
      dw_sort_doubles(r, n, NULL);
      dw_sort_doubles(c, m, NULL);
      CHECK(dw_binned_quantiles(dw_sorted_make(r, n), dw_sorted_make(c, m), 10, &bins, NULL) == DW_OK && bins.count == 10);
      dw_fill_half_rows(bins.p, bins.q, 10, n, m);
      mean += dw_psi(bins.p, bins.q, 10) / (double)times;
      dw_binned_free(&bins);
    }
    double chance = 9 * (1 / (double)n + 1 / (double)m), noise = 5 * sqrt(2.0 / 9 / (double)times);
    CHECK_MSG(fabs(mean / chance - 1) < noise + 0.03, "%zu and %zu rows: psi %g, chance %g", n, m, mean, chance);
    dw_free(r);
    dw_free(c);
  }
}
