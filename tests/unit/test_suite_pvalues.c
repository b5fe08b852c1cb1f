/* The statistics suite: under the null hypothesis a p-value p has P(p <= a) <= a. Every method that has one, between samples of one
 * distribution, of 40, 500 and 20,000 rows. Where the test is continuous and not known to be conservative, P(p <= a) = a is held to as
 * well. Odds: a share of n trials leaves the interval by chance once in a million checks. The short form is part of the tests;
 * DW_SUITE=full (make test-statistics) has 20 to 50 times the trials. */
#include "base/num.h"
#include "base/rng.h"
#include "data/columns/column.h"
#include "detect/method/method.h"
#include "detect/check/methods.h"
#include "stats/samples/sort.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

enum { CATEGORIES = 5 };

/* What is known about a method. most: rows that it is tried with (its cost grows with their square); cost: so many times fewer trials;
 * conservative: exact for small samples, so that it cannot be uniform; low, high: the p-values that it can tell. slack: how far P(p <= a)
 * may be above a, as a share of a, by the nature of its approximation at small n. */
typedef struct nature {
  const char *name;
  size_t most, cost;
  bool conservative;
  double low, high, slack;
  bool even; /* holds between samples of like sizes only */
} nature;

static const nature natures[] = {
    {"ks", 0, 1, true, 0, 1, 0, false},
    {"kuiper", 0, 1, true, 0, 1, 0, false},
    {"fisher_exact", 0, 1, true, 0, 1, 0, false},
    {"anderson", 0, 2, false, 0.0015, 0.24, 0.1, false},
    {"cramer_von_mises", 0, 1, false, 0, 1, 0.1, false},
    /* Its covariances come from each side alone, and a small side lacks the tails that the large one has: between 500 and 40 normal values
     * P(p <= 0.05) is 0.3, in scipy too. */
    {"es", 0, 2, false, 0, 1, 0.6, true},
    {"g_test", 0, 1, false, 0, 1, 0.5, false},
    {"chisquare", 0, 1, false, 0, 1, 0.25, false},
    {"z", 0, 1, true, 0, 1, 0.25, false},
    {"tvd", 500, 100, true, 0, 1, 0, false},
    {"empirical_mmd", 40, 400, true, 0, 1, 0, false},
};

static nature nature_of(const char *name)
{
  for (size_t i = 0; i < sizeof natures / sizeof *natures; i++)
    if (strcmp(natures[i].name, name) == 0) return natures[i];
  return (nature){name, 500, 10, true, 0, 1, 0, false};
}

typedef struct sides {
  dw_column reference, current;
  double *value[2];
} sides;

static void fill_numbers(dw_column *column, double *value, size_t rows, dw_rng *rng)
{
  *column = (dw_column){.name = "x", .rows = rows};
  dw_map_init(&column->texts);
  column->tag[DW_REAL] = rows;
  for (size_t i = 0; i < rows; i++) value[i] = dw_normal_quantile(dw_rng_uniform(rng));
  dw_sort_doubles(value, rows, NULL);
  dw_moments_init(&column->moments);
  dw_moments_add_array(&column->moments, value, rows);
  column->sorted = dw_sorted_make(value, rows);
}

static void fill_words(dw_column *column, size_t rows, size_t words, dw_rng *rng)
{
  static const char *const word[CATEGORIES] = {"a", "b", "c", "d", "e"};
  *column = (dw_column){.name = "k", .rows = rows};
  dw_map_init(&column->texts);
  dw_moments_init(&column->moments);
  column->tag[DW_STRING] = rows;
  column->text_count = calloc(CATEGORIES, sizeof *column->text_count);
  for (size_t i = 0; i < rows; i++) {
    uint32_t at = dw_map_intern(&column->texts, word[dw_rng_below(rng, words)], 1);
    column->text_count[at]++;
  }
}

/* One p-value between samples of n and m rows; NaN: no answer. */
static double one_p(const dw_method *method, dw_type type, size_t words, size_t n, size_t m, uint64_t trial, double *room)
{
  dw_column reference, current;
  dw_rng rng;
  dw_pair pair;
  dw_err err;
  dw_method_settings settings = {.cosine_threshold = NAN};
  dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .threshold_given = method->threshold};
  dw_rng_start(&rng, dw_rng_derive(words, method->name), trial, (uint32_t)n);
  if (type == DW_TYPE_NUMERIC) {
    fill_numbers(&reference, room, n, &rng);
    fill_numbers(&current, room + n, m, &rng);
  } else {
    fill_words(&reference, n, words, &rng);
    fill_words(&current, m, words, &rng);
  }
  dw_pair_make(&pair, reference.name, type, &reference, &current);
  dw_status status = method->run(&pair, &settings, &result, &err);
  dw_pair_free(&pair);
  dw_buf_free(&result.detail);
  dw_map_free(&reference.texts);
  dw_map_free(&current.texts);
  free(reference.text_count);
  free(current.text_count);
  return status == DW_OK ? result.p_value : NAN;
}

static void check_method(const dw_method *method, dw_type type, size_t words, size_t n, size_t m, size_t trials)
{
  static const double levels[] = {0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5};
  enum { LEVELS = sizeof levels / sizeof *levels };
  nature is = nature_of(method->name);
  size_t below[LEVELS] = {0}, answers = 0;
  double *room = calloc(n + m, sizeof *room);
  if ((is.most && n > is.most) || (is.even && n != m)) {
    free(room);
    return;
  }
  trials = trials / is.cost ? trials / is.cost : 1;
  for (size_t i = 0; i < trials; i++) {
    double p = one_p(method, type, words, n, m, i, room);
    if (isnan(p)) continue;
    answers++;
    for (size_t k = 0; k < LEVELS; k++) below[k] += p <= levels[k];
  }
  CHECK_MSG(answers * 100 >= trials * 95, "%s: only %zu answers in %zu trials", method->name, answers, trials);
  for (size_t k = 0; k < LEVELS && answers; k++) {
    double a = levels[k], share = (double)below[k] / (double)answers,
           chance = 4.9 * sqrt(a * (1 - a) / (double)answers) + 3.0 / (double)answers;
    if (a < is.low || a > is.high) continue;
    double slack = is.slack * a * (n < 1000 ? 40 / fmin((double)n, (double)m) : 0);
    CHECK_MSG(share <= a + slack + chance, "%s, %zu and %zu rows: P(p <= %g) = %g", method->name, n, m, a, share);
    if (!is.conservative && n >= 500)
      CHECK_MSG(share >= a - 0.05 * a - chance, "%s, %zu and %zu rows: P(p <= %g) = %g is too rare", method->name, n, m, a, share);
  }
  free(room);
}

static void check_all(size_t n, size_t m, size_t trials)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)); i++) {
    if (!method->p_value) continue;
    if (dw_method_fits(method, DW_TYPE_NUMERIC)) check_method(method, DW_TYPE_NUMERIC, 0, n, m, trials);
    if (!dw_method_fits(method, DW_TYPE_CATEGORICAL)) continue;
    bool proportions = strcmp(method->name, "z") == 0 || strcmp(method->name, "fisher_exact") == 0;
    check_method(method, DW_TYPE_CATEGORICAL, proportions ? 2 : CATEGORIES, n, m, trials);
  }
}

/* --- ties --- */

/* How numbers with ties come about. */
typedef double tied_function(dw_rng *rng);

static double product_of_3(dw_rng *rng) { return floor(3 * dw_rng_uniform(rng) * dw_rng_uniform(rng)); }
static double product_of_10(dw_rng *rng) { return floor(10 * dw_rng_uniform(rng) * dw_rng_uniform(rng)); }
static double two(dw_rng *rng) { return dw_rng_uniform(rng) < 0.5; }
static double five(dw_rng *rng) { return floor(5 * dw_rng_uniform(rng)); }
static double zeros(dw_rng *rng, double share) { return dw_rng_uniform(rng) < share ? 0 : dw_rng_uniform(rng); }
static double zeros_80(dw_rng *rng) { return zeros(rng, 0.8); }
static double zeros_95(dw_rng *rng) { return zeros(rng, 0.95); }
static double zeros_99(dw_rng *rng) { return zeros(rng, 0.99); }
static double poisson_of_4(dw_rng *rng)
{
  double product = dw_rng_uniform(rng);
  int k = 0;
  for (; product > 0.018315638888734179; k++) product *= dw_rng_uniform(rng);
  return k;
}
static double rounded(dw_rng *rng) { return rint(2 * dw_normal_quantile(dw_rng_uniform(rng))); }
static double half_lumps(dw_rng *rng) { return dw_rng_uniform(rng) < 0.5 ? two(rng) : dw_normal_quantile(dw_rng_uniform(rng)); }

static const struct {
  const char *name;
  tied_function *draw;
} tied[] = {{"3 values", product_of_3}, {"10 values", product_of_10}, {"2 values", two},        {"5 values", five},
            {"80 % zeros", zeros_80},   {"95 % zeros", zeros_95},     {"99 % zeros", zeros_99}, {"Poisson(4)", poisson_of_4},
            {"rounded", rounded},       {"lumps", half_lumps}};

static double tied_p(const dw_method *method, size_t which, size_t n, size_t m, uint64_t trial, double *room)
{
  dw_column column[2];
  dw_pair pair;
  dw_rng rng;
  dw_err err;
  dw_rng_start(&rng, dw_rng_derive(n * 31 + m, tied[which].name), trial, 0);
  for (int side = 0; side < 2; side++) {
    size_t rows = side ? m : n;
    double *value = room + (side ? n : 0);
    column[side] = (dw_column){.name = "x", .rows = rows};
    column[side].tag[DW_REAL] = rows;
    dw_map_init(&column[side].texts);
    for (size_t i = 0; i < rows; i++) value[i] = tied[which].draw(&rng);
    dw_sort_doubles(value, rows, NULL);
    dw_moments_init(&column[side].moments);
    dw_moments_add_array(&column[side].moments, value, rows);
    column[side].sorted = dw_sorted_make(value, rows);
  }
  dw_method_settings settings = {.cosine_threshold = NAN, .seed = trial};
  dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .threshold_given = method->threshold};
  dw_pair_make(&pair, "x", DW_TYPE_NUMERIC, &column[0], &column[1]);
  dw_status status = method->run(&pair, &settings, &result, &err);
  dw_pair_free(&pair);
  dw_buf_free(&result.detail);
  for (int side = 0; side < 2; side++) dw_map_free(&column[side].texts);
  return status == DW_OK ? result.p_value : 1; /* all values are equal */
}

/* Where the law stands in for the deals it may be off by a tenth. */
TEST(anderson_with_ties)
{
  static const size_t sizes[][2] = {{300, 300}, {2000, 200}, {50, 5000}, {40, 40}, {500, 10}};
  static const double levels[] = {0.2, 0.05, 0.01, 0.001};
  const dw_method *method = dw_method_find("anderson");
  double *room = calloc(5050, sizeof *room);
  size_t trials = full() ? 4000 : 300;
  for (size_t which = 0; which < sizeof tied / sizeof *tied; which++)
    for (size_t z = 0; z < 5; z++) {
      if (!full() && (which + z) % 2) continue;
      size_t below[4] = {0};
      for (uint64_t i = 0; i < trials; i++) {
        double p = tied_p(method, which, sizes[z][0], sizes[z][1], i, room);
        for (int k = 0; k < 4; k++) below[k] += p <= levels[k];
      }
      if (full()) printf("# anderson %-10s %4zu %4zu", tied[which].name, sizes[z][0], sizes[z][1]);
      for (int k = 0; k < 4; k++) {
        double a = levels[k], share = (double)below[k] / (double)trials;
        if (full()) printf(" %.4f", share);
        CHECK_MSG(share <= 1.1 * a + 4.9 * sqrt(a * (1 - a) / (double)trials) + 3 / (double)trials, "%s, %zu and %zu rows: P(p <= %g) = %g",
                  tied[which].name, sizes[z][0], sizes[z][1], a, share);
      }
      if (full()) printf("\n");
    }
  free(room);
}

TEST(forty_rows) { check_all(40, 40, full() ? 40000 : 2000); }
TEST(forty_against_many_rows) { check_all(500, 40, full() ? 10000 : 500); }
TEST(five_hundred_rows) { check_all(500, 500, full() ? 10000 : 250); }
TEST(twenty_thousand_rows) { check_all(20000, 20000, full() ? 1000 : 20); }
