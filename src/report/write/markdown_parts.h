/* markdown_parts: what the files of the Markdown writer share. Not for others. */
#ifndef DW_REPORT_MARKDOWN_PARTS_H
#define DW_REPORT_MARKDOWN_PARTS_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

typedef struct dw_markdown {
  dw_buf *out;
  dw_buf words;
  const dw_render *render;
} dw_markdown;

void dw_markdown_put(dw_markdown *m, const char *text);   /* markup, as it is */
void dw_markdown_words(dw_markdown *m);                   /* what is in words, escaped; words is empty afterwards */
void dw_markdown_text(dw_markdown *m, const char *plain); /* text, escaped */
void dw_markdown_cell(dw_markdown *m);                    /* words as a cell, and the bar behind it */
void dw_markdown_end_row(dw_markdown *m);

/* markdown_series.c: a line for each column and method over the chunks. */
void dw_markdown_series(dw_markdown *m, const dw_report_section *section);

/* markdown_segments.c: the values that rows were told apart by, and what drifted in each. */
void dw_markdown_segments(dw_markdown *m, const dw_report_section *section);

/* markdown_control.c: runs and evaluations. */
void dw_markdown_control(dw_markdown *m, const dw_control *control);

#endif
