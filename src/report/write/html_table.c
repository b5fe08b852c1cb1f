/* The tables of the page, but that of all columns (html_columns.c). Checks that are quiet wait for the end of the findings. */
#include <math.h>
#include <string.h>

#include "report/draw/svg.h"
#include "report/model/figures.h"
#include "report/write/html_parts.h"

enum { UPRIGHT = 7 /* columns of a matrix whose heads stand upright */, QUIET_CHECKS = 300, METRICS = 2000 };

/* How the tables of a kind look: markup around them, class, and whether each row is a line of the source. */
typedef struct html_look {
  const char *open, *close, *class;
  bool lines;
} html_look;

#define SHEET "<div class=\"wide sheet\">", "</div>\n"
#define WIDE "<div class=\"wide\">", "</div>\n"
#define INNER "<div class=\"wide\">", "</div>"

static const html_look looks[DW_TABLE_KINDS] = {[DW_TABLE_SENTENCES] = {SHEET, "k", true},
                                                [DW_TABLE_CHECKS] = {SHEET, "k", true},
                                                [DW_TABLE_MEASURES] = {SHEET, "p", true},
                                                [DW_TABLE_SEGMENTS] = {SHEET, "c", true},
                                                [DW_TABLE_SERIES] = {SHEET, "s", true},
                                                [DW_TABLE_FEATURES] = {SHEET, "q cat", true},
                                                [DW_TABLE_GATES] = {WIDE, "k gt", true},
                                                [DW_TABLE_EVIDENCE] = {WIDE, "k ev", true},
                                                [DW_TABLE_METRICS] = {WIDE, "mt", true},
                                                [DW_TABLE_MATRIX] = {SHEET, "cm", true},
                                                [DW_TABLE_DEPENDENCE] = {SHEET, "k", true},
                                                [DW_TABLE_ASSUMPTION] = {SHEET, "k", true},
                                                [DW_TABLE_RUN] = {SHEET, "k rn", true},
                                                [DW_TABLE_HEAT] = {SHEET, "hm", true},
                                                [DW_TABLE_COST] = {SHEET, "ct", true},
                                                [DW_TABLE_QUANTILES] = {"", "", "q", false},
                                                [DW_TABLE_CATEGORIES] = {"", "", "q cat", false},
                                                [DW_TABLE_PARTS] = {INNER, "q", false},
                                                [DW_TABLE_WORDS] = {"<div>", "</div>", "q", false},
                                                [DW_TABLE_METHODS] = {INNER, "m d", false},
                                                [DW_TABLE_STATISTICS] = {INNER, "m", false},
                                                [DW_TABLE_ASPECTS] = {SHEET, "ct", true},
                                                [DW_TABLE_QUALITY] = {SHEET, "ct dq", true}};

bool dw_html_pictured(dw_block_column_kind kind)
{
  return kind == DW_COLUMN_BARS || kind == DW_COLUMN_CURVE || kind == DW_COLUMN_PAIR || kind == DW_COLUMN_SHIFT ||
         kind == DW_COLUMN_INTERVALS;
}

/* --- head --- */

static void column_head(dw_html *page, const dw_block_table *table, const dw_block_column *column)
{
  bool state = column->kind == DW_COLUMN_STATE;
  if (dw_html_pictured(column->kind) || (state && table->kind == DW_TABLE_GATES)) {
    dw_html_put(page, "<td></td>");
    return;
  }
  dw_html_put(page, "<th scope=\"col\">");
  if (!state) dw_html_put(page, column->title); /* the chip says it itself */
  if (column->of) {
    dw_html_put(page, " ");
    dw_html_text(page, column->of);
  }
  dw_html_put(page, "</th>");
}

static void open_table(dw_html *page, const dw_block_table *table)
{
  const html_look *look = &looks[table->kind];
  bool titles = false;
  bool narrow = table->kind == DW_TABLE_HEAT && table->column_count > UPRIGHT;
  dw_buf_format(page->out, "%s<table class=\"%s%s\">", look->open, look->class, narrow ? " vt" : "");
  if (table->caption) dw_buf_format(page->out, "<caption>%s</caption>", table->caption);
  for (size_t i = 0; i < table->column_count; i++) titles = titles || *table->columns[i].title || table->columns[i].of;
  if (titles) {
    dw_html_put(page, "<thead><tr>");
    for (size_t pass = 0; pass < 2; pass++) /* the state comes first */
      for (size_t i = 0; i < table->column_count; i++) {
        const dw_block_column *column = &table->columns[i];
        if ((column->kind == DW_COLUMN_STATE) == (pass == 0) && column->kind != DW_COLUMN_ASIDE) column_head(page, table, column);
      }
    dw_html_put(page, "</tr></thead>");
  }
  dw_html_put(page, look->lines ? "<tbody>\n" : "<tbody>");
}

static void close_table(dw_html *page, const dw_block_table *table)
{
  dw_html_put(page, "</tbody></table>");
  dw_html_put(page, looks[table->kind].close);
}

/* --- rows --- */

static void subject(dw_html *page, const dw_block_table *table, const dw_block_row *row, const dw_block_cell *cell)
{
  bool name = table->findable || table->kind == DW_TABLE_GATES || table->kind == DW_TABLE_HEAT || table->kind == DW_TABLE_COST ||
              table->kind == DW_TABLE_QUALITY;
  bool range = table->kind == DW_TABLE_PARTS && cell->words.count && cell->words.span->style == DW_PLAIN; /* of a bin */
  dw_html_put(page, name ? "<th scope=\"row\" class=\"n\">" : "<th scope=\"row\">");
  if (range) dw_html_put(page, "<span>");
  dw_html_words(page, &cell->words);
  if (range) dw_html_put(page, "</span>");
  for (size_t i = 0; i < table->column_count; i++) {
    if (table->columns[i].kind != DW_COLUMN_ASIDE) continue;
    dw_html_put(page, "<br><small>");
    dw_html_words(page, &row->cells[i].words);
    dw_html_put(page, "</small>");
  }
  dw_html_put(page, "</th>");
}

static void notes(dw_html *page, const dw_block_row *row)
{
  for (const dw_block_note *note = row->notes; note; note = note->next) {
    dw_html_put(page, note->kind == DW_NOTE_WARNING ? "<p class=\"warn\">" : "<p class=\"note\">");
    dw_html_words(page, &note->words);
    dw_html_put(page, "</p>");
  }
}

static void lines(dw_html *page, const dw_block_titled *first)
{
  for (const dw_block_titled *line = first; line; line = line->next) {
    dw_buf_format(page->out, "%s<b><bdi>", line == first ? "" : "<br>");
    dw_html_text(page, *line->title ? line->title : "(no name)");
    dw_html_put(page, "</bdi></b> ");
    dw_html_text(page, line->text);
  }
}

static void picture(dw_html *page, dw_block_column_kind kind, const dw_block_cell *cell)
{
  const dw_block_sides *s = cell->sides;
  switch (kind) {
  case DW_COLUMN_BARS:
    if (cell->bars) dw_html_small(page, cell->bars);
    break;
  case DW_COLUMN_CURVE:
    if (cell->series) dw_html_line(page, cell->series);
    break;
  case DW_COLUMN_PAIR: dw_svg_pair(page->out, s->reference.value, s->current.value, s->high); break;
  case DW_COLUMN_SHIFT: dw_svg_shift(page->out, s->reference.value, s->current.value, s->low, s->high); break;
  default:
    dw_svg_intervals(page->out, (dw_svg_interval){s->reference.value, s->reference.low, s->reference.high},
                     (dw_svg_interval){s->current.value, s->current.low, s->current.high}, s->low, s->high);
  }
}

/* On a phone its head is gone, and each cell says what it is. */
static bool labelled(dw_block_table_kind kind)
{
  return kind == DW_TABLE_MEASURES || kind == DW_TABLE_METHODS || kind == DW_TABLE_SEGMENTS || kind == DW_TABLE_SENTENCES ||
         kind == DW_TABLE_DEPENDENCE || kind == DW_TABLE_ASSUMPTION || kind == DW_TABLE_RUN || kind == DW_TABLE_GATES;
}

static void cell_of(dw_html *page, const dw_block_table *table, const dw_block_row *row, size_t index)
{
  const dw_block_cell *cell = &row->cells[index];
  dw_block_column_kind kind = table->columns[index].kind;
  switch (kind) {
  case DW_COLUMN_ASIDE: return;
  case DW_COLUMN_SUBJECT: subject(page, table, row, cell); return;
  case DW_COLUMN_STATE:
    dw_html_put(page, "<td>");
    dw_html_chip(page, &cell->state);
    break;
  case DW_COLUMN_SENTENCE:
    dw_html_put(page, "<td class=\"say\">");
    dw_html_words(page, &cell->words);
    notes(page, row);
    break;
  case DW_COLUMN_LINES:
    dw_html_put(page, "<td class=\"say\">");
    lines(page, cell->lines);
    break;
  case DW_COLUMN_BARS:
  case DW_COLUMN_CURVE:
  case DW_COLUMN_PAIR:
  case DW_COLUMN_SHIFT:
  case DW_COLUMN_INTERVALS:
    dw_html_put(page, kind == DW_COLUMN_BARS ? "<td class=\"pic\">" : kind == DW_COLUMN_CURVE ? "<td class=\"line\">" : "<td class=\"g\">");
    picture(page, kind, cell);
    break;
  case DW_COLUMN_HEAT:
    if (isfinite(cell->heat))
      dw_buf_format(page->out, "<td class=\"%c%d\">", cell->heat < 0 ? 'g' : 'h', (int)(fabs(cell->heat) * 9 + 0.5));
    else dw_html_put(page, "<td>");
    dw_html_words(page, &cell->words);
    break;
  default:
    dw_html_put(page, "<td");
    if (cell->bad) dw_html_put(page, " class=\"bad\"");
    else if (kind == DW_COLUMN_FIGURE && table->kind == DW_TABLE_COLUMNS)
      dw_html_put(page, strcmp(table->columns[index].title, "effect") == 0 ? " class=\"f ef\"" : " class=\"f im\"");
    if (*table->columns[index].title && cell->words.count && labelled(table->kind)) {
      dw_html_put(page, " data-l=\"");
      dw_html_text(page, table->columns[index].title);
      dw_html_put(page, "\"");
    }
    dw_html_put(page, ">");
    dw_html_words(page, &cell->words);
  }
  dw_html_put(page, "</td>");
}

void dw_html_row(dw_html *page, const dw_block_table *table, const dw_block_row *row)
{
  for (size_t pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < table->column_count; i++)
      if ((table->columns[i].kind == DW_COLUMN_STATE) == (pass == 0)) cell_of(page, table, row, i);
}

static void table_row(dw_html *page, const dw_block_table *table, const dw_block_row *row)
{
  dw_html_put(page, table->findable ? "<tr class=\"item\">" : "<tr>");
  dw_html_row(page, table, row);
  dw_html_put(page, looks[table->kind].lines ? "</tr>\n" : "</tr>");
}

/* --- steps --- */

static void steps(dw_html *page, const dw_block_table *table)
{
  dw_html_put(page, "<ol class=\"steps\">\n");
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    const dw_block_words *reason = NULL;
    const dw_block_state *state = NULL;
    dw_html_put(page, "<li>");
    for (size_t i = 0; i < table->column_count; i++) {
      const dw_block_cell *cell = &row->cells[i];
      dw_block_column_kind kind = table->columns[i].kind;
      if (kind == DW_COLUMN_STATE) state = &cell->state;
      if (kind == DW_COLUMN_SENTENCE) reason = &cell->words;
      if (kind != DW_COLUMN_SUBJECT && kind != DW_COLUMN_ASIDE) continue;
      dw_html_put(page, kind == DW_COLUMN_SUBJECT ? "<b>" : "<small>");
      dw_html_words(page, &cell->words);
      dw_html_put(page, kind == DW_COLUMN_SUBJECT ? "</b> " : "</small> ");
    }
    if (state && state->kind != DW_STATE_NONE) dw_html_chip(page, state);
    else dw_html_put(page, "<small>not reported</small>");
    if (reason && reason->count) {
      dw_html_put(page, " <small>");
      dw_html_words(page, reason);
      dw_html_put(page, "</small>");
    }
    dw_html_put(page, "</li>\n");
  }
  dw_html_put(page, "</ol>");
}

/* --- checks --- */

typedef enum html_part { PART_ALL, PART_LOUD, PART_QUIET } html_part;

static bool in_part(const dw_block_row *row, html_part part)
{
  return row->cells && (part == PART_ALL || row->quiet == (part == PART_QUIET));
}

/* Rows of a part, at most so many; nothing when there are none. Returns how many there are. */
static size_t rows(dw_html *page, const dw_block_table *table, html_part part, size_t most)
{
  size_t count = 0;
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    if (!in_part(row, part) || count++ >= most) continue;
    if (count == 1) open_table(page, table);
    table_row(page, table, row);
  }
  bool bare = count == 0 && part == PART_ALL && table->bare;
  if (bare) open_table(page, table);
  if (count || bare) close_table(page, table);
  return count;
}

static void quiet_checks(dw_html *page, const dw_block_table *table)
{
  if (table->quiet == 0) return;
  dw_html_put(page, "<details class=\"quiet\"><summary>");
  dw_figure_count(page->out, (double)table->quiet);
  dw_buf_format(page->out, " other %s quiet</summary>\n", table->quiet == 1 ? "check is" : "checks are");
  if (table->quiet <= QUIET_CHECKS) rows(page, table, PART_QUIET, SIZE_MAX);
  else dw_html_put(page, "<p>Too many to list here; <code>dw-report --all</code> prints them as text.</p>\n");
  dw_html_put(page, "</details>\n");
}

void dw_html_held(dw_html *page)
{
  for (size_t i = 0; i < page->held_count; i++) quiet_checks(page, page->held[i]);
  page->held_count = 0;
}

static void headed(dw_html *page, const dw_block_table *table)
{
  if (table->heading.count == 0) return;
  dw_html_put(page, "<h2>");
  dw_html_words(page, &table->heading);
  dw_html_put(page, "</h2>\n");
}

void dw_html_table(dw_html *page, const dw_block_table *table)
{
  bool held = table->kind == DW_TABLE_CHECKS;
  if (held && page->held_count < sizeof page->held / sizeof *page->held) page->held[page->held_count++] = table;
  if (table->kind == DW_TABLE_COLUMNS) {
    dw_html_columns(page, table);
  } else if (table->kind == DW_TABLE_STEPS) {
    steps(page, table);
  } else if (table->kind == DW_TABLE_CHECKS) {
    if (table->count > table->quiet) headed(page, table);
    rows(page, table, PART_LOUD, SIZE_MAX);
  } else {
    size_t most = table->kind == DW_TABLE_METRICS ? METRICS : SIZE_MAX;
    headed(page, table);
    dw_html_legend(page, table->legend);
    size_t count = rows(page, table, PART_ALL, most);
    if (count > most) dw_buf_format(page->out, "<p class=\"note\">… and %zu more</p>", count - most);
    if (!((double)count < table->total)) return;
    dw_html_put(page, "<p class=\"note\">");
    dw_figure_count(page->out, table->total);
    dw_buf_format(page->out, " %s in all, %zu shown</p>", table->nouns, count);
  }
}
