/* html_parts: what the files of the page share. Not for others. */
#ifndef DW_REPORT_HTML_PARTS_H
#define DW_REPORT_HTML_PARTS_H

#include "base/str.h"
#include "report/blocks/blocks.h"

typedef struct dw_html {
  dw_buf *out;
  const dw_block_table *held[8]; /* tables with rows that wait for the end of the findings */
  size_t held_count;
  bool brief;                     /* pictures in few bytes */
  size_t shapes;                  /* numbers given to the shapes of histograms */
  const dw_report_finding *drawn; /* whose is the last of them */
} dw_html;

static inline void dw_html_put(dw_html *page, const char *markup) { dw_buf_text(page->out, markup); }
void dw_html_text(dw_html *page, const char *text);                    /* escaped */
void dw_html_words(dw_html *page, const dw_block_words *words);        /* escaped, in the markup of their styles */
void dw_html_chip(dw_html *page, const dw_block_state *state);         /* nothing where there is nothing to say */
void dw_html_legend(dw_html *page, const dw_block_words *legend);      /* two; NULL is fine */
void dw_html_draw_blocks(dw_html *page, const dw_report_block *block); /* and those behind it */

/* html_figure.c: pictures with axes, and what they say where they are pointed at */
void dw_html_small(dw_html *page, const dw_report_finding *finding); /* both distributions in a row */
void dw_html_histogram(dw_html *page, const dw_block_histogram *histogram);
void dw_html_line(dw_html *page, const dw_report_series *series);

/* html_columns.c */
void dw_html_columns(dw_html *page, const dw_block_table *table);

/* html_table.c */
void dw_html_table(dw_html *page, const dw_block_table *table);
void dw_html_row(dw_html *page, const dw_block_table *table, const dw_block_row *row); /* its cells */
bool dw_html_pictured(dw_block_column_kind kind);                                      /* the column holds pictures: its head is empty */
void dw_html_held(dw_html *page);                                                      /* what waited */

#endif
