/* How it is fast: a split compares integers (forest_parts.h), missing values need no step of their own; the nodes of a tree lie level by
 * level, the two of a split side by side, so that a step down is one addition; LANES records take each step together, without a branch, so
 * that the processor waits for the memory of all of them at once; a leaf leads to itself, so that all of them can take as many steps as the
 * deepest leaf needs; and a tree is put to a block of records before the next one, while it is in the cache and they are. A node is 16
 * bytes in one place rather than in four lists: a step needs most of it, and one line of the cache has it. */
#include "model/booster/forest.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/booster/forest_parts.h"
#include "model/booster/walk_nodes.h"

enum { LANES = 16, BLOCK = DW_FOREST_BLOCK, PIECE = 4 * BLOCK }; /* a piece is what a thread takes at a time */
enum { EARLY = 8 };                                              /* steps after which it is asked whether all are in their leaves already */
enum { WORTH_WIDE = 8 };                                         /* records */

/* --- keys --- */

/* In the order of the floats, and 0 for -0. No NaN. */
static inline int32_t key_of(int32_t bits) { return bits == INT32_MIN ? 0 : bits ^ (bits < 0 ? INT32_MAX : 0); }

static int32_t border_of(float x)
{
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return key_of(bits);
}

/* Of a block of records, column by column. Those that are not there up to the end of the lanes get some key: their sums go nowhere. */
static void put_keys(const dw_forest *f, const float *x, size_t rows, int32_t *keys)
{
  for (size_t c = 0; c < f->columns; c++) {
    const dw_forest_column *column = &f->column[c];
    const float *from = x + column->feature;
    int32_t *to = keys + c * BLOCK;
    for (size_t i = 0; i < rows; i++) memcpy(&to[i], from + i * f->features, sizeof *to);
    for (size_t i = rows; i < BLOCK; i++) to[i] = 0;
    for (size_t i = 0; i < BLOCK; i++) to[i] = (to[i] & INT32_MAX) > 0x7f800000 ? column->missing : key_of(to[i]);
  }
}

/* --- out of a walk --- */

typedef struct growing {
  const dw_walk *walk;
  dw_forest *forest;
  uint32_t *from; /* [nodes of a tree] which of the walk's nodes each is */
  uint32_t *used; /* [2 * features] columns: is it asked for, and then its place */
  size_t listed, bits, bit_capacity;
} growing;

static void put_set(growing *g, const dw_walk_node *n)
{
  dw_forest *f = g->forest;
  const int32_t *list = g->walk->set + n->set;
  dw_forest_set *set = &f->set[f->sets++];
  size_t words = (size_t)list[n->count - 1] / 64 + 1;
  *set = (dw_forest_set){g->listed, n->count, words <= n->count + 16};
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

/* place: in the order of a heap, from 1 on; behind the nodes of the top are its exits. */
static void put_top(dw_forest_top *top, const dw_forest_node *nodes, uint32_t at, unsigned place)
{
  const dw_forest_node *n = &nodes[at];
  bool leaf = n->right == at;
  if (place > DW_FOREST_TOP_NODES) {
    unsigned left = 2 * DW_FOREST_TOP_NODES + 1 - place, way = (DW_FOREST_EXITS - left) % DW_FOREST_EXITS;
    top->out.border[way] = n->border;
    top->out.column[way] = n->column;
    top->out.right[way] = n->right;
    top->out.value[way] = n->value;
    return;
  }
  top->border[place - 1] = n->border;
  top->column[place - 1] = n->column;
  put_top(top, nodes, leaf ? at : n->right - 1, 2 * place);
  put_top(top, nodes, n->right, 2 * place + 1);
}

/* Level by level: what is reached last is the deepest. Columns are not numbered yet: a column is twice its feature, and 1 where missing
 * values go left. */
static void put_tree(growing *g, const dw_walk_tree *from, dw_forest_tree *to)
{
  dw_forest *f = g->forest;
  const dw_walk_node *nodes = g->walk->node + from->first;
  dw_forest_node *out = f->node + f->nodes;
  size_t count = 1, level_end = 1;
  *to = (dw_forest_tree){.root = f->nodes, .group = (uint32_t)from->group, .weight = from->weight, .vector = from->vector};
  g->from[0] = 0;
  for (size_t i = 0; i < count; i++) {
    const dw_walk_node *n = &nodes[g->from[i]];
    if (i == level_end) {
      level_end = count;
      to->steps++;
    }
    if (dw_walk_leaf(n)) {
      out[i] = (dw_forest_node){.border = INT32_MIN, .right = (uint32_t)i, .value = n->value * from->weight};
      f->place[f->nodes + i] = from->vector ? n->set : 0;
      continue;
    }
    out[i] = (dw_forest_node){.border = n->categorical ? INT32_MIN : border_of(n->value),
                              .column = 2 * n->feature + n->default_left,
                              .right = (uint32_t)count + 1};
    g->used[out[i].column] = 1;
    if (n->categorical) put_set(g, n);
    f->place[f->nodes + i] = n->categorical ? (uint32_t)f->sets : 0;
    to->sets |= n->categorical;
    g->from[count++] = (uint32_t)n->left;
    g->from[count++] = (uint32_t)n->right;
  }
  f->nodes += count;
}

/* Only what some split asks for becomes keys. */
static void number_columns(growing *g)
{
  dw_forest *f = g->forest;
  for (size_t i = 0; i < 2 * f->features; i++) f->columns += g->used[i];
  f->column = dw_alloc_array(f->columns, sizeof *f->column);
  f->columns = 0;
  for (size_t i = 0; i < 2 * f->features; i++) {
    if (!g->used[i]) continue;
    f->column[f->columns] = (dw_forest_column){i / 2, i % 2 ? INT32_MIN : INT32_MAX};
    g->used[i] = (uint32_t)f->columns++ * BLOCK;
  }
  for (size_t t = 0; t < f->trees; t++) {
    dw_forest_tree *tree = &f->tree[t];
    dw_forest_node *nodes = f->node + tree->root;
    size_t end = t + 1 < f->trees ? f->tree[t + 1].root : f->nodes;
    for (size_t i = 0; i < end - tree->root; i++)
      if (nodes[i].right != i) nodes[i].column = g->used[nodes[i].column];
    put_top(&tree->top, nodes, 0, 1);
  }
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
  f->place = dw_alloc_array(walk->nodes, sizeof *f->place);
  f->tree = dw_alloc_array(walk->trees, sizeof *f->tree);
  f->set = dw_alloc_array(splits, sizeof *f->set);
  f->list = dw_alloc_array(walk->sets, sizeof *f->list);
  g.from = dw_alloc_array(most, sizeof *g.from);
  g.used = dw_alloc_zero(2 * walk->features, sizeof *g.used);
  for (size_t i = 0; i < walk->trees; i++) put_tree(&g, &walk->tree[i], &f->tree[i]);
  number_columns(&g);
  f->kernel = dw_forest_wide();
  dw_free(g.from);
  dw_free(g.used);
  return f;
}

void dw_forest_free(dw_forest *forest)
{
  if (!forest) return;
  dw_free(forest->node);
  dw_free(forest->column);
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

void dw_forest_portable(dw_forest *forest) { forest->kernel = NULL; }

/* --- records down a tree --- */

static inline uint32_t step(const dw_forest_node *nodes, uint32_t at, const int32_t *keys)
{
  const dw_forest_node *n = &nodes[at];
  return n->right - (keys[n->column] < n->border);
}

static void down_together(const dw_forest_node *nodes, uint32_t steps, const int32_t *keys, uint32_t at[LANES])
{
  for (uint32_t s = 0; s < steps; s++) {
    uint32_t moved = 0;
    for (size_t i = 0; i < LANES; i++) {
      uint32_t next = step(nodes, at[i], keys + i);
      moved |= next ^ at[i];
      at[i] = next;
    }
    if (s >= EARLY && !moved) return;
  }
}

static uint32_t down_alone(const dw_forest_node *nodes, const int32_t *keys)
{
  uint32_t at = 0;
  while (nodes[at].right != at) at = step(nodes, at, keys);
  return at;
}

static bool in_set(const dw_forest *f, const dw_forest_set *set, float x)
{
  if (!set->bits) return dw_walk_in_set(f->list + set->first, set->count, x);
  if (!(x >= 0 && x < DW_WALK_CATEGORY_END)) return false;
  size_t category = (size_t)x;
  return category / 64 < set->count && (f->bit[set->first + category / 64] >> (category % 64) & 1);
}

static uint32_t down_sets(const dw_forest *f, const dw_forest_tree *t, const float *x, const int32_t *keys)
{
  const dw_forest_node *nodes = f->node + t->root;
  const uint32_t *place = f->place + t->root;
  uint32_t at = 0;
  while (nodes[at].right != at) {
    const dw_forest_node *n = &nodes[at];
    const dw_forest_column *column = &f->column[n->column / BLOCK];
    float value = x[column->feature];
    if (!place[at]) at = step(nodes, at, keys);
    else at = n->right - (isnan(value) ? column->missing == INT32_MIN : !in_set(f, &f->set[place[at] - 1], value));
  }
  return at;
}

static void put_vectors(const dw_forest *f, const dw_forest_tree *t, const float *x, const int32_t *keys, size_t rows, float *sum)
{
  for (size_t i = 0; i < rows; i++) {
    uint32_t at = down_sets(f, t, x + i * f->features, keys + i);
    const float *vector = f->vector + (size_t)f->place[t->root + at] * f->groups;
    for (size_t g = 0; g < f->groups; g++) sum[g * BLOCK + i] += vector[g] * t->weight;
  }
}

static void put_numbers(const dw_forest_node *nodes, uint32_t steps, const int32_t *keys, size_t rows, float *sum)
{
  uint32_t at[LANES];
  size_t row = 0;
  for (; row + LANES <= rows; row += LANES) {
    memset(at, 0, sizeof at);
    down_together(nodes, steps, keys + row, at);
    for (size_t i = 0; i < LANES; i++) sum[row + i] += nodes[at[i]].value;
  }
  for (; row < rows; row++) sum[row] += nodes[down_alone(nodes, keys + row)].value;
}

static void put_tree_to(const dw_forest *f, const dw_forest_tree *t, const float *x, const int32_t *keys, size_t rows, float *sum)
{
  const dw_forest_node *nodes = f->node + t->root;
  float *to = sum + (size_t)t->group * BLOCK;
  if (t->vector) put_vectors(f, t, x, keys, rows, sum);
  else if (t->sets)
    for (size_t i = 0; i < rows; i++) to[i] += nodes[down_sets(f, t, x + i * f->features, keys + i)].value;
  else if (f->kernel && rows >= WORTH_WIDE) f->kernel(nodes, t, keys, rows, to);
  else put_numbers(nodes, t->steps, keys, rows, to);
}

static void sum_linear(const dw_forest *f, const float *x, float *sum)
{
  for (size_t g = 0; g < f->groups; g++) {
    sum[g * BLOCK] += f->linear[f->features * f->groups + g];
    for (size_t i = 0; i < f->features; i++)
      if (!isnan(x[i])) sum[g * BLOCK] += f->linear[i * f->groups + g] * x[i];
  }
}

/* --- all of them --- */

typedef struct task {
  const dw_forest *forest;
  const float *x, *base;
  float *margin;
  size_t rows, trees;
  int32_t **keys; /* [threads][columns, one at least, of a block]; NULL until the thread comes to it */
  float **sums;   /* [threads][groups of a block] */
} task;

static void sum_block(const task *t, size_t row, size_t rows, int32_t *keys, float *sum)
{
  const dw_forest *f = t->forest;
  const float *x = t->x + row * f->features;
  float *margin = t->margin + row * f->groups;
  for (size_t g = 0; g < f->groups; g++)
    for (size_t i = 0; i < BLOCK; i++) sum[g * BLOCK + i] = t->base[g];
  for (size_t i = 0; f->linear && i < rows; i++) sum_linear(f, x + i * f->features, sum + i);
  put_keys(f, x, rows, keys);
  for (size_t i = 0; i < t->trees; i++) put_tree_to(f, &f->tree[i], x, keys, rows, sum);
  for (size_t g = 0; g < f->groups; g++)
    for (size_t i = 0; i < rows; i++) margin[i * f->groups + g] = sum[g * BLOCK + i];
}

static void sum_piece(void *context, size_t item, unsigned thread)
{
  const task *t = context;
  const dw_forest *f = t->forest;
  if (!t->keys[thread]) {
    t->keys[thread] = dw_alloc_zero((f->columns + 1) * BLOCK, sizeof **t->keys);
    t->sums[thread] = dw_alloc_array(f->groups * BLOCK, sizeof **t->sums);
  }
  size_t end = (item + 1) * PIECE < t->rows ? (item + 1) * PIECE : t->rows;
  for (size_t row = item * PIECE; row < end; row += BLOCK)
    sum_block(t, row, end - row < BLOCK ? end - row : BLOCK, t->keys[thread], t->sums[thread]);
}

void dw_forest_sum(const dw_forest *forest, const float *x, size_t rows, size_t rounds, const float *base, unsigned threads, float *margin)
{
  size_t trees = rounds && rounds < forest->rounds ? forest->round_end[rounds - 1] : forest->trees;
  size_t pieces = (rows + PIECE - 1) / PIECE;
  if (threads == 0) threads = dw_cores();
  if (threads > pieces) threads = (unsigned)pieces;
  task t = {forest, x, base, margin, rows, trees, dw_alloc_zero(threads, sizeof *t.keys), dw_alloc_zero(threads, sizeof *t.sums)};
  dw_parallel(threads, pieces, sum_piece, &t);
  for (unsigned i = 0; i < threads; i++) {
    dw_free(t.keys[i]);
    dw_free(t.sums[i]);
  }
  dw_free(t.keys);
  dw_free(t.sums);
}
