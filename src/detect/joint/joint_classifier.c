#include "detect/joint/joint_classifier.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "stats/tests/roc.h"
#include "stats/samples/sort.h"
#include "stats/distributions/special.h"
#include "stats/learners/trees.h"

enum {
  FOLDS = 5,
  LEAST_ROWS = 10,   /* of a side: two in each fold */
  LEAF_LEAST = 3,    /* rows of a leaf, where rows are few */
  RANKED = 20,       /* features that are asked for their importance */
  TREE_FEATURES = 64 /* that one tree looks at, of very many */
};

typedef struct classifying {
  const dw_joint_table *table;
  dw_bins bins;
  size_t rows;
  uint8_t *label, *fold; /* [rows] reference first */
  uint32_t *train[FOLDS], *test[FOLDS];
  size_t train_count[FOLDS], test_count[FOLDS];
  dw_trees *trees[FOLDS];
  uint8_t *leaves[FOLDS]; /* of the fold's own rows; NULL: not noted */
  double *score;          /* [rows] by trees that did not see the row */
  double z[FOLDS];        /* of the fold, scored by trees that saw only folds before it; the first has none */
  dw_trees_options options;
  dw_rng_key key;
  double base; /* the AUC that importances are measured from */
  dw_classifier_feature *ranked;
} classifying;

/* --- who is in which fold --- */

/* Each side is dealt out in an order drawn from its row numbers: every fold has its share of both sides. */
static void deal_folds(classifying *c)
{
  size_t first = 0;
  for (int side = 0; side < DW_SIDES; side++) {
    size_t n = c->table->rows[side];
    uint32_t *order = dw_joint_shuffle(c->table, side, "domain classifier");
    for (size_t i = 0; i < n; i++) {
      c->fold[first + order[i]] = (uint8_t)(i % FOLDS);
      c->label[first + i] = (uint8_t)side;
    }
    dw_free(order);
    first += n;
  }
  for (int fold = 0; fold < FOLDS; fold++) {
    c->train[fold] = dw_alloc_array(c->rows, sizeof **c->train);
    c->test[fold] = dw_alloc_array(c->rows, sizeof **c->test);
    for (size_t i = 0; i < c->rows; i++)
      if (c->fold[i] == fold) c->test[fold][c->test_count[fold]++] = (uint32_t)i;
      else c->train[fold][c->train_count[fold]++] = (uint32_t)i;
  }
}

/* --- features as bins --- */

static void bin_feature(void *context, size_t item, unsigned thread)
{
  classifying *c = context;
  const dw_joint_feature *feature = &c->table->feature[item];
  size_t first = c->table->rows[0];
  if (feature->categorical) {
    uint32_t *code = dw_alloc_array(c->rows, sizeof *code);
    for (size_t i = 0; i < c->rows; i++) code[i] = i < first ? feature->code[0][i] : feature->code[1][i - first];
    dw_bins_categories(&c->bins, item, code, feature->categories);
    dw_free(code);
    return;
  }
  double *number = dw_alloc_array(c->rows, sizeof *number);
  for (size_t i = 0; i < c->rows; i++) {
    const double *of_side = feature->number[i >= first];
    number[i] = of_side ? of_side[i < first ? i : i - first] : NAN;
  }
  dw_bins_numbers(&c->bins, item, number);
  dw_free(number);
}

/* --- learning and scoring --- */

static void score_fold(classifying *c, const dw_trees *trees, size_t fold, uint8_t *leaves, double *score)
{
  dw_trees_predict(trees, &c->bins, c->test[fold], c->test_count[fold], NULL, leaves, score);
}

/* Mann and Whitney's U of the current rows' scores, standardised by its variance when the sides are exchangeable (ties counted): given
 * the trees, that is what they are under the null hypothesis. All scores equal: 0. */
static double exchangeable_z(const classifying *c, size_t fold, const double *score)
{
  size_t rows = c->test_count[fold], n[DW_SIDES] = {0, 0};
  double *of[DW_SIDES] = {dw_alloc_array(rows, sizeof(double)), dw_alloc_array(rows, sizeof(double))};
  for (size_t i = 0; i < rows; i++) {
    int side = c->label[c->test[fold][i]];
    of[side][n[side]++] = score[i];
  }
  for (int side = 0; side < DW_SIDES; side++) dw_sort_doubles(of[side], n[side], NULL);
  dw_merge walk;
  dw_merge_start(&walk, dw_sorted_make(of[DW_CURRENT], n[DW_CURRENT]), dw_sorted_make(of[DW_REFERENCE], n[DW_REFERENCE]));
  double above = 0, ties = 0, total = (double)rows, product = (double)n[0] * (double)n[1];
  while (dw_merge_next(&walk)) {
    double t = (double)(walk.times_a + walk.times_b);
    above += (double)walk.times_a * ((double)(walk.below_b - walk.times_b) + 0.5 * (double)walk.times_b);
    ties += t * t * t - t;
  }
  double variance = product / 12 * (total + 1 - ties / (total * (total - 1)));
  for (int side = 0; side < DW_SIDES; side++) dw_free(of[side]);
  return variance > 0 ? (above - product / 2) / sqrt(variance) : 0;
}

/* Items below FOLDS: the trees of all other folds. From there on: those of the folds before fold `item` - FOLDS + 1 only. */
static void run_fold(void *context, size_t item, unsigned thread)
{
  classifying *c = context;
  size_t fold = item < FOLDS ? item : item - FOLDS + 1;
  double *score = dw_alloc_array(c->test_count[fold], sizeof *score);
  if (item < FOLDS) {
    c->trees[fold] = dw_trees_train(&c->bins, c->label, c->train[fold], c->train_count[fold], &c->options);
    size_t leaves = dw_trees_leaves(c->trees[fold], c->test_count[fold]);
    c->leaves[fold] = leaves ? dw_alloc(leaves) : NULL;
    score_fold(c, c->trees[fold], fold, c->leaves[fold], score);
    for (size_t i = 0; i < c->test_count[fold]; i++) c->score[c->test[fold][i]] = score[i];
    if (fold + 1 == FOLDS) c->z[fold] = exchangeable_z(c, fold, score); /* all other folds are before it */
  } else {
    uint32_t *before = dw_alloc_array(c->rows, sizeof *before);
    size_t count = 0;
    for (size_t i = 0; i < c->rows; i++)
      if (c->fold[i] < fold) before[count++] = (uint32_t)i;
    dw_trees *trees = dw_trees_train(&c->bins, c->label, before, count, &c->options);
    score_fold(c, trees, fold, NULL, score);
    c->z[fold] = exchangeable_z(c, fold, score);
    dw_trees_free(trees);
    dw_free(before);
  }
  dw_free(score);
}

/* Fold k is scored by trees of the folds before it: given those, its z has mean 0 and variance 1 under the null hypothesis, so that the
 * sum of weighted z is a sum of martingale differences, and normal. (Fold against all others would not do: their trees share rows, the
 * five AUCs go together, and p-values from their mean are too small: measured, 11 % below 0.05.) Later folds, scored by better trees,
 * weigh more. */
static double prequential_p(const classifying *c)
{
  double sum = 0, squares = 0;
  for (int fold = 1; fold < FOLDS; fold++) {
    sum += fold * c->z[fold];
    squares += fold * fold;
  }
  return dw_normal_sf(sum / sqrt(squares));
}

/* The mean over the folds of the AUC within each: trees of different folds are never ranked against each other, which would pull the AUC
 * of equal sides below a half. */
static dw_status mean_auc(const classifying *c, const double *score, double *auc, double *variance, dw_err *err)
{
  double *of_fold = dw_alloc_array(c->rows, sizeof *of_fold);
  uint8_t *label = dw_alloc_array(c->rows, 1);
  dw_status status = DW_OK;
  *auc = *variance = 0;
  for (int fold = 0; fold < FOLDS && status == DW_OK; fold++) {
    dw_auc one;
    for (size_t i = 0; i < c->test_count[fold]; i++) {
      of_fold[i] = score[c->test[fold][i]];
      label[i] = c->label[c->test[fold][i]];
    }
    status = dw_auc_labels(of_fold, label, c->test_count[fold], &one, err);
    *auc += one.auc / FOLDS;
    *variance += one.variance / (FOLDS * FOLDS);
  }
  dw_free(of_fold);
  dw_free(label);
  return status;
}

/* --- which features tell the sides apart --- */

static int by_importance(const void *a, const void *b)
{
  const dw_classifier_feature *x = a, *y = b;
  if (x->importance != y->importance) return x->importance > y->importance ? -1 : 1;
  if (x->gain_share != y->gain_share) return x->gain_share > y->gain_share ? -1 : 1;
  return x->feature < y->feature ? -1 : x->feature > y->feature;
}

/* The rows of a fold exchange their bins of this feature, in an order drawn for it. */
static void shuffle_feature(void *context, size_t item, unsigned thread)
{
  classifying *c = context;
  dw_classifier_feature *feature = &c->ranked[item];
  const uint8_t *bin = c->bins.bin + feature->feature * c->rows;
  double *score = dw_alloc_array(c->rows, sizeof *score), *one = dw_alloc_array(c->rows, sizeof *one);
  uint8_t *shuffled = dw_alloc_array(c->rows, 1);
  for (int fold = 0; fold < FOLDS; fold++) {
    size_t n = c->test_count[fold];
    dw_rng rng;
    dw_rng_start(&rng, c->key, feature->feature, (uint32_t)fold);
    for (size_t i = 0; i < n; i++) {
      size_t k = (size_t)dw_rng_below(&rng, i + 1);
      shuffled[i] = shuffled[k];
      shuffled[k] = bin[c->test[fold][i]];
    }
    dw_trees_predict(c->trees[fold], &c->bins, c->test[fold], n, &(dw_trees_instead){feature->feature, shuffled}, c->leaves[fold], one);
    for (size_t i = 0; i < n; i++) score[c->test[fold][i]] = one[i];
  }
  double auc = NAN, variance;
  if (mean_auc(c, score, &auc, &variance, NULL) == DW_OK) feature->importance = c->base - auc;
  dw_free(score);
  dw_free(one);
  dw_free(shuffled);
}

static void rank_features(classifying *c, dw_classifier *out, unsigned threads)
{
  size_t count = c->table->count;
  double total = 0;
  c->ranked = dw_alloc_zero(count, sizeof *c->ranked);
  for (size_t f = 0; f < count; f++) {
    c->ranked[f].feature = f;
    for (int fold = 0; fold < FOLDS; fold++) c->ranked[f].gain_share += dw_trees_gain(c->trees[fold])[f];
    total += c->ranked[f].gain_share;
  }
  for (size_t f = 0; f < count; f++) c->ranked[f].gain_share = total > 0 ? c->ranked[f].gain_share / total : 0;
  qsort(c->ranked, count, sizeof *c->ranked, by_importance);
  out->ranked = c->ranked;
  out->ranked_count = count < RANKED ? count : RANKED;
  dw_parallel(threads, out->ranked_count, shuffle_feature, c);
  qsort(c->ranked, out->ranked_count, sizeof *c->ranked, by_importance);
}

static void classifying_free(classifying *c)
{
  dw_bins_free(&c->bins);
  dw_free(c->label);
  dw_free(c->fold);
  dw_free(c->score);
  for (int fold = 0; fold < FOLDS; fold++) {
    dw_free(c->train[fold]);
    dw_free(c->test[fold]);
    dw_trees_free(c->trees[fold]);
    dw_free(c->leaves[fold]);
  }
}

dw_status dw_classifier_run(dw_classifier *out, const dw_joint_table *table, unsigned threads, dw_err *err)
{
  *out = (dw_classifier){.auc = NAN, .standard_error = NAN, .p_value = NAN, .folds = FOLDS};
  if (table->count == 0) return dw_err_set(err, DW_ENODATA, "no column of numbers or categories that both sides have");
  for (int side = 0; side < DW_SIDES; side++)
    if (table->rows[side] < LEAST_ROWS)
      return dw_err_set(err, DW_ENODATA, "%zu rows on the %s side: a classifier needs %d to learn from and be judged by", table->rows[side],
                        side == DW_REFERENCE ? "reference" : "current", LEAST_ROWS);
  classifying c = {.table = table, .rows = table->rows[0] + table->rows[1], .options = dw_trees_defaults};
  c.key = dw_rng_derive(0, "domain classifier shuffles");
  c.options.features = table->count > TREE_FEATURES ? TREE_FEATURES : 0;
  c.options.least = c.rows / 50 < LEAF_LEAST ? LEAF_LEAST : c.rows / 50 > c.options.least ? c.options.least : c.rows / 50;
  c.options.key = dw_rng_derive(0, "domain classifier trees");
  c.label = dw_alloc_array(c.rows, 1);
  c.fold = dw_alloc_array(c.rows, 1);
  c.score = dw_alloc_array(c.rows, sizeof *c.score);
  deal_folds(&c);
  dw_bins_init(&c.bins, c.rows, table->count);
  dw_parallel(threads, table->count, bin_feature, &c);
  dw_parallel(threads, FOLDS + FOLDS - 2, run_fold, &c);
  double variance;
  dw_status status = mean_auc(&c, c.score, &out->auc, &variance, err);
  c.base = out->auc;
  if (status == DW_OK) {
    out->standard_error = sqrt(variance * (1 + (double)FOLDS / (FOLDS - 1)));
    out->p_value = prequential_p(&c);
    rank_features(&c, out, threads);
  }
  classifying_free(&c);
  return status;
}

void dw_classifier_free(dw_classifier *classifier)
{
  dw_free(classifier->ranked);
  *classifier = (dw_classifier){0};
}
