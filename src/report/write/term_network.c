/* Two texts side by side, and numbers of all with all in a grid. */
#include <string.h>

#include "report/draw/cells.h"
#include "report/model/figures.h"
#include "report/write/term_parts.h"

enum { INDENT = 2, GAP = 3, BESIDE_LEAST = 60 };

/* --- texts --- */

typedef struct text_column {
  dw_buf lines;       /* each ended by a newline */
  size_t width, used; /* cells of a line, and of the one at work */
} text_column;

/* A word, clean: onto the line, or the next one; one that is too long for any is broken. */
static void put_word(dw_term *t, text_column *column, const char *text, size_t length, bool marked)
{
  size_t cells = dw_cells_width(text, length), space = column->used > 0;
  if (cells > column->width) {
    if (column->used) dw_buf_char(&column->lines, '\n');
    if (marked && t->render->color) dw_buf_text(&column->lines, DW_TERM_BOLD);
    dw_cells_wrap(&column->lines, text, length, 0, column->width);
    if (marked && t->render->color) {
      column->lines.length--;
      dw_buf_text(&column->lines, DW_TERM_RESET "\n");
    }
    column->used = 0;
    return;
  }
  if (column->used + space + cells > column->width) {
    dw_buf_char(&column->lines, '\n');
    column->used = space = 0;
  }
  if (space) dw_buf_char(&column->lines, ' ');
  if (marked && t->render->color) dw_buf_text(&column->lines, DW_TERM_BOLD);
  dw_buf_add(&column->lines, text, length);
  if (marked && t->render->color) dw_buf_text(&column->lines, DW_TERM_RESET);
  column->used += space + cells;
}

/* What differs stands in brackets: not everybody sees colours, and not every terminal has them. */
static void put_span(dw_term *t, text_column *column, const dw_block_span *span)
{
  bool mark = span->style & DW_MARK;
  dw_buf words = {0};
  if (mark) dw_buf_char(&t->scratch, '[');
  for (size_t i = 0; i < span->length; i++) dw_buf_char(&t->scratch, strchr("\n\r\t", span->text[i]) ? ' ' : span->text[i]);
  if (mark) dw_buf_char(&t->scratch, ']');
  dw_term_clean(t);
  dw_buf_add(&words, t->clean.data, t->clean.length);
  for (size_t at = 0; at < words.length;) {
    size_t end = at;
    while (end < words.length && words.data[end] != ' ') end++;
    if (end > at) put_word(t, column, words.data + at, end - at, mark);
    at = end + (end < words.length);
  }
  dw_buf_free(&words);
}

static text_column column_of(dw_term *t, const dw_block_words *words, size_t width)
{
  text_column column = {.width = width};
  for (size_t i = 0; i < words->count; i++) put_span(t, &column, &words->span[i]);
  if (column.used) dw_buf_char(&column.lines, '\n');
  return column;
}

/* Cells of a line, escape sequences aside. */
static size_t cells_of(const char *line, size_t length)
{
  size_t cells = 0;
  for (size_t at = 0; at < length;) {
    size_t end = at;
    if (line[at] == '\033') {
      while (end < length && line[end] != 'm') end++;
      at = end + 1;
      continue;
    }
    while (end < length && line[end] != '\033') end++;
    cells += dw_cells_width(line + at, end - at);
    at = end;
  }
  return cells;
}

static void spaces(dw_term *t, size_t count)
{
  for (; count; count--) dw_buf_char(t->out, ' ');
}

/* The next line of a column, which may have no more. */
static void put_line(dw_term *t, const text_column *column, size_t *at, bool padded)
{
  size_t length = 0;
  const char *line = column->lines.data + *at;
  while (*at + length < column->lines.length && line[length] != '\n') length++;
  if (length) dw_buf_add(t->out, line, length);
  if (padded) spaces(t, column->width > cells_of(line, length) ? column->width - cells_of(line, length) : 0);
  *at += length + (*at + length < column->lines.length);
}

static void titles(dw_term *t, const dw_block_texts *texts, size_t width)
{
  spaces(t, INDENT);
  dw_term_style(t, DW_TERM_DIM);
  dw_cells_fit(t->out, texts->title[0], strlen(texts->title[0]), width + GAP, false, t->render->ascii);
  dw_buf_text(t->out, texts->title[1]);
  dw_term_style(t, DW_TERM_RESET);
  dw_buf_char(t->out, '\n');
}

static void beside(dw_term *t, const dw_block_texts *texts)
{
  size_t width = (t->render->width - INDENT - GAP) / 2, at[2] = {0, 0};
  text_column column[2] = {column_of(t, &texts->words[0], width), column_of(t, &texts->words[1], width)};
  titles(t, texts, width);
  while (at[0] < column[0].lines.length || at[1] < column[1].lines.length) {
    spaces(t, INDENT);
    put_line(t, &column[0], &at[0], true);
    spaces(t, GAP);
    put_line(t, &column[1], &at[1], false);
    dw_term_end_line(t);
  }
  for (int side = 0; side < 2; side++) dw_buf_free(&column[side].lines);
}

static void stacked(dw_term *t, const dw_block_texts *texts)
{
  for (int side = 0; side < 2; side++) {
    size_t at = 0;
    text_column column = column_of(t, &texts->words[side], t->render->width - INDENT * 2);
    dw_buf_format(&t->scratch, "%s:", texts->title[side]);
    dw_term_styled(t, INDENT, DW_TERM_DIM);
    while (at < column.lines.length) {
      spaces(t, INDENT * 2);
      put_line(t, &column, &at, false);
      dw_buf_char(t->out, '\n');
    }
    dw_buf_free(&column.lines);
  }
}

void dw_term_texts(dw_term *t, const dw_block_texts *texts)
{
  dw_term_words(t, &texts->heading);
  dw_term_paragraph(t, INDENT);
  if (t->render->width >= BESIDE_LEAST) beside(t, texts);
  else stacked(t, texts);
}

/* --- grids --- */

static size_t width_of(dw_term *t, const char *name)
{
  dw_buf_text(&t->scratch, name);
  dw_term_clean(t);
  return dw_cells_width(t->clean.data, t->clean.length);
}

static void fit(dw_term *t, size_t width, bool right)
{
  dw_term_clean(t);
  dw_cells_fit(t->out, t->clean.data, t->clean.length, width, right, t->render->ascii);
}

void dw_term_heat(dw_term *t, const dw_block_table *table)
{
  enum { NAME_MOST = 24, CELL_LEAST = 5, CELL_MOST = 12 };
  size_t name = 0, cell = CELL_LEAST, columns = table->column_count, listed = 0;
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    size_t width = width_of(t, row->name);
    if (width > name) name = width;
  }
  if (name > cell) cell = name;
  if (name > NAME_MOST) name = NAME_MOST;
  if (cell > CELL_MOST) cell = CELL_MOST;
  while (cell > CELL_LEAST && INDENT + name + (columns - 1) * (cell + 2) > t->render->width) cell--;
  while (columns > 2 && INDENT + name + (columns - 1) * (cell + 2) > t->render->width) columns--;
  dw_term_heading(t, &table->heading);
  spaces(t, INDENT + name);
  for (size_t i = 1; i < columns; i++) {
    spaces(t, 2);
    dw_buf_text(&t->scratch, table->columns[i].of ? table->columns[i].of : table->columns[i].title);
    fit(t, cell, true);
  }
  dw_term_end_line(t);
  for (const dw_block_row *row = table->rows; row && listed + 1 < columns; row = row->next, listed++) {
    spaces(t, INDENT);
    dw_buf_text(&t->scratch, row->name);
    fit(t, name, false);
    for (size_t i = 1; i < columns; i++) {
      spaces(t, 2);
      dw_term_words(t, &row->cells[i].words);
      fit(t, cell, true);
    }
    dw_term_end_line(t);
  }
  double total = table->total > 0 ? table->total : (double)table->count;
  if (!((double)listed < total)) return;
  dw_figure_count(&t->scratch, total);
  dw_buf_format(&t->scratch, " %s in all, %zu shown", table->nouns, listed);
  dw_term_styled(t, INDENT, DW_TERM_DIM);
}
