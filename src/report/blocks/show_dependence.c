/* Rows that depend on each other in time: what each column's values are worth, and what settles its cycles. */
#include "report/blocks/show.h"
#include "report/words/dependence_wording.h"

static void row(dw_build *b, const dw_summary_dependence *one)
{
  enum { COLUMN, ALL, REFERENCE, CURRENT, CYCLES, SETTLED };
  dw_build_row(b, one->column);
  dw_build_cell_text(b, COLUMN, DW_NAME, one->column);
  if (dw_build_cell(b, ALL)) dw_wording_depends(&b->run, one);
  if (dw_build_cell(b, REFERENCE)) dw_wording_worth(&b->run, one->reference_effective, one->reference_values);
  if (dw_build_cell(b, CURRENT)) dw_wording_worth(&b->run, one->current_effective, one->current_values);
  if (dw_build_cell(b, CYCLES)) dw_wording_cycles(&b->run, one);
  if (dw_build_cell(b, SETTLED)) dw_wording_cycles_settled(&b->run, one);
}

void dw_show_dependence(dw_build *b, const dw_report_section *section)
{
  enum { SHOWN = 20 }; /* where there are no pages */
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "column"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference values are worth", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current values are worth", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_WORD, .title = "cycles, gaps", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what to do", .shown = DW_NO_LINES}};
  const dw_report_summary *summary = &section->summary;
  size_t count = summary->dependence_count;
  if (count == 0) return;
  dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_SECTION, "Rows depend on each other in time");
  dw_wording_dependence(&b->run, summary);
  dw_build_text(b, DW_TEXT_NOTE);
  dw_block_table *table = dw_build_table(b, DW_TABLE_DEPENDENCE, columns, 6);
  table->noun = "column";
  table->nouns = "columns";
  table->findable = true;
  table->total = (double)count;
  for (size_t i = 0; i < count && (i < SHOWN || dw_build_shows(b, DW_PAGES)); i++) row(b, &summary->dependence[i]);
  dw_build_table_end(b);
}
