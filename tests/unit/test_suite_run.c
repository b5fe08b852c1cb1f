/* The statistics suite of the run: without drift a comparison of whole tables alarms in at most 5 % of the cases, whatever the columns
 * hold, however many there are, and at any two sizes; with a least effect of 0 too, so that it is the p-values that hold. What single
 * p-values do stands in test_suite_omnibus.c. Odds as there: a share leaves its interval by chance once in a million checks. DW_SUITE=full
 * has 1,000 runs a case, 300 of the longest, and prints the tables.
 *
 * The rows of a run are a pool of one distribution, dealt to the two sides at random: both are samples of it. A large pool is dealt several
 * times over: a test that holds given the pooled rows holds for each deal, independently of the others. */
#include "base/fmath.h"
#include "base/num.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "built_dataset.h"
#include "detect/compare/compare.h"
#include "fixture.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "suite_case.h"

/* --- distributions --- */

typedef double draw_function(dw_rng *rng, double a);

static double uniform(dw_rng *rng) { return dw_rng_uniform(rng); }
static double normal(dw_rng *rng, double a) { return dw_normal_quantile(uniform(rng)); }
static double exponential(dw_rng *rng, double a) { return -dw_log(uniform(rng)); }
static double lognormal(dw_rng *rng, double a) { return dw_exp(a * normal(rng, 0)); }
static double pareto(dw_rng *rng, double a) { return dw_exp(exponential(rng, 0) / a); }
static double student(dw_rng *rng, double a) /* Bailey, Mathematics of Computation 62, 1994 */
{
  double u = uniform(rng), v = uniform(rng);
  return sqrt(a * (dw_exp(-2 / a * dw_log(u)) - 1)) * dw_cos(6.283185307179586 * v);
}
static double cauchy(dw_rng *rng, double a)
{
  double angle = 3.14159265358979 * (uniform(rng) - 0.5);
  return dw_sin(angle) / dw_cos(angle);
}
static double zeros(dw_rng *rng, double a) { return uniform(rng) < a ? 0 : exponential(rng, 0); }
static double few_values(dw_rng *rng, double a) { return floor(a * uniform(rng) * uniform(rng)); }
static double poisson(dw_rng *rng, double a)
{
  double product = 1, least = dw_exp(-a);
  int k = -1;
  do product *= uniform(rng);
  while (k++, product > least);
  return k;
}
static double rounded(dw_rng *rng, double a) { return rint(a * normal(rng, 0)); }
static double seldom(dw_rng *rng, double a) { return uniform(rng) < a ? NAN : normal(rng, 0); }

typedef struct shape {
  const char *name;
  draw_function *draw; /* NULL: categories by Zipf's law, */
  double a;            /* so many */
} shape;

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
                               {"poisson 4", poisson, 4},
                               {"rounded", rounded, 2},
                               {"rounded finely", rounded, 20},
                               {"95 % missing", seldom, 0.95},
                               {"30 % missing", seldom, 0.3},
                               {"zipf 2", NULL, 2},
                               {"zipf 10", NULL, 10},
                               {"zipf 50", NULL, 50},
                               {"zipf 300", NULL, 300},
                               {"zipf 1000", NULL, 1000},
                               {"zipf 3000", NULL, 3000}};
enum { SHAPES = sizeof shapes / sizeof *shapes, MIXED = SHAPES }; /* MIXED: column by column another one */

static const size_t sizes[][2] = {{300, 300}, {2000, 2000}, {2000, 200}, {5000, 50}, {100000, 50}, {50, 20000}, {20000, 1500}};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* --- a pool, dealt to two sides --- */

enum { ZIPF_MOST = 3000 };
static double zipf_cumulative[ZIPF_MOST]; /* 1 + 1/2 + ...: the first K of them are the law of K categories */
static char zipf_name[ZIPF_MOST][8];

static void zipf_prepare(void)
{
  double sum = 0;
  for (size_t i = 0; i < ZIPF_MOST; i++) {
    zipf_cumulative[i] = sum += 1 / (double)(i + 1);
    snprintf(zipf_name[i], sizeof zipf_name[i], "c%zu", i);
  }
}

static double zipf(dw_rng *rng, double a)
{
  return (double)dw_sort_below(zipf_cumulative, (size_t)a, uniform(rng) * zipf_cumulative[(size_t)a - 1]);
}

typedef struct pool {
  double *value; /* [present], ascending; categories by number */
  size_t rows, present;
  const shape *is;
} pool;

static void pool_draw(pool *p, const shape *is, size_t rows, dw_rng_key key, size_t number, size_t column)
{
  dw_rng rng;
  dw_rng_start(&rng, key, number, (uint32_t)column);
  *p = (pool){.value = malloc(rows * sizeof *p->value), .rows = rows, .is = is};
  for (size_t i = 0; i < rows; i++) {
    double x = is->draw ? is->draw(&rng, is->a) : zipf(&rng, is->a);
    if (!isnan(x)) p->value[p->present++] = x;
  }
  dw_sort_doubles(p->value, p->present, NULL);
}

static void add_column(dw_dataset *set, const pool *p, const char *name, const double *value, size_t count)
{
  if (p->is->draw) {
    built_numbers(set, name, value, count);
    return;
  }
  built_column(set, name);
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i; end < count && value[end] == value[i];) end++;
    built_text(set, zipf_name[(size_t)value[i]], end - i);
  }
  built_texts_end(set);
}

/* n rows to the reference, the others to the current side: the fewer ones are picked, one by one. Do both sides have a value? */
static bool pool_deal(const pool *p, size_t n, dw_rng *rng, const char *name, dw_dataset *reference, dw_dataset *current)
{
  size_t few = n < p->rows - n ? n : p->rows - n, count[2] = {0};
  uint8_t *picked = calloc(p->rows, 1);
  double *side[2] = {malloc(p->rows * sizeof(double)), malloc(p->rows * sizeof(double))};
  for (size_t i = 0; i < few;) {
    size_t at = dw_rng_below(rng, p->rows);
    if (picked[at]) continue;
    picked[at] = 1;
    i++;
  }
  for (size_t i = 0; i < p->present; i++) side[picked[i]][count[picked[i]]++] = p->value[i];
  int of_reference = n == few;
  add_column(reference, p, name, side[of_reference], count[of_reference]);
  add_column(current, p, name, side[!of_reference], count[!of_reference]);
  free(side[0]);
  free(side[1]);
  free(picked);
  return count[0] > 0 && count[1] > 0;
}

/* --- the rate of a case --- */

typedef struct runs {
  size_t which, n, m, columns, pools, deals; /* pools * deals runs */
  dw_correction correction;
  size_t *alarms, *alarms_by_default, *judged, *judgeable, *otherwise; /* [pools] */
} runs;

static bool alarms(const runs *all, uint64_t number, const char *least, const dw_dataset *reference, const dw_dataset *current,
                   dw_comparison *out)
{
  static const dw_type_choice categories = {.column = "zipf*", .type = DW_TYPE_CATEGORICAL};
  dw_limits limits;
  dw_err err;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  if (least) dw_limits_add_effect(&limits, least, &err);
  limits.correction = all->correction;
  limits.settings.seed = number;
  dw_compare(out, reference, current, &(dw_compare_options){.limits = &limits, .threads = 1, .type = &categories, .type_count = 1});
  dw_limits_free(&limits);
  return out->drift;
}

/* Any drift at all, and by the default's least effect, which changes no p-value: told from the same findings, and of mixed tables asked. */
static void compare(const runs *all, uint64_t number, const dw_dataset *reference, const dw_dataset *current, size_t item)
{
  dw_comparison result, again;
  all->alarms[item] += alarms(all, number, "0", reference, current, &result);
  bool large = false;
  for (size_t i = 0; i < result.finding_count; i++) {
    const dw_finding *finding = &result.finding[i];
    large |= finding->drift && finding->shift.h >= DW_SHIFT_MIN_EFFECT;
    all->judged[item] += finding->check == DW_CHECK_COLUMN && finding->p_value >= 0;
  }
  all->alarms_by_default[item] += large;
  dw_comparison_free(&result);
  if (all->which != MIXED || all->columns > 8 || all->n + all->m > 4000) return;
  all->otherwise[item] += alarms(all, number, NULL, reference, current, &again) != large;
  dw_comparison_free(&again);
}

static void run_pool(void *context, size_t item, unsigned thread)
{
  const runs *all = context;
  dw_rng_key key = dw_rng_derive(all->n * 7 + all->m, all->which == MIXED ? "suite mixed" : shapes[all->which].name);
  pool *p = calloc(all->columns, sizeof *p);
  for (size_t j = 0; j < all->columns; j++)
    pool_draw(&p[j], &shapes[all->which == MIXED ? (item + j) % SHAPES : all->which], all->n + all->m, key, item, (uint32_t)j);
  for (size_t i = 0; i < all->deals; i++) {
    dw_dataset reference, current;
    dw_rng rng;
    uint64_t number = item * all->deals + i;
    dw_rng_start(&rng, key, number, UINT32_MAX);
    built_start(&reference, all->n, all->columns);
    built_start(&current, all->m, all->columns);
    for (size_t j = 0; j < all->columns; j++) {
      char name[32];
      snprintf(name, sizeof name, "%s %zu", p[j].is->draw ? "x" : "zipf", j);
      all->judgeable[item] += pool_deal(&p[j], all->n, &rng, name, &reference, &current);
    }
    dw_dataset_finish(&reference, 1);
    dw_dataset_finish(&current, 1);
    compare(all, number, &reference, &current, item);
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
  }
  for (size_t j = 0; j < all->columns; j++) free(p[j].value);
  free(p);
}

typedef struct total {
  size_t runs, alarms, alarms_by_default;
} total;

static void check_runs(size_t which, size_t size, size_t columns, size_t wanted, dw_correction correction, total *sum)
{
  size_t n = sizes[size][0], m = sizes[size][1], deals = n + m <= 4000 ? 1 : wanted < 40 ? wanted : n + m <= 50000 ? 20 : 50;
  runs all = {which, n, m, columns, (wanted + deals - 1) / deals, deals, correction, NULL, NULL, NULL, NULL, NULL};
  all.alarms = calloc(5 * all.pools, sizeof *all.alarms);
  all.alarms_by_default = all.alarms + all.pools;
  all.judged = all.alarms_by_default + all.pools;
  all.judgeable = all.judged + all.pools;
  all.otherwise = all.judgeable + all.pools;
  dw_parallel(0, all.pools, run_pool, &all);
  size_t count = all.pools * deals, alarms = 0, by_default = 0, judged = 0, judgeable = 0, otherwise = 0;
  for (size_t i = 0; i < all.pools; i++) {
    alarms += all.alarms[i];
    by_default += all.alarms_by_default[i];
    judged += all.judged[i];
    judgeable += all.judgeable[i];
    otherwise += all.otherwise[i];
  }
  free(all.alarms);
  double most = most_of(0.05, (double)count), rate = (double)alarms / (double)count;
  const char *name = which == MIXED ? "mixed" : shapes[which].name;
  CHECK_MSG(rate <= most, "%s, %zu columns, %zu and %zu rows: %g of %zu runs alarm", name, columns, n, m, rate, count);
  CHECK_MSG(otherwise == 0, "%s, %zu and %zu rows: %zu runs end otherwise with the default's least effect", name, n, m, otherwise);
  CHECK((double)by_default <= most * (double)count);
  CHECK_MSG(judged == judgeable, "%s, %zu columns, %zu and %zu rows: %zu of %zu were judged", name, columns, n, m, judged, judgeable);
  if (full()) {
    printf(" %5.3f %5.3f", rate, (double)by_default / (double)count);
    fflush(stdout);
  }
  sum->runs += count;
  sum->alarms += alarms;
  sum->alarms_by_default += by_default;
}

static void check_total(const char *name, const total *sum)
{
  double rate = (double)sum->alarms / (double)sum->runs;
  CHECK_MSG(rate <= most_of(0.05, (double)sum->runs), "%s: %g of %zu runs alarm", name, rate, sum->runs);
  if (full())
    printf("# %s, %zu runs: %.4f alarm, %.4f with the default's least effect\n", name, sum->runs, rate,
           (double)sum->alarms_by_default / (double)sum->runs);
}

/* runs[size]; a size of none is left out. */
static void check_shape(size_t which, size_t columns, const size_t *wanted, dw_correction correction, total *sum)
{
  if (full()) printf("# %-14s %3zu", which == MIXED ? "mixed" : shapes[which].name, columns);
  for (size_t s = 0; s < SIZES; s++)
    if (wanted[s]) check_runs(which, s, columns, wanted[s], correction, sum);
  if (full()) printf("\n");
}

static void head(const char *what)
{
  if (!full()) return;
  printf("# %s: least effect 0, default\n# %-18s", what, "");
  for (size_t s = 0; s < SIZES; s++) printf(" %6zu:%-5zu", sizes[s][0], sizes[s][1]);
  printf("\n");
}

static const size_t thousand[SIZES] = {1000, 1000, 1000, 1000, 1000, 1000, 1000};
static const size_t large_fewer[SIZES] = {1000, 1000, 1000, 1000, 300, 300, 300}; /* to be done in minutes */

TEST(one_column)
{
  static const size_t few[SIZES] = {30, 4, 12, 6, 1, 1, 1};
  total sum = {0};
  zipf_prepare();
  head("one column");
  for (size_t k = 0; k < SHAPES; k++) check_shape(k, 1, full() ? thousand : few, DW_CORRECTION_BH, &sum);
  check_total("one column", &sum);
}

TEST(eight_columns)
{
  static const size_t few[SIZES] = {6, 1, 3, 2, 0, 0, 0}, mixed[SIZES] = {30, 4, 15, 8, 1, 1, 1};
  total sum = {0};
  zipf_prepare();
  head("eight columns");
  for (size_t k = 0; k < SHAPES; k++) check_shape(k, 8, full() ? large_fewer : few, DW_CORRECTION_BH, &sum);
  check_shape(MIXED, 8, full() ? thousand : mixed, DW_CORRECTION_BH, &sum);
  check_total("eight columns", &sum);
}

TEST(hundred_columns)
{
  static const size_t few[SIZES] = {4, 1, 2, 1, 0, 0, 0}, small[SIZES] = {200, 0, 0, 200, 0, 0, 0};
  total sum = {0};
  zipf_prepare();
  head("a hundred columns");
  check_shape(MIXED, 100, full() ? large_fewer : few, DW_CORRECTION_BH, &sum);
  for (size_t k = 0; k < SHAPES && full(); k++) check_shape(k, 100, small, DW_CORRECTION_BH, &sum);
  check_total("a hundred columns", &sum);
}

TEST(other_corrections)
{
  static const size_t few[SIZES] = {15, 2, 8, 4, 0, 0, 0};
  total sum = {0};
  zipf_prepare();
  head("eight columns, holm and bonferroni");
  check_shape(MIXED, 8, full() ? large_fewer : few, DW_CORRECTION_HOLM, &sum);
  check_shape(MIXED, 8, full() ? large_fewer : few, DW_CORRECTION_BONFERRONI, &sum);
  check_total("holm and bonferroni", &sum);
}

/* --- segments --- */

static char *segmented_rows(uint64_t number, const char *purpose, size_t rows)
{
  dw_rng_key key = dw_rng_derive(number, purpose);
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    dw_buf_format(&text, "{\"region\":\"%c\",\"x\":", 'a' + (int)dw_rng_below(&rng, 4));
    dw_buf_number(&text, normal(&rng, 0));
    dw_buf_text(&text, ",\"heavy\":");
    dw_buf_number(&text, cauchy(&rng, 0));
    dw_buf_format(&text, ",\"k\":\"w%d\",\"z\":", (int)zipf(&rng, 20));
    if (uniform(&rng) < 0.1) dw_buf_text(&text, "null");
    else dw_buf_number(&text, zeros(&rng, 0.8));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct segmented {
  dw_correction correction;
  size_t n, m;
  bool alarm[1000];
  size_t segments[1000];
} segmented;

static void run_segmented(void *context, size_t item, unsigned thread)
{
  segmented *all = context;
  dw_dataset reference, current;
  dw_limits limits;
  dw_comparison result;
  dw_err err;
  char *before = segmented_rows(item, "suite by reference", all->n), *after = segmented_rows(item, "suite by current", all->m);
  fixture_dataset(&reference, before, &(dw_dataset_options){.by = "region"});
  fixture_dataset(&current, after, &(dw_dataset_options){.by = "region"});
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_limits_add_effect(&limits, "0", &err);
  limits.correction = all->correction;
  limits.settings.seed = item;
  dw_compare(&result, &reference, &current, &(dw_compare_options){.limits = &limits, .threads = 1, .by = "region"});
  all->alarm[item] = result.drift;
  all->segments[item] = result.segment_count;
  dw_comparison_free(&result);
  dw_limits_free(&limits);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  dw_free(before);
  dw_free(after);
}

/* The whole and all segments: one rate for the run. */
static void check_segmented(size_t n, size_t m, dw_correction correction)
{
  static segmented all;
  size_t count = full() ? 1000 : 20, alarms = 0;
  all = (segmented){.correction = correction, .n = n, .m = m};
  zipf_prepare();
  for (size_t i = 0; i < count; i++) run_segmented(&all, i, 0);
  for (size_t i = 0; i < count; i++) {
    alarms += all.alarm[i];
    CHECK(all.segments[i] == 4);
  }
  double rate = (double)alarms / (double)count;
  CHECK_MSG(rate <= most_of(0.05, (double)count), "segments, %zu and %zu rows: %g of %zu runs alarm", n, m, rate, count);
  if (full()) printf("# segments, %zu and %zu rows: %.3f alarm\n", n, m, rate);
}

TEST(segments_are_of_the_run)
{
  check_segmented(1200, 1200, DW_CORRECTION_BH);
  check_segmented(2000, 300, DW_CORRECTION_BH);
  check_segmented(1200, 400, DW_CORRECTION_HOLM);
}
