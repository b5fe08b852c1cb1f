#include "report/write/control_json.h"

#include <math.h>
#include <string.h>

#include "report/words/control_wording.h"

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static void text_if(dw_json *json, const char *key, const char *text)
{
  if (text && *text) dw_json_text(json, key, text);
}

static void number_if(dw_json *json, const char *key, double value)
{
  if (!isnan(value)) dw_json_number(json, key, value);
}

static void write_gates(dw_json *json, const dw_report_gate *gates, size_t count)
{
  dw_json_open(json, "gates", '[');
  for (size_t i = 0; i < count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "gate", gates[i].gate);
    dw_json_text(json, "metric", or_null(gates[i].metric));
    dw_json_number(json, "value", gates[i].value);
    dw_json_number(json, "threshold", gates[i].threshold);
    dw_json_bool(json, "passed", gates[i].passed);
    text_if(json, "reason", gates[i].reason);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_versus(dw_json *json, const dw_report_versus *versus)
{
  if (!versus->given) {
    dw_json_null(json, "comparison");
    return;
  }
  dw_json_open(json, "comparison", '{');
  text_if(json, "metric", versus->metric);
  dw_json_number(json, "current", versus->current);
  dw_json_number(json, "new", versus->fresh);
  dw_json_number(json, "difference", versus->difference);
  dw_json_number(json, "low", versus->low);
  dw_json_number(json, "high", versus->high);
  dw_json_number(json, "p_value", versus->p_value);
  dw_json_text(json, "method", or_null(versus->method));
  if (versus->judged) dw_json_bool(json, "passed", versus->passed);
  text_if(json, "reason", versus->reason);
  dw_json_close(json, '}');
}

static void write_judgement(dw_json *json, const dw_report_judgement *judgement)
{
  dw_json_open(json, "reasons", '[');
  for (size_t i = 0; i < judgement->reason_count; i++) dw_json_text(json, NULL, judgement->reasons[i]);
  dw_json_close(json, ']');
  write_gates(json, judgement->gates, judgement->gate_count);
  write_versus(json, &judgement->versus);
}

static void write_departed(dw_json *json, const dw_report_evidence *e)
{
  if (!e->departed_count) return;
  dw_json_open(json, "canaries", '[');
  for (size_t i = 0; i < e->departed_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "canary", e->departed[i].canary);
    dw_json_number(json, "similarity", e->departed[i].similarity);
    dw_json_number(json, "reference", e->departed[i].reference);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_incident(dw_json *json, const dw_report_incident *incident)
{
  if (!incident->given) {
    dw_json_null(json, "incident");
    return;
  }
  dw_json_open(json, "incident", '{');
  dw_json_text(json, "id", or_null(incident->id));
  dw_json_text(json, "time", or_null(incident->time));
  dw_json_text(json, "type", incident->type);
  dw_json_open(json, "types", '[');
  for (size_t i = 0; i < incident->type_count; i++) dw_json_text(json, NULL, incident->types[i]);
  dw_json_close(json, ']');
  dw_json_text(json, "severity", dw_severity_word(incident->severity));
  dw_json_text(json, "summary", incident->summary);
  dw_json_number(json, "drift_share", incident->drift_share);
  dw_json_text(json, "recommended_action", or_null(incident->action));
  dw_json_number(json, "evidence_count", incident->evidence_count);
  dw_json_open(json, "evidence", '[');
  for (size_t i = 0; i < incident->evidence_listed; i++) {
    const dw_report_evidence *e = &incident->evidence[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "kind", e->kind);
    text_if(json, "check", e->check);
    text_if(json, "column", e->column);
    text_if(json, "method", e->method);
    text_if(json, "metric", e->metric);
    text_if(json, "gate", e->gate);
    number_if(json, "score", e->score);
    number_if(json, "value", e->value);
    number_if(json, "threshold", e->threshold);
    text_if(json, "rule", e->rule);
    text_if(json, "direction", e->direction);
    text_if(json, "round", e->round);
    write_departed(json, e);
    if (!*e->metric) dw_json_text(json, "severity", dw_severity_word(e->severity));
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_plan(dw_json *json, const dw_report_plan *plan)
{
  if (!plan->given) {
    dw_json_null(json, "plan");
    return;
  }
  dw_json_open(json, "plan", '{');
  dw_json_text(json, "action", plan->action);
  dw_json_text(json, "recommended_action", or_null(plan->recommended));
  dw_json_text(json, "reason", plan->reason);
  dw_json_text(json, "policy", or_null(plan->policy));
  dw_json_number(json, "policy_version", plan->policy_version);
  dw_json_text(json, "policy_digest", or_null(plan->policy_digest));
  dw_json_text(json, "held_by", plan->held_by);
  dw_json_text(json, "held_until", or_null(plan->held_until));
  dw_json_open(json, "steps", '[');
  for (size_t i = 0; i < plan->step_count; i++) {
    const dw_report_step *step = &plan->steps[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "id", step->id);
    dw_json_text(json, "name", step->name);
    dw_json_text(json, "type", step->type);
    number_if(json, "share", step->share);
    dw_json_text(json, "outcome", or_null(step->outcome));
    number_if(json, "exit_status", step->exit_status);
    text_if(json, "reason", step->reason);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_run(dw_json *json, const dw_report_run *run)
{
  const dw_report_release *release = &run->release;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "run", or_null(run->id));
  dw_json_bool(json, "complete", dw_control_run_complete(run));
  dw_json_text(json, "decision", release->given ? release->judgement.decision : NULL);
  dw_json_text(json, "action", release->given ? or_null(release->action) : run->plan.given ? run->plan.action : NULL);
  dw_json_text(json, "version", or_null(release->version));
  dw_json_text(json, "stage", or_null(release->stage));
  dw_json_text(json, "time", or_null(release->time));
  write_judgement(json, &release->judgement);
  dw_json_open(json, "stages", '[');
  for (size_t i = 0; i < release->stage_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_number(json, "share", release->stages[i].share);
    dw_json_text(json, "decision", release->stages[i].decision);
    write_judgement(json, &release->stages[i]);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  write_incident(json, &run->incident);
  write_plan(json, &run->plan);
  dw_json_close(json, '}');
}

static void write_metric(dw_json *json, const dw_report_metric *m)
{
  dw_buf place = {0};
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "metric", m->metric);
  dw_json_number(json, "value", m->value);
  dw_json_number(json, "low", m->low);
  dw_json_number(json, "high", m->high);
  dw_json_number(json, "count", m->count);
  dw_json_number(json, "positives", m->positives);
  dw_wording_place(&place, m);
  dw_json_bytes(json, "where", place.data, place.length);
  if (m->windowed) dw_json_number(json, "window", m->window);
  if (m->segmented) {
    dw_json_open(json, "segment", '{');
    dw_json_text(json, "column", m->column);
    dw_json_text(json, "value", m->segment);
    dw_json_close(json, '}');
  }
  dw_json_bool(json, "estimated", m->estimated);
  if (m->estimated || m->judged) dw_json_bool(json, "alert", m->alert);
  if (m->judged) {
    dw_json_open(json, "threshold", '{');
    dw_json_number(json, "lower", m->lower);
    dw_json_number(json, "upper", m->upper);
    dw_json_close(json, '}');
  }
  dw_json_text(json, "method", or_null(m->method));
  dw_json_text(json, "score", or_null(m->score));
  if (m->error) dw_json_text(json, "error", m->error);
  if (m->label_count) {
    dw_json_open(json, "labels", '[');
    for (size_t i = 0; i < m->label_count; i++) dw_json_text(json, NULL, m->labels[i]);
    dw_json_close(json, ']');
    dw_json_open(json, "matrix", '[');
    for (size_t i = 0; i < m->label_count; i++) {
      dw_json_open(json, NULL, '[');
      for (size_t k = 0; k < m->label_count; k++) dw_json_number(json, NULL, m->matrix[i * m->label_count + k]);
      dw_json_close(json, ']');
    }
    dw_json_close(json, ']');
  }
  if (m->versus.given) write_versus(json, &m->versus);
  dw_json_close(json, '}');
  dw_buf_free(&place);
}

static void write_assumption(dw_json *json, const dw_report_evaluation *e)
{
  if (!e->assumption_known) return;
  dw_json_open(json, "assumption", '{');
  dw_json_bool(json, "holds", !e->assumption_fails);
  dw_json_open(json, "metrics", '[');
  for (size_t i = 0; i < e->assumption_count; i++) {
    const dw_report_assumption *one = &e->assumption[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "metric", one->metric);
    dw_json_number(json, "estimated", one->estimated);
    dw_json_number(json, "realised", one->realised);
    dw_json_number(json, "difference", one->difference);
    dw_json_number(json, "chance", one->chance);
    dw_json_number(json, "p_value", one->p_value);
    dw_json_bool(json, "holds", one->holds);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_evaluation(dw_json *json, const dw_report_evaluation *e)
{
  dw_json_open(json, NULL, '{');
  dw_json_bool(json, "complete", e->complete);
  dw_json_text(json, "task", or_null(e->task));
  dw_json_number(json, "rows", e->rows);
  dw_json_number(json, "skipped_records", e->skipped_records);
  if (e->gated && e->complete) dw_json_bool(json, "passed", e->passed);
  else dw_json_null(json, "passed");
  write_gates(json, e->gates, e->gate_count);
  dw_json_bool(json, "drift", e->drift);
  dw_json_number(json, "alerts", (double)e->alerts);
  write_assumption(json, e);
  dw_json_open(json, "metrics", '[');
  for (size_t i = 0; i < e->count; i++) write_metric(json, &e->metrics[i]);
  dw_json_close(json, ']');
  dw_json_raw(json, "made_by", e->made_by, strlen(e->made_by));
  dw_json_close(json, '}');
}

void dw_control_json_write(dw_json *json, const dw_control *control)
{
  if (control->run_count) {
    dw_json_open(json, "runs", '[');
    for (size_t i = 0; i < control->run_count; i++) write_run(json, &control->runs[i]);
    dw_json_close(json, ']');
  }
  if (control->evaluation_count == 0) return;
  dw_json_open(json, "evaluations", '[');
  for (size_t i = 0; i < control->evaluation_count; i++) write_evaluation(json, &control->evaluations[i]);
  dw_json_close(json, ']');
}
