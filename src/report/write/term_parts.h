/* term_parts: what the files of the terminal writer share. Not for others. */
#ifndef DW_REPORT_TERM_PARTS_H
#define DW_REPORT_TERM_PARTS_H

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"

#define DW_TERM_RESET "\033[0m"
#define DW_TERM_BOLD "\033[1m"
#define DW_TERM_DIM "\033[2m"

typedef struct dw_term {
  dw_buf *out;
  const dw_render *render;
  dw_buf scratch; /* words before cleaning */
  dw_buf clean;
} dw_term;

void dw_term_style(dw_term *t, const char *escape); /* nothing without colour */
const char *dw_term_severity(dw_report_severity severity);
/* What is in scratch as lines with an indent; scratch is empty afterwards. */
void dw_term_paragraph(dw_term *t, size_t indent);
void dw_term_styled(dw_term *t, size_t indent, const char *escape);
void dw_term_heading(dw_term *t, const char *words);
/* The same with a word of at most 8 cells in its own style before the first line. */
void dw_term_item(dw_term *t, size_t indent, const char *word, const char *escape);

/* term_series.c: a line for each column and method over the chunks. */
void dw_term_series(dw_term *t, const dw_report_section *section);

/* term_segments.c: the values that rows were told apart by, and what drifted in each. */
void dw_term_segments(dw_term *t, const dw_report_section *section);

/* term_control.c, term_metrics.c */
void dw_term_runs(dw_term *t, const dw_control *control);
void dw_term_evaluations(dw_term *t, const dw_control *control);

#endif
