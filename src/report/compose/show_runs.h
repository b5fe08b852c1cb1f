/* show_runs: what checks of dw-serve came to: the newest run of a model with its verdict, and the runs before it. */
#ifndef DW_REPORT_SHOW_RUNS_H
#define DW_REPORT_SHOW_RUNS_H

#include "report/blocks/build.h"

void dw_show_history(dw_build *b, const dw_report *report, const dw_report_history *history);

#endif
