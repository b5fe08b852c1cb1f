/* held_windows: the metrics of an evaluation that were held to limits in each of its windows, one behind the other: for a reader they are a
 * line a metric (report/model/series.h), not a list. Part of the report (report/model/findings.h), whose rules about text and numbers hold
 * here.
 */
#ifndef DW_REPORT_HELD_WINDOWS_H
#define DW_REPORT_HELD_WINDOWS_H

#include "report/model/control.h"
#include "report/model/series.h"

typedef struct dw_report_windows {
  dw_report_series *series;      /* column: the metric; chunk: the window's number; as they came */
  const dw_report_metric **lead; /* [count] the first metric of each: where it holds besides the window */
  size_t count;
} dw_report_windows;

/* In the arena. */
void dw_held_windows_of(dw_report_windows *out, const dw_report_evaluation *evaluation, dw_arena *arena);

#endif
