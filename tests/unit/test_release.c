#include "decide/release.h"
#include "test.h"

#define NOW INT64_C(1767225600000000)
#define PLAN(gates, better, promote)                                                                                                       \
  "{\"kind\":\"plan\",\"id\":\"r-1\",\"incident\":\"i-1\",\"action\":\"go\",\"reason\":\"why\",\"gates\":[" gates                          \
  "],\"release\":{\"promote_if_quality_gates_pass\":" promote ",\"promote_stage\":\"Production\",\"require_better_than_current\":" better  \
  "}}"
#define METRIC(name, value)                                                                                                                \
  "{\"kind\":\"metric\",\"metric\":\"" name "\",\"value\":" value ",\"window\":null,\"segment\":null,\"score\":\"new\"}\n"
#define PAIR(name, segment, current, new, difference, low, high)                                                                           \
  "{\"kind\":\"metric\",\"metric\":\"" name "\",\"value\":" current ",\"window\":null,\"segment\":" segment ",\"score\":\"current\","      \
  "\"comparison\":{\"score\":\"new\",\"value\":" new ",\"difference\":" difference ",\"low\":" low ",\"high\":" high                       \
                                                     ",\"p_value\":0.5,\"method\":\"m\"}}\n"
#define END "{\"kind\":\"summary\"}\n"
#define SERVED "{\"column\":\"scored_by\",\"value\":\"challenger\"}"

static dw_value *release;
static const char *better_by;
static dw_status trouble;
static dw_err err;

static dw_value *parsed(const char *text, size_t length)
{
  dw_value *value;
  CHECK_MSG(dw_value_parse(&value, text, length, "t", 1, &err) == DW_OK, "%s: %s", err.message, text);
  return value;
}

static bool promotes(const char *plan_text, const char *metrics_text, double share)
{
  dw_evidence *metrics;
  dw_buf out = {0};
  dw_value *plan = parsed(plan_text, strlen(plan_text));
  CHECK_MSG(dw_evidence_parse(&metrics, metrics_text, strlen(metrics_text), "m", &err) == DW_OK, "%s", err.message);
  dw_decision decision = dw_release_judge(plan, metrics, share, better_by, NOW, &out, &trouble, &err);
  dw_value_free(release);
  release = parsed(out.data, out.length);
  CHECK_TEXT(dw_value_text(dw_value_get(release, "decision"), ""), decision == DW_DECISION_PROMOTE ? "promote" : "blocked");
  dw_evidence_free(metrics);
  dw_value_free(plan);
  dw_buf_free(&out);
  return decision == DW_DECISION_PROMOTE;
}

static const char *reason(size_t index)
{
  const dw_value *item = dw_value_first(dw_value_get(release, "reasons"));
  while (index--) item = dw_value_next(item);
  return dw_value_text(item, "(none)");
}

TEST(gates)
{
  CHECK(promotes(PLAN("\"auc>=0.8\",\"log_loss<=0.3\"", "true", "true"), METRIC("auc", "0.8") METRIC("log_loss", "0.3") END, NAN) &&
        trouble == DW_OK);
  CHECK(dw_value_count(dw_value_get(release, "gates")) == 2 && dw_value_count(dw_value_get(release, "reasons")) == 0);
  CHECK(!promotes(PLAN("\"auc>=0.8\",\"log_loss<=0.3\"", "true", "true"), METRIC("auc", "0.79") METRIC("log_loss", "0.31") END, NAN) &&
        trouble == DW_OK);
  CHECK_TEXT(reason(0), "auc is 0.79, which does not pass auc>=0.8");
  CHECK_TEXT(reason(1), "log_loss is 0.31, which does not pass log_loss<=0.3");
  CHECK(promotes(PLAN("", "true", "true"), END, NAN));
  CHECK(!promotes(PLAN("", "true", "false"), END, NAN));
}

TEST(a_gate_without_a_figure_blocks)
{
  CHECK(!promotes(PLAN("\"f1>=0.5\"", "true", "true"), METRIC("auc", "0.9") END, NAN) && trouble == DW_EDATA);
  CHECK_MSG(strstr(reason(0), "f1>=0.5 could not be judged") != NULL, "%s", reason(0));
  CHECK(!promotes(PLAN("\"auc>=0.5\"", "true", "true"), METRIC("auc", "null") END, NAN) && trouble == DW_ENODATA);
  CHECK(!promotes(PLAN("\"auc>=0.5\"", "true", "true"),
                  "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.9,\"window\":{\"index\":1},\"segment\":null}\n" END, NAN));
}

TEST(the_challenger_is_held_to_the_gates)
{
  CHECK(promotes(PLAN("\"auc>=0.8\"", "true", "true"), PAIR("auc", "null", "0.7", "0.9", "0.2", "0.1", "0.3") END, NAN));
  CHECK(!promotes(PLAN("\"auc>=0.8\"", "true", "true"), PAIR("auc", "null", "0.85", "0.75", "-0.1", "-0.2", "-0.05") END, NAN));
  CHECK_TEXT(reason(0), "auc is 0.75, which does not pass auc>=0.8");
  CHECK_TEXT(reason(1), "on the same rows auc of the new model is 0.75, of the current one 0.85: not better");
}

TEST(better_worse_and_chance)
{
  CHECK(!promotes(PLAN("", "true", "true"), PAIR("auc", "null", "0.8", "0.8", "0", "-0.1", "0.1") END, NAN));
  CHECK(promotes(PLAN("", "false", "true"), PAIR("auc", "null", "0.8", "0.79", "-0.01", "-0.03", "0.01") END, NAN));
  CHECK(!promotes(PLAN("", "false", "true"), PAIR("auc", "null", "0.8", "0.75", "-0.05", "-0.07", "-0.03") END, NAN));
  CHECK(!promotes(PLAN("", "false", "true"), PAIR("auc", "null", "0.8", "0.79", "-0.01", "null", "null") END, NAN));
  CHECK(!promotes(PLAN("", "true", "true"), PAIR("log_loss", "null", "0.2", "0.3", "0.1", "0.05", "0.15") END, NAN));
  CHECK(promotes(PLAN("", "true", "true"), PAIR("log_loss", "null", "0.3", "0.2", "-0.1", "-0.15", "-0.05") END, NAN));
  CHECK(!promotes(PLAN("", "false", "true"), PAIR("rmse", "null", "2", "3", "1", "0.5", "1.5") END, NAN));
  CHECK(promotes(PLAN("\"log_loss<=0.5\"", "true", "true"),
                 PAIR("auc", "null", "0.8", "0.7", "-0.1", "-0.2", "-0.05") PAIR("log_loss", "null", "0.3", "0.2", "-0.1", "-0.15", "-0.05")
                     END,
                 NAN));
}

TEST(canary_stages)
{
  const char *plan = PLAN("\"auc>=0.8\"", "true", "true");
  CHECK(promotes(plan,
                 PAIR("auc", "null", "0.9", "0.8", "-0.1", "-0.2", "-0.05") PAIR("auc", SERVED, "0.6", "0.59", "-0.01", "-0.2", "0.2") END,
                 0.05));
  CHECK(!promotes(plan,
                  PAIR("auc", "null", "0.8", "0.9", "0.1", "0.05", "0.2") PAIR("auc", SERVED, "0.9", "0.6", "-0.3", "-0.4", "-0.2") END,
                  0.05));
  CHECK(!promotes(plan, METRIC("auc", "0.9") END, 0.25));
  CHECK_TEXT(reason(0), "no comparison with the current model: a canary stage cannot be judged");
  CHECK(!promotes(plan, PAIR("auc", "null", "0.6", "0.7", "0.1", "0.05", "0.2") END, 1));
  dw_value_free(release);
  release = NULL;
}

TEST(results)
{
  const char *text = PLAN("\"auc>=0.8\"", "true", "true");
  dw_value *plan = parsed(text, strlen(text)), *judged[2];
  dw_buf out = {0};
  CHECK(promotes(text, PAIR("auc", "null", "0.7", "0.9", "0.2", "0.1", "0.3") END, NAN));
  judged[0] = release;
  release = NULL;
  CHECK(promotes(text, PAIR("auc", "null", "0.7", "0.9", "0.2", "0.1", "0.3") END, 0.05));
  judged[1] = release;
  release = NULL;
  dw_release_close(plan, (const dw_value *const *)judged, 2, DW_DECISION_PROMOTED, NULL, "v2", NOW, &out);
  dw_value *result = parsed(out.data, out.length);
  CHECK_TEXT(dw_value_text(dw_value_get(result, "version"), ""), "v2");
  CHECK_TEXT(dw_value_text(dw_value_get(result, "stage"), ""), "Production");
  CHECK(dw_value_count(dw_value_get(result, "gates")) == 1 && dw_value_count(dw_value_get(result, "stages")) == 1);
  dw_value_free(result);
  out.length = 0;
  dw_release_close(plan, NULL, 0, DW_DECISION_HELD, NULL, NULL, NOW, &out);
  result = parsed(out.data, out.length);
  CHECK_TEXT(dw_value_text(dw_value_first(dw_value_get(result, "reasons")), ""), "why");
  dw_value_free(result);
  out.length = 0;
  dw_release_close(plan, NULL, 0, DW_DECISION_FAILED, "train: exit status 1", NULL, NOW, &out);
  result = parsed(out.data, out.length);
  CHECK_TEXT(dw_value_text(dw_value_first(dw_value_get(result, "reasons")), ""), "train: exit status 1");
  CHECK_TEXT(dw_value_text(dw_value_get(result, "decision"), ""), "failed");
  dw_value_free(result);
  for (int i = 0; i < 2; i++) dw_value_free(judged[i]);
  dw_value_free(plan);
  dw_buf_free(&out);
}

/* A recalibrated model ranks as before: its Brier score tells. */
TEST(better_by_names_the_metric)
{
  const char *metrics =
      PAIR("auc", "null", "0.9", "0.9", "0", "0", "0") PAIR("brier", "null", "0.1", "0.08", "-0.02", "-0.03", "-0.01") END;
  CHECK(!promotes(PLAN("\"auc>=0.8\"", "true", "true"), metrics, NAN));
  better_by = "brier";
  CHECK(promotes(PLAN("\"auc>=0.8\"", "true", "true"), metrics, NAN) && trouble == DW_OK);
  CHECK_TEXT(dw_value_text(dw_value_get(dw_value_get(release, "comparison"), "metric"), ""), "brier");
  better_by = "ece";
  CHECK(!promotes(PLAN("\"auc>=0.8\"", "true", "true"), metrics, NAN));
  CHECK_TEXT(reason(0), "ece of the new model and of the current one on the same rows was not computed");
  better_by = NULL;
}
