#include "report_case.h"

#include <math.h>

#include "report/model/control.h"

static char *path_text(const char *name, size_t *length)
{
  char path[128];
  snprintf(path, sizeof path, "data/control-%s.ndjson", name);
  return test_read(path, length);
}

static dw_report *control_file(const char *name)
{
  size_t length = 0;
  char *text = path_text(name, &length);
  CHECK_MSG(text != NULL, "%s is missing", name);
  dw_report *report = dw_findings_new();
  if (text) case_add(report, text, length);
  free(text);
  dw_findings_finish(report);
  return report;
}

TEST(one_run_of_four_kinds)
{
  dw_report *report = control_file("promoted");
  CHECK(report->count == 0 && report->complete && report->ignored == 0);
  CHECK(report->control.run_count == 1 && report->control.evaluation_count == 0);
  const dw_report_run *run = &report->control.runs[0];
  CHECK(run->incident.given && run->plan.given && run->release.given && run->action_count == 3);
  CHECK(!strcmp(run->id, "r-1c7ab0e25f03a9c8"));
  CHECK(!strcmp(run->incident.type, "feature_drift"));
  CHECK(run->incident.severity == DW_REPORT_HIGH && run->incident.evidence_listed == 3 && run->incident.evidence_count == 3);
  CHECK(!strcmp(run->incident.evidence[2].gate, "auc>=0.82"));
  CHECK(!strcmp(run->release.judgement.decision, "promoted"));
  CHECK(run->release.judgement.gate_count == 2 && run->release.judgement.gates[1].value == 0.212);
  CHECK(run->release.judgement.versus.fresh == 0.913 && run->release.judgement.versus.passed);
  CHECK(run->plan.step_count == 4 && run->plan.held_by == NULL);
  CHECK(!strcmp(run->plan.steps[0].outcome, "done"));
  CHECK(!strcmp(run->plan.steps[2].outcome, "promote"));
  dw_findings_free(report);
}

TEST(any_order_and_stages)
{
  dw_report *report = control_file("blocked");
  CHECK(report->control.run_count == 1);
  const dw_report_run *run = &report->control.runs[0];
  CHECK(run->incident.given && run->plan.given && run->release.given);
  CHECK(!strcmp(run->plan.steps[0].outcome, ""));
  CHECK(!strcmp(run->plan.steps[1].outcome, "failed"));
  CHECK(run->plan.steps[1].exit_status == 3);
  CHECK(!strcmp(run->plan.steps[2].outcome, "promote"));
  CHECK(!strcmp(run->plan.steps[3].outcome, "blocked"));
  CHECK(!strcmp(run->plan.steps[4].outcome, ""));
  CHECK(isnan(run->release.judgement.gates[1].value) && !run->release.judgement.gates[1].passed);
  CHECK(run->release.stage_count == 2 && run->release.stages[0].share == 0.05);
  dw_findings_free(report);
}

TEST(every_chunk_size)
{
  size_t length = 0;
  char *text = path_text("promoted", &length);
  for (size_t piece = 1; text && piece < 40; piece += 6) {
    dw_report *report = dw_findings_new();
    dw_findings_begin(report, "input");
    for (size_t i = 0; i < length; i += piece)
      CHECK(dw_findings_add(report, text + i, length - i < piece ? length - i : piece, NULL) == DW_OK);
    CHECK(dw_findings_end(report, NULL) == DW_OK);
    dw_findings_finish(report);
    CHECK(report->control.run_count == 1 && report->complete && report->control.runs[0].action_count == 3);
    dw_findings_free(report);
  }
  free(text);
}

TEST(metrics)
{
  dw_report *report = control_file("metrics");
  CHECK(report->count == 0 && report->complete && report->control.evaluation_count == 1);
  const dw_report_evaluation *e = &report->control.evaluations[0];
  CHECK(e->complete && e->gated && !e->passed && e->gate_count == 2 && e->count == 4 && e->rows == 5000);
  CHECK(e->metrics[0].low == 0.902 && !e->metrics[0].windowed && e->metrics[0].versus.fresh == 0.921 && !e->metrics[0].versus.judged);
  CHECK(e->metrics[1].label_count == 2 && e->metrics[1].matrix[2] == 40);
  CHECK(!strcmp(e->metrics[1].labels[1], "1"));
  CHECK(e->metrics[2].windowed && e->metrics[2].estimated && e->metrics[2].last_row == 2499);
  CHECK(e->metrics[3].segmented && isnan(e->metrics[3].value));
  CHECK(!strcmp(e->metrics[3].error, "only one class"));
  dw_findings_free(report);
}

TEST(what_is_incomplete)
{
  dw_report *report = case_text("{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"feature_drift\"}\n");
  CHECK(!report->complete && report->count == 0 && dw_control_incomplete(&report->control) != NULL);
  dw_findings_free(report);
  report = case_text("{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.9}\n");
  CHECK(!report->complete && report->count == 0 && !report->control.evaluations[0].complete);
  dw_findings_free(report);
  report = case_text("{\"kind\":\"plan\",\"id\":\"r\",\"action\":\"noop\"}\n");
  CHECK(report->complete && report->count == 0);
  dw_findings_free(report);
  report = case_text("{\"kind\":\"plan\",\"id\":\"r\",\"action\":\"noop\"}\n{\"kind\":\"finding\",\"check\":\"x\",\"drift\":true}\n");
  CHECK(!report->complete && report->count == 1 && report->control.run_count == 1);
  dw_findings_free(report);
  report = case_text("");
  CHECK(!report->complete && report->count == 1);
  dw_findings_free(report);
}

TEST(runs_of_one_incident)
{
  static const char text[] =
      "{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"a\"}\n{\"kind\":\"plan\",\"id\":\"r\",\"incident\":\"i\",\"action\":\"noop\"}\n"
      "{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"a\"}\n{\"kind\":\"plan\",\"id\":\"r-2\",\"incident\":\"i\",\"action\":\"noop\"}\n"
      "{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"a\"}\n{\"kind\":\"plan\",\"id\":\"r-2\",\"incident\":\"i\",\"action\":\"alert\"}\n";
  dw_report *report = case_text(text);
  CHECK(report->control.run_count == 2 && report->complete);
  CHECK(!strcmp(report->control.runs[1].id, "r-2"));
  CHECK(!strcmp(report->control.runs[1].plan.action, "alert"));
  dw_findings_free(report);
}

TEST(refused)
{
  static const struct {
    const char *text, *message;
  } table[] = {{"{\"kind\":\"incident\"}", "\"type\": expected the type of an incident"},
               {"{\"kind\":\"plan\",\"steps\":3,\"action\":\"x\"}", "\"steps\": expected a list"},
               {"{\"kind\":\"plan\",\"id\":\"r\"}", "\"action\": expected the action of a plan"},
               {"{\"kind\":\"action\",\"run\":\"r\"}", "\"outcome\": expected what became of the step"},
               {"{\"kind\":\"release\",\"run\":\"r\"}", "\"decision\": expected what was decided"},
               {"{\"kind\":\"release\",\"decision\":\"x\",\"gates\":[{\"gate\":\"a>=1\"}]}", "\"passed\": expected true or false"},
               {"{\"kind\":\"metric\"}", "\"metric\": expected the name of a metric"},
               {"{\"kind\":\"metric\",\"metric\":\"m\",\"labels\":[0,1],\"matrix\":[[1,2]]}",
                "\"matrix\": expected as many rows and columns as labels"},
               {"{\"kind\":\"metric\",\"metric\":\"m\",\"value\":\"0.9\"}", "\"value\": expected a number or null"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_report *report = dw_findings_new();
    dw_err err = {0};
    dw_findings_begin(report, "f");
    dw_status status = dw_findings_add(report, table[i].text, strlen(table[i].text), &err);
    if (status == DW_OK) status = dw_findings_end(report, &err);
    CHECK_MSG(status == DW_EDATA, "%s", table[i].text);
    CHECK_MSG(strstr(err.message, table[i].message) != NULL, "%s", err.message);
    dw_findings_free(report);
  }
}
