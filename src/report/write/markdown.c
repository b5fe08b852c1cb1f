/* markdown: a report for a CI job summary or a pull-request comment, in GitHub-flavoured Markdown: verdict, table of what drifted, other
 * checks, the rest folded. Text from input is escaped, HTML included.
 *
 * Tables are tables, at most DW_MARKDOWN_ROWS rows each: a job summary may hold 1 MiB. Quiet columns and checks wait for the end of a
 * comparison's findings and are folded there: with render->all as tables, else the columns by name. Histograms, cards and contents are for
 * pages, and left out; other pictures leave their cell empty.
 */
#include <string.h>

#include "report/draw/bars.h"
#include "report/draw/escape.h"
#include "report/model/figures.h"
#include "report/words/series_wording.h"
#include "report/write/report_format.h"

enum { BARS = 10, SPARK = 40, HELD = 4 };

typedef struct markdown {
  dw_buf *out;
  dw_buf plain; /* words before they are escaped */
  const dw_render *render;
  bool folded;                      /* lists run on, without headings */
  const dw_block_table *held[HELD]; /* tables with quiet rows */
  size_t held_count;
} markdown;

static void put(markdown *m, const char *text) { dw_buf_text(m->out, text); }

/* What is in plain, escaped. */
static void escaped(markdown *m)
{
  dw_escape_markdown(m->out, m->plain.data, m->plain.length);
  m->plain.length = 0;
}

static void put_text(markdown *m, const char *text) { dw_escape_markdown(m->out, text, strlen(text)); }

static void plain(markdown *m, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) dw_buf_add(&m->plain, words->span[i].text, words->span[i].length);
}

/* Each span for itself: what begins like a list or a heading begins it at the start of a line alone. */
static void spans(markdown *m, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) dw_escape_markdown(m->out, words->span[i].text, words->span[i].length);
}

static void section_heading(markdown *m, const dw_block_words *words)
{
  if (words->count == 0 || m->folded) return;
  put(m, "#### ");
  spans(m, words);
  put(m, "\n\n");
}

/* --- tables --- */

/* Medium and high stand out where a row is one finding. */
static void state(markdown *m, const dw_block_table *table, const dw_block_state *state)
{
  static const char *const words[] = {[DW_STATE_NONE] = "",         [DW_STATE_UNASKED] = "not judged", [DW_STATE_QUIET] = "no",
                                      [DW_STATE_ERROR] = "error",   [DW_STATE_UNJUDGED] = "unjudged",  [DW_STATE_GATE] = "",
                                      [DW_STATE_PASSED] = "passed", [DW_STATE_REFUSED] = "refused",    [DW_STATE_COMPARED] = ""};
  bool weighs = state->kind == DW_STATE_DRIFT || state->kind == DW_STATE_EVIDENCE;
  bool finding = table->kind != DW_TABLE_SEGMENTS && table->kind != DW_TABLE_SERIES;
  bool strong = state->kind == DW_STATE_REFUSED || (state->kind == DW_STATE_DRIFT && state->severity >= DW_SEVERITY_MEDIUM && finding);
  if (strong) put(m, "**");
  if (state->kind == DW_STATE_OUTCOME) put_text(m, state->word);
  else put(m, weighs ? dw_severity_word(state->severity) : words[state->kind]);
  if (strong) put(m, "**");
}

/* A sparkline stays in one piece and one width in code. */
static void spark(markdown *m, const dw_bars *bars, bool current)
{
  if (bars->count == 0) return;
  dw_bars_spark(&m->plain, bars, current);
  put(m, "`");
  for (size_t i = 0; i < m->plain.length; i++) {
    if (m->plain.data[i] == ' ') put(m, "·"); /* an empty bin: a blank at the end of code would be cut */
    else dw_buf_char(m->out, m->plain.data[i]);
  }
  put(m, "`");
  m->plain.length = 0;
}

static void bars_cells(markdown *m, const dw_report_finding *finding, bool again)
{
  dw_bars bars = {.count = 0};
  if (finding && !again) dw_bars_layout(&bars, finding, BARS);
  spark(m, &bars, false);
  put(m, " | ");
  spark(m, &bars, true);
}

static void titled(markdown *m, const dw_block_titled *lines)
{
  for (const dw_block_titled *line = lines; line; line = line->next)
    dw_buf_format(&m->plain, "%s%s: %s", line == lines ? "" : ". ", line->title, line->text);
  escaped(m);
}

static void sentence(markdown *m, const dw_block_row *row, const dw_block_cell *cell)
{
  plain(m, &cell->words);
  for (const dw_block_note *note = row->notes; note; note = note->next) {
    if (note->kind != DW_NOTE_WARNING) continue;
    dw_buf_text(&m->plain, " (warning: ");
    plain(m, &note->words);
    dw_buf_char(&m->plain, ')');
  }
  escaped(m);
}

/* again: the subject and its picture stand in the row before. */
static void table_row(markdown *m, const dw_block_table *table, const dw_block_row *row, bool again)
{
  put(m, "|");
  for (size_t i = 0; i < table->column_count; i++) {
    const dw_block_cell *cell = &row->cells[i];
    put(m, " ");
    switch (table->columns[i].kind) {
    case DW_COLUMN_STATE: state(m, table, &cell->state); break;
    case DW_COLUMN_SENTENCE: sentence(m, row, cell); break;
    case DW_COLUMN_LINES: titled(m, cell->lines); break;
    case DW_COLUMN_BARS: bars_cells(m, cell->bars, again); break;
    case DW_COLUMN_CURVE:
      if (!cell->series) break;
      put(m, "`");
      dw_series_spark(m->out, cell->series, SPARK);
      put(m, "`");
      break;
    case DW_COLUMN_SUBJECT:
      if (again) break; /* fall through */
    default: plain(m, &cell->words); escaped(m);
    }
    put(m, " |");
  }
  put(m, "\n");
}

static void table_head(markdown *m, const dw_block_table *table)
{
  put(m, "|");
  for (size_t i = 0; i < table->column_count; i++) {
    const dw_block_column *column = &table->columns[i];
    if (column->kind == DW_COLUMN_BARS) put(m, " reference | current");
    else if (*column->title) dw_buf_format(m->out, " %s", column->title);
    if (column->of) {
      put(m, " ");
      put_text(m, column->of);
    }
    put(m, " |");
  }
  put(m, "\n|");
  for (size_t i = 0; i < table->column_count; i++) {
    if (table->columns[i].kind == DW_COLUMN_BARS) put(m, "---|");
    put(m, table->columns[i].right ? "---:|" : "---|");
  }
  put(m, "\n");
}

static bool is_held(const dw_block_table *table) { return table->kind == DW_TABLE_COLUMNS || table->kind == DW_TABLE_CHECKS; }

/* quiet: of a table that was held, that part; else the rest of it, or all. */
static void rows(markdown *m, const dw_block_table *table, bool quiet)
{
  size_t shown = 0, left = 0;
  bool began = false; /* the subject, in this part */
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    if (!row->again) began = false;
    if (is_held(table) && row->quiet != quiet) continue;
    if (shown == DW_MARKDOWN_ROWS || !row->cells) {
      left++;
      continue;
    }
    if (shown++ == 0) {
      if (!quiet) section_heading(m, &table->heading);
      table_head(m, table);
    }
    table_row(m, table, row, began && table->kind == DW_TABLE_COLUMNS);
    began = true;
  }
  bool bare = table->bare && table->count == 0;
  if (bare) section_heading(m, &table->heading);
  if (bare) table_head(m, table);
  if (shown || bare) put(m, "\n");
  if (left) dw_buf_format(m->out, "… and %zu more.\n\n", left);
}

/* A table without titles: "- high: Column drift of amount". */
static void items(markdown *m, const dw_block_table *table)
{
  for (const dw_block_row *row = table->rows; row; row = row->next) {
    put(m, "- ");
    for (size_t i = 0; i < table->column_count; i++) {
      const dw_block_state *of = &row->cells[i].state;
      if (table->columns[i].kind == DW_COLUMN_STATE) {
        if (of->kind == DW_STATE_EVIDENCE) dw_buf_format(&m->plain, "%s: ", dw_severity_word(of->severity));
        continue;
      }
      plain(m, &row->cells[i].words);
    }
    escaped(m);
    put(m, "\n");
  }
  if ((double)table->count < table->total) {
    put(m, "- ");
    dw_figure_count(&m->plain, table->total);
    dw_buf_format(&m->plain, " %s in all, %zu shown", table->nouns, table->count);
    escaped(m);
    put(m, "\n");
  }
  if (table->count) put(m, "\n");
}

static void table(markdown *m, const dw_block_table *table)
{
  if (table->kind == DW_TABLE_EVIDENCE) {
    items(m, table);
    return;
  }
  rows(m, table, false);
  if (is_held(table) && table->quiet && m->held_count < HELD) m->held[m->held_count++] = table;
}

/* --- what is folded --- */

static size_t quiet_count(const markdown *m, dw_block_table_kind kind)
{
  size_t count = 0;
  for (size_t i = 0; i < m->held_count; i++)
    for (const dw_block_row *row = m->held[i]->rows; row; row = row->next) count += m->held[i]->kind == kind && row->quiet && !row->again;
  return count;
}

static void quiet_names(markdown *m, size_t count)
{
  size_t said = 0;
  for (size_t i = 0; i < m->held_count; i++) {
    if (m->held[i]->kind != DW_TABLE_COLUMNS) continue;
    for (const dw_block_row *row = m->held[i]->rows; row && said < DW_MARKDOWN_ROWS; row = row->next) {
      if (!row->quiet || row->again) continue;
      put(m, said++ ? ", " : "");
      put_text(m, row->name);
    }
  }
  if (said < count) dw_buf_format(m->out, " … and %zu more", count - said);
  put(m, said ? "\n\n" : "");
}

static void quiet(markdown *m)
{
  size_t columns = quiet_count(m, DW_TABLE_COLUMNS), checks = quiet_count(m, DW_TABLE_CHECKS);
  if (columns + checks) {
    dw_buf_format(m->out, "<details>\n<summary>%zu quiet column%s, %zu other check%s quiet</summary>\n\n", columns, columns == 1 ? "" : "s",
                  checks, checks == 1 ? "" : "s");
    for (size_t i = 0; i < m->held_count && m->render->all; i++) rows(m, m->held[i], true);
    if (!m->render->all) quiet_names(m, columns);
    put(m, "</details>\n\n");
  }
  m->held_count = 0;
}

/* --- the other blocks --- */

static void heading(markdown *m, const dw_block_heading *heading)
{
  if (heading->level != DW_LEVEL_PART) {
    section_heading(m, &heading->words);
    return;
  }
  plain(m, &heading->words);
  if (heading->numbered) dw_buf_char(&m->plain, ' ');
  plain(m, &heading->of);
  put(m, "### ");
  escaped(m);
  put(m, "\n\n");
}

static void paragraph(markdown *m, const char *mark)
{
  if (m->plain.length == 0) return;
  put(m, mark);
  escaped(m);
  put(m, mark);
  put(m, "\n\n");
}

/* A mark that GitHub and GitLab, and any font, show in colour: a character, since their marks of other kinds differ. */
static const char *mark_of(const dw_block_verdict *verdict)
{
  static const char *const severity[] = {"\xf0\x9f\x94\xb4 ", "\xf0\x9f\x9f\xa1 ", "\xf0\x9f\x9f\xa0 ", "\xf0\x9f\x94\xb4 "};
  switch (verdict->tone) {
  case DW_TONE_GOOD: return "\xf0\x9f\x9f\xa2 ";        /* a green circle */
  case DW_TONE_BAD: return severity[verdict->severity]; /* red; yellow, orange, red */
  case DW_TONE_WAITING: return "\xf0\x9f\x9f\xa1 ";     /* yellow */
  case DW_TONE_UNKNOWN: return "\xe2\x9a\xaa ";         /* white */
  default: return "";
  }
}

static void verdict(markdown *m, const dw_block_verdict *verdict)
{
  plain(m, &verdict->sentence);
  put(m, mark_of(verdict));
  put(m, "**");
  escaped(m);
  put(m, "**\n\n");
  plain(m, &verdict->rule);
  paragraph(m, "");
  plain(m, &verdict->incomplete);
  paragraph(m, "");
  plain(m, &verdict->basis);
  if (verdict->skipped > 0) {
    dw_buf_text(&m->plain, " Bad records skipped: ");
    dw_figure_count(&m->plain, verdict->skipped);
    dw_buf_char(&m->plain, '.');
  }
  paragraph(m, "");
  for (size_t i = 0; i < verdict->reason_count; i++) {
    put(m, "- ");
    put_text(m, verdict->reasons[i]);
    put(m, "\n");
  }
  if (verdict->kind == DW_VERDICT_DECISION) put(m, "\n");
}

static void list(markdown *m, const dw_block_list *list)
{
  size_t said = 0, left = 0;
  section_heading(m, &list->heading);
  for (const dw_block_item *item = list->items; item; item = item->next) {
    if (said == DW_MARKDOWN_ROWS && !m->folded) {
      left++;
      continue;
    }
    said++;
    plain(m, &item->words);
    put(m, "- ");
    escaped(m);
    put(m, "\n");
    for (const dw_block_item *under = item->under; under; under = under->next) {
      plain(m, &under->words);
      put(m, "  - ");
      escaped(m);
      put(m, "\n");
    }
  }
  if (left) dw_buf_format(m->out, "- … and %zu more\n", left);
  if (!m->folded) put(m, "\n");
}

/* What differs is strong: marks stand at words, or Markdown would not take them for marks. */
static void marked(markdown *m, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) {
    bool strong = words->span[i].style & DW_MARK;
    if (strong) put(m, "**");
    dw_escape_markdown(m->out, words->span[i].text, words->span[i].length);
    if (strong) put(m, "**");
  }
}

static void texts(markdown *m, const dw_block_texts *texts)
{
  plain(m, &texts->heading);
  escaped(m);
  dw_buf_format(m->out, "\n\n| %s | %s |\n|---|---|\n|", texts->title[0], texts->title[1]);
  for (int side = 0; side < 2; side++) {
    put(m, " ");
    marked(m, &texts->words[side]);
    put(m, " |");
  }
  put(m, "\n\n");
}

static void draw(markdown *m, const dw_report_block *block);

static void folded(markdown *m, const char *title, const dw_report_block *first)
{
  put(m, "<details>\n<summary>");
  put_text(m, title);
  put(m, "</summary>\n\n");
  m->folded = true;
  draw(m, first);
  m->folded = false;
  put(m, "\n</details>\n\n");
}

static void draw(markdown *m, const dw_report_block *block)
{
  for (; block; block = block->next) switch (block->type) {
    case DW_BLOCK_GROUP:
      if (block->group.kind == DW_GROUP_ORIGIN) folded(m, block->group.title, block->first);
      else draw(m, block->first);
      if (block->group.kind == DW_GROUP_FINDINGS) quiet(m);
      break;
    case DW_BLOCK_FOLD: folded(m, block->fold, block->first); break;
    case DW_BLOCK_HEADING: heading(m, &block->heading); break;
    case DW_BLOCK_VERDICT: verdict(m, &block->verdict); break;
    case DW_BLOCK_TEXT:
      plain(m, &block->text.words);
      paragraph(m, block->text.kind == DW_TEXT_STRONG ? "**" : "");
      break;
    case DW_BLOCK_TABLE: table(m, &block->table); break;
    case DW_BLOCK_LIST: list(m, &block->list); break;
    case DW_BLOCK_TEXTS: texts(m, &block->texts); break;
    case DW_BLOCK_CONTENTS:
    case DW_BLOCK_HISTOGRAM:
    case DW_BLOCK_CARD: break;
    }
}

void dw_markdown_draw(dw_buf *out, const dw_report_blocks *blocks, const dw_render *render)
{
  markdown m = {.out = out, .render = render};
  put(&m, "## ");
  if (!blocks->title) put(&m, blocks->data ? "Drift report: " : "Drift report");
  if (blocks->title || blocks->data) put_text(&m, blocks->title ? blocks->title : blocks->data);
  put(&m, "\n\n");
  draw(&m, blocks->first);
  dw_buf_free(&m.plain);
}
