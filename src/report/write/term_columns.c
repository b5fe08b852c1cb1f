/* The columns that were judged one by one, as a table with a sparkline of both sides; what changed stands under each row. */
#include <string.h>

#include "report/draw/bars.h"
#include "report/draw/cells.h"
#include "report/model/figures.h"
#include "report/write/term_parts.h"

enum { GAP = 1, QUIET_NAMES = 60, FIELDS = 16 };

/* A column of the block is a field, but bars are two, and what changed is none. */
typedef struct term_field {
  const dw_block_column *column;
  size_t index; /* of the column */
  bool current; /* of bars: this side */
  size_t width; /* 0: no room for this one */
} term_field;

typedef struct term_layout {
  term_field field[FIELDS];
  size_t count;
} term_layout;

static bool shown(const dw_term *t, const dw_block_row *row) { return row->cells && (!row->quiet || t->render->all); }

static const char *title_of(const term_field *field)
{
  return field->column->kind != DW_COLUMN_BARS ? field->column->title : field->current ? "current" : "reference";
}

static term_layout fields_of(const dw_block_table *table)
{
  term_layout layout = {.count = 0};
  for (size_t i = 0; i < table->column_count; i++) {
    const dw_block_column *column = &table->columns[i];
    if (column->kind == DW_COLUMN_TOPIC || column->kind == DW_COLUMN_SENTENCE) continue;
    for (int side = 0; side <= (column->kind == DW_COLUMN_BARS) && layout.count < FIELDS; side++) {
      term_field *field = &layout.field[layout.count++];
      field->column = column;
      field->index = i;
      field->current = side;
      field->width = strlen(title_of(field));
    }
  }
  return layout;
}

static size_t sum(const term_layout *layout)
{
  size_t total = 0;
  for (size_t i = 0; i < layout->count; i++) total += layout->field[i].width ? layout->field[i].width + GAP : 0;
  return total - GAP;
}

static void field_words(dw_term *t, const term_field *field, const dw_block_cell *cell)
{
  const char *style;
  if (field->column->kind == DW_COLUMN_STATE) dw_buf_text(&t->scratch, dw_term_state(&cell->state, &style));
  else dw_term_words(t, &cell->words);
}

/* As wide as the contents, names cut to 16 cells at first. Where that is too much, columns go, the least needed first; what is left over
 * goes to the names and then to the sparklines, which stay of one width. */
static void measure(dw_term *t, const dw_block_table *table, term_layout *layout)
{
  enum { NAME_LEAST = 16, WORD_MOST = 16, SPARK_MOST = 20, SPARE = 8 };
  size_t longest = 0, most = t->render->width;
  term_field *name = NULL, *reference = NULL, *current = NULL;
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    if (!shown(t, row)) continue;
    for (size_t i = 0; i < layout->count; i++) {
      term_field *field = &layout->field[i];
      if (field->column->kind == DW_COLUMN_BARS) continue;
      field_words(t, field, &row->cells[field->index]);
      dw_term_clean(t);
      size_t width = dw_cells_width(t->clean.data, t->clean.length);
      if (width > field->width) field->width = width;
    }
  }
  for (size_t i = 0; i < layout->count; i++) {
    term_field *field = &layout->field[i];
    if (field->column->kind == DW_COLUMN_BARS) *(field->current ? &current : &reference) = field;
    if (field->column->kind == DW_COLUMN_WORD && field->width > WORD_MOST) field->width = WORD_MOST;
    if (field->column->kind != DW_COLUMN_SUBJECT) continue;
    name = field;
    longest = field->width;
    if (field->width > NAME_LEAST) field->width = NAME_LEAST;
  }
  if (current) current->width = reference->width;
  for (unsigned spare = 1; spare < SPARE && sum(layout) > most; spare++)
    for (size_t i = 0; i < layout->count; i++)
      if (layout->field[i].column->spare == spare) layout->field[i].width = 0;
  size_t left = most > sum(layout) ? most - sum(layout) : 0;
  if (name) {
    size_t more = longest - name->width < left ? longest - name->width : left;
    name->width += more;
    left -= more;
  }
  for (; current && left >= 2 && current->width && current->width < SPARK_MOST; left -= 2) {
    reference->width++;
    current->width++;
  }
}

/* What is in scratch, in the field. */
static void put(dw_term *t, const term_layout *layout, size_t index)
{
  bool last = true;
  dw_term_clean(t);
  for (size_t i = index + 1; i < layout->count; i++) last = last && !layout->field[i].width;
  dw_cells_fit(t->out, t->clean.data, t->clean.length, layout->field[index].width, false, t->render->ascii);
  if (!last) dw_buf_char(t->out, ' ');
}

static void head(dw_term *t, const term_layout *layout)
{
  dw_term_style(t, DW_TERM_DIM);
  for (size_t i = 0; i < layout->count; i++) {
    if (!layout->field[i].width) continue;
    dw_buf_text(&t->scratch, title_of(&layout->field[i]));
    put(t, layout, i);
  }
  dw_term_style(t, DW_TERM_RESET);
  dw_term_end_line(t);
}

/* Name and picture are not said again for further rows of a column. */
static void line(dw_term *t, const term_layout *layout, const dw_block_row *row)
{
  dw_bars bars = {.count = 0};
  for (size_t i = 0; i < layout->count; i++) {
    const term_field *field = &layout->field[i];
    const dw_block_cell *cell = &row->cells[field->index];
    dw_block_column_kind kind = field->column->kind;
    const char *style = NULL;
    if (!field->width) continue;
    if (kind == DW_COLUMN_BARS && !field->current && cell->bars && !row->again) dw_bars_layout(&bars, cell->bars, field->width);
    if (kind == DW_COLUMN_BARS) dw_bars_spark(&t->scratch, &bars, field->current);
    else if (kind != DW_COLUMN_SUBJECT || !row->again) field_words(t, field, cell);
    if (kind == DW_COLUMN_STATE) dw_term_state(&cell->state, &style);
    if (kind == DW_COLUMN_BARS && !field->current) style = DW_TERM_DIM;
    if (style) dw_term_style(t, style);
    put(t, layout, i);
    if (style) dw_term_style(t, DW_TERM_RESET);
  }
  dw_term_end_line(t);
}

/* The line under the row: what changed, and what to be careful with. */
static void notes(dw_term *t, const dw_block_table *table, const term_layout *layout, const dw_block_row *row)
{
  size_t indent = layout->field[0].width + GAP;
  bool error = false;
  for (size_t i = 0; i < table->column_count; i++)
    error = error || (table->columns[i].kind == DW_COLUMN_STATE && row->cells[i].state.kind == DW_STATE_ERROR);
  if (row->again && !error) return;
  for (size_t i = 0; i < table->column_count; i++) {
    const dw_block_words *words = &row->cells[i].words;
    if (table->columns[i].kind == DW_COLUMN_SENTENCE) dw_term_words(t, words);
    if (table->columns[i].kind != DW_COLUMN_TOPIC || words->count == 0) continue;
    dw_term_words(t, words);
    dw_buf_text(&t->scratch, ": ");
  }
  for (const dw_block_note *note = row->notes; note; note = note->next) {
    if (note->kind != DW_NOTE_REMARK) continue;
    if (t->scratch.length) dw_buf_text(&t->scratch, "; ");
    dw_term_words(t, &note->words);
  }
  dw_term_styled(t, indent, DW_TERM_DIM);
  for (const dw_block_note *note = row->notes; note; note = note->next) {
    if (note->kind != DW_NOTE_WARNING) continue;
    dw_buf_text(&t->scratch, "warning: ");
    dw_term_words(t, &note->words);
    dw_term_styled(t, indent, DW_TERM_YELLOW);
  }
}

/* A column whose first row is not shown is quiet, whatever its other rows say. */
static void quiet_names(dw_term *t, const dw_block_table *table)
{
  size_t quiet = 0, said = 0;
  for (const dw_block_row *row = table->rows; row; row = row->next) quiet += !row->again && !shown(t, row);
  if (quiet == 0) return;
  dw_buf_char(t->out, '\n');
  dw_figure_count(&t->scratch, (double)quiet);
  dw_buf_format(&t->scratch, " quiet %s: ", quiet == 1 ? table->noun : table->nouns);
  for (const dw_block_row *row = table->rows; row && said < QUIET_NAMES; row = row->next)
    if (!row->again && !shown(t, row)) dw_buf_format(&t->scratch, "%s%s", said++ ? ", " : "", row->name);
  if (said < quiet) dw_buf_format(&t->scratch, " … and %zu more", quiet - said);
  dw_buf_text(&t->scratch, " (--all shows them)");
  dw_term_paragraph(t, 0);
}

void dw_term_columns(dw_term *t, const dw_block_table *table)
{
  size_t rows = 0;
  bool under = false;
  for (const dw_block_row *row = table->rows; row; row = row->next) rows += shown(t, row);
  dw_term_heading(t, &table->heading);
  if (rows) {
    term_layout layout = fields_of(table);
    measure(t, table, &layout);
    dw_buf_char(t->out, '\n');
    head(t, &layout);
    for (const dw_block_row *row = table->rows; row; row = row->next) {
      if (!row->again) under = shown(t, row);
      if (!under || !shown(t, row)) continue;
      line(t, &layout, row);
      notes(t, table, &layout, row);
    }
  }
  quiet_names(t, table);
}
