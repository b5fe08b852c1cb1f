/* html: a report as one self-contained page: no network, no font or script from elsewhere, pictures as inline SVG. Readable in light and
 * dark, on a phone, on paper, without JavaScript (which only adds a search field) and aloud. Shows every block; the worst columns are drawn
 * in full, the rest are rows of a table. What is quiet stands behind all that was found.
 */
#include <math.h>
#include <string.h>

#include "report/draw/escape.h"
#include "report/draw/svg.h"
#include "report/page/html_page.h"
#include "report/write/report_format.h"
#include "report/write/html_parts.h"

enum { SEARCH_FROM = 8 }; /* canaries from which on a search field helps */

/* --- words --- */

void dw_html_text(dw_html *page, const char *text) { dw_escape_markup(page->out, text, strlen(text)); }

static void span(dw_html *page, const dw_block_span *span)
{
  bool name = span->style & DW_NAME, strong = span->style & DW_STRONG, faint = span->style & DW_FAINT;
  bool mark = span->style & DW_MARK;
  if (mark) dw_html_put(page, "<mark>");
  if (strong) dw_html_put(page, "<b>");
  if (faint) dw_html_put(page, "<i>");
  if (name) dw_html_put(page, "<bdi>");
  if (name && span->length == 0) dw_html_put(page, "(no name)");
  dw_escape_markup(page->out, span->text, span->length);
  if (name) dw_html_put(page, "</bdi>");
  if (faint) dw_html_put(page, "</i>");
  if (strong) dw_html_put(page, "</b>");
  if (mark) dw_html_put(page, "</mark>");
}

void dw_html_words(dw_html *page, const dw_block_words *words)
{
  bool small = false; /* goes on over neighbours */
  for (size_t i = 0; i < words->count; i++) {
    bool next = words->span[i].style & DW_SMALL;
    if (next != small) dw_html_put(page, next ? "<small>" : "</small>");
    small = next;
    span(page, &words->span[i]);
  }
  if (small) dw_html_put(page, "</small>");
}

/* <tag attributes>words</tag>; nothing without words. */
static void element(dw_html *page, const char *tag, const char *attributes, const dw_block_words *words)
{
  if (words->count == 0) return;
  dw_buf_format(page->out, "<%s%s>", tag, attributes);
  dw_html_words(page, words);
  dw_buf_format(page->out, "</%s>", tag);
}

void dw_html_chip(dw_html *page, const dw_block_state *state)
{
  int shade = 0;
  const char *word = "";
  switch (state->kind) {
  case DW_STATE_NONE:
  case DW_STATE_COMPARED: return;
  case DW_STATE_UNASKED: dw_html_put(page, "<small>not judged</small>"); return;
  case DW_STATE_QUIET: word = "quiet"; break;
  case DW_STATE_PASSED: word = "passed"; break;
  case DW_STATE_DRIFT:
  case DW_STATE_EVIDENCE:
    shade = (int)state->severity;
    word = state->kind == DW_STATE_DRIFT && shade == 0 ? "drift" : dw_severity_word(state->severity);
    break;
  case DW_STATE_ERROR:
  case DW_STATE_UNJUDGED:
    shade = 4;
    word = "error";
    break;
  case DW_STATE_GATE:
  case DW_STATE_REFUSED:
    shade = 3;
    word = "refused";
    break;
  case DW_STATE_OUTCOME:
    shade = (int)state->severity;
    word = state->word;
    break;
  }
  dw_buf_format(page->out, "<span class=\"chip s%d\">", shade);
  dw_html_text(page, word);
  dw_html_put(page, "</span>");
}

void dw_html_legend(dw_html *page, const dw_block_words *legend)
{
  if (!legend) return;
  dw_html_put(page, "<p class=\"legend\"><span class=\"key kr\"></span>");
  dw_html_words(page, &legend[0]);
  dw_html_put(page, " <span class=\"key kc\"></span>");
  dw_html_words(page, &legend[1]);
  dw_html_put(page, "</p>\n");
}

static const char *label(dw_buf *escaped, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) dw_escape_markup(escaped, words->span[i].text, words->span[i].length);
  return dw_buf_cstr(escaped);
}

/* --- verdicts --- */

static void share(dw_html *page, const dw_block_verdict *verdict)
{
  if (isnan(verdict->share)) return;
  dw_buf escaped = {0};
  dw_html_put(page, "<div class=\"share\">");
  dw_svg_meter(page->out, verdict->share, verdict->threshold, label(&escaped, &verdict->share_label));
  dw_html_put(page, "<p>");
  dw_html_words(page, &verdict->basis);
  dw_html_put(page, "</p></div>");
  dw_buf_free(&escaped);
}

static void verdict(dw_html *page, const dw_block_verdict *verdict)
{
  bool decision = verdict->kind == DW_VERDICT_DECISION;
  if (verdict->kind == DW_VERDICT_EVALUATION) {
    dw_html_put(page, "<p class=\"tell\"><b>");
    dw_html_words(page, &verdict->sentence);
    dw_html_put(page, "</b></p>");
    return;
  }
  int shade = verdict->alert ? 4 : decision || verdict->tone == DW_TONE_BAD ? (int)verdict->severity : 0;
  dw_buf_format(page->out, "<div class=\"verdict s%d\"%s><p class=\"answer%s\">", shade, verdict->alert ? " role=\"alert\"" : "",
                decision ? " cap" : "");
  dw_html_words(page, &verdict->answer);
  if (verdict->aside.count) {
    dw_html_put(page, " ");
    element(page, "span", "", &verdict->aside);
  }
  dw_html_put(page, "</p>");
  element(page, "p", " class=\"why\"", &verdict->rule);
  element(page, "p", "", &verdict->incomplete);
  if (verdict->figures) {
    dw_html_put(page, "<p class=\"lead\">");
    dw_html_words(page, &verdict->lead);
    dw_html_put(page, "</p>");
  }
  share(page, verdict);
  for (size_t i = 0; i < verdict->reason_count; i++) {
    dw_html_put(page, "<p class=\"why\">");
    dw_html_text(page, verdict->reasons[i]);
    dw_html_put(page, "</p>");
  }
  if (verdict->figures) dw_html_put(page, "<dl class=\"facts\">");
  for (const dw_block_figure *figure = verdict->figures; figure; figure = figure->next) {
    dw_buf_format(page->out, "<div><dt>%s</dt><dd>", figure->name);
    dw_html_words(page, &figure->words);
    dw_html_put(page, "</dd></div>");
  }
  dw_html_put(page, verdict->figures ? "</dl></div>\n" : "</div>\n");
}

/* --- cards --- */

static void card(dw_html *page, const dw_report_block *card)
{
  dw_html_put(page, "<article class=\"card\"><div class=\"head\"><h3 class=\"n\">");
  dw_html_words(page, &card->card.name);
  dw_html_put(page, "</h3><p class=\"kind\">");
  dw_html_words(page, &card->card.kind);
  dw_html_put(page, "</p>");
  dw_html_chip(page, &card->card.state);
  dw_html_put(page, "</div>");
  dw_html_draw_blocks(page, card->first);
  dw_html_put(page, "</article>\n");
}

/* --- the other blocks --- */

static void heading(dw_html *page, const dw_block_heading *heading)
{
  bool under = heading->level == DW_LEVEL_UNDER, comparison = heading->level == DW_LEVEL_PART && heading->numbered;
  dw_html_put(page, under ? "<h3>" : comparison ? "<h2 class=\"run\">" : "<h2>");
  dw_html_words(page, &heading->words);
  if (heading->of.count) dw_html_put(page, ": ");
  dw_html_words(page, &heading->of);
  dw_html_put(page, under ? "</h3>\n" : "</h2>\n");
}

static void text(dw_html *page, const dw_block_text *text)
{
  static const char *const classes[] = {[DW_TEXT_PLAIN] = "",
                                        [DW_TEXT_SENTENCE] = " class=\"say cap\"",
                                        [DW_TEXT_VALUES] = " class=\"say\"",
                                        [DW_TEXT_STRONG] = " class=\"tell\"",
                                        [DW_TEXT_NOTE] = " class=\"note\"",
                                        [DW_TEXT_WARNING] = " class=\"warn\""};
  element(page, "p", classes[text->kind], &text->words);
}

static void list(dw_html *page, const dw_block_list *list)
{
  bool stages = list->kind == DW_LIST_STAGES, texts = list->kind == DW_LIST_TEXTS;
  element(page, texts ? "p" : "h2", texts ? " class=\"note\"" : "", &list->heading);
  if (list->heading.count && !texts) dw_html_put(page, "\n");
  dw_html_put(page, stages ? "<ol class=\"made\">" : texts ? "<ul class=\"made texts\">" : "<ul class=\"made\">");
  for (const dw_block_item *item = list->items; item; item = item->next) {
    dw_html_put(page, "<li>");
    if (stages) element(page, "code", "", &item->words);
    else dw_html_words(page, &item->words);
    if (item->under) dw_html_put(page, "<ul>");
    for (const dw_block_item *under = item->under; under; under = under->next) {
      dw_html_put(page, "<li>");
      dw_html_words(page, &under->words);
      dw_html_put(page, "</li>");
    }
    dw_html_put(page, item->under ? "</ul></li>" : "</li>");
  }
  dw_html_put(page, stages ? "</ol>\n" : texts ? "</ul>" : "</ul>\n");
}

/* Each in the direction of its own letters. */
static void texts(dw_html *page, const dw_block_texts *texts)
{
  dw_html_put(page, "<div class=\"card vs\"><p class=\"kind\">");
  dw_html_words(page, &texts->heading);
  dw_html_put(page, "</p><div class=\"two\">");
  for (int side = 0; side < 2; side++) {
    dw_buf_format(page->out, "<div><p class=\"note\">%s</p><blockquote dir=\"auto\">", texts->title[side]);
    dw_html_words(page, &texts->words[side]);
    dw_html_put(page, "</blockquote></div>");
  }
  dw_html_put(page, "</div></div>\n");
}

static void group(dw_html *page, const dw_report_block *block)
{
  const dw_block_group *group = &block->group;
  switch (group->kind) {
  case DW_GROUP_COMPARISON:
    dw_buf_format(page->out, "<section id=\"run%zu\">\n", group->number);
    dw_html_draw_blocks(page, block->first);
    dw_html_put(page, "</section>\n");
    break;
  case DW_GROUP_FINDINGS:
    dw_html_draw_blocks(page, block->first);
    dw_html_held(page);
    break;
  case DW_GROUP_DECISION:
    dw_html_put(page, "<section class=\"decided\">");
    dw_html_draw_blocks(page, block->first);
    dw_html_put(page, "</section>\n");
    break;
  case DW_GROUP_TOGETHER:
  case DW_GROUP_SHEET:
    dw_html_put(page, group->kind == DW_GROUP_SHEET ? "<div class=\"sheet\">" : "<div class=\"decided\">");
    dw_html_draw_blocks(page, block->first);
    dw_html_put(page, "</div>\n");
    break;
  case DW_GROUP_ANSWER:
    dw_buf_format(page->out, "<div class=\"sheet s%d\"%s>",
                  group->alert                     ? 4
                  : group->tone == DW_TONE_BAD     ? 3
                  : group->tone == DW_TONE_WAITING ? 2
                                                   : 0,
                  group->alert ? " role=\"alert\"" : "");
    dw_html_draw_blocks(page, block->first);
    dw_html_put(page, "</div>\n");
    break;
  case DW_GROUP_BESIDE:
  case DW_GROUP_WORDS: {
    bool words = group->kind == DW_GROUP_WORDS, two = block->first && block->first->next;
    dw_html_put(page, two ? words ? "<div class=\"two tx\">" : "<div class=\"two\">" : words ? "<div class=\"tx\">" : "<div>");
    dw_html_draw_blocks(page, block->first);
    dw_html_put(page, "</div>");
    break;
  }
  case DW_GROUP_EVALUATION:
  case DW_GROUP_ORIGIN: dw_html_draw_blocks(page, block->first); break;
  }
}

static void contents(dw_html *page, const dw_block_contents *contents, size_t number)
{
  dw_buf_format(page->out, "<li><a href=\"#run%zu\">", number);
  dw_html_words(page, &contents->link);
  dw_html_put(page, "</a> ");
  dw_html_words(page, &contents->words);
  dw_html_put(page, "</li>");
}

void dw_html_draw_blocks(dw_html *page, const dw_report_block *block)
{
  for (size_t entry = 0; block; block = block->next) switch (block->type) {
    case DW_BLOCK_GROUP: group(page, block); break;
    case DW_BLOCK_CONTENTS:
      if (entry++ == 0) dw_html_put(page, "<nav aria-label=\"Comparisons\"><ol>");
      contents(page, &block->contents, entry);
      if (!block->next || block->next->type != DW_BLOCK_CONTENTS) dw_html_put(page, "</ol></nav>\n");
      break;
    case DW_BLOCK_HEADING: heading(page, &block->heading); break;
    case DW_BLOCK_VERDICT: verdict(page, &block->verdict); break;
    case DW_BLOCK_TEXT: text(page, &block->text); break;
    case DW_BLOCK_TABLE: dw_html_table(page, &block->table); break;
    case DW_BLOCK_LIST: list(page, &block->list); break;
    case DW_BLOCK_HISTOGRAM: dw_html_histogram(page, &block->histogram); break;
    case DW_BLOCK_CARD: card(page, block); break;
    case DW_BLOCK_TEXTS: texts(page, &block->texts); break;
    case DW_BLOCK_FOLD:
      dw_buf_format(page->out, "<details><summary>%s</summary>", block->fold);
      dw_html_draw_blocks(page, block->first);
      dw_html_put(page, "</details>");
      break;
    }
}

void dw_html_policy(dw_buf *out)
{
  dw_buf_format(out, "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'", dw_html_script_digest);
}

const char *dw_html_sheet(void) { return dw_html_style; }

void dw_html_draw(dw_buf *out, const dw_report_blocks *blocks, const dw_render *render)
{
  dw_html page = {.out = out};
  const char *title = blocks->title ? blocks->title : blocks->data ? blocks->data : "Drift report";
  dw_html_put(&page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"");
  dw_html_policy(out);
  dw_html_put(&page, "\">\n<title>");
  dw_html_text(&page, title);
  dw_html_put(&page, "</title>\n<style>");
  dw_html_put(&page, dw_html_style);
  dw_html_put(&page, "</style>\n</head>\n<body>\n<header><p>DriftWatch</p><h1>");
  dw_html_text(&page, title);
  dw_html_put(&page, "</h1>");
  if (blocks->canaries && blocks->columns >= SEARCH_FROM) /* a table of columns has a bar of its own */
    dw_html_put(&page, "<div id=\"find\" role=\"search\" hidden><input type=\"search\" placeholder=\"Find a canary\" "
                       "aria-label=\"Find a canary by name\"><output aria-live=\"polite\"></output></div>");
  dw_html_put(&page, "</header>\n<main>\n");
  dw_html_draw_blocks(&page, blocks->first);
  dw_html_put(&page, "</main>\n<script>");
  dw_html_put(&page, dw_html_script);
  dw_html_put(&page, "</script>\n</body>\n</html>\n");
}
