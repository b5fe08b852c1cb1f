/* runs_json: a model's runs as members of the JSON report (report/write/summary_json.c). */
#ifndef DW_REPORT_RUNS_JSON_H
#define DW_REPORT_RUNS_JSON_H

#include "io/text/json.h"
#include "report/model/findings.h"

/* The verdict of the newest and what it rests on, and "history", into the object that is open. */
void dw_runs_json_write(dw_json *json, const dw_report *report, const dw_report_history *history);

#endif
