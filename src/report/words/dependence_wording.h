/* dependence_wording: what the writers say of rows that depend on each other in time. */
#ifndef DW_REPORT_DEPENDENCE_WORDING_H
#define DW_REPORT_DEPENDENCE_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* What the rows below are, and what to do about them. */
void dw_wording_dependence(dw_buf *out, const dw_report_summary *summary);
/* "62 of 1,008": what values are worth. */
void dw_wording_worth(dw_buf *out, double effective, double values);
/* "the hour of the day (47 % of the variance)"; runs of missing values, too. Nothing when it has neither. */
void dw_wording_cycles(dw_buf *out, const dw_summary_dependence *one);
/* What settles its cycles; nothing without one. */
void dw_wording_cycles_settled(dw_buf *out, const dw_summary_dependence *one);
/* All of it as one sentence behind the name of the column. */
void dw_wording_depends(dw_buf *out, const dw_summary_dependence *one);

#endif
