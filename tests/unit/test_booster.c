#include "model/booster/booster.h"

#include "golden.h"
#include "model/booster/booster_text.h"

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

/* What the library is told behind our back stands for a library that takes a document for something else. */
TEST(a_library_that_reads_a_model_wrongly)
{
  static const struct {
    const char *path, *name, *value;
  } cases[] = {{"golden/xgboost_binary.json", "base_score", "0.9"},  /* the library's own base and link */
               {"data/xgboost33/squared.json", "base_score", "0.5"}, /* what 1.7 makes of a list */
               {"data/xgboost33/dart.json", "base_score", "0.01"},   /* ours */
               {"golden/xgboost_linear.json", "base_score", "0.6"},
               {"data/xgboost33/softprob.json", "base_score", "3"}};
  static const float x[2][3] = {{0.1f, NAN, 2}, {-1, 1, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    float p[6];
    dw_err err = {0};
    dw_booster *booster = load(cases[i].path);
    CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK);
    CHECK_MSG(dw_booster_predict(booster, x[0], 1, 1, p, &err) == DW_OK, "%s", err.message);
    CHECK(dw_booster_set(booster, cases[i].name, cases[i].value, &err) == DW_OK);
    CHECK_MSG(dw_booster_predict(booster, x[0], 2, 1, p, &err) == DW_EDATA, "%s", cases[i].path);
    CHECK_MSG(strncmp(err.message, cases[i].path, strlen(cases[i].path)) == 0 &&
                  strstr(err.message, "reads this model wrongly: the margin of a record is "),
              "\"%s\"", err.message);
    dw_booster_free(booster);
  }
}

/* The check is of the first records: after them the library is trusted. */
TEST(the_first_records_are_checked)
{
  static float x[DW_BOOSTER_CHECKED + 1][3], p[DW_BOOSTER_CHECKED + 1];
  dw_err err = {0};
  for (int late = 0; late < 2; late++) {
    dw_booster *booster = load("golden/xgboost_binary.json");
    CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK);
    for (size_t i = 0; i < DW_BOOSTER_CHECKED - 1 + (size_t)late; i += 1) CHECK(dw_booster_predict(booster, x[i], 1, 1, p, &err) == DW_OK);
    CHECK(dw_booster_set(booster, "base_score", "0.9", &err) == DW_OK);
    CHECK(dw_booster_predict(booster, x[0], DW_BOOSTER_CHECKED + 1, 1, p, &err) == (late ? DW_OK : DW_EDATA));
    dw_booster_free(booster);
  }
}

/* 1e-5 of the margin, and of 1 at least: 40.8 + 0.0003 passes, and 40.8 + 0.0005 does not. */
TEST(how_far_is_wrong)
{
  static const struct {
    const char *path, *base;
    dw_status want;
  } cases[] = {{"data/xgboost33/linear.json", "40.770068", DW_OK}, {"data/xgboost33/linear.json", "40.770568", DW_EDATA},
               {"data/xgboost33/linear.json", "40.769468", DW_OK}, {"data/xgboost33/linear.json", "40.768968", DW_EDATA},
               {"golden/xgboost_linear.json", "0.500008", DW_OK},  {"golden/xgboost_linear.json", "0.500015", DW_EDATA}};
  static const float x[3] = {0, 0, 0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    float p[1];
    dw_err err = {0};
    dw_booster *booster = load(cases[i].path);
    CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK);
    CHECK(dw_booster_set(booster, "base_score", cases[i].base, &err) == DW_OK);
    dw_status status = dw_booster_predict(booster, x, 1, 1, p, &err);
    CHECK_MSG(status == cases[i].want, "%s %s: %d", cases[i].path, cases[i].base, (int)status);
    dw_booster_free(booster);
  }
}

/* Nine digits are all that the library's parser takes of a number: it made 0.5 of 2500000000. */
TEST(base_scores_of_many_digits)
{
  static const struct {
    const char *written;
    float want;
  } cases[] = {{"[2.5E9]", 2.5e9f},
               {"[1.2345678E10]", 1.2345678e10f},
               {"[-4.294967296E9]", -4294967296.0f},
               {"[1E15]", 1e15f},
               {"[1E22]", 1e22f},
               {"[9.9999999E8]", 1e9f},
               {"[1234567.125]", 1234567.125f},
               {"1234567.125", 1234567.125f},
               {"2500000000", 2.5e9f},
               {"2.5E9", 2.5e9f}};
  static const char *const models[] = {"data/xgboost33/squared.json", "data/xgboost33/linear.json"};
  static const char old[] = "\"base_score\":\"[4.0769768E1]\"";
  static const float x[3] = {0, 0, 0};
  for (size_t m = 0; m < sizeof models / sizeof *models; m++)
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      size_t length;
      float p = 0;
      dw_err err = {0};
      dw_buf text = {0};
      dw_booster *booster = NULL;
      char *bytes = test_read(models[m], &length), *at = strstr(bytes, old);
      CHECK(at != NULL);
      dw_buf_add(&text, bytes, (size_t)(at - bytes));
      dw_buf_format(&text, "\"base_score\":\"%s\"", cases[i].written);
      dw_buf_text(&text, at + sizeof old - 1);
      CHECK_MSG(dw_booster_load(&booster, text.data, text.length, models[m], &err) == DW_OK, "%s", err.message);
      CHECK_MSG(booster && dw_booster_predict(booster, x, 1, 1, &p, &err) == DW_OK, "%s: %s", cases[i].written, err.message);
      /* the trees add some */
      CHECK_MSG(fabs((double)p - (double)cases[i].want) <= 100 + 1e-6 * fabs((double)p), "%s: %g", cases[i].written, (double)p);
      dw_booster_free(booster);
      dw_buf_free(&text);
      free(bytes);
    }
}

TEST(rounds_to_use)
{
  static const float x[3] = {0.1f, 0.2f, 0.3f};
  static const struct {
    const char *path, *rounds, *says;
  } wrong[] = {{"data/xgboost33/early_stopped.json", "14", "the model has 13 rounds, and not 14"},
               {"data/xgboost33/early_stopped.json", "0", "neither"},
               {"data/xgboost33/early_stopped.json", "most", "neither"},
               {"data/xgboost33/early_stopped.json", "-1", "neither"},
               {"data/xgboost33/linear.json", "2", "a linear model"}};
  float best, all, nine, one;
  dw_err err = {0};
  static const char *const uses[] = {NULL, "all", "9", "1"};
  float *const to[] = {&best, &all, &nine, &one};
  for (int i = 0; i < 4; i++) {
    dw_booster *booster = load("data/xgboost33/early_stopped.json");
    if (uses[i]) CHECK(dw_booster_use(booster, uses[i], &err) == DW_OK);
    CHECK_MSG(dw_booster_predict(booster, x, 1, 1, to[i], &err) == DW_OK, "%s", err.message);
    dw_booster_free(booster);
  }
  CHECK(best == nine && best != all && best != one && one != all);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_booster *booster = load(wrong[i].path);
    CHECK_MSG(dw_booster_use(booster, wrong[i].rounds, &err) == DW_EUSAGE && strstr(err.message, wrong[i].says), "\"%s\"", err.message);
    dw_booster_free(booster);
  }
}

/* A model that was changed in one place. */
static dw_booster *load_changed(const char *path, const char *from, const char *to)
{
  dw_err err = {0};
  dw_booster *booster = NULL;
  dw_buf text = {0};
  char *bytes = test_read(path, NULL), *at = strstr(bytes, from);
  CHECK_MSG(at != NULL, "no %s in %s", from, path);
  dw_buf_add(&text, bytes, (size_t)(at - bytes));
  dw_buf_text(&text, to);
  dw_buf_text(&text, at + strlen(from));
  CHECK_MSG(dw_booster_load(&booster, text.data, text.length, "m", &err) == DW_OK, "%s", err.message);
  dw_buf_free(&text);
  free(bytes);
  return booster;
}

#define STOPPED "data/xgboost33/early_stopped.json"

/* A best_iteration that is not there: used when somebody says how. */
TEST(rounds_that_must_be_chosen)
{
  static const float x[3] = {0.1f, 0.2f, 0.3f};
  float p;
  dw_err err = {0};
  dw_booster *booster = load_changed(STOPPED, "\"best_iteration\":\"8\"", "\"best_iteration\":\"80\"");
  for (int engine = DW_ENGINE_OWN; engine <= DW_ENGINE_LIBRARY; engine++) {
    CHECK(dw_booster_engine(booster, (dw_engine)engine, &err) == DW_OK);
    CHECK(dw_booster_predict(booster, x, 1, 1, &p, &err) == DW_EDATA && strstr(err.message, "not among its 13 rounds") &&
          strstr(err.message, "--rounds all"));
  }
  CHECK(dw_booster_use(booster, "all", &err) == DW_OK && dw_booster_predict(booster, x, 1, 1, &p, &err) == DW_OK);
  dw_booster_free(booster);
}

/* Rounds of different sizes, as a document of its own and as the same trees in rounds of one: the library cannot, and we can. */
TEST(rounds_that_differ)
{
  static const float x[3] = {0.1f, 0.2f, 0.3f};
  float want = NAN, got = NAN;
  dw_err err = {0};
  dw_booster *plain = load(STOPPED);
  dw_booster *booster = load_changed(STOPPED, "[0,1,2,3,4,5,6,7,8,9,10,11,12,13]", "[0,2,3,4,5,6,7,8,9,10,11,12,13]");
  CHECK(dw_booster_use(plain, "10", &err) == DW_OK && dw_booster_predict(plain, x, 1, 1, &want, &err) == DW_OK);
  CHECK(dw_booster_engine(plain, DW_ENGINE_LIBRARY, &err) == DW_OK);
  CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_EDATA && strstr(err.message, "differ in their numbers of trees") &&
        strstr(err.message, "--engine own"));
  CHECK_MSG(dw_booster_predict(booster, x, 1, 1, &got, &err) == DW_OK, "%s", err.message); /* nine rounds, ten trees */
  CHECK_CLOSE((double)got, (double)want, 1e-6);
  CHECK(dw_booster_use(booster, "all", &err) == DW_OK);
  CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK && dw_booster_use(booster, "3", &err) == DW_OK);
  CHECK(dw_booster_predict(booster, x, 1, 1, &got, &err) == DW_EDATA && strstr(err.message, "XGBoost's library cannot score"));
  dw_booster_free(booster);
  dw_booster_free(plain);
}

/* What the library does not take at all: its word for it, and our scores. */
TEST(models_that_the_library_does_not_take)
{
  static const float x[2][3] = {{0.1f, 0.2f, 0.3f}, {-1, NAN, 2}};
  float want[2] = {NAN, NAN}, got[2] = {NAN, NAN};
  dw_err err = {0};
  dw_buf out = {0};
  dw_booster *plain = load(STOPPED),
             *booster = load_changed(STOPPED, "\"gbtree_model_param\":{", "\"gbtree_model_param\":{\"num_new\":[1],");
  CHECK(dw_booster_predict(plain, x[0], 2, 1, want, &err) == DW_OK && dw_booster_predict(booster, x[0], 2, 1, got, &err) == DW_OK);
  for (int i = 0; i < 2; i++) CHECK_CLOSE((double)got[i], (double)want[i], 1e-6);
  CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_EDATA && strstr(err.message, "the library does not take it: XGBoost: "));
  CHECK(dw_booster_save(booster, &out, &err) == DW_EDATA);
  CHECK(strstr(err.message, "not be trained on: the library does not take it") != NULL);
  CHECK(dw_booster_rounds(booster) == 13);
  dw_booster_free(booster);
  dw_booster_free(plain);
}

/* The same model by the library and by our own engine, which is the one where nobody says. */
TEST(both_engines)
{
  static const char *const paths[] = {"golden/xgboost_binary.json",    "golden/xgboost_classes.json", "golden/xgboost_linear.json",
                                      "golden/xgboost_dart.json",      "data/xgboost33/softprob.ubj", "data/xgboost33/dart.ubj",
                                      "data/xgboost33/squared.ubj",    "data/xgboost33/linear.ubj",   "data/xgboost33/early_stopped.ubj",
                                      "data/xgboost33/categorical.ubj"};
  static float x[500][3], p[2][500 * 3];
  for (int i = 0; i < 500; i++)
    for (int j = 0; j < 3; j++) x[i][j] = (i * 7 + j) % 11 == 0 ? NAN : (float)((i * 37 + j * 11) % 101) / 25 - 2;
  for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
    size_t outputs = 1;
    for (int own = 0; own < 2; own++) {
      dw_err err = {0};
      dw_booster *booster = load(paths[k]);
      if (!own) CHECK(dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK);
      outputs = dw_booster_outputs(booster);
      CHECK_MSG(dw_booster_predict(booster, x[0], 500, 2, p[own], &err) == DW_OK, "%s", err.message);
      dw_booster_free(booster);
    }
    for (size_t i = 0; i < 500 * outputs; i++) {
      double want = (double)p[0][i], got = (double)p[1][i];
      bool close = fabs(got - want) <= 1e-6 * fmax(1, fabs(want));
      CHECK_MSG(close, "%s: %.9g, want %.9g", paths[k], got, want);
      if (!close) break;
    }
  }
}

/* Of those that the library knows in part only, nothing is saved or trained. */
TEST(models_to_go_on_from)
{
  size_t length;
  dw_err err = {0};
  dw_buf out = {0};
  static const char *const paths[] = {"data/xgboost33/squared.json", "data/xgboost33/softprob.json", "data/xgboost33/dart.json"};
  for (int i = 0; i < 3; i++) {
    dw_booster *booster = NULL, *loaded = load(paths[i]);
    char *bytes = test_read(paths[i], &length);
    CHECK(dw_booster_resume(&booster, bytes, length, "m", &err) == (i ? DW_EDATA : DW_OK) && (booster != NULL) == (i == 0));
    CHECK(dw_booster_save(loaded, &out, &err) == (i ? DW_EDATA : DW_OK));
    dw_booster_free(booster);
    dw_booster_free(loaded);
    free(bytes);
  }
  dw_buf_free(&out);
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
  static const char *const foreign[] = {"{}", "{\"learner\":{}}", "[1,2]", "null",
                                        "{\"learner\":{\"gradient_booster\":{\"name\":\"gbtree\"},\"objective\":{\"name\":\"x\"}}}"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    dw_booster *booster = NULL;
    dw_err err = {0};
    CHECK(dw_booster_load(&booster, foreign[i], strlen(foreign[i]), "foreign", &err) == DW_EDATA && !booster);
  }
}
