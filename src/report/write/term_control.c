/* What was decided and why, for a terminal: the decision, its reasons and gates, the plan, the incident behind it. */
#include <math.h>
#include <string.h>

#include "report/words/control_wording.h"
#include "report/model/figures.h"
#include "report/write/term_parts.h"

enum { EVIDENCE = 12 }; /* items listed; all of them with --all */

static const char *weight_style(dw_report_severity weight)
{
  return weight == DW_REPORT_HIGH ? dw_term_severity(DW_REPORT_HIGH) : weight ? "\033[1;33m" : "\033[1;32m";
}

static void gates(dw_term *t, const dw_report_judgement *judgement)
{
  for (size_t i = 0; i < judgement->gate_count; i++) {
    const dw_report_gate *gate = &judgement->gates[i];
    dw_buf_format(&t->scratch, "%s: ", gate->gate);
    dw_wording_gate_value(&t->scratch, gate);
    if (isnan(gate->value) && *gate->reason) dw_buf_format(&t->scratch, "; %s", gate->reason);
    dw_term_item(t, 2, gate->passed ? "passed" : "REFUSED", gate->passed ? "\033[32m" : dw_term_severity(DW_REPORT_HIGH));
  }
  const dw_report_versus *versus = &judgement->versus;
  if (!versus->given) return;
  dw_wording_versus(&t->scratch, versus);
  dw_term_item(t, 2,
               !versus->judged  ? "compared"
               : versus->passed ? "passed"
                                : "REFUSED",
               versus->judged && !versus->passed ? dw_term_severity(DW_REPORT_HIGH) : "\033[32m");
}

static void release(dw_term *t, const dw_report_run *run)
{
  const dw_report_release *r = &run->release;
  for (size_t i = 0; i < r->judgement.reason_count; i++) {
    dw_buf_text(&t->scratch, r->judgement.reasons[i]);
    dw_term_paragraph(t, 2);
  }
  if (!r->given && run->plan.given && *run->plan.reason) {
    dw_buf_text(&t->scratch, run->plan.reason);
    dw_term_paragraph(t, 2);
  }
  if (r->stage_count == 0 && (r->judgement.gate_count || r->judgement.versus.given)) {
    dw_term_heading(t, "Quality gates");
    gates(t, &r->judgement);
  }
  for (size_t i = 0; i < r->stage_count; i++) {
    dw_buf_char(t->out, '\n');
    dw_buf_format(&t->scratch, "Quality gates at ");
    dw_wording_traffic(&t->scratch, r->stages[i].share);
    dw_buf_format(&t->scratch, ": %s", r->stages[i].decision);
    dw_term_styled(t, 0, DW_TERM_BOLD);
    gates(t, &r->stages[i]);
  }
}

static void incident(dw_term *t, const dw_report_incident *i)
{
  if (!i->given) return;
  dw_term_heading(t, "Incident");
  dw_wording_incident(&t->scratch, i);
  dw_term_paragraph(t, 2);
  dw_buf_text(&t->scratch, i->summary);
  if (*i->action) dw_buf_format(&t->scratch, "%srecommended: %s", *i->summary ? "; " : "", i->action);
  dw_term_paragraph(t, 2);
  size_t shown = t->render->all || i->evidence_listed < EVIDENCE ? i->evidence_listed : EVIDENCE;
  for (size_t k = 0; k < shown; k++) {
    const dw_report_evidence *e = &i->evidence[k];
    dw_wording_evidence(&t->scratch, e);
    bool refused = *e->metric;
    dw_term_item(t, 2, refused ? "gate" : dw_report_severity_word(e->severity), refused ? DW_TERM_DIM : dw_term_severity(e->severity));
  }
  if ((double)shown >= i->evidence_count) return;
  dw_figure_count(&t->scratch, i->evidence_count);
  dw_buf_format(&t->scratch, " items of evidence in all, %zu shown", shown);
  dw_term_styled(t, 2, DW_TERM_DIM);
}

static void plan(dw_term *t, const dw_report_plan *p)
{
  if (!p->given) return;
  dw_term_heading(t, "Plan");
  dw_wording_plan(&t->scratch, p);
  dw_term_paragraph(t, 2);
  if (p->held_by) {
    dw_buf_format(&t->scratch, "held by %s", p->held_by);
    if (*p->held_until) dw_buf_format(&t->scratch, " until %s", p->held_until);
    dw_term_paragraph(t, 2);
  }
  for (size_t i = 0; i < p->step_count; i++) {
    const dw_report_step *step = &p->steps[i];
    dw_buf_format(&t->scratch, "%zu. %s (%s): ", i + 1, step->name, step->type);
    dw_wording_step(&t->scratch, step);
    bool bad = !strcmp(step->outcome, "failed") || !strcmp(step->outcome, "blocked");
    if (bad) dw_term_styled(t, 2, dw_term_severity(DW_REPORT_HIGH));
    else dw_term_paragraph(t, 2);
  }
}

void dw_term_runs(dw_term *t, const dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++) {
    const dw_report_run *run = &control->runs[i];
    if (i) dw_buf_char(t->out, '\n');
    dw_wording_decided(&t->scratch, run);
    dw_term_styled(t, 0, weight_style(dw_wording_decision_weight(run)));
    release(t, run);
    incident(t, &run->incident);
    plan(t, &run->plan);
  }
}
