/* severity_wording: by which rule a severity is what it is, said beside it. */
#ifndef DW_REPORT_SEVERITY_WORDING_H
#define DW_REPORT_SEVERITY_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* "Severity as of the worst finding: amount, h 0.57 (low < 0.2 ≤ medium < 0.5 ≤ high)." or "Severity by the share of drifted columns: 22 %
 * (low < 20 % ≤ medium < 50 % ≤ high)." Empty where the summary does not say. */
void dw_wording_severity_rule(dw_buf *out, const dw_report_summary *summary);

#endif
