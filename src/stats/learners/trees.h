/* trees: gradient boosted decision trees for two classes, on binned features (stats/samples/bins.h).
 *
 *   dw_trees *trees = dw_trees_train(&bins, label, row, rows, &dw_trees_defaults);
 *   dw_trees_predict(trees, &bins, other_row, other_rows, log_odds);
 *
 * Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001, with second-order gains (Chen,
 * Guestrin, KDD 2016) and leaf-wise growth on histograms (Ke et al., "LightGBM", NIPS 2017): the leaf with the largest gain is split next.
 * Categories are ordered by their gradients before a split (Fisher, "On grouping for maximum homogeneity", JASA 53, 1958), missing cells go
 * to the side that gains more. One thread, and sums in the order of `row`: the same rows give the same trees.
 */
#ifndef DW_STATS_TREES_H
#define DW_STATS_TREES_H

#include "base/rng.h"
#include "stats/samples/bins.h"

typedef struct dw_trees_options {
  size_t rounds;    /* trees */
  size_t leaves;    /* of a tree, at most */
  double shrinkage; /* of each tree's answer */
  double lambda;    /* weight of the leaves' squares in the loss */
  size_t least;     /* rows that a leaf needs */
  size_t features;  /* looked at by a tree, drawn anew for each; 0: all */
  dw_rng_key key;   /* for that draw */
} dw_trees_options;

extern const dw_trees_options dw_trees_defaults; /* 100 trees of 31 leaves, 0.1, 1, 20, all */

typedef struct dw_trees dw_trees;

/* label: [bins->rows], 0 or 1; row: the rows to learn from. One class only, or no rows: the trees answer with their share alone. */
dw_trees *dw_trees_train(const dw_bins *bins, const uint8_t *label, const uint32_t *row, size_t rows, const dw_trees_options *options);
/* The log-odds of label 1. `instead`, `other`: the feature of this number is read from other[0..rows) instead of the row's own bin
 * (NULL: none), which is how a permuted feature is asked about. */
void dw_trees_predict(const dw_trees *trees, const dw_bins *bins, const uint32_t *row, size_t rows, size_t instead, const uint8_t *other,
                      double *out);
const double *dw_trees_gain(const dw_trees *trees); /* [features] sum of the gains of the splits on it */
void dw_trees_free(dw_trees *trees);

#endif
