/* run_wording: what the writers say of a run of dw-serve and its checks. */
#ifndef DW_REPORT_RUN_WORDING_H
#define DW_REPORT_RUN_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* "refusal rate"; an unknown check gives its own word. */
const char *dw_run_check(const char *check);

/* "DRIFT, severity high: data drift, refusal rate", "No drift: silence and toxicity rate were judged", "NOT JUDGED: the window has 2
 * inference records, …" */
void dw_run_verdict(dw_buf *out, const dw_checked_run *run);
void dw_run_why(dw_buf *out, const dw_checked_run *run);           /* its second half */
void dw_run_severity_rule(dw_buf *out, const dw_checked_run *run); /* "Severity as of the worst check: data drift."; empty without any */

const char *dw_run_action(const dw_checked_run *run); /* "investigate" */

void dw_run_instant(dw_buf *out, int64_t instant);                /* INT64_MIN: "–" */
void dw_run_period(dw_buf *out, const dw_checked_period *period); /* "2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z" */
void dw_run_window(dw_buf *out, const dw_checked_run *run);       /* the same of the window, its rows, and what came too late for it */
void dw_run_baseline(dw_buf *out, const dw_checked_run *run);     /* its rule, rows and periods */
bool dw_run_by_seeds(const dw_checked_run *run);                  /* the seeds' rule decides on data drift */
void dw_run_seed(dw_buf *out, const dw_checked_run *run);         /* numbers of the seeds' rule; empty without any */

/* Of a check: the number that was found, what it is held to ("above 10 %"), of how many records it is known. Each may be empty. */
void dw_run_value(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part);
void dw_run_limit(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part);
void dw_run_known(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part);
void dw_run_remark(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part); /* what no number says: why it was not judged */
/* All of it, as a sentence: "75 %; drift is above 10 %; 1,200 of 2,000 records say". */
void dw_run_found(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part);

/* "since 2026-01-01T00:00:00Z, 3 checks failed in a row; acknowledged by ann: a sale" */
void dw_run_alert(dw_buf *out, const dw_checked_part *alert);
void dw_run_open(dw_buf *out, const dw_checked_run *run); /* alerts that are open: "data drift, silence" */

#endif
