#include "registry/mlflow.h"

#include "test.h"

/* What MLflow's own validation takes and refuses as an alias. */
TEST(names_of_aliases)
{
  static const char *const good[] = {"champion",  "a",         "Ab-5_", "1a2b", "123", "123v",
                                     "v123_temp", "temp_V123", "lates", "v",    "V-1", "beste-größe"};
  static const char *const bad[] = {"", ".", "a b", "a/b", "a@b", "a.b", "latest", "LATEST", "v1", "V20", "a\n", "%", "v007"};
  char longest[257] = {0};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK_MSG(!dw_mlflow_alias_wrong(good[i]), "%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(dw_mlflow_alias_wrong(bad[i]) != NULL, "%s", bad[i]);
  memset(longest, 'a', 255);
  CHECK(!dw_mlflow_alias_wrong(longest));
  longest[255] = 'a';
  CHECK(dw_mlflow_alias_wrong(longest) != NULL);
}

TEST(addresses)
{
  static const struct {
    const char *uri, *name, *alias;
  } cases[] = {{"models:/fraud@champion", "fraud", "champion"},
               {"models:/fraud model@a-1", "fraud model", "a-1"},
               {"models:/a@b@c", "a@b", "c"}};
  static const char *const none[] = {
      "",        "models:/",       "models:/@a",     "models:/fraud", "models:/fraud/1",  "models:/fraud@",
      "fraud@a", "model:/fraud@a", "models:fraud@a", "models:/a/b@c", "models:/fraud@v1", "models:/fraud@a b"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_buf name = {0};
    const char *alias = "";
    CHECK_MSG(dw_mlflow_uri(cases[i].uri, &name, &alias), "%s", cases[i].uri);
    CHECK_TEXT(dw_buf_cstr(&name), cases[i].name);
    CHECK_TEXT(alias, cases[i].alias);
    dw_buf_free(&name);
  }
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    dw_buf name = {0};
    const char *alias;
    CHECK_MSG(!dw_mlflow_uri(none[i], &name, &alias), "%s", none[i]);
    dw_buf_free(&name);
  }
}
