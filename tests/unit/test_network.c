/* A network of canaries, gathered from findings, consensus and costs in whatever order they come. */
#include "report_case.h"

#include "report/model/network.h"

static dw_buf input;

/* drift: 1, 0, or -1: not judged */
static void finding(const char *canary, const char *method, const char *round, double effect, int drift)
{
  dw_buf_format(&input, "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"%s\",\"type\":\"text\",\"method\":\"%s\",", canary,
                method);
  if (drift < 0) dw_buf_text(&input, "\"error\":\"no answers\",");
  dw_buf_format(&input, "\"drift\":%s,\"severity\":\"%s\",\"score\":%s,\"detail\":{\"round\":\"%s\",\"margin\":0.5,\"effect\":%d}}\n",
                drift > 0 ? "true" : "false", drift > 0 ? "high" : "none", drift > 0 ? "0.001" : "1", round, (int)effect);
}

static void summary(void) { dw_buf_text(&input, "{\"kind\":\"summary\",\"drift\":false,\"severity\":\"none\",\"columns\":1}\n"); }

static dw_report *read_input(void)
{
  dw_report *report = case_text(dw_buf_cstr(&input));
  input.length = 0;
  return report;
}

static const dw_network_canary *canary_of(const dw_report *report, const char *name)
{
  for (size_t i = 0; i < report->network.canary_count; i++)
    if (strcmp(report->network.canary[i].name, name) == 0) return &report->network.canary[i];
  CHECK_MSG(false, "no canary %s", name);
  exit(1);
}

static void refused(const char *document, const char *why)
{
  dw_err err = {0};
  dw_report *report = dw_findings_new();
  dw_findings_begin(report, "input");
  dw_status status = dw_findings_add(report, document, strlen(document), &err);
  CHECK_MSG(status == DW_EDATA && strstr(err.message, why), "%s: %s", document, err.message);
  dw_findings_free(report);
}

TEST(departed_back_unjudged_and_healthy_in_this_order)
{
  static const char *const rounds[] = {"r1", "r2", "r3", "r4"};
  for (int r = 0; r < 4; r++) {
    finding("healthy", "logprobs", rounds[r], 0, 0);
    finding("back", "logprobs", rounds[r], r == 1 ? 3 : 0, r == 1);
    finding("gone", "logprobs", rounds[r], 0, r == 3 ? -1 : 0);
    finding("departed", "logprobs", rounds[r], r, r >= 2);
  }
  summary();
  dw_report *report = read_input();
  const dw_network *n = &report->network;
  CHECK(n->canary_count == 4 && n->round_count == 4);
  CHECK_TEXT(n->canary[0].name, "departed");
  CHECK_TEXT(n->canary[1].name, "gone");
  CHECK_TEXT(n->canary[2].name, "back");
  CHECK_TEXT(n->canary[3].name, "healthy");
  CHECK(n->canary[0].state == DW_NETWORK_DEPARTED && n->canary[0].since == 2 && n->canary[0].until == 3);
  CHECK(n->canary[0].judged == 4 && n->canary[0].departed == 2 && n->canary[0].severity == DW_SEVERITY_HIGH);
  CHECK(n->canary[0].lead && n->canary[0].lead->effect == 3);
  CHECK(n->canary[1].state == DW_NETWORK_UNJUDGED && n->canary[1].judged == 3);
  CHECK_TEXT(n->canary[1].why, "no answers");
  CHECK(n->canary[2].state == DW_NETWORK_RETURNED && n->canary[2].since == 1 && n->canary[2].until == 1);
  CHECK(n->canary[3].state == DW_NETWORK_HEALTHY && n->canary[3].departed == 0);
  CHECK(dw_network_count(n, DW_NETWORK_DEPARTED) == 1 && dw_network_count(n, DW_NETWORK_UNJUDGED) == 1);
  CHECK(n->canary[0].line->series.alerts == 2 && n->canary[0].line->series.high == 3);
  dw_findings_free(report);
}

/* What looks elsewhere, or not at all, does not make a canary healthy. */
TEST(a_departure_lasts_until_its_method_says_otherwise)
{
  finding("a", "logprobs", "r1", 3, 1);
  finding("a", "behavior", "r2", 0, 0);
  finding("b", "logprobs", "r1", 3, 1);
  finding("b", "logprobs", "r2", 0, -1);
  finding("c", "logprobs", "r1", 0, 0);
  summary();
  dw_report *report = read_input();
  CHECK(canary_of(report, "a")->state == DW_NETWORK_DEPARTED && canary_of(report, "a")->until == 0);
  CHECK(canary_of(report, "b")->state == DW_NETWORK_DEPARTED);
  CHECK(canary_of(report, "c")->state == DW_NETWORK_UNJUDGED && !canary_of(report, "c")->why); /* r2 does not tell of it */
  dw_findings_free(report);
}

TEST(rounds_are_ordered_by_time_where_all_say_it)
{
  finding("a", "m", "2026-01-03", 3, 1);
  finding("a", "m", "2026-01-01T00:00:00Z", 1, 0);
  finding("a", "m", "2026-01-02T00:00:00Z", 2, 0);
  summary();
  dw_report *report = read_input();
  CHECK_TEXT(report->network.round[0], "2026-01-01T00:00:00Z");
  CHECK_TEXT(report->network.round[2], "2026-01-03");
  CHECK(canary_of(report, "a")->since == 2);
  dw_findings_free(report);
  finding("a", "m", "2026-01-03", 3, 1);
  finding("a", "m", "later", 1, 0); /* has no time: as they came */
  finding("a", "m", "2026-01-02", 2, 0);
  summary();
  report = read_input();
  CHECK_TEXT(report->network.round[0], "2026-01-03");
  CHECK_TEXT(report->network.round[1], "later");
  dw_findings_free(report);
}

TEST(of_several_comparisons_and_said_again_the_later_holds)
{
  finding("a", "m", "r1", 1, 1);
  summary();
  finding("a", "m", "r1", 0, 0);
  finding("a", "m", "r2", 0, 0);
  summary();
  dw_report *report = read_input();
  CHECK(report->count == 2 && report->network.round_count == 2);
  CHECK(canary_of(report, "a")->line->series.count == 2 && canary_of(report, "a")->state == DW_NETWORK_HEALTHY);
  dw_findings_free(report);
}

#define VOICE(name, more) "{\"canary\":\"" name "\",\"similarity\":0.5,\"reference\":0.75,\"mean_z\":-2" more "}"
#define CONSENSUS(round, more) "{\"kind\":\"consensus\",\"round\":\"" round "\",\"rule\":\"seed\",\"embedding\":\"given\"," more "}\n"

/* The consensus speaks where no finding does, and its documents may come behind the summary. */
TEST(consensus_and_its_matrix)
{
  finding("a", "m", "r1", 0, 0);
  summary();
  dw_buf_text(&input, CONSENSUS("r2", "\"severity\":\"medium\",\"matrix\":[[1,0.25],[0.25,null]],\"canaries\":[" VOICE(
                                          "a", ",\"anomalous\":true") "," VOICE("b", ",\"judged\":false,\"why\":\"no vectors\"") "]"));
  dw_buf_text(&input, CONSENSUS("r1", "\"canaries\":[" VOICE("a", "") "]"));
  dw_report *report = read_input();
  const dw_network *n = &report->network;
  CHECK(report->complete && report->count == 1 && n->consensus_count == 2);
  const dw_network_consensus *newest = dw_network_newest(n);
  CHECK(newest && newest->count == 2 && newest->kept == 2 && newest->matrix[1] == 0.25 && isnan(newest->matrix[3]));
  CHECK_TEXT(newest->round, "r2");
  CHECK(canary_of(report, "a")->state == DW_NETWORK_DEPARTED && canary_of(report, "a")->severity == DW_SEVERITY_MEDIUM);
  CHECK(canary_of(report, "a")->lead->effect == -2);
  CHECK(canary_of(report, "b")->state == DW_NETWORK_UNJUDGED);
  CHECK_TEXT(canary_of(report, "b")->why, "no vectors");
  CHECK(n->similarity_count == 2 && n->similarity[0].count == 2 && n->similarity[0].point[0].lower == 0.75);
  dw_findings_free(report);
}

TEST(costs_are_added_up_by_canary)
{
  for (int i = 0; i < 2; i++)
    dw_buf_text(&input, "{\"kind\":\"asked\",\"round\":\"r1\",\"answers\":4,\"errors\":1,\"not_asked\":0,\"requests\":6,\"tokens\":{"
                        "\"prompt\":10,\"completion\":3},"
                        "\"each\":[{\"canary\":\"a\",\"answers\":4,\"errors\":1,\"requests\":6,\"tokens\":{\"prompt\":10}}]}\n");
  finding("a", "m", "r1", 0, 0);
  summary();
  dw_report *report = read_input();
  const dw_network *n = &report->network;
  CHECK(n->asked && n->cost.rounds == 2 && n->cost.requests == 12 && n->cost.completion_tokens == 6 && n->cost.unasked == 0);
  CHECK(n->spender_count == 1 && n->spender[0].cost.errors == 2 && n->spender[0].cost.prompt_tokens == 20);
  CHECK(isnan(n->spender[0].cost.completion_tokens) && isnan(n->spender[0].cost.unasked));
  CHECK(report->complete);
  dw_findings_free(report);
  report = case_text("{\"kind\":\"asked\",\"round\":\"r1\",\"requests\":6}\n"); /* a round alone is no answer */
  CHECK(!report->complete);
  dw_findings_free(report);
  report = case_text(CONSENSUS("r1", "\"canaries\":[" VOICE("a", "") "]")); /* nor is a comparison without its summary */
  CHECK(!report->complete);
  dw_findings_free(report);
}

/* A watch that raised an alarm says drift in later rounds too, also in one that it could not judge. */
TEST(an_alarm_stands)
{
  finding("a", "m", "r1", 3, 1);
  dw_buf_text(&input, "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"a\",\"method\":\"m\",\"drift\":true,"
                      "\"severity\":\"high\",\"error\":\"no answers\",\"detail\":{\"round\":\"r2\"}}\n");
  summary();
  dw_report *report = read_input();
  CHECK(canary_of(report, "a")->state == DW_NETWORK_DEPARTED && canary_of(report, "a")->since == 0 && canary_of(report, "a")->until == 1);
  CHECK(canary_of(report, "a")->departed == 2 && canary_of(report, "a")->judged == 2);
  dw_findings_free(report);
}

/* What is set aside on purpose is neither a departure nor unknown, as long as nothing judges it. */
TEST(quarantined)
{
  finding("a", "m", "r1", 0, 0);
  finding("b", "m", "r1", 3, 1);
  finding("c", "m", "r1", 3, 1);
  finding("a", "m", "r2", 0, 0);
  finding("c", "m", "r2", 3, 1);
  summary();
  dw_buf_text(&input, "{\"kind\":\"asked\",\"round\":\"r1\",\"quarantined\":[\"a\"]}\n"
                      "{\"kind\":\"asked\",\"round\":\"r2\",\"quarantined\":[\"b\",\"c\"]}\n");
  dw_report *report = read_input();
  CHECK(canary_of(report, "a")->state == DW_NETWORK_HEALTHY);
  CHECK(canary_of(report, "b")->state == DW_NETWORK_QUARANTINED && canary_of(report, "b")->departed == 1);
  CHECK(canary_of(report, "c")->state == DW_NETWORK_DEPARTED);
  dw_findings_free(report);
}

/* A round that was asked before the newest says nothing of it. */
TEST(quarantined_in_an_earlier_round)
{
  finding("a", "m", "r1", 0, 0);
  finding("a", "m", "r2", 0, -1);
  summary();
  dw_buf_text(&input, "{\"kind\":\"asked\",\"round\":\"r1\",\"quarantined\":[\"a\"]}\n");
  dw_report *report = read_input();
  CHECK(canary_of(report, "a")->state == DW_NETWORK_UNJUDGED);
  dw_findings_free(report);
}

static dw_network_state said_by_summary(const char *members)
{
  finding("a", "m", "r2", 0, 0);
  finding("b", "m", "r2", 0, -1);
  dw_buf_format(&input, "{\"kind\":\"summary\",\"drift\":false,\"severity\":\"none\",\"columns\":1,%s}\n", members);
  dw_report *report = read_input();
  dw_network_state state = canary_of(report, "b")->state;
  CHECK(canary_of(report, "a")->state == DW_NETWORK_HEALTHY);
  dw_findings_free(report);
  return state;
}

/* Without costs the comparison says who was set aside; one that failed in another of its rounds may have failed in the newest. */
TEST(quarantined_says_the_summary)
{
  CHECK(said_by_summary("\"quarantined\":[\"a\",\"b\"]") == DW_NETWORK_QUARANTINED);
  CHECK(said_by_summary("\"quarantined\":[\"a\"]") == DW_NETWORK_UNJUDGED);
  CHECK(said_by_summary("\"quarantined\":[\"b\"],\"not_judged\":[{\"column\":\"b\",\"reason\":\"failed\"}]") == DW_NETWORK_UNJUDGED);
  finding("b", "m", "r1", 0, -1); /* in a comparison of an earlier round */
  dw_buf_text(&input, "{\"kind\":\"summary\",\"drift\":false,\"severity\":\"none\",\"columns\":1,\"quarantined\":[\"b\"]}\n");
  CHECK(said_by_summary("\"quarantined\":[]") == DW_NETWORK_UNJUDGED);
}

TEST(hostile_documents)
{
  refused("{\"kind\":\"consensus\",\"canaries\":[]}\n", "\"round\"");
  refused("{\"kind\":\"consensus\",\"round\":\"r\"}\n", "\"canaries\": expected a list");
  refused("{\"kind\":\"consensus\",\"round\":\"r\",\"canaries\":[1]}\n", "\"canary\": expected a text");
  refused(CONSENSUS("r", "\"canaries\":[" VOICE("a", "") "," VOICE("a", "") "]"), "each canary once");
  refused(CONSENSUS("r", "\"canaries\":[" VOICE("a", "") "],\"matrix\":[]"), "as many lists as canaries");
  refused(CONSENSUS("r", "\"canaries\":[" VOICE("a", "") "],\"matrix\":[[1,1]]"), "as many lists as canaries");
  refused(CONSENSUS("r", "\"canaries\":[" VOICE("a", "") "],\"matrix\":[[2]]"), "from -1 to 1");
  refused(CONSENSUS("r", "\"canaries\":[" VOICE("a", "") "],\"matrix\":[[\"1\"]]"), "from -1 to 1");
  refused("{\"kind\":\"asked\",\"requests\":-1}\n", "a number from 0");
  refused("{\"kind\":\"asked\",\"each\":[{}]}\n", "\"canary\": expected a text");
  refused("{\"kind\":\"asked\",\"tokens\":[]}\n", "\"tokens\": expected an object");
  refused("{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"a\",\"drift\":true,\"severity\":\"high\",\"detail\":{\"shown\":[1]"
          "}}\n",
          "\"shown\"");
  refused("{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"a\",\"drift\":true,\"severity\":\"high\",\"detail\":{\"aspects\":["
          "{\"reference\":1}]}}\n",
          "\"aspects\"");
  dw_report *report = case_text(CONSENSUS("r", "\"canaries\":[]") "{\"kind\":\"summary\",\"drift\":false}\n");
  CHECK(report->network.canary_count == 0 && report->network.round_count == 0);
  dw_findings_free(report);
}

/* Texts are cut at a character, and few are kept. */
TEST(texts_are_bounded)
{
  dw_buf text = {0};
  for (int i = 0; i < DW_FINDINGS_TEXT; i++) dw_buf_text(&text, i ? "ä" : "x");
  dw_buf_text(
      &input,
      "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"a\",\"drift\":true,\"severity\":\"high\",\"detail\":{\"shown\":[");
  for (int i = 0; i < 20; i++) dw_buf_format(&input, "%s{\"prompt\":\"p%d\",\"current\":\"%s\"}", i ? "," : "", i, dw_buf_cstr(&text));
  dw_buf_text(&input, "]}}\n");
  summary();
  dw_report *report = read_input();
  const dw_report_finding *lead = report->network.canary[0].lead;
  CHECK(lead->shown_count == DW_FINDINGS_SHOWN && !lead->shown[0].reference);
  size_t length = strlen(lead->shown[0].current);
  CHECK(length == DW_FINDINGS_TEXT - 1 + strlen("…") && dw_utf8_valid(lead->shown[0].current, length));
  dw_findings_free(report);
  dw_buf_free(&text);
  dw_buf_free(&input);
}
