/* verdict: from the findings of a comparison to its answer: the correction for many tests, what drifted, how bad it is, and the summary
 * that says so. */
#ifndef DW_DETECT_VERDICT_H
#define DW_DETECT_VERDICT_H

#include "detect/compare/compare.h"

/* Corrects the p-values of all findings of these comparisons together, as two families: tests of drift, and tests of data quality: a
 * thousand columns without a missing value must not hide a shift. Calibrated thresholds allow for the others already. Then every finding is
 * decided. */
void dw_verdict_correct(dw_comparison *const *comparison, size_t count, dw_correction correction);
/* Columns compared and drifted, severity, the answer; findings are decided, and what is unjudged is listed. */
void dw_verdict_give(dw_comparison *comparison, const dw_limits *limits);
/* The answer: "drift", "no drift" or "not judged". */
const char *dw_verdict_words(const dw_comparison *comparison);
/* The members of the summary document up to skipped_records; the caller has opened it and goes on (made_by) and closes it. */
void dw_verdict_write(const dw_comparison *comparison, const dw_limits *limits, dw_json *json);

#endif
