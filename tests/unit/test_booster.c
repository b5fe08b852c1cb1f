#include "model/booster.h"

#include "golden.h"
#include "model/booster_text.h"

static dw_booster *load(const char *path)
{
  size_t length;
  dw_err err = {0};
  dw_booster *booster = NULL;
  char *bytes = test_read(path, &length);
  dw_status status = dw_booster_load(&booster, bytes, length, path, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  free(bytes);
  return booster;
}

static void check_predictions(const char *model, const char *path)
{
  dw_booster *booster = load(path);
  golden table = golden_open("golden/xgboost.txt");
  size_t rows = 0, outputs = dw_booster_outputs(booster);
  CHECK(dw_booster_width(booster) == 3);
  while (golden_next(&table)) {
    if (strcmp(table.field[0], model) != 0) continue;
    float x[3], p[8];
    dw_err err = {0};
    for (int i = 0; i < 3; i++) x[i] = strtof(table.field[1 + i], NULL);
    CHECK_MSG(dw_booster_predict(booster, x, 1, 1, p, &err) == DW_OK, "%s", err.message);
    CHECK(table.fields == 4 + (int)outputs);
    for (size_t i = 0; i < outputs; i++) CHECK_CLOSE((double)p[i], (double)strtof(table.field[4 + i], NULL), 1e-6);
    rows++;
  }
  CHECK(rows == 23);
  dw_booster_free(booster);
}

TEST(models_of_python_predict_as_there)
{
  check_predictions("binary", "golden/xgboost_binary.json");
  check_predictions("binary", "golden/xgboost_binary.ubj");
  check_predictions("classes", "golden/xgboost_classes.json");
  check_predictions("linear", "golden/xgboost_linear.json");
  check_predictions("dart", "golden/xgboost_dart.json");
}

TEST(what_a_model_says_about_itself)
{
  size_t count;
  dw_booster *booster = load("golden/xgboost_classes.json");
  CHECK(dw_booster_outputs(booster) == 3);
  CHECK(!dw_booster_linear(booster));
  CHECK(dw_booster_rounds(booster) == 4);
  CHECK_TEXT(dw_booster_objective(booster), "multi:softprob");
  const char *const *names = dw_booster_feature_names(booster, &count);
  CHECK(count == 3);
  CHECK_TEXT(names[2], "c.d");
  dw_booster_free(booster);
  booster = load("golden/xgboost_linear.json");
  CHECK(dw_booster_linear(booster) && dw_booster_outputs(booster) == 1);
  dw_booster_feature_names(booster, &count);
  CHECK(count == 0);
  dw_booster_free(booster);
}

/* Many rows at once, by any number of threads, are what they are one by one. */
TEST(batches_and_threads)
{
  static float x[3000][3], one[3000], many[3000];
  dw_err err;
  dw_booster *booster = load("golden/xgboost_binary.json");
  for (int i = 0; i < 3000; i++)
    for (int j = 0; j < 3; j++) x[i][j] = (i * 7 + j) % 11 == 0 ? NAN : (float)((i * 37 + j * 11) % 101) / 25 - 2;
  for (int i = 0; i < 3000; i++) CHECK(dw_booster_predict(booster, x[i], 1, 1, &one[i], &err) == DW_OK);
  for (unsigned threads = 1; threads <= 4; threads++) {
    memset(many, 0, sizeof many);
    CHECK(dw_booster_predict(booster, x[0], 3000, threads, many, &err) == DW_OK);
    CHECK(memcmp(one, many, sizeof one) == 0);
  }
  CHECK(dw_booster_predict(booster, x[0], 0, 1, many, &err) == DW_OK);
  dw_booster_free(booster);
}

TEST(saved_and_loaded_again)
{
  dw_booster *booster = load("golden/xgboost_binary.json"), *again = NULL;
  dw_buf text = {0}, second = {0};
  dw_err err;
  CHECK(dw_booster_save(booster, &text, &err) == DW_OK);
  CHECK(dw_booster_load(&again, text.data, text.length, "again", &err) == DW_OK);
  CHECK(dw_booster_save(again, &second, &err) == DW_OK);
  CHECK(text.length == second.length && memcmp(text.data, second.data, text.length) == 0);
  dw_booster_free(again);
  CHECK(dw_booster_keep(&booster, 2, &err) == DW_OK);
  CHECK(dw_booster_rounds(booster) == 2);
  dw_booster_free(booster);
  dw_buf_free(&text);
  dw_buf_free(&second);
}

/* A printer that writes 0 for 0E0 has been at work. */
TEST(numbers_rewritten_by_others)
{
  size_t length;
  char *bytes = test_read("golden/xgboost_binary.json", &length), *to = bytes;
  for (char *c = bytes; *c;) {
    if (c[0] == 'E' && c[1] == '0' && (c[2] == ',' || c[2] == ']')) c += 2;
    else *to++ = *c++;
  }
  *to = '\0';
  CHECK(strlen(bytes) < length);
  dw_booster *booster = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_booster_load(&booster, bytes, strlen(bytes), "rewritten", &err) == DW_OK, "%s", err.message);
  dw_booster_free(booster);
  free(bytes);
}

TEST(cut_and_foreign_files)
{
  static const char *const paths[] = {"golden/xgboost_binary.json", "golden/xgboost_binary.ubj"};
  for (int kind = 0; kind < 2; kind++) {
    size_t length;
    char *bytes = test_read(paths[kind], &length);
    for (size_t cut = 0; cut < length; cut += 97) {
      dw_booster *booster = NULL;
      dw_err err = {0};
      char *piece = malloc(cut ? cut : 1);
      memcpy(piece, bytes, cut);
      CHECK(dw_booster_load(&booster, piece, cut, "cut", &err) == DW_EDATA && !booster);
      CHECK(strncmp(err.message, "cut:", 4) == 0);
      free(piece);
    }
    free(bytes);
  }
  static const char *const foreign[] = {"{}", "{\"learner\":{}}", "[1,2]", "null", "{\"learner\":{\"gradient_booster\":{\"name\":\"gbtree\"},\"objective\":{\"name\":\"x\"}}}"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    dw_booster *booster = NULL;
    dw_err err = {0};
    CHECK(dw_booster_load(&booster, foreign[i], strlen(foreign[i]), "foreign", &err) == DW_EDATA && !booster);
  }
}
