/* run_history: runs of dw-serve by model and time. Of each model the newest run gives the verdict; the others are its past, and their
 * comparisons are no sections of the report: only those of the newest are, from what stands in front of it, or else from its summaries.
 */
#ifndef DW_REPORT_RUN_HISTORY_H
#define DW_REPORT_RUN_HISTORY_H

#include "report/model/findings.h"

/* Fills histories, drops and adds sections. A run that stands in the input twice (same model, time and window) counts once: the one that
 * its findings stand in front of, or the later. */
void dw_run_histories_finish(dw_report *report);

const dw_report_checked *dw_run_newest(const dw_report *report, const dw_report_history *history);
size_t dw_run_sections(const dw_report *report, size_t run); /* how many sections a run speaks for */

#endif
