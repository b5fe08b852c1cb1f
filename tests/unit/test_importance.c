#include "model/score/importance.h"

#include "model_case.h"

/* total_gain as XGBoost 1.6 answers for these files (XGBoosterFeatureScore), as shares of its sum. */
TEST(as_xgboost_says)
{
  static const struct {
    const char *file;
    double total_gain[3];
  } cases[] = {{"data/xgboost33/binary.json", {170.2517852783203, 101.51530456542969, 9.998711585998535}},
               {"data/xgboost33/binary.ubj", {170.2517852783203, 101.51530456542969, 9.998711585998535}},
               {"data/xgboost33/categorical.json", {153.85525512695312, 97.71981048583984, 20.89564323425293}},
               {"data/xgboost33/dart.json", {212.79385375976562, 127.14214324951172, 1.9657789468765259}},
               {"data/xgboost33/early_stopped.json", {124.10311889648438, 93.58447265625, 15.10351848602295}},
               {"data/xgboost33/softprob.json", {591.8696899414062, 214.95106506347656, 0}},
               {"data/xgboost33/squared.json", {116643.109375, 43801.66796875, 71.68658447265625}}};
  static const char *const names[] = {"alpha", "beta value", "gamma"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_model model;
    dw_importance importance;
    dw_err err = {0};
    const double *gain = cases[i].total_gain;
    case_parse(&model, cases[i].file, NULL, 0);
    CHECK_MSG(dw_importance_of(&importance, &model, cases[i].file, &err) == DW_OK, "%s", err.message);
    for (size_t k = 0; k < 3; k++) {
      uint32_t at = dw_map_find(&importance.columns, names[k], strlen(names[k]));
      double want = gain[k] / (gain[0] + gain[1] + gain[2]), is = at == DW_MAP_NONE ? NAN : importance.share[at];
      CHECK_MSG(fabs(is - want) <= 1e-6, "%s %s: %.9g, not %.9g", cases[i].file, names[k], is, want);
    }
    dw_importance_free(&importance);
    dw_model_free(&model);
  }
}

/* The features of a column add up: here the first two of three are one column of two categories. */
TEST(categories_add_up)
{
  dw_model model;
  dw_importance importance;
  dw_err err = {0};
  case_parse(&model, "data/xgboost33/binary.json", NULL, 0);
  dw_encoding_free(&model.encoding);
  dw_encoding_init(&model.encoding);
  dw_feature *feature = dw_encoding_open(&model.encoding, "color", DW_TYPE_CATEGORICAL, DW_ENCODE_ONE_HOT);
  dw_map_intern(&feature->categories, "red", 3);
  dw_map_intern(&feature->categories, "blue", 4);
  dw_encoding_close(&model.encoding);
  dw_encoding_open(&model.encoding, "gamma", DW_TYPE_NUMERIC, DW_ENCODE_NUMBER);
  dw_encoding_close(&model.encoding);
  CHECK(dw_importance_of(&importance, &model, "m", &err) == DW_OK && importance.columns.count == 2);
  CHECK_MSG(fabs(importance.share[0] - 271.76708984375 / 281.7658014297485) < 1e-6, "%.9g", importance.share[0]);
  CHECK(fabs(importance.share[0] + importance.share[1] - 1) < 1e-12);
  dw_importance_free(&importance);
  dw_model_free(&model);
}

TEST(no_gains)
{
  dw_model model;
  dw_importance importance;
  dw_err err = {0};
  case_parse(&model, "data/xgboost33/linear.json", NULL, 0);
  CHECK(dw_importance_of(&importance, &model, "m", &err) == DW_EDATA && importance.share == NULL);
  CHECK_MSG(strstr(err.message, "it is linear") != NULL, "%s", err.message);
  CHECK(dw_importance_read(&importance, "/no/such/model", NULL, 0, &err) == DW_ESYSTEM);
  dw_model_free(&model);
}
