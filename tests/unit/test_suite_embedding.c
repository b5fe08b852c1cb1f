/* The statistics suite of columns of vectors and texts: without drift each method alarms at most as often as it says, 0.05, whatever the
 * values and the sizes; and its p-value holds. Odds: a share leaves its interval by chance once in a million checks. DW_SUITE=full has 400
 * runs a case and prints the table. */
#include "base/fmath.h"
#include "base/rng.h"
#include "detect/check/methods.h"
#include "detect/vector/embedding.h"
#include "stats/distributions/special.h"
#include "text_case.h"
#include "suite_case.h"

static double gauss(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

typedef void draw_function(dw_rng *rng, double *out, size_t width);

static void plain(dw_rng *rng, double *out, size_t width)
{
  for (size_t d = 0; d < width; d++) out[d] = 1 + gauss(rng);
}

/* No direction but that of chance. */
static void about_origin(dw_rng *rng, double *out, size_t width)
{
  for (size_t d = 0; d < width; d++) out[d] = gauss(rng);
}

/* Student's law with two degrees of freedom, the length of the whole vector. */
static void heavy(dw_rng *rng, double *out, size_t width)
{
  double length = 1 / sqrt(-dw_log(dw_rng_uniform(rng)));
  for (size_t d = 0; d < width; d++) out[d] = 1 + length * gauss(rng);
}

static void cauchy(dw_rng *rng, double *out, size_t width)
{
  for (size_t d = 0; d < width; d++) {
    double angle = 3.14159265358979 * (dw_rng_uniform(rng) - 0.5);
    out[d] = dw_sin(angle) / dw_cos(angle);
  }
}

static void correlated(dw_rng *rng, double *out, size_t width)
{
  double common = gauss(rng);
  for (size_t d = 0; d < width; d++) out[d] = 0.5 + common + 0.1 * gauss(rng);
}

/* Six vectors, over and over. */
static void repeated(dw_rng *rng, double *out, size_t width)
{
  double which = floor(6 * dw_rng_uniform(rng) * dw_rng_uniform(rng));
  for (size_t d = 0; d < width; d++) out[d] = which * (d % 3 == 0) + (which > 2) * (d % 3 == 1);
}

/* One vector, and now and then another one. */
static void mostly_equal(dw_rng *rng, double *out, size_t width)
{
  bool other = dw_rng_uniform(rng) < 0.03;
  for (size_t d = 0; d < width; d++) out[d] = 1 + other * gauss(rng);
}

/* Two clusters of very different size. */
static void clustered(dw_rng *rng, double *out, size_t width)
{
  double center = dw_rng_uniform(rng) < 0.03 ? 8 : 0;
  for (size_t d = 0; d < width; d++) out[d] = center + gauss(rng);
}

typedef struct shape {
  const char *name;
  draw_function *draw;
  size_t width, cost; /* cost: so many times fewer runs */
} shape;

static const shape shapes[] = {
    {"normal", plain, 5, 1},
    {"one component", plain, 1, 1},
    {"about the origin", about_origin, 8, 1},
    {"heavy tails", heavy, 8, 1},
    {"Cauchy", cauchy, 5, 1},
    {"correlated", correlated, 12, 1},
    {"repeated", repeated, 6, 1},
    {"mostly equal", mostly_equal, 5, 1},
    {"clusters", clustered, 5, 1},
    {"64 components", plain, 64, 4},
    {"1536 components", plain, 1536, 40},
    {"1536 correlated", correlated, 1536, 40},
};
static const size_t sizes[][2] = {{20, 20}, {50, 500}, {300, 300}, {2000, 200}};
enum { SHAPES = sizeof shapes / sizeof *shapes, SIZES = 4, METHODS = 9 };
static const char *const methods[METHODS] = {"mmd",
                                             "domain_classifier",
                                             "centroid_cosine",
                                             "centroid_euclidean",
                                             "centroid_cityblock",
                                             "centroid_chebyshev",
                                             "variance_change",
                                             "cluster_shares",
                                             "component_ratio"};

static void fill(dw_column *column, const shape *of, size_t rows, dw_rng *rng)
{
  double *row = calloc(of->width, sizeof *row);
  dw_column_init(column, "v", false);
  for (size_t i = 0; i < rows; i++) {
    of->draw(rng, row, of->width);
    dw_vectors_add(dw_column_vectors(column), row, of->width);
  }
  column->rows = column->tag[DW_VECTOR] = rows;
  dw_vectors_finish(dw_column_vectors(column));
  free(row);
}

typedef struct alarms {
  size_t answers, alarms, below; /* below: p <= 0.05 */
} alarms;

static bool is_drift(const dw_method *method, const dw_method_result *result)
{
  double score = method->p_value ? result->p_value : result->statistic;
  if (result->verdict != DW_VERDICT_BY_RULE) return result->verdict == DW_VERDICT_YES;
  return dw_rule_holds(score, method->rule, method->threshold);
}

static void one_run(const shape *of, size_t n, size_t m, uint64_t trial, alarms count[METHODS])
{
  dw_column reference, current;
  dw_pair pair;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(n * 31 + m, of->name), trial, 0);
  fill(&reference, of, n, &rng);
  fill(&current, of, m, &rng);
  dw_pair_make(&pair, "v", DW_TYPE_VECTOR, &reference, &current);
  for (size_t k = 0; k < METHODS; k++) {
    const dw_method *method = dw_method_find(methods[k]);
    dw_method_settings settings = {.cosine_threshold = NAN, .seed = trial};
    dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .threshold_given = method->threshold};
    dw_err err;
    dw_status status = method->run(&pair, &settings, &result, &err);
    dw_buf_free(&result.detail);
    if (status != DW_OK) continue;
    count[k].answers++;
    count[k].alarms += is_drift(method, &result);
    count[k].below += result.p_value <= 0.05;
  }
  dw_pair_free(&pair);
  dw_column_free(&reference);
  dw_column_free(&current);
}

static void check_case(const shape *of, size_t n, size_t m, size_t runs)
{
  alarms count[METHODS] = {0};
  runs = runs / of->cost ? runs / of->cost : 1;
  for (uint64_t i = 0; i < runs; i++) one_run(of, n, m, i, count);
  if (full()) printf("# %-17s %5zu %5zu", of->name, n, m);
  for (size_t k = 0; k < METHODS; k++) {
    double answers = (double)count[k].answers, most = 0.05 * answers + 4.9 * sqrt(0.05 * 0.95 * answers) + 3;
    if (full()) printf(" %5.1f", answers > 0 ? 100 * (double)count[k].alarms / answers : NAN);
    CHECK_MSG((double)count[k].alarms <= most, "%s, %s, %zu and %zu vectors: %zu alarms in %zu runs without drift", of->name, methods[k], n,
              m, count[k].alarms, count[k].answers);
    CHECK_MSG((double)count[k].below <= most, "%s, %s, %zu and %zu vectors: p <= 0.05 in %zu of %zu runs without drift", of->name,
              methods[k], n, m, count[k].below, count[k].answers);
  }
  if (full()) printf("\n");
}

TEST(no_drift)
{
  for (size_t s = 0; s < SHAPES; s++)
    for (size_t z = 0; z < SIZES; z++) {
      if (!full() && (s + z) % 4 != 0) continue; /* each shape and each size */
      check_case(&shapes[s], sizes[z][0], sizes[z][1], full() ? 400 : 8);
    }
}

/* --- texts --- */

/* kinds: so many different texts; 0: sentences. */
static void fill_texts(dw_column *column, size_t rows, uint64_t seed, size_t kinds)
{
  static const char *const phrases[] = {"yes", "no", "maybe later", "call me back", "yes please"};
  char *text = malloc(rows * 256);
  dw_cell *cells = calloc(rows, sizeof *cells);
  uint8_t *tags = malloc(rows);
  size_t used = 0;
  for (size_t i = 0; i < rows; i++) {
    const char *phrase = phrases[golden_bits(seed, i) % (kinds ? kinds : 1)];
    cells[i].text.offset = (uint32_t)used;
    cells[i].text.length = (uint32_t)(kinds ? strlen(phrase) : text_case(text + used, seed, i, 0, ""));
    if (kinds) memcpy(text + used, phrase, strlen(phrase));
    used += cells[i].text.length;
    tags[i] = DW_STRING;
  }
  dw_column_init(column, "t", false);
  dw_column_add(column, &(dw_batch){.text = text, .text_length = used, .rows = rows}, &(dw_batch_column){.tags = tags, .cells = cells},
                NULL);
  dw_column_finish(column, rows, NULL);
  free(text);
  free(cells);
  free(tags);
}

TEST(texts_without_drift)
{
  static const size_t text_sizes[][2] = {{6, 6}, {20, 20}, {10, 200}, {300, 40}};
  static const char *const names[] = {"perc_text_content_drift", "abs_text_content_drift"};
  static const size_t kinds[] = {0, 2, 5};
  size_t runs = full() ? 1000 : 20;
  for (size_t z = 0; z < 4; z++)
    for (size_t w = 0; w < 3; w++) {
      size_t drift[2] = {0};
      for (uint64_t i = 0; i < runs; i++) {
        dw_column reference, current;
        dw_pair pair;
        fill_texts(&reference, text_sizes[z][0], 2000000 * w + 2 * i, kinds[w]);
        fill_texts(&current, text_sizes[z][1], 2000000 * w + 2 * i + 1, kinds[w]);
        dw_pair_make(&pair, "t", DW_TYPE_TEXT, &reference, &current);
        for (int k = 0; k < 2; k++) {
          const dw_method *method = dw_method_find(names[k]);
          dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .threshold_given = method->threshold};
          if (method->run(&pair, &(dw_method_settings){.seed = 1}, &result, NULL) == DW_OK) drift[k] += is_drift(method, &result);
          dw_buf_free(&result.detail);
        }
        dw_pair_free(&pair);
        dw_column_free(&reference);
        dw_column_free(&current);
      }
      double most = 0.05 * (double)runs + 4.9 * sqrt(0.05 * 0.95 * (double)runs) + 3;
      if (full())
        printf("# texts of %zu kinds   %4zu %4zu %5.1f %5.1f\n", kinds[w], text_sizes[z][0], text_sizes[z][1],
               100 * (double)drift[0] / (double)runs, 100 * (double)drift[1] / (double)runs);
      for (int k = 0; k < 2; k++)
        CHECK_MSG((double)drift[k] <= most, "%s, %zu kinds, %zu and %zu texts: %zu alarms in %zu runs without drift", names[k], kinds[w],
                  text_sizes[z][0], text_sizes[z][1], drift[k], runs);
    }
}
