/* blocks_case: a document that holds each type of block, each kind of table and of column and each state, for the tests of the drawers. */
#ifndef DW_TESTS_BLOCKS_CASE_H
#define DW_TESTS_BLOCKS_CASE_H

#include <math.h>

#include "report_case.h"

#include "report/blocks/build.h"

enum { CASE_STATE, CASE_SUBJECT, CASE_ASIDE, CASE_TOPIC, CASE_WORD, CASE_FIGURE, CASE_SENTENCE, CASE_LINES, CASE_PICTURES };

static const dw_block_column case_columns[] = {{.kind = DW_COLUMN_STATE, .title = "state"},
                                               {.kind = DW_COLUMN_SUBJECT, .title = "subject"},
                                               {.kind = DW_COLUMN_ASIDE, .title = "aside"},
                                               {.kind = DW_COLUMN_TOPIC, .title = "topic"},
                                               {.kind = DW_COLUMN_WORD, .title = "word"},
                                               {.kind = DW_COLUMN_FIGURE, .title = "figure", .of = "a|b", .right = true},
                                               {.kind = DW_COLUMN_SENTENCE, .title = "sentence"},
                                               {.kind = DW_COLUMN_LINES, .title = "lines"},
                                               {.kind = DW_COLUMN_BARS, .title = ""},
                                               {.kind = DW_COLUMN_CURVE, .title = "curve"},
                                               {.kind = DW_COLUMN_PAIR, .title = ""},
                                               {.kind = DW_COLUMN_SHIFT, .title = ""},
                                               {.kind = DW_COLUMN_INTERVALS, .title = ""},
                                               {.kind = DW_COLUMN_HEAT, .title = "heat"}};

static inline dw_block_words case_said(dw_build *b, const char *text)
{
  dw_build_say(b, DW_PLAIN, text);
  return dw_build_said(b);
}

static inline void case_paragraph(dw_build *b, dw_block_text_kind kind, const char *text)
{
  dw_build_say(b, DW_PLAIN, text);
  dw_build_text(b, kind);
}

/* A row for each state: drift in three severities, an outcome good and bad, and the others. */
static inline void case_rows(dw_build *b, dw_block_table_kind kind, const dw_report_finding *finding, const dw_report_series *series)
{
  static dw_block_titled second = {NULL, "inside2", "<i>"}, first = {&second, "inside1", "words1"};
  for (int state = DW_STATE_NONE; state <= DW_STATE_OUTCOME; state++) {
    dw_block_row *row = dw_build_row(b, "name");
    dw_build_cell_state(b, CASE_STATE, (dw_block_state){(dw_block_state_kind)state, (dw_severity)(state % 4), "word<"});
    if (state == DW_STATE_QUIET) dw_build_row_quiet(b);
    row->again = state == DW_STATE_ERROR;
    dw_build_cell_text(b, CASE_SUBJECT, DW_NAME, "subject<");
    dw_build_cell_text(b, CASE_ASIDE, DW_SMALL, "aside<");
    dw_build_cell_text(b, CASE_TOPIC, DW_PLAIN, "topic<");
    dw_build_cell_text(b, CASE_WORD, DW_STRONG, "word<");
    dw_build_cell_text(b, CASE_FIGURE, DW_FAINT, "12<");
    if (dw_build_cell(b, CASE_SENTENCE)) dw_buf_format(&b->run, "sentence%d.%d<", (int)kind, state);
    if (dw_build_cell(b, CASE_LINES)) b->cell->lines = &first;
    if (dw_build_cell(b, CASE_PICTURES)) b->cell->bars = finding;
    if (dw_build_cell(b, CASE_PICTURES + 1)) b->cell->series = series;
    for (size_t i = 2; i < 5; i++) dw_build_cell_sides(b, CASE_PICTURES + i, &(dw_block_sides){{1, 0, 2}, {2, NAN, NAN}, 0, 3});
    if (dw_build_cell(b, CASE_PICTURES + 5)) {
      dw_build_say(b, DW_PLAIN, "heat<");
      b->cell->heat = state == DW_STATE_NONE ? NAN : 1;
    }
    dw_build_cells_end(b);
    dw_build_say(b, DW_PLAIN, "warning<");
    dw_build_note(b, DW_NOTE_WARNING);
    dw_build_say(b, DW_PLAIN, "remark<");
    dw_build_note(b, DW_NOTE_REMARK);
  }
}

static inline void case_list(dw_build *b, dw_block_list_kind kind)
{
  dw_block_list *list = &dw_build_block(b, DW_BLOCK_LIST)->list;
  dw_block_item *first = NULL, **end = &first;
  list->kind = kind;
  list->heading = case_said(b, "list<");
  dw_build_say(b, DW_NAME, "item<");
  dw_block_item *item = dw_build_item(b, &end), **under = &item->under;
  dw_build_say(b, DW_PLAIN, "under<");
  dw_build_item(b, &under);
  list->items = first;
}

static inline void case_verdict(dw_build *b, dw_block_verdict_kind kind)
{
  static const char *const reasons[] = {"reason<"};
  dw_block_figure *figure = dw_build_room(b, sizeof *figure);
  figure->name = "figure";
  figure->words = case_said(b, "1,000<");
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  *verdict = (dw_block_verdict){.kind = kind, .tone = DW_TONE_BAD, .severity = DW_SEVERITY_HIGH, .share = 0.5, .threshold = 0.3};
  verdict->sentence = case_said(b, "SENTENCE<");
  verdict->answer = case_said(b, "answer<");
  verdict->aside = case_said(b, "aside<");
  verdict->lead = case_said(b, "lead<");
  verdict->share_label = case_said(b, "label<");
  verdict->basis = case_said(b, "basis<");
  verdict->incomplete = case_said(b, "incomplete<");
  verdict->figures = figure;
  verdict->reasons = reasons;
  verdict->reason_count = 1;
  verdict->skipped = 2;
}

/* finding: with a histogram of both sides. */
static inline const dw_report_blocks *case_blocks(dw_arena *arena, dw_block_room room, const dw_report_finding *finding)
{
  static dw_report_point points[] = {{.chunk = 0, .start = "", .end = "", .reference = true, .value = 1, .lower = NAN, .upper = 2},
                                     {.chunk = 1, .start = "", .end = "", .value = 3, .lower = NAN, .upper = 2, .drift = true}};
  static const dw_report_series series = {.point = points, .count = 2, .current = 1, .alerts = 1, .low = 1, .high = 3};
  dw_report_block *root = dw_arena_alloc(arena, sizeof *root);
  *root = (dw_report_block){.type = DW_BLOCK_GROUP};
  dw_build b = {.arena = arena, .room = room, .open = root};
  dw_report_block *entry = dw_build_block(&b, DW_BLOCK_CONTENTS);
  entry->contents.link = case_said(&b, "link<");
  entry->contents.words = case_said(&b, "contents<");
  for (int kind = DW_GROUP_COMPARISON; kind <= DW_GROUP_WORDS; kind++) {
    dw_report_block *group = dw_build_group(&b, (dw_block_group_kind)kind);
    group->group.title = "title<";
    dw_build_heading(&b, DW_EVERYWHERE, (dw_block_level)(kind % 3), "heading<");
    if (kind == DW_GROUP_FINDINGS)
      for (int table = 0; table < DW_TABLE_KINDS; table++) {
        dw_block_table *t = dw_build_table(&b, (dw_block_table_kind)table, case_columns, sizeof case_columns / sizeof *case_columns);
        t->heading = case_said(&b, "table<");
        t->noun = "noun";
        t->nouns = "nouns";
        case_rows(&b, (dw_block_table_kind)table, finding, &series);
        dw_build_table_end(&b);
      }
    for (int text = DW_TEXT_PLAIN; text <= DW_TEXT_WARNING && kind == DW_GROUP_SHEET; text++)
      case_paragraph(&b, (dw_block_text_kind)text, "text<");
    if (kind == DW_GROUP_ORIGIN)
      for (int list = DW_LIST_SENTENCES; list <= DW_LIST_TEXTS; list++) case_list(&b, (dw_block_list_kind)list);
    if (kind == DW_GROUP_DECISION)
      for (int verdict = DW_VERDICT_COMPARISON; verdict <= DW_VERDICT_EVALUATION; verdict++)
        case_verdict(&b, (dw_block_verdict_kind)verdict);
    dw_build_close(&b, group);
  }
  dw_report_block *fold = dw_build_open(&b, DW_BLOCK_FOLD);
  fold->fold = "fold";
  case_paragraph(&b, DW_TEXT_PLAIN, "folded<");
  dw_build_close(&b, fold);
  dw_report_block *card = dw_build_open(&b, DW_BLOCK_CARD);
  card->card.name = case_said(&b, "card<");
  card->card.kind = case_said(&b, "kind<");
  dw_report_block *histogram = dw_build_block(&b, DW_BLOCK_HISTOGRAM);
  histogram->histogram.label = case_said(&b, "histogram<");
  histogram->histogram.finding = finding;
  dw_build_close(&b, card);
  dw_block_texts *texts = &dw_build_block(&b, DW_BLOCK_TEXTS)->texts;
  *texts = (dw_block_texts){.heading = case_said(&b, "prompt<"), .title = {"before", "after"}};
  texts->words[0] = case_said(&b, "same<");
  dw_build_say(&b, DW_PLAIN, "same< ");
  dw_build_say(&b, DW_MARK, "other<");
  texts->words[1] = dw_build_said(&b);
  dw_report_blocks *blocks = dw_build_room(&b, sizeof *blocks);
  *blocks = (dw_report_blocks){.title = "Title<", .columns = 8, .first = root->first};
  dw_build_free(&b);
  return blocks;
}

/* That document as drawn in the form of that name, with all that is quiet. */
static inline void case_draw(dw_buf *out, const char *name, dw_render render)
{
  const dw_report_format *format = dw_report_formats;
  while (format->name && strcmp(format->name, name) != 0) format++;
  dw_report *report = case_file("feature");
  const dw_report_section *section = &report->sections[0];
  const dw_report_finding *finding = &section->findings[section->columns[0].picture];
  dw_arena arena;
  dw_arena_init(&arena);
  dw_block_room room = format->room;
  room.quiet = true;
  render.all = true;
  CHECK(finding->reference.bins > 0 && format->draw != NULL);
  format->draw(out, case_blocks(&arena, room, finding), &render);
  dw_arena_free(&arena);
  dw_findings_free(report);
}

#endif
