/* verdict: from the findings of a comparison to its answer: the correction for many tests, what drifted, how bad it is, and the summary
 * that says so. */
#ifndef DW_DETECT_VERDICT_H
#define DW_DETECT_VERDICT_H

#include "detect/compare/compare.h"
#include "kinds/summary.h"

/* Corrects the p-values of all findings of these comparisons together: without drift a run alarms at the rate of one test. Calibrated
 * thresholds allow for the others already. Then every finding is decided. */
void dw_verdict_correct(dw_comparison *const *comparison, size_t count, dw_correction correction);
/* Columns compared and drifted, severity, the answer; findings are decided, and what is unjudged is listed. */
void dw_verdict_give(dw_comparison *comparison, const dw_limits *limits);
dw_answer dw_verdict_answer(const dw_comparison *comparison);
/* The summary but for reference_rows, current_rows, skipped_records and made_by. What it lists is the comparison's, the limits' and the
 * arena's. */
void dw_verdict_summary(const dw_comparison *comparison, const dw_limits *limits, dw_arena *arena, dw_summary *out);

#endif
