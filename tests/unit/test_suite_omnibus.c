/* The statistics suite of the default verdict: without drift it alarms at most as often as it says, whatever the distribution and the
 * sizes; with drift nearly as often as the best single test for that kind of change, and more rows never turn a drift into none. Odds as in
 * test_suite_pvalues.c: a share leaves its interval by chance once in a million checks. DW_SUITE=full has 1,000 runs a case and prints
 * the tables. */
#include "base/fmath.h"
#include "base/mem.h"
#include "base/rng.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "stats/shift/omnibus.h"
#include "stats/shift/share_shift.h"
#include "kinds/finding.h"
#include "stats/streams/sketch.h"
#include "stats/tests/contingency.h"
#include "stats/tests/multiple.h"
#include "stats/tests/permutation.h"
#include "stats/tests/twosample.h"
#include "suite_case.h"

static const dw_effective all = {0, 0};

/* --- distributions; a: what it is about, current: whether a row is of the current side --- */

typedef double draw_function(dw_rng *rng, double a, bool current);

static double uniform(dw_rng *rng) { return dw_rng_uniform(rng); }
static double gauss(dw_rng *rng) { return dw_normal_quantile(uniform(rng)); }
static double exponential_of(dw_rng *rng) { return -dw_log(uniform(rng)); }

static double normal(dw_rng *rng, double a, bool current) { return gauss(rng) + (current ? a : 0); }
static double exponential(dw_rng *rng, double a, bool current) { return exponential_of(rng) * (current ? 1 + a : 1); }
static double lognormal(dw_rng *rng, double a, bool current) { return dw_exp(a * gauss(rng)); }
static double pareto(dw_rng *rng, double a, bool current) { return dw_exp(exponential_of(rng) / a); }
static double cauchy(dw_rng *rng, double a, bool current)
{
  double angle = 3.14159265358979 * (uniform(rng) - 0.5);
  return dw_sin(angle) / dw_cos(angle) + (current ? a : 0);
}
static double student(dw_rng *rng, double a, bool current)
{
  double square = 0;
  for (int i = 0; i < (int)a; i++) {
    double z = gauss(rng);
    square += z * z;
  }
  return gauss(rng) / sqrt(square / a);
}
static double zeros(dw_rng *rng, double a, bool current) { return uniform(rng) < a ? 0 : exponential_of(rng); }
static double few_values(dw_rng *rng, double a, bool current) { return floor(a * uniform(rng) * uniform(rng)); }
static double poisson(dw_rng *rng, double a, bool current)
{
  double product = 1, least = dw_exp(-4 - (current ? a : 0));
  int k = -1;
  do product *= uniform(rng);
  while (k++, product > least);
  return k;
}
static double rounded(dw_rng *rng, double a, bool current) { return rint(a * gauss(rng)); }

static double scaled(dw_rng *rng, double a, bool current) { return gauss(rng) * (current ? a : 1); }
static double outliers(dw_rng *rng, double a, bool current)
{
  double x = gauss(rng);
  return current && uniform(rng) < a ? (uniform(rng) < 0.5 ? 8 : -8) : x;
}
static double high_outliers(dw_rng *rng, double a, bool current)
{
  double x = gauss(rng);
  return current && uniform(rng) < a ? 8 : x;
}
static double among(dw_rng *rng, const double *share, int values)
{
  double u = uniform(rng);
  for (int i = 0; i < values - 1; i++) {
    if (u < share[i]) return i;
    u -= share[i];
  }
  return values - 1;
}
static double three_lumps(dw_rng *rng, double a, bool current)
{
  double d = current ? a : 0, share[] = {0.3 - d, 0.4 + 2 * d, 0.3 - d};
  return among(rng, share, 3);
}
static double five_lumps(dw_rng *rng, double a, bool current)
{
  double d = current ? a : 0, share[] = {0.1, 0.2 - d, 0.3 + d, 0.25, 0.15};
  return among(rng, share, 5);
}
static double ten_lumps(dw_rng *rng, double a, bool current)
{
  double d = current ? a : 0, share[] = {0.1, 0.1, 0.1 - d, 0.1 + d, 0.1, 0.1, 0.1 + d, 0.1 - d, 0.1, 0.1};
  return among(rng, share, 10);
}
static double rounded_shift(dw_rng *rng, double a, bool current) { return rint(2 * (gauss(rng) + (current ? a : 0))); }
static double zero_share(dw_rng *rng, double a, bool current) { return uniform(rng) < 0.8 - (current ? a : 0) ? 0 : exponential_of(rng); }
static double zero_amount(dw_rng *rng, double a, bool current) { return uniform(rng) < 0.8 ? 0 : exponential_of(rng) * (current ? a : 1); }
static double lognormal_shift(dw_rng *rng, double a, bool current) { return dw_exp(2 * gauss(rng) + (current ? a : 0)); }
static double spike(dw_rng *rng, double a, bool current)
{
  double x = gauss(rng);
  return current && uniform(rng) < a ? 0.3 : x;
}

typedef struct sides {
  double *r, *c;
  dw_sorted ref, cur;
} sides;

static sides sides_new(size_t n, size_t m) { return (sides){malloc(n * sizeof(double)), malloc(m * sizeof(double)), {0}, {0}}; }

static void sides_draw(sides *s, size_t n, size_t m, draw_function *draw, double a, bool drift, const char *name, uint64_t trial)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(n * 7 + m, name), trial, 0);
  for (size_t i = 0; i < n; i++) s->r[i] = draw(&rng, a, false);
  for (size_t i = 0; i < m; i++) s->c[i] = draw(&rng, a, drift);
  dw_sort_doubles(s->r, n, NULL);
  dw_sort_doubles(s->c, m, NULL);
  s->ref = dw_sorted_make(s->r, n);
  s->cur = dw_sorted_make(s->c, m);
}

static void sides_drop(sides *s)
{
  free(s->r);
  free(s->c);
}

static double p_of(dw_sorted r, dw_sorted c, uint64_t trial)
{
  dw_omnibus_settings settings = {.key = dw_rng_derive(trial, "suite")};
  dw_omnibus out;
  dw_omnibus_numbers(r, c, &settings, &out, NULL);
  return out.p_value;
}

/* --- without drift --- */

static const size_t sizes[][2] = {{300, 300}, {2000, 2000}, {2000, 200}, {5000, 50}, {100000, 50}, {50, 20000}, {20000, 1500}};
enum { SIZES = sizeof sizes / sizeof *sizes };
static const double levels[] = {0.01, 0.05, 0.2};
enum { LEVELS = 3 };

typedef struct rates {
  double trials;
  size_t below[LEVELS];
} rates;

static void add_p(rates *r, double p)
{
  r->trials++;
  for (int k = 0; k < LEVELS; k++) r->below[k] += p <= levels[k];
}

static void check_rates(const rates *r, const char *name, size_t n, size_t m, rates *total)
{
  for (int k = 0; k < LEVELS; k++) {
    double share = (double)r->below[k] / r->trials;
    CHECK_MSG(share <= most_of(levels[k], r->trials), "%s, %zu and %zu rows: P(p <= %g) = %g", name, n, m, levels[k], share);
    if (total) total->below[k] += r->below[k];
  }
  if (total) total->trials += r->trials;
}

/* Runs a case; large ones are fewer in the short form. */
static size_t runs_of(size_t n, size_t m) { return full() ? 1000 : n + m > 10000 ? 1 : n + m > 3000 ? 4 : 20; }

typedef struct shape {
  const char *name;
  draw_function *draw;
  double a;
} shape;

TEST(numbers_without_drift)
{
  static const shape shapes[] = {{"normal", normal, 0},
                                 {"exponential", exponential, 0},
                                 {"lognormal 1", lognormal, 1},
                                 {"lognormal 1.5", lognormal, 1.5},
                                 {"lognormal 2", lognormal, 2},
                                 {"lognormal 2.5", lognormal, 2.5},
                                 {"pareto 1.5", pareto, 1.5},
                                 {"pareto 2.5", pareto, 2.5},
                                 {"t2", student, 2},
                                 {"t3", student, 3},
                                 {"cauchy", cauchy, 0},
                                 {"80 % zeros", zeros, 0.8},
                                 {"95 % zeros", zeros, 0.95},
                                 {"3 values", few_values, 3},
                                 {"5 values", few_values, 5},
                                 {"10 values", few_values, 10},
                                 {"poisson 4", poisson, 0},
                                 {"rounded", rounded, 2},
                                 {"rounded finely", rounded, 20}};
  rates total = {0};
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
    if (full()) printf("# %-14s", shapes[k].name);
    for (size_t s = 0; s < SIZES; s++) {
      size_t n = sizes[s][0], m = sizes[s][1], runs = runs_of(n, m);
      sides side = sides_new(n, m);
      rates r = {0};
      for (size_t i = 0; i < runs; i++) {
        sides_draw(&side, n, m, shapes[k].draw, shapes[k].a, false, shapes[k].name, i);
        add_p(&r, p_of(side.ref, side.cur, i));
      }
      check_rates(&r, shapes[k].name, n, m, &total);
      if (full()) printf(" %5.3f", (double)r.below[1] / r.trials);
      sides_drop(&side);
    }
    if (full()) printf("\n");
  }
  check_rates(&total, "all", 0, 0, NULL);
  /* Without ties the test is not conservative either: over all cases it alarms nearly as often as it says. */
  CHECK_MSG((double)total.below[1] / total.trials > 0.05 - 0.012 - 4.9 * sqrt(0.0475 / total.trials), "all: P(p <= 0.05) = %g",
            (double)total.below[1] / total.trials);
}

/* Counts by category of rows drawn by Zipf's law; cumulative[categories]. */
static void zipf_counts(dw_rng *rng, const double *cumulative, size_t categories, size_t rows, uint64_t *count)
{
  memset(count, 0, categories * sizeof *count);
  for (size_t i = 0; i < rows; i++) count[dw_sort_below(cumulative, categories, uniform(rng) * cumulative[categories - 1])]++;
}

TEST(categories_without_drift)
{
  static const size_t many[] = {2, 5, 50, 300, 1000, 3000};
  rates total = {0};
  for (size_t k = 0; k < sizeof many / sizeof *many; k++) {
    size_t categories = many[k];
    double *cumulative = malloc(categories * sizeof *cumulative), sum = 0;
    uint64_t *r = malloc(categories * sizeof *r), *c = malloc(categories * sizeof *c);
    for (size_t i = 0; i < categories; i++) cumulative[i] = sum += 1 / (double)(i + 1);
    if (full()) printf("# zipf %-9zu", categories);
    for (size_t s = 0; s <= SIZES; s++) {
      size_t n = s < SIZES ? sizes[s][0] : 5000, m = s < SIZES ? sizes[s][1] : 100, runs = runs_of(n, m);
      rates seen = {0};
      for (size_t i = 0; i < runs; i++) {
        dw_rng rng;
        dw_rng_start(&rng, dw_rng_derive(n * 7 + m, "zipf"), i, (uint32_t)categories);
        zipf_counts(&rng, cumulative, categories, n, r);
        zipf_counts(&rng, cumulative, categories, m, c);
        dw_omnibus_settings settings = {.key = dw_rng_derive(i, "suite")};
        dw_omnibus out;
        dw_omnibus_categories(r, c, categories, &settings, &out, NULL);
        add_p(&seen, out.p_value);
      }
      check_rates(&seen, "zipf", n, m, &total);
      if (full()) printf(" %5.3f", (double)seen.below[1] / seen.trials);
    }
    if (full()) printf("\n");
    free(cumulative);
    free(r);
    free(c);
  }
  check_rates(&total, "all", 0, 0, NULL);
}

TEST(shares_without_drift)
{
  static const double shares[] = {0.002, 0.02, 0.2, 0.5, 0.95};
  for (size_t k = 0; k < sizeof shares / sizeof *shares; k++)
    for (size_t s = 0; s < SIZES; s++) {
      size_t n = sizes[s][0], m = sizes[s][1], runs = runs_of(n, m);
      rates r = {0};
      for (size_t i = 0; i < runs; i++) {
        dw_rng rng;
        uint64_t in_r = 0, in_c = 0;
        double p;
        dw_rng_start(&rng, dw_rng_derive(n * 7 + m, "share"), i, (uint32_t)k);
        for (size_t j = 0; j < n; j++) in_r += uniform(&rng) < shares[k];
        for (size_t j = 0; j < m; j++) in_c += uniform(&rng) < shares[k];
        dw_share_shift_p(in_r, n, in_c, m, all, &p, NULL);
        add_p(&r, p);
      }
      check_rates(&r, "share", n, m, NULL);
    }
}

/* Runs of many columns, corrected together: any drift at all, whatever its size. */
TEST(runs_without_drift)
{
  static const shape mixed[] = {{"normal", normal, 0},       {"cauchy", cauchy, 0},     {"95 % zeros", zeros, 0.95},
                                {"3 values", few_values, 3}, {"poisson 4", poisson, 0}, {"lognormal 2", lognormal, 2},
                                {"rounded", rounded, 2},     {"t2", student, 2}};
  static const size_t columns[] = {1, 8, 100};
  for (size_t k = 0; k < 3; k++) {
    size_t runs = full() ? (columns[k] == 100 ? 300 : 1000) : columns[k] == 100 ? 4 : 40, alarms = 0;
    sides side = sides_new(300, 300);
    for (size_t i = 0; i < runs; i++) {
      double p[100], least = 1;
      for (size_t j = 0; j < columns[k]; j++) {
        const shape *is = &mixed[(i + j) % 8];
        sides_draw(&side, 300, 300, is->draw, is->a, false, "run", i * 1000 + j);
        p[j] = p_of(side.ref, side.cur, i * 1000 + j);
      }
      dw_benjamini_hochberg(p, NULL, columns[k], p);
      for (size_t j = 0; j < columns[k]; j++) least = fmin(least, p[j]);
      alarms += least < DW_SHIFT_ALPHA;
    }
    double rate = (double)alarms / (double)runs;
    CHECK_MSG(rate <= most_of(DW_SHIFT_ALPHA, (double)runs), "%zu columns: %g of the runs alarm", columns[k], rate);
    if (full()) printf("# %zu columns: %.3f of the runs alarm\n", columns[k], rate);
    sides_drop(&side);
  }
}

/* Both sides seen through sketches that hold a 20th of their rows. */
TEST(sketches_without_drift)
{
  enum { ROWS = 5000 };
  rates r = {0};
  size_t found = 0, runs = full() ? 1000 : 40;
  sides side = sides_new(ROWS, ROWS);
  for (size_t i = 0; i < runs; i++) {
    for (int drift = 0; drift < 2; drift++) {
      dw_sketch sketch[2];
      dw_sorted seen[2];
      double *value[2];
      uint64_t *weight[2];
      sides_draw(&side, ROWS, ROWS, normal, 0.3, drift, "sketch", i);
      dw_omnibus_settings settings = {.key = dw_rng_derive(i, "suite")};
      for (int k = 0; k < 2; k++) {
        dw_rng rng; /* in another order than sorted */
        double *x = k ? side.c : side.r;
        dw_rng_start(&rng, dw_rng_derive(i, "order"), (uint64_t)k, 0);
        for (size_t j = ROWS; j > 1; j--) {
          size_t other = dw_rng_below(&rng, j);
          double kept = x[j - 1];
          x[j - 1] = x[other];
          x[other] = kept;
        }
        dw_sketch_init(&sketch[k], 256);
        dw_sketch_add_array(&sketch[k], x, ROWS);
        seen[k] = dw_sketch_to_sorted(&sketch[k], &value[k], &weight[k]);
        settings.rank_error += dw_sketch_rank_error(&sketch[k]);
        dw_sketch_free(&sketch[k]);
      }
      dw_omnibus out;
      dw_omnibus_numbers(seen[0], seen[1], &settings, &out, NULL);
      if (drift) found += out.p_value <= 0.05;
      else add_p(&r, out.p_value);
      for (int k = 0; k < 2; k++) {
        dw_free(value[k]);
        dw_free(weight[k]);
      }
    }
  }
  check_rates(&r, "sketches", ROWS, ROWS, NULL);
  CHECK_MSG(found == runs, "0.3 standard deviations found in %zu of %zu", found, runs);
  sides_drop(&side);
}

/* --- with drift --- */

typedef struct change {
  const char *name;
  size_t n, m;
  double a;
  draw_function *draw;
  bool discrete; /* small whole numbers: chi-square over them, else over the reference's deciles */
  bool ties;     /* Anderson and Darling's limit is for values without: theirs by permutation */
} change;

static const change changes[] = {
    {"mean + 0.1 sd", 2000, 2000, 0.1, normal, false, false},
    {"mean + 0.26 sd", 300, 300, 0.26, normal, false, false},
    {"mean + 0.45 sd", 100000, 50, 0.45, normal, false, false},
    {"mean + 0.45 sd", 50, 20000, 0.45, normal, false, false},
    {"mean + 0.09 sd", 20000, 1500, 0.09, normal, false, false},
    {"spread * 1.1", 2000, 2000, 1.1, scaled, false, false},
    {"spread * 1.25", 300, 300, 1.25, scaled, false, false},
    {"spread * 1.5", 100000, 50, 1.5, scaled, false, false},
    {"outliers 1 %, both ends", 2000, 2000, 0.01, outliers, false, false},
    {"outliers 0.5 %, both ends", 20000, 1500, 0.005, outliers, false, false},
    {"outliers 1 %, above", 2000, 2000, 0.01, high_outliers, false, false},
    {"outliers 6 %, both ends", 100000, 50, 0.06, outliers, false, false},
    {"3 lumps, 2.6 % moved", 2000, 2000, 0.026, three_lumps, true, true},
    {"5 lumps, 4 % moved", 2000, 2000, 0.042, five_lumps, true, true},
    {"10 lumps, 2 * 2.4 % moved", 2000, 2000, 0.024, ten_lumps, true, true},
    {"rounded, + 0.1 sd", 2000, 2000, 0.1, rounded_shift, true, true},
    {"Poisson 4 to 4.2", 2000, 2000, 0.21, poisson, true, true},
    {"zeros 80 to 76 %", 2000, 2000, 0.04, zero_share, false, true},
    {"80 % zeros, amounts * 1.3", 2000, 2000, 1.3, zero_amount, false, true},
    {"Cauchy + 0.16", 2000, 2000, 0.16, cauchy, false, false},
    {"Cauchy + 0.4", 300, 300, 0.4, cauchy, false, false},
    {"Cauchy + 0.7", 100000, 50, 0.7, cauchy, false, false},
    {"lognormal 2, * 1.22", 2000, 2000, 0.2, lognormal_shift, false, false},
    {"exponential * 1.1", 2000, 2000, 0.105, exponential, false, false},
    {"a spike of 2 %", 2000, 2000, 0.02, spike, false, false},
};

static double chi_square_p(const sides *s, size_t n, size_t m, bool discrete)
{
  enum { BINS = 64 };
  uint64_t r[BINS] = {0}, c[BINS] = {0};
  double edge[BINS], least = fmin(s->r[0], s->c[0]);
  size_t edges = discrete ? BINS - 1 : 9;
  dw_test test;
  for (size_t k = 0; k < edges; k++) edge[k] = discrete ? least + (double)k + 0.5 : s->r[n * (k + 1) / 10];
  for (size_t k = 0; k <= edges; k++) {
    r[k] = (k < edges ? dw_sort_below(s->r, n, edge[k]) : n) - (k ? dw_sort_below(s->r, n, edge[k - 1]) : 0);
    c[k] = (k < edges ? dw_sort_below(s->c, m, edge[k]) : m) - (k ? dw_sort_below(s->c, m, edge[k - 1]) : 0);
  }
  return dw_chisquare_homogeneity(r, c, edges + 1, &test, NULL) == DW_OK ? test.p_value : 1;
}

/* Rows beyond the reference's 0.5 and 99.5 %. */
static double tails_p(const sides *s, size_t n, size_t m)
{
  double low = s->r[n / 200], high = s->r[n - 1 - n / 200];
  uint64_t out_r = 0, out_c = 0;
  for (size_t i = 0; i < n; i++) out_r += s->r[i] < low || s->r[i] > high;
  for (size_t i = 0; i < m; i++) out_c += s->c[i] < low || s->c[i] > high;
  dw_test test;
  dw_fisher_exact(out_r, n - out_r, out_c, m - out_c, &test, NULL);
  return test.p_value;
}

static double ks_p(const sides *s, size_t n, size_t m)
{
  double d = fabs(dw_ks_statistic(s->ref, s->cur, NULL));
  if (n == m || n * m < 10000000) return dw_ks_2samp_p(d, n, m, NULL);
  return dw_kolmogorov_sf(d * sqrt((double)n * (double)m / (double)(n + m)));
}

static double anderson_p(const sides *s, bool ties, uint64_t trial)
{
  dw_test test;
  dw_permutation permuted;
  if (!ties) return dw_anderson_darling(s->ref, s->cur, false, &test, NULL) == DW_OK ? test.p_value : 1;
  dw_permutation_test(s->ref, s->cur, dw_anderson_statistic, 199, dw_rng_derive(trial, "anderson"), &permuted);
  return permuted.p_value;
}

enum { T, KS, AD, CHI, EXACT, OURS, TESTS };

static void all_tests(const change *is, const sides *s, uint64_t trial, size_t *found)
{
  dw_moments r = dw_moments_of(s->ref), c = dw_moments_of(s->cur);
  dw_test test;
  dw_t_test(&r, &c, true, &test, NULL);
  double p[TESTS] = {test.p_value,
                     ks_p(s, is->n, is->m),
                     anderson_p(s, is->ties, trial),
                     chi_square_p(s, is->n, is->m, is->discrete),
                     tails_p(s, is->n, is->m),
                     p_of(s->ref, s->cur, trial)};
  for (int k = 0; k < TESTS; k++) found[k] += p[k] <= 0.05;
}

/* At least 90 % of the power of the best of the others, but for what chance can do in so few trials. */
TEST(power)
{
  if (full()) printf("# %-26s  rows            t     ks     ad    chi  exact   ours  of best\n", "change");
  for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
    const change *is = &changes[k];
    if (!full() && is->n + is->m > 5000) continue;
    size_t trials = full() ? 1000 : 40, found[TESTS] = {0}, best = 0;
    sides side = sides_new(is->n, is->m);
    for (size_t i = 0; i < trials; i++) {
      sides_draw(&side, is->n, is->m, is->draw, is->a, true, is->name, i);
      all_tests(is, &side, i, found);
    }
    for (int t = 0; t < OURS; t++) best = found[t] > best ? found[t] : best;
    double ours = (double)found[OURS] / (double)trials, want = 0.9 * (double)best / (double)trials;
    CHECK_MSG(ours >= want - 2.5 * sqrt(0.15 / (double)trials), "%s, %zu and %zu rows: %g, best of the others %g", is->name, is->n, is->m,
              ours, want / 0.9);
    if (full()) {
      printf("# %-26s %6zu %6zu", is->name, is->n, is->m);
      for (int t = 0; t < TESTS; t++) printf(" %6.3f", (double)found[t] / (double)trials);
      printf("   %5.2f\n", ours / want * 0.9);
    }
    sides_drop(&side);
  }
}

/* A category whose share is multiplied, or (`which` beyond all of them) every share up or down by as much as `by` at random. */
typedef struct category_change {
  const char *name;
  size_t categories, n, m, which;
  double by;
  bool chi_holds; /* expected counts are large enough for chi-square's law */
} category_change;

static const category_change category_changes[] = {
    {"2 values, 50 to 45 %", 2, 2000, 2000, 0, 0.818, true},
    {"3 of 50, * 1.45", 50, 2000, 2000, 2, 1.45, true},
    {"40 of 50, * 4", 50, 2000, 2000, 39, 4, true},
    {"all of 50, +- 35 %", 50, 2000, 2000, 50, 0.35, true},
    {"all of 300, +- 45 %", 300, 5000, 5000, 300, 0.45, true},
    {"16 of 300, * 0.2", 300, 5000, 5000, 15, 0.2, true},
    {"1 of 300, * 3", 300, 5000, 100, 0, 3, false},
    {"5 of 3000, * 6", 3000, 5000, 100, 4, 6, false},
};

static double most_changed_p(const uint64_t *r, const uint64_t *c, size_t categories, size_t n, size_t m)
{
  double least = 1;
  size_t seen = 0;
  for (size_t k = 0; k < categories; k++) {
    dw_test fisher;
    if (r[k] + c[k] == 0) continue;
    seen++;
    dw_fisher_exact(r[k], n - r[k], c[k], m - c[k], &fisher, NULL);
    least = fmin(least, fisher.p_value);
  }
  return least * (double)seen;
}

static void category_power(const category_change *is)
{
  size_t trials = full() ? 1000 : 40, found[3] = {0}, K = is->categories;
  double *before = malloc(K * sizeof *before), *after = malloc(K * sizeof *after), sum = 0, sum_after = 0;
  uint64_t *r = malloc(K * sizeof *r), *c = malloc(K * sizeof *c);
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, is->name), 0, 0);
  for (size_t k = 0; k < K; k++) {
    double share = 1 / (double)(k + 1), times = is->which == K ? 1 + is->by * (2 * uniform(&rng) - 1) : k == is->which ? is->by : 1;
    if (K == 2) share = 0.5;
    before[k] = sum += share;
    after[k] = sum_after += share * times;
  }
  for (size_t i = 0; i < trials; i++) {
    dw_rng_start(&rng, dw_rng_derive(2, is->name), i, 0);
    zipf_counts(&rng, before, K, is->n, r);
    zipf_counts(&rng, after, K, is->m, c);
    dw_omnibus_settings settings = {.key = dw_rng_derive(i, "suite")};
    dw_omnibus out;
    dw_test chi;
    dw_omnibus_categories(r, c, K, &settings, &out, NULL);
    dw_chisquare_homogeneity(r, c, K, &chi, NULL);
    found[0] += is->chi_holds && chi.p_value <= 0.05;
    found[1] += most_changed_p(r, c, K, is->n, is->m) <= 0.05;
    found[2] += out.p_value <= 0.05;
  }
  double best = (double)(found[0] > found[1] ? found[0] : found[1]) / (double)trials, ours = (double)found[2] / (double)trials;
  CHECK_MSG(ours >= 0.9 * best - 2.5 * sqrt(0.15 / (double)trials), "%s: %g, best of the others %g", is->name, ours, best);
  if (full())
    printf("# %-26s %6zu %6zu %6.3f %6.3f %6.3f   %5.2f\n", is->name, is->n, is->m, (double)found[0] / (double)trials,
           (double)found[1] / (double)trials, ours, ours / best);
  free(before);
  free(after);
  free(r);
  free(c);
}

TEST(power_on_categories)
{
  if (full()) printf("# %-26s  rows          chi  exact   ours  of best\n", "change");
  for (size_t k = 0; k < sizeof category_changes / sizeof *category_changes; k++) category_power(&category_changes[k]);
}

/* --- the rule --- */

typedef struct verdict {
  double p, h;
  bool drift;
  dw_severity severity;
} verdict;

static void decide(dw_finding *finding, double p_value, double h, double min_effect)
{
  dw_finding_init(finding, DW_CHECK_COLUMN, "x", DW_TYPE_NUMERIC);
  dw_finding_judge_p(finding, "share_shift", p_value, DW_SHIFT_ALPHA);
  finding->shift.h = h;
  finding->shift.min_effect = min_effect;
  dw_finding_decide(finding);
}

static verdict verdict_of(dw_sorted r, dw_sorted c)
{
  dw_share_shift shift;
  dw_share_shift_numbers(r, c, all, &shift, NULL);
  verdict v = {.p = p_of(r, c, 1), .h = shift.h};
  dw_finding finding;
  decide(&finding, v.p, v.h, DW_SHIFT_MIN_EFFECT);
  v.drift = finding.drift;
  v.severity = finding.severity;
  return v;
}

TEST(rule_of_p_and_effect)
{
  static const struct {
    double p, h, min_effect;
    bool drift;
    dw_severity severity;
  } cases[] = {{0.049, 0.1, 0.1, true, DW_SEVERITY_LOW},       {0.05, 0.1, 0.1, false, DW_SEVERITY_NONE},
               {1e-200, 0.0999, 0.1, false, DW_SEVERITY_NONE}, {1e-200, 0.06, 0.05, true, DW_SEVERITY_LOW},
               {1e-200, 0.199, 0.1, true, DW_SEVERITY_LOW},    {1e-9, 0.2, 0.1, true, DW_SEVERITY_MEDIUM},
               {0.04, 0.499, 0.1, true, DW_SEVERITY_MEDIUM},   {0.04, 0.5, 0.1, true, DW_SEVERITY_HIGH},
               {1e-200, 0.0001, NAN, true, DW_SEVERITY_LOW},   {1e-200, NAN, 0.1, false, DW_SEVERITY_NONE},
               {NAN, 3, 0.1, false, DW_SEVERITY_NONE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_finding finding;
    decide(&finding, cases[i].p, cases[i].h, cases[i].min_effect);
    CHECK_MSG(finding.drift == cases[i].drift && finding.severity == cases[i].severity, "case %zu", i);
  }
}

/* A change as large as is called detectable is found about as often as is said, of a mean and of a share. */
TEST(detectable_is_found)
{
  enum { ROWS = 300, AMONG = 18 };
  size_t trials = full() ? 2000 : 200, mean = 0, share = 0;
  double alpha = DW_SHIFT_ALPHA / AMONG, h = dw_share_shift_detectable(sqrt(2.0 / ROWS), alpha), half = dw_sin(0.78539816339744831 - h / 2);
  double shift = -dw_normal_quantile(half * half);
  sides side = sides_new(ROWS, ROWS);
  for (size_t i = 0; i < trials; i++) {
    sides_draw(&side, ROWS, ROWS, normal, shift, true, "detectable", i);
    mean += p_of(side.ref, side.cur, i) < alpha;
    uint64_t count[2][3] = {{0}};
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(1, "detectable share"), i, 0);
    for (int k = 0; k < 2 * ROWS; k++) {
      double u = uniform(&rng), first = k < ROWS ? 0.5 : half * half;
      count[k >= ROWS][u < first ? 0 : u < first + (1 - first) / 2 ? 1 : 2]++;
    }
    dw_omnibus test;
    dw_omnibus_settings how = {.deals = 1999, .key = dw_rng_derive(i, "detectable deals")};
    dw_omnibus_categories(count[0], count[1], 3, &how, &test, NULL);
    share += test.p_value < alpha;
  }
  sides_drop(&side);
  CHECK_MSG(mean >= 0.7 * trials && mean <= 0.97 * trials, "a mean: %zu of %zu", mean, trials);
  CHECK_MSG(share >= 0.65 * trials && share <= 0.95 * trials, "a share: %zu of %zu", share, trials);
}

TEST(more_rows_never_turn_drift_into_none)
{
  static const shape drifts[] = {
      {"shift", normal, 0.3}, {"scale", scaled, 1.4}, {"outliers", outliers, 0.01}, {"lumps", five_lumps, 0.08}, {"cauchy", cauchy, 0.5}};
  for (size_t k = 0; k < sizeof drifts / sizeof *drifts; k++) {
    bool before = false;
    double p = 1;
    for (size_t rows = 200; rows <= 200000; rows *= 10) {
      sides side = sides_new(rows, rows);
      sides_draw(&side, rows, rows, drifts[k].draw, drifts[k].a, true, drifts[k].name, 3);
      verdict v = verdict_of(side.ref, side.cur);
      CHECK_MSG(v.drift || !before, "%s, %zu rows: p = %g, h = %g", drifts[k].name, rows, v.p, v.h);
      CHECK_MSG(rows < 20000 || (v.p < p && v.drift), "%s, %zu rows: p = %g after %g, h = %g", drifts[k].name, rows, v.p, p, v.h);
      before = v.drift;
      p = v.p;
      sides_drop(&side);
    }
  }
}

static double tiny_unit(dw_rng *rng, double a, bool current) { return 1e-5 * (gauss(rng) + (current ? a : 0)); }
static double sentinel(dw_rng *rng, double a, bool current)
{
  double x = 10 * gauss(rng) + (current ? 50 - a : 50);
  return uniform(rng) < 0.01 ? -999999 : x;
}
static double halved(dw_rng *rng, double a, bool current)
{
  double x = exponential_of(rng) * (current ? 0.5 : 1);
  return current && uniform(rng) < 0.0006 ? 1e9 : x;
}
static double disjoint(dw_rng *rng, double a, bool current)
{
  double x = uniform(rng) + (current ? 2 : 0);
  return uniform(rng) < 0.0002 ? 1e6 : x;
}

/* Changes that a rule by means or by distances in units of the standard deviation does not see. */
TEST(changes_from_life)
{
  static const shape lives[] = {
      {"tiny unit", tiny_unit, 1}, {"sentinel", sentinel, 30}, {"halved", halved, 0}, {"cauchy", cauchy, 5}, {"disjoint", disjoint, 0}};
  for (size_t k = 0; k < sizeof lives / sizeof *lives; k++)
    for (size_t rows = 1000; rows <= 20000; rows = rows == 1000 ? 5000 : rows * 4) {
      sides side = sides_new(rows, rows);
      sides_draw(&side, rows, rows, lives[k].draw, lives[k].a, true, lives[k].name, 1);
      verdict v = verdict_of(side.ref, side.cur);
      CHECK_MSG(v.drift && v.severity == DW_SEVERITY_HIGH && v.p < 1e-10, "%s, %zu rows: p = %g, h = %g", lives[k].name, rows, v.p, v.h);
      sides_drop(&side);
    }
}

TEST(shares_from_life)
{
  struct {
    uint64_t k_r, n, k_c, m;
    double min_effect;
    bool drift;
  } cases[] = {{4500, 10000, 5500, 10000, DW_SHIFT_MIN_EFFECT, true},      {200, 20000, 600, 20000, DW_SHIFT_MIN_EFFECT_LABEL, true},
               {200, 1000, 300, 1000, DW_SHIFT_MIN_EFFECT, true},          {50, 5000, 5, 5000, DW_SHIFT_MIN_EFFECT, true},
               {40000, 200000, 42000, 200000, DW_SHIFT_MIN_EFFECT, false}, {20, 40, 23, 40, DW_SHIFT_MIN_EFFECT, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double p;
    dw_share_shift_p(cases[i].k_r, cases[i].n, cases[i].k_c, cases[i].m, all, &p, NULL);
    double h = dw_share_shift_h(cases[i].k_r, cases[i].n, cases[i].k_c, cases[i].m);
    dw_finding finding;
    decide(&finding, p, h, cases[i].min_effect);
    CHECK_MSG(finding.drift == cases[i].drift, "case %zu: p = %g, h = %g", i, p, h);
  }
}

/* The interval holds the true h at the cut that was chosen because it was largest. */
TEST(interval_covers)
{
  static const double shifts[] = {0, 0.2, 1};
  for (size_t k = 0; k < 3; k++) {
    size_t trials = full() ? 2000 : 150, covered = 0;
    sides side = sides_new(400, 300);
    for (size_t i = 0; i < trials; i++) {
      sides_draw(&side, 400, 300, normal, shifts[k], true, "interval", i);
      dw_share_shift s;
      dw_share_shift_numbers(side.ref, side.cur, all, &s, NULL);
      double p = dw_normal_cdf(s.cut), q = dw_normal_cdf(s.cut - shifts[k]), h = fabs(2 * asin(sqrt(p)) - 2 * asin(sqrt(q)));
      covered += s.low <= h && h <= s.high;
    }
    double share = (double)covered / (double)trials;
    CHECK_MSG(share >= 0.95 - 4.9 * sqrt(0.0475 / (double)trials), "shift %g: %g of the intervals cover", shifts[k], share);
    if (full()) printf("# interval of h at a shift of %g: covers %.3f\n", shifts[k], share);
    sides_drop(&side);
  }
}
