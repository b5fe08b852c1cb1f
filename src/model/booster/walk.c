#include "model/booster/walk.h"

#include <math.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/text/json.h"

/* Categories are floats in XGBoost: whole numbers below 2^24. */
enum { CATEGORY_END = 1 << 24, MOST_PARALLEL = 1 << 20 };

typedef struct node {
  int32_t left, right; /* of the same tree; -1 at a leaf */
  int32_t parent;
  uint32_t feature;
  float value;         /* a leaf's, or what a split compares with: left when the record's is less */
  uint32_t set, count; /* a split by categories: right when the record's is one of set[set .. set + count) */
  bool categorical, default_left;
} node;

typedef struct tree {
  size_t first; /* its root in the nodes */
  size_t nodes;
  size_t group;
  float weight;
} tree;

struct dw_walk {
  size_t features, groups;
  float *linear; /* [(features + 1) * groups], the biases last; NULL for trees */
  node *node;
  tree *tree;
  int32_t *set; /* categories, ascending in each split */
  size_t nodes, node_capacity, trees, sets, set_capacity;
  size_t *round_end; /* [rounds] trees up to it */
  size_t rounds, layer;
  bool dart, categories;
};

static dw_status astray(const char *name, dw_err *err, const char *what)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model does not hold together: %s", what);
}

static const char too_large[] = "a number in it is none, or beyond what a float holds";

static bool read_float(dw_text_slice text, float *out)
{
  double number;
  if (!dw_num_parse(text.text, text.length, &number, NULL)) return false;
  *out = (float)number;
  return isfinite(*out);
}

void dw_walk_free(dw_walk *walk)
{
  if (!walk) return;
  dw_free(walk->linear);
  dw_free(walk->node);
  dw_free(walk->tree);
  dw_free(walk->set);
  dw_free(walk->round_end);
  dw_free(walk);
}

/* --- one tree --- */

/* The last three are read by the library alone, which does not check that they are there. */
enum { LEFT, RIGHT, PARENT, FEATURE, TYPE, CONDITION, DEFAULT, BASE_WEIGHT, LOSS_CHANGE, HESSIAN, LISTS };
static const char *const list_names[LISTS] = {"left_children",    "right_children", "parents",      "split_indices", "split_type",
                                              "split_conditions", "default_left",   "base_weights", "loss_changes",  "sum_hessian"};

/* All of a list of count numbers (or booleans; NaN for null); false when it is not one. */
static bool read_list(const dw_value *object, const char *key, size_t count, double *out)
{
  size_t at = 0;
  const dw_value *list = dw_value_get(object, key);
  for (const dw_value *item = dw_value_first(list); item; item = dw_value_next(item)) {
    bool boolean = dw_value_kind(item) == DW_VALUE_BOOL;
    bool number = dw_value_kind(item) == DW_VALUE_NUMBER || dw_value_kind(item) == DW_VALUE_NULL;
    if (at == count || !(boolean || number)) return false;
    out[at++] = boolean ? dw_value_bool(item, false) : dw_value_number(item, NAN);
  }
  return at == count;
}

/* A whole number of [low, end), or end. */
static int64_t whole(double x, int64_t low, int64_t end) { return x >= (double)low && x < (double)end && x == floor(x) ? (int64_t)x : end; }

/* Which splits go by which categories: lists of nodes, of where their categories begin in one list, and of how many there are. */
static const char *read_sets(dw_walk *walk, const tree *t, const dw_value *value)
{
  size_t splits = dw_value_count(dw_value_get(value, "categories_nodes")), count = dw_value_count(dw_value_get(value, "categories"));
  size_t categorical = 0, used = 0;
  for (size_t i = 0; i < t->nodes; i++) categorical += walk->node[t->first + i].categorical;
  if (!categorical && !splits && !count) return NULL;
  double *room = dw_alloc_array(3 * splits + count, sizeof *room), *at = room, *begin = at + splits, *size = begin + splits,
         *category = size + splits;
  bool ok = splits == categorical && read_list(value, "categories_nodes", splits, at) &&
            read_list(value, "categories_segments", splits, begin) && read_list(value, "categories_sizes", splits, size) &&
            read_list(value, "categories", count, category);
  walk->set = dw_grow(walk->set, &walk->set_capacity, walk->sets + count, sizeof *walk->set);
  for (size_t i = 0; i < splits && ok; i++) {
    int64_t place = whole(at[i], 0, (int64_t)t->nodes), length = whole(size[i], 1, (int64_t)(count - used) + 1);
    ok = place < (int64_t)t->nodes && (i == 0 || at[i] > at[i - 1]) && begin[i] == (double)used && length <= (int64_t)(count - used) &&
         walk->node[t->first + (size_t)place].categorical;
    if (!ok) break;
    node *split = &walk->node[t->first + (size_t)place];
    split->set = (uint32_t)(walk->sets + used);
    split->count = (uint32_t)length;
    for (size_t k = 0; k < (size_t)length && ok; k++) {
      int64_t c = whole(category[used + k], 0, CATEGORY_END);
      ok = c < CATEGORY_END && (k == 0 || category[used + k] > category[used + k - 1]);
      walk->set[walk->sets + used + k] = (int32_t)c;
    }
    used += (size_t)length;
  }
  walk->sets += used;
  dw_free(room);
  return ok && used == count && walk->sets <= UINT32_MAX ? NULL : "the categories of a split are not there, or out of order";
}

static bool is_leaf(const node *n) { return n->left == -1 && n->right == -1; }

/* Nodes that pruning took away are still in the list, with their old parents. */
static const char *check_parents(const dw_walk *walk, const tree *t)
{
  const node *nodes = walk->node + t->first;
  if (nodes->parent != -1 && nodes->parent != INT32_MAX) return "the root of a tree has a parent";
  for (size_t i = 1; i < t->nodes; i++)
    if (nodes[i].parent < 0 || (size_t)nodes[i].parent >= t->nodes) return "a node of a tree has a parent out of it";
  return NULL;
}

/* Each node is reached once at most, every way ends, every split asks for a feature of the record. */
static const char *check_links(const dw_walk *walk, const tree *t)
{
  const node *nodes = walk->node + t->first;
  size_t *stack = dw_alloc_array(t->nodes, sizeof *stack), depth = 0;
  bool *reached = dw_alloc_zero(t->nodes, sizeof *reached);
  const char *wrong = NULL;
  stack[depth++] = 0;
  while (depth && !wrong) {
    const node *n = &nodes[stack[--depth]];
    int32_t place = (int32_t)(n - nodes);
    if (is_leaf(n)) continue;
    if (n->left < 1 || n->right < 1 || (size_t)n->left >= t->nodes || (size_t)n->right >= t->nodes || n->left == n->right)
      wrong = "a tree has a link out of it";
    else if (reached[n->left] || reached[n->right]) wrong = "a tree runs in a circle, or two of its branches meet";
    else if (nodes[n->left].parent != place || nodes[n->right].parent != place)
      wrong = "a node of a tree names another parent than its own";
    else if (n->feature >= walk->features) wrong = "a split asks for a feature that the model does not have";
    else {
      reached[n->left] = reached[n->right] = true;
      stack[depth++] = (size_t)n->left;
      stack[depth++] = (size_t)n->right;
    }
  }
  dw_free(reached);
  dw_free(stack);
  return wrong;
}

static const char *read_nodes(dw_walk *walk, tree *t, const dw_value *value)
{
  const char *wrong = NULL;
  double *room = dw_alloc_array(LISTS * t->nodes, sizeof *room), *list[LISTS];
  for (int i = 0; i < LISTS; i++) {
    list[i] = room + (size_t)i * t->nodes;
    if (!read_list(value, list_names[i], t->nodes, list[i])) wrong = "the lists of a tree differ in length";
  }
  walk->node = dw_grow(walk->node, &walk->node_capacity, walk->nodes + t->nodes, sizeof *walk->node);
  for (size_t i = 0; i < t->nodes && !wrong; i++) {
    int64_t type = whole(list[TYPE][i], 0, 2);
    if (type == 2) wrong = "a split is of a kind that is not known";
    /* versions of XGBoost differ in how they read a 2 */
    if (whole(list[DEFAULT][i], 0, 2) == 2) wrong = "a split sends missing values neither left nor right";
    if (!isfinite((float)list[CONDITION][i]) && !(type == 1 && isnan(list[CONDITION][i]))) wrong = too_large;
    walk->node[t->first + i] = (node){.left = (int32_t)whole(list[LEFT][i], -1, INT32_MAX),
                                      .right = (int32_t)whole(list[RIGHT][i], -1, INT32_MAX),
                                      .parent = (int32_t)whole(list[PARENT][i], -1, INT32_MAX),
                                      .feature = (uint32_t)whole(list[FEATURE][i], 0, UINT32_MAX),
                                      .value = (float)list[CONDITION][i],
                                      .categorical = type == 1,
                                      .default_left = list[DEFAULT][i] != 0};
  }
  dw_free(room);
  return wrong;
}

static dw_status read_tree(dw_walk *walk, tree *t, dw_text_slice text, const char *name, dw_err *err)
{
  dw_value *value;
  uint64_t nodes, leaf = 0;
  const char *wrong = NULL;
  dw_status status = dw_value_parse(&value, text.text, text.length, name, 0, err);
  if (status != DW_OK) return status;
  dw_text_slice parameter = dw_slice_member(text, "tree_param");
  bool numbered = dw_value_number(dw_value_get(value, "id"), -1) == (double)(t - walk->tree);
  bool vectors = dw_slice_unsigned(dw_slice_member(parameter, "size_leaf_vector"), &leaf) && leaf > 1;
  if (vectors)
    status = dw_err_at(err, DW_EDATA, name, 0, 0,
                       "the leaves of this XGBoost model are vectors (multi_strategy multi_output_tree), "
                       "which is not supported; train with one_output_per_tree");
  else if (!numbered) wrong = "the trees are not numbered one after the other";
  else if (!dw_slice_unsigned(dw_slice_member(parameter, "num_nodes"), &nodes) || nodes == 0 ||
           nodes > text.length / (2 * LISTS)) /* each list has a digit and a comma a node */
    wrong = "a tree does not say how many nodes it has";
  else {
    *t = (tree){.first = walk->nodes, .nodes = (size_t)nodes, .group = t->group, .weight = t->weight};
    wrong = read_nodes(walk, t, value);
    if (!wrong) wrong = check_parents(walk, t);
    if (!wrong) wrong = check_links(walk, t);
    if (!wrong) wrong = read_sets(walk, t, value);
    walk->nodes += t->nodes;
    for (size_t i = 0; i < t->nodes && !wrong; i++) walk->categories |= walk->node[t->first + i].categorical;
  }
  dw_value_free(value);
  return wrong ? astray(name, err, wrong) : status;
}

/* --- all of them --- */

/* The rounds end where iteration_indptr says (XGBoost 2.0 and later), or each has one tree a sum and parallel tree. */
static const char *read_rounds(dw_walk *walk, dw_text_slice model)
{
  dw_text_slice ends = dw_slice_member(model, "iteration_indptr"), element;
  uint64_t parallel = 1, end, before = 0;
  size_t at = 0, count = dw_slice_count(ends);
  dw_slice_unsigned(dw_slice_member(dw_slice_member(model, "gbtree_model_param"), "num_parallel_tree"), &parallel);
  if (parallel == 0 || parallel > MOST_PARALLEL) return "its number of parallel trees is beyond all measure";
  walk->layer = walk->groups * (size_t)parallel;
  walk->rounds = count ? count - 1 : walk->trees / walk->layer;
  walk->round_end = dw_alloc_array(walk->rounds, sizeof *walk->round_end);
  for (size_t i = 0; i < walk->rounds; i++) walk->round_end[i] = (i + 1) * walk->layer;
  for (size_t i = 0; dw_slice_next(ends, &at, &element); i++) {
    if (!dw_num_parse_unsigned(element.text, element.length, &end) || end < before || end > walk->trees || (i == 0 && end != 0))
      return "its rounds end where it has no trees";
    if (i) walk->round_end[i - 1] = (size_t)end;
    before = end;
  }
  return count && before != walk->trees ? "its rounds do not hold all its trees" : NULL;
}

static const char *read_info(dw_walk *walk, dw_text_slice model)
{
  dw_text_slice info = dw_slice_member(model, "tree_info"), element;
  uint64_t said, group;
  size_t at = 0;
  if (!dw_slice_unsigned(dw_slice_member(dw_slice_member(model, "gbtree_model_param"), "num_trees"), &said) || said != walk->trees ||
      dw_slice_count(info) != walk->trees)
    return "it does not hold as many trees as it says";
  for (size_t i = 0; dw_slice_next(info, &at, &element); i++) {
    if (!dw_num_parse_unsigned(element.text, element.length, &group) || group >= walk->groups) return "a tree belongs to no class";
    walk->tree[i].group = (size_t)group;
  }
  return NULL;
}

static const char *read_weights(dw_walk *walk, dw_text_slice weights)
{
  dw_text_slice element;
  size_t at = 0;
  if (dw_slice_count(weights) != walk->trees) return "its trees have no weights";
  for (size_t i = 0; dw_slice_next(weights, &at, &element); i++)
    if (!read_float(element, &walk->tree[i].weight)) return too_large;
  return NULL;
}

static dw_status read_trees(dw_walk *walk, dw_text_slice model, dw_text_slice weights, const char *name, dw_err *err)
{
  dw_text_slice trees = dw_slice_member(model, "trees"), element;
  size_t at = 0;
  walk->trees = dw_slice_count(trees);
  walk->tree = dw_alloc_array(walk->trees, sizeof *walk->tree);
  for (size_t i = 0; i < walk->trees; i++) walk->tree[i] = (tree){.weight = 1};
  const char *wrong = read_info(walk, model);
  if (!wrong) wrong = read_rounds(walk, model);
  if (!wrong && walk->dart) wrong = read_weights(walk, weights);
  dw_status status = wrong ? astray(name, err, wrong) : DW_OK;
  for (size_t i = 0; status == DW_OK && dw_slice_next(trees, &at, &element); i++)
    status = read_tree(walk, &walk->tree[i], element, name, err);
  return status;
}

static dw_status read_linear(dw_walk *walk, dw_text_slice model, const char *name, dw_err *err)
{
  dw_text_slice weights = dw_slice_member(model, "weights"), element;
  size_t at = 0, count = dw_slice_count(weights);
  if (count != (walk->features + 1) * walk->groups) return astray(name, err, "its weights are not as many as its features");
  walk->linear = dw_alloc_array(count, sizeof *walk->linear);
  for (size_t i = 0; dw_slice_next(weights, &at, &element); i++)
    if (!read_float(element, &walk->linear[i])) return astray(name, err, too_large);
  return DW_OK;
}

dw_status dw_walk_read(dw_walk **out, dw_text_slice booster, size_t features, size_t groups, const char *name, dw_err *err)
{
  dw_text_slice kind = dw_slice_member(booster, "name"), model = dw_slice_member(booster, "model");
  dw_text_slice weights = dw_slice_member(booster, "weight_drop");
  dw_walk *walk = dw_alloc_zero(1, sizeof *walk);
  dw_status status;
  walk->features = features;
  walk->groups = groups;
  if (kind.text && dw_text_equal(kind.text, kind.length, "\"gblinear\"")) {
    status = read_linear(walk, model, name, err);
  } else if (kind.text && dw_text_equal(kind.text, kind.length, "\"dart\"")) {
    walk->dart = true;
    if (!model.text) model = dw_slice_member(dw_slice_member(booster, "gbtree"), "model");
    status = read_trees(walk, model, weights, name, err);
  } else if (kind.text && dw_text_equal(kind.text, kind.length, "\"gbtree\"")) {
    walk->dart = weights.text != NULL;
    status = read_trees(walk, model, weights, name, err);
  } else {
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "a booster of the kind %.*s is not known; there are gbtree, dart and gblinear",
                       (int)(kind.length < 40 ? kind.length : 40), kind.text ? kind.text : "");
  }
  *out = status == DW_OK ? walk : NULL;
  if (status != DW_OK) dw_walk_free(walk);
  return status;
}

bool dw_walk_linear(const dw_walk *walk) { return walk->linear != NULL; }
bool dw_walk_dart(const dw_walk *walk) { return walk->dart; }
bool dw_walk_categories(const dw_walk *walk) { return walk->categories; }
size_t dw_walk_rounds(const dw_walk *walk) { return walk->rounds; }

bool dw_walk_even(const dw_walk *walk, size_t rounds)
{
  for (size_t i = 0; i < rounds && i < walk->rounds; i++)
    if (walk->round_end[i] != (i + 1) * walk->layer) return false;
  return true;
}

/* --- a record --- */

/* A category that the split does not know goes left, and so does what is no category. */
static bool goes_right(const dw_walk *walk, const node *split, float x)
{
  if (!(x >= 0 && x < CATEGORY_END)) return false;
  int32_t category = (int32_t)x;
  size_t low = split->set, high = low + split->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (walk->set[middle] == category) return true;
    if (walk->set[middle] < category) low = middle + 1;
    else high = middle;
  }
  return false;
}

static float leaf_value(const dw_walk *walk, const tree *t, const float *x)
{
  const node *nodes = walk->node + t->first, *n = nodes;
  while (!is_leaf(n)) {
    float value = x[n->feature];
    bool left = isnan(value) ? n->default_left : n->categorical ? !goes_right(walk, n, value) : value < n->value;
    n = &nodes[left ? n->left : n->right];
  }
  return n->value;
}

static void add(float *sum, float *largest, float term)
{
  *sum += term;
  *largest = fmaxf(*largest, fmaxf(fabsf(*sum), fabsf(term)));
}

void dw_walk_row(const dw_walk *walk, const float *x, size_t rounds, const float *base, float *margin, float *largest)
{
  for (size_t g = 0; g < walk->groups; g++) {
    margin[g] = base[g];
    largest[g] = fabsf(base[g]);
  }
  if (walk->linear) {
    for (size_t g = 0; g < walk->groups; g++) {
      add(&margin[g], &largest[g], walk->linear[walk->features * walk->groups + g]);
      for (size_t f = 0; f < walk->features; f++)
        if (!isnan(x[f])) add(&margin[g], &largest[g], walk->linear[f * walk->groups + g] * x[f]);
    }
    return;
  }
  size_t trees = rounds && rounds < walk->rounds ? walk->round_end[rounds - 1] : walk->trees;
  for (size_t i = 0; i < trees; i++) {
    const tree *t = &walk->tree[i];
    add(&margin[t->group], &largest[t->group], leaf_value(walk, t, x) * t->weight);
  }
}
