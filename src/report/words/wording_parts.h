/* wording_parts: what the files of the wording share. Not for others. */
#ifndef DW_REPORT_WORDING_PARTS_H
#define DW_REPORT_WORDING_PARTS_H

#include "base/str.h"
#include "report/model/findings.h"

/* A name or value from input; what is not ASCII between isolates. */
void dw_wording_value(dw_buf *out, const char *text);
/* "0.91 [0.89, 0.93]" */
void dw_wording_metric(dw_buf *out, const dw_report_side *side);

/* wording_joint.c: of multivariate_drift and correlation_drift: each method says its own number. */
void dw_wording_joint(dw_buf *out, const dw_report_finding *finding);

void dw_wording_quality(dw_buf *out, const dw_report_finding *finding); /* wording_quality.c: what data_quality found */

bool dw_wording_met(const dw_report_finding *finding); /* the score meets its rule: drift, unless the change is too small for it */
/* Behind a score that meets its rule, whether the change is large enough: ", h 0.21 ≥ 0.1", ", but h 0.03 < 0.1". */
void dw_wording_large(dw_buf *out, const dw_report_finding *finding);

#endif
