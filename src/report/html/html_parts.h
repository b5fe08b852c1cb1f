/* html_parts: what the files of the HTML writer share. Not for others. */
#ifndef DW_REPORT_HTML_PARTS_H
#define DW_REPORT_HTML_PARTS_H

#include "base/str.h"
#include "report/draw/bars.h"
#include "report/model/findings.h"

/* Markup goes straight to out; words are collected in words and go out through dw_html_words, which escapes them. */
typedef struct dw_html {
  dw_buf *out;
  dw_buf words;
} dw_html;

static inline void dw_html_put(dw_html *page, const char *markup) { dw_buf_text(page->out, markup); }
void dw_html_words(dw_html *page);                  /* what is in words, escaped; words is empty afterwards */
void dw_html_text(dw_html *page, const char *text); /* text, escaped */
void dw_html_name(dw_html *page, const char *name); /* a name from input, kept apart from the direction of what is around it */
void dw_html_chip(dw_html *page, dw_report_severity severity, bool drift, bool error);
void dw_html_cell(dw_html *page, const char *tag, const char *attributes); /* <td attributes>words</td> */

/* html_card.c: a column in full. */
void dw_html_card(dw_html *page, const dw_report_section *section, const dw_report_column *column);

/* html_table.c */
/* the bins or categories that carry most of it, the effect's interval */
void dw_html_where(dw_html *page, const dw_report_finding *finding);
void dw_html_texts(dw_html *page, const dw_report_finding *finding); /* words and examples of text_drift */
void dw_html_performance(dw_html *page, const dw_report_section *section);
/* Columns with a distribution check as rows: of one state, from index `from` on. */
typedef enum dw_html_state { DW_HTML_DRIFTED, DW_HTML_UNDECIDED, DW_HTML_QUIET } dw_html_state;
void dw_html_columns(dw_html *page, const dw_report_section *section, size_t from, dw_html_state state);
void dw_html_checks(dw_html *page, const dw_report_section *section, bool drift);
void dw_html_lost(dw_html *page, const dw_report_section *section);
void dw_html_unjudged(dw_html *page, const dw_report_summary *summary);
void dw_html_origin(dw_html *page, const dw_report_summary *summary); /* what was not compared, how it was made */

/* html_series.c: a line for each column and method over the chunks. */
void dw_html_series(dw_html *page, const dw_report_section *section);

/* html_joint.c: what several columns together show. */
void dw_html_joint(dw_html *page, const dw_report_section *section);

/* html_segments.c: the values that rows were told apart by, and what drifted in each. */
void dw_html_segments(dw_html *page, const dw_report_section *section);

/* html_control.c: what dw-heal decided and dw-eval measured. */
void dw_html_control(dw_html *page, const dw_control *control);

/* html_style.c */
extern const char dw_html_style[], dw_html_script[], dw_html_script_digest[];

#endif
