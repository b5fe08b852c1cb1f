#include "kinds/finding.h"
#include "test.h"

TEST(written_as_one_line)
{
  dw_finding f;
  dw_buf out = {0}, side = {0};
  dw_buf_text(&side, "{\"count\":3}");
  dw_finding_init(&f, DW_CHECK_COLUMN, "am\"ount", DW_TYPE_NUMERIC);
  f.method = "wasserstein";
  f.statistic = f.score = 0.31;
  f.threshold = 0.1;
  f.rule = DW_RULE_AT_LEAST;
  f.reference = &side;
  f.direction = "up";
  dw_finding_decide(&f);
  dw_finding_write(&f, &out);
  CHECK_TEXT(dw_buf_cstr(&out),
             "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"am\\\"ount\",\"type\":\"numeric\",\"method\":\"wasserstein\","
             "\"statistic\":0.31,"
             "\"p_value\":null,\"p_adjusted\":null,\"score\":0.31,\"threshold\":0.1,\"rule\":\">=\",\"drift\":true,\"severity\":\"high\","
             "\"direction\":\"up\","
             "\"effect_size\":null,\"reference\":{\"count\":3},\"current\":null,\"approximate\":false,\"rank_error\":null}\n");
  dw_finding_free(&f);
  dw_buf_free(&out);
  dw_buf_free(&side);
}

static dw_severity severity(bool by_p, double score, double threshold, dw_rule rule)
{
  dw_finding f;
  dw_finding_init(&f, DW_CHECK_COLUMN, "c", DW_TYPE_NUMERIC);
  f.by_p_value = by_p;
  f.score = score;
  f.threshold = threshold;
  f.rule = rule;
  dw_finding_decide(&f);
  CHECK(f.drift == (f.severity != DW_SEVERITY_NONE));
  return f.severity;
}

TEST(severity_by_distance_from_the_threshold)
{
  CHECK(severity(false, 0.09, 0.1, DW_RULE_AT_LEAST) == DW_SEVERITY_NONE);
  CHECK(severity(false, 0.1, 0.1, DW_RULE_AT_LEAST) == DW_SEVERITY_LOW);
  CHECK(severity(false, 0.1, 0.1, DW_RULE_ABOVE) == DW_SEVERITY_NONE);
  CHECK(severity(false, 0.2, 0.1, DW_RULE_AT_LEAST) == DW_SEVERITY_MEDIUM);
  CHECK(severity(false, 0.4, 0.1, DW_RULE_AT_LEAST) == DW_SEVERITY_HIGH);
  CHECK(severity(true, 0.05, 0.05, DW_RULE_BELOW) == DW_SEVERITY_NONE);
  CHECK(severity(true, 0.05, 0.05, DW_RULE_AT_MOST) == DW_SEVERITY_LOW);
  CHECK(severity(true, 0.005, 0.05, DW_RULE_BELOW) == DW_SEVERITY_MEDIUM);
  CHECK(severity(true, 0, 0.05, DW_RULE_BELOW) == DW_SEVERITY_MEDIUM); /* a p-value alone makes nothing high, */
  dw_finding preset;
  dw_finding_init(&preset, DW_CHECK_COLUMN, "c", DW_TYPE_NUMERIC);
  dw_finding_judge_p(&preset, "ks", 0, 0.05);
  preset.graded_by_p = true; /* but where a preset has it so */
  dw_finding_decide(&preset);
  CHECK(preset.severity == DW_SEVERITY_HIGH);
  CHECK(severity(true, NAN, 0.05, DW_RULE_BELOW) == DW_SEVERITY_NONE);
}

TEST(no_answer_is_no_drift)
{
  dw_finding f;
  dw_buf out = {0};
  dw_finding_init(&f, DW_CHECK_COLUMN, "c", DW_TYPE_NUMERIC);
  dw_finding_judge_p(&f, "ks", 0.001, 0.05);
  dw_finding_fail(&f, "no values");
  dw_finding_decide(&f);
  dw_finding_write(&f, &out);
  CHECK(!f.drift && strstr(dw_buf_cstr(&out), "\"score\":null") && strstr(out.data, "\"error\":\"no values\"}"));
  dw_finding_free(&f);
  dw_buf_free(&out);
}

/* An AUC of 0.5 is nothing at all: severity counts from there. */
TEST(severity_of_an_auc)
{
  static const double score[] = {0.55, 0.56, 0.58, 0.66};
  static const dw_severity want[] = {DW_SEVERITY_NONE, DW_SEVERITY_LOW, DW_SEVERITY_MEDIUM, DW_SEVERITY_HIGH};
  for (int i = 0; i < 4; i++) {
    dw_finding f;
    dw_finding_init(&f, DW_CHECK_EMBEDDING, "v", DW_TYPE_VECTOR);
    f.score = score[i];
    f.threshold = 0.55;
    f.undrifted = 0.5;
    f.rule = DW_RULE_ABOVE;
    dw_finding_decide(&f);
    CHECK(f.severity == want[i]);
    dw_finding_free(&f);
  }
}
