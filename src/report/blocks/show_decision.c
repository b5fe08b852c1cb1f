/* What was decided, its reasons, and the gates that it had to pass. */
#include <math.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/control_wording.h"

static void gate_row(dw_build *b, const dw_report_gate *gate, bool decides)
{
  enum { GATE, FIGURE, FIGURES, RESULT, REASON, SAID };
  dw_block_row *row = dw_build_row(b, gate->gate);
  dw_build_cell_text(b, GATE, DW_PLAIN, gate->gate);
  if (dw_build_cell(b, FIGURE)) dw_wording_gate_value(&b->run, gate);
  if (dw_build_cell(b, FIGURES)) dw_wording_gate_value(&b->run, gate);
  dw_build_cell_state(b, RESULT, (dw_block_state){gate->passed ? DW_STATE_PASSED : DW_STATE_REFUSED, DW_SEVERITY_NONE, NULL});
  dw_build_cell_text(b, REASON, DW_PLAIN, gate->reason);
  dw_build_cell_text(b, SAID, DW_PLAIN, gate->reason);
  dw_build_cells_end(b);
  if (!decides || !dw_build_shows(b, DW_LINES) || !isnan(gate->value) || !*gate->reason) return;
  dw_buf_format(&b->run, "%s: ", gate->gate);
  dw_wording_gate_value(&b->run, gate);
  dw_buf_format(&b->run, "; %s", gate->reason);
  row->line = dw_build_said(b);
}

static void versus_row(dw_build *b, const dw_report_versus *versus)
{
  enum { GATE, FIGURE, FIGURES, RESULT, REASON, SAID };
  dw_block_row *row = dw_build_row(b, "");
  dw_build_cell_text(b, GATE, DW_PLAIN, "against the current model");
  if (dw_build_cell(b, FIGURE)) dw_wording_versus(&b->run, versus);
  if (dw_build_cell(b, FIGURES)) dw_figure_pair(&b->run, versus->current, versus->fresh);
  dw_build_cell_state(b, RESULT,
                      (dw_block_state){!versus->judged  ? DW_STATE_COMPARED
                                       : versus->passed ? DW_STATE_PASSED
                                                        : DW_STATE_REFUSED,
                                       DW_SEVERITY_NONE, NULL});
  dw_build_cell_text(b, REASON, DW_PLAIN, versus->reason);
  if (dw_build_cell(b, SAID)) dw_wording_versus(&b->run, versus);
  dw_build_cells_end(b);
  if (!dw_build_shows(b, DW_LINES)) return;
  dw_wording_versus(&b->run, versus);
  row->line = dw_build_said(b);
}

void dw_show_gates(dw_build *b, const dw_report_gate *gates, size_t count, const dw_report_versus *versus)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "gate"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "figure", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_FIGURE, .title = "figure", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_STATE, .title = "result"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "reason", .shown = DW_TABLES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "reason", .shown = DW_PAGES}};
  dw_build_table(b, DW_TABLE_GATES, columns, 6)->caption = "Quality gates";
  for (size_t i = 0; i < count; i++) gate_row(b, &gates[i], versus != NULL);
  if (versus && versus->given) versus_row(b, versus);
  dw_build_table_end(b);
}

static void sheet(dw_build *b, const dw_report_judgement *judgement)
{
  dw_report_block *sheet = dw_build_group(b, DW_GROUP_SHEET);
  dw_show_gates(b, judgement->gates, judgement->gate_count, &judgement->versus);
  dw_build_close(b, sheet);
}

static void stage(dw_build *b, const dw_report_judgement *stage)
{
  dw_buf share = {0};
  dw_wording_traffic(&share, stage->share);
  dw_buf_format(&b->run, dw_build_shows(b, DW_TABLES) ? "%s: %s" : "Quality gates at %s: %s", dw_buf_cstr(&share), stage->decision);
  dw_buf_free(&share);
  if (dw_build_shows(b, DW_TABLES)) dw_build_text(b, DW_TEXT_STRONG);
  else dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_UNDER, "");
  sheet(b, stage);
}

static void verdict(dw_build *b, const dw_report_run *run)
{
  const dw_report_release *release = &run->release;
  const dw_report_judgement *judgement = &release->judgement;
  dw_severity weight = dw_wording_decision_weight(run);
  bool complete = dw_control_run_complete(run), planned = !release->given && run->plan.given && *run->plan.reason;
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  *verdict = (dw_block_verdict){.kind = DW_VERDICT_DECISION,
                                .tone = weight == DW_SEVERITY_HIGH ? DW_TONE_BAD
                                        : weight                   ? DW_TONE_WAITING
                                                                   : DW_TONE_GOOD,
                                .severity = weight,
                                .alert = !complete,
                                .share = NAN,
                                .reasons = planned ? &run->plan.reason : judgement->reasons,
                                .reason_count = planned ? 1 : judgement->reason_count};
  if (dw_build_shows(b, DW_BRIEF)) {
    dw_wording_decided(&b->run, run);
    verdict->sentence = dw_build_said(b);
    return;
  }
  dw_build_say(b, DW_PLAIN, dw_wording_decision_word(run));
  verdict->answer = dw_build_said(b);
  if (release->given && release->version) {
    dw_buf_format(&b->run, "version %s", release->version);
    if (release->stage) dw_buf_format(&b->run, " to %s", release->stage);
  }
  verdict->aside = dw_build_said(b);
  if (!complete) dw_build_say(b, DW_PLAIN, "An incident without plan or result.");
  verdict->incomplete = dw_build_said(b);
}

void dw_show_decision(dw_build *b, const dw_report_run *run)
{
  const dw_report_release *release = &run->release;
  dw_build_heading(b, DW_NO_LINES, DW_LEVEL_PART, "Decision");
  verdict(b, run);
  if (release->stage_count == 0 && (release->judgement.gate_count || release->judgement.versus.given)) {
    dw_build_heading(b, DW_NO_TABLES, DW_LEVEL_UNDER, "Quality gates");
    sheet(b, &release->judgement);
  }
  for (size_t i = 0; i < release->stage_count; i++) stage(b, &release->stages[i]);
}
