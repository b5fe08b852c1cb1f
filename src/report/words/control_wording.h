/* control_wording: what was decided and measured, in words; the same in every format. As report/words/wording.h: plain text appended to a
 * dw_buf, names and values from input as they came.
 */
#ifndef DW_REPORT_CONTROL_WORDING_H
#define DW_REPORT_CONTROL_WORDING_H

#include "base/str.h"
#include "report/model/control.h"

/* "PROMOTED: version 4 is in Production", "BLOCKED: what is in production stays", "PLANNED: retrain_and_evaluate (not carried out yet)",
 * "INCOMPLETE: …": the one line of a run. */
void dw_wording_decided(dw_buf *out, const dw_report_run *run);
/* The same in one word for a badge: "promoted", "blocked", "planned", "incomplete"; and how bad that is. */
const char *dw_wording_decision_word(const dw_report_run *run);
dw_severity dw_wording_decision_weight(const dw_report_run *run);

/* "feature_drift, severity high (of its worst evidence, by the policy), 2026-11-21T03:00:00Z" */
void dw_wording_incident(dw_buf *out, const dw_report_incident *incident);
/* "column_drift of amount: wasserstein 0.31 (limit ≥ 0.1), up", "auc 0.79 does not pass auc>=0.82" */
void dw_wording_evidence(dw_buf *out, const dw_report_evidence *evidence);
/* "retrain_and_evaluate, by the policy fraud, version 3" and, when another was recommended and held, that. */
void dw_wording_plan(dw_buf *out, const dw_report_plan *plan);
/* "done", "failed with exit status 3: …", "not reported" */
void dw_wording_step(dw_buf *out, const dw_report_step *step);
/* "auc 0.91 on the same rows, the current model 0.88: difference 0.03 (0.01 to 0.05), p 0.002" */
void dw_wording_versus(dw_buf *out, const dw_report_versus *versus);
/* The value of a gate and its bound: "0.91", "not known" */
void dw_wording_gate_value(dw_buf *out, const dw_report_gate *gate);
/* "5 % of the traffic" */
void dw_wording_traffic(dw_buf *out, double share);

/* Where a metric holds: "all rows", "window 3: rows 0 to 999", "country = FR". */
void dw_wording_place(dw_buf *out, const dw_report_metric *metric);
/* "0.91", or the error. */
void dw_wording_metric_value(dw_buf *out, const dw_report_metric *metric);
void dw_wording_metric_interval(dw_buf *out, const dw_report_metric *metric); /* "0.90 to 0.92", empty without one */
void dw_wording_metric_alert(dw_buf *out, const dw_report_metric *metric);    /* "ALERT: outside of 0.8 to 0.92", nothing without one */
/* "ALERT: outside of 0.8 to 0.92; estimated, cbpe", the method alone, or nothing */
void dw_wording_metric_method(dw_buf *out, const dw_report_metric *metric);
/* "All 3 quality gates passed", "2 of 3 quality gates refused", "No quality gates asked for", "INCOMPLETE: …", and "ESTIMATES RAISED
 * ALERTS: 2 of 70": the one line of an evaluation. */
void dw_wording_gated(dw_buf *out, const dw_report_evaluation *evaluation);
/* A cell of a confusion matrix: a count, or a share where it was normalised. */
void dw_wording_matrix_cell(dw_buf *out, double value);
bool dw_wording_is_matrix(const dw_report_metric *metric);

#endif
