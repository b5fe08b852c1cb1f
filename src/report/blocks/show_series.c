/* The chunks of a comparison, a line for each check, column and method. */
#include "report/blocks/show.h"
#include "report/words/series_wording.h"
#include "report/words/wording.h"

static void row(dw_build *b, const dw_report_series *series)
{
  enum { STATE, WHAT, METHOD, METHOD_TITLE, CHUNKS, FOUND };
  dw_build_row(b, series->column);
  if (series->alerts == 0) dw_build_row_quiet(b);
  dw_build_cell_state(b, STATE, (dw_block_state){series->alerts ? DW_STATE_DRIFT : DW_STATE_QUIET, series->severity, NULL});
  if (dw_build_cell(b, WHAT)) dw_series_title(&b->run, series);
  if (dw_build_cell(b, METHOD)) dw_wording_short(&b->run, series->method);
  if (dw_build_cell(b, METHOD_TITLE) && *series->method) dw_build_say(b, DW_PLAIN, dw_wording_method(series->method));
  if (dw_build_cell(b, CHUNKS)) b->cell->series = series;
  if (dw_build_cell(b, FOUND)) dw_series_words(&b->run, series);
}

void dw_show_series(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "what"},
                                            {.kind = DW_COLUMN_ASIDE, .title = "method", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_ASIDE, .title = "method", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_CURVE, .title = "chunks"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "found"}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_SERIES, columns, 6);
  dw_block_words *legend = dw_build_room(b, 2 * sizeof *legend);
  dw_build_say(b, DW_PLAIN, "Chunk by chunk");
  table->heading = dw_build_said(b);
  dw_build_say(b, DW_PLAIN, "chunks of the reference");
  legend[0] = dw_build_said(b);
  dw_build_say(b, DW_PLAIN, "of the current data. Dashed lines are limits, dots chunks beyond them.");
  legend[1] = dw_build_said(b);
  table->legend = legend;
  table->noun = "line";
  table->nouns = "lines";
  table->findable = true;
  for (size_t i = 0; i < section->chunks.count; i++) row(b, &section->chunks.series[i]);
  dw_build_table_end(b);
}
