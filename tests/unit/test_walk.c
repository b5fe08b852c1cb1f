#include "model/booster/walk.h"

#include "test.h"

/* x0 < 0.5: -1, else 2; missing goes left. */
#define STUMP(id)                                                                                                                          \
  "{\"base_weights\":[0,0,0],\"loss_changes\":[0,0,0],\"sum_hessian\":[0,0,0],"                                                            \
  "\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[],\"categories_sizes\":[],"                                          \
  "\"default_left\":[1,0,0],\"id\":" id ",\"left_children\":[1,-1,-1],\"parents\":[2147483647,0,0],\"right_children\":[2,-1,-1],"          \
  "\"split_conditions\":[5E-1,-1E0,2E0],\"split_indices\":[0,0,0],\"split_type\":[0,0,0],"                                                 \
  "\"tree_param\":{\"num_nodes\":\"3\",\"size_leaf_vector\":\"1\"}}"

/* x1 one of 2, 5, 40: x1 one of 5: 30, else 20; x1 none of them: 10; missing goes right, then left. Nodes 5 and 6 were dropped. */
#define SETS(id)                                                                                                                           \
  "{\"id\":" id ",\"base_weights\":[0,0,0,0,0,0,0],\"loss_changes\":[0,0,0,0,0,0,0],\"sum_hessian\":[0,0,0,0,0,0,0],"                      \
  "\"categories\":[2,5,40,5],\"categories_nodes\":[0,2],\"categories_segments\":[0,3],"                                                    \
  "\"categories_sizes\":[3,1],\"default_left\":[false,false,true,false,false,false,false],\"left_children\":[1,-1,3,-1,-1,9,9],"           \
  "\"parents\":[2147483647,0,0,2,2,0,0],\"right_children\":[2,-1,4,-1,-1,9,9],\"split_conditions\":[1E-45,10,1E-45,20,30,0,0],"            \
  "\"split_indices\":[1,0,1,0,0,7,7],\"split_type\":[1,0,1,0,0,0,0],\"tree_param\":{\"num_nodes\":\"7\",\"size_leaf_vector\":\"0\"}}"

#define MODEL(trees, count, info, more)                                                                                                    \
  "{\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"" count "\"},\"tree_info\":[" info "],\"trees\":[" trees "]" more  \
  "}"
#define GBTREE(model) "{\"model\":" model ",\"name\":\"gbtree\"}"
#define BOTH MODEL(STUMP("0") "," SETS("1"), "2", "0,0", "")

static dw_status read(dw_walk **walk, const char *text, size_t groups, dw_err *err)
{
  char *copy = strdup(text); /* its end is an end for the sanitizer */
  dw_status status = dw_walk_read(walk, (dw_text_slice){copy, strlen(copy)}, 2, groups, 1, "m", err);
  CHECK_MSG((status == DW_OK) == (*walk != NULL), "%d", (int)status);
  free(copy);
  return status;
}

static dw_walk *good(const char *text, size_t groups)
{
  dw_walk *walk = NULL;
  dw_err err = {0};
  CHECK_MSG(read(&walk, text, groups, &err) == DW_OK, "%s", err.message);
  return walk;
}

static float margin_of(const dw_walk *walk, float a, float b, size_t rounds, float base)
{
  float x[2] = {a, b}, margin, largest;
  dw_walk_row(walk, x, rounds, &base, &margin, &largest);
  return margin;
}

TEST(splits_by_numbers)
{
  dw_walk *walk = good(GBTREE(MODEL(STUMP("0"), "1", "0", "")), 1);
  static const struct {
    float x, want;
  } cases[] = {{-3, -1}, {0.49999997f, -1}, {0.5f, 2}, {1e30f, 2}, {NAN, -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK(margin_of(walk, cases[i].x, 0, 0, 0.25f) == 0.25f + cases[i].want);
  CHECK(!dw_walk_linear(walk) && !dw_walk_dart(walk) && !dw_walk_categories(walk) && dw_walk_rounds(walk) == 1);
  dw_walk_free(walk);
}

/* As XGBoost's common::Decision: a category of the set goes right; others, and what is none, go left; a fraction is cut off. */
TEST(splits_by_categories)
{
  dw_walk *walk = good(GBTREE(MODEL(SETS("0"), "1", "0", "")), 1);
  static const struct {
    float x, want;
  } cases[] = {{0, 10},    {2, 20},  {5, 30},     {40, 20},       {41, 10},    {3, 10},
               {5.9f, 30}, {-1, 10}, {-0.5f, 10}, {16777216, 10}, {1e30f, 10}, {NAN, 20}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK_MSG(margin_of(walk, 0, cases[i].x, 0, 0) == cases[i].want, "%g: %g", (double)cases[i].x,
              (double)margin_of(walk, 0, cases[i].x, 0, 0));
  CHECK(dw_walk_categories(walk));
  dw_walk_free(walk);
}

TEST(rounds)
{
  dw_walk *walk = good(GBTREE(BOTH), 1);
  CHECK(dw_walk_rounds(walk) == 2 && dw_walk_even(walk) == 2);
  CHECK(margin_of(walk, 1, 5, 0, 0) == 32 && margin_of(walk, 1, 5, 2, 0) == 32 && margin_of(walk, 1, 5, 1, 0) == 2);
  dw_walk_free(walk);
  /* the second round has two */
  walk = good(GBTREE(MODEL(STUMP("0") "," SETS("1") "," STUMP("2"), "3", "0,0,0", ",\"iteration_indptr\":[0,1,3]")), 1);
  CHECK(dw_walk_rounds(walk) == 2 && dw_walk_even(walk) == 1);
  CHECK(margin_of(walk, 1, 5, 1, 0) == 2 && margin_of(walk, 1, 5, 2, 0) == 34);
  dw_walk_free(walk);
  walk = good(GBTREE(MODEL("", "0", "", ",\"iteration_indptr\":[0]")), 1);
  CHECK(dw_walk_rounds(walk) == 0 && margin_of(walk, 1, 1, 0, 7) == 7);
  dw_walk_free(walk);
}

TEST(several_sums)
{
  dw_walk *walk = good(GBTREE(MODEL(STUMP("0") "," SETS("1") "," STUMP("2") "," STUMP("3"), "4", "0,1,0,1", "")), 2);
  float x[2] = {0, 2}, base[2] = {0.5f, -4}, margin[2], largest[2];
  CHECK(dw_walk_rounds(walk) == 2);
  dw_walk_row(walk, x, 0, base, margin, largest);
  CHECK(margin[0] == -1.5f && margin[1] == 15);
  CHECK(largest[0] == 1.5f && largest[1] == 20);
  dw_walk_row(walk, x, 1, base, margin, largest);
  CHECK(margin[0] == -0.5f && margin[1] == 16);
  dw_walk_free(walk);
}

/* Sums from elsewhere: the last bit and the sign of nothing count; NaN is NaN. */
TEST(sums_that_differ)
{
  dw_walk *walk = good(GBTREE(MODEL(STUMP("0"), "1", "0", "")), 2);
  static const float x[3][2] = {{0, 0}, {1, 0}, {NAN, 0}}, base[2] = {0, NAN};
  float margin[3][2] = {{-1, NAN}, {2, NAN}, {-1, -NAN}}, pair[2] = {0, 0};
  CHECK(!dw_walk_differs(walk, x[0], 3, 0, base, margin[0], pair));
  margin[2][0] = nextafterf(-1, 0);
  CHECK(!dw_walk_differs(walk, x[0], 2, 0, base, margin[0], pair));
  CHECK(dw_walk_differs(walk, x[0], 3, 0, base, margin[0], pair) && pair[0] == margin[2][0] && pair[1] == -1);
  margin[1][1] = 0;
  CHECK(dw_walk_differs(walk, x[0], 3, 0, base, margin[0], pair) && pair[0] == 0 && isnan(pair[1]));
  margin[0][0] = NAN;
  CHECK(dw_walk_differs(walk, x[0], 3, 0, base, margin[0], pair) && isnan(pair[0]) && pair[1] == -1);
  dw_walk_free(walk);
}

TEST(weights_of_dart)
{
  static const char *const forms[] = {"{\"gbtree\":{\"model\":" BOTH ",\"name\":\"gbtree\"},\"name\":\"dart\",\"weight_drop\":[5E-1,1E-1]}",
                                      "{\"model\":" BOTH ",\"name\":\"gbtree\",\"weight_drop\":[0.5,0.1]}"};
  for (int i = 0; i < 2; i++) {
    dw_walk *walk = good(forms[i], 1);
    CHECK(dw_walk_dart(walk));
    CHECK_CLOSE((double)margin_of(walk, 1, 5, 0, 0), 4.0, 1e-7);
    dw_walk_free(walk);
  }
}

TEST(linear_weights)
{
  dw_walk *walk = good("{\"model\":{\"weights\":[1,2,3,4,5,6E0]},\"name\":\"gblinear\"}", 2);
  float x[2] = {10, NAN}, base[2] = {100, 200}, margin[2], largest[2];
  dw_walk_row(walk, x, 0, base, margin, largest);
  CHECK(margin[0] == 115 && margin[1] == 226 && dw_walk_linear(walk) && dw_walk_rounds(walk) == 0);
  x[1] = -1000;
  dw_walk_row(walk, x, 0, base, margin, largest);
  CHECK(margin[0] == -2885 && margin[1] == -3774 && largest[1] == 4000);
  dw_walk_free(walk);
}

/* As XGBoost 1.0 writes them: no kinds of splits, no sets of categories, truth values in words. */
#define OLD_STUMP                                                                                                                          \
  "{\"base_weights\":[0,0,0],\"loss_changes\":[0,0,0],\"sum_hessian\":[0,0,0],\"leaf_child_counts\":[0,0,0],"                              \
  "\"default_left\":[true,false,false],\"id\":0,\"left_children\":[1,-1,-1],\"parents\":[2147483647,0,0],"                                 \
  "\"right_children\":[2,-1,-1],\"split_conditions\":[0.5,-1,2],\"split_indices\":[0,0,0],"                                                \
  "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"2\",\"num_nodes\":\"3\",\"size_leaf_vector\":\"0\"}}"

TEST(documents_of_the_first_versions)
{
  dw_walk *walk = good("{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"1\",\"size_leaf_vector\":\"0\"},"
                       "\"tree_info\":[0],\"trees\":[" OLD_STUMP "]}}",
                       1);
  CHECK(margin_of(walk, 0.4f, 0, 0, 1) == 0 && margin_of(walk, 0.6f, 0, 0, 1) == 3 && margin_of(walk, NAN, 0, 0, 1) == 0);
  CHECK(dw_walk_rounds(walk) == 1 && dw_walk_even(walk) == 1 && !dw_walk_categories(walk));
  dw_walk_free(walk);
}

/* Forests before 1.4 do not say how many trees stand side by side: what else is known counts, where it goes into the number of trees. */
TEST(parallel_trees_that_are_not_said)
{
  static const struct {
    size_t parallel, rounds, even;
  } cases[] = {{1, 4, 4}, {2, 2, 0}, {4, 1, 0}, {3, 4, 4}, {8, 4, 4}, {SIZE_MAX, 4, 4}};
  static const char text[] =
      "{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"4\"},\"tree_info\":[0,0,0,0],\"trees\":[" STUMP(
          "0") "," STUMP("1") "," STUMP("2") "," STUMP("3") "]}}";
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_walk *walk = NULL;
    dw_err err = {0};
    CHECK_MSG(dw_walk_read(&walk, (dw_text_slice){text, sizeof text - 1}, 2, 1, cases[i].parallel, "m", &err) == DW_OK, "%s", err.message);
    CHECK_MSG(dw_walk_rounds(walk) == cases[i].rounds && dw_walk_even(walk) == cases[i].even, "%zu: %zu rounds, %zu even",
              cases[i].parallel, dw_walk_rounds(walk), dw_walk_even(walk));
    CHECK(margin_of(walk, 1, 0, 1, 0) == 2 * (float)(4 / cases[i].rounds));
    dw_walk_free(walk);
  }
}

/* x0 < 0.5: (1, 2), else (3, 4), as XGBoost 2.0 writes it: a vector for each node. Later ones have those of leaves alone, and each leaf its
 * place among them where a split has its right child. */
#define VECTORS(weights, right)                                                                                                            \
  "{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"1\",\"num_parallel_tree\":\"1\"},\"iteration_indptr\":[0,1],"   \
  "\"tree_info\":[0],\"trees\":[{\"id\":0," weights ",\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[],"               \
  "\"categories_sizes\":[],\"default_left\":[1,0,0],\"left_children\":[1,-1,-1],\"parents\":[2147483647,0,0],"                             \
  "\"right_children\":[" right "],\"split_conditions\":[5E-1,null,null],\"split_indices\":[0,0,0],\"split_type\":[0,0,0],"                 \
  "\"tree_param\":{\"num_nodes\":\"3\",\"size_leaf_vector\":\"2\"}}]}}"

TEST(leaves_that_are_vectors)
{
  static const char *const good_ones[] = {VECTORS("\"base_weights\":[9,9,1,2,3,4]", "2,-1,-1"),
                                          VECTORS("\"base_weights\":[9,9,9],\"leaf_weights\":[3,4,1,2],\"loss_changes\":[1,0,0]", "2,1,0")};
  static const float base[2] = {10, 20};
  for (int i = 0; i < 2; i++) {
    float x[2] = {0.4f, 0}, margin[2], largest[2];
    dw_walk *walk = good(good_ones[i], 2);
    CHECK(dw_walk_vectors(walk) && dw_walk_rounds(walk) == 1 && dw_walk_trees(walk, 0) == 1);
    dw_walk_row(walk, x, 0, base, margin, largest);
    CHECK(margin[0] == 11 && margin[1] == 22);
    x[0] = 0.5f;
    dw_walk_row(walk, x, 1, base, margin, largest);
    CHECK(margin[0] == 13 && margin[1] == 24 && largest[1] == 24);
    dw_walk_free(walk);
  }
  static const struct {
    const char *text, *says;
  } wrong[] = {{VECTORS("\"base_weights\":[9,9,1,2,3]", "2,-1,-1"), "not as long as the record has sums"},
               {VECTORS("\"base_weights\":[9,9,1,2,3,\"4\"]", "2,-1,-1"), "not as long as the record has sums"},
               {VECTORS("\"base_weights\":[9,9,1,2,3,1e300]", "2,-1,-1"), "beyond what a float holds"},
               {VECTORS("\"base_weights\":[9,9,1,2,3,4]", "2,-1,0"), "a vector that is not there"},
               {VECTORS("\"leaf_weights\":[3,4,1,2]", "2,2,0"), "a vector that is not there"},
               {VECTORS("\"leaf_weights\":[3,4,1,2]", "2,-1,0"), "a vector that is not there"},
               {VECTORS("\"leaf_weights\":[3,4,1]", "2,1,0"), "not as long as the record has sums"},
               {VECTORS("\"leaf_weights\":[3,4,1,null]", "2,1,0"), "beyond what a float holds"},
               {VECTORS("\"leaf_weights\":7", "2,1,0"), "a vector that is not there"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_walk *walk = NULL;
    dw_err err = {0};
    CHECK_MSG(read(&walk, wrong[i].text, 2, &err) == DW_EDATA && strstr(err.message, wrong[i].says), "%zu: \"%s\"", i, err.message);
  }
}

TEST(damaged_models)
{
  static const struct {
    const char *from, *to, *says;
  } cases[] = {
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[3,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[-2,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[-1,-1,-1]", "link out of it"}, /* one child */
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[0,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[2,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[1.5,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[1e300,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[4294967297,-1,-1]", "link out of it"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[1,-1]", "differ in length"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[1,-1,-1,-1]", "differ in length"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":[\"1\",-1,-1]", "differ in length"},
      {"\"left_children\":[1,-1,-1]", "\"left_children\":7", "differ in length"},
      {"\"left_children\":[1,-1,3,-1", "\"left_children\":[1,-1,1,-1", "two of its branches meet"},
      {"\"left_children\":[1,-1,3,-1", "\"left_children\":[1,-1,2,-1", "circle"},
      {"\"left_children\":[1,-1,3,-1", "\"left_children\":[1,-1,5,-1", "another parent than its own"},
      {"\"parents\":[2147483647,0,0]", "\"parents\":[0,0,0]", "the root of a tree has a parent"},
      {"\"parents\":[2147483647,0,0]", "\"parents\":[2147483647,-1,0]", "a parent out of it"},
      {"\"parents\":[2147483647,0,0]", "\"parents\":[2147483647,0,3]", "a parent out of it"},
      {"\"parents\":[2147483647,0,0]", "\"parents\":[2147483647,0,1e300]", "a parent out of it"},
      {"\"parents\":[2147483647,0,0]", "\"parents\":[2147483647,0,2]", "another parent than its own"},
      {"\"loss_changes\":[0,0,0]", "\"loss_changes\":[0,0]", "differ in length"},
      {"\"sum_hessian\":[0,0,0]", "\"sum_hesian\":[0,0,0]", "differ in length"},
      {"\"id\":0", "\"id\":1", "not numbered"},
      {"\"id\":1", "\"id\":0", "not numbered"},
      {"\"id\":1", "\"id\":\"1\"", "not numbered"},
      {"\"right_children\":[2,-1,4,-1", "\"right_children\":[2,3,4,-1", "link out of it"},
      {"\"split_indices\":[0,0,0]", "\"split_indices\":[2,0,0]", "does not have"},
      {"\"split_indices\":[0,0,0]", "\"split_indices\":[-1,0,0]", "does not have"},
      {"\"split_type\":[0,0,0]", "\"split_type\":[2,0,0]", "a kind that is not known"},
      {"\"split_type\":[0,0,0]", "\"split_type\":[1,0,0]", "categories of a split"},
      {"\"split_type\":[1,0,1", "\"split_type\":[1,0,0", "categories of a split"},
      {"\"default_left\":[1,0,0]", "\"default_left\":[2,0,0]", "neither left nor right"},
      {"\"default_left\":[1,0,0]", "\"default_left\":[-1,0,0]", "neither left nor right"},
      {"\"default_left\":[1,0,0]", "\"default_left\":[0.5,0,0]", "neither left nor right"},
      {"\"default_left\":[1,0,0]", "\"default_left\":[null,0,0]", "neither left nor right"},
      {"\"default_left\":[1,0,0]", "\"default_left\":[256,0,0]", "neither left nor right"},
      {"\"split_conditions\":[5E-1", "\"split_conditions\":[5E40", "beyond what a float holds"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[2,5,40]", "categories of a split"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[2,5,40,5,6]", "categories of a split"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[2,40,5,5]", "categories of a split"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[-2,5,40,5]", "categories of a split"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[2,5,16777216,5]", "categories of a split"},
      {"\"categories\":[2,5,40,5]", "\"categories\":[2,5,40.5,5]", "categories of a split"},
      {"\"categories_nodes\":[0,2]", "\"categories_nodes\":[0,7]", "categories of a split"},
      {"\"categories_nodes\":[0,2]", "\"categories_nodes\":[2,0]", "categories of a split"},
      {"\"categories_nodes\":[0,2]", "\"categories_nodes\":[0,1]", "categories of a split"},
      {"\"categories_nodes\":[0,2]", "\"categories_nodes\":[0]", "categories of a split"},
      {"\"categories_segments\":[0,3]", "\"categories_segments\":[0,1000000]", "categories of a split"},
      {"\"categories_sizes\":[3,1]", "\"categories_sizes\":[3,2]", "categories of a split"},
      {"\"categories_sizes\":[3,1]", "\"categories_sizes\":[3,-1]", "categories of a split"},
      {"\"categories_sizes\":[3,1]", "\"categories_sizes\":[3,1e300]", "categories of a split"},
      {"\"num_nodes\":\"3\"", "\"num_nodes\":\"0\"", "how many nodes"},
      {"\"num_nodes\":\"3\"", "\"num_nodes\":\"999999999\"", "how many nodes"},
      {"\"num_nodes\":\"3\"", "\"num_nodes\":3", "how many nodes"},
      {"\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\"", "vectors of another length"},
      {"\"num_trees\":\"2\"", "\"num_trees\":\"3\"", "as many trees"},
      {"\"tree_info\":[0,0]", "\"tree_info\":[0]", "as many trees"},
      {"\"tree_info\":[0,0]", "\"tree_info\":[0,1]", "no class"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"0\"", "beyond all measure"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"1000000\"", "a round would have more trees than there are"},
      {"\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"18446744073709551615\"", "beyond all measure"},
      {"\"tree_info\"", "\"iteration_indptr\":[0,1],\"tree_info\"", "do not hold all"},
      {"\"tree_info\"", "\"iteration_indptr\":[0,3],\"tree_info\"", "where it has no trees"},
      {"\"tree_info\"", "\"iteration_indptr\":[0,2,1,2],\"tree_info\"", "where it has no trees"},
      {"\"tree_info\"", "\"iteration_indptr\":[1,2],\"tree_info\"", "where it has no trees"},
      {"\"tree_info\"", "\"iteration_indptr\":[0,\"x\"],\"tree_info\"", "where it has no trees"},
      {"\"name\":\"gbtree\"", "\"name\":\"gbtree\",\"weight_drop\":[1]", "no weights"},
      {"\"name\":\"gbtree\"", "\"name\":\"gbtree\",\"weight_drop\":[1,null]", "is none"},
      {"\"name\":\"gbtree\"", "\"name\":\"gbnew\"", "is not known"},
      {"\"name\":\"gbtree\"", "\"nome\":\"gbtree\"", "is not known"},
      {"\"name\":\"gbtree\"", "\"name\":\"gblinear\"", "weights are not as many"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    static const char text[] = GBTREE(BOTH);
    const char *at = strstr(text, cases[i].from);
    char changed[4000];
    dw_walk *walk = NULL;
    dw_err err = {0};
    CHECK_MSG(at != NULL, "no %s", cases[i].from);
    if (!at) continue;
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, cases[i].to, at + strlen(cases[i].from));
    CHECK_MSG(read(&walk, changed, 1, &err) == DW_EDATA && strstr(err.message, cases[i].says), "%s: \"%s\"", cases[i].to, err.message);
    dw_walk_free(walk);
  }
}
