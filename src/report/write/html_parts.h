/* html_parts: what the files of the page share. Not for others. */
#ifndef DW_REPORT_HTML_PARTS_H
#define DW_REPORT_HTML_PARTS_H

#include "base/str.h"
#include "report/blocks/blocks.h"

typedef struct dw_html {
  dw_buf *out;
  const dw_block_table *held[8]; /* tables with rows that wait for the end of the findings */
  size_t held_count;
} dw_html;

static inline void dw_html_put(dw_html *page, const char *markup) { dw_buf_text(page->out, markup); }
void dw_html_text(dw_html *page, const char *text);               /* escaped */
void dw_html_words(dw_html *page, const dw_block_words *words);   /* escaped, in the markup of their styles */
void dw_html_chip(dw_html *page, const dw_block_state *state);    /* nothing where there is nothing to say */
void dw_html_legend(dw_html *page, const dw_block_words *legend); /* two; NULL is fine */
void dw_html_card(dw_html *page, const dw_report_block *card);

/* html_table.c */
void dw_html_table(dw_html *page, const dw_block_table *table);
void dw_html_held(dw_html *page); /* what waited */

/* html_style.c */
extern const char dw_html_style[], dw_html_script[], dw_html_script_digest[];

#endif
