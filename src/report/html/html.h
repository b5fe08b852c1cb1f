/* html: a report as one self-contained page: no network, no font or script from elsewhere, pictures as inline SVG. Readable in light and
 * dark, on a phone, on paper, without JavaScript (which only adds a search field) and aloud. The worst columns are drawn in full, up to
 * DW_HTML_CARDS a comparison; the rest are rows of a table, so that 1,000 columns stay below 2 MB. Appends to out.
 */
#ifndef DW_REPORT_HTML_H
#define DW_REPORT_HTML_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

enum { DW_HTML_CARDS = 150 };

void dw_html_write(dw_buf *out, const dw_report *report, const dw_render *render);

#endif
