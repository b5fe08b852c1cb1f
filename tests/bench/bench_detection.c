/* bench_detection: what is found, and at what price in false alarms, on injected drifts and on none. A table of 14 columns, one of them
 * moved (three in one line), a reference and a current side of as many rows each. Beside each other:
 *
 *   default  dw-compare as it is
 *   single   the best of the single tests for that drift, looking at that column alone, at 5 % over the number of columns
 *            (t, KS, Anderson-Darling, Mann-Whitney; chi-square of tenths or categories; Fisher's exact test of the outermost 1 %, of
 *            missing values, or of the category that moves, which it is told): what somebody
 *            who knew beforehand what would happen could have found at the same rate of false alarms for the table
 *   former   the default before: KS, chi-square and z tests up to 1,000 rows, Wasserstein and Jensen-Shannon distances of 0.1 above, BH;
 *            missing values, new categories and the range at 1 %, BH
 *   any      Evidently's default methods and limits (--preset evidently), any column
 *   half     the same, half of the columns, which is its own rule for the table
 *
 * Lines whose change is smaller than the least effect stand apart, with what the p-value alone finds. Printed is the Markdown table of the
 * README. Fixed seeds. For make bench-detection. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "built_dataset.h"
#include "detect/compare/compare.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "stats/shift/share_shift.h"
#include "stats/tests/contingency.h"
#include "stats/tests/multiple.h"
#include "stats/tests/twosample.h"

#define ALPHA 0.05
#define QUALITY_ALPHA 0.01 /* of the former default */

/* --- the table --- */

enum { NORMAL_1, NORMAL_2, NORMAL_3, TAIL, COUNTS, RATE, READING, AMOUNT, RATIO, WORD, FLAG, RATING, STATUS, FRAUD, COLUMNS };
static const char *const names[COLUMNS] = {"normal_1", "normal_2", "normal_3", "tail", "counts", "rate",   "reading",
                                           "amount",   "ratio",    "word",     "flag", "rating", "status", "fraud"};

enum { CATEGORIES_MOST = 6 };
static const char *const words[COLUMNS][CATEGORIES_MOST] = {[WORD] = {"grocery", "retail", "travel", "online", "other", "zebra"},
                                                            [FLAG] = {"yes", "no"},
                                                            [STATUS] = {"lost", "done", "open", "held"}};

typedef enum kind {
  NONE,
  SHIFT,
  SHIFT_ALL,
  SCALE,
  MIXTURE,
  TWO_PEAKS,
  HEAVY_TAIL,
  FACTOR,   /* of COUNTS or AMOUNT */
  SENTINEL, /* the values beside it, to this mean */
  APART,    /* beyond all reference values */
  SHARE,    /* of a category, to */
  FRESH,    /* a new category: its share */
  MISSING   /* the share */
} kind;

typedef struct drift {
  const char *title;
  kind kind;
  int column, category;
  double by;
} drift;

static const drift drifts[] = {
    {"none (false alarms)", NONE, 0, 0, 0},
    {"a rate around 0.00002, + 1 sd", SHIFT, RATE, 0, 1},
    {"50 to 20 beside 1 % of -999999", SENTINEL, READING, 0, 20},
    {"amounts halved, beside 3 outliers", FACTOR, AMOUNT, 0, 0.5},
    {"disjoint sides, beside 3 outliers", APART, AMOUNT, 0, 0},
    {"Cauchy + 5", SHIFT, RATIO, 0, 5},
    {"a category's share 45 to 55 %", SHARE, WORD, 0, 0.55},
    {"fraud 1 to 3 %, the label", SHARE, FRAUD, 1, 0.03},
    {"rating 5 from 20 to 30 %", SHARE, RATING, 4, 0.3},
    {"a vital category 1 to 0.1 %", SHARE, STATUS, 0, 0.001},
    {"a flag's share 10 to 15 %", SHARE, FLAG, 0, 0.15},
    {"a new category, 2 % of the rows", FRESH, WORD, 5, 0.02},
    {"missing values 2 to 6 %", MISSING, NORMAL_1, 0, 0.06},
    {"mean + 0.2 sd", SHIFT, NORMAL_1, 0, 0.2},
    {"mean + 0.5 sd", SHIFT, NORMAL_1, 0, 0.5},
    {"mean + 0.15 sd in three columns", SHIFT_ALL, NORMAL_1, 0, 0.15},
    {"sd x 1.2", SCALE, NORMAL_1, 0, 1.2},
    {"sd x 1.5", SCALE, NORMAL_1, 0, 1.5},
    {"10 % of the rows + 3 sd", MIXTURE, NORMAL_1, 0, 0.1},
    {"two peaks, the same mean and sd", TWO_PEAKS, NORMAL_1, 0, 0.9},
    {"rate of counts x 1.2", FACTOR, COUNTS, 0, 1.2},
    {"mean + 0.1 sd", SHIFT, NORMAL_1, 0, 0.1},
    {"5 % of a skewed column x 3", HEAVY_TAIL, TAIL, 0, 0.05},
    {"a category's share 45 to 47 %", SHARE, WORD, 0, 0.47},
};
enum { DRIFTS = sizeof drifts / sizeof *drifts };

typedef struct size {
  size_t rows, trials;
} size;
static const size sizes[] = {{1000, 400}, {5000, 200}, {20000, 100}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static bool is_number(int column) { return column < WORD; }
static bool moves(const drift *d, int column)
{
  if (d->kind == SHIFT_ALL) return column <= NORMAL_3;
  return d->kind != NONE && column == d->column;
}

/* --- its values --- */

static double uniform(dw_rng *rng) { return dw_rng_uniform(rng); }
static double normal(dw_rng *rng) { return dw_normal_quantile(uniform(rng)); }

static double one_normal(dw_rng *rng, double common, const drift *d)
{
  double x = 0.6 * common + 0.8 * normal(rng);
  if (d->kind == SHIFT || d->kind == SHIFT_ALL) return x + d->by;
  if (d->kind == SCALE) return x * d->by;
  if (d->kind == MIXTURE) return uniform(rng) < d->by ? x + 3 : x;
  if (d->kind == TWO_PEAKS) return (uniform(rng) < 0.5 ? -d->by : d->by) + x * sqrt(1 - d->by * d->by);
  return x;
}

static double one_amount(dw_rng *rng, size_t row, const drift *d)
{
  double x = exp(normal(rng));
  if (row < 3) return 1e6;
  return d->kind == FACTOR ? d->by * x : d->kind == APART ? 10000 + x : x;
}

static double one_number(dw_rng *rng, int column, size_t row, const double *common, const drift *d)
{
  switch (column) {
  case NORMAL_1:
    if (uniform(rng) < (d->kind == MISSING ? d->by : 0.02)) return NAN;
    return one_normal(rng, common[row], d);
  case NORMAL_2:
  case NORMAL_3: return one_normal(rng, common[row], d);
  case TAIL: return exp(normal(rng)) * (d->kind == HEAVY_TAIL && uniform(rng) < d->by ? 3 : 1);
  case COUNTS: return floor(-5 * (d->kind == FACTOR ? d->by : 1) * log(uniform(rng)));
  case RATE: return 2e-5 + 1e-5 * (normal(rng) + (d->kind == SHIFT ? d->by : 0));
  case READING: return uniform(rng) < 0.01 ? -999999 : (d->kind == SENTINEL ? d->by : 50) + 10 * normal(rng);
  case AMOUNT: return one_amount(rng, row, d);
  default: return tan(3.14159265358979 * (uniform(rng) - 0.5)) + (d->kind == SHIFT ? d->by : 0);
  }
}

static const double still_share[COLUMNS][CATEGORIES_MOST] = {[WORD] = {0.45, 0.3025, 0.1375, 0.088, 0.022, 0},
                                                             [FLAG] = {0.1, 0.9},
                                                             [RATING] = {0.1, 0.15, 0.25, 0.3, 0.2},
                                                             [STATUS] = {0.01, 0.6, 0.25, 0.14},
                                                             [FRAUD] = {0.99, 0.01}};

/* The moved category takes from all others alike. */
static void count_categories(dw_rng *rng, int column, size_t rows, const drift *d, uint64_t *count)
{
  double share[CATEGORIES_MOST];
  bool moved = d->kind == SHARE || d->kind == FRESH;
  for (int k = 0; k < CATEGORIES_MOST; k++) {
    double was = still_share[column][k], of = still_share[column][d->category];
    share[k] = !moved ? was : k == d->category ? d->by : was * (1 - d->by) / (1 - of);
    count[k] = 0;
  }
  for (size_t row = 0; row < rows; row++) {
    double u = uniform(rng);
    int k = 0;
    while (k < CATEGORIES_MOST - 1 && u >= share[k]) u -= share[k++];
    if (share[k] == 0) k--; /* the sum of the shares is 1 up to rounding */
    count[k]++;
  }
}

static void add_numbers(dw_dataset *set, int column, dw_rng *rng, const double *common, const drift *d)
{
  double *value = malloc(set->rows * sizeof *value);
  size_t count = 0;
  for (size_t row = 0; row < set->rows; row++) {
    double x = one_number(rng, column, row, common, d);
    if (!isnan(x)) value[count++] = x;
  }
  built_numbers(set, names[column], value, count);
  free(value);
}

static void whole_numbers(dw_column *column)
{
  column->tag[DW_INTEGER] = column->tag[DW_REAL];
  column->tag[DW_REAL] = 0;
}

/* RATING and FRAUD are codes: whole numbers. */
static void add_categories(dw_dataset *set, int column, dw_rng *rng, const drift *d)
{
  uint64_t count[CATEGORIES_MOST];
  count_categories(rng, column, set->rows, d, count);
  if (words[column][0]) {
    built_column(set, names[column]);
    for (int k = 0; k < CATEGORIES_MOST; k++) built_text(set, words[column][k], count[k]);
    built_texts_end(set);
    return;
  }
  double *value = malloc(set->rows * sizeof *value);
  for (size_t k = 0, at = 0; k < CATEGORIES_MOST; k++)
    for (uint64_t i = 0; i < count[k]; i++) value[at++] = (double)k;
  built_numbers(set, names[column], value, set->rows);
  free(value);
}

/* The columns that d moves, or all of them; finished. */
static void fill(dw_dataset *set, dw_rng_key key, size_t rows, const drift *d)
{
  double *common = malloc(rows * sizeof *common);
  dw_rng rng;
  dw_rng_start(&rng, key, COLUMNS, 0);
  built_start(set, rows, COLUMNS);
  for (size_t row = 0; row < rows; row++) common[row] = normal(&rng);
  for (int column = 0; column < COLUMNS; column++) {
    if (d->kind != NONE && !moves(d, column)) continue;
    dw_rng_start(&rng, key, (uint64_t)column, 0);
    if (is_number(column)) add_numbers(set, column, &rng, common, d);
    else add_categories(set, column, &rng, d);
    if (column == COUNTS || column == RATING || column == FRAUD) whole_numbers(set->column[set->column_count - 1]);
  }
  free(common);
  dw_dataset_finish(set, 1);
}

/* --- single tests --- */

enum { T, KS, AD, MW, CHI, EXACT, SINGLE };
static const char *const single_names[SINGLE] = {"t", "KS", "AD", "MW", "chi2", "Fisher"};

static double p_or_1(dw_status status, const dw_test *test) { return status == DW_OK ? test->p_value : 1; }

static double fisher_p(uint64_t a, uint64_t n, uint64_t b, uint64_t m)
{
  dw_test test;
  return p_or_1(dw_fisher_exact(a, n - a, b, m - b, &test, NULL), &test);
}

/* Over the tenths of the reference, and of the rows outside its 0.5 and 99.5 % quantiles. */
static void binned_p(dw_sorted r, dw_sorted c, double *chi, double *exact)
{
  enum { BINS = 10 };
  uint64_t in_r[BINS] = {0}, in_c[BINS] = {0};
  size_t n = r.count, m = c.count, before_r = 0, before_c = 0;
  dw_test test;
  for (size_t k = 0; k < BINS; k++) {
    size_t to_r = n, to_c = m;
    if (k < BINS - 1) {
      double edge = r.value[n * (k + 1) / BINS];
      to_r = dw_sort_below(r.value, n, edge);
      to_c = dw_sort_below(c.value, m, edge);
    }
    in_r[k] = to_r - before_r;
    in_c[k] = to_c - before_c;
    before_r = to_r;
    before_c = to_c;
  }
  *chi = p_or_1(dw_chisquare_homogeneity(in_r, in_c, BINS, &test, NULL), &test);
  double low = r.value[n / 200], high = r.value[n - 1 - n / 200];
  uint64_t out_r = 0, out_c = 0;
  for (size_t i = 0; i < n; i++) out_r += r.value[i] < low || r.value[i] > high;
  for (size_t i = 0; i < m; i++) out_c += c.value[i] < low || c.value[i] > high;
  *exact = fisher_p(out_r, n, out_c, m);
}

static void number_tests(const dw_column *reference, const dw_column *current, double *p)
{
  dw_sorted r = reference->sorted, c = current->sorted;
  dw_test test;
  p[T] = p_or_1(dw_t_test(&reference->moments, &current->moments, false, &test, NULL), &test);
  p[KS] = p_or_1(dw_ks_2samp(r, c, &test, NULL), &test);
  p[AD] = p_or_1(dw_anderson_darling(r, c, false, &test, NULL), &test);
  p[MW] = p_or_1(dw_mannwhitney(r, c, DW_TWO_SIDED, &test, NULL), &test);
  binned_p(r, c, &p[CHI], &p[EXACT]);
}

static uint64_t count_of(const dw_column *column, int which, int category)
{
  if (!words[which][0])
    return dw_sort_below(column->sorted.value, column->sorted.count, category + 0.5) -
           dw_sort_below(column->sorted.value, column->sorted.count, category - 0.5);
  if (!words[which][category]) return 0;
  uint32_t at = dw_map_find(&column->texts, words[which][category], strlen(words[which][category]));
  return at == DW_MAP_NONE ? 0 : column->text_count[at];
}

/* Fisher's test is told which category it is: no test of all categories can know. */
static void category_tests(const dw_column *reference, const dw_column *current, int column, int category, double *p)
{
  uint64_t r[CATEGORIES_MOST], c[CATEGORIES_MOST];
  dw_test test;
  size_t seen = 0;
  for (int k = 0; k < CATEGORIES_MOST; k++) {
    r[seen] = count_of(reference, column, k);
    c[seen] = count_of(current, column, k);
    seen += r[seen] + c[seen] > 0;
  }
  p[CHI] = p_or_1(dw_chisquare_homogeneity(r, c, seen, &test, NULL), &test);
  p[EXACT] = fisher_p(count_of(reference, column, category), reference->rows, count_of(current, column, category), current->rows);
}

/* Which tests alarm, each at its part of the table's 5 %. On data without drift every column is looked at. */
static void single_tests(const drift *d, const dw_dataset *reference, const dw_dataset *current, bool *alarm)
{
  for (int column = 0; column < COLUMNS; column++) {
    if (d->kind != NONE && !moves(d, column)) continue;
    const dw_column *r = reference->column[column], *c = current->column[column];
    double p[SINGLE] = {1, 1, 1, 1, 1, 1};
    if (d->kind == MISSING) p[EXACT] = fisher_p(dw_column_missing(r), r->rows, dw_column_missing(c), c->rows);
    else if (is_number(column)) number_tests(r, c, p);
    else category_tests(r, c, column, d->category, p);
    for (int k = 0; k < SINGLE; k++) alarm[k] |= p[k] <= ALPHA / COLUMNS;
  }
}

/* --- all of them on one pair of sides --- */

typedef struct found {
  size_t ours, p_alone, former, any, half, single[SINGLE];
} found;

static bool least_below(double *p, size_t count, double alpha)
{
  double least = 1;
  dw_benjamini_hochberg(p, NULL, count, p);
  for (size_t i = 0; i < count; i++) least = fmin(least, p[i]);
  return least <= alpha;
}

static bool is_quality(const dw_finding *finding) { return dw_check_of(finding->check)->judges == DW_JUDGES_QUALITY; }

/* What the columns' own tests and distances, and the checks of quality beside them, said together before. */
static bool former_alarms(const dw_comparison *evidently, const dw_comparison *ours)
{
  double p[4 * COLUMNS];
  size_t count = 0;
  bool distant = false;
  for (size_t i = 0; i < evidently->finding_count; i++) {
    if (evidently->finding[i].by_p_value) p[count++] = evidently->finding[i].p_value;
    else distant |= evidently->finding[i].drift;
  }
  bool tested = least_below(p, count, ALPHA);
  count = 0;
  for (size_t i = 0; i < ours->finding_count; i++)
    if (is_quality(&ours->finding[i])) p[count++] = ours->finding[i].p_value;
  for (size_t i = 0; i < ours->without_finding; i++) p[count++] = 1;
  return distant | tested | least_below(p, count, QUALITY_ALPHA);
}

static void compare(found *out, const dw_dataset *reference, const dw_dataset *current, uint64_t seed)
{
  dw_limits limits[2];
  dw_comparison ours, evidently;
  dw_limits_init(&limits[0], DW_PRESET_DRIFTWATCH);
  dw_limits_init(&limits[1], DW_PRESET_EVIDENTLY);
  limits[0].settings.seed = seed;
  dw_compare(&ours, reference, current, &(dw_compare_options){.limits = &limits[0], .label = names[FRAUD], .threads = 1});
  dw_compare(&evidently, reference, current, &(dw_compare_options){.limits = &limits[1], .threads = 1});
  bool p_alone = false;
  for (size_t i = 0; i < ours.finding_count; i++) p_alone |= ours.finding[i].p_adjusted < ALPHA;
  out->ours += ours.drift;
  out->p_alone += p_alone;
  out->any += evidently.drifted > 0;
  out->half += evidently.dataset_drift;
  out->former += former_alarms(&evidently, &ours);
  dw_comparison_free(&ours);
  dw_comparison_free(&evidently);
  dw_limits_free(&limits[0]);
  dw_limits_free(&limits[1]);
}

typedef struct work {
  size_t rows;
  found (*found)[DRIFTS]; /* [trials] */
} work;

/* The sides without drift are made once for all drifts; of each, the columns that it moves. */
static void run_trial(void *context, size_t item, unsigned thread)
{
  const work *all = context;
  dw_dataset reference, still;
  fill(&reference, dw_rng_derive(item, "bench_detection reference"), all->rows, &drifts[0]);
  fill(&still, dw_rng_derive(item, "bench_detection current"), all->rows, &drifts[0]);
  for (size_t i = 0; i < DRIFTS; i++) {
    const drift *d = &drifts[i];
    dw_dataset moved = {0}, current = still;
    dw_column *column[COLUMNS];
    bool alarm[SINGLE] = {false};
    memcpy(column, still.column, sizeof column);
    current.column = column;
    if (d->kind != NONE) fill(&moved, dw_rng_derive(item, d->title), all->rows, d);
    for (int k = 0, at = 0; k < COLUMNS; k++)
      if (moves(d, k)) column[k] = moved.column[at++];
    found *out = &all->found[item][i];
    compare(out, &reference, &current, item);
    single_tests(d, &reference, &current, alarm);
    for (int k = 0; k < SINGLE; k++) out->single[k] += alarm[k];
    if (d->kind != NONE) dw_dataset_free(&moved);
  }
  dw_dataset_free(&reference);
  dw_dataset_free(&still);
}

static void measure(const size *s, found *sum)
{
  work all = {s->rows, calloc(s->trials, sizeof *all.found)};
  dw_parallel(0, s->trials, run_trial, &all);
  memset(sum, 0, DRIFTS * sizeof *sum);
  for (size_t t = 0; t < s->trials; t++)
    for (size_t i = 0; i < DRIFTS; i++) {
      const found *f = &all.found[t][i];
      sum[i].ours += f->ours;
      sum[i].p_alone += f->p_alone;
      sum[i].former += f->former;
      sum[i].any += f->any;
      sum[i].half += f->half;
      for (int k = 0; k < SINGLE; k++) sum[i].single[k] += f->single[k];
    }
  free(all.found);
}

/* --- how large a drift is, from many rows --- */

static double effect_of(const drift *d)
{
  enum { ROWS = 1000000 };
  static const drift still = {"", NONE, 0, 0, 0};
  dw_share_shift shift;
  const dw_effective every_row = {0, 0};
  if (d->kind == NONE) return NAN;
  if (d->kind == MISSING) return dw_share_shift_between(0.02, d->by);
  if (d->kind == SHARE || d->kind == FRESH) return dw_share_shift_between(still_share[d->column][d->category], d->by);
  double *value[2], *common = malloc(ROWS * sizeof *common);
  for (int side = 0; side < 2; side++) {
    dw_rng rng;
    size_t count = 0;
    dw_rng_start(&rng, dw_rng_derive((uint64_t)side, "bench_detection effect"), 0, 0);
    for (size_t row = 0; row < ROWS; row++) common[row] = normal(&rng);
    value[side] = malloc(ROWS * sizeof **value);
    while (count < ROWS) {
      double x = one_number(&rng, d->column, count, common, side ? d : &still);
      if (!isnan(x)) value[side][count++] = x;
    }
    dw_sort_doubles(value[side], ROWS, NULL);
  }
  dw_share_shift_numbers(dw_sorted_make(value[0], ROWS), dw_sorted_make(value[1], ROWS), every_row, &shift, NULL);
  free(value[0]);
  free(value[1]);
  free(common);
  return shift.h;
}

/* --- the table that is printed --- */

static double percent(size_t count, size_t trials) { return 100 * (double)count / (double)trials; }

static int best_of(const found *f)
{
  int best = 0;
  for (int k = 1; k < SINGLE; k++)
    if (f->single[k] > f->single[best]) best = k;
  return best;
}

/* "*": less than nine tenths of the best single test; "+": Evidently's any finds more, and alarms no more often without drift. */
static const char *mark(size_t ours, const found *f, const found *none)
{
  static const char *const marks[] = {"", "\\*", "+", "\\*+"};
  bool short_of_best = (double)ours<0.9 * (double)f->single[best_of(f)], short_of_any = f->any> ours && none->any <= none->ours;
  return f == none ? "" : marks[short_of_best + 2 * short_of_any];
}

static void print_head(void)
{
  printf("| drift | h |");
  for (size_t k = 0; k < SIZES; k++)
    printf(" %zu,%03zu rows: default, single | former, any, half |", sizes[k].rows / 1000, sizes[k].rows % 1000);
  printf("\n| --- | --- |");
  for (size_t k = 0; k < SIZES; k++) printf(" --- | --- |");
  printf("\n");
}

static void print_line(const drift *d, double h, const found (*sum)[DRIFTS], bool p_alone)
{
  size_t i = (size_t)(d - drifts);
  printf("| %s |", d->title);
  if (isnan(h)) printf(" |");
  else printf(" %.2f |", h);
  for (size_t k = 0; k < SIZES; k++) {
    const found *f = &sum[k][i];
    size_t ours = p_alone ? f->p_alone : f->ours, trials = sizes[k].trials;
    int best = best_of(f);
    printf(" %.0f%s, %.0f %s |", percent(ours, trials), mark(ours, f, &sum[k][0]), percent(f->single[best], trials), single_names[best]);
    printf(" %.0f, %.0f, %.0f |", percent(f->former, trials), percent(f->any, trials), percent(f->half, trials));
  }
  printf("\n");
}

int main(void)
{
  static found sum[SIZES][DRIFTS];
  double h[DRIFTS];
  for (size_t i = 0; i < DRIFTS; i++) h[i] = effect_of(&drifts[i]);
  for (size_t k = 0; k < SIZES; k++) measure(&sizes[k], sum[k]);
  print_head();
  for (size_t i = 0; i < DRIFTS; i++)
    if (!(h[i] < DW_SHIFT_MIN_EFFECT)) print_line(&drifts[i], h[i], sum, false);
  printf("\nBelow the least effect, found by the p-value alone (--min-effect 0):\n\n");
  print_head();
  print_line(&drifts[0], h[0], sum, true);
  for (size_t i = 0; i < DRIFTS; i++)
    if (h[i] < DW_SHIFT_MIN_EFFECT) print_line(&drifts[i], h[i], sum, true);
  return 0;
}
