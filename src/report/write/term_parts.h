/* term_parts: what the files of the terminal renderer share. Not for others. */
#ifndef DW_REPORT_TERM_PARTS_H
#define DW_REPORT_TERM_PARTS_H

#include "base/str.h"
#include "report/blocks/blocks.h"
#include "report/draw/render.h"

#define DW_TERM_RESET "\033[0m"
#define DW_TERM_BOLD "\033[1m"
#define DW_TERM_DIM "\033[2m"
#define DW_TERM_YELLOW "\033[33m"

typedef struct dw_term {
  dw_buf *out;
  const dw_render *render;
  size_t start;   /* of what stands behind the title */
  dw_buf scratch; /* words before cleaning */
  dw_buf clean;
} dw_term;

void dw_term_words(dw_term *t, const dw_block_words *words); /* into scratch */
void dw_term_clean(dw_term *t);                              /* what is in scratch, cleaned, into clean; scratch is empty afterwards */
void dw_term_style(dw_term *t, const char *escape);          /* nothing without colour */
const char *dw_term_severity(dw_severity severity);
const char *dw_term_state(const dw_block_state *state, const char **style); /* in a word of at most 8 cells, and its style */
/* What is in scratch as lines with an indent; scratch is empty afterwards. */
void dw_term_paragraph(dw_term *t, size_t indent);
void dw_term_styled(dw_term *t, size_t indent, const char *escape);
void dw_term_heading(dw_term *t, const dw_block_words *words); /* nothing without words */
void dw_term_end_line(dw_term *t);                             /* without the spaces at its end */

void dw_term_table(dw_term *t, const dw_block_table *table);   /* term_table.c: rows as sentences behind their states */
void dw_term_columns(dw_term *t, const dw_block_table *table); /* term_columns.c: as wide as the terminal */
void dw_term_metrics(dw_term *t, const dw_block_table *table); /* term_metrics.c: by place */
void dw_term_heat(dw_term *t, const dw_block_table *table);    /* term_network.c: numbers in a grid */
void dw_term_texts(dw_term *t, const dw_block_texts *texts);   /* side by side, where the line is wide enough */

#endif
