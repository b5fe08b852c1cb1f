/* A table as sentences, a line or more a row: "high     amount: gone; the column is gone from the current data". */
#include <string.h>

#include "report/draw/cells.h"
#include "report/model/figures.h"
#include "report/words/series_wording.h"
#include "report/write/term_parts.h"

enum { EVIDENCE = 12, SPARK = 40 }; /* items of evidence listed; all of them with --all */

/* word: cells of the state before a row, a space included; 0: none. */
typedef struct term_look {
  size_t indent, word;
} term_look;

static term_look look_of(dw_block_table_kind kind)
{
  switch (kind) {
  case DW_TABLE_RUN: return (term_look){2, 11};
  case DW_TABLE_SENTENCES: return (term_look){0, 9};
  case DW_TABLE_CHECKS:
  case DW_TABLE_MEASURES: return (term_look){0, 7}; /* as the table of columns */
  case DW_TABLE_SEGMENTS:
  case DW_TABLE_SERIES:
  case DW_TABLE_ASSUMPTION:
  case DW_TABLE_GATES:
  case DW_TABLE_EVIDENCE: return (term_look){2, 9};
  default: return (term_look){2, 0};
  }
}

static bool shown(const dw_term *t, const dw_block_row *row) { return row->cells && (!row->quiet || t->render->all); }

static bool same_words(const dw_block_words *a, const dw_block_words *b)
{
  return a->count == 1 && b->count == 1 && !strcmp(a->span->text, b->span->text);
}

/* "1. ", "New categories of city", "price (psi)": what the row is about. What the heading says is not said again. */
static void subject(dw_term *t, const dw_block_table *table, const dw_block_row *row)
{
  const dw_block_words *topic = NULL, *name = NULL, *aside = NULL;
  for (size_t i = 0; i < table->column_count; i++) {
    dw_block_column_kind kind = table->columns[i].kind;
    const dw_block_words *words = &row->cells[i].words;
    if (words->count == 0 || (words->count == 1 && words->span->length == 0)) continue;
    if (kind == DW_COLUMN_TOPIC) topic = words;
    if (kind == DW_COLUMN_SUBJECT) name = words;
    if (kind == DW_COLUMN_ASIDE) aside = words;
  }
  if (topic && !(name && same_words(topic, &table->heading))) {
    dw_term_words(t, topic);
    if (name) dw_buf_text(&t->scratch, " of ");
  }
  if (name) dw_term_words(t, name);
  if (!aside) return;
  dw_buf_text(&t->scratch, " (");
  dw_term_words(t, aside);
  dw_buf_char(&t->scratch, ')');
}

static void sentence(dw_term *t, const dw_block_table *table, const dw_block_row *row)
{
  bool numbered = table->kind == DW_TABLE_STEPS, said = false;
  if (row->line.count) {
    dw_term_words(t, &row->line);
    return;
  }
  for (size_t i = 0; i < table->column_count && numbered; i++) {
    if (table->columns[i].kind != DW_COLUMN_WORD) continue;
    dw_term_words(t, &row->cells[i].words);
    dw_buf_text(&t->scratch, ". ");
  }
  subject(t, table, row);
  if (t->scratch.length) dw_buf_text(&t->scratch, ": ");
  for (size_t i = 0; i < table->column_count; i++) {
    dw_block_column_kind kind = table->columns[i].kind;
    if (kind != DW_COLUMN_SENTENCE && kind != DW_COLUMN_FIGURE && (kind != DW_COLUMN_WORD || numbered)) continue;
    if (said) dw_buf_text(&t->scratch, "; ");
    dw_term_words(t, &row->cells[i].words);
    said = true;
  }
  for (const dw_block_note *note = row->notes; note; note = note->next) {
    dw_buf_text(&t->scratch, note->kind == DW_NOTE_WARNING ? " (warning: " : " (");
    dw_term_words(t, &note->words);
    dw_buf_char(&t->scratch, ')');
  }
}

static const dw_block_state *state_of(const dw_block_table *table, const dw_block_row *row)
{
  static const dw_block_state none = {.kind = DW_STATE_NONE};
  for (size_t i = 0; i < table->column_count; i++)
    if (table->columns[i].kind == DW_COLUMN_STATE) return &row->cells[i].state;
  return &none;
}

/* What is in scratch, behind the state, which stands before the first line. */
static void item(dw_term *t, term_look look, const dw_block_state *state)
{
  const char *style, *word = dw_term_state(state, &style);
  if (look.word == 0) {
    if (state->kind == DW_STATE_OUTCOME && state->severity != DW_SEVERITY_NONE) dw_term_styled(t, look.indent, style);
    else dw_term_paragraph(t, look.indent);
    return;
  }
  for (size_t i = 0; i < look.indent; i++) dw_buf_char(t->out, ' ');
  dw_term_style(t, style);
  dw_cells_fit(t->out, word, strlen(word), look.word, false, t->render->ascii);
  dw_term_style(t, DW_TERM_RESET);
  size_t start = t->out->length, skip = look.indent + look.word;
  dw_term_paragraph(t, skip);
  if (t->out->length == start) dw_buf_char(t->out, '\n');
  if (t->out->length < start + skip) return;
  memmove(t->out->data + start, t->out->data + start + skip, t->out->length - start - skip);
  t->out->length -= skip;
}

/* What does not fit into a sentence: lines under it. */
static void under(dw_term *t, const dw_block_table *table, const dw_block_row *row, size_t indent)
{
  for (size_t i = 0; i < table->column_count; i++) {
    const dw_block_cell *cell = &row->cells[i];
    if (table->columns[i].kind == DW_COLUMN_CURVE && cell->series) {
      dw_series_spark(&t->scratch, cell->series, SPARK);
      dw_term_paragraph(t, indent);
    }
    if (table->columns[i].kind != DW_COLUMN_LINES) continue;
    for (const dw_block_titled *line = cell->lines; line; line = line->next) {
      dw_buf_format(&t->scratch, "%s: %s", line->title, line->text);
      dw_term_paragraph(t, indent);
    }
  }
}

/* How many rows are not shown. */
static void rest(dw_term *t, const dw_block_table *table, size_t listed)
{
  size_t quiet = t->render->all ? 0 : table->quiet;
  if ((double)listed < table->total) {
    dw_figure_count(&t->scratch, table->total);
    dw_buf_format(&t->scratch, " %s in all, %zu shown", table->nouns, listed);
    dw_term_styled(t, 2, DW_TERM_DIM);
  }
  if (quiet == 0) return;
  if (table->kind != DW_TABLE_CHECKS) {
    dw_buf_format(&t->scratch, "%zu of %zu %s are quiet (--all shows them)", quiet, table->count, table->nouns);
    dw_term_paragraph(t, 2);
    return;
  }
  if (listed == 0) dw_buf_char(t->out, '\n');
  dw_figure_count(&t->scratch, (double)quiet);
  dw_buf_format(&t->scratch, " %s %s", listed ? "more" : "other", quiet == 1 ? table->noun : table->nouns);
  dw_buf_text(&t->scratch, quiet == 1 ? " is quiet" : " are quiet");
  dw_term_paragraph(t, 0);
}

void dw_term_table(dw_term *t, const dw_block_table *table)
{
  term_look look = look_of(table->kind);
  size_t listed = 0;
  if (table->kind != DW_TABLE_CHECKS) dw_term_heading(t, &table->heading);
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    if (!shown(t, row)) continue;
    if (table->kind == DW_TABLE_EVIDENCE && listed == EVIDENCE && !t->render->all) break;
    if (listed++ == 0 && table->kind == DW_TABLE_CHECKS) dw_term_heading(t, &table->heading);
    sentence(t, table, row);
    item(t, look, state_of(table, row));
    under(t, table, row, look.indent + look.word);
  }
  rest(t, table, listed);
}
