#include "report_case.h"

#include <math.h>

#include "report/model/run_history.h"

#define RUN(model, time, verdict, rest)                                                                                                    \
  "{\"kind\":\"run\",\"model\":\"" model "\",\"time\":\"2026-01-01T0" time ":00:00Z\",\"verdict\":\"" verdict "\"" rest "}\n"
#define COMPARED ",\"comparisons\":[{\"record\":\"inference\",\"summary\":{\"kind\":\"summary\",\"drift\":false,\"columns\":3}}]"
#define SUMMARY "{\"kind\":\"summary\",\"drift\":true,\"columns\":7}\n"

static const dw_checked_run *newest(const dw_report *report, size_t history)
{
  return &dw_run_newest(report, &report->histories[history])->run;
}

TEST(runs_go_by_model_and_time)
{
  dw_report *report = case_text(RUN("b", "2", "drift", COMPARED) RUN("a", "1", "drift", COMPARED) RUN("b", "3", "no drift", COMPARED)
                                    RUN("b", "1", "not judged", COMPARED));
  CHECK(report->complete && report->history_count == 2 && report->histories[0].count == 3 && report->histories[1].count == 1);
  CHECK_TEXT(report->histories[0].model, "b");
  CHECK(newest(report, 0)->answer == DW_ANSWER_NO_DRIFT && newest(report, 1)->answer == DW_ANSWER_DRIFT);
  CHECK(report->runs[report->histories[0].runs[0]].run.answer == DW_ANSWER_NOT_JUDGED);      /* the oldest is the first */
  CHECK(report->count == 2 && report->sections[0].run == 2 && report->sections[1].run == 1); /* of the newest alone */
  dw_findings_free(report);
}

/* A run speaks for as many comparisons in front of it as it has, and for no other. */
TEST(sections_in_front)
{
  dw_report *report = case_text(SUMMARY SUMMARY RUN("a", "1", "no drift", COMPARED));
  CHECK(report->count == 2 && !report->sections[0].of_run && report->sections[1].of_run && dw_run_sections(report, 0) == 1);
  CHECK(report->sections[1].summary.columns == 7); /* what stands in front, not the run's copy */
  dw_findings_free(report);
  report = case_text(SUMMARY RUN("a", "1", "drift", COMPARED) SUMMARY RUN("a", "2", "drift", COMPARED));
  CHECK(report->count == 1 && report->sections[0].run == 1); /* those of a run that is past are gone */
  dw_findings_free(report);
  report = case_text(SUMMARY RUN("a", "1", "drift", ",\"comparisons\":[]"));
  CHECK(report->count == 1 && !report->sections[0].of_run);
  dw_findings_free(report);
}

/* The same look twice, from dw-serve --once and from the database, is one run: that which has its findings. */
TEST(the_same_look_counts_once)
{
  static const char *const texts[] = {SUMMARY RUN("a", "1", "drift", COMPARED) RUN("a", "1", "drift", COMPARED),
                                      RUN("a", "1", "drift", COMPARED) RUN("a", "1", "drift", ",\"comparisons\":[]")};
  dw_report *report = case_text(texts[0]);
  CHECK(report->histories[0].count == 1 && report->count == 1 && report->sections[0].summary.columns == 7);
  dw_findings_free(report);
  report = case_text(RUN("a", "1", "drift", "") RUN("a", "2", "drift", ""));
  CHECK(report->histories[0].count == 2 && report->count == 0 && report->complete);
  dw_findings_free(report);
}

/* A list of a service, and what is no run in it. */
TEST(a_list_of_runs)
{
  dw_err err = {0};
  dw_report *report = case_text("{\"runs\":[{\"kind\":\"run\",\"model\":\"a\",\"verdict\":\"drift\"}],\"next\":null}\n");
  CHECK(report->history_count == 1 && newest(report, 0)->answer == DW_ANSWER_DRIFT);
  dw_findings_free(report);
  static const char *const wrong[][2] = {{"{\"runs\":[{}]}\n", "in:1: \"runs\": expected documents of kind \"run\""},
                                         {"{\"kind\":\"run\"}\n", "in:1: \"verdict\": expected drift, no drift or not judged"},
                                         {"{\"kind\":\"watch\"}\n", "in:1: \"check\": expected a text"},
                                         {"{\"kind\":\"run\",\"verdict\":\"drift\",\"window\":{\"from\":\"noon\"}}\n",
                                          "in:1: \"from\": \"noon\" is not a time"},
                                         {"{\"kind\":\"run\",\"verdict\":\"drift\",\"reason\":1}\n", "in:1: \"reason\": expected a text"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    report = dw_findings_new();
    dw_findings_begin(report, "in");
    CHECK(dw_findings_add(report, wrong[i][0], strlen(wrong[i][0]), &err) == DW_EDATA);
    CHECK_TEXT(err.message, wrong[i][1]);
    dw_findings_free(report);
  }
}

/* Checks that no run follows: the look did not finish, and nobody may read "no drift". */
TEST(checks_without_their_run_are_incomplete)
{
  dw_report *report = case_text(SUMMARY "{\"kind\":\"watch\",\"check\":\"refusal_rate\",\"drift\":true}\n");
  CHECK(!report->complete && report->count == 2 && !report->sections[1].summary.given);
  dw_findings_free(report);
  report =
      case_text("{\"kind\":\"watch\",\"check\":\"silence\",\"model\":\"a\",\"since\":\"2026-01-01T00:00:00Z\"}\n"
                "{\"kind\":\"watch\",\"check\":\"refusal_rate\",\"value\":0.5,\"rows\":9}\n"
                "{\"kind\":\"watch\",\"check\":\"toxicity_rate\",\"model\":\"b\",\"value\":0.5,\"rows\":9}\n" RUN("a", "1", "drift", ""));
  CHECK(report->complete && newest(report, 0)->silent_since != INT64_MIN && newest(report, 0)->refusal.value == 0.5);
  CHECK(isnan(newest(report, 0)->toxicity.value)); /* of another model */
  dw_findings_free(report);
}
