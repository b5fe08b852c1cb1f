/* The values that rows were told apart by, and what drifted in each. */
#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/segment_wording.h"
#include "report/words/wording.h"

static const dw_block_titled *inside(dw_build *b, const dw_report_section *section, const dw_report_segment *segment)
{
  size_t at = 0;
  dw_block_titled *first = NULL, **end = &first;
  dw_buf title = {0}, words = {0};
  while (dw_segment_line(&title, &words, section, segment, &at)) {
    dw_block_titled *line = dw_build_room(b, sizeof *line);
    line->title = dw_arena_strndup(b->arena, title.data, title.length);
    line->text = dw_arena_strndup(b->arena, words.data, words.length);
    *end = line;
    end = &line->next;
    title.length = words.length = 0;
  }
  dw_buf_free(&title);
  dw_buf_free(&words);
  return first;
}

static void row(dw_build *b, const dw_report_section *section, const dw_report_segment *segment)
{
  enum { STATE, VALUE, SHARE, PART, REFERENCE, CURRENT, INSIDE };
  bool drift = segment->severity != DW_SEVERITY_NONE;
  dw_build_row(b, dw_segment_name(segment->value));
  if (!drift && !segment->not_judged) dw_build_row_quiet(b);
  dw_build_cell_state(b, STATE,
                      (dw_block_state){drift                 ? DW_STATE_DRIFT
                                       : segment->not_judged ? DW_STATE_UNJUDGED
                                                             : DW_STATE_QUIET,
                                       segment->severity, NULL});
  dw_build_cell_text(b, VALUE, DW_NAME, dw_segment_name(segment->value));
  if (dw_build_cell(b, SHARE)) dw_segment_words(&b->run, segment);
  if (dw_build_cell(b, PART) && segment->part > 0) dw_figure_share(&b->run, segment->part);
  if (dw_build_cell(b, REFERENCE)) dw_figure_count(&b->run, segment->reference_rows);
  if (dw_build_cell(b, CURRENT)) dw_figure_count(&b->run, segment->current_rows);
  if (dw_build_cell(b, INSIDE)) b->cell->lines = inside(b, section, segment);
}

void dw_show_segments(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "value"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "part", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_FIGURE, .title = "part of the drift", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference rows", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current rows", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_LINES, .title = "what drifted"}};
  const dw_report_summary *summary = &section->summary;
  if (!summary->by) return;
  dw_block_table *table = dw_build_table(b, DW_TABLE_SEGMENTS, columns, 7);
  dw_build_say(b, DW_PLAIN, "By ");
  dw_build_say(b, DW_NAME, summary->by);
  table->heading = dw_build_said(b);
  table->noun = "segment";
  table->nouns = "segments";
  table->findable = table->bare = true;
  for (size_t i = 0; i < summary->segment_count; i++) row(b, section, &summary->segments[i]);
  dw_build_table_end(b);
}
