/* The incident behind a decision, and the plan with the state of each step. */
#include <math.h>
#include <string.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/control_wording.h"

/* --- the incident --- */

static void incident_words(dw_build *b, const dw_report_incident *incident)
{
  dw_wording_incident(&b->run, incident);
  if (dw_build_shows(b, DW_LINES)) {
    dw_build_text(b, DW_TEXT_PLAIN);
    dw_build_say(b, DW_PLAIN, incident->summary);
    if (*incident->action) dw_buf_format(&b->run, "%srecommended: %s", *incident->summary ? "; " : "", incident->action);
  } else {
    if (*incident->summary) dw_buf_format(&b->run, ". %s", incident->summary);
    if (*incident->action) dw_buf_format(&b->run, "; recommended: %s", incident->action);
  }
  dw_build_text(b, DW_TEXT_PLAIN);
}

void dw_show_incident(dw_build *b, const dw_report_run *run)
{
  enum { STATE, SAID };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = ""}, {.kind = DW_COLUMN_SENTENCE, .title = ""}};
  const dw_report_incident *incident = &run->incident;
  if (!incident->given) return;
  dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_UNDER, "Incident");
  dw_report_block *sheet = dw_build_group(b, DW_GROUP_SHEET);
  incident_words(b, incident);
  dw_block_table *table = dw_build_table(b, DW_TABLE_EVIDENCE, columns, 2);
  table->caption = "Evidence";
  table->nouns = "items of evidence";
  table->total = incident->evidence_count;
  for (size_t i = 0; i < incident->evidence_listed; i++) {
    const dw_report_evidence *evidence = &incident->evidence[i];
    dw_build_row(b, evidence->column ? evidence->column : "");
    dw_build_cell_state(b, STATE, (dw_block_state){*evidence->metric ? DW_STATE_GATE : DW_STATE_EVIDENCE, evidence->severity, NULL});
    if (dw_build_cell(b, SAID)) dw_wording_evidence(&b->run, evidence);
  }
  dw_build_table_end(b);
  dw_build_close(b, sheet);
}

/* --- the plan --- */

static void plan_words(dw_build *b, const dw_report_plan *plan)
{
  dw_wording_plan(&b->run, plan);
  if (plan->held_by) {
    if (dw_build_shows(b, DW_LINES)) dw_build_text(b, DW_TEXT_PLAIN);
    else dw_build_say(b, DW_PLAIN, "; ");
    dw_buf_format(&b->run, "held by %s", plan->held_by);
    if (*plan->held_until) dw_buf_format(&b->run, " until %s", plan->held_until);
  }
  dw_build_text(b, DW_TEXT_PLAIN);
}

static bool is_bad(const char *outcome)
{
  static const char *const bad[] = {"failed", "blocked", "timed out", "killed"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!strcmp(outcome, bad[i])) return true;
  return false;
}

/* A step that nothing is said of, of a plan that has ended, was left out: what stood before it did not let it through. */
static void step_row(dw_build *b, const dw_report_step *planned, size_t number, bool ended)
{
  dw_report_step said = *planned, *step = &said;
  if (ended && !*step->outcome) step->outcome = "skipped";

  enum { STATE, NUMBER, NAME, TYPE, BECAME, WHY };
  dw_build_row(b, step->name);
  dw_build_cell_state(b, STATE,
                      (dw_block_state){*step->outcome ? DW_STATE_OUTCOME : DW_STATE_NONE,
                                       is_bad(step->outcome) ? DW_SEVERITY_HIGH : DW_SEVERITY_NONE, step->outcome});
  if (dw_build_cell(b, NUMBER)) dw_buf_format(&b->run, "%zu", number);
  dw_build_cell_text(b, NAME, DW_PLAIN, step->name);
  dw_build_cell_text(b, TYPE, DW_PLAIN, step->type);
  if (dw_build_cell(b, BECAME)) dw_wording_step(&b->run, step);
  if (!dw_build_cell(b, WHY)) return;
  if (step->exit_status > 0) {
    dw_build_say(b, DW_PLAIN, "exit status ");
    dw_figure_count(&b->run, step->exit_status);
    if (*step->reason) dw_build_say(b, DW_PLAIN, ": ");
  }
  dw_build_say(b, DW_PLAIN, step->reason);
}

void dw_show_plan(dw_build *b, const dw_report_run *run)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "", .shown = DW_NO_TABLES},
                                            {.kind = DW_COLUMN_WORD, .title = "", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "step"},
                                            {.kind = DW_COLUMN_ASIDE, .title = "type"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "state", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_PAGES}};
  const dw_report_plan *plan = &run->plan;
  if (!plan->given) return;
  dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_UNDER, "Plan");
  dw_report_block *sheet = dw_build_group(b, DW_GROUP_SHEET);
  plan_words(b, plan);
  dw_build_table(b, DW_TABLE_STEPS, columns, 6);
  for (size_t i = 0; i < plan->step_count; i++)
    step_row(b, &plan->steps[i], i + 1, run->release.given && strcmp(run->release.judgement.decision, "waiting") != 0);
  dw_build_table_end(b);
  dw_build_close(b, sheet);
}
