/* A walk out of a document, checked: nothing in it leads out of its arrays. */
#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/text/json.h"
#include "model/booster/walk_nodes.h"

enum { MOST_PARALLEL = 1 << 20 };

static dw_status astray(const char *name, dw_err *err, const char *what)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model does not hold together: %s", what);
}

static const char no_count[] = "one of its counts of trees, nodes and the like is no whole number";
static const char too_large[] = "a number in it is none, or beyond what a float holds";

static bool read_float(dw_text_slice text, float *out)
{
  double number;
  if (!dw_num_parse(text.text, text.length, &number, NULL)) return false;
  *out = (float)number;
  return isfinite(*out);
}

/* --- one tree --- */

/* Documents before 1.3 have no split_type: all splits are by numbers. The last three are read by the library alone, which does not check
 * that they are there; of trees with vectors they have other sizes, or are not there. */
enum { LEFT, RIGHT, PARENT, FEATURE, CONDITION, DEFAULT, TYPE, BASE_WEIGHT, LOSS_CHANGE, HESSIAN, LISTS, NEEDED = TYPE };
static const char *const list_names[LISTS] = {"left_children", "right_children", "parents",      "split_indices", "split_conditions",
                                              "default_left",  "split_type",     "base_weights", "loss_changes",  "sum_hessian"};

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
static const char *read_sets(dw_walk *walk, const dw_walk_tree *t, const dw_value *value)
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
    dw_walk_node *split = &walk->node[t->first + (size_t)place];
    if (!dw_walk_leaf(split)) { /* pruning leaves sets to what is a leaf by now */
      split->set = (uint32_t)(walk->sets + used);
      split->count = (uint32_t)length;
    }
    for (size_t k = 0; k < (size_t)length && ok; k++) {
      int64_t c = whole(category[used + k], 0, DW_WALK_CATEGORY_END);
      ok = c < DW_WALK_CATEGORY_END && (k == 0 || category[used + k] > category[used + k - 1]);
      walk->set[walk->sets + used + k] = (int32_t)c;
    }
    used += (size_t)length;
  }
  walk->sets += used;
  dw_free(room);
  return ok && used == count && walk->sets <= UINT32_MAX ? NULL : "the categories of a split are not there, or out of order";
}

/* Nodes that pruning took away are still in the list, with their old parents. */
static const char *check_parents(const dw_walk *walk, const dw_walk_tree *t)
{
  const dw_walk_node *nodes = walk->node + t->first;
  if (nodes->parent != -1 && nodes->parent != INT32_MAX) return "the root of a tree has a parent";
  for (size_t i = 1; i < t->nodes; i++)
    if (nodes[i].parent < 0 || (size_t)nodes[i].parent >= t->nodes) return "a node of a tree has a parent out of it";
  return NULL;
}

/* Each node is reached once at most, every way ends, every split asks for a feature of the record. */
static const char *check_links(const dw_walk *walk, const dw_walk_tree *t)
{
  const dw_walk_node *nodes = walk->node + t->first;
  size_t *stack = dw_alloc_array(t->nodes, sizeof *stack), depth = 0;
  bool *reached = dw_alloc_zero(t->nodes, sizeof *reached);
  const char *wrong = NULL;
  stack[depth++] = 0;
  while (depth && !wrong) {
    const dw_walk_node *n = &nodes[stack[--depth]];
    int32_t place = (int32_t)(n - nodes);
    if (dw_walk_leaf(n)) continue;
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

static const char *node_wrong(double *const list[LISTS], size_t i)
{
  int64_t type = whole(list[TYPE][i], 0, 2);
  if (type == 2) return "a split is of a kind that is not known";
  /* versions of XGBoost differ in how they read a 2 */
  if (whole(list[DEFAULT][i], 0, 2) == 2) return "a split sends missing values neither left nor right";
  return isfinite((float)list[CONDITION][i]) || (type == 1 && isnan(list[CONDITION][i])) ? NULL : too_large;
}

static const char *read_nodes(dw_walk *walk, const dw_walk_tree *t, const dw_value *value)
{
  const char *wrong = NULL;
  double *room = dw_alloc_zero(LISTS * t->nodes, sizeof *room), *list[LISTS];
  bool old = !dw_value_get(value, list_names[TYPE]);
  for (int i = 0; i < LISTS; i++) {
    list[i] = room + (size_t)i * t->nodes;
    if ((i == TYPE && old) || (i > TYPE && t->vector)) continue;
    if (!read_list(value, list_names[i], t->nodes, list[i])) wrong = "the lists of a tree differ in length";
  }
  walk->node = dw_grow(walk->node, &walk->node_capacity, walk->nodes + t->nodes, sizeof *walk->node);
  for (size_t i = 0; i < t->nodes && !wrong; i++) {
    bool leaf = list[LEFT][i] == -1;
    /* of leaves that are vectors nothing goes by the condition, and some versions write NaN */
    if (t->vector && leaf) list[CONDITION][i] = 0;
    wrong = node_wrong(list, i);
    walk->node[t->first + i] = (dw_walk_node){.left = (int32_t)whole(list[LEFT][i], -1, INT32_MAX),
                                              .right = (int32_t)whole(list[RIGHT][i], -1, INT32_MAX),
                                              .parent = (int32_t)whole(list[PARENT][i], -1, INT32_MAX),
                                              .feature = (uint32_t)whole(list[FEATURE][i], 0, UINT32_MAX),
                                              .value = (float)list[CONDITION][i],
                                              .gain = (float)list[LOSS_CHANGE][i],
                                              .categorical = list[TYPE][i] == 1,
                                              .default_left = list[DEFAULT][i] != 0};
  }
  dw_free(room);
  return wrong;
}

/* Leaves that are vectors: one a node (base_weights) up to XGBoost 3.1; later one a leaf (leaf_weights), and a leaf has the place of its
 * own where others have their right child. */
static const char *read_vectors(dw_walk *walk, const dw_walk_tree *t, const dw_value *value)
{
  bool packed = dw_value_get(value, "leaf_weights") != NULL;
  const char *key = packed ? "leaf_weights" : "base_weights";
  size_t count = packed ? dw_value_count(dw_value_get(value, key)) : t->nodes * walk->groups, places = count / walk->groups;
  double *weight = dw_alloc_array(count, sizeof *weight);
  const char *wrong = read_list(value, key, count, weight) && places * walk->groups == count && walk->vectors + places < UINT32_MAX
                          ? NULL
                          : "the vectors of a tree's leaves are not as long as the record has sums";
  for (size_t i = 0; i < t->nodes && !wrong; i++) {
    dw_walk_node *n = &walk->node[t->first + i];
    if (n->left != -1) continue;
    size_t place = packed ? (size_t)n->right : i;
    if (packed ? n->right < 0 || place >= places : n->right != -1) wrong = "a leaf of a tree has a vector that is not there";
    n->right = -1;
    n->set = (uint32_t)(walk->vectors + place);
    for (size_t g = 0; g < walk->groups && !wrong; g++)
      if (!isfinite((float)weight[place * walk->groups + g])) wrong = too_large;
  }
  walk->vector = dw_grow(walk->vector, &walk->vector_capacity, (walk->vectors + places) * walk->groups, sizeof *walk->vector);
  for (size_t i = 0; i < count && !wrong; i++) walk->vector[walk->vectors * walk->groups + i] = (float)weight[i];
  walk->vectors += places;
  dw_free(weight);
  return wrong;
}

static const char *read_parts(dw_walk *walk, dw_walk_tree *t, const dw_value *value)
{
  const char *wrong = read_nodes(walk, t, value);
  if (!wrong && t->vector) wrong = read_vectors(walk, t, value);
  if (!wrong) wrong = check_parents(walk, t);
  if (!wrong) wrong = check_links(walk, t);
  if (!wrong) wrong = read_sets(walk, t, value);
  walk->nodes += t->nodes;
  for (size_t i = 0; i < t->nodes && !wrong; i++) walk->categories |= walk->node[t->first + i].categorical;
  return wrong;
}

static dw_status read_tree(dw_walk *walk, dw_walk_tree *t, dw_text_slice text, const char *name, dw_err *err)
{
  dw_value *value;
  uint64_t nodes, leaf = 0;
  const char *wrong = NULL;
  dw_status status = dw_value_parse(&value, text.text, text.length, name, 0, err);
  if (status != DW_OK) return status;
  dw_text_slice parameter = dw_slice_member(text, "tree_param");
  bool numbered = dw_value_number(dw_value_get(value, "id"), -1) == (double)(t - walk->tree);
  t->vector = dw_slice_unsigned(dw_slice_member(parameter, "size_leaf_vector"), &leaf) && leaf > 1;
  if (t->vector && leaf != walk->groups) wrong = "the leaves of a tree are vectors of another length than a record has sums";
  else if (!numbered) wrong = "the trees are not numbered one after the other";
  else if (!dw_slice_unsigned(dw_slice_member(parameter, "num_nodes"), &nodes) || nodes == 0 ||
           nodes > text.length / (2 * NEEDED)) /* each list has a digit and a comma a node */
    wrong = "a tree does not say how many nodes it has";
  else if (!dw_slice_counts(parameter)) wrong = no_count;
  else {
    t->first = walk->nodes;
    t->nodes = (size_t)nodes;
    wrong = read_parts(walk, t, value);
  }
  dw_value_free(value);
  return wrong ? astray(name, err, wrong) : status;
}

/* --- all of them --- */

/* The rounds end where iteration_indptr says (XGBoost 2.0 and later), or each has one tree a sum and parallel tree; one a parallel tree
 * where leaves are vectors. parallel: of documents that do not say how many there are (before 1.4). */
static const char *read_rounds(dw_walk *walk, dw_text_slice model, size_t parallel)
{
  dw_text_slice ends = dw_slice_member(model, "iteration_indptr"), element;
  uint64_t said = 1, end, before = 0;
  size_t at = 0, count = dw_slice_count(ends), sums = walk->vectors ? 1 : walk->groups;
  dw_text_slice parameter = dw_slice_member(model, "gbtree_model_param");
  bool says = dw_slice_unsigned(dw_slice_member(parameter, "num_parallel_tree"), &said);
  if (says) parallel = (size_t)said;
  else said = 1;
  if (!says && (parallel > walk->trees || walk->trees % (sums * parallel) != 0)) parallel = 1;
  if (parallel == 0 || parallel > MOST_PARALLEL) return "its number of parallel trees is beyond all measure";
  if (walk->trees && parallel > walk->trees) return "a round would have more trees than there are"; /* and a library would train as many */
  if (!dw_slice_counts(parameter)) return no_count;
  walk->layer = walk->groups * (size_t)said; /* as a library takes it that knows no more than this */
  size_t layer = sums * parallel;
  walk->rounds = count ? count - 1 : walk->trees / layer;
  walk->round_end = dw_alloc_array(walk->rounds, sizeof *walk->round_end);
  for (size_t i = 0; i < walk->rounds; i++) walk->round_end[i] = (i + 1) * layer;
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

static dw_status read_trees(dw_walk *walk, dw_text_slice model, dw_text_slice weights, size_t parallel, const char *name, dw_err *err)
{
  dw_text_slice trees = dw_slice_member(model, "trees"), element;
  size_t at = 0;
  walk->trees = dw_slice_count(trees);
  walk->tree = dw_alloc_array(walk->trees, sizeof *walk->tree);
  for (size_t i = 0; i < walk->trees; i++) walk->tree[i] = (dw_walk_tree){.weight = 1};
  const char *wrong = read_info(walk, model);
  if (!wrong && walk->dart) wrong = read_weights(walk, weights);
  dw_status status = wrong ? astray(name, err, wrong) : DW_OK;
  for (size_t i = 0; status == DW_OK && dw_slice_next(trees, &at, &element); i++)
    status = read_tree(walk, &walk->tree[i], element, name, err);
  if (status != DW_OK) return status;
  wrong = read_rounds(walk, model, parallel);
  return wrong ? astray(name, err, wrong) : DW_OK;
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

dw_status dw_walk_read(dw_walk **out, dw_text_slice booster, size_t features, size_t groups, size_t parallel, const char *name, dw_err *err)
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
    status = read_trees(walk, model, weights, parallel, name, err);
  } else if (kind.text && dw_text_equal(kind.text, kind.length, "\"gbtree\"")) {
    walk->dart = weights.text != NULL;
    status = read_trees(walk, model, weights, parallel, name, err);
  } else {
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "a booster of the kind %.*s is not known; there are gbtree, dart and gblinear",
                       (int)(kind.length < 40 ? kind.length : 40), kind.text ? kind.text : "");
  }
  *out = status == DW_OK ? walk : NULL;
  if (status != DW_OK) dw_walk_free(walk);
  return status;
}
