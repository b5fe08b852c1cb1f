/* How it is fast: the nodes of a tree lie level by level, the two of a split side by side, so that a step down is one addition; LANES
 * records take each step together, without a branch, so that the processor waits for the memory of all of them at once; a leaf leads to
 * itself, so that all of them can take as many steps as the deepest leaf needs; and a tree is put to BLOCK records before the next one,
 * while it is in the cache and they are. A node is 12 bytes in one place rather than in three lists: a step needs all of it, and one line
 * of the cache has it. */
#include "model/booster/forest.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/booster/walk_nodes.h"

enum { LANES = 16, BLOCK = 64, PIECE = 4 * BLOCK }; /* a piece is what a thread takes at a time */
enum { EARLY = 8 };                                 /* steps after which it is asked whether all records are in their leaves already */

/* right: not less than border, or missing where missing goes right. A leaf: border NaN, child itself, missing goes left. */
typedef struct node {
  uint32_t feature; /* twice its number, plus 1 where missing values go left */
  float border;     /* of a split by categories: the place of its set */
  uint32_t child;   /* the left one, of the same tree; the right one is behind it */
} node;

typedef struct tree {
  size_t root; /* in the nodes */
  uint32_t steps, group;
  float weight;
  bool vector, sets;
} tree;

/* The categories of a split: a bit each where there are not many between them, else the ascending list. */
typedef struct category_set {
  size_t first, count; /* in the list; in the bits, count words, when `bits` */
  bool bits;
} category_set;

struct dw_forest {
  size_t features, groups, trees, nodes, sets;
  node *node;
  float *value;    /* [nodes] of leaves */
  uint32_t *place; /* [nodes] of leaves that are vectors: in `vector`; of splits by categories: their set + 1; else 0 */
  tree *tree;
  category_set *set;
  int32_t *list;
  uint64_t *bit;
  float *vector, *linear;
  size_t *round_end;
  size_t rounds;
};

/* --- out of a walk --- */

typedef struct growing {
  const dw_walk *walk;
  dw_forest *forest;
  uint32_t *from; /* [nodes of a tree] which of the walk's nodes each is */
  size_t listed, bits, bit_capacity;
} growing;

static void put_set(growing *g, const dw_walk_node *n)
{
  dw_forest *f = g->forest;
  const int32_t *list = g->walk->set + n->set;
  category_set *set = &f->set[f->sets++];
  size_t words = (size_t)list[n->count - 1] / 64 + 1;
  *set = (category_set){g->listed, n->count, words <= n->count + 16};
  if (!set->bits) {
    memcpy(f->list + g->listed, list, n->count * sizeof *list);
    g->listed += n->count;
    return;
  }
  set->first = g->bits;
  set->count = words;
  f->bit = dw_grow(f->bit, &g->bit_capacity, g->bits + words, sizeof *f->bit);
  memset(f->bit + g->bits, 0, words * sizeof *f->bit);
  for (size_t i = 0; i < n->count; i++) f->bit[g->bits + (size_t)list[i] / 64] |= (uint64_t)1 << (list[i] % 64);
  g->bits += words;
}

/* Level by level: what is reached last is the deepest. */
static void put_tree(growing *g, const dw_walk_tree *from, tree *to)
{
  dw_forest *f = g->forest;
  const dw_walk_node *nodes = g->walk->node + from->first;
  node *out = f->node + f->nodes;
  size_t count = 1, level_end = 1;
  *to = (tree){.root = f->nodes, .group = (uint32_t)from->group, .weight = from->weight, .vector = from->vector};
  g->from[0] = 0;
  for (size_t i = 0; i < count; i++) {
    const dw_walk_node *n = &nodes[g->from[i]];
    if (i == level_end) {
      level_end = count;
      to->steps++;
    }
    if (dw_walk_leaf(n)) {
      out[i] = (node){.feature = 1, .border = NAN, .child = (uint32_t)i};
      f->value[f->nodes + i] = n->value;
      f->place[f->nodes + i] = from->vector ? n->set : 0;
      continue;
    }
    out[i] = (node){.feature = 2 * n->feature + n->default_left, .border = n->value, .child = (uint32_t)count};
    if (n->categorical) put_set(g, n);
    f->value[f->nodes + i] = 0;
    f->place[f->nodes + i] = n->categorical ? (uint32_t)f->sets : 0;
    to->sets |= n->categorical;
    g->from[count++] = (uint32_t)n->left;
    g->from[count++] = (uint32_t)n->right;
  }
  f->nodes += count;
}

static float *copied(const float *from, size_t count)
{
  float *to = from ? dw_alloc_array(count, sizeof *to) : NULL;
  if (from) memcpy(to, from, count * sizeof *to);
  return to;
}

dw_forest *dw_forest_new(const dw_walk *walk)
{
  dw_forest *f = dw_alloc_zero(1, sizeof *f);
  growing g = {.walk = walk, .forest = f};
  size_t most = 1, splits = 0;
  f->features = walk->features;
  f->groups = walk->groups;
  f->linear = copied(walk->linear, (walk->features + 1) * walk->groups);
  f->vector = copied(walk->vector, walk->vectors * walk->groups);
  f->trees = walk->trees;
  f->rounds = walk->rounds;
  f->round_end = dw_alloc_array(walk->rounds, sizeof *f->round_end);
  for (size_t i = 0; i < walk->rounds; i++) f->round_end[i] = walk->round_end[i];
  for (size_t i = 0; i < walk->trees; i++) most = walk->tree[i].nodes > most ? walk->tree[i].nodes : most;
  for (size_t i = 0; i < walk->nodes; i++) splits += walk->node[i].categorical;
  f->node = dw_alloc_array(walk->nodes, sizeof *f->node);
  f->value = dw_alloc_array(walk->nodes, sizeof *f->value);
  f->place = dw_alloc_array(walk->nodes, sizeof *f->place);
  f->tree = dw_alloc_array(walk->trees, sizeof *f->tree);
  f->set = dw_alloc_array(splits, sizeof *f->set);
  f->list = dw_alloc_array(walk->sets, sizeof *f->list);
  g.from = dw_alloc_array(most, sizeof *g.from);
  for (size_t i = 0; i < walk->trees; i++) put_tree(&g, &walk->tree[i], &f->tree[i]);
  dw_free(g.from);
  return f;
}

void dw_forest_free(dw_forest *forest)
{
  if (!forest) return;
  dw_free(forest->node);
  dw_free(forest->value);
  dw_free(forest->place);
  dw_free(forest->tree);
  dw_free(forest->set);
  dw_free(forest->list);
  dw_free(forest->bit);
  dw_free(forest->vector);
  dw_free(forest->linear);
  dw_free(forest->round_end);
  dw_free(forest);
}

/* --- records down a tree --- */

static inline uint32_t step(const node *nodes, uint32_t at, const float *x)
{
  const node *n = &nodes[at];
  float value = x[n->feature >> 1];
  return n->child + ((value >= n->border) | ((value != value) & ~n->feature & 1));
}

static void down_numbers(const node *nodes, uint32_t steps, const float *x, size_t features, uint32_t at[LANES])
{
  for (uint32_t s = 0; s < steps; s++) {
    uint32_t moved = 0;
    for (size_t i = 0; i < LANES; i++) {
      uint32_t next = step(nodes, at[i], x + i * features);
      moved |= next ^ at[i];
      at[i] = next;
    }
    if (s >= EARLY && !moved) return;
  }
}

static bool in_set(const dw_forest *f, const category_set *set, float x)
{
  if (!set->bits) return dw_walk_in_set(f->list + set->first, set->count, x);
  if (!(x >= 0 && x < DW_WALK_CATEGORY_END)) return false;
  size_t category = (size_t)x;
  return category / 64 < set->count && (f->bit[set->first + category / 64] >> (category % 64) & 1);
}

static uint32_t down_sets(const dw_forest *f, const tree *t, const float *x)
{
  const node *nodes = f->node + t->root;
  const uint32_t *place = f->place + t->root;
  uint32_t at = 0;
  while (nodes[at].child != at) {
    const node *n = &nodes[at];
    float value = x[n->feature >> 1];
    at = place[at] && value == value ? n->child + in_set(f, &f->set[place[at] - 1], value) : step(nodes, at, x);
  }
  return at;
}

static void add_leaves(const dw_forest *f, const tree *t, const uint32_t *at, size_t rows, float *margin)
{
  const float *value = f->value + t->root;
  const uint32_t *place = f->place + t->root;
  for (size_t i = 0; i < rows && !t->vector; i++) margin[i * f->groups + t->group] += value[at[i]] * t->weight;
  for (size_t i = 0; i < rows && t->vector; i++) {
    const float *vector = f->vector + (size_t)place[at[i]] * f->groups;
    for (size_t g = 0; g < f->groups; g++) margin[i * f->groups + g] += vector[g] * t->weight;
  }
}

static void put_tree_to(const dw_forest *f, const tree *t, const float *x, size_t rows, float *margin)
{
  uint32_t at[LANES];
  size_t row = 0;
  for (; row + LANES <= rows && !t->sets; row += LANES) {
    memset(at, 0, sizeof at);
    down_numbers(f->node + t->root, t->steps, x + row * f->features, f->features, at);
    add_leaves(f, t, at, LANES, margin + row * f->groups);
  }
  for (; row < rows; row++) {
    at[0] = down_sets(f, t, x + row * f->features);
    add_leaves(f, t, at, 1, margin + row * f->groups);
  }
}

static void sum_linear(const dw_forest *f, const float *x, float *margin)
{
  for (size_t g = 0; g < f->groups; g++) {
    margin[g] += f->linear[f->features * f->groups + g];
    for (size_t i = 0; i < f->features; i++)
      if (!isnan(x[i])) margin[g] += f->linear[i * f->groups + g] * x[i];
  }
}

/* --- all of them --- */

typedef struct task {
  const dw_forest *forest;
  const float *x, *base;
  float *margin;
  size_t rows, trees;
} task;

static void sum_block(const task *t, size_t row, size_t rows)
{
  const dw_forest *f = t->forest;
  const float *x = t->x + row * f->features;
  float *margin = t->margin + row * f->groups;
  for (size_t i = 0; i < rows; i++) memcpy(margin + i * f->groups, t->base, f->groups * sizeof *margin);
  for (size_t i = 0; f->linear && i < rows; i++) sum_linear(f, x + i * f->features, margin + i * f->groups);
  for (size_t i = 0; i < t->trees; i++) put_tree_to(f, &f->tree[i], x, rows, margin);
}

static void sum_piece(void *context, size_t item, unsigned thread)
{
  const task *t = context;
  size_t end = (item + 1) * PIECE < t->rows ? (item + 1) * PIECE : t->rows;
  for (size_t row = item * PIECE; row < end; row += BLOCK) sum_block(t, row, end - row < BLOCK ? end - row : BLOCK);
}

void dw_forest_sum(const dw_forest *forest, const float *x, size_t rows, size_t rounds, const float *base, unsigned threads, float *margin)
{
  size_t trees = rounds && rounds < forest->rounds ? forest->round_end[rounds - 1] : forest->trees;
  task t = {forest, x, base, margin, rows, trees};
  dw_parallel(threads, (rows + PIECE - 1) / PIECE, sum_piece, &t);
}
