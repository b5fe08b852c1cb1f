/* What a network of canaries says, in words. */
#include "report/words/network_wording.h"

#include "report_case.h"
#include "report/words/wording.h"

static const char documents[] =
    "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"one\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":true,"
    "\"severity\":\"high\",\"p_value\":0.001,\"score\":0.012,\"threshold\":0.05,\"rule\":\"<=\",\"detail\":{\"round\":\"r1\",\"effect\":0."
    "5,"
    "\"margin\":0.001,\"effect_is\":\"nats\",\"shown\":[{\"prompt\":\"p1\"},{\"prompt\":\"p2\"}]}}\n"
    "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"one\",\"type\":\"text\",\"method\":\"behavior\",\"drift\":true,"
    "\"severity\":\"low\",\"score\":0.04,\"detail\":{\"round\":\"r1\"}}\n"
    "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"two\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":false,"
    "\"severity\":\"none\",\"error\":\"no answers\",\"detail\":{\"round\":\"r1\"}}\n"
    "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"three\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":false,"
    "\"severity\":\"none\",\"score\":1,\"detail\":{\"round\":\"r1\",\"effect\":0}}\n"
    "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"four\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":false,"
    "\"severity\":\"none\",\"score\":1,\"detail\":{\"round\":\"r1\",\"effect\":0}}\n"
    "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"columns\":4,\"drifted\":1}\n";

#define SAYS(expected, ...)                                                                                                                \
  do {                                                                                                                                     \
    dw_buf out = {0};                                                                                                                      \
    __VA_ARGS__;                                                                                                                           \
    CHECK_TEXT(dw_buf_cstr(&out), expected);                                                                                               \
    dw_buf_free(&out);                                                                                                                     \
  } while (0)

TEST(canaries_and_the_whole)
{
  dw_report *report = case_text(documents);
  const dw_network *n = &report->network;
  SAYS("DRIFT, severity high: 1 of 4 canaries departs, 1 is not judged", dw_network_verdict(&out, n));
  SAYS("Severity as of the worst canary: one.", dw_network_severity_rule(&out, n));
  SAYS("1 round, r1", dw_network_span(&out, n));
  SAYS("since round r1, in 1 of 1 round, by logprobs and behavior: logprobs effect 0.5 (nats), margin 0.001, p 0.012 ≤ 0.05; most on p1 "
       "and p2",
       dw_network_canary_words(&out, n, &n->canary[0]));
  SAYS("round r1: no answers", dw_network_canary_words(&out, n, &n->canary[1]));
  SAYS("as before in 1 round", dw_network_canary_words(&out, n, &n->canary[2]));
  SAYS("As before: three and four", dw_network_healthy(&out, n, 10));
  SAYS("As before: three and 1 more", dw_network_healthy(&out, n, 1));
  SAYS("drift in 1 of 1 round, the first r1; effect 0.5, margin 0.001", dw_network_line_words(&out, &n->canary[0].line[0]));
  SAYS("not judged in 1 round: no answers", dw_network_line_words(&out, &n->canary[1].line[0]));
  SAYS("1 of 4 canaries departed", dw_wording_columns(&out, &report->sections[0]));
  dw_findings_free(report);
}

/* A watch found it in an earlier call: since then, not since the newest round. */
TEST(since_the_alarm_of_a_watch)
{
  dw_report *report = case_text(
      "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"one\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":true,"
      "\"severity\":\"low\",\"score\":0.01,\"detail\":{\"round\":\"r5\",\"alarm_look\":2,\"alarm_round\":\"r4\"}}\n"
      "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"two\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":true,"
      "\"severity\":\"low\",\"score\":0.01,\"detail\":{\"round\":\"r5\",\"alarm_look\":3,\"alarm_round\":\"r5\"}}\n"
      "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"low\",\"columns\":2,\"drifted\":2}\n");
  const dw_network *n = &report->network;
  SAYS("since round r4, in 1 of 1 round, by logprobs: 0.01", dw_network_canary_words(&out, n, &n->canary[0]));
  SAYS("since round r5, in 1 of 1 round, by logprobs: 0.01", dw_network_canary_words(&out, n, &n->canary[1]));
  dw_findings_free(report);
}

/* Which canaries have no answer; nobody asked for them by name. */
TEST(not_judged)
{
  dw_buf text = {0};
  for (int i = 0; i < 12; i++)
    dw_buf_format(
        &text,
        "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"c%d\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":false,"
        "\"severity\":\"none\",\"error\":%s,\"detail\":{\"round\":\"r%d\"}}\n",
        i % 6, i % 2 ? "\"no answers\"" : "null", i / 6);
  dw_buf_text(&text,
              "{\"kind\":\"summary\",\"drift\":null,\"severity\":\"none\",\"verdict\":\"not judged\",\"columns\":6,\"drifted\":0}\n");
  dw_report *report = case_text(dw_buf_cstr(&text));
  SAYS("NOT JUDGED: there is no answer about c1, c3, c5", dw_wording_verdict(&out, &report->sections[0]));
  dw_findings_free(report);
  text.length = 0;
  for (int i = 0; i < 5; i++)
    dw_buf_format(
        &text,
        "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"c%d\",\"type\":\"text\",\"method\":\"logprobs\",\"drift\":false,"
        "\"severity\":\"none\",\"error\":\"no answers\",\"detail\":{\"round\":\"r1\"}}\n",
        i);
  dw_buf_text(&text,
              "{\"kind\":\"summary\",\"drift\":null,\"severity\":\"none\",\"verdict\":\"not judged\",\"columns\":5,\"drifted\":0}\n");
  report = case_text(dw_buf_cstr(&text));
  SAYS("NOT JUDGED: there is no answer about c0, c1, c2 and others", dw_wording_verdict(&out, &report->sections[0]));
  dw_findings_free(report);
  dw_buf_free(&text);
}

/* No drift where nothing was judged is not said. */
TEST(verdicts)
{
  dw_report *report = case_text(strstr(documents, "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"two\""));
  SAYS("NOT JUDGED: none of 3 canaries departs, 1 is not judged", dw_network_verdict(&out, &report->network));
  dw_findings_free(report);
  report = case_text(strstr(documents, "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"three\""));
  SAYS("No drift: none of 2 canaries departs", dw_network_verdict(&out, &report->network));
  dw_findings_free(report);
}

TEST(aspects)
{
  SAYS("0.02 before, 0.9 now; effect 0.88, p 0.001",
       dw_network_aspect_words(&out, &(dw_report_aspect){"refusal_rate", NULL, 0.02, 0.9, 0.001, 0.88}));
  SAYS("120 before, – now; not judged", dw_network_aspect_words(&out, &(dw_report_aspect){"latency", NULL, 120, NAN, NAN, NAN}));
}

TEST(voices_and_costs)
{
  dw_network_voice voice = {
      .canary = "a", .judged = true, .similarity = 0.71, .reference = 0.83, .mean_z = -2.1, .p_adjusted = 0.001, .weight = 0.5};
  SAYS("0.71 like the others, 0.83 in the reference; mean z -2.1, p 0.001; weight 0.5", dw_network_voice_words(&out, &voice));
  voice = (dw_network_voice){.canary = "a", .similarity = NAN, .why = "one canary"};
  SAYS("not judged: one canary", dw_network_voice_words(&out, &voice));
  SAYS("1,200 answers, 1 error, 3 not asked for, 66,240 tokens of prompts",
       dw_network_cost_words(&out, &(dw_network_cost){1, 1200, 1, 3, NAN, 66240, NAN}));
  SAYS("", dw_network_cost_words(&out, &(dw_network_cost){1, NAN, NAN, NAN, NAN, NAN, NAN}));
}
