#include "test.h"

#include "registry/version.h"

static dw_err err;

static const char ours[] =
    "{\"kind\":\"model\",\"format\":1,\"task\":\"binary\",\"booster_kind\":\"gbtree\",\"metrics\":{\"auc\":0.9},\"booster\":{},"
    "\"made_by\":[{\"command\":\"dw-train\",\"inputs\":[{\"name\":\"input\",\"digest\":\"d\"}]}]}";

/* The members of a description, or the message. */
static const char *describe(const char *model, const char *metrics, const char *name)
{
  static dw_buf out;
  dw_version_source source = {.model = model,
                              .model_length = strlen(model),
                              .model_name = "m.json",
                              .metrics = metrics,
                              .metrics_name = "e.ndjson",
                              .metrics_length = metrics ? strlen(metrics) : 0,
                              .name = name,
                              .made_by = "{\"command\":\"me\"}"};
  out.length = 0;
  if (dw_version_describe(&source, &out, &err) == DW_OK) return dw_buf_cstr(&out);
  CHECK(out.length == 0 && err.status == DW_EDATA);
  return err.message;
}

TEST(a_model_of_ours)
{
  char digest[33], want[600];
  dw_version_digest(ours, strlen(ours), digest);
  snprintf(want, sizeof want,
           "\"name\":\"fraud\",\"model\":{\"format\":\"driftwatch\",\"bytes\":%zu,\"digest\":\"%s\",\"task\":\"binary\",\"booster_kind\":"
           "\"gbtree\"},"
           "\"metrics\":[],\"training_metrics\":{\"auc\":0.9},\"data\":[{\"name\":\"input\",\"digest\":\"d\"}],"
           "\"made_by\":[{\"command\":\"dw-train\",\"inputs\":[{\"name\":\"input\",\"digest\":\"d\"}]},{\"command\":\"me\"}]",
           strlen(ours), digest);
  CHECK_TEXT(describe(ours, NULL, "fraud"), want);
  CHECK(strstr(describe(ours, NULL, NULL), "\"name\":\"model\""));
}

TEST(a_model_of_xgboost)
{
  const char *got = describe("{\"learner\":{\"gradient_booster\":{\"name\":\"gblinear\"}},\"version\":[1,7,4]}", NULL, NULL);
  CHECK(strstr(got, "\"format\":\"xgboost\""));
  CHECK(strstr(got, "\"task\":null,\"booster_kind\":\"gblinear\"}"));
  CHECK(strstr(got, "\"training_metrics\":null,\"data\":null,\"made_by\":[{\"command\":\"me\"}]"));
}

TEST(metrics_of_all_rows_are_kept)
{
  const char *got = describe(
      ours,
      "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.1234567890123456789,\"window\":null,\"segment\":null,\"low\":null}\r\n\n  \n"
      "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":1,\"window\":{\"index\":0}}\n"
      "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":2,\"segment\":{\"column\":\"a\"}}\n"
      "{\"kind\":\"metric\",\"metric\":\"brier\",\"value\":3}\n"
      "{\"kind\":\"summary\",\"rows\":7}",
      NULL);
  CHECK(strstr(got, "\"metrics\":[{\"metric\":\"auc\",\"value\":0.12345678901234568,\"low\":null},{\"metric\":\"brier\",\"value\":3}],"));
}

TEST(what_is_neither_model_nor_metrics)
{
  static const char *const models[] = {"{\"kind\":\"finding\"}", "{}", "[]", "7", "{\"kind\":7,\"learner\":{}}"};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    const char *got = describe(models[i], NULL, NULL);
    CHECK_MSG(strstr(got, "m.json: neither a model of dw-train"), "%s: %s", models[i], got);
  }
  CHECK(strstr(describe("", NULL, NULL), "m.json"));
  CHECK(strstr(describe("{\"kind\":\"model\"", NULL, NULL), "m.json"));
  CHECK(strstr(describe("{\"kind\":\"model\"}\n{\"kind\":\"model\"}", NULL, NULL), "m.json"));
  CHECK(strstr(describe(ours, "{\"kind\":\"metric\"}\nauc 0.9\n", NULL), "e.ndjson:2"));
  CHECK(strstr(describe(ours, "\n[1]\n", NULL), "e.ndjson:2: expected a document of dw-eval"));
  CHECK(strstr(describe(ours, "", NULL), "e.ndjson: no metric of all rows in it"));
  CHECK(strstr(describe(ours, "{\"kind\":\"summary\"}\n", NULL), "e.ndjson: no metric"));
  CHECK(strstr(describe(ours, "{\"metric\":\"auc\"}", NULL), "e.ndjson:1: expected a document of dw-eval"));
}

TEST(odd_models_of_ours)
{
  CHECK(strstr(describe("{\"kind\":\"model\"}", NULL, NULL),
               "\"task\":null,\"booster_kind\":null},\"metrics\":[],\"training_metrics\":null,\"data\":null,"));
  CHECK(
      strstr(describe("{\"kind\":\"model\",\"task\":7,\"made_by\":{},\"metrics\":[]}", NULL, NULL), "\"made_by\":[{\"command\":\"me\"}]"));
}
