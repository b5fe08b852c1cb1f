/* control_json: runs and evaluations as members of the JSON report (report/write/summary_json.c). */
#ifndef DW_REPORT_CONTROL_JSON_H
#define DW_REPORT_CONTROL_JSON_H

#include "io/text/json.h"
#include "report/model/control.h"

/* The members "runs" and "evaluations" of the object that is open; each only when there are such. */
void dw_control_json_write(dw_json *json, const dw_control *control);

#endif
