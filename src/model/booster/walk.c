#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/booster/walk_nodes.h"

void dw_walk_free(dw_walk *walk)
{
  if (!walk) return;
  dw_free(walk->linear);
  dw_free(walk->node);
  dw_free(walk->tree);
  dw_free(walk->set);
  dw_free(walk->vector);
  dw_free(walk->round_end);
  dw_free(walk);
}

bool dw_walk_linear(const dw_walk *walk) { return walk->linear != NULL; }
bool dw_walk_dart(const dw_walk *walk) { return walk->dart; }
bool dw_walk_categories(const dw_walk *walk) { return walk->categories; }
bool dw_walk_vectors(const dw_walk *walk) { return walk->vectors > 0; }
size_t dw_walk_rounds(const dw_walk *walk) { return walk->rounds; }

void dw_walk_coded(const dw_walk *walk, bool *coded)
{
  for (size_t t = 0; t < walk->trees; t++)
    for (size_t i = 0; i < walk->tree[t].nodes; i++) {
      const dw_walk_node *node = &walk->node[walk->tree[t].first + i];
      if (node->categorical && !dw_walk_leaf(node) && node->feature < walk->features) coded[node->feature] = true;
    }
}

/* From the root on: what pruning took away stays in the list. */
static void add_gain(const dw_walk *walk, const dw_walk_tree *tree, size_t *stack, double *gain)
{
  size_t depth = 0;
  stack[depth++] = 0;
  while (depth) {
    const dw_walk_node *node = &walk->node[tree->first + stack[--depth]];
    if (dw_walk_leaf(node)) continue;
    gain[node->feature] += (double)node->gain;
    stack[depth++] = (size_t)node->left;
    stack[depth++] = (size_t)node->right;
  }
}

bool dw_walk_gain(const dw_walk *walk, double *gain)
{
  size_t most = 1;
  if (walk->linear || walk->vectors) return false;
  for (size_t t = 0; t < walk->trees; t++)
    if (walk->tree[t].nodes > most) most = walk->tree[t].nodes;
  size_t *stack = dw_alloc_array(most, sizeof *stack);
  for (size_t i = 0; i < walk->features; i++) gain[i] = 0;
  for (size_t t = 0; t < walk->trees; t++) add_gain(walk, &walk->tree[t], stack, gain);
  dw_free(stack);
  return true;
}

size_t dw_walk_even(const dw_walk *walk)
{
  size_t round = 0;
  while (round < walk->rounds && walk->round_end[round] == (round + 1) * walk->layer) round++;
  return round;
}

static const dw_walk_node *leaf_of(const dw_walk *walk, const dw_walk_tree *t, const float *x)
{
  const dw_walk_node *nodes = walk->node + t->first, *n = nodes;
  while (!dw_walk_leaf(n)) {
    float value = x[n->feature];
    bool left;
    if (isnan(value)) left = n->default_left;
    else left = n->categorical ? !dw_walk_in_set(walk->set + n->set, n->count, value) : value < n->value;
    n = &nodes[left ? n->left : n->right];
  }
  return n;
}

static void add(float *sum, float *largest, float term)
{
  *sum += term;
  *largest = fmaxf(*largest, fmaxf(fabsf(*sum), fabsf(term)));
}

static void walk_linear(const dw_walk *walk, const float *x, float *margin, float *largest)
{
  for (size_t g = 0; g < walk->groups; g++) {
    add(&margin[g], &largest[g], walk->linear[walk->features * walk->groups + g]);
    for (size_t f = 0; f < walk->features; f++)
      if (!isnan(x[f])) add(&margin[g], &largest[g], walk->linear[f * walk->groups + g] * x[f]);
  }
}

size_t dw_walk_trees(const dw_walk *walk, size_t rounds)
{
  return rounds && rounds < walk->rounds ? walk->round_end[rounds - 1] : walk->trees;
}

void dw_walk_row(const dw_walk *walk, const float *x, size_t rounds, const float *base, float *margin, float *largest)
{
  for (size_t g = 0; g < walk->groups; g++) {
    margin[g] = base[g];
    largest[g] = fabsf(base[g]);
  }
  if (walk->linear) {
    walk_linear(walk, x, margin, largest);
    return;
  }
  size_t trees = dw_walk_trees(walk, rounds);
  for (size_t i = 0; i < trees; i++) {
    const dw_walk_tree *t = &walk->tree[i];
    const dw_walk_node *leaf = leaf_of(walk, t, x);
    if (!t->vector) add(&margin[t->group], &largest[t->group], leaf->value * t->weight);
    for (size_t g = 0; t->vector && g < walk->groups; g++)
      add(&margin[g], &largest[g], walk->vector[leaf->set * walk->groups + g] * t->weight);
  }
}

bool dw_walk_differs(const dw_walk *walk, const float *x, size_t rows, size_t rounds, const float *base, const float *margin, float pair[2])
{
  float *want = dw_alloc_array(2 * walk->groups, sizeof *want);
  bool differs = false;
  for (size_t row = 0; row < rows && !differs; row++) {
    dw_walk_row(walk, x + row * walk->features, rounds, base, want, want + walk->groups);
    for (size_t g = 0; g < walk->groups && !differs; g++) {
      pair[0] = margin[row * walk->groups + g];
      pair[1] = want[g];
      differs = isnan(pair[0]) ? !isnan(pair[1]) : pair[0] != pair[1] || signbit(pair[0]) != signbit(pair[1]);
    }
  }
  dw_free(want);
  return differs;
}
