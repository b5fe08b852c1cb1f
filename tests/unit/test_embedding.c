/* Held to numpy, scipy and sklearn (tests/golden/make_embedding.py), to simulation, and to what moves by construction. */
#include "detect/vector/embedding.h"
#include "detect/check/methods.h"

#include "golden.h"
#include "io/text/json.h"
#include "stats/samples/distance.h"
#include "stats/samples/sort.h"

static void column_of(dw_column *column, const double *x, size_t rows, size_t width)
{
  dw_column_init(column, "v", false);
  for (size_t i = 0; i < rows; i++) dw_vectors_add(dw_column_vectors(column), x + i * width, width);
  column->rows = column->tag[DW_VECTOR] = rows;
  dw_vectors_finish(dw_column_vectors(column));
}

typedef struct sides {
  dw_column reference, current;
  dw_pair pair;
} sides;

static void sides_make(sides *s, const double *x, size_t n, const double *y, size_t m, size_t width_x, size_t width_y)
{
  column_of(&s->reference, x, n, width_x);
  column_of(&s->current, y, m, width_y);
  dw_pair_make(&s->pair, "v", DW_TYPE_VECTOR, &s->reference, &s->current);
}

static void sides_free(sides *s)
{
  dw_pair_free(&s->pair);
  dw_column_free(&s->reference);
  dw_column_free(&s->current);
}

static const dw_method *method_of(const char *name, dw_preset preset) { return dw_method_under(dw_method_find(name), preset); }

/* The caller frees detail. */
static dw_method_result run(sides *s, const char *name, dw_preset preset)
{
  dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN};
  dw_err err = {0};
  dw_status status = method_of(name, preset)->run(&s->pair, &(dw_method_settings){.preset = preset}, &result, &err);
  CHECK_MSG(status == DW_OK, "%s: %s", name, err.message);
  return result;
}

static double score(sides *s, const char *name, dw_preset preset)
{
  dw_method_result result = run(s, name, preset);
  dw_buf_free(&result.detail);
  return method_of(name, preset)->p_value ? result.p_value : result.statistic;
}

static double failure(sides *s, const char *name, const char *word)
{
  dw_method_result result = {.statistic = NAN, .p_value = NAN};
  dw_err err = {0};
  dw_status status = dw_method_find(name)->run(&s->pair, &(dw_method_settings){0}, &result, &err);
  CHECK_MSG(status != DW_OK && strstr(err.message, word), "%s: %s", name, err.message);
  dw_buf_free(&result.detail);
  return result.statistic;
}

TEST(golden_table_of_evidently)
{
  golden table = golden_open("golden/detect_embedding.txt");
  static const char *const names[] = {"centroid_cosine", "centroid_euclidean", "centroid_cityblock", "centroid_chebyshev", "mmd",
                                      "component_ratio"};
  int seen = 0;
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 0);
    size_t n = golden_whole(&table, 1), m = golden_whole(&table, 2), width = golden_whole(&table, 3);
    double *x = golden_sample(seed, n * width, 1, 0, 0),
           *y = golden_sample(seed + 1, m * width, golden_number(&table, 4), golden_number(&table, 5), 0);
    double unit = golden_number(&table, 6);
    for (size_t i = 0; i < n * width; i++) x[i] *= unit;
    for (size_t i = 0; i < m * width; i++) y[i] *= unit;
    sides s;
    sides_make(&s, x, n, y, m, width, width);
    seen++;
    for (int i = 0; i < 6; i++) {
      double want = golden_number(&table, 7 + i), got = score(&s, names[i], DW_PRESET_EVIDENTLY);
      CHECK_MSG(fabs(got - want) <= 1e-11 * fmax(1, fabs(want)), "line %d %s: %.17g, want %.17g", seen, names[i], got, want);
      CHECK(dw_rule_holds(got, method_of(names[i], DW_PRESET_EVIDENTLY)->rule, method_of(names[i], DW_PRESET_EVIDENTLY)->threshold) ==
            (want > (i < 4 || i == 5 ? 0.2 : 0.015)));
    }
    dw_method_result result = run(&s, "domain_classifier", DW_PRESET_EVIDENTLY);
    /* Long rows make the descent chaotic: the last bit of exp, which differs between C libraries and processors, decides the end. Four
     * standard errors then. */
    double auc = golden_number(&table, 13), a = (double)n / 2, b = (double)m / 2;
    double tolerance = unit == 1 && width > 12 ? 4 * sqrt((a + b + 1) / (12 * a * b)) : 1e-12;
    CHECK_MSG(fabs(result.statistic - auc) < tolerance, "line %d: AUC %.17g, want %.17g", seen, result.statistic, auc);
    if (n < 1000) CHECK_CLOSE(result.threshold, golden_number(&table, 14), 1e-14);
    else CHECK(isnan(result.threshold));
    dw_buf_free(&result.detail);
    sides_free(&s);
    free(x);
    free(y);
  }
  CHECK(seen == 10);
}

/* 100 pairs of one distribution: each test says drift at 0.1 about ten times (binomial: 1 to 24 with odds beyond 0.9999), the classifier's
 * p too. */
TEST(false_alarms)
{
  int mmd = 0, clusters = 0, classifier = 0;
  for (uint64_t i = 0; i < 100; i++) {
    double *x = golden_sample(3000 + 2 * i, 600, 1, 0, 0), *y = golden_sample(3001 + 2 * i, 480, 1, 0, 0);
    sides s;
    sides_make(&s, x, 100, y, 80, 6, 6);
    mmd += score(&s, "mmd", DW_PRESET_DRIFTWATCH) < 0.1;
    clusters += score(&s, "cluster_shares", DW_PRESET_DRIFTWATCH) < 0.1;
    dw_method_result result = run(&s, "domain_classifier", DW_PRESET_DRIFTWATCH);
    classifier += result.p_value < 0.1;
    dw_buf_free(&result.detail);
    sides_free(&s);
    free(x);
    free(y);
  }
  CHECK_MSG(mmd >= 1 && mmd <= 24, "mmd %d", mmd);
  CHECK_MSG(clusters >= 1 && clusters <= 24, "clusters %d", clusters);
  CHECK_MSG(classifier >= 1 && classifier <= 24, "classifier %d", classifier);
}

TEST(what_each_sees)
{
  enum { N = 400, WIDTH = 10, CELLS = N * WIDTH };
  double *x = golden_sample(11, CELLS, 1, 0, 0), *same = golden_sample(12, CELLS, 1, 0, 0), *moved = golden_sample(13, CELLS, 1, 0.2, 0);
  double *wide = golden_sample(14, CELLS, 1.4, -0.6, 0);
  sides none, mean, variance;
  sides_make(&none, x, N, same, N, WIDTH, WIDTH);
  sides_make(&mean, x, N, moved, N, WIDTH, WIDTH);
  sides_make(&variance, x, N, wide, N, WIDTH, WIDTH);
  CHECK(score(&none, "mmd", DW_PRESET_DRIFTWATCH) > 0.05 && score(&mean, "mmd", DW_PRESET_DRIFTWATCH) < 0.005);
  CHECK(score(&variance, "mmd", DW_PRESET_DRIFTWATCH) < 0.005);
  CHECK(score(&none, "domain_classifier", DW_PRESET_DRIFTWATCH) < 0.58 && score(&mean, "domain_classifier", DW_PRESET_DRIFTWATCH) > 0.75);
  CHECK(score(&variance, "domain_classifier", DW_PRESET_DRIFTWATCH) > 0.75 &&
        score(&variance, "domain_classifier", DW_PRESET_EVIDENTLY) < 0.6);
  CHECK(score(&none, "variance_change", DW_PRESET_DRIFTWATCH) < 0.1);
  CHECK_CLOSE(score(&variance, "variance_change", DW_PRESET_DRIFTWATCH), 0.96, 0.1);
  /* 0.2 of standard deviation 0.5 in each component */
  CHECK_CLOSE(score(&mean, "centroid_euclidean", DW_PRESET_DRIFTWATCH), 0.4, 0.15);
  CHECK_CLOSE(score(&mean, "centroid_cityblock", DW_PRESET_DRIFTWATCH), 0.4, 0.15);
  CHECK_CLOSE(score(&mean, "centroid_euclidean", DW_PRESET_EVIDENTLY), 0.2 * sqrt(10), 0.15);
  CHECK(score(&none, "centroid_euclidean", DW_PRESET_DRIFTWATCH) < 0.12 && score(&none, "centroid_chebyshev", DW_PRESET_DRIFTWATCH) < 0.3);
  CHECK(score(&mean, "component_ratio", DW_PRESET_DRIFTWATCH) == 1);
  CHECK(score(&mean, "cluster_shares", DW_PRESET_DRIFTWATCH) < 0.01 && score(&none, "cluster_shares", DW_PRESET_DRIFTWATCH) > 0.01);
  sides_free(&none);
  sides_free(&mean);
  sides_free(&variance);
  free(x), free(same), free(moved), free(wide);
}

/* The same data times a million: what is not raw stays. */
TEST(free_of_scale)
{
  enum { N = 150, WIDTH = 5 };
  static const char *const names[] = {"mmd",
                                      "domain_classifier",
                                      "centroid_cosine",
                                      "centroid_euclidean",
                                      "centroid_cityblock",
                                      "centroid_chebyshev",
                                      "variance_change",
                                      "cluster_shares",
                                      "component_ratio"};
  double *x = golden_sample(21, N * WIDTH, 1, 0, 0), *y = golden_sample(22, N * WIDTH, 1, 0.1, 0);
  sides plain, scaled;
  sides_make(&plain, x, N, y, N, WIDTH, WIDTH);
  for (int i = 0; i < N * WIDTH; i++) x[i] *= 0x1p-20, y[i] *= 0x1p-20;
  sides_make(&scaled, x, N, y, N, WIDTH, WIDTH);
  for (int i = 0; i < 9; i++)
    CHECK_CLOSE(score(&scaled, names[i], DW_PRESET_DRIFTWATCH), score(&plain, names[i], DW_PRESET_DRIFTWATCH), 1e-9);
  sides_free(&plain);
  sides_free(&scaled);
  free(x), free(y);
}

TEST(no_answer)
{
  double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  sides s;
  sides_make(&s, x, 4, x, 3, 3, 4);
  failure(&s, "mmd", "3 components, the current data of 4");
  failure(&s, "centroid_cosine", "3 components");
  sides_free(&s);
  sides_make(&s, x, 1, x, 4, 3, 3);
  failure(&s, "mmd", "two values");
  failure(&s, "domain_classifier", "fewer than 4");
  failure(&s, "cluster_shares", "too few");
  failure(&s, "variance_change", "all equal");
  CHECK_CLOSE(score(&s, "centroid_chebyshev", DW_PRESET_EVIDENTLY), 4.5, 1e-12);
  sides_free(&s);
  sides_make(&s, x, 4, x, 0, 3, 3);
  failure(&s, "mmd", "no vectors");
  sides_free(&s);
}

TEST(all_equal)
{
  double x[400] = {0}, ones[400];
  for (int i = 0; i < 400; i++) ones[i] = 1;
  sides same, moved;
  sides_make(&same, x, 100, x, 100, 4, 4);
  sides_make(&moved, x, 100, ones, 100, 4, 4);
  CHECK(score(&same, "mmd", DW_PRESET_DRIFTWATCH) == 1 && score(&moved, "mmd", DW_PRESET_DRIFTWATCH) == 0.001);
  CHECK(score(&same, "domain_classifier", DW_PRESET_DRIFTWATCH) == 0.5 && score(&moved, "domain_classifier", DW_PRESET_DRIFTWATCH) == 1);
  CHECK(score(&same, "component_ratio", DW_PRESET_DRIFTWATCH) == 0 && score(&moved, "component_ratio", DW_PRESET_DRIFTWATCH) == 1);
  CHECK(score(&same, "centroid_cosine", DW_PRESET_DRIFTWATCH) == 0 && score(&moved, "centroid_euclidean", DW_PRESET_DRIFTWATCH) == 2);
  failure(&moved, "centroid_cosine", "origin");
  CHECK(score(&same, "cluster_shares", DW_PRESET_DRIFTWATCH) == 1); /* one cluster on both sides */
  sides_free(&same);
  sides_free(&moved);
}

TEST(detail_and_portrait)
{
  enum { N = 200, WIDTH = 6 };
  double *x = golden_sample(31, N * WIDTH, 1, 0, 0), *y = golden_sample(32, N * WIDTH, 1, 0, 0);
  for (int i = 0; i < N; i++) y[i * WIDTH + 4] += 1, y[i * WIDTH + 1] -= 0.5;
  sides s;
  sides_make(&s, x, N, y, N, WIDTH, WIDTH);
  dw_buf_text(&s.reference.vectors->parts, "a\nb\nc\nd\nee\nf\n");
  dw_buf_text(&s.current.vectors->parts, "a\nb\nc\nd\nee\nf\n");
  dw_method_result result = run(&s, "mmd", DW_PRESET_DRIFTWATCH);
  dw_value *detail, *side;
  dw_err err = {0};
  CHECK_MSG(dw_value_parse(&detail, result.detail.data, result.detail.length, "detail", 1, &err) == DW_OK, "%s", err.message);
  const dw_value *first = dw_value_first(dw_value_get(detail, "moved_most")), *second = dw_value_next(first);
  CHECK_TEXT(dw_value_text(dw_value_get(first, "component"), ""), "ee");
  CHECK_TEXT(dw_value_text(dw_value_get(second, "component"), ""), "b");
  CHECK_CLOSE(dw_value_number(dw_value_get(first, "shift"), 0), 2, 0.15);
  CHECK_CLOSE(dw_value_number(dw_value_get(second, "shift"), 0), -1, 0.25);
  CHECK(dw_value_number(dw_value_get(detail, "dimension"), 0) == 6 && dw_value_number(dw_value_get(detail, "reference_used"), 0) == 200);
  CHECK(!result.approximate && dw_value_count(dw_value_get(detail, "moved_most")) == 3);
  dw_value_free(detail);
  dw_buf_free(&result.detail);
  dw_portrait portrait;
  dw_embedding_portrait(&portrait, &s.pair);
  double mean[2];
  for (int i = 0; i < 2; i++) {
    const dw_buf *text = i ? &portrait.current : &portrait.reference;
    CHECK_MSG(dw_value_parse(&side, text->data, text->length, "side", 1, &err) == DW_OK, "%s", err.message);
    CHECK(dw_value_number(dw_value_get(side, "dimension"), 0) == 6 && dw_value_number(dw_value_get(side, "count"), 0) == 200);
    mean[i] = dw_value_number(dw_value_get(side, "mean"), NAN);
    const dw_value *counts = dw_value_get(dw_value_get(side, "histogram"), "counts");
    double sum = 0;
    for (const dw_value *c = dw_value_first(counts); c; c = dw_value_next(c)) sum += dw_value_number(c, 0);
    CHECK(sum == 100);
    dw_value_free(side);
  }
  CHECK(fabs(mean[0]) < 0.2 && fabs(mean[1] - sqrt(1.25)) < 0.25);
  dw_buf_text(&s.current.vectors->parts, "g\n");
  failure(&s, "mmd", "not the same");
  dw_portrait_free(&portrait);
  sides_free(&s);
  free(x), free(y);
}

/* More vectors than are sampled: said so by the methods that sample, not by those that have the moments of all. */
TEST(says_when_it_sampled)
{
  enum { N = 1500 };
  double *x = golden_sample(41, N, 1, 0, 0), *y = golden_sample(42, N, 1, 0, 0);
  sides s;
  sides_make(&s, x, N, y, N, 1, 1);
  dw_method_result mmd = run(&s, "mmd", DW_PRESET_DRIFTWATCH), cosine = run(&s, "centroid_cosine", DW_PRESET_DRIFTWATCH);
  CHECK(mmd.approximate && !cosine.approximate);
  CHECK(strstr(dw_buf_cstr(&mmd.detail), "\"reference_used\":1000") && strstr(dw_buf_cstr(&cosine.detail), "\"reference_used\":1500"));
  dw_buf_free(&mmd.detail);
  dw_buf_free(&cosine.detail);
  sides_free(&s);
  free(x), free(y);
}

/* 90 pairs of one distribution: low p-values as often as they should be (binomial: 1 to 23 of 90 at 0.1 with odds beyond 0.9999); and drift
 * is seen. */
TEST(permutations_of_distances)
{
  static const char *const names[] = {"centroid_cosine", "centroid_euclidean", "centroid_cityblock", "centroid_chebyshev",
                                      "variance_change"};
  dw_method_settings settings = {.permutations = 199, .seed = 5, .cosine_threshold = NAN};
  for (int k = 0; k < 5; k++) {
    int low = 0, seen = 0;
    for (uint64_t i = 0; i < 100; i++) {
      double *x = golden_sample(5000 + 2 * i, 160, 1, 0, 0), *y = golden_sample(5001 + 2 * i, 120, i < 90 ? 1 : 2, i < 90 ? 0 : -1, 0);
      sides s;
      sides_make(&s, x, 40, y, 30, 4, 4);
      dw_method_result result = {.p_value = NAN};
      CHECK(dw_method_find(names[k])->run(&s.pair, &settings, &result, NULL) == DW_OK && result.p_value > 0 && result.p_value <= 1);
      if (i < 90) low += result.p_value <= 0.1;
      else seen += result.p_value == 0.005;
      dw_buf_free(&result.detail);
      sides_free(&s);
      free(x), free(y);
    }
    CHECK_MSG(low >= 1 && low <= 23, "%s: %d of 90", names[k], low);
    if (k == 4) CHECK_MSG(seen == 10, "%s: %d of 10", names[k], seen);
  }
}

static double with_seed(sides *s, const char *name, uint64_t seed, dw_method_result *result)
{
  *result = (dw_method_result){.statistic = NAN, .p_value = NAN, .threshold = NAN};
  dw_method_settings settings = {.seed = seed, .cosine_threshold = NAN};
  CHECK(dw_method_find(name)->run(&s->pair, &settings, result, NULL) == DW_OK);
  dw_buf_free(&result->detail);
  return result->p_value;
}

/* Noise about the origin has centroids of any direction: a distance beyond its threshold, and no drift. A distance that moved is judged by
 * its threshold, and --preset evidently judges by the threshold alone. */
TEST(a_distance_without_its_p_value_is_no_drift)
{
  enum { N = 60, WIDTH = 6 };
  int beyond = 0, drift = 0;
  for (uint64_t i = 0; i < 20; i++) {
    double *x = golden_sample(700 + 2 * i, N * WIDTH, 1, -1.5, 0), *y = golden_sample(701 + 2 * i, N * WIDTH, 1, -1.5, 0);
    sides s;
    dw_method_result result;
    sides_make(&s, x, N, y, N, WIDTH, WIDTH);
    with_seed(&s, "centroid_cosine", i, &result);
    beyond += result.statistic > 0.1;
    drift += result.statistic > 0.1 && result.verdict == DW_VERDICT_BY_RULE;
    dw_method_result evidently = run(&s, "centroid_cosine", DW_PRESET_EVIDENTLY);
    CHECK(evidently.verdict == DW_VERDICT_BY_RULE && isnan(evidently.p_value) && !evidently.shifted);
    dw_buf_free(&evidently.detail);
    sides_free(&s);
    free(x), free(y);
  }
  CHECK_MSG(beyond >= 18 && drift <= 5, "%d beyond, %d drift", beyond, drift);
  double *x = golden_sample(801, N * WIDTH, 1, -1.5, 0), *y = golden_sample(802, N * WIDTH, 1.6, -2, 0);
  sides s;
  sides_make(&s, x, N, y, N, WIDTH, WIDTH);
  static const char *const names[] = {"centroid_cosine", "centroid_euclidean", "centroid_cityblock", "centroid_chebyshev",
                                      "variance_change", "component_ratio",    "domain_classifier"};
  for (int k = 0; k < 7; k++) {
    dw_method_result result;
    double p = with_seed(&s, names[k], 1, &result);
    CHECK_MSG(p < 0.05 && result.verdict == DW_VERDICT_BY_RULE, "%s: p %g", names[k], p);
  }
  sides_free(&s);
  free(x), free(y);
}

static double mean_wasserstein(const double *rows, const bool *of_reference, size_t count, size_t width)
{
  double sum = 0;
  for (size_t d = 0; d < width; d++) {
    double r[8], c[8], mean = 0, squares = 0;
    size_t n = 0, m = 0;
    for (size_t i = 0; i < count; i++) mean += rows[i * width + d] / (double)count;
    for (size_t i = 0; i < count; i++) {
      double x = rows[i * width + d];
      squares += (x - mean) * (x - mean);
      if (of_reference[i]) r[n++] = x;
      else c[m++] = x;
    }
    dw_sort_doubles(r, n, NULL);
    dw_sort_doubles(c, m, NULL);
    sum += dw_wasserstein(dw_sorted_make(r, n), dw_sorted_make(c, m)) / sqrt(squares / (double)count);
  }
  return sum;
}

/* Over all 28 ways to deal 8 vectors out to sides of 2 and 6. Permutations end at 20 hits, so that a p-value is within a quarter; the mean
 * of 300 is within 2 %, and up to a twentieth too large (20 hits for 20 that were asked for). */
TEST(component_p_is_that_of_all_deals)
{
  enum { WIDTH = 3, COUNT = 8, SEEDS = 300 };
  for (uint64_t trial = 0; trial < 4; trial++) {
    double *rows = golden_sample(900 + trial, COUNT * WIDTH, 1, 0, trial % 2 ? 4 : 0), ways = 0, as_far = 0, sum = 0;
    bool first[COUNT] = {true, true};
    double seen = mean_wasserstein(rows, first, COUNT, WIDTH);
    for (int a = 0; a < COUNT; a++)
      for (int b = a + 1; b < COUNT; b++) {
        bool dealt[COUNT] = {false};
        dealt[a] = dealt[b] = true;
        ways++;
        as_far += mean_wasserstein(rows, dealt, COUNT, WIDTH) >= seen * (1 - 1e-9);
      }
    for (int turned = 0; turned < 2; turned++) { /* whichever side is the smaller one */
      sides s;
      if (turned) sides_make(&s, rows + 2 * WIDTH, COUNT - 2, rows, 2, WIDTH, WIDTH);
      else sides_make(&s, rows, 2, rows + 2 * WIDTH, COUNT - 2, WIDTH, WIDTH);
      sum = 0;
      for (uint64_t seed = 0; seed < SEEDS; seed++) {
        dw_method_result result;
        sum += with_seed(&s, "component_ratio", seed, &result) / SEEDS;
      }
      CHECK_MSG(sum > 0.95 * as_far / ways && sum < 1.12 * as_far / ways, "p %g, of all deals %g", sum, as_far / ways);
      sides_free(&s);
    }
    free(rows);
  }
}

/* Each component moves by 0.4 standard deviations, so that the line between the centroids sees 0.4 sqrt(10) = 1.26 of them: half of a
 * normal law becomes 10 %, h = 0.93. Where nothing moved h is what 34 cuts of 200 held-out vectors a side have by chance. */
TEST(shift_of_held_out_vectors)
{
  enum { N = 400, WIDTH = 10, CELLS = N * WIDTH };
  static const char *const names[] = {"mmd", "domain_classifier", "cluster_shares"};
  double *x = golden_sample(11, CELLS, 1, 0, 0), *same = golden_sample(12, CELLS, 1, 0, 0), *moved = golden_sample(13, CELLS, 1, 0.2, 0);
  sides none, mean;
  sides_make(&none, x, N, same, N, WIDTH, WIDTH);
  sides_make(&mean, x, N, moved, N, WIDTH, WIDTH);
  for (int k = 0; k < 3; k++) {
    dw_method_result still, far;
    with_seed(&none, names[k], 1, &still);
    with_seed(&mean, names[k], 1, &far);
    CHECK_MSG(still.shifted && still.shift.h < 0.3, "%s: %g", names[k], still.shift.h);
    CHECK_MSG(far.shifted && far.shift.h > (k < 2 ? 0.75 : 0.3) && far.shift.h < 1.4, "%s: %g", names[k], far.shift.h);
    CHECK(far.shift.low <= far.shift.h && far.shift.h <= far.shift.high);
  }
  sides_free(&none);
  sides_free(&mean);
  free(x), free(same), free(moved);
}
