#include "detect/check/calibrated.h"
#include "detect/compare/compare.h"

#include "fixture.h"

static const char *const good =
    "{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"psi\",\"threshold\":0.4,\"rule\":\">\",\"rows\":40,"
    "\"reference_rows\":100}\n"
    "{\"kind\":\"novelty\"}\n\n"
    "{\"kind\":\"threshold\",\"check\":\"missing_values\",\"column\":\"x\",\"method\":\"fisher_exact\",\"threshold\":0.001,\"rule\":\"<\","
    "\"rows\":40,\"reference_rows\":100}\n"
    "{\"kind\":\"threshold\",\"check\":\"drift_share\",\"column\":null,\"method\":null,\"threshold\":0.3,\"rule\":\">\"}\n"
    "{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"y\",\"method\":\"ks\",\"threshold\":null,\"rule\":\"<\"}\n"
    "{\"kind\":\"thresholds\",\"count\":4}\n";

static dw_status parse(dw_calibrated *out, const char *text, dw_err *err) { return dw_calibrated_parse(out, text, strlen(text), "t", err); }

TEST(a_file_is_read)
{
  dw_calibrated c;
  dw_err err;
  CHECK(parse(&c, good, &err) == DW_OK);
  CHECK(c.count == 2 && c.share == 0.3);
  const dw_threshold *psi = dw_calibrated_find(&c, DW_CHECK_COLUMN, "x", "psi");
  CHECK(psi && psi->threshold == 0.4 && psi->rule == DW_RULE_ABOVE);
  CHECK(dw_calibrated_find(&c, DW_CHECK_TARGET, "x", "psi") == psi); /* the same column as a label */
  CHECK(!dw_calibrated_find(&c, DW_CHECK_COLUMN, "x", "ks"));
  CHECK(!dw_calibrated_find(&c, DW_CHECK_COLUMN, "z", "psi"));
  CHECK(!dw_calibrated_find(&c, DW_CHECK_SCHEMA, "x", NULL));
  CHECK(!dw_calibrated_find(&c, DW_CHECK_RANGE, "x", "exceedance"));
  CHECK(dw_calibrated_find(&c, DW_CHECK_MISSING, "x", NULL)->threshold == 0.001);
  CHECK(dw_threshold_fits(psi, 100, 40) && dw_threshold_fits(psi, 110, 36) && !dw_threshold_fits(psi, 111, 40) &&
        !dw_threshold_fits(psi, 100, 45));
  CHECK(!dw_calibrated_misfit(&c, 95, 41));
  CHECK(dw_calibrated_misfit(&c, 100, 50) == psi);
  dw_calibrated_free(&c);
}

TEST(how_a_score_is_made_is_kept)
{
  dw_threshold item = {"x", "wasserstein", DW_CHECK_COLUMN, 0.4, DW_RULE_ABOVE, 40, 100, 0, true};
  dw_threshold other = {"x", "share_shift", DW_CHECK_COLUMN, 0.001, DW_RULE_BELOW, 40, 100, 3999, false};
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 0);
  dw_threshold_start(&item, &json);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_json_start(&json, &text, 0);
  dw_threshold_start(&other, &json);
  dw_json_close(&json, '}');
  dw_buf_text(&text, "\n{\"kind\":\"thresholds\"}\n");
  dw_calibrated c;
  dw_err err;
  CHECK(parse(&c, dw_buf_cstr(&text), &err) == DW_OK && c.count == 2);
  CHECK(c.item[0].winsorised && c.item[0].deals == 0 && !c.item[1].winsorised && c.item[1].deals == 3999);
  dw_calibrated_free(&c);
  dw_buf_free(&text);
}

TEST(bad_files_are_refused)
{
  static const struct {
    const char *text, *says;
  } bad[] = {
      {"", "t: no thresholds: expected the output of dw-calibrate thresholds or adaptive"},
      {"{\"kind\":\"summary\"}", "t: no thresholds: expected the output of dw-calibrate thresholds or adaptive"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ks\",\"threshold\":1,\"rule\":\"<\"}\n",
       "t: cut short: the document of kind \"thresholds\" that ends it is missing"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ks\",\"threshold\":1,\"rule\":\"~\"}",
       "t:1: \"rule\": expected one of >=, >, <=, <"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"magic\",\"threshold\":1,\"rule\":\"<\"}",
       "t:1: \"method\": no method of this name"},
      {"{\"kind\":\"threshold\",\"check\":\"spite\",\"column\":\"x\",\"method\":\"ks\",\"threshold\":1,\"rule\":\"<\"}",
       "t:1: \"check\": no check of this name"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"method\":\"ks\",\"threshold\":1,\"rule\":\"<\"}",
       "t:1: \"column\": expected a text"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ed\",\"threshold\":1,\"rule\":\"<\",\"scale\":"
       "\"mad\"}",
       "t:1: \"scale\": expected \"winsorised\""},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ed\",\"threshold\":1,\"rule\":\"<\",\"deals\":1."
       "5}",
       "t:1: \"deals\": expected a whole number up to 99999"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ed\",\"threshold\":1,\"rule\":\"<\",\"deals\":"
       "\"many\"}",
       "t:1: \"deals\": expected a whole number up to 99999"},
      {"{\"kind\":\"threshold\",\"check\":\"column_drift\",\"column\":\"x\",\"method\":\"ed\",\"threshold\":1,\"rule\":\"<\",\"scale\":2}",
       "t:1: \"scale\": expected \"winsorised\""},
      {"\n{\"kind\":\"threshold\",\"threshold\":\"x\"}", "t:2: \"threshold\": expected a number"},
      {"[1]", "t:1: not a document: expected an object with \"kind\""},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    dw_calibrated c;
    dw_err err = {0};
    CHECK(parse(&c, bad[i].text, &err) == DW_EDATA);
    CHECK_TEXT(err.message, bad[i].says);
  }
}

static char *numbers(size_t rows, double shift)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) dw_buf_format(&text, "{\"x\":%d.%d}\n", (int)((i * 37) % 101 + (size_t)shift), (int)(i % 10));
  dw_buf_char(&text, '\0');
  return text.data;
}

/* The method and threshold of the file; what the user names is closer; other sizes are told; no correction. */
TEST(a_comparison_takes_method_and_threshold_of_the_file)
{
  char *before = numbers(100, 0), *after = numbers(40, 3);
  dw_dataset reference, current;
  dw_calibrated c;
  dw_err err;
  fixture_dataset(&reference, before, NULL);
  fixture_dataset(&current, after, NULL);
  CHECK(parse(&c, good, &err) == DW_OK);
  for (int user = 0; user < 3; user++) {
    dw_limits limits;
    dw_comparison result;
    dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
    limits.calibrated = &c;
    if (user == 1) CHECK(dw_limits_add_threshold(&limits, "psi=7", &err) == DW_OK);
    if (user == 2) CHECK(dw_limits_add_method(&limits, "ks", &err) == DW_OK);
    dw_compare(&result, &reference, &current, &(dw_compare_options){.limits = &limits, .threads = 1});
    const dw_finding *finding = NULL;
    for (size_t i = 0; i < result.finding_count; i++)
      if (result.finding[i].check == DW_CHECK_COLUMN) finding = &result.finding[i];
    CHECK(finding && finding->method && strcmp(finding->method, user == 2 ? "ks" : "psi") == 0);
    CHECK(finding->calibrated == (user == 0));
    if (user == 0) CHECK(finding->threshold == 0.4 && finding->rule == DW_RULE_ABOVE && !finding->warning);
    if (user == 1) CHECK(finding->threshold == 7);
    dw_comparison_free(&result);
    dw_limits_free(&limits);
  }
  c.item[0].rows = 80;
  dw_limits limits;
  dw_comparison result;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  limits.calibrated = &c;
  dw_compare(&result, &reference, &current, &(dw_compare_options){.limits = &limits, .threads = 1});
  size_t warned = 0;
  for (size_t i = 0; i < result.finding_count; i++)
    warned += result.finding[i].warning && strcmp(result.finding[i].warning, "the threshold was calibrated for other numbers of rows") == 0;
  CHECK(warned == 1);
  dw_comparison_free(&result);
  dw_limits_free(&limits);
  dw_calibrated_free(&c);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  dw_free(before);
  dw_free(after);
}
