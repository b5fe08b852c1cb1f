/* control: what dw-heal decided and what dw-eval measured, as a model for rendering; part of the report (report/model/findings.h), whose
 * rules about text and numbers hold here too.
 *
 * Documents of kind incident, plan, action and release that name one another are one run, in whatever order they come; a document that
 * comes again replaces the earlier one. Metrics up to a summary of dw-eval are one evaluation. A run is complete with its plan or its
 * release, an evaluation with its summary.
 */
#ifndef DW_REPORT_CONTROL_H
#define DW_REPORT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "io/text/json.h"
#include "kinds/fields.h"

/* A canary that departed, by a consensus. */
typedef struct dw_report_departed {
  const char *canary;
  double similarity, reference; /* to the others, in the round and in the reference; NaN: not said */
} dw_report_departed;

typedef struct dw_report_evidence {
  const char *kind;                                       /* "finding", "metric", "consensus" */
  const char *check, *column, *method, *rule, *direction; /* finding */
  const char *metric, *gate;                              /* metric */
  const char *round;                                      /* consensus */
  const dw_report_departed *departed;
  size_t departed_count;
  double score, value, threshold;
  dw_severity severity;
} dw_report_evidence;

typedef struct dw_report_incident {
  bool given;
  const char *id, *time, *type, *summary, *action; /* action: recommended */
  const char *const *types;
  size_t type_count;
  dw_severity severity;
  double drift_share;
  const dw_report_evidence *evidence;
  size_t evidence_listed;
  double evidence_count; /* of all; some may not be listed */
} dw_report_incident;

typedef struct dw_report_step {
  const char *id, *name, *type, *of; /* of: what an approval is for */
  double share;                      /* of the traffic, NaN: no canary stage */
  const char *outcome, *reason;      /* what became of it; outcome "": the input does not say */
  double exit_status;
} dw_report_step;

typedef struct dw_report_plan {
  bool given;
  const char *id, *incident, *time, *recommended, *action, *reason;
  const char *policy, *policy_digest, *held_by, *held_until; /* held_by NULL: not held */
  double policy_version;
  const char *promote_stage;
  dw_report_step *steps;
  size_t step_count;
} dw_report_plan;

typedef struct dw_report_gate {
  const char *gate, *metric, *reason;
  double value, threshold;
  bool passed;
} dw_report_gate;

typedef struct dw_report_versus { /* the new model against the current one, on the same rows */
  bool given, judged, passed;     /* judged: passed says something */
  const char *metric, *method, *reason;
  double current, fresh, difference, low, high, p_value;
} dw_report_versus;

typedef struct dw_report_judgement {
  double share; /* NaN: no canary stage */
  const char *decision;
  const char *const *reasons;
  size_t reason_count;
  const dw_report_gate *gates;
  size_t gate_count;
  dw_report_versus versus;
} dw_report_judgement;

typedef struct dw_report_release {
  bool given;
  const char *run, *incident, *time, *action, *version, *stage; /* version, stage NULL: none */
  dw_report_judgement judgement;
  const dw_report_judgement *stages;
  size_t stage_count;
} dw_report_release;

typedef struct dw_report_action {
  const char *step, *name, *outcome, *reason;
  double exit_status;
} dw_report_action;

typedef struct dw_report_run {
  const char *source;           /* name of the input that its first document came from */
  const char *id, *incident_id; /* "": not known */
  dw_report_incident incident;
  dw_report_plan plan;
  dw_report_release release;
  dw_report_action *actions;
  size_t action_count, action_capacity;
} dw_report_run;

typedef struct dw_report_metric {
  const char *metric, *score, *method, *error; /* error NULL: none */
  const char *title;                           /* metric, and of one cell of a confusion matrix, which: "a taken for b" */
  double value, low, high, count, positives;
  bool estimated, windowed, segmented;
  bool judged, alert;      /* it was held to what the reference shows; it is outside of lower to upper */
  double lower, upper;     /* NaN: none */
  const char *limits_from; /* "windows", "blocks" or "rows" of the reference; "": not said */
  double window, first_row, last_row;
  const char *start, *end; /* of the window; NULL: not by time */
  const char *column, *segment;
  const char *const *labels; /* confusion matrix: labels x labels, rows are the truth */
  const double *matrix;
  size_t label_count;
  dw_report_versus versus;
} dw_report_metric;

/* An estimated metric, held to the labels of the reference's own chunks (dw-eval --estimate). */
typedef struct dw_report_assumption {
  const char *metric;
  double estimated, realised; /* means over the chunks */
  double difference, chance;  /* root mean square of their differences; what chance would make of it */
  double p_value;
  bool holds;
} dw_report_assumption;

typedef struct dw_report_evaluation {
  const char *source;
  dw_report_metric *metrics;
  size_t count, capacity;
  bool complete; /* its summary came */
  bool gated, passed;
  bool drift;    /* estimates raised an alert */
  size_t alerts; /* of those that the input has */
  const dw_report_gate *gates;
  size_t gate_count;
  double rows, skipped_records;
  const char *task, *made_by;
  bool assumption_known, assumption_fails; /* of the estimates, on the reference itself */
  const dw_report_assumption *assumption;
  size_t assumption_count;
} dw_report_evaluation;

typedef struct dw_control {
  dw_report_run *runs;
  size_t run_count, run_capacity;
  dw_report_evaluation *evaluations;
  size_t evaluation_count, evaluation_capacity;
  const char *latest; /* name of the input that the latest document came from */
} dw_control;

/* One parsed document, its errors in at->status. false: it is of another kind. */
bool dw_control_document(dw_control *control, dw_fields *at, const dw_value *document);
/* After the last input: actions go to their steps. */
void dw_control_finish(dw_control *control);
void dw_control_free(dw_control *control);

/* --- questions that every writer asks --- */

static inline bool dw_control_any(const dw_control *control) { return control->run_count || control->evaluation_count; }
/* As the exit status of dw-eval: a gate refused the model, or an estimate raised an alert. */
static inline bool dw_control_refused(const dw_report_evaluation *e) { return e->complete && ((e->gated && !e->passed) || e->drift); }
static inline bool dw_control_run_complete(const dw_report_run *run) { return run->plan.given || run->release.given; }
/* Name of the input of the first run or evaluation that is incomplete; NULL: none is. */
const char *dw_control_incomplete(const dw_control *control);
/* How a decision is to be taken: DW_SEVERITY_NONE: done or nothing to do; LOW: it waits or was held; HIGH: blocked or failed. */
dw_severity dw_control_weight(const char *decision);

#endif
