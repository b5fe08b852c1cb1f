/* What dw-eval measured: metrics under the window or segment where they hold. */
#include <string.h>

#include "report/draw/cells.h"
#include "report/write/term_parts.h"

enum { NAME = 20, VALUE = 10, INTERVAL = 22, WIDE = 60 };

/* What is in scratch, in width cells, a space included. */
static void field(dw_term *t, size_t width)
{
  dw_term_clean(t);
  if (width == 0) { /* the last one: to the end of the line */
    dw_buf_add(t->out, t->clean.data, t->clean.length);
    dw_buf_char(t->out, '\n');
    return;
  }
  dw_cells_fit(t->out, t->clean.data, t->clean.length, width - 1, false, t->render->ascii);
  dw_buf_char(t->out, ' ');
}

/* The n-th cell of a kind; NULL: there is none. */
static const dw_block_words *words_of(const dw_block_table *table, const dw_block_row *row, dw_block_column_kind kind, size_t n)
{
  static const dw_block_words none = {.count = 0};
  for (size_t i = 0; i < table->column_count; i++)
    if (table->columns[i].kind == kind && n-- == 0) return &row->cells[i].words;
  return &none;
}

static void line(dw_term *t, const dw_block_table *table, const dw_block_row *row)
{
  const dw_block_words *method = words_of(table, row, DW_COLUMN_WORD, 1);
  size_t width = t->render->width, left = width - NAME - VALUE;
  dw_buf_text(&t->scratch, "  ");
  dw_term_words(t, words_of(table, row, DW_COLUMN_SUBJECT, 0));
  field(t, NAME);
  dw_term_words(t, words_of(table, row, DW_COLUMN_FIGURE, 0));
  field(t, VALUE);
  dw_term_words(t, words_of(table, row, DW_COLUMN_WORD, 0));
  if (width < WIDE || method->count == 0) {
    field(t, INTERVAL < left ? INTERVAL : left);
  } else {
    field(t, INTERVAL);
    dw_term_words(t, method);
    field(t, left - INTERVAL);
  }
  dw_term_end_line(t);
}

void dw_term_metrics(dw_term *t, const dw_block_table *table)
{
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    if (!row->again) dw_term_heading(t, words_of(table, row, DW_COLUMN_TOPIC, 0));
    if (row->line.count) { /* a matrix, or an error */
      bool matrix = words_of(table, row, DW_COLUMN_SUBJECT, 0)->count == 0;
      dw_term_words(t, &row->line);
      if (matrix) dw_term_paragraph(t, 2);
      else dw_term_styled(t, 2, DW_TERM_DIM);
      continue;
    }
    line(t, table, row);
    for (const dw_block_note *note = row->notes; note; note = note->next) {
      dw_term_words(t, &note->words);
      dw_term_styled(t, 4, DW_TERM_DIM);
    }
  }
}
