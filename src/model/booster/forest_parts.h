/* forest_parts: what a forest is made of. Private to forest.c and forest_wide.c.
 *
 * Numbers become keys before they are compared: 32-bit integers in the order of the floats, 0 for -0 as well. A missing value becomes the
 * key that is below or above all others, whichever way the split sends it; so a step down a tree is one comparison of integers, and a
 * feature that some splits send left and others right makes two columns of keys. */
#ifndef DW_MODEL_FOREST_PARTS_H
#define DW_MODEL_FOREST_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/booster/forest.h"

enum { DW_FOREST_BLOCK = 64, DW_FOREST_TOP = 3, DW_FOREST_TOP_NODES = 7, DW_FOREST_EXITS = 8 };

/* Left: the record's key is below border. A leaf leads to itself, whatever the key. */
typedef struct dw_forest_node {
  int32_t border;  /* the key of the number; of a leaf, and of a split by categories, the lowest */
  uint32_t column; /* where the keys of its feature begin: a multiple of DW_FOREST_BLOCK */
  uint32_t right;  /* the right one, of the same tree; the left one is before it. A leaf: itself */
  float value;     /* of a leaf, times the tree's weight */
} dw_forest_node;

/* The first three levels once more, as if all their splits were there: those that are missing lead to the same leaf on both sides. Nodes
 * are in the order of a heap: root, its left, its right, … Behind them are the nodes of the fourth level, or the leaves above it; one that
 * takes 4, 2 and 1 for a step to the left, level by level, stands at 8 less that sum, 8 itself being 0: where the low bits of minus the sum
 * point. */
typedef struct dw_forest_top {
  int32_t border[DW_FOREST_TOP_NODES];
  uint32_t column[DW_FOREST_TOP_NODES];
  struct {
    int32_t border[DW_FOREST_EXITS];
    uint32_t column[DW_FOREST_EXITS], right[DW_FOREST_EXITS];
    float value[DW_FOREST_EXITS];
  } out;
} dw_forest_top;

typedef struct dw_forest_tree {
  size_t root; /* in the nodes */
  uint32_t steps, group;
  float weight;
  bool vector, sets;
  dw_forest_top top;
} dw_forest_tree;

typedef struct dw_forest_column {
  size_t feature;
  int32_t missing; /* the key of a missing value */
} dw_forest_column;

/* The categories of a split: a bit each where there are not many between them, else the ascending list. */
typedef struct dw_forest_set {
  size_t first, count; /* in the list; in the bits, count words, when `bits` */
  bool bits;
} dw_forest_set;

/* Adds the leaves of a tree of numbers to sum. keys: DW_FOREST_BLOCK of each column; rows are rounded up to eight, and sum has room for
 * that. */
typedef void dw_forest_kernel(const dw_forest_node *nodes, const dw_forest_tree *tree, const int32_t *keys, size_t rows, float *sum);

struct dw_forest {
  size_t features, groups, columns, trees, nodes, sets;
  dw_forest_kernel *kernel;
  dw_forest_column *column; /* ascending in features */
  dw_forest_node *node;
  uint32_t *place; /* [nodes] of leaves that are vectors: in `vector`; of splits by categories: their set + 1; else 0 */
  dw_forest_tree *tree;
  dw_forest_set *set;
  int32_t *list;
  uint64_t *bit;
  float *vector, *linear;
  size_t *round_end;
  size_t rounds;
};

dw_forest_kernel *dw_forest_wide(void); /* for the processor at hand; NULL: there is none (forest_wide.c) */

#endif
