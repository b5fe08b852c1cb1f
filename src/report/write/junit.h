/* junit: findings as a JUnit XML report, for the test views of CI systems: a suite a comparison, a case a finding (class name: the check,
 * name: the column and method). Drift is a failure, a finding that could not be decided an error, a column not compared is skipped;
 * a comparison without its summary has an error case of its own. Appends to out.
 */
#ifndef DW_REPORT_JUNIT_H
#define DW_REPORT_JUNIT_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

void dw_junit_write(dw_buf *out, const dw_report *report, const dw_render *render);

#endif
