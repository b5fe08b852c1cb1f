#include "model/score/model_json.h"

#include "model_case.h"

static const char *const abc[] = {"a", "b", "c.d"};

/* A document around the booster of the sample model. */
static dw_buf sample(void)
{
  dw_model model;
  dw_buf out = {0};
  dw_err err = {0};
  case_parse(&model, "golden/xgboost_binary.json", NULL, 0);
  model.target.column = dw_strdup("y");
  dw_map_intern(&model.target.classes, "0", 1);
  dw_map_intern(&model.target.classes, "1", 1);
  dw_buf_text(&model.metrics, "{\"holdout\":{\"auc\":0.5}}");
  dw_buf_text(&model.made_by, "{\"command\":\"a\"},{\"command\":\"b\"}");
  CHECK(dw_model_write(&model, &out, &err) == DW_OK);
  dw_model_free(&model);
  return out;
}

TEST(written_and_read)
{
  dw_buf text = sample(), again = {0};
  dw_model model;
  dw_err err = {0};
  dw_model_init(&model);
  CHECK_MSG(dw_model_parse(&model, text.data, text.length, "m", NULL, &err) == DW_OK, "%s", err.message);
  CHECK(model.target.task == DW_TASK_BINARY && model.target.classes.count == 2 && !model.imported && model.encoding.width == 3);
  CHECK_TEXT(dw_buf_cstr(&model.metrics), "{\"holdout\":{\"auc\":0.5}}");
  CHECK(model.calibration.length == 0);
  CHECK(dw_model_write(&model, &again, &err) == DW_OK);
  CHECK(again.length == text.length && memcmp(again.data, text.data, text.length) == 0);
  CHECK(strstr(dw_buf_cstr(&again), "\"made_by\":[{\"command\":\"a\"},{\"command\":\"b\"}]}\n"));
  dw_value *whole;
  CHECK(dw_value_parse(&whole, again.data, again.length, "m", 1, &err) == DW_OK);
  dw_value_free(whole);
  dw_model_free(&model);
  dw_buf_free(&text);
  dw_buf_free(&again);
}

TEST(models_of_xgboost)
{
  dw_model model;
  case_parse(&model, "golden/xgboost_binary.ubj", NULL, 0);
  CHECK(model.imported && model.target.task == DW_TASK_BINARY && model.target.classes.count == 0);
  CHECK_TEXT(model.encoding.feature[2].column, "c.d");
  dw_model_free(&model);
  case_parse(&model, "golden/xgboost_classes.json", NULL, 0);
  CHECK(model.target.task == DW_TASK_MULTICLASS && model.target.classes.count == 3);
  dw_model_free(&model);
  static const char *const other[] = {"x", "y", "z"};
  case_parse(&model, "golden/xgboost_linear.json", other, 3);
  CHECK(model.target.task == DW_TASK_REGRESSION);
  CHECK_TEXT(model.encoding.feature[0].column, "x");
  dw_model_free(&model);
}

static void refuses(const char *text, size_t length, const char *const *names, size_t count, dw_status want, const char *says)
{
  dw_model model;
  dw_err err = {0};
  dw_model_init(&model);
  dw_status status = dw_model_parse(&model, text, length, "m", &(dw_model_beside){.names = names, .name_count = count}, &err);
  CHECK_MSG(status == want && strstr(err.message, says), "\"%.60s\": %d, \"%s\", want \"%s\"", text, (int)status, err.message, says);
  dw_model_free(&model);
}

TEST(what_is_no_model)
{
  static const struct {
    const char *text, *says;
  } cases[] = {{"", "empty"},
               {" \n", "empty"},
               {"binf", "no model of dw-train, nor one of XGBoost"},
               {"[]", "no model of dw-train, nor one of XGBoost"},
               {"{", "m:1:"},
               {"{}", "no kind"},
               {"{\"kind\":\"finding\"}", "\"finding\""},
               {"{\"kind\":\"model\"}", "no booster"},
               {"{\"kind\":\"model\",\"format\":1,\"type\":\"lm\"}", "a language model"},
               {"{\"kind\":\"model\",\"format\":2,\"booster\":{}}", "format 2"},
               {"{\"kind\":\"model\",\"format\":1,\"booster\":{}}", "task"},
               {"{\"kind\":\"model\",\"format\":1,\"task\":\"binary\",\"booster\":{}}", "features"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refuses(cases[i].text, strlen(cases[i].text), NULL, 0, DW_EDATA, cases[i].says);
  dw_buf text = sample();
  refuses(text.data, text.length, abc, 3, DW_EUSAGE, "--feature-names is for models of XGBoost");
  for (size_t cut = 1; cut + 1 < text.length; cut += 61) refuses(text.data, cut, NULL, 0, DW_EDATA, "m:");
  char *bytes = strdup(dw_buf_cstr(&text)), *at = strstr(bytes, "\"names\":[\"a\"]},");
  CHECK(at != NULL);
  if (at) {
    char *from = strstr(bytes, "{\"column\":\"a\"");
    memmove(from, at + 15, strlen(at + 15) + 1);
    refuses(bytes, strlen(bytes), NULL, 0, DW_EDATA, "features of the model are 2");
  }
  free(bytes);
  dw_buf_free(&text);
  size_t length;
  bytes = test_read("golden/xgboost_linear.json", &length);
  refuses(bytes, length, NULL, 0, DW_EDATA, "--feature-names");
  refuses(bytes, length, abc, 2, DW_EDATA, "3 features, and 2 names");
  static const char *const twice[] = {"a", "a", "b"};
  refuses(bytes, length, twice, 3, DW_EDATA, "two features are called");
  free(bytes);
}

TEST(files)
{
  dw_model model;
  dw_err err = {0};
  dw_model_init(&model);
  CHECK(dw_model_read(&model, "no/such/model.json", NULL, &err) == DW_ESYSTEM);
  dw_model_free(&model);
}
