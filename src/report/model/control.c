#include "report/model/control.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "kinds/fields.h"

static bool same(const char *a, const char *b) { return *a && !strcmp(a, b); }

/* --- runs --- */

static dw_report_run *run_new(dw_control *control, const dw_fields *at)
{
  control->runs = dw_grow(control->runs, &control->run_capacity, control->run_count + 1, sizeof *control->runs);
  dw_report_run *run = &control->runs[control->run_count++];
  *run = (dw_report_run){.source = at->name, .id = "", .incident_id = ""};
  return run;
}

/* The run with this id; else the latest one of the incident whose own id nobody has said yet; else a new one. */
static dw_report_run *run_of(dw_control *control, const dw_fields *at, const char *id, const char *incident)
{
  dw_report_run *found = NULL;
  for (size_t i = control->run_count; i > 0 && !found; i--)
    if (same(id, control->runs[i - 1].id)) found = &control->runs[i - 1];
  for (size_t i = control->run_count; i > 0 && !found; i--)
    if (!*control->runs[i - 1].id && same(incident, control->runs[i - 1].incident_id)) found = &control->runs[i - 1];
  if (!found) found = run_new(control, at);
  if (*id) found->id = id;
  if (*incident) found->incident_id = incident;
  return found;
}

static void read_departed(dw_report_evidence *out, dw_fields *at, const dw_value *array)
{
  dw_report_departed *list = dw_fields_room(at, dw_value_count(array), sizeof *list);
  for (const dw_value *o = array ? dw_value_first(array) : NULL; o; o = dw_value_next(o))
    list[out->departed_count++] = (dw_report_departed){.canary = dw_fields_text(at, o, "canary", ""),
                                                       .similarity = dw_fields_number(at, o, "similarity"),
                                                       .reference = dw_fields_number(at, o, "reference")};
  out->departed = list;
}

static const dw_report_evidence *read_evidence(dw_fields *at, const dw_value *array, size_t *count)
{
  dw_report_evidence *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  *count = 0;
  for (const dw_value *o = array ? dw_value_first(array) : NULL; o; o = dw_value_next(o)) {
    dw_report_evidence *e = &out[(*count)++];
    e->kind = dw_fields_text(at, o, "kind", "");
    e->check = dw_fields_text(at, o, "check", "");
    e->column = dw_fields_text(at, o, "column", "");
    e->method = dw_fields_text(at, o, "method", "");
    e->rule = dw_fields_text(at, o, "rule", "");
    e->direction = dw_fields_text(at, o, "direction", "");
    e->metric = dw_fields_text(at, o, "metric", "");
    e->gate = dw_fields_text(at, o, "gate", "");
    e->round = dw_fields_text(at, o, "round", "");
    read_departed(e, at, dw_fields_list(at, o, "canaries"));
    e->score = dw_fields_number(at, o, "score");
    e->value = dw_fields_number(at, o, "value");
    e->threshold = dw_fields_number(at, o, "threshold");
    e->severity = dw_fields_severity(at, o);
  }
  return out;
}

static void read_incident(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_incident incident = {.given = true};
  incident.id = dw_fields_text(at, o, "id", "");
  incident.time = dw_fields_text(at, o, "time", "");
  incident.type = dw_fields_text(at, o, "type", "");
  incident.types = dw_fields_texts(at, dw_fields_list(at, o, "types"), "types", &incident.type_count);
  incident.severity = dw_fields_severity(at, o);
  incident.summary = dw_fields_text(at, o, "summary", "");
  incident.action = dw_fields_text(at, o, "recommended_action", "");
  incident.drift_share = dw_fields_number(at, o, "drift_share");
  incident.evidence = read_evidence(at, dw_fields_list(at, o, "evidence"), &incident.evidence_listed);
  incident.evidence_count = dw_fields_number(at, o, "evidence_count");
  if (isnan(incident.evidence_count)) incident.evidence_count = (double)incident.evidence_listed;
  if (!*incident.type) dw_fields_refuse(at, "type", "the type of an incident");
  if (at->status != DW_OK) return;
  dw_report_run *run = NULL;
  for (size_t i = control->run_count; i > 0 && !run; i--)
    if (!control->runs[i - 1].incident.given && same(incident.id, control->runs[i - 1].incident_id)) run = &control->runs[i - 1];
  if (!run) run = run_new(control, at);
  run->incident_id = incident.id;
  run->incident = incident;
}

static void read_steps(dw_fields *at, dw_report_plan *plan, const dw_value *array)
{
  plan->steps = dw_fields_room(at, dw_value_count(array), sizeof *plan->steps);
  for (const dw_value *o = array ? dw_value_first(array) : NULL; o; o = dw_value_next(o)) {
    dw_report_step *step = &plan->steps[plan->step_count++];
    step->id = dw_fields_text(at, o, "id", "");
    step->name = dw_fields_text(at, o, "name", "");
    step->type = dw_fields_text(at, o, "type", "");
    step->of = dw_fields_text(at, o, "of", "");
    step->share = dw_fields_number(at, o, "share");
    step->outcome = step->reason = "";
    step->exit_status = NAN;
  }
}

static void read_plan(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_plan plan = {.given = true};
  plan.id = dw_fields_text(at, o, "id", "");
  plan.incident = dw_fields_text(at, o, "incident", "");
  plan.time = dw_fields_text(at, o, "time", "");
  plan.recommended = dw_fields_text(at, o, "recommended_action", "");
  plan.action = dw_fields_text(at, o, "action", "");
  plan.reason = dw_fields_text(at, o, "reason", "");
  const dw_value *policy = dw_fields_object(at, o, "policy"), *held = dw_fields_object(at, o, "held");
  plan.policy = dw_fields_text(at, policy, "name", "");
  plan.policy_digest = dw_fields_text(at, policy, "digest", "");
  plan.policy_version = dw_fields_number(at, policy, "version");
  plan.held_by = held ? dw_fields_text(at, held, "by", "") : NULL;
  plan.held_until = dw_fields_text(at, held, "until", "");
  plan.promote_stage = dw_fields_text(at, dw_fields_object(at, o, "release"), "promote_stage", "");
  read_steps(at, &plan, dw_fields_list(at, o, "steps"));
  if (!*plan.action) dw_fields_refuse(at, "action", "the action of a plan");
  if (at->status == DW_OK) run_of(control, at, plan.id, plan.incident)->plan = plan;
}

static void read_action(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_action action;
  const char *id = dw_fields_text(at, o, "run", "");
  action.step = dw_fields_text(at, o, "step", "");
  action.name = dw_fields_text(at, o, "name", "");
  action.outcome = dw_fields_text(at, o, "outcome", "");
  action.reason = dw_fields_text(at, o, "reason", "");
  action.exit_status = dw_fields_number(at, o, "exit_status");
  if (!*action.outcome) dw_fields_refuse(at, "outcome", "what became of the step");
  if (at->status != DW_OK) return;
  dw_report_run *run = run_of(control, at, id, "");
  run->actions = dw_grow(run->actions, &run->action_capacity, run->action_count + 1, sizeof *run->actions);
  run->actions[run->action_count++] = action;
}

/* --- judgements --- */

static const dw_report_gate *read_gates(dw_fields *at, const dw_value *array, size_t *count)
{
  dw_report_gate *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  *count = 0;
  for (const dw_value *o = array ? dw_value_first(array) : NULL; o; o = dw_value_next(o)) {
    dw_report_gate *gate = &out[(*count)++];
    gate->gate = dw_fields_text(at, o, "gate", "");
    gate->metric = dw_fields_text(at, o, "metric", "");
    gate->reason = dw_fields_text(at, o, "reason", "");
    gate->value = dw_fields_number(at, o, "value");
    gate->threshold = dw_fields_number(at, o, "threshold");
    gate->passed = dw_fields_truth(at, o, "passed");
    if (dw_value_kind(dw_value_get(o, "passed")) != DW_VALUE_BOOL) dw_fields_refuse(at, "passed", "true or false");
  }
  return out;
}

static dw_report_versus read_versus(dw_fields *at, const dw_value *o)
{
  dw_report_versus versus = {.given = o != NULL};
  versus.judged = dw_value_kind(dw_value_get(o, "passed")) == DW_VALUE_BOOL;
  versus.passed = dw_fields_truth(at, o, "passed");
  versus.metric = dw_fields_text(at, o, "metric", "");
  versus.method = dw_fields_text(at, o, "method", "");
  versus.reason = dw_fields_text(at, o, "reason", "");
  versus.current = dw_fields_number(at, o, "current");
  versus.fresh = dw_fields_number(at, o, "new");
  versus.difference = dw_fields_number(at, o, "difference");
  versus.low = dw_fields_number(at, o, "low");
  versus.high = dw_fields_number(at, o, "high");
  versus.p_value = dw_fields_number(at, o, "p_value");
  return versus;
}

static dw_report_judgement read_judgement(dw_fields *at, const dw_value *o)
{
  dw_report_judgement judgement = {.share = dw_fields_number(at, o, "share")};
  judgement.decision = dw_fields_text(at, o, "decision", "");
  judgement.reasons = dw_fields_texts(at, dw_fields_list(at, o, "reasons"), "reasons", &judgement.reason_count);
  judgement.gates = read_gates(at, dw_fields_list(at, o, "gates"), &judgement.gate_count);
  judgement.versus = read_versus(at, dw_fields_object(at, o, "comparison"));
  if (!*judgement.decision) dw_fields_refuse(at, "decision", "what was decided");
  return judgement;
}

static void read_release(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_release release = {.given = true};
  release.run = dw_fields_text(at, o, "run", "");
  release.incident = dw_fields_text(at, o, "incident", "");
  release.time = dw_fields_text(at, o, "time", "");
  release.action = dw_fields_text(at, o, "action", "");
  release.version = dw_fields_text(at, o, "version", NULL);
  release.stage = dw_fields_text(at, o, "stage", NULL);
  release.judgement = read_judgement(at, o);
  const dw_value *stages = dw_fields_list(at, o, "stages");
  dw_report_judgement *out = dw_fields_room(at, dw_value_count(stages), sizeof *out);
  for (const dw_value *stage = stages ? dw_value_first(stages) : NULL; stage; stage = dw_value_next(stage))
    out[release.stage_count++] = read_judgement(at, stage);
  release.stages = out;
  if (at->status == DW_OK) run_of(control, at, release.run, release.incident)->release = release;
}

/* --- metrics --- */

static dw_report_evaluation *evaluation_of(dw_control *control, const dw_fields *at)
{
  dw_report_evaluation *last = control->evaluation_count ? &control->evaluations[control->evaluation_count - 1] : NULL;
  if (last && last->source == at->name && !last->complete) return last;
  control->evaluations =
      dw_grow(control->evaluations, &control->evaluation_capacity, control->evaluation_count + 1, sizeof *control->evaluations);
  last = &control->evaluations[control->evaluation_count++];
  *last = (dw_report_evaluation){.source = at->name, .task = "", .made_by = "[]", .rows = NAN, .skipped_records = NAN};
  return last;
}

static const char *metric_title(dw_fields *at, const char *name, const dw_value *cell)
{
  if (!cell) return name;
  dw_buf text = {0};
  dw_buf_format(&text, "%s taken for ", dw_fields_plain(at, dw_value_get(cell, "label")));
  dw_buf_text(&text, dw_fields_plain(at, dw_value_get(cell, "prediction")));
  const char *title = dw_fields_keep(at, dw_buf_cstr(&text));
  dw_buf_free(&text);
  return title;
}

static void read_matrix(dw_fields *at, dw_report_metric *metric, const dw_value *labels, const dw_value *rows)
{
  size_t n = dw_value_count(labels), i = 0;
  if (!labels || !rows) return;
  const char **names = dw_fields_room(at, n, sizeof *names);
  double *counts = dw_fields_room(at, n * n, sizeof *counts);
  for (const dw_value *item = dw_value_first(labels); item; item = dw_value_next(item)) names[i++] = dw_fields_plain(at, item);
  i = 0;
  bool square = dw_value_count(rows) == n;
  for (const dw_value *row = dw_value_first(rows); row && square; row = dw_value_next(row)) {
    square = dw_value_kind(row) == DW_VALUE_ARRAY && dw_value_count(row) == n;
    for (const dw_value *item = square ? dw_value_first(row) : NULL; item; item = dw_value_next(item))
      counts[i++] = dw_value_number(item, NAN);
  }
  if (!square) dw_fields_refuse(at, "matrix", "as many rows and columns as labels");
  metric->labels = names;
  metric->matrix = counts;
  metric->label_count = n;
}

static void read_metric(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_metric metric = {0};
  metric.metric = dw_fields_text(at, o, "metric", "");
  metric.score = dw_fields_text(at, o, "score", "");
  metric.method = dw_fields_text(at, o, "method", "");
  metric.error = dw_fields_text(at, o, "error", NULL);
  metric.value = dw_fields_number(at, o, "value");
  metric.low = dw_fields_number(at, o, "low");
  metric.high = dw_fields_number(at, o, "high");
  metric.count = dw_fields_number(at, o, "count");
  metric.positives = dw_fields_number(at, o, "positives");
  metric.estimated = dw_fields_truth(at, o, "estimated");
  metric.alert = dw_fields_truth(at, o, "alert");
  const dw_value *threshold = dw_fields_object(at, o, "threshold");
  metric.judged = threshold != NULL;
  metric.lower = dw_fields_number(at, threshold, "lower");
  metric.upper = dw_fields_number(at, threshold, "upper");
  metric.limits_from = dw_fields_text(at, threshold, "from", "");
  const dw_value *window = dw_fields_object(at, o, "window"), *segment = dw_fields_object(at, o, "segment");
  metric.windowed = window != NULL;
  metric.window = dw_fields_number(at, window, "index");
  metric.first_row = dw_fields_number(at, window, "first_row");
  metric.last_row = dw_fields_number(at, window, "last_row");
  metric.start = dw_fields_text(at, window, "start", NULL);
  metric.end = dw_fields_text(at, window, "end", NULL);
  metric.segmented = segment != NULL;
  metric.column = dw_fields_text(at, segment, "column", "");
  metric.segment = segment ? dw_fields_plain(at, dw_value_get(segment, "value")) : "";
  metric.title = metric_title(at, metric.metric, dw_fields_object(at, o, "cell"));
  read_matrix(at, &metric, dw_fields_list(at, o, "labels"), dw_fields_list(at, o, "matrix"));
  const dw_value *comparison = dw_fields_object(at, o, "comparison");
  metric.versus = read_versus(at, comparison);
  metric.versus.current = metric.value;
  metric.versus.fresh = dw_fields_number(at, comparison, "value");
  if (!*metric.metric) dw_fields_refuse(at, "metric", "the name of a metric");
  if (at->status != DW_OK) return;
  dw_report_evaluation *evaluation = evaluation_of(control, at);
  evaluation->metrics = dw_grow(evaluation->metrics, &evaluation->capacity, evaluation->count + 1, sizeof *evaluation->metrics);
  evaluation->metrics[evaluation->count++] = metric;
}

static void read_assumption(dw_fields *at, dw_report_evaluation *evaluation, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "metrics");
  dw_report_assumption *one = dw_fields_room(at, dw_value_count(list), sizeof *one);
  if (!o) return;
  evaluation->assumption_known = true;
  evaluation->assumption_fails = !dw_fields_answer(at, o, "holds");
  evaluation->assumption = one;
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item; item = dw_value_next(item))
    one[evaluation->assumption_count++] = (dw_report_assumption){.metric = dw_fields_text(at, item, "metric", ""),
                                                                 .estimated = dw_fields_number(at, item, "estimated"),
                                                                 .realised = dw_fields_number(at, item, "realised"),
                                                                 .difference = dw_fields_number(at, item, "difference"),
                                                                 .chance = dw_fields_number(at, item, "chance"),
                                                                 .p_value = dw_fields_number(at, item, "p_value"),
                                                                 .holds = dw_fields_truth(at, item, "holds")};
}

static void read_summary(dw_control *control, dw_fields *at, const dw_value *o)
{
  dw_report_evaluation *evaluation = evaluation_of(control, at);
  const dw_value *gate = dw_fields_object(at, o, "gate"), *made_by = dw_fields_list(at, o, "made_by");
  evaluation->gated = gate != NULL;
  evaluation->passed = dw_fields_truth(at, gate, "passed");
  evaluation->gates = read_gates(at, dw_fields_list(at, gate, "gates"), &evaluation->gate_count);
  evaluation->drift = dw_fields_truth(at, o, "drift");
  for (size_t i = 0; i < evaluation->count; i++) evaluation->alerts += evaluation->metrics[i].alert;
  evaluation->rows = dw_fields_number(at, o, "rows");
  evaluation->skipped_records = dw_fields_number(at, o, "skipped_records");
  evaluation->task = dw_fields_text(at, o, "task", "");
  read_assumption(at, evaluation, dw_fields_object(at, o, "assumption"));
  if (made_by) evaluation->made_by = dw_fields_plain(at, made_by);
  evaluation->complete = true;
}

bool dw_control_document(dw_control *control, dw_fields *at, const dw_value *document)
{
  static const struct {
    const char *kind;
    void (*read)(dw_control *, dw_fields *, const dw_value *);
  } table[] = {{"incident", read_incident}, {"plan", read_plan},     {"action", read_action},
               {"release", read_release},   {"metric", read_metric}, {"summary", read_summary}};
  const char *kind = dw_value_text(dw_value_get(document, "kind"), "");
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcmp(kind, table[i].kind)) {
      control->latest = at->name;
      table[i].read(control, at, document);
      return true;
    }
  return false;
}

/* --- the end --- */

/* What became of a step that decides stands in the release, of the others in the actions. */
static void finish_step(const dw_report_run *run, dw_report_step *step)
{
  for (size_t i = 0; i < run->action_count; i++)
    if (same(step->id, run->actions[i].step)) {
      step->outcome = run->actions[i].outcome;
      if (strcmp(run->actions[i].reason, step->outcome) != 0) step->reason = run->actions[i].reason; /* "done: done" */
      step->exit_status = run->actions[i].exit_status;
    }
  if (strcmp(step->type, "decide") != 0 || !run->release.given) return;
  const dw_report_release *release = &run->release;
  const char *decision = release->judgement.decision;
  if (isnan(step->share) && !strcmp(decision, "promoted")) step->outcome = "promote";
  if (isnan(step->share) && !strcmp(decision, "blocked")) step->outcome = "blocked";
  for (size_t i = 0; i < release->stage_count; i++)
    if (release->stages[i].share == step->share) step->outcome = release->stages[i].decision;
}

/* An incident that was shown again with a plan that is here already is no run of its own. */
static bool repeated(const dw_control *control, const dw_report_run *run)
{
  if (dw_control_run_complete(run) || run->action_count) return false;
  for (size_t i = 0; i < control->run_count; i++)
    if (&control->runs[i] != run && dw_control_run_complete(&control->runs[i]) && same(run->incident_id, control->runs[i].incident_id))
      return true;
  return false;
}

void dw_control_finish(dw_control *control)
{
  for (size_t i = 0; i < control->run_count;) {
    if (repeated(control, &control->runs[i])) {
      memmove(&control->runs[i], &control->runs[i + 1], (control->run_count - i - 1) * sizeof *control->runs);
      control->run_count--;
    } else {
      dw_report_run *run = &control->runs[i++];
      for (size_t k = 0; k < run->plan.step_count; k++) finish_step(run, &run->plan.steps[k]);
    }
  }
}

void dw_control_free(dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++) dw_free(control->runs[i].actions);
  for (size_t i = 0; i < control->evaluation_count; i++) dw_free(control->evaluations[i].metrics);
  dw_free(control->runs);
  dw_free(control->evaluations);
}

const char *dw_control_incomplete(const dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++)
    if (!dw_control_run_complete(&control->runs[i])) return control->runs[i].source;
  for (size_t i = 0; i < control->evaluation_count; i++)
    if (!control->evaluations[i].complete) return control->evaluations[i].source;
  return NULL;
}

dw_severity dw_control_weight(const char *decision)
{
  if (!strcmp(decision, "blocked") || !strcmp(decision, "failed")) return DW_SEVERITY_HIGH;
  if (!strcmp(decision, "held") || !strcmp(decision, "waiting")) return DW_SEVERITY_LOW;
  return DW_SEVERITY_NONE;
}
