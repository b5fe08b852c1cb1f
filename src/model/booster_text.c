#include "model/booster_text.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/json.h"
#include "io/json_check.h"

enum { MOST_FEATURES = 1 << 20, MOST_CLASSES = 1 << 12 };

/* --- slices of valid JSON --- */

static size_t skip_space(dw_text_slice s, size_t at)
{
  while (at < s.length && (s.text[at] == ' ' || s.text[at] == '\n' || s.text[at] == '\r' || s.text[at] == '\t')) at++;
  return at;
}

/* Behind the string whose opening quote is at `at`. */
static size_t skip_string(dw_text_slice s, size_t at)
{
  for (at++; at < s.length && s.text[at] != '"'; at++)
    if (s.text[at] == '\\') at++;
  return at + 1;
}

static size_t skip_value(dw_text_slice s, size_t at)
{
  size_t depth = 0;
  do {
    char c = s.text[at];
    if (c == '"') {
      at = skip_string(s, at);
      continue;
    }
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    at++;
    if (depth) continue;
    if (c == '}' || c == ']') return at;
    while (at < s.length && !strchr(",]} \t\r\n", s.text[at])) at++;
    return at;
  } while (depth && at < s.length);
  return at;
}

dw_text_slice dw_slice_member(dw_text_slice object, const char *key)
{
  dw_text_slice none = {NULL, 0}, found = none;
  size_t at = object.text ? skip_space(object, 0) : 0;
  if (!object.text || at == object.length || object.text[at] != '{') return none;
  for (at = skip_space(object, at + 1); at < object.length && object.text[at] == '"';) {
    dw_text_slice name = {object.text + at + 1, 0};
    at = skip_string(object, at);
    name.length = (size_t)(object.text + at - 1 - name.text);
    if (memchr(name.text, '\\', name.length)) return none;
    at = skip_space(object, skip_space(object, at) + 1);
    size_t end = skip_value(object, at);
    if (dw_text_equal(name.text, name.length, key)) {
      if (found.text) return none;
      found = (dw_text_slice){object.text + at, end - at};
    }
    at = skip_space(object, end);
    if (at < object.length && object.text[at] == ',') at = skip_space(object, at + 1);
  }
  return found;
}

bool dw_slice_next(dw_text_slice array, size_t *at, dw_text_slice *element)
{
  if (!array.text) return false;
  if (*at == 0) {
    *at = skip_space(array, 0);
    if (*at == array.length || array.text[*at] != '[') return false;
    ++*at;
  }
  *at = skip_space(array, *at);
  if (*at < array.length && array.text[*at] == ',') *at = skip_space(array, *at + 1);
  if (*at >= array.length || array.text[*at] == ']') return false;
  size_t end = skip_value(array, *at);
  *element = (dw_text_slice){array.text + *at, end - *at};
  *at = end;
  return true;
}

dw_status dw_slice_check(dw_text_slice text, const char *name, dw_err *err)
{
  dw_json_marks marks = {0};
  dw_status status = dw_json_check(&(dw_json_source){text.text, text.length, name, 1}, &marks, err);
  dw_json_marks_free(&marks);
  return status;
}

/* --- the document --- */

static dw_text_slice member(dw_text_slice object, const char *a, const char *b)
{
  dw_text_slice inner = dw_slice_member(object, a);
  return b ? dw_slice_member(inner, b) : inner;
}

/* "12", a number as XGBoost writes parameters. */
static bool slice_unsigned(dw_text_slice s, uint64_t *value)
{
  return s.text && s.length > 2 && s.text[0] == '"' && dw_num_parse_unsigned(s.text + 1, s.length - 2, value);
}

static size_t slice_count(dw_text_slice array)
{
  size_t count = 0, at = 0;
  dw_text_slice element;
  while (dw_slice_next(array, &at, &element)) count++;
  return count;
}

static dw_status astray(const char *name, dw_err *err, const char *what)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model does not hold together: %s", what);
}

enum { TREE_LISTS = 8 };
static const char *const tree_lists[TREE_LISTS] = {"left_children", "right_children", "split_indices", "split_type",
                                                   "parents", "split_conditions", "base_weights", "default_left"};

typedef struct tree {
  int64_t *left, *right, *feature, *type; /* [nodes] */
  size_t nodes;
} tree;

static bool tree_list(const dw_value *value, const char *key, size_t nodes, int64_t *out)
{
  const dw_value *list = dw_value_get(value, key);
  size_t count = 0;
  for (const dw_value *item = dw_value_first(list); item; item = dw_value_next(item), count++) {
    double number = dw_value_number(item, -1e18);
    if (dw_value_kind(item) == DW_VALUE_BOOL) number = dw_value_bool(item, false);
    if (count == nodes || number == -1e18) return false;
    if (out) out[count] = number >= -1e15 && number <= 1e15 ? (int64_t)number : -2;
  }
  return count == nodes;
}

/* Each node is reached once at most, every leaf ends, every split asks for a feature of the row. */
static const char *tree_walk(const tree *t, size_t features)
{
  size_t *stack = dw_alloc_array(t->nodes, sizeof *stack), depth = 0, reached = 0;
  const char *wrong = NULL;
  stack[depth++] = 0;
  while (depth && !wrong) {
    size_t node = stack[--depth];
    int64_t left = t->left[node], right = t->right[node];
    if (left == -1 && right == -1) continue;
    reached += 2;
    if (left < 1 || right < 1 || (uint64_t)left >= t->nodes || (uint64_t)right >= t->nodes || left == right)
      wrong = "a tree has a link out of it";
    else if (reached >= t->nodes)
      wrong = "a tree runs in a circle";
    else if (t->feature[node] < 0 || (uint64_t)t->feature[node] >= features)
      wrong = "a split asks for a feature that the model does not have";
    else if (t->type[node] != 0)
      wrong = "it splits by sets of categories (enable_categorical), which is not supported; encode them as numbers";
    else {
      stack[depth++] = (size_t)left;
      stack[depth++] = (size_t)right;
    }
  }
  dw_free(stack);
  return wrong;
}

static dw_status check_tree(dw_text_slice text, size_t features, const char *name, dw_err *err)
{
  dw_value *value;
  uint64_t nodes;
  dw_status status = dw_value_parse(&value, text.text, text.length, name, 0, err);
  if (status != DW_OK) return status;
  const char *wrong = NULL;
  if (!slice_unsigned(member(text, "tree_param", "num_nodes"), &nodes) || nodes == 0 || nodes > text.length) {
    wrong = "a tree does not say how many nodes it has";
  } else {
    int64_t *room = dw_alloc_array(4 * nodes, sizeof *room);
    tree t = {room, room + nodes, room + 2 * nodes, room + 3 * nodes, nodes};
    int64_t *into[TREE_LISTS] = {t.left, t.right, t.feature, t.type};
    for (int i = 0; i < TREE_LISTS && !wrong; i++)
      if (!tree_list(value, tree_lists[i], nodes, into[i])) wrong = "the lists of a tree differ in length";
    if (!wrong) wrong = tree_walk(&t, features);
    dw_free(room);
  }
  dw_value_free(value);
  return wrong ? astray(name, err, wrong) : DW_OK;
}

static dw_status check_trees(dw_text_slice model, const dw_booster_facts *facts, const char *name, dw_err *err)
{
  dw_text_slice trees = dw_slice_member(model, "trees"), info = dw_slice_member(model, "tree_info"), element;
  uint64_t said;
  size_t count = slice_count(trees), at = 0, groups = facts->classes ? facts->classes : 1;
  if (!slice_unsigned(member(model, "gbtree_model_param", "num_trees"), &said) || said != count || slice_count(info) != count)
    return astray(name, err, "it does not hold as many trees as it says");
  while (dw_slice_next(info, &at, &element)) {
    uint64_t group;
    if (!dw_num_parse_unsigned(element.text, element.length, &group) || group >= groups)
      return astray(name, err, "a tree belongs to no class");
  }
  dw_status status = DW_OK;
  for (at = 0; status == DW_OK && dw_slice_next(trees, &at, &element);) status = check_tree(element, facts->features, name, err);
  return status;
}

dw_status dw_booster_inspect(dw_text_slice document, const char *name, dw_booster_facts *facts, dw_err *err)
{
  *facts = (dw_booster_facts){0};
  dw_text_slice learner = dw_slice_member(document, "learner"), booster = dw_slice_member(learner, "gradient_booster");
  dw_text_slice kind = dw_slice_member(booster, "name"), objective = member(learner, "objective", "name");
  dw_text_slice model = dw_slice_member(booster, "model");
  uint64_t features, classes, targets = 1;
  if (!booster.text || !kind.text || kind.length < 3 || !objective.text || objective.length < 3)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "not an XGBoost model in JSON (no learner with a gradient_booster and an objective)");
  if (objective.length - 2 < sizeof facts->objective) memcpy(facts->objective, objective.text + 1, objective.length - 2);
  dw_text_slice parameter = dw_slice_member(learner, "learner_model_param");
  if (!slice_unsigned(dw_slice_member(parameter, "num_feature"), &features) || features == 0 || features > MOST_FEATURES ||
      !slice_unsigned(dw_slice_member(parameter, "num_class"), &classes) || classes > MOST_CLASSES)
    return astray(name, err, "its number of features or classes is missing or beyond all measure");
  if (slice_unsigned(dw_slice_member(parameter, "num_target"), &targets) && targets > 1)
    return astray(name, err, "it predicts several targets, which is not supported");
  facts->features = features;
  facts->classes = classes;
  facts->linear = dw_text_equal(kind.text, kind.length, "\"gblinear\"");
  if (facts->linear) {
    size_t weights = slice_count(dw_slice_member(model, "weights"));
    return weights == (facts->features + 1) * (facts->classes ? facts->classes : 1) ? DW_OK : astray(name, err,
        "its weights are not as many as its features");
  }
  if (dw_text_equal(kind.text, kind.length, "\"dart\"")) {
    model = member(booster, "gbtree", "model");
    if (slice_count(dw_slice_member(booster, "weight_drop")) != slice_count(dw_slice_member(model, "trees")))
      return astray(name, err, "its trees have no weights");
  } else if (!dw_text_equal(kind.text, kind.length, "\"gbtree\"")) {
    return dw_err_at(err, DW_EDATA, name, 0, 0, "a booster of the kind %.*s is not known; there are gbtree, dart and gblinear",
                     (int)(kind.length < 40 ? kind.length : 40), kind.text);
  }
  return check_trees(model, facts, name, err);
}

/* --- numbers --- */

static bool real_list(const char *key, size_t length)
{
  static const char *const lists[] = {"base_weights", "loss_changes", "split_conditions", "sum_hessian", "weights", "weight_drop", NULL};
  for (size_t i = 0; lists[i]; i++)
    if (dw_text_equal(key, length, lists[i])) return true;
  return false;
}

void dw_booster_reals(dw_text_slice document, dw_buf *out)
{
  bool real = false;
  for (size_t at = 0; at < document.length;) {
    char c = document.text[at];
    size_t start = at;
    if (c == '"') {
      at = skip_string(document, at);
      size_t colon = skip_space(document, at);
      if (colon < document.length && document.text[colon] == ':') real = real_list(document.text + start + 1, at - start - 2);
      dw_buf_add(out, document.text + start, at - start);
    } else if (real && (c == '-' || (c >= '0' && c <= '9'))) {
      while (at < document.length && !strchr(",] \t\r\n", document.text[at])) at++;
      dw_buf_add(out, document.text + start, at - start);
      if (!memchr(document.text + start, '.', at - start) && !memchr(document.text + start, 'e', at - start) &&
          !memchr(document.text + start, 'E', at - start))
        dw_buf_text(out, "E0");
    } else {
      dw_buf_char(out, c);
      at++;
    }
  }
}
