#include "report_case.h"

#include "io/text/json.h"

static dw_buf buf;

static dw_value *summary(dw_report *report, dw_render render)
{
  buf.length = 0;
  case_write(&buf, "json", report, &render);
  dw_findings_free(report);
  dw_value *value = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_value_parse(&value, buf.data, buf.length, "output", 1, &err) == DW_OK, "%s", err.message);
  return value;
}

static const char *text(const dw_value *object, const char *key) { return dw_value_text(dw_value_get(object, key), "(none)"); }

TEST(fields)
{
  dw_value *s = summary(case_file("feature"), (dw_render){.title = "T", .stage = "{\"command\":\"dw-report\"}"});
  CHECK_TEXT(text(s, "kind"), "monitoring_summary");
  CHECK_TEXT(text(s, "title"), "T");
  CHECK_TEXT(text(s, "severity"), "medium");
  CHECK_TEXT(text(s, "recommended_action"), "investigate");
  CHECK(dw_value_bool(dw_value_get(s, "complete"), false) && dw_value_bool(dw_value_get(s, "drift"), false));
  CHECK(dw_value_number(dw_value_get(s, "drift_ratio"), 0) == 0.5 && dw_value_number(dw_value_get(s, "columns_drifted"), 0) == 4);
  const dw_value *column = dw_value_first(dw_value_get(s, "columns"));
  CHECK_TEXT(text(column, "column"), "geo_distance_km");
  CHECK_TEXT(text(column, "method"), "wasserstein");
  CHECK_TEXT(text(column, "severity"), "high");
  CHECK(dw_value_number(dw_value_get(column, "threshold"), 0) == 0.1 && dw_value_bool(dw_value_get(column, "drift"), false));
  CHECK(dw_value_count(dw_value_get(column, "checks")) == 2);
  CHECK(dw_value_count(dw_value_get(s, "columns")) == 10 && dw_value_count(dw_value_get(s, "not_compared")) == 2);
  const dw_value *stage = dw_value_first(dw_value_get(s, "made_by"));
  CHECK(dw_value_count(dw_value_get(s, "made_by")) == 3);
  CHECK_TEXT(text(stage, "command"), "dw-gen");
  CHECK_TEXT(text(dw_value_next(dw_value_next(stage)), "command"), "dw-report");
  dw_value_free(s);
}

/* A score reads back as it came. */
TEST(numbers_survive)
{
  dw_report *report = case_text(
      "{\"kind\":\"finding\",\"check\":\"x\",\"column\":\"a\",\"drift\":false,\"score\":0.1234567890123456789,\"threshold\":5e-324}\n"
      "{\"kind\":\"summary\",\"drift\":false}\n");
  dw_value *s = summary(report, (dw_render){0});
  const dw_value *column = dw_value_first(dw_value_get(s, "columns"));
  CHECK(dw_value_number(dw_value_get(column, "score"), 0) == 0.1234567890123456789);
  CHECK(dw_value_number(dw_value_get(column, "threshold"), 0) == 5e-324);
  CHECK_TEXT(text(s, "recommended_action"), "none");
  CHECK(dw_value_count(dw_value_get(s, "made_by")) == 0);
  dw_value_free(s);
}

TEST(incomplete_is_no_verdict)
{
  dw_value *s = summary(case_file("incomplete"), (dw_render){0});
  CHECK(!dw_value_bool(dw_value_get(s, "complete"), true));
  CHECK(dw_value_get(s, "drift") && dw_value_kind(dw_value_get(s, "drift")) == DW_VALUE_NULL);
  CHECK(dw_value_kind(dw_value_get(s, "recommended_action")) == DW_VALUE_NULL);
  CHECK(dw_value_count(dw_value_get(s, "columns")) == 3);
  dw_value_free(s);
}

TEST(several_are_ndjson)
{
  buf.length = 0;
  dw_report *report = case_files((const char *const[]){"quiet", "methods", "hostile", NULL});
  case_write(&buf, "json", report, &(dw_render){0});
  dw_findings_free(report);
  CHECK(case_count(dw_buf_cstr(&buf), "\n") == 3 && case_count(dw_buf_cstr(&buf), "{\"kind\":\"monitoring_summary\"") == 3);
  dw_buf_free(&buf);
}
