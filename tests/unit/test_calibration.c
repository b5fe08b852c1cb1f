/* Held to scikit-learn's isotonic regression and to roots found by mpmath (tests/golden/make_calibration.py). */
#include "model/score/calibration.h"

#include "golden.h"
#include "model/judge/metrics.h"

static dw_err err;

typedef struct sample {
  double *score;
  uint32_t *label;
  size_t n;
} sample;

static sample make_sample(const golden *table, double scale)
{
  uint64_t seed = golden_whole(table, 1), one_in = golden_whole(table, 4);
  double steps = golden_number(table, 3);
  sample s = {.n = golden_whole(table, 2)};
  s.score = golden_sample(seed, s.n, 1.0 / 3, 0, steps);
  s.label = malloc(s.n * sizeof *s.label);
  double *higher = golden_sample(seed, s.n, 0.25, 0.25, steps);
  for (size_t i = 0; i < s.n; i++) {
    s.label[i] = golden_bits(seed + 1, i) % one_in == 0;
    s.score[i] = (s.label[i] ? higher[i] : s.score[i]) * scale;
  }
  free(higher);
  return s;
}

/* The map through its document and back. */
static dw_calibration copy(const dw_calibration *map)
{
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "calibration");
  dw_calibration_write(map, &json);
  dw_json_close(&json, '}');
  dw_value *document;
  dw_calibration back;
  CHECK(dw_value_parse(&document, out.data, out.length, "map.json", 1, &err) == DW_OK);
  CHECK(dw_calibration_read(&back, document, "map.json", &err) == DW_OK);
  dw_value_free(document);
  dw_buf_free(&out);
  return back;
}

TEST(golden_table)
{
  golden table = golden_open("golden/calibration.txt");
  int seen = 0;
  while (golden_next(&table)) {
    dw_calibration map;
    if (strcmp(table.field[0], "rounded") == 0) continue;
    bool isotonic = strcmp(table.field[0], "isotonic") == 0, platt = strcmp(table.field[0], "platt") == 0;
    sample s = make_sample(&table, platt ? golden_number(&table, 5) : 1);
    dw_calibration_method method = isotonic ? DW_CALIBRATION_ISOTONIC : platt ? DW_CALIBRATION_PLATT : DW_CALIBRATION_TEMPERATURE;
    CHECK(dw_calibration_fit(&map, method, s.score, s.label, s.n, &err) == DW_OK);
    if (isotonic) {
      double sum = 0;
      for (size_t i = 0; i < s.n; i++) sum += dw_calibration_apply(&map, s.score[i]);
      for (int k = 1; k < 10; k++)
        CHECK_MSG(fabs(dw_calibration_apply(&map, k / 10.0) - golden_number(&table, 4 + k)) < 1e-13, "isotonic at %d/10", k);
      CHECK_CLOSE(sum, golden_number(&table, 14), 1e-12);
    } else if (platt) {
      CHECK_CLOSE(map.slope, golden_number(&table, 6), 1e-8);
      CHECK_CLOSE(map.intercept, golden_number(&table, 7), 1e-8);
      CHECK(map.logit == (golden_number(&table, 5) == 1));
    } else {
      CHECK_CLOSE(1 / map.slope, golden_number(&table, 5), 1e-8);
    }
    dw_calibration back = copy(&map);
    for (double x = -1; x <= 2; x += 0.0625) CHECK_CLOSE(dw_calibration_apply(&back, x), dw_calibration_apply(&map, x), 1e-15);
    dw_calibration_free(&back);
    dw_calibration_free(&map);
    free(s.score);
    free(s.label);
    seen++;
  }
  CHECK(seen == 11);
}

static double ece(const double *score, const uint32_t *label, size_t n)
{
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = score, .label = label};
  dw_metrics *metrics = dw_metrics_new(&rows);
  dw_metric_values values;
  dw_metrics_compute(metrics, NULL, &values);
  dw_metrics_free(metrics);
  return values.value[DW_METRIC_ECE];
}

/* Scores rounded to 0 and 1: they are somewhere below half a step, not at 2^-40, which would flatten the map. */
TEST(rounded_scores)
{
  golden table = golden_open("golden/calibration.txt");
  int seen = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "rounded") != 0) continue;
    size_t n = golden_whole(&table, 2);
    uint64_t seed = golden_whole(&table, 1);
    double step = golden_whole(&table, 3) == 1 ? 10 : 100, *score = malloc(n * sizeof *score), *mapped = malloc(n * sizeof *mapped);
    uint32_t *label = malloc(n * sizeof *label);
    for (size_t i = 0; i < n; i++) {
      double p = golden_uniform(seed, i);
      label[i] = golden_uniform(seed + 1, i) < 1 / (1 + sqrt((1 - p) / p));
      score[i] = floor(p * step + 0.5) / step;
    }
    dw_calibration map;
    CHECK(dw_calibration_fit(&map, DW_CALIBRATION_PLATT, score, label, n, &err) == DW_OK);
    CHECK_CLOSE(map.clip, 0.5 / step, 1e-14);
    CHECK_CLOSE(map.slope, golden_number(&table, 4), 1e-8);
    CHECK_CLOSE(map.intercept, golden_number(&table, 5), 1e-7);
    CHECK(n < 20000 || fabs(map.slope - 0.5) < 0.06);
    for (size_t i = 0; i < n; i++) mapped[i] = dw_calibration_apply(&map, score[i]);
    CHECK_MSG(ece(mapped, label, n) < ece(score, label, n) / 2, "ECE %g, before %g", ece(mapped, label, n), ece(score, label, n));
    dw_calibration back = copy(&map);
    CHECK(back.clip == map.clip && dw_calibration_apply(&back, 0) == dw_calibration_apply(&map, 0));
    free(score);
    free(mapped);
    free(label);
    seen++;
  }
  CHECK(seen == 3);
}

/* Scores that are all 0 or 1 are a map's too; a document without a clip is one of before. */
TEST(scores_at_the_ends)
{
  double score[] = {0, 0, 0, 1, 1, 1};
  uint32_t label[] = {0, 0, 1, 1, 1, 0};
  dw_calibration map;
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_TEMPERATURE, score, label, 6, &err) == DW_OK && map.clip == 0.25);
  CHECK_CLOSE(dw_calibration_apply(&map, 1), 2.0 / 3, 1e-12);
  static const char text[] = "{\"kind\":\"calibration\",\"method\":\"platt\",\"on\":\"logit\",\"slope\":1,\"intercept\":0}",
                    bad[] = "{\"kind\":\"calibration\",\"method\":\"platt\",\"on\":\"logit\",\"clip\":0.3,\"slope\":1,\"intercept\":0}";
  dw_value *document;
  CHECK(dw_value_parse(&document, text, sizeof text - 1, "map.json", 1, &err) == DW_OK);
  CHECK(dw_calibration_read(&map, document, "map.json", &err) == DW_OK && map.clip == 0x1p-40);
  dw_value_free(document);
  CHECK(dw_value_parse(&document, bad, sizeof bad - 1, "map.json", 1, &err) == DW_OK);
  CHECK(dw_calibration_read(&map, document, "map.json", &err) == DW_EDATA && strstr(err.message, "clip"));
  dw_value_free(document);
}

TEST(isotonic_edges)
{
  double score[] = {0.5, 0.25, 0.5, 0.75}, target[] = {3, 1, 5, 2}, same[] = {2, 2, 2};
  dw_calibration map;
  dw_calibration_fit_isotonic(&map, score, target, 4); /* 1; then 4, 4 and 2 pooled: 10 / 3 */
  CHECK_CLOSE(dw_calibration_apply(&map, 0), 1, 0);
  CHECK_CLOSE(dw_calibration_apply(&map, 0.5), 10.0 / 3, 1e-15);
  CHECK_CLOSE(dw_calibration_apply(&map, 0.375), (1 + 10.0 / 3) / 2, 1e-15);
  CHECK_CLOSE(dw_calibration_apply(&map, 1e300), 10.0 / 3, 1e-15);
  CHECK(isnan(dw_calibration_apply(&map, NAN)));
  dw_calibration_free(&map);
  dw_calibration_fit_isotonic(&map, same, target, 3);
  CHECK(map.points == 1 && dw_calibration_apply(&map, 7) == 3);
  dw_calibration_free(&map);
}

TEST(fits_that_do_not_exist)
{
  double score[] = {0.25, 0.5, 0.75, 0.875};
  uint32_t ones[] = {1, 1, 1, 1}, split[] = {0, 0, 1, 1}, backwards[] = {1, 1, 0, 0};
  dw_calibration map;
  for (int k = 0; k < 3; k++) CHECK(dw_calibration_fit(&map, (dw_calibration_method)k, score, ones, 4, &err) == DW_ENODATA);
  CHECK(strstr(err.message, "one class"));
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_TEMPERATURE, score, backwards, 4, &err) == DW_ENODATA);
  CHECK(strstr(err.message, "do not rank positives above negatives"));
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_PLATT, score, split, 4, &err) == DW_OK && map.slope > 0); /* smoothed targets */
  double right[] = {0.25, 0.375, 0.75, 0.875};
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_TEMPERATURE, right, split, 4, &err) == DW_ENODATA);
  double constant[] = {0.5, 0.5, 0.5, 0.5};
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_PLATT, constant, split, 4, &err) == DW_OK);
  CHECK_CLOSE(dw_calibration_apply(&map, 0.5), 0.5, 1e-12);
}

TEST(extreme_scores)
{
  double score[] = {0, 1, 0, 1, 1, 0}, huge[] = {-1e6, 1e6, -1e6, 1e6, -1e6, 1e6};
  uint32_t label[] = {0, 1, 1, 1, 0, 0};
  dw_calibration map;
  for (int k = 0; k < 3; k++) {
    CHECK(dw_calibration_fit(&map, (dw_calibration_method)k, score, label, 6, &err) == DW_OK);
    CHECK_CLOSE(dw_calibration_apply(&map, 1), k == DW_CALIBRATION_PLATT ? 0.6 : 2.0 / 3, 1e-9); /* Platt: (2 * 4/5 + 1/5) / 3 */
    dw_calibration_free(&map);
  }
  CHECK(dw_calibration_fit(&map, DW_CALIBRATION_TEMPERATURE, huge, label, 6, &err) == DW_OK && !map.logit);
  CHECK_CLOSE(dw_calibration_apply(&map, 1e6), 2.0 / 3, 1e-9);
  CHECK(dw_calibration_apply(&map, -1e300) == 0 && dw_calibration_apply(&map, 1e300) == 1);
}

TEST(documents_that_are_no_maps)
{
  static const char *const wrong[][2] = {
      {"{}", "map.json: expected a document of kind \"calibration\""},
      {"[1]", "map.json: expected a document of kind \"calibration\""},
      {"{\"kind\":\"calibration\",\"method\":\"magic\"}", "map.json: method: expected platt, isotonic or temperature, got \"magic\""},
      {"{\"kind\":\"calibration\",\"method\":\"isotonic\"}",
       "map.json: points: expected \"score\" and \"probability\", two lists of numbers of the same length"},
      {"{\"kind\":\"calibration\",\"method\":\"isotonic\",\"points\":{\"score\":[1,1],\"probability\":[0,1]}}",
       "map.json: points: scores must ascend, and probabilities lie between 0 and 1 and never descend"},
      {"{\"kind\":\"calibration\",\"method\":\"isotonic\",\"points\":{\"score\":[1,2],\"probability\":[0,\"x\"]}}",
       "map.json: points: scores must ascend, and probabilities lie between 0 and 1 and never descend"},
      {"{\"kind\":\"calibration\",\"method\":\"platt\",\"on\":\"score\",\"slope\":1}", "map.json: slope, intercept: expected numbers"},
      {"{\"kind\":\"calibration\",\"method\":\"platt\",\"slope\":1,\"intercept\":0}", "map.json: on: expected logit or score"},
      {"{\"kind\":\"calibration\",\"method\":\"temperature\",\"on\":\"logit\",\"temperature\":0}",
       "map.json: temperature: expected a number above 0"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_value *document;
    dw_calibration map;
    CHECK(dw_value_parse(&document, wrong[i][0], strlen(wrong[i][0]), "map.json", 1, &err) == DW_OK);
    CHECK(dw_calibration_read(&map, document, "map.json", &err) == DW_EDATA);
    CHECK_TEXT(err.message, wrong[i][1]);
    dw_value_free(document);
  }
}
