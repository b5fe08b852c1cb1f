/* Models of every kind that the library in use can train: what it says of them, and what is said after their documents were written in the
 * words of XGBoost 3.1 and later (base_score in a list, the weights of dart beside a gbtree, no parameters for objectives that lost theirs,
 * lists of categories), must be the same scores. */
#include "model/booster/booster.h"

#include <xgboost/c_api.h>

#include "golden.h"
#include "model/booster/booster_text.h"

enum { ROWS = 300, WIDTH = 3, MOST = 8 };

typedef enum label_kind { REAL, POSITIVE, COUNT, BINARY, CLASSES, TARGETS } label_kind;
enum { PLAIN, GROUPS, BOUNDS, CATEGORIES };

typedef struct kind {
  const char *name, *objective;
  label_kind label;
  int with;
  const char *more[16]; /* pairs, ended by NULL */
} kind;

static const kind kinds[] = {
    {"binary", "binary:logistic", BINARY, PLAIN, {"base_score", "0.3"}},
    {"binary, raw", "binary:logitraw", BINARY, PLAIN, {"base_score", "0.3"}},
    {"hinge", "binary:hinge", BINARY, PLAIN, {"base_score", "0.3"}},
    {"regression", "reg:squarederror", REAL, PLAIN, {"base_score", "12.5"}},
    {"regression of a probability", "reg:logistic", BINARY, PLAIN, {"base_score", "0.8"}},
    {"logarithmic", "reg:squaredlogerror", POSITIVE, PLAIN, {"base_score", "0.7"}},
    {"pseudo-Huber", "reg:pseudohubererror", REAL, PLAIN, {"base_score", "0.7"}},
    {"absolute", "reg:absoluteerror", REAL, PLAIN, {NULL}},
    {"poisson", "count:poisson", COUNT, PLAIN, {"base_score", "1.7"}},
    {"gamma", "reg:gamma", POSITIVE, PLAIN, {"base_score", "0.7"}},
    {"tweedie", "reg:tweedie", POSITIVE, PLAIN, {"base_score", "0.7", "tweedie_variance_power", "1.3"}},
    {"cox", "survival:cox", POSITIVE, PLAIN, {"base_score", "0.7"}},
    {"aft", "survival:aft", POSITIVE, BOUNDS, {"base_score", "0.7"}},
    {"rank, pairwise", "rank:pairwise", CLASSES, GROUPS, {"base_score", "0.7"}},
    {"rank, ndcg", "rank:ndcg", CLASSES, GROUPS, {NULL}},
    {"rank, map", "rank:map", BINARY, GROUPS, {NULL}},
    {"classes", "multi:softprob", CLASSES, PLAIN, {"num_class", "3", "base_score", "0.7"}},
    {"the likeliest class", "multi:softmax", CLASSES, PLAIN, {"num_class", "3"}},
    {"targets", "reg:squarederror", TARGETS, PLAIN, {"base_score", "2.5", "tree_method", "hist"}},
    {"binary targets", "binary:logistic", TARGETS, PLAIN, {"base_score", "0.3", "tree_method", "hist"}},
    {"forest", "binary:logistic", BINARY, PLAIN, {"num_parallel_tree", "4", "subsample", "0.6"}},
    {"forest of classes", "multi:softprob", CLASSES, PLAIN, {"num_class", "3", "num_parallel_tree", "3", "colsample_bynode", "0.6"}},
    {"dart", "binary:logistic", BINARY, PLAIN, {"booster", "dart", "rate_drop", "0.5", "base_score", "0.3"}},
    {"dart, regression", "reg:squarederror", REAL, PLAIN, {"booster", "dart", "rate_drop", "0.5", "base_score", "40"}},
    {"dart of classes", "multi:softprob", CLASSES, PLAIN, {"booster", "dart", "rate_drop", "0.5", "num_class", "3"}},
    {"linear", "reg:squarederror", REAL, PLAIN, {"booster", "gblinear", "updater", "coord_descent", "base_score", "3"}},
    {"linear, poisson", "count:poisson", COUNT, PLAIN, {"booster", "gblinear", "updater", "coord_descent", "base_score", "3"}},
    {"linear of classes", "multi:softprob", CLASSES, PLAIN, {"booster", "gblinear", "updater", "coord_descent", "num_class", "3"}},
    {"categories, partitions", "reg:squarederror", REAL, CATEGORIES, {"tree_method", "hist", "max_cat_to_onehot", "1"}},
    {"categories, one against the rest", "binary:logistic", BINARY, CATEGORIES, {"tree_method", "hist", "max_cat_to_onehot", "100"}},
    {"categories of classes", "multi:softprob", CLASSES, CATEGORIES, {"tree_method", "hist", "num_class", "3"}},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

#define OK(call) CHECK_MSG((call) == 0, "%s: %s", #call, XGBGetLastError())

/* --- data --- */

static float uniform(uint64_t stream, int i) { return (float)golden_uniform(stream, (uint64_t)i); }

static void make_rows(const kind *k, float x[ROWS][WIDTH])
{
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < WIDTH; j++) {
      x[i][j] = uniform((uint64_t)j + 1, i) < 0.1f ? NAN : 6 * uniform((uint64_t)j + 11, i) - 3;
      if (k->with == CATEGORIES && j == 2) x[i][j] = uniform(5, i) < 0.1f ? NAN : floorf(12 * uniform(6, i));
    }
}

static float signal(const float *x, int i, bool categories)
{
  static const float of[12] = {1, 5, 2, 0, 3, 7, 1, 2, 9, 4, 5, 1};
  float a = isnan(x[0]) ? 0 : x[0], b = isnan(x[1]) ? 0 : x[1], c = isnan(x[2]) ? 0 : categories ? of[(int)x[2]] / 3 : x[2] / 4;
  return a + b * b / 2 + c + uniform(21, i);
}

static float label_of(label_kind label, float s)
{
  switch (label) {
  case POSITIVE: return fabsf(s) + 0.1f;
  case COUNT: return floorf(fabsf(s));
  case BINARY: return s > 2;
  case CLASSES: return (float)((s > 1) + (s > 3));
  default: return s;
  }
}

static DMatrixHandle matrix(const kind *k, float x[ROWS][WIDTH], int rows)
{
  static const char *types[] = {"q", "q", "c"};
  DMatrixHandle data = NULL;
  OK(XGDMatrixCreateFromMat(x[0], (bst_ulong)rows, WIDTH, NAN, &data));
  if (k->with == CATEGORIES) OK(XGDMatrixSetStrFeatureInfo(data, "feature_type", types, WIDTH));
  return data;
}

static void put_labels(const kind *k, DMatrixHandle data, float x[ROWS][WIDTH])
{
  static float y[2 * ROWS], upper[ROWS];
  static unsigned groups[ROWS / 30];
  size_t targets = k->label == TARGETS ? 2 : 1;
  for (int i = 0; i < ROWS; i++) {
    float s = signal(x[i], i, k->with == CATEGORIES);
    y[(size_t)i * targets] = label_of(k->label, s);
    if (targets == 2 && strcmp(k->objective, "binary:logistic") == 0) y[2 * i] = label_of(BINARY, s);
    if (targets == 2) y[2 * i + 1] = strcmp(k->objective, "binary:logistic") == 0 ? label_of(BINARY, s + 1) : -3 * s;
    upper[i] = y[i] * 1.5f;
  }
  char array[200];
  snprintf(array, sizeof array, "{\"data\":[%llu,true],\"shape\":[%d,%zu],\"typestr\":\"<f4\",\"version\":3}",
           (unsigned long long)(uintptr_t)y, ROWS, targets);
  OK(XGDMatrixSetInfoFromInterface(data, "label", array));
  for (int i = 0; i < ROWS / 30; i++) groups[i] = 30;
  if (k->with == GROUPS) OK(XGDMatrixSetUIntInfo(data, "group", groups, ROWS / 30));
  if (k->with == BOUNDS) OK(XGDMatrixSetFloatInfo(data, "label_lower_bound", y, ROWS));
  if (k->with == BOUNDS) OK(XGDMatrixSetFloatInfo(data, "label_upper_bound", upper, ROWS));
}

static BoosterHandle train(const kind *k, float x[ROWS][WIDTH])
{
  static const char *const common[] = {"verbosity", "0", "nthread", "1", "seed", "7", "max_depth", "3", NULL};
  DMatrixHandle data = matrix(k, x, ROWS);
  BoosterHandle booster = NULL;
  put_labels(k, data, x);
  OK(XGBoosterCreate(&data, 1, &booster));
  for (int i = 0; common[i]; i += 2) OK(XGBoosterSetParam(booster, common[i], common[i + 1]));
  OK(XGBoosterSetParam(booster, "objective", k->objective));
  for (int i = 0; k->more[i]; i += 2) OK(XGBoosterSetParam(booster, k->more[i], k->more[i + 1]));
  for (int round = 0; round < 4; round++) OK(XGBoosterUpdateOneIter(booster, round, data));
  XGDMatrixFree(data);
  return booster;
}

static size_t predict(const kind *k, BoosterHandle booster, float x[ROWS][WIDTH], int type, float *out)
{
  const bst_ulong *shape;
  bst_ulong dimensions;
  const float *result;
  char config[200];
  size_t count = 1;
  DMatrixHandle data = matrix(k, x, ROWS);
  snprintf(config, sizeof config, "{\"type\":%d,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}",
           type);
  OK(XGBoosterPredictFromDMatrix(booster, data, config, &shape, &dimensions, &result));
  for (bst_ulong i = 0; i < dimensions; i++) count *= shape[i];
  CHECK(count <= ROWS * MOST);
  memcpy(out, result, count * sizeof *out);
  XGDMatrixFree(data);
  return count;
}

/* --- documents in other words --- */

static dw_text_slice whole(const dw_buf *text) { return (dw_text_slice){text->data, text->length}; }

static dw_text_slice at(const dw_buf *text, const char *a, const char *b)
{
  dw_text_slice part = dw_slice_member(dw_slice_member(whole(text), "learner"), a);
  return b ? dw_slice_member(part, b) : part;
}

static void put(dw_buf *text, dw_text_slice part, const char *put)
{
  dw_buf out = {0};
  CHECK(part.text != NULL);
  dw_slice_edit(whole(text), &(dw_text_edit){part, {put, strlen(put)}}, 1, &out);
  dw_buf_free(text);
  *text = out;
}

static void new_base(dw_buf *text, const char *list)
{
  dw_text_slice base = at(text, "learner_model_param", "base_score");
  char value[300];
  if (list) snprintf(value, sizeof value, "\"%s\"", list);
  else snprintf(value, sizeof value, "\"[%.*s]\"", (int)base.length - 2, base.text + 1);
  put(text, base, value);
}

/* {"gbtree":{"model":M,…},"name":"dart","weight_drop":W}: {"model":M,"name":"gbtree","weight_drop":W} */
static void new_dart(dw_buf *text)
{
  dw_text_slice booster = at(text, "gradient_booster", NULL), model = dw_slice_member(dw_slice_member(booster, "gbtree"), "model");
  dw_text_slice weights = dw_slice_member(booster, "weight_drop");
  dw_buf made = {0};
  if (!weights.text) return;
  dw_buf_format(&made, "{\"model\":%.*s,\"name\":\"gbtree\",\"weight_drop\":%.*s}", (int)model.length, model.text, (int)weights.length,
                weights.text);
  put(text, booster, dw_buf_cstr(&made));
  dw_buf_free(&made);
}

static void new_cats(dw_buf *text)
{
  dw_text_slice model = at(text, "gradient_booster", "model");
  if (!dw_slice_member(model, "trees").text || dw_slice_member(model, "cats").text) return;
  put(text, (dw_text_slice){model.text, 1}, "{\"cats\":{\"enc\":[],\"feature_segments\":[],\"sorted_idx\":[]},");
}

static void new_objective(dw_buf *text, const kind *k)
{
  char made[200];
  bool rank = k->with == GROUPS, poisson = strcmp(k->objective, "count:poisson") == 0;
  if (!rank && !poisson) return;
  snprintf(made, sizeof made, "{\"name\":\"%s\"%s}", k->objective,
           rank ? ",\"lambdarank_param\":{\"lambdarank_pair_method\":\"topk\"}" : "");
  put(text, at(text, "objective", NULL), made);
}

/* Every list of the name, with the comma behind it. */
static void drop_lists(dw_buf *text, const char *name)
{
  dw_buf out = {0};
  char key[64];
  int length = snprintf(key, sizeof key, "\"%s\":[", name);
  const char *from = dw_buf_cstr(text), *at;
  for (; (at = strstr(from, key)); from = strchr(at + length, ']') + 2) dw_buf_add(&out, from, (size_t)(at - from));
  dw_buf_text(&out, from);
  dw_buf_free(text);
  *text = out;
}

/* As 1.0 to 1.2 write: no kinds of splits and no sets of categories, truth values as words, no numbers of targets and of parallel trees. */
static void first_words(dw_buf *text)
{
  static const char *const later[] = {"categories", "categories_nodes", "categories_segments", "categories_sizes", "split_type"};
  dw_buf out = {0};
  bool truth = false;
  for (size_t i = 0; i < sizeof later / sizeof *later; i++) drop_lists(text, later[i]);
  for (const char *c = dw_buf_cstr(text); *c; c++) {
    if (strncmp(c, "\"default_left\":[", 16) == 0) truth = true, dw_buf_add(&out, c, 16), c += 16;
    if (*c == ']') truth = false;
    if (strncmp(c, "\"num_parallel_tree\"", 19) == 0 || strncmp(c, "\"num_target\"", 12) == 0) dw_buf_text(&out, "\"former_"), c++;
    if (truth && (*c == '0' || *c == '1')) dw_buf_text(&out, *c == '1' ? "true" : "false");
    else dw_buf_char(&out, *c);
  }
  dw_buf_free(text);
  *text = out;
}

/* --- tests --- */

static void score_by(dw_engine engine, const char *name, const dw_buf *text, float x[ROWS][WIDTH], const char *rounds, size_t outputs,
                     float *out)
{
  dw_booster *booster = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_booster_load(&booster, text->data, text->length, name, &err) == DW_OK, "%s: %s", name, err.message);
  if (!booster) return;
  if (rounds) CHECK_MSG(dw_booster_use(booster, rounds, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_booster_engine(booster, engine, &err) == DW_OK, "%s: %s", name, err.message);
  CHECK_MSG(dw_booster_outputs(booster) == outputs, "%s: %zu numbers, and not %zu", name, dw_booster_outputs(booster), outputs);
  if (dw_booster_outputs(booster) == outputs)
    CHECK_MSG(dw_booster_predict(booster, x[0], ROWS, 2, out, &err) == DW_OK, "%s: %s", name, err.message);
  dw_booster_free(booster);
}

static void same(const char *name, const char *words, const float *got, const float *want, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    double limit = 1e-6 * fmax(1, fabs((double)want[i]));
    bool close = fabs((double)got[i] - (double)want[i]) <= limit;
    CHECK_MSG(close, "%s, %s: %.9g, want %.9g (number %zu)", name, words, (double)got[i], (double)want[i], i);
    if (!close) return;
  }
}

/* By both engines: out is the library's, held to ours. */
static void score(const char *name, const dw_buf *text, float x[ROWS][WIDTH], const char *rounds, size_t outputs, float *out)
{
  static float own[ROWS * MOST];
  score_by(DW_ENGINE_LIBRARY, name, text, x, rounds, outputs, out);
  score_by(DW_ENGINE_OWN, name, text, x, rounds, outputs, own);
  same(name, "the own engine", own, out, ROWS * outputs);
}

static dw_buf saved(BoosterHandle booster)
{
  const char *bytes;
  bst_ulong length;
  dw_buf text = {0};
  OK(XGBoosterSaveModelToBuffer(booster, "{\"format\":\"json\"}", &length, &bytes));
  dw_buf_add(&text, bytes, length);
  return text;
}

TEST(in_the_words_of_both)
{
  static float x[ROWS][WIDTH], want[ROWS * MOST], got[ROWS * MOST];
  for (size_t i = 0; i < KINDS; i++) {
    const kind *k = &kinds[i];
    make_rows(k, x);
    BoosterHandle booster = train(k, x);
    size_t count = predict(k, booster, x, 0, want);
    dw_buf text = saved(booster);
    score(k->name, &text, x, NULL, count / ROWS, got);
    same(k->name, "its own words", got, want, count);
    new_base(&text, NULL);
    new_dart(&text);
    new_cats(&text);
    new_objective(&text, k);
    score(k->name, &text, x, "all", count / ROWS, got);
    same(k->name, "new words", got, want, count);
    dw_buf_free(&text);
    text = saved(booster);
    if (k->with != CATEGORIES && k->label != TARGETS) { /* which 1.0 had not */
      first_words(&text);
      score(k->name, &text, x, NULL, count / ROWS, got);
      same(k->name, "the words of 1.0", got, want, count);
    }
    float spread = 0;
    for (size_t n = 0; n < count; n++) spread = fmaxf(spread, fabsf(want[n] - want[0]));
    CHECK_MSG(spread > 0.01f, "%s predicts the same for all", k->name);
    XGBoosterFree(booster);
    dw_buf_free(&text);
  }
}

/* A base score for each class or target: the margins move by as much, and the predictions by their links. */
TEST(a_base_score_for_each_sum)
{
  static const struct {
    const char *kind, *list;
    double base[3], before;
    bool logit, softmax;
  } cases[] = {
      {"classes", "[4E-1,-1.25E0,0E0]", {0.4, -1.25, 0}, 0.7, false, true},
      /* all from the first, as XGBoost 3.3 scores them: tests/data/xgboost33/linear_classes */
      {"linear of classes", "[4E-1,-1.25E0,0E0]", {0.4, 0.4, 0.4}, 0.5, false, true},
      {"dart of classes", "[4E-1,-1.25E0,0E0]", {0.4, -1.25, 0}, 0.5, false, true},
      {"forest of classes", "[4E-1,-1.25E0,0E0]", {0.4, -1.25, 0}, 0.5, false, true},
      {"targets", "[1E1,-3.5E0]", {10, -3.5}, 2.5, false, false},
      {"binary targets", "[2.5E-1,9E-1]", {-1.0986122886681098, 2.1972245773362196}, -0.84729786038720367, true, false},
  };
  static float x[ROWS][WIDTH], margin[ROWS * MOST], want[ROWS * MOST], got[ROWS * MOST];
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const kind *k = kinds;
    while (strcmp(k->name, cases[c].kind) != 0) k++;
    kind fixed = *k;
    size_t pairs = 0;
    while (fixed.more[pairs]) pairs += 2;
    bool given = false;
    for (size_t i = 0; i < pairs; i += 2) given |= strcmp(fixed.more[i], "base_score") == 0;
    if (!given) fixed.more[pairs] = "base_score", fixed.more[pairs + 1] = "0.5"; /* later libraries estimate one */
    make_rows(k, x);
    BoosterHandle booster = train(&fixed, x);
    size_t count = predict(k, booster, x, 1, margin), sums = count / ROWS;
    dw_buf text = saved(booster);
    for (size_t row = 0; row < ROWS; row++) {
      double total = 0;
      for (size_t g = 0; g < sums; g++) total += exp((double)margin[row * sums + g] - cases[c].before + cases[c].base[g]);
      for (size_t g = 0; g < sums; g++) {
        double m = (double)margin[row * sums + g] - cases[c].before + cases[c].base[g];
        want[row * sums + g] = (float)(cases[c].softmax ? exp(m) / total : cases[c].logit ? 1 / (1 + exp(-m)) : m);
      }
    }
    new_base(&text, cases[c].list);
    new_dart(&text);
    score(k->name, &text, x, NULL, sums, got);
    same(k->name, cases[c].list, got, want, count);
    XGBoosterFree(booster);
    dw_buf_free(&text);
  }
}

/* The first rounds are the model that was trained so far. */
TEST(the_first_rounds)
{
  static const char *const names[] = {"binary", "forest of classes", "dart, regression", "targets"};
  static float x[ROWS][WIDTH], want[ROWS * MOST], got[ROWS * MOST];
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    const kind *k = kinds;
    while (strcmp(k->name, names[n]) != 0) k++;
    make_rows(k, x);
    BoosterHandle booster = train(k, x), first = NULL;
    dw_buf text = saved(booster);
    for (int rounds = 1; rounds <= 4; rounds++) {
      char digits[16];
      snprintf(digits, sizeof digits, "%d", rounds);
      OK(XGBoosterSlice(booster, 0, rounds, 1, &first));
      size_t count = predict(k, first, x, 0, want);
      score(k->name, &text, x, digits, count / ROWS, got);
      same(k->name, digits, got, want, count);
      XGBoosterFree(first);
    }
    XGBoosterFree(booster);
    dw_buf_free(&text);
  }
}
