/* markdown: a report for a CI job summary or a pull-request comment, in GitHub-flavoured Markdown: verdict, table of what drifted, other
 * checks, the rest folded. Text from input is escaped, HTML included. Appends to out.
 */
#ifndef DW_REPORT_MARKDOWN_H
#define DW_REPORT_MARKDOWN_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

enum { DW_MARKDOWN_ROWS = 300 }; /* rows a table at most: a job summary may hold 1 MiB */

void dw_markdown_write(dw_buf *out, const dw_report *report, const dw_render *render);

#endif
