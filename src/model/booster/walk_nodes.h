/* walk_nodes: what a walk is made of, for those who read it (walk_read.c), walk it (walk.c) and put it in another order (forest.c). */
#ifndef DW_MODEL_WALK_NODES_H
#define DW_MODEL_WALK_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/booster/walk.h"

/* Categories are floats in XGBoost: whole numbers below 2^24. */
enum { DW_WALK_CATEGORY_END = 1 << 24 };

typedef struct dw_walk_node {
  int32_t left, right; /* of the same tree; -1 at a leaf */
  int32_t parent;
  uint32_t feature;
  float value;         /* a leaf's, or what a split compares with: left when the record's is less */
  uint32_t set, count; /* a split by categories: right when the record's is one of set[set .. set + count). A leaf that is a vector: its
                          place among the vectors, in `set` */
  float gain;          /* of a split: what it took from the loss in training; 0 where leaves are vectors */
  bool categorical, default_left;
} dw_walk_node;

typedef struct dw_walk_tree {
  size_t first; /* its root in the nodes */
  size_t nodes;
  size_t group; /* the sum that its leaves go to, unless they are vectors: those go to all */
  float weight;
  bool vector;
} dw_walk_tree;

struct dw_walk {
  size_t features, groups;
  float *linear; /* [(features + 1) * groups], the biases last; NULL for trees */
  dw_walk_node *node;
  dw_walk_tree *tree;
  int32_t *set;  /* categories, ascending in each split */
  float *vector; /* [vectors * groups] leaves that are vectors */
  size_t nodes, node_capacity, trees, sets, set_capacity, vectors, vector_capacity;
  size_t *round_end; /* [rounds] trees up to it */
  size_t rounds, layer;
  bool dart, categories;
};

static inline bool dw_walk_leaf(const dw_walk_node *node) { return node->left == -1 && node->right == -1; }

/* Does the record go right? A category that the split does not know goes left, and so does what is no category. */
static inline bool dw_walk_in_set(const int32_t *set, size_t count, float x)
{
  if (!(x >= 0 && x < DW_WALK_CATEGORY_END)) return false;
  int32_t category = (int32_t)x;
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set[middle] == category) return true;
    if (set[middle] < category) low = middle + 1;
    else high = middle;
  }
  return false;
}

#endif
