#include "report/words/control_wording.h"

#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/words/wording.h"

enum { DIGITS = 4 };

static void with(dw_buf *out, const char *before, const char *text)
{
  if (text && *text) dw_buf_format(out, "%s%s", before, text);
}

/* --- a run --- */

const char *dw_wording_decision_word(const dw_report_run *run)
{
  if (run->release.given) return run->release.judgement.decision;
  if (!run->plan.given) return "incomplete";
  return run->plan.held_by ? "held" : "planned";
}

dw_severity dw_wording_decision_weight(const dw_report_run *run)
{
  return dw_control_run_complete(run) ? dw_control_weight(dw_wording_decision_word(run)) : DW_SEVERITY_HIGH;
}

void dw_wording_decided(dw_buf *out, const dw_report_run *run)
{
  static const struct {
    const char *decision, *words;
  } table[] = {{"blocked", "BLOCKED: what is in production stays"},
               {"done", "DONE"},
               {"none", "NOTHING TO DO"},
               {"held", "HELD BACK: what is in production stays"},
               {"waiting", "WAITING for approval"},
               {"failed", "FAILED"},
               {"planned", "PLANNED, and no result yet"},
               {"incomplete", "INCOMPLETE: an incident without plan or result"}};
  const char *word = dw_wording_decision_word(run);
  const dw_report_release *release = &run->release;
  if (release->given && !strcmp(word, "promoted")) {
    dw_buf_text(out, "PROMOTED");
    if (release->version) dw_buf_format(out, ": version %s", release->version);
    if (release->stage) dw_buf_format(out, "%s%s", release->version ? " to " : ": to ", release->stage);
    return;
  }
  const char *words = word;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcmp(word, table[i].decision)) words = table[i].words;
  dw_buf_text(out, words);
  const char *action = release->given && *release->action ? release->action : run->plan.given ? run->plan.action : "";
  if (*action && (!strcmp(word, "done") || !strcmp(word, "failed") || !strcmp(word, "planned") || !strcmp(word, "waiting")))
    dw_buf_format(out, ": %s", action);
}

/* "feature drift" */
static void words_of(dw_buf *out, const char *identifier)
{
  for (; *identifier; identifier++) dw_buf_char(out, *identifier == '_' ? ' ' : *identifier);
}

void dw_wording_incident(dw_buf *out, const dw_report_incident *incident)
{
  words_of(out, incident->type);
  dw_buf_format(out, ", severity %s", dw_severity_word(incident->severity));
  if (incident->severity != DW_SEVERITY_NONE) dw_buf_text(out, " (of its worst evidence, by the policy)");
  with(out, ", ", incident->time);
}

/* "canary_2 (similarity 0.4, in the reference 0.83), …" */
static void put_departed(dw_buf *out, const dw_report_evidence *e)
{
  for (size_t i = 0; i < e->departed_count; i++) {
    const dw_report_departed *d = &e->departed[i];
    dw_buf_format(out, "%s%s", i ? ", " : ": ", d->canary);
    if (isnan(d->similarity)) continue;
    dw_buf_text(out, " (similarity ");
    dw_figure(out, d->similarity, 3);
    if (!isnan(d->reference)) {
      dw_buf_text(out, ", in the reference ");
      dw_figure(out, d->reference, 3);
    }
    dw_buf_char(out, ')');
  }
}

void dw_wording_evidence(dw_buf *out, const dw_report_evidence *e)
{
  if (*e->metric) {
    dw_buf_format(out, "%s ", e->metric);
    dw_figure(out, e->value, DIGITS);
    with(out, " does not pass ", e->gate);
    return;
  }
  if (!*e->check) {
    dw_buf_text(out, !strcmp(e->kind, "consensus") ? "consensus of the canaries" : e->kind);
    if (!isnan(e->score)) {
      dw_buf_char(out, ' ');
      dw_figure(out, e->score, DIGITS);
    }
    with(out, ", round ", e->round);
    put_departed(out, e);
    return;
  }
  dw_buf_text(out, dw_wording_check(e->check));
  with(out, " of ", e->column);
  if (!isnan(e->score)) {
    dw_buf_text(out, ": ");
    dw_wording_short(out, e->method);
    if (*e->method) dw_buf_char(out, ' ');
    /* of all scores that drift when they are small, one is no p-value */
    bool p_value = e->rule[0] == '<' && strcmp(e->method, "cosine") != 0;
    if (p_value) dw_buf_text(out, "p ");
    dw_figure(out, e->score, p_value ? 2 : 3);
    if (!isnan(e->threshold)) {
      dw_buf_format(out, " %s ", !strcmp(e->rule, ">=") ? "≥" : !strcmp(e->rule, "<=") ? "≤" : e->rule);
      dw_figure(out, e->threshold, 3);
    }
  }
  with(out, ", ", e->direction);
}

void dw_wording_plan(dw_buf *out, const dw_report_plan *plan)
{
  dw_buf_text(out, plan->action);
  if (strcmp(plan->action, plan->recommended) != 0) with(out, " instead of ", plan->recommended);
  with(out, ", by the policy ", plan->policy);
  if (!isnan(plan->policy_version)) {
    dw_buf_text(out, *plan->policy ? " version " : ", policy version ");
    dw_figure_count(out, plan->policy_version);
  }
}

void dw_wording_step(dw_buf *out, const dw_report_step *step)
{
  dw_buf_text(out, *step->outcome ? step->outcome : "not reported");
  if (step->exit_status > 0) {
    dw_buf_text(out, ", exit status ");
    dw_figure_count(out, step->exit_status);
  }
  with(out, ": ", step->reason);
}

void dw_wording_traffic(dw_buf *out, double share)
{
  if (isnan(share)) return;
  dw_figure_share(out, share);
  dw_buf_text(out, " of the traffic");
}

static void interval(dw_buf *out, double low, double high, int digits)
{
  dw_figure(out, low, digits);
  dw_buf_text(out, " to ");
  dw_figure(out, high, digits);
}

void dw_wording_versus(dw_buf *out, const dw_report_versus *versus)
{
  with(out, "", versus->metric);
  if (*versus->metric) dw_buf_text(out, ": ");
  dw_buf_text(out, "current ");
  dw_figure(out, versus->current, DIGITS);
  dw_buf_text(out, ", new ");
  dw_figure(out, versus->fresh, DIGITS);
  if (!isnan(versus->difference)) {
    dw_buf_text(out, ", difference ");
    dw_figure(out, versus->difference, 3);
  }
  if (!isnan(versus->low) && !isnan(versus->high)) {
    dw_buf_text(out, " (");
    interval(out, versus->low, versus->high, 3);
    dw_buf_char(out, ')');
  }
  if (!isnan(versus->p_value)) {
    dw_buf_text(out, ", p ");
    dw_figure(out, versus->p_value, 2);
  }
  with(out, ", ", versus->method);
}

void dw_wording_gate_value(dw_buf *out, const dw_report_gate *gate)
{
  if (isnan(gate->value)) dw_buf_text(out, "not known");
  else dw_figure(out, gate->value, DIGITS);
}

/* --- an evaluation --- */

void dw_wording_place(dw_buf *out, const dw_report_metric *m)
{
  if (m->windowed) {
    dw_buf_text(out, "window ");
    dw_figure_count(out, m->window);
    if (m->start && m->end) {
      dw_buf_format(out, ": %s to %s", m->start, m->end);
    } else if (!isnan(m->first_row)) {
      dw_buf_text(out, ": rows ");
      dw_figure_count(out, m->first_row);
      dw_buf_text(out, " to ");
      dw_figure_count(out, m->last_row);
    }
  }
  if (m->segmented) dw_buf_format(out, "%s%s = %s", m->windowed ? ", " : "", m->column, m->segment);
  if (!m->windowed && !m->segmented) dw_buf_text(out, "all rows");
}

void dw_wording_matrix_cell(dw_buf *out, double value)
{
  if (value == floor(value) && value != 1) dw_figure_count(out, value);
  else dw_figure(out, value, 3);
}

bool dw_wording_is_matrix(const dw_report_metric *metric) { return metric->label_count > 0; }

void dw_wording_metric_value(dw_buf *out, const dw_report_metric *metric)
{
  if (metric->error) dw_buf_text(out, metric->error);
  else dw_figure(out, metric->value, DIGITS);
}

void dw_wording_metric_interval(dw_buf *out, const dw_report_metric *metric)
{
  if (!isnan(metric->low) && !isnan(metric->high)) interval(out, metric->low, metric->high, DIGITS);
}

void dw_wording_metric_alert(dw_buf *out, const dw_report_metric *metric)
{
  bool below = isnan(metric->upper), above = isnan(metric->lower);
  if (!metric->alert) return;
  dw_buf_format(out, "ALERT: %s ", below ? "below" : above ? "above" : "outside of");
  if (!above) dw_figure(out, metric->lower, 4);
  if (!above && !below) dw_buf_text(out, " to ");
  if (!below) dw_figure(out, metric->upper, 4);
}

void dw_wording_metric_method(dw_buf *out, const dw_report_metric *metric)
{
  dw_wording_metric_alert(out, metric);
  if (metric->alert) dw_buf_text(out, "; ");
  if (metric->estimated) dw_buf_text(out, "estimated, ");
  dw_buf_text(out, metric->method);
}

static size_t judged_metrics(const dw_report_evaluation *evaluation, bool *estimated)
{
  size_t judged = 0;
  *estimated = true;
  for (size_t i = 0; i < evaluation->count; i++) {
    judged += evaluation->metrics[i].judged;
    *estimated = *estimated && evaluation->metrics[i].estimated;
  }
  return judged;
}

/* Without alerts either: what was held to limits, or that nothing was. */
static void no_gate(dw_buf *out, const dw_report_evaluation *evaluation)
{
  bool estimated;
  size_t judged = judged_metrics(evaluation, &estimated);
  if (evaluation->drift) return;
  if (judged)
    dw_buf_format(out, "%so alerts: %zu %s%s%s", evaluation->assumption_fails ? "n" : "N", judged, estimated ? "estimate" : "metric",
                  judged == 1 ? "" : "s", estimated ? "" : " of windows");
  else dw_buf_format(out, "%so quality gate was asked for", evaluation->assumption_fails ? "n" : "N");
}

/* Estimates say how many lines there are; metrics of windows, how many of them were judged. */
static void alerts(dw_buf *out, const dw_report_evaluation *evaluation)
{
  bool estimated;
  size_t judged = judged_metrics(evaluation, &estimated);
  dw_buf_format(out, "%s RAISED ALERTS: %zu of %zu", estimated ? "ESTIMATES" : "METRICS OF WINDOWS", evaluation->alerts,
                estimated ? evaluation->count : judged);
}

void dw_wording_gated(dw_buf *out, const dw_report_evaluation *evaluation)
{
  size_t refused = 0;
  for (size_t i = 0; i < evaluation->gate_count; i++) refused += !evaluation->gates[i].passed;
  if (evaluation->assumption_fails) dw_buf_text(out, "THE REFERENCE'S OWN LABELS CONTRADICT THE ESTIMATES; ");
  if (!evaluation->complete) dw_buf_text(out, "INCOMPLETE: metrics without the summary that ends them");
  else if (!evaluation->gated) no_gate(out, evaluation);
  else if (evaluation->passed)
    dw_buf_format(out, "Quality gates passed: %zu of %zu", evaluation->gate_count - refused, evaluation->gate_count);
  else dw_buf_format(out, "QUALITY GATES REFUSED: %zu of %zu", refused, evaluation->gate_count);
  if (!evaluation->complete) return;
  if (evaluation->gated && evaluation->drift) dw_buf_text(out, "; ");
  if (evaluation->drift) alerts(out, evaluation);
}
