#include "detect/joint/joint_correlation.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/tests/association.h"
#include "stats/samples/bins.h"
#include "stats/tests/multiple.h"
#include "stats/samples/sort.h"

const char *const dw_association_names[3] = {"pearson", "spearman", "cramer_v"};

enum {
  MOST_COLUMNS = 1500,
  LEAST_ROWS = 20, /* with both values, on each side */
  GRAINS = 3,      /* how finely columns are cut for tables: tried in turn */
  LEVELS = 7,      /* at most */
  LEAST_EXPECTED = 5
};

static const size_t categories_kept[GRAINS] = {LEVELS - 1, 2, 1}; /* the others are one more */
static const size_t quantile_bins[GRAINS] = {4, 3, 2};

/* A feature as the pairs want it, for the rows that are looked at. */
typedef struct pair_column {
  bool numeric;
  bool gaps[DW_SIDES];
  double *value[DW_SIDES], *rank[DW_SIDES]; /* numeric: standardised; with gaps: as they are, NaN for the missing */
  bool spread[DW_SIDES];                    /* numeric without gaps: not constant */
  uint8_t *level[GRAINS][DW_SIDES];         /* 0: missing */
} pair_column;

typedef struct pair_result {
  double value[2][DW_SIDES]; /* by pearson and spearman, or V and nothing */
  double p[2];
} pair_result;

typedef struct correlating {
  const dw_joint_table *table;
  pair_column *column;
  size_t columns;
  uint32_t *row[DW_SIDES]; /* the rows looked at, ascending */
  size_t rows[DW_SIDES];
  pair_result *pair; /* (0,1) (0,2) … (1,2) … */
} correlating;

static size_t pair_index(size_t columns, size_t a, size_t b) { return a * columns - a * (a + 1) / 2 + (b - a - 1); }

/* --- which rows --- */

static int by_row(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void draw_rows(correlating *c, int side, double cells)
{
  size_t n = c->table->rows[side], most = n;
  double pairs = (double)c->columns * (double)(c->columns - 1) / 2;
  if ((double)n * pairs > cells) most = (size_t)(cells / pairs);
  c->rows[side] = most;
  c->row[side] = dw_joint_shuffle(c->table, side, "correlations");
  qsort(c->row[side], most, sizeof *c->row[side], by_row);
}

/* --- columns --- */

/* Ranks among the values that are there. */
static void rank_values(const double *value, size_t n, double *rank)
{
  double *there = dw_alloc_array(n, sizeof *there), *of = dw_alloc_array(n, sizeof *of), *scratch = dw_alloc_array(2 * n, sizeof *scratch);
  size_t count = 0, at = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[i])) there[count++] = value[i];
  dw_midranks(there, count, of, scratch);
  for (size_t i = 0; i < n; i++) rank[i] = isnan(value[i]) ? NAN : of[at++];
  dw_free(there);
  dw_free(of);
  dw_free(scratch);
}

static void cut_numbers(const correlating *c, pair_column *column, const double *const value[DW_SIDES], int grain)
{
  size_t n = c->rows[0] + c->rows[1], count = 0, bins = quantile_bins[grain];
  double *sorted = dw_alloc_array(n, sizeof *sorted), cut[LEVELS];
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < c->rows[side]; i++)
      if (!isnan(value[side][i])) sorted[count++] = value[side][i];
  dw_sort_doubles(sorted, count, NULL);
  for (size_t k = 1; k < bins; k++) cut[k] = count ? sorted[k * count / bins] : 0;
  for (int side = 0; side < DW_SIDES; side++) {
    column->level[grain][side] = dw_alloc_zero(c->rows[side], 1);
    for (size_t i = 0; i < c->rows[side]; i++) {
      if (isnan(value[side][i])) continue;
      uint8_t level = 1;
      for (size_t k = 1; k < bins; k++) level = (uint8_t)(level + (value[side][i] >= cut[k]));
      column->level[grain][side][i] = level;
    }
  }
  dw_free(sorted);
}

static void prepare_numbers(const correlating *c, pair_column *column, const dw_joint_feature *feature)
{
  column->numeric = true;
  for (int side = 0; side < DW_SIDES; side++) {
    size_t n = c->rows[side];
    column->value[side] = dw_alloc_array(n, sizeof(double));
    column->rank[side] = dw_alloc_array(n, sizeof(double));
    for (size_t i = 0; i < n; i++) {
      column->value[side][i] = feature->number[side] ? feature->number[side][c->row[side][i]] : NAN;
      column->gaps[side] |= isnan(column->value[side][i]);
    }
    rank_values(column->value[side], n, column->rank[side]);
  }
  for (int grain = 0; grain < GRAINS; grain++) cut_numbers(c, column, (const double *const *)column->value, grain);
  for (int side = 0; side < DW_SIDES; side++) {
    if (column->gaps[side]) continue;
    column->spread[side] = dw_standardise(column->value[side], c->rows[side]);
    dw_standardise(column->rank[side], c->rows[side]);
  }
}

static void prepare_categories(const correlating *c, pair_column *column, const dw_joint_feature *feature)
{
  size_t *count = dw_alloc_zero(feature->categories + 1, sizeof *count);
  uint32_t *order = dw_alloc_array(feature->categories, sizeof *order);
  uint8_t *level = dw_alloc_zero(feature->categories + 1, 1);
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < c->rows[side]; i++) count[feature->code[side][c->row[side][i]]]++;
  dw_order_by_count(count + 1, feature->categories, order);
  for (int grain = 0; grain < GRAINS; grain++) {
    for (size_t k = 0; k < feature->categories; k++)
      level[order[k] + 1] = (uint8_t)(1 + (k < categories_kept[grain] ? k : categories_kept[grain]));
    for (int side = 0; side < DW_SIDES; side++) {
      column->level[grain][side] = dw_alloc_array(c->rows[side], 1);
      for (size_t i = 0; i < c->rows[side]; i++) column->level[grain][side][i] = level[feature->code[side][c->row[side][i]]];
    }
  }
  dw_free(count);
  dw_free(order);
  dw_free(level);
}

static void prepare_column(void *context, size_t item, unsigned thread)
{
  correlating *c = context;
  const dw_joint_feature *feature = &c->table->feature[item];
  if (feature->categorical) prepare_categories(c, &c->column[item], feature);
  else prepare_numbers(c, &c->column[item], feature);
}

/* --- pairs --- */

static dw_correlation correlate_gaps(const double *x, const double *y, size_t rows, bool ranks)
{
  double *a = dw_alloc_array(rows, sizeof *a), *b = dw_alloc_array(rows, sizeof *b);
  size_t n = 0;
  for (size_t i = 0; i < rows; i++) {
    if (isnan(x[i]) || isnan(y[i])) continue;
    a[n] = x[i];
    b[n++] = y[i];
  }
  dw_correlation out = {.r = NAN, .variance = NAN, .n = n};
  if (n >= LEAST_ROWS && dw_standardise(a, n) && dw_standardise(b, n)) out = dw_correlation_of(a, b, n, ranks);
  dw_free(a);
  dw_free(b);
  return out;
}

static dw_correlation correlate(const correlating *c, const pair_column *x, const pair_column *y, int side, bool ranks)
{
  const double *a = ranks ? x->rank[side] : x->value[side], *b = ranks ? y->rank[side] : y->value[side];
  size_t rows = c->rows[side];
  if (x->gaps[side] || y->gaps[side]) return correlate_gaps(a, b, rows, ranks);
  if (rows < LEAST_ROWS || !x->spread[side] || !y->spread[side]) return (dw_correlation){.r = NAN, .variance = NAN, .n = rows};
  return dw_correlation_of(a, b, rows, ranks);
}

static void test_numbers(const correlating *c, const pair_column *x, const pair_column *y, pair_result *result)
{
  for (int ranks = 0; ranks < 2; ranks++) {
    dw_correlation of[DW_SIDES];
    dw_test test;
    for (int side = 0; side < DW_SIDES; side++) {
      of[side] = correlate(c, x, y, side, ranks);
      result->value[ranks][side] = of[side].r;
    }
    if (dw_correlation_change(&of[DW_REFERENCE], &of[DW_CURRENT], &test, NULL) == DW_OK) result->p[ranks] = test.p_value;
  }
}

/* The finest tables whose expected counts allow the chi-square law. */
static void test_tables(const correlating *c, const pair_column *x, const pair_column *y, pair_result *result)
{
  for (int grain = 0; grain < GRAINS; grain++) {
    uint64_t wide[DW_SIDES][LEVELS + 1][LEVELS + 1] = {{{0}}}, table[DW_SIDES][LEVELS * LEVELS];
    dw_test test;
    double least;
    for (int side = 0; side < DW_SIDES; side++) {
      const uint8_t *a = x->level[grain][side], *b = y->level[grain][side];
      for (size_t i = 0; i < c->rows[side]; i++) wide[side][a[i]][b[i]]++;
      for (int i = 0; i < LEVELS; i++)
        for (int k = 0; k < LEVELS; k++) table[side][i * LEVELS + k] = wide[side][i + 1][k + 1]; /* without the missing */
      result->value[0][side] = dw_table_v(table[side], LEVELS, LEVELS);
    }
    if (dw_interaction_test(table[0], table[1], LEVELS, LEVELS, &test, &least, NULL) != DW_OK) return;
    if (least < LEAST_EXPECTED) continue;
    result->p[0] = test.p_value;
    return;
  }
}

static void test_pairs(void *context, size_t a, unsigned thread)
{
  correlating *c = context;
  for (size_t b = a + 1; b < c->columns; b++) {
    pair_result *result = &c->pair[pair_index(c->columns, a, b)];
    *result = (pair_result){{{NAN, NAN}, {NAN, NAN}}, {NAN, NAN}};
    if (c->column[a].numeric && c->column[b].numeric) test_numbers(c, &c->column[a], &c->column[b], result);
    else test_tables(c, &c->column[a], &c->column[b], result);
  }
}

/* --- what comes of it --- */

static double size_of(const dw_association_change *change) { return fabs(change->value[DW_CURRENT] - change->value[DW_REFERENCE]); }

static int by_weight(const void *a, const void *b)
{
  const dw_association_change *x = a, *y = b;
  if (x->p_adjusted != y->p_adjusted) return x->p_adjusted < y->p_adjusted ? -1 : 1;
  if (size_of(x) != size_of(y)) return size_of(x) > size_of(y) ? -1 : 1;
  if (x->a != y->a) return x->a < y->a ? -1 : 1;
  return x->b < y->b ? -1 : x->b > y->b;
}

static void adjust(double *p, size_t count, dw_correction correction)
{
  if (correction == DW_CORRECTION_BONFERRONI) dw_bonferroni(p, NULL, count, p);
  if (correction == DW_CORRECTION_HOLM) dw_holm(p, NULL, count, p);
  if (correction == DW_CORRECTION_BH) dw_benjamini_hochberg(p, NULL, count, p);
}

static void collect(const correlating *c, dw_correlations *out, dw_correction correction)
{
  size_t pairs = c->columns * (c->columns - 1) / 2;
  double *p = dw_alloc_array(2 * pairs, sizeof *p), *simes = dw_alloc_array(2 * pairs, sizeof *simes);
  for (size_t i = 0; i < pairs; i++)
    for (int k = 0; k < 2; k++) p[2 * i + (size_t)k] = c->pair[i].p[k];
  dw_benjamini_hochberg(p, NULL, 2 * pairs, simes);
  adjust(p, 2 * pairs, correction);
  out->change = dw_alloc_array(pairs, sizeof *out->change);
  out->p_value = INFINITY;
  for (size_t a = 0; a < c->columns; a++)
    for (size_t b = a + 1; b < c->columns; b++) {
      size_t i = pair_index(c->columns, a, b);
      const pair_result *pair = &c->pair[i];
      for (int k = 0; k < 2; k++) out->tests += (size_t)!isnan(pair->p[k]);
      if (isnan(pair->p[0]) && isnan(pair->p[1])) continue;
      int best = isnan(pair->p[0]) || pair->p[1] < pair->p[0];
      bool numeric = c->column[a].numeric && c->column[b].numeric;
      out->change[out->count++] = (dw_association_change){.a = a,
                                                          .b = b,
                                                          .method = numeric ? best ? DW_SPEARMAN : DW_PEARSON : DW_CRAMER_V,
                                                          .value = {pair->value[best][0], pair->value[best][1]},
                                                          .other = {pair->value[!best][0], pair->value[!best][1]},
                                                          .p_value = pair->p[best],
                                                          .p_adjusted = p[2 * i + (size_t)best]};
      out->p_value = fmin(out->p_value, simes[2 * i + (size_t)best]);
    }
  qsort(out->change, out->count, sizeof *out->change, by_weight);
  dw_free(p);
  dw_free(simes);
}

static void correlating_free(correlating *c)
{
  for (size_t i = 0; i < c->columns; i++)
    for (int side = 0; side < DW_SIDES; side++) {
      dw_free(c->column[i].value[side]);
      dw_free(c->column[i].rank[side]);
      for (int grain = 0; grain < GRAINS; grain++) dw_free(c->column[i].level[grain][side]);
    }
  for (int side = 0; side < DW_SIDES; side++) dw_free(c->row[side]);
  dw_free(c->column);
  dw_free(c->pair);
}

dw_status dw_correlations_run(dw_correlations *out, const dw_joint_table *table, dw_correction correction, double cells, unsigned threads,
                              dw_err *err)
{
  *out = (dw_correlations){.p_value = NAN};
  if (table->count < 2) return dw_err_set(err, DW_ENODATA, "fewer than two columns of numbers or categories that both sides have");
  correlating c = {.table = table, .columns = table->count < MOST_COLUMNS ? table->count : MOST_COLUMNS};
  for (int side = 0; side < DW_SIDES; side++) draw_rows(&c, side, cells);
  c.column = dw_alloc_zero(c.columns, sizeof *c.column);
  c.pair = dw_alloc_array(c.columns * (c.columns - 1) / 2, sizeof *c.pair);
  dw_parallel(threads, c.columns, prepare_column, &c);
  dw_parallel(threads, c.columns, test_pairs, &c);
  collect(&c, out, correction);
  out->columns = c.columns;
  for (int side = 0; side < DW_SIDES; side++) out->rows[side] = c.rows[side];
  correlating_free(&c);
  if (out->count) return DW_OK;
  dw_correlations_free(out);
  return dw_err_set(err, DW_ENODATA, "no pair of columns with enough values on both sides (%d rows with both, and some spread)",
                    LEAST_ROWS);
}

void dw_correlations_free(dw_correlations *correlations)
{
  dw_free(correlations->change);
  *correlations = (dw_correlations){.p_value = NAN};
}
