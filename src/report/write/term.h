/* term: a report for a terminal. The verdict first, then what drifted as a table with a sparkline histogram of both sides, the other
 * checks, what was not compared and how it was made. No line is longer than render->width cells. Appends to out.
 */
#ifndef DW_REPORT_TERM_H
#define DW_REPORT_TERM_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

void dw_term_write(dw_buf *out, const dw_report *report, const dw_render *render);

#endif
