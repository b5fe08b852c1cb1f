/* window_wording: what the writers say of the windows of an evaluation that were held to a reference, and of the trial of its estimates. */
#ifndef DW_REPORT_WINDOW_WORDING_H
#define DW_REPORT_WINDOW_WORDING_H

#include "base/str.h"
#include "report/model/held_windows.h"

/* "2026-04-23 to 2026-04-30", "2026-04-23T06:00:00Z to …", "window 3" */
void dw_wording_window(dw_buf *out, const dw_report_point *point);
/* "2 of 9 windows: 2026-04-23 to 2026-04-30 0.775, below 0.7809; … ; the others 0.807 to 0.834" */
void dw_wording_windows(dw_buf *out, const dw_report_series *series);
/* "Worse than the reference's: 2026-04-23 to 2026-04-30 (8 metrics), …". Nothing without alerts. */
void dw_wording_worse_windows(dw_buf *out, const dw_report_windows *windows);
/* Which limits know nothing of how windows differ: "Limits of auc, f1 are from blocks of the reference …". Nothing where none is so. */
void dw_wording_limits_of_less(dw_buf *out, const dw_report_windows *windows);
/* What it means that estimates do not hold on the reference itself. */
void dw_wording_assumption(dw_buf *out, const dw_report_evaluation *evaluation);

/* "estimated 0.826, realised 0.781 on average; off by 0.047, 0.0115 by chance, p 1e-06" */
void dw_wording_trial(dw_buf *out, const dw_report_assumption *one);

#endif
