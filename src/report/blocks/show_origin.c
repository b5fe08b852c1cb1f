/* What was not compared, and how the result was made. */
#include "report/blocks/show.h"
#include "report/words/wording.h"

static void not_compared(dw_build *b, const dw_report_summary *summary)
{
  enum { COLUMN, TYPE, WHY };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "column"},
                                            {.kind = DW_COLUMN_WORD, .title = "type"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "why"}};
  if (summary->uncompared_count == 0) return;
  dw_build_say(b, DW_PLAIN, "Not compared");
  dw_block_words heading = dw_build_said(b);
  if (dw_build_shows(b, DW_BRIEF)) { /* those with one reason in one sentence */
    dw_block_list *list = &dw_build_block(b, DW_BLOCK_LIST)->list;
    dw_block_item *first = NULL, **end = &first;
    list->heading = heading;
    for (size_t i = 0; i < summary->uncompared_count; i++)
      if (dw_wording_uncompared(&b->run, summary, i)) dw_build_item(b, &end);
    list->items = first;
    return;
  }
  dw_block_table *table = dw_build_table(b, DW_TABLE_SENTENCES, columns, 3);
  table->heading = heading;
  table->findable = true;
  for (size_t i = 0; i < summary->uncompared_count; i++) {
    dw_build_row(b, summary->uncompared[i].column);
    dw_build_cell_text(b, COLUMN, DW_NAME, summary->uncompared[i].column);
    dw_build_cell_text(b, TYPE, DW_PLAIN, summary->uncompared[i].type);
    dw_build_cell_text(b, WHY, DW_PLAIN, summary->uncompared[i].reason);
  }
  dw_build_table_end(b);
}

static void made(dw_build *b, const dw_report_summary *summary)
{
  if (summary->stage_count == 0) return;
  dw_build_say(b, DW_PLAIN, dw_build_shows(b, DW_PAGES) ? "How this was made" : "Made by");
  dw_block_list *list = &dw_build_block(b, DW_BLOCK_LIST)->list;
  dw_block_item *first = NULL, **end = &first;
  list->kind = DW_LIST_STAGES;
  list->heading = dw_build_said(b);
  for (size_t i = 0; i < summary->stage_count; i++) {
    dw_wording_stage(&b->run, &summary->stages[i]);
    dw_block_item *stage = dw_build_item(b, &end), **under = &stage->under;
    for (size_t k = 0; k < summary->stages[i].input_count; k++) {
      dw_wording_source(&b->run, &summary->stages[i].inputs[k]);
      dw_build_item(b, &under);
    }
  }
  list->items = first;
}

void dw_show_origin(dw_build *b, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  if (summary->uncompared_count == 0 && summary->stage_count == 0) return;
  dw_report_block *group = dw_build_group(b, DW_GROUP_ORIGIN);
  group->group.title = "Not compared, and how this was made";
  not_compared(b, summary);
  made(b, summary);
  dw_build_close(b, group);
}
