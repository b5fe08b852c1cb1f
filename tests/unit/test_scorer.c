#include "model/score/scorer.h"

#include "golden.h"
#include "model/booster/booster_document.h"
#include "model_case.h"
#include "take_all.h"

/* Records of the sample's rows are scored as Python scores them. */
static void check_model(const char *model_name, const char *path, const char *const *names, bool csv, unsigned threads, size_t block)
{
  dw_model model;
  dw_scorer scorer;
  dw_buf text = {0};
  dw_err err = {0};
  double want[64][3];
  size_t rows = 0;
  case_parse(&model, path, names, names ? 3 : 0);
  golden table = golden_open("golden/xgboost.txt");
  if (csv) dw_buf_text(&text, "c.d,a,b\n");
  while (golden_next(&table)) {
    if (strcmp(table.field[0], model_name) != 0) continue;
    const char *x[3];
    for (int i = 0; i < 3; i++) x[i] = strcmp(table.field[1 + i], "nan") == 0 ? csv ? "" : "null" : table.field[1 + i];
    if (csv) dw_buf_format(&text, "%s,%s,%s\n", x[2], x[0], x[1]);
    else dw_buf_format(&text, "{\"c\":{\"d\":%s},\"other\":[1],\"b\":%s,\"a\":%s}\n", x[2], x[1], x[0]);
    for (int i = 4; i < table.fields; i++) want[rows][i - 4] = strtod(table.field[i], NULL);
    rows++;
  }
  CHECK(rows == 23);
  CHECK_MSG(dw_scorer_init(&scorer, &model, false, threads, NULL, "m", &err) == DW_OK, "%s", err.message);
  dw_reader *reader = fixture_reader(dw_buf_cstr(&text), &(dw_reader_options){.threads = 1, .block = block, .spans = true});
  const dw_batch *batch;
  size_t seen = 0;
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    CHECK_MSG(dw_scorer_batch(&scorer, reader, batch, take_all(batch->rows), &err) == DW_OK, "%s", err.message);
    for (size_t row = 0; row < batch->rows; row++, seen++)
      for (size_t c = 0; c < scorer.outputs; c++) CHECK_CLOSE(scorer.score[row * scorer.outputs + c], want[seen][c], 1e-6);
  }
  CHECK(seen == rows);
  dw_reader_close(reader);
  dw_scorer_free(&scorer);
  dw_model_free(&model);
  dw_buf_free(&text);
}

TEST(as_python_scores)
{
  static const char *const abc[] = {"a", "b", "c.d"};
  for (size_t block = 1; block < 2000; block = block * 3 + 1) {
    check_model("binary", "golden/xgboost_binary.json", NULL, false, 1, block);
    check_model("binary", "golden/xgboost_binary.ubj", NULL, true, 2, block);
    check_model("classes", "golden/xgboost_classes.json", NULL, false, 2, block);
    check_model("linear", "golden/xgboost_linear.json", abc, true, 1, block);
    check_model("dart", "golden/xgboost_dart.json", NULL, false, 1, block);
  }
}

/* The numbers of a list, or the one number. */
static size_t numbers(const dw_value *value, double *out)
{
  size_t count = 0;
  if (dw_value_kind(value) == DW_VALUE_NUMBER) out[count++] = dw_value_number(value, NAN);
  for (const dw_value *v = dw_value_first(value); v && count < 8; v = dw_value_next(v)) out[count++] = dw_value_number(v, NAN);
  return count;
}

/* A model of XGBoost 3.3: scores and margins are those that its own Python gave (expected.ndjson). */
static void check_33(const char *name, const char *format, const char *rows)
{
  char path[200];
  dw_model model;
  dw_scorer scorer;
  dw_booster_document document = {0};
  dw_err err = {0};
  size_t length, row = 0;
  snprintf(path, sizeof path, "data/xgboost33/%s.%s", name, format);
  case_parse(&model, path, NULL, 0);
  snprintf(path, sizeof path, "data/xgboost33/%s.json", name);
  char *text = test_read(path, &length), *records = test_read(rows, NULL);
  snprintf(path, sizeof path, "data/xgboost33/%s.expected.ndjson", name);
  char *expected = test_read(path, NULL), *line = expected;
  CHECK_MSG(dw_booster_document_read(&document, (dw_text_slice){text, length}, name, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_scorer_init(&scorer, &model, false, 1, NULL, "m", &err) == DW_OK, "%s", err.message);
  dw_reader *reader = fixture_reader(records, &(dw_reader_options){.threads = 1, .spans = true});
  const dw_batch *batch = NULL;
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    CHECK_MSG(dw_scorer_batch(&scorer, reader, batch, take_all(batch->rows), &err) == DW_OK, "%s: %s", path, err.message);
    for (size_t r = 0; r < batch->rows; r++, row++) {
      double prediction[8], margin[8];
      float own[8], largest[8];
      dw_value *want;
      size_t end = strcspn(line, "\n");
      CHECK_MSG(dw_value_parse(&want, line, end, path, row + 1, &err) == DW_OK, "%s", err.message);
      CHECK(numbers(dw_value_get(want, "prediction"), prediction) == scorer.outputs);
      CHECK(numbers(dw_value_get(want, "margin"), margin) == document.groups);
      dw_walk_row(document.walk, scorer.feature + r * model.encoding.width, document.best, document.base, own, largest);
      for (size_t i = 0; i < scorer.outputs; i++)
        CHECK_MSG(fabs(scorer.score[r * scorer.outputs + i] - prediction[i]) <= 1e-6 * fmax(1, fabs(prediction[i])),
                  "%s, row %zu: %.9g, want %.9g", path, row + 1, scorer.score[r * scorer.outputs + i], prediction[i]);
      for (size_t g = 0; g < document.groups; g++)
        CHECK_MSG(fabs((double)own[g] - margin[g]) <= 1e-6 * fmax(1, fabs(margin[g])), "%s, row %zu: margin %.9g, want %.9g", path, row + 1,
                  (double)own[g], margin[g]);
      dw_value_free(want);
      line += end + 1;
    }
  }
  CHECK(row == 40);
  dw_reader_close(reader);
  dw_scorer_free(&scorer);
  dw_booster_document_free(&document);
  dw_model_free(&model);
  free(text);
  free(records);
  free(expected);
}

TEST(models_of_xgboost_3_3)
{
  static const char *const names[] = {"binary",  "dart",       "early_stopped",  "linear",     "softprob",
                                      "squared", "expectiles", "linear_classes", "categorical"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    for (int ubj = 0; ubj < 2; ubj++)
      check_33(names[i], ubj ? "ubj" : "json",
               strcmp(names[i], "categorical") == 0 ? "data/xgboost33/rows_categorical.ndjson" : "data/xgboost33/rows.ndjson");
}

TEST(rounding_to_the_same_float)
{
  static const float samples[] = {0, 1, 0.1f, 0.5f, 0.333333343f, 1e-5f, 1e-12f, 1e-30f, 123456.789f, -41.7256126f, 3.4e38f, 0.99999994f};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) CHECK((float)dw_scorer_round(samples[i]) == samples[i]);
  char text[64];
  for (int i = 1; i < 20000; i++) {
    float f = (float)i / 20011;
    double r = dw_scorer_round(f);
    CHECK((float)r == f);
    snprintf(text, sizeof text, "%.9g", r);
    CHECK_MSG(strtod(text, NULL) == r, "%.17g has more than 9 digits", r);
  }
  CHECK(dw_scorer_round(0.1f) == 0.1 && dw_scorer_round(0.25f) == 0.25);
}

TEST(classes)
{
  dw_scorer two = {.outputs = 1, .score = (double[]){0.2, 0.5, 0.9}},
            three = {.outputs = 3, .score = (double[]){0.2, 0.5, 0.3, 0.4, 0.4, 0.2}};
  CHECK(dw_scorer_class(&two, 0, 0.5) == 0 && dw_scorer_class(&two, 1, 0.5) == 1 && dw_scorer_class(&two, 2, 0.95) == 0);
  CHECK(dw_scorer_class(&three, 0, 0) == 1 && dw_scorer_class(&three, 1, 0) == 0);
}

TEST(calibrated_scores)
{
  dw_calibration made;
  dw_buf text = {0};
  dw_json json;
  dw_err err = {0};
  dw_calibration_fit_isotonic(&made, (double[]){0, 1}, (double[]){0.25, 0.25}, 2);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "calibration");
  dw_calibration_write(&made, &json);
  dw_json_close(&json, '}');
  dw_calibration_free(&made);
  dw_model model;
  dw_scorer scorer;
  case_parse(&model, "golden/xgboost_binary.json", NULL, 0);
  dw_buf_add(&model.calibration, text.data, text.length); /* the model's own */
  CHECK_MSG(dw_scorer_init(&scorer, &model, false, 1, NULL, "m", &err) == DW_OK, "%s", err.message);
  dw_reader *reader = fixture_reader("{\"a\":1,\"b\":2,\"c.d\":3}\n", &(dw_reader_options){.threads = 1, .spans = true});
  const dw_batch *batch;
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch);
  CHECK(dw_scorer_batch(&scorer, reader, batch, take_all(batch->rows), &err) == DW_OK);
  CHECK_CLOSE(scorer.score[0], 0.25, 1e-12);
  dw_reader_close(reader);
  dw_scorer_free(&scorer);
  dw_model_free(&model);
  case_parse(&model, "golden/xgboost_classes.json", NULL, 0);
  CHECK(dw_scorer_init(&scorer, &model, false, 1, &text, "c.json", &err) == DW_EDATA && strstr(err.message, "two classes"));
  dw_scorer_free(&scorer);
  dw_model_free(&model);
  dw_buf none = {.data = (char *)"{}", .length = 2};
  case_parse(&model, "golden/xgboost_binary.json", NULL, 0);
  CHECK(dw_scorer_init(&scorer, &model, false, 1, &none, "c.json", &err) == DW_EDATA && strncmp(err.message, "c.json", 6) == 0);
  dw_scorer_free(&scorer);
  dw_model_free(&model);
  dw_buf_free(&text);
}
