/* summary_json: one small document for machines (monitoring_summary.json): the verdict, what to do, and a line a column. Specified in
 * dw-report(1). Several comparisons give one document each, a line each. Appends to out.
 */
#ifndef DW_REPORT_SUMMARY_JSON_H
#define DW_REPORT_SUMMARY_JSON_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

void dw_summary_json_write(dw_buf *out, const dw_report *report, const dw_render *render);

#endif
