#include "stats/learners/trees.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"

const dw_trees_options dw_trees_defaults = {.rounds = 100, .leaves = 31, .shrinkage = 0.1, .lambda = 1, .least = 20};

enum {
  CATEGORY_LEAST = 5, /* categories with fewer rows in a node are not told apart there */
  LANES = 16,         /* rows that go down a tree together */
  CHUNK = 256         /* rows whose bins are at hand while all trees are asked */
};
#define LEAST_GAIN 1e-9 /* below it a split is rounding */

/* The right child is behind the left one. A leaf leads to itself, so that records take steps together, some of them longer than they need.
 */
typedef struct tree_node {
  uint64_t left_bins; /* the bins that go left; of a leaf, all */
  uint32_t feature;   /* 0 of a leaf */
  uint32_t left;
} tree_node;

struct dw_trees {
  size_t features;
  double start; /* log-odds of the training rows */
  tree_node *node;
  double *value; /* [node_count] of leaves */
  size_t node_count, node_capacity, value_capacity;
  uint32_t *root; /* [rounds] */
  uint64_t *asks; /* [node_count] the features that the way to a node asks about, modulo 64 */
  size_t count;
  bool small; /* the nodes of a tree are numbered by a byte */
  double *gain;
};

typedef struct cell {
  double gradient, hessian;
  uint32_t rows;
} cell;

/* A leaf of the tree that grows, and the best way to split it. */
typedef struct open_leaf {
  size_t first, rows; /* in order */
  uint32_t node;
  cell sum;
  cell *histogram;  /* [features looked at][DW_BINS] */
  double gain;      /* 0: it stays a leaf */
  uint32_t feature; /* index into looked_at */
  uint64_t left_bins;
} open_leaf;

typedef struct growing {
  dw_trees *trees;
  const dw_bins *bins;
  const uint8_t *label;
  const dw_trees_options *options;
  size_t rows;
  uint32_t *order, *spare;    /* the rows, those of a leaf together */
  double *gradient, *hessian; /* by place in `row`; order holds places */
  const uint32_t *row;
  double *score;
  uint32_t *looked_at; /* features of this tree */
  size_t features;
  uint8_t *bin; /* [place][feature]: the bins of a training row side by side */
  size_t all;   /* features */
  open_leaf *leaf;
  size_t leaf_count;
} growing;

static double gain_part(const growing *g, double gradient, double hessian) { return gradient * gradient / (hessian + g->options->lambda); }

static void build_histogram(const growing *g, open_leaf *leaf)
{
  memset(leaf->histogram, 0, g->features * DW_BINS * sizeof *leaf->histogram);
  for (size_t i = 0; i < leaf->rows; i++) {
    uint32_t place = g->order[leaf->first + i];
    const uint8_t *bin = g->bin + place * g->all;
    double gradient = g->gradient[place], hessian = g->hessian[place];
    for (size_t f = 0; f < g->features; f++) {
      cell *c = &leaf->histogram[f * DW_BINS + bin[g->looked_at[f]]];
      c->gradient += gradient;
      c->hessian += hessian;
      c->rows++;
    }
  }
}

static void cell_add(cell *to, const cell *from)
{
  to->gradient += from->gradient;
  to->hessian += from->hessian;
  to->rows += from->rows;
}

/* Is a split with `left` on its left the best so far? */
static void consider(const growing *g, open_leaf *leaf, size_t f, cell left, uint64_t left_bins)
{
  cell right = {leaf->sum.gradient - left.gradient, leaf->sum.hessian - left.hessian, leaf->sum.rows - left.rows};
  if (left.rows < g->options->least || right.rows < g->options->least) return;
  double gain = gain_part(g, left.gradient, left.hessian) + gain_part(g, right.gradient, right.hessian) -
                gain_part(g, leaf->sum.gradient, leaf->sum.hessian);
  if (!(gain > leaf->gain)) return;
  leaf->gain = gain;
  leaf->feature = (uint32_t)f;
  leaf->left_bins = left_bins;
}

/* Splits between bins in this order, the missing cells on either side. */
static void search_order(const growing *g, open_leaf *leaf, size_t f, const uint8_t *bin, size_t count)
{
  const cell *cells = leaf->histogram + f * DW_BINS;
  cell left = {0};
  uint64_t left_bins = 0;
  if (cells[0].rows) consider(g, leaf, f, cells[0], 1);
  for (size_t i = 0; i < count; i++) {
    cell_add(&left, &cells[bin[i]]);
    left_bins |= UINT64_C(1) << bin[i];
    if (i + 1 == count) break;             /* that one is the split off of the missing cells, considered above */
    if (cells[bin[i]].rows == 0) continue; /* the same split once more */
    consider(g, leaf, f, left, left_bins);
    if (cells[0].rows == 0) continue;
    cell with = left;
    cell_add(&with, &cells[0]);
    consider(g, leaf, f, with, left_bins | 1);
  }
}

static void search_feature(const growing *g, open_leaf *leaf, size_t f)
{
  const cell *cells = leaf->histogram + f * DW_BINS;
  uint8_t bin[DW_BINS];
  double rank[DW_BINS];
  size_t count = 0;
  uint32_t feature = g->looked_at[f];
  bool categorical = g->bins->categorical[feature];
  for (size_t k = 1; k < g->bins->count[feature]; k++) {
    if (categorical && cells[k].rows < CATEGORY_LEAST) continue; /* empty bins of numbers stay: other rows may lie there */
    double at = categorical ? cells[k].gradient / (cells[k].hessian + g->options->lambda) : 0;
    size_t i = count++;
    for (; categorical && i > 0 && rank[i - 1] > at; i--) {
      rank[i] = rank[i - 1];
      bin[i] = bin[i - 1];
    }
    rank[i] = at;
    bin[i] = (uint8_t)k;
  }
  search_order(g, leaf, f, bin, count);
}

static void search(const growing *g, open_leaf *leaf)
{
  leaf->gain = LEAST_GAIN;
  leaf->feature = UINT32_MAX;
  if (leaf->rows >= 2 * g->options->least)
    for (size_t f = 0; f < g->features; f++) search_feature(g, leaf, f);
  if (leaf->feature == UINT32_MAX) leaf->gain = 0;
}

static uint32_t new_node(dw_trees *trees)
{
  trees->node = dw_grow(trees->node, &trees->node_capacity, trees->node_count + 1, sizeof *trees->node);
  trees->value = dw_grow(trees->value, &trees->value_capacity, trees->node_count + 1, sizeof *trees->value);
  trees->node[trees->node_count] = (tree_node){.left_bins = UINT64_MAX, .left = (uint32_t)trees->node_count};
  trees->value[trees->node_count] = 0;
  return (uint32_t)trees->node_count++;
}

static void leaf_sum(const growing *g, open_leaf *leaf)
{
  leaf->sum = (cell){0};
  for (size_t i = 0; i < leaf->rows; i++) {
    uint32_t place = g->order[leaf->first + i];
    cell_add(&leaf->sum, &(cell){g->gradient[place], g->hessian[place], 1});
  }
}

/* The rows of the leaf that go left come first, both parts in their old order. Returns how many. */
static size_t divide(growing *g, const open_leaf *leaf)
{
  const uint8_t *bin = g->bin + g->looked_at[leaf->feature];
  uint32_t *order = g->order + leaf->first;
  size_t left = 0, right = 0;
  for (size_t i = 0; i < leaf->rows; i++) {
    uint32_t place = order[i];
    bool goes_left = leaf->left_bins >> bin[place * g->all] & 1;
    order[left] = g->spare[right] = place; /* the one that it does not belong to is written over: without a branch */
    left += goes_left;
    right += !goes_left;
  }
  memcpy(order + left, g->spare, right * sizeof *order);
  return left;
}

/* The smaller child is counted, the other one is what remains of the parent. */
static void split_leaf(growing *g, size_t which)
{
  dw_trees *trees = g->trees;
  open_leaf *a = &g->leaf[which], *b = &g->leaf[g->leaf_count++];
  size_t left = divide(g, a);
  uint32_t parent = a->node, left_node = new_node(trees), right_node = new_node(trees);
  trees->node[parent] = (tree_node){.left_bins = a->left_bins, .feature = g->looked_at[a->feature], .left = left_node};
  trees->gain[g->looked_at[a->feature]] += a->gain;
  cell *of_b = b->histogram;
  *b = *a;
  b->histogram = of_b;
  b->first += left;
  b->rows -= left;
  b->node = right_node;
  a->rows = left;
  a->node = left_node;
  if (a->rows > b->rows) { /* the histogram of the parent stays with the larger one */
    build_histogram(g, b);
  } else {
    cell *of_a = a->histogram;
    a->histogram = b->histogram;
    b->histogram = of_a;
    build_histogram(g, a);
  }
  open_leaf *small = a->rows > b->rows ? b : a, *large = small == a ? b : a;
  for (size_t i = 0; i < g->features * DW_BINS; i++) {
    large->histogram[i].gradient -= small->histogram[i].gradient;
    large->histogram[i].hessian -= small->histogram[i].hessian;
    large->histogram[i].rows -= small->histogram[i].rows;
  }
  leaf_sum(g, a);
  leaf_sum(g, b);
  search(g, a);
  search(g, b);
}

static void choose_features(growing *g, size_t round)
{
  size_t all = g->bins->features;
  for (size_t i = 0; i < all; i++) g->looked_at[i] = (uint32_t)i;
  if (g->features == all) return;
  dw_rng rng;
  dw_rng_start(&rng, g->options->key, round, 0);
  for (size_t i = 0; i < g->features; i++) {
    size_t k = i + (size_t)dw_rng_below(&rng, all - i);
    uint32_t chosen = g->looked_at[k];
    g->looked_at[k] = g->looked_at[i];
    g->looked_at[i] = chosen;
  }
}

static void grow_tree(growing *g, size_t round)
{
  dw_trees *trees = g->trees;
  choose_features(g, round);
  for (size_t i = 0; i < g->rows; i++) {
    double p = 1 / (1 + dw_exp(-g->score[i]));
    g->gradient[i] = p - (g->label[g->row[i]] ? 1 : 0);
    g->hessian[i] = p * (1 - p);
    g->order[i] = (uint32_t)i;
  }
  g->leaf_count = 1;
  open_leaf *root = &g->leaf[0];
  root->first = 0;
  root->rows = g->rows;
  root->node = trees->root[trees->count++] = new_node(trees);
  build_histogram(g, root);
  leaf_sum(g, root);
  search(g, root);
  while (g->leaf_count < g->options->leaves) {
    size_t best = 0;
    for (size_t i = 1; i < g->leaf_count; i++)
      if (g->leaf[i].gain > g->leaf[best].gain) best = i;
    if (g->leaf[best].gain <= 0) break;
    split_leaf(g, best);
  }
  for (size_t k = 0; k < g->leaf_count; k++) {
    const open_leaf *leaf = &g->leaf[k];
    double value = -leaf->sum.gradient / (leaf->sum.hessian + g->options->lambda) * g->options->shrinkage;
    trees->value[leaf->node] = value;
    for (size_t i = 0; i < leaf->rows; i++) g->score[g->order[leaf->first + i]] += value;
  }
}

static void growing_free(growing *g)
{
  for (size_t i = 0; i < g->options->leaves; i++) dw_free(g->leaf[i].histogram);
  dw_free(g->leaf);
  dw_free(g->order);
  dw_free(g->spare);
  dw_free(g->gradient);
  dw_free(g->hessian);
  dw_free(g->score);
  dw_free(g->looked_at);
  dw_free(g->bin);
}

static void grow_all(dw_trees *trees, const dw_bins *bins, const uint8_t *label, const uint32_t *row, size_t rows,
                     const dw_trees_options *o)
{
  growing g = {.trees = trees, .bins = bins, .label = label, .options = o, .rows = rows, .row = row, .all = bins->features};
  g.features = o->features && o->features < bins->features ? o->features : bins->features;
  g.order = dw_alloc_array(rows, sizeof *g.order);
  g.spare = dw_alloc_array(rows, sizeof *g.spare);
  g.gradient = dw_alloc_array(rows, sizeof *g.gradient);
  g.hessian = dw_alloc_array(rows, sizeof *g.hessian);
  g.score = dw_alloc_array(rows, sizeof *g.score);
  g.looked_at = dw_alloc_array(bins->features, sizeof *g.looked_at);
  g.bin = dw_alloc_array(bins->features * rows, 1);
  g.leaf = dw_alloc_zero(o->leaves, sizeof *g.leaf);
  for (size_t i = 0; i < o->leaves; i++) g.leaf[i].histogram = dw_alloc_array(g.features * DW_BINS, sizeof(cell));
  for (size_t i = 0; i < rows; i++) g.score[i] = trees->start;
  for (size_t f = 0; f < bins->features; f++)
    for (size_t i = 0; i < rows; i++) g.bin[i * bins->features + f] = bins->bin[f * bins->rows + row[i]];
  for (size_t round = 0; round < o->rounds; round++) grow_tree(&g, round);
  growing_free(&g);
}

/* Children stand behind their parents. */
static void note_asks(dw_trees *trees)
{
  trees->asks = dw_alloc_zero(trees->node_count, sizeof *trees->asks);
  for (uint32_t i = 0; i < trees->node_count; i++) {
    const tree_node *n = &trees->node[i];
    if (n->left == i) continue;
    trees->asks[n->left] = trees->asks[n->left + 1] = trees->asks[i] | UINT64_C(1) << n->feature % 64;
  }
}

dw_trees *dw_trees_train(const dw_bins *bins, const uint8_t *label, const uint32_t *row, size_t rows, const dw_trees_options *options)
{
  dw_trees *trees = dw_alloc_zero(1, sizeof *trees);
  trees->features = bins->features;
  trees->gain = dw_alloc_zero(bins->features, sizeof *trees->gain);
  trees->root = dw_alloc_array(options->rounds, sizeof *trees->root);
  size_t positives = 0;
  for (size_t i = 0; i < rows; i++) positives += label[row[i]] != 0;
  if (positives == 0 || positives == rows || bins->features == 0) return trees;
  trees->start = dw_log((double)positives / (double)(rows - positives));
  grow_all(trees, bins, label, row, rows, options);
  note_asks(trees);
  trees->small = 2 * options->leaves - 1 <= UINT8_MAX + 1;
  return trees;
}

/* One tree, LANES rows, by their numbers: without a branch, so that the processor waits for the memory of all of them at once. */
static void down_tree(const tree_node *node, uint32_t root, const uint8_t *bin, size_t features, const uint32_t row[LANES],
                      uint32_t at[LANES])
{
  for (size_t i = 0; i < LANES; i++) at[i] = root;
  for (uint32_t moved = 1; moved;) {
    moved = 0;
    for (size_t i = 0; i < LANES; i++) {
      const tree_node *n = &node[at[i]];
      uint32_t next = n->left + !(n->left_bins >> bin[row[i] * features + n->feature] & 1);
      moved |= next ^ at[i];
      at[i] = next;
    }
  }
}

/* The leaf of each row of list[0..count), into leaf[row]. */
static void find_leaves(const dw_trees *trees, size_t tree, const uint8_t *bin, const uint32_t *list, size_t count, uint32_t *leaf)
{
  for (size_t from = 0; from < count; from += LANES) {
    size_t lanes = count - from < LANES ? count - from : LANES;
    uint32_t row[LANES], at[LANES];
    for (size_t i = 0; i < LANES; i++) row[i] = list[from + (i < lanes ? i : 0)];
    down_tree(trees->node, trees->root[tree], bin, trees->features, row, at);
    for (size_t i = 0; i < lanes; i++) leaf[row[i]] = at[i];
  }
}

/* The rows of a chunk that come out of the tree elsewhere, perhaps, with another bin of the feature: known[] tells where they did with
 * their own, changed[] which have another (0 or 1). */
static size_t list_moved(const dw_trees *trees, size_t tree, size_t feature, const uint8_t *known, const uint8_t *changed, size_t count,
                         uint32_t *list, uint32_t *leaf)
{
  size_t listed = 0;
  for (uint32_t i = 0; i < count; i++) {
    leaf[i] = trees->root[tree] + known[i];
    list[listed] = i;
    listed += (size_t)(trees->asks[leaf[i]] >> feature % 64 & changed[i]);
  }
  return listed;
}

void dw_trees_predict(const dw_trees *trees, const dw_bins *bins, const uint32_t *row, size_t rows, const dw_trees_instead *instead,
                      uint8_t *leaves, double *out)
{
  size_t features = trees->features;
  uint8_t *bin = dw_alloc_zero(CHUNK, features ? features : 1);
  for (size_t from = 0; from < rows; from += CHUNK) {
    size_t count = rows - from < CHUNK ? rows - from : CHUNK;
    double *score = out + from;
    uint32_t list[CHUNK], leaf[CHUNK];
    uint8_t changed[CHUNK] = {0};
    for (size_t i = 0; i < count && instead && trees->count; i++)
      changed[i] = instead->bin[from + i] != bins->bin[instead->feature * bins->rows + row[from + i]];
    for (size_t f = 0; f < features && trees->count; f++) /* without trees nobody asks what a row has */
      for (size_t i = 0; i < count; i++)
        bin[i * features + f] = instead && f == instead->feature ? instead->bin[from + i] : bins->bin[f * bins->rows + row[from + i]];
    for (size_t i = 0; i < count; i++) score[i] = trees->start;
    for (size_t t = 0; t < trees->count; t++) {
      uint8_t *known = leaves ? leaves + t * rows + from : NULL;
      size_t listed = count;
      if (known && instead) listed = list_moved(trees, t, instead->feature, known, changed, count, list, leaf);
      else
        for (uint32_t i = 0; i < count; i++) list[i] = i;
      find_leaves(trees, t, bin, list, listed, leaf);
      for (size_t i = 0; i < count; i++) score[i] += trees->value[leaf[i]];
      for (size_t i = 0; known && !instead && i < count; i++) known[i] = (uint8_t)(leaf[i] - trees->root[t]);
    }
  }
  dw_free(bin);
}

size_t dw_trees_leaves(const dw_trees *trees, size_t rows) { return trees->small ? trees->count * rows : 0; }

const double *dw_trees_gain(const dw_trees *trees) { return trees->gain; }

void dw_trees_free(dw_trees *trees)
{
  if (!trees) return;
  dw_free(trees->node);
  dw_free(trees->value);
  dw_free(trees->root);
  dw_free(trees->asks);
  dw_free(trees->gain);
  dw_free(trees);
}
