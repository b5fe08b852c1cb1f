/* The forest against the walk that it was made of: the same margins to the last bit, whatever the trees are, with what the processor at
 * hand has and without. */
#include "model/booster/forest.h"

#include "golden.h"
#include "io/text/json.h"

enum { FEATURES = 5, GROUPS = 3, TREES = 12, ROWS = 1000, NODES = 4000 };

/* One tree on its way: nodes in the order of their numbers. */
typedef struct sprout {
  uint64_t seed, drawn;
  int left[NODES], right[NODES], parent[NODES], feature[NODES], missing[NODES], type[NODES], count, sets;
  double condition[NODES];
  dw_buf categories, nodes, segments, sizes;
  size_t listed;
} sprout;

static double draw(sprout *s) { return golden_uniform(s->seed, s->drawn++); }

/* Sets of categories that lie close together, and (one in four) far apart. */
static void draw_set(sprout *s, int at)
{
  bool far = draw(s) < 0.25;
  size_t size = 0;
  dw_buf_format(&s->nodes, "%s%d", s->sets ? "," : "", at);
  dw_buf_format(&s->segments, "%s%zu", s->sets ? "," : "", s->listed);
  for (int c = 0; c < 12; c++) {
    if (c != 11 && draw(s) < 0.5) continue;
    dw_buf_format(&s->categories, "%s%d", s->listed ? "," : "", far && c == 11 ? 16777215 : far && c > 6 ? c * 100000 : c);
    size++;
    s->listed++;
  }
  dw_buf_format(&s->sizes, "%s%zu", s->sets++ ? "," : "", size);
}

/* What records have as well: where "less" and "equal" part, and where floats end. */
static const float marks[] = {0, -0.0F, 0.25F, -0.25F, 1e-45F, -1e-45F, 3.40282347e38F, -3.40282347e38F};
enum { MARKS = sizeof marks / sizeof *marks };

/* deep: a tree that grows on one side only. */
static void grow(sprout *s, int at, int depth, bool sets, bool deep)
{
  bool leaf = depth == 0 || (!deep && at && draw(s) < 0.2) || s->count + 2 > NODES;
  s->left[at] = s->right[at] = -1;
  s->condition[at] = draw(s) < 0.5 ? (double)marks[(int)(MARKS * draw(s))] : draw(s) - 0.5;
  s->feature[at] = (int)(FEATURES * draw(s));
  s->missing[at] = draw(s) < 0.5;
  s->type[at] = !leaf && sets && s->feature[at] == FEATURES - 1;
  if (leaf) return;
  s->left[at] = s->count++;
  s->right[at] = s->count++;
  s->parent[s->left[at]] = s->parent[s->right[at]] = at;
  grow(s, s->left[at], deep ? 0 : depth - 1, sets, deep);
  grow(s, s->right[at], depth - 1, sets, deep);
}

static void put_list(dw_buf *out, const char *name, const int *list, int count)
{
  dw_buf_format(out, "\"%s\":[", name);
  for (int i = 0; i < count; i++) dw_buf_format(out, "%s%d", i ? "," : "", list[i]);
  dw_buf_text(out, "],");
}

static void put_numbers(dw_buf *out, const char *name, sprout *s, const double *list, int count)
{
  dw_buf_format(out, "\"%s\":[", name);
  for (int i = 0; i < count; i++) dw_buf_format(out, "%s%.9g", i ? "," : "", list ? list[i] : draw(s) - 0.5);
  dw_buf_text(out, "],");
}

typedef struct plan {
  const char *name;
  int depth;
  bool sets, deep, vectors, packed, dart;
} plan;

/* Leaves whose vectors are packed: their places, in another order than the leaves', stand where others have their right child. */
static int pack(sprout *s)
{
  int leaves = 0, place = 0;
  for (int i = 0; i < s->count; i++) leaves += s->left[i] == -1;
  for (int i = 0; i < s->count; i++)
    if (s->left[i] == -1) s->right[i] = leaves - ++place;
  return leaves;
}

static void put_tree(dw_buf *out, int id, const plan *p)
{
  static sprout s;
  memset(&s, 0, sizeof s);
  s.seed = 100 + (uint64_t)id;
  s.count = 1;
  s.parent[0] = INT32_MAX;
  grow(&s, 0, id == 3 ? 0 : p->depth, p->sets, p->deep);
  for (int i = 0; i < s.count; i++)
    if (s.type[i]) draw_set(&s, i);
  int leaves = p->packed ? pack(&s) : 0;
  dw_buf_format(out, "%s{\"id\":%d,\"tree_param\":{\"num_nodes\":\"%d\",\"size_leaf_vector\":\"%d\"},", id ? "," : "", id, s.count,
                p->vectors ? GROUPS : 1);
  put_list(out, "left_children", s.left, s.count);
  put_list(out, "right_children", s.right, s.count);
  put_list(out, "parents", s.parent, s.count);
  put_list(out, "split_indices", s.feature, s.count);
  put_list(out, "default_left", s.missing, s.count);
  put_list(out, "split_type", s.type, s.count);
  put_numbers(out, "split_conditions", &s, s.condition, s.count);
  put_numbers(out, "base_weights", &s, NULL, s.count * (p->vectors && !p->packed ? GROUPS : 1));
  if (p->packed) put_numbers(out, "leaf_weights", &s, NULL, leaves * GROUPS);
  put_numbers(out, "loss_changes", &s, NULL, s.count);
  put_numbers(out, "sum_hessian", &s, NULL, s.count);
  dw_buf_format(out, "\"categories\":[%s],", dw_buf_cstr(&s.categories));
  dw_buf_format(out, "\"categories_nodes\":[%s],", dw_buf_cstr(&s.nodes));
  dw_buf_format(out, "\"categories_segments\":[%s],", dw_buf_cstr(&s.segments));
  dw_buf_format(out, "\"categories_sizes\":[%s]}", dw_buf_cstr(&s.sizes));
  dw_buf_free(&s.categories);
  dw_buf_free(&s.nodes);
  dw_buf_free(&s.segments);
  dw_buf_free(&s.sizes);
}

static dw_walk *planted(const plan *p)
{
  dw_buf text = {0};
  dw_walk *walk = NULL;
  dw_err err = {0};
  dw_buf_format(&text,
                "{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"%d\",\"num_parallel_tree\":\"1\"},\"tree_info\":[",
                TREES);
  for (int i = 0; i < TREES; i++) dw_buf_format(&text, "%s%d", i ? "," : "", p->vectors ? 0 : i % GROUPS);
  dw_buf_text(&text, "],\"trees\":[");
  for (int i = 0; i < TREES; i++) put_tree(&text, i, p);
  dw_buf_text(&text, "]}");
  if (p->dart) dw_buf_text(&text, ",\"weight_drop\":[1,0.5,0.25,0.3,0.1,0.7,1,1,0.9,0.2,0.4,0.6]");
  dw_buf_text(&text, "}");
  dw_status status = dw_walk_read(&walk, (dw_text_slice){text.data, text.length}, FEATURES, GROUPS, 1, p->name, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_buf_free(&text);
  return walk;
}

/* Ordinary values, those of the borders, some missing (of either sign), some that no border can be below or above, and categories known and
 * not. */
static void make_rows(float x[ROWS][FEATURES])
{
  for (uint64_t i = 0; i < ROWS; i++)
    for (uint64_t j = 0; j < FEATURES; j++) {
      double u = golden_uniform(j + 1, i);
      x[i][j] = (float)(golden_uniform(j + 11, i) - 0.5);
      if (u < 0.3) x[i][j] = marks[(size_t)(MARKS * u / 0.3)];
      if (j == FEATURES - 1) x[i][j] = u < 0.7 ? (float)floor(14 * golden_uniform(j + 11, i)) : u < 0.8 ? 16777215 : 900000;
      if (u > 0.85) x[i][j] = u > 0.97 ? INFINITY : u > 0.95 ? -INFINITY : u > 0.9 ? NAN : -NAN;
    }
}

static const float base[GROUPS] = {0.5f, -1, 3};

static void same(const plan *p, const dw_walk *walk, const dw_forest *forest, const float *x, size_t rounds, size_t rows, unsigned threads)
{
  static float got[ROWS * GROUPS];
  float want[GROUPS], largest[GROUPS];
  memset(got, 0x7f, sizeof got);
  dw_forest_sum(forest, x, rows, rounds, base, threads, got);
  for (size_t i = 0; i < rows; i++) {
    dw_walk_row(walk, x + i * FEATURES, rounds, base, want, largest);
    bool equal = memcmp(got + i * GROUPS, want, sizeof want) == 0;
    CHECK_MSG(equal, "%s, %zu rounds, row %zu: %.9g and not %.9g", p->name, rounds, i, (double)got[i * GROUPS], (double)want[0]);
    if (!equal) return;
  }
}

TEST(trees_of_every_kind)
{
  static const plan plans[] = {
      {.name = "numbers", .depth = 6},
      {.name = "lopsided", .depth = 60, .deep = true},
      {.name = "categories", .depth = 7, .sets = true},
      {.name = "dart", .depth = 4, .dart = true},
      {.name = "vectors", .depth = 5, .vectors = true},
      {.name = "packed vectors", .depth = 5, .vectors = true, .packed = true},
      {.name = "packed vectors and categories", .depth = 6, .vectors = true, .packed = true, .sets = true, .dart = true},
      {.name = "stumps", .depth = 1},
      {.name = "leaves alone", .depth = 0},
      {.name = "2 levels", .depth = 2},
      {.name = "3 levels", .depth = 3},
      {.name = "4 levels", .depth = 4},
      {.name = "5 levels", .depth = 5},
      {.name = "8 levels", .depth = 8},
      {.name = "10 levels", .depth = 10},
      {.name = "12 levels", .depth = 12},
  };
  static float x[ROWS][FEATURES];
  static const size_t sizes[] = {1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 255, 256, 257, ROWS};
  make_rows(x);
  for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
    dw_walk *walk = planted(&plans[i]);
    if (!walk) continue;
    dw_forest *forest = dw_forest_new(walk);
    CHECK(dw_walk_rounds(walk) == (plans[i].vectors ? TREES : TREES / GROUPS) && dw_walk_vectors(walk) == plans[i].vectors);
    CHECK(dw_walk_categories(walk) == plans[i].sets);
    for (int portable = 0; portable < 2; portable++) {
      if (portable) dw_forest_portable(forest);
      for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) same(&plans[i], walk, forest, x[0], 0, sizes[k], 1 + k % 3);
      for (size_t rounds = 1; rounds <= dw_walk_rounds(walk) + 1; rounds++) same(&plans[i], walk, forest, x[0], rounds, 100, 1);
    }
    dw_forest_free(forest);
    dw_walk_free(walk);
  }
}

/* Categories that one can look up by hand: in a short range (bits) and in a long one (a list). */
TEST(sets_of_categories)
{
  static const char model[] =
      "{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"1\"},\"tree_info\":[0],\"trees\":[{\"id\":0,"
      "\"tree_param\":{\"num_nodes\":\"5\",\"size_leaf_vector\":\"1\"},\"left_children\":[1,3,-1,-1,-1],\"right_children\":[2,4,-1,-1,-1],"
      "\"parents\":[2147483647,0,0,1,1],\"split_indices\":[0,0,0,0,0],\"default_left\":[1,0,0,0,0],\"split_type\":[1,1,0,0,0],"
      "\"split_conditions\":[null,null,2,3,4],\"base_weights\":[0,0,0,0,0],\"loss_changes\":[0,0,0,0,0],\"sum_hessian\":[0,0,0,0,0],"
      "\"categories\":[1,64,127,3,9000000],\"categories_nodes\":[0,1],\"categories_segments\":[0,3],\"categories_sizes\":[3,2]}]}}";
  static const struct {
    float x, want;
  } cases[] = {{0, 3},  {1, 2},     {1.5f, 2},    {63, 3},  {64, 2},    {127, 2},      {128, 3},       {3, 4}, {9000000, 4},
               {-1, 3}, {-0.5f, 3}, {9000001, 3}, {NAN, 4}, {1e30f, 3}, {INFINITY, 3}, {-INFINITY, 3}, {2, 3}};
  dw_walk *walk = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_walk_read(&walk, (dw_text_slice){model, sizeof model - 1}, 1, 1, 1, "m", &err) == DW_OK, "%s", err.message);
  if (!walk) return;
  dw_forest *forest = dw_forest_new(walk);
  bool coded[1] = {false};
  dw_walk_coded(walk, coded);
  CHECK(coded[0]);
  dw_walk_free(walk); /* nothing of it is needed any more */
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    float got, none = 0;
    dw_forest_sum(forest, &cases[i].x, 1, 0, &none, 1, &got);
    CHECK_MSG(got == cases[i].want, "%g: %g", (double)cases[i].x, (double)got);
  }
  dw_forest_free(forest);
}

TEST(linear_models)
{
  static const char model[] = "{\"model\":{\"weights\":[1,2,3,4,5,6E0]},\"name\":\"gblinear\"}";
  static const float x[4] = {10, NAN, 10, -1000}, start[2] = {100, 200};
  float got[4];
  dw_walk *walk = NULL;
  dw_err err = {0};
  CHECK(dw_walk_read(&walk, (dw_text_slice){model, sizeof model - 1}, 2, 2, 1, "m", &err) == DW_OK);
  dw_forest *forest = dw_forest_new(walk);
  dw_walk_free(walk);
  dw_forest_sum(forest, x, 2, 0, start, 2, got);
  CHECK(got[0] == 115 && got[1] == 226 && got[2] == -2885 && got[3] == -3774);
  dw_forest_sum(forest, x, 0, 0, start, 2, got);
  dw_forest_free(forest);
  dw_forest_free(NULL);
}
