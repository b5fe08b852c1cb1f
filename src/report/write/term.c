/* term: a report for a terminal. The verdict first, then what drifted as a table with a sparkline histogram of both sides, the other
 * checks, what was not compared and how it was made. No line is longer than render->width cells. Tables other than that of the columns are
 * sentences, each behind its state; quiet rows are counted, or named, unless render->all. Histograms, cards and contents are for pages, and
 * left out.
 */

#include <string.h>

#include "report/draw/cells.h"
#include "report/model/figures.h"
#include "report/write/report_format.h"
#include "report/write/term_parts.h"

void dw_term_style(dw_term *t, const char *escape)
{
  if (t->render->color) dw_buf_text(t->out, escape);
}

const char *dw_term_severity(dw_severity severity)
{
  static const char *const styles[] = {DW_TERM_DIM, "\033[36m", DW_TERM_YELLOW, "\033[1;31m"};
  return styles[severity];
}

const char *dw_term_state(const dw_block_state *state, const char **style)
{
  static const char *const words[] = {[DW_STATE_NONE] = "",         [DW_STATE_UNASKED] = "not judged", [DW_STATE_QUIET] = "no",
                                      [DW_STATE_ERROR] = "error",   [DW_STATE_UNJUDGED] = "unjudged",  [DW_STATE_GATE] = "gate",
                                      [DW_STATE_PASSED] = "passed", [DW_STATE_REFUSED] = "REFUSED",    [DW_STATE_COMPARED] = "compared"};
  *style = DW_TERM_DIM;
  switch (state->kind) {
  case DW_STATE_DRIFT:
  case DW_STATE_EVIDENCE: *style = dw_term_severity(state->severity); return dw_severity_word(state->severity);
  case DW_STATE_OUTCOME: *style = dw_term_severity(state->severity); return state->word;
  case DW_STATE_PASSED:
  case DW_STATE_COMPARED: *style = "\033[32m"; break;
  case DW_STATE_REFUSED: *style = dw_term_severity(DW_SEVERITY_HIGH); break;
  default: break;
  }
  return words[state->kind];
}

void dw_term_words(dw_term *t, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) dw_buf_add(&t->scratch, words->span[i].text, words->span[i].length);
}

void dw_term_clean(dw_term *t)
{
  t->clean.length = 0;
  dw_cells_clean(&t->clean, t->scratch.data, t->scratch.length, t->render->ascii);
  t->scratch.length = 0;
}

void dw_term_paragraph(dw_term *t, size_t indent)
{
  dw_term_clean(t);
  dw_cells_wrap(t->out, t->clean.data, t->clean.length, indent, t->render->width);
}

void dw_term_styled(dw_term *t, size_t indent, const char *escape)
{
  size_t start = t->out->length;
  dw_term_style(t, escape);
  size_t words = t->out->length;
  dw_term_paragraph(t, indent);
  if (t->out->length == words) {
    t->out->length = start; /* nothing to say */
  } else if (t->render->color) {
    t->out->length--; /* the line end comes behind the reset */
    dw_term_style(t, DW_TERM_RESET "\n");
  }
}

void dw_term_heading(dw_term *t, const dw_block_words *words)
{
  if (words->count == 0) return;
  dw_buf_char(t->out, '\n');
  dw_term_words(t, words);
  dw_term_styled(t, 0, DW_TERM_BOLD);
}

void dw_term_end_line(dw_term *t)
{
  while (t->out->length && t->out->data[t->out->length - 1] == ' ') t->out->length--;
  dw_buf_char(t->out, '\n');
}

static void heading(dw_term *t, const dw_block_heading *heading)
{
  if (heading->level != DW_LEVEL_PART) {
    dw_term_heading(t, &heading->words);
    return;
  }
  dw_term_words(t, &heading->words);
  if (heading->of.count) dw_buf_text(&t->scratch, ": ");
  dw_term_words(t, &heading->of);
  dw_term_styled(t, 0, DW_TERM_BOLD);
}

static void verdict(dw_term *t, const dw_block_verdict *verdict)
{
  static const char *const tones[] = {[DW_TONE_PLAIN] = DW_TERM_BOLD,
                                      [DW_TONE_GOOD] = "\033[1;32m",
                                      [DW_TONE_WAITING] = "\033[1;33m",
                                      [DW_TONE_BAD] = "\033[1;31m",
                                      [DW_TONE_UNKNOWN] = "\033[1;35m"};
  dw_term_words(t, &verdict->sentence);
  dw_term_styled(t, 0, tones[verdict->tone]);
  dw_term_words(t, &verdict->rule);
  dw_term_paragraph(t, 0);
  dw_term_words(t, &verdict->incomplete);
  dw_term_paragraph(t, 0);
  dw_term_words(t, &verdict->basis);
  dw_term_paragraph(t, 0);
  if (verdict->skipped > 0) {
    dw_figure_count(&t->scratch, verdict->skipped);
    dw_buf_text(&t->scratch, verdict->skipped == 1 ? " bad record was skipped." : " bad records were skipped.");
    dw_term_styled(t, 0, DW_TERM_YELLOW);
  }
  for (size_t i = 0; i < verdict->reason_count; i++) {
    dw_buf_text(&t->scratch, verdict->reasons[i]);
    dw_term_paragraph(t, 2);
  }
}

static void text(dw_term *t, const dw_block_text *text)
{
  dw_term_words(t, &text->words);
  if (text->kind == DW_TEXT_NOTE) dw_term_styled(t, 2, DW_TERM_DIM);
  else if (text->kind == DW_TEXT_WARNING) dw_term_styled(t, 2, DW_TERM_YELLOW);
  else if (text->kind == DW_TEXT_STRONG) dw_term_styled(t, 2, DW_TERM_BOLD);
  else dw_term_paragraph(t, 2);
}

static void list(dw_term *t, const dw_block_list *list)
{
  dw_term_heading(t, &list->heading);
  for (const dw_block_item *item = list->items; item; item = item->next) {
    dw_term_words(t, &item->words);
    dw_term_paragraph(t, 2);
    for (const dw_block_item *under = item->under; under; under = under->next) {
      dw_term_words(t, &under->words);
      dw_term_styled(t, 4, DW_TERM_DIM);
    }
  }
}

/* A comparison, a decision or an evaluation has an empty line before it, unless it is the first thing said. */
static void open_group(dw_term *t, dw_block_group_kind kind)
{
  bool part = kind == DW_GROUP_COMPARISON || kind == DW_GROUP_DECISION;
  if ((part && t->out->length > t->start) || (kind == DW_GROUP_EVALUATION && t->out->length)) dw_buf_char(t->out, '\n');
}

static void draw(dw_term *t, const dw_report_block *block)
{
  for (; block; block = block->next) switch (block->type) {
    case DW_BLOCK_GROUP:
      open_group(t, block->group.kind);
      draw(t, block->first);
      break;
    case DW_BLOCK_HEADING: heading(t, &block->heading); break;
    case DW_BLOCK_VERDICT: verdict(t, &block->verdict); break;
    case DW_BLOCK_TEXT: text(t, &block->text); break;
    case DW_BLOCK_LIST: list(t, &block->list); break;
    case DW_BLOCK_FOLD:
      dw_buf_format(&t->scratch, "%s:", block->fold);
      dw_term_paragraph(t, 2);
      draw(t, block->first);
      break;
    case DW_BLOCK_TABLE:
      if (block->table.kind == DW_TABLE_COLUMNS) dw_term_columns(t, &block->table);
      else if (block->table.kind == DW_TABLE_METRICS) dw_term_metrics(t, &block->table);
      else if (block->table.kind == DW_TABLE_HEAT) dw_term_heat(t, &block->table);
      else dw_term_table(t, &block->table);
      break;
    case DW_BLOCK_TEXTS: dw_term_texts(t, &block->texts); break;
    case DW_BLOCK_CONTENTS:
    case DW_BLOCK_HISTOGRAM:
    case DW_BLOCK_CARD: break;
    }
}

void dw_term_draw(dw_buf *out, const dw_report_blocks *blocks, const dw_render *render)
{
  dw_term t = {.out = out, .render = render};
  if (blocks->title) {
    dw_buf_text(&t.scratch, blocks->title);
    dw_term_styled(&t, 0, DW_TERM_BOLD);
  }
  t.start = out->length;
  draw(&t, blocks->first);
  dw_buf_free(&t.scratch);
  dw_buf_free(&t.clean);
}
