/* trees: gradient boosted decision trees for two classes, on binned features (stats/samples/bins.h).
 *
 *   dw_trees *trees = dw_trees_train(&bins, label, row, rows, &dw_trees_defaults);
 *   dw_trees_predict(trees, &bins, other_row, other_rows, NULL, NULL, log_odds);
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
/* A feature that is read from bin[0..rows) instead of the rows' own bins, which is how a permuted feature is asked about. */
typedef struct dw_trees_instead {
  size_t feature;
  const uint8_t *bin;
} dw_trees_instead;

/* Bytes for the leaves in which rows come out, tree by tree; 0: trees are too large to note them. */
size_t dw_trees_leaves(const dw_trees *trees, size_t rows);
/* The log-odds of label 1. leaves: NULL, or, asked for the rows as they are (instead NULL), [dw_trees_leaves] to be filled; asked again
 * about the same rows with another feature's bins, what was filled: trees that do not ask for it need not be walked again. */
void dw_trees_predict(const dw_trees *trees, const dw_bins *bins, const uint32_t *row, size_t rows, const dw_trees_instead *instead,
                      uint8_t *leaves, double *out);
const double *dw_trees_gain(const dw_trees *trees); /* [features] sum of the gains of the splits on it */
void dw_trees_free(dw_trees *trees);

#endif
