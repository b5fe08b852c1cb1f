/* report_format: the forms that a report has, a row each. A form is drawn from blocks (report/blocks/blocks.h), or written from the
 * documents (a form that is no page but holds fields and cases). To add one: its file with the function, and its row here; name and help of
 * dw-report's --format and its errors follow from the row.
 *
 *   row(NAME, HELP, FUNCTION, ROOM...)   FUNCTION draws blocks; ROOM is what it has room for (dw_block_room; --all adds the quiet)
 *   document(NAME, HELP, FUNCTION)       FUNCTION writes from the model
 */
#ifndef DW_REPORT_REPORT_FORMAT_H
#define DW_REPORT_REPORT_FORMAT_H

#include "base/str.h"
#include "report/blocks/blocks.h"
#include "report/draw/render.h"

/* Appends to out. */
typedef void dw_report_drawer(dw_buf *out, const dw_report_blocks *blocks, const dw_render *render);
typedef void dw_report_writer(dw_buf *out, const dw_report *report, const dw_render *render);

enum {
  DW_HTML_CARDS = 40, /* columns in full on a page: of the others a card has the picture and a few lines, so that 1,000 stay below 2 MB */
  DW_MARKDOWN_ROWS = 300 /* of a table: a job summary may hold 1 MiB */
};

/* clang-format off */
#define DW_REPORT_FORMATS(row, document)                                                                                          \
  row(text, "for a terminal", dw_term_draw, .place = DW_LINES)                                                                    \
  row(markdown, "for a job summary or a comment", dw_markdown_draw, .place = DW_TABLES, .rows = DW_MARKDOWN_ROWS)                 \
  document(json, "for programs", dw_summary_json_write)                                                                           \
  row(html, "a page that stands alone", dw_html_draw, .place = DW_PAGES, .quiet = true, .full = DW_HTML_CARDS)                    \
  document(junit, "for the test views of CI systems", dw_junit_write)                                                             \
  document(prometheus, "for node_exporter's textfile collector", dw_prometheus_report_write)
/* clang-format on */

typedef struct dw_report_format {
  const char *name, *help;
  dw_block_room room;
  dw_report_drawer *draw; /* one of the two */
  dw_report_writer *write;
} dw_report_format;

#define DW_REPORT_DRAWER(name, help, draw, ...) dw_report_drawer draw;
#define DW_REPORT_WRITER(name, help, write) dw_report_writer write;
DW_REPORT_FORMATS(DW_REPORT_DRAWER, DW_REPORT_WRITER)
#undef DW_REPORT_DRAWER
#undef DW_REPORT_WRITER

extern const dw_report_format dw_report_formats[]; /* ended by a row without a name */

/* The whole report in a form. */
void dw_report_write(dw_buf *out, const dw_report_format *format, const dw_report *report, const dw_render *render);

/* The Content-Security-Policy of a page that "html" draws, which says it of itself too: its own style and script, and nothing else. */
void dw_html_policy(dw_buf *out);
const char *dw_html_sheet(void); /* its style sheet, for pages that have parts of it inside */

#endif
